"""Mortality and health: who dies this year, who becomes limited, who recovers.

    q = kappa(s, a5) * (1 - exp(-m(x, s, t))) * r_place * r_settlement

`m` are the UN's death rates (WPP 2024) averaged over the two ages a person passes through in a
calendar year; `r_place` falls with the province's life expectancy; `r_settlement` is higher in
villages than in towns. `kappa` makes the deaths expected of the nation those of the UN's rates in
the baseline (chances add up, rates in an exponent would not); it is stored and used again in every
scenario. Limitation of health: onset grows with age from 50, some
recover each year, more with a pension (assumed, see parameters `care_limit_*`, `pension_recovery`).

Reads age, sex, hukou, destination, limited. Writes death year, limited; the partner is widowed.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import exp, exps
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


def official_chances(rates: np.ndarray) -> np.ndarray:
    """Chances to die within the calendar year from the UN's yearly rates (sex, age reached)."""
    chances: np.ndarray = 1.0 - exps(-rates)
    return chances


@kernel
def settlement_ratio(p: np.record, urban: bool, age: int) -> float:
    """Chance to die at `age` relative to the mean, in town or in a village."""
    if urban:
        return p.mort_urban_ratio
    return p.mort_rural_infant_ratio if age <= 1 else p.mort_rural_ratio


@kernel
def relative_chance(at: Prefecture, i: int, age: int) -> float:
    """Chance of person `i` to die at `age` relative to the nation's, before alignment.

    Whoever has urban hukou or is away lives in town.
    """
    me = at.people[i]
    urban = me.hukou != AGRICULTURAL or me.destination >= 0
    return at.here.mortality * settlement_ratio(at.p, urban, age)


@kernel
def expect(
    at: Prefecture, chances: np.ndarray, own_chance: np.ndarray, expected: np.ndarray
) -> None:
    """Each living person's own chance into `own_chance` (size,); sums of own and UN's.

    `chances` (sex, age) are the UN's. `expected` has shape (2, sex, age group) in fixed point, for
    the alignment: 0 the model's chances, 1 the UN's.
    """
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0:
            continue
        age = at.year - me.birth_year
        group = min(age // 5, AGE_GROUPS - 1)
        official = chances[me.sex, min(age, OLDEST)]
        own = official * relative_chance(at, i, age)
        own_chance[i] = own
        expected[0, me.sex, group] += np.int64(own * FIXED_POINT)
        expected[1, me.sex, group] += np.int64(official * FIXED_POINT)


@kernel
def step(at: Prefecture, own_chance: np.ndarray, kappa: np.ndarray, deaths: np.ndarray) -> None:
    """Let this year's deaths happen among those alive at its start (newborns: see fertility).

    `own_chance` (size,) as from `expect`, `kappa` (sex, five-year group); `deaths` (sex, age) is
    counted up.
    """
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0:
            continue
        age = at.year - me.birth_year
        chance = own_chance[i] * kappa[me.sex, min(age // 5, AGE_GROUPS - 1)]
        if luck(at.word, me.key, at.year, MORTALITY, 0) < chance:
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
    elif u < p.care_limit_onset * exp(p.care_limit_slope * (age - 50)):
        me.limited = 1
