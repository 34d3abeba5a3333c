"""Partnership: seeking, matching, divorce and remarriage, within the home prefecture.

Share ever in union by age:  F(a) = c * Phi((ln(a - 14) - mu) / sigma); hazard
(F(a+1) - F(a)) / (1 - F(a)).
The medians by year are parameters (census and survey means, rounded). Seekers are matched in order
of age: a woman takes the free man whose age less his wished gap is nearest to hers, within 12
years, no sibling, uncle, niece or first cousin, mostly of the same hukou type and ethnic group;
better earners come a little earlier, so that the marriage squeeze falls on poor rural men (assumed
weight `match_talent`).

Reads age, sex, hukou, group, kin. Writes union, partner, union year, home, custody.
"""

import math

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    AGRICULTURAL,
    DIVORCED,
    FEMALE,
    FURTHER,
    IN_PRISON,
    MALE,
    MINORITY,
    NEVER,
    NOBODY,
    SAME_COUNTY,
    SAME_HOME,
    SAME_VILLAGE,
    SEEKING,
    TOGETHER,
    WIDOWED,
    present,
)
from leftbehind.base.randomness import CUSTODY, DIVORCE, HOME, MATCH, UNION, WAGE, luck, normal
from leftbehind.model.population.kin import are_cousins, are_siblings, is_aunt_or_uncle, next_child

YOUNGEST = 15
OLDEST_SEEKER = 60


@kernel
def ever_in_union(age: float, median: float, ceiling: float, p: np.record) -> float:
    """Share of a cohort ever in union by exact `age` (log-normal in age above 14)."""
    if age <= 14.0:
        return 0.0
    z = (math.log(age - 14.0) - math.log(median - 14.0)) / p.union_sigma
    return ceiling * 0.5 * math.erfc(-z / math.sqrt(2.0))


@kernel
def median_age(me: np.record, here: np.record, p: np.record) -> float:
    """Median age at first union for a person like `me` this year, in years."""
    median = p.union_median_age_women
    median += p.union_shift_rural if me.hukou == AGRICULTURAL else p.union_shift_urban
    if me.group == MINORITY and here.liangshan:
        median += p.union_shift_yi
    if me.sex == MALE:
        median += p.union_men_later
    return max(median, 15.5)


@kernel
def first_union_hazard(age: int, me: np.record, here: np.record, p: np.record) -> float:
    """Chance that a never-partnered person who reaches `age` begins to seek this year."""
    median = median_age(me, here, p)
    ceiling = p.union_ever_women
    if me.sex == MALE and me.hukou == AGRICULTURAL:
        ceiling = p.union_ever_rural_men
    before = ever_in_union(age, median, ceiling, p)
    after = ever_in_union(age + 1.0, median, ceiling, p)
    return (after - before) / (1.0 - before)


@kernel
def founder_share(age: int, me: np.record, here: np.record, p: np.record) -> float:
    """Share of those aged `age` in 1950 who have ever been in union."""
    ceiling = p.union_ever_women if me.sex == FEMALE else p.union_ever_rural_men
    return ever_in_union(age + 0.5, median_age(me, here, p), ceiling, p)


@allocating_kernel
def seek(
    people: np.ndarray, count: int, year: int, word: np.uint64, here: np.record, p: np.record
) -> None:
    """Single people begin to seek a partner: first unions and remarriages."""
    # The hazard is worked out once for all of one sex, hukou, group and age.
    hazards = np.full((2, 2, 2, OLDEST_SEEKER), -1.0)
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or me.union == TOGETHER or me.union == SEEKING:
            continue
        if me.destination == IN_PRISON:
            continue
        age = year - me.birth_year
        if age < YOUNGEST or age >= OLDEST_SEEKER:
            continue
        if me.union == NEVER:
            chance = hazards[me.sex, me.hukou, me.group, age]
            if chance < 0.0:
                chance = first_union_hazard(age, me, here, p)
                hazards[me.sex, me.hukou, me.group, age] = chance
        elif me.sex == MALE:
            chance = p.remarry_men
        else:
            chance = p.remarry_women if age < 45 else 0.0
        if me.union == WIDOWED:
            chance *= p.remarry_widowed
        if luck(word, me.key, year, UNION, 0) < chance:
            me.union = SEEKING


@kernel
def divorce(people: np.ndarray, count: int, year: int, word: np.uint64, p: np.record) -> None:
    """Couples part; the sibling set stays with one parent."""
    # No couple's chance is higher: most are spared the look at the partner.
    most = p.divorce * max(p.divorce_rural_ratio, p.divorce_urban_ratio)
    most *= max(1.0, p.divorce_apart_ratio)
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or me.sex != FEMALE or me.partner < 0:
            continue
        u = luck(word, me.key, year, DIVORCE, 0)
        if u >= most:
            continue
        rural = me.hukou == AGRICULTURAL
        chance = p.divorce * (p.divorce_rural_ratio if rural else p.divorce_urban_ratio)
        if live_apart(people, i, me.partner):
            chance *= p.divorce_apart_ratio
        if u >= chance:
            continue
        with_father = father_keeps(people, i, year, word, p)
        child = me.youngest_child
        while child >= 0:
            if people[child].father == me.partner:
                people[child].custody = 1 if with_father else 0
            child = people[child].older_by_mother
        part(people, i)


@kernel
def live_apart(people: np.ndarray, i: int, j: int) -> bool:
    """Whether one of the two is away and the other at home, or one is in prison."""
    one = people[i].destination
    other = people[j].destination
    return (one >= 0) != (other >= 0) or one == IN_PRISON or other == IN_PRISON


@kernel
def father_keeps(people: np.ndarray, wife: int, year: int, word: np.uint64, p: np.record) -> bool:
    """Whether the children of a divorcing wife stay with their father: never with who is in prison.

    Otherwise a keyed draw against the share of fathers who keep them.
    """
    her = people[wife]
    if her.destination == IN_PRISON:
        return True
    if people[her.partner].destination == IN_PRISON:
        return False
    share = p.custody_father_rural if her.hukou == AGRICULTURAL else p.custody_father_urban
    return luck(word, her.key, year, CUSTODY, 0) < share


@kernel
def part(people: np.ndarray, i: int) -> None:
    """End the union of `i` by divorce."""
    j = people[i].partner
    people[i].partner = NOBODY
    people[j].partner = NOBODY
    people[i].union = DIVORCED
    people[j].union = DIVORCED


@kernel
def _wished_age(people: np.ndarray, i: int, year: int, word: np.uint64, p: np.record) -> float:
    """Where a seeker stands in the queue: own age for women, wished wife's age for men."""
    me = people[i]
    age = float(year - me.birth_year)
    if me.sex == FEMALE:
        return age + normal(word, me.key, year, MATCH, 1)
    gap = p.union_gap_mean + p.union_gap_sd * normal(word, me.key, year, MATCH, 1)
    return age - gap


@allocating_kernel
def match(
    people: np.ndarray, count: int, year: int, word: np.uint64, here: np.record, p: np.record
) -> int:
    """Pair seeking women with seeking men; returns the number of new unions."""
    women = np.empty(count, np.int64)
    men = np.empty(count, np.int64)
    n_women = 0
    n_men = 0
    for i in range(count):
        if people[i].union == SEEKING and present(people, i):
            if people[i].sex == FEMALE:
                women[n_women] = i
                n_women += 1
            else:
                men[n_men] = i
                n_men += 1
    if n_women == 0 or n_men == 0:
        return 0
    her_age = np.empty(n_women, np.float64)
    for k in range(n_women):
        her_age[k] = _wished_age(people, women[k], year, word, p)
    his_age = np.empty(n_men, np.float64)
    for k in range(n_men):
        his_age[k] = _wished_age(people, men[k], year, word, p)
    women_order = np.argsort(her_age)
    men_order = np.argsort(his_age)
    sorted_men = his_age[men_order]
    free = np.ones(n_men, np.bool_)
    # The free men are a list linked both ways, its ends -1 and `n_men`: none taken is looked at.
    before = np.arange(-1, n_men)
    after = np.arange(1, n_men + 1)
    first = 0
    unions = 0
    for k in women_order:
        i = women[k]
        # The first free man at or after her place, which only moves on: women come by age.
        first = max(first, np.searchsorted(sorted_men, her_age[k]))
        while first < n_men and not free[first]:
            first += 1
        best = _best_man(
            people, i, her_age[k], first, men, men_order, sorted_men, before, after, year, word, p
        )
        if best >= 0:
            free[best] = False
            before[after[best]] = before[best]
            if before[best] >= 0:
                after[before[best]] = after[best]
            join(people, i, men[men_order[best]], year, word, here, p)
            unions += 1
    return unions


@kernel
def _best_man(
    people: np.ndarray,
    woman: int,
    her_age: float,
    first: int,
    men: np.ndarray,
    men_order: np.ndarray,
    sorted_men: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    year: int,
    word: np.uint64,
    p: np.record,
) -> int:
    """Position in the men's queue of the best free man for `woman`, or -1.

    Looks outward from her place in the queue, at most 12 years of wished age to either side and at
    most 80 free men, so that the cost stays linear at any scale. `first` is the first free man from
    her place on; `before` and `after` lead from one free man to the next.
    """
    best = -1
    best_score = 1e9
    seen = 0
    same_hukou = luck(word, people[woman].key, year, MATCH, 8) < p.match_same_hukou
    same_group = luck(word, people[woman].key, year, MATCH, 9) < p.match_yi_endogamy
    low = before[first]
    high = first
    n = len(sorted_men)
    while seen < 80 and (low >= 0 or high < n):
        if high >= n or (low >= 0 and her_age - sorted_men[low] < sorted_men[high] - her_age):
            position = low
            low = before[low]
        else:
            position = high
            high = after[high]
        distance = abs(sorted_men[position] - her_age)
        if distance > 12.0 or distance >= best_score:
            break
        seen += 1
        man = men[men_order[position]]
        if not may_marry(people, woman, man):
            continue
        score = distance - p.match_talent * normal(word, people[man].key, 0, WAGE, 0)
        if same_hukou and people[man].hukou != people[woman].hukou:
            score += p.match_mismatch
        if same_group and people[man].group != people[woman].group:
            score += p.match_mismatch
        if score < best_score:
            best_score = score
            best = position
    return best


@kernel
def may_marry(people: np.ndarray, woman: int, man: int) -> bool:
    """Not siblings, parent and child, uncle and niece or first cousins, at most 12 years apart."""
    if abs(people[woman].birth_year - people[man].birth_year) > 12:
        return False
    if people[woman].father == man or people[man].mother == woman:
        return False
    if is_aunt_or_uncle(people, woman, man) or is_aunt_or_uncle(people, man, woman):
        return False
    return not (are_siblings(people, woman, man) or are_cousins(people, woman, man))


@kernel
def join(
    people: np.ndarray,
    woman: int,
    man: int,
    year: int,
    word: np.uint64,
    here: np.record,
    p: np.record,
) -> None:
    """Begin a union and settle where the couple lives, seen from the husband's parents."""
    her = people[woman]
    him = people[man]
    her.partner = man
    him.partner = woman
    her.union = TOGETHER
    him.union = TOGETHER
    her.union_year = year
    him.union_year = year
    start = p.coreside_start_rural if her.hukou == AGRICULTURAL else p.coreside_start_urban
    u = luck(word, her.key, year, HOME, 0)
    home = SAME_HOME if u < start else own_home(u, start, p)
    her.home = home
    him.home = home


@kernel
def own_home(u: float, start: float, p: np.record) -> int:
    """Place of an own home from what is left of the uniform `u` above `start`."""
    rest = (u - start) / max(1.0 - start, 1e-9)
    if rest < p.home_same_village:
        return SAME_VILLAGE
    if rest < p.home_same_village + p.home_same_county:
        return SAME_COUNTY
    return FURTHER


@kernel
def leave_parents(people: np.ndarray, count: int, year: int, word: np.uint64, p: np.record) -> None:
    """Couples in the husband's parents' home set up their own; the youngest son mostly stays."""
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or me.sex != FEMALE or me.partner < 0 or me.home != SAME_HOME:
            continue
        u = luck(word, me.key, year, HOME, 2)
        if u >= p.coreside_leave:
            continue  # before the look at his brothers: most stay
        if luck(word, me.key, 0, HOME, 1) < p.coreside_youngest and _youngest_son(
            people, me.partner
        ):
            continue
        home = own_home(u / p.coreside_leave, 0.0, p)
        me.home = home
        people[me.partner].home = home


@kernel
def _youngest_son(people: np.ndarray, man: int) -> bool:
    """Whether no younger brother of `man` is alive."""
    parent = people[man].mother
    if parent < 0:
        parent = people[man].father
    if parent < 0:
        return False
    child = people[parent].youngest_child
    while child >= 0:
        if child == man:
            return True
        if people[child].sex == MALE and people[child].death_year == 0:
            return False
        child = next_child(people, parent, child)
    return True


@kernel
def step(
    people: np.ndarray, count: int, year: int, word: np.uint64, here: np.record, p: np.record
) -> int:
    """One year of partnership; returns the number of new unions."""
    divorce(people, count, year, word, p)
    seek(people, count, year, word, here, p)
    unions = match(people, count, year, word, here, p)
    leave_parents(people, count, year, word, p)
    return unions
