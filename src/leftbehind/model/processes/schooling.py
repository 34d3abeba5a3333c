"""Schooling: entry, years completed, and whether a pupil goes on (the one outcome that feeds back).

Primary six years, junior three, senior three, college four; nobody repeats. At the end of a stage

    P(stay) = Lambda(logit(base) + urban + parents away + remittance + work + siblings
              + parents' schooling) * (1 - school_city_senior * barrier [senior school in a city])

with `base` the national progression by year and stage. Every weight is a parameter `school_*`.

Reads age, parents, destination, money sent home. Writes enrolled and years of schooling.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.elementary import exp, log
from leftbehind.base.person import ABROAD, AGRICULTURAL, COLLEGE, JUNIOR, PRIMARY, SENIOR, TOWN
from leftbehind.base.randomness import SCHOOL, luck
from leftbehind.model.population.kin import keeper_of, living_siblings
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.destination import barrier_at, exams_closed_at
from leftbehind.model.processes.farm import work_hours
from leftbehind.model.processes.remittance import sent_for

ENTRY_AT_SIX = 1986  # law on compulsory education; before, children entered at seven
STAGES = ("none", "primary", "junior", "senior", "college")


@kernel
def stage(people: np.ndarray, i: int) -> int:
    """Stage a pupil is in: 0 none, 1 primary, 2 junior, 3 senior, 4 college."""
    me = people[i]
    if me.enrolled == 0:
        return 0
    if me.schooling < PRIMARY:
        return 1
    if me.schooling < JUNIOR:
        return 2
    return 3 if me.schooling < SENIOR else 4


@kernel
def entry_age(year: int) -> int:
    """Age, reached in the year, from which children enter school."""
    return 7 if year >= ENTRY_AT_SIX else 8


@kernel
def logit(share: float) -> float:
    """Log odds of a share, kept finite."""
    s = min(max(share, 1e-4), 1.0 - 1e-4)
    return log(s / (1.0 - s))


@kernel
def staying_chance(
    at: Prefecture, i: int, base: float, work: float, sent: float, barrier: float
) -> float:
    """Chance that pupil `i` goes on to the next stage, given the national share `base`.

    `work` is its farm work and chores, hours a school week; `sent` the money that its household
    sent home this year (yuan of 2010); `barrier` that of the schools where the child lives, met
    where senior school begins: its exams are sat in the province of the hukou.
    """
    people, here, p = at.people, at.here, at.p
    me = people[i]
    z = logit(base) + (0.0 if me.hukou == AGRICULTURAL else p.school_urban)
    gone = 0
    schooling = 0.0
    parents = 0
    taken = me.destination >= 0  # lives in the city with a parent
    for which in range(2):
        parent = me.mother if which == 0 else me.father
        if parent < 0 or people[parent].death_year != 0:
            continue
        parents += 1
        schooling += people[parent].schooling
        gone += 1 if people[parent].destination >= 0 else 0
    if not taken:
        if gone > 0:
            z += p.school_both_away if gone == 2 else p.school_one_away
        z += p.school_remittance * log(1.0 + sent / 1000.0)
    z += p.school_work * max(0.0, work - p.school_work_free)
    z += p.school_siblings * (living_siblings(people, i) - 1)
    if parents > 0:
        z += p.school_parent_schooling * (schooling / parents - here.adult_schooling) / 3.0
    admitted = 1.0 - p.school_city_senior * barrier if me.schooling == JUNIOR else 1.0
    return admitted / (1.0 + exp(-z))


@kernel
def school_barrier(at: Prefecture, i: int, places: np.ndarray) -> float:
    """Barrier (0 to 1) of the senior schools where pupil `i` lives; 0 in the own county, 1 abroad.

    In another province its exams stand before it as far as they need the hukou.

    `places` (P,) PLACE.
    """
    destination = at.people[i].destination
    if destination < 0:
        return 0.0
    if destination == ABROAD:
        return 1.0
    keeper = keeper_of(at.people, i)
    if keeper >= 0 and at.people[keeper].choice >= TOWN:
        return 0.0
    closed = exams_closed_at(at, places, destination)
    return max(barrier_at(at, places, destination), closed)


@kernel
def step(at: Prefecture) -> None:
    """School entry at the start of the year; two cohorts enter in the year of the earlier age."""
    year = at.year
    oldest = 7 if year > ENTRY_AT_SIX else 8  # age reached this year
    youngest = entry_age(year)
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0 or me.enrolled == 1:
            continue
        if youngest <= year - me.birth_year <= oldest and me.schooling == 0:
            base = at.here.primary_enrolment
            if me.hukou != AGRICULTURAL:
                base = 1.0 / (1.0 + exp(-logit(base) - at.p.school_urban))
            if luck(at.word, me.key, 0, SCHOOL, 0) < base:
                me.enrolled = 1


@allocating_kernel
def continuation(at: Prefecture, places: np.ndarray) -> None:
    """End of the school year: a year is completed; at a stage's end some leave.

    `places` (P,) PLACE.
    """
    here = at.here
    found = np.empty(32, np.int64)
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0 or me.enrolled == 0:
            continue
        me.schooling += 1
        base = -1.0
        if me.schooling == PRIMARY:
            base = here.progress_to_junior
        elif me.schooling == JUNIOR:
            base = here.progress_to_senior
        elif me.schooling == SENIOR:
            base = here.progress_to_college
        elif me.schooling >= COLLEGE:
            me.enrolled = 0
        if base >= 0.0:
            work = work_hours(at, i)
            sent = sent_for(at, places, i, found)
            barrier = school_barrier(at, i, places)
            chance = staying_chance(at, i, base, work, sent, barrier)
            if luck(at.word, me.key, 0, SCHOOL, me.schooling) >= chance:
                me.enrolled = 0


@kernel
def count_years(at: Prefecture, out: np.ndarray) -> None:
    """Years of school of people aged 25 to 49 into `out` (2): their sum and the people's number."""
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place:
            continue
        if me.death_year == 0 and 25 <= at.year - me.birth_year < 50:
            out[0] += me.schooling
            out[1] += 1
