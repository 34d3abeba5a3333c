"""All policies in one setting: the world as it was is lived once, and branched where each begins.

The branches share the people, the luck and the births and deaths factors of the world as it was.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from leftbehind.counts import definitions
from leftbehind.counts.compare.children import Births, Children, children_of
from leftbehind.counts.compare.fates import FATES
from leftbehind.counts.compare.pairing import pair
from leftbehind.counts.compare.tallies import COUNTS, Groups, tally
from leftbehind.counts.compare.worlds import first_difference
from leftbehind.evidence.policies.settings import Setting
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.simulation import Settings, Simulation, YearOutput
from leftbehind.model.state import State, branch
from leftbehind.model.tallies import cells, incomes
from leftbehind.model.tallies.tally import HUKOU

DEFINITIONS = ("acwf-2010", "nbs-unicef-2020-all", "mca-2016")
LAST_OF_PAST, LAST_OF_FUTURE = 2020, 2050
SHORT_CHANGE = 10  # a change that lasts fewer years is looked at in each of them
UNSUPERVISED = cells.SUMS.index("unsupervised_hours")
MIDDLE = np.array(incomes.CLASS_OF_BAND) == incomes.CLASSES.index("middle")
PEOPLE = 0  # column of the income tally

BASELINE = Scenario()


@dataclass(frozen=True)
class Seen:
    """A year of one world: its children, mean hours of rural children, share in the middle class.

    `hours`: waking hours a week without an adult of children under 18 with rural registration;
    `middle`: percent of all people.
    """

    children: Children
    hours: float
    middle: float


@dataclass(frozen=True)
class Span:
    """The years in which a policy's effect is looked at."""

    first: int
    last: int
    years: tuple[int, ...]

    @staticmethod
    def of(scenario: Scenario, horizon: int | None = None) -> "Span":
        """From the first change to 2020, or to 2050 if it begins later; every fifth year.

        A change that lasts less than SHORT_CHANGE years is looked at in each of them. `horizon`
        ends earlier.
        """
        first = first_difference(BASELINE, scenario)
        last = LAST_OF_PAST if first <= LAST_OF_PAST else LAST_OF_FUTURE
        last = min(last, horizon or last)
        end = max(change.to_year for change in scenario.change)
        short = range(first, end + 1) if end - first < SHORT_CHANGE else range(0)
        years = {y for y in range(first, last + 1) if y % 5 == 0 or y == last or y in short}
        return Span(first, last, tuple(sorted(y for y in years if y >= FIRST_YEAR)))


def live(
    setting: Setting, scenarios: list[Scenario], scale: int, horizon: int | None = None
) -> list[dict[str, Any]]:
    """One row a policy and year: what both worlds count, and what became of the children."""
    spans = [Span.of(scenario, horizon) for scenario in scenarios]
    settings = Settings(scale, setting.seed, BASELINE, setting.parameters())
    was = Simulation(settings)
    states, lives = _as_it_was(was, spans)
    rows = []
    for scenario, span in zip(scenarios, spans, strict=True):
        other = branch(was, replace(settings, scenario=scenario), states[span.first])
        rows += _beside(scenario, span, other, lives)
    return rows


def _as_it_was(
    simulation: Simulation, spans: list[Span]
) -> tuple[dict[int, State], dict[int, Seen]]:
    """Live the world as it was: its state where a policy begins, and its years from the first."""
    begins = {span.first for span in spans}
    last = max(span.last for span in spans)
    states, lives = {}, {}
    while simulation.year <= last:
        if simulation.year in begins:
            states[simulation.year] = State.of(simulation)
        if simulation.year < min(begins):
            simulation.step()
        else:
            seen = _see(simulation)
            lives[seen.children.year] = seen
    return states, lives


def _see(simulation: Simulation) -> Seen:
    """Live a year and look at it."""
    found: list[Children] = []
    output = simulation.step(lambda leg, blocks: found.append(children_of(leg, blocks)))
    return Seen(found[0], *_hours_and_middle(output))


def _hours_and_middle(output: YearOutput) -> tuple[float, float]:
    rural = cells.unpack(output.cells)["hukou"] == HUKOU.index("agricultural")
    number = output.numbers[rural].sum()
    hours = output.sums[rural, UNSUPERVISED].sum() / number if number else float("nan")
    people = output.counts.incomes[..., PEOPLE].sum(axis=(0, 1, 2))  # by band
    return float(hours), float(100.0 * people[MIDDLE].sum() / people.sum())


def _beside(
    scenario: Scenario, span: Span, other: Simulation, lives: dict[int, Seen]
) -> list[dict[str, Any]]:
    """Live a policy's world beside the one that was; a row for each year of its span."""
    groups = Groups.of(other.places)
    counted = [definitions.get(name) for name in DEFINITIONS]
    born = (Births(span.first), Births(span.first))
    rows = []
    while other.year <= span.last:
        here, there = lives[other.year], _see(other)
        for births, seen in zip(born, (here, there), strict=True):
            births.add(seen.children)
        year = here.children.year
        if year not in span.years:
            continue
        found = tally(pair(here.children, there.children, *born), counted, groups)
        persons = [other.settings.scale * definition.share for definition in counted]
        row: dict[str, Any] = {
            "scenario": scenario.name,
            "year": year,
            "hours": [here.hours, there.hours],
            "middle": [here.middle, there.middle],
        }
        for d, name in enumerate(DEFINITIONS):
            numbers = found.counts[d, groups.first["all"]] * persons[d]
            row[name] = dict(zip(COUNTS, numbers.tolist(), strict=True))
        became = found.fates[0].sum(axis=-1) * persons[0]  # (before and after, fates)
        row["fates"] = {fate: became[:, f].tolist() for f, fate in enumerate(FATES)}
        rows.append(row)
    return rows
