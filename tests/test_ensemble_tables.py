"""What an ensemble tells: its intervals in every table, its predictions, its page in the report."""

import json
import math

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.cli.app import app
from leftbehind.counts import definitions
from leftbehind.counts.intervals import COLUMNS, QUANTILES, intervals, quantiles
from leftbehind.ensembles import tallies
from leftbehind.evidence.validate import prediction_page
from leftbehind.evidence.validate.check import within
from leftbehind.evidence.validate.prediction import Prediction, predictions
from leftbehind.pages import figures
from leftbehind.pages.report.build import page as report_page
from tests.draws import draws_file

YEAR, DRAWS = 2010, 3
RUNNER = CliRunner()
SOURCE = {"basis": "read", "source": "a book"}


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory) -> leftbehind.Ensemble:
    folder = tmp_path_factory.mktemp("tables")
    return leftbehind.run(
        draws=DRAWS,
        out=folder / "ensemble",
        draws_from=draws_file(folder, DRAWS),
        workers=1,
        scale=200_000,
        first=2009,
        last=2014,
    )


def invoke(*arguments: object):
    return RUNNER.invoke(app, [str(a) for a in arguments], env={"COLUMNS": "180"})


# --- Intervals -----------------------------------------------------------------------------------


def test_intervals_are_the_quantiles_of_the_draws():
    figures_of = pl.DataFrame({"draw": range(1, 22), "a": "x", "value": np.arange(21.0) ** 2})
    row = intervals(figures_of, ["a"], "value", 0.0).row(0, named=True)
    assert row == {
        "a": "x",
        "median": 100.0,
        "low_50": 25.0,
        "high_50": 225.0,
        "low_90": 1.0,
        "high_90": 361.0,
    }
    assert quantiles(list(np.arange(21.0) ** 2)) == {name: row[name] for name in COLUMNS}


def test_a_group_that_a_draw_lacks_counts_as_none_there_or_is_left_out():
    figures_of = pl.DataFrame(
        {"draw": [1, 1, 2], "group": ["a", "b", "a"], "value": [10.0, 4.0, 20.0]}
    )
    zero = intervals(figures_of, ["group"], "value", 0.0)
    assert zero.select("group", "median").rows() == [("a", 15.0), ("b", 2.0)]
    left_out = intervals(figures_of, ["group"], "value", None)
    assert left_out.select("group", "median").rows() == [("a", 15.0), ("b", 4.0)]


def test_what_no_draw_measured_has_no_interval():
    figures_of = pl.DataFrame({"draw": [1, 2], "a": ["x", "x"], "value": [math.nan, None]})
    assert intervals(figures_of, ["a"], "value", None).row(0)[1:] == (None,) * len(COLUMNS)
    assert all(math.isnan(end) for end in quantiles([math.nan]).values())


# --- Tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["number", "children", "share", "assumed_unsupervised_hours"])
def test_left_behind_is_the_quantile_of_the_worlds_own_counts(ensemble, measure):
    rows = ensemble.left_behind("acwf-2010", by="sex", years=YEAR, measure=measure)
    own = [world.left_behind("acwf-2010", by="sex", years=YEAR) for world in ensemble.worlds]
    for row in rows.iter_rows(named=True):
        values = [table.filter(pl.col("sex") == row["sex"])[measure][0] for table in own]
        expected = np.quantile(values, list(QUANTILES.values()))
        assert [row[name] for name in COLUMNS] == pytest.approx(list(expected))
    assert rows.columns == ["year", "sex", *COLUMNS]


def test_people_and_the_walk_between_counts_have_intervals_too(ensemble):
    people = ensemble.people(YEAR, by=()).row(0, named=True)
    own = [world.people(YEAR, by=())["number"].item() for world in ensemble.worlds]
    assert people["median"] == pytest.approx(np.median(own))
    walk = ensemble.reconcile("acwf-2010", "mca-2018", YEAR)
    counted = ensemble.left_behind("mca-2018", years=YEAR)
    assert walk["clause"][0] == "start"
    assert walk["high_90"][-1] == pytest.approx(counted["high_90"][0])


@pytest.mark.parametrize("by", ["all", *tallies.CHILDREN_BY])
def test_the_table_of_counts_holds_the_counts_of_each_draw(ensemble, by):
    world = ensemble.worlds[0]
    rows = tallies.counts(world).filter(pl.col("by") == by)
    for name in definitions.names():
        expected = world.left_behind(name, by=() if by == "all" else by)
        found = rows.filter(pl.col("definition") == name).drop("definition", "by")
        found = found.rename({"group": by}) if by != "all" else found.drop("group")
        expected = expected.drop("sampling_error").with_columns(
            pl.col(key).cast(found.schema[key]) for key in found.columns
        )
        keys = [key for key in ("year", by) if key in found.columns]
        joined = found.join(expected, on=keys)
        assert expected.join(found, on=keys, how="anti")["number"].sum() == 0.0
        for column in ("number", "children", "share", "assumed_unsupervised_hours"):
            pairs = joined.select(column, f"{column}_right").fill_null(-1.0)
            assert pairs[column].to_list() == pytest.approx(pairs[f"{column}_right"].to_list())


def test_the_interval_tables_say_what_the_methods_say(ensemble):
    row = (
        ensemble.table("counts")
        .filter(
            pl.col("definition") == "acwf-2010",
            pl.col("year") == YEAR,
            pl.col("by") == "all",
            pl.col("measure") == "number",
        )
        .collect()
        .row(0, named=True)
    )
    own = ensemble.left_behind("acwf-2010", years=YEAR).row(0, named=True)
    assert [row[name] for name in COLUMNS] == pytest.approx([own[name] for name in COLUMNS])
    people = ensemble.table("people").filter(pl.col("by") == "all", pl.col("year") == YEAR)
    persons = ensemble.people(YEAR, by=())["median"].item()
    assert people.collect()["median"][0] == pytest.approx(persons)
    flows = ensemble.table("flows").collect()
    assert set(flows["measure"]) == {"adults", "children"}
    assert (flows["low_90"] <= flows["median"]).all()
    told = json.loads((ensemble.folder / "intervals/manifest.json").read_text())
    assert told["draws"] == DRAWS and "low_90" in told["columns"]


def test_the_middle_draw_lies_nearest_to_the_medians(ensemble):
    counts = (
        ensemble.table("draws")
        .collect()
        .pivot("draw", index=["definition", "year"], values="number")
    )
    numbers = np.log(counts.drop("definition", "year").to_numpy() + 1.0)
    medians = np.log(np.median(np.exp(numbers), axis=1, keepdims=True))
    nearest = int(np.argmin(np.abs(numbers - medians).mean(axis=0))) + 1
    assert ensemble.middle().manifest["draw"] == nearest


def test_unknown_measures_and_years_are_refused(ensemble):
    with pytest.raises(InputError, match=r"measure = 'numbers'.*number"):
        ensemble.left_behind(measure="numbers")
    with pytest.raises(InputError, match="years = 1950: not recorded"):
        ensemble.left_behind(years=1950)
    with pytest.raises(InputError, match=r"nothing.*counts"):
        ensemble.table("nothing")


# --- Predictions ---------------------------------------------------------------------------------


def made(values, published=100.0, year=2015, **more):
    """The prediction from one check a value."""
    return Prediction.of(
        [
            within(
                "migration",
                "workers",
                year,
                value,
                published,
                "million",
                0.1,
                "relative",
                **SOURCE,
                **more,
            )
            for value in values
        ]
    )


def test_a_figure_outside_is_measured_from_the_nearer_end():
    inside = made(np.linspace(94, 134, 101))
    assert inside.inside_90 and not inside.inside_50
    assert (inside.half_widths, inside.percent) == (0.0, 0.0)
    below = made(np.linspace(120, 160, 101))  # 90 percent: 122 to 158
    assert not below.inside_90
    assert below.half_widths == pytest.approx(22 / 18)
    assert below.percent == pytest.approx(22.0)
    assert made([150.0, 150.0]).half_widths == math.inf
    assert math.isnan(made([math.nan]).half_widths) and not made([math.nan]).inside_90


def test_only_held_out_figures_of_later_years_judge():
    assert made([1.0], held_out=True).judges
    assert not made([1.0], held_out=True, year=2012).judges
    assert not made([1.0]).judges
    assert made([1.0], held_out=True, year="2010-2019").judges


def facts():
    return {
        "version": "0",
        "seed": 7,
        "scale": 1000,
        "from": 1950,
        "to": 2020,
        "draws": 50,
        "posterior": "f" * 64,
        "posterior_file": "d.parquet",
        "scenario": {},
    }


def test_the_page_names_the_held_out_figures_outside_farthest_first():
    found = [
        made(np.linspace(94, 134, 51), held_out=True),
        made(np.linspace(120, 160, 51), held_out=True, place="near"),
        made(np.linspace(500, 540, 51), held_out=True, place="far"),
        made([200.0] * 51, held_out=True, place="alike"),
        made(np.linspace(500, 540, 51), place="fitted"),
    ]
    text = prediction_page.page(facts(), found)
    assert "Of 5 published figures, 1 (20%) lie inside the 90 % interval and 0 (0%)" in text
    assert "Of 4 held-out figures after 2012, 1 (25%) lie inside" in text
    outside = text[text.index("farthest first") : text.index("## Migration (1 of 5 inside")]
    assert outside.index("| alike |") < outside.index("| far |") < outside.index("| near |")
    assert "| all draws alike |" in outside
    assert "fitted" not in outside
    content = json.loads(prediction_page.data(facts(), found))
    assert content["held_out_after_2012"] == {"number": 4, "inside_50": 0, "inside_90": 1}
    assert content["predictions"][1]["percent"] == pytest.approx(21.0, abs=2)


def test_few_draws_are_said_to_be_few():
    assert "hardly known" in prediction_page.describe({**facts(), "draws": 19})
    assert "hardly known" not in prediction_page.describe(facts())


def test_draws_that_do_not_allow_the_same_comparisons_are_refused():
    class Odd:
        folder = "somewhere"

        @staticmethod
        def each(ask, workers):
            return [[], [within("g", "w", 2010, 1.0, 1.0, "u", 0.1, "relative", **SOURCE)]]

    with pytest.raises(InputError, match="draws 1 and 2 do not allow the same comparisons"):
        predictions(Odd(), list)


# --- Commands ------------------------------------------------------------------------------------


def test_count_shows_the_intervals_and_liangshan(ensemble):
    shown = invoke("count", ensemble.folder, "acwf-2010", "--year", YEAR, "--by", "province")
    assert shown.exit_code == 0, shown.output
    row = (
        ensemble.left_behind("acwf-2010", by="province", years=YEAR)
        .filter(pl.col("province") == "Henan")
        .row(0, named=True)
    )
    assert f"{row['low_90'] / 1e6:.3f} to {row['high_90'] / 1e6:.3f}" in shown.output
    assert "of which Liangshan" in shown.output and "Fewer than 20 draws" in shown.output
    csv = invoke("count", ensemble.folder, "acwf-2010", "--year", YEAR, "--csv", "-").output
    assert csv.startswith("year,measure,median,low_50,high_50,low_90,high_90\n2010,number,")
    place = invoke(
        "count", ensemble.folder, "acwf-2010", "--year", YEAR, "--place", "Henan", "--csv", "-"
    ).output
    assert f"2010,number,{row['median']}" in place


def test_reconcile_shows_the_intervals(ensemble):
    shown = invoke("reconcile", ensemble.folder, "acwf-2010", "mca-2018", "--year", YEAR)
    last = ensemble.left_behind("mca-2018", years=YEAR).row(0, named=True)
    assert shown.exit_code == 0, shown.output
    assert f"{last['low_50'] / 1e6:.2f} to {last['high_50'] / 1e6:.2f}" in shown.output


def test_the_figure_has_bands_about_the_medians(ensemble):
    simulated, published = figures.counts_of_draws(ensemble)
    assert set(simulated["definition"]) == set(figures.LINES)
    assert (simulated["low_50"] >= simulated["low_90"]).all()
    assert not published.is_empty()
    layers = figures.left_behind_chart(ensemble).to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in layers] == ["area", "area", "line", "point"]
    of_one = figures.left_behind_chart(ensemble.worlds[0]).to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in of_one] == ["line", "point"]


def test_validate_writes_the_predictions(ensemble, tmp_path, monkeypatch):
    monkeypatch.setattr("leftbehind.cli.ensembles.workers_for", lambda _: 1)
    shown = invoke("validate", ensemble.folder, "--docs", tmp_path)
    assert shown.exit_code == 0, shown.output
    assert {path.name for path in tmp_path.iterdir()} == {"PREDICTIONS.md", "predictions.json"}
    told = json.loads((tmp_path / "predictions.json").read_text())
    assert told["held_out_after_2012"]["number"] > 5
    workers = next(p for p in told["predictions"] if p["what"] == "workers who left their township")
    assert workers["low_90"] <= workers["low_50"] <= workers["median"] <= workers["high_90"]
    assert f"of {told['held_out_after_2012']['number']} held-out" in shown.output.lower()


def test_run_ends_with_the_intervals_and_refuses_options_that_do_not_go_together(tmp_path):
    file = draws_file(tmp_path, 2)
    shown = invoke(
        "run",
        "--draws",
        2,
        "--draws-from",
        file,
        "--workers",
        1,
        "--out",
        tmp_path / "e",
        "--scale",
        500_000,
        "--from",
        1950,
        "--to",
        1953,
    )
    assert shown.exit_code == 0, shown.output
    assert "Simulated China, 1950 to 1953, 2 times" in shown.output
    assert sorted(path.name for path in (tmp_path / "e/intervals").iterdir()) == [
        "manifest.json",
        "people.parquet",
    ]
    for given, message in (
        (["--draws-from", file], "--draws-from .* needs --draws"),
        (["--scheduler", "tcp://a:1"], "--scheduler tcp://a:1: needs --draws"),
        (["--draws", 2, "--checkpoint-every", 5], "--checkpoint-every 5: does not go with"),
    ):
        with pytest.raises(InputError, match=message):
            RUNNER.invoke(app, ["run", *map(str, given)], catch_exceptions=False)


def test_the_report_of_an_ensemble_shows_its_intervals(ensemble, monkeypatch):
    monkeypatch.setattr("leftbehind.pages.report.facts.workers_for", lambda _: 1)
    text = report_page(ensemble, "zh")
    sure = text.split('id="sure"')[1].split("</section>")[0]
    assert 'data-chart="intervals"' in sure and "90%区间" in sure
    assert f"共模拟了{DRAWS}个世界" in text
    assert str(ensemble.folder) in text
