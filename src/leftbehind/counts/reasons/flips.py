"""The smallest change of one thing that would have turned a household's choice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from leftbehind.counts.reasons.decision import Decision, evaluate, household_at
from leftbehind.model.processes.weighing import F_CAPACITY, F_CHILDREN, F_HOME_INCOME
from leftbehind.runs.replay import Moment


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


def flips(moment: Moment, decision: Decision) -> list[Flip]:
    """For each lever, the smallest change that turns `decision`; call it at the decision's moment.

    Everything else stays, this year's shocks too. Levers: income at home (yuan of 2010 a year), pay
    in the cities up or down (yuan a month of the mean migrant), a carer (share of the children's
    need that somebody covers), a school place in the city (share of the barrier taken away), a job
    near home (had or not), support for each child with a parent at home (yuan a year).
    """
    head = moment.position(decision.mother or decision.father)
    mother, father = household_at(moment.people, head)
    facts, here = decision.facts, moment.here
    home, pay = float(facts[F_HOME_INCOME]), float(here["pay_leave"])
    children, covered = facts[F_CHILDREN] > 0, float(facts[F_CAPACITY])

    def with_fields(**fields: float) -> int:
        other = np.array([here], dtype=here.dtype)
        for name, value in fields.items():
            other[name] = value
        return evaluate(replace(moment, here=other[0]), mother, father).choice

    def with_school(x: float) -> int:
        places, other = moment.places.copy(), np.array([here], dtype=here.dtype)
        share = 1.0 + x / float(here["barrier"])
        places["own_barrier"] *= share
        other["barrier"] *= share
        return evaluate(replace(moment, here=other[0], places=places), mother, father).choice

    def with_pay(x: float) -> int:
        ratio = 1.0 + x / pay
        return with_fields(pay_leave=pay * ratio, pay_take=float(here["pay_take"]) * ratio)

    def with_carer(x: float) -> int:
        return evaluate(moment, mother, father, covered + x).choice

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
