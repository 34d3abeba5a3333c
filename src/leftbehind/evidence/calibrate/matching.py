"""History matching: where in the parameters' space the model cannot be ruled out yet.

The implausibility of a point for a target is the distance of the emulated figure from the published
one over the standard deviation of all that is uncertain: published error, discrepancy, emulator
with its noise, scale. A point is ruled out if its n-th largest implausibility reaches the cut. What
is not ruled out is sampled by its prior for the next wave of runs.
"""

from dataclasses import dataclass

import numpy as np

from leftbehind.evidence.calibrate.chain import sample
from leftbehind.evidence.calibrate.emulator import Bank
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.targets import Aims

WALL = 50.0  # how steeply the density falls beyond the cut, so that walkers find the way in


def implausibility(mean: np.ndarray, sd: np.ndarray | float, aims: Aims) -> np.ndarray:
    """Implausibilities (n, T) of figures `mean` (n, T) known to `sd`; infinite where NaN."""
    found = np.abs(mean - aims.published) / np.hypot(aims.tolerance, sd)
    return np.where(np.isfinite(found), found, np.inf)


def nth_largest(values: np.ndarray, rank: int) -> np.ndarray:
    """The `rank`-th largest (n,) of each row of `values` (n, T)."""
    rank = min(rank, values.shape[1])
    return np.sort(values, axis=1)[:, -rank]


def distance(mean: np.ndarray, aims: Aims) -> np.ndarray:
    """Root mean square (n,) of the distances from the targets in tolerances; NaN if any is."""
    return np.sqrt(np.mean(((mean - aims.published) / aims.tolerance) ** 2, axis=1))


@dataclass(frozen=True)
class Space:
    """What is not ruled out by the emulators of a wave."""

    bank: Bank
    aims: Aims
    priors: Priors  # of the active parameters
    cut: float
    rank: int

    def worst(self, z: np.ndarray) -> np.ndarray:
        """The implausibility (n,) that decides, of points (n, K)."""
        return nth_largest(implausibility(*self.bank.predict(z), self.aims), self.rank)

    def draw(self, number: int, candidates: np.ndarray, steps: int, seed: int) -> np.ndarray:
        """Points (number, K) of the space, by their prior; `candidates` (m, K) are where to look.

        Where too little of the prior is left, a chain walks inside what is.
        """
        rng = np.random.default_rng([seed, number])
        inside = candidates[self.worst(candidates) < self.cut]
        if len(inside) >= number:
            return inside[:number]
        chain = sample(self._log_density, candidates, steps, seed)
        return chain.draw(number, rng)

    def left(self, candidates: np.ndarray) -> float:
        """Share of prior draws (m, K) that is not ruled out."""
        return float(np.mean(self.worst(candidates) < self.cut))

    def _log_density(self, z: np.ndarray) -> np.ndarray:
        density = self.priors.log_density(z)
        inside = np.isfinite(density)
        beyond = np.zeros(len(z))
        if inside.any():
            beyond[inside] = np.maximum(self.worst(z[inside]) - self.cut, 0.0)
        return density - WALL * beyond
