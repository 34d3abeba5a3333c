"""Rural adults at home, and which of them have work off the farm near home.

A local job reaches a household by a lasting rank of its home (processes/economy.py); all of its
adults are then counted as local workers. Surveys count persons who worked so for half a year.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import AGRICULTURAL, at_home
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.economy import has_local_job
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.tallies.tally import SEX, Dimension, Tally

YOUNGEST, OLDEST = 16, 59
WORK = ("farm or none", "local job")
TALLY = Tally("local", (SEX, Dimension("work", WORK)), first_year=FIRST_YEAR)


@kernel
def tally(at: Prefecture, out: np.ndarray) -> None:
    """Count the rural adults at home of one prefecture, pupils left out, into `out`."""
    for i in range(at.size):
        me = at.people[i]
        age = at.year - me.birth_year
        if me.place != at.place or me.hukou != AGRICULTURAL or me.enrolled == 1:
            continue
        if not YOUNGEST <= age <= OLDEST:
            continue
        if at_home(at.people, i):
            job = 1 if has_local_job(at, i) else 0
            out[me.sex, job] += 1
