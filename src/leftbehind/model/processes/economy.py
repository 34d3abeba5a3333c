"""Pay and income of a person and a household, in yuan of 2010 a year.

Pay of a migrant:  ln w = ln(mean pay) + place + 0.05 (schooling - 8) + 0.02 x - 0.0004 x^2
- 0.20 female + 0.35 z - 0.061, x = years since 16, z a lasting keyed talent. Home income:
H * n_eq * exp(0.30 z_h - 0.045) with H the province's rural net income a head without wages sent by
migrants; households with urban hukou: urban income a head * heads * exp(0.45 z_h - 0.10). What is
left of the home income when parents leave, and what living away costs, is worked out here for the
choice (migration.py: what each alternative would bring) and for what comes of it (remittance.py).
MODEL-DETAILS sections 8, 9 and 10.
"""

import math

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import CHILDREN_LEFT, FATHER_AWAY, FEMALE, HOME, MOTHER_AWAY, SAME_HOME
from leftbehind.base.randomness import INCOME, WAGE, normal
from leftbehind.model.population.households import remoteness
from leftbehind.model.processes.care import ADULT_AGE

SCHOOL_AGE = 6


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
    key: np.uint64,
    remote: float,
    adults: int,
    children: int,
    with_elders: bool,
    word: np.uint64,
    here: np.record,
    p: np.record,
) -> float:
    """Yearly income of a household that stays at home, in real yuan; `key` is the household's.

    The nearest to town (`remote`, see `remoteness`) have a job off the farm near home. The place's
    mean holds their pay, so the others have less than the mean (`no_local_job`).
    """
    elders = p.income_elder_heads if with_elders else 0.0
    heads = adults + p.income_child_heads * children + elders
    spread = p.income_home_sd
    z = normal(word, key, 0, INCOME, 0)
    income: float = here.home_income * heads * math.exp(spread * z - 0.5 * spread * spread)
    income *= here.no_local_job
    if remote < here.local_job:
        income *= p.local_job_premium
    return income


@kernel
def urban_income(
    key: np.uint64, heads: float, word: np.uint64, here: np.record, p: np.record
) -> float:
    """Yearly income of a household with urban hukou and `heads` members, in real yuan."""
    spread = p.income_urban_sd
    z = normal(word, key, 0, INCOME, 0)
    income: float = here.urban_income * heads * math.exp(spread * z - 0.5 * spread * spread)
    return income


@kernel
def loss_factor(at_home: bool, capacity: float, p: np.record) -> float:
    """Factor on the home income lost when parents leave; less than 1 if the farm is kept going.

    `at_home` whether the couple lives in the husband's parents' home, `capacity` the household's
    capacity of care, 0 to 1: an able grandparent in the home keeps the farm going.
    """
    return p.choice_able_loss if at_home and capacity > p.choice_able_home else 1.0


@kernel
def home_kept(choice: int, factor: float, p: np.record) -> float:
    """Share of the home income that is left under alternative `choice`; `factor`: loss_factor."""
    if choice == HOME:
        return 1.0
    if choice == FATHER_AWAY:
        return 1.0 - factor * p.choice_loss_father
    if choice == MOTHER_AWAY:
        return 1.0 - factor * p.choice_loss_mother
    return 1.0 - factor * p.choice_loss_both


@kernel
def youngest_age(people: np.ndarray, found: np.ndarray, number: int, year: int) -> int:
    """Age of the youngest of the `number` children in `found`; of none, an adult's."""
    youngest = ADULT_AGE
    for k in range(number):
        youngest = min(youngest, year - people[found[k]].birth_year)
    return youngest


@kernel
def take_ratio(here: np.record) -> float:
    """Pay where families from `here` go over the pay where others go; 1 if nobody can go yet."""
    return here.pay_take / here.pay_leave if here.pay_leave > 0.0 else 1.0


@kernel
def pay_kept(youngest: int, here: np.record, p: np.record) -> float:
    """Share of their pay that parents keep who take their children along: worse jobs, fewer hours.

    What cheaper places already take (`take_ratio`) is not taken twice. `youngest` is the age of
    their youngest child: one below school age takes far more of the parents' hours.
    """
    cost = max(0.0, p.choice_take_wage_cost - max(0.0, 1.0 - take_ratio(here)))
    hours = p.choice_take_hours_cost if youngest < SCHOOL_AGE else p.choice_take_hours_school
    return (1.0 - cost) * (1.0 - hours)


@kernel
def adults_living(adults: int, one: float, p: np.record) -> float:
    """Cost of living away of one or two adults, if it is `one` for one (real yuan a year)."""
    return (p.choice_living_two if adults == 2 else 1.0) * one


@kernel
def children_living(children: int, one: float, p: np.record) -> float:
    """Cost of living away of `children` taken along, if it is `one` for an adult."""
    cost: float = p.choice_child_living_cost * one * children
    return cost


@kernel
def income_if(
    choice: int,
    adults: int,
    children: int,
    rest: float,
    her: float,
    his: float,
    one: float,
    kept: float,
    p: np.record,
) -> float:
    """C_j: income of a household under alternative `choice`, living away paid (real yuan a year).

    `rest` is what is left of its income at home, `her` and `his` pay away if they leave the
    children, `one` the cost of living of one adult away, `kept` the share of that pay that is left
    if the children come.
    """
    if choice == HOME:
        return rest
    if choice <= MOTHER_AWAY:
        return rest + (his if choice == FATHER_AWAY else her) - one
    living = adults_living(adults, one, p)
    if choice == CHILDREN_LEFT:
        return rest + her + his - living
    return rest + kept * (her + his) - (living + children_living(children, one, p))


@kernel
def rural_incomes(
    people: np.ndarray,
    mother: int,
    father: int,
    year: int,
    word: np.uint64,
    children: int,
    youngest: int,
    k: float,
    here: np.record,
    p: np.record,
    income: np.ndarray,
) -> tuple[float, float, float, float]:
    """Yearly `income` (5,) of a rural household under each alternative, at `here` (real yuan).

    `children` dependants, `youngest` the age of the youngest, `k` the capacity of care. Returns the
    income at home, pay of father and mother away, and the cost of living of one adult away.
    """
    head = mother if mother >= 0 else father
    adults = (1 if mother >= 0 else 0) + (1 if father >= 0 else 0)
    with_elders = people[head].home == SAME_HOME
    remote = remoteness(people, head, word)
    c0 = home_income(people[head].key, remote, adults, children, with_elders, word, here, p)
    her = yearly_pay(people, mother, year, word, here.pay_leave, p) if mother >= 0 else 0.0
    his = yearly_pay(people, father, year, word, here.pay_leave, p) if father >= 0 else 0.0
    kept = take_ratio(here) * pay_kept(youngest, here, p)
    one = p.choice_living_cost * here.pay_leave * p.months_mean
    factor = loss_factor(with_elders, k, p)
    # Support paid only for children who live with a parent at home (0 unless a scenario sets it).
    support = here.transfer * children
    for j in range(len(income)):
        rest = c0 * home_kept(j, factor, p)
        income[j] = income_if(j, adults, children, rest, her, his, one, kept, p)
        income[j] += support if j <= MOTHER_AWAY else 0.0
    return c0, his, her, one


@kernel
def urban_incomes(
    people: np.ndarray,
    mother: int,
    father: int,
    word: np.uint64,
    children: int,
    youngest: int,
    here: np.record,
    p: np.record,
    income: np.ndarray,
) -> tuple[float, float, float, float]:
    """The same for a household of urban hukou, whose members take their own pay along.

    Each adult earns a share of the household's income, and away as much more as migrants earn there
    than here. Living away costs the share of pay that it costs migrants.
    """
    head = mother if mother >= 0 else father
    adults = (1 if mother >= 0 else 0) + (1 if father >= 0 else 0)
    heads = adults + p.income_child_heads * children
    c0 = urban_income(people[head].key, heads, word, here, p)
    each = c0 / adults
    pay = each * here.pay_leave / here.wage
    her = pay if mother >= 0 else 0.0
    his = pay if father >= 0 else 0.0
    kept = take_ratio(here) * pay_kept(youngest, here, p)
    one = p.choice_living_cost * pay
    for j in range(len(income)):
        rest = c0 if j == HOME else (each if j <= MOTHER_AWAY else 0.0)
        income[j] = income_if(j, adults, children, rest, her, his, one, kept, p)
    return c0, his, her, one
