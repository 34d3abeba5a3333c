"""The nested logit drawn exactly: shocks of the alternatives, and the best of them.

Both parents away with the children left or taken share a nest with dissimilarity lambda. Their
shock is lambda (G_j + ln S), with G_j Gumbel numbers and S positive stable of index lambda, so that
utilities plus shocks are maximised by the nested logit's choice. A shock is a circumstance: it is
keyed by household, alternative and the year in which the present circumstances began (spell.py), so
that it lasts as long as they do, and a household has the same luck in every scenario.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import (
    ALTERNATIVES,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    HOME,
    MOTHER_AWAY,
    TOWN,
)
from leftbehind.base.randomness import CHOICE, NEST, gumbel, log_positive_stable, luck
from leftbehind.model.prefecture import Prefecture

N_ALTERNATIVES = len(ALTERNATIVES)
CONSTANT = 0  # the first of an alternative's terms; IMPOSSIBLE outside the choice set
IMPOSSIBLE = -1e9
LONE = 16  # added to the numbers of the draws of who decides alone: other circumstances


@kernel
def shocks(
    at: Prefecture, key: np.uint64, began: int, lone: bool, terms: np.ndarray, out: np.ndarray
) -> None:
    """Shock of each possible alternative into `out` (N_ALTERNATIVES,): the exact nested logit's.

    `key` of the household's head, whose circumstances `began` in that year; `terms`
    (N_ALTERNATIVES, N_TERMS), of which only the constants are read.
    """
    word = at.word
    who = LONE if lone else 0
    out[HOME] = gumbel(word, key, began, CHOICE, who + HOME)
    for j in (FATHER_AWAY, MOTHER_AWAY, TOWN, FATHER_AWAY_TOWN):
        out[j] = 0.0
        if terms[j, CONSTANT] > IMPOSSIBLE:
            out[j] = gumbel(word, key, began, CHOICE, who + j)
    if terms[CHILDREN_TAKEN, CONSTANT] <= IMPOSSIBLE:
        # A nest of one: the sum of nest shock and common shock is a plain Gumbel number.
        out[CHILDREN_LEFT] = gumbel(word, key, began, CHOICE, who + CHILDREN_LEFT)
        out[CHILDREN_TAKEN] = 0.0
        return
    nest = at.p.choice_nest
    common = log_positive_stable(
        luck(word, key, began, NEST, who), luck(word, key, began, NEST, who + 1), nest
    )
    for j in (CHILDREN_LEFT, CHILDREN_TAKEN):
        out[j] = nest * (gumbel(word, key, began, CHOICE, who + j) + common)


@kernel
def best_alternative(terms: np.ndarray, shock: np.ndarray) -> int:
    """The alternative with the largest sum of `terms` and `shock`; the first of equals."""
    choice = HOME
    highest = -np.inf
    for j in range(N_ALTERNATIVES):
        if terms[j, CONSTANT] <= IMPOSSIBLE:
            continue
        value = total(terms, shock, j)
        if value > highest:
            highest = value
            choice = j
    return choice


@kernel
def total(terms: np.ndarray, shock: np.ndarray, j: int) -> float:
    """Sum of all `terms` of alternative `j` and its `shock`."""
    value: float = shock[j]
    for t in range(terms.shape[1]):
        value += terms[j, t]
    return value
