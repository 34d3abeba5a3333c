"""One week for the family: facts that hold in 10,000 random families of every odd kind.

Boarders, cousins in one grandmother's care, prisoners, orphans, step-children, young workers.
"""

from collections import defaultdict
from functools import cache
from typing import NamedTuple

import numba
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
from leftbehind.model.processes import arrangement, boarding, care, destination, week
from leftbehind.model.processes.care import Household
from leftbehind.model.processes.carers import has_relative_near

from .random_families import WORD, own_place, parameters, place, random_prefecture, tables

FAMILIES, SEEDS = 1000, range(10)
YEAR = 2010


class Weeks(NamedTuple):
    """A prefecture after care and boarding, and the weeks of its `n` under 18."""

    at: Prefecture
    young: np.ndarray  # (n,) positions
    months: np.ndarray  # (n, part): with no parent of the unit away, with one of two, with all
    away: np.ndarray  # (n,) who alone of two is away
    slots: np.ndarray  # (n, part, holiday, slot) hours; 0 in parts of no month
    unsupervised: np.ndarray  # (n, part, holiday) hours
    mean: np.ndarray  # (n, slot) hours of the year's mean week
    nights: np.ndarray  # (n, 2) a week without an adult, and at home

    def of(self, field: str) -> np.ndarray:
        """A field of the records of all under 18."""
        return self.at.people[field][self.young]

    def age(self) -> np.ndarray:
        return YEAR - self.of("birth_year")


@numba.njit(nogil=True)
def tell(at, young, months, away, slots, unsupervised, mean, nights):
    """All weeks of `young`, into the arrays of Weeks."""
    room = np.zeros(week.N_SLOTS)
    for n, i in enumerate(young):
        none, one, away[n] = week.months_apart(at, i)
        months[n, 0], months[n, 1], months[n, 2] = 12 - none - one, one, none
        for part in range(3):
            for holiday in range(2):
                if months[n, part] > 0:
                    unsupervised[n, part, holiday] = week.fill_week(
                        at, i, part, away[n], holiday == 1, slots[n, part, holiday]
                    )
        week.mean_week(at, i, room, mean[n])
        nights[n, 0] = week.nights_without_adult(at, i)
        nights[n, 1] = week.nights_at_home(at, i)


def told(at: Prefecture, young: np.ndarray) -> Weeks:
    n = len(young)
    out = Weeks(
        at,
        young,
        np.zeros((n, 3), np.int64),
        np.zeros(n, np.int64),
        np.zeros((n, 3, 2, week.N_SLOTS)),
        np.zeros((n, 3, 2)),
        np.zeros((n, week.N_SLOTS)),
        np.zeros((n, 2)),
    )
    tell(at, young, *out[2:])
    return out


@cache
def lived(seed: int) -> Weeks:
    """The weeks of 1,000 random families, with last year's choices."""
    people, size = random_prefecture(seed, FAMILIES, YEAR)
    here = place(YEAR, seed, boarding_junior=0.5, boarding_primary=0.2)
    # In half of the worlds more children sleep at home with a grandparent a walk away.
    p = parameters(YEAR, **({"care_night_from": 8.0} if seed % 2 else {}))
    at = Prefecture(people, size, YEAR, WORD, here, p)
    load = care.loads(at)
    destination.step(at, destination.Logit(*tables(seed)), own_place(seed))
    young = (people["death_year"][:size] == 0) & (YEAR - people["birth_year"][:size] < 18)
    rng = np.random.default_rng(seed)
    away = np.flatnonzero(people["destination"][:size] >= 0)
    people["months"][away] = rng.integers(1, 13, len(away))
    arrangement.step(at, load)
    boarding.step(at)
    arrangement.together(at)
    return told(at, np.flatnonzero(young))


@pytest.mark.parametrize("seed", SEEDS)
def test_supervised_unsupervised_and_asleep_are_168_hours(seed):
    found = lived(seed)
    assert len(found.young) > 1500
    lives = found.months > 0
    slots, unsupervised = found.slots[lives], found.unsupervised[lives]
    assert slots.min() >= 0.0
    assert slots.sum(-1) == pytest.approx(168.0)
    work = slots[..., week.FARM_WORK] + slots[..., week.CHORES]
    free = slots[..., week.SIBLING] + slots[..., week.NOBODY_THERE]
    with_adult = slots[..., week.PARENT : week.OTHER_ADULT + 1].sum(-1)
    supervised = slots[..., [week.SCHOOL, week.TRAVEL, week.JOB]].sum(-1) + with_adult
    supervised += work * with_adult / (with_adult + free)
    assert supervised + unsupervised + slots[..., week.SLEEP] == pytest.approx(168.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_hours_with_a_sibling_are_mutual(seed):
    """In each house the most hours are those of two at least."""
    found = lived(seed)
    people = found.at.people
    homes = defaultdict(list)
    for n, i in enumerate(found.young):
        me = people[i]
        keeper = keeper_of(people, i)
        if keeper >= 0:
            partner = people["partner"][keeper]
            unit = min(keeper, partner) if partner >= 0 else keeper
        else:
            unit = -2 - (me["mother"] if me["mother"] >= 0 else me["father"])
        for part in np.flatnonzero(found.months[n]):
            house = week.house_of(me) if part == week.ALL_AWAY else 0
            homes[int(unit), int(me["destination"]), part, house].append(
                found.slots[n, part, :, week.SIBLING]
            )
    shared = [np.sort(hours, axis=0) for hours in homes.values() if np.max(hours) > 0.0]
    assert len(shared) > 100
    for hours in shared:
        assert len(hours) > 1
        assert hours[-1] == pytest.approx(hours[-2])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grandparents_hours_are_there_once(seed):
    found = lived(seed)
    people = found.at.people
    hours = defaultdict(lambda: defaultdict(lambda: np.zeros(2)))
    kinds = (GRANDPARENT_HOME, GRANDPARENT_WALK)
    cared = np.isin(found.of("arrangement"), kinds) & (found.months[:, week.ALL_AWAY] > 0)
    for n in np.flatnonzero(cared):
        me = people[found.young[n]]
        at_hers = me["arrangement"] == GRANDPARENT_HOME
        house = "hers" if at_hers else (int(me["mother"]), int(me["father"]))
        of_house = hours[int(me["carer"])][house]
        np.maximum(of_house, found.slots[n, week.ALL_AWAY, :, week.GRANDPARENT], out=of_house)
    assert len(hours) > 50
    most = max(sum(houses.values()).max() for houses in hours.values())
    assert most <= week.GRANDPARENT_AWAKE + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_under_six_is_without_an_adult(seed):
    found = lived(seed)
    at = found.at
    small = found.age() <= 5
    assert small.sum() > 300
    assert found.nights[small, 0].max() == 0.0
    assert found.unsupervised[small].max() == pytest.approx(0.0, abs=1e-9)
    for i in found.young[small & (found.of("arrangement") == NEIGHBOUR)]:
        me = at.people[i]
        orphan = keeper_of(at.people, i) < 0
        gone = (-1, -1) if orphan else (int(me["mother"]), int(me["father"]))
        assert not has_relative_near(at, Household(*gone, np.array([i]), 1), i)


@pytest.mark.parametrize("seed", SEEDS)
def test_months_with_a_parent_are_nights_with_a_parent(seed):
    found = lived(seed)
    none = found.months[:, week.ALL_AWAY]
    assert found.months.min() >= 0
    assert (found.months.sum(1) == 12).all()
    assert (none[found.of("arrangement") == WITH_PARENT] == 0).all()
    nights, at_home = found.nights.T
    assert (nights + (12 - none) / 12 * at_home <= at_home + 1e-9).all()
    assert found.mean.sum(1) == pytest.approx(168.0)
    assert (found.mean[none < 12, week.PARENT] > 0.0).all()


def test_who_is_home_for_longer_is_there_for_as_long():
    """Months with a parent are at least those for which the mother of a couple is home."""
    short = 0
    for seed in SEEDS:
        found = lived(seed)
        people = found.at.people
        left = ~np.isin(found.of("arrangement"), (AT_WORK, WITH_PARENT))
        for n in np.flatnonzero(left & (found.of("mother") >= 0) & (found.of("father") >= 0)):
            me = people[found.young[n]]
            her = people[me["mother"]]
            couple = her["partner"] == me["father"] and her["choice"] == CHILDREN_LEFT
            kept = keeper_of(people, found.young[n]) == me["mother"]
            if couple and kept and 0 < her["months"] < 6:
                short += 1
                assert found.months[n, week.ALL_AWAY] <= her["months"]
    assert short > 50


@pytest.mark.parametrize("seed", SEEDS)
def test_brothers_and_sisters_look_after_each_other_from_an_age_and_when_they_are_there(seed):
    found = lived(seed)
    people, age = found.at.people, found.age()
    stay = np.isin(found.of("arrangement"), (ALONE, SIBLINGS, GRANDPARENT_WALK, OWN_HOUSEHOLD))
    stay &= found.of("boards") == 0
    mother, father = found.of("mother"), found.of("father")
    with_siblings = np.flatnonzero(found.of("arrangement") == SIBLINGS)
    assert len(with_siblings) > 1
    for n in with_siblings:
        partners = {int(people["partner"][k]) for k in (mother[n], father[n]) if k >= 0}
        parents = ({int(mother[n]), int(father[n])} | partners) - {-1}
        kin = stay & (np.isin(mother, list(parents)) | np.isin(father, list(parents)))
        kin &= np.maximum(age, age[n]) >= found.at.p["care_sibling_from"]
        kin[n] = False
        assert kin.any()


def test_hours_without_an_adult_do_not_rise_at_six():
    """Of each child, whoever has it: nobody is alone at five or six, and at seven for few hours."""
    found = lived(0)
    for kind in (WITH_PARENT, GRANDPARENT_HOME, NEIGHBOUR):
        same = found.young[found.of("arrangement") == kind][:20]
        assert len(same) > 0
        hours = []
        for age in (5, 6, 7):
            at = found.at._replace(people=found.at.people.copy())
            at.people["birth_year"][same] = YEAR - age
            at.people["boards"][same] = at.people["enrolled"][same] = 0
            at.people["schooling"][same] = 0
            hours.append(told(at, same).unsupervised)
        assert hours[0].max() == hours[1].max() == pytest.approx(0.0, abs=1e-9)
        assert 0.0 < hours[2].max() < 16.0
