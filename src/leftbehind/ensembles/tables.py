"""The tables of an ensemble: medians and intervals of what all its draws say.

counts   definition, year, by, group, measure -> children by official definition; `by` is all,
         province, age, sex or arrangement (care); `measure` is number (persons), children (of whom
         the share is taken), share (0 to 1) or assumed_unsupervised_hours (a week)
people   year, by, group -> people alive at the year's end; `by` is all, province, age (its group),
         sex, hukou or lives
flows    year, origin, destination, measure -> adults or children away, by province
         these three have the columns median, low_50, high_50, low_90 and high_90: half of the draws
         lie from low_50 to high_50, 90 percent from low_90 to high_90
draws    draw, definition, year -> number of children that each draw has
Numbers are persons of the simulated China, not simulated people.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from leftbehind.base.store import write_manifest, write_table
from leftbehind.counts.intervals import COLUMNS, LEVELS, intervals, of_measures
from leftbehind.counts.left_behind import MEASURES
from leftbehind.counts.world import World
from leftbehind.ensembles import tallies
from leftbehind.ensembles.workers import each

KIND = "set of interval tables"
WAYS = ("adults", "children")


def write_intervals(work: Path, worlds: Sequence[World], workers: int) -> None:
    """Write the tables of the finished draws `worlds` and what they are into the folder `work`."""
    told = each(_told_of, [world.folder for world in worlds], workers)
    counts, people, flows = (_by_draw([one[k] for one in told]) for k in range(3))
    write_table(work, "people", intervals(people, ["year", "by", "group"], "people", 0.0))
    if not counts.is_empty():
        keys = ["definition", "year", "by", "group"]
        write_table(work, "counts", of_measures(counts, keys, MEASURES))
        write_table(
            work,
            "flows",
            of_measures(flows, ["year", "origin", "destination"], dict.fromkeys(WAYS, 0.0)),
        )
        nation = counts.filter(pl.col("by") == tallies.ALL)
        columns = ["draw", "definition", "year"]
        write_table(work, "draws", nation.select(*columns, "number").sort(columns))
    write_manifest(
        work,
        {
            "kind": KIND,
            "draws": len(worlds),
            "levels_percent": LEVELS,
            "columns": COLUMNS,
            "tables": __doc__,
        },
    )


def _told_of(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    world = World(folder)
    return tallies.counts(world), tallies.people(world), tallies.flows(world)


def _by_draw(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(
        table.with_columns(pl.lit(k).alias("draw")) for k, table in enumerate(tables, 1)
    )
