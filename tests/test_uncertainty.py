"""The stored table of how sure the counts are: of the draws that ship, and closed-form cases."""

import numpy as np
import polars as pl
import pytest

from leftbehind.counts import definitions
from leftbehind.evidence import uncertainty
from leftbehind.evidence.uncertainty_of_draws import FIRST, LAST, of_draws, spread, squared_errors


def test_what_ships_is_of_the_draws_that_ship():
    table = uncertainty.read()
    assert table is not None, "make sure: the draws changed after the table was made"
    assert set(table["definition"]) == set(definitions.names())
    assert set(table["year"]) == set(range(FIRST, LAST + 1))
    inside = table.filter(
        (pl.col("wide_low") <= pl.col("low"))
        & (pl.col("low") <= pl.col("median"))
        & (pl.col("median") <= pl.col("high"))
        & (pl.col("high") <= pl.col("wide_high"))
    )
    assert inside.height == table.height
    assert table["draws"].min() >= 20  # with fewer the ends are about the outermost draws


def numbers(factor: float) -> pl.DataFrame:
    """81 draws of a count in 2010, evenly on logarithms about `factor` times 61.03 million."""
    logs = np.linspace(-0.4, 0.4, 81)
    rows = {"draw": range(81), "number": 61.03e6 * factor * np.exp(logs)}
    return pl.DataFrame(rows).with_columns(definition=pl.lit("acwf-2010"), year=pl.lit(2010))


def test_the_narrow_interval_is_nine_of_ten_draws():
    row = of_draws(numbers(1.0), 20_000).row(0, named=True)
    assert row["median"] == pytest.approx(61.03e6, rel=1e-3)
    assert row["high"] / row["median"] == pytest.approx(np.exp(0.36), rel=1e-3)
    assert row["median"] / row["low"] == pytest.approx(np.exp(0.36), rel=1e-3)


def test_the_wide_interval_grows_with_the_error():
    errors = squared_errors(numbers(2.0))
    assert np.mean(errors["acwf-2010"]) == pytest.approx(np.log(2.0) ** 2, rel=1e-3)
    assert spread(errors, "acwf-2010") == pytest.approx(np.log(2.0), rel=1e-3)
    row = of_draws(numbers(2.0), 20_000).row(0, named=True)
    reach = np.hypot(0.36, 1.645 * np.log(2.0))
    assert np.log(row["wide_high"] / row["median"]) == pytest.approx(reach, rel=1e-2)


def test_a_definition_without_figures_is_as_unsure_as_the_middle_one():
    errors = {"one": [0.01], "two": [0.04, 0.04], "three": [0.25]}
    assert spread(errors, "none") == pytest.approx(0.2)
    assert spread(errors, "two") == pytest.approx(0.2)
    assert spread(errors, "three") == pytest.approx(np.sqrt((0.25 + 0.04) / 2))
