"""The week of a child: 168 hours, what they are for and who is there; one week for the family.

Two weeks are told, of school and of holidays, in up to three parts of the year: months in which no
parent of the household is there, in which one of two is, and in which none is away. The year's week
is their mean. Sleep, school, travel, a job, farm and chores come first; what is left of the waking
time at home is shared between an adult, brothers and sisters of the same house, and nobody.

    a = 1 - g(age) (1 - level)      share with an adult; g and level are carers.py's

so that nobody under `care_alone_from` is without an adult. **Levels are assumptions**: compare
places and scenarios, not levels. docs/ODD.md section 3.4.10.

Reads arrangement, carer, minutes, boarding, stage, age, months away, kin. Writes nothing.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import (
    AGRICULTURAL,
    AT_HOME,
    AT_WORK,
    FATHER_AWAY,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    HOME,
    MOTHER_AWAY,
    NEIGHBOUR,
    NOBODY,
    OWN_HOUSEHOLD,
    RELATIVE,
    WITH_PARENT,
    companion,
)
from leftbehind.model.population.homes import elder_in, home_of_children
from leftbehind.model.population.households import ADULT_AGE, unit_of
from leftbehind.model.population.kin import keeper_of, next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.boarding import school_minutes
from leftbehind.model.processes.care import able, in_care_of, set_parent
from leftbehind.model.processes.carers import growing_up, in_her_care, level
from leftbehind.model.processes.farm import chore_hours, farm_hours
from leftbehind.model.processes.schooling import entry_age, stage

SLOTS = (
    "sleep",
    "school",
    "travel",
    "farm",
    "chores",
    "job",
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
    JOB,
    PARENT,
    GRANDPARENT,
    OTHER_ADULT,
    SIBLING,
    NOBODY_THERE,
) = range(11)
N_SLOTS = 11
HOURS = 168.0
SCHOOL_WEEKS, HOLIDAY_WEEKS = 39, 13
WEEKS, MONTHS = 52, 12
BOARDER_SCHOOL_HOURS = 119.0  # Sunday 17:00 to Friday 16:00
BOARDER_SLEEP_AT_SCHOOL = 45.0
BOARDER_NIGHTS, NIGHTS = 2.0, 7.0  # at home in a school week
# A grandparent is awake 112 hours a week; those who live there have 98 of them before others.
GRANDPARENT_AWAKE, GRANDPARENT_AT_HOME = 112.0, 98.0
# Parts of the year, by which of the household's parents are away.
NONE_AWAY, ONE_AWAY, ALL_AWAY = range(3)


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
def school_hours(at: Prefecture, i: int) -> float:
    """Hours a school week at school; from 3 until the age of school, kindergarten by its share."""
    me = at.people[i]
    stage_now = stage(at.people, i)
    if me.boards:
        return BOARDER_SCHOOL_HOURS - BOARDER_SLEEP_AT_SCHOOL
    if stage_now == 1:
        return 35.0
    if stage_now == 2:
        return 47.0
    if stage_now >= 3:
        return 55.0
    return 40.0 * at.here.kindergarten if 3 <= at.year - me.birth_year < entry_age(at.year) else 0.0


@kernel
def months_apart(at: Prefecture, i: int) -> tuple[int, int, int]:
    """(months of the year without any parent of its household, with one of two, who is away then).

    The last is FATHER_AWAY or MOTHER_AWAY, HOME if the second is 0. Parents are home at the same
    time as far as their months allow (assumed). Who has no keeper, or is at work where no parent
    lives, is without one all year.
    """
    people = at.people
    keeper = keeper_of(people, i)
    if keeper < 0 or people[i].arrangement == AT_WORK:
        return MONTHS, 0, HOME
    mother, father = unit_of(people, keeper)
    if mother < 0 or father < 0:
        return _months_from(people, keeper, i), 0, HOME
    hers = _months_from(people, mother, i)
    his = _months_from(people, father, i)
    if hers == his:
        return hers, 0, HOME
    return min(hers, his), abs(hers - his), FATHER_AWAY if his > hers else MOTHER_AWAY


@kernel
def _months_from(people: np.ndarray, parent: int, child: int) -> int:
    """Months of the year in which `parent` is not where `child` lives."""
    place = people[parent].destination
    if place == people[child].destination:
        return 0
    return min(int(people[parent].months), MONTHS) if place >= 0 else MONTHS


@kernel
def adult_share(at: Prefecture, i: int, part: int, away: int) -> float:
    """Assumed share of waking time at home with an adult present, in a part of the year.

    `away` is who alone of the parents is away in ONE_AWAY.
    """
    p = at.p
    me = at.people[i]
    kind = me.arrangement
    if kind == AT_WORK:
        return p.week_adult_workmates
    if part == ALL_AWAY and kind == OWN_HOUSEHOLD:
        found = _level_of_own(at, i)
    elif part == ALL_AWAY and kind != WITH_PARENT:
        needed = in_her_care(at, me.carer)[0] if me.carer >= 0 else 0.0
        found = level(at, kind, me.carer, float(me.minutes), needed)
    elif part == ONE_AWAY:
        father = away == FATHER_AWAY
        found = p.week_adult_father_only_away if father else p.week_adult_mother_only_away
    else:
        found = p.week_adult_parent_home
    return 1.0 - growing_up(at, at.year - me.birth_year) * (1.0 - found)


@kernel
def _level_of_own(at: Prefecture, i: int) -> float:
    """Share with an adult of a young person in an own household."""
    other = adult_with(at, i)
    if other < 0:
        return at.p.week_adult_sibling_or_alone
    partner = other == at.people[i].partner
    grown: float = at.p.week_adult_relative if partner else at.p.week_adult_grandparent_home
    return grown * able(at, other)


@kernel
def adult_with(at: Prefecture, i: int) -> int:
    """Who is grown and lives with a young person in an own household; NOBODY if none does.

    A grown partner who is at home; without a partner, the ablest of the parents' old parents in
    whose home they live.
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
def _slot_of(at: Prefecture, i: int, part: int) -> int:
    """Whose hours those with an adult are: a parent's, a grandparent's or another's."""
    kind = at.people[i].arrangement
    if kind == AT_WORK:
        return OTHER_ADULT
    if part != ALL_AWAY or kind == WITH_PARENT:
        return PARENT
    if kind in (GRANDPARENT_HOME, GRANDPARENT_WALK):
        return GRANDPARENT
    if kind == OWN_HOUSEHOLD:
        other = adult_with(at, i)
        if other >= 0 and other != at.people[i].partner:
            return GRANDPARENT
    return OTHER_ADULT


@kernel
def nights_without_adult(at: Prefecture, i: int) -> float:
    """Nights of the year's mean week at home without an adult in the house.

    Nights of boarders at school and of young workers where they work are not among them.
    """
    me = at.people[i]
    kind = me.arrangement
    if kind in (WITH_PARENT, GRANDPARENT_HOME, RELATIVE, NEIGHBOUR, AT_WORK):
        return 0.0
    if kind == OWN_HOUSEHOLD and adult_with(at, i) >= 0:
        return 0.0
    nights = nights_at_home(at, i) * months_apart(at, i)[0] / MONTHS
    return nights * (1.0 - at.p.week_night_walk) if kind == GRANDPARENT_WALK else nights


@kernel
def nights_at_home(at: Prefecture, i: int) -> float:
    """Nights of the year's mean week that child `i` does not sleep at school."""
    school = BOARDER_NIGHTS if at.people[i].boards else NIGHTS
    return (SCHOOL_WEEKS * school + HOLIDAY_WEEKS * NIGHTS) / WEEKS


@kernel
def _travel_hours(at: Prefecture, i: int) -> float:
    """Hours a school week on the way to school and back."""
    if at.people[i].enrolled == 0:
        return 0.0
    trips = 2.0 if at.people[i].boards else 10.0
    return min(trips * school_minutes(at, i) / 60.0, at.p.week_travel_most)


@kernel
def hours_at_home(at: Prefecture, i: int, holiday: bool) -> float:
    """Waking hours of a week that child `i` is neither at school, on the way nor at a job."""
    hours = HOURS - sleep_hours(at.year - at.people[i].birth_year)
    if at.people[i].arrangement == AT_WORK:
        return hours - at.p.week_job_hours
    return hours if holiday else hours - school_hours(at, i) - _travel_hours(at, i)


@kernel
def work_of_week(
    at: Prefecture, i: int, farm: float, holiday: bool, hours: float
) -> tuple[float, float]:
    """Hours of (farm work, chores) of a week; together at most four fifths of `hours` at home."""
    me = at.people[i]
    age = at.year - me.birth_year
    if age < 6:
        return 0.0, 0.0
    share = 1.0 if holiday else min(1.0, 2.0 * hours / (HOURS - sleep_hours(age)))
    chores = chore_hours(at, i) * share
    field = 0.0
    if me.hukou == AGRICULTURAL and me.destination < 0:
        field = farm * (2.0 if holiday else share)
    shrink = min(1.0, 0.8 * hours / max(field + chores, 0.001))
    return field * shrink, chores * shrink


@kernel
def hours_with_adult(
    at: Prefecture, i: int, part: int, away: int, holiday: bool, farm: float
) -> tuple[float, float]:
    """(hours with an adult, hours with brothers and sisters or nobody) of the time for neither work
    nor school.

    A grandparent's hours are there once: those who live with the grandparent come first, houses a
    walk away share what is left of the waking week.
    """
    hours = hours_at_home(at, i, holiday)
    field, chores = work_of_week(at, i, farm, holiday, hours)
    rest = hours - field - chores
    with_adult = adult_share(at, i, part, away) * rest
    me = at.people[i]
    if part == ALL_AWAY and me.arrangement == GRANDPARENT_WALK:
        _, with_her, houses = in_her_care(at, me.carer)
        free = GRANDPARENT_AWAKE - (GRANDPARENT_AT_HOME if with_her else 0.0)
        with_adult = min(with_adult, free / max(houses, 1))
    return with_adult, rest - with_adult


@kernel
def same_house(people: np.ndarray, i: int, j: int, part: int) -> bool:
    """Whether two children of one household sleep in one house in a part of the year."""
    me, other = people[i], people[j]
    if me.destination != other.destination or AT_WORK in (me.arrangement, other.arrangement):
        return False
    if part != ALL_AWAY:
        return True
    return house_of(me) == house_of(other)


@kernel
def house_of(me: np.record) -> int:
    """Where a child sleeps while no parent is there: a carer's position, or -1 at its parents'."""
    if me.arrangement == GRANDPARENT_HOME:
        carer: int = me.carer
        return carer
    return -2 - me.arrangement if me.arrangement in (RELATIVE, NEIGHBOUR) else NOBODY


@kernel
def hours_with_sibling(
    at: Prefecture, i: int, part: int, away: int, holiday: bool, free: float
) -> float:
    """Hours of the `free` ones, without an adult, that `i` has a brother or sister with it.

    All in a house are there in the same hours, one's within the other's. Counted if one of the two
    is `care_sibling_from` or older.
    """
    people = at.people
    if people[i].arrangement == AT_WORK:
        return 0.0
    keeper = keeper_of(people, i)
    orphan = keeper < 0
    mother, father = (set_parent(people, i), NOBODY) if orphan else unit_of(people, keeper)
    old = at.year - people[i].birth_year >= at.p.care_sibling_from
    most = 0.0
    for which in range(2):
        parent = mother if which == 0 else father
        if parent < 0:
            continue
        child = people[parent].youngest_child
        while child >= 0:
            age = at.year - people[child].birth_year
            if (
                child != i
                and people[child].death_year == 0
                and age < ADULT_AGE
                and (old or age >= at.p.care_sibling_from)
                and (orphan or in_care_of(people, child, mother, father))
                and same_house(people, i, child, part)
            ):
                farm = farm_hours(at, child)
                most = max(most, hours_with_adult(at, child, part, away, holiday, farm)[1])
            child = next_child(people, parent, child)
    return min(free, most)


@kernel
def fill_week(
    at: Prefecture, i: int, part: int, away: int, holiday: bool, slots: np.ndarray
) -> float:
    """Hours of one week of child `i` into `slots` (N_SLOTS,), adding to 168; returns unsupervised.

    Unsupervised are the waking hours at home, work there among them, without an adult. All others
    are asleep or supervised: at school, on the way, at a job, with an adult.
    """
    slots[:] = 0.0
    slots[SLEEP] = sleep_hours(at.year - at.people[i].birth_year)
    if at.people[i].arrangement == AT_WORK:
        slots[JOB] = at.p.week_job_hours
    elif not holiday:
        slots[SCHOOL] = school_hours(at, i)
        slots[TRAVEL] = _travel_hours(at, i)
    farm = farm_hours(at, i)
    hours = hours_at_home(at, i, holiday)
    slots[FARM_WORK], slots[CHORES] = work_of_week(at, i, farm, holiday, hours)
    with_adult, free = hours_with_adult(at, i, part, away, holiday, farm)
    slots[_slot_of(at, i, part)] = with_adult
    if free > 0.0:
        slots[SIBLING] = hours_with_sibling(at, i, part, away, holiday, free)
    slots[NOBODY_THERE] = free - slots[SIBLING]
    return hours * free / (with_adult + free)


@kernel
def mean_week(at: Prefecture, i: int, slots: np.ndarray, mean: np.ndarray) -> float:
    """The year's mean week of child `i` into `mean` (N_SLOTS,); returns its unsupervised hours.

    `slots` (N_SLOTS,) is room for one week.
    """
    mean[:] = 0.0
    unsupervised = 0.0
    none, one, away = months_apart(at, i)
    for part in range(3):
        months = none if part == ALL_AWAY else (one if part == ONE_AWAY else MONTHS - none - one)
        if months == 0:
            continue
        for holiday in range(2):
            weeks = HOLIDAY_WEEKS if holiday else SCHOOL_WEEKS
            share = weeks / WEEKS * months / MONTHS
            alone = fill_week(at, i, part, away, holiday == 1, slots)
            unsupervised += share * alone
            for k in range(N_SLOTS):
                mean[k] += share * slots[k]
    return unsupervised
