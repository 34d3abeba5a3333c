"""Households as units of income: who decides and earns together, and whose pot old parents share.

A unit is a couple or an adult without partner, with its dependants. Whoever is in prison is in
no unit: the family decides and earns as if that member were not there. Old parents past working age
share the pot of the married son in whose home (their own) they live; others are a unit themselves.
Nothing here draws or changes anything.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    AGRICULTURAL,
    FEMALE,
    MALE,
    NEVER,
    NOBODY,
    SAME_HOME,
    SEEKING,
    SENIOR,
    alive,
    companion,
    present,
)
from leftbehind.base.randomness import NEAR_TOWN, luck
from leftbehind.model.population.kin import next_child

YOUNGEST_HEAD = 16  # under it nobody without a partner has a household
ADULT_AGE = 18  # who is younger and at school depends on the household
PAST_WORK = 60  # age from which old parents share a son's pot and draw the pension


@kernel
def household_of(people: np.ndarray, i: int) -> tuple[int, int]:
    """(mother, father) of the household that person `i` decides for; NOBODY for who is missing.

    A couple is decided at the wife: for a partnered man both are NOBODY. Nobody decides in prison.
    """
    if not present(people, i):
        return NOBODY, NOBODY
    other = companion(people, i)
    if people[i].sex == FEMALE:
        return i, other
    if other >= 0:
        return NOBODY, NOBODY
    return NOBODY, i


@kernel
def is_dependant(people: np.ndarray, child: int, year: int) -> bool:
    """A living child under 16, or under 18 and at school, without a partner: others care for it."""
    me = people[child]
    if me.death_year != 0 or me.partner >= 0:
        return False
    age = year - me.birth_year
    return age < YOUNGEST_HEAD or (age < ADULT_AGE and me.enrolled == 1)


@kernel
def stands_for(people: np.ndarray, i: int, year: int) -> tuple[int, int]:
    """(mother, father) of the household that decides at person `i`; both NOBODY if none does.

    The one rule of who decides, for every loop over households. Person `i` stands for a household
    if `i` lives, is not in prison, is nobody's dependant (see is_dependant: so 16 or over, or with
    a partner) and is a woman, or a man without a partner at liberty. A couple so stands at the
    wife, be she a pupil; a partner who is dead or in prison is NOBODY.
    """
    if people[i].death_year != 0 or is_dependant(people, i, year):
        return NOBODY, NOBODY
    return household_of(people, i)


@kernel
def unit_of(people: np.ndarray, i: int) -> tuple[int, int]:
    """(mother, father) of the unit of adult `i`; NOBODY for who is missing."""
    other = companion(people, i)
    if people[i].sex == FEMALE:
        return i, other
    return other, i


@kernel
def head_of(people: np.ndarray, i: int) -> int:
    """The person at whom the unit of adult `i` is visited: the wife of a couple, else `i`."""
    other = companion(people, i)
    return other if people[i].sex != FEMALE and other >= 0 else i


@kernel
def holder_of(people: np.ndarray, i: int) -> int:
    """Who stands for the home of person `i`: the wife, also when she has died.

    Of a man without a partner it is the mother of his youngest child, whom he lived with; of those
    who never had partner or child the own mother.
    """
    me = people[i]
    if me.sex != FEMALE and me.partner >= 0:
        return me.partner
    if me.partner < 0 and me.youngest_child < 0 and me.union in (NEVER, SEEKING):
        return me.mother if me.mother >= 0 else i
    if me.sex != FEMALE and me.youngest_child >= 0:
        wife = people[me.youngest_child].mother
        return wife if wife >= 0 else i
    return i


@kernel
def household_key(people: np.ndarray, i: int) -> np.uint64:
    """Key of the household person `i` lives in: that of who stands for it."""
    return people[holder_of(people, i)].key


@kernel
def remoteness(people: np.ndarray, i: int, word: np.uint64) -> float:
    """How far from town the home of person `i` lies: its lasting rank at the place, 0 to 1.

    As towns spread, they reach the same households first.
    """
    return home_luck(people, i, word, NEAR_TOWN, 0)


@kernel
def home_luck(people: np.ndarray, i: int, word: np.uint64, purpose: int, which: int) -> float:
    """A lasting uniform draw of the home of person `i`, by the key of who stands for it."""
    return luck(word, household_key(people, i), 0, purpose, which)


@kernel
def lives_in_town(people: np.ndarray, i: int, word: np.uint64, here: np.record) -> bool:
    """Whether the home of person `i` lies in an area that the census counts as urban.

    The homes nearest to town, by the share of the place and year and by hukou: a home becomes urban
    once and stays so as towns grow. A family lives in one place, by the hukou of who stands for the
    home; a single person who has been to college, or has lost the mother, by the own one.
    """
    me = people[i]
    holder = holder_of(people, i)
    graduate = me.schooling > SENIOR and me.partner < 0
    who = i if graduate or not alive(people, holder) else holder
    rural = people[who].hukou == AGRICULTURAL
    return remoteness(people, i, word) < (here.town_share if rural else here.city_share)


@kernel
def is_urban(people: np.ndarray, mother: int, father: int) -> bool:
    """Whether no partner of the unit has agricultural hukou."""
    rural = (mother >= 0 and people[mother].hukou == AGRICULTURAL) or (
        father >= 0 and people[father].hukou == AGRICULTURAL
    )
    return not rural


@kernel
def is_past_work(people: np.ndarray, i: int, year: int) -> bool:
    """Whether person `i` (NOBODY counts as yes) is 60 or over."""
    return i < 0 or year - people[i].birth_year >= PAST_WORK


@kernel
def host_of(people: np.ndarray, i: int, year: int) -> int:
    """The married son in whose pot the unit of old parent `i` lives, or NOBODY.

    Both partners of the unit must be past working age and rural, the son rural and under 60; the
    youngest such son in the home is the host.
    """
    mother, father = unit_of(people, i)
    if not is_past_work(people, mother, year) or not is_past_work(people, father, year):
        return NOBODY
    for which in range(2):
        parent = father if which == 0 else mother
        if parent < 0 or people[parent].hukou != AGRICULTURAL:
            continue
        child = people[parent].youngest_child
        while child >= 0:
            son = people[child]
            if (
                son.sex == MALE
                and present(people, child)
                and son.partner >= 0
                and son.home == SAME_HOME
                and son.hukou == AGRICULTURAL
                and year - son.birth_year < PAST_WORK
            ):
                return child
            child = next_child(people, parent, child)
    return NOBODY


@allocating_kernel
def pots(people: np.ndarray, count: int, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Who shares whose pot, for all people at once, each of shape (count,).

    First, of each host the head of his old parents' unit, NOBODY of others; second, 1 of who is in
    such a unit, else 0. Parents who have parted are two units: the first found is in the pot.
    """
    guest = np.full(count, NOBODY, np.int32)
    hosted = np.zeros(count, np.uint8)
    for i in range(count):
        if not present(people, i) or year - people[i].birth_year < PAST_WORK:
            continue
        if head_of(people, i) != i:
            continue
        host = host_of(people, i, year)
        if host >= 0 and guest[host] < 0:
            guest[host] = i
            hosted[i] = 1
            other = companion(people, i)
            if other >= 0:
                hosted[other] = 1
    return guest, hosted
