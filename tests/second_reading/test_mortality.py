"""Deaths and health read again from section 3.4.1 of the model description, rules 1 to 4.

Newborns (rule 5) are in test_fertility.py, since they die where they are born.
"""

import math
from collections import Counter

import numpy as np

from leftbehind.base.person import FEMALE, NOBODY, WIDOWED
from leftbehind.base.randomness import HEALTH, MORTALITY
from leftbehind.inputs.official_rates import OLDEST, OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.model.alignment import DEATHS_SHAPE
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import mortality
from tests.random_families import WORD, parameters
from tests.second_reading.reading import Reading, prefectures

GROUPS = 21  # 0-4 to 100 and over


def chance_to_die(read: Reading, i: int, m: np.ndarray) -> float:
    """q with kappa = 1; `m` (sex, age) are the UN's rates."""
    me, age = read.people[i], read.age(i)
    if me.hukou == 1 or read.away(i):
        settlement = read.p.mort_urban_ratio
    elif age <= 1:
        settlement = read.p.mort_rural_infant_ratio
    else:
        settlement = read.p.mort_rural_ratio
    return (1 - math.exp(-m[me.sex, min(age, 105)])) * read.here.mortality * settlement


def group(age: int) -> int:
    """Five years of age, 100 and over together."""
    return min(age // 5, GROUPS - 1)


def deaths_and_health(read: Reading, own: list[float], kappa: np.ndarray) -> None:
    """A year of deaths, widows and changes of health."""
    for i, me in enumerate(read.people):
        if not read.alive(i):
            continue
        if read.u(i, MORTALITY, 0) < own[i] * kappa[me.sex, group(read.age(i))]:
            _die(read, i)
        elif read.age(i) >= 50:
            _health(read, i)


def _die(read: Reading, i: int) -> None:
    me = read.people[i]
    me.death_year = read.year
    read.events["death"] += 1
    read.events["death at 85 and over"] += read.age(i) >= 85
    if read.alive(me.partner):
        partner = read.people[me.partner]
        partner.union, partner.partner = WIDOWED, NOBODY
        read.events["widowed"] += 1


def _health(read: Reading, i: int) -> None:
    me, age, p = read.people[i], read.age(i), read.p
    u = read.u(i, HEALTH, 0)
    if me.limited:
        recover = p.care_limit_recover
        if me.hukou == 0 and age >= 60:
            recover += p.pension_recovery * read.here.pension / 1000
        if u < recover:
            me.limited = 0
            read.events["recovery"] += 1
    elif u < p.care_limit_onset * math.exp(p.care_limit_slope * (age - 50)):
        me.limited = 1
        read.events["onset"] += 1


def make_old(people: np.ndarray, size: int, rng: np.random.Generator) -> None:
    """Some without recorded parents are 85 to 110, and some of 40 and over are limited."""
    roots = (people["mother"][:size] < 0) & (people["father"][:size] < 0)
    chosen = np.flatnonzero(roots & (rng.random(size) < 0.3))
    people["birth_year"][chosen] -= rng.integers(25, 45, len(chosen)).astype("i2")
    people["limited"][:size] |= (rng.random(size) < 0.2) & (people["birth_year"][:size] < 1970)


def test_deaths_and_health() -> None:
    rng = np.random.default_rng(1)
    events: Counter[str] = Counter()
    for people, size, year, here in prefectures(pension=1500.0):
        make_old(people, size, rng)
        p = parameters(year, care_limit_onset=0.02, pension_recovery=0.1)
        m = OfficialRates.load(year, year, Parameters.load()).deaths[0]
        at = Prefecture(people, size, year, WORD, here, p)
        read = Reading(at)
        own = [chance_to_die(read, i, m) for i in range(size)]
        living = people["death_year"][:size] == 0

        kappa = rng.uniform(0.5, 8.0, DEATHS_SHAPE[1:])
        chances = 1 - np.exp(-m)
        written, deaths = np.zeros(size), np.zeros((2, OLDEST + 1), np.int64)
        mortality.expect(at, chances, written, np.zeros(DEATHS_SHAPE, np.int64))
        np.testing.assert_allclose(written[living], np.array(own)[living], rtol=1e-9)

        mortality.step(at, written, kappa, deaths)
        deaths_and_health(read, own, kappa)
        assert read.differences(people, size) == []
        counted = np.zeros_like(deaths)
        for i, me in enumerate(read.people):
            if living[i] and me.death_year:
                counted[me.sex, min(read.age(i), OLDEST)] += 1
        assert (deaths == counted).all()
        events += read.events
    for event in ("death", "death at 85 and over", "widowed", "recovery", "onset"):
        assert events[event] > 200, (event, events)


def test_sums_of_chances() -> None:
    """The factors that alignment takes: the UN's chances over the model's, over all alive."""
    sums, read_sums = np.zeros(DEATHS_SHAPE, np.int64), np.zeros(DEATHS_SHAPE)
    m = OfficialRates.load(2010, 2010, Parameters.load()).deaths[0]
    for people, size, year, here in prefectures():
        at = Prefecture(people, size, year, WORD, here, parameters(2010))
        mortality.expect(at, 1 - np.exp(-m), np.zeros(size), sums)
        read = Reading(at)
        for i, me in enumerate(read.people):
            if read.alive(i):
                where = (me.sex, group(read.age(i)))
                read_sums[0][where] += chance_to_die(read, i, m)
                read_sums[1][where] += 1 - math.exp(-m[me.sex, min(read.age(i), 105)])
    filled = read_sums[1] > 0
    assert filled[FEMALE].sum() > 15
    kappa = sums[1][filled] / sums[0][filled]
    np.testing.assert_allclose(kappa, read_sums[1][filled] / read_sums[0][filled], rtol=1e-6)
    assert not sums[:, ~filled].any()
