"""Rolling cuts: what may be fitted at a cut, the draws of a linear world, and going on."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from leftbehind.base.errors import InputError
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.solving import Solved
from leftbehind.evidence.calibrate.targets import Aims, Target
from leftbehind.evidence.cuts import forms, lives, reasons, study
from leftbehind.evidence.cuts.fitting import linear_draws, targets_to
from leftbehind.evidence.cuts.plan import SHORT, Plan
from leftbehind.evidence.validate.check import in_range
from leftbehind.inputs.parameters import known_names

YEARS = {"workers who left their township": (2000, 2004, 2008, 2010, 2012, 2015, 2020)}
COUNTED = []
PAGE = Path(__file__).parent.parent / "docs" / "CUTS.md"


def a_world(settings, years):
    """Every target of the table and a few later figures; linear in one parameter."""
    COUNTED.append(years)
    value = settings.parameters.values["choice_network"]
    luck = (settings.seed % 1000) / 1e4
    rows = {(t.what, t.year, t.place) for t in targets_to(2012)}
    rows |= {(what, year, "china") for what, on in YEARS.items() for year in on}
    rows |= {("away outside the province", year, "china") for year in (2008, 2012, 2016)}
    return [
        in_range(
            "g", what, year, 10.0 + value + luck, 12.0, "u", 11.0, 13.0,
            basis="read", source="s", place=place, held_out=year > 2012, row=f"{what}-{year}",
        )
        for what, year, place in sorted(rows)
        if year in years
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def no_people(monkeypatch):
    COUNTED.clear()
    monkeypatch.setattr(lives, "compared", a_world)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The short study of the toy, and its folder."""
    folder = tmp_path_factory.mktemp("cuts") / "whole"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lives, "compared", a_world)
        return study.run(folder, SHORT), folder


def section(page, *names):
    """Cells of the rows of the tables under headings that end with one of `names`."""
    parts = re.split(r"^## (.*)$", page, flags=re.MULTILINE)
    chosen = [
        text for name, text in zip(parts[1::2], parts[2::2], strict=True) if name.endswith(names)
    ]
    rows = [
        re.split(r" (?<!\\)\| ", line.strip("| "))
        for line in "\n".join(chosen).splitlines()
        if line.startswith("|")
    ]
    heads = {k for k, row in enumerate(rows) if set(row) == {"---"}}
    return [row for k, row in enumerate(rows) if not {k, k + 1} & heads]


def losses(page):
    return section(page, "here it does not")


def read_all(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in (".csv", ".md")}


def test_no_target_is_later_than_the_cut():
    for cut in (2000, 2005, 2012):
        assert max(target.year for target in targets_to(cut)) <= cut
    assert len(targets_to(2000)) < len(targets_to(2010))


@pytest.mark.parametrize("cut", [1950, 2013, 2020])
def test_a_cut_outside_the_data_is_refused(cut, tmp_path):
    with pytest.raises(InputError, match=f"--cut {cut}: not allowed; give a year from"):
        study.run(tmp_path / "new", Plan(cuts=(cut,)))
    assert not (tmp_path / "new").exists()


def test_an_unknown_form_and_sizes_that_cannot_be_are_refused():
    with pytest.raises(InputError, match="--form no-twon: not known; did you mean 'no-town'"):
        Plan(forms=("no-twon",)).check()
    with pytest.raises(InputError, match="--draws 1: not allowed"):
        Plan(draws=1).check()


def test_every_form_holds_parameters_that_exist_and_the_whole_holds_none():
    for form in forms.FORMS.values():
        assert set(form.held()) <= set(known_names())
        assert bool(form.held()) == (form.name != forms.ALL)


def test_a_study_goes_on_after_a_stop_with_the_same_bits(whole, tmp_path):
    found, folder = whole
    assert found.figures.height > 0
    stopped = tmp_path / "stopped"

    class Stop(Exception):
        pass

    def stop(stage, done, total):
        if stage.startswith("all, 2010: draws") and done == 1:
            raise Stop

    with pytest.raises(Stop):
        study.run(stopped, SHORT, tell=stop)
    some = len(list((stopped / "runs").iterdir()))
    COUNTED.clear()
    again = study.run(stopped, SHORT, resume=True)
    assert 0 < len(COUNTED) == found.cost["all"].runs - some
    assert read_all(stopped).keys() == {"CUTS.md", "discrepancy.csv", "figures.csv", "series.csv"}
    assert again.figures.equals(found.figures)
    for name in ("figures.csv", "series.csv", "discrepancy.csv"):
        assert read_all(stopped)[name] == read_all(folder)[name]


def test_another_study_does_not_go_on_in_the_folder(whole):
    with pytest.raises(InputError, match="this study of cuts has another 'plan'"):
        study.run(whole[1], Plan(**{**vars(SHORT), "draws": 4}), resume=True)


def test_more_forms_go_on_in_the_folder_and_live_only_what_is_missing(whole, tmp_path):
    first, folder = whole
    shutil.copytree(folder, tmp_path / "a")
    more = study.run(tmp_path / "a", replace(SHORT, forms=("all", "no-town")), resume=True)
    assert len(COUNTED) == more.cost["no-town"].runs > 0
    assert more.cost["all"].runs == first.cost["all"].runs
    assert more.figures.filter(pl.col("form") == "all").equals(first.figures)
    assert more.compared == first.compared
    rows = section((tmp_path / "a" / "CUTS.md").read_text(), "Competing forms")
    assert [row[0::2][:2] for row in rows if row[0] == "no-town"][:2] == [
        ["no-town", "as lived"],
        ["no-town", "from the last figure"],
    ]


def test_a_figure_counts_once_whatever_the_readings_and_cuts(whole):
    found, folder = whole
    once = found.figures.filter(pl.col("read") == "as lived")
    assert found.compared == once.height < found.figures.height
    assert found.published == len(set(once.select("series", "year").iter_rows())) < found.compared
    page = (folder / "CUTS.md").read_text()
    assert f"{found.published} published figures are compared, {found.compared} times" in page


def test_the_page_tells_both_readings_and_a_reason_beside_every_loss(whole):
    found, folder = whole
    page = (folder / "CUTS.md").read_text()
    lost = found.series.filter((pl.col("decided") == "emerges") & ~(pl.col("skill") > 0))
    told = [(row[0], row[-1]) for row in losses(page)]
    assert len(told) == lost.filter(pl.col("better").is_not_null()).height > 0
    assert all(reason == reasons.why(name) for name, reason in told)
    both = section(page, "Two readings")
    assert {row[0] for row in both} == {"as lived", "from the last figure"}
    assert len(both) == 2 * (len(SHORT.cuts) + 1)


def test_every_series_that_loses_on_the_page_that_ships_has_a_reason():
    named = {row[0] for row in losses(PAGE.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert named <= set(reasons.load())


def test_a_reason_that_is_missing_is_said_to_be_and_one_that_is_wrong_is_refused(tmp_path):
    assert reasons.why("no such series") == "reason not known"
    path = tmp_path / "f.toml"
    for text, told in (
        ('["migrant childen"]\nreason = "a"', "'migrant childen': no series .*'migrant children'"),
        ('["urban share"]\nreason = "a"', "'urban share': no series that emerges"),
        ('["migrant children"]\nshown = "a"', "'migrant children': reason: missing; give a sen"),
        ('["migrant children"]\nreason = "a"\nlikely = 1', "likely: give true or false"),
        ('["migrant children"]\nreason = "a"\nsure = true', "unknown field 'sure'"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=told):
            reasons.load(path)


def test_a_run_that_is_kept_is_read_back_as_it_was(tmp_path):
    one = lives.Lives(tmp_path, "all")
    (tmp_path / "runs").mkdir()
    lived = one.compared({"choice_network": 1.5}, 3, 1000, 2005, 2010)
    assert len(COUNTED) == 1
    assert one.compared({"choice_network": 1.5}, 3, 1000, 2005, 2010) == lived
    assert len(COUNTED) == 1
    (path,) = (tmp_path / "runs").iterdir()
    assert json.loads(path.read_text())["last"] == 2010
    assert lives.cost(tmp_path)["all"].runs == 1


def test_draws_of_a_linear_world_have_the_posterior_in_closed_form():
    """One parameter, one figure: mean s g / (s^2 + c^2), variance c^2 / (s^2 + c^2)."""
    name, slope, gap, error = "choice_network", 2.0, 0.8, 1.5
    priors = Priors.load((name,))
    target = Target("t", "t", 2010, "china", "absolute", 0.0)
    aims = Aims((target,), np.array([gap]), np.array([error]), np.zeros(1))
    none = pl.DataFrame({"last": [0.0]})
    found = Solved(none, none, (0.0, 0.0), aims, np.zeros(1), np.array([[slope]]))
    wide = Priors(
        priors.names, priors.mean, priors.sd, priors.mean - 50, priors.mean + 50, priors.unit
    )
    draws = linear_draws(found, wide, np.zeros(1), 200_000, np.random.default_rng(1))[:, 0]
    assert draws.mean() == pytest.approx(slope * gap / (slope**2 + error**2), abs=0.01)
    assert draws.var() == pytest.approx(error**2 / (slope**2 + error**2), rel=0.02)
