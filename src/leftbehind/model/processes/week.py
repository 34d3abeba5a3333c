"""The week of a child: 168 hours, what they are for and who is there.

Two weeks are told, of school and of holidays; the year's week is (39 school + 13 holiday) / 52.
Sleep, school, travel, farm and chores come first; the rest of the waking time at home is shared
between a parent, a grandparent, another adult, brothers and sisters, and nobody.
**The shares of time with an adult are assumptions**: compare places and scenarios, not levels.

Reads arrangement, minutes, boarding, stage, age, kin. Computes hours; writes nothing.
docs/ODD.md section 3.4.10.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import exp
from leftbehind.base.person import (
    AGRICULTURAL,
    AT_HOME,
    FATHER_AWAY,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    MOTHER_AWAY,
    NOBODY,
    OWN_HOUSEHOLD,
    RELATIVE,
    WITH_PARENT,
    companion,
)
from leftbehind.model.population.homes import elder_in, home_of_children
from leftbehind.model.population.households import ADULT_AGE
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.boarding import school_minutes
from leftbehind.model.processes.care import able
from leftbehind.model.processes.farm import chore_hours
from leftbehind.model.processes.schooling import stage

SLOTS = (
    "sleep",
    "school",
    "travel",
    "farm",
    "chores",
    "with_parent",
    "with_grandparent",
    "with_other_adult",
    "with_sibling",
    "alone",
)
(
    SLEEP,
    SCHOOL,
    TRAVEL,
    FARM_WORK,
    CHORES,
    PARENT,
    GRANDPARENT,
    OTHER_ADULT,
    SIBLING,
    NOBODY_THERE,
) = range(10)
N_SLOTS = 10
HOURS = 168.0
SCHOOL_WEEKS, HOLIDAY_WEEKS = 39, 13
BOARDER_SCHOOL_HOURS = 119.0  # Sunday 17:00 to Friday 16:00
BOARDER_SLEEP_AT_SCHOOL = 45.0


@kernel
def sleep_hours(age: int) -> float:
    """Hours of sleep a week by age (assumed, round values)."""
    if age <= 2:
        return 84.0
    if age <= 5:
        return 77.0
    if age <= 11:
        return 70.0
    return 63.0 if age <= 14 else 58.0


@kernel
def school_hours(age: int, level: int, here: np.record) -> float:
    """Hours a school week at school of a day pupil, by stage; kindergarten at 3 to 5."""
    if level == 1:
        return 35.0
    if level == 2:
        return 47.0
    if level >= 3:
        return 55.0
    return 40.0 * here.kindergarten if 3 <= age <= 5 else 0.0


@kernel
def adult_share(at: Prefecture, i: int, away: int) -> float:
    """Assumed share of waking time at home with an adult present, by arrangement.

    `away` is who alone of the parents is away (FATHER_AWAY, MOTHER_AWAY), else HOME.
    """
    p = at.p
    me = at.people[i]
    kind = me.arrangement
    if kind == WITH_PARENT:
        if away == FATHER_AWAY:
            return p.week_adult_father_only_away
        return p.week_adult_mother_only_away if away == MOTHER_AWAY else p.week_adult_parent_home
    if kind == GRANDPARENT_HOME:
        return p.week_adult_grandparent_home * able(at, me.carer)
    if kind == GRANDPARENT_WALK:
        return p.week_adult_grandparent_walk * exp(-float(me.minutes) / p.week_walk_decay)
    if kind == RELATIVE:
        return p.week_adult_relative
    if kind == OWN_HOUSEHOLD:
        other = adult_with(at, i)
        if other >= 0:
            grown = p.week_adult_relative if other == me.partner else p.week_adult_grandparent_home
            return grown * able(at, other)
    return p.week_adult_sibling_or_alone


@kernel
def lives_with_elder(at: Prefecture, i: int) -> bool:
    """Whether who is grown and lives with a young person in an own household is a grandparent."""
    me = at.people[i]
    if me.arrangement != OWN_HOUSEHOLD:
        return False
    other = adult_with(at, i)
    return other >= 0 and other != me.partner


@kernel
def adult_with(at: Prefecture, i: int) -> int:
    """Who is grown and lives with a young person in an own household; NOBODY if none does.

    A grown partner who is where `i` is; at home without a partner, the ablest of the parents' old
    parents in whose home they live.
    """
    people = at.people
    me = people[i]
    other = companion(people, i)
    if other >= 0:
        with_me = people[other].destination == me.destination
        grown = at.year - people[other].birth_year >= ADULT_AGE
        return other if with_me and grown else NOBODY
    whose, home = home_of_children(people, me.mother, me.father)
    best = NOBODY
    if me.destination == AT_HOME:
        for which in range(2):
            elder = elder_in(people, whose, home, which)
            if elder >= 0 and (best < 0 or able(at, elder) > able(at, best)):
                best = elder
    return best


@kernel
def nights_without_adult(at: Prefecture, i: int) -> float:
    """Nights of a week at home without an adult in the house (school nights of boarders apart)."""
    me = at.people[i]
    nights = 2.0 if me.boards else 7.0
    kind = me.arrangement
    if kind in (WITH_PARENT, GRANDPARENT_HOME, RELATIVE):
        return 0.0
    if kind == GRANDPARENT_WALK:
        return nights * (1.0 - at.p.week_night_walk)
    if kind == OWN_HOUSEHOLD and adult_with(at, i) >= 0:
        return 0.0
    return nights


@kernel
def fill_week(
    at: Prefecture, i: int, home: tuple[float, int, int], holiday: bool, slots: np.ndarray
) -> float:
    """Hours of one week of child `i` into `slots` (10,), adding to 168; returns unsupervised hours.

    `home` as from farm.child_home: the farm hours of a school week (holidays: twice), who alone of
    the parents is away, the number of brothers and sisters in the home.
    """
    farm, away, siblings = home
    slots[:] = 0.0
    me = at.people[i]
    age = at.year - me.birth_year
    slots[SLEEP] = sleep_hours(age)
    if not holiday:
        _school_days(at, i, age, slots)
    hours = HOURS - slots[SLEEP] - slots[SCHOOL] - slots[TRAVEL]
    _work(at, i, farm, holiday, hours, slots)
    share = adult_share(at, i, away)
    rest = hours - slots[FARM_WORK] - slots[CHORES]
    with_adult = share * rest
    kind = me.arrangement
    if kind == WITH_PARENT:
        slots[PARENT] = with_adult
    elif kind in (GRANDPARENT_HOME, GRANDPARENT_WALK) or lives_with_elder(at, i):
        slots[GRANDPARENT] = with_adult
    else:
        slots[OTHER_ADULT] = with_adult
    slots[SIBLING if siblings > 0 else NOBODY_THERE] = rest - with_adult
    return (1.0 - share) * hours


@kernel
def _school_days(at: Prefecture, i: int, age: int, slots: np.ndarray) -> None:
    """Hours at school and on the way to it in a school week."""
    me = at.people[i]
    level = stage(at.people, i)
    if me.boards:
        slots[SCHOOL] = BOARDER_SCHOOL_HOURS - BOARDER_SLEEP_AT_SCHOOL
    else:
        slots[SCHOOL] = school_hours(age, level, at.here)
    if level > 0:
        trips = 2.0 if me.boards else 10.0
        minutes = school_minutes(at, i)
        slots[TRAVEL] = min(trips * minutes / 60.0, at.p.week_travel_most)


@kernel
def _work(
    at: Prefecture, i: int, farm: float, holiday: bool, hours: float, slots: np.ndarray
) -> None:
    """Hours of chores and farm work; together at most four fifths of the waking `hours` at home."""
    me = at.people[i]
    if at.year - me.birth_year >= 6:
        share = 1.0 if holiday else min(1.0, 2.0 * hours / (HOURS - slots[SLEEP]))
        slots[CHORES] = chore_hours(at, i) * share
        if me.hukou == AGRICULTURAL and me.destination < 0:
            slots[FARM_WORK] = farm * (2.0 if holiday else share)
    work = slots[FARM_WORK] + slots[CHORES]
    if work > 0.8 * hours:
        shrink = 0.8 * hours / work
        slots[FARM_WORK] *= shrink
        slots[CHORES] *= shrink
