"""Rules and counts of schools that places are given: examinations, and the way to school."""

import numpy as np
import polars as pl
import pytest

from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places, national
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.tables import read_table

YEARS = np.arange(2005, 2031)


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


@pytest.fixture(scope="module")
def opened(places) -> dict[int, dict[str, float]]:
    """`exam_open` by year and province."""
    conditions = Conditions(places, YEARS, Parameters.load(), Scenario())
    none = Coupling.none(len(places))
    names = places.table["province"].to_list()
    return {
        int(year): dict(
            zip(names, conditions.in_year(int(year), none)["exam_open"].tolist(), strict=True)
        )
        for year in YEARS
    }


def test_no_province_is_open_before_2013_and_twelve_open_in_that_year(opened):
    """China Daily 6 June 2014: twelve provinces in 2013, 28 in 2014."""
    assert not any(opened[2005].values()) and not any(opened[2012].values())
    assert sum(share > 0.0 for share in opened[2013].values()) == 12
    assert sum(share > 0.0 for share in opened[2016].values()) == 29


def test_guangdong_opens_in_2016_and_the_capital_never(opened):
    assert opened[2015]["Guangdong"] == 0.0 < opened[2016]["Guangdong"] < opened[2016]["Jiangsu"]
    assert opened[2030]["Beijing"] == opened[2030]["Tibet"] == 0.0
    assert opened[2030]["Shanghai"] < 0.2
    assert opened[2030] == opened[2016]


def test_every_province_has_a_rule(places):
    rules = read_table("exam_rules")
    assert set(rules["province"]) == set(places.provinces["name"])
    assert rules["openness"].is_between(0.0, 1.0).all()


@pytest.mark.parametrize("year", [1985, 2005, 2010, 2012, 2018, 2021])
def test_the_way_to_school_grows_with_the_root_of_the_area_a_school_serves(year):
    at = np.array([1998, year])
    schools = national("primary_schools", at) + national("primary_teaching_points", at)
    minutes = [float(Parameters.load().in_year(int(when))["school_minutes"][0]) for when in at]
    assert minutes[1] / minutes[0] == pytest.approx(np.sqrt(schools[0] / schools[1]), rel=0.005)


def test_pupils_by_place_of_school_add_up():
    """Northeast Normal University 2017: primary and junior school make compulsory school."""
    rows = read_table("published").filter(pl.col("indicator") == "pupils_by_place_of_school")
    value = dict(rows.filter(pl.col("year") == 2016).select("group", "value").iter_rows())
    for where in ("city", "town", "village"):
        parts = value[f"primary school, {where}"] + value[f"junior school, {where}"]
        assert parts == pytest.approx(value[f"compulsory school, {where}"], abs=0.01)
