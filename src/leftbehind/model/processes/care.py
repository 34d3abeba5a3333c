"""Care: who could look after a child while its parents are away, and who must be cared for.

    q_g = quality * able_g * near_g * share_g

able falls with age and limitation, near with the minutes walked, share with the other grandchildren
already in that grandparent's care last year. The grandparent with the largest q is the best carer;
who takes the children, and how much of a parent's care that covers, is carers.py's. All care
parameters are assumptions unless their row says otherwise. docs/ODD.md section 3.4.8.

Reads kin, age, health, homes, last year's carers. Writes nothing.
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.elementary import exp, power
from leftbehind.base.person import (
    MALE,
    SAME_COUNTY,
    SAME_HOME,
    SAME_VILLAGE,
    alive,
    at_home,
    companion,
    present,
)
from leftbehind.base.randomness import WALK, luck, normal
from leftbehind.model.population.homes import elder_in, whose_home
from leftbehind.model.population.households import ADULT_AGE, is_dependant
from leftbehind.model.population.kin import keeper_of, next_child
from leftbehind.model.prefecture import Prefecture

FAR = 1e9  # minutes: another county
MOST_CHILDREN = 32  # dependants of one household that are looked at


class Household(NamedTuple):
    """A household that decides, with the children it must care for."""

    mother: int  # NOBODY if there is none
    father: int
    found: np.ndarray  # (MOST_CHILDREN,) positions of its dependants: the first `children`
    children: int


@kernel
def decider(us: Household) -> int:
    """At whom the household is decided: the mother, or the father if there is none."""
    return us.mother if us.mother >= 0 else us.father


@kernel
def in_care_of(people: np.ndarray, child: int, mother: int, father: int) -> bool:
    """Whether `child` belongs to the household of this mother and father (either may be NOBODY)."""
    keeper = keeper_of(people, child)
    return keeper >= 0 and keeper in (mother, father)


@kernel
def dependants(people: np.ndarray, mother: int, father: int, year: int, found: np.ndarray) -> int:
    """Positions of the dependants of a household into `found`; returns their number."""
    number = 0
    for which in range(2):
        parent = mother if which == 0 else father
        if parent < 0:
            continue
        child = people[parent].youngest_child
        while child >= 0:
            mine = is_dependant(people, child, year) and in_care_of(people, child, mother, father)
            # A shared child is counted once, on the mother's list.
            hers = mother >= 0 and people[child].mother == mother
            if mine and (which == 0 or not hers) and number < len(found):
                found[number] = child
                number += 1
            child = next_child(people, parent, child)
    return number


@kernel
def need(age: int) -> float:
    """Need of care at `age` in [0, 1]: 0.8 for infants, 0.7 to 8, then falling to 0.3 at 17."""
    if age <= 1:
        return 0.8
    if age <= 8:
        return 0.7
    if age <= 11:
        return 0.7 - 0.05 * (age - 8) / 3.0
    if age <= 14:
        return 0.65 - 0.05 * (age - 11)
    return max(0.5 - 0.2 * (age - 14) / 3.0, 0.3)


@kernel
def household_need(at: Prefecture, us: Household) -> float:
    """N = (sum of the children's needs)^0.7."""
    total = 0.0
    for k in range(us.children):
        total += need(at.year - at.people[us.found[k]].birth_year)
    return power(total, 0.7) if total > 0.0 else 0.0


@kernel
def able(at: Prefecture, g: int) -> float:
    """How able a person is to care for children, by age and health, in [0, 1]."""
    age = at.year - at.people[g].birth_year
    ability = 1.0 / (1.0 + exp(-(at.p.care_able_age - age) / at.p.care_able_scale))
    return ability * (at.p.care_limited if at.people[g].limited else 1.0)


@kernel
def away_from_parents(people: np.ndarray, i: int) -> bool:
    """Whether the parents of `i`, who are of one place, are of another one than `i`."""
    parent = people[i].mother if people[i].mother >= 0 else people[i].father
    return parent >= 0 and people[parent].place != people[i].place


@kernel
def minutes_to(at: Prefecture, parent: int, whose: int, home: int) -> float:
    """Walking minutes from a home to that of the parents of `parent`: 0 the same, FAR no walk.

    `whose` and `home` as from whose_home: for that person's parents the distance is the record's;
    for all others (the wife's parents, those of a former partner) it is drawn, or FAR in another
    prefecture. Log-normal, keyed by
    `parent`: the path is the same in every year and scenario, whoever of the household dies.
    """
    p = at.p
    word = at.word
    key = at.people[parent].key
    village = p.walk_median_mountain if at.here.mountain > 1 else p.walk_median_lowland
    if parent == whose:
        if home == SAME_HOME:
            return 0.0
        if home == SAME_VILLAGE:
            return village * exp(p.walk_spread * normal(word, key, 0, WALK, 0))
        if home == SAME_COUNTY:
            spread = p.walk_spread_county
            return p.walk_median_county * exp(spread * normal(word, key, 0, WALK, 1))
        return FAR
    if away_from_parents(at.people, parent):
        return FAR
    u = luck(word, key, 0, WALK, 9)
    if u < p.maternal_same_village:
        return village * exp(p.walk_spread * normal(word, key, 0, WALK, 2))
    if u < p.maternal_same_village + p.maternal_same_county:
        spread = p.walk_spread_county
        return p.walk_median_maternal * exp(spread * normal(word, key, 0, WALK, 3))
    return FAR


@kernel
def caring_chance(
    at: Prefecture, load: np.ndarray, child: int, g: int, maternal: bool, minutes: float
) -> float:
    """q_g: chance that grandparent `g`, `minutes` away, can care for the sibling set of `child`."""
    people = at.people
    p = at.p
    if not at_home(people, g) or minutes >= FAR:
        return 0.0
    q = p.care_quality * able(at, g) * exp(-minutes / p.care_walk_decay)
    if maternal:
        q *= p.care_maternal
    if people[g].sex == MALE and companion(people, g) < 0:
        q *= p.care_grandfather_alone
    if at.here.pension > 0.0 and at.year - people[g].birth_year >= 60:
        q *= p.pension_care_factor
    if load[g] > p.care_share_need:
        others = load[g] - need_with(at, child, g)
        q /= max(1.0, others / p.care_share_need)
    return min(q, 0.99)


@kernel
def need_with(at: Prefecture, child: int, g: int) -> float:
    """Need of those of the sibling set of `child` who were in the care of `g` last year."""
    people = at.people
    total = 0.0
    parent = set_parent(people, child)
    sibling = people[parent].youngest_child
    while sibling >= 0:
        me = people[sibling]
        if me.carer == g and me.death_year == 0 and at.year - me.birth_year < ADULT_AGE:
            total += need(at.year - me.birth_year)
        sibling = next_child(people, parent, sibling)
    return total


@kernel
def set_parent(people: np.ndarray, child: int) -> int:
    """The parent whose children are the sibling set of `child`: the mother, if she is recorded."""
    me = people[child]
    return me.mother if me.mother >= 0 else me.father


@kernel
def same_kin(people: np.ndarray, one: int, other: int) -> bool:
    """Whether two children have both parents, and so all grandparents, in common."""
    return people[one].mother == people[other].mother and people[one].father == people[other].father


@kernel
def best_carer(
    at: Prefecture, load: np.ndarray, child: int, whose: int, home: int, best: np.ndarray
) -> None:
    """The grandparent of `child` with the largest q into `best`: (position, q, minutes).

    `whose` and `home` say where the household lives (whose_home). The position is -1 if no
    grandparent is at home within a walk.
    """
    people = at.people
    best[0] = -1.0
    best[1] = 0.0
    best[2] = FAR
    for maternal in (False, True):
        parent = people[child].mother if maternal else people[child].father
        if parent < 0:
            continue
        minutes = -1.0
        for which in range(2):
            g = people[parent].father if which == 0 else people[parent].mother
            if not alive(people, g):
                continue
            if minutes < 0.0:  # both live in one house
                minutes = minutes_to(at, parent, whose, home)
            q = caring_chance(at, load, child, g, maternal, minutes)
            if q > best[1]:
                best[0] = g
                best[1] = q
                best[2] = minutes


@kernel
def has_able_elder(at: Prefecture, mother: int, father: int) -> bool:
    """Whether an old parent who can keep a farm going (`choice_able_home`) lives in the home."""
    whose, home = whose_home(at.people, mother, father)
    for which in range(2):
        elder = elder_in(at.people, whose, home, which)
        if elder >= 0 and able(at, elder) > at.p.choice_able_home:
            return True
    return False


@allocating_kernel
def loads(at: Prefecture) -> np.ndarray:
    """Need of all children in each person's care last year; shape (at.size,)."""
    load = np.zeros(at.size, np.float64)
    for i in range(at.size):
        me = at.people[i]
        if me.death_year == 0 and me.carer >= 0 and at.year - me.birth_year < ADULT_AGE:
            load[me.carer] += need(at.year - me.birth_year)
    return load


@kernel
def elder_duty(at: Prefecture, mother: int, father: int) -> float:
    """X: how much an old parent's need of care falls on this couple, in [0, 1].

    An elder needs care if limited or 75 and over, without an able partner. Children at home share
    the duty equally; the wife's parents count with the weight `choice_elder_maternal`.
    """
    people = at.people
    duty = 0.0
    for which in range(4):
        child = father if which < 2 else mother
        if child < 0:
            continue
        elder = people[child].father if which % 2 == 0 else people[child].mother
        if not present(people, elder) or not _needs_care(people, elder, at.year):
            continue
        partner = companion(people, elder)
        if partner >= 0 and not _needs_care(people, partner, at.year):
            continue
        weight = 1.0 if which < 2 else at.p.choice_elder_maternal
        duty = max(duty, weight / (1.0 + _children_at_home(people, elder, child, at.year)))
    return duty


@kernel
def _needs_care(people: np.ndarray, elder: int, year: int) -> bool:
    return people[elder].limited == 1 or year - people[elder].birth_year >= 75


@kernel
def _children_at_home(people: np.ndarray, elder: int, but: int, year: int) -> int:
    number = 0
    child = people[elder].youngest_child
    while child >= 0:
        grown = year - people[child].birth_year >= ADULT_AGE
        if child != but and grown and at_home(people, child):
            number += 1
        child = next_child(people, elder, child)
    return number
