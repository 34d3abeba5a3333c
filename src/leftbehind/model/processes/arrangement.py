"""Arrangement: who does look after the children, household by household, each child by its own kin.

Children are with a parent unless all parents in their household are away and left them; those whose
parents are dead or in prison are with a grandparent or relative. Who could care, and how well, is
care.py's. Young people who are nobody's dependants any more are with a parent if one lives where
they do, else in a household of their own. docs/ODD.md section 3.4.8.

Reads choice, destination, kin, age, health, homes, last year's carers. Writes arrangement, carer,
minutes of each child.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    ALONE,
    CHILDREN_LEFT,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    NOBODY,
    OWN_HOUSEHOLD,
    RELATIVE,
    SIBLINGS,
    WITH_PARENT,
    companion,
)
from leftbehind.base.randomness import CARE, luck
from leftbehind.model.population.homes import home_of_children, whose_home
from leftbehind.model.population.households import ADULT_AGE, is_dependant, stands_for
from leftbehind.model.population.kin import keeper_of, next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import (
    MOST_CHILDREN,
    Household,
    capacity,
    dependants,
    has_relative_near,
    same_kin,
    set_parent,
)


@kernel
def arrange(at: Prefecture, load: np.ndarray, us: Household, best: np.ndarray) -> None:
    """Give the household's children, left by their parents or orphans, an arrangement.

    Those of the same kin go to a grandparent or relative of theirs; who is left over stays with
    brothers and sisters or alone. `best` is room for a carer.
    """
    people = at.people
    grown = False
    for c in range(us.children):
        child = us.found[c]
        first = 0
        while not same_kin(people, us.found[first], child):
            first += 1
        if first != c:
            continue  # arranged with the first of its kin
        if us.mother < 0 and us.father < 0:  # orphans
            whose, home = home_of_children(people, people[child].mother, people[child].father)
        else:
            whose, home = whose_home(people, us.mother, us.father)
        capacity(at, load, child, whose, home, best)
        grown = go_to_kin(at, us, child, best) or grown
    stay(at, us, grown)


@kernel
def go_to_kin(at: Prefecture, us: Household, child: int, best: np.ndarray) -> bool:
    """Arrange `child` and those with the same kin, `best` their best carer: the first that holds of
    grandparent in the home, grandparent a walk away, other relative; else ALONE, which `stay`
    looks at again.

    Returns whether a grandparent who cares for them lives in the household's home.
    """
    people = at.people
    youngest = ADULT_AGE
    for k in range(us.children):
        if same_kin(people, us.found[k], child):
            youngest = min(youngest, at.year - people[us.found[k]].birth_year)
    kind = _with_grandparent(at, people[set_parent(people, child)].key, youngest, best)
    cared = kind != WITH_PARENT
    minutes = best[2] if kind == GRANDPARENT_WALK else 0.0
    if not cared:
        # Small children are never alone: some relative or neighbour takes them in (assumed).
        near = youngest < at.p.care_alone_from or has_relative_near(people, child, at.year)
        kind = RELATIVE if near else ALONE
    for k in range(us.children):
        if same_kin(people, us.found[k], child):
            me = people[us.found[k]]
            me.arrangement = kind
            me.carer = int(best[0]) if cared else NOBODY
            me.minutes = min(int(minutes), 255)
    return kind == GRANDPARENT_HOME and best[2] <= 0.0


@kernel
def stay(at: Prefecture, us: Household, grown: bool) -> None:
    """Children left over: with who cares for others in the home, an older sibling, or alone.

    `grown`: whether a grandparent of others of them lives in the home and cares for those: to the
    left over a relative. An older sibling is one who stays in the home too.
    """
    people = at.people
    staying = 0
    oldest = 0
    for k in range(us.children):
        me = people[us.found[k]]
        if me.arrangement in (ALONE, GRANDPARENT_WALK):
            staying += 1
            oldest = max(oldest, at.year - me.birth_year)
    for k in range(us.children):
        me = people[us.found[k]]
        if me.arrangement == ALONE and grown:
            me.arrangement = RELATIVE
        elif me.arrangement == ALONE and staying > 1 and oldest >= at.p.care_sibling_from:
            me.arrangement = SIBLINGS


@kernel
def _with_grandparent(at: Prefecture, key: np.uint64, youngest: int, best: np.ndarray) -> int:
    """GRANDPARENT_HOME or GRANDPARENT_WALK if the best carer takes the set; else WITH_PARENT.

    A grandparent who could care does so for small children; for older ones with chance
    `care_accept`, a lasting draw of the set (`key`, its mother's).
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
    if youngest < p.care_alone_from and q >= p.care_least and minutes <= p.care_walk_most:
        return GRANDPARENT_HOME  # small children sleep where she does
    if q >= p.care_least and minutes <= p.care_walk_most:
        return GRANDPARENT_WALK if minutes > 0.0 else GRANDPARENT_HOME
    return WITH_PARENT


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
            with_parent = is_dependant(people, i, at.year) or lives_with_parent(people, i)
            me.arrangement = WITH_PARENT if with_parent else OWN_HOUSEHOLD
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
        if me.place == at.place and me.arrangement in (WITH_PARENT, OWN_HOUSEHOLD):
            me.carer = NOBODY


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
