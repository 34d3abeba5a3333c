"""Arrangement: who does look after the children, household by household, each child by its own kin.

Children are with a parent unless all parents in their household are away and left them; those whose
parents are dead or in prison are with a grandparent or relative. Who takes them is carers.py's, the
same for the choice. Young people who are nobody's dependants any more are with a parent if one
lives where they do, else in a household of their own or, away, at work. An arrangement says who is
there while no parent is: for how many months is the week's (week.py). docs/ODD.md section 3.4.8.

Reads choice, destination, kin, age, health, homes, last year's carers. Writes arrangement, carer,
minutes of each child.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, alone, kernel
from leftbehind.base.person import (
    ALONE,
    AT_WORK,
    CHILDREN_LEFT,
    GRANDPARENT_WALK,
    NOBODY,
    OWN_HOUSEHOLD,
    SIBLINGS,
    WITH_PARENT,
    companion,
)
from leftbehind.model.population.households import ADULT_AGE, is_dependant, stands_for, unit_of
from leftbehind.model.population.kin import keeper_of, next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import (
    MOST_CHILDREN,
    Household,
    dependants,
    in_care_of,
    same_kin,
    set_parent,
)
from leftbehind.model.processes.carers import taken_by

STAYING = (ALONE, SIBLINGS, GRANDPARENT_WALK, OWN_HOUSEHOLD)  # who sleeps in the parents' house


@kernel
def arrange(at: Prefecture, load: np.ndarray, us: Household, best: np.ndarray) -> None:
    """Give the household's children, left by their parents or orphans, an arrangement.

    `best` is room for a carer. Who is left over is ALONE until `together` looks for brothers and
    sisters in the house.
    """
    people = at.people
    for c in range(us.children):
        child = us.found[c]
        first = 0
        while not same_kin(people, us.found[first], child):
            first += 1
        if first != c:
            continue  # arranged with the first of its kin
        kind, carer, minutes = taken_by(at, load, us, child, best)
        walk = minutes if kind == GRANDPARENT_WALK else 0.0
        for k in range(us.children):
            if same_kin(people, us.found[k], child):
                me = people[us.found[k]]
                me.arrangement = kind
                me.carer = carer
                me.minutes = min(int(walk), 255)


@alone
@allocating_kernel
def step(at: Prefecture, load: np.ndarray) -> None:
    """Arrangement of everybody under 18; `load` is last year's need in each person's care."""
    _arrange_all(at, load, np.empty(MOST_CHILDREN, np.int64), np.empty(3, np.float64))


@kernel
def _arrange_all(at: Prefecture, load: np.ndarray, found: np.ndarray, best: np.ndarray) -> None:
    people = at.people
    for i in range(at.size):
        me = people[i]
        if me.place == at.place and me.death_year == 0 and at.year - me.birth_year < ADULT_AGE:
            if is_dependant(people, i, at.year) or lives_with_parent(people, i):
                me.arrangement = WITH_PARENT
            else:
                me.arrangement = AT_WORK if me.destination >= 0 else OWN_HOUSEHOLD
            me.minutes = 0
    for i in range(at.size):
        if people[i].place != at.place or people[i].choice != CHILDREN_LEFT:
            continue
        mother, father = stands_for(people, i, at.year)  # a wife may have no child herself
        if mother < 0 and father < 0:
            continue
        number = dependants(people, mother, father, at.year, found)
        if number > 0:
            arrange(at, load, Household(mother, father, found, number), best)
    for i in range(at.size):
        number = _orphans_with(at, i, found)
        if number > 0:
            arrange(at, load, Household(NOBODY, NOBODY, found, number), best)
    for i in range(at.size):  # carers of last year were needed until here
        me = people[i]
        if me.place == at.place and me.arrangement in (WITH_PARENT, OWN_HOUSEHOLD, AT_WORK):
            me.carer = NOBODY


@kernel
def together(at: Prefecture) -> None:
    """Children left over who have a brother or sister in the house: after boarding.

    One of the two must be `care_sibling_from` or older, and the other no boarder, who is not there
    on school nights.
    """
    people = at.people
    for i in range(at.size):
        me = people[i]
        left_over = me.place == at.place and me.death_year == 0 and me.arrangement == ALONE
        if left_over and _has_sibling_there(at, i):
            me.arrangement = SIBLINGS


@kernel
def _has_sibling_there(at: Prefecture, i: int) -> bool:
    people = at.people
    keeper = keeper_of(people, i)
    orphan = keeper < 0
    mother, father = (set_parent(people, i), NOBODY) if orphan else unit_of(people, keeper)
    oldest = at.year - people[i].birth_year >= at.p.care_sibling_from
    for which in range(2):
        parent = mother if which == 0 else father
        if parent < 0:
            continue
        child = people[parent].youngest_child
        while child >= 0:
            other = people[child]
            age = at.year - other.birth_year
            if (
                child != i
                and other.death_year == 0
                and age < ADULT_AGE
                and other.destination == people[i].destination
                and other.arrangement in STAYING
                and other.boards == 0
                and (oldest or age >= at.p.care_sibling_from)
                and (orphan or in_care_of(people, child, mother, father))
            ):
                return True
            child = next_child(people, parent, child)
    return False


@kernel
def lives_with_parent(people: np.ndarray, i: int) -> bool:
    """Whether somebody without a partner lives where the own parent does, or that one's partner."""
    keeper = keeper_of(people, i)
    if keeper < 0 or people[i].partner >= 0:
        return False
    place = people[i].destination
    other = companion(people, keeper)
    return people[keeper].destination == place or (
        other >= 0 and people[other].destination == place
    )


@kernel
def is_orphan(people: np.ndarray, i: int, year: int) -> bool:
    """A dependant with a recorded parent, of whom none lives and is at liberty."""
    me = people[i]
    if (me.mother < 0 and me.father < 0) or not is_dependant(people, i, year):
        return False
    return keeper_of(people, i) < 0


@kernel
def _orphans_with(at: Prefecture, i: int, found: np.ndarray) -> int:
    """Orphans of the sibling set of `i` into `found`; 0 if `i` is not the youngest of them."""
    people = at.people
    if people[i].place != at.place or not is_orphan(people, i, at.year):
        return 0
    parent = set_parent(people, i)
    number = 0
    child = people[parent].youngest_child
    while child >= 0 and number < len(found):
        if is_orphan(people, child, at.year):
            if number == 0 and child != i:
                return 0
            found[number] = child
            number += 1
        child = next_child(people, parent, child)
    return number
