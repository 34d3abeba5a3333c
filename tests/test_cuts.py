"""Rolling cuts: what may be fitted at a cut, the draws of a linear world, and going on."""

import json

import numpy as np
import polars as pl
import pytest

from leftbehind.base.errors import InputError
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.solving import Solved
from leftbehind.evidence.calibrate.targets import Aims, Target
from leftbehind.evidence.cuts import forms, lives, study
from leftbehind.evidence.cuts.fitting import linear_draws, targets_to
from leftbehind.evidence.cuts.plan import SHORT, Plan
from leftbehind.evidence.validate.check import in_range
from leftbehind.inputs.parameters import known_names

YEARS = {"workers who left their township": (2000, 2004, 2008, 2010, 2012, 2015, 2020)}
COUNTED = []


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


def test_a_study_goes_on_after_a_stop_with_the_same_bits(tmp_path):
    whole = study.run(tmp_path / "whole", SHORT)
    assert whole.figures.height > 0
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
    assert 0 < len(COUNTED) == whole.cost["runs"] - some
    assert read_all(stopped).keys() == {"CUTS.md", "discrepancy.csv", "figures.csv", "series.csv"}
    assert again.figures.equals(whole.figures)
    for name in ("figures.csv", "series.csv", "discrepancy.csv"):
        assert read_all(stopped)[name] == read_all(tmp_path / "whole")[name]


def test_another_study_does_not_go_on_in_the_folder(tmp_path):
    study.run(tmp_path / "a", SHORT)
    with pytest.raises(InputError, match="this study of cuts has another 'plan'"):
        study.run(tmp_path / "a", Plan(**{**vars(SHORT), "draws": 4}), resume=True)


def test_a_run_that_is_kept_is_read_back_as_it_was(tmp_path):
    one = lives.Lives(tmp_path)
    (tmp_path / "runs").mkdir()
    lived = one.compared({"choice_network": 1.5}, 3, 1000, 2005, 2010)
    assert len(COUNTED) == 1
    assert one.compared({"choice_network": 1.5}, 3, 1000, 2005, 2010) == lived
    assert len(COUNTED) == 1
    (path,) = (tmp_path / "runs").iterdir()
    assert json.loads(path.read_text())["last"] == 2010


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
