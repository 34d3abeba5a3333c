"""How many families of a kind there are: counted among simulated ones, with an interval.

A rare kind is not found in any simulated country that fits a machine. What makes it rare is then
taken apart (`Parts`): families of these children whose parents are away so, the share of such
parents who work in the place asked for, the share of such families whose grandmother lives within
the walk asked for. Each part is counted province by province, and drawn towards the country's share
where a province has few; their product is the estimate. It assumes that within a province they have
nothing to do with each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.counts.likeness import Like

LEVEL = 0.95
ENOUGH = 10  # families counted whole: fewer, and the product of parts is told
HALF = 0.5  # of a family is added to what is counted: none was seen is not there are none
NATION = 30.0  # families of a province whose share weighs as much as the country's (assumed)
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
    from scipy.special import gammaincinv  # a chronicle told again does without it

    tail = (1.0 - LEVEL) / 2.0
    low = gammaincinv(count, tail) if count else 0.0
    high = gammaincinv(count + 1, 1.0 - tail)
    return Number(count, scale, float(count * scale), float(low) * scale, float(high) * scale)


def estimate(parts: Iterable[Parts], scale: int, like: Like) -> Number:
    """The number of families: counted if there are ENOUGH, else the product of its parts."""
    each = list(parts)
    whole = sum(p.whole for p in each)
    away = np.array([p.away for p in each], float)
    if whole >= ENOUGH or (like.work_in is None and like.walk is None) or not away.sum():
        return counted(whole, scale)
    dice = np.random.default_rng(0)  # the same interval at every call
    core, there, walk = np.array([(p.core, p.there, p.walk) for p in each], float).T
    few = core + HALF * away / away.sum()
    draws = dice.gamma(np.maximum(few, 1e-9), size=(DRAWS, len(core)))
    number = core
    for part in (there, walk):
        drawn, likely = _shares(dice, part, away)
        draws, number = draws * drawn, number * likely
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(draws.sum(axis=1) * scale, (tail, 1.0 - tail))
    return Number(whole, scale, float(number.sum()) * scale, float(low), float(high), by_parts=True)


def _shares(
    dice: np.random.Generator, part: np.ndarray, whole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Shares `part / whole` of each province: draws (DRAWS, provinces), and the likeliest."""
    mean = part.sum() / whole.sum()
    nation = dice.beta(part.sum() + HALF, (whole - part).sum() + HALF, size=(DRAWS, 1))
    drawn = dice.beta(part + NATION * nation, whole - part + NATION * (1.0 - nation))
    return drawn, (part + NATION * mean) / (whole + NATION)
