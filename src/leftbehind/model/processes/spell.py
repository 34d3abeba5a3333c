"""Spells: since when a household's circumstances are what they are.

What the model does not know of a household (a job offered by a cousin, a quarrel, a house to build)
lasts: its shocks are drawn anew when something happens in the family, and else with a yearly chance
`choice_rethink`. With a chance of 1 they are drawn anew every year. Nothing of it is stored: the
events are read off the record, the renewals between them are waiting times keyed by the event.
docs/ODD.md section 3.4.6.

Reads birth, union and death years of parents, children and grandparents. Writes nothing.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import log
from leftbehind.base.person import NOBODY
from leftbehind.base.randomness import RETHINK, luck
from leftbehind.model.population.kin import next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import Household, decider

EVENTS = (
    "came of age",
    "union",
    "first birth",
    "the youngest turned one",
    "a child reached six",
    "a child reached twelve",
    "a child reached fifteen",
    "a child reached eighteen",
    "a grandparent died",
    "circumstances changed",
)
(OF_AGE, UNION, FIRST_BIRTH, AT_ONE, AT_SIX, AT_TWELVE, AT_FIFTEEN, AT_EIGHTEEN, DEATH, RENEWAL) = (
    range(10)
)
AGE_OF_DECISION = 16


@kernel
def _later(year: int, event: int, now: int, last: tuple[int, int]) -> tuple[int, int]:
    """The later of an event in `year` (not after `now`) and the `last` one: (year, event)."""
    return (year, event) if last[0] < year <= now else last


@kernel
def last_event(at: Prefecture, us: Household) -> tuple[int, int]:
    """(year, number in EVENTS) of the last event of the household's circumstances."""
    people = at.people
    year = at.year
    head = decider(us)
    last = (people[head].birth_year + AGE_OF_DECISION, OF_AGE)
    last = _later(people[head].union_year, UNION, year, last)
    child = people[head].youngest_child
    first = NOBODY  # the oldest alive: the dead are forgotten in time
    while child >= 0:
        if people[child].death_year == 0:
            first = child
            born = people[child].birth_year
            for age, event in (
                (1, AT_ONE),
                (6, AT_SIX),
                (12, AT_TWELVE),
                (15, AT_FIFTEEN),
                (18, AT_EIGHTEEN),
            ):
                last = _later(born + age, event, year, last)
        child = next_child(people, head, child)
    if first >= 0:
        last = _later(people[first].birth_year, FIRST_BIRTH, year, last)
    for which in range(4):
        parent = us.mother if which < 2 else us.father
        if parent >= 0:
            elder = people[parent].mother if which % 2 == 0 else people[parent].father
            if elder >= 0:
                last = _later(people[elder].death_year, DEATH, year, last)
    return last


@kernel
def began(at: Prefecture, us: Household) -> tuple[int, int]:
    """(year in which the present circumstances began, number in EVENTS of what began them)."""
    chance = at.p.choice_rethink
    year, event = last_event(at, us)
    if chance <= 0.0 or year == at.year:
        return year, event
    if chance >= 1.0:
        return at.year, RENEWAL
    key = at.people[decider(us)].key
    rate = log(1.0 - chance)
    wait = _wait(at, key, year, rate)
    while year + wait <= at.year:
        year += wait
        event = RENEWAL
        wait = _wait(at, key, year, rate)
    return year, event


@kernel
def _wait(at: Prefecture, key: np.uint64, year: int, rate: float) -> int:
    """Years from `year` to the next renewal, geometric, at least 1."""
    return 1 + int(log(luck(at.word, key, year, RETHINK, 0)) / rate)
