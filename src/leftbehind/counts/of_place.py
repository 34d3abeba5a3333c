"""Counts of one prefecture or province, found by its name or code."""

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts.definitions import Definition
from leftbehind.counts.left_behind import left_behind
from leftbehind.inputs.place_names import find_area
from leftbehind.inputs.tables import read_table
from leftbehind.runs.folder import Run


def counted(
    world: Run, definition: Definition, keys: list[str], years: list[int] | None, place: str | None
) -> pl.DataFrame:
    """Rows of `Run.left_behind`, of one prefecture or province if `place` is given."""
    if place is None:
        return left_behind(world, definition, keys, years)
    column, name = find_place(place)
    rows = left_behind(world, definition, [*keys, column], years).filter(pl.col(column) == name)
    return rows if column in keys else rows.drop(column)


def find_place(place: str) -> tuple[str, str]:
    """("prefecture" or "province", its English name) of a place by any of its names or its code.

    A municipality (Beijing) is both and means its province; the children are the same. Raises
    InputError if there is no such place, or if the word means several.
    """
    try:
        area = find_area(place)
    except InputError as error:
        raise InputError(f"--place {error}") from error
    return "province" if area.is_province else "prefecture", area.name


def with_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `prefecture_code` and `province_code` behind names of prefectures and provinces.

    Six digits of GB/T 2260, as boundaries have them.
    """
    codes = {
        "prefecture": read_table("prefectures").select("name", code="code"),
        "province": read_table("provinces").select("name", code=pl.col("code") * 10_000),
    }
    columns: list[pl.Expr] = []
    for name in rows.columns:
        columns.append(pl.col(name))
        if name in codes:
            of = dict(codes[name].iter_rows())
            coded = pl.col(name).cast(pl.String).replace_strict(of, return_dtype=pl.Int64)
            columns.append(coded.alias(f"{name}_code"))
    return rows.select(columns)
