"""The terms of the choice that are about the children: care, school, exams, and the infant.

Where the family has lived away, schools are those of that place; else those that a family from here
can expect. docs/ODD.md section 3.4.6.

Reads kin, ages, last year's destinations, the tables of the places. Writes nothing to people.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import log, power
from leftbehind.base.person import (
    ABROAD,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    MOTHER_AWAY,
    TOWN,
)
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import Household, household_need
from leftbehind.model.processes.carers import NOT_OPEN, household_capacity
from leftbehind.model.processes.destination import barrier_at, exams_closed_at
from leftbehind.model.processes.nested_logit import CONSTANT, IMPOSSIBLE
from leftbehind.model.processes.weighing import (
    CARE,
    EXAM,
    F_CAPACITY,
    F_CARER,
    F_CARER_MINUTES,
    F_CHILDREN,
    F_NEED,
    F_SCHOOL_AGE,
    NEWBORN,
    SCHOOL,
)

EXAM_AGES = (12, 15)  # of pupils of junior school, whose exams come next
WALK_TO_SCHOOL = 15.0  # minutes: the village's school at hand


@kernel
def care_at_hand(
    at: Prefecture,
    load: np.ndarray,
    us: Household,
    terms: np.ndarray,
    facts: np.ndarray,
    best: np.ndarray,
) -> float:
    """K, the capacity of care (1 without children); need and carer into the facts.

    Whoever has nobody for a small child cannot leave it: that alternative is closed in `terms`.
    """
    k = 1.0
    facts[F_CARER] = -1.0
    if us.children > 0:
        facts[F_NEED] = household_need(at, us)
        k = household_capacity(at, load, us, best)
        if k == NOT_OPEN:
            terms[CHILDREN_LEFT, CONSTANT] = IMPOSSIBLE
            facts[F_CHILDREN] = us.children
            return 0.0
        facts[F_CARER] = best[0]
        facts[F_CARER_MINUTES] = best[2]
    facts[F_CAPACITY] = k
    facts[F_CHILDREN] = us.children
    return k


@kernel
def had_children(at: Prefecture, us: Household) -> bool:
    """Whether one of the children was born before this year."""
    first = at.year
    for c in range(us.children):
        first = min(first, at.people[us.found[c]].birth_year)
    return first < at.year


@kernel
def children_terms(
    at: Prefecture,
    places: np.ndarray,
    us: Household,
    k: float,
    terms: np.ndarray,
    facts: np.ndarray,
) -> None:
    """Uncovered care, the city's school barrier and exams, and the infant that keeps its mother."""
    if us.children == 0:
        return
    p = at.p
    infant = False
    school_age = 0
    before_exams = 0
    for c in range(us.children):
        age = at.year - at.people[us.found[c]].birth_year
        infant = infant or age < 1
        school_age += 1 if 6 <= age <= 15 else 0
        before_exams += 1 if EXAM_AGES[0] <= age <= EXAM_AGES[1] else 0
    facts[F_SCHOOL_AGE] = school_age
    n = facts[F_NEED]
    terms[FATHER_AWAY, CARE] = -p.choice_care_father * p.choice_care * n
    terms[FATHER_AWAY_TOWN, CARE] = -p.choice_care_father * p.choice_care * n
    terms[MOTHER_AWAY, CARE] = -p.choice_care_mother * p.choice_care * n * (1.0 - 0.5 * k)
    terms[CHILDREN_LEFT, CARE] = -p.choice_care * n * (1.0 - k)
    _schools(at, places, us, school_age, before_exams, terms)
    if infant:
        terms[MOTHER_AWAY, NEWBORN] = p.choice_newborn
        terms[CHILDREN_LEFT, NEWBORN] = p.choice_newborn


@kernel
def _schools(
    at: Prefecture,
    places: np.ndarray,
    us: Household,
    school_age: int,
    before_exams: int,
    terms: np.ndarray,
) -> None:
    """Schools that take in strangers, exams that need the hukou, the way to the village school."""
    p = at.p
    barrier = at.here.barrier
    closed = at.here.exams_closed
    d = _place_away(at, us)
    if 0 <= d < ABROAD:
        barrier = barrier_at(at, places, d)
        closed = exams_closed_at(at, places, d)
    pupils = power(float(school_age), 0.7) if school_age > 0 else 0.0
    terms[CHILDREN_TAKEN, SCHOOL] = -p.choice_school * barrier * pupils
    terms[CHILDREN_TAKEN, SCHOOL] -= p.choice_school_child * us.children
    terms[CHILDREN_TAKEN, EXAM] = -p.choice_exam * closed * before_exams
    walk = walk_to_school(at) * pupils
    terms[TOWN, SCHOOL] = walk
    terms[FATHER_AWAY_TOWN, SCHOOL] = walk


@kernel
def walk_to_school(at: Prefecture) -> float:
    """What a pupil's way to the village school, longer than the town's, is worth."""
    p = at.p
    minutes = p.school_minutes * (p.school_minutes_mountain if at.here.mountain > 1 else 1.0)
    worth: float = p.choice_town_school * log(minutes / WALK_TO_SCHOOL)
    return worth


@kernel
def _place_away(at: Prefecture, us: Household) -> int:
    """Where a parent was away last year, the father's place first; negative if nobody was."""
    if us.father >= 0 and at.people[us.father].destination >= 0:
        d: int = at.people[us.father].destination
        return d
    return at.people[us.mother].destination if us.mother >= 0 else -1
