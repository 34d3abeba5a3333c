"""The week of a child: 168 hours, what they are for and who is there.

Two weeks are told, of school and of holidays; the year's week is (39 school + 13 holiday) / 52.
Sleep, school, travel, farm and chores come first; the rest of the waking time at home is shared
between a parent, a grandparent, another adult, brothers and sisters, and nobody.
**The shares of time with an adult are assumptions**: compare places and scenarios, not levels.

Reads arrangement, minutes, boarding, stage, age. Computes hours; writes nothing.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import exp
from leftbehind.base.person import (
    AGRICULTURAL,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    RELATIVE,
    WITH_PARENT,
)
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
def adult_share(at: Prefecture, i: int, one_away: bool) -> float:
    """Assumed share of waking time at home with an adult present, by arrangement."""
    p = at.p
    me = at.people[i]
    kind = me.arrangement
    if kind == WITH_PARENT:
        return p.week_adult_father_only_away if one_away else p.week_adult_parent_home
    if kind == GRANDPARENT_HOME:
        return p.week_adult_grandparent_home * able(at, me.carer)
    if kind == GRANDPARENT_WALK:
        return p.week_adult_grandparent_walk * exp(-float(me.minutes) / p.week_walk_decay)
    if kind == RELATIVE:
        return p.week_adult_relative
    return p.week_adult_sibling_or_alone


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
    return nights


@kernel
def fill_week(
    at: Prefecture, i: int, home: tuple[float, bool, int], holiday: bool, slots: np.ndarray
) -> float:
    """Hours of one week of child `i` into `slots` (10,), adding to 168; returns unsupervised hours.

    `home` as from farm.child_home: the farm hours of a school week (holidays: twice), whether one
    parent is away while the other is at home, the number of brothers and sisters in the home.
    """
    farm, one_away, siblings = home
    slots[:] = 0.0
    me = at.people[i]
    age = at.year - me.birth_year
    slots[SLEEP] = sleep_hours(age)
    if not holiday:
        _school_days(at, i, age, slots)
    at_home = HOURS - slots[SLEEP] - slots[SCHOOL] - slots[TRAVEL]
    _work(at, i, age, farm, holiday, at_home, slots)
    share = adult_share(at, i, one_away)
    rest = at_home - slots[FARM_WORK] - slots[CHORES]
    with_adult = share * rest
    kind = me.arrangement
    if kind == WITH_PARENT:
        slots[PARENT] = with_adult
    elif kind in (GRANDPARENT_HOME, GRANDPARENT_WALK):
        slots[GRANDPARENT] = with_adult
    else:
        slots[OTHER_ADULT] = with_adult
    slots[SIBLING if siblings > 0 else NOBODY_THERE] = rest - with_adult
    return (1.0 - share) * at_home


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
    at: Prefecture, i: int, age: int, farm: float, holiday: bool, at_home: float, slots: np.ndarray
) -> None:
    """Hours of chores and farm work; together at most four fifths of the waking time at home."""
    me = at.people[i]
    rural_home = me.hukou == AGRICULTURAL and me.destination < 0
    if age >= 6:
        chores = chore_hours(at, i)
        present = at_home / (HOURS - slots[SLEEP])
        slots[CHORES] = chores * (1.0 if holiday else min(1.0, 2.0 * present))
        if rural_home:
            slots[FARM_WORK] = farm * (2.0 if holiday else min(1.0, 2.0 * present))
    work = slots[FARM_WORK] + slots[CHORES]
    if work > 0.8 * at_home:
        shrink = 0.8 * at_home / work
        slots[FARM_WORK] *= shrink
        slots[CHORES] *= shrink
