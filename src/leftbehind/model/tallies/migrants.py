"""Adults of agricultural hukou who work away, by what surveys of such workers report."""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    AGRICULTURAL,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY_TOWN,
    FEMALE,
    TOWN,
    children_come,
)
from leftbehind.base.randomness import WORK_WITH_CHILDREN, luck
from leftbehind.model.population.homes import elder_in, whose_home
from leftbehind.model.population.households import unit_of
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import MOST_CHILDREN, dependants
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.processes.residence import AWAY_MONTHS
from leftbehind.model.tallies.distance import WHERE, distance
from leftbehind.model.tallies.tally import SEX, Dimension, Tally

YOUNGEST = 16
SCHOOL_AGE = 7
AGES = ("16-20", "21-30", "31-40", "41-50", "51+")
UNIONS = ("single", "married", "widowed or divorced")
SINGLE, MARRIED, ONCE_MARRIED = range(3)
FORMS = ("part of the family", "whole family", "alone")
PART, WHOLE, ALONE = range(3)
MONTHS = ("under 6 months", "6 months or more")
TALLY = Tally(
    "migrants",
    (
        Dimension("age", AGES),
        SEX,
        Dimension("union", UNIONS),
        Dimension("form", FORMS),
        Dimension("months", MONTHS),
        Dimension("where", WHERE),
    ),
    first_year=FIRST_YEAR,
)


@kernel
def union(people: np.ndarray, i: int) -> int:
    """Position in UNIONS of person `i`; who seeks a partner again is what it was before."""
    if people[i].partner >= 0:
        return MARRIED
    return SINGLE if people[i].union_year == 0 else ONCE_MARRIED


@kernel
def form(at: Prefecture, i: int, found: np.ndarray) -> int:
    """Whether the whole family of person `i` is away, a part of it, or `i` has none (FORMS).

    The family is the household: the partner, but for one in prison, and the dependants of both.
    Whole: all of it, or a couple without dependants that left no parents in the home. `found` is
    room for dependants.
    """
    people = at.people
    choice = people[i].choice
    if choice in (CHILDREN_TAKEN, TOWN):
        return WHOLE
    mother, father = unit_of(people, i)
    if choice != CHILDREN_LEFT or dependants(people, mother, father, at.year, found) > 0:
        return PART
    if mother < 0 or father < 0:
        return ALONE
    whose, home = whose_home(people, mother, father)
    with_elders = elder_in(people, whose, home, 0) >= 0 or elder_in(people, whose, home, 1) >= 0
    return PART if with_elders else WHOLE


@kernel
def works(at: Prefecture, i: int) -> bool:
    """Whether the adult away has paid work: all but mothers in town for the
    children's sake and some with a small child along."""
    me = at.people[i]
    if me.sex != FEMALE or not children_come(me.choice):
        return True
    if me.choice == FATHER_AWAY_TOWN:
        return False
    youngest = me.youngest_child
    people = at.people
    while youngest >= 0 and (
        people[youngest].death_year != 0 or people[youngest].destination != me.destination
    ):
        youngest = people[youngest].older_by_mother
    if youngest < 0 or at.year - people[youngest].birth_year >= SCHOOL_AGE:
        return True
    return luck(at.word, me.key, 0, WORK_WITH_CHILDREN, 1) < at.p.work_mother_with_children


@allocating_kernel
def tally(at: Prefecture, origin: int, province: np.ndarray, out: np.ndarray) -> None:
    """Count the working rural adults away of prefecture `origin` into `out`."""
    _count(at, origin, province, np.empty(MOST_CHILDREN, np.int64), out)


@kernel
def _count(
    at: Prefecture, origin: int, province: np.ndarray, found: np.ndarray, out: np.ndarray
) -> None:
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.hukou != AGRICULTURAL:
            continue
        age = at.year - me.birth_year
        if me.death_year != 0 or me.destination < 0 or age < YOUNGEST or me.enrolled == 1:
            continue
        if not works(at, i):
            continue
        ages = 0 if age <= 20 else min((age - 21) // 10 + 1, 4)
        where = distance(me.destination, origin, province)
        long = 1 if me.months >= AWAY_MONTHS else 0
        out[ages, me.sex, union(at.people, i), form(at, i, found), long, where] += 1
