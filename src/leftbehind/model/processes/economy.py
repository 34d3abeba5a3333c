"""Pay and income of a person and a household, in yuan of 2010 a year.

Pay of a migrant:  ln w = ln(mean pay) + place + 0.05 (schooling - 8) + 0.02 x - 0.0004 x^2
- 0.20 female + s z - s^2 / 2 - 0.061, x = years since 16, z a lasting keyed talent, s by schooling.
Home income:
H * n_eq * exp(0.30 z_h - 0.045) with H the province's rural net income a head without wages sent by
migrants; households with urban hukou: urban income a head * heads * exp(0.45 z_h - 0.10). What is
left of the home income when parents leave, and what living away costs, is worked out here for the
choice (migration.py: what each alternative would bring) and for what comes of it (remittance.py).
docs/ODD.md sections 3.4.5 and 3.4.6.
"""

import math
from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import exp
from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    FEMALE,
    HOME,
    JUNIOR,
    MOTHER_AWAY,
    SAME_HOME,
    TOWN,
    present,
)
from leftbehind.base.randomness import INCOME, LOCAL_JOB, WAGE, normal
from leftbehind.model.population.households import ADULT_AGE, home_luck, host_of, remoteness
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import Household, has_able_elder

SCHOOL_AGE = 6


@kernel
def talent(key: np.uint64, word: np.uint64) -> float:
    """A person's lasting wage talent, standard normal."""
    return normal(word, key, 0, WAGE, 0)


@kernel
def skill(at: Prefecture, i: int) -> float:
    """Pay of person `i` relative to the mean migrant's at the same place (ratio)."""
    return skill_of(at, i, talent(at.people[i].key, at.word))


@kernel
def skill_of(at: Prefecture, i: int, z: float) -> float:
    """skill of person `i` if its talent were `z`."""
    p = at.p
    me = at.people[i]
    x = float(max(at.year - me.birth_year - 16, 0))
    log_pay = p.wage_schooling * (me.schooling - 8.0) + p.wage_experience * x
    log_pay += p.wage_experience2 * x * x
    if me.sex == FEMALE:
        log_pay += p.wage_female
    # On the line everybody earns much the same: talent pays with schooling.
    spread: float = p.wage_sd if me.schooling > JUNIOR else p.wage_sd_unskilled
    log_pay += spread * z - 0.5 * spread * spread
    return exp(log_pay - p.wage_centre)


@kernel
def fortune(at: Prefecture, mother: int, father: int) -> float:
    """A household's lasting luck in earning at home, standard normal: of its adults together.

    Each adult brings an own draw, so that who is left keeps the own part when the other dies.
    """
    if mother < 0:
        return normal(at.word, at.people[father].key, 0, INCOME, 0)
    her = normal(at.word, at.people[mother].key, 0, INCOME, 0)
    if father < 0:
        return her
    return (her + normal(at.word, at.people[father].key, 0, INCOME, 0)) * math.sqrt(0.5)


@kernel
def has_local_job(at: Prefecture, i: int) -> bool:
    """Whether work off the farm near home reaches the home of person `i`.

    By a lasting rank of the home: for a share `local_job_near` of homes how far from town they lie,
    for the others one of their own (works, mines and building sites stand in villages too).
    """
    near = home_luck(at.people, i, at.word, LOCAL_JOB, 0) < at.p.local_job_near
    if near:
        reached: bool = remoteness(at.people, i, at.word) < at.here.local_job
    else:
        reached = home_luck(at.people, i, at.word, LOCAL_JOB, 1) < at.here.local_job
    return reached


@kernel
def home_income(at: Prefecture, mother: int, father: int, children: int) -> float:
    """Yearly income of a rural household of which all stay at home, in real yuan.

    Heads: its adults, parts of a head for its `children` (dependants) and for old parents in its
    pot. Some have work off the farm near home. The place's mean holds their pay, so the others have
    less than the mean (`no_local_job`).
    """
    p = at.p
    heads = (1 if mother >= 0 else 0) + (1 if father >= 0 else 0) + p.income_child_heads * children
    if hosts_elders(at.people, father, at.year):
        heads += p.income_elder_heads
    z = fortune(at, mother, father)
    return home_income_of(at, mother if mother >= 0 else father, heads, z)


@kernel
def home_income_of(at: Prefecture, head: int, heads: float, z: float) -> float:
    """home_income of so many heads with the fortune `z`; `head` of the household is a person."""
    p = at.p
    here = at.here
    spread = p.income_home_sd
    income: float = here.home_income * heads * exp(spread * z - 0.5 * spread * spread)
    income *= here.no_local_job
    if has_local_job(at, head):
        income *= p.local_job_premium
    return income


@kernel
def hosts_elders(people: np.ndarray, father: int, year: int) -> bool:
    """Whether old parents of his share the household's pot: the rule is households.host_of."""
    if father < 0 or people[father].home != SAME_HOME:
        return False
    for which in range(2):
        elder = people[father].father if which == 0 else people[father].mother
        if present(people, elder) and host_of(people, elder, year) == father:
            return True
    return False


@kernel
def urban_income(at: Prefecture, mother: int, father: int, heads: float) -> float:
    """Yearly income of a household with urban hukou and `heads` members, in real yuan."""
    spread = at.p.income_urban_sd
    z = fortune(at, mother, father)
    income: float = at.here.urban_income * heads * exp(spread * z - 0.5 * spread * spread)
    return income


@kernel
def loss_factor(at: Prefecture, mother: int, father: int) -> float:
    """Factor on the home income lost when they leave: less than 1 if an elder keeps the farm."""
    return at.p.choice_able_loss if has_able_elder(at, mother, father) else 1.0


@kernel
def home_kept(choice: int, factor: float, p: np.record) -> float:
    """Share of the home income that is left under alternative `choice`; `factor`: loss_factor."""
    if choice == HOME:
        return 1.0
    if choice == FATHER_AWAY:
        return 1.0 - factor * p.choice_loss_father
    if choice == MOTHER_AWAY:
        return 1.0 - factor * p.choice_loss_mother
    if choice >= TOWN:  # the land is near enough for harvests and holidays
        return 1.0 - factor * p.choice_loss_town
    return 1.0 - factor * p.choice_loss_both


@kernel
def youngest_age(at: Prefecture, us: Household) -> int:
    """Age of the household's youngest dependant; without any, an adult's."""
    youngest = ADULT_AGE
    for k in range(us.children):
        youngest = min(youngest, at.year - at.people[us.found[k]].birth_year)
    return youngest


@kernel
def take_ratio(here: np.record) -> float:
    """Pay where families from `here` go over the pay where others go; 1 if nobody can go yet."""
    return here.pay_take / here.pay_leave if here.pay_leave > 0.0 else 1.0


@kernel
def pay_kept(at: Prefecture, us: Household) -> float:
    """Share of their pay that parents keep who take their children along: worse jobs, fewer hours.

    What cheaper places already take (`take_ratio`) is not taken twice. A youngest child below
    school age takes far more of the parents' hours.
    """
    cost = max(0.0, at.p.choice_take_wage_cost - max(0.0, 1.0 - take_ratio(at.here)))
    return (1.0 - cost) * hours_kept(at, us)


@kernel
def hours_kept(at: Prefecture, us: Household) -> float:
    """Share of their hours that parents work who live with their children away from the village."""
    small = youngest_age(at, us) < SCHOOL_AGE
    lost: float = at.p.choice_take_hours_cost if small else at.p.choice_take_hours_school
    return 1.0 - lost


@kernel
def town_pay(at: Prefecture, i: int, months: float) -> float:
    """Pay of person `i` for `months` in the town of the own county (real yuan)."""
    return at.here.wage * at.p.choice_town_pay * months * skill(at, i)


@kernel
def town_living(at: Prefecture, months: float) -> float:
    """Cost of living of one adult for `months` in the town of the own county (real yuan)."""
    cost: float = at.p.choice_town_living * at.p.choice_living_cost * at.here.wage * months
    return cost


@kernel
def living_costs(at: Prefecture, adults: int, children: int, one: float) -> float:
    """Cost of living away of one or two adults and of `children` with them (real yuan a year).

    `one` is that of one adult.
    """
    grown = (at.p.choice_living_two if adults == 2 else 1.0) * one
    young: float = at.p.choice_child_living_cost * one * children
    return grown + young


class Earners(NamedTuple):
    """What a household earns at home and could earn away, in real yuan a year."""

    adults: int
    children: int  # dependants
    home: float  # income of those who stay, all at home
    her: float  # pay of the mother away, children left; 0 if there is none
    his: float
    living: float  # cost of living of one adult away
    kept: float  # share of the pay that is left if the children come
    in_town: float  # pay of both in the town of the own county, with their children
    town_living: float  # cost of living of one adult there


@kernel
def income_if(at: Prefecture, choice: int, rest: float, e: Earners) -> float:
    """C_j: income of a household under alternative `choice`, living away paid (real yuan a year).

    `rest` is what is left of its income at home.
    """
    if choice == HOME:
        return rest
    if choice <= MOTHER_AWAY:
        return rest + (e.his if choice == FATHER_AWAY else e.her) - e.living
    if choice == CHILDREN_LEFT:
        return rest + e.her + e.his - living_costs(at, e.adults, 0, e.living)
    if choice == TOWN:
        return rest + e.in_town - living_costs(at, e.adults, e.children, e.town_living)
    if choice > TOWN:  # he is away, she keeps house in town
        return rest + e.his - e.living - living_costs(at, 1, e.children, e.town_living)
    return rest + e.kept * (e.her + e.his) - living_costs(at, e.adults, e.children, e.living)


@kernel
def rural_incomes(at: Prefecture, us: Household, income: np.ndarray) -> Earners:
    """Yearly `income` (N_ALTERNATIVES,) of a rural household under each alternative (real yuan)."""
    c0 = home_income(at, us.mother, us.father, us.children)
    her = skill(at, us.mother) if us.mother >= 0 else 0.0
    his = skill(at, us.father) if us.father >= 0 else 0.0
    return rural_incomes_of(at, us, c0, her, his, loss_factor(at, us.mother, us.father), income)


@kernel
def rural_incomes_of(
    at: Prefecture,
    us: Household,
    c0: float,
    her_skill: float,
    his_skill: float,
    factor: float,
    income: np.ndarray,
) -> Earners:
    """rural_incomes of a household with the income `c0` at home and the loss_factor `factor`.

    `her_skill` and `his_skill` (ratios to the mean migrant) are 0 of who is missing.
    """
    here = at.here
    p = at.p
    adults = (1 if us.mother >= 0 else 0) + (1 if us.father >= 0 else 0)
    her = here.pay_leave * p.months_mean * her_skill
    his = here.pay_leave * p.months_mean * his_skill
    kept = take_ratio(here) * pay_kept(at, us)
    one = p.choice_living_cost * here.pay_leave * p.months_mean
    months = p.months_mean
    a_year = here.wage * p.choice_town_pay * months
    near = a_year * her_skill + a_year * his_skill
    near *= hours_kept(at, us)
    e = Earners(adults, us.children, c0, her, his, one, kept, near, town_living(at, months))
    # Support paid only for children who live with a parent at home (0 unless a scenario sets it).
    support = here.transfer * us.children
    for j in range(len(income)):
        income[j] = income_if(at, j, c0 * home_kept(j, factor, p), e)
        income[j] += support if j <= MOTHER_AWAY else 0.0
    return e


@kernel
def urban_incomes(at: Prefecture, us: Household, income: np.ndarray) -> Earners:
    """The same for a household of urban hukou, whose members take their own pay along.

    Each adult earns a share of the household's income, and away as much more as migrants earn there
    than here. Living away costs the share of pay that it costs migrants. The town of their own
    county is where they earn at home.
    """
    adults = (1 if us.mother >= 0 else 0) + (1 if us.father >= 0 else 0)
    heads = adults + at.p.income_child_heads * us.children
    return urban_incomes_of(at, us, urban_income(at, us.mother, us.father, heads), income)


@kernel
def urban_incomes_of(at: Prefecture, us: Household, c0: float, income: np.ndarray) -> Earners:
    """urban_incomes of a household with the income `c0` at home."""
    here = at.here
    adults = (1 if us.mother >= 0 else 0) + (1 if us.father >= 0 else 0)
    each = c0 / adults
    pay = each * here.pay_leave / here.wage
    her = pay if us.mother >= 0 else 0.0
    his = pay if us.father >= 0 else 0.0
    kept = take_ratio(here) * pay_kept(at, us)
    living = at.p.choice_living_cost * pay
    e = Earners(adults, us.children, c0, her, his, living, kept, 0.0, 0.0)
    for j in range(CHILDREN_TAKEN + 1):
        rest = c0 if j == HOME else (each if j <= MOTHER_AWAY else 0.0)
        income[j] = income_if(at, j, rest, e)
    income[TOWN] = income[HOME]
    income[FATHER_AWAY_TOWN] = income[FATHER_AWAY]
    return e
