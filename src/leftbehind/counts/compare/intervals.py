"""Means over seeds with intervals, and how many runs shared luck saves."""

import math

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.90


def standard_error(values: np.ndarray) -> np.ndarray:
    """Standard error of the mean over the first axis (seeds); nan for one seed."""
    seeds = len(values)
    if seeds < 2:
        return np.full(values.shape[1:], np.nan)
    error: np.ndarray = values.std(axis=0, ddof=1) / math.sqrt(seeds)
    return error


def half_width(error: np.ndarray, seeds: int) -> np.ndarray:
    """Half the 90 percent interval of a mean over `seeds` from its standard error."""
    return error * (stdtrit(seeds - 1, 0.5 + LEVEL / 2) if seeds > 1 else np.nan)


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
