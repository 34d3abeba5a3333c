"""Household registration: rural people and families that become non-agricultural.

Two ways. Who enters college takes the hukou of the school with chance `hukou_student`: all did
until August 2003, since then it is their choice (only the type changes, the home prefecture stays).
Otherwise a whole family changes together, decided at the mother; where she is 45 or over,
`hukou_old` times as often: recruitment, jobs and homes in town went to the young, land taken for
building to everybody. The yearly chance of families by prefecture is set in the baseline so that
the share of people with non-agricultural hukou follows the official series; it is stored and used
again in every scenario. Migrants away are not converted (limit: hukou won at the destination is not
modelled).

Reads hukou, age, school, destination, kin. Writes hukou.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import AGRICULTURAL, NON_AGRICULTURAL, SENIOR
from leftbehind.base.randomness import HUKOU, luck
from leftbehind.model.population.households import stands_for
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import dependants

OLD = 45  # age from which `hukou_old` holds
BY_FAMILY, BY_COLLEGE = 1, 2  # alternatives of the draws for HUKOU; a newborn's is 0


@allocating_kernel
def step(at: Prefecture) -> None:
    """Convert this year's new students, and each rural family at home with its chance.

    `here.hukou_chance` is that of a family whose mother (or, without her, father) is under 45.
    """
    people, year, word, p = at.people, at.year, at.word, at.p
    chance = at.here.hukou_chance
    found = np.empty(32, np.int64)
    for i in range(at.size):
        me = people[i]
        if me.place != at.place or me.death_year != 0 or year - me.birth_year < 16:
            continue
        new_student = me.enrolled == 1 and me.schooling == SENIOR
        if new_student and luck(word, me.key, 0, HUKOU, BY_COLLEGE) < p.hukou_student:
            me.hukou = NON_AGRICULTURAL
        if chance <= 0.0:
            continue
        mother, father = stands_for(people, i, year)
        if mother < 0 and father < 0:
            continue
        own = chance * (p.hukou_old if year - me.birth_year >= OLD else 1.0)
        if luck(word, me.key, year, HUKOU, BY_FAMILY) >= own:
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
def count_types(people: np.ndarray, size: int, place: int, year: int) -> tuple[int, int, int]:
    """Living people of a place, of them agricultural, of these those of 45 or over in `year`."""
    total = 0
    rural = 0
    old = 0
    for i in range(size):
        if people[i].place == place and people[i].death_year == 0:
            total += 1
            if people[i].hukou == AGRICULTURAL:
                rural += 1
                old += 1 if year - people[i].birth_year >= OLD else 0
    return total, rural, old
