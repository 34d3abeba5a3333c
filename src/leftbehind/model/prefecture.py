"""A prefecture in a year: what every process is given."""

from typing import NamedTuple

import numpy as np


class Prefecture(NamedTuple):
    """The people of one prefecture and the conditions of the year, in one argument for kernels."""

    people: np.ndarray  # PERSON records of the prefecture, room for the year's births included
    size: int  # records used
    year: int
    word: np.uint64  # the seed (randomness.seed_word)
    here: np.record  # PLACE: conditions of this prefecture this year
    p: np.record  # parameters of the year
