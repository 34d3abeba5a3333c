"""Which worlds are lived: the one that was, each lever alone at its ends, and a Sobol sequence.

Positions are multiples of each lever's step: every world lived is one that a reader can set.
Worlds that check the page come from another sequence and are never fitted.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import qmc

from leftbehind.base.errors import InputError
from leftbehind.pages.static.levers import Lever
from leftbehind.pages.static.response import smallest

MOST = 1024


def design(levers: Sequence[Lever], worlds: int, seed: int) -> np.ndarray:
    """Positions (worlds, levers); the first row is the world as it was.

    Raises InputError for too few worlds to fit the levers, or too many.
    """
    alone = _alone(levers)
    least = max(len(alone) + 1, smallest(len(levers)))
    if not least <= worlds <= MOST:
        raise InputError(
            f"--worlds {worlds}: not allowed; {len(levers)} levers need {least} to {MOST} worlds"
        )
    neutral = np.array([[lever.neutral for lever in levers]])
    return np.vstack([neutral, alone, _spread(levers, worlds - 1 - len(alone), seed)])


def held_out(levers: Sequence[Lever], worlds: int, seed: int) -> np.ndarray:
    """Positions (worlds, levers) of worlds that are lived only to check the answers."""
    if not 1 <= worlds <= MOST:
        raise InputError(f"--checks {worlds}: not allowed; give a whole number from 1 to {MOST}")
    return _spread(levers, worlds, seed + 1)


def _alone(levers: Sequence[Lever]) -> np.ndarray:
    """Each lever alone at its ends: the questions that readers ask first."""
    rows = []
    for k, lever in enumerate(levers):
        for end in lever.ends():
            row = [other.neutral for other in levers]
            row[k] = end
            rows.append(row)
    return np.array(rows)


def _spread(levers: Sequence[Lever], worlds: int, seed: int) -> np.ndarray:
    """Positions that fill the whole box of the levers evenly."""
    low, high, step = (np.array([getattr(v, f) for v in levers]) for f in ("low", "high", "step"))
    power = max(int(np.ceil(np.log2(max(worlds, 1)))), 0)
    points = qmc.Sobol(len(levers), seed=seed).random_base2(power)[:worlds]
    return np.clip(low + np.rint(points * (high - low) / step) * step, low, high)
