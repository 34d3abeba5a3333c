"""What became, in the other world, of a child whom a definition counts in this one."""

import numpy as np

from leftbehind.counts.compare import children
from leftbehind.counts.compare.pairing import Lives
from leftbehind.model.tallies.cells import CITY_WITH_PARENT, P_AWAY, P_AWAY_SHORT, P_HOME, P_LIMITED

FATES = (
    "same carer",
    "other carer",
    "came along",
    "parent stayed",
    "other reason",
    "not born",
    "died",
    "grown up",
)
SAME, OTHER_CARER, CAME_ALONG, PARENT_STAYED, OTHER_REASON, NOT_BORN, DIED, GROWN_UP = range(8)
# Fates of children who live in both worlds as children and are counted in one only.
ONE_WORLD_ONLY = (CAME_ALONG, PARENT_STAYED, OTHER_REASON)

MEANING = {
    "same carer": "counted in the other world too, same arrangement",
    "other carer": "counted in the other world too, other arrangement",
    "came along": "lives in the city with a parent there",
    "parent stayed": "a parent who is away here is at home there",
    "other reason": "not counted there: shorter absence, other residence or hukou, divorce, "
    "death of a parent, another age",
    "not born": "was not born there, or not yet",
    "died": "died there",
    "grown up": "was born earlier there and is 18 or older",
}


def fates(
    here: np.ndarray, there: np.ndarray, cell_there: np.ndarray, counted: np.ndarray, lives: Lives
) -> np.ndarray:
    """Fate of each pair, for pairs counted `here`; the first that holds, in the order of the code.

    `here` and `there` are positions among `lives`, `cell_there` the packed cells of the other world
    (negative: missing there), `counted` (cells,) what one definition counts.
    """
    codes = lives.codes
    stayed = np.zeros(len(here), dtype=bool)
    for parent in ("father", "mother"):
        mine, other = codes[parent][here], codes[parent][there]
        stayed |= np.isin(mine, (P_AWAY, P_AWAY_SHORT)) & np.isin(other, (P_HOME, P_LIMITED))
    same = codes["arrangement"][here] == codes["arrangement"][there]
    return np.select(
        [
            cell_there == children.NOT_BORN,
            cell_there == children.DIED,
            cell_there == children.GROWN_UP,
            counted[there] & same,
            counted[there],
            codes["residence"][there] == CITY_WITH_PARENT,
            stayed,
        ],
        [NOT_BORN, DIED, GROWN_UP, SAME, OTHER_CARER, CAME_ALONG, PARENT_STAYED],
        OTHER_REASON,
    )
