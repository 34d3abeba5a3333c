"""What anybody could say without a model, from the figures published up to a cut.

*Persistence*: nothing changes after the last figure. Its spread is that of a random walk, so the
variance grows with the years. *Trend*: the least-squares line through all figures up to the cut,
with the variance of a regression's prediction. One figure has no trend: it persists.

Few figures say little about their own spread, so each variance is pooled: the series' own squares
and `OWN` more at the median of all series of the kind (an empirical Bayes estimate). All of it on
the scale of the series: logarithms (relative) or its own unit (absolute).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from leftbehind.base.errors import InputError

OWN = 2.0  # squares at the pooled variance that every series is given: an assumption
# Variance a year where no series has two figures: 5 percent, 1 point. An assumption.
UNKNOWN = {"relative": 0.05**2, "absolute": 1.0}
NAMES = ("persistence", "trend")


@dataclass(frozen=True)
class Normal:
    """A prediction: mean and standard deviation on the scale of the series."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Pooled:
    """Median variances over series of one kind: of a step a year, and about the line."""

    step: float
    line: float

    @staticmethod
    def of(histories: Iterable[tuple[np.ndarray, np.ndarray]], kind: str) -> "Pooled":
        """From the figures (years (n,), values (n,)) of all series of a kind up to the cut."""
        known = list(histories)
        steps = [np.mean(_steps(t, y)) for t, y in known if len(t) > 1]
        lines = [_residuals(t, y) / (len(t) - 2) for t, y in known if len(t) > 2]
        step = float(np.median(steps)) if steps else UNKNOWN[kind]
        return Pooled(step or UNKNOWN[kind], float(np.median(lines)) if lines else step)


def persistence(years: Sequence[int], values: Sequence[float], year: int, pooled: Pooled) -> Normal:
    """The last figure, with the spread of a random walk. InputError without a figure."""
    t, y = _history(years, values)
    steps = _steps(t, y)
    variance = (steps.sum() + OWN * pooled.step) / (len(steps) + OWN)
    return Normal(float(y[-1]), float(np.sqrt(variance * (year - t[-1]))))


def trend(years: Sequence[int], values: Sequence[float], year: int, pooled: Pooled) -> Normal:
    """The line through all figures; with one figure `persistence`. InputError without a figure."""
    t, y = _history(years, values)
    if len(t) < 2:
        return persistence(years, values, year, pooled)
    slope, level = np.polyfit(t - t.mean(), y, 1)
    variance = (_residuals(t, y) + OWN * pooled.line) / (len(t) - 2 + OWN)
    ahead = year - t.mean()
    inflated = 1.0 + 1.0 / len(t) + ahead**2 / np.sum((t - t.mean()) ** 2)
    return Normal(float(level + slope * ahead), float(np.sqrt(variance * inflated)))


def _history(years: Sequence[int], values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    if not len(years):
        raise InputError("a benchmark needs a figure published up to the cut; there is none")
    order = np.argsort(years)
    return np.asarray(years, float)[order], np.asarray(values, float)[order]


def _steps(t: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Squared steps (n - 1,) a year."""
    squared: np.ndarray = np.diff(y) ** 2 / np.diff(t)
    return squared


def _residuals(t: np.ndarray, y: np.ndarray) -> float:
    """Sum of squares about the least-squares line."""
    line = np.polyval(np.polyfit(t - t.mean(), y, 1), t - t.mean())
    return float(np.sum((y - line) ** 2))
