"""The discrepancy of a toy whose errors are known gives intervals that cover what they say."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from leftbehind.base.errors import InputError
from leftbehind.evidence.cuts.benchmarks import Normal
from leftbehind.evidence.cuts.discrepancy import Discrepancy, for_each, learn
from leftbehind.evidence.cuts.judging import (
    AS_LIVED,
    FROM_LAST,
    Judged,
    blurred,
    by_series,
    judged,
    table,
    widened,
)
from leftbehind.evidence.cuts.series import Figure, Series

LEVEL, GROWTH = 0.2, 0.1


def a_series(name: str, group: str = "g", kind: str = "relative") -> Series:
    return Series(name, group, "emerges", kind)


def a_figure(series, cut, year, figure, draws, said, read=AS_LIVED) -> Judged:
    return Judged("all", cut, read, cut, series, year, figure, draws, said, "read")


def toy(number: int, seed: int, level: float = LEVEL, kinds=("relative", "absolute")):
    """Figures of `number` series after two cuts whose errors are those of the model of errors."""
    rng = np.random.default_rng(seed)
    out = []
    for k in range(number):
        scale = 1.0 if kinds[k % 2] == "relative" else 20.0
        for cut in (2000, 2010):
            for ahead in (1, 4, 9):
                sd = scale * np.sqrt(level**2 + GROWTH**2 * ahead)
                draws = scale * 0.02 * rng.standard_normal(200)
                figure = sd * rng.standard_normal()
                said = {"persistence": Normal(0.0, sd), "trend": Normal(scale, sd)}
                series = a_series(f"s{k}", kind=kinds[k % 2])
                out.append(a_figure(series, cut, cut + ahead, figure, draws, said))
    return out


def test_level_and_growth_of_a_toy_are_found():
    found = learn(toy(400, 1)).of("g", "relative")
    for ahead in (1, 9):
        assert found.sd(ahead) == pytest.approx(np.sqrt(LEVEL**2 + GROWTH**2 * ahead), rel=0.1)
    assert found.sd(9) > found.sd(1)


def test_a_calibrated_toy_is_covered_nine_times_of_ten_and_was_not_before():
    rows = toy(100, 2)
    told = table(rows, [sd or 0.0 for sd in for_each(rows)])
    assert told["inside"].mean() == pytest.approx(0.9, abs=0.03)
    assert told["inside_raw"].mean() < 0.3
    assert told["crps_model"].mean() < told["crps_raw"].mean()


def test_a_figure_is_never_judged_by_its_own_series():
    """A series that is wrong by far widens all others, not itself."""
    rows = toy(6, 3)
    wrong = a_figure(a_series("wrong"), 2000, 2004, 50.0, np.zeros(5), {})
    own = for_each([*rows, wrong])[-1]
    others = for_each(rows)
    assert own == pytest.approx(learn(rows).of("g", "relative").sd(4))
    assert for_each([*rows, wrong])[0] > 2 * others[0]


def test_each_reading_learns_from_its_own_errors():
    rows = toy(20, 7)
    sure = [replace(row, read=FROM_LAST, published=row.published / 10) for row in rows]
    both = learn([*rows, *sure])
    assert both.parts[: len(both.parts) // 2] == learn(rows).parts
    assert both.of("g", "relative") == both.of("g", "relative", AS_LIVED)
    assert both.of("g", "relative", FROM_LAST).sd(4) < both.of("g", "relative").sd(4) / 5
    lived, moved = rows[:36], sure[:36]
    assert for_each([*lived, *moved]) == [*for_each(lived), *for_each(moved)]
    with pytest.raises(InputError, match="relative figures read from the last figure"):
        learn(rows).of("g", "relative", FROM_LAST)


def test_at_the_first_cut_nothing_was_known():
    found = for_each(toy(6, 4), "known at the cut")
    rows = toy(6, 4)
    assert all((sd is None) == (row.cut == 2000) for sd, row in zip(found, rows, strict=True))


def test_intervals_add_as_squares_and_a_blur_keeps_the_variance():
    draws = np.random.default_rng(1).standard_normal(200_000)
    low, high = widened(draws, 2.0)
    assert (low, high) == pytest.approx((-1.645 * np.sqrt(5), 1.645 * np.sqrt(5)), abs=0.03)
    assert widened(draws, 0.0) == pytest.approx(tuple(np.quantile(draws, (0.05, 0.95))))
    assert blurred(np.zeros(3), 2.0, 999).std() == pytest.approx(2.0, rel=0.01)


def test_a_table_of_discrepancies_reads_back_and_another_is_refused(tmp_path):
    found = learn(toy(6, 5))
    path = tmp_path / "f.csv"
    found.table().write_csv(path)
    assert Discrepancy.load(path) == found
    for wrong, told in (
        (pl.DataFrame({"a": [1]}), "unknown column 'a'"),
        (found.table().with_columns(level=-1.0), "row 1, column level"),
        (found.table().with_columns(kind=pl.lit("odd")), "row 1, column kind"),
        (found.table().with_columns(read=pl.lit("odd")), "row 1, column read"),
        (pl.concat([found.table()] * 2), "stands twice"),
    ):
        wrong.write_csv(path)
        with pytest.raises(InputError, match=told):
            Discrepancy.load(path)
    with pytest.raises(InputError, match="no figure after a cut"):
        learn([])


def test_skill_is_against_the_better_benchmark():
    rows = toy(2, 6)
    told = by_series(table(rows, [0.1] * len(rows)))
    for row in told.iter_rows(named=True):
        assert row["crps_better"] == min(row["crps_persistence"], row["crps_trend"])
        assert row["skill"] == pytest.approx(1 - row["crps_model"] / row["crps_better"])


def a_world(**models):
    """A world of a series with figures of 2000, 2005 and 2010: 10, 12 and 20 as published."""
    published = {2000: 10.0, 2005: 12.0, 2010: 20.0}
    return {
        a_series(name, kind=kind): {
            year: Figure(year, published[year], model, "read", "")
            for year, model in zip(published, models[name], strict=True)
        }
        for name, kind in (("count", "relative"), ("share", "absolute"))
        if name in models
    }


def test_figures_after_a_cut_are_judged_and_those_before_are_the_benchmarks():
    world = a_world(count=(11.0, 11.0, 22.0))
    lived, moved = judged("all", 2008, [world, world])
    assert (lived.read, moved.read) == (AS_LIVED, FROM_LAST)
    assert (lived.year, lived.ahead) == (2010, 2)
    assert lived.published == moved.published == pytest.approx(np.log(20.0))
    assert lived.benchmarks["persistence"].mean == pytest.approx(np.log(12.0))
    assert lived.error == pytest.approx(np.log(20 / 22))
    late = judged("all", 2004, [world])
    assert [(one.year, one.read) for one in late] == [
        (year, read) for year in (2005, 2010) for read in (AS_LIVED, FROM_LAST)
    ]


def test_from_the_last_figure_is_that_figure_and_each_draws_own_change():
    """Counts by their ratio, shares by their difference; years since the last figure."""
    worlds = [a_world(count=(1.0, 10.0, 20.0), share=(1.0, 10.0, 13.0))]
    worlds += [a_world(count=(1.0, 30.0, 45.0), share=(1.0, 30.0, 29.0))]
    rows = {one.series.name: one for one in judged("all", 2008, worlds) if one.read == FROM_LAST}
    assert np.exp(rows["count"].draws) == pytest.approx([12.0 * 2.0, 12.0 * 1.5])
    assert rows["share"].draws == pytest.approx([12.0 + 3.0, 12.0 - 1.0])
    assert {(one.since, one.ahead) for one in rows.values()} == {(2005, 5)}
    assert rows["share"].benchmarks["persistence"].mean == 12.0


def test_a_wrong_level_is_forgiven_from_the_last_figure_and_not_as_lived():
    """Twice too many at all times: all wrong as lived, nothing wrong of the change."""
    lived, moved = judged("all", 2008, [a_world(count=(20.0, 24.0, 40.0))] * 2)
    assert lived.error == pytest.approx(np.log(0.5))
    assert moved.error == pytest.approx(0.0)
    told = by_series(table([lived, moved], [0.1, 0.1]))
    assert told["read"].to_list() == [AS_LIVED, FROM_LAST]
    assert told["skill"][1] > 0 > told["skill"][0]


def test_without_a_figure_up_to_the_cut_or_a_count_of_it_there_is_no_second_reading():
    none_before = judged("all", 1999, [a_world(count=(11.0, 11.0, 22.0))])
    assert [one.read for one in none_before] == [AS_LIVED] * 3
    assert none_before[0].benchmarks == {}
    not_counted = judged("all", 2008, [a_world(count=(11.0, float("nan"), 22.0))])
    assert [one.read for one in not_counted] == [AS_LIVED]
