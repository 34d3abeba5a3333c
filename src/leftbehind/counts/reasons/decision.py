"""One household's choice of one year, replayed with all that went into it."""

from dataclasses import dataclass

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.base.person import CHILDREN_LEFT, MOTHER_AWAY
from leftbehind.model.population.households import household_of
from leftbehind.model.processes.migration import FIRST_YEAR, decides
from leftbehind.model.processes.nested_logit import CONSTANT, IMPOSSIBLE, best_alternative, shocks
from leftbehind.model.processes.spell import began
from leftbehind.model.processes.utility import weigh
from leftbehind.model.processes.weighing import (
    CARE,
    F_CAPACITY,
    F_HOME_INCOME,
    F_SUPPORT,
    PAY,
    TERMS,
    new_weighing,
)
from leftbehind.runs.replay import BEFORE_CHOICE, Moment

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

    def weights(self, one: int, other: int) -> list["Weight"]:
        """What spoke for `one` (above 0) and for `other` (below 0), the heaviest first.

        Their utilities, UNKNOWN among them, add up to the advantage of `one`; the sizes of their
        shares add up to 1.
        """
        difference = self.terms[one] - self.terms[other]
        unknown = self.shock[one] - self.shock[other]
        parts = [*zip(TERMS, difference, strict=True), (UNKNOWN, unknown)]
        total = sum(abs(float(v)) for _, v in parts) or 1.0
        weights = [Weight(n, float(v), float(v) / total) for n, v in parts if v != 0.0]
        return sorted(weights, key=lambda w: -abs(w.utility))


@dataclass(frozen=True)
class Weight:
    """How much a term weighs: in utility, and as a share of all that weighed, signed alike."""

    term: str
    utility: float
    share: float


def decide(moment: Moment, position: int) -> Decision | None:
    """The decision of the household of the adult at `position`; None if it does not decide.

    Call it before the choice: `weigh` reads last year's destinations. InputError otherwise.
    """
    if moment.stage != BEFORE_CHOICE:
        raise InputError(f"a decision can be replayed only {BEFORE_CHOICE}, not {moment.stage}")
    mother, father = household_at(moment.people, position)
    if moment.year < FIRST_YEAR or not decides(moment.at, mother, father):
        return None
    return evaluate(moment, mother, father)


def household_at(people: np.ndarray, position: int) -> tuple[int, int]:
    """Positions of mother and father of the household of an adult; NOBODY for who is missing."""
    mother, father = household_of(people, position)
    if mother < 0 and father < 0:  # a partnered man: decided at his wife
        mother, father = household_of(people, int(people[position]["partner"]))
    return int(mother), int(father)


def evaluate(moment: Moment, mother: int, father: int, capacity: float | None = None) -> Decision:
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
