"""Deaths follow the UN's rates by age and sex; death changes what it must and nothing else."""

import math

import numpy as np
import polars as pl
import pytest

from leftbehind.base.person import FEMALE, MALE, NOBODY, NON_AGRICULTURAL, TOGETHER, WIDOWED
from leftbehind.inputs import official_rates
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.tables import read_table, yearly
from leftbehind.model.alignment import DEATHS_SHAPE, Alignment
from leftbehind.model.processes import mortality

from .families import AWAY, Family, a_place, parameters, three_generations, values

P = parameters(1990)
V = values(P)
HERE = a_place()
SEXES = {"female": FEMALE, "male": MALE}


@pytest.fixture(scope="module")
def rates() -> OfficialRates:
    return OfficialRates.load(1950, 2050, Parameters.load())


def un(indicator: str, year: int) -> float:
    return float(yearly("un_indicators", {"indicator": indicator}, np.array([year]))[0])


def life_expectancy(hazard: np.ndarray) -> float:
    """From yearly hazards by age reached: the first year of life is half a calendar year long.

    At the end of the calendar year in which age x is reached people are x + 1/2 old on average.
    """
    survivors = np.exp(-np.cumsum(hazard))
    return float(0.5 * (1.0 + survivors[0]) / 2 + ((survivors[:-1] + survivors[1:]) / 2).sum())


@pytest.mark.parametrize("year", [1950, 1960, 1975, 1990, 2010, 2020, 2050])
@pytest.mark.parametrize("sex", SEXES)
def test_life_expectancy_at_birth_is_the_uns(rates, sex, year):
    own = life_expectancy(rates.deaths[year - 1950, SEXES[sex]])
    # Until 1970 infants die early in the half year that is taken for straight here.
    assert own == pytest.approx(un(f"life_expectancy_{sex}", year), abs=0.6 if year < 1970 else 0.3)


@pytest.mark.parametrize("year", [1955, 1980, 2010])
def test_infant_mortality_is_the_uns(rates, year):
    table = read_table("un_mortality").filter(pl.col("year") == year)
    dying = []
    for sex, code in SEXES.items():
        d = rates.deaths[year - 1950, code]
        at_one = table.filter((pl.col("sex") == sex) & (pl.col("age") == 1))["value"].item()
        # Those who reach one in a year live half of it at age one.
        dying.append(1.0 - math.exp(-(d[0] + d[1] - 0.5 * at_one)))
    assert 1000 * np.mean(dying) == pytest.approx(un("infant_mortality", year), rel=0.08)


def test_the_famine_is_in_the_rates(rates):
    at_30 = rates.deaths[:, :, 30].mean(1)
    assert at_30[1960 - 1950] > 1.5 * at_30[1957 - 1950]
    assert at_30[1960 - 1950] > 1.5 * at_30[1963 - 1950]


def a_village(number: int, ages: tuple[int, ...] = (0, 1, 30, 70), year: int = 1990) -> Family:
    family = Family(year, room=number * len(ages))
    for k in range(number):
        for age in ages:
            family.person(age, k % 2)
    return family


def test_alignment_makes_expected_deaths_the_uns_in_every_group(rates):
    """The deaths expected of the model's chances are the UN's, by sex and five years of age."""
    family = a_village(50, tuple(range(0, 100, 3)))
    family.people["hukou"][::3] = NON_AGRICULTURAL
    chances = mortality.official_chances(rates.deaths[40])
    expected = np.zeros(DEATHS_SHAPE, np.int64)
    here = a_place(mortality=1.3)
    chance = np.empty(family.count)
    at = family.at(here, P)
    mortality.expect(at, chances, chance, expected)
    kappa = Alignment().for_deaths(1990, expected)
    own = np.zeros((2, mortality.AGE_GROUPS))
    theirs = np.zeros_like(own)
    for i in range(family.count):
        age = 1990 - family.of(i, "birth_year")
        sex, group = family.of(i, "sex"), min(age // 5, 20)
        assert chance[i] == chances[sex, age] * mortality.relative_chance(at, i, age)
        own[sex, group] += kappa[sex, group] * chance[i]
        theirs[sex, group] += chances[sex, age]
    assert own == pytest.approx(theirs, rel=1e-6)


def test_frozen_alignment_returns_what_the_baseline_found():
    baseline = Alignment()
    expected = np.ones(DEATHS_SHAPE, np.int64) * mortality.FIXED_POINT
    expected[1] *= 2
    found = baseline.for_deaths(1990, expected)
    assert np.all(found == 2.0)
    again = baseline.as_frozen().for_deaths(1990, expected * 7)
    assert np.array_equal(again, found)


@pytest.mark.parametrize("chance", [0.002, 0.05, 0.5])
def test_people_die_with_their_chance(chance):
    family = a_village(20_000, (40,))
    deaths = np.zeros((2, official_rates.OLDEST + 1), np.int64)
    kappa = np.ones((2, mortality.AGE_GROUPS))
    mortality.step(family.at(HERE, P), np.full(family.count, chance), kappa, deaths)
    dead = int((family.people["death_year"] == 1990).sum())
    assert dead == deaths[:, 40].sum() == deaths.sum()
    assert dead == pytest.approx(20_000 * chance, abs=4 * math.sqrt(20_000 * chance * (1 - chance)))


def test_the_dead_do_not_die_again():
    family = a_village(100, (40,))
    deaths = np.zeros((2, official_rates.OLDEST + 1), np.int64)
    certain = np.full(family.count, 50.0)
    kappa = np.ones((2, mortality.AGE_GROUPS))
    for family.year in (1990, 1991):
        mortality.step(family.at(HERE, P), certain, kappa, deaths)
    assert deaths.sum() == 100
    assert np.all(family.people["death_year"] == 1990)


def test_death_widows_the_partner_and_no_one_else():
    family, who = three_generations()
    family.dies(who["father"])
    assert family.of(who["mother"], "union") == WIDOWED
    assert family.of(who["mother"], "partner") == NOBODY
    assert family.of(who["grandmother"], "union") == TOGETHER
    assert family.of(who["younger"], "father") == who["father"]


def test_both_partners_may_die_in_one_year():
    family, who = three_generations()
    family.dies(who["grandfather"], who["grandmother"])
    assert family.of(who["grandfather"], "death_year") == family.year
    assert family.of(who["grandmother"], "death_year") == family.year
    assert family.of(who["grandmother"], "partner") == NOBODY


def ratio(age: int, **fields: int) -> float:
    family = Family()
    family.man(age, **fields)
    return mortality.relative_chance(family.at(HERE, P), 0, age)


def test_villages_are_deadlier_than_towns_and_most_for_infants():
    assert ratio(40) == V.mort_rural_ratio > 1.0
    assert ratio(40, hukou=NON_AGRICULTURAL) == V.mort_urban_ratio < 1.0
    assert ratio(0) == V.mort_rural_infant_ratio > V.mort_rural_ratio
    assert ratio(40, destination=AWAY) == V.mort_urban_ratio


def limited_after(age: int, years: int, pension: float, limited: int) -> float:
    """Share with a limitation after some years without deaths."""
    family = a_village(4000, (age,))
    family.people["limited"] = limited
    deaths = np.zeros((2, official_rates.OLDEST + 1), np.int64)
    never = np.zeros(family.count)
    kappa = np.ones((2, mortality.AGE_GROUPS))
    for family.year in range(1990, 1990 + years):
        mortality.step(family.at(a_place(pension=pension), P), never, kappa, deaths)
    assert deaths.sum() == 0
    return float(family.people["limited"].mean())


@pytest.mark.parametrize("age", [50, 65, 80])
def test_limitation_of_health_begins_with_the_chance_of_the_age(age):
    chance = V.care_limit_onset * math.exp(V.care_limit_slope * (age - 50))
    assert limited_after(age, 1, 0.0, 0) == pytest.approx(
        chance, abs=4 * math.sqrt(chance * (1 - chance) / 4000)
    )


def test_a_pension_helps_the_limited_to_recover():
    without, with_one = (limited_after(70, 1, pension, 1) for pension in (0.0, 2000.0))
    assert without == pytest.approx(1.0 - V.care_limit_recover, abs=0.02)
    assert with_one == pytest.approx(without - 2.0 * V.pension_recovery, abs=0.015)


def test_people_below_50_are_not_limited():
    assert limited_after(30, 3, 0.0, 0) == 0.0


def test_rates_are_finite_and_positive_at_all_ages(rates):
    assert rates.deaths.shape == (101, 2, official_rates.OLDEST + 1)
    assert np.all(np.isfinite(rates.deaths)) and np.all(rates.deaths > 0.0)
    assert np.all(rates.births[:, 15:50] > 0.0)
    assert np.all(rates.births[:, [*range(11), *range(60, 106)]] == 0.0)


@pytest.mark.parametrize("first", [1951, 1965, 1980, 1995, 2010])
def test_deaths_of_the_run_are_the_uns_within_chance(lived, first):
    """Ten years' deaths by sex at 1:10,000, with a tolerance of four standard deviations."""
    years = range(first, first + 10)
    own = sum(int(lived.years[y].deaths.sum()) for y in years)
    official = sum(un("deaths", y) for y in years) / 10.0
    assert own == pytest.approx(official, abs=4 * math.sqrt(official) + 0.02 * official)


@pytest.mark.parametrize("first", [1951, 1960, 1970, 1980, 1990, 2000, 2010])
def test_newborns_of_the_run_die_as_the_uns_do(lived, rates, first):
    """Deaths in the calendar year of birth, by decade: 1.5 percent and three standard errors."""
    own, official = 0.0, 0.0
    for year in range(first, min(first + 10, 2021)):
        own += lived.years[year].deaths[:, :, 0].sum()
        chances = mortality.official_chances(rates.deaths[year - 1950])
        official += (lived.years[year].births.sum((0, 2)) * chances[:, 0]).sum()
    assert own == pytest.approx(official, abs=3 * math.sqrt(official) + 0.015 * official)


@pytest.mark.parametrize("year", [1960, 1979, 1990, 2000, 2010, 2020])
def test_the_chances_of_single_ages_keep_the_uns_life_expectancy(lived, rates, year):
    """Factors are by five years of age: within them the places' mix may shift an age a little."""
    p, here = parameters(year), lived.years[year].here
    people = np.concatenate(lived.records[year])
    place = here["mortality"][lived.prefectures(year)]
    alive = (people["death_year"] == 0) & (people["birth_year"] < year)
    people, place = people[alive], place[alive]
    age, sex = np.minimum(year - people["birth_year"], 105), people["sex"]
    urban = (people["hukou"] == NON_AGRICULTURAL) | (people["destination"] >= 0)
    rural = np.where(age <= 1, p["mort_rural_infant_ratio"], p["mort_rural_ratio"])
    factor = lived.alignment.deaths[year][sex, np.minimum(age // 5, 20)]
    relative = place * np.where(urban, p["mort_urban_ratio"], rural) * factor
    for code in SEXES.values():
        mean = np.ones(official_rates.OLDEST + 1)
        number = np.bincount(age[sex == code], minlength=len(mean))
        total = np.bincount(age[sex == code], weights=relative[sex == code], minlength=len(mean))
        mean[number > 0] = total[number > 0] / number[number > 0]
        official = rates.deaths[year - 1950, code]
        own = -np.log1p(-np.minimum(mean * mortality.official_chances(official), 0.999))
        assert life_expectancy(own) == pytest.approx(life_expectancy(official), abs=0.1)
