"""What each place is like in a year: one PLACE record a prefecture, for the kernels.

Built from the tables, the parameters, last year's coupling between prefectures and the scenario's
changes. Fields that a scenario may change are listed in levers.py.
"""

from dataclasses import dataclass

import numpy as np

from leftbehind.base.elementary import exps, logs
from leftbehind.inputs.birth_rules import rules
from leftbehind.inputs.exam_rules import exam_open
from leftbehind.inputs.jobs import manufacturing_share, work
from leftbehind.inputs.levers import LEVERS
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places, national, relative_to_nation, spread
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.settlement import hukou_target, settlement

PLACE = np.dtype(
    [
        ("code", "i8"),
        ("province", "i8"),
        ("liangshan", "i8"),
        ("mountain", "i8"),  # 0 plain, 1 hills, 2 mountains
        ("mortality", "f8"),  # death rate relative to the nation
        ("fertility", "f8"),  # birth rate relative to the nation
        ("rule_rural", "f8"),  # children allowed to rural Han (1.5: second after a girl)
        ("rule_urban", "f8"),
        ("rule_minority", "f8"),
        ("rule_only_child", "f8"),  # 1 two if both are only children, 2 if either is
        ("town_share", "f8"),  # rural-hukou households at home in areas counted as urban
        ("city_share", "f8"),  # non-agricultural households in areas counted as urban
        ("hukou_chance", "f8"),  # yearly chance of a rural family (mother under 45) to become urban
        ("home_income", "f8"),  # yuan of 2010 a head a year, without wages sent home
        ("urban_income", "f8"),  # yuan of 2010 a head a year of households with urban hukou
        ("local_job", "f8"),  # local workers over rural-hukou adults of 16 to 59
        ("no_local_job", "f8"),  # home income without such a job over the mean of the villages
        ("transfer", "f8"),  # yuan of 2010 a child a year for children living with a parent
        ("pension", "f8"),  # yuan of 2010 a year for rural people from 60
        ("dibao", "f8"),  # rural minimum income: mean top-up, yuan of 2010 a head a year
        ("dibao_standard", "f8"),  # income a head below which it is paid, yuan of 2010 a year
        ("land", "f8"),  # mu a head
        ("wage", "f8"),  # mean monthly pay of migrants who work here, yuan of 2010
        ("vacancies", "f8"),  # non-farm jobs here, millions
        ("manufacturing", "f8"),  # of them in manufacturing
        ("other_jobs", "f8"),  # of them in all else
        ("farm_need", "f8"),  # log of land a head relative to the nation of 2012
        # Log of non-farm jobs here over the nation's growth since 2010 (which `jobs` counts), and
        # the same for each registered person.
        ("pull", "f8"),
        ("job_chance", "f8"),
        ("own_barrier", "f8"),  # school barrier here for children with hukou elsewhere, 0 to 1
        ("exam_open", "f8"),  # of children of other provinces may sit the university examination
        ("pay_leave", "f8"),  # expected monthly pay of those who go from here without children
        ("pay_take", "f8"),
        ("access_leave", "f8"),  # expected utility of destinations without pay, plus their variety
        ("access_take", "f8"),
        ("barrier", "f8"),  # expected school barrier of destinations, 0 to 1
        ("exams_closed", "f8"),  # expected share of destinations with exams closed, 0 to 1
        ("abroad", "f8"),  # share of those who leave home that goes abroad, 0 to 1
        ("network", "f8"),  # share of rural adults away last year
        ("jobs", "f8"),  # log employment outside agriculture relative to 2010
        ("closure", "f8"),  # legal closure 1 - O, 0 to 1
        ("primary_enrolment", "f8"),
        ("progress_to_junior", "f8"),
        ("progress_to_senior", "f8"),
        ("progress_to_college", "f8"),
        ("adult_schooling", "f8"),  # mean years of parents, for standardising
        ("kindergarten", "f8"),
        ("boarding_primary", "f8"),
        ("boarding_junior", "f8"),
    ],
    align=True,
)

LAND_YEAR = np.array([2012])
NATION_LAND = 2.34  # mu a head in that year (table national_series), the zero of `farm_need`
MEGACITIES = ("Beijing", "Shanghai")
PEOPLE_A_JOB = 2.0  # townspeople for each non-farm job: an assumption, to tell sizes of cities
# Old homes of emigrants, from where more go abroad: provinces, and Yanbian in Jilin.
EMIGRANT_PROVINCES, EMIGRANT_PREFECTURES = ("Fujian", "Zhejiang"), ("Yanbian",)


@dataclass
class Coupling:
    """All that prefectures know of each other: last year's migrants and adults' schooling."""

    flows: np.ndarray  # (P, P + 1) simulated adults away, origin by destination, the last abroad
    adults: np.ndarray  # (P,) adults 16-59 with agricultural hukou
    gone: np.ndarray  # (P,) of them away
    schooling: np.ndarray  # (2,) years of school of people 25-49, summed, and their number

    @staticmethod
    def none(prefectures: int) -> "Coupling":
        """Before anyone could move."""
        zeros = np.zeros(prefectures, np.int64)
        flows = np.zeros((prefectures, prefectures + 1), np.int64)
        return Coupling(flows, zeros, zeros.copy(), np.zeros(2, np.int64))


class Conditions:
    """Yearly conditions of every place, worked out once for all years of a run.

    `in_year(year, coupling)` gives the PLACE records without the destination tables' fields
    (`pay_leave` to `barrier`), which `destination.place_tables` fills.
    """

    def __init__(
        self, places: Places, years: np.ndarray, parameters: Parameters, scenario: Scenario
    ) -> None:
        self.places = places
        self.first_year = int(years[0])
        self.scenario = scenario
        self.parameters = parameters
        records = [scenario.parameters_in(int(year), parameters) for year in years]
        self._series = _all_series(places, years, records)
        self._manufacturing = manufacturing_share(places, years)

    def in_year(self, year: int, coupling: Coupling) -> np.ndarray:
        """PLACE records of `year`, shape (prefectures,); scenario changes applied last."""
        t = year - self.first_year
        here = np.zeros(len(self.places), dtype=PLACE)
        here["code"] = self.places.table["code"].to_numpy()
        here["province"] = self.places.province
        here["liangshan"] = (self.places.table["name"] == "Liangshan").to_numpy()
        here["mountain"] = self.places.table["mountain"].to_numpy()
        for name, values in self._series.items():
            here[name] = values[..., t]
        adults = np.maximum(coupling.adults, 1)
        here["network"] = coupling.gone / adults
        years_of_school, people = coupling.schooling
        here["adult_schooling"] = years_of_school / people if people else 4.0
        for lever, (field, lowest, highest) in LEVERS.items():
            changed = self.scenario.changed(lever, year, here[field], self.places)
            here[field] = np.clip(changed, lowest, highest)
        here["manufacturing"] = self._manufacturing[:, t] * here["vacancies"]
        here["other_jobs"] = here["vacancies"] - here["manufacturing"]
        registered = self.places.table["registered_2010"].to_numpy() / 1e6
        here["farm_need"] = logs(np.maximum(here["land"], 0.1) / NATION_LAND)
        here["pull"] = logs(here["vacancies"]) - here["jobs"]
        here["job_chance"] = here["pull"] - logs(registered)
        return here


def _all_series(
    places: Places, years: np.ndarray, parameters: list[np.ndarray]
) -> dict[str, np.ndarray]:
    """Series of the fields that do not depend on the run, each (years,) or (prefectures, years).

    `parameters` holds the record of each year.
    """

    def dated(name: str) -> np.ndarray:
        return np.array([float(p[name][0]) for p in parameters])

    price = national("cpi", years)
    out: dict[str, np.ndarray] = {}
    out.update(_demographic(places, years, dated("mort_e0_slope")))
    out.update(settlement(places, years, dated))
    out.update(_incomes(places, years, price))
    out.update(work(places, years, price, dated))
    out.update({f"rule_{key}": allowed for key, allowed in rules(places, years).items()})
    # Of the baseline's jobs: more of them under a scenario make people richer, not their neighbours
    # poorer. The published mean is that of villages; whose home is ranked by its distance from town
    # holds such a job there only as far as jobs reach beyond the town.
    beyond = (out["local_job"] - out["town_share"]) / (1.0 - out["town_share"])
    near = dated("local_job_near")
    in_villages = near * np.maximum(beyond, 0.0) + (1.0 - near) * out["local_job"]
    premium = dated("local_job_premium") - 1.0
    out["no_local_job"] = 1.0 / (1.0 + premium * in_villages)
    out["own_barrier"] = _school_barrier(places, years, dated)
    out["exam_open"] = exam_open(places, years)
    out["abroad"] = _abroad(places, dated)
    out["transfer"] = dated("transfer_child_at_home")
    pension = national("rural_pension_mean", years) * national("rural_pension_coverage", years)
    out["pension"] = 12.0 * pension / price
    for name in ("dibao", "dibao_standard"):
        out[name] = 12.0 * national(f"rural_{name}", years) / price
    land = national("land_mu_per_head", years)
    local = places.province_series("land", LAND_YEAR)[:, 0]
    out["land"] = spread(places, land * (local / national("land_mu_per_head", LAND_YEAR))[:, None])
    employment = national("nonfarm_employment", np.append(years, 2010))
    out["jobs"] = logs(employment[:-1] / employment[-1])
    out["closure"] = 1.0 - national("openness", years)
    out["primary_enrolment"] = national("primary_enrolment", years)
    out["progress_to_junior"] = national("progress_to_junior", years)
    out["progress_to_senior"] = national("progress_to_senior_rural", years)
    out["progress_to_college"] = national("progress_to_college", years)
    out["kindergarten"] = national("kindergarten_enrolment", years)
    west = (places.provinces["region"] == "west").to_numpy()[places.province]
    for stage in ("primary", "junior"):
        share = national(f"boarding_{stage}_rural", years)
        shift = np.where(west, 1.0, -0.4)[:, None] * dated("board_west")[None, :]
        odds = share / (1.0 - share) * exps(shift)
        out[f"boarding_{stage}"] = odds / (1.0 + odds)
    return out


def _demographic(places: Places, years: np.ndarray, slope: np.ndarray) -> dict[str, np.ndarray]:
    population = places.province_series("population", years)
    share = population / population.sum(axis=0)
    life = places.province_series("life_expectancy", years)
    gap = life - (share * life).sum(axis=0)
    tfr = places.province_series("tfr", years)
    return {
        "mortality": spread(places, exps(-slope * gap)),
        "fertility": spread(places, tfr / (share * tfr).sum(axis=0)),
    }


def _incomes(places: Places, years: np.ndarray, price: np.ndarray) -> dict[str, np.ndarray]:
    rural = national("rural_income", years)
    # Wages of members who work away are the model's own result, so they are taken out: 62 percent
    # of wage income (NBS about 2010; assumption for other years).
    own = rural / price * (1.0 - 0.62 * national("rural_wage_share", years))
    urban = national("urban_income", years)
    relative = spread(places, relative_to_nation(places, "urban_income", "urban_income", years))
    # The mean over the nation's people with urban hukou is the published one.
    people = hukou_target(places, years) * places.table["registered_2010"].to_numpy()[:, None]
    relative /= (relative * people).sum(axis=0) / people.sum(axis=0)
    return {
        "home_income": spread(
            places, own * relative_to_nation(places, "rural_income", "rural_income", years)
        ),
        "urban_income": urban / price * relative,
    }


def _abroad(places: Places, dated) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Share of those who leave home that goes abroad (prefectures, years): assumed, by origin."""
    old_home = (
        places.table["province"].is_in(EMIGRANT_PROVINCES)
        | places.table["name"].is_in(EMIGRANT_PREFECTURES)
    ).to_numpy()
    ratio = np.where(old_home[:, None], dated("abroad_old_homes")[None, :], 1.0)
    share: np.ndarray = dated("abroad_share")[None, :] * ratio
    return share


def _school_barrier(places: Places, years: np.ndarray, dated) -> np.ndarray:  # type: ignore[no-untyped-def]
    """School barrier of each place for children with hukou elsewhere: assumed, by size and year."""
    size = PEOPLE_A_JOB * places.table["nonfarm_jobs_2010"].to_numpy()
    megacity = np.isin(places.table["name"].to_numpy(), MEGACITIES)
    barrier = np.where(
        megacity[:, None],
        dated("place_barrier_largest"),
        np.where(
            (size > 5e6)[:, None],
            dated("place_barrier_large"),
            np.where(
                (size > 1e6)[:, None], dated("place_barrier_middle"), dated("place_barrier_small")
            ),
        ),
    )
    barrier = barrier + megacity[:, None] * dated("place_barrier_megacity")
    clipped: np.ndarray = np.clip(barrier, 0.0, 1.0)
    return clipped
