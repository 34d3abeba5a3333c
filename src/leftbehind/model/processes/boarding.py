"""Boarding: which pupils live at school on school days.

    P = Lambda(b0(t, stage) + 1.0 ln(minutes / 30) + 0.8 both away + 0.6 [K low] )

The way to school is a keyed log-normal number of minutes, longer after village schools closed and
in mountains; minutes and effects are assumptions. See docs/ODD.md 3.4.9.

Reads age, stage, hukou, parents. Writes boards.
"""

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import exp, log
from leftbehind.base.person import AGRICULTURAL, GRANDPARENT_HOME, WITH_PARENT
from leftbehind.base.randomness import BOARDING, WALK, luck, normal
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.schooling import logit, stage

FIRST_BOARDING_YEARS = 2  # years of primary school completed before a child may board


@kernel
def school_minutes(at: Prefecture, i: int) -> float:
    """One-way minutes to school of pupil `i`."""
    p = at.p
    median = p.school_minutes if stage(at.people, i) == 1 else p.school_minutes_junior
    if at.here.mountain > 1:
        median *= p.school_minutes_mountain
    return median * exp(p.school_minutes_spread * normal(at.word, at.people[i].key, 0, WALK, 4))


@kernel
def boarding_chance(at: Prefecture, i: int) -> float:
    """Chance that pupil `i` boards this year."""
    me = at.people[i]
    here, p = at.here, at.p
    level = stage(at.people, i)
    if level == 0 or level > 3 or me.hukou != AGRICULTURAL or me.destination >= 0:
        return 0.0
    if level == 1 and me.schooling < FIRST_BOARDING_YEARS:
        return 0.0
    base = here.boarding_primary if level == 1 else here.boarding_junior
    if base <= 0.0:
        return 0.0
    z = logit(base) + p.board_distance * log(school_minutes(at, i) / 30.0)
    if me.arrangement != WITH_PARENT:
        z += p.board_both_away
        if me.arrangement != GRANDPARENT_HOME:
            z += p.board_no_carer
    return 1.0 / (1.0 + exp(-z))


@kernel
def step(at: Prefecture) -> None:
    """Set `boards` of every pupil under 18; the same draw each year, so boarding lasts."""
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0 or at.year - me.birth_year >= 18:
            continue
        me.boards = 0
        if me.enrolled == 1:
            chance = boarding_chance(at, i)
            if luck(at.word, me.key, 0, BOARDING, 0) < chance:
                me.boards = 1
