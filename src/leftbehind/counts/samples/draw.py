"""Who comes into a sample: draws keyed by the person, the same whatever the threads.

A person's number for a purpose is a pure function of the sample's seed and the person's key
(base/randomness.py), so the sample of one seed holds the same people in every world in which they
live, and of two worlds with the same luck one draws twins.
"""

import numba
import numpy as np

from leftbehind.base.randomness import luck, seed_word

# Purposes of a sample. They lie beyond the model's (randomness.py), so that no draw serves both.
MEMBER, CLUSTER, ANSWER, STAY = 1001, 1002, 1003, 1004


@numba.vectorize(["float64(uint64, uint64, int64, int64)"], nopython=True, cache=True)
def _luck(word: np.uint64, key: np.uint64, year: int, purpose: int) -> float:
    """The draw of each of many keys."""
    return luck(word, key, year, purpose, 0)


class Lot:
    """The numbers that a sample with `seed` draws."""

    def __init__(self, seed: int) -> None:
        self.word = seed_word(seed)

    def of(self, keys: np.ndarray, purpose: int, year: int = 0) -> np.ndarray:
        """Uniform numbers in (0, 1) of people by `keys` (n,) uint64, one a year and purpose."""
        drawn: np.ndarray = _luck(self.word, np.ascontiguousarray(keys), year, purpose)
        return drawn

    def one(self, purpose: int) -> float:
        """One uniform number of the sample as a whole."""
        return float(luck(self.word, np.uint64(0), 0, purpose, 0))


def chances(sizes: np.ndarray, number: int) -> np.ndarray:
    """Chance of each of (n,) clusters to be among `number` drawn in proportion to their `sizes`.

    None above 1: a cluster too large for its share is taken for certain and the others share what
    is left. The chances add up to `number`.
    """
    out = np.zeros(len(sizes))
    certain = np.zeros(len(sizes), bool)
    while True:
        rest = np.where(certain, 0.0, sizes)
        out = np.where(certain, 1.0, (number - certain.sum()) * rest / max(rest.sum(), 1e-300))
        if not (out > 1.0).any():
            return out
        certain |= out >= 1.0


def systematic(chance: np.ndarray, start: float) -> np.ndarray:
    """Positions drawn systematically, each with exactly its `chance` (Madow 1949).

    `start` is uniform in (0, 1); as many are drawn as the chances add up to.
    """
    edges = np.concatenate([[0.0], np.cumsum(chance)])
    number = round(float(edges[-1]))
    points = start + np.arange(number)
    drawn: np.ndarray = np.clip(
        np.searchsorted(edges, points, side="right") - 1, 0, len(chance) - 1
    )
    return drawn
