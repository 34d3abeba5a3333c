"""Residence: where a census finds people, kept from one to the next, five years later.

    residence = the prefecture where somebody is away for AWAY_MONTHS or more of the year,
                abroad, else the prefecture of home

The censuses since 2000 and the sample surveys between them are held in years that five divides and
count who has left the place of registration for half a year where he or she lives. Children who
were taken along are away for the whole year, with the parent who took them. Prisoners count at
home (an assumption).

Reads destination, months, death year. Writes lived.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import ABROAD
from leftbehind.model.prefecture import Prefecture

AWAY_MONTHS = 6  # NBS and census: away from the township for half a year or more
CENSUS_EVERY = 5  # years


@kernel
def is_census(year: int) -> bool:
    """Whether residences are compared and kept in `year`."""
    return year % CENSUS_EVERY == 0


@kernel
def residence(people: np.ndarray, i: int, home: int) -> int:
    """Prefecture where a census finds person `i` of prefecture `home`, or ABROAD."""
    me = people[i]
    if me.destination == ABROAD or (me.destination >= 0 and me.months >= AWAY_MONTHS):
        there: int = me.destination
        return there
    return home


@kernel
def step(at: Prefecture, k: int) -> None:
    """In a year of a census, keep where everybody alive lives; `k` is the own prefecture."""
    if not is_census(at.year):
        return
    for i in range(at.size):
        if at.people[i].place == at.place and at.people[i].death_year == 0:
            at.people[i].lived = residence(at.people, i, k)
