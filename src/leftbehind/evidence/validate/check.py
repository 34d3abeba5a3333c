"""One comparison of a simulated figure with a published one.

A check says what was compared, how far the two may lie apart and whether they do. It never changes
the model: figures marked `held_out` were kept from the developers' fitting and only judge it.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, Required, TypedDict, TypeVar, Unpack

import polars as pl

from leftbehind.inputs.tables import read_table

Item = TypeVar("Item")

READINGS = "second readings of registers (assumed)"  # a group of checks: see Check.is_reading


class Known(TypedDict, total=False):
    """How a published figure is known, and where it holds; see `Check`."""

    basis: Required[str]
    source: Required[str]
    place: str
    held_out: bool
    note: str
    row: str


@dataclass(frozen=True)
class Check:
    """A figure of the model beside the published one; `within`, `in_range`, `from_row` make it.

    `low` and `high` bound what is accepted (in `unit`; infinite where a side is open). `basis` is
    how the published figure is known, one of `leftbehind.inputs.tables.BASES`.
    """

    group: str
    what: str
    year: str
    model: float
    published: float
    unit: str
    low: float
    high: float
    basis: str
    source: str
    place: str = "china"
    held_out: bool = False
    note: str = ""
    row: str = ""  # id of the published row, where it is one

    @property
    def met(self) -> bool:
        """Whether the model's figure lies in the accepted range, ends included."""
        return self.low <= self.model <= self.high

    @property
    def is_reading(self) -> bool:
        """Whether this compares a figure once more, read otherwise than its words.

        It stands beside the check by the words, and is not counted among those met or missed.
        """
        return self.group == READINGS

    @property
    def miss(self) -> float:
        """Distance from the published figure over the distance accepted on that side.

        At most 1 where the check is met; infinite where nothing could be measured or the published
        figure itself is the limit. Misses are ranked by it.
        """
        if math.isnan(self.model):
            return math.inf
        distance = self.model - self.published
        accepted = self.high - self.published if distance > 0 else self.published - self.low
        if distance == 0:
            return 0.0
        return abs(distance) / accepted if accepted > 0 else math.inf

    @property
    def ratio(self) -> float:
        """The model's figure over the published one; NaN where that is zero."""
        return self.model / self.published if self.published else math.nan

    def record(self) -> dict[str, Any]:
        """All fields with `met` and `miss`, for JSON."""
        fields = asdict(self) | {"met": self.met, "miss": self.miss}
        return {name: plain(value) for name, value in fields.items()}


def plain(value: Any) -> Any:
    """A value for JSON: numbers to six digits, what is not finite as None."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None


def within(
    group: str,
    what: str,
    year: int | str,
    model: float,
    published: float,
    unit: str,
    tolerance: float,
    kind: Literal["relative", "absolute"],
    **known: Unpack[Known],
) -> Check:
    """A check that accepts `tolerance` on both sides: in `unit`, or a share of the figure."""
    reach = tolerance * abs(published) if kind == "relative" else tolerance
    ends = published - reach, published + reach
    return in_range(group, what, year, model, published, unit, *ends, **known)


def in_range(
    group: str,
    what: str,
    year: int | str,
    model: float,
    published: float,
    unit: str,
    low: float,
    high: float,
    **known: Unpack[Known],
) -> Check:
    """A check that accepts `low` to `high`, not always evenly about the published figure."""
    return Check(group, what, str(year), model, published, unit, low, high, **known)


def from_row(group: str, what: str, row: dict[str, Any], model: float, note: str = "") -> Check:
    """A check against a row of published.csv, with the row's own range.

    Rows that are not for calibration are held out. `note` (what the two sides mean) comes before
    the row's own note.
    """
    return in_range(
        group,
        what,
        row["year"],
        model,
        row["value"],
        row["unit"],
        row["low"],
        row["high"],
        basis=row["basis"],
        source=row["source"],
        place=row["place"],
        held_out=row["use"] != "calibrate",
        note="; ".join(text for text in (note, row["note"]) if text),
        row=row["id"],
    )


def by_group(items: Iterable[Item], check_of: Callable[[Item], Check]) -> dict[str, list[Item]]:
    """What belongs to checks, by their group, in order."""
    out: dict[str, list[Item]] = {}
    for item in items:
        out.setdefault(check_of(item).group, []).append(item)
    return out


def published(years: range, **wanted: str) -> Iterator[dict[str, Any]]:
    """Rows of published.csv of a run's `years` with these values, in order of year."""
    table = read_table("published").filter(pl.col("year").is_in(list(years)))
    for column, value in wanted.items():
        table = table.filter(pl.col(column) == value)
    yield from table.sort("year", maintain_order=True).iter_rows(named=True)
