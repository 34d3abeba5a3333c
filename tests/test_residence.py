"""Residence as a census asks for it: who lives in another province than five years before."""

from types import SimpleNamespace

import numpy as np
import pytest

from leftbehind.base.person import ABROAD, AT_HOME, CHILDREN_TAKEN, FATHER_AWAY, IN_PRISON, NOWHERE
from leftbehind.model.processes import destination, fertility, residence
from leftbehind.model.processes.residence import AWAY_MONTHS
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.tallies import moves

from .families import Family, a_place, parameters, three_generations

PROVINCE = np.array([0, 0, 1, 2, 2])  # of five prefectures; the families' own is the first
OWN, NEAR, SOUTH, EAST, EAST_TOO = range(5)
HERE, P = a_place(), parameters()


def census(family: Family, year: int) -> dict[tuple[int, int], int]:
    """Movers by province then and now, as counted at the end of `year`, after which it is kept."""
    at = family.at(HERE, P)._replace(year=year)
    found = np.zeros((3, 3), np.int64)
    moves.tally(at, OWN, PROVINCE, found)
    residence.step(at, OWN)
    return {(int(a), int(b)): int(found[a, b]) for a, b in np.argwhere(found)}


def stays(family: Family, i: int, at: int, months: int = 12) -> None:
    """Person `i` is at `at` this year."""
    family.people[i]["destination"] = at
    family.people[i]["months"] = months if at >= 0 else 0


def a_man(lived: int = OWN) -> tuple[Family, int]:
    family = Family(2010)
    return family, family.man(36, lived=lived)


def years_of(family: Family, i: int, where: dict[int, int]) -> list[dict[tuple[int, int], int]]:
    """The count of every year in which `i` is at the place given."""
    out = []
    for year, at in where.items():
        stays(family, i, at)
        out.append(census(family, year))
    return out


# --- Who has moved ------------------------------------------------------------------------------


def test_who_left_came_home_and_left_again_counts_once():
    family, he = a_man()
    where = {2006: EAST, 2007: AT_HOME, 2008: SOUTH, 2009: AT_HOME, 2010: EAST}
    assert years_of(family, he, where) == [{}, {}, {}, {}, {(0, 2): 1}]


def test_who_is_back_where_he_lived_five_years_before_has_not_moved():
    family, he = a_man()
    where = {2005: EAST, 2006: AT_HOME, 2007: SOUTH, 2010: EAST_TOO, 2015: EAST_TOO}
    assert years_of(family, he, where) == [{(0, 2): 1}, {}, {}, {}, {}]


def test_a_change_of_the_place_of_work_counts_and_so_does_coming_home():
    family, he = a_man()
    where = {2005: EAST, 2010: SOUTH, 2015: AT_HOME, 2020: AT_HOME}
    assert years_of(family, he, where) == [{(0, 2): 1}, {(2, 1): 1}, {(1, 0): 1}, {}]


def test_a_move_within_the_province_does_not_count():
    family, he = a_man()
    assert years_of(family, he, {2005: NEAR, 2010: AT_HOME}) == [{}, {}]


@pytest.mark.parametrize("months", [AWAY_MONTHS - 2, AWAY_MONTHS])
def test_a_seasonal_worker_lives_at_home(months):
    family, he = a_man()
    stays(family, he, EAST, months)
    long = months >= AWAY_MONTHS
    assert census(family, 2010) == ({(0, 2): 1} if long else {})
    assert family.of(he, "lived") == (EAST if long else OWN)


@pytest.mark.parametrize(("then", "now"), [(OWN, ABROAD), (ABROAD, EAST), (ABROAD, AT_HOME)])
def test_who_is_or_was_abroad_is_not_counted(then, now):
    family, he = a_man(lived=then)
    stays(family, he, now)
    assert census(family, 2010) == {}
    assert family.of(he, "lived") == (OWN if now == AT_HOME else now)


def test_a_prisoner_counts_at_home():
    family, he = a_man(lived=EAST)
    stays(family, he, IN_PRISON)
    assert census(family, 2010) == {(2, 0): 1}
    assert family.of(he, "lived") == OWN


def test_the_dead_are_not_counted_nor_kept():
    family, he = a_man(lived=EAST)
    family.dies(he)
    assert census(family, 2010) == {}
    assert family.of(he, "lived") == EAST


def test_people_of_another_prefecture_of_the_unit_are_left_to_it():
    family, he = a_man()
    family.people[he]["place"] = 1
    stays(family, he, EAST)
    assert census(family, 2010) == {}
    assert family.of(he, "lived") == OWN


# --- Children -----------------------------------------------------------------------------------


def everybody_to(k: int) -> destination.Logit:
    """The logit of who goes to prefecture `k` and nowhere else."""
    share = np.zeros((2, len(PROVINCE)))
    share[:, k] = 1.0
    by_province = np.zeros((2, 3))
    by_province[:, PROVINCE[k]] = 1.0
    return destination.Logit(share, by_province, np.array([0, 2, 3, 5]))


@pytest.mark.parametrize("choice", [CHILDREN_TAKEN, FATHER_AWAY])
def test_children_who_are_taken_along_move_with_their_parents(choice):
    family, who = three_generations()
    for parent in ("father", "mother"):
        family.people[who[parent]]["choice"] = choice
    p = parameters(months_seasonal_share=0.0)
    destination.step(family.at(HERE, p), everybody_to(SOUTH), OWN)
    movers = ("father", "mother", "older", "younger") if choice == CHILDREN_TAKEN else ("father",)
    assert census(family, 2010) == {(0, 1): len(movers)}
    assert {name for name, i in who.items() if family.of(i, "lived") == SOUTH} == set(movers)


def test_a_newborn_lived_nowhere_and_from_then_on_where_it_lives():
    family, who = three_generations()
    child = family.count
    fertility.bear(family.at(HERE, P), child, who["mother"], 0.5)
    family.count += 1
    assert family.of(child, "lived") == NOWHERE
    stays(family, child, EAST)
    assert census(family, 2010) == {}
    assert family.of(child, "lived") == EAST
    stays(family, child, AT_HOME)
    assert census(family, 2015) == {(2, 0): 1}


# --- The country --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country() -> SimpleNamespace:
    """Counts of all years to 2010 at 1:50,000, and the people after 2005 and 2010."""
    simulation = Simulation(Settings(scale=50_000, seed=1), threads=2)
    counted, people = {}, {}
    while simulation.year <= 2010:
        output = simulation.step()
        counted[output.year] = output.counts.moves
        if output.year in (2005, 2010):
            parts = [
                (people_of["key"], first + people_of["place"].astype(int), people_of.copy())
                for first, people_of in zip(
                    simulation.units[:-1],
                    map(simulation.population.of, range(len(simulation.units) - 1)),
                    strict=True,
                )
            ]
            people[output.year] = tuple(np.concatenate(part) for part in zip(*parts, strict=True))
    return SimpleNamespace(counted=counted, people=people, places=simulation.places)


def test_the_people_of_1950_have_lived_at_home():
    simulation = Simulation(Settings(scale=1_000_000, seed=1))
    for unit, first in enumerate(simulation.units[:-1]):
        people = simulation.population.of(unit)
        assert np.array_equal(people["lived"], first + people["place"].astype(int))


def test_movers_are_counted_in_census_years_after_people_may_leave_and_in_no_other(country):
    some = {year for year, found in country.counted.items() if found.any()}
    assert some == {year for year in range(1985, 2011, 5)} | ({1980} & some)


def test_movers_are_those_whose_two_residences_lie_in_two_provinces(country):
    province = country.places.province
    key, _, then = country.people[2005]
    lived = dict(zip(key.tolist(), then["lived"].tolist(), strict=True))
    expected = np.zeros_like(country.counted[2010])
    key, home, now = country.people[2010]
    for i in np.flatnonzero(now["death_year"] == 0):
        a, b = lived.get(int(key[i]), NOWHERE), int(now["lived"][i])
        if a not in (NOWHERE, ABROAD) and b != ABROAD and province[a] != province[b]:
            expected[home[i], province[a], province[b]] += 1
    assert expected.sum() > 500
    assert np.array_equal(country.counted[2010], expected)


def test_after_a_census_everybody_alive_has_lived_somewhere(country):
    for year, (_, _, people) in country.people.items():
        alive = people[people["death_year"] == 0]
        assert (alive["lived"] >= 0).all(), year
