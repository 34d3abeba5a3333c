"""Towns: who lives in one, who moved there, and whom a town's schools turn away."""

import numpy as np
import pytest

from leftbehind.base.person import CHILDREN_LEFT, NON_AGRICULTURAL
from leftbehind.counts import definitions
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.population.households import remoteness
from leftbehind.model.tallies import headcount
from leftbehind.model.tallies.cells import MOVED_TO_TOWN, RESIDENCES, TOWN_HOME, VILLAGE, residence

from .families import WORD, Family, a_place, parameters, three_generations

SHARES = (0.0, 0.1, 0.3, 0.6, 1.0)


def lives(family: Family, child: int, town_share: float, moved: float = 0.0) -> int:
    here, p = a_place(town_share=town_share), parameters(2010, town_moved=moved)
    return int(residence(family.people, child, WORD, here, p))


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


def test_a_part_of_the_rural_families_in_town_has_moved_there_and_none_moves_back():
    moved = []
    for number in range(400):
        family, who = three_generations(number=number)
        found = [lives(family, who["older"], 1.0, share) for share in SHARES]
        assert found == sorted(found)
        assert lives(family, who["older"], 0.0, 1.0) == VILLAGE
        moved.append([x == MOVED_TO_TOWN for x in found])
        family.people["hukou"][: family.count] = NON_AGRICULTURAL
        assert lives(family, who["older"], 1.0, 1.0) != MOVED_TO_TOWN
    assert np.mean(moved, axis=0) == pytest.approx(SHARES, abs=0.07)


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
    before = [lives(family, who["older"], share, 0.5) for share in SHARES]
    family.goes(who["mother"], who["father"], choice=CHILDREN_LEFT)
    assert [lives(family, who["older"], share, 0.5) for share in SHARES] == before
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
