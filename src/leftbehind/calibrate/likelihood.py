"""The posterior: a Markov chain over the emulators, each draw then run for real.

Active parameters: prior times a normal likelihood of all targets, with the emulators' uncertainty
added to that of the targets. All other parameters keep their priors: they matter too little for the
targets to learn of them, and their noise is part of the emulators'. Each draw of both is run for
real; a draw is kept if its second largest implausibility, from its own run, is below the cut.
"""

from dataclasses import dataclass

import numpy as np

from leftbehind.calibrate.chain import Chain, sample
from leftbehind.calibrate.emulator import Bank
from leftbehind.calibrate.matching import implausibility, nth_largest
from leftbehind.calibrate.priors import Priors
from leftbehind.calibrate.targets import Aims

RANK = 2


@dataclass(frozen=True)
class Posterior:
    """The density that the chain samples."""

    bank: Bank
    aims: Aims
    priors: Priors  # of the active parameters

    def log_density(self, z: np.ndarray) -> np.ndarray:
        """Log posterior (n,) of points (n, K) in prior standard deviations, to a constant."""
        density = self.priors.log_density(z)
        inside = np.isfinite(density)
        if inside.any():
            density[inside] += self._log_likelihood(z[inside])
        return density

    def _log_likelihood(self, z: np.ndarray) -> np.ndarray:
        mean, sd = self.bank.predict(z)
        covariance = np.broadcast_to(self.aims.covariance(), (len(z), *2 * (mean.shape[1],))).copy()
        own = np.arange(mean.shape[1])
        covariance[:, own, own] += sd**2
        factor = np.linalg.cholesky(covariance)
        gap = np.linalg.solve(factor, (mean - self.aims.published)[..., None])[..., 0]
        log_root = np.log(factor[:, own, own]).sum(axis=1)
        return -0.5 * np.sum(gap**2, axis=1) - log_root

    def chain(self, start: np.ndarray, steps: int, seed: int) -> Chain:
        """Sample it; `start` (m, K) are points to begin from."""
        return sample(self.log_density, start, steps, seed)


def kept(
    figures: np.ndarray, shift: np.ndarray, noise: np.ndarray, aims: Aims, cut: float
) -> np.ndarray:
    """Which real runs (n,) with `figures` (n, T) are close enough; `noise` (T,): luck and scale."""
    worst = nth_largest(implausibility(figures + shift, noise, aims), RANK)
    return worst < cut
