"""Proof that a household stays at home, before anything dear is worked out.

    V_0 + least shock  >  V_j + luckiest draws of j,    for each j that is open

The terms that `utility.weigh_at_sight` knows stand as they are. The others are replaced by what
they are at most: the pay and tastes of the luckiest draws that a table allows (brackets.py), a home
income without old parents in the pot, an old parent who keeps the farm; no need of care, no elder,
no school barrier. Sums are compared with a margin far above their rounding (17 numbers, each below
10^6, to 2^-52). So whoever stays by the proof stays by the choice itself, to the last bit.

Reads kin, ages, last year's choice and destinations. Writes nothing to people.
"""

import math

import numpy as np

from leftbehind.base.brackets import (
    NEST_BINS,
    gumbel_between,
    log_at_most,
    normal_between,
    stable_at_most,
)
from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    HOME,
    MOTHER_AWAY,
    TOWN,
)
from leftbehind.base.randomness import CHOICE, INCOME, NEST, TASTE, WAGE, luck
from leftbehind.model.population.households import is_urban
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import Household, decider
from leftbehind.model.processes.economy import (
    home_income_of,
    home_kept,
    rural_incomes_of,
    skill_of,
    urban_incomes_of,
)
from leftbehind.model.processes.nested_logit import (
    CONSTANT,
    IMPOSSIBLE,
    LONE,
    N_ALTERNATIVES,
    total,
)
from leftbehind.model.processes.parenthood import walk_to_school
from leftbehind.model.processes.utility import (
    CITY_LIFE,
    LEAST_INCOME,
    LEAVING,
    PARTING,
    TOWN_LIFE,
    taste_terms,
)
from leftbehind.model.processes.weighing import PAY, SCHOOL, Weighing

MARGIN = 1e-6


@allocating_kernel
def nest_at_most(at: Prefecture) -> np.ndarray:
    """What the shock of the nest is at most: brackets.stable_at_most; empty if nothing can be said.

    The proof leans on the signs of these parameters, which a scenario or a draw may change.
    """
    p = at.p
    weights = min(
        min(p.choice_pay, p.choice_care, p.choice_care_father, p.choice_care_mother),
        min(p.choice_school, p.choice_school_child, p.choice_exam, p.choice_town_school),
        min(p.choice_elder, p.choice_elder_father, p.choice_elder_mother, p.choice_elder_town),
        min(p.choice_taste_father, p.choice_taste_mother, p.choice_taste_both),
        min(p.choice_taste_children, p.choice_taste_city, p.choice_taste_town),
    )
    amounts = min(
        min(
            p.pension_elder_factor, p.choice_elder_maternal, p.income_elder_heads, at.here.transfer
        ),
        min(p.choice_loss_father, p.choice_loss_mother, p.choice_loss_both, p.choice_loss_town),
        min(p.income_home_sd, p.wage_sd, p.wage_sd_unskilled),
        min(at.here.barrier, at.here.exams_closed, p.place_barrier_near, -p.choice_newborn),
    )
    lost = max(p.choice_take_wage_cost, p.choice_take_hours_cost, p.choice_take_hours_school)
    if weights >= 0.0 and amounts >= 0.0 and lost <= 1.0:
        return stable_at_most(p.choice_nest)
    return np.empty(0)


@kernel
def surely_stays(at: Prefecture, us: Household, began: int, w: Weighing, nest: np.ndarray) -> bool:
    """Whether the household is proven to stay, given `w` as weigh_at_sight has left it.

    `nest` as from nest_at_most. Leaves what is most in the terms of pay, taste and school, which
    weigh_in_full writes anew, and in the shocks.
    """
    terms = w.terms
    if len(nest) == 0 or not _luckiest_pay(at, us, terms):
        return False
    _luckiest_tastes(at, us, terms)
    if us.children > 0:
        walk = max(walk_to_school(at), 0.0) * us.children
        terms[TOWN, SCHOOL] = walk
        terms[FATHER_AWAY_TOWN, SCHOOL] = walk
    _luckiest_shocks(at, us, began, terms, nest, w.shock)
    home = total(terms, w.shock, HOME)
    for j in range(HOME + 1, N_ALTERNATIVES):
        open_to_us = terms[j, CONSTANT] > IMPOSSIBLE
        if open_to_us and not total(terms, w.shock, j) + MARGIN < home:
            return False
    return True


@kernel
def _luckiest_pay(at: Prefecture, us: Household, terms: np.ndarray) -> bool:
    """What the terms of pay are at most; False if the household's income is nothing."""
    p = at.p
    income = terms[:, PAY]
    if is_urban(at.people, us.mother, us.father):
        urban_incomes_of(at, us, 1.0, income)  # every income is a multiple of that at home
    else:
        _luckiest_rural_incomes(at, us, income)
    staying = income[HOME]
    if not staying > 0.0:
        return False
    for j in range(HOME + 1, N_ALTERNATIVES):
        income[j] = p.choice_pay * log_at_most(max(income[j] / staying, LEAST_INCOME))
    income[HOME] = 0.0
    return True


@kernel
def _luckiest_rural_incomes(at: Prefecture, us: Household, income: np.ndarray) -> None:
    """Incomes whose ratio to staying is not below that of the true ones.

    (c kept + a) / (c + s) as a function of the home income c lies between its value at the least c
    and its limit, `kept`.
    """
    p = at.p
    z, her, his = 0.0, 0.0, 0.0
    heads = p.income_child_heads * us.children
    for which in range(2):
        i = us.mother if which == 0 else us.father
        if i < 0:
            continue
        key = at.people[i].key
        heads += 1.0
        z += normal_between(at.word, key, 0, INCOME, 0)[0]
        skill = skill_of(at, i, normal_between(at.word, key, 0, WAGE, 0)[1])
        if which == 0:
            her = skill
        else:
            his = skill
    if us.mother >= 0 and us.father >= 0:
        z *= math.sqrt(0.5)
    factor = min(1.0, p.choice_able_loss)
    c0 = home_income_of(at, decider(us), heads, z)
    rural_incomes_of(at, us, c0, her, his, factor, income)
    for j in range(HOME + 1, N_ALTERNATIVES):
        income[j] = max(income[j], home_kept(j, factor, p) * income[HOME])


@kernel
def _luckiest_tastes(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """What the terms of taste are at most."""
    p = at.p
    his = p.choice_taste_father * _taste(at, us.father, LEAVING)[1]
    hers = p.choice_taste_mother * _taste(at, us.mother, LEAVING)[1]
    parting, city, town = 0.0, 0.0, 0.0
    if us.children > 0:
        parting = _taste(at, us.mother, PARTING)[0] + _taste(at, us.father, PARTING)[0]
        city = _taste(at, us.mother, CITY_LIFE)[1] + _taste(at, us.father, CITY_LIFE)[1]
        town = _taste(at, us.mother, TOWN_LIFE)[1] + _taste(at, us.father, TOWN_LIFE)[1]
    taste_terms(at, us, his, hers, parting, city, town, terms)


@kernel
def _taste(at: Prefecture, i: int, kind: int) -> tuple[float, float]:
    """Between what a lasting taste of person `i` lies; 0 of NOBODY."""
    if i < 0:
        return 0.0, 0.0
    return normal_between(at.word, at.people[i].key, 0, TASTE, kind)


@kernel
def _luckiest_shocks(
    at: Prefecture, us: Household, began: int, terms: np.ndarray, nest: np.ndarray, out: np.ndarray
) -> None:
    """What nested_logit.shocks are at most, but at least for who stays, into `out`."""
    word = at.word
    key = at.people[decider(us)].key
    who = LONE if us.mother < 0 or us.father < 0 else 0
    out[HOME] = gumbel_between(word, key, began, CHOICE, who + HOME)[0]
    for j in (FATHER_AWAY, MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN, TOWN, FATHER_AWAY_TOWN):
        out[j] = 0.0
        if terms[j, CONSTANT] > IMPOSSIBLE:
            out[j] = gumbel_between(word, key, began, CHOICE, who + j)[1]
    if terms[CHILDREN_TAKEN, CONSTANT] <= IMPOSSIBLE:
        return
    index = at.p.choice_nest
    common = nest[int(luck(word, key, began, NEST, who) * NEST_BINS)]
    if index < 1.0:
        second = gumbel_between(word, key, began, NEST, who + 1)[1]
        common += (1.0 - index) / index * second
    for j in (CHILDREN_LEFT, CHILDREN_TAKEN):
        out[j] = index * (out[j] + common)
