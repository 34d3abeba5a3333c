"""What a family is to be like, and how far one is from it: conditions met, and the misses by size.

If no family meets all conditions, those that miss the fewest by the least are found: each miss
costs 1 and its size. **The sizes are assumptions** of what readers take for near: a quarter for a
year of age or of school, the logarithm of the ratio for a walk, a quarter for 100 km to another
place of work.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.person import ABROAD, JUNIOR
from leftbehind.inputs.places import Places

CONDITIONS = ("children", "oldest", "away", "work", "walk", "schooling")
A_CHILD, A_YEAR, NOT_AWAY, HUNDRED_KM, OTHER_PROVINCE = 2.0, 0.25, 3.0, 0.25, 1.5
A_SCHOOL_YEAR = 0.25
SAME_HOME, NO_GRANDMOTHER = 2.0, 4.0


@dataclass(frozen=True)
class Like:
    """What a family is to be like; None or False: does not matter.

    `work_in` is a place by position where who is away works (both, if both are to be away); `walk`
    the minutes to a living grandmother, lowest and highest; `schooling` the most years of school of
    either parent.
    """

    children: int | None = None
    oldest: int | None = None
    both_away: bool = False
    one_away: bool = False
    work_in: int | None = None
    walk: tuple[float, float] | None = None
    schooling: int | None = None

    def expr(self) -> pl.Expr:
        """The filter over the columns of `siblings.sibling_sets`."""
        wanted = [*self._core(), pl.lit(True)]
        if self.work_in is not None:
            wanted.append(self.works_there())
        if self.walk is not None:
            wanted.append(pl.col("grandmother_minutes").is_between(*self.walk))
        return pl.all_horizontal(wanted).fill_null(False)

    def core(self) -> pl.Expr:
        """The conditions on the children and on who is away alone."""
        return pl.all_horizontal([*self._core(), pl.lit(True)]).fill_null(False)

    def works_there(self) -> pl.Expr:
        """Whether the parents, or a parent who is away, work in `work_in`."""
        hers, his = pl.col("mother_at") == self.work_in, pl.col("father_at") == self.work_in
        return hers & his if self.both_away else hers | his

    def nearly(self) -> pl.Expr:
        """Families worth a closer look: somebody is away, if that was asked for."""
        if self.both_away or self.one_away or self.work_in is not None:
            return (pl.col("mother_at") >= 0) | (pl.col("father_at") >= 0)
        return pl.lit(True)

    def _core(self) -> list[pl.Expr]:
        wanted = []
        if self.children is not None:
            wanted.append(pl.col("children") == self.children)
        if self.oldest is not None:
            wanted.append(pl.col("oldest") == self.oldest)
        if self.both_away:
            wanted.append(pl.col("both_away"))
        if self.one_away:
            wanted.append((pl.col("mother_at") >= 0) | (pl.col("father_at") >= 0))
        if self.schooling is not None:
            wanted.append(pl.col("schooling") <= self.schooling)
        return wanted


def seed_family(places: Places) -> Like:
    """The family the project began with.

    Three children, both parents on the line in Huizhou, so of junior school at most, a grandmother
    forty minutes' walk away (thirty to fifty here).
    """
    return Like(
        children=3,
        oldest=14,
        both_away=True,
        work_in=places.find("Huizhou"),
        walk=(30.0, 50.0),
        schooling=JUNIOR,
    )


def misses(sets: pl.DataFrame, like: Like, places: Places) -> np.ndarray:
    """By how much each family misses each of CONDITIONS, (families, 6); 0 where it is met."""
    out = np.zeros((sets.height, len(CONDITIONS)))
    if like.children is not None:
        out[:, 0] = A_CHILD * np.abs(sets["children"].to_numpy() - like.children)
    if like.oldest is not None:
        out[:, 1] = A_YEAR * np.abs(sets["oldest"].to_numpy() - like.oldest)
    at = np.stack([sets["mother_at"].to_numpy(), sets["father_at"].to_numpy()], axis=1)
    some = (at >= 0).any(axis=1)
    if like.both_away:
        out[:, 2] = np.where(sets["both_away"].to_numpy(), 0.0, np.where(some, 1.0, 2.0) * NOT_AWAY)
    elif like.one_away:
        out[:, 2] = np.where(some, 0.0, NOT_AWAY)
    if like.work_in is not None:
        far = _distance(at, like.work_in, places)
        away = at >= 0
        # Of a couple both must work there; else the nearer of the two is enough.
        apart = np.where(away, far, 0.0).max(axis=1) if like.both_away else far.min(axis=1)
        out[:, 3] = np.where(some, apart, 2.0 * OTHER_PROVINCE)
    if like.walk is not None:
        out[:, 4] = _walk_miss(sets["grandmother_minutes"].to_numpy(), like.walk)
    if like.schooling is not None:
        over = sets["schooling"].to_numpy() - like.schooling
        out[:, 5] = A_SCHOOL_YEAR * np.maximum(over, 0)
    return out


def nearest(sets: pl.DataFrame, like: Like, places: Places) -> pl.DataFrame:
    """The families with a column `miss`, 1 and its size for each condition missed, least first."""
    sizes = misses(sets, like, places)
    return sets.with_columns(miss=(sizes + (sizes > 0)).sum(axis=1)).sort("miss", "key")


def _distance(at: np.ndarray, place: int, places: Places) -> np.ndarray:
    """What it costs that each parent (families, 2) works elsewhere; large for one who is not."""
    inside = np.clip(at, 0, len(places) - 1)
    km = np.where(inside == place, 0.0, places.km[inside, place])
    other = places.province[inside] != places.province[place]
    cost = HUNDRED_KM * km / 100.0 + OTHER_PROVINCE * other
    cost = np.where(at == ABROAD, 2.0 * OTHER_PROVINCE, cost)
    return np.where(at >= 0, cost, np.inf)


def _walk_miss(minutes: np.ndarray, walk: tuple[float, float]) -> np.ndarray:
    low, high = max(walk[0], 1.0), walk[1]
    known = np.nan_to_num(np.asarray(minutes, float), nan=-1.0)
    inside = np.maximum(known, 1.0)
    ratio = np.abs(np.log(inside / np.clip(inside, low, high)))
    near = np.where(known < walk[0], np.where(known < 0.1, SAME_HOME, ratio), ratio)
    return np.where(
        known < 0, NO_GRANDMOTHER, np.where((known >= walk[0]) & (known <= high), 0, near)
    )
