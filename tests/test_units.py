"""Home units: markets of marriage keep their size, and every prefecture keeps its own people."""

import numpy as np
import pytest

from leftbehind.base.person import FEMALE, MALE, NOBODY, SEEKING, TOGETHER
from leftbehind.model.population.founders import founders_by_prefecture
from leftbehind.model.population.units import UNIT_SIZE, home_units
from leftbehind.model.processes import care, partnership
from tests.families import Family, three_generations
from tests.random_families import parameters, place

HERE, P = place(2010, 1), parameters(2010)


# --- Which prefectures are a unit -----------------------------------------------------------


def test_a_unit_takes_in_prefectures_until_it_holds_enough():
    sizes = np.array([5, 5, 5, 12, 3, 4, 10, 2])
    first = np.array([0, 5, 6, 8])
    # 5 + 5 | 5 + 12, the 3 that are left with them | a short province | 10, the 2 left with them
    assert home_units(sizes, first, 10).tolist() == [0, 2, 5, 6, 8]
    assert home_units(sizes, first, 0).tolist() == list(range(9))
    assert home_units(sizes, first, 1000).tolist() == [0, 5, 6, 8]


@pytest.mark.parametrize("scale", [500, 5_000, 20_000, 200_000])
def test_units_are_of_one_province_and_large_enough(places, scale):
    sizes = founders_by_prefecture(places, scale).sum(axis=(1, 2))
    units = home_units(sizes, places.first)
    assert units[0] == 0 and units[-1] == len(places)
    assert set(places.first.tolist()) <= set(units.tolist())
    held = np.add.reduceat(sizes, units[:-1])
    province = places.province[units[:-1]]
    alone = np.bincount(province)[province] == 1
    assert np.all((held >= UNIT_SIZE) | alone)
    assert np.diff(units).max() <= 255  # `place` is one byte


def test_at_fine_scales_nearly_every_unit_is_one_prefecture(places):
    sizes = founders_by_prefecture(places, 500).sum(axis=(1, 2))
    width = np.diff(home_units(sizes, places.first))
    assert (width == 1).mean() > 0.8


# --- Marriage within the unit ---------------------------------------------------------------


def seeker(family: Family, age: int, sex: int, at: int, **fields: int) -> int:
    return family.person(age, sex, union=SEEKING, place=at, **fields)


def test_the_bride_takes_her_husbands_place():
    family = Family(2010)
    him = seeker(family, 26, MALE, 3)
    her = seeker(family, 24, FEMALE, 1)
    assert partnership.match(family.at(HERE, P)) == 1
    assert family.of(her, "partner") == him
    assert family.of(her, "place") == family.of(him, "place") == 3


def test_a_woman_with_children_marries_in_her_own_prefecture():
    for at, unions in ((1, 1), (3, 0)):
        family = Family(2010)
        him = seeker(family, 32, MALE, at)
        her = seeker(family, 30, FEMALE, 1)
        child = family.child(6, her, NOBODY, place=1)
        assert partnership.match(family.at(HERE, P)) == unions
        assert (family.of(her, "partner") == him) == bool(unions)
        assert family.of(child, "place") == family.of(her, "place") == 1


def test_her_own_prefecture_comes_first():
    """A man of her own place, unless another one's age suits by match_mismatch years better."""
    own = 0
    for number in range(1, 201):
        family = Family(2010, number)
        near = seeker(family, 27, MALE, 1)
        seeker(family, 27, MALE, 3)
        her = seeker(family, 25, FEMALE, 1)
        assert partnership.match(family.at(HERE, P)) == 1
        own += family.of(her, "partner") == near
    assert own >= 190
    family = Family(2010)
    old = seeker(family, 36, MALE, 1)
    for _ in range(9):
        seeker(family, 27, MALE, 3)
    her = seeker(family, 25, FEMALE, 1)
    partnership.match(family.at(HERE, P))
    assert family.of(her, "partner") != old and family.of(her, "place") == 3


def test_parents_in_another_prefecture_are_no_walk_away():
    family, who = three_generations()
    elder = family.woman(58, place=1)
    walks = 0
    for number in range(1, 101):
        family.people["key"][who["mother"]] = number
        family.people["mother"][who["mother"]] = elder
        for at, reach in ((0, True), (1, False)):
            family.people["place"][elder] = at
            at_home = family.at(HERE, P)
            minutes = care.minutes_to(at_home, who["mother"], who["father"], 0)
            walks += reach and minutes < care.FAR
            assert reach or minutes == care.FAR
    assert walks > 20


# --- A run ----------------------------------------------------------------------------------


def test_partners_children_and_parents_are_of_one_place(lived):
    for records in lived.records.values():
        for people in records:
            home = people["place"]
            together = (people["union"] == TOGETHER) & (people["death_year"] == 0)
            assert np.array_equal(home[together], home[people["partner"][together]])
            for parent in ("mother", "father"):
                linked = people[parent] >= 0
                apart = linked & (home != home[people[parent]])
                # Who is of another place than the parents has married out.
                assert np.all(people["sex"][apart] == FEMALE)
                assert np.all(people["union_year"][apart] > 0)


def test_brides_come_from_the_whole_unit_and_prefectures_keep_their_people(lived):
    out = of = 0
    for people in lived.records[2010]:
        wives = (people["sex"] == FEMALE) & (people["partner"] >= 0) & (people["mother"] >= 0)
        of += wives.sum()
        out += (people["place"] != people["place"][people["mother"]])[wives].sum()
    assert 0.02 < out / of < 0.9
    year = lived.years[2010]
    counted = year.counts.people.sum(axis=tuple(range(1, year.counts.people.ndim)))
    living = np.concatenate(lived.records[2010])["death_year"] == 0
    alive = np.bincount(lived.prefectures(2010)[living], minlength=len(lived.places))
    assert np.array_equal(counted, alive)
