"""Scores and benchmarks have closed forms; series are one quantity each."""

import numpy as np
import pytest
from scipy.stats import norm

from leftbehind.base.errors import InputError
from leftbehind.evidence.cuts.benchmarks import UNKNOWN, Pooled, persistence, trend
from leftbehind.evidence.cuts.scores import crps_of_normal, crps_of_sample, interval_score, skill
from leftbehind.evidence.cuts.series import figures, table
from leftbehind.evidence.validate.check import in_range

NOTHING = Pooled(0.0, 0.0)


def test_the_crps_of_a_standard_normal_at_its_mean_is_known():
    """(sqrt(2) - 1) / sqrt(pi), Gneiting & Raftery 2007."""
    assert crps_of_normal(0.0, 1.0, 0.0) == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi))
    assert crps_of_normal(2.0, 3.0, 2.0) == pytest.approx(3 * crps_of_normal(0.0, 1.0, 0.0))
    assert crps_of_normal(1.0, 0.0, 3.5) == 2.5


@pytest.mark.parametrize("observed", [-2.0, 0.0, 0.7])
def test_the_crps_of_many_draws_is_that_of_their_distribution(observed):
    sample = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    assert crps_of_sample(sample, observed) == pytest.approx(
        crps_of_normal(0.0, 1.0, observed), abs=1e-3
    )


def test_the_crps_of_three_draws_by_hand():
    """Mean distance 1 + 0 + 1 over 3, less half the mean distance of all pairs, 8 / 9."""
    assert crps_of_sample(np.array([1.0, 2.0, 3.0]), 2.0) == pytest.approx(2 / 3 - 4 / 9)
    assert crps_of_sample(np.array([5.0]), 2.0) == 3.0


def test_the_interval_score_is_the_width_and_twenty_times_what_lies_out():
    assert interval_score(1.0, 3.0, 2.0) == 2.0
    assert interval_score(1.0, 3.0, 3.5) == pytest.approx(2.0 + 20 * 0.5)
    assert interval_score(1.0, 3.0, 0.0) == pytest.approx(2.0 + 20 * 1.0)


def test_skill_is_one_for_the_perfect_and_zero_for_the_benchmark():
    assert skill(0.0, 2.0) == 1.0 and skill(2.0, 2.0) == 0.0 and skill(3.0, 2.0) == -0.5
    assert np.isnan(skill(1.0, 0.0))


def test_persistence_of_a_constant_series_is_the_constant_and_sure_of_it():
    said = persistence([2000, 2005, 2010], [7.0, 7.0, 7.0], 2020, NOTHING)
    assert said.mean == 7.0 and said.sd == 0.0


def test_the_trend_of_a_line_goes_on():
    said = trend([2000, 2002, 2010], [1.0, 2.0, 6.0], 2020, NOTHING)
    assert said.mean == pytest.approx(11.0) and said.sd == pytest.approx(0.0, abs=1e-9)


def test_persistence_spreads_with_the_root_of_the_years():
    pooled = Pooled(0.04, 0.01)
    near, far = (persistence([2010], [1.0], year, pooled) for year in (2011, 2019))
    assert near.sd == pytest.approx(0.2) and far.sd == pytest.approx(3 * 0.2)
    assert trend([2010], [1.0], 2019, pooled) == far  # one figure has no trend


def test_figures_come_in_any_order_and_none_is_refused():
    one = persistence([2010, 2000], [3.0, 1.0], 2011, NOTHING)
    assert one.mean == 3.0
    with pytest.raises(InputError, match="needs a figure published up to the cut"):
        persistence([], [], 2011, NOTHING)


def test_without_two_figures_of_any_series_the_spread_is_the_assumed_one():
    pooled = Pooled.of([(np.array([2000.0]), np.array([1.0]))], "relative")
    assert pooled.step == UNKNOWN["relative"]


def test_every_series_is_one_thing_and_names_comparisons_that_exist():
    known = table()
    assert len({s.name for s in known.values()}) > 40
    deciders = {s.decided for s in known.values()}
    assert deciders == {"emerges", "official"}


def a_check(what, year, published, basis="read"):
    return in_range("g", what, year, 1.0, published, "u", 0, 9, basis=basis, source="s")


def test_of_two_figures_of_one_year_the_surer_stands_and_others_are_left_out():
    found = figures(
        [
            a_check("acwf-2010", 2010, 60.0, "memory"),
            a_check("acwf-2010", 2010, 61.0),
            a_check("nbs-unicef-2015-rural", 2015, 40.5),
            a_check("no series", 2010, 1.0),
        ]
    )
    (series,) = found
    assert series.name == "rural children left behind"
    assert {y: f.published for y, f in found[series].items()} == {2010: 61.0, 2015: 40.5}
