"""Home units: neighbouring prefectures of one province whose people are kept in one array.

Who seeks a partner finds one in the home unit. At a coarse scale the simulated people of a single
prefecture are too few to marry: at 1:20,000 a prefecture has some thirty men and thirty women of
ten years of age, and luck alone leaves a tenth of the men single. So a unit takes in prefectures,
in the order of their codes, until it holds UNIT_SIZE founders; where prefectures hold as many, each
is a unit. Everything else a person meets is that of the own prefecture (field `place`).
"""

from itertools import pairwise

import numpy as np

# Simulated founders that a unit holds at least. With 1,200, rural bachelors of 30 to 49 in 2010 are
# 5.6, 5.6 and 6.1 percent at 1:5,000, 1:10,000 and 1:20,000, single women of 45 to 54 0.9, 1.0 and
# 1.5; with 600 they were 6.1, 6.0, 6.5 and 1.6, 1.5, 1.9 (2, 6 and 8 seeds). Larger units open
# marriages over ever more prefectures and leave ever fewer poor men single.
UNIT_SIZE = 1200


def home_units(sizes: np.ndarray, first: np.ndarray, least: int | None = None) -> np.ndarray:
    """First prefecture of each unit, and the number of prefectures at the end: (units + 1,).

    `sizes` (P,) are the founders of each prefecture, `first` (R + 1,) the first prefecture of each
    province, `least` the founders that a unit should hold (UNIT_SIZE). The last prefectures of a
    province that fall short of it belong to the unit before them.
    """
    least = UNIT_SIZE if least is None else least
    edges: list[int] = []
    for low, high in pairwise(first.tolist()):
        begun, held = low, 0
        mine = []
        for k in range(low, high):
            held += int(sizes[k])
            if held >= least:
                mine.append(begun)
                begun, held = k + 1, 0
        edges += mine or [low]  # a province that falls short is one unit
    return np.array([*edges, len(sizes)], dtype=np.int64)
