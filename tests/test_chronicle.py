"""A chronicle tells what the record holds, says that it is simulated, and needs nothing else."""

import json
import re
from html import escape

import pytest
from typer.testing import CliRunner

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.person import FEMALE, MALE
from leftbehind.cli.app import app
from leftbehind.counts.find import Like, seed_family
from leftbehind.inputs.scenario import parse
from leftbehind.pages.chronicle import tell
from leftbehind.pages.chronicle.family import follow
from leftbehind.pages.chronicle.money import WORKING_DAYS, dollars, nominal, yuan_text
from leftbehind.pages.chronicle.render import render
from leftbehind.pages.chronicle.roles import children_roles, listed
from leftbehind.pages.chronicle.weighing import SHE_IS_AWAY, SHE_IS_HOME, closest_year
from leftbehind.runs.replay import Replay

PLACE, YEAR = "Liangshan", 2014


@pytest.fixture(scope="module")
def replay(world):
    return Replay(world)


@pytest.fixture(scope="module")
def full(world, replay, places):
    return tell(world, PLACE, YEAR, like=seed_family(places), full=True, replay=replay)


@pytest.fixture(scope="module")
def years(replay, full):
    return follow(replay, replay.places.find(PLACE), int(full.facts["mother_key"], 16))


def test_it_says_that_the_family_is_simulated_and_nobody_real(full):
    assert "simulated" in full.notice and "nobody real" in full.notice
    assert "10,000 real families" in full.notice


def test_every_sentence_names_a_field_that_the_record_holds(full, world):
    from leftbehind.base.person import PERSON

    keys = {m["key"] for y in full.facts["years"] for m in y["members"]}
    sentences = [s for chapter in full.chapters for s in chapter.sentences]
    assert len(sentences) > 30
    for sentence in sentences:
        assert sentence.sources, sentence.text
        for source in sentence.sources:
            assert source.year in world.years()
            if source.table == "person":
                assert source.field in PERSON.names
                assert f"{source.key:016x}" in keys


def test_births_and_deaths_told_are_those_of_the_record(full, years):
    told = [s.text for c in full.chapters for s in c.sentences]
    births = {c.key for y in years for c in y.children if c.birth_year >= years[0].year}
    assert sum(text.endswith("was born.") for text in told) == len(births)
    deaths = {m.key for y in years for m in y.members() if m.death_year == y.year}
    assert sum(bool(re.search(r" died, ", text)) for text in told) == len(deaths)


def test_hours_of_a_childs_week_add_to_168(years):
    weeks = [c.hours for y in years for c in y.children if c.hours]
    assert weeks
    assert all(sum(hours) == pytest.approx(168.0) for hours in weeks)


def test_a_family_keeps_its_members_through_the_years(years):
    assert len({y.mother.key for y in years}) == 1
    assert [y.year for y in years] == list(range(years[0].year, years[-1].year + 1))
    assert years[-1].year == 2020


def test_the_closest_return_is_the_smallest_gap_of_all_years_away(years):
    chosen = closest_year(years)
    gaps = {
        y.year: y.decision.gap(y.decision.best(SHE_IS_HOME))
        for y in years
        if y.decision
        and y.mother.alive
        and y.decision.before in SHE_IS_AWAY
        and y.decision.choice in SHE_IS_AWAY
    }
    assert (chosen.year if chosen else None) == min(gaps, key=gaps.get, default=None)


def test_the_same_family_is_chosen_and_told_every_time(world, replay, places, full):
    again = tell(world, PLACE, YEAR, like=seed_family(places), full=True, replay=Replay(world))
    assert render(again, "json") == render(full, "json")


def test_any_member_leads_to_the_same_family(world, replay, full):
    members = next(y for y in full.facts["years"] if y["year"] == YEAR)["members"]
    child = min(members, key=lambda m: -m["birth_year"])
    page = tell(world, PLACE, YEAR, key=int(child["key"], 16), replay=replay)
    assert page.facts["mother_key"] == full.facts["mother_key"]


def test_html_needs_nothing_from_outside_and_has_dark_and_print(full):
    html = render(full, "html")
    assert not re.search(r"(src|href)=\"(?!#)", html)
    assert "http" not in html and "<script" not in html
    assert "prefers-color-scheme: dark" in html and "@media print" in html
    assert escape(full.notice) in html.replace("&#39;", "&#x27;")
    notes = set(re.findall(r'href="#n(\d+)"', html))
    assert notes == set(re.findall(r'id="n(\d+)"', html))
    assert "person.destination, 2014" in html


def test_markdown_footnotes_are_all_there(full):
    text = render(full, "md")
    used = set(re.findall(r"(?<!^)\[\^(\d+)\](?!:)", text, re.MULTILINE))
    assert used == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE))


def test_json_holds_the_record_and_short_is_shorter(world, replay, places, full):
    plain = json.loads(render(full, "json"))
    assert plain["record"]["simulated"] is True
    assert [y["year"] for y in plain["record"]["years"]][-1] == 2020
    short = tell(world, PLACE, YEAR, like=seed_family(places), replay=replay)
    assert len(render(short, "md")) < 0.7 * len(render(full, "md"))


def test_hours_and_sent_money_are_called_assumed(full):
    for chapter in full.chapters:
        for sentence in chapter.sentences:
            if "waking hours" in sentence.text or "went home in the year" in sentence.text:
                assert sentence.assumed and "assumed" in sentence.text
        if chapter.grid and "week" in chapter.title:
            assert "assumed hours" in chapter.grid.note


def test_the_twin_in_an_unchanged_world_is_no_different(world, replay, tmp_path):
    page = tell(world, PLACE, YEAR, like=Like(both_away=True), replay=replay, other=world)
    assert page.chapters[-1].title.startswith("The same family in another world")
    assert "Nothing is different" in page.chapters[-1].sentences[0].text


def test_the_twin_parts_when_the_other_world_does(world, replay, tmp_path):
    change = {"lever": "closure", "set": 1.0, "from": 1979}
    nobody_moves = {"lever": "choice_pay", "multiply": 0.0, "from": 2005}
    scenario = parse({"name": "closed", "change": [change, nobody_moves]}, "a test")
    other = leftbehind.run(
        scale=10_000,
        seed=1,
        last=2020,
        scenario=scenario,
        alignment=world.alignment(),
        out=tmp_path / "closed",
    )
    page = tell(world, PLACE, YEAR, like=Like(both_away=True), replay=replay, other=other)
    last = page.chapters[-1]
    assert any("differ from" in s.text or "never comes" in s.text for s in last.sentences)


def test_worlds_of_other_seeds_hold_other_people(world, replay, tmp_path):
    other = leftbehind.run(scale=1_000_000, last=1951, out=tmp_path / "small")
    with pytest.raises(InputError, match="scale is 1000000, not 10000"):
        tell(world, PLACE, YEAR, like=Like(both_away=True), replay=replay, other=other)


def test_money_is_told_in_the_yuan_and_dollars_of_the_year():
    assert nominal(100.0, 2010) == pytest.approx(100.0)
    assert nominal(100.0, 2014) == pytest.approx(113.17)
    assert dollars(nominal(2000.0, 2013) / WORKING_DAYS, 2013) == pytest.approx(13.8, abs=0.3)
    assert yuan_text(1238.4) == "1,240 yuan" and yuan_text(0.0) == "0 yuan"


def test_children_are_called_by_their_place_in_the_family():
    assert children_roles([FEMALE]) == ["the daughter"]
    assert children_roles([MALE, FEMALE, MALE]) == [
        "the elder son",
        "the daughter",
        "the younger son",
    ]
    assert children_roles([FEMALE] * 3) == [
        "the eldest daughter",
        "the second daughter",
        "the youngest daughter",
    ]
    assert listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--person", "xyz"], "16 hexadecimal digits"),
        (["--person", "00000000000000ff"], "nobody in this prefecture"),
        (["--place", "Liangshn"], "did you mean Liangshan"),
        (["--year", "2035"], "1950 to 2020"),
        (["--like", "mine"], "allowed: seed"),
        (["--format", "pdf"], "allowed: html, md, json"),
    ],
)
def test_what_the_user_can_mend_is_named(world, arguments, message):
    result = CliRunner().invoke(app, ["chronicle", str(world.folder), *arguments])
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_the_commands_find_and_chronicle_work_together(world, tmp_path):
    runner = CliRunner()
    wanted = ["--both-away", "--no-country", "--most", "3"]
    result = runner.invoke(app, ["find", str(world.folder), *wanted])
    assert result.exit_code == 0, result.output
    keys = re.findall(r"\b[0-9a-f]{16}\b", result.output)
    assert keys or "│" in result.output
    assert "none is a real family" in result.output
    out = tmp_path / "family.html"
    result = runner.invoke(
        app, ["chronicle", str(world.folder), "--format", "html", "--full", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
