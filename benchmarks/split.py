"""Where a year's time goes: each process timed on its own, over all prefectures, one thread.

    python benchmarks/split.py [scale] [year]

Runs the model to the year before `year`, then lives that year process by process.
"""

import sys
import time
from collections import defaultdict

import numpy as np

from leftbehind.inputs import official_rates
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
from leftbehind.model.tallies import cells, headcount, incomes, kin_table, migrants

Seconds = dict[str, float]


def live_year(simulation: Simulation) -> tuple[Seconds, int]:
    """Live the next year process by process: (seconds by process, people alive)."""
    spent: Seconds = defaultdict(float)
    population = simulation.population
    population.make_room(population.births_ahead())
    began = time.perf_counter()
    leg, _, out = simulation._prepare(simulation.year)
    spent["place tables"] = time.perf_counter() - began
    year, word, p, here = leg.year, leg.word, leg.p[0], leg.here
    ages = np.zeros((2, official_rates.OLDEST + 1), np.int64)

    def timed(name: str, work, *arguments):  # type: ignore[no-untyped-def]
        # Calling a kernel from Python costs about a millisecond for its record arguments; that is
        # taken out by a call on nobody. In a run, kernels call each other.
        nobody = [
            a._replace(size=0) if isinstance(a, Prefecture) else 0 if a is count else a
            for a in arguments
        ]
        began = time.perf_counter()
        work(*nobody)
        overhead = time.perf_counter() - began
        began = time.perf_counter()
        result = work(*arguments)
        spent[name] += time.perf_counter() - began - overhead
        return result

    alive = 0
    for k in range(len(here)):
        people = leg.people[leg.start[k] : leg.start[k] + leg.room[k]]
        count, h = int(leg.count[k]) + 0, here[k]
        own, lives = np.empty(len(people)), np.empty(len(people), np.uint8)
        sums = np.zeros((2, 2, mortality.AGE_GROUPS), np.int64)
        at = Prefecture(people, count, year, word, h, p)
        timed("deaths: expect", mortality.expect, at, leg.death_rates, own, sums)
        timed("deaths", mortality.step, at, own, leg.death_kappa, ages)
        timed("school entry", schooling.step, at)
        timed("partnership", partnership.step, at)
        expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
        timed(
            "births: expect",
            fertility.expect,
            at,
            leg.birth_rates,
            leg.wish,
            leg.death_rates,
            own,
            expected,
        )
        count = timed(
            "births", fertility.step, at, own, leg.birth_kappa, leg.death_rates, ages, ages
        )
        at = at._replace(size=count)
        timed("hukou", hukou.step, at)
        timed("prison", prison.step, at)
        load = timed("care: loads", care.loads, at)
        timed("migration choice", migration.step, at, load, out.choices[k])
        logit = destination.Logit(leg.share[:, k], leg.province_share[:, k], leg.first)
        timed("destination", destination.step, at, logit)
        purse = timed("remittances", remittance.step, at, here)
        timed("care", arrangement.step, at, load)
        timed("boarding", boarding.step, at)
        timed("tally: people", headcount.tally, people, count, year, word, h, lives, out.heads[k])
        timed("tally: incomes", incomes.tally, at, purse, lives, leg.bounds, out.incomes[k])
        timed(
            "tally: migrants",
            migrants.tally,
            people,
            count,
            year,
            word,
            p,
            k,
            leg.province,
            out.migrants[k],
        )
        timed("tally: kin", kin_table.tally, people, count, year, out.kin[k])
        low, high = leg.start[k], leg.start[k] + leg.room[k]
        timed(
            "tally: children and their week",
            cells.tally,
            people,
            count,
            year,
            word,
            h,
            p,
            out.cells[low:high],
            out.numbers[low:high],
            out.sums[low:high],
        )
        timed("school continuation", schooling.continuation, at, here)
        alive += int((people[:count]["death_year"] == 0).sum())
    return spent, alive


def main() -> None:
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    year = int(sys.argv[2]) if len(sys.argv) > 2 else 2010
    simulation = Simulation(Settings(scale=scale), threads=2)
    while simulation.year < year:
        simulation.step()
    import copy

    live_year(copy.deepcopy(simulation))  # compile
    spent, alive = live_year(simulation)
    total = sum(spent.values())
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{name:32s} {seconds:7.3f} s {100 * seconds / total:5.1f} %")
    print(f"{'all':32s} {total:7.3f} s; {alive / total / 1e6:.2f} million person-years a second")


if __name__ == "__main__":
    main()
