"""What each way to live is worth to a household: utility, term by term.

    V_j = constant + pay + distance + network + law + age + care + school + elder + newborn
          + habit + taste + farm + language

for j = home, father away, mother away, both away and children left, both away and children taken.
Each term is kept apart so that a decision can be replayed with its reasons: `weigh` is the one
place where utility is worked out, for the simulation and for the chronicle. docs/ODD.md section
3.4.6.

Reads kin, ages, last year's choice and destinations, the place's tables. Writes nothing to people.
"""

import math
from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.elementary import log, power
from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FEMALE,
    HOME,
    MINORITY,
    MOTHER_AWAY,
)
from leftbehind.base.randomness import TASTE, normal
from leftbehind.model.population.households import is_urban, lives_in_town
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import (
    MOST_CHILDREN,
    Household,
    decider,
    dependants,
    elder_duty,
    household_capacity,
    household_need,
)
from leftbehind.model.processes.economy import Earners, rural_incomes, urban_incomes
from leftbehind.model.processes.nested_logit import CONSTANT, IMPOSSIBLE, N_ALTERNATIVES

TERMS = (
    "constant",
    "pay",
    "distance",
    "network",
    "law",
    "age",
    "care",
    "school",
    "elder",
    "newborn",
    "habit",
    "taste",
    "farm",
    "language",
)
N_TERMS = len(TERMS)
(PAY, DISTANCE, NETWORK, LAW, AGE, CARE, SCHOOL, ELDER, NEWBORN, HABIT, TASTES, FARM, LANGUAGE) = (
    range(CONSTANT + 1, N_TERMS)
)
LEAST_INCOME = 0.15  # of the home income: no alternative is counted as worse
YOUNGEST, OLDEST = 16, 59
LEAVING, PARTING, CITY_LIFE = 0, 2, 3  # a person's tastes: alternatives of the draws for TASTE

# What else a decision knows, for the record of reasons: need and capacity of care, home income and
# expected pay of father and mother (real yuan a year), elder duty, dependants, of school age, cost
# of living of one adult away, best carer and minutes to it, support for children with a parent at
# home.
(
    F_NEED,
    F_CAPACITY,
    F_HOME_INCOME,
    F_PAY_FATHER,
    F_PAY_MOTHER,
    F_DUTY,
    F_CHILDREN,
    F_SCHOOL_AGE,
    F_LIVING,
    F_CARER,
    F_CARER_MINUTES,
    F_SUPPORT,
) = range(12)
N_FACTS = 12


class Weighing(NamedTuple):
    """Room for one decision, filled by `weigh`."""

    terms: np.ndarray  # (N_ALTERNATIVES, N_TERMS) utility of each alternative, term by term
    facts: np.ndarray  # (N_FACTS,) see F_NEED and the following
    found: np.ndarray  # (MOST_CHILDREN,) the household's dependants
    best: np.ndarray  # (3,) the best carer: see care.capacity
    shock: np.ndarray  # (N_ALTERNATIVES,)


@allocating_kernel
def new_weighing() -> Weighing:
    """Room for decisions, to be used for one after the other."""
    return Weighing(
        np.empty((N_ALTERNATIVES, N_TERMS), np.float64),
        np.empty(N_FACTS, np.float64),
        np.empty(MOST_CHILDREN, np.int64),
        np.empty(3, np.float64),
        np.empty(N_ALTERNATIVES, np.float64),
    )


@kernel
def may_work_away(at: Prefecture, i: int) -> bool:
    """A living adult of working age who is not at school."""
    if i < 0:
        return False
    me = at.people[i]
    age = at.year - me.birth_year
    return me.death_year == 0 and YOUNGEST <= age <= OLDEST and me.enrolled == 0


@kernel
def weigh(at: Prefecture, load: np.ndarray, mother: int, father: int, w: Weighing) -> int:
    """Utility of alternatives term by term into `w.terms`; returns the number of children.

    An alternative outside the household's choice set has IMPOSSIBLE as its constant. `load` is last
    year's need in each person's care (care.loads).
    """
    w.terms[:, :] = 0.0
    w.facts[:] = 0.0
    children = dependants(at.people, mother, father, at.year, w.found)
    us = Household(mother, father, w.found, children)
    urban = is_urban(at.people, mother, father)
    _constants(at, us, urban, w.terms)
    k = _care_at_hand(at, load, us, w.facts, w.best)
    _pay(at, us, urban, w.terms, w.facts)
    _place_terms(at, us, urban, w.terms)
    _ages(at, us, w.terms)
    _children_terms(at, us, k, w.terms, w.facts)
    _elders(at, us, w.terms, w.facts)
    _habits(at, us, w.terms)
    _tastes(at, us, w.terms)
    return children


@kernel
def _constants(at: Prefecture, us: Household, urban: bool, terms: np.ndarray) -> None:
    """Level of each alternative; IMPOSSIBLE where somebody it sends away may not go."""
    p = at.p
    if us.mother >= 0 and us.father >= 0:
        she = may_work_away(at, us.mother)
        he = may_work_away(at, us.father)
        terms[FATHER_AWAY, CONSTANT] = p.choice_alpha_father if he else IMPOSSIBLE
        terms[MOTHER_AWAY, CONSTANT] = p.choice_alpha_mother if she else IMPOSSIBLE
        both = she and he
        left = p.choice_alpha_both_left if us.children > 0 else p.choice_alpha_couple
        terms[CHILDREN_LEFT, CONSTANT] = left if both else IMPOSSIBLE
        taken = both and us.children > 0
        terms[CHILDREN_TAKEN, CONSTANT] = p.choice_alpha_both_taken if taken else IMPOSSIBLE
    else:
        terms[FATHER_AWAY, CONSTANT] = IMPOSSIBLE
        terms[MOTHER_AWAY, CONSTANT] = IMPOSSIBLE
        if us.children > 0:
            terms[CHILDREN_LEFT, CONSTANT] = p.choice_alpha_both_left + p.choice_lone_parent
            terms[CHILDREN_TAKEN, CONSTANT] = p.choice_alpha_both_taken + p.choice_lone_parent
        else:
            woman = p.choice_single_woman if us.mother >= 0 else 0.0
            terms[CHILDREN_LEFT, CONSTANT] = p.choice_alpha_single + woman
            terms[CHILDREN_TAKEN, CONSTANT] = IMPOSSIBLE
    if urban:
        for j in range(1, N_ALTERNATIVES):
            if terms[j, CONSTANT] > IMPOSSIBLE:
                terms[j, CONSTANT] += p.choice_urban


@kernel
def _care_at_hand(
    at: Prefecture, load: np.ndarray, us: Household, facts: np.ndarray, best: np.ndarray
) -> float:
    """K, the capacity of care (1 without children); need and carer into the facts."""
    k = 1.0
    facts[F_CARER] = -1.0
    if us.children > 0:
        facts[F_NEED] = household_need(at, us)
        k = household_capacity(at, load, us, best)
        facts[F_CARER] = best[0]
        facts[F_CARER_MINUTES] = best[2]
    facts[F_CAPACITY] = k
    facts[F_CHILDREN] = us.children
    return k


@kernel
def _pay(at: Prefecture, us: Household, urban: bool, terms: np.ndarray, facts: np.ndarray) -> None:
    """b_c * ln(C_j / C_0): income of each alternative against staying, in real yuan a year."""
    income = terms[:, PAY]
    if urban:
        e = urban_incomes(at, us, income)
    else:
        e = rural_incomes(at, us, income)
    staying = income[HOME]
    for j in range(1, N_ALTERNATIVES):
        if terms[j, CONSTANT] <= IMPOSSIBLE:
            income[j] = 0.0
        else:
            least = LEAST_INCOME * e.home
            income[j] = at.p.choice_pay * log(max(income[j], least) / staying)
    income[HOME] = 0.0
    _note_incomes(e, staying - e.home, facts)


@kernel
def _note_incomes(e: Earners, support: float, facts: np.ndarray) -> None:
    facts[F_HOME_INCOME] = e.home
    facts[F_PAY_FATHER] = e.his
    facts[F_PAY_MOTHER] = e.her
    facts[F_LIVING] = e.living
    facts[F_SUPPORT] = support


@kernel
def _place_terms(at: Prefecture, us: Household, urban: bool, terms: np.ndarray) -> None:
    """Distance and variety of destinations, network, jobs and law, land to work, language.

    Who lives in town has no land to work, and the villagers away are no network of theirs.
    """
    here = at.here
    p = at.p
    head = decider(us)
    villagers = not urban and not lives_in_town(at.people, head, at.word, here)
    minority = at.people[head].group == MINORITY
    both = 1.5 if us.mother >= 0 and us.father >= 0 else 1.0
    jobs = p.choice_jobs * here.jobs - p.choice_law * here.closure
    for j in range(1, N_ALTERNATIVES):
        n = both if j >= CHILDREN_LEFT else 1.0
        access = here.access_take if j == CHILDREN_TAKEN else here.access_leave
        terms[j, DISTANCE] = p.choice_distance * n * access
        terms[j, LAW] = n * jobs
        if villagers:
            terms[j, NETWORK] = p.choice_network * here.network
            terms[j, FARM] = -p.choice_farm * n * here.farm_need
        if minority:
            terms[j, LANGUAGE] = -p.choice_language * n


@kernel
def _ages(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """Going becomes rarer with age, from an age of men in union, of women and of the single.

    Faster for couples without children in their care: the young work away together, while those
    whose children are grown come home.
    """
    p = at.p
    if us.mother >= 0 and us.father >= 0:
        curve = p.choice_age_curve * (p.choice_age_childless if us.children == 0 else 1.0)
        his = max(at.year - at.people[us.father].birth_year - p.choice_age_men, 0.0)
        her = max(at.year - at.people[us.mother].birth_year - p.choice_age_women, 0.0)
        father_term = curve * his * his
        mother_term = p.choice_age_women_ratio * curve * her * her
        terms[FATHER_AWAY, AGE] = father_term
        terms[MOTHER_AWAY, AGE] = mother_term
        terms[CHILDREN_LEFT, AGE] = p.choice_age_both * (father_term + mother_term)
        terms[CHILDREN_TAKEN, AGE] = p.choice_age_both * (father_term + mother_term)
    else:
        me = at.people[decider(us)]
        own = max(at.year - me.birth_year - p.choice_age_single, 0.0)
        ratio = p.choice_age_women_ratio if me.sex == FEMALE else 1.0
        terms[CHILDREN_LEFT, AGE] = ratio * p.choice_age_curve * own * own
        terms[CHILDREN_TAKEN, AGE] = ratio * p.choice_age_curve * own * own


@kernel
def _children_terms(
    at: Prefecture, us: Household, k: float, terms: np.ndarray, facts: np.ndarray
) -> None:
    """Uncovered care, the city's school barrier, and the infant that keeps its mother."""
    if us.children == 0:
        return
    p = at.p
    infant = False
    school_age = 0
    for c in range(us.children):
        age = at.year - at.people[us.found[c]].birth_year
        infant = infant or age < 1
        school_age += 1 if 6 <= age <= 15 else 0
    facts[F_SCHOOL_AGE] = school_age
    n = facts[F_NEED]
    terms[FATHER_AWAY, CARE] = -p.choice_care_father * p.choice_care * n
    terms[MOTHER_AWAY, CARE] = -p.choice_care_mother * p.choice_care * n * (1.0 - 0.5 * k)
    terms[CHILDREN_LEFT, CARE] = -p.choice_care * n * (1.0 - k)
    pupils = power(float(school_age), 0.7) if school_age > 0 else 0.0
    barrier = at.here.barrier * p.choice_school * pupils
    terms[CHILDREN_TAKEN, SCHOOL] = -barrier - p.choice_school_child * us.children
    if infant:
        terms[MOTHER_AWAY, NEWBORN] = p.choice_newborn
        terms[CHILDREN_LEFT, NEWBORN] = p.choice_newborn


@kernel
def _elders(at: Prefecture, us: Household, terms: np.ndarray, facts: np.ndarray) -> None:
    """Duty to old parents in need; a pension eases it."""
    p = at.p
    duty = elder_duty(at, us.mother, us.father)
    facts[F_DUTY] = duty
    weight = p.choice_elder * (p.pension_elder_factor if at.here.pension > 0.0 else 1.0) * duty
    terms[FATHER_AWAY, ELDER] = -p.choice_elder_father * weight
    terms[MOTHER_AWAY, ELDER] = -p.choice_elder_mother * weight
    terms[CHILDREN_LEFT, ELDER] = -weight
    terms[CHILDREN_TAKEN, ELDER] = -weight


@kernel
def _had_children(at: Prefecture, us: Household) -> bool:
    """Whether one of the children was born before this year."""
    first = at.year
    for c in range(us.children):
        first = min(first, at.people[us.found[c]].birth_year)
    return first < at.year


@kernel
def _habits(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """Inertia: each parent's absence last year, the form of last year, home last year.

    A couple away that has its first child had no form yet: whether to take it is an open question.
    """
    p = at.p
    he = us.father >= 0 and at.people[us.father].destination >= 0
    she = us.mother >= 0 and at.people[us.mother].destination >= 0
    if not he and not she:
        terms[HOME, HABIT] = p.choice_habit_home
        return
    were_parents = _had_children(at, us)
    last = at.people[decider(us)].choice
    if us.mother >= 0 and us.father >= 0:
        terms[FATHER_AWAY, HABIT] = p.choice_habit if he else 0.0
        terms[MOTHER_AWAY, HABIT] = p.choice_habit if she else 0.0
        both = p.choice_habit_both * p.choice_habit * ((1 if he else 0) + (1 if she else 0))
    else:
        both = p.choice_habit
    for j in range(CHILDREN_LEFT, N_ALTERNATIVES):
        terms[j, HABIT] = both + (p.choice_habit_form if were_parents and last == j else 0.0)


@kernel
def _tastes(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """Lasting tastes of the persons: each has one for leaving, and two about the children.

    A couple's tastes about the children are both partners', so that who is left keeps the own part.
    """
    p = at.p
    his = p.choice_taste_father * _taste(at, us.father, LEAVING)
    hers = p.choice_taste_mother * _taste(at, us.mother, LEAVING)
    couple = us.mother >= 0 and us.father >= 0
    if couple:
        terms[FATHER_AWAY, TASTES] = his
        terms[MOTHER_AWAY, TASTES] = hers
    going = (p.choice_taste_both if couple else 1.0) * (his + hers)
    left = 0.0
    taken = 0.0
    if us.children > 0:
        share = math.sqrt(0.5) if couple else 1.0
        parting = _taste(at, us.mother, PARTING) + _taste(at, us.father, PARTING)
        city = _taste(at, us.mother, CITY_LIFE) + _taste(at, us.father, CITY_LIFE)
        left = -p.choice_taste_children * share * parting
        taken = p.choice_taste_city * share * city
    terms[CHILDREN_LEFT, TASTES] = going + left
    terms[CHILDREN_TAKEN, TASTES] = going + taken


@kernel
def _taste(at: Prefecture, i: int, kind: int) -> float:
    """A lasting taste of person `i`, standard normal; 0 of NOBODY."""
    return normal(at.word, at.people[i].key, 0, TASTE, kind) if i >= 0 else 0.0
