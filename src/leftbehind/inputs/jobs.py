"""Jobs and pay by place: migrants' pay, non-farm jobs, off-farm jobs near home.

Pay follows the means of the statistical office's monitoring reports by region of work; formal
wages say only how places differ within a region. Jobs near home are its local workers (off the
farm in their own township) over the rural-hukou adults of the region. See docs/ODD.md 3.3.
"""

from collections.abc import Callable

import numpy as np

from leftbehind.base.elementary import exps, logs
from leftbehind.inputs.places import Places, national, relative_to_nation, spread
from leftbehind.inputs.settlement import hukou_target, scaled_odds

REGIONS = ("east", "central", "west")


def work(
    places: Places, years: np.ndarray, price: np.ndarray, dated: Callable[[str], np.ndarray]
) -> dict[str, np.ndarray]:
    """`wage` (yuan of 2010 a month), `vacancies` (million), `local_job` (share), (places, years).

    `price` is the consumer price index (2010 is 1), `dated` gives a parameter year by year.
    """
    pay = relative_to_nation(places, "wage", "urban_wage", years)
    formal = spread(places, pay)
    at_2010 = places.province_series("wage", np.array([2010.0]))[:, 0]
    formal *= (places.table["wage_2010"].to_numpy() / at_2010[places.province])[:, None]
    return {
        "wage": national("migrant_wage", years)
        / price
        * _relative_pay(places, years, exps(dated("wage_place_weight") * logs(formal))),
        "vacancies": _jobs(places, years, pay),
        "local_job": _local_jobs(places, years, dated("place_local_job_range")),
    }


def _relative_pay(places: Places, years: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Migrants' pay over the nation's mean; `within` says how places of one region differ.

    Means are over residents with hukou in another county (census of 2010), the nearest there is to
    migrant workers by place. Ratios of regions are held before their first and after their last
    published year.
    """
    migrants = places.table["migrants_in_2010"].to_numpy().astype(float)[:, None]
    relative = np.empty_like(within)
    for region, here in _regions(places):
        mean = (migrants[here] * within[here]).sum(axis=0) / migrants[here].sum()
        relative[here] = national(f"migrant_pay_{region}", years) * within[here] / mean
    relative /= (migrants * relative).sum(axis=0) / migrants.sum()
    return relative


def _jobs(places: Places, years: np.ndarray, pay: np.ndarray) -> np.ndarray:
    """Jobs of the census of 2010, carried to other years by the province's output over pay."""
    pay_2010 = relative_to_nation(places, "wage", "urban_wage", np.array([2010]))
    output = places.province_series("nonfarm_gdp", years)
    output_2010 = places.province_series("nonfarm_gdp", np.array([2010.0]))
    growth = output / output_2010 * pay_2010 / pay
    jobs = places.table["nonfarm_jobs_2010"].to_numpy()[:, None] * growth[places.province]
    scaled: np.ndarray = jobs * national("nonfarm_employment", years) / jobs.sum(axis=0)
    return scaled


def _local_jobs(places: Places, years: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Share of rural-hukou adults with a job near home: the region's published one on average.

    Within a region places differ by non-farm output a head, to the power `reach`: the province's,
    spread over its prefectures by their non-farm jobs a head in the census of 2010.
    """
    output = places.province_series("nonfarm_gdp", years)
    output /= places.province_series("population", years)
    people = places.table["population_2010"].to_numpy().astype(float)
    jobs = places.table["nonfarm_jobs_2010"].to_numpy() / people
    of_province = np.add.reduceat(jobs * people, places.first[:-1])
    of_province /= np.add.reduceat(people, places.first[:-1])
    a_head = output[places.province] * (jobs / of_province[places.province])[:, None]
    registered = places.table["registered_2010"].to_numpy().astype(float)[:, None]
    adults = registered * (1.0 - hukou_target(places, years))
    odds = exps(reach * logs(a_head / np.average(a_head, axis=0)))
    share = np.empty_like(odds)
    for region, here in _regions(places):
        workers = national("local_workers", years)
        workers *= national(f"local_workers_share_{region}", years) / 100.0
        mean = workers / national(f"rural_hukou_adults_{region}", years)
        share[here] = scaled_odds(odds[here], adults[here], mean)
    return share


def _regions(places: Places) -> list[tuple[str, np.ndarray]]:
    """The three regions of the monitoring reports, each with the mask of its prefectures."""
    region = places.three_regions()
    return [(name, region == name) for name in REGIONS]


def manufacturing_share(places: Places, years: np.ndarray) -> np.ndarray:
    """Share of a place's non-farm jobs that are in manufacturing, (prefectures, years).

    Read for 2010 (census). For other years an assumption: every place's odds move with the odds
    of industry, building included, among the nation's non-farm jobs.
    """
    table = places.table
    share = table["manufacturing_jobs_2010"].to_numpy() / table["nonfarm_jobs_2010"].to_numpy()
    share = share.clip(0.001, 0.999)
    industry = national("industry_share_nonfarm", np.append(years, 2010))
    nation = industry / (1.0 - industry)
    odds = (share / (1.0 - share))[:, None] * (nation[:-1] / nation[-1])[None, :]
    moved: np.ndarray = odds / (1.0 + odds)
    return moved
