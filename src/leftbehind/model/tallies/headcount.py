"""Everybody, counted by age, sex, hukou, where they live and (children) with whom."""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import ABROAD, ABROAD_NAME, ADULT, ARRANGEMENTS, AT_HOME, IN_PRISON
from leftbehind.model.population.households import lives_in_town
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.tallies.tally import OF_HUKOU, SEX, Dimension, Tally

CHILD_AGE = 18
# Single years under 18, then 18-19, five-year groups from 20-24 to 95-99, and 100+.
AGE_LOWS = (*range(19), *range(20, 101, 5))
AGES = tuple(
    str(low) if low < 18 else "100+" if low == 100 else f"{low}-{high - 1}"
    for low, high in zip(AGE_LOWS, (*AGE_LOWS[1:], 200), strict=True)
)
LIVES = ("village", "town", "away", ABROAD_NAME, "in prison")
IN_VILLAGE, IN_TOWN, IS_AWAY, IS_ABROAD, IS_IN_PRISON = range(5)
LIVES_IN = Dimension("lives", LIVES)
TALLY = Tally(
    "people",
    (Dimension("age", AGES), SEX, OF_HUKOU, LIVES_IN, Dimension("arrangement", ARRANGEMENTS)),
)


@kernel
def age_group(age: int) -> int:
    """Position of `age` in AGE_LOWS."""
    if age < 20:
        return min(age, 18)
    return min(19 + (age - 20) // 5, 35)


@kernel
def where(people: np.ndarray, i: int, word: np.uint64, here: np.record) -> int:
    """Position in LIVES of living person `i`."""
    at = people[i].destination
    if at == AT_HOME:
        return IN_TOWN if lives_in_town(people, i, word, here) else IN_VILLAGE
    if at == IN_PRISON:
        return IS_IN_PRISON
    return IS_ABROAD if at == ABROAD else IS_AWAY


@kernel
def tally(at: Prefecture, lives: np.ndarray, out: np.ndarray) -> None:
    """Count the living of one prefecture into `out`; where each lives into `lives`."""
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0:
            continue
        age = at.year - me.birth_year
        lives[i] = where(at.people, i, at.word, at.here)
        arrangement = me.arrangement if age < CHILD_AGE else ADULT
        out[age_group(age), me.sex, me.hukou, lives[i], arrangement] += 1
