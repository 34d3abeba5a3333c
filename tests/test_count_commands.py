"""The commands that count: what they print, and the errors a user can mend."""

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from leftbehind.base.errors import InputError
from leftbehind.cli.app import app
from leftbehind.counts import definitions, sensitivity
from leftbehind.counts.of_place import counted
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.parameters import INSIDE_HOME, Parameters, parameter_table
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import Scenario
from leftbehind.pages import figures

RUNNER = CliRunner()
YEAR = 2010
SMALL = 200_000  # one simulated person for that many: a few thousand people


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    import leftbehind

    folder = tmp_path_factory.mktemp("count") / "run"
    return leftbehind.run(first=2005, last=2011, scale=20_000, out=folder)


def invoke(*arguments: object):
    return RUNNER.invoke(app, [str(a) for a in arguments], env={"COLUMNS": "160"})


def test_count_prints_the_counts_of_the_definition(world):
    shown = invoke("count", world.folder, "acwf-2010", "--year", YEAR)
    number = world.left_behind("acwf-2010", years=YEAR)["number"][0]
    assert shown.exit_code == 0
    assert f"{number / 1e6:.3f}" in shown.output
    assert "assumed hours" in shown.output


@pytest.mark.parametrize("by", ["province", "prefecture", "sex,province"])
def test_a_table_by_place_shows_liangshan(world, by):
    shown = invoke("count", world.folder, "acwf-2010", "--by", by, "--year", YEAR)
    assert "of which Liangshan" in shown.output


def test_a_count_splits_by_where_parents_are(world):
    by_where = ("--by", "parents_where", "--year", YEAR)
    shown = invoke("count", world.folder, "mca-2016", *by_where)
    rows = world.left_behind("mca-2016", by="parents_where", years=YEAR)
    assert shown.exit_code == 0
    for where, number in rows.select("parents_where", "number").iter_rows():
        assert where in shown.output and f"{number / 1e6:.3f}" in shown.output
    walk = invoke(
        "reconcile", world.folder, "mca-2016", "mca-2016-outside-province", "--year", YEAR
    )
    assert "parents_where" in walk.output and "other province or abroad" in walk.output


def test_a_place_has_the_children_of_its_own_rows(world):
    chosen = definitions.get("acwf-2010")
    all_places = world.left_behind(chosen, "prefecture", YEAR)
    its = counted(world, chosen, ["year"], [YEAR], "Fuyang")
    expected = all_places.filter(pl.col("prefecture") == "Fuyang")
    assert its["number"].to_list() == expected["number"].to_list()
    of_province = counted(world, chosen, ["prefecture"], [YEAR], "Sichuan")
    assert "Liangshan" in of_province["prefecture"].to_list()
    assert "Fuyang" not in of_province["prefecture"].to_list()


def test_csv_goes_to_the_screen_or_a_file(world, tmp_path):
    shown = invoke("count", world.folder, "acwf-2010", "--year", YEAR, "--csv", "-")
    assert shown.output.startswith("year,number,sampling_error")
    path = tmp_path / "counts.csv"
    invoke("count", world.folder, "acwf-2010", "--by", "age", "--csv", path)
    assert pl.read_csv(path).height == 7 * 18


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["mca-2017"], "mca-2016"),
        (["acwf-2010", "--by", "provinces"], "province"),
        (["acwf-2010", "--place", "Liangshn"], "Liangshan"),
        (["acwf-2010", "--year", "1950"], "2005 to 2011"),
    ],
)
def test_errors_name_what_is_wrong_and_allowed(world, arguments, hint):
    shown = invoke("count", world.folder, *arguments)
    assert isinstance(shown.exception, InputError)
    assert hint in str(shown.exception)


def test_definitions_are_listed_with_what_was_published():
    shown = invoke("definitions")
    assert all(name in shown.output for name in definitions.names())
    in_full = invoke("definitions", "mca-2016")
    assert "9.02 million persons (2016)" in in_full.output
    assert "民政部" in in_full.output


def test_reconcile_ends_with_what_no_clause_explains(world):
    shown = invoke("reconcile", world.folder, "acwf-2010", "moe-pupils", "--year", YEAR)
    number = world.left_behind("moe-pupils", years=YEAR)["number"][0] / 1e6
    assert f"What no clause explains, moe-pupils: {number:.2f} million simulated" in shown.output
    other = invoke("reconcile", world.folder, "acwf-2010", "mca-2018", "--year", YEAR)
    assert "no figure was published for 2010" in " ".join(other.output.split())


# The choice sees the same care as the week: what a carer's hours cover.
SEEN_BY_CHOICE = (
    "parent_home",
    "grandparent_home",
    "grandparent_walk",
    "relative",
    "neighbour",
    "sibling_or_alone",
)


def test_sensitivity_of_hours_is_zero_where_hours_are_not_asked_and_counts_are_the_run_s():
    rows = sensitivity.care_and_week("acwf-2010", YEAR, scale=SMALL, threads=1)
    assert set(rows["parameter"]) == set(
        parameter_table().filter(pl.col("process").is_in(sensitivity.PROCESSES))["name"]
    )
    week = rows.filter(pl.col("process") == "week")
    seen_by_choice = pl.col("parameter").is_in(
        [f"week_adult_{who}" for who in SEEN_BY_CHOICE] + ["week_walk_decay"]
    )
    assert (week.filter(seen_by_choice)["number_at_low"] != week["number_at_mean"][0]).any()
    week = week.filter(~seen_by_choice)
    assert (week["number_at_low"] == week["number_at_mean"]).all()
    assert (week["number_at_high"] == week["number_at_mean"]).all()
    chores = rows.filter(pl.col("parameter").str.starts_with("week_chores"))
    # More chores leave fewer hours to a grandmother whose hours do not suffice; nothing else.
    spared = chores["unsupervised_hours_at_low"] - chores["unsupervised_hours_at_high"]
    assert spared.is_between(0.0, 0.01).all()
    home = rows.row(by_predicate=pl.col("parameter") == "week_adult_parent_home", named=True)
    assert home["unsupervised_hours_at_low"] > home["unsupervised_hours_at_high"]
    effect = (rows["unsupervised_hours_at_high"] - rows["unsupervised_hours_at_low"]).abs()
    assert effect.is_sorted(descending=True)


def test_sensitivity_at_the_means_is_the_run_itself():
    import leftbehind

    rows = sensitivity.care_and_week("acwf-2010", 1985, since=1984, scale=SMALL, threads=1)
    world = leftbehind.run(first=1985, last=1985, scale=SMALL, threads=1)
    assert rows["number_at_mean"][0] == world.left_behind("acwf-2010")["number"][0]


def test_no_table_of_places_reads_what_happens_inside_the_home():
    table = parameter_table().filter(pl.col("process").is_in(INSIDE_HOME))
    highest = dict(table.select("name", "prior_high").iter_rows())
    places, years = Places.load(), np.arange(1979, 2021)
    one, other = (
        Conditions(places, years, Parameters(values), Scenario())
        for values in (Parameters.load().values, {**Parameters.load().values, **highest})
    )
    nobody = Coupling.none(len(places))
    for year in years[::10].tolist():
        assert one.in_year(year, nobody).tobytes() == other.in_year(year, nobody).tobytes()


@pytest.mark.parametrize(("since", "year"), [(2010, 1970), (2011, 2010), (1949, 2010)])
def test_sensitivity_refuses_years_without_children_away(since, year):
    with pytest.raises(InputError, match="give a year from"):
        sensitivity.check_years(since, year)


def test_figure_has_simulated_lines_and_published_points(world):
    simulated, published = figures.counts(world)
    assert set(simulated["definition"]) == set(figures.LINES)
    rural = published.filter(pl.col("definition").str.starts_with("rural, "))
    assert 58.61 in rural["million"].to_list()
    assert published["year"].max() <= 2011
    with pytest.raises(InputError, match=r"\.svg"):
        figures.save(None, world.folder / "chart.jpg")


def test_figure_is_drawn(world, tmp_path):
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    path = tmp_path / "left_behind.svg"
    figures.save(figures.left_behind_chart(world), path)
    assert path.read_text(encoding="utf-8").startswith("<svg")
