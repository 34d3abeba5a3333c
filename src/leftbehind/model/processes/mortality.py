"""Mortality and health: who dies this year, who becomes limited, who recovers.

    q = 1 - exp(-kappa(s, a5) * m(x, s, t) * r_place * r_settlement)

`m` are the UN's death rates (WPP 2024) averaged over the two ages a person passes through in a
calendar year; `r_place` falls with the province's life expectancy; `r_settlement` is higher in
villages than in towns. `kappa` makes the national mean equal the UN's rate in the baseline; it is
stored and used again in every scenario. Limitation of health: onset grows with age from 50, some
recover each year, more with a pension (assumed, see parameters `care_limit_*`, `pension_recovery`).

Reads age, sex, hukou, destination, limited. Writes death year, limited; the partner is widowed.
"""

import math

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import AGRICULTURAL, NOBODY, WIDOWED
from leftbehind.base.randomness import HEALTH, MORTALITY, luck
from leftbehind.inputs.official_rates import OLDEST
from leftbehind.model.prefecture import Prefecture

AGE_GROUPS = 21  # 0-4, 5-9, ..., 100+
FIXED_POINT = 1 << 30  # sums across prefectures are integers: no order of addition can change them


@kernel
def die(people: np.ndarray, i: int, year: int) -> None:
    """Record the death of person `i`; the partner, if any, is widowed.

    The dead keep their `partner`: a child born in the year of its mother's death has a father.
    """
    me = people[i]
    me.death_year = year
    if me.partner >= 0:
        widowed = people[me.partner]
        widowed.union = WIDOWED
        widowed.partner = NOBODY


@kernel
def settlement_ratio(at: Prefecture, i: int, age: int) -> float:
    """Mortality at `age` relative to the mean, by where person `i` lives."""
    me = at.people[i]
    urban = me.hukou != AGRICULTURAL or me.destination >= 0
    if urban:
        return at.p.mort_urban_ratio
    return at.p.mort_rural_infant_ratio if age <= 1 else at.p.mort_rural_ratio


@kernel
def death_rate(at: Prefecture, i: int, age: int, rates: np.ndarray) -> float:
    """Death rate (per year) of a person who reaches `age` this year, before alignment."""
    sex = at.people[i].sex
    return rates[sex, min(age, OLDEST)] * at.here.mortality * settlement_ratio(at, i, age)


@kernel
def expect(at: Prefecture, rates: np.ndarray, own_rate: np.ndarray, expected: np.ndarray) -> None:
    """Each living person's own rate into `own_rate` (size,); sums of own and UN's, for alignment.

    `expected` has shape (2, sex, age group) in fixed point: 0 the model's rates, 1 the UN's.
    """
    for i in range(at.size):
        me = at.people[i]
        if me.death_year != 0:
            continue
        age = at.year - me.birth_year
        group = min(age // 5, AGE_GROUPS - 1)
        own = death_rate(at, i, age, rates)
        own_rate[i] = own
        expected[0, me.sex, group] += np.int64(own * FIXED_POINT)
        expected[1, me.sex, group] += np.int64(rates[me.sex, min(age, OLDEST)] * FIXED_POINT)


@kernel
def step(at: Prefecture, own_rate: np.ndarray, kappa: np.ndarray, deaths: np.ndarray) -> None:
    """Let this year's deaths happen among those alive at its start (newborns: see fertility).

    `own_rate` (size,) as from `expect`, `kappa` (sex, five-year group); `deaths` (sex, age) is
    counted up.
    """
    for i in range(at.size):
        me = at.people[i]
        if me.death_year != 0:
            continue
        age = at.year - me.birth_year
        rate = own_rate[i] * kappa[me.sex, min(age // 5, AGE_GROUPS - 1)]
        u = luck(at.word, me.key, at.year, MORTALITY, 0)
        # 1 - exp(-rate) lies below the rate: most are spared the exponential.
        if u < rate and u < 1.0 - math.exp(-rate):
            die(at.people, i, at.year)
            deaths[me.sex, min(age, OLDEST)] += 1
        elif age >= 50:
            _change_health(at, i, age)


@kernel
def _change_health(at: Prefecture, i: int, age: int) -> None:
    me = at.people[i]
    p = at.p
    u = luck(at.word, me.key, at.year, HEALTH, 0)
    if me.limited:
        recover = p.care_limit_recover
        if age >= 60 and me.hukou == AGRICULTURAL:
            recover += p.pension_recovery * at.here.pension / 1000.0
        if u < recover:
            me.limited = 0
    elif u < p.care_limit_onset * math.exp(p.care_limit_slope * (age - 50)):
        me.limited = 1
