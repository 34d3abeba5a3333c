"""Where a year's time goes: each process timed on its own, over all prefectures, one thread.

    python benchmarks/split.py [scale] [year]

Runs the model to the year before `year`, then lives that year process by process.
"""

import copy
import sys
import time
from collections import defaultdict
from collections.abc import Callable
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
from leftbehind.model.tallies import cells, headcount, incomes, kin_table, migrants, moves
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
    simulation._make_room()
    began = time.perf_counter()
    leg = simulation._leg(simulation.year)
    clock.spent["place tables"] = time.perf_counter() - began
    size, provinces = len(leg.here), len(leg.first) - 1
    block = Block.of(simulation.population, simulation._room, 0, size)
    sums, out = Sums.zeros(provinces), Tables.zeros(size, provinces)
    alive = 0
    for k in range(size):
        at = Prefecture(
            records(block, k), int(block.count[k]), leg.year, leg.word, leg.here[k], leg.p[0]
        )
        own_rate = np.empty(len(at.people))
        at = _until_births(clock, leg, at, own_rate, sums)
        purse, before = _from_births(clock, leg, at, out, k)
        _tallies(clock, leg, at, out, (purse, before, k))
        clock.time("school continuation", schooling.continuation, at, leg.here, k)
        alive += int((at.people[: at.size]["death_year"] == 0).sum())
    return dict(clock.spent), alive


def _until_births(
    clock: Clock, leg: Leg, at: Prefecture, own_rate: np.ndarray, sums: Sums
) -> Prefecture:
    """Deaths to births; the prefecture with its newborns."""
    deaths, births = sums.deaths[at.here["province"]], sums.births[at.here["province"]]
    clock.time(
        "deaths: expect", mortality.expect, at, leg.death_chances, own_rate, sums.deaths_expected
    )
    clock.time("deaths", mortality.step, at, own_rate, leg.death_kappa, deaths)
    clock.time("school entry", schooling.step, at)
    clock.time("partnership", partnership.step, at)
    clock.time(
        "births: expect",
        fertility.expect,
        at,
        leg.birth_rates,
        leg.wish,
        own_rate,
        sums.births_expected,
    )
    kappa = (leg.birth_kappa, leg.death_chances)
    size = clock.time("births", fertility.step, at, own_rate, *kappa, births, deaths)
    return at._replace(size=int(size))


def _from_births(
    clock: Clock, leg: Leg, at: Prefecture, out: Tables, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Hukou to boarding; purses, and where people were last year."""
    clock.time("hukou", hukou.step, at)
    clock.time("prison", prison.step, at)
    load = clock.time("care: loads", care.loads, at)
    before = moves.away_before(at)
    clock.time("migration choice", migration.step, at, load, out.counts.choices[k])
    logit = destination.Logit(leg.share[:, k], leg.province_share[:, k], leg.first)
    clock.time("destination", destination.step, at, logit)
    purse = clock.time("remittances", remittance.step, at, leg.here)
    clock.time("care", arrangement.step, at, load)
    clock.time("boarding", boarding.step, at)
    return purse, before


def _tallies(
    clock: Clock, leg: Leg, at: Prefecture, out: Tables, seen: tuple[np.ndarray, np.ndarray, int]
) -> None:
    purse, before, k = seen
    lives = np.empty(len(at.people), np.uint8)
    counts = out.counts
    clock.time("tally: people", headcount.tally, at, lives, counts.people[k])
    clock.time("tally: kin", kin_table.tally, at, counts.kin[k])
    if leg.year >= incomes.FIRST_YEAR:
        clock.time("tally: incomes", incomes.tally, at, purse, lives, leg.bounds, counts.incomes[k])
    if leg.year >= migration.FIRST_YEAR:
        clock.time("tally: migrants", migrants.tally, at, k, leg.province, counts.migrants[k])
        clock.time("tally: moves", moves.tally, at, before, leg.province, counts.moves[k])
        room = (np.empty(at.size, np.int64), np.empty(at.size, np.int64))
        sums = np.empty((at.size, len(cells.SUMS)))
        clock.time("tally: children and their week", cells.tally, at, *room, sums)


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
