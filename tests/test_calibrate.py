"""Calibration: what it may look at, its statistics on known answers, and going on after a kill."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.store import locked
from leftbehind.base.workers import workers_for
from leftbehind.ensembles.draws import DIGITS, DRAWS, check, rounded, ship
from leftbehind.evidence import calibrate
from leftbehind.evidence.calibrate import calibration, screening, survey, targets
from leftbehind.evidence.calibrate.chain import sample
from leftbehind.evidence.calibrate.emulator import Bank, Emulator, fit_all
from leftbehind.evidence.calibrate.matching import Space, implausibility, nth_largest
from leftbehind.evidence.calibrate.page import page
from leftbehind.evidence.calibrate.plan import FULL, SHORT
from leftbehind.evidence.calibrate.priors import Priors, parameters_at
from leftbehind.evidence.calibrate.randomised import Problem
from leftbehind.evidence.calibrate.targets import Aims, Target
from leftbehind.evidence.validate import checks
from leftbehind.evidence.validate.check import in_range
from leftbehind.inputs.parameters import parameter_table
from leftbehind.inputs.tables import data_folder, read_table
from leftbehind.model.simulation import Settings
from leftbehind.runs.work_folder import WorkFolder


def a_target(name: str = "a", **changes) -> Target:
    return replace(Target(name, name, 2010, "china", "absolute", 0.0), **changes)


def some_aims(published, error) -> Aims:
    names = [f"t{k}" for k in range(len(published))]
    return Aims(
        tuple(a_target(name) for name in names),
        np.array(published),
        np.array(error),
        np.zeros(len(published)),
    )


def some_priors(number: int, mean: float = 0.0, width: float = 4.0) -> Priors:
    names = tuple(f"p{k}" for k in range(number))
    ones = np.ones(number)
    return Priors(
        names,
        mean * ones,
        ones * width / 4,
        (mean - width / 2) * ones,
        (mean + width / 2) * ones,
        names,
    )


# --- What may be looked at -----------------------------------------------------------------------


def test_no_target_of_the_table_is_late():
    found = targets.load()
    assert len(found) > 30
    assert max(target.year for target in found) <= targets.LAST_YEAR == 2012


def test_a_late_target_is_refused(monkeypatch):
    late = read_table("calibration_targets").with_columns(
        year=pl.when(pl.col("id") == "workers_2012").then(2013).otherwise("year")
    )
    monkeypatch.setattr(targets, "read_table", lambda name: late)
    with pytest.raises(InputError, match=r"workers_2012, year 2013: not allowed"):
        targets.load()


def a_check(held_out: bool, year: int = 2010, basis: str = "read"):
    return in_range(
        "g", "a", year, 1.0, 2.0, "percent", 1.0, 4.0, basis=basis, source="s", held_out=held_out
    )


def test_a_held_out_figure_is_refused_and_a_missing_one_named():
    with pytest.raises(InputError, match="target a: this figure is held out"):
        targets.find([a_target()], [a_check(held_out=True)])
    with pytest.raises(InputError, match="target a: this figure is held out"):
        targets.find([a_target(year=2013)], [a_check(held_out=False, year=2013)])
    with pytest.raises(InputError, match=r"\(a, 2010, china\): 0 figures"):
        targets.find([a_target()], [])
    with pytest.raises(InputError, match=r"\(a, 2010, china\): 2 figures"):
        targets.find([a_target()], [a_check(False), a_check(False)])
    both = targets.find([a_target()], [a_check(True), a_check(False)])
    assert not both["a"].held_out


def test_errors_of_a_target_are_those_of_the_published_range():
    found = targets.find([a_target()], [a_check(False)])
    assert targets.own_error(found["a"]) == pytest.approx(2.0 / 1.96)
    relative = targets.aims([a_target(kind="relative")], {"a": 2.0}, {"a": 0.5})
    assert relative.published[0] == pytest.approx(np.log(2.0))
    assert relative.error[0] == pytest.approx(0.25)


def test_a_figure_that_could_not_be_verified_weighs_less():
    known, doubted = a_check(False), a_check(False, basis="unverified")
    assert targets.own_error(doubted) == pytest.approx(1.5 * targets.own_error(known))


def test_years_of_one_figure_err_alike():
    one, later, other = a_target(), a_target("b", what="a", year=2011), a_target("c")
    aims = Aims((one, later, other), np.zeros(3), np.array([1.0, 2.0, 1.0]), np.zeros(3))
    expected = [[1.0, 1.6, 0.0], [1.6, 4.0, 0.0], [0.0, 0.0, 1.0]]
    assert np.allclose(aims.covariance(), expected)


def test_a_survey_in_memory_is_what_validate_says_of_the_same_run(tmp_path):
    wanted = [t for t in targets.load() if t.year <= 2005 and "correlation" not in t.what]
    found = survey.look(Settings(scale=200_000, seed=3, parameters=parameters_at({})), wanted)
    years = [target.year for target in wanted]
    world = leftbehind.run(
        first=min(years), last=max(years), scale=200_000, seed=3, out=tmp_path / "run"
    )
    again = targets.find(wanted, checks(world))
    assert {name: c.model for name, c in found.items()} == {n: c.model for n, c in again.items()}
    assert len(found) >= 8


def test_bad_settings_are_named(tmp_path):
    assert workers_for("auto") >= 1 and workers_for("3") == 3
    for bad in ("0", "-1", "many", "1.5"):
        with pytest.raises(InputError, match=f"--workers {bad}: not allowed"):
            workers_for(bad)
    with pytest.raises(InputError, match="--seed -1"):
        calibration.run(tmp_path / "new", SHORT, seed=-1)
    with pytest.raises(InputError, match="no target 'workers_2030'"):
        calibration.run(tmp_path / "new", replace(SHORT, targets=("workers_2030",)))
    assert not (tmp_path / "new").exists()


# --- Priors --------------------------------------------------------------------------------------


def test_priors_hold_every_parameter_with_a_width():
    priors = Priors.load()
    table = parameter_table().filter(pl.col("prior_low") < pl.col("prior_high"))
    assert priors.names == tuple(table["name"])
    assert set(priors.single()) == set(table.filter(pl.col("calibrate") == "yes")["name"])
    together = table.filter(pl.col("calibrate") != "yes")
    assert set(priors.unit) == {*priors.single(), *together["process"]}


def test_a_prior_is_a_normal_cut_at_its_ends():
    priors = some_priors(1, mean=10.0, width=4.0)
    shares = np.linspace(0.0, 1.0, 2001)[:, None]
    values = priors.quantile(shares)
    assert values[0] == 8.0 and values[-1] == 12.0
    assert np.mean(values) == pytest.approx(10.0, abs=1e-3)
    assert 0.85 < np.std(values) < 0.9  # a standard normal cut at two deviations: 0.880
    assert np.isneginf(priors.log_density(np.array([[2.1]])))[0]
    assert priors.log_density(np.array([[1.0]]))[0] == pytest.approx(-0.5)


def test_a_parameter_without_width_cannot_vary():
    with pytest.raises(InputError, match="class_poor_line: has no width"):
        Priors.load(["class_poor_line"])
    with pytest.raises(InputError, match="did you mean choice_school"):
        Priors.load(["choice_scool"])


# --- Screening -----------------------------------------------------------------------------------


def test_screening_finds_the_effects_of_a_sum():
    priors = replace(some_priors(4), unit=("p0", "p1", "together", "together"))
    points = screening.design(priors, 3, seed=1)
    assert len(points) == 3 * (3 + 1)
    figures = (points @ [0.0, 4.0, 1.0, 1.0])[:, None]
    aims = some_aims([0.0], [2.0])
    found = screening.effects(priors, points, figures, aims)
    sizes = dict(found.select("unit", "effect").iter_rows())
    assert sizes["p0"] == pytest.approx(0.0, abs=1e-12)
    assert sizes["p1"] == pytest.approx(2.0)
    assert sizes["together"] <= 1.0 + 1e-9
    ranked = screening.ranking(found)
    assert ranked["unit"][0] == "p1"
    assert screening.active(ranked, priors, least=0.5, most=3) == ["p1"]
    assert screening.active(ranked, priors, least=9.0, most=3) == ["p1"]
    # Two runs apart by luck of deviation 1: their difference has sqrt(2), over a step of 2/3.
    assert screening.from_luck(np.array([1.0]), aims) == pytest.approx(0.798 * 2**0.5 * 1.5 / 2)


# --- Emulators, matching, posterior --------------------------------------------------------------


def some_emulators(noise: float = 0.05):
    rng = np.random.default_rng(5)
    z = rng.uniform(-2, 2, (80, 3))
    truth = np.stack([z @ [1.0, 0.5, 0.0], z[:, 1] - 0.3 * z[:, 0] ** 2], axis=1)
    figures = truth + noise * rng.standard_normal(truth.shape)
    effect = np.array([[1.0, 0.5, 0.0], [0.6, 1.0, 0.0]])  # as screening would find
    return fit_all(z, figures, effect, np.full(2, noise), workers=1)


def test_an_emulator_foresees_new_runs_and_how_far_it_errs():
    first, second = some_emulators()
    z = np.random.default_rng(6).uniform(-2, 2, (200, 3))
    for emulator, truth in ((first, z @ [1.0, 0.5, 0.0]), (second, z[:, 1] - 0.3 * z[:, 0] ** 2)):
        mean, sd = emulator.predict(z)
        assert np.sqrt(np.mean((mean - truth) ** 2)) < 0.1
        assert np.mean(np.abs(mean - truth) < 2 * sd) > 0.9
        assert sd.min() >= 0.05 * 0.9  # luck is part of what is not known


def test_an_emulator_leaves_out_runs_without_a_figure():
    z = np.linspace(-1, 1, 12)[:, None]
    y = 2.0 * z[:, 0]
    y[3] = np.nan
    mean, _ = Emulator.fit(z, y, np.ones(1), luck=0.01).predict(np.array([[0.5]]))
    assert mean[0] == pytest.approx(1.0, abs=0.1)


def test_implausibility_counts_every_doubt_and_a_missing_figure_is_ruled_out():
    aims = some_aims([1.0, 2.0, 3.0], [3.0, 1.0, 1.0])
    found = implausibility(np.array([[6.0, 2.5, np.nan]]), np.array([[4.0, 0.0, 0.0]]), aims)
    assert found[0].tolist() == [1.0, 0.5, np.inf]
    assert nth_largest(found, 2)[0] == 1.0


def test_a_wave_draws_only_what_is_not_ruled_out():
    aims = some_aims([1.4, 0.0], [0.05, 0.2])
    bank = Bank(some_emulators(), np.zeros(2), np.zeros(2))
    priors = some_priors(3)
    space = Space(bank, aims, priors, cut=3.0, rank=1)
    candidates = np.random.default_rng(1).uniform(-2, 2, (40, 3))
    assert 0.0 <= space.left(candidates) < 0.3
    drawn = space.draw(40, candidates, steps=60, seed=1)
    assert drawn.shape == (40, 3)
    assert np.mean(space.worst(drawn) < 3.1) > 0.9
    assert np.array_equal(drawn, space.draw(40, candidates, steps=60, seed=1))


def test_a_chain_samples_the_density_it_is_given():
    mean, sd = np.array([1.0, -2.0]), np.array([0.5, 2.0])
    start = np.random.default_rng(1).standard_normal((50, 2))
    chain = sample(lambda z: -0.5 * np.sum(((z - mean) / sd) ** 2, axis=1), start, 1500, seed=2)
    assert np.allclose(chain.points.mean(axis=(0, 1)), mean, atol=0.15)
    assert np.allclose(chain.points.std(axis=(0, 1)), sd, rtol=0.12)


class _Line:
    """An emulator that is a line, to know the posterior exactly."""

    def expected(self, z: np.ndarray) -> np.ndarray:
        return 2.0 * z[:, 0]


def a_problem() -> Problem:
    """One target, 1 with error 0.4 and 0.3 of the figure's own: a deviation of 0.5."""
    aims = some_aims([1.0], [0.4])
    wide = replace(some_priors(1, width=4.0), low=np.array([-50.0]), high=np.array([50.0]))
    bank = Bank([_Line()], np.zeros(1), np.zeros(1))  # type: ignore[list-item]
    return Problem(bank, aims, wide, np.array([0.3]))


def test_draws_of_a_line_have_the_known_posterior():
    rng = np.random.default_rng(3)
    centre, normal = rng.standard_normal((2, 400, 1))
    z = a_problem().solve_all(centre, centre, normal, np.zeros((400, 1)), workers=1)
    precision = 1.0 + (2.0 / 0.5) ** 2
    assert z.mean() == pytest.approx((2.0 / 0.25) / precision, abs=0.04)
    assert z.std() == pytest.approx(precision**-0.5, rel=0.1)


def test_what_a_run_shows_beyond_the_emulator_is_made_up_for():
    """The model is 2 z + 0.7; the emulator knows only 2 z."""
    problem, zero = a_problem(), np.zeros(1)
    blind = problem.solve(zero, zero, zero, zero)
    seen = problem.solve(blind, zero, zero, np.array([0.7]))
    weight = (2.0 / 0.5) ** 2 / (1.0 + (2.0 / 0.5) ** 2)
    assert blind[0] == pytest.approx(weight * 0.5)
    assert seen[0] == pytest.approx(weight * (1.0 - 0.7) / 2.0)


def test_a_draw_stays_within_the_prior():
    problem = a_problem()
    narrow = replace(problem, priors=some_priors(1, width=0.4))
    assert narrow.solve(np.ones(1), np.zeros(1), np.zeros(1), np.full(1, -9.0))[0] <= 2.0


# --- A short calibration, killed and gone on with ------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A short calibration that was never interrupted."""
    folder = tmp_path_factory.mktemp("calibration") / "whole"
    calibration.run(folder, SHORT, seed=7)
    return folder


def test_a_killed_calibration_goes_on_to_the_same_draws(whole, tmp_path):
    folder = tmp_path / "killed"
    command = [sys.executable, "-m", "leftbehind.cli.app", "calibrate", "--short", "--seed", "7"]
    source = str(Path(leftbehind.__file__).parents[1])
    process = subprocess.Popen(
        [*command, "--workers", "1", "--out", str(folder)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": source},
        start_new_session=True,
    )
    until = time.monotonic() + 120
    while len(list(folder.glob("runs/[!.]*.json"))) < 4 and time.monotonic() < until:
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in folder.glob("runs/[!.]*.json")}
    assert before and not (folder / DRAWS).exists()
    _hand_on_runs(whole, folder)
    with pytest.raises(InputError, match="go on with --resume"):
        calibration.run(folder, SHORT, seed=7)
    with pytest.raises(InputError, match="another 'seed'"):
        calibration.run(folder, SHORT, seed=8, resume=True)
    calibration.run(folder, SHORT, seed=7, resume=True)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert (folder / DRAWS).read_bytes() == (whole / DRAWS).read_bytes()


def _hand_on_runs(whole: Path, folder: Path) -> None:
    """Give `folder` the runs of `whole` but those of the last stages, which it is to live itself.

    What both have lived is the same.
    """
    for path in (whole / "runs").glob("[!.]*.json"):
        mine = folder / "runs" / path.name
        if mine.exists():
            one, other = (json.loads(p.read_text())["figures"] for p in (mine, path))
            assert one == other, path.name
        elif not path.name.startswith(("posterior", "median")):
            shutil.copy(path, mine)


def test_a_calibration_holds_its_folder_alone_and_is_no_other_work(tmp_path):
    with locked(tmp_path / "fit"), pytest.raises(InputError, match="another run is writing here"):
        calibration.run(tmp_path / "fit", SHORT, seed=7)
    assert not (tmp_path / "fit").exists()
    study = WorkFolder.of(tmp_path / "fit", "study of policies", "worlds", {})
    with study.held(resume=False, replace=False):
        pass
    with pytest.raises(InputError, match="holds a study of policies already"):
        calibration.run(tmp_path / "fit", SHORT, seed=7)
    with pytest.raises(InputError, match="another 'kind'"):
        calibration.run(tmp_path / "fit", SHORT, seed=7, resume=True)


def test_every_draw_was_run_and_its_distance_is_told(whole):
    made = check(whole)
    draws = calibrate.posterior(whole)
    assert draws.columns == ["draw", *SHORT.parameters]
    assert made["draws"] == draws.height >= SHORT.draws
    low, middle, high = made["distance"]
    assert 0.0 < low <= middle <= high
    run = pl.read_parquet(whole / "designs" / f"posterior-{SHORT.rounds}.parquet")
    assert draws.drop("draw").rows() == run.select(SHORT.parameters).rows()[: draws.height]
    assert made["runs"] == len(list((whole / "runs").glob("*.json")))
    assert set(calibrate.median(whole)) == set(SHORT.parameters)


def test_the_page_says_what_was_done(whole):
    text = page(whole)
    made = check(whole)
    assert f"{made['runs']} runs, most at 1:200,000" in text
    assert all(f"`{name}`" in text for name in SHORT.parameters)
    wanted = [target for target in targets.load() if target.id in SHORT.targets]
    assert all(f"| {target.what} | {target.year} |" in text for target in wanted)
    assert "They are not those that ship" in text
    assert "{{" not in text and "{%" not in text


def test_the_page_knows_the_draws_that_ship(whole, tmp_path, monkeypatch):
    ship(whole, tmp_path)
    monkeypatch.setattr("leftbehind.evidence.calibrate.page.data_folder", lambda: tmp_path)
    assert "They are those that ship" in page(whole)


def test_draws_are_shipped_whole_and_damage_is_seen(whole, tmp_path):
    ship(whole, tmp_path)
    assert (tmp_path / DRAWS).read_bytes() == (whole / DRAWS).read_bytes()
    damaged = bytearray((tmp_path / DRAWS).read_bytes())
    damaged[-2] ^= 1
    (tmp_path / DRAWS).write_bytes(damaged)
    with pytest.raises(InputError, match=r"draws\.csv: damaged"):
        calibrate.posterior(tmp_path)
    with pytest.raises(InputError, match="leftbehind calibrate"):
        calibrate.posterior(tmp_path / "nothing")


def test_the_shipped_draws_are_of_the_parameters_as_they_are():
    draws, made = calibrate.posterior(), check(data_folder())
    priors = Priors.load()
    drawn = [name for name in priors.names if name not in made["at_prior_means"]]
    assert set(draws.columns) == {"draw", *drawn}
    assert set(made["at_prior_means"]) < set(priors.names)
    assert draws.height == made["draws"] >= FULL.draws
    values = draws.select(drawn).to_numpy()
    low, high = (dict(zip(priors.names, ends, strict=True)) for ends in (priors.low, priors.high))
    assert (values >= [low[name] for name in drawn]).all()
    assert (values <= [high[name] for name in drawn]).all()
    assert np.array_equal(rounded(values), values)
    assert set(made["active"]) <= set(priors.single())


def test_draws_are_written_so_that_a_changed_parameter_is_a_changed_line(whole):
    lines = (whole / DRAWS).read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["parameter", *SHORT.parameters]
    values = [value for line in lines[1:] for value in line.split(",")[1:]]
    assert all(len(value.strip("-0").replace(".", "").strip("0")) <= DIGITS for value in values)
    assert rounded(np.array([1.23456, -0.00123456, 0.0])).tolist() == [1.235, -0.001235, 0.0]
