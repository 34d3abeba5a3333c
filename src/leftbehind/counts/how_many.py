"""How many families of a kind there are: counted among simulated ones, with an interval.

A rare kind is not found in any simulated country that fits a machine. What makes it rare is then
taken apart (`Parts`): families of these children whose parents are away so, the share of such
parents who work in the place asked for, the share of such families whose grandmother lives within
the walk asked for. Each part is counted province by province, their product is the estimate. It
assumes that within a province they have nothing to do with each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import gammaincinv

from leftbehind.counts.likeness import Like

LEVEL = 0.95
ENOUGH = 10  # families counted whole: fewer, and the product of parts is told
DRAWS = 4000


@dataclass(frozen=True)
class Number:
    """About how many real families, and within which bounds (95 %); `counted` simulated ones.

    `by_parts` says that the number is a product of parts, not a count.
    """

    counted: int
    scale: int
    number: float
    low: float
    high: float
    by_parts: bool = False


@dataclass(frozen=True)
class Parts:
    """Simulated families of one province or prefecture, as `parts_of` counts them.

    `whole` meet all conditions; `core` those on children, parents' schooling and who is away;
    `away` the latter two, of whom `there` work in the place asked for, `walk` live in the walk
    asked for.
    """

    whole: int
    core: int
    away: int
    there: int
    walk: int


def parts_of(sets: pl.DataFrame, like: Like) -> Parts:
    """The parts among some sibling sets."""
    who = Like(both_away=like.both_away, one_away=like.one_away, schooling=like.schooling)
    away = sets.filter(who.core())
    there = away.filter(like.works_there()).height if like.work_in is not None else away.height
    near = like.walk is None or pl.col("grandmother_minutes").is_between(*like.walk)
    return Parts(
        whole=sets.filter(like.expr()).height,
        core=sets.filter(like.core()).height,
        away=away.height,
        there=there,
        walk=away.filter(near).height if like.walk else away.height,
    )


def counted(count: int, scale: int) -> Number:
    """The number behind a count of simulated families, with the exact Poisson interval."""
    tail = (1.0 - LEVEL) / 2.0
    low = gammaincinv(count, tail) if count else 0.0
    high = gammaincinv(count + 1, 1.0 - tail)
    return Number(count, scale, float(count * scale), float(low) * scale, float(high) * scale)


def estimate(parts: Iterable[Parts], scale: int, like: Like) -> Number:
    """The number of families: counted if there are ENOUGH, else the product of its parts."""
    each = list(parts)
    whole = sum(p.whole for p in each)
    direct = counted(whole, scale)
    if whole >= ENOUGH or (like.work_in is None and like.walk is None):
        return direct
    dice = np.random.default_rng(0)  # the same interval at every call

    def product(core: np.ndarray, there: np.ndarray, walk: np.ndarray) -> np.ndarray:
        return np.asarray((core * there * walk).sum(axis=-1)) * scale

    counts = np.array([(p.core, p.away, p.there, p.walk) for p in each if p.away], float)
    if not len(counts):
        return direct
    core, away, there, walk = counts.T
    draws = product(
        dice.gamma(np.maximum(core, 1e-9), size=(DRAWS, len(core))),
        _shares(dice, there, away),
        _shares(dice, walk, away),
    )
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(draws, (tail, 1.0 - tail))
    number = float(product(core, there / away, walk / away))
    return Number(whole, scale, number, float(low), float(high), by_parts=True)


def _shares(dice: np.random.Generator, part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Draws of the share `part / whole`, (DRAWS, provinces), as far as the counts leave it open."""
    return dice.beta(part + 1e-9, whole - part + 1e-9, size=(DRAWS, len(part)))
