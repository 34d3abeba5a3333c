"""A chronicle tells what the record holds, says that it is simulated, and needs nothing else."""

import json
import re
import tomllib

import pytest
from typer.testing import CliRunner

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.person import ALTERNATIVES, ARRANGEMENTS, FEMALE, MALE, PERSON
from leftbehind.cli.app import app
from leftbehind.counts.likeness import Like, seed_family
from leftbehind.counts.reasons import UNKNOWN
from leftbehind.inputs.scenario import parse
from leftbehind.model.processes.spell import EVENTS
from leftbehind.model.processes.week import SLOTS
from leftbehind.model.processes.weighing import TERMS
from leftbehind.pages.chronicle import Asked, archive, clauses, tell
from leftbehind.pages.chronicle.eras import MOST, eras
from leftbehind.pages.chronicle.events import events
from leftbehind.pages.chronicle.family import SHE_IS_HOME, follow, gap_to_home, nearest_year
from leftbehind.pages.chronicle.money import WORKING_DAYS, dollars, nominal, rounded
from leftbehind.pages.chronicle.render import lines, render
from leftbehind.pages.chronicle.words import FOLDER, Words
from leftbehind.runs.replay import Replay

PLACE, YEAR = "Liangshan", 2014
LANGUAGES = ("en", "zh")
ASKED = Asked(PLACE, YEAR, Like(both_away=True))


@pytest.fixture(scope="module")
def told(world):
    """The same family in both languages, short and full."""
    return {
        (language, full): tell(world, ASKED, full=full, language=language)
        for language in LANGUAGES
        for full in (False, True)
    }


@pytest.fixture(scope="module")
def full(told):
    return told["en", True]


@pytest.fixture(scope="module")
def years(world, full):
    replay = Replay(world)
    return follow(replay, replay.places.find(PLACE), int(full.facts["mother_key"], 16))


def sentences(page):
    return [s for chapter in page.chapters for s in chapter.all()]


def test_it_says_that_the_family_is_simulated_and_nobody_real(full):
    assert "simulated" in full.notice and "nobody real" in full.notice
    assert "10,000 real families" in full.notice


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_names_a_field_that_the_record_holds(told, world, language):
    page = told[language, True]
    keys = {m["key"] for y in page.facts["years"] for m in y["members"]}
    assert len(sentences(page)) > 15
    for sentence in sentences(page):
        assert sentence.sources, sentence.text
        for source in sentence.sources:
            assert source.year in world.years()
            if source.table == "person":
                assert source.field in PERSON.names
                assert f"{source.key:016x}" in keys


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("full", [False, True])
def test_no_sentence_is_told_twice_within_a_chapter_or_across_them(told, language, full):
    texts = [s.text for s in sentences(told[language, full])]
    assert len(texts) == len(set(texts))


def test_short_fits_a_screen_and_full_three_pages(told):
    for language in LANGUAGES:
        assert lines(told[language, False]) <= 40  # of 100 columns
        assert lines(told[language, True]) <= 180  # three pages of 60


def test_births_and_deaths_told_are_those_of_the_record(years):
    found = events(years)
    born = {m.key for e in found if e.kind == "born" for m in e.who}
    assert born == {c.key for y in years for c in y.children if c.birth_year >= years[0].year}
    died = {m.key for e in found if e.kind.startswith("died") for m in e.who}
    assert died == {m.key for y in years for m in y.members() if m.death_year == y.year}


def test_eras_hold_every_year_once_and_are_few(years):
    found = eras(years)
    held = sorted(y.year for era in found for y in (*era.years, *era.unlike))
    assert held == [y.year for y in years]
    assert len(found) <= MOST
    for era in found:
        assert len({clauses.mode(y) for y in era.years}) == 1


def test_hours_of_a_childs_week_add_to_168(years):
    weeks = [c.hours for y in years for c in y.children if c.hours]
    assert weeks
    assert all(sum(hours) == pytest.approx(168.0) for hours in weeks)


def test_the_closest_return_is_the_smallest_gap_of_all_years_without_the_children(years):
    chosen = nearest_year(years)
    gaps = {y.year: gap for y in years if (gap := gap_to_home(y.decision)) is not None}
    assert (chosen.year if chosen else None) == min(gaps, key=gaps.get, default=None)
    if chosen:
        assert all(f.choice is None or f.choice != chosen.decision.choice for f in chosen.flips)
        assert chosen.decision.best(SHE_IS_HOME) in SHE_IS_HOME


def test_what_is_kept_of_a_family_is_the_family(years):
    rows = json.loads(json.dumps(archive.plain(years)))
    again = archive.years_of(rows)
    assert archive.told(again) == archive.told(years)
    assert archive.plain(again) == archive.plain(years)


def test_the_same_family_is_told_every_time_and_any_member_leads_to_it(world, full):
    again = tell(world, ASKED, full=True)
    assert render(again, "json") == render(full, "json")
    members = next(y for y in full.facts["years"] if y["year"] == YEAR)["members"]
    child = min(members, key=lambda m: -m["birth_year"])
    page = tell(world, Asked(PLACE, YEAR, key=int(child["key"], 16)))
    assert page.facts["mother_key"] == full.facts["mother_key"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_needs_nothing_from_outside_and_has_dark_and_print(told, language):
    html = render(told[language, True], "html")
    assert not re.search(r"(src|href)=\"(?!#)", html)
    assert "http" not in html and "<script" not in html
    assert "prefers-color-scheme: dark" in html and "@media print" in html
    notes = set(re.findall(r'href="#n(\d+)"', html))
    assert notes == set(re.findall(r'id="n(\d+)"', html))
    assert html.count('role="img" aria-label="') == 2


def test_notes_of_markdown_are_all_there_and_no_key_is(full):
    text = render(full, "md")
    body, notes = text.split("Where each sentence comes from: ")
    assert set(re.findall(r"\[(\d+)\]", body)) == set(re.findall(r"\[(\d+)\]", notes))
    assert not re.search(r"\b[0-9a-f]{16}\b", text)
    assert full.facts["mother_key"]


def test_json_holds_terms_events_and_alternatives(full):
    record = json.loads(render(full, "json"))["record"]
    assert record["simulated"] is True and record["events"]
    made = [y["decision"] for y in record["years"] if y["decision"]]
    assert made
    for decision in made:
        assert [a["alternative"] for a in decision["alternatives"]] == list(ALTERNATIVES)
        open_ = [a for a in decision["alternatives"] if a["open"]]
        best = max(open_, key=lambda a: a["total"])
        assert best["alternative"] == decision["choice"]
        for a in open_:
            assert set(a["terms"]) == set(TERMS)
            assert sum(a["terms"].values()) + a[UNKNOWN] == pytest.approx(a["total"])


def test_every_name_of_the_model_has_words_in_every_language():
    content = {
        language: tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }
    for words in content.values():
        assert set(words["term"]) == {*TERMS, UNKNOWN}
        assert set(ARRANGEMENTS) <= set(words["care"]) and set(words["carer"]) == set(ARRANGEMENTS)
        assert set(words["happened"]) == set(EVENTS)
        assert set(ALTERNATIVES) <= set(words["choice"])
        assert set(SLOTS) - {"alone"} <= set(words["week"])
    en, zh = content["en"], content["zh"]
    assert {s: set(v) for s, v in en.items() if s != "language"} == {
        s: set(v) for s, v in zh.items() if s != "language"
    }
    for section, texts in en.items():
        for name, text in texts.items() if isinstance(texts, dict) else ():
            if isinstance(text, str):
                used = set(re.findall(r"{(\w+)", text))
                assert set(re.findall(r"{(\w+)", zh[section][name])) <= used, (section, name)


def test_the_twin_in_an_unchanged_world_is_no_different(world):
    page = tell(world, ASKED, full=True, other=world)
    assert page.chapters[-1].title.startswith("The same family in another world")
    assert "Nothing is different" in page.chapters[-1].sentences[0].text
    same = [s.text for s in sentences(page) if "the same in the other world" in s.text]
    assert same == ["Up to 2020 it was the same in the other world."]


def test_the_twin_parts_when_the_other_world_does(world, tmp_path):
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
    page = tell(world, ASKED, other=other)
    last = page.chapters[-1]
    assert any("part in" in s.text or "never comes" in s.text for s in last.sentences)


def test_worlds_of_other_seeds_hold_other_people(world, tmp_path):
    other = leftbehind.run(scale=1_000_000, last=1951, out=tmp_path / "small")
    with pytest.raises(InputError, match="scale is 1000000, not 10000"):
        tell(world, ASKED, other=other)


def test_money_is_told_in_the_yuan_and_dollars_of_the_year():
    assert nominal(100.0, 2010) == pytest.approx(100.0)
    assert nominal(100.0, 2014) == pytest.approx(113.17)
    assert dollars(nominal(2000.0, 2013), 2013) == pytest.approx(13.8, abs=0.3)
    assert WORKING_DAYS == 26
    assert rounded(1238.4) == "1,200" and rounded(0.0) == "0" and rounded(0.96) == "1"


def test_children_are_called_by_their_place_in_the_family(places):
    en, zh = (Words([], places, 0, language) for language in LANGUAGES)
    assert en.children_roles([FEMALE]) == ["the daughter"]
    assert en.children_roles([MALE, FEMALE, MALE]) == [
        "the elder son",
        "the daughter",
        "the younger son",
    ]
    assert en.children_roles([FEMALE] * 3) == [
        "the eldest daughter",
        "the second daughter",
        "the youngest daughter",
    ]
    assert zh.children_roles([FEMALE, FEMALE, FEMALE, MALE]) == [
        "大女儿",
        "二女儿",
        "小女儿",
        "儿子",
    ]
    assert en.listed(["a", "b", "c"]) == "a, b and c" and zh.listed(["甲", "乙"]) == "甲和乙"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--person", "xyz"], "16 hexadecimal digits"),
        (["--person", "00000000000000ff"], "nobody in this prefecture"),
        (["--place", "Liangshn"], "did you mean Liangshan"),
        (["--compare", "Liangshn"], "did you mean Liangshan"),
        (["--year", "2035"], "1950 to 2020"),
        (["--like", "mine"], "allowed: seed"),
        (["--format", "pdf"], "allowed: html, md, json"),
        (["--lang", "fr"], "allowed: en, zh"),
    ],
)
def test_what_the_user_can_mend_is_named(world, arguments, message):
    result = CliRunner().invoke(app, ["chronicle", str(world.folder), *arguments])
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_two_families_stand_side_by_side(world):
    words = ["chronicle", str(world.folder), "--compare", "Bijie", "--keys"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "| family | A. Liangshan (Sichuan) | B. Bijie (Guizhou) |" in result.output
    assert len(set(re.findall(r"\b[0-9a-f]{16}\b", result.output))) == 2


def test_find_lists_words_and_keys_on_demand_and_writes_tables(world, places, tmp_path):
    runner = CliRunner()
    wanted = ["find", str(world.folder), "--both-away", "--no-country", "--most", "3"]
    screen = runner.invoke(app, wanted, env={"COLUMNS": "200"}, catch_exceptions=False).output
    assert "none is a real family" in screen
    assert not re.search(r"\b[0-9a-f]{16}\b", screen)
    json_file, csv_file = tmp_path / "found.json", tmp_path / "found.csv"
    runner.invoke(app, [*wanted, "--keys", "--json", str(json_file)], catch_exceptions=False)
    runner.invoke(app, [*wanted, "--lang", "zh", "--csv", str(csv_file)], catch_exceptions=False)
    rows = json.loads(json_file.read_text(encoding="utf-8"))
    assert rows and all(re.fullmatch(r"[0-9a-f]{16}", row["key of the mother"]) for row in rows)
    assert csv_file.read_text(encoding="utf-8").startswith("地方,年份,孩子年龄")
    assert len(csv_file.read_text(encoding="utf-8").strip().splitlines()) == len(rows) + 1


def test_the_seed_family_is_of_the_place_and_says_what_it_misses(world, places):
    page = tell(world, Asked(PLACE, YEAR, seed_family(places)))
    assert page.facts["place"] == PLACE
    assert page.chosen.startswith(("Chosen by", "Looked for: three children"))


def test_a_count_can_be_read_in_chinese(world):
    words = ["count", str(world.folder), "acwf-2010", "--year", "2010", "--lang", "zh"]
    output = CliRunner().invoke(app, words, env={"COLUMNS": "200"}, catch_exceptions=False).output
    assert "儿童，万人" in output and "抽样误差" in output
    assert "年份" in output and "儿童由谁照料" not in output
    split = CliRunner().invoke(app, [*words, "--by", "away,arrangement"], catch_exceptions=False)
    assert not re.search(r"[a-z]{4}", re.sub(r"acwf-2010|leftbehind sensitivity", "", split.output))


def test_a_family_followed_from_kept_people_is_the_family(world, years):
    replay = Replay(world)
    place, mother = replay.places.find(PLACE), years[0].mother.key
    for _ in replay.moments(place, YEAR, first=YEAR, keep=True):
        pass
    assert replay.kept_before(place, mother) > world.years()[0]
    assert archive.plain(follow(replay, place, mother)) == archive.plain(years)
