"""Scenarios: the gallery, combinations, dated paths, and that every lever moves what it should."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from leftbehind.base.errors import InputError
from leftbehind.inputs import scenario as scenarios
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.levers import LEVERS
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.scenario import Change, Scenario, combine, gallery, get, parse
from leftbehind.model.simulation import Settings, Simulation, YearOutput
from leftbehind.model.state import State
from leftbehind.pages.scenario_page import page

YEARS = np.arange(2000, 2051)
ISSUE = (
    "city-schools-open",
    "megacity-restrictions",
    "no-megacity-restrictions",
    "jobs-near-home",
    "cash-for-children-at-home",
    "boarding-for-all",
    "boarding-for-none",
    "pensions-for-the-old",
    "village-schools-kept",
    "no-one-child-rule",
    "wage-slump",
    "fertility-high-2050",
    "fertility-low-2050",
    "urbanisation-fast-2050",
    "urbanisation-slow-2050",
)


def of(lever: str, **change: object) -> Scenario:
    return parse({"name": "changed", "change": [{"lever": lever, **change}]}, "a test")


def here(scenario: Scenario, places, year: int) -> np.ndarray:
    conditions = Conditions(places, YEARS, Parameters.load(), scenario)
    return conditions.in_year(year, Coupling.none(len(places)))


def test_the_gallery_holds_what_it_promises():
    assert {scenario.name for scenario in gallery()} == {"baseline", *ISSUE}


@pytest.mark.parametrize("scenario", gallery(), ids=lambda scenario: scenario.name)
def test_each_scenario_of_the_gallery_is_documented_and_survives_its_own_text(scenario):
    assert len(scenario.description) > 80
    assert scenario.source
    assert scenario.basis != "assumption" or "assum" in scenario.description + scenario.source
    assert (scenarios.GALLERY / f"{scenario.name}.toml").is_file()
    assert parse(tomllib.loads(scenario.to_toml()), "its text") == scenario


@pytest.mark.parametrize("name", ISSUE)
def test_each_scenario_of_the_gallery_changes_places_or_parameters_in_its_years_only(name, places):
    scenario = get(name)
    first = min(change.from_year for change in scenario.change)
    base = Scenario()
    parameters = Parameters.load()

    def unlike(year: int) -> bool:
        record = scenario.parameters_in(year, parameters) != parameters.in_year(year)
        if bool(np.any(record)):
            return True
        places_differ = here(scenario, places, year) != here(base, places, year)
        # Rules may agree with the law in single years; the hukou chance is added by the alignment.
        levers = {change.lever for change in scenario.change}
        return bool(np.any(places_differ)) or levers == {"hukou_chance"}

    if first > YEARS[0]:
        assert not unlike(first - 1)
    years = [max(first + 4, int(YEARS[0])), first + 2]
    assert any(unlike(year) for year in years if year >= YEARS[0])


@pytest.mark.parametrize("lever", [name for name in LEVERS if name != "hukou_chance"])
def test_each_lever_sets_its_field_where_it_is_told_to(lever, places):
    field, lowest, highest = LEVERS[lever]
    base = here(Scenario(), places, 2010)[field]
    wanted = float(np.clip(base.mean() * 0.5 + 0.1, lowest, highest))
    changed = here(of(lever, set=wanted, places=["Henan"], **{"from": 2010}), places, 2010)[field]
    henan = places.province == places.provinces["name"].to_list().index("Henan")
    assert np.all(changed[henan] == wanted)
    assert np.array_equal(changed[~henan], base[~henan])


def test_more_jobs_near_home_make_nobody_poorer(places):
    """Who gets one earns more; what the others have is not spread over more people."""
    base, more = here(Scenario(), places, 2010), here(of("local_job", multiply=2.0), places, 2010)
    assert (more["local_job"] > base["local_job"]).all()
    for field in ("no_local_job", "home_income"):
        assert np.array_equal(base[field], more[field])


def test_a_parameter_that_shapes_places_acts_through_them(places):
    base = here(Scenario(), places, 2015)["own_barrier"]
    freed = here(of("place_barrier_megacity", set=0.0), places, 2015)["own_barrier"]
    cities = [places.find("Beijing"), places.find("Shanghai")]
    assert np.allclose((base - freed)[cities], 0.1)
    assert np.count_nonzero(base - freed) == 2


@dataclass(frozen=True)
class Start:
    """China of 2004 at 1:40,000, and what became of it in two years as it was."""

    state: State
    simulation: Simulation
    last: YearOutput


@pytest.fixture(scope="module")
def start() -> Start:
    simulation = Simulation(Settings(scale=40_000))
    while simulation.year < 2004:
        simulation.step()
    state = State.of(simulation)
    simulation.step()
    return Start(state, simulation, simulation.step())


def two_years(start: Start, scenario: Scenario) -> tuple[Simulation, YearOutput]:
    """The same two years with a scenario, and the tallies of the second."""
    frozen = start.simulation.alignment.as_frozen()
    other = Simulation(Settings(scale=40_000, scenario=scenario), 1, frozen)
    start.state.give_to(other)
    other.step()
    return other, other.step()


def column(simulation: Simulation, name: str) -> np.ndarray:
    of_all = [simulation.population.of(k)[name] for k in range(len(simulation.units) - 1)]
    return np.concatenate(of_all)


@pytest.mark.parametrize(
    ("lever", "change", "field", "sign"),
    [
        ("boarding_junior", {"set": 1.0}, "boards", +1),
        ("boarding_primary", {"set": 0.0}, "boards", -1),
        ("school_minutes", {"set": 30.0}, "boards", +1),
        ("hukou_chance", {"add": 0.2}, "hukou", +1),
        ("pension", {"add": 30_000.0}, "limited", -1),
        ("mortality", {"multiply": 5.0}, "death_year", +1),
        ("rule_rural", {"set": 9.0}, "births", +1),
        ("fertility", {"multiply": 3.0}, "births", +1),
        ("wage", {"multiply": 0.3}, "away_since", -1),
        ("local_job", {"set": 0.9}, "away_since", -1),
        ("transfer", {"set": 5000.0}, "away_since", -1),
        ("closure", {"set": 1.0}, "away_since", -1),
        ("home_income", {"multiply": 3.0}, "away_since", -1),
    ],
)
def test_each_lever_moves_lives_the_way_it_should(lever, change, field, sign, start):
    other, _ = two_years(start, of(lever, **change))
    before, after = column(start.simulation, field), column(other, field)
    if field != "births":
        before, after = before > 0, after > 0  # how many have any, not how much
    assert np.sign(int(after.sum()) - int(before.sum())) == sign


@pytest.mark.parametrize(
    ("lever", "change"),
    [
        ("school_barrier", {"set": 0.0}),
        ("vacancies", {"multiply": 3.0, "places": ["central"]}),
        ("town_share", {"add": 0.2}),
        ("land", {"multiply": 3.0}),
    ],
)
def test_other_levers_move_the_tallies_of_children(lever, change, start):
    _, output = two_years(start, of(lever, **change))
    same = [
        np.array_equal(getattr(output, name), getattr(start.last, name))
        for name in ("cells", "numbers", "sums")
    ]
    assert not all(same)


def test_no_change_from_a_state_given_to_another_simulation_changes_no_bit(start):
    other, output = two_years(start, Scenario(name="nothing"))
    for name in ("cells", "numbers", "sums", "flows", "births", "deaths"):
        assert np.array_equal(getattr(output, name), getattr(start.last, name))
    for counted, before in zip(output.counts, start.last.counts, strict=True):
        assert np.array_equal(counted, before)
    assert np.array_equal(column(other, "key"), column(start.simulation, "key"))


def test_a_path_is_linear_between_its_years_and_stays_at_its_ends():
    change = of("fertility", multiply={2020: 1.0, 2030: 2.0}).change[0]
    values = np.array([10.0])
    got = [float(change.apply(values, year)[0]) for year in (2010, 2020, 2025, 2030, 2040)]
    assert got == [10.0, 10.0, 15.0, 20.0, 20.0]


def test_names_of_regions_provinces_and_prefectures_are_places(places):
    scenario = of("wage", multiply=2.0, places=["west", "Hunan", "Foshan"])
    ratio = here(scenario, places, 2010)["wage"] / here(Scenario(), places, 2010)["wage"]
    west = (places.provinces["region"] == "west").to_numpy()[places.province]
    hunan = places.province == places.provinces["name"].to_list().index("Hunan")
    wanted = west | hunan
    wanted[places.find("Foshan")] = True
    assert np.allclose(ratio, np.where(wanted, 2.0, 1.0))


def test_combined_scenarios_apply_all_changes_in_order():
    one, other = get("city-schools-open"), get("pensions-for-the-old")
    both = get("city-schools-open+pensions-for-the-old")
    assert both == combine(one, other)
    assert both.change == (*one.change, *other.change)
    assert combine(one, Scenario()) == one
    assert combine() == Scenario()
    assert parse(tomllib.loads(both.to_toml()), "its text") == both


def test_a_file_beats_the_gallery_and_its_suffix_may_be_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert get("baseline.toml") == get("baseline")
    (tmp_path / "baseline.toml").write_text('name = "mine"', encoding="utf-8")
    assert get("baseline.toml").name == "mine"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("chage = []", "unknown field 'chage'; did you mean 'change'"),
        ('[[change]]\nlever = "wage"\nadd = 1.0\nplacs = []', "'change.0.placs'; did you mean 'p"),
        ('[[change]]\nlever = "wages"\nadd = 1.0', "no lever named 'wages'; did you mean 'wage'"),
        ('[[change]]\nlever = "wage"', "exactly one of set, multiply, add"),
        ('[[change]]\nlever = "wage"\nset = "much"', "change.0.set: give a number, or a path"),
        ('[[change]]\nlever = "wage"\nset = { soon = 1.0 }', "'soon' is no year of a path"),
        ('[[change]]\nlever = "wage"\nset = { }', "at least one year"),
        ('[[change]]\nlever = "wage"\nadd = nan', "change.0.add: give a number"),
        ('[[change]]\nlever = "school_barrier"\nset = 2', "give a number from 0 to 1"),
        ('[[change]]\nlever = "wage"\nadd = 1\nplaces = ["Bejing"]', "did you mean Beijing"),
        ('[[change]]\nlever = "choice_pay"\nadd = 1\nplaces = ["Hunan"]', "takes no `places`"),
        ('[[change]]\nlever = "wage"\nadd = 1\nfrom = 2010\nto = 2009', "lies after to = 2009"),
        ("name = ", "not a valid TOML file"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_with_the_file(text, message, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n' + text if "name" not in text else text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        scenarios.load(path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


def test_an_unknown_scenario_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="did you mean 'city-schools-open'"):
        get("city-school-open")


def test_a_change_in_words():
    change = Change(lever="wage", multiply=0.8, **{"from": 2008, "to": 2009}, places=("east",))
    assert change.in_words() == "wage: multiply 0.8; from 2008 to 2009, east"


def test_the_page_names_every_scenario_and_lever():
    text = page()
    for scenario in gallery():
        assert f"`{scenario.name}`" in text and scenario.title in text
    assert all(f"- `{lever}`" in text for lever in LEVERS)


def test_the_page_in_docs_is_up_to_date():
    written = Path(__file__).parents[1] / "docs" / "SCENARIOS.md"
    assert written.read_text(encoding="utf-8") == page(), "leftbehind scenarios --docs docs"
