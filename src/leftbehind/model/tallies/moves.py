"""Who lives in another province than five years before, as a census asks.

The record does not keep old addresses. Somebody who now works away and left home within five years
has moved from home to there; somebody who came home within five years and had been away when they
began has moved from there to home. A change of the place of work in between is not seen (limit).
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import ABROAD, AT_HOME, alive
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.tallies.tally import Column, Dimension, Tally

WINDOW = 5  # years
YOUNGEST = 5  # a census asks people who were born by then
# Away now and left within the window; came home this year after 1, 2, 3, 4, 5 and more years away.
COLUMNS = ("left", "back_1", "back_2", "back_3", "back_4", "back_5")
LEFT = 0
TALLY = Tally(
    "moves",
    (Dimension("away"),),
    tuple(Column(name) for name in COLUMNS),
    first_year=FIRST_YEAR,
    by_province="home",
)


@allocating_kernel
def away_before(at: Prefecture) -> np.ndarray:
    """Where each person was last year and since when, shape (at.size, 2)."""
    before = np.empty((at.size, 2), np.int16)
    for i in range(at.size):
        before[i, 0] = at.people[i].destination
        before[i, 1] = at.people[i].away_since
    return before


@kernel
def tally(at: Prefecture, before: np.ndarray, province: np.ndarray, out: np.ndarray) -> None:
    """Count the movers of one prefecture into `out` (R, COLUMNS) by the province of work.

    `before` as from `away_before`, taken before this year's moves; `province` (P,).
    """
    for i in range(at.size):
        if at.people[i].place != at.place:
            continue
        if not alive(at.people, i) or at.year - at.people[i].birth_year < YOUNGEST:
            continue
        now = at.people[i].destination
        then = before[i, 0]
        if 0 <= now < ABROAD and at.year - at.people[i].away_since < WINDOW:
            out[province[now], LEFT] += 1
        elif now == AT_HOME and 0 <= then < ABROAD:
            years = min(max(at.year - before[i, 1], 1), WINDOW)
            out[province[then], LEFT + years] += 1
