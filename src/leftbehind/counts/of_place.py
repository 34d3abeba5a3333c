"""Counts of one prefecture or province, found by its name or code."""

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts.definitions import Definition
from leftbehind.counts.left_behind import left_behind
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import nearest
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
    """("prefecture" or "province", its English name) of a place by English or Chinese name or code.

    A municipality (Beijing) is both and means its province; the children are the same. Raises
    InputError with the nearest names if there is no such place.
    """
    places = Places.load()
    provinces = places.provinces["name"].to_list()
    if place in provinces:
        return "province", place
    try:
        return "prefecture", str(places.table["name"][places.find(place)])
    except InputError as error:
        known = [*provinces, *places.table["name"].to_list()]
        raise InputError(
            f"--place {place!r}: no such prefecture or province{nearest(place, known)}; "
            "give an English or Chinese name of a prefecture, its code, or a province"
        ) from error
