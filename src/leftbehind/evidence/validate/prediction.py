"""What an ensemble foretells of each published figure: median and intervals over its draws.

A prediction says whether the published figure lies inside the intervals, and if not how far out. An
interval holds what the draws differ in: parameters and luck. It leaves out the published figure's
own error and what every draw has in common, the model's form and its tables.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.counts.intervals import quantiles
from leftbehind.counts.world import World
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.evidence.validate.check import Check, plain

LAST_FITTED = 2012  # held-out figures of later years judge the model's course, not its level


@dataclass(frozen=True)
class Prediction:
    """The model's interval for one published figure; `check` is that of the first draw.

    All in `check.unit`. NaN where no draw could measure it. Where the figure itself comes from
    parameters (kin by theory) `published` is its median over the draws.
    """

    check: Check
    published: float
    median: float
    low_50: float
    high_50: float
    low_90: float
    high_90: float

    @staticmethod
    def of(checks: Sequence[Check]) -> "Prediction":
        """From the same check of every draw."""
        published = float(np.median([check.published for check in checks]))
        return Prediction(checks[0], published, **quantiles([check.model for check in checks]))

    @property
    def inside_50(self) -> bool:
        """Whether the published figure lies in the 50 percent interval, ends included."""
        return self.low_50 <= self.published <= self.high_50

    @property
    def inside_90(self) -> bool:
        """Whether the published figure lies in the 90 percent interval, ends included."""
        return self.low_90 <= self.published <= self.high_90

    @property
    def outside(self) -> float:
        """Distance of the published figure from the nearer end of the 90 percent interval.

        In `check.unit`; 0 inside, NaN where nothing was measured.
        """
        if math.isnan(self.median):
            return math.nan
        return max(self.low_90 - self.published, self.published - self.high_90, 0.0)

    @property
    def half_widths(self) -> float:
        """The same distance over half the width of that interval; infinite if it has none."""
        half = (self.high_90 - self.low_90) / 2
        if self.outside == 0.0 or math.isnan(self.outside):
            return self.outside
        return self.outside / half if half > 0 else math.inf

    @property
    def percent(self) -> float:
        """The same distance in percent of the published figure; NaN if that is zero."""
        return 100.0 * self.outside / abs(self.published) if self.published else math.nan

    @property
    def judges(self) -> bool:
        """Whether the figure was held out and is later than the years fitted, read by its words."""
        later = int(self.check.year.split("-")[-1]) > LAST_FITTED
        return self.check.held_out and later and not self.check.is_reading

    def record(self) -> dict[str, Any]:
        """All of it for JSON."""
        names = ("group", "what", "year", "place", "unit", "basis", "source", "held_out", "note")
        own = (
            "published",
            "median",
            "low_50",
            "high_50",
            "low_90",
            "high_90",
            "inside_50",
            "inside_90",
            "half_widths",
            "percent",
            "judges",
        )
        told = {name: getattr(self.check, name) for name in names}
        return told | {name: plain(getattr(self, name)) for name in own}


def predictions(
    ensemble: Ensemble, ask: Callable[[World], list[Check]], workers: int = 1
) -> list[Prediction]:
    """One prediction a check that `ask` makes of every draw, in their order.

    With several workers `ask` must be a function of a module. Raises InputError if the draws do not
    make the same checks: their tables are damaged.
    """
    made = ensemble.each(ask, workers)
    compared = [[(c.group, c.what, c.year, c.place) for c in checks] for checks in made]
    for number, names in enumerate(compared, 1):
        if names != compared[0]:
            raise InputError(
                f"{ensemble.folder}: draws 1 and {number} do not allow the same comparisons; "
                "make the ensemble again"
            )
    return [Prediction.of(checks) for checks in zip(*made, strict=True)]
