"""Read a CSV or Parquet file and check it column by column against a schema."""

from pathlib import Path

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.inputs.scenario import nearest
from leftbehind.own.faults import Faults
from leftbehind.own.table_schema import Field, TableSchema

TYPES = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64}


def read(path: Path, schema: TableSchema) -> pl.DataFrame:
    """The file's rows with all columns of the schema, typed; columns it lacks are null.

    Raises InputError for a file that cannot be read, an unknown, doubled or missing column, and
    for wrong values: row (from 1, without the header), column, value and what is allowed.
    """
    raw = _load(path)
    _check_columns(path, raw.columns, schema)
    if raw.is_empty():
        raise InputError(f"{path}: holds no row; give at least one")
    faults = Faults(str(path))
    columns = []
    for field in schema.fields:
        if field.name in raw.columns:
            columns.append(_checked(raw[field.name], field, faults))
        else:
            columns.append(pl.Series(field.name, [None] * raw.height, TYPES[field.type]))
    faults.tell()
    return pl.DataFrame(columns)


def _load(path: Path) -> pl.DataFrame:
    if path.suffix not in (".csv", ".parquet"):
        raise InputError(f"{path}: not known by its ending; give a .csv or .parquet file")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        what = "a CSV file in UTF-8" if path.suffix == ".csv" else "a Parquet file"
        raise InputError(f"{path}: cannot be read as {what} ({error})") from error


def _check_columns(path: Path, given: list[str], schema: TableSchema) -> None:
    known = schema.names()
    for name in given:
        if name not in known:
            raise InputError(
                f"{path}: unknown column {name!r}{nearest(name, known)}; "
                f"allowed: {', '.join(known)}"
            )
    missing = [f.name for f in schema.fields if f.constraints.required and f.name not in given]
    if missing:
        raise InputError(f"{path}: lacks the column {', '.join(missing)}; it must be there")


def _checked(raw: pl.Series, field: Field, faults: Faults) -> pl.Series:
    """The column in the schema's type; wrong values go to `faults` and become null."""
    shown = _texts(raw)
    typed = _typed(raw, shown, field)
    faults.add((shown.is_not_null() & typed.is_null()).to_numpy(), shown, field.allowed())
    limits = field.constraints
    if limits.required:
        faults.add(shown.is_null().to_numpy(), shown, field.allowed())
    faults.add(_outside(typed, field), shown, field.allowed())
    if limits.unique:
        again = typed.is_not_null() & ~typed.is_first_distinct()
        faults.add(again.to_numpy(), shown, "each row needs its own, and another row has it")
    return typed


def _texts(raw: pl.Series) -> pl.Series:
    """Values as text for errors and names: trimmed, empty as null, whole floats without `.0`."""
    if raw.dtype == pl.Boolean:
        yes = pl.when(pl.col(raw.name)).then(pl.lit("yes")).otherwise(pl.lit("no"))
        known = pl.col(raw.name).is_not_null()
        return raw.to_frame().select(pl.when(known).then(yes).alias(raw.name)).to_series()
    if raw.dtype.is_float():
        raw = raw.fill_nan(None)
    text = raw.cast(pl.String, strict=False).str.strip_chars()
    # Programs that keep whole numbers with gaps as floats write the id 12 as 12.0.
    text = text.str.replace(r"^(-?\d+)\.0$", "$1")
    return text.set(text == "", None)


def _typed(raw: pl.Series, text: pl.Series, field: Field) -> pl.Series:
    if field.type == "string":
        return text
    if field.type == "integer":
        return text.cast(pl.Int64, strict=False)
    number = (
        raw.cast(pl.Float64, strict=False)
        if raw.dtype.is_numeric()
        else text.cast(pl.Float64, strict=False)
    )
    return number.set(~number.is_finite(), None).alias(raw.name)


def _outside(typed: pl.Series, field: Field) -> np.ndarray:
    """Where the value lies outside the field's limits (rows,)."""
    limits = field.constraints
    wrong = pl.Series([False] * len(typed), dtype=pl.Boolean)
    if limits.minimum is not None:
        wrong = wrong | (typed < limits.minimum)
    if limits.maximum is not None:
        wrong = wrong | (typed > limits.maximum)
    if limits.enum is not None:
        wrong = wrong | ~typed.is_in(limits.enum)
    if limits.pattern is not None:
        wrong = wrong | ~typed.str.contains(limits.pattern)
    return wrong.fill_null(False).to_numpy()
