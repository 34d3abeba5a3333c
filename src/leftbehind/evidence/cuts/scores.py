"""Proper scores of a prediction: lower is better.

Four small formulas of our own (Gneiting & Raftery 2007): the library that has them (scoringrules)
compiles for eight seconds whenever it is imported.
"""

import numpy as np
from scipy.stats import norm

LEVEL = 0.9  # of the intervals that are scored


def crps_of_sample(sample: np.ndarray, observed: float) -> float:
    """Continuous ranked probability score of draws (n,): E|X - y| - E|X - X'| / 2."""
    ordered = np.sort(np.asarray(sample, dtype=float))
    n = len(ordered)
    between = 2.0 * float((2 * np.arange(1, n + 1) - n - 1) @ ordered) / n**2  # E|X - X'|
    return float(np.abs(ordered - observed).mean()) - between / 2.0


def crps_of_normal(mean: float, sd: float, observed: float) -> float:
    """The same of a normal prediction, in closed form; of a point (sd 0) the absolute error."""
    if sd == 0.0:
        return abs(observed - mean)
    z = (observed - mean) / sd
    return float(sd * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)))


def interval_score(low: float, high: float, observed: float, level: float = LEVEL) -> float:
    """Width of a central interval, and 2 / (1 - level) for each unit that the figure lies out."""
    out = max(low - observed, observed - high, 0.0)
    return high - low + 2.0 / (1.0 - level) * out


def skill(score: float, benchmark: float) -> float:
    """1 - score / benchmark: 1 is perfect, 0 no better, below 0 worse; NaN without a benchmark."""
    return 1.0 - score / benchmark if benchmark > 0 else float("nan")
