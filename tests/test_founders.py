"""The people of 1950: families that could have been."""

import numpy as np
import polars as pl
import pytest

from leftbehind.base.person import FEMALE, MALE, NOBODY, NON_AGRICULTURAL, SAME_HOME
from leftbehind.base.randomness import HOME, luck, seed_word
from leftbehind.evidence import ancestors
from leftbehind.model.population.founders import ATTACHED_UNDER, START
from leftbehind.model.simulation import Settings, Simulation

from .families import parameters


@pytest.fixture(scope="module")
def founders() -> list[np.ndarray]:
    """Records of each prefecture at the start, 1:5,000."""
    population = Simulation(Settings(scale=5000)).population
    return [population.of(k).copy() for k in range(len(population.count))]


def children_of_wives(founders: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Age and number of recorded children of all women with a partner."""
    ages, numbers = [], []
    for people in founders:
        mothers = people["mother"]
        number = np.bincount(mothers[mothers >= 0], minlength=len(people))
        wives = (people["sex"] == FEMALE) & (people["partner"] >= 0)
        ages.append(START - 1 - people["birth_year"][wives])
        numbers.append(number[wives])
    return np.concatenate(ages), np.concatenate(numbers)


def test_children_are_spread_over_the_women_who_can_be_their_mothers(founders):
    """Nearly all children have a mother; no woman has more than she can have borne in 15 years."""
    age, number = children_of_wives(founders)
    children = sum(int((START - 1 - p["birth_year"] < ATTACHED_UNDER).sum()) for p in founders)
    assert number.sum() > 0.9 * children
    assert number.max() <= 9
    mean = [number[(age >= low) & (age < low + 5)].mean() for low in (20, 25, 30, 35, 40, 45)]
    assert mean[0] < 1.0 and 2.0 < max(mean) < 4.0
    assert mean == sorted(mean[:4]) + sorted(mean[4:], reverse=True)  # a peak in the late thirties
    assert 0.0 < (number[(age >= 30) & (age < 40)] == 0).mean() < 0.15


def test_parents_of_founders_are_a_couple_of_the_right_ages(founders):
    for people in founders:
        child = np.flatnonzero(people["mother"] != NOBODY)
        mother, father = people["mother"][child], people["father"][child]
        assert (people["sex"][mother] == FEMALE).all() and (people["sex"][father] == MALE).all()
        assert np.array_equal(people["partner"][mother], father)
        gap = people["birth_year"][child] - people["birth_year"][mother]
        assert ((gap >= 17) & (gap <= 46)).all()


def test_founders_share_no_draw_with_the_first_year_lived(founders):
    """Where a couple began to live was drawn for the year before the start."""
    p, word = parameters(START), seed_word(1)
    for people in founders[:40]:
        wives = people[(people["sex"] == FEMALE) & (people["partner"] >= 0)]
        urban = wives["hukou"] == NON_AGRICULTURAL
        start = np.where(urban, p["coreside_start_urban"], p["coreside_start_rural"])
        drawn = np.array([luck(word, key, START - 1, HOME, 0) for key in wives["key"]])
        assert np.array_equal(wives["home"] == SAME_HOME, drawn < start)


def test_founders_are_divided_by_how_much_too_many_descendants_they_have():
    began = np.array([10.0, 20.0, 30.0])
    lived = np.array([30.0, 30.0, 60.0])
    registered = np.array([15.0, 30.0, 120.0])
    placed = ancestors.corrected(began, lived, registered)
    assert placed.sum() == pytest.approx(began.sum())
    growth = lived / began
    assert placed * growth / (placed * growth).sum() == pytest.approx(registered / registered.sum())
    assert ancestors.corrected(began, lived, lived * 2.0) == pytest.approx(began)


def test_provinces_have_the_people_that_were_registered_there_in_2010(world, places):
    """Relative to the nation, whose people are the UN's: 8 percent where chance is small.

    Two seeds of this scale give a province of 30 to 50 million people 3 to 5 percent apart, and
    Yunnan, the farthest off of these, 10 and 5 percent too many: twice the bound holds there.
    """
    people = world.table("people").filter(pl.col("year") == ancestors.YEAR).collect()
    by_name = people.group_by(pl.col("province").cast(pl.String)).agg(pl.col("number").sum())
    lived = dict(by_name.iter_rows())
    found = np.array([lived[name] for name in places.provinces["name"]], float)
    census = places.registered()
    off = found / found.sum() * census.sum() / census - 1.0
    assert np.abs(off[census > 50e6]).max() < 0.08
    assert np.abs(off[census > 30e6]).max() < 0.16


@pytest.mark.parametrize("arguments", [[], ["no-such-run"], ["a", "b"]])
def test_founders_are_not_placed_by_a_run_that_is_none(arguments, capsys):
    assert ancestors.main(arguments) == 2
    assert capsys.readouterr().err


def test_founders_are_not_placed_by_a_coarse_run(world, capsys):
    assert ancestors.main([str(world.folder)]) == 2
    assert "1:1000" in capsys.readouterr().err
