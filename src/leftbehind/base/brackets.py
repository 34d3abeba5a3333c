"""Numbers between which a draw or a logarithm lies, read from tables: no logarithm is taken.

A draw is a uniform number turned into a normal or Gumbel one by a function that grows with it, so
its value lies between those at the edges of the bin that the uniform falls into.
"""

import decimal
from statistics import NormalDist

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.elementary import exp
from leftbehind.base.randomness import log_positive_stable, luck

BINS = 512
NEST_BINS = 64
_INNER = range(1, BINS)
_EXACT = decimal.Context(prec=20)


def _ln(x: float) -> float:
    """The same on every machine, which a C library's logarithm is not."""
    return float(_EXACT.ln(decimal.Decimal(x)))


# The outer edges lie beyond what a uniform number of 52 bits can give.
_GUMBEL = np.array([-3.7, *(-_ln(-_ln(k / BINS)) for k in _INNER), 37.0])
_NORMAL = np.array([-8.3, *(NormalDist().inv_cdf(k / BINS) for k in _INNER), 8.3])
_LN_2 = _ln(2.0)


@kernel
def normal_between(
    word: np.uint64, key: np.uint64, year: int, purpose: int, alternative: int
) -> tuple[float, float]:
    """(below, above): between which randomness.normal of the same arguments lies."""
    k = int(luck(word, key, year, purpose, alternative) * BINS)
    return _NORMAL[k], _NORMAL[k + 1]


@kernel
def gumbel_between(
    word: np.uint64, key: np.uint64, year: int, purpose: int, alternative: int
) -> tuple[float, float]:
    """(below, above): between which randomness.gumbel of the same arguments lies."""
    k = int(luck(word, key, year, purpose, alternative) * BINS)
    return _GUMBEL[k], _GUMBEL[k + 1]


@kernel
def log_at_most(x: float) -> float:
    """A number not below ln x, for x above 0: the lowest of its tangents at 1/2, 1, 2 and 4."""
    low = min(2.0 * x - 1.0 - _LN_2, x - 1.0)
    return min(low, min(0.5 * x - 1.0 + _LN_2, 0.25 * x - 1.0 + 2.0 * _LN_2))


@allocating_kernel
def stable_at_most(index: float) -> np.ndarray:
    """What log_positive_stable(u, v, index) is at most, for each bin of u, at v of e^-1.

    Shape (NEST_BINS,). It is a sum of a growing function of u, this one, and of (1 - index) / index
    times the Gumbel number of v, which is 0 there (Kanter 1975).
    """
    out = np.empty(NEST_BINS)
    v = exp(-1.0)
    for k in range(NEST_BINS - 1):
        out[k] = log_positive_stable((k + 1.0) / NEST_BINS, v, index)
    out[NEST_BINS - 1] = 0.0 if index >= 1.0 else np.inf
    return out
