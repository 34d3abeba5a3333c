"""The solver of the choice's constants: a linear world has the closed form of ridge regression."""

import polars as pl
import pytest
from typer.testing import CliRunner

from leftbehind.cli.app import app
from leftbehind.evidence.calibrate import solving
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.targets import Target
from leftbehind.evidence.validate.check import Check, in_range
from leftbehind.model.simulation import Settings

NAME = "choice_alpha_single"
PUBLISHED, BEGAN, SLOPE = 10.0, 6.0, 3.0
TARGET = Target("only", "a figure", 2010, "china", "absolute", 2.0)


def a_linear_world(settings: Settings, targets: tuple[Target, ...]) -> dict[str, Check]:
    priors = Priors.load((NAME,))
    assert settings.parameters is not None
    z = (settings.parameters.values[NAME] - priors.mean[0]) / priors.sd[0]
    ends = (PUBLISHED, PUBLISHED)  # no error of its own: the discrepancy is the tolerance
    found = BEGAN + SLOPE * z
    known = {"basis": "read", "source": "none", "note": ""}
    check = in_range("g", TARGET.what, 2010, found, PUBLISHED, "share", *ends, **known)
    return {t.id: check for t in targets}


def test_the_best_point_of_a_linear_world_is_that_of_ridge_regression(monkeypatch):
    monkeypatch.setattr(solving, "look", a_linear_world)
    told: list[str] = []
    found = solving.solve(
        (NAME,), (TARGET,), 10_000, (1, 2), 10, 1, lambda stage, done, total: told.append(stage)
    )
    priors = Priors.load((NAME,))
    z = SLOPE * (PUBLISHED - BEGAN) / (TARGET.discrepancy**2 + SLOPE**2)
    value = float(priors.mean[0] + priors.sd[0] * z)
    assert found.parameters["value"][0] == pytest.approx(value, abs=0.02 * priors.sd[0])
    assert found.misfit[0] == pytest.approx(((BEGAN - PUBLISHED) / 2.0) ** 2)
    assert found.misfit[1] < found.misfit[0]
    assert {"point", "slopes"} == set(told)


def test_the_command_writes_the_solved_values_and_refuses_what_it_does_not_know(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(solving, "look", a_linear_world)
    out = tmp_path / "S.csv"
    words = ["solve", "--only", NAME, "--workers", "1", "--out", str(out)]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert pl.read_csv(out).columns == ["name", "value"]
    for bad in (["--only", "no_such"], ["--steps", "0"], ["--scale", "0"]):
        result = CliRunner().invoke(app, [*words, *bad])
        assert result.exit_code != 0


def test_every_constant_to_solve_is_a_parameter_with_a_prior():
    assert Priors.load(solving.SOLVED).among(solving.SOLVED).names == solving.SOLVED
