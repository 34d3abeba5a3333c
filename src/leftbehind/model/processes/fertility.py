"""Fertility: who bears a child this year, its sex, its luck and its links.

    b = kappa(a5, t) * ASFR(a, t) * R_place^e * R_group * theta * g(spacing) * together * in_union

ASFR are the UN's (WPP 2024), averaged over the two ages passed through in a calendar year. theta is
the wish for a further child after k, larger without a son, times permission (1, or a leak beyond
the rule). The province's level acts on further births alone (e is 0 for a first one): nearly
everybody has a first child. A share of women never bears. kappa makes the national births by
five-year age group equal those of the UN's rates in the baseline; it is stored and used again in
every scenario, so that a policy can change births.

Reads age, parity, sons, last birth, union, hukou, group, destination. Writes births and newborns.
"""

import math

import numpy as np

from leftbehind.base.compiled import alone, kernel
from leftbehind.base.elementary import exp, exps, power
from leftbehind.base.person import (
    AGRICULTURAL,
    AT_HOME,
    FEMALE,
    IN_PRISON,
    MALE,
    MINORITY,
    NOBODY,
    NON_AGRICULTURAL,
    NOWHERE,
    WITH_PARENT,
)
from leftbehind.base.randomness import BIRTH, HUKOU, MORTALITY, SEX, TWIN, child_key, luck
from leftbehind.model.population.kin import is_only_child, link_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.mortality import FIXED_POINT, relative_chance, settlement_ratio

YOUNGEST_MOTHER, OLDEST_MOTHER = 13, 54
AGE_GROUPS = 9  # 10-14, ..., 50-54
INFANTS = AGE_GROUPS  # where the factors of newborns' deaths begin, girls' and boys'
N_FACTORS = AGE_GROUPS + 2
RATE_BINS = 100  # for the alignment, women are counted by rate, in hundredths
# What `expected` counts: women, their own rates, the UN's (in the first bin), and own rates times
# the chance of the next child to be a boy and, by sex, times that and its relative chance to die.
WOMEN, OWN, OFFICIAL, BOY, DYING = range(5)
KAPPA_MOST = 100.0  # no group's rates are off by more: wishes are relative, and small ones common
EXPECTED_SHAPE = (DYING + 2, AGE_GROUPS, RATE_BINS)
NEVER_BEARS = 1  # alternative of the draws for BIRTH; the year's is 0


# Parameters of the wish by order of birth, and of the wish for a son at second and at later births.
RURAL_WISHES = (
    (
        "fert_wish_first",
        "fert_wish_second_rural",
        "fert_wish_third_rural",
        "fert_wish_fourth_rural",
    ),
    "fert_son_wish_rural",
    "fert_son_third_rural",
)
URBAN_WISHES = (
    (
        "fert_wish_first",
        "fert_wish_second_urban",
        "fert_wish_third_urban",
        "fert_wish_fourth_urban",
    ),
    "fert_son_wish_urban",
    "fert_son_third_urban",
)


def wishes(p: np.record, year: int) -> np.ndarray:
    """Wish for a further child relative to others, shape (2, 4, 2).

    By hukou (rural, urban), children before (0, 1, 2, 3 or more) and whether none of them is a son.
    All 1 up to 1970; from then to 1979 ("later, longer, fewer") linear to the values of the
    parameters `fert_wish_*`, times `fert_son_*` for who has children and no son (assumed).
    """
    aim = np.empty((2, 4, 2))
    for hukou, (by_order, second, third) in enumerate((RURAL_WISHES, URBAN_WISHES)):
        aim[hukou] = np.array([float(p[name]) for name in by_order])[:, None]
        aim[hukou, 1, 1] *= float(p[second])
        aim[hukou, 2:, 1] *= float(p[third])
    share = min(max((year - 1970) / 9.0, 0.0), 1.0)
    return 1.0 + share * (aim - 1.0)


@kernel
def allowed_children(at: Prefecture, i: int) -> float:
    """Children that the birth rules of the place and year allow woman `i` (1.5: see below).

    1.5 means a second child only if the first is a girl; NO_LIMIT before 1971.
    """
    me = at.people[i]
    here = at.here
    if me.hukou != AGRICULTURAL:
        allowed = here.rule_urban
    elif me.group == MINORITY:
        allowed = here.rule_minority
    else:
        allowed = here.rule_rural
    if here.rule_only_child > 0 and allowed < 2.0 and me.partner >= 0:
        mine = is_only_child(at.people, i)
        his = is_only_child(at.people, me.partner)
        if (mine and his) or (here.rule_only_child > 1 and (mine or his)):
            allowed = 2.0
    return allowed


@kernel
def permission(at: Prefecture, i: int) -> float:
    """1 if woman `i` may have a further child, else the leak of her group."""
    me = at.people[i]
    p = at.p
    allowed = allowed_children(at, i)
    if me.births < math.floor(allowed):
        return 1.0
    if allowed == 1.5 and me.births == 1 and me.sons == 0:
        return 1.0
    if me.hukou != AGRICULTURAL:
        return p.fert_leak_urban
    return p.fert_leak_minority if me.group == MINORITY else p.fert_leak_rural


@kernel
def spacing(at: Prefecture, i: int) -> float:
    """Factor by years since the last birth; 1 before the first."""
    me = at.people[i]
    p = at.p
    if me.last_birth == 0:
        return 1.0
    gap = at.year - me.last_birth
    if gap <= 1:
        return p.fert_spacing_one
    if gap == 2:
        return p.fert_spacing_two
    return p.fert_spacing_three if gap <= 5 else p.fert_spacing_six


@kernel
def never_bears(at: Prefecture, i: int) -> bool:
    """Whether woman `i`, still without a child, is of the share that has none: a lasting draw."""
    return luck(at.word, at.people[i].key, 0, BIRTH, NEVER_BEARS) < at.p.fert_never


@kernel
def unaligned_rate(at: Prefecture, i: int, rates: np.ndarray, wish: np.ndarray) -> float:
    """Yearly birth rate of woman `i` before alignment; 0 outside the fertile ages.

    `rates` (age), `wish` as from `wishes`.

    A woman who died this year was exposed for part of it, so that a mother can die in childbed.
    """
    people, here, p = at.people, at.here, at.p
    me = people[i]
    age = at.year - me.birth_year
    if me.death_year != 0 and me.death_year != at.year:
        return 0.0
    if age < YOUNGEST_MOTHER or age > OLDEST_MOTHER:
        return 0.0
    if me.destination == IN_PRISON or (
        me.partner >= 0 and people[me.partner].destination == IN_PRISON
    ):
        return 0.0
    if me.births == 0 and never_bears(at, i):
        return 0.0
    urban = 1 if me.hukou == NON_AGRICULTURAL else 0
    theta = wish[urban, min(me.births, 3), 1 if me.sons == 0 else 0] * permission(at, i)
    place = 1.0 if me.births == 0 else power(here.fertility, p.fert_place_further)
    group = p.fert_urban_relative if urban else 1.0
    if not urban and me.group == MINORITY:
        group = p.fert_yi_relative if here.liangshan else p.fert_minority_relative
    union = 1.0
    if me.partner < 0:
        union = p.fert_outside_union
    elif me.destination != people[me.partner].destination:
        union = p.fert_apart
    exposure = 1.0 if me.death_year == 0 else p.fert_before_death
    rate = rates[age] * place * group * theta * union * exposure
    return rate * spacing(at, i)


@kernel
def expect(
    at: Prefecture, rates: np.ndarray, wish: np.ndarray, own_rate: np.ndarray, expected: np.ndarray
) -> None:
    """Each woman's own rate into `own_rate` (size,), 0 of others; sums for `solve_alignment`.

    `expected` (EXPECTED_SHAPE) counts women and, in fixed point, what is said above.
    """
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place:
            continue
        own_rate[i] = 0.0
        age = at.year - me.birth_year
        if me.sex != FEMALE or age < YOUNGEST_MOTHER or age > OLDEST_MOTHER:
            continue
        if me.death_year != 0 and me.death_year != at.year:
            continue
        own = unaligned_rate(at, i, rates, wish)
        own_rate[i] = own
        group = (age - 10) // 5
        exposure = 1.0 if me.death_year == 0 else at.p.fert_before_death
        expected[OFFICIAL, group, 0] += np.int64(rates[age] * exposure * FIXED_POINT)
        if own > 0.0:
            rate_bin = min(int(own * RATE_BINS), RATE_BINS - 1)
            expected[WOMEN, group, rate_bin] += 1
            expected[OWN, group, rate_bin] += np.int64(own * FIXED_POINT)
            boy = boy_chance(at, i)
            dying = newborns_relative_chance(at, i)
            expected[BOY, group, rate_bin] += np.int64(own * boy * FIXED_POINT)
            dying *= own
            expected[DYING, group, rate_bin] += np.int64((1.0 - boy) * dying * FIXED_POINT)
            expected[DYING + 1, group, rate_bin] += np.int64(boy * dying * FIXED_POINT)


def solve_alignment(expected: np.ndarray) -> np.ndarray:
    """kappa by age group such that expected births are the UN's; then those of newborns' deaths.

    A woman bears with chance 1 - exp(-kappa * rate), so kappa solves, in each age group, the
    equation sum over women (1 - exp(-kappa * rate)) = UN's births. The newborns of each sex then
    expected have to die with the UN's chance on the mean. Shape (N_FACTORS,).
    """
    kappa = np.ones(N_FACTORS)
    women = expected[WOMEN].astype(float)
    rate = expected[OWN] / FIXED_POINT / np.maximum(women, 1.0)
    target = expected[OFFICIAL, :, 0] / FIXED_POINT
    low, high = np.zeros(AGE_GROUPS), np.full(AGE_GROUPS, KAPPA_MOST)
    for _ in range(50):
        middle = 0.5 * (low + high)
        births = (women * (1.0 - exps(-middle[:, None] * rate))).sum(axis=1)
        low, high = np.where(births < target, (middle, high), (low, middle))
    kappa[:AGE_GROUPS] = np.where((target > 0.0) & women.any(axis=1), 0.5 * (low + high), 1.0)
    births = women * (1.0 - exps(-kappa[:AGE_GROUPS, None] * rate))
    of_rate = births / np.maximum(expected[OWN], 1)
    for sex, born in ((FEMALE, expected[OWN] - expected[BOY]), (MALE, expected[BOY])):
        dying = (of_rate * expected[DYING + sex]).sum()
        if dying > 0.0:
            kappa[INFANTS + sex] = (of_rate * born).sum() / dying
    return kappa


@kernel
def boy_chance(at: Prefecture, i: int) -> float:
    """Chance that the next child of woman `i` is a boy, with sex selection after no son."""
    me = at.people[i]
    p = at.p
    if me.births > 0 and me.sons > 0:
        return p.fert_boy_base
    excess = p.fert_boy_excess
    if me.hukou != AGRICULTURAL:
        excess *= p.fert_boy_excess_urban_ratio
    if me.group == MINORITY and at.here.liangshan:
        excess *= p.fert_boy_excess_yi_ratio
    if me.births == 0:
        excess *= p.fert_boy_excess_first_ratio
    elif me.births > 1:
        excess *= p.fert_boy_excess_third_ratio
    return p.fert_boy_base + excess


@kernel
def urban_chance(at: Prefecture, mother: int) -> float:
    """Chance of the next child of `mother` to have non-agricultural hukou.

    The mother's type until 1997; from 1998 also if only the father's is, with a chance.
    """
    her = at.people[mother]
    if her.hukou == NON_AGRICULTURAL:
        return 1.0
    mixed = her.partner >= 0 and at.people[her.partner].hukou == NON_AGRICULTURAL
    return at.p.hukou_urban_if_either if mixed and at.year >= 1998 else 0.0


@kernel
def newborns_relative_chance(at: Prefecture, mother: int) -> float:
    """Chance of the next child of `mother` to die in its first calendar year, as expected.

    Relative to the nation's and before alignment; a child is born at home.
    """
    urban = urban_chance(at, mother)
    ratio = urban * settlement_ratio(at.p, True, 0)
    return at.here.mortality * (ratio + (1.0 - urban) * settlement_ratio(at.p, False, 0))


@kernel
def bear(at: Prefecture, child: int, mother: int, boy: float) -> int:
    """Add one newborn of `mother`, a boy with chance `boy`, at position `child`; returns its sex.

    The father is her partner; who died this year has kept his or hers.
    """
    people = at.people
    her = people[mother]
    father = her.partner
    key = child_key(her.key, her.births + 1)
    me = people[child]
    me.key = key
    me.birth_year = at.year
    me.death_year = 0
    me.sex = MALE if luck(at.word, key, 0, SEX, 0) < boy else FEMALE
    me.group = her.group
    me.place = her.place
    me.partner = NOBODY
    me.youngest_child = NOBODY
    me.carer = NOBODY
    me.destination = AT_HOME
    me.lived = NOWHERE
    urban = luck(at.word, key, at.year, HUKOU, 0) < urban_chance(at, mother)
    me.hukou = NON_AGRICULTURAL if urban else AGRICULTURAL
    me.arrangement = WITH_PARENT
    link_child(people, child, mother, father)
    her.births += 1
    her.last_birth = at.year
    if me.sex == MALE:
        her.sons += 1
    return me.sex


@alone
@kernel
def step(
    at: Prefecture,
    own_rate: np.ndarray,
    kappa: np.ndarray,
    chances: np.ndarray,
    births: np.ndarray,
    deaths: np.ndarray,
) -> int:
    """This year's births, and the newborns' deaths; returns the new number of records.

    `people` must have room for the newborns. `births` (sex, mother's age) and `deaths` (sex, age)
    are counted up. `own_rate` (size,) as from `expect`; `kappa` (N_FACTORS,); `chances` (sex, age)
    are the UN's to die.
    """
    people, word, year = at.people, at.word, at.year
    end = at.size
    for i in range(at.size):
        if people[i].place != at.place or own_rate[i] <= 0.0:
            continue
        own = own_rate[i]
        age = year - people[i].birth_year
        chance = 1.0 - exp(-own * kappa[(age - 10) // 5])
        # The chance counts children; twins make two children of one confinement.
        if luck(word, people[i].key, year, BIRTH, 0) >= chance / (1.0 + at.p.fert_twin):
            continue
        children = 2 if luck(word, people[i].key, year, TWIN, 0) < at.p.fert_twin else 1
        if end + children > len(people):
            raise MemoryError("a prefecture has no room for this year's births")
        boy = boy_chance(at, i)  # of both twins
        for _ in range(children):
            sex = bear(at, end, i, boy)
            births[sex, age] += 1
            chance = kappa[INFANTS + sex] * chances[sex, 0] * relative_chance(at, end, 0)
            if luck(word, people[end].key, year, MORTALITY, 0) < chance:
                people[end].death_year = year
                deaths[sex, 0] += 1
            end += 1
    return end
