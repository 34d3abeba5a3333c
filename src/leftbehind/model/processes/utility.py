"""What each way to live is worth to a household: utility, term by term.

    V_j = constant + pay + distance + network + law + local work + age + care + school + exam
          + elder + newborn + moving + settling + taste + farm + language

for j = home, father away, mother away, both away and children left, both away and children taken,
all in the county's town, and father away with the others in the town. Each term is kept apart so
that a decision can be replayed with its reasons: `weigh` is the one place where utility is worked
out, for the simulation and for the chronicle; the terms about the children are parenthood.py's.
docs/ODD.md section 3.4.6.

Reads kin, ages, last year's choice and destinations, the place's tables. Writes nothing to people.
"""

import math

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import log
from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    FEMALE,
    HOME,
    MINORITY,
    MOTHER_AWAY,
    TOWN,
    children_come,
    father_leaves,
    in_own_town,
    mother_leaves,
)
from leftbehind.base.randomness import TASTE, normal
from leftbehind.model.population.households import is_urban, lives_in_town
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import Household, decider, dependants, elder_duty
from leftbehind.model.processes.economy import Earners, has_local_job, rural_incomes, urban_incomes
from leftbehind.model.processes.nested_logit import CONSTANT, IMPOSSIBLE, N_ALTERNATIVES
from leftbehind.model.processes.parenthood import care_at_hand, children_terms, had_children
from leftbehind.model.processes.weighing import (
    AGE,
    DISTANCE,
    ELDER,
    F_DUTY,
    F_HOME_INCOME,
    F_LIVING,
    F_PAY_FATHER,
    F_PAY_MOTHER,
    F_SUPPORT,
    FARM,
    LANGUAGE,
    LAW,
    LOCAL,
    MOVING,
    NETWORK,
    PAY,
    SETTLING,
    TASTES,
    Weighing,
)

LEAST_INCOME = 0.15  # of the home income: no alternative is counted as worse
YOUNGEST, OLDEST = 16, 59
# A person's tastes: alternatives of the draws for TASTE.
LEAVING, PARTING, CITY_LIFE, TOWN_LIFE = 0, 2, 3, 4
IN_VILLAGE, IN_TOWN, AWAY = 0, 1, 2  # where an adult lives, as far as moving costs go


@kernel
def may_work_away(at: Prefecture, i: int) -> bool:
    """A living adult of working age who is not at school."""
    if i < 0:
        return False
    me = at.people[i]
    age = at.year - me.birth_year
    return me.death_year == 0 and YOUNGEST <= age <= OLDEST and me.enrolled == 0


@kernel
def weigh(
    at: Prefecture, places: np.ndarray, load: np.ndarray, mother: int, father: int, w: Weighing
) -> Household:
    """Utility of alternatives term by term into `w.terms`; returns the household.

    An alternative outside the household's choice set has IMPOSSIBLE as its constant. `places` (P,)
    are the PLACE records of all destinations, `load` is last year's need in each person's care
    (care.loads).
    """
    us = weigh_at_sight(at, mother, father, w)
    weigh_in_full(at, places, load, us, w)
    return us


@kernel
def weigh_at_sight(at: Prefecture, mother: int, father: int, w: Weighing) -> Household:
    """The terms that need neither a draw of their own nor kin; those of `weigh_in_full` are 0.

    Returns the household. CHILDREN_LEFT stands open: who could not leave a small child is found in
    full.
    """
    w.terms[:, :] = 0.0
    w.facts[:] = 0.0
    children = dependants(at.people, mother, father, at.year, w.found)
    us = Household(mother, father, w.found, children)
    urban = is_urban(at.people, mother, father)
    villagers = not urban and not lives_in_town(at.people, decider(us), at.word, at.here)
    _constants(at, us, w.terms)
    if urban:
        _urban_constants(at, w.terms)
    if not villagers and at.people[decider(us)].choice < TOWN:
        w.terms[TOWN:, CONSTANT] = IMPOSSIBLE  # who lives in town has no town to move to
    _place_terms(at, us, villagers, w.terms)
    if not urban:
        _local_work(at, us, w.terms)
    _ages(at, us, w.terms)
    _moving(at, us, w.terms)
    return us


@kernel
def weigh_in_full(
    at: Prefecture, places: np.ndarray, load: np.ndarray, us: Household, w: Weighing
) -> None:
    """The terms that `weigh_at_sight` leaves out: pay, care, school, elders, tastes."""
    k = care_at_hand(at, load, us, w.terms, w.facts, w.best)
    _pay(at, us, is_urban(at.people, us.mother, us.father), w.terms, w.facts)
    children_terms(at, places, us, k, w.terms, w.facts)
    _elders(at, us, w.terms, w.facts)
    _tastes(at, us, w.terms)


@kernel
def _constants(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """Level of each alternative; IMPOSSIBLE where somebody it sends away may not go."""
    p = at.p
    terms[1:, CONSTANT] = IMPOSSIBLE
    if us.mother >= 0 and us.father >= 0:
        she = may_work_away(at, us.mother)
        he = may_work_away(at, us.father)
        if he:
            terms[FATHER_AWAY, CONSTANT] = p.choice_alpha_father
        if she:
            terms[MOTHER_AWAY, CONSTANT] = p.choice_alpha_mother
        if he and us.children > 0:
            terms[FATHER_AWAY_TOWN, CONSTANT] = p.choice_alpha_father + p.choice_alpha_town_apart
        if he and she:
            left = p.choice_alpha_both_left if us.children > 0 else p.choice_alpha_couple
            terms[CHILDREN_LEFT, CONSTANT] = left
        if he and she and us.children > 0:
            terms[CHILDREN_TAKEN, CONSTANT] = p.choice_alpha_both_taken
            terms[TOWN, CONSTANT] = p.choice_alpha_town
    elif us.children > 0:
        terms[CHILDREN_LEFT, CONSTANT] = p.choice_alpha_both_left + p.choice_lone_parent
        terms[CHILDREN_TAKEN, CONSTANT] = p.choice_alpha_both_taken + p.choice_lone_parent
        terms[TOWN, CONSTANT] = p.choice_alpha_town + p.choice_lone_parent
    else:
        woman = p.choice_single_woman if us.mother >= 0 else 0.0
        terms[CHILDREN_LEFT, CONSTANT] = p.choice_alpha_single + woman


@kernel
def _urban_constants(at: Prefecture, terms: np.ndarray) -> None:
    """Households of urban hukou have a level of their own."""
    for j in range(1, N_ALTERNATIVES):
        if terms[j, CONSTANT] > IMPOSSIBLE:
            terms[j, CONSTANT] += at.p.choice_urban


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
def _place_terms(at: Prefecture, us: Household, villagers: bool, terms: np.ndarray) -> None:
    """Distance and variety of destinations, network, jobs and law, land to work, language.

    Who lives in town has no land to work, and the villagers away are no network of theirs. The
    town of the own county is near, speaks their language and has its jobs in `_local_work`; only
    the law stood before it.
    """
    here = at.here
    p = at.p
    minority = at.people[decider(us)].group == MINORITY
    both = 1.5 if us.mother >= 0 and us.father >= 0 else 1.0
    jobs = p.choice_jobs * here.jobs - p.choice_law * here.closure
    for j in range(1, N_ALTERNATIVES):
        n = both if j in (CHILDREN_LEFT, CHILDREN_TAKEN, TOWN) else 1.0
        if j == TOWN:
            terms[j, LAW] = -n * p.choice_law * here.closure
            continue
        access = here.access_take if j == CHILDREN_TAKEN else here.access_leave
        terms[j, DISTANCE] = p.choice_distance * n * access
        terms[j, LAW] = n * jobs
        if villagers:
            terms[j, NETWORK] = p.choice_network * here.network
            terms[j, FARM] = -p.choice_farm * n * here.farm_need
        if minority:
            terms[j, LANGUAGE] = -p.choice_language * n


@kernel
def _local_work(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """Work off the farm near home keeps those at home whom it reaches, half if one of two stays.

    In the county's town it is at hand with the chance that it has at the place.
    """
    p = at.p
    reached = has_local_job(at, decider(us))
    terms[TOWN, LOCAL] = p.choice_local * (1.0 if reached else at.here.local_job)
    if reached:
        terms[HOME, LOCAL] = p.choice_local
        if us.mother >= 0 and us.father >= 0:
            terms[FATHER_AWAY, LOCAL] = p.choice_local_one * p.choice_local
            terms[MOTHER_AWAY, LOCAL] = p.choice_local_one * p.choice_local


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
        terms[FATHER_AWAY_TOWN, AGE] = father_term
        for j in (CHILDREN_LEFT, CHILDREN_TAKEN, TOWN):
            terms[j, AGE] = p.choice_age_both * (father_term + mother_term)
    else:
        me = at.people[decider(us)]
        own = max(at.year - me.birth_year - p.choice_age_single, 0.0)
        ratio = p.choice_age_women_ratio if me.sex == FEMALE else 1.0
        for j in (CHILDREN_LEFT, CHILDREN_TAKEN, TOWN):
            terms[j, AGE] = ratio * p.choice_age_curve * own * own


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
    terms[TOWN, ELDER] = -p.choice_elder_town * weight
    terms[FATHER_AWAY_TOWN, ELDER] = -p.choice_elder_father * weight


@kernel
def _where(last: int, is_father: bool, destination: int) -> int:
    """Where a parent lived last year, as far as moving costs go."""
    if destination < 0:
        return IN_VILLAGE
    return IN_TOWN if in_own_town(last, is_father) else AWAY


@kernel
def _where_in(choice: int, is_father: bool) -> int:
    """Where a parent lives under alternative `choice`."""
    leaves = father_leaves(choice) if is_father else mother_leaves(choice)
    if not leaves:
        return IN_VILLAGE
    return IN_TOWN if in_own_town(choice, is_father) else AWAY


@kernel
def _moving_cost(p: np.record, then: int, now: int) -> float:
    """Cost of a parent's move, relative to that between village and city."""
    if then == now:
        return 0.0
    near = now != AWAY and then != AWAY
    cost: float = p.choice_move_town if near else 1.0
    return cost


@kernel
def _moving(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """The cost of living elsewhere than last year, and what the years away add to being together.

    Each parent who moves pays, the second of two who move at once less. Bringing children after or
    sending them home is a move of its own; a couple away that has its first child had no form yet:
    whether to take it is an open question. The longer a parent has been away, the more those
    alternatives are worth in which the children live where a parent does.
    """
    p = at.p
    last = at.people[decider(us)].choice
    then_he = IN_VILLAGE
    then_she = IN_VILLAGE
    years = 0
    if us.father >= 0:
        him = at.people[us.father]
        then_he = _where(last, True, him.destination)
        if him.destination >= 0:
            years = max(years, at.year - him.away_since)
    if us.mother >= 0:
        her = at.people[us.mother]
        then_she = _where(last, False, her.destination)
        if her.destination >= 0:
            years = max(years, at.year - her.away_since)
    were_parents = had_children(at, us)
    came = children_come(last) and (then_he != IN_VILLAGE or then_she != IN_VILLAGE)
    settled = p.choice_settle * log(1.0 + years)
    for j in range(N_ALTERNATIVES):
        his = _moving_cost(p, then_he, _where_in(j, True)) if us.father >= 0 else 0.0
        hers = _moving_cost(p, then_she, _where_in(j, False)) if us.mother >= 0 else 0.0
        cost = p.choice_move * (max(his, hers) + p.choice_move_both * min(his, hers))
        if were_parents and children_come(j) != came:
            cost += p.choice_move_children
        terms[j, MOVING] = -cost
        if children_come(j):
            terms[j, SETTLING] = settled


@kernel
def _tastes(at: Prefecture, us: Household, terms: np.ndarray) -> None:
    """Lasting tastes of the persons: each has one for leaving, and three about the children.

    A couple's tastes about the children are both partners', so that who is left keeps the own part.
    """
    p = at.p
    his = p.choice_taste_father * _taste(at, us.father, LEAVING)
    hers = p.choice_taste_mother * _taste(at, us.mother, LEAVING)
    parting, city, town = 0.0, 0.0, 0.0
    if us.children > 0:
        parting = _taste(at, us.mother, PARTING) + _taste(at, us.father, PARTING)
        city = _taste(at, us.mother, CITY_LIFE) + _taste(at, us.father, CITY_LIFE)
        town = _taste(at, us.mother, TOWN_LIFE) + _taste(at, us.father, TOWN_LIFE)
    taste_terms(at, us, his, hers, parting, city, town, terms)


@kernel
def taste_terms(
    at: Prefecture,
    us: Household,
    his: float,
    hers: float,
    parting: float,
    city: float,
    town: float,
    terms: np.ndarray,
) -> None:
    """The terms of taste: of each for leaving (weighted), of both together about the children."""
    p = at.p
    couple = us.mother >= 0 and us.father >= 0
    if couple:
        terms[FATHER_AWAY, TASTES] = his
        terms[MOTHER_AWAY, TASTES] = hers
    going = (p.choice_taste_both if couple else 1.0) * (his + hers)
    terms[CHILDREN_LEFT, TASTES] = going
    if us.children > 0:
        share = math.sqrt(0.5) if couple else 1.0
        terms[CHILDREN_LEFT, TASTES] -= p.choice_taste_children * share * parting
        terms[CHILDREN_TAKEN, TASTES] = going + p.choice_taste_city * share * city
        terms[TOWN, TASTES] = p.choice_taste_town * share * town
        terms[FATHER_AWAY_TOWN, TASTES] = his + p.choice_taste_town * share * town


@kernel
def _taste(at: Prefecture, i: int, kind: int) -> float:
    """A lasting taste of person `i`, standard normal; 0 of NOBODY."""
    return normal(at.word, at.people[i].key, 0, TASTE, kind) if i >= 0 else 0.0
