"""Two worlds child by child: the pairs of lives in a year, and what each life means."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.counts.compare.children import Births, Children
from leftbehind.counts.definitions import Definition
from leftbehind.model.tallies.cells import unpack
from leftbehind.runs.recorder import children_frame


@dataclass(frozen=True)
class Pairs:
    """The children of a year in both worlds, counted by home prefecture and both their cells.

    Equal lengths: `prefecture` (position), `before` and `after` (packed cell in each world, or why
    the child is missing there: children.NOT_BORN, DIED, GROWN_UP) and `number` of children.
    """

    year: int
    prefecture: np.ndarray
    before: np.ndarray
    after: np.ndarray
    number: np.ndarray


def pair(before: Children, after: Children, born_before: Births, born_after: Births) -> Pairs:
    """Find each child's twin by its key; families of both worlds have the same home prefecture."""
    year = before.year
    _, mine, there = np.intersect1d(before.key, after.key, assume_unique=True, return_indices=True)
    twin_of_before = _why_missing(before, born_after)
    twin_of_before[mine] = after.cell[there]
    alone = np.ones(len(after.key), dtype=bool)
    alone[there] = False
    twin_of_after = _why_missing(after, born_before)
    lives = pl.DataFrame(
        {
            "prefecture": np.concatenate([before.prefecture, after.prefecture[alone]]),
            "before": np.concatenate([before.cell, twin_of_after[alone]]),
            "after": np.concatenate([twin_of_before, after.cell[alone]]),
        }
    )
    keys = ["prefecture", "before", "after"]
    counted = lives.group_by(keys).agg(number=pl.len().cast(pl.Int64)).sort(keys)
    return Pairs(year, *(counted[name].to_numpy() for name in (*keys, "number")))


def _why_missing(children: Children, born_there: Births) -> np.ndarray:
    birth_year = children.year - unpack(children.cell)["age"]
    return born_there.why_missing(children.key, birth_year, children.year)


@dataclass(frozen=True)
class Lives:
    """What the distinct cells of a year's pairs mean.

    `before` and `after` (pairs,) are positions among the cells; `present` (cells,) is false where
    the cell stands for a missing child; `codes` holds each property's codes (cells,); `counted`
    (definitions, cells) says which definitions count the child.
    """

    before: np.ndarray
    after: np.ndarray
    present: np.ndarray
    codes: dict[str, np.ndarray]
    counted: np.ndarray


def lives_of(pairs: Pairs, definitions: list[Definition]) -> Lives:
    """The distinct cells of `pairs` with their properties."""
    cells, position = np.unique(np.concatenate([pairs.before, pairs.after]), return_inverse=True)
    present = cells >= 0
    known = np.maximum(cells, 0)
    counted = (
        children_frame(known).select(d.expr().alias(d.name) for d in definitions).to_numpy().T
        & present
    )
    half = len(pairs.before)
    return Lives(position[:half], position[half:], present, unpack(known), counted)
