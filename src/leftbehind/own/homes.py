"""Who lives in one home at the place of registration, worked out from the records.

A couple lives with the husband's parents or in a home of its own; a child under 18 with the parent
who keeps it; who never had a partner with the parents; everybody else alone.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import FEMALE, NEVER, NOBODY, SAME_HOME, alive
from leftbehind.model.population.kin import keeper_of
from leftbehind.model.processes.care import ADULT_AGE


@allocating_kernel
def homes(people: np.ndarray, year: int) -> np.ndarray:
    """Position of the person after whom each home is named (records,); `year` gives ages reached.

    Records are ordered by year of birth, so parents come before their children and in-law children.
    """
    home = np.empty(len(people), np.int64)
    for i in range(len(people)):
        me = people[i]
        home[i] = i
        if me.partner >= 0 and me.death_year == 0:
            wife, husband = (i, me.partner) if me.sex == FEMALE else (me.partner, i)
            home[i] = wife
            elder = living_parent(people, husband)
            if me.home == SAME_HOME and elder >= 0:
                home[i] = home[elder]
        elif year - me.birth_year < ADULT_AGE:
            keeper = keeper_of(people, i)
            if keeper >= 0:
                home[i] = home[keeper]
        elif me.union == NEVER:
            elder = living_parent(people, i)
            if elder >= 0:
                home[i] = home[elder]
    return home


@kernel
def living_parent(people: np.ndarray, i: int) -> int:
    """The mother of `i` if she is alive, else the father if he is, else NOBODY."""
    if alive(people, people[i].mother):
        return people[i].mother
    return people[i].father if alive(people, people[i].father) else NOBODY
