"""All that the page answers from: lived worlds, their response, its error, the draws' spread."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leftbehind.counts import definitions
from leftbehind.pages.static.cells import Layout
from leftbehind.pages.static.levers import Lever
from leftbehind.pages.static.response import Response, fit, nine_in_ten, scaled

LOW, HIGH = 0.05, 0.95  # of the draws
FEW = 100  # simulated children below which a percentage of error says nothing


@dataclass(frozen=True)
class Answers:
    """`rows` (worlds, numbers) of the design, the world as it was first; the rest of cells.Layout.

    `error` has a row's parts, and `error_whole` (D, T) is that of the country's counts: nine in ten
    worlds left out miss by less. `interval` (2, D, T, R) and `interval_whole` (2, D, T)
    hold 90 percent of the draws. All in simulated persons.
    """

    layout: Layout
    levers: tuple[Lever, ...]
    positions: np.ndarray
    rows: np.ndarray
    response: Response
    error: np.ndarray
    error_whole: np.ndarray
    interval: np.ndarray
    interval_whole: np.ndarray
    checks: np.ndarray  # (worlds, D, T): relative miss of the country's counts
    inside: float  # share of all checked counts of provinces that lie within the stated error
    scale: int

    @staticmethod
    def of(
        levers: Sequence[Lever],
        fitted: np.ndarray,
        rows: np.ndarray,
        checked: np.ndarray,
        check_rows: np.ndarray,
        draws: np.ndarray,
        scale: int,
    ) -> "Answers":
        """From the positions and rows of the design, of the worlds that check it, and the draws."""
        layout = Layout.load()
        differences = (rows - rows[0]).astype(float)
        whole = layout.part(rows, "counted").sum(axis=-1)  # (N, D, T)
        moved = (whole - whole[0]).reshape(len(rows), -1).astype(float)
        judged = moved / np.maximum(whole[0].reshape(-1), FEW)
        response = fit(scaled(levers, fitted), judged)
        error = nine_in_ten(response.left_out(differences))
        error_whole = nine_in_ten(response.left_out(moved)).reshape(whole.shape[1:])
        weights = response.of_worlds(scaled(levers, checked))
        answered = layout.part(rows[0] + weights @ differences, "counted")
        lived = layout.part(check_rows, "counted")
        misses = np.abs(answered.sum(axis=-1) - lived.sum(axis=-1))
        counted = layout.part(draws, "counted")
        return Answers(
            layout,
            tuple(levers),
            fitted,
            rows,
            response,
            error,
            error_whole,
            np.quantile(counted, (LOW, HIGH), axis=0),
            np.quantile(counted.sum(axis=-1), (LOW, HIGH), axis=0),
            misses / np.maximum(lived.sum(axis=-1), FEW),
            float((np.abs(answered - lived) <= layout.part(error, "counted") + 0.5).mean()),
            scale,
        )

    def persons(self) -> np.ndarray:
        """Persons for whom a counted simulated child stands, by definition."""
        shares = [definitions.get(name).share for name in self.layout.names]
        return self.scale * np.array(shares)

    def checked_error(self) -> dict[str, float]:
        """How the worlds lived for real lie beside the page's answers, in percent of the count.

        Of the country's counts in the last year, by all definitions.
        """
        last = 100.0 * self.checks[:, :, -1]
        return {
            "worlds": len(last),
            "median": float(np.median(last)),
            "nine_in_ten": float(np.quantile(last, 0.9)),
            "largest": float(last.max()),
            "within_3": float((last <= 3.0).mean()),
            "inside": self.inside,
        }
