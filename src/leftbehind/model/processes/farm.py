"""Children's work: what the household's land asks for, what of it falls to them, and chores.

Demand = land * days per mu * 8 + hours for animals; supply = adults at home; the gap is shared by
children who work. When both parents are away land is rented out or left fallow, or else halved.
Levels are assumptions. See docs/ODD.md 3.4.10.

Reads land, adults at home, children's age. Computes hours a week; writes nothing.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import exp
from leftbehind.base.person import (
    AGRICULTURAL,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY_TOWN,
    FEMALE,
    SAME_HOME,
    TOWN,
    WITH_PARENT,
    at_home,
)
from leftbehind.base.randomness import FARM, luck
from leftbehind.model.population.households import ADULT_AGE, unit_of
from leftbehind.model.population.kin import keeper_of, next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import able, in_care_of


@kernel
def cap(age: int) -> float:
    """Most farm hours a school week at `age`."""
    if age < 8:
        return 0.0
    if age <= 11:
        return 6.0
    return 10.0 if age <= 14 else 16.0


@kernel
def labour_gap(at: Prefecture, mother: int, father: int, members: int) -> float:
    """Hours a year that land and animals ask of the household beyond what adults at home give."""
    people, here, p = at.people, at.here, at.p
    head = mother if mother >= 0 else father
    if head < 0:
        return 0.0
    choice = people[head].choice
    land = here.land * members
    if choice in (CHILDREN_LEFT, CHILDREN_TAKEN, TOWN, FATHER_AWAY_TOWN):
        rented = luck(at.word, people[head].key, 0, FARM, 1) < p.farm_rent_out
        land = 0.0 if rented else 0.5 * land
    effort = p.farm_mountain if here.mountain > 1 else p.farm_lowland
    demand = land * p.farm_days_per_mu * effort * 8.0 + p.farm_livestock_hours
    supply = 0.0
    for which in range(2):
        parent = mother if which == 0 else father
        if at_home(people, parent):
            supply += p.farm_adult_hours
    if people[head].home == SAME_HOME and father >= 0:
        for which in range(2):
            elder = people[father].mother if which == 0 else people[father].father
            if at_home(people, elder):
                supply += p.farm_elder_hours * able(at, elder)
    return max(0.0, demand - supply)


@kernel
def works(at: Prefecture, i: int, both_away: bool) -> bool:
    """Whether child `i` has farm work at all: old enough, and a lasting keyed draw."""
    if cap(at.year - at.people[i].birth_year) <= 0.0:
        return False
    z = at.p.farm_work_intercept + (at.p.farm_both_away if both_away else 0.0)
    return luck(at.word, at.people[i].key, 0, FARM, 0) < 1.0 / (1.0 + exp(-z))


@kernel
def child_hours(age: int, gap: float, children: int, p: np.record) -> float:
    """Farm hours in a school week of a working child, one of `children` at home in the household.

    `gap` is the household's labour gap in hours a year.
    """
    return min(cap(age), p.farm_child_base + p.farm_child_gap * gap / (52.0 * max(children, 1)))


@kernel
def chore_hours(at: Prefecture, i: int) -> float:
    """Hours of chores a week of child `i`: from age 6, more for girls and without parents."""
    me = at.people[i]
    p = at.p
    age = at.year - me.birth_year
    if age < 6:
        return 0.0
    hours: float = p.week_chores_base + p.week_chores_age * (age - 6)
    if me.sex == FEMALE:
        hours *= p.week_chores_girls
    if me.arrangement != WITH_PARENT:
        hours *= p.week_chores_both_away
    return hours


@kernel
def children_at_home(at: Prefecture, mother: int, father: int) -> int:
    """Number of children under 18 of this household who live at home."""
    people = at.people
    number = 0
    for which in range(2):
        parent = mother if which == 0 else father
        if parent < 0:
            continue
        child = people[parent].youngest_child
        while child >= 0:
            me = people[child]
            shared = which == 1 and mother >= 0 and me.mother == mother
            if (
                not shared
                and me.death_year == 0
                and at.year - me.birth_year < ADULT_AGE
                and me.destination < 0
                and in_care_of(people, child, mother, father)
            ):
                number += 1
            child = next_child(people, parent, child)
    return number


@kernel
def farm_hours(at: Prefecture, i: int) -> float:
    """Farm hours of child `i` in a school week, of the work of its keeper's household."""
    people = at.people
    me = people[i]
    keeper = keeper_of(people, i)
    if keeper < 0 or me.destination >= 0 or me.hukou != AGRICULTURAL:
        return 0.0
    mother, father = unit_of(people, keeper)
    she = mother >= 0 and people[mother].destination >= 0
    he = father >= 0 and people[father].destination >= 0
    if not works(at, i, she and he):
        return 0.0
    children = children_at_home(at, mother, father)
    gap = labour_gap(at, mother, father, 2 + children)
    return child_hours(at.year - me.birth_year, gap, children, at.p)


@kernel
def work_hours(at: Prefecture, i: int) -> float:
    """Hours a school week of farm work and chores that fall to child `i`; 0 from 18."""
    if at.year - at.people[i].birth_year >= ADULT_AGE:
        return 0.0
    return farm_hours(at, i) + chore_hours(at, i)
