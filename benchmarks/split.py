"""Where a year's time goes: each process timed on its own, over all prefectures, one thread.

    python benchmarks/split.py [scale] [year]

Runs the model to the year before `year`, then lives that year process by process.
"""

import copy
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from leftbehind.model.leg import Block, Leg, Sums, Tables
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import (
    arrangement,
    boarding,
    care,
    destination,
    fertility,
    hukou,
    migration,
    mortality,
    partnership,
    prison,
    remittance,
    schooling,
)
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.tallies import (
    cells,
    headcount,
    incomes,
    kin_table,
    local,
    migrants,
    moves,
    orders,
)
from leftbehind.model.year import records


class Clock:
    """Seconds by process. Calling a kernel from Python costs about a millisecond for its records;

    that is taken out by a call on nobody. In a run, kernels call each other.
    """

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def time(self, name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        """What `work` returns; its seconds are added to `name`."""
        nobody = [a._replace(size=0) if isinstance(a, Prefecture) else a for a in arguments]
        began = time.perf_counter()
        work(*nobody)
        overhead = time.perf_counter() - began
        began = time.perf_counter()
        result = work(*arguments)
        self.spent[name] += time.perf_counter() - began - overhead
        return result


def live_year(simulation: Simulation) -> tuple[dict[str, float], int]:
    """Live the next year process by process: (seconds by process, people alive)."""
    clock = Clock()
    simulation.population.prepare(simulation.year)
    began = time.perf_counter()
    leg = simulation._leg(simulation.year)
    clock.spent["place tables"] = time.perf_counter() - began
    sums, out = Sums.zeros(len(leg.first) - 1), Tables.zeros(len(leg.here), len(leg.first) - 1)
    blocks = simulation.population.blocks()
    units = [(block, j) for block in blocks for j in range(len(block.start))]
    alive = 0
    for block, j in units:
        of = Unit(clock, leg, block, j)
        _until_births(of, sums)
        _from_births(of, sums, out)
        _tallies(of, out)
        for at in of.places():
            clock.time("school continuation", schooling.continuation, at, leg.here)
        people = of.whole().people[: block.count[j]]
        alive += int((people["death_year"] == 0).sum())
    return dict(clock.spent), alive


class Unit:
    """A home unit in a leg: its prefectures, each with the unit's people of the moment."""

    def __init__(self, clock: Clock, leg: Leg, block: Block, j: int) -> None:
        self.clock, self.leg, self.block, self.j = clock, leg, block, j
        self.first, self.end = (int(k) for k in block.first[j : j + 2])
        self.own_rate = block.own_rate[block.start[j] :]
        self.load = self.purse = np.zeros(0)

    def place(self, k: int) -> Prefecture:
        """The unit's people as those of prefecture `k`."""
        leg, size = self.leg, int(self.block.count[self.j])
        here, people = leg.here[k], records(self.block, self.j)
        return Prefecture(people, size, leg.year, leg.word, here, leg.p[0], k - self.first)

    def whole(self) -> Prefecture:
        """The unit's people where all are concerned at once."""
        return self.place(self.first)

    def places(self) -> Iterator[Prefecture]:
        """The unit's prefectures."""
        return (self.place(k) for k in range(self.first, self.end))


def _until_births(of: Unit, sums: Sums) -> None:
    """Deaths to the births that the rates expect."""
    time_, leg, rate = of.clock.time, of.leg, of.own_rate
    for at in of.places():
        chances, expected = leg.death_chances, sums.deaths_expected
        time_("deaths: expect", mortality.expect, at, chances, rate, expected)
    for at in of.places():
        deaths = sums.deaths[at.here["province"]]
        time_("deaths", mortality.step, at, rate, leg.death_kappa, deaths)
        time_("school entry", schooling.step, at)
        time_("partnership", partnership.seek, at)
    time_("partnership", partnership.step, of.whole())
    for at in of.places():
        rates = (leg.birth_rates, leg.wish, rate, sums.births_expected)
        time_("births: expect", fertility.expect, at, *rates)


def _from_births(of: Unit, sums: Sums, out: Tables) -> None:
    """Births to boarding; loads and purses stay with the unit."""
    time_, leg = of.clock.time, of.leg
    for at in of.places():
        events = sums.births[at.here["province"]], sums.deaths[at.here["province"]]
        kappa = (leg.birth_kappa, leg.death_chances)
        size = time_("births", fertility.step, at, of.own_rate, *kappa, *events)
        of.block.count[of.j] = size
    for at in of.places():
        time_("hukou", hukou.step, at)
    whole = of.whole()
    time_("prison", prison.step, whole)
    of.load = time_("care: loads", care.loads, whole)
    for k, at in enumerate(of.places(), of.first):
        counted = out.counts.choices[k]
        time_("the household's choice", migration.step, at, leg.here, of.load, counted)
    for k, at in enumerate(of.places(), of.first):
        logit = destination.Logit(leg.share[:, k], leg.province_share[:, k], leg.first)
        time_("destination", destination.step, at, logit, k)
    of.purse = remittance.purses(whole.size)
    for at in of.places():
        time_("remittances", remittance.step, at, leg.here, of.purse)
        time_("care", arrangement.step, at, of.load)
        time_("boarding", boarding.step, at)


def _tallies(of: Unit, out: Tables) -> None:
    time_, leg, counts = of.clock.time, of.leg, out.counts
    lives = np.empty(of.whole().size, np.uint8)
    for k, at in enumerate(of.places(), of.first):
        time_("tally: people", headcount.tally, at, lives, counts.people[k])
        time_("tally: kin", kin_table.tally, at, counts.kin[k])
        time_("tally: orders", orders.tally, at, counts.orders[k])
        if leg.year >= incomes.FIRST_YEAR:
            beside = (of.purse, lives, leg.bounds, counts.incomes[k])
            time_("tally: incomes", incomes.tally, at, *beside)
        if leg.year >= migration.FIRST_YEAR:
            time_("tally: remittances", remittance.tally, at, of.purse, counts.remittances[k])
            time_("tally: migrants", migrants.tally, at, k, leg.province, counts.migrants[k])
            time_("tally: local", local.tally, at, counts.local[k])
            time_("tally: moves", moves.tally, at, k, leg.province, counts.moves[k])
            room = (np.empty(at.size, np.int64), np.empty(at.size, np.int64))
            sums = np.empty((at.size, len(cells.SUMS)))
            time_("tally: children", cells.tally, at, k, leg.province, *room, sums)


def main() -> None:
    """Print the split of a year."""
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    year = int(sys.argv[2]) if len(sys.argv) > 2 else 2010
    simulation = Simulation(Settings(scale=scale), threads=2)
    while simulation.year < year:
        simulation.step()
    live_year(copy.deepcopy(simulation))  # compile
    spent, alive = live_year(simulation)
    total = sum(spent.values())
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{name:32s} {seconds:7.3f} s {100 * seconds / total:5.1f} %")
    print(f"{'all':32s} {total:7.3f} s; {alive / total / 1e6:.2f} million person-years a second")


if __name__ == "__main__":
    main()
