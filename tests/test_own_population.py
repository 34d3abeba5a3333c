"""A population of one's own: drawn whole, completed openly, lived on as if never interrupted."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from leftbehind import World, run
from leftbehind.base.errors import InputError
from leftbehind.base.person import CHILDREN_LEFT, CHILDREN_TAKEN, HOME
from leftbehind.counts import compare
from leftbehind.evidence.validate import checks
from leftbehind.inputs.scenario import parse
from leftbehind.model.population import units
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.state import State
from leftbehind.own.population_file import OwnPopulation
from leftbehind.own.untold import untold
from leftbehind.pages.own_data import EXAMPLE
from leftbehind.runs.export import people_of, people_of_run
from leftbehind.runs.replay import Replay

SCALE, YEAR = 50_000, 2005
COUPLE_WITH_CHILDREN = 0
# What a year sets anew before it is read; custody is read of children of parted parents only.
NOT_CARRIED = ("arrangement", "boards", "minutes", "custody", "lived")


def lived(scale: int, year: int, seed: int = 1) -> Simulation:
    simulation = Simulation(Settings(scale=scale, seed=seed))
    while simulation.year < year:
        simulation.step()
    return simulation


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    """The people of 1 January 2005 of a run at 1:50,000, without their luck."""
    return people_of(lived(SCALE, YEAR))


def saved(table: pl.DataFrame, folder: Path, name: str = "people.parquet") -> Path:
    path = folder / name
    if path.suffix == ".csv":
        table.write_csv(path)
    else:
        table.write_parquet(path)
    return path


def begun(table: pl.DataFrame, folder: Path, scale: int = SCALE, seed: int = 1) -> Simulation:
    own = OwnPopulation.load(saved(table, folder))
    return Simulation(Settings(scale=scale, seed=seed, population=own))


def records(simulation: Simulation) -> np.ndarray:
    population = simulation.population
    return np.concatenate([population.of(k) for k in range(len(population.count))])


def of_each_prefecture(simulation: Simulation) -> np.ndarray:
    """Records of each prefecture (P,)."""
    out = np.zeros(len(simulation.places), np.int64)
    for unit, first in enumerate(simulation.units[:-1]):
        np.add.at(out, first + simulation.population.of(unit)["place"].astype(int), 1)
    return out


# --- The round trip -------------------------------------------------------------------------


UNTOLD = (
    "the file does not tell who lives in the town of the own county, nor when grandparents died "
    "who are no longer in it: some families begin again under other circumstances"
)


@pytest.mark.xfail(strict=True, reason=UNTOLD)
def test_a_run_from_exported_people_with_their_luck_is_the_unbroken_run(tmp_path):
    unbroken = lived(100_000, YEAR)
    other = begun(people_of(unbroken, luck=True), tmp_path, 100_000)
    unbroken.population.compact()
    one, two = State.of(unbroken), State.of(other)
    for name in ("year", "count", "flows", "adults", "gone", "schooling", "hukou_counts"):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name
    alive = one.people["death_year"] == 0
    for name in one.people.dtype.names or ():
        if name not in NOT_CARRIED:
            assert np.array_equal(one.people[name][alive], two.people[name][alive]), name
    for k in range(len(one.count)):
        mine, theirs = unbroken.population.of(k), other.population.of(k)
        mother, father = mine["mother"], mine["father"]
        parted = (mother >= 0) & (father >= 0) & (mine["partner"][mother] != father)
        child = parted & (mine["death_year"] == 0) & (YEAR - mine["birth_year"] <= 18)
        assert np.array_equal(mine["custody"][child], theirs["custody"][child])
    for _ in range(4):
        before, after = unbroken.step(), other.step()
        for name in ("flows", "births", "deaths", "sums"):
            assert np.array_equal(getattr(before, name), getattr(after, name)), name
        for name in ("people", "choices", "kin"):
            one, two = (getattr(year.counts, name) for year in (before, after))
            assert np.array_equal(one, two), name


@pytest.mark.xfail(strict=True, reason=UNTOLD + "; adults away are 9 percent more after five years")
def test_a_run_from_exported_people_with_other_luck_goes_on_alike(tmp_path):
    """Demography and children left behind of the next five years; luck and tastes are new.

    Of parents at home some now have the tastes of those who leave, and a home further from town: a
    tenth more couples leave their children (measured at 1:20,000 and 1:10,000).
    """
    unbroken = lived(20_000, YEAR)
    other = begun(people_of(unbroken), tmp_path, 20_000)
    totals = {}
    for name, simulation in (("unbroken", unbroken), ("other", other)):
        years = [simulation.step() for _ in range(5)]
        couples = sum(
            year.counts.choices[:, COUPLE_WITH_CHILDREN].sum(axis=(0, 1)) for year in years
        )
        totals[name] = {
            "alive": years[-1].alive,
            "births": sum(int(y.births.sum()) for y in years),
            "deaths": sum(int(y.deaths.sum()) for y in years),
            "away": sum(int(y.flows.sum()) for y in years),
            "left": int(couples[CHILDREN_LEFT]),
            "taken": int(couples[CHILDREN_TAKEN]),
        }
    tolerance = {
        "alive": 0.01,
        "births": 0.05,
        "deaths": 0.08,
        "away": 0.04,
        "left": 0.16,
        "taken": 0.12,
    }
    for what, share in tolerance.items():
        expected = totals["unbroken"][what]
        assert abs(totals["other"][what] - expected) < share * expected, (what, totals)


def test_a_run_lived_again_gives_the_same_people(tmp_path):
    world = run(scale=200_000, last=1955, out=tmp_path / "run")
    table = people_of_run(world, 1954)
    assert table.equals(people_of(lived(200_000, 1954)))
    for year in (1950, 1957):
        with pytest.raises(InputError, match=f"--year {year}: not lived by this run; .*1951 to"):
            people_of_run(world, year)


# --- Drawing --------------------------------------------------------------------------------


def test_the_order_of_rows_and_the_kind_of_file_change_nobody(people, tmp_path):
    one = records(begun(people, tmp_path))
    mixed = people.sample(fraction=1.0, shuffle=True, seed=3)
    own = OwnPopulation.load(saved(mixed, tmp_path, "mixed.csv"))
    two = records(Simulation(Settings(scale=SCALE, population=own)))
    fields = ["key", "birth_year", "hukou", "schooling", "destination", "months", "choice"]
    assert np.array_equal(np.sort(one[fields]), np.sort(two[fields]))


def test_twice_the_weight_is_every_family_twice(people, tmp_path):
    one = begun(people, tmp_path)
    two = begun(people.with_columns(pl.col("weight") * 2), tmp_path)
    assert two.start_facts["families"] == 2 * one.start_facts["families"]
    assert two.start_facts["links_lost"] == 0
    assert np.array_equal(two.population.count, 2 * one.population.count)
    assert len(np.unique(records(two)["key"])) == len(records(two))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_coarser_scale_draws_whole_families_and_keeps_every_place_in_number(
    seed, people, tmp_path
):
    whole = begun(people, tmp_path)
    part = begun(people, tmp_path, 3 * SCALE, seed)
    assert abs(part.start_facts["families"] - whole.start_facts["families"] / 3) < 170
    living = part.start_facts["people"] / whole.start_facts["people"]
    assert living == pytest.approx(1 / 3, rel=0.03)
    for k in range(len(part.population.count)):
        mine = part.population.of(k)
        couple = mine[(mine["death_year"] == 0) & (mine["union"] == 2)]
        assert np.all(couple["partner"] >= 0)
        assert np.all(mine[couple["partner"]]["sex"] != couple["sex"])
        child = mine[(mine["death_year"] == 0) & (YEAR - mine["birth_year"] < 18)]
        assert np.all(child["mother"] >= 0)  # all mothers of a run's children are on record


def test_another_seed_draws_other_families_with_other_luck(people, tmp_path):
    one, two = (records(begun(people, tmp_path, 3 * SCALE, seed)) for seed in (1, 2))
    assert not np.array_equal(np.sort(one["birth_year"]), np.sort(two["birth_year"]))
    assert len(np.intersect1d(one["key"], two["key"])) == 0


def test_families_known_by_province_spread_as_registered_people_and_stay_whole(
    people, tmp_path, places
):
    bare = people.with_columns(pl.lit(None, pl.Int64).alias("prefecture"))
    simulation = begun(bare, tmp_path)
    count = np.zeros(31)
    np.add.at(count, places.province, of_each_prefecture(simulation))
    told = people.group_by("province").len().sort("province")["len"].to_numpy()
    assert np.array_equal(count, told)
    registered = places.table["registered_2010"].to_numpy().astype(float)
    expected = registered * (told / places.registered())[places.province]
    others = [of_each_prefecture(begun(bare, tmp_path, seed=seed)) for seed in (2, 3)]
    together = of_each_prefecture(simulation) + sum(others)  # one draw places few families
    assert np.corrcoef(expected, together)[0, 1] > 0.9
    for k in range(len(simulation.units) - 1):
        mine = simulation.population.of(k)
        child = mine[(mine["death_year"] == 0) & (YEAR - mine["birth_year"] < 18)]
        assert np.all(child["mother"] >= 0)


# --- What the file does not tell --------------------------------------------------------------


LEAST = [
    "year",
    "person_id",
    "province",
    "age",
    "sex",
    "mother_id",
    "father_id",
    "partner_id",
    "weight",
    "death_year",
]


def test_a_file_of_ages_and_kin_alone_is_completed_and_lived(people, tmp_path):
    simulation = begun(people.select(LEAST), tmp_path)
    own = simulation.settings.population
    assert own and {"hukou", "schooling", "home", "household_id"} <= set(untold(own.people))
    who = records(simulation)
    alive = who["death_year"] == 0
    age = YEAR - 1 - who["birth_year"]
    assert np.all(who["schooling"] <= np.maximum(age - 5, 0))
    assert who["enrolled"][alive & (age >= 8) & (age <= 11)].mean() > 0.9
    assert who["enrolled"][alive & (age >= 30)].sum() == 0
    assert who["schooling"][alive & (age > 70)].mean() < 4
    assert 6 < who["schooling"][alive & (age >= 20) & (age < 30)].mean() < 11
    assert np.all(who["limited"][age < 50] == 0)
    assert 0.1 < who["limited"][alive & (age >= 75)].mean() < 0.6
    rural = simulation.hukou_counts[:, 1].sum() / simulation.hukou_counts[:, 0].sum()
    assert 0.60 < rural < 0.80
    assert np.all(who["choice"] == HOME)
    assert np.all(simulation.coupling.flows == 0)
    assert simulation.step().flows.sum() > 0


def test_schooling_and_hukou_that_are_assumed_are_near_those_of_the_run(people, tmp_path):
    told, assumed = (
        records(begun(table, tmp_path)) for table in (people, people.drop("schooling", "hukou"))
    )
    age = YEAR - 1 - told["birth_year"]
    for low, high in ((10, 15), (20, 30), (30, 45)):
        who = (told["death_year"] == 0) & (age >= low) & (age < high)
        assert assumed["schooling"][who].mean() == pytest.approx(
            told["schooling"][who].mean(), abs=1.5
        )
    assert assumed["hukou"].mean() == pytest.approx(told["hukou"].mean(), abs=0.08)


def test_absences_without_place_and_months_are_drawn_and_couples_stay_together(people, tmp_path):
    told = begun(people, tmp_path)
    bare = begun(people.drop("destination", "months_away", "away_since"), tmp_path)
    assert np.array_equal(bare.coupling.gone, told.coupling.gone)
    assert bare.coupling.flows.sum() == told.coupling.flows.sum()
    one, two = told.coupling.flows.sum(axis=0), bare.coupling.flows.sum(axis=0)
    assert np.corrcoef(one, two)[0, 1] > 0.8
    for k in range(len(bare.population.count)):
        mine = bare.population.of(k)
        away = mine["destination"] >= 0
        assert np.all((mine["months"] > 0) == away)
        assert np.all(mine["away_since"][away] == YEAR - 1)
        couple = away & (mine["partner"] >= 0)
        both = couple & (mine["destination"][mine["partner"]] >= 0)
        assert np.all(mine["destination"][both] == mine["destination"][mine["partner"][both]])
        taken = mine[away & (YEAR - 1 - mine["birth_year"] < 16)]
        with_whom = np.array(
            [
                (taken[link] >= 0)
                & (mine["choice"][taken[link]] == CHILDREN_TAKEN)
                & (mine["destination"][taken[link]] == taken["destination"])
                for link in ("mother", "father")
            ]
        )
        assert np.all(with_whom.any(axis=0))


def test_the_example_family_is_what_it_says(tmp_path):
    simulation = Simulation(Settings(scale=1, population=OwnPopulation.load(EXAMPLE)))
    k = simulation.places.find("Liangshan")
    unit = int(np.searchsorted(simulation.units, k, side="right")) - 1
    family = simulation.population.of(unit)
    assert np.all(family["place"] == k - simulation.units[unit])
    assert simulation.population.alive() == 10
    assert len(family) == 10
    father = family[family["birth_year"] == 1971][0]
    mother = family[father["partner"]]
    assert (father["choice"], mother["choice"]) == (CHILDREN_LEFT, CHILDREN_LEFT)
    assert mother["births"] == 3 and mother["sons"] == 1 and mother["last_birth"] == 2005
    child = family[mother["youngest_child"]]
    assert child["birth_year"] == 2005
    assert family[child["carer"]]["birth_year"] == 1946  # the grandmother, in the same home
    huizhou = simulation.places.find("Huizhou")
    assert simulation.coupling.flows[k, huizhou] == simulation.coupling.flows.sum() == 2


@pytest.mark.parametrize("year", [1950, 1979, 2040])
def test_a_population_may_begin_in_any_year(year, tmp_path):
    table = pl.read_csv(EXAMPLE).with_columns(year=pl.lit(year))
    if year == 1950:
        table = table.drop("destination", "months_away", "away_since")
    table = table.with_columns(pl.col("^away_since$") * 0 + year - 1)
    if year == 1979:
        table = table.drop("destination", "months_away", "away_since")
    simulation = begun(table, tmp_path, scale=1)
    assert simulation.step().year == year
    assert simulation.step().alive > 5


# --- Faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "value", "told"),
    [
        (1, "age", "old", "row 1, column age = 'old': not allowed; give a whole number from 0"),
        (2, "sex", "F", "row 2, column sex = 'F': not allowed; give one of female, male"),
        (3, "person_id", "", "row 3, column person_id is empty"),
        (3, "person_id", "mother", "row 4, column person_id = 'mother': .* another row has it"),
        (4, "prefecture", "1", "row 4, column prefecture = '1': .* such as 110100"),
        (4, "destination", "7", "row 4, column destination = '7'"),
        (5, "mother_id", "nobody", "row 5, column mother_id = 'nobody': .* no row has this"),
        (5, "mother_id", "daughter", "row 5, .*nobody is their own kin"),
        (5, "mother_id", "uncle", "row 5, column mother_id = 'uncle': .* a mother must be female"),
        (5, "mother_id", "cousin", "must be 12 to 55 years older than the child"),
        (1, "mother_id", "daughter", "row 1, column mother_id = 'daughter': .* 12 to 55 years"),
        (5, "father_id", "son", "a father must be 12 to 80 years older"),
        (4, "age", "99", "a mother must be 12 to 55 years older than the child"),
        (3, "partner_id", "aunt", "row 3, column partner_id = 'aunt': .* must name this person"),
        (3, "partner_id", "uncle", "couples of a woman and a man only"),
        (6, "partner_id", "mother", "a parent, .* aunt cannot be the partner"),
        (5, "hukou", "urban", "give one of agricultural, non-agricultural"),
        (1, "schooling", "99", "column schooling = '99': not allowed; give a whole number from 0"),
        (7, "schooling", "3", "row 7, column schooling = '3': .* too many years of school"),
        (7, "in_school", "yes", "row 7, column in_school = 'yes': .* from 5 on go to school"),
        (3, "months_away", "13", "column months_away = '13': not allowed; .* from 1 to 12"),
        (3, "away_since", "2010", "row 3, column away_since = '2010': .* the one before the file"),
        (8, "away_since", "2008", "row 8, column away_since = '2008': .* in prison has none"),
        (9, "year", "2011", "row 9, column year = '2011': .* all rows have one year; the first 2"),
        (1, "year", "1949", "column year = '1949': not allowed; give a whole number from 1950"),
        (5, "prefecture", "513300", "kin must be registered in the same prefecture"),
    ],
)
def test_a_fault_is_told_with_row_column_value_and_what_is_allowed(
    row, column, value, told, tmp_path
):
    table = pl.read_csv(EXAMPLE, infer_schema=False)
    changed = pl.when(pl.int_range(pl.len()) == row - 1).then(pl.lit(value or None))
    path = saved(
        table.with_columns(changed.otherwise(pl.col(column)).alias(column)), tmp_path, "mine.csv"
    )
    with pytest.raises(InputError) as error:
        OwnPopulation.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert re.search(told, str(error.value)), str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"death_year": 2010}, "column death_year = '2010': .* to the one before the file's"),
        ({"death_year": 1990}, ".*both partners must be alive"),
        ({"children_born": 1}, "column children_born = '1': .* more children in the file name her"),
        ({"sons_born": 0}, "column sons_born = '0': .* more sons in the file name her as mother"),
        ({"last_birth": 2001}, "column last_birth = '2001': .* from her youngest child's birth"),
        ({"union_year": 2010}, "column union_year = '2010': .* give a year before the file's"),
        ({"union_year": 1980}, "column union_year = '1980': .* at an age of 14 or over"),
        ({"union": "widowed"}, ".*with a partner_id give together, or nothing"),
        ({"luck": "12"}, "column luck = '12': .* fits the pattern"),
        ({"weight": 0}, "column weight = '0': not allowed; give a number from 1e-06"),
        ({"province": 11}, "column province = '11': .* not the province of the prefecture"),
        ({"away": "no"}, "column destination = '441300': .* who is not away has none"),
    ],
)
def test_a_fault_of_the_mother_in_a_further_column_is_told(change, told, tmp_path):
    ((column, value),) = change.items()
    here = pl.col("person_id") == "mother"
    table = pl.read_csv(EXAMPLE).with_columns(pl.when(here).then(pl.lit(value)).alias(column))
    with pytest.raises(InputError, match=f"row 4, {told}"):
        OwnPopulation.load(saved(table, tmp_path))


@pytest.mark.parametrize(("least", "lost"), [(0, 1), (10**9, 0)])
def test_a_wife_may_have_parents_in_another_prefecture_of_the_province(
    least, lost, monkeypatch, tmp_path
):
    """Of one home unit they are her kin, of two they are not; nobody else may be so far apart."""
    monkeypatch.setattr(units, "UNIT_SIZE", least)
    table = pl.read_csv(EXAMPLE)
    here = pl.col("person_id") == "mother"
    wife = table.with_columns(mother_id=pl.when(here).then(pl.lit("old")).otherwise("mother_id"))
    old = table.filter(pl.col("person_id") == "grandmother").with_columns(
        person_id=pl.lit("old"),
        household_id=pl.lit(9, pl.Int64),
        partner_id=pl.lit(None, pl.String),
        prefecture=pl.lit(513300, pl.Int64),
    )
    own = OwnPopulation.load(saved(pl.concat([old, wife]), tmp_path))
    simulation = Simulation(Settings(scale=1, population=own))
    assert simulation.start_facts["links_lost"] == lost
    everybody = records(simulation)
    linked = everybody["birth_year"] == 1973
    assert (everybody["mother"][linked] >= 0).tolist() == [not lost]
    son = pl.when(pl.col("person_id") == "father").then(pl.lit("old")).otherwise("mother_id")
    with pytest.raises(InputError, match=r"column mother_id = 'old': .* in the same prefecture"):
        OwnPopulation.load(saved(pl.concat([old, table.with_columns(mother_id=son)]), tmp_path))


def test_many_faults_are_counted_and_the_first_ten_told(tmp_path):
    table = pl.read_csv(EXAMPLE).with_columns(age=pl.lit(-1), sex=pl.lit("x"))
    with pytest.raises(InputError) as error:
        OwnPopulation.load(saved(table, tmp_path))
    lines = str(error.value).splitlines()
    assert lines[0].endswith("20 faults; the first 10:")
    assert len(lines) == 11 and "row 5" in lines[-1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "year,person_id,age,sex,fathr_id\n2000,1,3,male,\n",
            "unknown column 'fathr_id'; did you mean 'father_id'",
        ),
        ("year,person_id,age\n2000,1,3\n", "lacks the column sex; it must be there"),
        ("year,person_id,age,sex\n", "holds no row"),
        ("", "cannot be read as a CSV file"),
        ("year,person_id,age,sex\n2000,1,3,male\n", "give a prefecture, or at least a province"),
    ],
)
def test_a_file_of_another_form_is_refused(text, told, tmp_path):
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        OwnPopulation.load(tmp_path / "mine.csv")


def test_a_file_that_draws_nobody_is_refused_with_a_scale_and_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match=r"no family was drawn at this scale.* use --scale 1"):
        run(population=EXAMPLE, scale=1000, last=2012, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_weights_that_do_not_add_up_are_told_and_those_that_do_are_not(people, tmp_path):
    assert OwnPopulation.load(saved(people, tmp_path)).notes == ()
    (note,) = OwnPopulation.load(EXAMPLE).notes
    assert "the living stand for 10 people, and about 4,8" in note
    twice = people.with_columns(pl.col("weight") * 2)
    (note,) = OwnPopulation.load(saved(twice, tmp_path)).notes
    assert "the weights do not add up" in note


def test_a_missing_damaged_or_foreign_file_is_named(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"no parquet")
    (tmp_path / "x.xlsx").write_bytes(b"")
    for name, told in (
        ("no.csv", "no such file"),
        ("x.parquet", "cannot be read as a Parquet"),
        ("x.xlsx", "save the sheet as 'CSV UTF-8'"),
    ):
        with pytest.raises(InputError, match=rf"{name}: .*{told}"):
            OwnPopulation.load(tmp_path / name)


def test_the_command_line_ends_with_status_2_and_writes_nothing(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(EXAMPLE.read_text().replace("daughter,1", "daughter,2"))
    path.write_text(path.read_text().replace("mother,father", "[red]mother,father"))
    out = tmp_path / "run"
    for command in (
        ["run", "--population", str(path), "--out", str(out)],
        ["compare", "baseline", "wage-slump", "--population", str(path), "--out", str(out)],
        ["population", "check", str(path)],
    ):
        words = [sys.executable, "-m", "leftbehind", *command]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
        assert ended.returncode == 2
        assert "column mother_id = '[red]mother': not allowed" in ended.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.csv"]


# --- Runs, comparisons, checkpoints -----------------------------------------------------------


@pytest.fixture(scope="module")
def world(people, tmp_path_factory) -> World:
    folder = tmp_path_factory.mktemp("own")
    path = saved(people, folder)
    return run(scale=SCALE, last=2011, population=path, out=folder / "run")


def test_a_run_records_whose_people_it_began_with(world, people):
    assert list(world.years()) == list(range(2005, 2012))
    assert world.manifest["population"]["file"] == "people.parquet"
    assert world.manifest["population"]["year"] == 2005
    assert world.manifest["start"]["people"] == people["death_year"].null_count()
    assert world.left_behind("acwf-2010", years=2010)["number"][0] > 20e6


def test_it_is_compared_with_what_its_years_and_people_allow(world, people, tmp_path):
    found = checks(world)
    assert len(found) > 50 and all(int(check.year[:4]) >= 2005 for check in found)
    assert any(check.group == "kin" for check in found)
    young = pl.col("age") < 18  # of grown people, parents are not known
    strangers = people.with_columns(
        pl.when(young).then(pl.col(c)).alias(c) for c in ("mother_id", "father_id")
    )
    other = run(scale=SCALE, last=2010, population=saved(strangers, tmp_path))
    assert not any(check.group == "kin" for check in checks(other))
    sichuan = people.filter(pl.col("province") == 51)
    part = run(scale=SCALE, last=2010, population=saved(sichuan, tmp_path))
    with pytest.raises(InputError, match="covers 7% of China"):
        checks(part)


def test_what_needs_a_run_from_1950_says_so(world):
    for refused in (lambda: Replay(world), lambda: people_of_run(world, 2008)):
        with pytest.raises(InputError, match="began from a population of one's own"):
            refused()


@pytest.mark.parametrize(
    ("setting", "told"),
    [({"first": 2004}, "--from 2004"), ({"last": 2004}, "--to 2004"), ({"scale": 0}, "--scale 0")],
)
def test_settings_before_the_files_year_are_refused(setting, told, people, tmp_path):
    path = saved(people, tmp_path)
    with pytest.raises(InputError, match=told):
        run(population=path, out=tmp_path / "run", **setting)
    assert not (tmp_path / "run").exists()


def test_a_broken_run_resumes_with_the_same_file_only(people, tmp_path):
    class Stop(Exception):
        pass

    def watch(output):
        if output.year == 2009:
            raise Stop

    path = saved(people, tmp_path)
    again = {"scale": SCALE, "last": 2010, "population": path}
    run(**again, out=tmp_path / "whole")
    with pytest.raises(Stop):
        run(**again, out=tmp_path / "run", checkpoint_every=3, progress=watch)
    other = saved(people.drop("limited"), tmp_path, "other.parquet")
    with pytest.raises(InputError, match="another 'population'"):
        run(**{**again, "population": other}, out=tmp_path / "run", resume=True)
    run(**again, out=tmp_path / "run", resume=True)
    for table in sorted((tmp_path / "whole").glob("*.parquet")):
        assert table.read_bytes() == (tmp_path / "run" / table.name).read_bytes()


def test_two_worlds_begin_with_the_same_people(people, tmp_path):
    """The change is older than the file, and one of a parameter that completes people."""
    path = saved(people.drop("home", "household_id"), tmp_path)
    change = {"lever": "coreside_start_rural", "set": 0.35, "from": 1990}
    scenario = parse({"name": "own-homes", "change": [change]}, "a test")
    own = OwnPopulation.load(path)
    plain, changed = (
        records(Simulation(Settings(SCALE, scenario=s, population=own)))
        for s in (parse({"name": "none"}, "a test"), scenario)
    )
    assert np.array_equal(plain, changed)
    found = compare.run(
        "baseline",
        scenario,
        scale=SCALE,
        seeds=1,
        last=2007,
        population=path,
        definitions=["acwf-2010"],
    )
    assert found.manifest["from"] == found.manifest["parted"] == 2005
    assert found.effects(years=2007)["before"][0] > 0
    same = compare.run(
        "baseline",
        "baseline",
        scale=SCALE,
        seeds=1,
        last=2006,
        population=path,
        definitions=["acwf-2010"],
    )
    effects = same.effects(years=2006)
    assert effects["before"][0] == effects["after"][0]


def test_a_scenario_uses_the_alignment_of_the_same_people(people, tmp_path):
    path = saved(people, tmp_path)
    change = {"lever": "fertility", "multiply": 1.5, "from": 2006}
    scenario = parse({"name": "more", "change": [change]}, "a test")
    plain = run(scale=SCALE, last=2008, population=path, out=tmp_path / "plain")
    more = run(scale=SCALE, last=2008, population=path, out=tmp_path / "more", scenario=scenario)
    births = [
        w.table("events")
        .filter(pl.col("event") == "birth")
        .select(pl.col("number").sum())
        .collect()
        .item()
        for w in (plain, more)
    ]
    assert births[1] > 1.1 * births[0]
    one, two = (json.dumps(w.alignment().births[2005].tolist()) for w in (plain, more))
    assert one == two
