"""Household registration: rural families that become non-agricultural.

The yearly chance by province is set in the baseline so that the share of people with
non-agricultural hukou follows the official series; it is stored and used again in every scenario.
The whole family changes together, decided at the mother. Migrants away are not converted (limit:
hukou won at the destination is not modelled).

Reads hukou, destination, kin. Writes hukou.
"""

import numpy as np

from leftbehind.compiled import allocating_kernel, kernel
from leftbehind.person import AGRICULTURAL, NON_AGRICULTURAL
from leftbehind.population.households import household_of
from leftbehind.processes.care import dependants
from leftbehind.randomness import HUKOU, luck


@allocating_kernel
def step(
    people: np.ndarray, count: int, year: int, word: np.uint64, chance: float
) -> None:
    """Convert each rural household at home with probability `chance` this year."""
    if chance <= 0.0:
        return
    found = np.empty(32, np.int64)
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or year - me.birth_year < 16:
            continue
        mother, father = household_of(people, i)
        if mother < 0 and father < 0:
            continue
        if luck(word, me.key, year, HUKOU, 1) >= chance:
            continue
        if (mother >= 0 and people[mother].destination >= 0) or (
            father >= 0 and people[father].destination >= 0
        ):
            continue
        children = dependants(people, mother, father, year, found)
        for k in range(children):
            people[found[k]].hukou = NON_AGRICULTURAL
        me.hukou = NON_AGRICULTURAL
        if me.partner >= 0:
            people[me.partner].hukou = NON_AGRICULTURAL


@kernel
def count_types(people: np.ndarray, count: int) -> tuple[int, int]:
    """(living people, of them with agricultural hukou)."""
    total = 0
    rural = 0
    for i in range(count):
        if people[i].death_year == 0:
            total += 1
            rural += 1 if people[i].hukou == AGRICULTURAL else 0
    return total, rural
