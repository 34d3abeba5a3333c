"""Farm work and the week of each child, read again from docs/ODD.md 3.4.10 alone."""

import math
from collections import Counter

import numpy as np
import pytest

from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import arrangement, boarding, farm, week
from tests.families import Family, a_place, parameters
from tests.second_reading.households import (
    BOARDING,
    FARM,
    FATHER,
    MOTHER,
    SAME_HOME,
    WALK,
    WOMAN,
    Household,
    Reading,
)
from tests.second_reading.test_care import arrive
from tests.second_reading.test_destination import SEEDS

YEARS = (1965, 1985, 1996, 2005, 2010, 2015, 2020)
PARENT, IN_HOME, A_WALK, RELATIVE, SIBLING, ALONE, OWN = range(7)


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


class Home:
    """The home of a child: that of its keeper's unit."""

    def __init__(self, there: Reading, child: int) -> None:
        self.there, self.child = there, child
        keeper = there.keeper(child)
        self.unit: Household = (None, None) if keeper is None else there.unit(keeper)
        self.children = [
            c
            for c in (there.offspring(self.unit) if keeper is not None else [])
            if there.age(c) < 18
            and there.at_home(c)
            and there.keeper(c) is not None
            and there.keeper(c) in self.unit
        ]
        self.siblings = max(len(self.children), 1) - 1
        self.away = [there.away(a) for a in self.unit if a is not None]

    def alone_away(self) -> int:
        """Who alone of two parents is away: 1 the father, 2 the mother, else 0."""
        if len(self.away) < 2 or sum(self.away) != 1:
            return 0
        return 2 if self.away[MOTHER] else 1

    def works(self) -> bool:
        there, child = self.there, self.child
        p, me = there.p, there.people[child]
        if me.hukou != 0 or not there.at_home(child) or there.age(child) < 8 or not self.away:
            return False
        both = p.farm_both_away if self.away == [True, True] else 0.0  # none of a lone parent
        return there.u(child, FARM, 0) < logistic(p.farm_work_intercept + both)

    def gap(self) -> float:
        """Hours a year that land and animals ask beyond what adults give."""
        there, p = self.there, self.there.p
        head = there.head(self.unit)
        land = there.here.land * (2 + len(self.children))
        if there.people[head].choice in (3, 4, 5, 6):
            land *= 0.0 if there.u(head, FARM, 1) < p.farm_rent_out else 0.5
        effort = p.farm_mountain if there.here.mountain == 2 else p.farm_lowland
        asked = land * p.farm_days_per_mu * effort * 8 + p.farm_livestock_hours
        return max(0.0, asked - self.adults_hours())

    def adults_hours(self) -> float:
        there, p = self.there, self.there.p
        hours = sum(p.farm_adult_hours for a in there.adults(self.unit) if there.at_home(a))
        father = self.unit[FATHER]
        if father is not None and there.people[there.head(self.unit)].home == SAME_HOME:
            for elder in (there.people[father].mother, there.people[father].father):
                if elder is not None and there.at_home(elder):
                    hours += p.farm_elder_hours * there.able(elder)
        return hours

    def farm_hours(self) -> float:
        """Farm hours of a school week."""
        if not self.works():
            return 0.0
        p, age = self.there.p, self.there.age(self.child)
        cap = 6.0 if age <= 11 else 10.0 if age <= 14 else 16.0
        share = self.gap() / (52 * max(len(self.children), 1))
        return min(cap, p.farm_child_base + p.farm_child_gap * share)


def chores(there: Reading, i: int) -> float:
    p, me = there.p, there.people[i]
    if there.age(i) < 6:
        return 0.0
    hours = p.week_chores_base + p.week_chores_age * (there.age(i) - 6)
    if me.sex == WOMAN:
        hours *= p.week_chores_girls
    if me.arrangement != PARENT:
        hours *= p.week_chores_both_away
    return hours


def sleep(age: int) -> float:
    return next(
        (hours for oldest, hours in ((2, 84), (5, 77), (11, 70), (14, 63)) if age <= oldest), 58
    )


def minutes_to_school(there: Reading, i: int) -> float:
    p = there.p
    median = p.school_minutes if there.people[i].schooling < 6 else p.school_minutes_junior
    if there.here.mountain == 2:
        median *= p.school_minutes_mountain
    return median * math.exp(p.school_minutes_spread * there.z(i, WALK, 4))


def boards(there: Reading, i: int) -> bool:
    """Whether a pupil lives at school on school days (3.4.9, rule 6)."""
    p, me, here = there.p, there.people[i], there.here
    if not me.enrolled or me.hukou == 1 or there.away(i) or not 2 <= me.schooling < 12:
        return False
    base = here.boarding_primary if me.schooling < 6 else here.boarding_junior
    if base == 0:
        return False
    base = min(max(base, 0.0001), 0.9999)
    logit = math.log(base / (1 - base))
    logit += p.board_distance * math.log(minutes_to_school(there, i) / 30)
    if me.arrangement != PARENT:
        logit += p.board_both_away
        if me.arrangement != IN_HOME:
            logit += p.board_no_carer
    return there.u(i, BOARDING, 0) < logistic(logit)


def at_school(there: Reading, i: int) -> tuple[float, float]:
    """Hours at school and on the way in a school week."""
    me, age = there.people[i], there.age(i)
    if not me.enrolled:
        return (40 * there.here.kindergarten if 3 <= age <= 5 else 0.0), 0.0
    trips = 2 if me.boards else 10
    way = min(trips * minutes_to_school(there, i) / 60, there.p.week_travel_most)
    if me.boards:
        return 74.0, way
    return (35.0 if me.schooling < 6 else 47.0 if me.schooling < 9 else 55.0), way


def grown_with(there: Reading, i: int) -> int | None:
    """Who is grown and lives with a young person in an own household."""
    me = there.people[i]
    companion = there.companion(i)
    if companion is not None:
        same = there.people[companion].destination == me.destination
        return companion if same and there.age(companion) >= 18 else None
    if not there.at_home(i):
        return None
    parent = me.mother if there.present(me.mother) else me.father
    if not there.present(parent):
        return None
    whose, where = there.seen_from(there.unit(parent))
    if whose is None or where != SAME_HOME:
        return None
    elders = (there.people[whose].mother, there.people[whose].father)
    here = [e for e in elders if there.at_home(e)]
    return max(here, key=there.able, default=None)


def with_old_parents(there: Reading, i: int) -> bool:
    """Whether who is grown and lives with a young person in an own household is a grandparent."""
    if there.people[i].arrangement != OWN:
        return False
    return grown_with(there, i) not in (None, there.companion(i))


def adult_share(there: Reading, i: int, home: Home) -> float:
    p, me = there.p, there.people[i]
    if me.arrangement == PARENT:
        return (
            p.week_adult_parent_home,
            p.week_adult_father_only_away,
            p.week_adult_mother_only_away,
        )[home.alone_away()]
    if me.arrangement == IN_HOME:
        return p.week_adult_grandparent_home * there.able(me.carer)
    if me.arrangement == A_WALK:
        return p.week_adult_grandparent_walk * math.exp(-me.minutes / p.week_walk_decay)
    if me.arrangement == RELATIVE:
        return p.week_adult_relative
    if me.arrangement == OWN:
        grown = grown_with(there, i)
        if grown is not None:
            together = grown == there.companion(i)
            level = p.week_adult_relative if together else p.week_adult_grandparent_home
            return level * there.able(grown)
    return p.week_adult_sibling_or_alone


def week_of(there: Reading, i: int, home: Home, holiday: bool) -> dict[str, float]:
    me, age = there.people[i], there.age(i)
    out = dict.fromkeys(week.SLOTS, 0.0)
    out["sleep"] = sleep(age)
    if not holiday:
        out["school"], out["travel"] = at_school(there, i)
    h = 168 - out["sleep"] - out["school"] - out["travel"]
    scale = 1.0 if holiday else min(1.0, 2 * h / (168 - out["sleep"]))
    work = chores(there, i) * scale if age >= 6 else 0.0
    field = home.farm_hours() * (2.0 if holiday else scale)
    if age < 6 or me.hukou != 0 or there.away(i):
        field = 0.0
    if work + field > 0.8 * h:
        cut = 0.8 * h / (work + field)
        work, field = work * cut, field * cut
    out["chores"], out["farm"] = work, field
    rest = h - work - field
    a = adult_share(there, i, home)
    who = "with_other_adult"
    if me.arrangement == PARENT:
        who = "with_parent"
    elif me.arrangement in (IN_HOME, A_WALK) or with_old_parents(there, i):
        who = "with_grandparent"
    out[who] = a * rest
    out["with_sibling" if home.siblings > 0 else "alone"] = (1 - a) * rest
    return out


def nights_alone(there: Reading, i: int) -> float:
    me = there.people[i]
    nights = 2.0 if me.boards else 7.0
    if me.arrangement in (PARENT, IN_HOME, RELATIVE):
        return 0.0
    if me.arrangement == OWN and grown_with(there, i) is not None:
        return 0.0
    return nights * (1 - there.p.week_night_walk) if me.arrangement == A_WALK else nights


def settled(year: int, seed: int) -> Prefecture:
    """A prefecture after care and boarding of the year."""
    at, load = arrive(year, seed)
    arrangement.step(at, load)
    boarding.step(at)
    return at


def young(there: Reading) -> list[int]:
    return [i for i in range(len(there.people)) if there.alive(i) and there.age(i) < 18]


@pytest.mark.parametrize("year", YEARS)
def test_who_boards_is_as_described(year: int) -> None:
    boarders = 0
    for seed in SEEDS:
        at, load = arrive(year, seed)
        arrangement.step(at, load)
        there, before = Reading(at, load), at.people.copy()
        boarding.step(at)
        after = at.people.copy()
        for i in young(there):
            mine = boards(there, i)
            assert mine == after["boards"][i], (vars(there.people[i]), there.age(i), mine)
            after["boards"][i] = before["boards"][i]
            boarders += mine
        assert np.array_equal(after, before), "nothing else is written"
    assert boarders > 10 or there.here.boarding_junior < 0.05


@pytest.mark.parametrize("year", YEARS)
def test_the_week_of_every_child_of_random_families_is_as_described(year: int) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        at = settled(year, seed)
        there = Reading(at)
        for i in young(there):
            compare(at, there, i, seen)
    least = dict.fromkeys([*week.SLOTS, *(f"arrangement {n}" for n in range(7))], 5)
    # Small children sleep where the grandmother does, so few are a walk away; none need be in 1965.
    least |= {"away 1": 10, "away 2": 10, "arrangement 2": 0 if year == YEARS[0] else 2}
    assert all(seen[name] >= number for name, number in least.items()), seen


def compare(at: Prefecture, there: Reading, i: int, seen: Counter[str]) -> None:
    """Both readings of the week of child `i`."""
    home, me = Home(there, i), there.people[i]
    who = (i, vars(me), there.age(i), home.unit, home.children)
    told = farm.child_home(at, i)
    mine = (home.farm_hours(), home.alone_away(), home.siblings)
    assert told == pytest.approx(mine, rel=1e-9), who
    slots = np.zeros(week.N_SLOTS)
    for holiday in (False, True):
        slots[:] = 0.0
        unsupervised = week.fill_week(at, i, told, holiday, slots)
        hours = week_of(there, i, home, holiday)
        seen["with old parents"] += with_old_parents(there, i)
        assert slots.tolist() == pytest.approx(list(hours.values()), rel=1e-9, abs=1e-9), who
        assert sum(hours.values()) == pytest.approx(168)
        at_home = 168 - hours["sleep"] - hours["school"] - hours["travel"]
        assert unsupervised == pytest.approx((1 - adult_share(there, i, home)) * at_home), who
        for name in hours:
            seen[name] += hours[name] > 0
    assert week.nights_without_adult(at, i) == pytest.approx(nights_alone(there, i)), who
    seen["boards"] += me.boards
    seen[f"arrangement {me.arrangement}"] += 1
    seen[f"away {home.alone_away()}"] += 1


def test_hours_of_a_young_person_with_a_grandparent_are_the_grandparents() -> None:
    family = Family(2010)
    grandmother = family.woman(62)
    father = family.man(38, mother=grandmother)
    mother = family.woman(37, husband=father)
    young_man = family.child(17, mother, father, arrangement=OWN)
    family.goes(father, mother, choice=3)
    at = family.at(a_place(), parameters(2010))
    there = Reading(at)
    assert grown_with(there, young_man) == grandmother
    hours = week_of(there, young_man, Home(there, young_man), holiday=True)
    assert hours["with_grandparent"] > 0
    slots = np.zeros(week.N_SLOTS)
    week.fill_week(at, young_man, farm.child_home(at, young_man), True, slots)
    assert slots.tolist() == pytest.approx(list(hours.values()))
