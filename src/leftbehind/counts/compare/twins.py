"""The same child's two lives: a sample of children whom the change leaves behind or brings back.

Children are sampled by their keys, which are random numbers and the same in both worlds.
"""

import numpy as np
import polars as pl

from leftbehind.counts.compare.children import DIED, GROWN_UP, NOT_BORN, Births, Children
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.places import Places
from leftbehind.runs.recorder import children_frame

WATCHED = 4_000  # children followed at a time, about
CHILDREN = 300e6  # in China, about; only for the size of the sample
SHOWN = ("age", "residence", "father", "mother", "arrangement", "boards", "stage")
WHY = {NOT_BORN: "not born", DIED: "died", GROWN_UP: "grown up"}


class Twins:
    """Follows a sample of children through both worlds."""

    def __init__(self, scale: int) -> None:
        """At 1:`scale`."""
        self.every = max(1, int(CHILDREN / scale / WATCHED))
        self._seen: tuple[list[Children], list[Children]] = ([], [])

    def watch(self, before: Children, after: Children) -> None:
        """Keep the sampled children of a year."""
        for seen, children in zip(self._seen, (before, after), strict=True):
            mine = children.key % np.uint64(self.every) == 0
            seen.append(
                Children(
                    children.year,
                    children.key[mine],
                    children.prefecture[mine],
                    children.cell[mine],
                    children.births[:0],
                )
            )

    def table(
        self, definition: Definition, places: Places, births: tuple[Births, Births], most: int
    ) -> pl.DataFrame:
        """Both lives, year by year, of up to `most` children with another history by `definition`.

        Columns: key, prefecture, province, year; then for each world (`_before`, `_after`) those of
        SHOWN, `left_behind`, and `missing`: why the child is not there, null where it is.
        """
        before, after = (_lives(seen, definition) for seen in self._seen)
        both = before.join(
            after, on=["key", "place", "year"], how="full", coalesce=True, suffix="_after"
        )
        named = both.rename({name: f"{name}_before" for name in (*SHOWN, "left_behind")})
        unlike = pl.col("left_behind_before").fill_null(False) != pl.col(
            "left_behind_after"
        ).fill_null(False)
        changed = named.filter(unlike)["key"].unique().sort().head(most)
        lives = named.filter(pl.col("key").is_in(changed.implode())).sort("key", "year")
        for world, other, born in (("before", "after", births[0]), ("after", "before", births[1])):
            lives = lives.with_columns(_why_missing(lives, world, other, born))
        return lives.select("key", *_place_names(places), "year", *_columns())


def _columns() -> list[str]:
    names = (*SHOWN, "left_behind", "missing")
    return [f"{name}_{world}" for name in names for world in ("before", "after")]


def _place_names(places: Places) -> list[pl.Expr]:
    names = places.table["name"].to_list()
    provinces = places.provinces["name"].to_list()
    home = [provinces[k] for k in places.province]
    code = pl.col("place")
    return [
        code.replace_strict(list(range(len(names))), names, return_dtype=pl.String).alias(
            "prefecture"
        ),
        code.replace_strict(list(range(len(home))), home, return_dtype=pl.String).alias("province"),
    ]


def _lives(seen: list[Children], definition: Definition) -> pl.DataFrame:
    """One row a child and year of one world: key, place, year, SHOWN and left_behind."""
    cell = np.concatenate([c.cell for c in seen])
    frame = children_frame(cell).with_columns(pl.col(pl.Categorical).cast(pl.String))
    where = pl.DataFrame(
        {
            "key": np.concatenate([c.key for c in seen]),
            "place": np.concatenate([c.prefecture for c in seen]),
            "year": np.concatenate([np.full(len(c.key), c.year, np.int32) for c in seen]),
        }
    )
    shown = frame.select(*SHOWN, definition.expr().alias("left_behind"))
    return pl.concat([where, shown], how="horizontal")


def _why_missing(lives: pl.DataFrame, world: str, other: str, births: Births) -> pl.Series:
    """Why a child has no life in `world` in a year of its life in the `other` one."""
    missing = lives[f"age_{world}"].is_null().to_numpy()
    out: list[str | None] = [None] * lives.height
    year, key = lives["year"].to_numpy(), lives["key"].to_numpy()
    age = lives[f"age_{other}"].fill_null(0).to_numpy()
    for k in np.flatnonzero(missing):
        born = np.array([int(year[k]) - int(age[k])])
        out[k] = WHY[int(births.why_missing(key[k : k + 1], born, int(year[k]))[0])]
    return pl.Series(f"missing_{world}", out, dtype=pl.String)
