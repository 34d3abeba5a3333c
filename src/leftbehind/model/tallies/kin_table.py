"""Living kin of children under 15: grandparents, siblings and parents, found from the records."""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import alive
from leftbehind.model.population.kin import grandparent, living_siblings
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.tallies.tally import Dimension, Tally

UNDER = 15
MOST_SIBLINGS = 7
PARENTS = ("both dead or unknown", "mother alive only", "father alive only", "both alive")
TALLY = Tally(
    "kin",
    (
        Dimension("age", ("0-4", "5-9", "10-14")),
        Dimension("grandparents", range(5)),
        Dimension("grandmothers", range(3)),
        Dimension("siblings", range(MOST_SIBLINGS + 1)),  # the last: that many or more
        Dimension("parents", PARENTS),
    ),
    by_province="province",
)


@kernel
def living_grandparents(people: np.ndarray, i: int) -> tuple[int, int]:
    """Number of living grandparents, 0 to 4, and of grandmothers among them."""
    number = 0
    women = 0
    for which in range(4):
        if alive(people, grandparent(people, i, which)):
            number += 1
            women += which % 2
    return number, women


@kernel
def tally(at: Prefecture, out: np.ndarray) -> None:
    """Count one prefecture's children under 15 into `out`."""
    people = at.people
    for i in range(at.size):
        me = people[i]
        age = at.year - me.birth_year
        if me.place != at.place or me.death_year != 0 or age >= UNDER:
            continue
        parents = (1 if alive(people, me.mother) else 0) + (2 if alive(people, me.father) else 0)
        siblings = min(living_siblings(people, i), MOST_SIBLINGS)
        elders, women = living_grandparents(people, i)
        out[age // 5, elders, women, siblings, parents] += 1
