"""How far somebody went, in the steps by which surveys tell distances."""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import ABROAD, ABROAD_NAME

WHERE = ("same prefecture", "same province", "other province", ABROAD_NAME)  # the nearest first
OUTSIDE_PROVINCE = WHERE[2:]


@kernel
def distance(destination: int, origin: int, province: np.ndarray) -> int:
    """Position in WHERE of a destination for people of prefecture `origin`; `province` (P,)."""
    if destination == ABROAD:
        return 3
    if destination == origin:
        return 0
    return 1 if province[destination] == province[origin] else 2
