"""Arrangement: who does look after the children, sibling set by sibling set.

Children are with a parent unless all parents in their household are away and left them; those whose
parents are dead or in prison are with a grandparent or relative. Who could care, and how well, is
care.py's. docs/ODD.md section 3.4.8.

Reads choice, kin, age, health, homes, last year's carers. Writes arrangement, carer, minutes of
each child.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    ALONE,
    CHILDREN_LEFT,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    NOBODY,
    RELATIVE,
    SIBLINGS,
    WITH_PARENT,
    present,
)
from leftbehind.base.randomness import CARE, luck
from leftbehind.model.population.households import ADULT_AGE, is_dependant, stands_for
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import MOST_CHILDREN, capacity, dependants, has_relative_near


@kernel
def arrange(at: Prefecture, found: np.ndarray, number: int, best: np.ndarray) -> None:
    """Give the `number` children in `found`, left by their parents, an arrangement: the first that
    holds of grandparent in the home, grandparent a walk away, other relative, older sibling, alone.

    `best` is the best carer as `capacity` found it.
    """
    p = at.p
    oldest = 0
    youngest = 100
    for k in range(number):
        age = at.year - at.people[found[k]].birth_year
        oldest = max(oldest, age)
        youngest = min(youngest, age)
    first = found[number - 1]  # the oldest: its key stands for the set
    minutes = best[2]
    kind = _with_grandparent(at, at.people[first].key, youngest, best)
    if kind == GRANDPARENT_HOME:
        minutes = 0.0
    elif kind == WITH_PARENT:  # no grandparent
        # Small children are never alone: some relative or neighbour takes them in (assumed).
        if has_relative_near(at.people, first, at.year) or youngest < p.care_alone_from:
            kind = RELATIVE
        elif number > 1 and oldest >= p.care_sibling_from:
            kind = SIBLINGS
        else:
            kind = ALONE
    cared = kind in (GRANDPARENT_HOME, GRANDPARENT_WALK)
    for k in range(number):
        child = at.people[found[k]]
        child.arrangement = kind
        child.carer = int(best[0]) if cared else NOBODY
        child.minutes = min(int(minutes), 255) if cared else 0


@kernel
def _with_grandparent(at: Prefecture, key: np.uint64, youngest: int, best: np.ndarray) -> int:
    """GRANDPARENT_HOME or GRANDPARENT_WALK if the best carer takes the set; else WITH_PARENT.

    A grandparent who could care does so for small children; for older ones with chance
    `care_accept`, a lasting draw of the set (`key`).
    """
    p = at.p
    q = best[1]
    minutes = best[2]
    if best[0] < 0:
        return WITH_PARENT
    if youngest >= p.care_alone_from and luck(at.word, key, 0, CARE, 1) >= p.care_accept:
        return WITH_PARENT
    moves = (
        minutes > p.care_move_minutes
        and luck(at.word, key, 0, CARE, 0) < p.children_move_to_grandparents
    )
    if q >= p.care_home_least and (minutes <= 0.0 or moves):
        return GRANDPARENT_HOME
    if q >= p.care_least and minutes <= p.care_walk_most:
        return GRANDPARENT_WALK if minutes > 0.0 else GRANDPARENT_HOME
    return WITH_PARENT


@allocating_kernel
def step(at: Prefecture, load: np.ndarray) -> None:
    """Arrangement of every child under 18; `load` is last year's need in each person's care."""
    _arrange_all(at, load, np.empty(MOST_CHILDREN, np.int64), np.empty(3, np.float64))


@kernel
def _arrange_all(at: Prefecture, load: np.ndarray, found: np.ndarray, best: np.ndarray) -> None:
    people = at.people
    for i in range(at.size):
        me = people[i]
        if me.death_year == 0 and at.year - me.birth_year < ADULT_AGE:
            me.arrangement = WITH_PARENT
            me.minutes = 0
    for i in range(at.size):
        me = people[i]
        if me.choice != CHILDREN_LEFT:
            continue
        mother, father = stands_for(people, i, at.year)  # a wife may have no child herself
        if mother < 0 and father < 0:
            continue
        number = dependants(people, mother, father, at.year, found)
        if number == 0:
            continue
        capacity(at, load, found[number - 1], me.key, me.home, best)
        arrange(at, found, number, best)
    _orphans(at, load, found, best)
    for i in range(at.size):  # carers of last year were needed until here
        if people[i].arrangement == WITH_PARENT:
            people[i].carer = NOBODY


@kernel
def _orphans(at: Prefecture, load: np.ndarray, found: np.ndarray, best: np.ndarray) -> None:
    people = at.people
    for i in range(at.size):
        me = people[i]
        if not is_dependant(people, i, at.year) or me.mother < 0:
            continue
        if present(people, me.mother) or present(people, me.father):
            continue
        found[0] = i
        capacity(at, load, i, people[me.mother].key, people[me.mother].home, best)
        arrange(at, found, 1, best)
