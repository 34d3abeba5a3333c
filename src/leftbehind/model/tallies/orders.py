"""Births by the age of the mother and the order of the child: what kin by theory starts from."""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.tallies.tally import Dimension, Tally

OLDEST_MOTHER = 55
MOST = 6  # the last order: that or a later one
TALLY = Tally(
    "orders",
    (Dimension("age", range(OLDEST_MOTHER + 1)), Dimension("order", range(MOST + 1))),
    by_province="province",
)


@kernel
def tally(at: Prefecture, out: np.ndarray) -> None:
    """Count this year's births of one prefecture, of the dead too, into `out`."""
    people = at.people
    for i in range(at.size):
        me = people[i]
        if me.place != at.place or me.birth_year != at.year or me.mother < 0:
            continue
        order = int(people[me.mother].births)
        younger = people[me.mother].youngest_child
        while younger != i:  # twins
            order -= 1
            younger = people[younger].older_by_mother
        out[at.year - people[me.mother].birth_year, min(order, MOST)] += 1
