"""People, births, deaths and length of life of the nation beside the UN (WPP 2024).

Births and deaths are aligned to the UN's rates in the baseline, so these checks ask whether the
program does what it says (see alignment.py), not whether the model foresees births and deaths.
"""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from leftbehind.counts.tallies import (
    GROUPS,
    MILLION,
    SEXES,
    Tallies,
    by_age,
    fifth_years,
    total,
    un_indicator,
    un_people,
)
from leftbehind.evidence.validate.check import Check, from_row, in_range, published, within
from leftbehind.evidence.validate.rates import (
    FERTILE_LOWS,
    LIFE_LOWS,
    life_expectancy,
    total_fertility,
)
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters

GROUP = "demography"
UN = "UN WPP 2024"
OLDEST_GROUP = 90  # ages from here are one group: single five-year groups above are very small
FAMINE_LEAST = 1.4  # deaths of 1960 over those of 1957
from_un = partial(within, GROUP, basis="read", source=UN)


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group."""
    yield from population(tallies)
    yield from births_and_deaths(tallies)
    yield from famine(tallies)
    yield from ages(tallies)
    yield from fertility(tallies)
    yield from life(tallies)
    yield from sex_ratios(tallies)


def population(tallies: Tallies) -> Iterator[Check]:
    """All people each fifth year, 2 percent: year end beside the mean of the UN's two mid-years."""
    un = un_indicator("population")
    for year in fifth_years(tallies.years):
        model = total(tallies.people.filter(pl.col("year") == year))
        at_end = (un[year] + un[year + 1]) / 2000.0
        yield from_un(
            "population",
            year,
            model,
            at_end,
            "million persons",
            0.02,
            "relative",
            note="end of the year; UN: mean of 1 July of this year and the next",
        )


def births_and_deaths(tallies: Tallies) -> Iterator[Check]:
    """Births and deaths of ten-year periods, 4 percent."""
    for first in range(1950, 2020, 10):
        period = range(first, first + 10)
        if period[0] not in tallies.years or period[-1] not in tallies.years:
            continue
        happened = tallies.events.filter(pl.col("year").is_in(list(period)))
        for event in ("birth", "death"):
            un = un_indicator(f"{event}s")
            number = total(happened.filter(pl.col("event") == event))
            yield from_un(
                f"{event}s",
                f"{first}-{first + 9}",
                number,
                sum(un[year] for year in period) / 1000.0,
                "million",
                0.04,
                "relative",
            )


def famine(tallies: Tallies) -> Iterator[Check]:
    """Deaths of 1960 over those of 1957: at least 1.4, as the famine of 1959-61 must be visible."""
    if 1957 not in tallies.years or 1960 not in tallies.years:
        return
    died = tallies.events.filter(pl.col("event") == "death")
    before, worst = (total(died.filter(pl.col("year") == year)) for year in (1957, 1960))
    un = un_indicator("deaths")
    yield in_range(
        GROUP,
        "deaths of 1960 over those of 1957",
        1960,
        worst / before,
        un[1960] / un[1957],
        "ratio",
        FAMINE_LEAST,
        float("inf"),
        basis="read",
        source=UN,
        note="famine of 1959-61: at least 1.4 is asked",
    )


def ages(tallies: Tallies) -> Iterator[Check]:
    """Five-year age groups in 2000, 2010 and 2020, 6 percent; 90 and older as one group."""
    lows = tuple(low for low in GROUPS if low <= OLDEST_GROUP)
    for year in (2000, 2010, 2020):
        if year not in tallies.years:
            continue
        model = by_age(tallies.people.filter(pl.col("year") == year), lows)
        un = un_reached(year, lows)
        for k, low in enumerate(lows):
            name = f"{low}+" if low == OLDEST_GROUP else f"{low}-{low + 4}"
            yield from_un(
                f"people aged {name}",
                year,
                float(model[k]),
                float(un[k]),
                "million persons",
                0.06,
                "relative",
                note="age reached in the year, at its end; UN moved from 1 July",
            )


def un_reached(year: int, lows: tuple[int, ...]) -> np.ndarray:
    """UN people (millions) by group of the age reached in `year`, at its end; `year` a fifth year.

    The model's age is the year minus the year of birth. On 1 July those born in one calendar year
    are half of those aged x - 1 and half of those aged x, where x is the age they reach this year;
    they then live half a year under the UN's death rates. The newborn of the year are UN births
    times their survival to its end. Net migration of the half-year (0.02 percent) is left out.
    """
    rates = OfficialRates.load(year, year, Parameters.load()).deaths[0]
    ratio = un_indicator("sex_ratio_at_birth")[year]
    of_births = {"female": 100.0 / (100.0 + ratio), "male": ratio / (100.0 + ratio)}
    born = un_indicator("births")[year] / 1000.0
    out = np.zeros(len(lows))
    for k, sex in enumerate(SEXES):
        middle = un_people(year, sex)
        reached = np.append(0.5 * middle, 0.0)
        reached[1:] += 0.5 * middle
        reached[1:] *= np.exp(-0.5 * rates[k, 1 : len(reached)])
        reached[0] = born * of_births[sex] * np.exp(-rates[k, 0])
        out += np.add.reduceat(reached, np.array(lows))
    return out


def fertility(tallies: Tallies) -> Iterator[Check]:
    """Children per woman each fifth year, 0.1."""
    un = un_indicator("tfr")
    for year in fifth_years(tallies.years):
        who = pl.col("year") == year
        model = fertility_of(tallies, who)
        yield from_un(
            "total fertility",
            year,
            model,
            un[year],
            "children per woman",
            0.1,
            "absolute",
            note=f"chance error of the model about {chance_error(tallies, who, model):.2f}",
        )


def fertility_of(tallies: Tallies, who: pl.Expr) -> float:
    """Children per woman among the rows `who` of people and events (by year, province of home)."""
    happened = tallies.events.filter(who)
    women = tallies.people.filter(who & (pl.col("sex") == "female"))
    dead = happened.filter((pl.col("event") == "death") & (pl.col("sex") == "female"))
    born = happened.filter(pl.col("event") == "birth")
    return total_fertility(
        by_age(born, FERTILE_LOWS), by_age(women, FERTILE_LOWS), by_age(dead, FERTILE_LOWS)
    )


def chance_error(tallies: Tallies, who: pl.Expr, fertility: float) -> float:
    """Standard error of a fertility rate by the number of simulated births behind it."""
    born = total(tallies.events.filter(who & (pl.col("event") == "birth")))
    simulated = born * MILLION / tallies.world.scale
    return fertility / math.sqrt(simulated) if simulated else math.inf


def life(tallies: Tallies) -> Iterator[Check]:
    """Life expectancy each fifth year, 0.7 years: both sides are means of the years around it.

    Single years of a small run are noisy (about 0.15 years at 1:1000), so each year's life table is
    worked out, and the five years about the middle one are averaged: on the UN's side too. The
    first and last years of a run have fewer years around them.
    """
    series = {
        "both sexes": un_indicator("life_expectancy"),
        "female": un_indicator("life_expectancy_female"),
        "male": un_indicator("life_expectancy_male"),
    }
    model = {name: life_by_year(tallies, name) for name in series}
    for year in fifth_years(tallies.years):
        around = [t for t in range(year - 2, year + 3) if t in tallies.years]
        for name, un in series.items():
            yield from_un(
                f"life expectancy, {name}",
                year,
                float(np.mean([model[name][t] for t in around])),
                float(np.mean([un[t] for t in around])),
                "years",
                0.7,
                "absolute",
                note=f"both sides are means of {around[0]}-{around[-1]}",
            )


def life_by_year(tallies: Tallies, who: str) -> dict[int, float]:
    """Life expectancy of each year of the run; `who` is a sex or "both sexes"."""
    sexes = SEXES if who == "both sexes" else (who,)
    dead = tallies.events.filter((pl.col("event") == "death") & pl.col("sex").is_in(sexes))
    alive = tallies.people.filter(pl.col("sex").is_in(sexes))
    out = {}
    for year in tallies.years:
        here = pl.col("year") == year
        out[year] = life_expectancy(
            by_age(dead.filter(here), LIFE_LOWS), by_age(alive.filter(here), LIFE_LOWS)
        )
    return out


def sex_ratios(tallies: Tallies) -> Iterator[Check]:
    """Boys per 100 girls at birth beside the statistical office's figures.

    The model's ratio is of the year and its two neighbours: one year alone has a chance error of
    about 1.9 at 1:1000.
    """
    born = tallies.events.filter(pl.col("event") == "birth")
    for row in published(tallies.years, indicator="sex_ratio_at_birth", definition="births"):
        near = born.filter(pl.col("year").is_between(row["year"] - 1, row["year"] + 1))
        girls, boys = (total(near.filter(pl.col("sex") == sex)) for sex in SEXES)
        yield from_row(
            GROUP, "sex ratio at birth", row, 100.0 * boys / girls, "model: three years about this"
        )
