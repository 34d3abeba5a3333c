"""Who goes on at school, read again from docs/ODD.md 3.4.9 (rules 2 to 5) alone."""

import math
from collections import Counter

import numpy as np
import pytest

from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import schooling
from tests.random_families import own_place, place, places
from tests.second_reading.households import ABROAD, Reading, distinct_parameters
from tests.second_reading.test_destination import SEEDS
from tests.second_reading.test_remittance import Money
from tests.second_reading.test_week import Home, chores, logistic, settled

YEARS = (1965, 1985, 1996, 2005, 2010, 2015, 2020)
SCHOOL = 8
STAGES = {6: "progress_to_junior", 9: "progress_to_senior", 12: "progress_to_college"}


def sent_by_keeper(there: Reading, wage: list[float], i: int) -> float:
    keeper = there.keeper(i)
    if keeper is None:
        return 0.0
    home = there.unit(keeper)
    if there.urban(home) or there.people[there.head(home)].choice == 0:
        return 0.0
    money = Money(there, wage, home)
    return money.sent


def barrier(there: Reading, everywhere: np.ndarray, i: int) -> float:
    to, keeper = there.people[i].destination, there.keeper(i)
    if to < 0 or (keeper is not None and there.people[keeper].choice in (5, 6)):
        return 0.0
    if to == ABROAD:
        return 1.0
    d = everywhere[to]
    if d["code"] == there.here.code:
        return float(d["own_barrier"]) * there.p.place_barrier_near
    if d["province"] == there.here.province:
        return float(d["own_barrier"])
    return max(float(d["own_barrier"]), 1.0 - float(d["exam_open"]))


def chance(there: Reading, everywhere: np.ndarray, i: int, done: int) -> float:
    """P(go on) of pupil `i` with `done` years completed."""
    p, me = there.p, there.people[i]
    base = min(max(getattr(there.here, STAGES[done]), 0.0001), 0.9999)
    x = math.log(base / (1 - base)) + (p.school_urban if me.hukou == 1 else 0.0)
    parents = [e for e in (me.mother, me.father) if there.alive(e)]
    if not there.away(i):
        gone = sum(there.away(e) for e in parents)
        x += (0.0, p.school_one_away, p.school_both_away)[gone]
        sent = sent_by_keeper(there, everywhere["wage"].tolist(), i)
        x += p.school_remittance * math.log(1 + sent / 1000)
    hours = 0.0 if there.age(i) >= 18 else Home(there, i).farm_hours() + chores(there, i)
    x += p.school_work * max(0.0, hours - p.school_work_free)
    siblings = 0
    if me.mother is not None:
        siblings = sum(c != i and there.alive(c) for c in there.children[me.mother])
    x += p.school_siblings * (siblings - 1)
    if parents:
        years = sum(there.people[e].schooling for e in parents) / len(parents)
        x += p.school_parent_schooling * (years - there.here.adult_schooling) / 3
    a = 1 - p.school_city_senior * barrier(there, everywhere, i) if done == 9 else 1.0
    return a * logistic(x)


def at_the_end(
    there: Reading, everywhere: np.ndarray, i: int, seen: Counter[str]
) -> tuple[int, int]:
    """(years of school, enrolled) of person `i` after the school year."""
    me = there.people[i]
    if not me.enrolled or not there.alive(i):
        return me.schooling, me.enrolled
    done = me.schooling + 1
    if done == 16:
        return done, 0
    if done not in STAGES:
        return done, 1
    goes_on = there.u(i, SCHOOL, done) < chance(there, everywhere, i, done)
    seen[f"{done} {goes_on}"] += 1
    seen["away"] += there.away(i)
    return done, int(goes_on)


def at_a_stage(at: Prefecture, seed: int) -> Prefecture:
    """All pupils under 23 end a stage this year; every term weighs, half of them go on."""
    me, rng = at.people[: at.size], np.random.default_rng(seed)
    pupils = (me["enrolled"] == 1) & (me["death_year"] == 0)
    me["schooling"][pupils] = rng.choice((5, 8, 8, 11, 15), pupils.sum())
    away = me["destination"]
    away[(away >= 0) & (away % 5 == 0)] = own_place(seed)  # of those abroad too
    goes_on = dict.fromkeys(STAGES.values(), 0.5)
    effects = {"school_both_away": -1.0, "school_one_away": 1.0, "school_remittance": 1.0}
    effects |= {"school_work": -0.1, "school_siblings": -0.5, "school_parent_schooling": 1.0}
    here = place(at.year, seed, abroad=0.05, **goes_on)
    return at._replace(here=here, p=distinct_parameters(at.year, seed, **effects))


@pytest.mark.parametrize("year", YEARS)
def test_who_goes_on_is_as_described(year: int) -> None:
    seen: Counter[str] = Counter()
    everywhere = places(year)
    for seed in SEEDS:
        at = at_a_stage(settled(year, seed), seed)
        there, before = Reading(at), at.people.copy()
        expected = [at_the_end(there, everywhere, i, seen) for i in range(at.size)]
        schooling.continuation(at, everywhere)
        after = at.people.copy()
        for i, mine in enumerate(expected):
            found = (int(after["schooling"][i]), int(after["enrolled"][i]))
            assert found == mine, (i, vars(there.people[i]), there.age(i), mine, found)
        for name in ("schooling", "enrolled"):
            after[name] = before[name]
        assert np.array_equal(after, before), "nothing else is written"
    assert all(seen[f"{stage} {goes}"] > 5 for stage in STAGES for goes in (False, True)), seen
    assert seen["away"] > 10
