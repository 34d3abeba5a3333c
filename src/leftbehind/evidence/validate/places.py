"""Where people live: the urban share, who is in villages, the provinces' people and their births.

The shares of towns, the provinces' relative fertility and the people registered in each in 2010 are
inputs of the model (conditions.py, evidence/ancestors.py); how many people a province has by
residence is a result of its migrants.
"""

from collections.abc import Iterator

import polars as pl

from leftbehind.counts.tallies import (
    Tallies,
    fifth_years,
    national,
    province_values,
    total,
    un_indicator,
)
from leftbehind.evidence.validate.check import Check, from_row, published, within
from leftbehind.evidence.validate.demography import chance_error, fertility_of
from leftbehind.evidence.validate.migration import age_bounds
from leftbehind.inputs.places import three_regions

GROUP = "places"


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group."""
    yield from urban(tallies)
    yield from in_villages(tallies)
    yield from residents(tallies)
    yield from province_fertility(tallies)


def urban(tallies: Tallies) -> Iterator[Check]:
    """Percent of people in areas counted as urban each fifth year, 3 points."""
    series = {row["year"]: row for row in national("urban_share").iter_rows(named=True)}
    for year in fifth_years(tallies.years):
        here = tallies.people.filter(pl.col("year") == year)
        in_town = tallies.parameter("urban_migrant_in_town", year)
        row = series[year]
        yield within(
            GROUP,
            "urban share",
            year,
            percent_living(here, "town", in_town),
            100.0 * row["value"],
            "percent",
            3.0,
            "absolute",
            basis=row["basis"],
            source=row["source"],
            note=f"of people away, {in_town:.0%} count as urban (assumed); "
            "homes in towns follow the published share (input)",
        )


def in_villages(tallies: Tallies) -> Iterator[Check]:
    """Percent of the old and of children who live in villages, where a census tells it."""
    for row in published(tallies.years, indicator="living_in_villages"):
        here = tallies.people.filter(
            (pl.col("year") == row["year"]) & pl.col("age").is_between(*age_bounds(row["group"]))
        )
        in_town = tallies.parameter("urban_migrant_in_town", row["year"])
        yield from_row(
            GROUP,
            f"living in villages, of people aged {row['group']}",
            row,
            percent_living(here, "village", 1.0 - in_town),
            note=f"of people away, {in_town:.0%} count as urban (assumed)",
        )


def percent_living(people: pl.DataFrame, where: str, of_away: float) -> float:
    """Percent of `people` at home in a "town" or "village", with a share of those away."""
    home, away = (total(people.filter(pl.col("lives") == at)) for at in (where, "away"))
    return 100.0 * (home + of_away * away) / total(people)


def residents(tallies: Tallies) -> Iterator[Check]:
    """People of each province by residence in 2010 and 2020, 10 percent."""
    for year in (2010, 2020):
        if year not in tallies.years:
            continue
        model = by_residence(tallies, year)
        for row in province_values("population", year).iter_rows(named=True):
            yield within(
                GROUP,
                "residents",
                year,
                model.get(row["province"], 0.0),
                row["value"] / 1e6,
                "million persons",
                0.10,
                "relative",
                place=row["province"],
                basis=row["basis"],
                source=row["source"],
                held_out=year > 2012,
                note="at home, less away, plus arrivals; registered people of 2010 are an input",
            )


def by_residence(tallies: Tallies, year: int) -> dict[str, float]:
    """Millions of people by the province where they live at the end of `year`, 0 where nobody."""
    at_home = tallies.people.filter((pl.col("year") == year) & (pl.col("lives") != "away"))
    out = dict.fromkeys(three_regions(), 0.0)
    out |= dict(at_home.group_by("province").agg(pl.col("millions").sum()).iter_rows())
    moved = tallies.flows.filter(pl.col("year") == year)
    arrived = moved.group_by("destination").agg((pl.col("adults") + pl.col("children")).sum())
    for province, millions in arrived.iter_rows():
        out[province] = out.get(province, 0.0) + millions
    return out


def province_fertility(tallies: Tallies) -> Iterator[Check]:
    """Children per woman by province in 2000 and 2010, 0.15.

    Censuses missed many births (their nation's rate is near 1.2, the UN's 1.6 to 1.7), so the
    published figures are raised by one factor, the UN's rate over the provinces' mean weighted by
    people. The model's rate is of five years, with women and births at the home province.
    """
    un = un_indicator("tfr")
    for year in (2000, 2010):
        around = range(year - 2, year + 3)
        if around[0] not in tallies.years or around[-1] not in tallies.years:
            continue
        table = province_values("tfr", year).join(
            province_values("population", year).select("province", people="value"), on="province"
        )
        mean = float((table["value"] * table["people"]).sum()) / float(table["people"].sum())
        for row in table.iter_rows(named=True):
            who = pl.col("year").is_in(list(around)) & (pl.col("province") == row["province"])
            model = fertility_of(tallies, who)
            yield within(
                GROUP,
                "total fertility",
                year,
                model,
                row["value"] * un[year] / mean,
                "children per woman",
                0.15,
                "absolute",
                place=row["province"],
                basis=row["basis"],
                source=row["source"],
                note=f"census {row['value']:.2f}, raised as UN/census; "
                f"chance error of the model about {chance_error(tallies, who, model):.2f}",
            )
