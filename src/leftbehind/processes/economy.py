"""Pay and income of a person and a household, in yuan of 2010 a year.

Pay of a migrant:  ln w = ln(mean pay) + place + 0.05 (schooling - 8) + 0.02 x - 0.0004 x^2
- 0.20 female + 0.35 z - 0.061, x = years since 16, z a lasting keyed talent. Home income:
H * n_eq * exp(0.30 z_h - 0.045) with H the province's rural net income a head without wages sent by
migrants. MODEL-DETAILS sections 9 and 10.
"""

import math

import numpy as np

from leftbehind.compiled import kernel
from leftbehind.person import FEMALE
from leftbehind.randomness import INCOME, LOCAL_JOB, WAGE, luck, normal


@kernel
def talent(key: np.uint64, word: np.uint64) -> float:
    """A person's lasting wage talent, standard normal."""
    return normal(word, key, 0, WAGE, 0)


@kernel
def skill(people: np.ndarray, i: int, year: int, word: np.uint64, p: np.record) -> float:
    """Pay of person `i` relative to the mean migrant's at the same place (ratio)."""
    me = people[i]
    x = float(max(year - me.birth_year - 16, 0))
    log_pay = p.wage_schooling * (me.schooling - 8.0) + p.wage_experience * x
    log_pay += p.wage_experience2 * x * x
    if me.sex == FEMALE:
        log_pay += p.wage_female
    log_pay += p.wage_sd * talent(me.key, word) - 0.5 * p.wage_sd * p.wage_sd
    return math.exp(log_pay - p.wage_centre)


@kernel
def yearly_pay(
    people: np.ndarray, i: int, year: int, word: np.uint64, monthly: float, p: np.record
) -> float:
    """Expected pay in a year away at places that pay the mean migrant `monthly` (real yuan)."""
    return monthly * p.months_mean * skill(people, i, year, word, p)


@kernel
def home_income(
    key: np.uint64, adults: int, children: int, with_elders: bool, word: np.uint64, here: np.record,
    p: np.record,
) -> float:
    """Yearly income of a household that stays at home, in real yuan; `key` is the household's."""
    heads = adults + p.income_child_heads * children + (p.income_elder_heads if with_elders else 0.0)
    spread = p.income_home_sd
    z = normal(word, key, 0, INCOME, 0)
    income: float = here.home_income * heads * math.exp(spread * z - 0.5 * spread * spread)
    # A job off the farm near home, for those whose lasting draw lies below the place's share.
    if luck(word, key, 0, LOCAL_JOB, 0) < here.local_job:
        income *= p.local_job_premium
    return income
