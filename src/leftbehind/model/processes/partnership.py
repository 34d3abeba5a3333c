"""Partnership: seeking, divorce and remarriage, leaving the parents' home.

Share ever in union by age:  F(a) = c * Phi((ln(a - 14) - mu) / sigma); hazard
(F(a+1) - F(a)) / (1 - F(a)).
The medians by year are parameters (census and survey means, rounded). Who seeks finds a partner in
the home unit (units.py) or seeks on (matching.py); the bride takes her husband's place.

Reads age, sex, hukou, group, kin, place. Writes union, partner, union year, home, custody, place,
carer.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, alone, kernel
from leftbehind.base.elementary import log, normal_share_below
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
)
from leftbehind.base.randomness import CUSTODY, DIVORCE, HOME, UNION, luck
from leftbehind.model.population.kin import next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.matching import couples

YOUNGEST = 15
OLDEST_SEEKER = 60


@kernel
def ever_in_union(age: float, median: float, most: float, p: np.record) -> float:
    """Share of a cohort ever in union by exact `age` (log-normal in age above 14)."""
    if age <= 14.0:
        return 0.0
    z = (log(age - 14.0) - log(median - 14.0)) / p.union_sigma
    return most * normal_share_below(z)


@kernel
def median_age(at: Prefecture, me: np.record) -> float:
    """Median age at first union for a person like `me` this year, in years."""
    p = at.p
    median = p.union_median_age_women
    median += p.union_shift_rural if me.hukou == AGRICULTURAL else p.union_shift_urban
    if me.group == MINORITY and at.here.liangshan:
        median += p.union_shift_yi
    if me.sex == MALE:
        median += p.union_men_later
    return max(median, 15.5)


@kernel
def ceiling(at: Prefecture, me: np.record) -> float:
    """Share of people like `me` who ever seek a partner."""
    rural_man = me.sex == MALE and me.hukou == AGRICULTURAL
    return at.p.union_ever_rural_men if rural_man else at.p.union_ever_women


@kernel
def first_union_hazard(at: Prefecture, me: np.record, age: int) -> float:
    """Chance that a never-partnered person who reaches `age` begins to seek this year."""
    median, most = median_age(at, me), ceiling(at, me)
    before = ever_in_union(age, median, most, at.p)
    after = ever_in_union(age + 1.0, median, most, at.p)
    return (after - before) / (1.0 - before)


@kernel
def founder_share(at: Prefecture, me: np.record, age: int) -> float:
    """Share of those aged `age` in 1950 who have ever been in union."""
    return ever_in_union(age + 0.5, median_age(at, me), ceiling(at, me), at.p)


@allocating_kernel
def seek(at: Prefecture) -> None:
    """Single people begin to seek a partner: first unions and remarriages."""
    p = at.p
    # The hazard is worked out once for all of one sex, hukou, group and age.
    hazards = np.full((2, 2, 2, OLDEST_SEEKER), -1.0)
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place:
            continue
        if me.death_year != 0 or me.union == TOGETHER or me.union == SEEKING:
            continue
        if me.destination == IN_PRISON:
            continue
        age = at.year - me.birth_year
        if age < YOUNGEST or age >= OLDEST_SEEKER:
            continue
        if me.union == NEVER:
            chance = hazards[me.sex, me.hukou, me.group, age]
            if chance < 0.0:
                chance = first_union_hazard(at, me, age)
                hazards[me.sex, me.hukou, me.group, age] = chance
        elif me.sex == MALE:
            chance = p.remarry_men
        else:
            chance = p.remarry_women if age < 45 else 0.0
        if me.union == WIDOWED:
            chance *= p.remarry_widowed
        if luck(at.word, me.key, at.year, UNION, 0) < chance:
            me.union = SEEKING


@kernel
def divorce(at: Prefecture) -> None:
    """Couples part; the sibling set stays with one parent."""
    people, p = at.people, at.p
    # No couple's chance is higher: most are spared the look at the partner.
    most = p.divorce * max(p.divorce_rural_ratio, p.divorce_urban_ratio)
    most *= max(1.0, p.divorce_apart_ratio)
    for i in range(at.size):
        me = people[i]
        if me.death_year != 0 or me.sex != FEMALE or me.partner < 0:
            continue
        u = luck(at.word, me.key, at.year, DIVORCE, 0)
        if u >= most:
            continue
        rural = me.hukou == AGRICULTURAL
        chance = p.divorce * (p.divorce_rural_ratio if rural else p.divorce_urban_ratio)
        if live_apart(people, i, me.partner):
            chance *= p.divorce_apart_ratio
        if u >= chance:
            continue
        with_father = father_keeps(at, i)
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
def father_keeps(at: Prefecture, wife: int) -> bool:
    """Whether the children of a divorcing wife stay with their father: never with who is in prison.

    Otherwise a keyed draw against the share of fathers who keep them.
    """
    her = at.people[wife]
    if her.destination == IN_PRISON:
        return True
    if at.people[her.partner].destination == IN_PRISON:
        return False
    rural = her.hukou == AGRICULTURAL
    share = at.p.custody_father_rural if rural else at.p.custody_father_urban
    return luck(at.word, her.key, at.year, CUSTODY, 0) < share


@kernel
def part(people: np.ndarray, i: int) -> None:
    """End the union of `i` by divorce."""
    j = people[i].partner
    people[i].partner = NOBODY
    people[j].partner = NOBODY
    people[i].union = DIVORCED
    people[j].union = DIVORCED


@alone
@allocating_kernel
def match(at: Prefecture) -> int:
    """Pair seeking women with seeking men (see matching.py); returns the number of new unions."""
    women, men = couples(at)
    for k in range(len(women)):
        join(at, women[k], men[k])
    return len(women)


@kernel
def join(at: Prefecture, woman: int, man: int) -> None:
    """Begin a union at the husband's place; settle where the couple lives there.

    Seen from the husband's parents.
    """
    p = at.p
    her = at.people[woman]
    him = at.people[man]
    her.partner = man
    him.partner = woman
    if her.place != him.place:
        her.place = him.place
        her.carer = NOBODY  # a grandparent who once cared for her stays behind
    her.union = TOGETHER
    him.union = TOGETHER
    her.union_year = at.year
    him.union_year = at.year
    start = p.coreside_start_rural if her.hukou == AGRICULTURAL else p.coreside_start_urban
    u = luck(at.word, her.key, at.year, HOME, 0)
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
def leave_parents(at: Prefecture) -> None:
    """Couples in the husband's parents' home set up their own; the youngest son mostly stays."""
    people, p = at.people, at.p
    for i in range(at.size):
        me = people[i]
        if me.death_year != 0 or me.sex != FEMALE or me.partner < 0 or me.home != SAME_HOME:
            continue
        u = luck(at.word, me.key, at.year, HOME, 2)
        if u >= p.coreside_leave:
            continue  # before the look at his brothers: most stay
        stays = luck(at.word, me.key, 0, HOME, 1) < p.coreside_youngest
        if stays and _youngest_son(people, me.partner):
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


@allocating_kernel
def step(at: Prefecture) -> None:
    """Divorces, new couples and own homes in a whole home unit, when all have begun to seek."""
    divorce(at)  # after `seek`: nobody marries again in the year of the divorce
    match(at)
    leave_parents(at)
