"""The posterior by randomised maximum likelihood, each draw then run, corrected and run again.

For each draw, a point of the prior and errors of all targets are drawn; the draw is the point that
best trades the distance from that prior point against the distance from the targets with those
errors (Kitanidis 1995; Oliver, He & Reynolds 1996). For a linear model with normal errors that
samples the posterior exactly, else nearly, and in any number of parameters.

The emulators cannot know what a draw's luck and its parameters that are not active add to a figure;
its own run can. So each draw is run, what the run shows beyond the emulated figure is taken as its
own, and the draw is solved again with the same prior point, errors, luck and other parameters.
"""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import least_squares

from leftbehind.base.workers import processes
from leftbehind.evidence.calibrate.emulator import Bank
from leftbehind.evidence.calibrate.matching import implausibility, nth_largest
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.targets import Aims

RANK = 3  # a draw is kept if its third largest implausibility, from its own run, is below the cut
STEP = 1e-3  # of finite differences, prior deviations
MOST_LOOKS = 40  # evaluations of a solution


@dataclass(frozen=True)
class Problem:
    """What every draw is solved for; `own` (T,) is the deviation of a figure besides the aims'."""

    bank: Bank
    aims: Aims
    priors: Priors  # of the active parameters
    own: np.ndarray

    def root(self) -> np.ndarray:
        """Lower Cholesky factor (T, T) of the covariance of all errors."""
        factor: np.ndarray = np.linalg.cholesky(self.aims.covariance() + np.diag(self.own**2))
        return factor

    def solve(
        self, start: np.ndarray, centre: np.ndarray, normal: np.ndarray, beyond: np.ndarray
    ) -> np.ndarray:
        """One draw (K,) in prior deviations.

        `start` (K,) is where to begin, `centre` (K,) the prior point, `normal` (T,) standard normal
        numbers that become the targets' errors, `beyond` (T,) what the draw's run showed beyond the
        emulated figures.
        """
        root = self.root()
        wanted = self.aims.published + root @ normal - beyond
        inverse = np.linalg.inv(root)

        def gaps(z: np.ndarray) -> np.ndarray:
            figures = self.bank.mean(z[None])[0]
            return np.concatenate([z - centre, inverse @ (figures - wanted)])

        def slopes(z: np.ndarray) -> np.ndarray:
            moved = self.bank.mean(np.vstack([z, z + STEP * np.eye(len(z))]))
            return np.vstack([np.eye(len(z)), inverse @ ((moved[1:] - moved[0]) / STEP).T])

        low, high = (self.priors.standardised(end) for end in (self.priors.low, self.priors.high))
        inside = np.clip(start, low + 1e-6, high - 1e-6)
        found = least_squares(gaps, inside, jac=slopes, bounds=(low, high), max_nfev=MOST_LOOKS)
        solved: np.ndarray = found.x
        return solved

    def solve_all(
        self,
        start: np.ndarray,
        centre: np.ndarray,
        normal: np.ndarray,
        beyond: np.ndarray,
        workers: int,
    ) -> np.ndarray:
        """All draws (n, K), one row of each argument a draw."""
        rows = list(zip(start, centre, normal, beyond, strict=True))
        if workers == 1:
            return np.array([self.solve(*row) for row in rows])
        with processes():
            return np.array(Parallel(n_jobs=workers)(delayed(self.solve)(*row) for row in rows))


def kept(figures: np.ndarray, noise: np.ndarray, aims: Aims, cut: float) -> np.ndarray:
    """Which runs (n,) with `figures` (n, T) are close enough; `noise` (T,): luck and scale."""
    close: np.ndarray = nth_largest(implausibility(figures, noise, aims), RANK) < cut
    return close
