"""Homes: whose parents' home a household lives in or is seen from, and which of them live there.

The record says where a couple lives as seen from the husband's parents (`home`); whether anybody
lives in those parents' home is looked up here, never taken from the record of the wedding. Nothing
here draws or changes anything.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import FURTHER, NOBODY, SAME_HOME, at_home, present


@kernel
def whose_home(people: np.ndarray, mother: int, father: int) -> tuple[int, int]:
    """(whose parents' home is meant, where the household lives seen from it).

    A home is seen from the parents of the man in it: the father, or else the mother's partner in
    prison, or else the dead father of her youngest child (a widow stays). A woman who never had a
    partner lives with her own parents. NOBODY of other women: of the divorced, whose home is not
    that of his parents, and of widows without children.
    """
    if father >= 0:
        return father, people[father].home
    me = people[mother]
    if me.partner >= 0:
        return me.partner, me.home
    if me.union_year == 0:
        return mother, me.home
    if me.youngest_child >= 0:
        late = people[me.youngest_child].father
        if late >= 0 and people[late].death_year != 0:
            return late, me.home
    return NOBODY, me.home


@kernel
def home_of_children(people: np.ndarray, mother: int, father: int) -> tuple[int, int]:
    """whose_home of a mother's children: hers, or without her the home of their father."""
    if present(people, mother):
        return whose_home(people, mother, people[mother].partner)
    if father >= 0:
        return father, people[father].home
    return NOBODY, FURTHER


@kernel
def elder_in(people: np.ndarray, whose: int, home: int, which: int) -> int:
    """The father (`which` 0) or mother (1) of `whose` if at home in the same home; else NOBODY.

    `whose` and `home` as from whose_home.
    """
    if whose < 0 or home != SAME_HOME:
        return NOBODY
    elder = people[whose].father if which == 0 else people[whose].mother
    return elder if at_home(people, elder) else NOBODY
