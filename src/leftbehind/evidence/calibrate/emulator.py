"""Emulators: what the model would say of each target at a point where it was not run.

One Gaussian process a target: a linear part, a smooth part and noise. Inputs are the active
parameters in prior standard deviations and their squares, weighted by the effect that screening
found on the target. The noise is what the inputs cannot tell: luck (at least that of runs that
differ in luck only) and all other parameters, which every run draws anew from their priors.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

from leftbehind.base.workers import processes

LEAST_WEIGHT = 0.02  # an input without effect is not quite forgotten
SQUARES = 0.3  # weight of an input's square relative to its own
FEWEST = 4


@dataclass(frozen=True)
class Emulator:
    """One target's emulator; `weight` (2 K,), `mean` and `sd` of the outputs it was fitted to."""

    process: GaussianProcessRegressor
    weight: np.ndarray
    mean: float
    sd: float

    @staticmethod
    def fit(z: np.ndarray, y: np.ndarray, effect: np.ndarray, luck: float) -> "Emulator":
        """Fit to runs at `z` (n, K) with outputs `y` (n,), NaN where a run has none.

        `effect` (K,) is what screening found of each input on this target, in any unit; `luck` the
        standard deviation of runs that differ in luck only.
        """
        known = np.isfinite(y)
        z, y = z[known], y[known]
        mean, sd = float(y.mean()), float(y.std()) or 1.0
        scaled = (y - mean) / sd
        share = np.maximum(effect / (effect.max() or 1.0), LEAST_WEIGHT)
        weight = np.concatenate([share, SQUARES * share])
        least = float(np.clip((luck / sd) ** 2, 1e-4, 0.9))
        kernel = (
            ConstantKernel(0.3, (1e-4, 1e2)) * DotProduct(1e-3, "fixed")
            + ConstantKernel(0.1, (1e-4, 1e2)) * RBF(2.0, (0.3, 30.0))
            + WhiteKernel(max(0.3, least), (least, 2.0))
        )
        process = GaussianProcessRegressor(kernel, n_restarts_optimizer=0)
        with warnings.catch_warnings():
            # A hyperparameter at its bound is a finding (no smooth part, noise only), not an error.
            warnings.simplefilter("ignore", ConvergenceWarning)
            process.fit(_inputs(z) * weight, scaled)
        return Emulator(process, weight, mean, sd)

    def expected(self, z: np.ndarray) -> np.ndarray:
        """Mean (n,) of a run at `z` (n, K)."""
        mean: np.ndarray = self.process.predict(_inputs(z) * self.weight)
        return self.mean + self.sd * mean

    def predict(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (n,) of a run at `z` (n, K), its noise included."""
        mean, sd = self.process.predict(_inputs(z) * self.weight, return_std=True)
        return self.mean + self.sd * mean, self.sd * sd


def _inputs(z: np.ndarray) -> np.ndarray:
    """The points and their squares, (n, 2 K)."""
    return np.hstack([z, z**2])


@dataclass(frozen=True)
class Bank:
    """Emulators of all targets (T), and what a finer scale adds to their figures.

    `shift` (T,) and its standard error `shift_error`: the mean of fine runs less that of runs at
    the calibration's scale, both at the prior means.
    """

    emulators: list[Emulator]
    shift: np.ndarray
    shift_error: np.ndarray

    def mean(self, z: np.ndarray) -> np.ndarray:
        """Mean (n, T) of the model at the fine scale."""
        each = [emulator.expected(z) for emulator in self.emulators]
        return np.stack(each, axis=1) + self.shift

    def predict(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (n, T) of the model at the fine scale."""
        each = [emulator.predict(z) for emulator in self.emulators]
        mean = np.stack([m for m, _ in each], axis=1) + self.shift
        sd = np.hypot(np.stack([s for _, s in each], axis=1), self.shift_error)
        return mean, sd

    def errors(self, z: np.ndarray, figures: np.ndarray, shift: np.ndarray) -> np.ndarray:
        """Distances (n, T) of new runs from what was predicted, in predicted deviations."""
        mean, sd = self.predict(z)
        distances: np.ndarray = (figures + shift - mean) / sd
        return distances


def fit_all(
    z: np.ndarray, figures: np.ndarray, effect: np.ndarray, luck: np.ndarray, workers: int
) -> list[Emulator]:
    """An emulator for each column of `figures` (n, T); `effect` (T, K), `luck` (T,)."""
    work = (
        delayed(Emulator.fit)(z, figures[:, t], effect[t], luck[t]) for t in range(figures.shape[1])
    )
    if workers == 1:
        return [function(*args) for function, args, _ in work]
    with processes():
        return list(Parallel(n_jobs=workers)(work))


def enough(figures: np.ndarray) -> np.ndarray:
    """Which targets (T,) have figures from enough runs to be emulated."""
    some: np.ndarray = np.isfinite(figures).sum(axis=0) >= FEWEST
    return some
