"""A sentence that names a leader or a trend follows the published figures, or says it does not."""

import pytest

from leftbehind.evidence.validate.check import within
from leftbehind.pages.findings import FALLS, RISES, STAYS, leaders, trend, way
from leftbehind.pages.report.words import LANGUAGES, Words


def count(year, model, published):
    known = {"basis": "read", "source": "made up"}
    return within("g", "acwf-2010", year, model, published, "million", 0.1, "relative", **known)


def test_a_change_has_a_way():
    assert [way(10, 11), way(10, 9), way(10, 10.1), way(0, 5)] == [RISES, FALLS, STAYS, STAYS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trend_that_figures_contradict_is_told_as_contradicted(language):
    words = Words(language)
    same = trend("x", [count(2010, 60, 61), count(2020, 40, 42)], words)
    other = trend("x", [count(2010, 60, 61), count(2020, 70, 42)], words)
    assert same.holds and not other.holds
    warning = {"en": "contradict", "zh": "相反"}[language]
    assert warning in other.text and warning not in same.text


def test_a_trend_needs_two_published_years_within_ten():
    assert trend("x", [count(2000, 1, 1), count(2020, 2, 2)], Words("en")) is None
    assert trend("x", [], Words("en")) is None


def test_a_leader_that_figures_contradict_is_told_as_contradicted():
    words, published = Words("en"), {"Sichuan": 11.0, "Henan": 10.0}
    good = leaders("x", {"Sichuan": 9.0, "Henan": 5.0}, published, words)
    bad = leaders("x", {"Sichuan": 3.0, "Henan": 5.0}, published, words)
    assert good.holds and not bad.holds
    assert "do not quote" in bad.text and "place 2" in bad.text
