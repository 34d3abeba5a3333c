"""Series: one quantity over years. About fifty of them, not several hundred figures.

The table `series` names the comparisons of `leftbehind validate` that are one series, its group,
whether an official input decides it, and on which scale it is compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.evidence.validate.check import Check
from leftbehind.inputs.tables import data_folder, read_table

KINDS = ("relative", "absolute")
EMERGES, OFFICIAL = "emerges", "official"
LEAST = 1e-3  # a count of nobody counts as this share of the published figure
SURE = ("read", "derived", "memory", "unverified", "assumption")  # the surest first


@dataclass(frozen=True)
class Series:
    """One quantity: its name, group, what decides it (emerges or official), its scale."""

    name: str
    group: str
    decided: str
    kind: str

    def on_scale(self, value: float, published: float) -> float:
        """A figure as it is compared; NaN stays NaN."""
        if self.kind == "absolute" or not np.isfinite(value):
            return value
        return float(np.log(max(value, LEAST * abs(published))))

    def in_unit(self, value: float) -> float:
        """The opposite of `on_scale`."""
        return float(np.exp(value)) if self.kind == "relative" else value


@dataclass(frozen=True)
class Figure:
    """A published figure of a series, and what a world says of it, both in the figure's unit."""

    year: int
    published: float
    model: float
    basis: str
    row: str


@cache
def table() -> dict[tuple[str, str], Series]:
    """Series by (what, place) of the comparisons that belong to it.

    Raises InputError for a kind or decider that is not known, or a series that is not one thing.
    """
    known: dict[str, Series] = {}
    out = {}
    for row in read_table("series").iter_rows(named=True):
        one = Series(row["series"], row["group"], row["decided"], row["kind"])
        if one.kind not in KINDS or one.decided not in (EMERGES, OFFICIAL):
            raise InputError(
                f"{data_folder() / 'series.csv'}: series {one.name!r}: kind {one.kind!r}, decided "
                f"{one.decided!r}: give {' or '.join(KINDS)}, and {EMERGES} or {OFFICIAL}"
            )
        if known.setdefault(one.name, one) != one:
            raise InputError(
                f"{data_folder() / 'series.csv'}: series {one.name!r} has rows that contradict "
                "each other in group, decided or kind"
            )
        out[row["what"], row["place"]] = one
    return out


def figures(checks: Iterable[Check]) -> dict[Series, dict[int, Figure]]:
    """The figures of each series by year; of several in one year the surest, then the first."""
    of = table()
    out: dict[Series, dict[int, Figure]] = {}
    for check in checks:
        series = of.get((check.what, check.place))
        if series is None or check.is_reading or not check.year.isdigit():
            continue
        year = int(check.year)
        found = Figure(year, check.published, check.model, check.basis, check.row)
        there = out.setdefault(series, {}).get(year)
        if there is None or SURE.index(found.basis) < SURE.index(there.basis):
            out[series][year] = found
    return out
