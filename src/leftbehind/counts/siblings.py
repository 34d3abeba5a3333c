"""Sibling sets: all living children under 18 of one mother, as a table of one prefecture and year.

Where their parents are, who looks after them and how far their grandmother lives: what a family can
be looked for by (find.py).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from leftbehind.base.person import ARRANGEMENTS, CHILDREN_LEFT, NOBODY, WITH_PARENT, at_home
from leftbehind.model.population.homes import home_of_children
from leftbehind.model.processes.care import FAR, minutes_to
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.runs.replay import AS_COUNTED, Moment, Replay

GONE = -3  # instead of a destination: dead, unknown or parted


def sibling_sets_of(
    replay: Replay, prefecture: int, year: int, only: pl.Expr | None = None
) -> pl.DataFrame:
    """Sibling sets of a prefecture as counted in `year` (see `sibling_sets`).

    The replay keeps the people of the years before, for whom a family is followed.
    """
    for moment in replay.moments(prefecture, year, first=year, keep=True):
        if moment.stage == AS_COUNTED:
            return sibling_sets(moment, only)
    raise AssertionError("a replay ends with its last year's count")


def sibling_sets_of_unit(
    replay: Replay, u: int, prefectures: range, year: int, only: pl.Expr | None = None
) -> pl.DataFrame:
    """The same of all `prefectures` of home unit `u` together, which is lived once."""
    moments = replay.of_unit(u, prefectures, year, first=year)
    return _sibling_sets([m for m in moments if m.stage == AS_COUNTED], only)


def sibling_sets(moment: Moment, only: pl.Expr | None = None) -> pl.DataFrame:
    """All sibling sets of the moment, one row a mother with living children under 18.

    Columns: key (the mother's), children, left (of them at home without a parent), ages (oldest
    first), oldest, mother_at and father_at (position of the place of work, ABROAD, AT_HOME,
    IN_PRISON or GONE), both_away (away as a couple, children left at home), arrangement of the
    youngest, minutes (to its carer), boards (number of children who do), schooling (most years of
    either parent's, of the mother and the youngest's father), grandmother_minutes (walk
    to the nearer living grandmother at home; null if there is none or she lives in another county).
    `only` keeps rows by the other columns before that walk is looked up, which takes the longest.
    """
    return _sibling_sets([moment], only)


def _sibling_sets(moments: Sequence[Moment], only: pl.Expr | None) -> pl.DataFrame:
    """The sets of several prefectures of one home unit at one moment."""
    people, year = moments[0].people, moments[0].year
    mine = np.isin(people["place"], [moment.place for moment in moments])
    child = mine & (people["death_year"] == 0) & (year - people["birth_year"] < CHILD_AGE)
    kids = np.flatnonzero(child & (people["mother"] >= 0))
    kids = kids[np.lexsort((people["birth_year"][kids], people["mother"][kids]))]
    mothers, first, sizes = np.unique(people["mother"][kids], return_index=True, return_counts=True)
    oldest, youngest = kids[first], kids[first + sizes - 1]
    father = people["father"][youngest]
    mother_at = _where(people, mothers)
    father_at = np.where(people["partner"][mothers] == father, _where(people, father), GONE)
    ages = (year - people["birth_year"][kids]).astype(int).tolist()
    alone = (people["arrangement"][kids] != WITH_PARENT) & (people["destination"][kids] < 0)
    both = (people["choice"][mothers] == CHILDREN_LEFT) & (mother_at >= 0) & (father_at >= 0)
    arrangements = np.array(ARRANGEMENTS)
    table = pl.DataFrame(
        {
            "key": people["key"][mothers],
            "children": sizes.astype(np.int64),
            "left": _sums(alone, kids, people, mothers),
            "ages": [ages[a : a + n] for a, n in zip(first, sizes, strict=True)],
            "oldest": (year - people["birth_year"][oldest]).astype(np.int64),
            "mother_at": mother_at,
            "father_at": father_at,
            "both_away": both & (people["arrangement"][youngest] != WITH_PARENT),
            "arrangement": arrangements[people["arrangement"][youngest]].tolist(),
            "minutes": people["minutes"][youngest].astype(np.int64),
            "boards": _sums(people["boards"][kids], kids, people, mothers),
            "schooling": np.maximum(
                people["schooling"][mothers], np.where(father >= 0, people["schooling"][father], 0)
            ).astype(np.int64),
            "youngest": youngest,
        },
        schema_overrides={"ages": pl.List(pl.Int64), "arrangement": pl.String},
    )
    if only is not None:
        table = table.filter(only)
    of = {moment.place: moment for moment in moments}
    walks = [_grandmother(of[int(people["place"][c])], c) for c in table["youngest"].to_list()]
    walk = pl.Series("grandmother_minutes", walks, dtype=pl.Float64)
    return table.drop("youngest").with_columns(walk)


def _sums(values: np.ndarray, kids: np.ndarray, people: np.ndarray, mothers: np.ndarray) -> object:
    out = np.zeros(len(mothers), np.int64)
    np.add.at(out, np.searchsorted(mothers, people["mother"][kids]), values)
    return out


def _where(people: np.ndarray, who: np.ndarray) -> np.ndarray:
    known = (who >= 0) & (people["death_year"][who] == 0)
    return np.where(known, people["destination"][who], GONE).astype(np.int64)


def _grandmother(moment: Moment, child: int) -> float | None:
    """Minutes to the nearer living grandmother of `child` who is at home."""
    people = moment.people
    mother, father = int(people["mother"][child]), int(people["father"][child])
    whose, home = home_of_children(people, mother, father)
    nearest = FAR
    for parent in (father, mother):
        grandmother = int(people["mother"][parent]) if parent >= 0 else NOBODY
        if grandmother >= 0 and at_home(people, grandmother):
            nearest = min(nearest, minutes_to(moment.at, parent, whose, home))
    return nearest if nearest < FAR else None
