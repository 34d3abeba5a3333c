"""Prison: who is sentenced this year, and who has served the time.

    P(enter) = prison_entry(sex, t) * prison_in_union [has a partner],  aged 18-59, not at school

The years served are a keyed geometric number of mean `prison_years`. Whoever is in prison is in no
household: earns nothing, cares for nobody, is no migrant and cannot be left for work; the family
decides as if that member were not there. The state needs no field of its own: the destination
IN_PRISON, and the first year of the sentence where others have the first year of their absence.

Reads age, sex, partner, enrolled. Writes destination, months, away_since, choice.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import log
from leftbehind.base.person import FEMALE, HOME, IN_PRISON
from leftbehind.base.randomness import PRISON, luck
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.destination import come_home

YOUNGEST, OLDEST = 18, 59  # juveniles are held apart, few are sentenced at 60 and over


@kernel
def entry_chance(at: Prefecture, i: int) -> float:
    """Chance that person `i`, at liberty, goes to prison this year."""
    me = at.people[i]
    p = at.p
    if not YOUNGEST <= at.year - me.birth_year <= OLDEST or me.enrolled == 1:
        return 0.0
    chance: float = p.prison_entry_women if me.sex == FEMALE else p.prison_entry_men
    return chance * (p.prison_in_union if me.partner >= 0 else 1.0)


@kernel
def years_served(at: Prefecture, key: np.uint64, since: int) -> int:
    """Whole years (1 or more) of the sentence that began in the year `since`."""
    going_on = 1.0 - 1.0 / at.p.prison_years
    return 1 + int(log(luck(at.word, key, since, PRISON, 1)) / log(going_on))


@kernel
def enter(at: Prefecture, i: int) -> None:
    """Person `i` is in prison from this year on, wherever it was before."""
    me = at.people[i]
    me.destination = IN_PRISON
    me.months = 0
    me.away_since = at.year
    me.choice = HOME


@kernel
def step(at: Prefecture) -> None:
    """Releases of those whose time is served, and this year's sentences of those at liberty."""
    for i in range(at.size):
        me = at.people[i]
        if me.death_year != 0:
            continue
        if me.destination == IN_PRISON:
            if at.year - me.away_since >= years_served(at, me.key, me.away_since):
                come_home(at.people, i)
            continue
        chance = entry_chance(at, i)
        if chance > 0.0 and luck(at.word, me.key, at.year, PRISON, 0) < chance:
            enter(at, i)
