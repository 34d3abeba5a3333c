"""A table that a user brings, as its file holds it: CSV or Parquet, whatever program wrote it.

CSV is UTF-8 with a header, separated by commas, semicolons or tabs (then with decimal commas where
the file has them), plain or as `.csv.gz`; blank lines, as Excel leaves them, are skipped. A row of
too few or too many fields is refused, so is a Parquet column that holds no plain values.
"""

import codecs
import csv
import gzip
import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError, shown

if TYPE_CHECKING:  # imported where used, because every run imports this module
    import pyarrow as pa

CSV, PARQUET = (".csv", ".csv.gz"), (".parquet",)
MOST_COLUMNS, MOST_ROWS = 5_000, 2_000_000_000
MOST_BYTES = 8 << 30  # of a CSV file, unpacked
LONGEST_ROW = 16 << 20  # bytes
SEPARATORS = ",;\t"
MOST_TOLD = 5  # rows of a wrong number of fields
HOW_TO_SAVE = {
    (".xlsx", ".xls", ".xlsm", ".ods"): "a workbook; in Excel or LibreOffice save the sheet as "
    "'CSV UTF-8'",
    (".dta", ".sav", ".sas7bdat", ".rds", ".rdata", ".feather", ".json", ".tsv", ".txt"): "not read"
    " here; save it as CSV in UTF-8 or as Parquet",
}
_COMMA, _POINT = r"^[+-]?\d+,\d+$", r"^[+-]?\d+\.\d+$"


class Raw(NamedTuple):
    """A file's columns, of text or plain values, and each row's number in the file, from 1.

    The header is not counted, blank lines are.
    """

    table: pl.DataFrame
    rows: np.ndarray


def ending(path: Path, allowed: tuple[str, ...]) -> str:
    """The ending of `path` among `allowed`, in small letters; InputError says what to give."""
    name = path.name.lower()
    for known in sorted(allowed, key=len, reverse=True):
        if name.endswith(known):
            return known
    for endings, what in HOW_TO_SAVE.items():
        if name.endswith(endings):
            raise InputError(f"{path}: {what}")
    raise InputError(f"{path}: not known by its ending; give a {' or '.join(allowed)} file")


def load(path: Path) -> Raw:
    """Read a table; InputError names the file and what is wrong with it."""
    kind = ending(path, CSV + PARQUET)
    try:
        if not path.is_file():
            raise InputError(f"{path}: no such file")
        raw = _parquet(path) if kind in PARQUET else _csv(path, kind)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or 'damaged'})") from error
    if raw.table.is_empty():
        raise InputError(f"{path}: holds no row; give at least one")
    return raw


def _parquet(path: Path) -> Raw:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        file = pa.parquet.ParquetFile(path)
        if file.metadata.num_rows > MOST_ROWS or file.metadata.num_columns > MOST_COLUMNS:
            raise InputError(f"{path}: more rows or columns than a table can have")
        table = file.read()
        table.validate(full=True)
    except InputError:
        raise
    except Exception as error:  # a damaged file raises as it comes
        raise InputError(
            f"{path}: cannot be read as a Parquet file: it is damaged or something else"
        ) from error
    _check_names(path, table.column_names)
    columns = [
        _plain(path, name, column)
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    return Raw(pl.DataFrame(columns), np.arange(1, table.num_rows + 1))


def _plain(path: Path, name: str, column: "pa.ChunkedArray") -> pl.Series:
    """A Parquet column of text, numbers, decimals or truth values."""
    import pyarrow as pa

    kind, kinds = column.type, pa.types
    if kinds.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    if kinds.is_float16(kind):
        column = column.cast(pa.float32())
    elif kinds.is_null(kind):
        column = column.cast(pa.string())
    elif not (
        kinds.is_integer(kind)
        or kinds.is_floating(kind)
        or kinds.is_decimal(kind)
        or kinds.is_boolean(kind)
        or kinds.is_string(kind)
        or kinds.is_large_string(kind)
        or kinds.is_string_view(kind)
    ):
        what = {kinds.is_nested(kind): "lists or tables", kinds.is_temporal(kind): "dates"}
        held = what.get(True, "bytes")
        raise InputError(
            f"{path}: column {shown(name)} holds {held}; give text, numbers or true and false"
        )
    try:
        series = pl.Series(name, pl.from_arrow(column))
        if kinds.is_decimal(kind):
            text = series.cast(pl.String)
            return text.str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "")
    except (pl.exceptions.PolarsError, pa.ArrowException) as error:
        raise InputError(f"{path}: column {shown(name)} cannot be read; it is damaged") from error
    return series


def _csv(path: Path, kind: str) -> Raw:
    try:
        with gzip.open(path) if kind == ".csv.gz" else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.strerror:
            raise
        raise InputError(f"{path}: cannot be read as a gzip file: it is damaged") from error
    if len(content) > MOST_BYTES:
        raise InputError(f"{path}: more than {MOST_BYTES >> 30} GiB of text; give it as Parquet")
    content = content.removeprefix(b"\xef\xbb\xbf")
    _check_text(path, content)
    separator, header = _header(path, content)
    table, wrong = _parsed(path, content, separator, len(header))
    if wrong:
        told = [f"row {row - 1} has {has} field{'s' if has != 1 else ''}" for row, has in wrong]
        more = f" and {len(told) - MOST_TOLD:,} rows more" if len(told) > MOST_TOLD else ""
        raise InputError(
            f"{path}: {', '.join(told[:MOST_TOLD])}{more}; the header has {len(header)}: give each "
            "row as many, text that holds a separator in quotes, and close all quotes"
        )
    names = [name.strip() for name in header]
    columns = table.get_columns()
    for number in range(len(names), 0, -1):  # Excel's empty columns beside the table
        if not names[number - 1] and (columns[number - 1].str.strip_chars() == "").all():
            del names[number - 1], columns[number - 1]
    _check_names(path, names)
    columns = [column.alias(name) for name, column in zip(names, columns, strict=True)]
    if separator != ",":
        columns = [_with_points(path, column) for column in columns]
    table = pl.DataFrame(columns)
    filled = table.select(pl.any_horizontal(pl.all().str.contains(r"\S"))).to_series()
    return Raw(table.filter(filled), np.flatnonzero(filled.to_numpy()) + 1)


def _header(path: Path, content: bytes) -> tuple[str, list[str]]:
    """The separator and the names in the first line."""
    line = content[:LONGEST_ROW].partition(b"\n")[0].decode("utf-8", "replace").strip("\r")
    separator = max(SEPARATORS, key=line.count)
    try:
        header = next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        header = []
    if not header or len(header) > MOST_COLUMNS:
        raise InputError(
            f"{path}: cannot be read as a CSV file: the first line must name the columns"
        )
    return separator, header


def _parsed(
    path: Path, content: bytes, separator: str, width: int
) -> tuple[pl.DataFrame, list[tuple[int, int]]]:
    """The rows after the header, as text, and (number, fields) of rows of another width."""
    import pyarrow as pa
    import pyarrow.csv

    wrong = []

    def note(row: "pa.csv.InvalidRow") -> str:
        wrong.append((row.number, row.actual_columns))
        return "skip"

    try:
        table = pa.csv.read_csv(
            pa.BufferReader(content),
            pa.csv.ReadOptions(
                use_threads=False, autogenerate_column_names=True, block_size=LONGEST_ROW
            ),
            pa.csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            pa.csv.ConvertOptions(
                column_types={f"f{k}": pa.large_string() for k in range(width)},
                strings_can_be_null=False,
                null_values=[],
            ),
        )
        table.validate(full=True)
    except (pa.ArrowException, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as a CSV file; is a quote open, or a line very long?"
        ) from error
    if table.num_columns != width:
        raise InputError(f"{path}: cannot be read as a CSV file: close all quotes of the header")
    frame = pl.DataFrame(pl.from_arrow(table))
    return frame.slice(1), wrong


def _with_points(path: Path, column: pl.Series) -> pl.Series:
    """Decimal commas as points; InputError if a column has both."""
    column = column.str.strip_chars()
    commas = column.str.contains(_COMMA)
    if not commas.any():
        return column
    if column.str.contains(_POINT).any():
        raise InputError(
            f"{path}: column {shown(column.name)} has numbers with a decimal comma and others with "
            "a point; use one of them"
        )
    return column.zip_with(~commas, column.str.replace(",", ".", literal=True))


def _check_names(path: Path, names: list[str]) -> None:
    for number, name in enumerate(names, start=1):
        if not name:
            raise InputError(f"{path}: column {number} has no name; name it in the first line")
        if name in names[: number - 1]:
            raise InputError(f"{path}: two columns are called {shown(name)}; give each one once")


def _check_text(path: Path, content: bytes) -> None:
    """InputError unless the bytes are UTF-8; read in parts, for a file may be large."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), LONGEST_ROW):
            decoder.decode(content[start : start + LONGEST_ROW])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: cannot be read as a CSV file in UTF-8; in Excel save it as 'CSV UTF-8'"
        ) from error
