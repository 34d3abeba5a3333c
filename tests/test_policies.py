"""Pages of the policies: the settings tried, effects against a comparison, and going on."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from leftbehind.base.errors import InputError
from leftbehind.base.store import locked
from leftbehind.counts import compare
from leftbehind.evidence.policies import effects as policy_effects
from leftbehind.evidence.policies import settings as trials
from leftbehind.evidence.policies import study
from leftbehind.evidence.policies.study import Plan
from leftbehind.evidence.policies.worlds import DEFINITIONS, Span, live
from leftbehind.inputs import scenario

POLICY = "city-schools-open"
PLAN = Plan(
    scale=200_000, draws=2, seed=3, policies=(POLICY,), moved=("choice_school",), horizon=2003
)


@pytest.fixture(scope="module", autouse=True)
def without_draws() -> Iterator[None]:
    """Prior means and luck only: the tests hold whether or not draws ship with the package."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (trials, policy_effects):
            patch.setattr(module, "are_there_draws", lambda: False)
        yield


@pytest.fixture(scope="module")
def studied(tmp_path_factory) -> tuple[Path, Path, dict]:
    """A tiny study: its folder, its pages, its effects."""
    folder = tmp_path_factory.mktemp("policies")
    work, out = folder / "work", folder / "docs"
    return work, out, study.run(work, out, PLAN)


def test_settings_are_draws_then_one_parameter_at_a_time():
    found = trials.settings(2, seed=3, moved=("choice_school",))
    assert [(s.name, s.kind, s.seed) for s in found] == [
        ("draw-0", "draw", 3),
        ("draw-1", "draw", 4),
        ("centre", "centre", 3),
        ("choice_school-low", "low", 3),
        ("choice_school-high", "high", 3),
        ("plain-logit", "logit", 3),
    ]
    centre, low, high, logit = (s.parameters().values for s in found[2:])
    assert low["choice_school"] < centre["choice_school"] < high["choice_school"]
    assert logit["choice_nest"] == 1.0
    assert {n for n in centre if low[n] != centre[n]} == {"choice_school"}
    assert {n for n in centre if logit[n] != centre[n]} == {"choice_nest"}


def test_a_dated_parameter_is_moved_in_all_its_years():
    low = trials.settings(1, seed=1, moved=("divorce",))[2]
    assert set(low.changes) == {"divorce_1980", "divorce_2000", "divorce_2010"}


def test_bad_plans_are_named(tmp_path):
    with pytest.raises(InputError, match="--draws 0"):
        trials.settings(0, seed=1)
    with pytest.raises(InputError, match="did you mean choice_pay"):
        trials.settings(1, seed=1, moved=("choice_pai",))
    with pytest.raises(InputError, match="changes nothing"):
        Plan(policies=("baseline",)).scenarios()
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other files"):
        study.run(tmp_path, tmp_path / "out", PLAN)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_span_follows_the_change():
    assert Span.of(scenario.get(POLICY)).years == (2005, 2010, 2015, 2020)
    assert Span.of(scenario.get("wage-slump")).years == (2008, 2009, 2010, 2011, 2012, 2015, 2020)
    assert Span.of(scenario.get("fertility-low-2050")).last == 2050


def test_effects_are_those_of_a_comparison(studied):
    _, _, found = studied
    year = found["policies"][POLICY]["years"][-1]
    other = compare.run(
        "baseline",
        POLICY,
        definitions=[DEFINITIONS[0]],
        scale=PLAN.scale,
        seeds=2,
        seed=PLAN.seed,
        last=2003,
        threads=1,
    )
    row = other.effects(years=2003).row(0, named=True)
    mine = year[DEFINITIONS[0]]
    for name, theirs in (("before", "before"), ("after", "after"), ("effect", "difference")):
        assert mine[name] == pytest.approx(row[theirs])
    assert mine["only_before"] == pytest.approx(row["only_before"])


def test_fates_add_up_to_the_counts(studied):
    _, _, found = studied
    policy = found["policies"][POLICY]
    main = next(y for y in policy["years"] if y["year"] == policy["main_year"])
    for side in ("before", "after"):
        fates = sum(fate[side] for fate in policy["fates"].values())
        assert fates == pytest.approx(main[DEFINITIONS[0]][side])
    assert main[DEFINITIONS[0]]["before"] > 0
    assert np.isfinite([main["hours"]["before"], main["middle"]["before"]]).all()


def test_pages_name_every_policy_and_go_on_gives_the_same(studied):
    work, out, found = studied
    assert f"]({POLICY}.md)" in (out / "README.md").read_text(encoding="utf-8")
    page = (out / f"{POLICY}.md").read_text(encoding="utf-8")
    assert "`choice_school`" in page and "plain logit" in page
    assert json.loads((out / "policies.json").read_text(encoding="utf-8")) == found
    lost = work / "worlds" / "centre.json"
    kept = {path: path.stat().st_mtime_ns for path in lost.parent.iterdir() if path != lost}
    lost.unlink()
    assert study.run(work, out, PLAN, resume=True) == found
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    with pytest.raises(InputError, match="go on with --resume"):
        study.run(work, out, PLAN)
    with locked(work), pytest.raises(InputError, match="another run is writing here"):
        study.run(work, out, PLAN, resume=True)


def test_a_policy_that_begins_later_leaves_the_years_before_alone():
    rows = live(trials.settings(1, seed=3)[0], [scenario.get("boarding-for-none")], 400_000, 2004)
    assert [row["year"] for row in rows] == [2004]
    counts = rows[0][DEFINITIONS[0]]
    assert counts["before"] == counts["after"]  # boarding moves no family
    before, after = rows[0]["hours"]
    assert before != after


def test_with_draws_each_has_its_parameters_and_luck(monkeypatch):
    table = pl.DataFrame({"draw": [0, 1, 2], "choice_pay": [0.8, 1.0, 1.5]})
    monkeypatch.setattr(trials, "are_there_draws", lambda: True)
    monkeypatch.setattr(trials, "posterior", lambda: table)
    monkeypatch.setattr(trials, "median", lambda: {"choice_pay": 1.0})
    found = trials.settings(2, seed=5, moved=("choice_pay",))
    assert [s.changes["choice_pay"] for s in found[:3]] == [0.8, 1.0, 1.0]
    assert [s.seed for s in found[:3]] == [5, 6, 5]
    assert found[3].value == pytest.approx(0.82) and found[4].value == pytest.approx(1.45)
    with pytest.raises(InputError, match="there are 3 draws"):
        trials.settings(4, seed=5)
