"""Towns: who lives in one, who moved there by choice, and whom a town's schools turn away."""

import numpy as np
import pytest

from leftbehind.base.person import CHILDREN_LEFT, CHILDREN_TAKEN, FATHER_AWAY_TOWN, HOME, TOWN
from leftbehind.counts import definitions
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.population.households import remoteness
from leftbehind.model.processes import destination
from leftbehind.model.tallies import headcount, migrants
from leftbehind.model.tallies.cells import (
    CITY_WITH_PARENT,
    MOVED_TO_TOWN,
    RESIDENCES,
    TOWN_HOME,
    VILLAGE,
    residence,
)

from .families import WORD, Family, a_place, parameters, three_generations

SHARES = (0.0, 0.1, 0.3, 0.6, 1.0)
OWN = 3  # the own prefecture among ten


def lives(family: Family, child: int, town_share: float) -> int:
    return int(residence(family.people, child, WORD, a_place(town_share=town_share)))


def settled(choice: int, number: int = 1, town_share: float = 0.0) -> tuple[Family, dict[str, int]]:
    """A family that lives by `choice`, in one of ten prefectures of which its own is OWN."""
    family, who = three_generations(number=number)
    family.people["choice"][[who["mother"], who["father"]]] = choice
    logit = destination.Logit(np.full((2, 10), 0.1), np.ones((2, 1)), np.array([0, 10]))
    destination.step(family.at(a_place(town_share=town_share), parameters(2010)), logit, OWN)
    return family, who


def test_a_family_lives_at_one_distance_from_town():
    family, who = three_generations()
    ranks = {remoteness(family.people, who[name], WORD) for name in ("mother", "father", "older")}
    assert len(ranks) == 1
    many = [
        remoteness(f.people, w["mother"], WORD)
        for f, w in (three_generations(number=n) for n in range(400))
    ]
    quarters = [0.25, 0.5, 0.75]
    assert np.quantile(many, quarters) == pytest.approx(quarters, abs=0.07)


def test_as_towns_grow_a_family_becomes_urban_once():
    for number in range(50):
        family, who = three_generations(number=number)
        found = [lives(family, who["older"], share) for share in SHARES]
        assert found[0] == VILLAGE and found[-1] == TOWN_HOME
        assert found == sorted(found)


@pytest.mark.parametrize("choice", [TOWN, FATHER_AWAY_TOWN])
def test_a_family_in_town_by_choice_has_moved_to_town(choice):
    for number in range(20):
        family, who = settled(choice, number)
        for child in ("older", "younger"):
            assert lives(family, who[child], 0.0) == MOVED_TO_TOWN
            assert family.of(who[child], "destination") == OWN
        assert family.of(who["mother"], "destination") == OWN
        assert (family.of(who["father"], "destination") == OWN) or choice == FATHER_AWAY_TOWN
        assert family.of(who["mother"], "months") == destination.WHOLE_YEAR
        family.people["choice"][[who["mother"], who["father"]]] = HOME
        logit = destination.Logit(np.full((2, 10), 0.1), np.ones((2, 1)), np.array([0, 10]))
        destination.step(family.at(a_place(), parameters(2010)), logit, OWN)
        assert lives(family, who["older"], 0.0) == VILLAGE


def test_children_taken_to_a_city_have_not_moved_to_town_even_in_their_own_prefecture():
    for number in range(60):
        family, who = settled(CHILDREN_TAKEN, number)
        assert lives(family, who["older"], 0.0) == CITY_WITH_PARENT


def test_the_mother_in_town_with_the_children_is_no_rural_worker_and_he_is():
    """In the town with the children both work; where he is away she keeps house."""
    for choice in (TOWN, FATHER_AWAY_TOWN):
        for number in range(10):
            family, who = settled(choice, number)
            at = family.at(a_place(), parameters(2010))
            assert migrants.works(at, who["father"])
            assert migrants.works(at, who["mother"]) == (choice == TOWN)


def test_who_moved_to_town_is_a_migrant_child_and_not_at_the_place_of_registration():
    label = RESIDENCES[MOVED_TO_TOWN]
    assert label in definitions.get("migrant-children").residence
    for name in (
        "acwf-2000",
        "acwf-2005",
        "acwf-2010",
        "nbs-unicef-2015-all",
        "nbs-unicef-2020-all",
        "nbs-unicef-2020-rural",
    ):
        assert label not in definitions.get(name).residence
    # The ministries ask for the parents' absence and the child's registration or school instead.
    for name in ("mca-2016", "mca-2018", "mca-2018-outside-province", "moe-pupils"):
        assert label in definitions.get(name).residence


def test_parents_away_do_not_change_where_their_child_is_at_home():
    family, who = three_generations()
    before = [lives(family, who["older"], share) for share in SHARES]
    family.goes(who["mother"], who["father"], choice=CHILDREN_LEFT)
    assert [lives(family, who["older"], share) for share in SHARES] == before
    assert headcount.where(family.people, who["mother"], WORD, a_place()) == headcount.IS_AWAY


@pytest.fixture(scope="module")
def barriers() -> dict[int, np.ndarray]:
    """School barriers of all prefectures by year, at the priors."""
    places = Places.load()
    years = np.arange(1990, 2026)
    conditions = Conditions(places, years, Parameters.load(), Scenario())
    none = Coupling.none(len(places))
    return {
        year: conditions.in_year(year, none)["own_barrier"]
        for year in (1995, 2001, 2010, 2014, 2020, 2025)
    }


def test_school_barriers_fall_with_the_rules_of_2001_and_of_2014(barriers):
    """The two mains of 2001; from 2014 small cities opened first and the largest not at all."""
    assert np.array_equal(barriers[1995], barriers[2001])
    assert (barriers[2010] < barriers[2001]).all()
    assert (barriers[2020] <= barriers[2014] + 0.1).all()
    assert np.array_equal(barriers[2025], barriers[2020])
    places = Places.load()
    fell = barriers[2014] - barriers[2020]
    megacities = [places.find("Beijing"), places.find("Shanghai")]
    assert (fell[megacities] <= 0.0).all()
    assert (np.delete(fell, megacities) > 0.0).all()
    assert fell[places.find("Liangshan")] > fell[places.find("Guangzhou")]


def test_the_larger_the_city_the_higher_its_barrier(barriers):
    places = Places.load()
    names = ("Beijing", "Guangzhou", "Huizhou", "Liangshan")
    found = [barriers[2010][places.find(name)] for name in names]
    assert found == sorted(found, reverse=True) and len(set(found)) == len(found)
