"""Predictions before the look: what the model says of years that nobody has told it of.

One row a quantity, group, place and year: median and intervals over an ensemble's draws, and the 90
percent interval with the discrepancy that cuts have taught (evidence/cuts). Which posterior the
draws are of stands in each row. Nothing published of these years is in any table.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.counts.intervals import quantiles
from leftbehind.counts.tallies import MILLION, Tallies, total
from leftbehind.counts.world import World
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.evidence.cuts.discrepancy import Discrepancy
from leftbehind.evidence.cuts.judging import ENDS, grown
from leftbehind.evidence.validate.children import MIGRANT_PUPILS, counted
from leftbehind.evidence.validate.migration import people_away, workers
from leftbehind.evidence.validate.places import by_residence
from leftbehind.inputs.places import three_regions

YEARS = (2025, 2030, 2035)
FITTED_TO = 2012  # years ahead of the strict posterior's last figure
MOST_ORDER = 3  # births of this order and later are one group
CHINA, ALL = "china", "all"
MILLIONS, PERCENT = "million persons", "percent"

LEFT, MOVED = "children left behind", "children who moved"
WORKERS, AWAY = "workers away", "people away"
OTHER = "all groups"  # of the discrepancy, where no series of the kind was ever compared


@dataclass(frozen=True)
class Said:
    """One figure of one world; `learnt` is the group of series whose discrepancy it has."""

    quantity: str
    group: str
    place: str
    year: int
    unit: str
    value: float
    learnt: str


def told(world: World, years: tuple[int, ...]) -> list[Said]:
    """All that is predicted, of one world, in a fixed order."""
    tallies = Tallies(world)
    return [one for year in years for make in QUANTITIES for one in make(tallies, year)]


def _workers(tallies: Tallies, year: int) -> Iterator[Said]:
    """Workers who left their township: all, by range and by region of origin."""
    away = workers(tallies, year)
    say = partial(Said, "workers who left their township", year=year, unit=MILLIONS, learnt=WORKERS)
    yield say(group=ALL, place=CHINA, value=total(away))
    for (where,), rows in sorted(away.group_by("where"), key=lambda part: str(part[0])):
        yield say(group=str(where), place=CHINA, value=total(rows))
    region = three_regions()
    for place in sorted(set(region.values())):
        names = [name for name, there in region.items() if there == place]
        yield say(group=ALL, place=place, value=total(away.filter(pl.col("province").is_in(names))))


def _children(tallies: Tallies, year: int) -> Iterator[Said]:
    """Children by every definition, and pupils who moved with their parents."""
    chosen = [definitions.get(name) for name in definitions.names()]
    for definition in (*chosen, MIGRANT_PUPILS):
        moved = definition.name in ("migrant-children", MIGRANT_PUPILS.name)
        number = counted(tallies, definition, [year])[year]
        learnt = MOVED if moved else LEFT
        yield Said("children", definition.name, CHINA, year, MILLIONS, number, learnt)


def _births(tallies: Tallies, year: int) -> Iterator[Said]:
    """Births by order, and children without a living sibling."""
    orders = tallies.orders.filter(pl.col("year") == year)
    say = partial(Said, "births", place=CHINA, year=year, unit=MILLIONS, learnt=OTHER)
    yield say(group=ALL, value=total(orders))
    for order in range(1, MOST_ORDER):
        yield say(group=f"order {order}", value=total(orders.filter(pl.col("order") == order)))
    later = orders.filter(pl.col("order") >= MOST_ORDER)
    yield say(group=f"order {MOST_ORDER} and later", value=total(later))
    kin = tallies.kin.filter(pl.col("year") == year)
    alone = total(kin.filter(pl.col("siblings") == 0))
    yield Said(
        "children under 15 without a living sibling",
        ALL,
        CHINA,
        year,
        PERCENT,
        100.0 * alone / total(kin) if total(kin) else float("nan"),
        OTHER,
    )


def _people(tallies: Tallies, year: int) -> Iterator[Said]:
    """People by the province where they live; people away within and outside their province."""
    where = by_residence(tallies, year)
    say = partial(Said, "residents", ALL, year=year, unit=MILLIONS, learnt=OTHER)
    yield say(place=CHINA, value=sum(where[name] for name in three_regions()))
    for name in sorted(three_regions()):
        yield say(place=name, value=where[name])
    within, beyond = people_away(tallies, year)
    away = partial(
        Said, "people away from their registration", place=CHINA, year=year, unit=MILLIONS
    )
    yield away(group="within the province", value=within, learnt=AWAY)
    yield away(group="in another province", value=beyond, learnt=AWAY)


QUANTITIES: tuple[Callable[[Tallies, int], Iterator[Said]], ...] = (
    _workers,
    _children,
    _births,
    _people,
)


def predicted(
    ensemble: Ensemble,
    discrepancy: Discrepancy | None,
    years: tuple[int, ...] = YEARS,
    workers: int = 1,
) -> pl.DataFrame:
    """One row a figure: quantity, group, place, year, unit, median and intervals over the draws.

    `low_90_with` and `high_90_with` hold the discrepancy too (null without one). Raises InputError
    for a year that the ensemble did not live.
    """
    for year in years:
        if year not in ensemble.years():
            raise InputError(
                f"--year {year}: {ensemble.folder} was lived from {ensemble.years()[0]} to "
                f"{ensemble.years()[-1]}; live it further with `leftbehind run --to {year}`"
            )
    made = ensemble.each(partial(told, years=years), workers)
    posterior = str(ensemble.manifest.get("figures", "strict"))
    return pl.DataFrame([_row(of, discrepancy, posterior) for of in zip(*made, strict=True)])


def _row(
    of: tuple[Said, ...], discrepancy: Discrepancy | None, posterior: str
) -> dict[str, object]:
    first = of[0]
    values = np.array([one.value for one in of])
    row: dict[str, object] = {
        name: getattr(first, name) for name in ("quantity", "group", "place", "year", "unit")
    }
    row |= {name: round(value, 4) for name, value in quantiles(values.tolist()).items()}
    low, high = _with(values, first, discrepancy) if discrepancy else (None, None)
    return {**row, "low_90_with": low, "high_90_with": high, "posterior": posterior}


def _with(values: np.ndarray, first: Said, discrepancy: Discrepancy) -> tuple[float, float]:
    """The 90 percent interval with the discrepancy of the figure's group, that far ahead."""
    relative = first.unit == MILLIONS
    part = discrepancy.of(first.learnt, "relative" if relative else "absolute")
    # Quantiles first: between a draw of nought and another a logarithm bends the line.
    ends = np.quantile(values, (ENDS[0], 0.5, ENDS[1]))
    scaled = np.log(np.maximum(ends, 1.0 / MILLION)) if relative else ends
    low, high = grown(scaled, part.sd(first.year - FITTED_TO))
    back = np.exp([low, high]) if relative else np.clip([low, high], 0.0, 100.0)
    return round(float(back[0]), 4), round(float(back[1]), 4)
