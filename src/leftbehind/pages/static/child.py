"""One child's two lives: as it was, and where a policy of the gallery holds, with the same luck.

The child is the one whose two childhoods differ in most years, of those that a comparison of
the worlds follows. Its family is told by the chronicle, the other world by the chronicle's twin.

WORK/child/comparison, WORK/child/before, WORK/child/after      kept, and used again
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.store import MANIFEST
from leftbehind.counts.compare import comparison as pairs
from leftbehind.counts.world import World
from leftbehind.ensembles import face
from leftbehind.pages.chronicle import Asked
from leftbehind.pages.chronicle import tell as tell_chronicle
from leftbehind.pages.chronicle.record import Page

POLICY = "city-schools-open"
FOLDER = "child"
LEAST = 6  # years in which both lives are known
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Lives:
    """A child's years in both worlds (counts/compare/twins.py), and the runs that hold them.

    `years` is empty if no child that was followed has two lives.
    """

    years: pl.DataFrame
    before: World
    after: World

    @property
    def parts(self) -> int:
        """The first year in which the two lives differ."""
        return int(self.years.filter(_differs())["year"][0])

    def chronicle(self, language: str) -> Page:
        """The family's chronicle from the year in which the lives part, with its twin."""
        first: dict[str, Any] = self.years.row(0, named=True)
        asked = Asked(first["prefecture"], self.parts, key=first["key"])
        return tell_chronicle(self.before, asked, other=self.after, language=language)


def lives(work: Path, scale: int, seed: int, tell: Tell) -> Lives:
    """Live both worlds in whole, unless the folder holds them, and choose the child."""
    folder = work / FOLDER
    tell("child", 0, 3)
    compared, before, after = (folder / name for name in ("comparison", "before", "after"))
    if not (compared / MANIFEST).is_file():
        pairs.run(
            "baseline",
            POLICY,
            definitions=[pairs.HEADLINE],
            seeds=1,
            scale=scale,
            seed=seed,
            threads=1,
            out=compared,
        )
    tell("child", 1, 3)
    if not (before / MANIFEST).is_file():
        face.run(out=before, scale=scale, seed=seed, threads=1)
    tell("child", 2, 3)
    was = World(before)
    if not (after / MANIFEST).is_file():
        aligned = was.alignment()
        face.run(out=after, scale=scale, seed=seed, threads=1, scenario=POLICY, alignment=aligned)
    tell("child", 3, 3)
    twins = pairs.Comparison(compared).table("twins").collect()
    return Lives(chosen(twins), was, World(after))


def chosen(twins: pl.DataFrame) -> pl.DataFrame:
    """The years of the child whose lives differ most; none if no child has two lives."""
    known = pl.col("age_before").is_not_null() & pl.col("age_after").is_not_null()
    counted = (
        twins.group_by("key")
        .agg(differs=(_differs() & known).sum(), known=known.sum())
        .filter(pl.col("known") >= LEAST, pl.col("differs") > 0)
        .sort("differs", "key")
    )
    if not counted.height:
        return twins.clear()
    return twins.filter(pl.col("key") == counted["key"][-1]).sort("year")


def _differs() -> pl.Expr:
    return pl.col("left_behind_before").ne_missing(pl.col("left_behind_after"))
