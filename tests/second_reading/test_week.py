"""Farm work and the week of each child, read again from docs/ODD.md 3.4.8 to 3.4.10 alone."""

import math
from collections import Counter

import numpy as np
import pytest

from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import arrangement, boarding, care, destination, farm, week
from tests.families import Family, a_place, parameters
from tests.random_families import own_place
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
    with_cousins,
)
from tests.second_reading.test_destination import SEEDS, Places, chosen

YEARS = (1965, 1985, 1996, 2005, 2010, 2015, 2020)
PARENT, IN_HOME, A_WALK, RELATIVE, SIBLING, ALONE, OWN, NEIGHBOUR, AT_WORK = range(9)
HOME, HIM, HER = range(3)  # who alone of two parents is away


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


class Home:
    """The home of a child: that of its keeper's unit."""

    def __init__(self, there: Reading, child: int) -> None:
        self.there, self.child = there, child
        keeper = there.keeper(child)
        self.unit: Household = (None, None) if keeper is None else there.unit(keeper)
        self.children = [c for c in self.young() if there.at_home(c)] if keeper is not None else []
        self.away = [there.away(a) for a in self.unit if a is not None]

    def young(self) -> list[int]:
        """All alive under 18 whom this unit keeps; of orphans, the mother's without a keeper."""
        there, me = self.there, self.there.people[self.child]
        if self.unit == (None, None):
            parent = me.mother if me.mother is not None else me.father
            kept = [
                c
                for c in (there.children[parent] if parent is not None else [])
                if there.keeper(c) is None
            ]
        else:
            kept = [
                c
                for c in there.offspring(self.unit)
                if there.keeper(c) is not None and there.keeper(c) in self.unit
            ]
        return [c for c in kept if there.alive(c) and there.age(c) < 18]

    def months_of(self, parent: int) -> int:
        """Months for which `parent` is away from where the child lives."""
        him, me = self.there.people[parent], self.there.people[self.child]
        if him.destination == me.destination:
            return 0
        return min(him.months, 12) if him.destination >= 0 else 12

    def parts(self) -> list[tuple[int, int, int]]:
        """(parents away: 0 none, 1 one, 2 all; months; who alone) of the year's parts."""
        if self.unit == (None, None) or self.there.people[self.child].arrangement == AT_WORK:
            return [(2, 12, HOME)]
        months = [self.months_of(a) for a in self.unit if a is not None]
        low, high = min(months), max(months)
        who = HOME
        if low < high:
            who = HER if months[MOTHER] == high else HIM
        return [
            (part, number, who if part == 1 else HOME)
            for part, number in ((0, 12 - high), (1, high - low), (2, low))
            if number
        ]

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


def at_school(there: Reading, i: int) -> tuple[float, float, float]:
    """Hours at school, on the way and at a job in a school week."""
    me, age = there.people[i], there.age(i)
    if me.arrangement == AT_WORK:
        return 0.0, 0.0, there.p.week_job_hours
    if not me.enrolled:
        entry = 8 if there.year <= 1985 else 7
        return (40 * there.here.kindergarten if 3 <= age < entry else 0.0), 0.0, 0.0
    trips = 2 if me.boards else 10
    way = min(trips * minutes_to_school(there, i) / 60, there.p.week_travel_most)
    if me.boards:
        return 74.0, way, 0.0
    return (35.0 if me.schooling < 6 else 47.0 if me.schooling < 9 else 55.0), way, 0.0


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


class Care:
    """Who is in the care of a grandparent this year."""

    def __init__(self, there: Reading, elder: int) -> None:
        people = there.people
        hers = [c for c in young(there) if people[c].carer == elder]
        self.need = sum(there.need(c) for c in hers)
        self.lives_with = any(people[c].arrangement == IN_HOME for c in hers)
        children = set(there.children[elder])
        self.houses = len(
            {
                parent
                for c in hers
                if people[c].arrangement == A_WALK
                for parent in (people[c].mother, people[c].father)
                if parent in children
            }
        )


def level(there: Reading, i: int) -> float:
    """Share of a big child's time with an adult in months without a parent."""
    p, me = there.p, there.people[i]
    if me.arrangement in (IN_HOME, A_WALK):
        able = there.able(me.carer)
        able *= min(1.0, p.care_share_need / Care(there, me.carer).need)
        if me.arrangement == IN_HOME:
            return p.week_adult_grandparent_home * able
        return p.week_adult_grandparent_walk * math.exp(-me.minutes / p.week_walk_decay) * able
    if me.arrangement == OWN:
        grown = grown_with(there, i)
        if grown is not None:
            together = grown == there.companion(i)
            share = p.week_adult_relative if together else p.week_adult_grandparent_home
            return share * there.able(grown)
    named = {RELATIVE: p.week_adult_relative, NEIGHBOUR: p.week_adult_neighbour}
    return named.get(me.arrangement, p.week_adult_sibling_or_alone)


def adult_share(there: Reading, i: int, part: int, who: int) -> float:
    p, me = there.p, there.people[i]
    if me.arrangement == AT_WORK:
        return p.week_adult_workmates
    if part == 0:
        there_is = p.week_adult_parent_home
    elif part == 1:
        there_is = p.week_adult_father_only_away if who == HIM else p.week_adult_mother_only_away
    else:
        there_is = level(there, i)
    g = (there.age(i) - p.care_alone_from) / (p.care_grown_from - p.care_alone_from)
    return 1 - min(max(g, 0.0), 1.0) * (1 - there_is)


def rest_of(there: Reading, i: int, part: int, who: int, holiday: bool) -> dict[str, float]:
    """Hours by slot, but those without an adult as "free"; "h" are all at home."""
    me, age = there.people[i], there.age(i)
    out = dict.fromkeys((*week.SLOTS, "h", "free"), 0.0)
    out["sleep"] = sleep(age)
    school, way, job = at_school(there, i)
    out["job"] = job
    if not holiday:
        out["school"], out["travel"] = school, way
    h = 168 - out["sleep"] - out["school"] - out["travel"] - job
    scale = 1.0 if holiday else min(1.0, 2 * h / (168 - out["sleep"]))
    work = chores(there, i) * scale if age >= 6 else 0.0
    field = Home(there, i).farm_hours() * (2.0 if holiday else scale)
    if age < 6 or me.hukou != 0 or there.away(i):
        field = 0.0
    if work + field > 0.8 * h:
        cut = 0.8 * h / (work + field)
        work, field = work * cut, field * cut
    out["chores"], out["farm"], out["h"] = work, field, h
    rest = h - work - field
    with_adult = adult_share(there, i, part, who) * rest
    if part == 2 and me.arrangement == A_WALK:
        care = Care(there, me.carer)
        with_adult = min(with_adult, (14 if care.lives_with else 112) / care.houses)
    name = "with_other_adult"
    if me.arrangement == PARENT or (part < 2 and me.arrangement != AT_WORK):
        name = "with_parent"
    elif me.arrangement in (IN_HOME, A_WALK) or with_old_parents(there, i):
        name = "with_grandparent"
    out[name] = with_adult
    out["free"] = rest - with_adult
    return out


def house(there: Reading, i: int, part: int) -> tuple[int | None, ...] | None:
    """Where a child sleeps; None if nobody else of the family does."""
    me = there.people[i]
    if me.arrangement == AT_WORK:
        return None
    where: tuple[int | None, ...] = (me.destination,)
    if part == 2:
        own = {IN_HOME: (IN_HOME, me.carer), RELATIVE: (RELATIVE,), NEIGHBOUR: (NEIGHBOUR,)}
        where += own.get(me.arrangement, ())
    return where


def week_of(
    there: Reading, i: int, part: int, who: int, holiday: bool
) -> tuple[dict[str, float], float]:
    """Hours by slot, and those unsupervised."""
    mine = rest_of(there, i, part, who, holiday)
    h, free = mine.pop("h"), mine.pop("free")
    where = house(there, i, part)
    theirs = [
        rest_of(there, c, part, who, holiday)["free"]
        for c in Home(there, i).young()
        if c != i
        and where is not None
        and house(there, c, part) == where
        and max(there.age(c), there.age(i)) >= there.p.care_sibling_from
    ]
    mine["with_sibling"] = min(free, max(theirs, default=0.0))
    mine["alone"] = free - mine["with_sibling"]
    no_work = h - mine["farm"] - mine["chores"]
    return mine, h * free / no_work


def nights_alone(there: Reading, i: int) -> float:
    me = there.people[i]
    nights = (39 * (2 if me.boards else 7) + 13 * 7) / 52
    nights *= sum(months for part, months, _ in Home(there, i).parts() if part == 2) / 12
    if me.arrangement == A_WALK:
        return nights * (1 - there.p.week_night_walk)
    nobody = me.arrangement == OWN and grown_with(there, i) is None
    return nights if nobody or me.arrangement in (ALONE, SIBLING) else 0.0


def arrive(year: int, seed: int) -> tuple[Prefecture, np.ndarray]:
    """A prefecture after the destinations of the year, and last year's care.

    In half of them more children sleep at home: a walk away, with brothers and sisters, or alone.
    """
    at_home = {"care_alone_from": 3.0, "care_night_from": 4.0, "care_sibling_from": 8.0}
    at_home |= {"care_accept": 1.0, "care_relative": 0.0, "care_grown_from": 8.0}
    at_home |= {"care_least": 0.01, "care_walk_most": 250.0, "children_move_to_grandparents": 0.0}
    at = chosen(year, seed, **(at_home if seed % 2 else {}))
    load = with_cousins(care.loads(at), seed)
    destination.step(at, Places(seed).logit, own_place(seed))
    return at, load


def settled(year: int, seed: int) -> Prefecture:
    """A prefecture after care and boarding of the year; those away for any number of months."""
    at, load = arrive(year, seed)
    away = np.flatnonzero(at.people["destination"][: at.size] >= 0)
    months = np.random.default_rng(seed).integers(1, 13, len(away))
    at.people["months"][away] = np.where(months % 3 > 0, at.people["months"][away], months)
    arrangement.step(at, load)
    boarding.step(at)
    arrangement.together(at)
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
def test_who_has_a_brother_or_sister_there_is_as_described(year: int) -> None:
    """Rule 4 of the arrangement (3.4.8)."""
    found = 0
    for seed in SEEDS:
        at, load = arrive(year, seed)
        arrangement.step(at, load)
        boarding.step(at)
        there, expected = Reading(at), at.people.copy()
        for i in young(there):
            me = there.people[i]
            stays = [
                c
                for c in Home(there, i).young()
                if c != i
                and there.people[c].arrangement in (ALONE, SIBLING, A_WALK, OWN)
                and there.people[c].destination == me.destination
                and not there.people[c].boards
                and max(there.age(c), there.age(i)) >= there.p.care_sibling_from
            ]
            if me.arrangement == ALONE and stays:
                expected["arrangement"][i] = SIBLING
                found += 1
        arrangement.together(at)
        assert np.array_equal(at.people, expected), "nothing else is written"
    assert found > 1


def test_the_week_of_every_child_of_random_families_is_as_described() -> None:
    seen: Counter[str] = Counter()
    for year in YEARS:
        for seed in SEEDS:
            at = settled(year, seed)
            there = Reading(at)
            for i in young(there):
                compare(at, there, i, seen)
    least = dict.fromkeys(week.SLOTS, 35) | {f"arrangement {n}": 20 for n in range(9)}
    least |= {f"part {n}": 140 for n in range(3)} | {f"who {n}": 70 for n in range(3)}
    assert all(seen[name] >= number for name, number in least.items()), seen


def compare(at: Prefecture, there: Reading, i: int, seen: Counter[str]) -> None:
    """Both readings of the week of child `i`."""
    home, me = Home(there, i), there.people[i]
    about = (i, vars(me), there.age(i), home.unit, home.children)
    assert farm.farm_hours(at, i) == pytest.approx(home.farm_hours(), rel=1e-9), about
    parts = home.parts()
    none, one, who_away = week.months_apart(at, i)
    told = [(0, 12 - none - one, HOME), (1, one, who_away), (2, none, HOME)]
    assert [part for part in told if part[1]] == parts, about
    slots, room, mean = (np.zeros(week.N_SLOTS) for _ in range(3))
    year_of = np.zeros(week.N_SLOTS)
    alone = 0.0
    for part, months, who in parts:
        for weeks, holiday in ((39, False), (13, True)):
            hours, mine = week_of(there, i, part, who, holiday)
            unsupervised = week.fill_week(at, i, part, who, holiday, slots)
            assert slots.tolist() == pytest.approx(list(hours.values()), rel=1e-9, abs=1e-9), about
            assert sum(hours.values()) == pytest.approx(168)
            assert unsupervised == pytest.approx(mine, abs=1e-9), about
            year_of += np.array(list(hours.values())) * months / 12 * weeks / 52
            alone += mine * months / 12 * weeks / 52
            for name in hours:
                seen[name] += hours[name] > 0
        seen[f"part {part}"] += 1
        seen[f"who {who}"] += 1
    assert week.mean_week(at, i, room, mean) == pytest.approx(alone, abs=1e-9), about
    assert mean.tolist() == pytest.approx(year_of.tolist(), rel=1e-9, abs=1e-9), about
    assert week.nights_without_adult(at, i) == pytest.approx(nights_alone(there, i)), about
    seen["boards"] += me.boards
    seen["with old parents"] += with_old_parents(there, i)
    seen[f"arrangement {me.arrangement}"] += 1


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
    hours, _ = week_of(there, young_man, 2, HOME, holiday=True)
    assert hours["with_grandparent"] > 0
    slots = np.zeros(week.N_SLOTS)
    week.fill_week(at, young_man, 2, HOME, True, slots)
    assert slots.tolist() == pytest.approx(list(hours.values()))
