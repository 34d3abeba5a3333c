"""The household's yearly choice: who goes, who stays, whether the children come.

    V_j = constant + pay + distance + network + law + age + care + school + elder + newborn
          + habit + taste + farm + language,   choice = argmax_j (V_j + shock_j)

for j = home, father away, mother away, both away and children left, both away and children taken.
The last two share a nest: how the shocks are drawn, see nested_logit.py.
Return is this same choice in a later year. Each term is kept apart so that a decision can be
replayed with its reasons: `fill_terms` is the one place where utility is worked out, for the
simulation and for the chronicle. Equations and priors: MODEL-DETAILS section 8.

Reads kin, ages, last year's choice, the place's tables. Writes choice of both partners.
"""

import math

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
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
from leftbehind.model.population.households import household_of, is_urban, lives_in_town
from leftbehind.model.processes.care import (
    capacity,
    dependants,
    elder_duty,
    is_dependant,
    total_need,
)
from leftbehind.model.processes.economy import rural_incomes, urban_incomes, youngest_age
from leftbehind.model.processes.nested_logit import (
    CONSTANT,
    IMPOSSIBLE,
    N_ALTERNATIVES,
    best_alternative,
    shocks,
)

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
HOUSEHOLD_KINDS = (
    "couple with children",
    "couple without",
    "lone parent",
    "adult without partner or children",
)
CHOICES_SHAPE = (len(HOUSEHOLD_KINDS), N_ALTERNATIVES, N_ALTERNATIVES)
LEAST_INCOME = 0.15  # of the home income: no alternative is counted as worse
FIRST_YEAR = 1979  # before, people of agricultural hukou could not move on their own
YOUNGEST, OLDEST = 16, 59

# What else a decision knows, for the record of reasons: see `fill_terms`.
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


@kernel
def may_work_away(people: np.ndarray, i: int, year: int) -> bool:
    """A living adult of working age who is not at school."""
    if i < 0:
        return False
    me = people[i]
    age = year - me.birth_year
    return me.death_year == 0 and YOUNGEST <= age <= OLDEST and me.enrolled == 0


@kernel
def decides(people: np.ndarray, mother: int, father: int, year: int) -> bool:
    """Whether the household chooses this year: an adult of working age, not at school."""
    return may_work_away(people, mother, year) or may_work_away(people, father, year)


@kernel
def fill_terms(
    people: np.ndarray,
    mother: int,
    father: int,
    year: int,
    word: np.uint64,
    load: np.ndarray,
    here: np.record,
    p: np.record,
    terms: np.ndarray,
    facts: np.ndarray,
    found: np.ndarray,
    best: np.ndarray,
) -> int:
    """Utility of alternatives term by term into `terms` (5, N_TERMS); returns number of children.

    An alternative outside the household's choice set has IMPOSSIBLE as its constant. `facts` (12)
    receives need, capacity, home income, expected pay of father and mother (real yuan a year),
    elder duty, number of dependants, of school age, living cost, best carer and minutes to it, and
    support for children with a parent at home.
    """
    terms[:, :] = 0.0
    facts[:] = 0.0
    head = mother if mother >= 0 else father
    children = dependants(people, mother, father, year, found)
    couple = mother >= 0 and father >= 0
    urban = is_urban(people, mother, father)
    _constants(people, mother, father, year, children, urban, p, terms)
    k = 1.0
    n = 0.0
    facts[F_CARER] = -1.0
    if children > 0:
        n = total_need(people, found, children, year)
        k = capacity(
            people,
            found[children - 1],
            people[head].key,
            people[head].home,
            load,
            year,
            word,
            here,
            p,
            best,
        )
        facts[F_CARER] = best[0]
        facts[F_CARER_MINUTES] = best[2]
    facts[F_NEED] = n
    facts[F_CAPACITY] = k
    facts[F_CHILDREN] = children
    _pay(people, mother, father, year, word, found, children, urban, k, here, p, terms, facts)
    villagers = not urban and not lives_in_town(people, head, word, here)
    _place_terms(couple, villagers, people[head].group == MINORITY, here, p, terms)
    _ages(people, mother, father, year, children, p, terms)
    _children_terms(people, found, children, year, n, k, here, p, terms, facts)
    duty = elder_duty(people, mother, father, year, p)
    facts[F_DUTY] = duty
    weight = p.choice_elder * (p.pension_elder_factor if here.pension > 0.0 else 1.0) * duty
    terms[FATHER_AWAY, ELDER] = -p.choice_elder_father * weight
    terms[MOTHER_AWAY, ELDER] = -p.choice_elder_mother * weight
    terms[CHILDREN_LEFT, ELDER] = -weight
    terms[CHILDREN_TAKEN, ELDER] = -weight
    _habits(people, mother, father, had_children(people, found, children, year), p, terms)
    _tastes(people[head].key, mother, father, children, word, p, terms)
    return children


@kernel
def _constants(
    people: np.ndarray,
    mother: int,
    father: int,
    year: int,
    children: int,
    urban: bool,
    p: np.record,
    terms: np.ndarray,
) -> None:
    """Level of each alternative; IMPOSSIBLE where somebody it sends away may not go."""
    she = may_work_away(people, mother, year)
    he = may_work_away(people, father, year)
    if mother >= 0 and father >= 0:
        terms[FATHER_AWAY, CONSTANT] = p.choice_alpha_father if he else IMPOSSIBLE
        terms[MOTHER_AWAY, CONSTANT] = p.choice_alpha_mother if she else IMPOSSIBLE
        both = she and he
        left = p.choice_alpha_both_left if children > 0 else p.choice_alpha_couple
        terms[CHILDREN_LEFT, CONSTANT] = left if both else IMPOSSIBLE
        taken = both and children > 0
        terms[CHILDREN_TAKEN, CONSTANT] = p.choice_alpha_both_taken if taken else IMPOSSIBLE
    else:
        terms[FATHER_AWAY, CONSTANT] = IMPOSSIBLE
        terms[MOTHER_AWAY, CONSTANT] = IMPOSSIBLE
        if children > 0:
            terms[CHILDREN_LEFT, CONSTANT] = p.choice_alpha_both_left + p.choice_lone_parent
            terms[CHILDREN_TAKEN, CONSTANT] = p.choice_alpha_both_taken + p.choice_lone_parent
        else:
            woman = p.choice_single_woman if mother >= 0 else 0.0
            terms[CHILDREN_LEFT, CONSTANT] = p.choice_alpha_single + woman
            terms[CHILDREN_TAKEN, CONSTANT] = IMPOSSIBLE
    if urban:
        for j in range(1, N_ALTERNATIVES):
            if terms[j, CONSTANT] > IMPOSSIBLE:
                terms[j, CONSTANT] += p.choice_urban


@kernel
def _pay(
    people: np.ndarray,
    mother: int,
    father: int,
    year: int,
    word: np.uint64,
    found: np.ndarray,
    children: int,
    urban: bool,
    k: float,
    here: np.record,
    p: np.record,
    terms: np.ndarray,
    facts: np.ndarray,
) -> None:
    """b_c * ln(C_j / C_0): income of each alternative against staying, in real yuan a year."""
    income = terms[:, PAY]
    youngest = youngest_age(people, found, children, year)
    if urban:
        c0, his, her, living = urban_incomes(
            people, mother, father, word, children, youngest, here, p, income
        )
    else:
        c0, his, her, living = rural_incomes(
            people, mother, father, year, word, children, youngest, k, here, p, income
        )
    for j in range(1, N_ALTERNATIVES):
        if terms[j, CONSTANT] <= IMPOSSIBLE:
            income[j] = 0.0
        else:
            income[j] = p.choice_pay * math.log(max(income[j], LEAST_INCOME * c0) / income[HOME])
    facts[F_SUPPORT] = income[HOME] - c0
    income[HOME] = 0.0
    facts[F_HOME_INCOME] = c0
    facts[F_PAY_FATHER] = his
    facts[F_PAY_MOTHER] = her
    facts[F_LIVING] = living


@kernel
def _place_terms(
    couple: bool, villagers: bool, minority: bool, here: np.record, p: np.record, terms: np.ndarray
) -> None:
    """Distance and variety of destinations, network, jobs and law, land to work, language.

    Who lives in town has no land to work, and the villagers away are no network of theirs.
    """
    both = 1.5 if couple else 1.0
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
def _ages(
    people: np.ndarray,
    mother: int,
    father: int,
    year: int,
    children: int,
    p: np.record,
    terms: np.ndarray,
) -> None:
    """Going becomes rarer with age, from an age of men in union, of women and of the single.

    Faster for couples without children in their care: the young work away together, while those
    whose children are grown come home.
    """
    if mother >= 0 and father >= 0:
        curve = p.choice_age_curve * (p.choice_age_childless if children == 0 else 1.0)
        his = max(year - people[father].birth_year - p.choice_age_men, 0.0)
        her = max(year - people[mother].birth_year - p.choice_age_women, 0.0)
        father_term = curve * his * his
        mother_term = p.choice_age_women_ratio * curve * her * her
        terms[FATHER_AWAY, AGE] = father_term
        terms[MOTHER_AWAY, AGE] = mother_term
        terms[CHILDREN_LEFT, AGE] = p.choice_age_both * (father_term + mother_term)
        terms[CHILDREN_TAKEN, AGE] = p.choice_age_both * (father_term + mother_term)
    else:
        head = mother if mother >= 0 else father
        own = max(year - people[head].birth_year - p.choice_age_single, 0.0)
        ratio = p.choice_age_women_ratio if people[head].sex == FEMALE else 1.0
        terms[CHILDREN_LEFT, AGE] = ratio * p.choice_age_curve * own * own
        terms[CHILDREN_TAKEN, AGE] = ratio * p.choice_age_curve * own * own


@kernel
def _children_terms(
    people: np.ndarray,
    found: np.ndarray,
    children: int,
    year: int,
    n: float,
    k: float,
    here: np.record,
    p: np.record,
    terms: np.ndarray,
    facts: np.ndarray,
) -> None:
    """Uncovered care, the city's school barrier, and the infant that keeps its mother."""
    if children == 0:
        return
    infant = False
    school_age = 0
    for c in range(children):
        age = year - people[found[c]].birth_year
        infant = infant or age < 1
        school_age += 1 if 6 <= age <= 15 else 0
    facts[F_SCHOOL_AGE] = school_age
    terms[FATHER_AWAY, CARE] = -p.choice_care_father * p.choice_care * n
    terms[MOTHER_AWAY, CARE] = -p.choice_care_mother * p.choice_care * n * (1.0 - 0.5 * k)
    terms[CHILDREN_LEFT, CARE] = -p.choice_care * n * (1.0 - k)
    barrier = here.barrier * p.choice_school * float(school_age) ** 0.7 if school_age > 0 else 0.0
    terms[CHILDREN_TAKEN, SCHOOL] = -barrier - p.choice_school_child * children
    if infant:
        terms[MOTHER_AWAY, NEWBORN] = p.choice_newborn
        terms[CHILDREN_LEFT, NEWBORN] = p.choice_newborn


@kernel
def had_children(people: np.ndarray, found: np.ndarray, children: int, year: int) -> bool:
    """Whether one of the `children` in `found` was born before this year."""
    first = year
    for c in range(children):
        first = min(first, people[found[c]].birth_year)
    return first < year


@kernel
def _habits(
    people: np.ndarray,
    mother: int,
    father: int,
    were_parents: bool,
    p: np.record,
    terms: np.ndarray,
) -> None:
    """Inertia: each parent's absence last year, the form of last year, home last year.

    A couple away that has its first child had no form yet: whether to take it is an open question.
    """
    he = father >= 0 and people[father].destination >= 0
    she = mother >= 0 and people[mother].destination >= 0
    if not he and not she:
        terms[HOME, HABIT] = p.choice_habit_home
        return
    head = mother if mother >= 0 else father
    last = people[head].choice
    if mother >= 0 and father >= 0:
        terms[FATHER_AWAY, HABIT] = p.choice_habit if he else 0.0
        terms[MOTHER_AWAY, HABIT] = p.choice_habit if she else 0.0
        both = p.choice_habit_both * p.choice_habit * ((1 if he else 0) + (1 if she else 0))
    else:
        both = p.choice_habit
    for j in range(CHILDREN_LEFT, N_ALTERNATIVES):
        terms[j, HABIT] = both + (p.choice_habit_form if were_parents and last == j else 0.0)


@kernel
def _tastes(
    key: np.uint64,
    mother: int,
    father: int,
    children: int,
    word: np.uint64,
    p: np.record,
    terms: np.ndarray,
) -> None:
    """The household's lasting tastes: keyed draws, the same in every year and scenario."""
    his = p.choice_taste_father * normal(word, key, 0, TASTE, 0)
    if mother >= 0 and father >= 0:
        hers = p.choice_taste_mother * normal(word, key, 0, TASTE, 1)
        terms[FATHER_AWAY, TASTES] = his
        terms[MOTHER_AWAY, TASTES] = hers
        both = p.choice_taste_both * (his + hers)
    else:
        both = his
    left = 0.0
    taken = 0.0
    if children > 0:
        left = -p.choice_taste_children * normal(word, key, 0, TASTE, 2)
        taken = p.choice_taste_city * normal(word, key, 0, TASTE, 3)
    terms[CHILDREN_LEFT, TASTES] = both + left
    terms[CHILDREN_TAKEN, TASTES] = both + taken


@allocating_kernel
def step(
    people: np.ndarray,
    count: int,
    year: int,
    word: np.uint64,
    load: np.ndarray,
    here: np.record,
    p: np.record,
    counted: np.ndarray,
) -> None:
    """Every household chooses; writes `choice` of its adults.

    Reads last year's destinations, so all households decide on the same lagged world. Those of
    agricultural hukou are counted in `counted` (CHOICES_SHAPE: kind of household, choice last
    year, now).
    """
    terms = np.empty((N_ALTERNATIVES, N_TERMS), np.float64)
    facts = np.empty(N_FACTS, np.float64)
    found = np.empty(32, np.int64)
    best = np.empty(3, np.float64)
    shock = np.empty(N_ALTERNATIVES, np.float64)
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or year - me.birth_year < YOUNGEST or is_dependant(people, i, year):
            continue
        mother, father = household_of(people, i)
        if mother < 0 and father < 0:
            continue
        choice = HOME
        if year >= FIRST_YEAR and decides(people, mother, father, year):
            children = fill_terms(
                people, mother, father, year, word, load, here, p, terms, facts, found, best
            )
            shocks(me.key, year, word, p, terms, shock)
            choice = best_alternative(terms, shock)
            kind = (0 if mother >= 0 and father >= 0 else 2) + (0 if children > 0 else 1)
            if not is_urban(people, mother, father):
                counted[kind, me.choice, choice] += 1
        # `choice` of last year is read by _habits above, so both partners are written together.
        if mother >= 0:
            people[mother].choice = choice
        if father >= 0:
            people[father].choice = choice
