"""Check a table that a user brings column by column against a schema.

Codes by which other programs mean "missing" are read as empty where they are text (NA, NULL, nan,
a point). Negative numbers are no ids, and 0 names nobody: both are refused, for they may mean
"missing" or not. Ids that have lost digits as decimal numbers are refused too.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError, nearest, shown
from leftbehind.own.faults import Faults
from leftbehind.own.table_file import Raw, load
from leftbehind.own.table_schema import MISSING, Field, TableSchema

TYPES = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64}
EXACT_DIGITS = 15  # of a decimal number in Excel; more come back as zeros
# Whole numbers from here on are not all different as a decimal number of 64 or 32 bits.
EXACT, EXACT_32 = 2.0**53, 2.0**24
_LEAVE_EMPTY = "no id, but what programs write for a missing one: leave empty, number from 1"
_LOST = "it has lost digits as a decimal number: save ids as text or whole numbers"


class Table(NamedTuple):
    """A checked table, and each row's number in the file, for faults found later."""

    table: pl.DataFrame
    rows: np.ndarray


def read(path: Path, schema: TableSchema) -> Table:
    """The file's rows with all columns of the schema, typed; columns it lacks are null.

    Raises InputError for a file that cannot be read, an unknown, doubled or missing column, and
    for wrong values: row (from 1, without the header), column, value and what is allowed.
    """
    return checked(path, load(path), schema)


def checked(path: Path, raw: Raw, schema: TableSchema) -> Table:
    """The same of a file that is loaded."""
    _check_columns(path, raw.table.columns, schema)
    faults = Faults(str(path), raw.rows)
    columns = []
    for field in schema.fields:
        if field.name in raw.table.columns:
            is_id = field.type == "string" and field.name in schema.ids()
            columns.append(_checked(raw.table[field.name], field, is_id, faults))
        else:
            empty = pl.repeat(None, raw.table.height, dtype=TYPES[field.type], eager=True)
            columns.append(empty.alias(field.name))
    faults.tell()
    return Table(pl.DataFrame(columns), raw.rows)


def _check_columns(path: Path, given: list[str], schema: TableSchema) -> None:
    known = schema.names()
    for name in given:
        if name not in known:
            raise InputError(
                f"{path}: unknown column {shown(name)}{nearest(name, known)}; "
                f"allowed: {', '.join(known)}"
            )
    missing = [f.name for f in schema.fields if f.constraints.required and f.name not in given]
    if missing:
        raise InputError(f"{path}: lacks the column {', '.join(missing)}; it must be there")


def _checked(raw: pl.Series, field: Field, is_id: bool, faults: Faults) -> pl.Series:
    """The column in the schema's type; wrong values go to `faults` and become null."""
    told = _texts(raw)
    if is_id:
        code = r"^-\d+$" if field.constraints.unique else r"^(0+|-\d+)$"
        faults.add(told.str.contains(code).fill_null(False).to_numpy(), told, _LEAVE_EMPTY)
        faults.add(_lost_digits(raw, told), told, _LOST)
    typed = _typed(told, field)
    faults.add((told.is_not_null() & typed.is_null()).to_numpy(), told, field.allowed())
    limits = field.constraints
    if limits.required:
        faults.add(told.is_null().to_numpy(), told, field.allowed())
    faults.add(_outside(typed, field), told, field.allowed())
    if limits.unique:
        again = typed.is_not_null() & ~typed.is_first_distinct()
        faults.add(again.to_numpy(), told, "each row needs its own, and another row has it")
    return typed


def _texts(raw: pl.Series) -> pl.Series:
    """Values as text: trimmed, empty and missing codes as null, whole decimals without `.0`."""
    if raw.dtype == pl.Boolean:
        return raw.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    if raw.dtype.is_integer():
        return raw.cast(pl.String)
    if raw.dtype.is_float():
        raw = raw.fill_nan(None)
    text = raw.cast(pl.String, strict=False).str.strip_chars()
    if text.str.contains(".", literal=True).any():
        # Programs that keep whole numbers with gaps as floats write the id 12 as 12.0.
        text = text.str.replace(r"^(-?\d+)\.0+$", "$1")
    return text.set(text.str.to_lowercase().is_in(MISSING), None)


def _lost_digits(raw: pl.Series, text: pl.Series) -> np.ndarray:
    """Where an id was a decimal number that cannot hold it (rows,)."""
    lost = pl.repeat(False, len(raw), eager=True)
    if text.str.contains("[.eE]").any():
        lost = text.str.contains(r"^[+-]?\d*\.?\d*[eE][+]?\d+$|^[+-]?\d*\.\d+$")
    if raw.dtype.is_float():
        lost = lost | (raw.abs() >= (EXACT_32 if raw.dtype == pl.Float32 else EXACT))
    elif raw.dtype == pl.String and (text.str.len_bytes() > EXACT_DIGITS).any():
        # 12345678901234567.0: a decimal number; all ids ending in zeros: digits that Excel cut
        decimal = raw.str.contains(r"^\s*[+-]?\d+\.0+\s*$")
        lost = lost | (decimal & (text.str.len_bytes() > EXACT_DIGITS))
        long = text.str.contains(rf"^\d{{{EXACT_DIGITS + 1},}}$")
        cut = text.str.contains(rf"^\d{{{EXACT_DIGITS}}}0+$")
        if (long.sum() or 0) > 1 and not (long & ~cut).any():
            lost = lost | cut
    found: np.ndarray = lost.fill_null(False).to_numpy()
    return found


def _typed(text: pl.Series, field: Field) -> pl.Series:
    if field.type == "string":
        return text
    if field.type == "integer":
        return text.cast(pl.Int64, strict=False)
    number = text.cast(pl.Float64, strict=False)
    return number.set(~number.is_finite(), None).alias(text.name)


def _outside(typed: pl.Series, field: Field) -> np.ndarray:
    """Where the value lies outside the field's limits (rows,)."""
    limits = field.constraints
    wrong = pl.repeat(False, len(typed), eager=True)
    if limits.minimum is not None:
        wrong = wrong | (typed < limits.minimum)
    if limits.maximum is not None:
        wrong = wrong | (typed > limits.maximum)
    if limits.enum is not None:
        wrong = wrong | ~typed.is_in(limits.enum)
    if limits.pattern is not None:
        wrong = wrong | ~typed.str.contains(limits.pattern)
    return wrong.fill_null(False).to_numpy()
