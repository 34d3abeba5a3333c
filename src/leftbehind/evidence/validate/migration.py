"""Workers away, how far and how long, beside the statistical office's surveys of migrant workers.

Migration is a result of the families' choices: no count here is rescaled. The office counts rural
workers who were away from their township for six months or more of the year; so does the model's
side, save where a note says that the table tells no months. Before 2008 the surveys differ in whom
they cover and how long an absence must last.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from leftbehind.base.person import ABROAD_NAME
from leftbehind.counts.tallies import Tallies, by_age, share, total
from leftbehind.evidence.validate.check import Check, from_row, published
from leftbehind.inputs.places import three_regions
from leftbehind.inputs.tables import read_table
from leftbehind.model.tallies.migrants import FORMS, UNIONS, WHERE, YOUNGEST

GROUP = "migration"
LEFT = "left township"
SINGLE, MARRIED, ONCE_MARRIED = UNIONS
WHOLE_FAMILY = pl.col("form") == FORMS[1]
OTHER_PROVINCE = pl.col("where") == WHERE[2]
IN_CHINA = pl.col("destination") != ABROAD_NAME
CROSSES = IN_CHINA & (pl.col("origin") != pl.col("destination"))
ALL = "people away from their registration"
WITHIN_PROVINCE, BEYOND_PROVINCE = f"{ALL}, within the province", f"{ALL}, in another province"
FLOATING = {
    "floating_population_excl_within_city": ALL,
    "intraprovincial_floating_excl_within_city": WITHIN_PROVINCE,
    "interprovincial_floating": BEYOND_PROVINCE,
}
ANY_MONTHS = "model: adults away in any part of the year"
ANY_AGE = "model: people away in any part of the year; moves to a town of the own county assumed"
LOWS = (YOUNGEST, 21, 31, 41, 51)  # first ages of the groups in migrants.AGES
BEYOND = 200


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group."""
    yield from left_township(tallies)
    yield from floating(tallies)
    yield from crossing(tallies)
    yield from regions(tallies)
    yield from whole_family(tallies)
    yield from who_goes(tallies)
    yield from ages(tallies)


def workers(tallies: Tallies, year: int) -> pl.DataFrame:
    """Workers away in a year (millions), see Tallies.migrants."""
    return tallies.migrants.filter(pl.col("year") == year)


def left_township(tallies: Tallies) -> Iterator[Check]:
    """Workers who left their township, by year: from 2008 one survey, before it several."""
    rows = [
        *published(tallies.years, indicator="rural_migrants_left_township"),
        *published(tallies.years, indicator="migrant_workers", group=LEFT),
    ]
    for row in rows:
        away = total(workers(tallies, row["year"]))
        yield from_row(GROUP, "workers who left their township", row, away)


def floating(tallies: Tallies) -> Iterator[Check]:
    """People of all ages and hukou types away from their registration, in censuses and surveys.

    The model's are those away in China, families in the town of their county among them. Moves
    inside a city are in neither.
    """
    for indicator, what in FLOATING.items():
        for row in published(tallies.years, indicator=indicator):
            within, beyond = people_away(tallies, row["year"])
            counted = {ALL: within + beyond, WITHIN_PROVINCE: within, BEYOND_PROVINCE: beyond}
            yield from_row(GROUP, what, row, counted[what], note=ANY_AGE)


def people_away(tallies: Tallies, year: int) -> tuple[float, float]:
    """Millions away inside their province, moves to a town of the own county among them; beyond."""
    flows = tallies.flows.filter((pl.col("year") == year) & IN_CHINA)
    flows = flows.with_columns(people=pl.col("adults") + pl.col("children"))
    beyond = float(flows.filter(CROSSES)["people"].sum())
    return float(flows["people"].sum()) - beyond, beyond


def crossing(tallies: Tallies) -> Iterator[Check]:
    """Percent of those who left their township who also left their province: nation, regions."""
    region = dict(read_table("provinces").select("name", "region").iter_rows())
    for row in published(tallies.years, indicator="cross_province_share"):
        away = workers(tallies, row["year"])
        if row["place"] != "china":
            away = away.filter(_in_region(region, "province", row["place"]))
        yield from_row(GROUP, "away outside the province", row, share(away, OTHER_PROVINCE))


def regions(tallies: Tallies) -> Iterator[Check]:
    """Where people go, in the older scheme of three regions: east, central, west."""
    region = three_regions()
    for row in published(tallies.years, indicator="cross_province_to_east_share"):
        moved = tallies.flows.filter(pl.col("year") == row["year"]).filter(CROSSES)
        if row["place"] != "china":
            moved = moved.filter(_in_region(region, "origin", row["place"]))
        east = share(moved, _in_region(region, "destination", "east"), "adults")
        what = "of those outside the province, in the east"
        yield from_row(GROUP, what, row, east, ANY_MONTHS)
    for row in published(tallies.years, indicator="migrant_workplace_share"):
        moved = tallies.flows.filter(pl.col("year") == row["year"]).filter(IN_CHINA)
        there = share(moved, _in_region(region, "destination", row["place"]), "adults")
        yield from_row(GROUP, "region where they work", row, there, ANY_MONTHS)


def _in_region(region: dict[str, str], end: str, wanted: str) -> pl.Expr:
    return pl.col(end).is_in([name for name, where in region.items() if where == wanted])


def whole_family(tallies: Tallies) -> Iterator[Check]:
    """Workers whose whole family left, in millions and as a share of all who left."""
    for row in published(tallies.years, indicator="migrant_workers", group="whole family left"):
        number = total(workers(tallies, row["year"]).filter(WHOLE_FAMILY))
        yield from_row(GROUP, "workers whose whole family left", row, number)
    for row in published(tallies.years, indicator="whole_family_share"):
        percent = share(workers(tallies, row["year"]), WHOLE_FAMILY)
        yield from_row(GROUP, "whole family left, of those who left", row, percent)


def who_goes(tallies: Tallies) -> Iterator[Check]:
    """Women and married people among those who left; surveys of all workers cannot be compared."""
    union = {
        f"{LEFT}, married": MARRIED,
        f"{LEFT}, never married": SINGLE,
        f"{LEFT}, other": ONCE_MARRIED,
    }
    for row in published(tallies.years, indicator="migrant_women_share", group=LEFT):
        percent = share(workers(tallies, row["year"]), pl.col("sex") == "female")
        yield from_row(GROUP, "women among workers away", row, percent)
    for row in published(tallies.years, indicator="migrant_marital_share"):
        percent = share(workers(tallies, row["year"]), pl.col("union") == union[row["group"]])
        yield from_row(GROUP, f"workers away: {row['group'].split(', ')[1]}", row, percent)
    for row in published(tallies.years, indicator="migrant_married_share", group=LEFT):
        percent = share(workers(tallies, row["year"]), pl.col("union") == MARRIED)
        yield from_row(GROUP, "workers away: married", row, percent)


def ages(tallies: Tallies) -> Iterator[Check]:
    """Ages of those who left; the surveys of all workers, local ones included, are left out."""
    start = f"{LEFT}, age "
    for row in published(tallies.years, indicator="migrant_age_share"):
        if row["group"].startswith(start):
            group = row["group"].removeprefix(start)
            first, last = age_bounds(group)
            number = by_age(workers(tallies, row["year"]), LOWS)
            percent = 100.0 * share_between(number, first, last)
            whole = first in LOWS and last + 1 in (*LOWS, BEYOND)
            note = "" if whole else "model: ages 21-30 split evenly"
            yield from_row(GROUP, f"workers away aged {group}", row, percent, note)


def age_bounds(text: str) -> tuple[int, int]:
    """First and last age of "16-25", "over 50" or "60 and over"."""
    if text.startswith("over "):
        return int(text.removeprefix("over ")) + 1, BEYOND - 1
    if text.endswith(" and over"):
        return int(text.removesuffix(" and over")), BEYOND - 1
    first, last = text.split("-")
    return int(first), int(last)


def share_between(number: np.ndarray, first: int, last: int) -> float:
    """Share of people by group of `LOWS` who are aged `first` to `last`, both included.

    A group that is cut is split evenly by age. NaN if there is nobody.
    """
    running = np.concatenate([[0.0], np.cumsum(number)])
    if running[-1] == 0.0:
        return float("nan")
    below, up_to = np.interp([first, last + 1], [*LOWS, BEYOND], running)
    return float((up_to - below) / running[-1])


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
