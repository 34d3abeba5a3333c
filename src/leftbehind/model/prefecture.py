"""A prefecture in a year: what every process is given."""

from typing import NamedTuple

import numpy as np


class Prefecture(NamedTuple):
    """The people of a home unit, one of its prefectures, and the conditions of the year there.

    In one argument for kernels. A process concerns those whose `place` it is; the others are there
    as their kin, and as who may marry them.
    """

    people: np.ndarray  # PERSON records of the unit, room for the year's births included
    size: int  # records used
    year: int
    word: np.uint64  # the seed (randomness.seed_word)
    here: np.record  # PLACE: conditions of this prefecture this year
    p: np.record  # parameters of the year
    place: int = 0  # of the unit's prefectures, which this one is
