"""Why a household's choice is another than last year's."""

from dataclasses import dataclass

import numpy as np

from leftbehind.counts.reasons.decision import UNKNOWN, Decision, Weight
from leftbehind.model.processes.nested_logit import best_alternative
from leftbehind.model.processes.spell import EVENTS, RENEWAL
from leftbehind.model.processes.weighing import (
    F_CAPACITY,
    F_CARER,
    F_CHILDREN,
    F_HOME_INCOME,
    F_PAY_FATHER,
    F_PAY_MOTHER,
    TERMS,
)

LEAST = 0.1  # a reason is told from this change of utility on (docs/ODD.md section 3.4.6)


@dataclass(frozen=True)
class Change:
    """Why this year's choice is another than last year's.

    `opened` is true if the new choice was not open a year before, `closed` if the old one no longer
    is: then the comparison of terms says nothing and `reasons` is empty. Otherwise `reasons` and
    `unknown` (the change of the shocks) tell the change of the advantage `total`; `reasons` are the
    terms that moved towards the choice by more than LEAST, the largest first; `term` names what
    moved in the largest of them. `name` is the cause: `term` if the terms alone, with last year's
    shocks, would have turned the choice; else the event that gave the family new circumstances this
    year; if they were renewed without one, the larger of `term` and the shocks (UNKNOWN).
    """

    year: int
    before: int
    choice: int
    opened: bool
    closed: bool
    reasons: tuple[Weight, ...]
    against: tuple[Weight, ...]
    unknown: float
    total: float
    term: str
    name: str


def change(before: Decision, now: Decision) -> Change | None:
    """Why `now` differs from last year's choice; None if it is the same.

    `before` is last year's decision of the same household. The sum of all terms' changes and of the
    shocks' change is the change of the advantage of the new choice over the old.
    """
    k, j = now.before, now.choice
    if k == j:
        return None
    opened, closed = not before.possible[j], not now.possible[k]
    if opened or closed or not before.possible[k]:
        name = "a way that was not open before" if opened else "the old way is no longer open"
        return Change(now.year, k, j, opened, closed, (), (), 0.0, 0.0, "", name)
    delta = (now.terms[j] - now.terms[k]) - (before.terms[j] - before.terms[k])
    unknown = float((now.shock[j] - now.shock[k]) - (before.shock[j] - before.shock[k]))
    total = float(delta.sum()) + unknown
    moved = float(np.abs(delta).sum()) + abs(unknown)
    weights = [
        Weight(term, float(v), float(v) / moved)
        for term, v in zip(TERMS, delta, strict=True)
        if abs(v) > LEAST
    ]
    weights.sort(key=lambda w: -abs(w.utility))
    reasons = tuple(w for w in weights if w.utility > 0)
    against = tuple(w for w in weights if w.utility < 0)
    most = TERMS[int(np.argmax(delta))]
    term = name_of(most, before, now, goes_home(k, j))
    name = term
    if int(best_alternative(now.terms, before.shock)) != j:
        if now.began == now.year and now.event != RENEWAL:
            name = EVENTS[now.event]
        elif unknown > delta.max():
            name = UNKNOWN
    return Change(now.year, k, j, False, False, reasons, against, unknown, total, term, name)


def away_in(alternative: int) -> int:
    """How many parents are away in an alternative (a lone parent counts as both).

    Who lives with the children in the town of the county is not away.
    """
    return (0, 1, 1, 2, 2, 0, 1)[alternative]


def goes_home(before: int, now: int) -> bool:
    """Whether a change of choice brings a parent home."""
    return away_in(now) < away_in(before)


def name_of(term: str, before: Decision, now: Decision, returning: bool) -> str:
    """The reason in words, from the term that moved most and from what moved in it."""
    if term == "pay":
        return _name_pay(before, now, returning)
    if term == "law":
        jobs, closure = now.law - before.law
        if abs(closure) > abs(jobs):
            return "the rules against moving"
        return "jobs lost in the cities" if jobs < 0 else "jobs in the cities"
    if term == "care":
        return _name_care(before, now, returning)
    return {
        "local work": "work near home" if returning else "no work near home",
        "school": "the children's school",
        "exam": "the exams that need the hukou",
        "elder": "an old parent who needs care" if returning else "no old parent needs care now",
        "newborn": "a newborn child" if returning else "the youngest is no longer a baby",
        "age": "their own age",
        "network": "fewer neighbours away" if returning else "more neighbours away",
        "distance": "the places within reach",
        "moving": "where they lived last year",
        "settling": "the years spent apart",
        "taste": "what this family has always preferred",
        "farm": "the land to be worked",
        "language": "a language other than the cities'",
        "constant": "a change in who belongs to the household",
    }[term]


def _name_pay(before: Decision, now: Decision, returning: bool) -> str:
    home = np.log(now.facts[F_HOME_INCOME] / before.facts[F_HOME_INCOME])
    pay_before = before.facts[F_PAY_FATHER] + before.facts[F_PAY_MOTHER]
    pay_now = now.facts[F_PAY_FATHER] + now.facts[F_PAY_MOTHER]
    city = np.log(pay_now / pay_before) if pay_now > 0 and pay_before > 0 else 0.0
    if returning:
        return "more to earn at home" if home >= -city else "lower pay in the city"
    return "higher pay in the city" if city >= -home else "less to earn at home"


def _name_care(before: Decision, now: Decision, returning: bool) -> str:
    if now.facts[F_CHILDREN] > before.facts[F_CHILDREN]:
        return "one more child to look after"
    if returning and before.facts[F_CARER] >= 0 > now.facts[F_CARER]:
        return "no grandparent left who could look after the children"
    if now.facts[F_CAPACITY] < before.facts[F_CAPACITY] - 0.05:
        return "less help with the children"
    if now.facts[F_CAPACITY] > before.facts[F_CAPACITY] + 0.05:
        return "a grandparent who can look after the children"
    return "the children's care" if returning else "the children are older"
