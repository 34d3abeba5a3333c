"""A table as a file of another program: CSV, JSON, Parquet, Excel, Stata."""

import io
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.errors import InputError, nearest
from leftbehind.base.store import write_bytes

EXCEL_ROWS = 1_048_575  # below the header
LABEL, NAME = 80, 32  # characters that Stata keeps of a column's label and of its name


def with_extra(module: str, what: str, extra: str) -> Any:
    """A library that not everybody installs; InputError names the extra that brings it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{what}: needs the library {error.name}; install the extra with "
            f"`pip install 'leftbehind[{extra}]'`"
        ) from error


def _csv(rows: pl.DataFrame, labels: Mapping[str, str]) -> bytes:
    return rows.write_csv().encode()


def _json(rows: pl.DataFrame, labels: Mapping[str, str]) -> bytes:
    return (rows.write_json() + "\n").encode()


def _parquet(rows: pl.DataFrame, labels: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    rows.write_parquet(content, compression="zstd")
    return content.getvalue()


def _excel(rows: pl.DataFrame, labels: Mapping[str, str]) -> bytes:
    with_extra("xlsxwriter", ".xlsx", "files")
    if rows.height > EXCEL_ROWS:
        raise InputError(
            f".xlsx: {rows.height:,} rows are more than a sheet holds ({EXCEL_ROWS:,}); give a "
            "year, or another format"
        )
    content = io.BytesIO()
    rows.write_excel(content, worksheet="data")
    return content.getvalue()


def _stata(rows: pl.DataFrame, labels: Mapping[str, str]) -> bytes:
    """Labels of columns go with it; categories become text, and names such as Stata takes."""
    stata = with_extra("pyreadstat", ".dta", "files")
    with_extra("pandas", ".dta", "files")
    plain = rows.with_columns(
        pl.col(pl.Categorical, pl.Enum).cast(pl.String), pl.col(pl.Boolean).cast(pl.Int8)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.dta"
        told = [labels.get(name, name)[:LABEL] for name in plain.columns]
        named = plain.rename(stata_names(plain.columns))
        stata.write_dta(named.to_pandas(), str(path), column_labels=told)
        return path.read_bytes()


def stata_names(columns: Sequence[str]) -> dict[str, str]:
    """Each column's name in Stata: letters, digits and _, at most NAME long, each once."""
    out: dict[str, str] = {}
    for column in columns:
        plain = re.sub(r"\W", "_", column)[:NAME]
        name = f"_{plain}"[:NAME] if plain[:1].isdigit() else plain
        number = 1
        while name in out.values():
            number += 1
            name = f"{plain[: NAME - 1 - len(str(number))]}_{number}"
        out[column] = name
    return out


FORMATS: dict[str, Callable[[pl.DataFrame, Mapping[str, str]], bytes]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "xlsx": _excel,
    "dta": _stata,
}


def check_format(form: str) -> str:
    """`form` if it is one of FORMATS; else InputError."""
    if form not in FORMATS:
        raise InputError(
            f"format {form!r}: unknown{nearest(form, list(FORMATS))}; allowed: {', '.join(FORMATS)}"
        )
    return form


def encoded(rows: pl.DataFrame, form: str, labels: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a file in a format; `labels` of columns where it has room for them."""
    return FORMATS[check_format(form)](rows, labels or {})


def write_rows(rows: pl.DataFrame, out: Path, labels: Mapping[str, str] | None = None) -> None:
    """Write `rows` in the format of the path's ending, whole or not at all."""
    write_bytes(out, encoded(rows, out.suffix.removeprefix("."), labels))
