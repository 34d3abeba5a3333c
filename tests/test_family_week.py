"""One week for the family: facts that hold in 10,000 random families of every odd kind.

Boarders, cousins in one grandmother's care, prisoners, orphans, step-children, young workers.
"""

from collections import defaultdict
from functools import cache

import numpy as np
import pytest

from leftbehind.base.person import (
    ALONE,
    AT_WORK,
    CHILDREN_LEFT,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    NEIGHBOUR,
    OWN_HOUSEHOLD,
    SIBLINGS,
    WITH_PARENT,
)
from leftbehind.model.population.kin import keeper_of
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import arrangement, boarding, care, week
from leftbehind.model.processes.care import Household
from leftbehind.model.processes.carers import has_relative_near

from .random_families import WORD, parameters, place, random_prefecture

FAMILIES, SEEDS = 1000, range(10)
YEAR = 2010


@cache
def lived(seed: int) -> tuple[Prefecture, np.ndarray]:
    """A prefecture after care and boarding, and the positions of all under 18."""
    people, size = random_prefecture(seed, FAMILIES, YEAR)
    here = place(YEAR, seed, boarding_junior=0.5, boarding_primary=0.2)
    at = Prefecture(people, size, YEAR, WORD, here, parameters(YEAR))
    young = (people["death_year"][:size] == 0) & (YEAR - people["birth_year"][:size] < 18)
    rng = np.random.default_rng(seed)
    away = people["destination"][:size] >= 0
    people["months"][:size][away] = rng.integers(1, 13, away.sum())
    arrangement.step(at, care.loads(at))
    boarding.step(at)
    arrangement.together(at)
    return at, np.flatnonzero(young)


def weeks(at: Prefecture, i: int):
    """(part, months, away, holiday, slots, unsupervised) of each week of child `i`."""
    none, one, away = week.months_apart(at, i)
    for part, months in enumerate((12 - none - one, one, none)):
        if months:
            for holiday in (False, True):
                slots = np.zeros(week.N_SLOTS)
                yield (
                    part,
                    months,
                    away,
                    holiday,
                    slots,
                    week.fill_week(at, i, part, away, holiday, slots),
                )


@pytest.mark.parametrize("seed", SEEDS)
def test_supervised_unsupervised_and_asleep_are_168_hours(seed):
    at, young = lived(seed)
    for i in young:
        for *_, slots, unsupervised in weeks(at, i):
            assert slots.min() >= 0.0
            assert slots.sum() == pytest.approx(168.0)
            asleep = slots[week.SLEEP]
            work = slots[week.FARM_WORK] + slots[week.CHORES]
            free = slots[week.SIBLING] + slots[week.NOBODY_THERE]
            with_adult = slots[week.PARENT : week.OTHER_ADULT + 1].sum()
            supervised = slots[[week.SCHOOL, week.TRAVEL, week.JOB]].sum() + with_adult
            supervised += work * with_adult / (with_adult + free)
            assert supervised + unsupervised + asleep == pytest.approx(168.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_hours_with_a_sibling_are_mutual(seed):
    """In each house the most hours are those of two at least, and nobody has more than awake."""
    at, young = lived(seed)
    homes = defaultdict(list)
    for i in young:
        for part, _, _, holiday, slots, _ in weeks(at, i):
            keeper = keeper_of(at.people, i)
            me = at.people[i]
            parent = me["mother"] if me["mother"] >= 0 else me["father"]
            key = (keeper if keeper >= 0 else -2 - parent, me["destination"], part, holiday)
            if keeper >= 0:
                partner = at.people[keeper]["partner"]
                key = (min(keeper, partner) if partner >= 0 else keeper, *key[1:])
            house = week.house_of(me) if part == week.ALL_AWAY else 0
            homes[(*key, house)].append(slots[week.SIBLING])
    shared = [sorted(hours) for hours in homes.values() if max(hours) > 0.0]
    assert len(shared) > 100
    for hours in shared:
        assert len(hours) > 1
        assert hours[-1] == pytest.approx(hours[-2])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grandparents_hours_are_there_once(seed):
    at, young = lived(seed)
    hours = defaultdict(lambda: defaultdict(float))
    for i in young:
        me = at.people[i]
        if me["arrangement"] not in (GRANDPARENT_HOME, GRANDPARENT_WALK):
            continue
        for part, _, _, holiday, slots, _ in weeks(at, i):
            if part == week.ALL_AWAY:
                at_hers = me["arrangement"] == GRANDPARENT_HOME
                house = "hers" if at_hers else (me["mother"], me["father"])
                found = hours[int(me["carer"]), holiday]
                found[house] = max(found[house], slots[week.GRANDPARENT])
    assert len(hours) > 50
    assert max(sum(houses.values()) for houses in hours.values()) <= week.GRANDPARENT_AWAKE + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_under_six_is_without_an_adult(seed):
    at, young = lived(seed)
    for i in young:
        if YEAR - at.people["birth_year"][i] > 5:
            continue
        assert week.nights_without_adult(at, i) == 0.0
        assert sum(unsupervised for *_, unsupervised in weeks(at, i)) == pytest.approx(0.0)
        me = at.people[i]
        if me["arrangement"] == NEIGHBOUR:
            orphan = keeper_of(at.people, i) < 0
            gone = (-1, -1) if orphan else (int(me["mother"]), int(me["father"]))
            household = Household(*gone, np.array([i]), 1)
            assert not has_relative_near(at, household, i)


@pytest.mark.parametrize("seed", SEEDS)
def test_months_with_a_parent_are_nights_with_a_parent(seed):
    at, young = lived(seed)
    short = 0
    for i in young:
        me = at.people[i]
        none, one, _ = week.months_apart(at, i)
        assert 0 <= none <= none + one <= 12
        if me["arrangement"] == WITH_PARENT:
            assert none == 0
        nights = week.nights_without_adult(at, i)
        with_parent = (12 - none) / 12 * week.nights_at_home(at, i)
        assert nights + with_parent <= week.nights_at_home(at, i) + 1e-9
        if none < 12:
            slots, mean = np.zeros(week.N_SLOTS), np.zeros(week.N_SLOTS)
            week.mean_week(at, i, slots, mean)
            assert mean.sum() == pytest.approx(168.0)
            assert mean[week.PARENT] > 0.0
        mother, father = me["mother"], me["father"]
        left = mother >= 0 and at.people["choice"][mother] == CHILDREN_LEFT
        if left and me["arrangement"] not in (AT_WORK, WITH_PARENT) and father >= 0:
            her = at.people[mother]
            if her["death_year"] == 0 and 0 < her["months"] < 6 and her["partner"] == father:
                short += keeper_of(at.people, i) == mother
                assert keeper_of(at.people, i) != mother or 12 - none >= 12 - her["months"]
    assert short > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_brothers_and_sisters_look_after_each_other_from_an_age_and_when_they_are_there(seed):
    at, young = lived(seed)
    people = at.people
    stay = (ALONE, SIBLINGS, GRANDPARENT_WALK, OWN_HOUSEHOLD)
    for i in young:
        if people["arrangement"][i] != SIBLINGS:
            continue
        kin = [
            j
            for j in young
            if j != i
            and people["arrangement"][j] in stay
            and people["boards"][j] == 0
            and max(YEAR - people["birth_year"][[i, j]].min(), 0) >= at.p["care_sibling_from"]
        ]
        assert kin


def test_hours_without_an_adult_do_not_rise_at_six():
    """Of each child, whoever has it: at five and at six nobody is alone, and at seven few hours."""
    for kind in (WITH_PARENT, GRANDPARENT_HOME, NEIGHBOUR):
        found = []
        for age in (5, 6, 7):
            at, young = lived(0)
            at = at._replace(people=at.people.copy())
            same = [i for i in young if at.people["arrangement"][i] == kind][:20]
            at.people["birth_year"][same] = YEAR - age
            at.people["boards"][same] = at.people["enrolled"][same] = 0
            at.people["schooling"][same] = 0
            found.append(sum(u for i in same for *_, u in weeks(at, i)))
        assert found[0] == found[1] == pytest.approx(0.0)
