"""Adults of agricultural hukou who work away, by what surveys of such workers report."""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import (
    AGRICULTURAL,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY_TOWN,
    FEMALE,
    NEVER,
    SEEKING,
    TOWN,
    alive,
    children_come,
)
from leftbehind.base.randomness import WORK_WITH_CHILDREN, luck
from leftbehind.model.population.homes import elder_in, whose_home
from leftbehind.model.population.households import unit_of
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.processes.residence import AWAY_MONTHS
from leftbehind.model.tallies.distance import WHERE, distance
from leftbehind.model.tallies.tally import SEX, Dimension, Tally

YOUNGEST = 16
SCHOOL_AGE = 7
AGES = ("16-20", "21-30", "31-40", "41-50", "51+")
UNIONS = ("single", "married", "widowed or divorced")
FORMS = ("part of the family", "whole family", "alone")
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
def form(people: np.ndarray, i: int) -> int:
    """Whether the whole family of person `i` is away, a part of it, or `i` has none (FORMS).

    Whole: both partners with their children, or without any and without parents in the home.
    """
    me = people[i]
    if me.choice in (CHILDREN_TAKEN, TOWN):
        return 1
    if not alive(people, me.partner):
        return 0 if me.youngest_child >= 0 else 2
    if me.choice != CHILDREN_LEFT or me.youngest_child >= 0:
        return 0
    mother, father = unit_of(people, i)
    whose, home = whose_home(people, mother, father)
    with_elders = elder_in(people, whose, home, 0) >= 0 or elder_in(people, whose, home, 1) >= 0
    return 0 if with_elders else 1


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


@kernel
def tally(at: Prefecture, origin: int, province: np.ndarray, out: np.ndarray) -> None:
    """Count the working rural adults away of prefecture `origin` into `out`."""
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
        union = 1 if me.partner >= 0 else (0 if me.union in (NEVER, SEEKING) else 2)
        where = distance(me.destination, origin, province)
        long = 1 if me.months >= AWAY_MONTHS else 0
        out[ages, me.sex, union, form(at.people, i), long, where] += 1
