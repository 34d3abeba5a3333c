"""The page without an install: the worlds it asks for, what it answers between them, its words."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from leftbehind.base.errors import InputError
from leftbehind.cli.app import app
from leftbehind.ensembles import face
from leftbehind.inputs.scenario import Scenario, parse
from leftbehind.pages.explorer.branching import YEARS
from leftbehind.pages.static import design, response, worlds
from leftbehind.pages.static.answers import Answers
from leftbehind.pages.static.build import page, toml
from leftbehind.pages.static.cells import Layout
from leftbehind.pages.static.child import Lives
from leftbehind.pages.static.levers import LEVERS, NAME, SHIPPED, chosen, scenario
from leftbehind.pages.static.study import Plan
from leftbehind.pages.static.words import Words
from tests.browsing import chromium, grave_findings, until

SCALE = 400_000
MEGABYTE = 1e6
WITHOUT_PAIR = ("short",)  # English names that need shortening
FILES = {"en": "index.html", "zh": "zh.html"}
SIX = chosen(SHIPPED)
READY = "return document.body.dataset.ready"


def two(names: tuple[str, ...] = ("wage", "school_barrier")) -> Any:
    return chosen(names)


# -- the response ------------------------------------------------------------------------


def test_a_linear_response_is_met_everywhere_and_the_world_as_it_was_exactly():
    levers = two()
    where = response.scaled(levers, design.design(levers, 20, seed=1))
    slope = np.array([[3.0, -1.0], [0.5, 2.0]])
    found = response.fit(where, where @ slope)
    asked = response.scaled(levers, design.held_out(levers, 8, seed=1))
    np.testing.assert_allclose(found.of_worlds(asked) @ (where @ slope), asked @ slope, atol=5e-3)
    assert not found.of_worlds(np.zeros((1, 2))).any()


def test_leaving_a_world_out_is_fitting_without_it():
    levers = two()
    where = response.scaled(levers, design.design(levers, 16, seed=3))
    numbers = np.random.default_rng(1).normal(size=(16, 5))
    powers = response.up_to(3, 2)
    whole = response.with_ridge(where, powers, 0.1, 1.0).left_out(numbers)
    for n in (1, 7, 15):
        rest = np.arange(16) != n
        without = response.with_ridge(where[rest], powers, 0.1, 1.0)
        predicted = without.of_worlds(where[n : n + 1]) @ numbers[rest]
        np.testing.assert_allclose(whole[n], numbers[n] - predicted[0], rtol=1e-6)


def test_answers_of_parts_add_up_to_the_answer_of_the_whole():
    levers = two()
    where = response.scaled(levers, design.design(levers, 16, seed=3))
    parts = np.random.default_rng(1).normal(size=(16, 7))
    found = response.fit(where, parts)
    weights = found.of_worlds(response.scaled(levers, design.held_out(levers, 4, seed=1)))
    np.testing.assert_allclose((weights @ parts).sum(axis=1), weights @ parts.sum(axis=1))


# -- the design --------------------------------------------------------------------------


def test_every_world_of_the_design_can_be_set_by_a_reader():
    for where in (design.design(SIX, 40, 1), design.held_out(SIX, 20, 1)):
        for lever, positions in zip(SIX, where.T, strict=True):
            assert ((positions >= lever.low) & (positions <= lever.high)).all()
            steps = (positions - lever.low) / lever.step
            np.testing.assert_allclose(steps, np.rint(steps), atol=1e-9)


def test_the_design_begins_with_the_world_as_it_was_and_each_lever_alone():
    where = design.design(SIX, 40, 1)
    neutral = np.array([lever.neutral for lever in SIX])
    ends = sum(len(lever.ends()) for lever in SIX)
    assert (where[0] == neutral).all()
    assert ((where[1 : ends + 1] != neutral).sum(axis=1) == 1).all()


def test_worlds_that_check_are_not_in_the_design():
    fitted = {tuple(row) for row in design.design(SIX, 128, 1)}
    assert not fitted & {tuple(row) for row in design.held_out(SIX, 30, 1)}


def test_a_longer_design_begins_with_the_shorter():
    np.testing.assert_array_equal(design.design(SIX, 60, 1)[:40], design.design(SIX, 40, 1))


# -- the scenario that the page hands over -----------------------------------------------


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_the_scenario_file_of_the_page_is_the_world_it_lived(lever):
    for position in (lever.low, lever.high, lever.low + lever.step):
        text = f'name = "{NAME}"\n' + toml(lever).replace("{amount}", f"{position / lever.per}")
        if position != lever.neutral:
            assert parse(tomllib.loads(text), NAME).change == scenario([lever], [position]).change


def test_a_world_of_the_page_is_the_run_that_its_command_lives(tmp_path):
    """The same counts by province, definition and year, from `leftbehind run --scenario`."""
    levers = two()
    asked = scenario(levers, [60.0, 80.0])
    worlds.begin(tmp_path, SCALE, 1, lambda year: None)
    worlds.live(tmp_path, "one", asked, SCALE, 1)
    layout = Layout.load()
    counted = layout.part(worlds.row(tmp_path, "one"), "counted")
    last = YEARS[-1]
    lived = face.run(scale=SCALE, seed=1, scenario=asked, first=last, last=last, threads=1)
    for name in ("acwf-2010", "mca-2018"):
        rows = lived.left_behind(name, by="province", years=YEARS[-1])
        here = counted[layout.names.index(name), -1].sum() * SCALE
        assert rows["number"].sum() == pytest.approx(here)
    assert asked != Scenario()


# -- the page ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(scale=50_000, worlds=30, checks=4, draws=3)


@pytest.fixture(scope="module")
def answers(plan) -> Answers:
    """Worlds made of a known response: counts grow with every lever's distance from what was."""
    layout = Layout.load()
    size = sum(int(np.prod(shape)) for shape in layout.shapes().values())
    was = np.random.default_rng(3).integers(200, 400, size)
    fitted, checked = design.design(SIX, plan.worlds, 1), design.held_out(SIX, plan.checks, 1)
    slope = np.linspace(10.0, 60.0, len(SIX))
    rows = [
        np.rint(was + (response.scaled(SIX, where) @ slope)[:, None]).astype(np.int64)
        for where in (fitted, checked)
    ]
    draws = np.stack([was - 20, was, was + 20])
    return Answers.of(SIX, fitted, rows[0], checked, rows[1], draws, plan.scale)


@pytest.fixture(scope="module")
def no_child() -> Lives:
    return Lives(pl.DataFrame(schema={"key": pl.UInt64}), None, None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pages(answers, no_child, plan) -> dict[str, str]:
    return {code: page(answers, no_child, plan, code, FILES) for code in FILES}


def test_checks_find_a_response_that_holds(answers):
    """Rounding to whole children, and what the ridges hold back, is all that is left."""
    assert answers.checked_error()["largest"] < 0.5
    assert answers.checked_error()["within_3"] == 1.0


def test_the_error_stated_holds_for_nine_in_ten_left_out(answers):
    moved = (answers.rows - answers.rows[0]).astype(float)
    inside = np.abs(answers.response.left_out(moved)) <= answers.error
    assert inside.mean() == pytest.approx(0.9, abs=0.05)


def test_a_page_asks_nothing_of_anybody_and_is_small(pages):
    for text in pages.values():
        assert len(text.encode()) < 15 * MEGABYTE
        assert "default-src 'none'" in text
        before_library = text.split('<script type="module">')[0]
        assert not re.search(r'(src|href)="(?:https?:)?//', before_library)


def test_each_page_leads_to_the_other_language(pages):
    assert 'href="zh.html"' in pages["en"] and 'href="index.html"' in pages["zh"]


def texts(content: dict[str, Any], before: str = "") -> dict[str, str]:
    out: dict[str, str] = {}
    for key, value in content.items():
        name = f"{before}{key}"
        out |= texts(value, f"{name}.") if isinstance(value, dict) else {name: str(value)}
    return out


def test_both_languages_hold_the_same_keys_and_fields():
    english, chinese = (
        texts({k: v for k, v in Words(code).content.items() if k not in WITHOUT_PAIR})
        for code in FILES
    )
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", chinese[key])), (
            key
        )


def test_a_browser_answers_what_the_worlds_say(answers, pages, tmp_path):
    """The table that the reader sees beside the same weights in NumPy; nothing is loaded."""
    (tmp_path / "index.html").write_text(pages["en"], encoding="utf-8")
    where = np.array([[60.0, 25.0, 84.0, 130.0, 700.0, 250.0]])
    link = "&".join(f"{v.name}={p:g}" for v, p in zip(SIX, where[0], strict=True))
    with chromium() as browser:
        browser.get(f"{(tmp_path / 'index.html').as_uri()}#{link}&definition=mca-2016&nothing=1")
        until(browser, READY)
        rows = browser.execute_script(
            "return [...document.querySelectorAll('#chart-lines tbody tr')]"
            ".map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
        problem = browser.execute_script("return document.getElementById('problem').textContent")
        told = browser.execute_script("return document.getElementById('scenario').textContent")
    layout, d = answers.layout, answers.layout.names.index("mca-2016")
    weights = answers.response.of_worlds(response.scaled(SIX, where))[0]
    numbers = answers.rows[0] + weights @ (answers.rows - answers.rows[0])
    counted = layout.part(numbers, "counted")[d].sum(axis=1) * answers.persons()[d] / 1e6
    assert [int(row[0]) for row in rows] == list(YEARS)
    np.testing.assert_allclose([float(row[2]) for row in rows], counted, rtol=5e-3)
    assert "nothing" in problem
    assert parse(tomllib.loads(told), NAME).change == scenario(SIX, where[0]).change


def test_axe_finds_nothing_grave(pages, tmp_path):
    with chromium() as browser:
        for language, name in FILES.items():
            (tmp_path / name).write_text(pages[language], encoding="utf-8")
            browser.get((tmp_path / name).as_uri())
            until(browser, READY)
            assert grave_findings(browser) == [], language


# -- bad input ---------------------------------------------------------------------------


def explored(tmp_path: Path, *arguments: str) -> Any:
    given = ["explore", "--static", str(tmp_path / "page"), "--work", str(tmp_path / "work")]
    return CliRunner().invoke(app, [*given, "--scale", "400000", *arguments])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--lever", "wages"), "--lever wages: not a lever of the page, did you mean"),
        (("--lever", "wage", "--lever", "wage"), "--lever wage: given twice"),
        (("--worlds", "5"), "--worlds 5: not allowed; 6 levers need 25 to"),
        (("--checks", "0"), "--checks 0: not allowed"),
        (("--draws", "1"), "--draws 1: not allowed"),
        (("--lang", "fr"), "--lang fr: unknown; allowed: en, zh"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_told_before_anything_is_lived(tmp_path, arguments, told):
    error = explored(tmp_path, *arguments).exception
    assert isinstance(error, InputError) and told.split(", did")[0] in str(error)
    assert not list(tmp_path.iterdir())


def test_a_folder_with_other_things_is_left_as_it_is(tmp_path):
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "mine.txt").write_text("mine")
    error = explored(tmp_path).exception
    assert isinstance(error, InputError) and "holds other files" in str(error)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["mine.txt"]


def test_a_path_below_a_file_is_refused(tmp_path):
    (tmp_path / "page").write_text("a file")
    error = explored(tmp_path, "--static", str(tmp_path / "page" / "deeper")).exception
    assert isinstance(error, InputError) and "cannot write here" in str(error)
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_a_plan_is_checked_whole(plan):
    with pytest.raises(InputError, match="not a lever"):
        replace(plan, levers=("nothing",)).moved()
