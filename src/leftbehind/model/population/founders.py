"""The people of 1 January 1950: by age, sex and prefecture; couples; children with mothers.

Older founders have no recorded parents. By about 1990 nearly all kin is the simulation's own, as in
SOCSIM: kin results before 1990 carry a flag. Sources: UN WPP 2024 for ages, registered people of
the census of 2010 for places.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import (
    FEMALE,
    MALE,
    MINORITY,
    NOBODY,
    NON_AGRICULTURAL,
    SEEKING,
    TOGETHER,
    WIDOWED,
)
from leftbehind.base.randomness import FOUNDER, UNION, founder_key, luck, normal
from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import read_table
from leftbehind.model.population.kin import link_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.partnership import YOUNGEST, founder_share, match

START = 1950
ATTACHED_UNDER = 15
SPACING = 2  # years between a mother's children
OLDEST_FOUNDER = 100


def founders_by_prefecture(places: Places, scale: int) -> np.ndarray:
    """Numbers of simulated founders, shape (prefectures, sex, age 0-100), at 1:`scale`.

    Expected numbers are rounded along one running sum, so that every total is kept within one.
    """
    un = read_table("un_population").filter(
        (pl.col("year") == START) & (pl.col("moment") == "1 January")
    )
    ages = np.zeros((2, OLDEST_FOUNDER + 1))
    sexes = np.where(un["sex"].to_numpy() == "female", FEMALE, MALE)
    ages[sexes, un["age"].to_numpy()] = un["value"].to_numpy() * 1000.0
    weight = place_weights(places)
    expected = weight[:, None, None] * ages[None] / scale
    running = np.cumsum(expected.reshape(-1))
    whole = np.floor(running + 0.5).astype(np.int64)
    numbers = np.diff(whole, prepend=0)
    return numbers.reshape(expected.shape)


def place_weights(places: Places) -> np.ndarray:
    """Share of the people of 1950 in each prefecture (adds to 1).

    By province where their descendants are registered in 2010 (see data/ancestors.py): nobody
    changes the place of registration in the model, so moves for good between provinces count as
    made before the start. Within a province as its registered population of 2010.
    """
    by_province = places.province_series("ancestors", np.array([START]))[:, 0]
    registered = places.table["registered_2010"].to_numpy().astype(float)
    share = (by_province / places.registered())[places.province] * registered
    return share / share.sum()


class Kinds(NamedTuple):
    """Who founds the M prefectures of a home unit."""

    numbers: np.ndarray  # (M, sex, age)
    codes: np.ndarray  # (M,) of the prefectures
    urban: np.ndarray  # (M,) share with non-agricultural hukou
    minority: np.ndarray  # (M,) share of the minority group


@allocating_kernel
def settle(
    people: np.ndarray, size: int, word: np.uint64, here: np.ndarray, p: np.record, kinds: Kinds
) -> None:
    """Fill the first `size` records with the founders of a home unit; `here` (M,) PLACE.

    Couples are matched once with hazards cumulated to their age, then children under 15 are
    attached to mothers. All draws of a year are those of the last before the start, so that none is
    used again in the first year lived.
    """
    unit = Prefecture(people, size, START - 1, word, here[0], p, 0)
    _found_all(unit, kinds)
    for k in range(len(here)):
        _seek(Prefecture(people, size, START - 1, word, here[k], p, k))
    match(unit)
    for i in range(size):
        me = people[i]
        age = START - me.birth_year
        if me.union == SEEKING and age >= 30:
            me.union = WIDOWED
        if me.union in (TOGETHER, WIDOWED):
            me.union_year = START - max(age - 18, 0)
    for k in range(len(here)):
        _attach_children(Prefecture(people, size, START - 1, word, here[k], p, k))


@allocating_kernel
def _found_all(unit: Prefecture, kinds: Kinds) -> None:
    """All founders without kin, oldest first, as births will append."""
    places, _, ages = kinds.numbers.shape
    found = np.zeros(places, np.int64)  # of each prefecture
    i = 0
    for age in range(ages - 1, -1, -1):
        for k in range(places):
            for sex in range(2):
                for _ in range(kinds.numbers[k, sex, age]):
                    found[k] += 1
                    key = founder_key(unit.word, kinds.codes[k], found[k])
                    unit.people[i].place = k
                    _found(unit, i, age, sex, key, kinds.urban[k], kinds.minority[k])
                    i += 1


@kernel
def _seek(at: Prefecture) -> None:
    """Let founders of one prefecture seek a partner, by the share of their age ever in union."""
    for i in range(at.size):
        me = at.people[i]
        age = START - me.birth_year
        if me.place != at.place or age < ATTACHED_UNDER:
            continue
        if luck(at.word, me.key, 0, UNION, 1) < founder_share(at, me, age):
            me.union = SEEKING


@kernel
def _found(
    at: Prefecture,
    i: int,
    age: int,
    sex: int,
    key: np.uint64,
    urban_share: float,
    minority_share: float,
) -> None:
    word, p = at.word, at.p
    me = at.people[i]
    me.key = key
    me.mother = NOBODY
    me.father = NOBODY
    me.partner = NOBODY
    me.youngest_child = NOBODY
    me.older_by_mother = NOBODY
    me.older_by_father = NOBODY
    me.carer = NOBODY
    me.birth_year = START - 1 - age  # completed age on 1 January 1950
    me.destination = -1
    me.sex = sex
    if luck(word, me.key, 0, FOUNDER, 0) < minority_share:
        me.group = MINORITY
    if luck(word, me.key, 0, FOUNDER, 1) < urban_share:
        me.hukou = NON_AGRICULTURAL
    if age >= 7 and luck(word, me.key, 0, FOUNDER, 2) < p.school_founders_share:
        me.schooling = int(p.school_founders_years)


@allocating_kernel
def _spread_in_year(people: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Moments of birth of `persons`, given by birth year, spread evenly over each year.

    With years alone the first woman of each year would be found for all children.
    """
    moments = np.empty(len(persons), np.float64)
    first = 0
    while first < len(persons):
        year = people[persons[first]].birth_year
        last = first
        while last < len(persons) and people[persons[last]].birth_year == year:
            last += 1
        for k in range(first, last):
            moments[k] = year + (k - first) / (last - first)
        first = last
    return moments


@allocating_kernel
def _attach_children(at: Prefecture) -> None:
    """Give founders' children a mother, and her partner as father."""
    people = at.people
    wives = np.empty(at.size, np.int64)
    n = 0
    for i in range(at.size):  # in order of age, oldest first
        me = people[i]
        if me.place == at.place and me.sex == FEMALE and me.partner >= 0:
            wives[n] = i
            n += 1
    wives = wives[:n]
    moments = _spread_in_year(people, wives)
    for i in range(at.size):
        me = people[i]
        if me.place != at.place or START - 1 - me.birth_year >= ATTACHED_UNDER:
            continue
        mother = _mother_for(at, i, wives, moments)
        if mother < 0:
            continue
        her = people[mother]
        link_child(people, i, mother, her.partner)
        me.hukou = her.hukou
        me.group = her.group
        her.births += 1
        her.last_birth = me.birth_year
        her.sons += 1 if me.sex == MALE else 0


@kernel
def _mother_for(at: Prefecture, child: int, wives: np.ndarray, moments: np.ndarray) -> int:
    """A wife whom keyed age gaps find for `child`: the first who had no child just before.

    Else she who has fewest of those found; NOBODY if none can be the mother. `moments` are the
    wives' moments of birth, in order.
    """
    people, p = at.people, at.p
    me = people[child]
    best = NOBODY
    fewest = 10_000
    for attempt in range(12 if len(wives) > 0 else 0):
        luck_of_gap = normal(at.word, me.key, 0, FOUNDER, 4 + attempt)
        gap = p.founder_mother_age + p.founder_mother_age_sd * luck_of_gap
        gap = min(max(gap, 18.0), 45.0)
        k = np.searchsorted(moments, me.birth_year - gap)
        wife = wives[min(max(k, 0), len(wives) - 1)]
        her = people[wife]
        if not 17 <= me.birth_year - her.birth_year <= 46:
            continue
        if me.birth_year - people[her.partner].birth_year < YOUNGEST:
            continue
        if me.birth_year - her.last_birth >= SPACING:
            return wife
        if her.births < fewest:
            fewest = her.births
            best = wife
    return best
