"""What `import leftbehind` gives: its names, their units, what they take and what they refuse."""

import ast
import inspect
import json
import os
import pickle
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pytest

import leftbehind as lb
from leftbehind.base.errors import InputError
from leftbehind.counts.compare import comparison
from leftbehind.counts.definitions import Definition
from leftbehind.ensembles import face
from leftbehind.ensembles.draws import median
from leftbehind.inputs.scenario import Change, Scenario
from leftbehind.model.tallies.headcount import AGES
from leftbehind.runs import plan
from leftbehind.runs.contents import TABLES
from tests.draws import draws_file

NAMES = {
    "run",
    "open_run",
    "World",
    "Ensemble",
    "Scenario",
    "Definition",
    "compare",
    "reconcile",
    "scenarios",
    "definitions",
    "__version__",
}
HEAVY = {"numpy", "numba", "polars", "pyarrow", "pydantic", "altair"}
LOADED = "import sys; print(*(name for name in sys.modules if '.' not in name))"
SMALL = {"scale": 200_000, "first": 1984, "last": 1985, "threads": 1}
YEAR = 1985


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> lb.World:
    return lb.run(out=str(tmp_path_factory.mktemp("face") / "small"), **SMALL)


def python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout


# --- Names ---------------------------------------------------------------------------------------


def test_the_face_is_a_dozen_names_and_each_is_there():
    assert set(lb.__all__) == NAMES <= set(dir(lb))
    assert all(getattr(lb, name) is not None for name in NAMES)
    assert lb.__version__ == version("leftbehind")
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        lb.rum  # noqa: B018


def test_a_star_import_shadows_no_builtin():
    import builtins

    assert not NAMES & set(dir(builtins))
    scope: dict[str, object] = {}
    exec("from leftbehind import *", scope)
    assert set(scope) >= NAMES


def test_type_checkers_see_every_name_where_it_is_found_at_run_time():
    """The imports that only a type checker reads name the same objects as `__getattr__` finds."""
    tree = ast.parse(inspect.getsource(lb))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    told = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == lb._HOMES and {*told, "__version__"} == NAMES


def test_importing_it_or_asking_for_help_loads_neither_compiler_nor_tables():
    assert not HEAVY & set(python(f"import leftbehind; {LOADED}").split())
    asked = "import sys; sys.argv = ['leftbehind', '{}']\nfrom leftbehind.cli.app import main\n"
    for option in ("--help", "--version"):
        said = python(
            asked.format(option)
            + f"try: main()\nexcept SystemExit as end: assert not end.code\n{LOADED}"
        )
        assert not HEAVY & set(said.split("\n")[-2].split()), option


def test_the_version_is_printed():
    said = subprocess.run(
        [sys.executable, "-m", "leftbehind", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"leftbehind {version('leftbehind')}\n"


def test_no_function_of_the_face_and_of_runs_takes_more_than_eight_arguments():
    """Typer's commands are excepted: each option is an argument there."""
    root = Path(lb.__file__).parent
    for path in (*root.glob("runs/*.py"), *root.glob("ensembles/*.py"), *root.glob("counts/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                given = node.args
                number = len(given.args) + len(given.kwonlyargs) + len(given.posonlyargs)
                assert number <= 8, f"{path.name}: {node.name} takes {number}"


def test_every_setting_of_a_run_is_described():
    text = inspect.getdoc(lb.run) or ""
    assert all(f"`{name}`" in text for name in plan.Given.__annotations__)


# --- Objects, names and paths --------------------------------------------------------------------


def test_a_scenario_may_be_an_object_a_name_or_a_path(tmp_path):
    one = lb.scenarios()["city-schools-open"]
    path = tmp_path / "mine.toml"
    path.write_text(one.to_toml(), encoding="utf-8")
    for which in (one, "city-schools-open", str(path), path):
        assert plan.Plan.of(scenario=which).settings.scenario == one
    assert plan.Plan.of().settings.scenario == plan.Plan.of(scenario=None).settings.scenario
    both = plan.Plan.of(scenario="city-schools-open+pensions-for-the-old").settings.scenario
    assert set(one.change) < set(both.change)


def test_parameters_may_be_values_a_name_or_a_path(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,value\ncare_quality,0.5\n", encoding="utf-8")
    for which in ({"care_quality": 0.5}, str(path), path):
        plans = face.plan_of(None, None, "auto", None, parameters=which)
        assert plans.settings.parameters.values["care_quality"] == 0.5
    named = face.plan_of(None, None, "auto", None, parameters="posterior-median")
    assert named.changed == median()
    plain = face.plan_of(None, None, "auto", None, parameters="prior-means")
    assert plain.settings == plan.Plan.of().settings


def test_a_population_may_be_an_object_or_a_path():
    path = Path(lb.__file__).parent / "data/own/example.csv"
    own = plan.population(path)
    assert own is not None and plan.population(own) is own
    for which in (own, path, str(path)):
        assert plan.Plan.of(population=which, last=2030).first == own.year


def test_a_definition_may_be_an_object_a_name_or_a_path(small, tmp_path):
    shipped = lb.definitions()["acwf-2010"]
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nage = [0, 17]\n', encoding="utf-8")
    by_name = small.left_behind("acwf-2010")
    assert small.left_behind(shipped).equals(by_name) and by_name["number"].sum() > 0
    assert small.left_behind(path).equals(small.left_behind(str(path)))
    walk = lb.reconcile(str(small.folder), shipped, path, YEAR)
    assert walk.equals(small.reconcile("acwf-2010", path, YEAR))
    assert walk["number"][-1] == small.left_behind(path, years=YEAR)["number"].item()


def test_what_ships_is_listed_by_name():
    assert all(name == each.name for name, each in lb.scenarios().items())
    assert all(name == each.name for name, each in lb.definitions().items())
    assert isinstance(lb.definitions()["mca-2016"], lb.Definition)
    assert lb.Definition is Definition and lb.Scenario is Scenario


def test_worlds_are_opened_from_texts_and_paths(small):
    for given in (str(small.folder), small.folder):
        assert lb.World(given).years() == lb.open_run(given).years() == range(1984, 1986)


def test_two_worlds_are_compared_by_the_same_names(tmp_path):
    found = lb.compare(
        "baseline",
        lb.scenarios()["boarding-for-all"],
        definitions=[lb.definitions()["acwf-2010"]],
        seeds=1,
        scale=1_000_000,
        last=1980,
        threads=1,
        parameters="posterior-median",
        out=str(tmp_path / "found"),
    )
    assert isinstance(found, comparison.Comparison)
    assert found.manifest["definitions"] == ["acwf-2010"]
    values = found.manifest["parameters"]
    assert all(values[name] == value for name, value in median().items() if name in values)


# --- Units and tables ----------------------------------------------------------------------------


def test_people_are_persons_and_agree_with_the_table(small):
    simulated = small.table("people").filter(pl.col("year") == YEAR).select(pl.col("number").sum())
    persons = small.people(YEAR, by=())["number"].item()
    assert persons == simulated.collect().item() * small.scale
    assert persons == small.manifest["alive"] * small.scale
    assert 0.9e9 < persons < 1.2e9
    for by in (None, "province", ["lives", "arrangement"]):
        split = small.people(YEAR) if by is None else small.people(YEAR, by=by)
        assert split["number"].sum() == persons
    assert small.people()["year"].unique().to_list() == [1984, 1985]
    assert small.people().columns == ["year", "age", "sex", "hukou", "number"]


def test_ages_are_ordered_wherever_they_are_groups(small):
    ages = small.people(YEAR, by="age")["age"]
    assert ages.is_sorted() and ages.to_list() == list(AGES[: len(ages)])
    for name in ("people", "migrants", "kin"):
        column = small.table(name).select("age").unique().sort("age").collect()["age"].to_list()
        first = [int(re.split(r"[-+]", label)[0]) for label in column]
        assert first == sorted(first) and len(first) > 2, name
    assert small.left_behind("acwf-2010", by="age", years=YEAR)["age"].is_sorted()


def test_tables_say_what_they_hold_and_in_which_unit(small):
    told = small.tables
    assert told["table"].to_list() == list(TABLES)
    files = {path.stem for path in small.folder.glob("*.parquet")}
    assert files == set(TABLES)
    for name, rows, _, numbers in told.iter_rows():
        table = small.table(name).collect()
        assert table.height == rows
        assert set(TABLES[name].numbers) <= set(table.columns)
        if any("simulated" in unit for unit in TABLES[name].numbers.values()):
            assert numbers.endswith("(each stands for 200,000)")
    people = TABLES["people"].numbers
    assert people == {"number": "simulated people"}


@pytest.mark.parametrize("name", [name for name in TABLES if name != "places"])
def test_every_column_of_numbers_has_a_unit(small, name):
    """All others say whom the row is about: labels, codes, years, ages, how many kin."""
    about = {"year", "code", "origin", "destination", "age", "order", "group"}
    about |= {"grandparents", "grandmothers", "siblings"}
    numeric = {
        column
        for column, kind in small.table(name).collect_schema().items()
        if kind.is_numeric() and column not in about
    }
    assert numeric == set(TABLES[name].numbers)


def test_counts_are_those_of_each_definition_beside_what_was_published(world):
    counts = world.counts
    assert set(counts["definition"]) == set(lb.definitions())
    for name in ("acwf-2010", "mca-2016"):
        own = world.left_behind(name).select("year", "number", "sampling_error")
        told = counts.filter(definition=name).unique("year", maintain_order=True)
        assert told["number"].to_list() == pytest.approx(own["number"].to_list())
        assert told["sampling_error"].to_list() == pytest.approx(own["sampling_error"].to_list())
    published = counts.filter(definition="mca-2016", year=2016)
    assert published["published"].to_list() == pytest.approx([9.02e6], rel=0.01)
    assert counts.filter(definition="mca-2016", year=2015)["published"].to_list() == [None]
    figures = counts.drop_nulls("figure")
    assert len(figures) >= 10 and figures["published"].is_between(1e6, 2e8).all()


def test_a_run_before_families_could_move_counts_none(tmp_path):
    early = lb.run(scale=1_000_000, last=1951, threads=1, out=tmp_path / "early")
    assert early.counts.is_empty() and early.counts.columns[:3] == ["definition", "year", "number"]
    assert "children" not in early.tables["table"]
    with pytest.raises(InputError, match="lacks this table"):
        early.table("children")


def test_a_world_can_be_handed_to_another_process(small):
    small.counts  # noqa: B018 - kept with the world
    assert pickle.loads(pickle.dumps(small)).people(YEAR).equals(small.people(YEAR))


# --- Ensembles -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory) -> lb.Ensemble:
    folder = tmp_path_factory.mktemp("ensemble")
    settings = {**SMALL, "scale": 1_000_000}
    return lb.run(draws=2, draws_from=draws_file(folder, 2), workers=1, **settings)


def test_draws_make_an_ensemble_in_a_folder_that_lasts_as_long_as_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    file = draws_file(tmp_path, 1)
    made = lb.run(draws=1, draws_from=str(file), workers=1, scale=1_000_000, last=1950)
    folder = made.folder
    assert isinstance(made, lb.Ensemble) and folder.is_dir() and folder.parent == tmp_path
    del made
    assert not folder.exists()
    with pytest.raises(InputError, match="holds 1 draws"):
        lb.run(draws=2, draws_from=file, workers=1, scale=1_000_000, last=1950)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_an_ensemble_answers_as_a_world_does_with_intervals(ensemble):
    people = ensemble.people(YEAR, by="age")
    assert people["age"].is_sorted()
    own = [world.people(YEAR, by=())["number"].item() for world in ensemble.worlds]
    total = ensemble.people(YEAR, by=()).row(0, named=True)
    assert total["median"] == sum(own) / 2 and total["low_90"] <= total["high_90"]
    counts = ensemble.counts
    told = counts.filter(definition="acwf-2010", year=YEAR)["median"].item()
    assert told == ensemble.left_behind("acwf-2010", years=YEAR)["median"].item()
    assert {"published", "figure"} <= set(counts.columns)
    walk = lb.reconcile(ensemble, "acwf-2010", "mca-2018", YEAR)
    assert walk.equals(ensemble.reconcile("acwf-2010", "mca-2018", YEAR))
    assert ensemble.tables["table"].to_list() == ["counts", "people", "flows", "draws"]


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"scenario": "no-such"}, ["scenario 'no-such'", "gallery: baseline, boarding-for-all"]),
        ({"scenario": "city-school-open"}, ["did you mean 'city-schools-open'"]),
        (
            {"scenario": Scenario(name="mine", change=(Change(lever="wages", multiply=2.0),))},
            ["no lever named 'wages'", "did you mean 'wage'"],
        ),
        ({"population": "x.csv"}, ["x.csv: no such file", "population takes the path of a .csv"]),
        ({"population": Path("x.csv")}, ["x.csv: no such file"]),
        ({"parameters": "posterior-medan"}, ["did you mean 'posterior-median'", "prior-means"]),
        ({"parameters": "mine.csv"}, ["mine.csv: no such file", "parameters takes the path"]),
        ({"scale": 1000.0}, ["--scale 1000.0: not allowed; give a whole number"]),
        ({"seed": "one"}, ["--seed one: not allowed"]),
        ({"last": True}, ["--to True: not allowed"]),
        ({"draws_from": "d.csv"}, ["--draws-from d.csv: needs --draws"]),
        (
            {"draws": 2, "parameters": {"care_quality": 0.5}},
            ["--parameters", "not go with --draws"],
        ),
        ({"draws": 2, "checkpoint_every": 5}, ["--checkpoint-every 5: does not go with --draws"]),
        ({"draws": 2, "workers": "many"}, ["--workers many: not allowed"]),
    ],
)
def test_a_bad_setting_is_named_with_what_is_allowed(settings, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refused:
        lb.run(**{"last": 1950, "scale": 100_000, "out": "run", **settings})
    assert all(part in str(refused.value) for part in told), refused.value
    assert list(tmp_path.iterdir()) == []


def test_the_nearest_file_is_named(tmp_path):
    (tmp_path / "people.csv").write_text("x")
    with pytest.raises(InputError, match=r"did you mean '.*people\.csv'"):
        lb.run(population=tmp_path / "peolpe.csv")


@pytest.mark.parametrize("ask", [lb.run, lb.compare])
def test_a_setting_that_there_is_not_is_named_with_the_nearest(ask):
    with pytest.raises(TypeError, match="no setting is called 'scal'; did you mean 'scale'"):
        ask(scal=100_000)


def test_no_run_is_told_with_the_runs_nearby(small, tmp_path):
    folder = tmp_path / "runs"
    (folder / "baseline").mkdir(parents=True)
    (folder / "baseline/manifest.json").write_text(json.dumps({"scale": 10}))
    for ask in (lb.World, lb.Ensemble, lb.open_run):
        with pytest.raises(InputError) as refused:
            ask(folder / "basline")
        for part in (
            f"{folder}/basline: no complete run",
            f"mean '{folder}/baseline'",
            "makes one",
        ):
            assert part in str(refused.value)
    assert not os.path.lexists("nowhere")
    with pytest.raises(InputError, match="nowhere: no complete run here"):
        lb.World("nowhere")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (
            lambda w: w.table("childen"),
            ["'childen'", "did you mean 'children'", "people, children"],
        ),
        (lambda w: w.people(1990), ["1990: not recorded", "1984 to 1985"]),
        (lambda w: w.people(by="provinces"), ["'provinces'", "did you mean 'province'"]),
        (lambda w: w.left_behind("acwf-2011"), ["'acwf-2011'", "'acwf-2010'", "moe-pupils"]),
        (lambda w: w.left_behind("none.toml"), ["none.toml: cannot read the definition"]),
        (
            lambda w: w.reconcile("acwf-2010", "mca", YEAR),
            ["'mca'", "mca-2016, mca-2016-outside-province, mca-2018"],
        ),
        (lambda w: w.reconcile("acwf-2010", "mca-2016", 1990), ["1990: not recorded"]),
    ],
)
def test_a_bad_question_is_answered_with_what_may_be_asked(small, ask, told):
    with pytest.raises(InputError) as refused:
        ask(small)
    assert all(part in str(refused.value) for part in told), refused.value


def test_a_bad_question_to_an_ensemble_is_answered_so_too(ensemble):
    with pytest.raises(InputError, match="did you mean 'flows'"):
        ensemble.table("flow")
    with pytest.raises(InputError, match="did you mean 'province'"):
        ensemble.people(by="provinces")
