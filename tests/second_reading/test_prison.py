"""Prison read again from section 3.4.11 of the model description, rules 1 and 2."""

import math
from collections import Counter

import numpy as np

from leftbehind.base.person import AT_HOME, FEMALE, HOME, IN_PRISON
from leftbehind.base.randomness import PRISON
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import prison
from tests.random_families import WORD, parameters
from tests.second_reading.reading import Reading, prefectures


def year_in_prison(read: Reading) -> None:
    """Releases and sentences of a year."""
    for i, me in enumerate(read.people):
        if not read.alive(i):
            continue
        if me.destination == IN_PRISON:
            _release(read, i)
        elif 18 <= read.age(i) <= 59 and not me.enrolled:
            _sentence(read, i)


def _release(read: Reading, i: int) -> None:
    me = read.people[i]
    u = read.u(i, PRISON, 1, year=me.away_since)
    served = 1 + int(math.log(u) / math.log(1 - 1 / read.p.prison_years))
    if read.year - me.away_since >= served:
        me.destination, me.away_since, me.months = AT_HOME, 0, 0
        read.events["release"] += 1
    else:
        read.events["still in prison"] += 1


def _sentence(read: Reading, i: int) -> None:
    me, p = read.people[i], read.p
    chance = p.prison_entry_women if me.sex == FEMALE else p.prison_entry_men
    if me.partner >= 0:
        chance *= p.prison_in_union
    if read.u(i, PRISON, 0) < chance:
        read.events["sentence"] += 1
        read.events["sentence of a migrant"] += read.away(i)
        read.events["sentence of a woman"] += me.sex == FEMALE
        me.destination, me.away_since, me.months, me.choice = IN_PRISON, read.year, 0, HOME


def imprison(people: np.ndarray, size: int, year: int, rng: np.random.Generator) -> None:
    """Some grown people have been in prison for 1 to 20 years."""
    old = year - people["birth_year"][:size]
    chosen = np.flatnonzero((old >= 38) & (people["death_year"][:size] == 0))
    for i in chosen[rng.random(len(chosen)) < 0.1]:
        people[i]["destination"], people[i]["months"], people[i]["choice"] = IN_PRISON, 0, HOME
        people[i]["away_since"] = year - rng.integers(1, 21)


def test_prison() -> None:
    rng = np.random.default_rng(2)
    events: Counter[str] = Counter()
    for people, size, year, here in prefectures():
        imprison(people, size, year, rng)
        p = parameters(
            year, prison_entry_men=0.2, prison_entry_women=0.1, prison_years=rng.uniform(3.0, 8.0)
        )
        at = Prefecture(people, size, year, WORD, here, p)
        read = Reading(at)
        year_in_prison(read)
        prison.step(at)
        assert read.differences(people, size) == []
        events += read.events
    for event in ("release", "still in prison", "sentence", "sentence of a woman"):
        assert events[event] > 100, (event, events)
    assert events["sentence of a migrant"] > 30
