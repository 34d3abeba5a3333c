"""Simulation-based calibration of the fitting machine (Talts and others 2018).

Parameters are drawn from their priors, the model is run there, and its figures with errors of the
targets' size are given to the machine as if they were published. If emulators and draws are right,
the rank of the true value among the posterior's draws is uniform for every parameter. The runs are
emulated by those of the other folds, so no emulator has seen the run that it judges. The last step
of a calibration, which corrects each draw by its own run, is left out: it would cost a calibration
for each of the runs.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy.stats import chisquare

from leftbehind.base.errors import InputError
from leftbehind.evidence.calibrate.emulator import Bank, fit_all
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.randomised import Problem
from leftbehind.evidence.calibrate.targets import Aims

FOLDS = 5
DRAWS = 19  # of each posterior: ranks 0 to 19
BINS = 5  # of the test: four ranks each
LEAST_P = 0.01


@dataclass(frozen=True)
class Ranks:
    """Ranks (n, K) of the true values, 0 to `DRAWS`, of n runs and K parameters."""

    names: tuple[str, ...]
    ranks: np.ndarray

    def table(self) -> pl.DataFrame:
        """A row a parameter: counts of its ranks in even bins, and the chi-square's p."""
        return pl.DataFrame([_row(n, self.ranks[:, k]) for k, n in enumerate(self.names)])

    def uniform(self) -> float:
        """Share of the parameters whose ranks are not against uniform (p above 0.01)."""
        return float((self.table()["p"] > LEAST_P).mean() or 0.0)  # type: ignore[arg-type]


def _row(name: str, ranks: np.ndarray) -> dict[str, object]:
    counts = np.histogram(ranks, bins=BINS, range=(-0.5, DRAWS + 0.5))[0]
    bins = {f"bin_{k + 1}": int(count) for k, count in enumerate(counts)}
    return {"parameter": name, **bins, "p": float(chisquare(counts).pvalue)}


def ranks(
    priors: Priors,
    z: np.ndarray,
    figures: np.ndarray,
    aims: Aims,
    luck: np.ndarray,
    seed: int,
    workers: int = 1,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Ranks:
    """Ranks of the runs at `z` (n, K) with `figures` (n, T) on the targets' scales.

    `luck` (T,) is the deviation of runs that differ in luck only. InputError for too few runs.
    """
    number = len(z)
    if number < 4 * FOLDS:
        raise InputError(f"ranks: {number} runs; at least {4 * FOLDS} are needed")
    rng = np.random.default_rng([seed, zlib.crc32(b"ranks")])
    fold = np.arange(number) % FOLDS
    found = np.zeros((number, z.shape[1]), np.int64)
    none = np.zeros(len(aims.targets))
    effect = _effects(z, figures)
    for k in range(FOLDS):
        others = fold != k
        bank = Bank(fit_all(z[others], figures[others], effect, luck, workers), none, none)
        for done, i in enumerate(np.flatnonzero(~others)):
            draws = _posterior(bank, priors, figures[i], aims, rng, workers)
            found[i] = (draws < z[i]).sum(axis=0)
            tell(k * number // FOLDS + done + 1, number)
    return Ranks(priors.names, found)


def _posterior(
    bank: Bank,
    priors: Priors,
    truth: np.ndarray,
    aims: Aims,
    rng: np.random.Generator,
    workers: int,
) -> np.ndarray:
    """Draws (DRAWS, K) given figures `truth` (T,) blurred by the targets' errors."""
    size, targets = len(priors.names), len(truth)
    blurred = truth + np.linalg.cholesky(aims.covariance()) @ rng.standard_normal(targets)
    own = bank.predict(np.zeros((1, size)))[1][0]  # luck is in the emulators' noise
    problem = Problem(bank, replace(aims, published=blurred), priors, own)
    centre = priors.standardised(priors.quantile(rng.random((DRAWS, size))))
    normal = rng.standard_normal((DRAWS, targets))
    return problem.solve_all(centre, centre, normal, np.zeros_like(normal), workers)


def _effects(z: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Size (T, K) of each parameter's effect on each target: of the least-squares plane."""
    design = np.column_stack([np.ones(len(z)), z])
    planes: Sequence[np.ndarray] = np.linalg.lstsq(design, figures, rcond=None)[0][1:]
    return np.abs(np.asarray(planes)).T
