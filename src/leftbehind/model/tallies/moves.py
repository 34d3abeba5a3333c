"""Who lives in another province than five years before, as a census asks, in the years of one.

Both residences are those of a census (processes/residence.py), so that people who came home are
counted with those who left, seasonal workers not at all, and everybody once. Who is or was abroad
is left out; who is under five lived nowhere five years before.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import ABROAD, NOWHERE, alive
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.processes.residence import CENSUS_EVERY, is_census, residence
from leftbehind.model.tallies.tally import Dimension, Tally

WINDOW = CENSUS_EVERY
TALLY = Tally(
    "moves",
    (Dimension("lived_in"), Dimension("lives_in")),
    first_year=FIRST_YEAR,
    by_province="home",
)


@kernel
def tally(at: Prefecture, k: int, province: np.ndarray, out: np.ndarray) -> None:
    """Count the movers of prefecture `k` into `out` (R, R) by province then and now.

    `province` (P,) of all prefectures.
    """
    if not is_census(at.year):
        return
    for i in range(at.size):
        if at.people[i].place != at.place or not alive(at.people, i):
            continue
        then = at.people[i].lived
        now = residence(at.people, i, k)
        if then in (NOWHERE, ABROAD) or now == ABROAD:
            continue
        if province[then] != province[now]:
            out[province[then], province[now]] += 1
