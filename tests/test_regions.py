"""The map of migration and of children left behind, on tables whose answers are known."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from leftbehind.evidence.validate import children, likeness, regions
from leftbehind.evidence.validate.check import published
from leftbehind.evidence.validate.migration import LEFT
from leftbehind.model.tallies import local

from .families import a_place, parameters, three_generations

YEARS = range(2008, 2013)
LOCAL = {"east": ("Guangdong", 30.0), "central": ("Henan", 10.0), "west": ("Sichuan", 60.0)}
AWAY = {"east": ("Jiangsu", 20.0), "central": ("Anhui", 50.0), "west": ("Guizhou", 30.0)}


def frame(by_region: dict[str, tuple[str, float]], **more: object) -> pl.DataFrame:
    rows = [(year, *pair) for year in YEARS for pair in by_region.values()]
    table = pl.DataFrame(rows, schema=["year", "province", "millions"], orient="row")
    return table.with_columns(**{name: pl.lit(value) for name, value in more.items()})


@pytest.fixture
def tallies() -> SimpleNamespace:
    """Of 100 million local workers 30 are in the east; of 100 million away 20 come from there."""
    jobs = frame(LOCAL, work="local job")
    none = frame({"east": ("Shanghai", 500.0)}, work="farm or none")
    flows = frame(AWAY).select("year", origin="province", destination=pl.lit("Beijing"))
    flows = flows.with_columns(adults=pl.lit(40.0), children=pl.lit(1.0))
    return SimpleNamespace(
        years=YEARS, local=pl.concat([jobs, none]), migrants=frame(AWAY), flows=flows
    )


def test_origins_are_where_the_homes_are(tallies):
    found = {(c.year, c.place, c.what): c.model for c in regions.origins(tallies)}
    left = "region of origin of those who left"
    assert found["2008", "east", left] == pytest.approx(20.0)
    assert found["2010", "central", left] == pytest.approx(50.0)
    # With the local workers: 20 + 30 of 200.
    assert found["2010", "east", "region of origin of all rural workers"] == pytest.approx(25.0)
    rows = list(published(YEARS, indicator="migrant_origin_share"))
    assert len(found) == len(rows) and {row["group"] for row in rows} == {LEFT, "all"}


def test_local_workers_are_those_whom_a_local_job_reaches(tallies):
    found = {(c.what, c.year, c.place): c.model for c in regions.local_workers(tallies)}
    assert found["region of local workers", "2010", "west"] == pytest.approx(60.0)
    assert found["local workers", "2010", "china"] == pytest.approx(100.0)


def test_all_workers_work_at_home_or_where_they_went(tallies):
    found = {(c.year, c.place): c.model for c in regions.where_they_work(tallies)}
    assert found["2010", "east"] == pytest.approx(100.0 * (120 + 30) / 220)
    assert found["2010", "west"] == pytest.approx(100.0 * 60 / 220)


def test_workers_who_do_not_grow_miss_the_growth(tallies):
    (growth,) = regions.growth(tallies)
    assert growth.model == 0.0 and not growth.met


def test_arrivals_of_each_region_are_compared_and_add_to_100(tallies):
    made = list(regions.arrivals(tallies))
    assert {check.year for check in made} == {"2010"}
    assert sum(check.model for check in made) == pytest.approx(100.0)
    assert sum(check.published for check in made) == pytest.approx(100.0)
    assert next(c for c in made if c.place == "east").model == pytest.approx(100.0)


def test_children_who_moved_are_told_by_how_far():
    """Chengdu is in Sichuan as Liangshan is; 2 in town, 1 in the own prefecture, 3 and 4 beyond."""
    rows = [(513400, 513400, 1), (513400, 510100, 3), (513400, 440100, 4), (513400, 990000, 50)]
    flows = pl.LazyFrame(rows, schema=["origin", "destination", "children"], orient="row")
    residence = pl.DataFrame(
        {"residence": ["moved to town", "city with a parent"], "number": [2e6, 8e6]}
    )
    world = SimpleNamespace(
        scale=1_000_000,
        table=lambda name: flows.with_columns(year=2010),
        left_behind=lambda *asked: residence,
    )
    found = regions.children_by_range(SimpleNamespace(world=world), 2010)
    assert found == pytest.approx((20.0, 10.0, 30.0, 40.0))
    (check,) = regions.children_moved(SimpleNamespace(years=range(2010, 2011), world=world))
    assert check.model == pytest.approx(40.0) and "30 elsewhere in the province" in check.note


def test_a_local_job_counts_the_adults_of_the_homes_nearest_to_town():
    family, who = three_generations()
    counts = []
    for share in (0.0, 1.0):
        out = np.zeros(local.TALLY.shape(), np.int64)
        local.tally(family.at(a_place(local_job=share), parameters(2010)), out)
        counts.append(out.sum(axis=0).tolist())
    assert counts == [[2, 0], [0, 2]]  # both parents; the grandparents are over 59
    family.goes(who["father"], choice=1)
    out = np.zeros(local.TALLY.shape(), np.int64)
    local.tally(family.at(a_place(local_job=1.0), parameters(2010)), out)
    assert out.tolist() == [[0, 1], [0, 0]]


# --- does it look like China ---------------------------------------------------------------------

NAMED = {
    row["place"]: row["value"] for row in published(range(2010, 2011), indicator=likeness.AT_LEAST)
}


def provinces(sign: float) -> pl.DataFrame:
    """Shares and numbers in the order of what was published, or in the opposite one."""
    rows = published(range(2010, 2011), indicator="left_behind_province_share")
    single = {r["place"]: r["value"] for r in rows if "," not in r["place"]}
    names = sorted({*NAMED, *single, "Beijing"})
    return pl.DataFrame(
        {
            "province": names,
            "percent": [50.0 + sign * NAMED.get(name, 0.0) for name in names],
            "number": [1e6 + sign * 1e4 * single.get(name, 0.0) for name in names],
        }
    )


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_right_map_has_rank_correlation_one_and_the_reversed_one_minus_one(sign):
    numbers, shares = likeness.order_of_provinces(SimpleNamespace(), provinces(sign))
    assert numbers.model == pytest.approx(sign) and shares.model == pytest.approx(sign)
    assert (numbers.met, shares.met) == (sign > 0, sign > 0)


def test_three_provinces_that_receive_people_must_not_lead():
    table = pl.DataFrame(
        {"province": ["Guangdong", "Shanghai", "Jiangsu", "Hunan"], "percent": [9.0, 8.0, 7.0, 6.0]}
    )
    assert likeness.leaders(table).model == 3.0 and not likeness.leaders(table).met
    other = table.with_columns(percent=pl.Series([9.0, 8.0, 7.0, 9.5]))
    assert likeness.leaders(other).model == 2.0 and likeness.leaders(other).met


def test_liangshan_is_set_beside_the_median_prefecture():
    table = pl.DataFrame({"prefecture": ["A", "Liangshan", "B"], "percent": [20.0, 14.0, 30.0]})
    assert likeness.liangshan(table).model == pytest.approx(0.7)
    assert not likeness.liangshan(table).met


def test_returns_of_couples_are_shares_of_those_away_without_children():
    rows = [("children_left", "children_left", 90.0), ("children_left", "home", 6.0)]
    rows += [("children_left", "mother_away", 4.0), ("home", "home", 500.0)]
    table = pl.DataFrame(rows, schema=["before", "now", "millions"], orient="row")
    table = table.with_columns(year=2010, household=pl.lit("couple with children"))
    one, both = likeness.returns(SimpleNamespace(choices=table))
    assert (one.model, both.model) == pytest.approx((10.0, 6.0))
    assert one.met and both.met


def test_nights_of_small_children_without_an_adult_are_children_on_a_night():
    table = pl.LazyFrame(
        {"year": [2010, 2010, 2009], "age": [1, 9, 1], "nights_without_adult": [14.0, 70.0, 70.0]}
    )
    world = SimpleNamespace(table=lambda name: table, scale=1000)
    assert likeness.small_alone_at_night(SimpleNamespace(world=world)).model == pytest.approx(0.002)


def test_pupils_of_villages_are_those_who_live_there_and_boarders_are_told_apart():
    rows = [("village", "no", "primary", 30), ("village", "yes", "junior", 20)]
    rows += [("town", "no", "primary", 25), ("city with a parent", "no", "junior", 25)]
    rows += [("abroad", "no", "junior", 900), ("village", "no", "senior", 900)]
    table = pl.LazyFrame(rows, schema=["residence", "boards", "stage", "number"], orient="row")
    world = SimpleNamespace(table=lambda name: table.with_columns(year=2009), scale=1_000_000)
    found = {
        c.what: c for c in children.schools(SimpleNamespace(years=range(2009, 2010), world=world))
    }
    assert found["in town and city, compulsory school"].model == pytest.approx(50.0)
    assert "in a town 70.0 percent" in found["in town and city, compulsory school"].note
    assert found["in town and city, primary school"].model == pytest.approx(100 * 25 / 55)
