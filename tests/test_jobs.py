"""Jobs and pay by place: what places have agrees with the reports that they are made from."""

import numpy as np
import polars as pl
import pytest

from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.jobs import REGIONS
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places, national
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.settlement import hukou_target
from leftbehind.inputs.tables import read_table

YEARS = np.arange(1978, 2051)
MUNICIPALITIES = ("Beijing", "Tianjin", "Shanghai", "Chongqing")


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


@pytest.fixture(scope="module")
def here(places) -> dict[int, np.ndarray]:
    """PLACE records by year, at the priors."""
    conditions = Conditions(places, YEARS, Parameters.load(), Scenario())
    none = Coupling.none(len(places))
    return {int(year): conditions.in_year(int(year), none) for year in YEARS}


def figure(name: str) -> float:
    return float(read_table("published").filter(pl.col("id") == name)["value"].item())


def migrants(places) -> np.ndarray:
    return places.table["migrants_in_2010"].to_numpy().astype(float)


def pay_of(mask: np.ndarray, records: np.ndarray, places: Places) -> float:
    return float(np.average(records["wage"][mask], weights=migrants(places)[mask]))


@pytest.mark.parametrize("year", [2011, 2012])
def test_pay_by_region_of_work_is_in_the_ratios_of_the_monitoring_report(year, here, places):
    regions = places.three_regions()
    east = pay_of(regions == "east", here[year], places)
    for region in ("central", "west"):
        told = figure(f"pay_work_{year}_{region}") / figure(f"pay_work_{year}_east")
        assert pay_of(regions == region, here[year], places) / east == pytest.approx(told)


def test_ratios_of_regions_stay_where_no_report_is(here, places):
    """Before 2006 those of the survey of that year, after 2012 those of 2012."""
    regions = places.three_regions()

    def ratio(year: int, region: str = "central") -> float:
        of = {name: pay_of(regions == name, here[year], places) for name in (region, "east")}
        return of[region] / of["east"]

    assert ratio(1978) == pytest.approx(880 / 1090) == ratio(2006)
    assert ratio(1995, "west") == pytest.approx(835 / 1090)
    assert ratio(2050) == pytest.approx(ratio(2012)) == pytest.approx(2257 / 2286)
    assert ratio(2006) < ratio(2008) < ratio(2010) < ratio(2012)


@pytest.mark.parametrize("year", [1985, 2000, 2010, 2020])
def test_the_mean_migrant_earns_the_nations_mean(year, here, places):
    at = np.array([year])
    mean = national("migrant_wage", at)[0] / national("cpi", at)[0]
    assert pay_of(np.ones(len(places), bool), here[year], places) == pytest.approx(mean)


def test_the_larger_the_kind_of_place_the_better_the_pay_as_the_report_of_2012_says(here, places):
    """Within 4 percent of each kind's pay over the mean of all, and in the same order."""
    municipality = places.table["name"].is_in(MUNICIPALITIES).to_numpy()
    capital = (places.table["code"].to_numpy() // 100 % 100 == 1) & ~municipality
    others = ~municipality & ~capital
    mean = pay_of(np.ones(len(places), bool), here[2012], places)
    made = [pay_of(kind, here[2012], places) / mean for kind in (municipality, capital, others)]
    told = [figure(f"pay_kind_2012_{name}") for name in ("municipalities", "provincial_capitals")]
    told.append((figure("pay_kind_2012_prefecture_cities") + 2204.0) / 2.0)
    assert made == pytest.approx([pay / 2290.0 for pay in told], rel=0.04)
    assert made == sorted(made, reverse=True)


@pytest.mark.parametrize("year", [1978, 1995, 2008, 2010, 2012, 2024, 2050])
def test_jobs_near_home_are_the_local_workers_of_each_region(year, here, places):
    regions, at = places.three_regions(), np.array([year])
    registered = places.table["registered_2010"].to_numpy()
    rural = registered * (1.0 - hukou_target(places, at)[:, 0])
    jobs = here[year]["local_job"]
    assert (jobs > 0.0).all() and (jobs < 1.0).all()
    total = 0.0
    for region in REGIONS:
        mask = regions == region
        adults = national(f"rural_hukou_adults_{region}", at)[0]
        total += np.average(jobs[mask], weights=rural[mask]) * adults
    assert total == pytest.approx(national("local_workers", at)[0], rel=1e-3)


@pytest.mark.parametrize("year", [2008, 2010, 2011])
@pytest.mark.parametrize("region", REGIONS)
def test_local_workers_by_region_are_those_of_the_report(year, region, here, places):
    mask, at = places.three_regions() == region, np.array([year])
    registered = places.table["registered_2010"].to_numpy()
    rural = registered * (1.0 - hukou_target(places, at)[:, 0])
    jobs = np.average(here[year]["local_job"][mask], weights=rural[mask])
    workers = jobs * national(f"rural_hukou_adults_{region}", at)[0]
    told = figure(f"local_region_{year}_{region}") / 100.0 * figure(f"nbs_{year}_local")
    assert workers == pytest.approx(told, rel=1e-3)


@pytest.mark.parametrize("year", [1950, 1980, 2000, 2010, 2020, 2050])
def test_rural_hukou_adults_are_what_their_sources_say(year, places):
    """The UN's people of 16-59, less those with non-agricultural hukou; regions by registration."""
    at = np.array([year])
    people = read_table("un_population").filter(
        (pl.col("year") == year) & (pl.col("moment") == "1 July") & pl.col("age").is_between(16, 59)
    )
    adults = people["value"].sum() / 1e3
    adults *= 1.0 - national("nonagricultural_hukou_share", at)[0]
    rural = places.table["registered_2010"].to_numpy() * (1.0 - hukou_target(places, at)[:, 0])
    for region in REGIONS:
        share = rural[places.three_regions() == region].sum() / rural.sum()
        told = national(f"rural_hukou_adults_{region}", at)[0]
        assert told == pytest.approx(adults * share, rel=2e-3)


def test_within_a_region_jobs_near_home_follow_output_a_head(here, places):
    jobs = {name: here[2010]["local_job"][places.find(name)] for name in ("Chengdu", "Liangshan")}
    assert jobs["Liangshan"] < 0.6 * jobs["Chengdu"]
