"""An ensemble: the same China lived many times, each with other parameters and other luck.

ensemble = leftbehind.run(draws=50, out="runs/fifty", scale=10_000)
ensemble.left_behind("acwf-2010", by="province", years=2010)
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from leftbehind.base.errors import InputError, nearest
from leftbehind.base.store import read_run_table
from leftbehind.counts.definitions import Definition
from leftbehind.counts.intervals import intervals
from leftbehind.counts.left_behind import MEASURES, check_by
from leftbehind.counts.official import beside_published
from leftbehind.counts.people import BY as PEOPLE_BY
from leftbehind.counts.people import USUAL
from leftbehind.counts.reconciliation import reconcile
from leftbehind.counts.recorded import Years, keys_of
from leftbehind.counts.world import World
from leftbehind.ensembles.folder import DRAWS, INTERVALS, KIND, TABLES
from leftbehind.ensembles.workers import each
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.runs.contents import check_table
from leftbehind.runs.folder import manifest_of
from leftbehind.runs.verify import check_part

Result = TypeVar("Result")


class Ensemble:
    """A finished ensemble in a folder: its manifest, its draws and its interval tables.

    Every number is persons. An answer has the median over the draws and the ends of intervals:
    half of the draws lie from low_50 to high_50, nine of ten from low_90 to high_90. Raises
    InputError if `folder` holds no complete ensemble.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest = manifest_of(self.folder)
        if self.manifest.get("kind") != KIND:
            raise InputError(f"{folder}: holds no ensemble; `leftbehind run --draws 50` makes one")
        self.scale = int(self.manifest["scale"])

    def __repr__(self) -> str:
        """The ensemble in one line."""
        told = self.manifest
        return (
            f"Ensemble({str(self.folder)!r}): {told['draws']} draws, {told['from']} to "
            f"{told['to']}, 1:{self.scale:,}, seed {told['seed']}"
        )

    @cached_property
    def worlds(self) -> list[World]:
        """The draws, in order; each is a world of its own. InputError if one is missing."""
        parts = [f"{DRAWS}/{number:03d}" for number in range(1, int(self.manifest["draws"]) + 1)]
        for part in parts:
            check_part(self.folder, self.manifest, part)
        return [World(self.folder / part) for part in parts]

    def years(self) -> range:
        """The years that the tables hold."""
        return range(int(self.manifest["from"]), int(self.manifest["to"]) + 1)

    def table(self, name: str) -> pl.LazyFrame:
        """One table of medians and intervals, in persons.

        Raises InputError if there is no such table, with the nearest, or it is damaged.
        """
        check_table(name, TABLES, self.folder)
        check_part(self.folder, self.manifest, INTERVALS)
        return read_run_table(self.folder / INTERVALS, name)

    @property
    def tables(self) -> pl.DataFrame:
        """The interval tables: table, rows, what a row tells. InputError if one is damaged."""
        held = [name for name in TABLES if (self.folder / INTERVALS / f"{name}.parquet").is_file()]
        rows = [int(self.table(name).select(pl.len()).collect().item()) for name in held]
        return pl.DataFrame({"table": held, "rows": rows, "a_row": [TABLES[name] for name in held]})

    def each(self, ask: Callable[[World], Result], workers: int | None = None) -> list[Result]:
        """What `ask` says of every draw, in order; by `workers` processes, one if not told.

        With several workers `ask` must be a function of a module.
        """
        if not workers or workers == 1:
            return [ask(world) for world in self.worlds]
        return each(ask, self.worlds, workers)

    def figures(
        self, tally: Callable[[World], pl.DataFrame], workers: int | None = None
    ) -> pl.DataFrame:
        """The tables that `tally` gives of every draw, one below the other: draw, its columns."""
        tables = self.each(tally, workers)
        return pl.concat(
            table.select(pl.lit(number).alias("draw"), pl.all())
            for number, table in enumerate(tables, 1)
        )

    def intervals(
        self,
        tally: Callable[[World], pl.DataFrame],
        keys: Sequence[str],
        value: str,
        absent: float | None = 0.0,
    ) -> pl.DataFrame:
        """Median and intervals of any table that one world can give.

        Columns: `keys`, then median, low_50, high_50, low_90, high_90 of `value` over the draws.
        `absent` is the value where a draw lacks a group; None leaves that draw out.
        """
        return intervals(self.figures(tally), keys, value, absent)

    def left_behind(
        self,
        definition: Definition | str | Path = "mca-2016",
        by: str | Iterable[str] = (),
        years: Years = None,
        measure: str = "number",
    ) -> pl.DataFrame:
        """Children that a definition counts, by year and `by`: median and intervals.

        `measure` is a column of counts/left_behind.py: number, children, share or
        assumed_unsupervised_hours. Raises InputError for what is unknown.
        """
        if measure not in MEASURES:
            raise InputError(
                f"measure = {measure!r}: not known{nearest(measure, list(MEASURES))}; "
                f"give {', '.join(MEASURES)}"
            )
        keys = check_by(by)
        ask = partial(World.left_behind, definition=definition, by=keys, years=years)
        return self.intervals(ask, keys, measure, MEASURES[measure])

    def people(self, years: Years = None, by: str | Iterable[str] = USUAL) -> pl.DataFrame:
        """People alive at each year's end, by year and `by`: median and intervals, in persons.

        What `by` may be, and the errors: leftbehind.counts.people.
        """
        keys = keys_of(by, PEOPLE_BY)
        return self.intervals(partial(World.people, years=years, by=keys), keys, "number")

    @cached_property
    def counts(self) -> pl.DataFrame:
        """Children by every official definition and year beside what was published, in persons.

        Columns: definition, year, median, low_50, high_50, low_90, high_90, published, figure; see
        leftbehind.counts.official. Empty if the runs end before families could move.
        """
        if self.years()[-1] < FIRST_YEAR:
            return pl.DataFrame()
        nation = pl.col("by") == "all", pl.col("measure") == "number"
        rows = self.table("counts").filter(*nation).drop("by", "group", "measure").collect()
        return beside_published(rows)

    def reconcile(
        self,
        start: Definition | str | Path,
        target: Definition | str | Path,
        year: int,
        measure: str = "number",
    ) -> pl.DataFrame:
        """The walk between two counts (counts/reconciliation.py): median and intervals.

        `measure` is number (persons counted after each clause) or change (what it adds).
        """
        ask = partial(reconcile, start=start, target=target, year=year)
        return self.intervals(ask, ["step", "clause", "before", "after"], measure)

    def middle(self) -> World:
        """The draw whose official counts lie nearest to the medians of all draws.

        Nearest by the mean distance of logarithms over all definitions and years. It is one lived
        world, for what can only be told of one: a median of worlds is no world. Raises InputError
        if the runs end before families could move.
        """
        number = pl.col("number") + 1.0  # none is counted by some definitions in some years
        median = number.median().over("definition", "year")
        nearest_first = (
            self.table("draws")
            .with_columns(apart=(number / median).log().abs())
            .group_by("draw")
            .agg(pl.col("apart").mean())
            .sort("apart", "draw")
            .collect()
        )
        return self.worlds[nearest_first["draw"][0] - 1]
