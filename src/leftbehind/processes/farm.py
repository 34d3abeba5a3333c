"""Farm work: how much a household's land asks for, and what of it falls to its children.

Demand = land * days per mu * 8 + 250 hours a year; supply = adults at home; the gap is shared by
children who work. Land is rented out or left fallow with probability 0.5 when both parents are
away, else halved. Levels are assumptions. MODEL-DETAILS section 14.

Reads land, adults at home, children's age. Computes hours a week; writes nothing.
"""

import math

import numpy as np

from leftbehind.compiled import kernel
from leftbehind.person import CHILDREN_LEFT, CHILDREN_TAKEN, SAME_HOME
from leftbehind.processes.care import able
from leftbehind.randomness import FARM, luck


@kernel
def cap(age: int) -> float:
    """Most farm hours a school week at `age`."""
    if age < 8:
        return 0.0
    if age <= 11:
        return 6.0
    return 10.0 if age <= 14 else 16.0


@kernel
def labour_gap(
    people: np.ndarray, mother: int, father: int, members: int, year: int, word: np.uint64,
    here: np.record, p: np.record,
) -> float:
    """Hours a year that land and animals ask of the household beyond what adults at home give."""
    head = mother if mother >= 0 else father
    if head < 0:
        return 0.0
    choice = people[head].choice
    land = here.land * members
    if choice in (CHILDREN_LEFT, CHILDREN_TAKEN):
        rented = luck(word, people[head].key, 0, FARM, 1) < p.farm_rent_out
        land = 0.0 if rented else 0.5 * land
    effort = p.farm_mountain if here.mountain > 1 else p.farm_lowland
    demand = land * p.farm_days_per_mu * effort * 8.0 + p.farm_livestock_hours
    supply = 0.0
    for which in range(2):
        parent = mother if which == 0 else father
        if parent >= 0 and people[parent].death_year == 0 and people[parent].destination < 0:
            supply += p.farm_adult_hours
    if people[head].home == SAME_HOME and father >= 0:
        for which in range(2):
            elder = people[father].mother if which == 0 else people[father].father
            if elder >= 0 and people[elder].death_year == 0 and people[elder].destination < 0:
                supply += p.farm_elder_hours * able(people, elder, year, p)
    return max(0.0, demand - supply)


@kernel
def works(
    people: np.ndarray, i: int, both_away: bool, year: int, word: np.uint64, p: np.record
) -> bool:
    """Whether child `i` has farm work at all: old enough, and a lasting keyed draw."""
    if cap(year - people[i].birth_year) <= 0.0:
        return False
    z = p.farm_work_intercept + (p.farm_both_away if both_away else 0.0)
    return luck(word, people[i].key, 0, FARM, 0) < 1.0 / (1.0 + math.exp(-z))


@kernel
def child_hours(age: int, gap: float, children: int, p: np.record) -> float:
    """Farm hours in a school week of a working child, one of `children` at home in the household.

    `gap` is the household's labour gap in hours a year.
    """
    return min(cap(age), p.farm_child_base + p.farm_child_gap * gap / (52.0 * max(children, 1)))
