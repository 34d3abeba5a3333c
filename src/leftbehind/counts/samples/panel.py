"""A panel: people drawn by their own luck and followed with their families, year by year.

Everybody has the same chance to be a member, whenever born, so the members alive in a year are a
sample of that year's people, and every member stands for the same number of persons. Their parents,
partners, children and carers come with them without a weight.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.counts.samples.draw import MEMBER, Lot
from leftbehind.counts.samples.events import events_of
from leftbehind.runs.folder import Run
from leftbehind.runs.microdata import Progress, states
from leftbehind.runs.replay import Moment, Replay

OWN = ("mother_key", "father_key", "birth_year", "death_year")  # told once a person
SHARED = ("sex", "code", "prefecture", "province")  # told in each year, too
MEMBER_ROLE, KIN_ROLE = "member", "kin"
KIN = ("mother", "father", "partner", "carer")


@dataclass(frozen=True)
class Panel:
    """`persons`: one row each; `states`: one a year; `events`: what changed between two years."""

    persons: pl.DataFrame
    states: pl.DataFrame
    events: pl.DataFrame
    chance: float

    def tables(self) -> dict[str, pl.DataFrame]:
        """Its tables by name."""
        return {"persons": self.persons, "states": self.states, "life_events": self.events}


def panel(
    world: Run,
    people: int,
    first: int | None = None,
    last: int | None = None,
    seed: int = 1,
    threads: int = 1,
    progress: Progress | None = None,
) -> Panel:
    """About `people` members alive at the end of the year `first`, and those born later.

    Each is a member with the chance `people` / people alive then; `last` is the last year told.
    Raises InputError for a number or years that cannot be, and for a run that cannot be replayed.
    """
    held = world.years()
    begin, end = held.start if first is None else first, held[-1] if last is None else last
    if not held.start <= begin <= end <= held[-1]:
        raise InputError(
            f"--from {begin}, --to {end}: not in this run, which holds {held[0]} to {held[-1]}"
        )
    alive = alive_in(world, begin)
    if not 1 <= people <= alive:
        raise InputError(
            f"--people {people}: not allowed; give a whole number from 1 to {alive:,}, the "
            f"simulated people alive in {begin}"
        )
    chance = people / alive
    lot = Lot(seed)

    def members(moment: Moment) -> np.ndarray:
        rows = moment.people
        drawn: np.ndarray = moment.mine & (lot.of(rows["key"], MEMBER) < chance)
        return drawn

    def wanted(moment: Moment) -> np.ndarray:
        there = (moment.people["death_year"] == 0) | (moment.people["death_year"] == moment.year)
        return moment.mine & there & with_kin(moment.people, members(moment) & there)

    rows = states(Replay(world), wanted, range(begin, end + 1), None, threads, progress)
    keys = np.array([int(key, 16) for key in rows["person"].to_list()], np.uint64)
    is_member = pl.Series(lot.of(keys, MEMBER) < chance)
    role = pl.when(is_member).then(pl.lit(MEMBER_ROLE)).otherwise(pl.lit(KIN_ROLE))
    weight = pl.when(is_member).then(world.scale / chance)
    rows = rows.with_columns(role=role, weight=weight)
    persons = (
        rows.sort("year")
        .group_by("person", maintain_order=True)
        .agg(pl.col("role", "weight", *OWN, *SHARED).last())
        .sort("person")
    )
    living = rows.filter(pl.col("death_year").is_null())
    told = with_definitions(living).drop(OWN)
    heads = ["year", "person", "role", "weight"]
    told = told.select(*heads, pl.exclude(heads))
    return Panel(persons, told, events_of(told, persons, begin), chance)


def with_kin(people: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Members (records,) and their parents, partners, carers and children."""
    out = members.copy()
    for link in KIN:
        at = people[link][members]
        out[at[at >= 0]] = True
    for link in ("mother", "father"):
        at = people[link]
        out |= (at >= 0) & members[np.maximum(at, 0)]
    return out


def with_definitions(rows: pl.DataFrame, names: Iterable[str] | None = None) -> pl.DataFrame:
    """`rows` and a column a definition: 1 for a child whom it counts, 0 for others, null adults.

    Definitions that count a share of such children only mark all of them.
    """
    child = pl.col("residence").is_not_null()
    marks = [
        pl.when(child).then(definitions.get(name).expr().cast(pl.Int64)).alias(column_of(name))
        for name in (definitions.names() if names is None else names)
    ]
    return rows.with_columns(marks)


def column_of(definition: str) -> str:
    """The name of a definition's column, as every statistics program takes it."""
    return definition.replace("-", "_")


def alive_in(world: Run, year: int) -> int:
    """Simulated people alive at the end of a year."""
    rows = world.table("people").filter(pl.col("year") == year)
    return int(rows.select(pl.col("number").sum()).collect().item())
