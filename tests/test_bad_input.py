"""Whatever a user gives that is wrong is named, with what is allowed, before any work is done."""

import json
import re
import shutil
from pathlib import Path

import frictionless
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.inputs.describe import describe
from leftbehind.inputs.levers import LEVERS
from leftbehind.inputs.parameters import Parameters, known_names, undated, yearly_names
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import Change, Scenario, load, members, parse
from leftbehind.inputs.tables import data_folder, read_table
from leftbehind.model.simulation import Settings, Simulation

# --- Settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"scale": -1000}, "--scale -1000: not allowed; give a whole number from 1 to 1000000"),
        ({"scale": 0}, "--scale 0"),
        ({"last": 1949}, "--to 1949"),
        ({"last": 2051}, "--to 2051: not allowed; give a whole number from 1950 to 2050"),
        ({"first": 1949}, "--from 1949"),
        ({"first": 1990, "last": 1980}, "--to 1980"),
        ({"seed": -1}, "--seed -1"),
        ({"seed": 2**63}, "--seed"),
        ({"threads": 0}, "--threads 0"),
    ],
)
def test_a_setting_out_of_range_is_named_with_what_is_allowed(tmp_path, setting, told):
    with pytest.raises(InputError, match=re.escape(told)):
        leftbehind.run(out=tmp_path / "run", **setting)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["a file", "other files", "below a file", "/proc/nobody/run"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_run(tmp_path, monkeypatch, out):
    (tmp_path / "file").write_text("x")
    target = {
        "a file": tmp_path / "file",
        "other files": tmp_path,
        "below a file": tmp_path / "file/run",
    }.get(out, Path(out))
    monkeypatch.setattr(Simulation, "step", lambda self: pytest.fail("lived a year for nothing"))
    with pytest.raises(InputError, match=re.escape(str(target))):
        leftbehind.run(scale=100_000, out=target)


# --- Parameters ----------------------------------------------------------------------------------


def test_an_unknown_parameter_is_named_with_the_nearest():
    with pytest.raises(
        InputError, match=r"no parameter named 'care_qualty'; did you mean care_quality"
    ):
        leftbehind.run(parameters={"care_qualty": 0.5})


def test_a_parameter_far_outside_its_range_is_refused():
    with pytest.raises(
        InputError, match=r"parameter care_quality = 75: not allowed; give a number"
    ):
        leftbehind.run(parameters={"care_quality": 75.0})


@given(st.sampled_from(sorted(known_names())))
def test_every_known_parameter_takes_its_own_mean(name):
    rows = read_table("parameters").rows(named=True)
    points = {r["name"]: r["prior_mean"] for r in rows if name in (r["name"], undated(r["name"]))}
    for mean in points.values():
        changed = Parameters.load({name: mean})
        assert all(changed.values[point] == mean for point in points)


# --- Scenarios -----------------------------------------------------------------------------------


def scenario_file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


GOOD = """
name = "open-schools"
title = "No hukou barrier to city schools"

[[change]]
lever = "school_barrier"
set = 0.0
from = 2000
to = 2013
places = ["Beijing", "east"]
"""


def test_a_good_scenario_file_is_read(tmp_path):
    scenario = load(scenario_file(tmp_path, GOOD))
    assert scenario.name == "open-schools"
    change = scenario.change[0]
    assert (change.lever, change.set, change.from_year, change.to_year) == (
        "school_barrier",
        0.0,
        2000,
        2013,
    )


def test_a_scenario_written_out_is_read_back_the_same(tmp_path):
    scenario = load(scenario_file(tmp_path, GOOD))
    assert load(scenario_file(tmp_path, scenario.to_toml())) == scenario


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "', 'titel = "', ["unknown field 'titel'", "did you mean 'title'"]),
        ("from = 2000", "form = 2000", ["unknown field 'change.0.form'", "did you mean 'from'"]),
        ('"school_barrier"', '"school_barier"', ["'school_barier'", "mean 'school_barrier'"]),
        ('"Beijing"', '"Beijng"', ["Beijng", "did you mean Beijing"]),
        ("set = 0.0", "set = 0.0\nadd = 1.0", ["exactly one of set, multiply, add"]),
        ("set = 0.0", "", ["exactly one of set, multiply, add"]),
        ("set = 0.0", 'set = "none"', ["change.0.set", "'none'"]),
        ("to = 2013", "to = 1990", ["from = 2000 lies after to = 1990"]),
        ("from = 2000", "from = 1900", ["change.0.from", "1900"]),
        ('name = "open-schools"', 'name = "Open Schools"', ["name", "Open Schools"]),
        ('name = "open-schools"', "name = ", ["not a valid TOML file"]),
        ('"school_barrier"', '"divorce_2010"', ["divorce_2010", "did you mean 'divorce"]),
        ('"school_barrier"', '"care_quality"', ["care_quality", "takes no `places`"]),
    ],
)
def test_a_wrong_scenario_is_told_with_what_is_wrong(tmp_path, old, new, told):
    assert GOOD.count(old) == 1
    path = scenario_file(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InputError) as error:
        load(path)
    for part in told:
        assert part in str(error.value)


@pytest.mark.parametrize("old", ["titel", "form"])
def test_an_unknown_field_names_the_file(tmp_path, old):
    new = GOOD.replace("title =", "titel =") if old == "titel" else GOOD.replace("from", "form")
    path = scenario_file(tmp_path, new)
    with pytest.raises(InputError, match=re.escape(str(path))):
        load(path)


def test_a_missing_or_binary_scenario_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml: cannot read the scenario"):
        load(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(InputError, match=r"binary\.toml: not a valid TOML file"):
        load(tmp_path / "binary.toml")


@pytest.mark.parametrize("lever", [*sorted(LEVERS), *yearly_names()[::25]])
def test_every_lever_that_passes_the_check_can_be_used(lever):
    """No lever is accepted first and fails in its year."""
    scenario = parse(
        {"name": "any", "change": [{"lever": lever, "multiply": 1.0, "from": 1950}]}, "a test"
    )
    assert scenario.change[0].lever == lever
    p = Parameters.load().in_year(1990)
    assert lever in LEVERS or lever in p.dtype.names


def test_a_dated_lever_lives_a_year():
    scenario = parse({"name": "any", "change": [{"lever": "divorce", "multiply": 2.0}]}, "a test")
    simulation = Simulation(Settings(scale=500_000, scenario=scenario))
    plain = Simulation(Settings(scale=500_000))
    assert simulation._p(2010)["divorce"][0] == 2.0 * plain._p(2010)["divorce"][0]
    assert simulation.step().year == 1950


@given(
    st.sampled_from(["set", "multiply", "add"]),
    st.floats(-10, 10),
    st.integers(1950, 2050),
    st.integers(0, 50),
)
def test_a_change_holds_in_its_years_and_places_only(operation, number, first, length):
    change = Change.model_validate(
        {
            "lever": "land",
            operation: number,
            "from": first,
            "to": first + length,
            "places": ["Hebei"],
        }
    )
    scenario = Scenario(name="one", change=(change,))
    places = _PLACES
    values = np.full(len(places), 2.0)
    hebei = members(("Hebei",), places)
    wanted = {"set": number, "multiply": 2.0 * number, "add": 2.0 + number}[operation]
    for year in (first, first + length):
        found = scenario.changed("land", year, values, places)
        assert np.all(found[hebei] == wanted)
        assert np.all(found[~hebei] == 2.0)
    for year in (first - 1, first + length + 1):
        assert np.all(scenario.changed("land", year, values, places) == 2.0)
    assert np.all(scenario.changed("wage", first, values, places) == 2.0)


_PLACES = Places.load()


def test_names_of_places_mean_what_they_say(places):
    everywhere = members((), places)
    assert everywhere.all()
    assert members(("Liangshan",), places).sum() == 1
    assert members(("Sichuan",), places).sum() == 21
    regions = [members((region,), places) for region in ("east", "central", "west", "northeast")]
    assert sum(region.astype(int) for region in regions).tolist() == [1] * len(places)


# --- Data files ----------------------------------------------------------------------------------


@pytest.fixture
def own_data(tmp_path, monkeypatch) -> Path:
    """A copy of the tables that `LEFTBEHIND_DATA` points to."""
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    monkeypatch.setenv("LEFTBEHIND_DATA", str(folder))
    return folder


def test_a_copy_of_the_data_is_as_good(own_data):
    assert data_folder() == own_data
    assert len(Places.load()) == len(_PLACES)


@pytest.mark.parametrize("table", ["provinces", "prefectures", "parameters", "un_mortality"])
def test_one_changed_byte_is_noticed_and_the_file_named(own_data, table):
    path = own_data / f"{table}.csv"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(InputError, match=rf"{table}\.csv: data file damaged or changed"):
        leftbehind.run(scale=100_000, last=1950)
    with frictionless.system.use_context(trusted=True):
        assert not frictionless.validate(str(own_data / "datapackage.json")).valid


@pytest.mark.parametrize("table", ["national_series", "fertility_rules"])
def test_a_missing_table_is_named(own_data, table):
    (own_data / f"{table}.csv").unlink()
    with pytest.raises(InputError, match=rf"{table}\.csv: data file missing"):
        leftbehind.run(scale=100_000, last=1950)


@pytest.mark.parametrize("text", ["", "{", '{"resources": 3}', '{"resources": [{}]}', "[]"])
def test_a_broken_descriptor_is_named(own_data, text):
    (own_data / "datapackage.json").write_text(text)
    with pytest.raises(InputError, match=r"datapackage\.json: not a valid data package"):
        leftbehind.run(scale=100_000, last=1950)


def test_no_data_at_all_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("LEFTBEHIND_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match=r"nowhere/datapackage\.json: cannot read"):
        leftbehind.run(scale=100_000, last=1950)


def test_a_row_that_does_not_fit_its_table_is_named(own_data):
    """The hash is right, the content is not: a table changed on purpose, wrongly."""
    path = own_data / "parameters.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.08,", "much,", 1), encoding="utf-8")
    (own_data / "datapackage.json").write_text(json.dumps(describe(own_data)), encoding="utf-8")
    with pytest.raises(InputError, match=r"parameters\.csv: cannot be read as the table"):
        leftbehind.run(scale=100_000, last=1950)


def test_a_place_that_does_not_exist_is_told_with_its_neighbours_in_spelling(places):
    with pytest.raises(InputError, match="no prefecture is called 'Huizou'; did you mean Huizhou"):
        places.find("Huizou")
    assert places.find("441300") == places.find("Huizhou") == places.find("惠州")
