"""Reasons: a household's decision replayed, with what weighed how much.

`utility.weigh` works out utility term by term; here the terms of one household are kept,
told in yuan, compared with last year's, and tried again with one thing changed:

    decision = decide(moment, position)          # moment.stage == BEFORE_CHOICE
    change(last, decision)                       # why the choice is another than last year's
    flips(moment, decision)                      # the smallest changes that would turn it

**Yuan.** Utility holds income as b_c ln(C_j / C_0): at income C_j one yuan a year weighs b_c / C_j,
so a term of size v weighs as much as v C_j / b_c yuan a year. That is the derivative of the pay
term: amounts add up, and are exact only for small ones (`flips` tries large changes in full).
Reasons are those the model knows; what its shocks decide is called a reason it does not know.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.base.person import CHILDREN_LEFT, MOTHER_AWAY
from leftbehind.model.population.households import household_of
from leftbehind.model.processes.migration import FIRST_YEAR, decides
from leftbehind.model.processes.nested_logit import CONSTANT, IMPOSSIBLE, best_alternative, shocks
from leftbehind.model.processes.spell import EVENTS, RENEWAL, began
from leftbehind.model.processes.utility import weigh
from leftbehind.model.processes.weighing import (
    CARE,
    F_CAPACITY,
    F_CARER,
    F_CHILDREN,
    F_HOME_INCOME,
    F_PAY_FATHER,
    F_PAY_MOTHER,
    F_SUPPORT,
    PAY,
    TERMS,
    new_weighing,
)
from leftbehind.runs.replay import BEFORE_CHOICE, Moment

LEAST = 0.1  # a reason is told from this change of utility on (docs/ODD.md section 3.4.6)
UNKNOWN = "a reason the model does not know"


@dataclass(frozen=True)
class Decision:
    """A household's choice of one year and all that went into it.

    `terms` (N_ALTERNATIVES, N_TERMS), `shock` (N_ALTERNATIVES,) what the model does not know,
    drawn when the circumstances `began` (a year) with `event` (number in spell.EVENTS); `facts`
    (12,) see weighing.F_NEED; `income` (N_ALTERNATIVES,) yearly income in yuan of 2010; `law` (2,)
    the two parts of the law term for one migrant: jobs, and closure by law.
    """

    year: int
    mother: int  # keys; 0 for who is missing
    father: int
    before: int
    choice: int
    terms: np.ndarray
    shock: np.ndarray
    facts: np.ndarray
    income: np.ndarray
    law: np.ndarray
    pay_weight: float
    began: int
    event: int

    @property
    def possible(self) -> np.ndarray:
        """Which alternatives the household had (N_ALTERNATIVES,)."""
        return np.asarray(self.terms[:, CONSTANT] > IMPOSSIBLE)

    @property
    def totals(self) -> np.ndarray:
        """Utility and shock of each alternative; -inf outside the choice set."""
        return np.where(self.possible, self.terms.sum(axis=1) + self.shock, -np.inf)

    def gap(self, to: int) -> float:
        """By how much the choice made beat alternative `to`, in utility."""
        return float(self.totals[self.choice] - self.totals[to])

    def best(self, among: tuple[int, ...]) -> int:
        """The best alternative of some of them; InputError if none of them was open."""
        open_ = [j for j in among if self.possible[j]]
        if not open_:
            raise InputError(f"{self.year}: none of these alternatives was open: {among}")
        return max(open_, key=lambda j: float(self.totals[j]))

    def yuan(self, alternative: int, utility: float) -> float:
        """Yearly income (yuan of 2010) in `alternative` that weighs as much as `utility`."""
        if self.pay_weight == 0.0:  # no income outweighs anything
            return math.copysign(math.inf, utility)
        return float(self.income[alternative]) * utility / self.pay_weight

    def weights(self, one: int, other: int) -> list["Weight"]:
        """What spoke for `one` (above 0) and for `other` (below 0), the heaviest first.

        The amounts of all terms and of UNKNOWN add up to the advantage of `one`.
        """
        difference = self.terms[one] - self.terms[other]
        unknown = self.shock[one] - self.shock[other]
        parts = [*zip(TERMS, difference, strict=True), (UNKNOWN, unknown)]
        weights = [Weight(n, float(v), self.yuan(one, float(v))) for n, v in parts if v != 0.0]
        return sorted(weights, key=lambda w: -abs(w.utility))


@dataclass(frozen=True)
class Weight:
    """How much a term weighs: in utility, and in yearly income (yuan of 2010)."""

    term: str
    utility: float
    yuan: float


@dataclass(frozen=True)
class Change:
    """Why this year's choice is another than last year's.

    `opened` is true if the new choice was not open a year before, `closed` if the old one no longer
    is: then the comparison of terms says nothing and `reasons` is empty. Otherwise `reasons` and
    `unknown` (the change of the shocks) tell the change of the advantage `total`; `reasons` are the
    terms that moved towards the choice by more than LEAST, the largest first. `name` is the event
    that gave the family new circumstances this year if these moved more than any term; else that of
    the largest term; UNKNOWN if there is neither.
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
    name: str


@dataclass(frozen=True)
class Flip:
    """The smallest change of one thing that would have turned the choice.

    `amount` in `unit`, from `now` (the value it had) on; `choice` is what the household would have
    chosen, None if no change in the range tried turns it.
    """

    lever: str
    unit: str
    now: float
    amount: float
    choice: int | None


def decide(moment: Moment, position: int) -> Decision | None:
    """The decision of the household of the adult at `position`; None if it does not decide.

    Call it before the choice: `weigh` reads last year's destinations. InputError otherwise.
    """
    if moment.stage != BEFORE_CHOICE:
        raise InputError(f"a decision can be replayed only {BEFORE_CHOICE}, not {moment.stage}")
    mother, father = _household(moment.people, position)
    if moment.year < FIRST_YEAR or not decides(moment.at, mother, father):
        return None
    return _evaluate(moment, mother, father)


def _household(people: np.ndarray, position: int) -> tuple[int, int]:
    mother, father = household_of(people, position)
    if mother < 0 and father < 0:  # a partnered man: decided at his wife
        mother, father = household_of(people, int(people[position]["partner"]))
    return int(mother), int(father)


def _evaluate(moment: Moment, mother: int, father: int, capacity: float | None = None) -> Decision:
    """The decision at this moment; with `capacity`, as if that were the care at hand."""
    people, p, at, here = moment.people, moment.p, moment.at, moment.here
    w = new_weighing()
    us = weigh(at, moment.places, moment.load, mother, father, w)
    terms, facts, shock = w.terms, w.facts, w.shock
    if capacity is not None and us.children:
        _cover(terms, facts, capacity)
    head = mother if mother >= 0 else father
    year, event = began(at, us)
    shocks(at, people[head]["key"], year, mother < 0 or father < 0, terms, shock)
    weight = float(p["choice_pay"])
    base = facts[F_HOME_INCOME] + facts[F_SUPPORT]
    growth = np.exp(terms[:, PAY] / weight) if weight else np.ones(len(terms))
    return Decision(
        year=moment.year,
        mother=int(people[mother]["key"]) if mother >= 0 else 0,
        father=int(people[father]["key"]) if father >= 0 else 0,
        before=int(people[head]["choice"]),
        choice=int(best_alternative(terms, shock)),
        terms=terms,
        shock=shock,
        facts=facts,
        income=base * growth,
        law=np.array([p["choice_jobs"] * here["jobs"], -p["choice_law"] * here["closure"]]),
        pay_weight=weight,
        began=int(year),
        event=int(event),
    )


def _cover(terms: np.ndarray, facts: np.ndarray, capacity: float) -> None:
    """Set the care at hand to `capacity`: the care terms are linear in what is left uncovered.

    The carer is one from outside the home: the farm's loss of hands stays as it is.
    """
    now = facts[F_CAPACITY]
    if now < 1.0:
        terms[CHILDREN_LEFT, CARE] *= (1.0 - capacity) / (1.0 - now)
    terms[MOTHER_AWAY, CARE] *= (1.0 - 0.5 * capacity) / (1.0 - 0.5 * now)
    facts[F_CAPACITY] = capacity


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
        return Change(now.year, k, j, opened, closed, (), (), 0.0, 0.0, name)
    delta = (now.terms[j] - now.terms[k]) - (before.terms[j] - before.terms[k])
    unknown = float((now.shock[j] - now.shock[k]) - (before.shock[j] - before.shock[k]))
    weights = [
        Weight(term, float(v), now.yuan(j, float(v)))
        for term, v in zip(TERMS, delta, strict=True)
        if abs(v) > LEAST
    ]
    weights.sort(key=lambda w: -abs(w.utility))
    reasons = tuple(w for w in weights if w.utility > 0)
    against = tuple(w for w in weights if w.utility < 0)
    name = name_of(reasons[0].term, before, now, goes_home(k, j)) if reasons else UNKNOWN
    happened = now.began == now.year and now.event != RENEWAL
    if happened and (not reasons or unknown > reasons[0].utility):
        name = EVENTS[now.event]
    total = float(delta.sum()) + unknown
    return Change(now.year, k, j, False, False, reasons, against, unknown, total, name)


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


def flips(moment: Moment, decision: Decision) -> list[Flip]:
    """For each lever, the smallest change that turns `decision`; call it at the decision's moment.

    Everything else stays, this year's shocks too. Levers: income at home (yuan of 2010 a year), pay
    in the cities up or down (yuan a month of the mean migrant), a carer (share of the children's
    need that somebody covers), a school place in the city (share of the barrier taken away), a job
    near home (had or not), support for each child with a parent at home (yuan a year).
    """
    head = moment.position(decision.mother or decision.father)
    mother, father = _household(moment.people, head)
    facts, here = decision.facts, moment.here
    home, pay = float(facts[F_HOME_INCOME]), float(here["pay_leave"])
    children, covered = facts[F_CHILDREN] > 0, float(facts[F_CAPACITY])

    def with_fields(**fields: float) -> int:
        other = np.array([here], dtype=here.dtype)
        for name, value in fields.items():
            other[name] = value
        return _evaluate(replace(moment, here=other[0]), mother, father).choice

    def with_school(x: float) -> int:
        places, other = moment.places.copy(), np.array([here], dtype=here.dtype)
        share = 1.0 + x / float(here["barrier"])
        places["own_barrier"] *= share
        other["barrier"] *= share
        return _evaluate(replace(moment, here=other[0], places=places), mother, father).choice

    def with_pay(x: float) -> int:
        ratio = 1.0 + x / pay
        return with_fields(pay_leave=pay * ratio, pay_take=float(here["pay_take"]) * ratio)

    def with_carer(x: float) -> int:
        return _evaluate(moment, mother, father, covered + x).choice

    def with_income(x: float) -> int:
        return with_fields(home_income=float(here["home_income"]) * (1.0 + x / home))

    tried: list[tuple[str, str, float, float, Callable[[float], int]]] = [
        ("income at home", "yuan of 2010 a year", home, 3.0 * home, with_income),
        ("pay in the cities, higher", "yuan of 2010 a month", pay, 2.0 * pay, with_pay),
        ("pay in the cities, lower", "yuan of 2010 a month", pay, -0.9 * pay, with_pay),
        (
            "a job near home",
            "share of households",
            float(here["local_job"]),
            1.0 - float(here["local_job"]),
            lambda x: with_fields(local_job=here["local_job"] + x),
        ),
    ]
    if children:
        tried += [
            ("a carer", "share of the need covered", covered, 1.0 - covered, with_carer),
            ("no carer", "share of the need covered", covered, -covered, with_carer),
            (
                "a school place in the city",
                "school barrier, 0 to 1",
                float(here["barrier"]),
                -float(here["barrier"]),
                with_school,
            ),
            (
                "support for a child at home",
                "yuan of 2010 a child a year",
                float(here["transfer"]),
                30_000.0,
                lambda x: with_fields(transfer=here["transfer"] + x),
            ),
        ]
    return [
        _smallest(lever, unit, now, reach, choose, decision.choice)
        for lever, unit, now, reach, choose in tried
        if reach != 0.0
    ]


def _smallest(
    lever: str, unit: str, now: float, reach: float, choose: Callable[[float], int], actual: int
) -> Flip:
    """First change from 0 to `reach` at which `choose` differs from `actual` (1% steps, halved)."""
    steps = np.linspace(0.0, reach, 101)
    for low, high in pairwise(steps):
        if choose(float(high)) == actual:
            continue
        for _ in range(20):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if choose(float(middle)) == actual else (low, middle)
        return Flip(lever, unit, now, float(high), choose(float(high)))
    return Flip(lever, unit, now, reach, None)
