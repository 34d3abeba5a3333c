"""Predictions of years to come: their intervals hold the draws', and sums are sums."""

import numpy as np
import polars as pl
import pytest

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.ensembles import Ensemble
from leftbehind.evidence.ahead import predicted, told
from leftbehind.evidence.cuts.discrepancy import ANY, Discrepancy, Part
from leftbehind.evidence.cuts.judging import AS_LIVED, FROM_LAST

YEAR = 2001
WIDE = Discrepancy(
    tuple(
        Part(reading, ANY, kind, level, 0.0, 1, 1)
        for reading in (FROM_LAST, AS_LIVED)
        for kind, level in (("relative", 0.3), ("absolute", 5.0))
    )
)


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory) -> Ensemble:
    out = tmp_path_factory.mktemp("ahead") / "ensemble"
    leftbehind.run(first=1999, last=YEAR, draws=2, scale=200_000, out=out, workers=1)
    return Ensemble(out)


def value(rows: pl.DataFrame, **wanted) -> float:
    for name, one in wanted.items():
        rows = rows.filter(pl.col(name) == one)
    (found,) = rows["median"]
    return found


def test_a_discrepancy_widens_every_interval_and_moves_no_median(ensemble):
    alone, wide = (predicted(ensemble, d, (YEAR,)) for d in (None, WIDE))
    assert alone["median"].equals(wide["median"])
    assert alone["low_90_with"].is_null().all()
    known = wide.filter(pl.col("median") > 0.1)
    assert (known["high_90_with"] > known["high_90"]).all()
    assert (known["low_90_with"] < known["low_90"]).all()
    assert set(wide["posterior"]) == {"strict"}


def test_parts_are_those_of_the_whole_in_each_world(ensemble):
    for world in ensemble.worlds:
        said = {(s.quantity, s.group, s.place): s.value for s in told(world, (YEAR,))}
        provinces = [v for (q, _, p), v in said.items() if q == "residents" and p != "china"]
        assert len(provinces) == 31
        assert sum(provinces) == pytest.approx(said["residents", "all", "china"])
        orders = [v for (q, g, _), v in said.items() if q == "births" and g != "all"]
        assert sum(orders) == pytest.approx(said["births", "all", "china"])
        left = [
            v
            for (q, g, p), v in said.items()
            if q.startswith("workers") and g == "all" and p != "china"
        ]
        assert np.sum(left) == pytest.approx(
            said["workers who left their township", "all", "china"]
        )


def test_a_year_that_was_not_lived_is_refused(ensemble):
    with pytest.raises(InputError, match=r"--year 2035: .*lived from 1999 to 2001; live it"):
        predicted(ensemble, None, (2035,))
