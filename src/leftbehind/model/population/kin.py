"""Kin look-ups: who is related to whom, found from the records alone.

Children are linked lists, youngest first: `youngest_child` of a parent leads to the youngest, then
`older_by_mother` (or `older_by_father`) to the next older. Nothing here draws or changes anything
but the links of a newborn.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import FEMALE, NOBODY, present


@kernel
def link_child(people: np.ndarray, child: int, mother: int, father: int) -> None:
    """Put a newborn at the head of both parents' lists of children (either may be NOBODY)."""
    me = people[child]
    me.mother = mother
    me.father = father
    me.older_by_mother = NOBODY
    me.older_by_father = NOBODY
    if mother >= 0:
        me.older_by_mother = people[mother].youngest_child
        people[mother].youngest_child = child
    if father >= 0:
        me.older_by_father = people[father].youngest_child
        people[father].youngest_child = child


@kernel
def next_child(people: np.ndarray, parent: int, child: int) -> int:
    """The next older child after `child` in the list of `parent`, or NOBODY."""
    if people[parent].sex == FEMALE:
        return people[child].older_by_mother
    return people[child].older_by_father


@kernel
def grandparent(people: np.ndarray, child: int, which: int) -> int:
    """Grandparent 0 father's father, 1 father's mother, 2 mother's father, 3 mother's mother.

    NOBODY if unknown (founders have no recorded parents); the person found may be dead.
    """
    parent = people[child].father if which < 2 else people[child].mother
    if parent < 0:
        return NOBODY
    return people[parent].father if which % 2 == 0 else people[parent].mother


@kernel
def are_siblings(people: np.ndarray, i: int, j: int) -> bool:
    """Whether `i` and `j` share a recorded mother or father."""
    me = people[i]
    other = people[j]
    return (me.mother >= 0 and me.mother == other.mother) or (
        me.father >= 0 and me.father == other.father
    )


@kernel
def are_cousins(people: np.ndarray, i: int, j: int) -> bool:
    """Whether `i` and `j` share a recorded grandparent."""
    for a in range(4):
        mine = grandparent(people, i, a)
        if mine < 0:
            continue
        for b in range(4):
            if mine == grandparent(people, j, b):
                return True
    return False


@kernel
def is_aunt_or_uncle(people: np.ndarray, i: int, j: int) -> bool:
    """Whether `i` is a brother or sister of a recorded parent of `j` (or that parent)."""
    me = people[i]
    for which in range(4):
        g = grandparent(people, j, which)
        if g >= 0 and (g == me.mother or g == me.father):
            return True
    return False


@kernel
def keeper_of(people: np.ndarray, child: int) -> int:
    """The parent in whose household `child` is, or NOBODY.

    After a divorce the sibling set is with the parent who has custody; if one parent is dead or in
    prison it is with the other. Of a couple it is the mother.
    """
    me = people[child]
    own_mother = present(people, me.mother)
    own_father = present(people, me.father)
    if own_mother and own_father and people[me.mother].partner != me.father:
        return me.father if me.custody == 1 else me.mother
    if own_mother:
        return me.mother
    return me.father if own_father else NOBODY


@kernel
def living_siblings(people: np.ndarray, i: int) -> int:
    """Number of living children of the same mother, without the person."""
    mother = people[i].mother
    if mother < 0:
        return 0
    number = 0
    child = people[mother].youngest_child
    while child >= 0:
        if child != i and people[child].death_year == 0:
            number += 1
        child = people[child].older_by_mother
    return number


@kernel
def is_only_child(people: np.ndarray, i: int) -> bool:
    """Whether the mother is recorded and bore one child only."""
    mother = people[i].mother
    return mother >= 0 and people[mother].births == 1
