"""Spells: since when a household's circumstances are what they are.

What the model does not know of a household (a job offered by a cousin, a quarrel, a house to build)
lasts: its shocks are drawn anew when something happens in the family, and else with a yearly chance
`choice_rethink`. With a chance of 1 they are drawn anew every year. Some years have circumstances
of their own (`choice_passing`), which pass with the year: who came home for them mostly leaves
again. Nothing of it is stored: the events are read off the record, the renewals between them are
waiting times keyed by the event. docs/ODD.md section 3.4.6.

Reads birth, union and death years of parents, children and grandparents. Writes nothing.
"""

from leftbehind.base.compiled import kernel
from leftbehind.base.person import NOBODY
from leftbehind.base.randomness import PASSING, RETHINK, luck, renewed
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
    key = at.people[decider(us)].key
    year, event = last_event(at, us)
    if year == at.year:
        return year, event
    if luck(at.word, key, at.year, PASSING, 0) < at.p.choice_passing:
        return at.year, RENEWAL
    drawn = renewed(at.word, key, year, at.year, RETHINK, at.p.choice_rethink)
    return drawn, event if drawn == year else RENEWAL
