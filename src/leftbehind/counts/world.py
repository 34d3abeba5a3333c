"""A simulated world, and the questions to it.

world = World("runs/baseline")     # or leftbehind.run(scale=10_000)
world.left_behind("acwf-2010", by="province", years=2010)
"""

import shutil
import weakref
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import polars as pl

from leftbehind.counts import card
from leftbehind.counts.definitions import Definition
from leftbehind.counts.left_behind import left_behind
from leftbehind.counts.official import official_counts
from leftbehind.counts.people import USUAL, people
from leftbehind.counts.reconciliation import reconcile
from leftbehind.counts.recorded import Years
from leftbehind.runs.folder import Run
from leftbehind.runs.living import Progress, live_run
from leftbehind.runs.plan import Plan
from leftbehind.runs.recorder import Writer, table_writer


class World(Run):
    """A finished run and the questions to it. Every answer is in persons; `table` alone is not.

    In a notebook a world shows a summary of itself. Raises InputError if `folder` holds no complete
    run, or something else than a run.
    """

    def __repr__(self) -> str:
        return card.line(self)

    def _repr_html_(self) -> str:
        return card.html(self)

    def people(self, years: Years = None, by: str | Iterable[str] = USUAL) -> pl.DataFrame:
        """People alive at the end of each year, by age group, sex and hukou or what `by` says.

        Columns: year, those of `by` (province, prefecture, age, sex, hukou, lives, arrangement; ()
        for none), number (persons). Errors: leftbehind.counts.people.
        """
        return people(self, years, by)

    def left_behind(
        self,
        definition: Definition | str | Path = "mca-2016",
        by: str | Iterable[str] = (),
        years: Years = None,
    ) -> pl.DataFrame:
        """Children that a definition counts, by year and `by`, in persons.

        `definition` is one, a shipped name, or the path of a TOML file. What may be split by, the
        columns and the errors: leftbehind.counts.left_behind.
        """
        return left_behind(self, definition, by, years)

    def reconcile(
        self, start: Definition | str | Path, target: Definition | str | Path, year: int
    ) -> pl.DataFrame:
        """The walk from one count to another among the children of `year`, in persons.

        Columns and errors: leftbehind.counts.reconciliation.
        """
        return reconcile(self, start, target, year)

    @cached_property
    def counts(self) -> pl.DataFrame:
        """Children by every official definition and year beside what was published, in persons.

        Columns: leftbehind.counts.official.
        """
        return official_counts(self)


def live(plan: Plan, progress: Progress | None = None, writer: Writer = table_writer) -> World:
    """Live a plan and return its world; errors: runs.living.live_run.

    Without a folder in the plan the tables lie in a temporary one that lasts as long as the world.
    """
    folder = live_run(plan, progress, writer)
    world = World(folder)
    if plan.out is None:
        weakref.finalize(world, shutil.rmtree, folder, ignore_errors=True)
    return world
