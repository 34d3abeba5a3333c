"""Care: who could look after a sibling set, and who does while parents are away.

    q_g = quality * able_g * near_g * share_g,   K = 1 - prod_g (1 - q_g)

able falls with age and limitation, near with the minutes walked, share with the other grandchildren
already in that grandparent's care last year. K is the chance that somebody covers the children's
need; it enters the household's choice (migration.py) and decides the arrangement here. All care
parameters are assumptions unless their row says otherwise.

Reads kin, age, health, homes, choice. Writes arrangement, carer, minutes of each child.
"""

import math

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    ALONE,
    CHILDREN_LEFT,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    MALE,
    NOBODY,
    RELATIVE,
    SAME_COUNTY,
    SAME_HOME,
    SAME_VILLAGE,
    SIBLINGS,
    WITH_PARENT,
    alive,
    at_home,
    companion,
    present,
)
from leftbehind.base.randomness import CARE, WALK, luck, normal
from leftbehind.model.population.households import ADULT_AGE, household_of, is_dependant
from leftbehind.model.population.kin import grandparent, keeper_of, next_child

FAR = 1e9  # minutes: another county


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
            if mine and (which == 0 or people[child].mother != mother) and number < len(found):
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
def total_need(people: np.ndarray, found: np.ndarray, number: int, year: int) -> float:
    """N = (sum of needs)^0.7 of the `number` children in `found`."""
    total = 0.0
    for k in range(number):
        total += need(year - people[found[k]].birth_year)
    return total**0.7 if total > 0.0 else 0.0


@kernel
def able(people: np.ndarray, g: int, year: int, p: np.record) -> float:
    """How able a person is to care for children, by age and health, in [0, 1]."""
    age = year - people[g].birth_year
    ability = 1.0 / (1.0 + math.exp(-(p.care_able_age - age) / p.care_able_scale))
    return ability * (p.care_limited if people[g].limited else 1.0)


@kernel
def minutes_to(
    people: np.ndarray,
    household: np.uint64,
    home: int,
    maternal: bool,
    word: np.uint64,
    here: np.record,
    p: np.record,
) -> float:
    """Walking minutes to the father's (or mother's) parents' home: 0 same home, FAR other county.

    `household` is the key of the household (the mother's). Log-normal, keyed: the path is the same
    in every year and scenario.
    """
    median_village = p.walk_median_mountain if here.mountain > 1 else p.walk_median_lowland
    if maternal:
        u = luck(word, household, 0, WALK, 9)
        if u < p.maternal_same_village:
            return median_village * math.exp(p.walk_spread * normal(word, household, 0, WALK, 2))
        if u < p.maternal_same_village + p.maternal_same_county:
            spread = p.walk_spread_county
            return p.walk_median_maternal * math.exp(spread * normal(word, household, 0, WALK, 3))
        return FAR
    if home == SAME_HOME:
        return 0.0
    if home == SAME_VILLAGE:
        return median_village * math.exp(p.walk_spread * normal(word, household, 0, WALK, 0))
    if home == SAME_COUNTY:
        return p.walk_median_county * math.exp(
            p.walk_spread_county * normal(word, household, 0, WALK, 1)
        )
    return FAR


@kernel
def caring_chance(
    people: np.ndarray,
    child: int,
    g: int,
    maternal: bool,
    minutes: float,
    load: np.ndarray,
    year: int,
    here: np.record,
    p: np.record,
) -> float:
    """q_g: chance that grandparent `g`, `minutes` away, can care for the sibling set of `child`."""
    if not at_home(people, g) or minutes >= FAR:
        return 0.0
    q = p.care_quality * able(people, g, year, p) * math.exp(-minutes / p.care_walk_decay)
    if maternal:
        q *= p.care_maternal
    if people[g].sex == MALE and companion(people, g) < 0:
        q *= p.care_grandfather_alone
    if here.pension > 0.0 and year - people[g].birth_year >= 60:
        q *= p.pension_care_factor
    if load[g] > p.care_share_need:
        others = load[g] - need_with(people, child, g, year)
        q /= max(1.0, others / p.care_share_need)
    return min(q, 0.99)


@kernel
def need_with(people: np.ndarray, child: int, g: int, year: int) -> float:
    """Need of those of the sibling set of `child` who were in the care of `g` last year."""
    total = 0.0
    mother = people[child].mother
    sibling = people[mother].youngest_child if mother >= 0 else child
    while sibling >= 0:
        me = people[sibling]
        if me.carer == g and me.death_year == 0 and year - me.birth_year < ADULT_AGE:
            total += need(year - me.birth_year)
        sibling = me.older_by_mother
    return total


@kernel
def capacity(
    people: np.ndarray,
    child: int,
    household: np.uint64,
    home: int,
    load: np.ndarray,
    year: int,
    word: np.uint64,
    here: np.record,
    p: np.record,
    best: np.ndarray,
) -> float:
    """K of the sibling set of `child`; the best carer into `best` (position, q, minutes).

    `best[0]` is -1 if no grandparent can care; relatives add to K but are not `best`.
    """
    uncovered = 1.0
    best[0] = -1.0
    best[1] = 0.0
    best[2] = FAR
    for maternal in (False, True):
        first = 2 if maternal else 0
        minutes = -1.0
        for which in range(first, first + 2):
            g = grandparent(people, child, which)
            if not alive(people, g):
                continue
            if minutes < 0.0:  # both live in one house
                minutes = minutes_to(people, household, home, maternal, word, here, p)
            q = caring_chance(people, child, g, maternal, minutes, load, year, here, p)
            uncovered *= 1.0 - q
            if q > best[1]:
                best[0] = g
                best[1] = q
                best[2] = minutes
    if has_relative_near(people, child, year):
        uncovered *= 1.0 - p.care_relative
    return 1.0 - uncovered


@kernel
def has_relative_near(people: np.ndarray, child: int, year: int) -> bool:
    """Whether a grown uncle on the father's side lives at home."""
    father = people[child].father
    if father < 0:
        return False
    parent = people[father].mother
    if parent < 0:
        parent = people[father].father
    if parent < 0:
        return False
    uncle = people[parent].youngest_child
    while uncle >= 0:
        me = people[uncle]
        if (
            uncle != father
            and at_home(people, uncle)
            and me.sex == MALE
            and year - me.birth_year >= ADULT_AGE
        ):
            return True
        uncle = next_child(people, parent, uncle)
    return False


@allocating_kernel
def loads(people: np.ndarray, count: int, year: int) -> np.ndarray:
    """Need of all children in each person's care last year; shape (count,)."""
    load = np.zeros(count, np.float64)
    for i in range(count):
        me = people[i]
        if me.death_year == 0 and me.carer >= 0 and year - me.birth_year < ADULT_AGE:
            load[me.carer] += need(year - me.birth_year)
    return load


@kernel
def arrange(
    people: np.ndarray,
    found: np.ndarray,
    number: int,
    year: int,
    word: np.uint64,
    p: np.record,
    best: np.ndarray,
) -> None:
    """Give the `number` children in `found`, left by their parents, an arrangement: the first that
    holds of grandparent in the home, grandparent a walk away, other relative, older sibling, alone.

    A grandparent who could care does so for small children; for older ones with chance
    `care_accept`, a lasting draw of the set.
    """
    carer = int(best[0])
    minutes = best[2]
    oldest = 0
    youngest = 100
    for k in range(number):
        age = year - people[found[k]].birth_year
        oldest = max(oldest, age)
        youngest = min(youngest, age)
    first = people[found[number - 1]]  # the oldest: its key stands for the set
    if youngest >= p.care_alone_from and luck(word, first.key, 0, CARE, 1) >= p.care_accept:
        carer = NOBODY
    moves = (
        minutes > p.care_move_minutes
        and luck(word, first.key, 0, CARE, 0) < p.children_move_to_grandparents
    )
    if carer >= 0 and best[1] >= p.care_home_least and (minutes <= 0.0 or moves):
        kind = GRANDPARENT_HOME
        minutes = 0.0
    elif carer >= 0 and best[1] >= p.care_least and minutes <= p.care_walk_most:
        kind = GRANDPARENT_WALK if minutes > 0.0 else GRANDPARENT_HOME
    elif has_relative_near(people, found[number - 1], year) or youngest < p.care_alone_from:
        # Small children are never alone: some relative or neighbour takes them in (assumed).
        kind = RELATIVE
        carer = NOBODY
    elif number > 1 and oldest >= p.care_sibling_from:
        kind = SIBLINGS
        carer = NOBODY
    else:
        kind = ALONE
        carer = NOBODY
    for k in range(number):
        child = people[found[k]]
        child.arrangement = kind
        child.carer = carer
        child.minutes = min(int(minutes), 255) if carer >= 0 else 0


@allocating_kernel
def step(
    people: np.ndarray,
    count: int,
    year: int,
    word: np.uint64,
    load: np.ndarray,
    here: np.record,
    p: np.record,
) -> None:
    """Arrangement of every child under 18, sibling set by sibling set.

    Children are with a parent unless all parents in their household are away and left them; those
    whose parents are dead or in prison are with a grandparent or relative. `load` is last year's
    need in each person's care.
    """
    for i in range(count):
        me = people[i]
        if me.death_year == 0 and year - me.birth_year < ADULT_AGE:
            me.arrangement = WITH_PARENT
            me.minutes = 0
    found = np.empty(32, np.int64)
    best = np.empty(3, np.float64)
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or me.choice != CHILDREN_LEFT:
            continue
        mother, father = household_of(people, i)  # the wife of a couple may have no child herself
        if mother < 0 and father < 0:
            continue
        number = dependants(people, mother, father, year, found)
        if number == 0:
            continue
        capacity(people, found[number - 1], me.key, me.home, load, year, word, here, p, best)
        arrange(people, found, number, year, word, p, best)
    _orphans(people, count, year, word, load, here, p)
    for i in range(count):  # carers of last year were needed until here
        if people[i].arrangement == WITH_PARENT:
            people[i].carer = NOBODY


@allocating_kernel
def _orphans(
    people: np.ndarray,
    count: int,
    year: int,
    word: np.uint64,
    load: np.ndarray,
    here: np.record,
    p: np.record,
) -> None:
    found = np.empty(1, np.int64)
    best = np.empty(3, np.float64)
    for i in range(count):
        me = people[i]
        if not is_dependant(people, i, year) or me.mother < 0:
            continue
        if present(people, me.mother) or present(people, me.father):
            continue
        household = people[me.mother].key
        home = people[me.mother].home
        found[0] = i
        capacity(people, i, household, home, load, year, word, here, p, best)
        arrange(people, found, 1, year, word, p, best)


@kernel
def elder_duty(people: np.ndarray, mother: int, father: int, year: int, p: np.record) -> float:
    """X: how much an old parent's need of care falls on this couple, in [0, 1].

    An elder needs care if limited or 75 and over, without an able partner. Children at home share
    the duty equally; the wife's parents count with the weight `choice_elder_maternal`.
    """
    duty = 0.0
    for which in range(4):
        child = father if which < 2 else mother
        if child < 0:
            continue
        elder = people[child].father if which % 2 == 0 else people[child].mother
        if not present(people, elder) or not _needs_care(people, elder, year):
            continue
        partner = companion(people, elder)
        if partner >= 0 and not _needs_care(people, partner, year):
            continue
        weight = 1.0 if which < 2 else p.choice_elder_maternal
        duty = max(duty, weight / (1.0 + _children_at_home(people, elder, child, year)))
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
