"""What a run recorded of the years that a question asks for."""

from collections.abc import Iterable

import polars as pl

from leftbehind.base.errors import InputError, nearest
from leftbehind.runs.folder import Run

Years = int | Iterable[int] | None  # one year, several, or all


def table_of(run: Run, name: str, years: Years, first: int) -> pl.LazyFrame:
    """A run's table in some years; InputError if one was not recorded or lies before `first`."""
    table = run.table(name)
    if years is None:
        return table
    wanted = [years] if isinstance(years, int) else list(years)
    recorded = [year for year in run.years() if year >= first]
    for year in wanted:
        if year not in recorded:
            held = f"{recorded[0]} to {recorded[-1]}" if recorded else "no years"
            raise InputError(f"years = {year}: not recorded; the run's {name} table has {held}")
    return table.filter(pl.col("year").is_in(wanted))


def keys_of(by: str | Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Columns to split by, year first; InputError names an unknown one and the nearest."""
    given, known = [by] if isinstance(by, str) else list(by), list(allowed)
    for key in given:
        if key not in known:
            raise InputError(
                f"by = {key!r}: cannot split by that{nearest(str(key), known)}; "
                f"allowed: {', '.join(known)}"
            )
    return list(dict.fromkeys(["year", *given]))
