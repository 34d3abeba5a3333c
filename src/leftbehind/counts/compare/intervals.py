"""Means over seeds with intervals, and how many runs shared luck saves."""

import math

import numpy as np

LEVEL = 0.90
# 95th percentiles of Student's t for 1 to 30 degrees of freedom (standard tables).
T95 = (
    6.314,
    2.920,
    2.353,
    2.132,
    2.015,
    1.943,
    1.895,
    1.860,
    1.833,
    1.812,
    1.796,
    1.782,
    1.771,
    1.761,
    1.753,
    1.746,
    1.740,
    1.734,
    1.729,
    1.725,
    1.721,
    1.717,
    1.714,
    1.711,
    1.708,
    1.706,
    1.703,
    1.701,
    1.699,
    1.697,
)
NORMAL95 = 1.6449


def t95(degrees: int) -> float:
    """95th percentile of Student's t, within 0.001 of the exact value."""
    if degrees <= len(T95):
        return T95[degrees - 1]
    z = NORMAL95
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def standard_error(values: np.ndarray) -> np.ndarray:
    """Standard error of the mean over the first axis (seeds); nan for one seed."""
    seeds = len(values)
    if seeds < 2:
        return np.full(values.shape[1:], np.nan)
    error: np.ndarray = values.std(axis=0, ddof=1) / math.sqrt(seeds)
    return error


def half_width(error: np.ndarray, seeds: int) -> np.ndarray:
    """Half the 90 percent interval of a mean over `seeds` from its standard error."""
    return error * (t95(seeds - 1) if seeds > 1 else np.nan)


def fewer_runs(before: np.ndarray, after: np.ndarray) -> float:
    """How many pairs of unrelated runs tell as much as one pair with the same luck.

    `before` and `after` (seeds, years) are counts with the same seeds in the same order: the
    variance of the difference of unrelated runs, var(before) + var(after), over that of the paired
    differences, both summed over years. nan for fewer than two seeds or no difference at all.
    """
    if len(before) < 2:
        return math.nan
    paired = float((after - before).var(axis=0, ddof=1).sum())
    unrelated = float((before.var(axis=0, ddof=1) + after.var(axis=0, ddof=1)).sum())
    return unrelated / paired if paired > 0 else math.nan
