"""A simulated world: run one or open one, and ask it.

world = run(scale=10_000)          # or World("runs/baseline")
world.left_behind("acwf-2010", by="province", years=2010)
"""

import shutil
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.counts import card
from leftbehind.counts.definitions import Definition
from leftbehind.counts.left_behind import left_behind
from leftbehind.runs.folder import Run
from leftbehind.runs.living import live_run


class World(Run):
    """A finished run and the questions to it.

    In a notebook a world shows a summary of itself. Raises InputError if `folder` holds no complete
    run, or something else than a run.
    """

    def __repr__(self) -> str:
        return card.line(self)

    def _repr_html_(self) -> str:
        return card.html(self)

    def population(self) -> pl.DataFrame:
        """People alive at the end of each year: columns year and number (millions)."""
        return (
            self.table("people")
            .group_by("year")
            .agg(pl.col("number").sum() * self.scale / 1e6)
            .sort("year")
            .collect()
        )

    def left_behind(
        self,
        definition: Definition | str | Path = "mca-2016",
        by: str | Iterable[str] = (),
        years: int | Iterable[int] | None = None,
    ) -> pl.DataFrame:
        """Children that a definition counts, by year and `by`, in persons.

        What may be split by, the columns and the errors: leftbehind.counts.left_behind.
        """
        return left_behind(self, definition, by, years)


def run(*, out: Path | None = None, **settings: Any) -> World:
    """Simulate China's families and return the world; settings: runs.living.live_run.

    Without `out` the tables lie in a temporary folder that lasts as long as the world.
    """
    folder = live_run(out=out, **settings)
    world = World(folder)
    if out is None:
        weakref.finalize(world, shutil.rmtree, folder, ignore_errors=True)
    return world
