"""Simulation-based calibration: ranks of a linear world are uniform, of a wrong one not."""

from dataclasses import replace

import numpy as np
import pytest

from leftbehind.base.errors import InputError
from leftbehind.evidence.calibrate import ranks as machine
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.ranks import BINS, DRAWS, Ranks, ranks
from leftbehind.evidence.calibrate.targets import Aims, Target


def linear_world(number: int, seed: int):
    """Two parameters, three figures, normal errors: all that the machine assumes."""
    rng = np.random.default_rng(seed)
    ends = np.full(2, 4.0)
    priors = Priors(("a", "b"), np.zeros(2), np.ones(2), -ends, ends, ("a", "b"))
    z = priors.quantile(rng.random((number, 2)))
    luck = 0.05 * np.ones(3)
    figures = z @ np.array([[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]]) + luck * rng.standard_normal(
        (number, 3)
    )
    targets = tuple(Target(f"t{k}", f"t{k}", 2010, "china", "absolute", 0.0) for k in range(3))
    aims = Aims(targets, np.zeros(3), np.full(3, 0.7), np.zeros(3))
    return priors, z, figures, aims, luck


@pytest.fixture(scope="module")
def found() -> Ranks:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "DRAWS", 4)  # a fifth of the time
        return ranks(*linear_world(20, 1), seed=1)


def test_ranks_of_a_linear_world_have_the_mean_of_uniform_ones(found):
    """40 ranks of 0 to 4: mean 2, standard error 0.22 if they were independent."""
    assert found.ranks.shape == (20, 2)
    assert found.ranks.min() >= 0 and found.ranks.max() <= 4
    assert found.ranks.mean() == pytest.approx(2.0, abs=0.7)


def test_the_chi_square_is_that_of_the_bins():
    even = np.repeat(np.arange(DRAWS + 1), 2)[:, None]
    row = Ranks(("a",), even).table().row(0, named=True)
    assert [row[f"bin_{k + 1}"] for k in range(BINS)] == [8] * BINS and row["p"] == 1.0


def test_too_few_runs_are_refused():
    priors, z, figures, aims, luck = linear_world(19, 4)
    with pytest.raises(InputError, match="ranks: 19 runs; at least 20 are needed"):
        ranks(priors, z, figures, replace(aims), luck, seed=1)
