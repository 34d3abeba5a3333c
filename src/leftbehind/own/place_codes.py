"""Codes of places in a population file: today's, or former ones that became exactly one of them."""

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.person import ABROAD_CODE
from leftbehind.inputs.place_names import Area, find_area

COLUMNS = ("prefecture", "destination", "province")


def current(table: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The table with today's codes, and a sentence for each former code that was replaced.

    Codes of a prefecture may have four digits, of a province six. Others stay as they are, for
    the check to refuse.
    """
    notes = []
    for column in COLUMNS:
        changes = {}
        for code in table[column].drop_nulls().unique().sort().to_list():
            area = _area(code, column)
            if area is None:
                continue
            changes[code] = area.code // 10_000 if column == "province" else area.code
            if 10**5 <= code != changes[code] and column != "province":
                number = int((table[column] == code).sum())
                notes.append(
                    f"{column} {code}, a former code, is taken as {area.code}, {area.name}: "
                    f"{number:,} row{'s' if number > 1 else ''}"
                )
        table = table.with_columns(pl.col(column).replace(changes))
    return table, tuple(notes)


def told(code: int, column: str) -> str:
    """What is allowed in place of a code that is none of today's."""
    if column == "province":
        return "give the code (two digits) of a province, such as 11"
    try:
        area = find_area(str(code), "prefecture")
    except InputError as error:
        return str(error)
    if not area.is_province:
        return f"give {area.code}"
    return f"this is the province {area.name}: give one of its prefectures"


def _area(code: int, column: str) -> Area | None:
    """The place that a code means, if it is one of the kind that the column holds."""
    if code == ABROAD_CODE or not 0 < code < 10**6:
        return None
    try:
        area = find_area(str(code))
    except InputError:
        return None
    return area if area.is_province == (column == "province") else None
