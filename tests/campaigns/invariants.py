"""What must hold in any world, checked on runs with other seeds and under random scenarios.

    python -m tests.campaigns.invariants [seeds] [scenarios] [scale] [last year]

tests/test_invariants.py checks the same on small runs.
"""

import random
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import polars as pl

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.counts.world import World
from leftbehind.inputs.levers import LEVERS
from leftbehind.inputs.scenario import Scenario, parse
from leftbehind.runs.verify import verify

DEFAULTS = (3, 10, 10_000, 2050)
# Every child that the first counts is counted by the second.
NESTED = (
    ("alone", "acwf-2010"),
    ("acwf-2010", "nbs-unicef-2020-all"),
    ("nbs-unicef-2020-rural", "nbs-unicef-2020-all"),
    ("nbs-unicef-2015-rural", "nbs-unicef-2015-all"),
)
ADULT = 18


def random_scenario(dice: random.Random) -> Scenario:
    """One to four changes of levers, each by up to a factor of three, for some years and places."""
    changes = []
    for lever in dice.sample(sorted(LEVERS), dice.randint(1, 4)):
        begin = dice.randint(1951, 2040)
        change = {
            "lever": lever,
            "multiply": round(3.0 ** dice.uniform(-1, 1), 3),
            "from": begin,
            "to": dice.randint(begin, 2050),
        }
        if dice.random() < 0.5:
            change["places"] = dice.sample(["west", "Sichuan", "Guangdong", "Beijing"], 2)
        changes.append(change)
    return parse({"name": "at-random", "change": changes}, "a campaign")


def faults(world: World) -> list[str]:
    """What does not hold in a run that was recorded from its first year."""
    try:
        verify(world.folder)  # keys, signs, finite numbers, hours within the week, places
    except InputError as error:
        return [str(error)]
    return [*_sums(world), *_growth(world), *_nesting(world)]


def _by_year(world: World, table: str, column: str = "number") -> dict[int, int]:
    rows = world.table(table).group_by("year").agg(pl.col(column).cast(pl.Int64).sum())
    return dict(rows.sort("year").collect().iter_rows())


def _sums(world: World) -> list[str]:
    """Tables that count the same people agree in every year."""
    free = world.table("people").filter(pl.col("lives").cast(pl.String) != "in prison")
    outside = dict(free.group_by("year").agg(pl.col("number").sum()).collect().iter_rows())
    out = []
    if "incomes.parquet" in world.manifest["files"]:
        earn = _by_year(world, "incomes", "people")
        out += [f"incomes count {n} people in {y}" for y, n in earn.items() if n != outside[y]]
    young = (
        world.table("people")
        .filter(pl.col("age").cast(pl.String).is_in([str(age) for age in range(ADULT)]))
        .group_by("year")
        .agg(pl.col("number").sum())
        .collect()
    )
    by_year = dict(young.iter_rows())
    if "children.parquet" in world.manifest["files"]:
        told = _by_year(world, "children")
        out += [f"children are {n} in {y}" for y, n in told.items() if n != by_year[y]]
    return out


def _growth(world: World) -> list[str]:
    """People are those of the year before, with the born and without the dead."""
    events = world.table("events").group_by("year", "event").agg(pl.col("number").sum()).collect()
    of = {(year, str(event)): number for year, event, number in events.iter_rows()}
    people = _by_year(world, "people")
    return [
        f"people of {year} are not those of {before}, the born and the dead"
        for before, year in pairwise(people)
        if people[year] - people[before] != of.get((year, "birth"), 0) - of.get((year, "death"), 0)
    ]


def _nesting(world: World) -> list[str]:
    """No child is counted by the narrow definition and not by the wide one."""
    if "children.parquet" not in world.manifest["files"]:
        return []
    table = world.table("children").collect()
    return [
        f"{narrow} counts children whom {wide} does not"
        for narrow, wide in NESTED
        if table.filter(definitions.get(narrow).expr() & definitions.get(wide).expr().not_()).height
    ]


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:]]
    seeds, scenarios, scale, last = (*given, *DEFAULTS[len(given) :])
    dice = random.Random(7)
    worlds: list[tuple[str, dict[str, object]]] = [
        (f"seed {seed}", {"seed": seed}) for seed in range(1, seeds + 1)
    ]
    for _ in range(scenarios):
        scenario = random_scenario(dice)
        words = "; ".join(
            f"{c.lever} x{c.multiply} {c.from_year}-{c.to_year}" for c in scenario.change
        )
        worlds.append((words, {"scenario": scenario}))
    bad = 0
    for name, settings in worlds:
        with tempfile.TemporaryDirectory(prefix="invariants-") as work:
            world = leftbehind.run(
                out=Path(work) / "run", scale=scale, last=last, threads=1, **settings
            )
            found = faults(world)
        bad += len(found)
        print(f"| {name} | {'; '.join(found) or 'all hold'} |", flush=True)
    if bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
