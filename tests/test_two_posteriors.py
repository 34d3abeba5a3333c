"""The strict posterior and that of all data: what each may look at, and that neither sees more."""

import pytest

from leftbehind.base.errors import InputError
from leftbehind.evidence.calibrate import targets
from leftbehind.evidence.calibrate.targets import ALL_DATA, STRICT, Target
from leftbehind.evidence.validate.check import in_range
from leftbehind.inputs.tables import read_table

ROWS = read_table("published")["id"].to_list()


def a_row(out: bool) -> str:
    return next(row for row in ROWS if targets.kept_out(row) is out)


def a_target(figures: str, year: int = 2015) -> Target:
    return Target("t", "what", year, "china", "absolute", 1.0, figures)


def a_check(row: str, year: int = 2015, held_out: bool = True):
    return in_range(
        "g", "what", year, 1.0, 2.0, "u", 0.0, 3.0,
        basis="read", source="s", held_out=held_out, row=row,
    )  # fmt: skip


def test_about_a_fifth_of_rows_is_kept_out_and_always_the_same():
    share = sum(map(targets.kept_out, ROWS)) / len(ROWS)
    assert share == pytest.approx(0.2, abs=0.03)
    assert targets.kept_out("moe_2017_left") and not targets.kept_out("moe_2016_left")


def test_a_row_that_is_kept_out_is_refused_in_a_fit_on_all_data():
    found = targets.find([a_target(ALL_DATA)], [a_check(a_row(False))])
    assert found["t"].held_out
    with pytest.raises(InputError, match=r"all_data_targets\.csv: target t: .* held out"):
        targets.find([a_target(ALL_DATA)], [a_check(a_row(True))])
    with pytest.raises(InputError, match="held out"):
        targets.find([a_target(ALL_DATA, 2021)], [a_check(a_row(False), 2021)])


def test_the_strict_posterior_refuses_what_all_data_takes():
    with pytest.raises(InputError, match=r"calibration_targets\.csv: target t: .* held out"):
        targets.find([a_target(STRICT)], [a_check(a_row(False))])


def test_no_target_of_all_data_is_kept_out_or_late_and_its_early_ones_are_the_strict_ones():
    strict = {(t.what, t.year, t.place) for t in targets.load()}
    every = targets.load(figures=ALL_DATA)
    assert max(t.year for t in every) == 2020
    assert {(t.what, t.year, t.place) for t in every if t.year <= 2012} <= strict
    assert not any(targets.kept_out(t.id) for t in every if t.year > 2012)  # named by their rows
    assert {t.id for t in every if t.year > 2012} <= set(ROWS)


def test_a_source_that_may_err_weighs_less():
    by_id = {t.id: t for t in targets.load(figures=ALL_DATA)}
    plain = dict(read_table("all_data_targets").select("id", "discrepancy").iter_rows())
    assert by_id["moe_2019_left"].discrepancy > by_id["moe_2014_left"].discrepancy
    assert by_id["moe_2014_left"].discrepancy > plain["moe_2014_left"]
    assert by_id["nbs_2015_left_township"].discrepancy == plain["nbs_2015_left_township"]


def test_another_set_of_figures_is_named():
    with pytest.raises(
        InputError, match="--figures everything: not known; give strict or all-data"
    ):
        targets.load(figures="everything")
