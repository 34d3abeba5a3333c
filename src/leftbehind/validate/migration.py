"""Workers away, how far and how long, beside the statistical office's surveys of migrant workers.

Migration is a result of the families' choices: no count here is rescaled. The office counts rural
workers who were away from their township for six months or more of the year. The model's people
away are those of 16 and over whom their household sent away this year; one whose months away are
under six counts here, so the model's side is the wider one.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from leftbehind.tables import read_table
from leftbehind.validate.check import Check, from_row, published
from leftbehind.validate.tallies import Tallies, by_age, share, total

GROUP = "migration"
SURVEY = "nbs_migrant_workers"
CROSSES = pl.col("origin") != pl.col("destination")
WIDER = "model: all of 16 and over who are away, some for under six months"
# Ages reached at which the model's groups begin: people.age holds no single ages above 17.
ADULT_LOWS = (16, 17, 18, *range(20, 101, 5))
OLDEST = 200


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group."""
    yield from left_township(tallies)
    yield from crossing(tallies)
    yield from regions(tallies)
    yield from whole_family(tallies)
    yield from women_and_ages(tallies)
    yield from children_taken(tallies)


def adults_away(tallies: Tallies, year: int) -> pl.DataFrame:
    """Flows of a year: origin and destination provinces, adults (millions)."""
    return tallies.flows.filter(pl.col("year") == year)


def left_township(tallies: Tallies) -> Iterator[Check]:
    """Workers who left their township, by year: 2008 on one survey, before it several."""
    rows = [
        *published(tallies.years, indicator="rural_migrants_left_township"),
        *published(tallies.years, indicator="migrant_workers", group="left township"),
    ]
    for row in rows:
        away = total(adults_away(tallies, row["year"]), "adults")
        yield from_row(GROUP, "workers who left their township", row, away, WIDER)


def crossing(tallies: Tallies) -> Iterator[Check]:
    """Percent of those who left their township who also left their province, nation and regions."""
    region = dict(read_table("provinces").select("name", "region").iter_rows())
    for row in published(tallies.years, indicator="cross_province_share"):
        moved = adults_away(tallies, row["year"])
        if row["place"] != "china":
            moved = moved.filter(_in_region(region, "origin", row["place"]))
        yield from_row(GROUP, "away outside the province", row, share(moved, CROSSES, "adults"))


def regions(tallies: Tallies) -> Iterator[Check]:
    """Where people go, in the older scheme of three regions: east, central, west."""
    region = three_regions()
    for row in published(tallies.years, indicator="cross_province_to_east_share"):
        moved = adults_away(tallies, row["year"]).filter(CROSSES)
        if row["place"] != "china":
            moved = moved.filter(_in_region(region, "origin", row["place"]))
        east = share(moved, _in_region(region, "destination", "east"), "adults")
        yield from_row(GROUP, "of those outside the province, in the east", row, east)
    for row in published(tallies.years, indicator="migrant_workplace_share"):
        moved = adults_away(tallies, row["year"])
        there = share(moved, _in_region(region, "destination", row["place"]), "adults")
        yield from_row(GROUP, "workplace of those who left their township", row, there)


def three_regions() -> dict[str, str]:
    """Each province's region when there were three: the northeast is split between two of them."""
    region = dict(read_table("provinces").select("name", "region").iter_rows())
    return region | {"Liaoning": "east", "Jilin": "central", "Heilongjiang": "central"}


def _in_region(region: dict[str, str], end: str, wanted: str) -> pl.Expr:
    return pl.col(end).is_in([name for name, where in region.items() if where == wanted])


def whole_family(tallies: Tallies) -> Iterator[Check]:
    """Workers whose whole family left: parents who took their children along, and their share."""
    note = "model: parents away with their children; the survey counts childless couples too"
    for row in published(tallies.years, indicator="migrant_workers", group="whole family left"):
        yield from_row(GROUP, "workers whose whole family left", row,
                       parents_with_children(tallies, row["year"]), note)  # fmt: skip
    for row in published(tallies.years, indicator="whole_family_share"):
        away = total(adults_away(tallies, row["year"]), "adults")
        percent = 100.0 * parents_with_children(tallies, row["year"]) / away if away else np.nan
        yield from_row(GROUP, "whole family left, of those who left", row, percent, note)


def parents_with_children(tallies: Tallies, year: int) -> float:
    """Millions of adults away with their children: two a couple, one a lone parent."""
    here = tallies.choices.filter((pl.col("year") == year) & (pl.col("now") == "children_taken"))
    couples = total(here.filter(pl.col("household") == "couple with children"))
    return 2.0 * couples + total(here.filter(pl.col("household") == "lone parent"))


def women_and_ages(tallies: Tallies) -> Iterator[Check]:
    """Women among those away, and their ages; the surveys of all workers are not comparable."""
    away = tallies.people.filter((pl.col("lives") == "away") & (pl.col("age") >= ADULT_LOWS[0]))
    for row in published(tallies.years, indicator="migrant_women_share", group="left township"):
        here = away.filter(pl.col("year") == row["year"])
        women = share(here, pl.col("sex") == "female")
        yield from_row(GROUP, "women among workers away", row, women)
    for row in published(tallies.years, indicator="migrant_age_share"):
        if not row["group"].startswith("left township, age "):
            continue
        here = away.filter(pl.col("year") == row["year"])
        first, last = age_bounds(row["group"].removeprefix("left township, age "))
        yield from_row(
            GROUP, f"workers away aged {row['group'].split('age ')[1]}", row,
            100.0 * share_between(by_age(here, ADULT_LOWS), first, last),
            "model: five-year groups split evenly by age",
        )  # fmt: skip


def age_bounds(text: str) -> tuple[int, int]:
    """First and last age of "16-25" or "over 50"."""
    if text.startswith("over "):
        return int(text.removeprefix("over ")) + 1, OLDEST
    first, last = text.split("-")
    return int(first), int(last)


def share_between(number: np.ndarray, first: int, last: int) -> float:
    """Share of people by group of `ADULT_LOWS` who are aged `first` to `last`, both included."""
    edges = np.array([*ADULT_LOWS, OLDEST])
    running = np.concatenate([[0.0], np.cumsum(number)])
    if running[-1] == 0.0:
        return float("nan")
    below, up_to = np.interp([first, last + 1], edges, running)
    return float((up_to - below) / running[-1])


def children_taken(tallies: Tallies) -> Iterator[Check]:
    """Children of rural hukou away from their registered home (all hukou types: children.py)."""
    away = tallies.people.filter((pl.col("lives") == "away") & (pl.col("age") < 18))
    away = away.filter(pl.col("hukou") == "agricultural")
    for row in published(tallies.years, definition="floating_0_17_rural_hukou"):
        number = total(away.filter(pl.col("year") == row["year"]))
        yield from_row(GROUP, "children taken along, rural hukou, under 18", row, number)


def return_rates(tallies: Tallies) -> dict[int, dict[str, float]]:
    """Percent of households away last year that are all home this year, by year and kind.

    A result without a published counterpart: surveys count people who ever returned.
    """
    away = tallies.choices.filter(pl.col("before") != "home")
    out: dict[int, dict[str, float]] = {}
    for (year, kind), rows in away.group_by("year", "household", maintain_order=True):
        rate = share(rows, pl.col("now") == "home")
        out.setdefault(int(str(year)), {})[str(kind)] = rate
    return dict(sorted(out.items()))
