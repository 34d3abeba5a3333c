"""Sampling a density of many parameters: the affine-invariant ensemble sampler (emcee)."""

from collections.abc import Callable
from dataclasses import dataclass

import emcee
import numpy as np

WALKERS_EACH = 4  # walkers a parameter
BURN_IN = 0.4  # share of the steps that is forgotten


@dataclass(frozen=True)
class Chain:
    """Points (steps, walkers, K) after the burn-in."""

    points: np.ndarray

    def draw(self, number: int, rng: np.random.Generator) -> np.ndarray:
        """Points (number, K) spread over the chain, at random."""
        flat = self.points.reshape(-1, self.points.shape[-1])
        return flat[rng.choice(len(flat), size=number, replace=len(flat) < number)]


def sample(
    log_density: Callable[[np.ndarray], np.ndarray], start: np.ndarray, steps: int, seed: int
) -> Chain:
    """Sample `log_density` ((n, K) -> (n,)) from good points `start` (m, K).

    Walkers start at the best points, spread a little where there are too few.
    """
    size = start.shape[1]
    walkers = max(WALKERS_EACH * size, 8)
    walkers += walkers % 2
    rng = np.random.default_rng([seed, size])
    best = start[np.argsort(-log_density(start), kind="stable")]
    at = best[np.arange(walkers) % len(best)] + 0.01 * rng.standard_normal((walkers, size))
    outside = ~np.isfinite(log_density(at))
    # Towards the prior mean from the best point is inside.
    at[outside] = best[0] * (1.0 - 0.1 * rng.random((int(outside.sum()), size)))
    sampler = emcee.EnsembleSampler(walkers, size, log_density, vectorize=True)
    state = emcee.State(at, random_state=np.random.RandomState(seed % 2**32).get_state())
    sampler.run_mcmc(state, steps)
    return Chain(sampler.get_chain(discard=int(BURN_IN * steps)))
