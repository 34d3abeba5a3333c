"""Births and newborns' deaths, read again from sections 3.4.1 (rule 5) and 3.4.3."""

import math
from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest

from leftbehind.base.person import FEMALE, IN_PRISON, MALE, NEVER, NOBODY
from leftbehind.base.randomness import BIRTH, HUKOU, MORTALITY, SEX, TWIN, child_key
from leftbehind.inputs.official_rates import OLDEST, OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import fertility
from tests.random_families import WORD, parameters
from tests.second_reading.reading import Reading, prefectures


def own_rate(read: Reading, i: int, asfr: np.ndarray) -> float:
    """b of section 3.4.3; `asfr` by age reached."""
    me, age, p = read.people[i], read.age(i), read.p
    if not bearing_age(read, i) or me.destination == IN_PRISON:
        return 0.0
    if me.partner >= 0 and read.people[me.partner].destination == IN_PRISON:
        return 0.0
    if me.births == 0 and read.u(i, BIRTH, 1, year=0) < p.fert_never:
        read.events["never bears"] += 1
        return 0.0
    place = 1.0 if me.births == 0 else read.here.fertility**p.fert_place_further
    return float(
        asfr[age]
        * place
        * _of_group(read, i)
        * theta(read, i)
        * permission(read, i)
        * spacing(read, i)
        * _union(read, i)
        * exposure(read, i)
    )


def bearing_age(read: Reading, i: int) -> bool:
    """A woman of 13 to 54 who was alive at the start of the year."""
    me = read.people[i]
    return me.sex == FEMALE and 13 <= read.age(i) <= 54 and me.death_year in (0, read.year)


def exposure(read: Reading, i: int) -> float:
    """Of who died this year `fert_before_death`."""
    return read.p.fert_before_death if read.people[i].death_year == read.year else 1.0


def rural_minority(read: Reading, i: int) -> bool:
    """Of the minority with agricultural hukou."""
    return read.people[i].hukou == 0 and read.people[i].group == 1


def _of_group(read: Reading, i: int) -> float:
    if read.people[i].hukou == 1:
        return read.p.fert_urban_relative
    if rural_minority(read, i):
        yi = read.here.liangshan
        return read.p.fert_yi_relative if yi else read.p.fert_minority_relative
    return 1.0


def theta(read: Reading, i: int) -> float:
    """Rule 3: a straight line from 1 in 1970 to the aim in 1979."""
    return _theta(read, read.people[i].hukou, read.people[i].births, read.people[i].sons)


def _theta(read: Reading, hukou: int, births: int, sons: int) -> float:
    p, kind = vars(read.p), "urban" if hukou else "rural"
    if births == 0:
        aim = p["fert_wish_first"]
    elif births == 1:
        aim = p[f"fert_wish_second_{kind}"] * (1 if sons else p[f"fert_son_wish_{kind}"])
    else:
        which = "third" if births == 2 else "fourth"
        aim = p[f"fert_wish_{which}_{kind}"] * (1 if sons else p[f"fert_son_third_{kind}"])
    along = min(max((read.year - 1970) / 9, 0), 1)
    return 1 + (aim - 1) * along


def only_child(read: Reading, i: int) -> bool:
    """A recorded mother who bore one child."""
    mother = read.people[i].mother
    return mother >= 0 and read.people[mother].births == 1


def allowed(read: Reading, i: int) -> float:
    """The rule of the place and year for her, with that of only children."""
    me, here = read.people[i], read.here
    if read.year < 1971:
        return math.inf
    if me.hukou == 1:
        rule = here.rule_urban
    else:
        rule = here.rule_minority if rural_minority(read, i) else here.rule_rural
    if rule < 2 and me.partner >= 0 and here.rule_only_child:
        only = only_child(read, i) + only_child(read, me.partner)
        if only == 2 or (only == 1 and here.rule_only_child == 2):
            read.events["two by the rule of only children"] += 1
            return 2.0
    return rule


def permission(read: Reading, i: int) -> float:
    """Rule 4."""
    me, p, rule = read.people[i], read.p, allowed(read, i)
    girl = me.births == 1 and me.sons == 0
    if rule == math.inf or me.births < math.floor(rule):
        return 1.0
    if rule == 1.5 and girl:
        read.events["second after a girl"] += 1
        return 1.0
    read.events["not permitted"] += 1
    if me.hukou == 1:
        return p.fert_leak_urban
    return p.fert_leak_minority if rural_minority(read, i) else p.fert_leak_rural


def spacing(read: Reading, i: int) -> float:
    """Rule 5."""
    me, p = read.people[i], read.p
    if me.births == 0:
        return 1.0
    years = read.year - me.last_birth
    if years <= 1:
        return p.fert_spacing_one
    if years == 2:
        return p.fert_spacing_two
    return p.fert_spacing_three if years <= 5 else p.fert_spacing_six


def _union(read: Reading, i: int) -> float:
    me = read.people[i]
    if me.partner < 0:
        return read.p.fert_outside_union
    apart = read.people[me.partner].destination != me.destination
    read.events["partners apart"] += apart
    return read.p.fert_apart if apart else 1.0


def chance_of_a_boy(read: Reading, i: int) -> float:
    """Rule 8, as before the birth."""
    me, p = read.people[i], read.p
    if me.sons > 0:
        return p.fert_boy_base
    excess = p.fert_boy_excess
    if me.births == 0:
        excess *= p.fert_boy_excess_first_ratio
    elif me.births >= 2:
        excess *= p.fert_boy_excess_third_ratio
    if me.hukou == 1:
        excess *= p.fert_boy_excess_urban_ratio
    if me.group == 1 and read.here.liangshan:
        excess *= p.fert_boy_excess_yi_ratio
    return p.fert_boy_base + excess


def births(
    read: Reading, own: list[float], kappa: list[float], infant: list[float], m0: np.ndarray
) -> None:
    """A year of births; `kappa` by five years of age from 10, `infant` by sex, `m0` by sex."""
    for i in range(len(own)):
        if own[i] == 0.0:
            continue
        p = read.p
        chance = 1 - math.exp(-kappa[read.age(i) // 5 - 2] * own[i])
        if read.u(i, BIRTH, 0) >= chance / (1 + p.fert_twin):
            continue
        boy = chance_of_a_boy(read, i)
        twins = read.u(i, TWIN, 0) < p.fert_twin
        read.events["twins"] += twins
        for _ in range(2 if twins else 1):
            _one_birth(read, i, boy, infant, m0)


def _one_birth(read: Reading, i: int, boy: float, infant: list[float], m0: np.ndarray) -> None:
    her = read.people[i]
    her.births += 1
    her.last_birth = read.year
    child = read.born(i, her.partner, int(child_key(np.uint64(her.key), her.births)), FEMALE)
    me = read.people[child]
    me.sex = MALE if read.u(child, SEX, 0, year=0) < boy else FEMALE
    her.sons += me.sex == MALE
    me.group, me.hukou, me.union = her.group, her.hukou, NEVER
    only_he = her.hukou == 0 and her.partner >= 0 and read.people[her.partner].hukou == 1
    if read.year >= 1998 and only_he:
        read.events["only the father is urban"] += 1
        if read.u(child, HUKOU, 0) < read.p.hukou_urban_if_either:
            me.hukou = 1
    settlement = read.p.mort_urban_ratio if me.hukou else read.p.mort_rural_infant_ratio
    risk = infant[me.sex] * (1 - math.exp(-m0[me.sex])) * read.here.mortality * settlement
    read.events["birth"] += 1
    read.events["birth without recorded father"] += her.partner < 0
    read.events["birth by a mother who dies"] += her.death_year == read.year
    if read.u(child, MORTALITY, 0) < risk:
        me.death_year = read.year
        read.events["infant's death"] += 1


def vary(people: np.ndarray, size: int, year: int, rng: np.random.Generator) -> None:
    """Some die this year, more couples are mixed, more mothers bore one child, or girls."""
    old = year - people["birth_year"][:size]
    people["hukou"][:size] ^= (old >= 18) & (rng.random(size) < 0.15)
    people["group"][:size] ^= (old >= 18) & (rng.random(size) < 0.2)
    mothers = people["births"][:size] > 0
    few = mothers & (rng.random(size) < 0.4)
    people["births"][:size][few], people["sons"][:size][few] = 1, rng.integers(0, 2, few.sum())
    dying = (people["death_year"][:size] == 0) & (rng.random(size) < 0.1) & (old > 0)
    for i in np.flatnonzero(dying):
        people[i]["death_year"] = year
        partner = people[i]["partner"]
        if partner >= 0 and people[partner]["death_year"] == 0:
            people[partner]["partner"], people[partner]["union"] = NOBODY, 3


def test_births() -> None:
    rng = np.random.default_rng(4)
    events: Counter[str] = Counter()
    for people, size, year, here in prefectures():
        vary(people, size, year, rng)
        p = parameters(year, fert_twin=0.1, fert_never=0.1, fert_outside_union=0.2)
        at = Prefecture(people, size, year, WORD, here, p)
        read = Reading(at)
        rates = OfficialRates.load(year, year, Parameters.load())
        wish = fertility.wishes(p, year)
        written = np.zeros(len(people))
        expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
        fertility.expect(at, rates.births[0], wish, written, expected)
        own = [own_rate(read, i, rates.births[0]) for i in range(size)]
        np.testing.assert_allclose(written[:size], own, rtol=1e-9)
        for hukou in (0, 1):
            for parity in range(4):
                for sons in (0, 1):
                    was = wish[hukou, parity, int(sons == 0)]
                    if parity or not sons:
                        assert math.isclose(was, _theta(read, hukou, parity, sons))

        kappa, m = rng.uniform(4.0, 20.0, fertility.N_FACTORS), rates.deaths[0]
        counted, died = np.zeros((2, OLDEST + 1), np.int64), np.zeros((2, OLDEST + 1), np.int64)
        grown = fertility.step(at, written, kappa, 1 - np.exp(-m), counted, died)
        births(read, own, kappa[:9].tolist(), kappa[9:].tolist(), m[:, 0])
        assert read.differences(people, grown) == []
        for i in range(size, grown):
            me = read.people[i]
            counted[me.sex, read.age(me.mother)] -= 1
            died[me.sex, 0] -= me.death_year == year
        assert not counted.any()
        assert not died.any()
        events += read.events
    assert events["birth"] > 500
    for event in (
        "never bears",
        "two by the rule of only children",
        "second after a girl",
        "not permitted",
        "partners apart",
        "twins",
        "infant's death",
    ):
        assert events[event] > 40, (event, events)
    for event in (
        "birth without recorded father",
        "birth by a mother who dies",
        "only the father is urban",
    ):
        assert events[event] > 15, (event, events)


class Woman(NamedTuple):
    """What alignment takes of a woman who may bear."""

    group: int  # five years of age, from 10-14
    b: float
    rate: float  # the UN's, for her exposure
    sexes: tuple[float, float]  # chance that her child is a girl, a boy
    risk: float  # of her newborn to die, relative to the nation's and before alignment


def a_nation(year: int) -> tuple[list[Woman], np.ndarray]:
    """All random families of a year: the women, and the factors solved for them."""
    rates = OfficialRates.load(year, year, Parameters.load())
    expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
    women: list[Woman] = []
    for people, size, when, here in prefectures():
        if when != year:
            continue
        vary(people, size, year, np.random.default_rng(5))
        p = parameters(year)
        at = Prefecture(people, size, year, WORD, here, p)
        wish, own = fertility.wishes(p, year), np.zeros(len(people))
        fertility.expect(at, rates.births[0], wish, own, expected)
        read = Reading(at)
        women += [_woman(read, i, rates.births[0]) for i in range(size) if bearing_age(read, i)]
    return women, fertility.solve_alignment(expected)


def _woman(read: Reading, i: int, asfr: np.ndarray) -> Woman:
    me, p, boy = read.people[i], read.p, chance_of_a_boy(read, i)
    urban = float(me.hukou)
    if me.hukou == 0 and me.partner >= 0 and read.people[me.partner].hukou == 1:
        urban = p.hukou_urban_if_either if read.year >= 1998 else 0.0
    risk = urban * p.mort_urban_ratio + (1 - urban) * p.mort_rural_infant_ratio
    return Woman(
        read.age(i) // 5 - 2,
        own_rate(read, i, asfr),
        float(asfr[read.age(i)]) * exposure(read, i),
        (1 - boy, boy),
        risk * read.here.mortality,
    )


def chances_to_bear(women: list[Woman], kappa: np.ndarray) -> list[float]:
    """Of each woman, as aligned: b times the chances over the b of her bin.

    A bin holds the women of an age group in one hundredth of b, those of 0 left out, and has the
    chance of its mean b.
    """
    bins: dict[tuple[int, int], list[float]] = {}
    for woman in women:
        if woman.b > 0:
            bins.setdefault((woman.group, min(int(100 * woman.b), 99)), []).append(woman.b)
    over_b = {}
    for (group, hundredth), found in bins.items():
        chances = len(found) * (1 - math.exp(-kappa[group] * sum(found) / len(found)))
        over_b[group, hundredth] = chances / sum(found)
    return [w.b and w.b * over_b[w.group, min(int(100 * w.b), 99)] for w in women]


@pytest.mark.parametrize("year", [1985, 2015])
def test_births_are_aligned(year: int) -> None:
    """Rule 7, with all random families of a year as the nation."""
    women, kappa = a_nation(year)
    chances = chances_to_bear(women, kappa)
    for k in range(9):
        ours = sum(chance for w, chance in zip(women, chances, strict=True) if w.group == k)
        un = sum(w.rate for w in women if w.group == k)
        assert 0 < kappa[k] < 100
        assert math.isclose(ours, un, rel_tol=1e-3, abs_tol=1e-5), (k, ours, un)


@pytest.mark.parametrize("year", [1985, 2015])
@pytest.mark.parametrize("sex", [FEMALE, MALE])
def test_newborns_deaths_are_aligned(year: int, sex: int) -> None:
    """Section 3.4.1, rule 5: the newborns expected die as the nation's on the mean."""
    women, kappa = a_nation(year)
    weights = [
        chance * w.sexes[sex]
        for w, chance in zip(women, chances_to_bear(women, kappa), strict=True)
    ]
    risk = sum(weight * w.risk for w, weight in zip(women, weights, strict=True))
    assert math.isclose(kappa[9 + sex] * risk, sum(weights), rel_tol=1e-4)
