import json
import math
import re
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from leftbehind.base.store import write_manifest
from leftbehind.counts.tallies import Tallies, by_age, un_indicator
from leftbehind.counts.world import World
from leftbehind.evidence import validate
from leftbehind.evidence.validate import (
    children,
    demography,
    flows,
    kin_theory,
    migration,
    page,
    sibling_theory,
)
from leftbehind.evidence.validate.check import READINGS, from_row, in_range, published, within
from leftbehind.evidence.validate.prediction import Prediction
from leftbehind.evidence.validate.rates import (
    FERTILE_LOWS,
    LIFE_LOWS,
    life_expectancy,
    total_fertility,
)
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.tables import read_table

SOURCE = {"basis": "read", "source": "a book"}


def some_check(model, published=100.0, tolerance=0.1, what="births", **more):
    return within(
        "demography",
        what,
        2010,
        model,
        published,
        "million",
        tolerance,
        "relative",
        **SOURCE,
        **more,
    )


# --- rates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("hazard", [0.01, 0.02, 0.1])
def test_life_expectancy_of_a_constant_hazard_is_its_inverse(hazard):
    widths = np.array([*np.diff(LIFE_LOWS), 1])
    people = 1000.0 * np.exp(-hazard * np.array(LIFE_LOWS)) * widths
    deaths = people * (np.exp(hazard) - 1.0)
    # The newborn live half a year on average before the year's end.
    deaths[0] = people[0] * (hazard / (1.0 - np.exp(-hazard)) - 1.0)
    assert life_expectancy(deaths, people) == pytest.approx(1.0 / hazard, rel=1e-9)


def test_life_expectancy_stays_finite_where_nobody_dies_or_lives():
    nobody = np.zeros(len(LIFE_LOWS))
    assert life_expectancy(nobody, nobody) == 0.0
    assert math.isfinite(life_expectancy(nobody, nobody + 1.0))


def test_total_fertility_of_uniform_rates():
    women = np.full(len(FERTILE_LOWS), 500.0)
    women[-1] = 0.0
    births = np.where((np.array(FERTILE_LOWS) >= 15) & (np.array(FERTILE_LOWS) < 50), 40.0, 0.0)
    nobody_died = np.zeros(len(women))
    assert total_fertility(births, women, nobody_died) == pytest.approx(35 * 40 / 500)
    # 20 who died this year were alive for half of it.
    assert total_fertility(births, women - 10, nobody_died + 20) == pytest.approx(35 * 40 / 500)


def test_fertility_of_frames_takes_mothers_ages_and_womens_deaths():
    people = pl.DataFrame(
        {
            "year": 2010,
            "age": [20, 25, 25],
            "sex": ["female", "female", "male"],
            "millions": [9.0, 10.0, 99.0],
        }
    )
    events = pl.DataFrame(
        {
            "year": 2010,
            "age": [21, 24, 27, 22],
            "event": ["birth", "birth", "birth", "death"],
            "sex": ["male", "female", "male", "female"],
            "millions": [1.0, 1.0, 1.0, 2.0],
        }
    )
    tallies = SimpleNamespace(people=people, events=events)
    got = demography.fertility_of(tallies, pl.col("year") == 2010)
    assert got == pytest.approx(5 * (2.0 / 10.0 + 1.0 / 10.0))


def test_un_ages_at_the_years_end_add_to_the_mean_of_two_mid_years():
    un = un_indicator("population")
    for year in (2000, 2010, 2020):
        total = demography.un_reached(year, (0, 50)).sum()
        assert total == pytest.approx((un[year] + un[year + 1]) / 2000.0, rel=0.002)


# --- kin theory --------------------------------------------------------------------------------


def test_orphans_under_a_constant_hazard(monkeypatch):
    hazard, years, ages = 0.01, 61, 106
    births = np.zeros((years, ages))
    births[:, 25] = 0.1
    rates = OfficialRates(1950, np.full((years, 2, ages), hazard), births)
    monkeypatch.setattr(kin_theory.OfficialRates, "load", staticmethod(lambda *_: rates))
    alive = kin_theory.Rates(2010, Parameters.load()).kin_alive(10)
    assert alive[:2] == pytest.approx(np.exp(-hazard * 10))
    assert alive[2:4] == pytest.approx(np.exp(-hazard * 35))  # mother 25 at the birth
    assert alive[4:] == pytest.approx(np.exp(-hazard * 37.2), rel=1e-3)  # father 2.2 years older


def test_kin_of_2010_by_theory():
    expected = kin_theory.expected_kin(kin_theory.Rates(2010, Parameters.load()))
    assert 0.003 < expected.mother_dead < expected.father_dead < 0.03
    assert expected.both_dead < expected.mother_dead
    assert 2.5 < expected.grandparents < 3.7
    assert expected.any_grandparent > 0.98


def test_mothers_mothers_by_theory_are_those_of_demokin():
    """The same formula, worked out by others from the UN's rates for China in 2022."""
    known = kin_theory.Rates(2022, Parameters.load())
    rows = read_table("published").filter(pl.col("indicator") == "living_grandmothers_mean")
    assert rows.height == 3
    for group, value in rows.select("group", "value").iter_rows():
        low, high = map(int, group.split("-"))
        mothers_mother = np.mean([known.kin_alive(age)[2] for age in range(low, high + 1)])
        assert 2.0 * mothers_mother == pytest.approx(value, rel=0.005)


@pytest.mark.parametrize("second", [1.0, 0.4])
def test_siblings_where_a_first_child_comes_at_25_and_a_second_at_28(monkeypatch, second):
    """Without deaths; `second` is the share of women who go on."""
    births = np.zeros((61, 106))
    births[:, 25], births[:, 28] = 1.0, second
    rates = OfficialRates(1950, np.zeros((61, 2, 106)), births)
    monkeypatch.setattr(kin_theory.OfficialRates, "load", staticmethod(lambda *_: rates))
    share = np.zeros((61, sibling_theory.OLDEST + 1, sibling_theory.ORDERS))
    share[:, 25, 0] = share[:, 28, 1] = 1.0
    known = kin_theory.Rates(2010, Parameters.load())
    orders = sibling_theory.Births(births, share)
    for age, of_first in ((2, 0.0), (3, second), (10, second)):
        late = known.mothers(2010 - age)[28]  # share of births that are second ones
        expected = (1.0 - late) * of_first + late
        assert sibling_theory.expected_siblings(known, orders, age) == pytest.approx(expected)


def test_siblings_die_as_the_rates_say(monkeypatch):
    """A sister or brother three years older lived through as many years and the own ones."""
    hazard = 0.02
    births = np.zeros((61, 106))
    births[:, 25] = births[:, 28] = 1.0
    rates = OfficialRates(1950, np.full((61, 2, 106), hazard), births)
    monkeypatch.setattr(kin_theory.OfficialRates, "load", staticmethod(lambda *_: rates))
    share = np.zeros((61, sibling_theory.OLDEST + 1, sibling_theory.ORDERS))
    share[:, 25, 0] = share[:, 28, 1] = 1.0
    known = kin_theory.Rates(2010, Parameters.load())
    late = known.mothers(2000)[28]
    expected = (1.0 - late) * np.exp(-hazard * 8) + late * np.exp(-hazard * 14)
    siblings = sibling_theory.expected_siblings(known, sibling_theory.Births(births, share), 10)
    assert siblings == pytest.approx(expected)


# --- checks ------------------------------------------------------------------------------------


def test_a_check_is_met_within_its_tolerance_ends_included():
    assert some_check(110.0).met
    assert some_check(90.0).met
    assert not some_check(110.1).met
    assert not some_check(math.nan).met
    assert within("g", "w", 2010, 1.9, 2.0, "u", 0.15, "absolute", **SOURCE).met


def test_miss_is_measured_on_its_own_side_of_an_uneven_range():
    def check(model):
        return in_range("g", "w", 2010, model, 10.0, "u", 9.0, 14.0, **SOURCE)

    assert check(8.0).miss == pytest.approx(2.0)
    assert check(12.0).miss == pytest.approx(0.5)
    assert check(10.0).miss == 0.0
    assert check(math.nan).miss == math.inf


def test_an_open_side_is_never_missed():
    check = in_range("g", "w", 1960, 9.0, 1.6, "ratio", 1.4, math.inf, **SOURCE)
    assert check.met
    assert check.miss == 0.0
    assert check.record()["high"] is None


def test_rows_not_for_calibration_are_held_out():
    for row in published(range(2008, 2021), indicator="migrant_workers", group="left township"):
        check = from_row("migration", "workers", row, row["value"], "our note")
        assert check.held_out == (row["year"] > 2012)
        assert check.met
        assert check.note.startswith("our note")


def test_every_published_row_lies_in_its_own_range():
    for row in published(range(1950, 2021)):
        assert row["low"] <= row["value"] <= row["high"], row["id"]


# --- small measures ----------------------------------------------------------------------------


def test_ages_of_workers_away_are_split_evenly_within_a_group():
    number = np.array([10.0, 20.0, 5.0, 3.0, 2.0])  # 16-20, 21-30, 31-40, 41-50, 51+
    assert migration.share_between(number, *migration.age_bounds("16-25")) == pytest.approx(0.5)
    assert migration.share_between(number, *migration.age_bounds("31-40")) == pytest.approx(0.125)
    assert migration.share_between(number, *migration.age_bounds("over 50")) == pytest.approx(0.05)
    assert math.isnan(migration.share_between(0.0 * number, 16, 20))


def test_workers_are_those_away_for_six_months_or_more(tmp_path):
    pl.DataFrame(
        {
            "year": 2010,
            "province": ["Henan", "Henan", "Hebei"],
            "age": ["16-20", "51+", "21-30"],
            "sex": ["female", "male", "male"],
            "union": "married",
            "form": ["whole family", "alone", "alone"],
            "where": ["other province"] * 3,
            "months": ["6 months or more", "6 months or more", "under 6 months"],
            "number": 70_000,
        }
    ).write_parquet(tmp_path / "migrants.parquet")
    write_manifest(tmp_path, {"scale": 1000, "from": 2010, "to": 2010})
    tallies = Tallies(World(tmp_path))
    (check,) = migration.left_township(tallies)
    assert (check.model, check.published, check.met) == (140.0, 153.35, False)
    number, percent = migration.whole_family(tallies)
    assert (number.model, percent.model) == (70.0, 50.0)
    assert by_age(tallies.migrants, migration.LOWS).tolist() == [70.0, 0.0, 0.0, 0.0, 70.0]


def test_flow_patterns_are_compared_where_both_have_migrants():
    census = np.array([1.0, 10.0, 100.0, 5.0])
    correlation, used = flows.log_correlation(np.array([2.0, 20.0, 200.0, 0.0]), census)
    assert (round(correlation, 6), used) == (1.0, 3)


def test_groups_of_ages():
    table = pl.DataFrame({"age": [3, 5, 9, 97], "millions": [1.0, 2.0, 3.0, 4.0]})
    assert by_age(table, (0, 5, 90)).tolist() == [1.0, 5.0, 4.0]
    assert by_age(table, (5, 90)).tolist() == [5.0, 4.0]


def test_every_published_count_of_left_behind_children_has_one_definition():
    years = range(1950, 2022)
    listed = [row["id"] for rows in children.published_counts(years).values() for row in rows]
    assert len(listed) == len(set(listed))
    national = published(years, indicator="left_behind_children", place="china")
    one_age = r"rural (0-5|6-11|12-14|15-17)"
    wanted = {row["id"] for row in national if not re.fullmatch(one_age, row["group"])}
    assert wanted <= set(listed)


def test_a_second_reading_is_printed_and_not_counted():
    """The same figure is compared twice, and judged once: by the words."""
    row = next(published(range(2016, 2017), id="mca_2016"))
    words = from_row(children.COUNTS, "mca-2016", row, 30.0)
    reading = from_row(READINGS, "mca-2016-outside-province", row, 9.0)
    assert reading.is_reading and not words.is_reading and reading.met
    assert page.tally_line([words, reading]).startswith("**0 of 1 checks are met**")
    assert page.misses([words, reading]) == [words]
    content = json.loads(page.data(facts(), [words, reading], {}))
    assert (content["met"], content["number"], len(content["checks"])) == (0, 1, 2)
    assert "mca-2016-outside-province" in page.page(facts(), [words, reading], {})
    assert [Prediction.of([check] * 2).judges for check in (words, reading)] == [True, False]


def test_rank_of_a_province():
    table = pl.DataFrame({"province": ["Hunan", "Anhui", "Anhui"], "millions": [3.0, 2.0, 2.0]})
    assert children.rank(table, "Anhui") == 1.0
    assert children.rank(table, "Hunan") == 2.0
    assert children.rank(table, "Tibet") == 3.0


# --- the page ----------------------------------------------------------------------------------


def facts():
    return {
        "version": "0",
        "seed": 7,
        "scale": 1000,
        "from": 1950,
        "to": 2020,
        "scenario": {},
        "parameters": 3,
        "parameters_not_at_prior_mean": {},
    }


def test_the_page_lists_misses_first_and_the_largest_of_them_on_top():
    checks = [
        some_check(100.0, what="a hit"),
        some_check(115.0, what="a near miss"),
        some_check(300.0, what="a far miss", held_out=True),
    ]
    text = page.page(facts(), checks, {})
    misses = text[text.index("## Misses") : text.index("## Demography")]
    assert "a hit" not in misses
    assert misses.index("a far miss") < misses.index("a near miss")
    assert text.index("## Misses") < text.index("## Demography (1 of 3 met)")
    assert "**1 of 3 checks are met**; of the held-out figures 0 of 1." in text
    assert "seed 7" in text and "one simulated person for 1,000 real ones" in text


def test_the_page_says_which_parameters_are_not_priors():
    assert "All 3 parameters are priors" in page.describe(facts())
    changed = facts() | {"parameters_not_at_prior_mean": {"choice_care": 2.0}}
    assert "1 of 3 parameters are not at their prior means: `choice_care` 2." in page.describe(
        changed
    )


def test_a_page_without_misses_says_so():
    assert "## Misses, largest first\n\nNone." in page.page(facts(), [some_check(100.0)], {})


def test_json_holds_every_check_and_no_infinity():
    checks = [
        some_check(math.nan),
        in_range("g", "w", 1960, 2.0, 1.6, "u", 1.4, math.inf, **SOURCE),
    ]
    content = json.loads(page.data(facts(), checks, {1990: {"lone parent": math.nan}}))
    assert [c["model"] for c in content["checks"]] == [None, 2.0]
    assert [c["met"] for c in content["checks"]] == [False, True]
    assert content["return_rates_percent"]["1990"]["lone parent"] is None


def test_summary_takes_the_official_counts_only():
    count = within(
        children.COUNTS, "acwf-2010", 2010, 50.0, 61.0, "million persons", 0.1, "relative", **SOURCE
    )
    table = validate.summary([some_check(100.0), count])
    assert table.columns[:5] == ["definition", "year", "model", "published", "ratio"]
    assert table.row(0)[:5] == ("acwf-2010", 2010, 50.0, 61.0, pytest.approx(50 / 61))
    assert validate.summary([]).is_empty()


# --- a whole small world -----------------------------------------------------------------------


@pytest.fixture
def world(tmp_path):
    """1950 to 1952: everybody is 20, in a village; the totals are the UN's of 1950."""
    un = un_indicator("population")
    years = [1950, 1951, 1952]
    half = round((un[1950] + un[1951]) / 2.0 / 2.0)
    people = pl.DataFrame(
        {
            "year": [y for y in years for _ in range(2)],
            "province": "Henan",
            "age": "20-24",
            "sex": ["female", "male"] * 3,
            "hukou": "agricultural",
            "lives": "village",
            "arrangement": "adult",
            "number": half,
        }
    )
    events = pl.DataFrame(
        {
            "year": years * 2,
            "province": "Henan",
            "event": ["birth"] * 3 + ["death"] * 3,
            "sex": "female",
            "age": 22,
            "number": [22000] * 3 + [10000] * 3,
        }
    )
    people.write_parquet(tmp_path / "people.parquet")
    events.write_parquet(tmp_path / "events.parquet")
    write_manifest(
        tmp_path,
        {
            "version": "0",
            "seed": 1,
            "scale": 1000,
            "from": 1950,
            "to": 1952,
            "scenario": {},
            "parameters": dict(Parameters.load().values),
        },
    )
    return World(tmp_path)


def test_a_run_of_few_years_is_checked_on_what_it_holds(world, tmp_path):
    made = validate.write(world, tmp_path / "docs")
    by_name = {(check.what, check.year): check for check in made}
    assert by_name["population", "1950"].met
    assert not by_name["life expectancy, female", "1950"].met
    assert by_name["urban share", "1950"].model == 0.0
    assert {check.year for check in made} == {"1950"}
    text = (tmp_path / "docs" / "VALIDATION.md").read_text(encoding="utf-8")
    assert text.startswith("# Validation")
    assert len(json.loads((tmp_path / "docs" / "validation.json").read_text())["checks"]) == len(
        made
    )
    assert validate.checks(world) == made


def test_a_run_is_compared_beside_itself_unless_another_folder_is_given(
    world, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path.parent)
    before = set(tmp_path.parent.iterdir())
    validate.write(world)
    assert {"VALIDATION.md", "validation.json"} <= {path.name for path in world.folder.iterdir()}
    assert set(tmp_path.parent.iterdir()) == before
