"""The nested logit drawn exactly: shocks of the alternatives, and the best of them.

Both parents away with the children left or taken share a nest with dissimilarity lambda. Their
shock is lambda (G_j + ln S), with G_j Gumbel numbers and S positive stable of index lambda, so that
utilities plus shocks are maximised by the nested logit's choice. Every shock is keyed by household,
year and alternative: a household has the same luck in every scenario.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import CHILDREN_LEFT, CHILDREN_TAKEN, FATHER_AWAY, HOME, MOTHER_AWAY
from leftbehind.base.randomness import CHOICE, NEST, gumbel, log_positive_stable, luck
from leftbehind.model.prefecture import Prefecture

N_ALTERNATIVES = 5
CONSTANT = 0  # the first of an alternative's terms; IMPOSSIBLE outside the choice set
IMPOSSIBLE = -1e9


@kernel
def shocks(at: Prefecture, key: np.uint64, terms: np.ndarray, out: np.ndarray) -> None:
    """This year's shock of each possible alternative into `out` (5): the exact nested logit's.

    `key` of the household's head; `terms` (5, N_TERMS), of which only the constants are read.
    """
    word = at.word
    year = at.year
    out[HOME] = gumbel(word, key, year, CHOICE, HOME)
    for j in (FATHER_AWAY, MOTHER_AWAY):
        out[j] = 0.0
        if terms[j, CONSTANT] > IMPOSSIBLE:
            out[j] = gumbel(word, key, year, CHOICE, j)
    if terms[CHILDREN_TAKEN, CONSTANT] <= IMPOSSIBLE:
        # A nest of one: the sum of nest shock and common shock is a plain Gumbel number.
        out[CHILDREN_LEFT] = gumbel(word, key, year, CHOICE, CHILDREN_LEFT)
        out[CHILDREN_TAKEN] = 0.0
        return
    nest = at.p.choice_nest
    common = log_positive_stable(
        luck(word, key, year, NEST, 0), luck(word, key, year, NEST, 1), nest
    )
    for j in (CHILDREN_LEFT, CHILDREN_TAKEN):
        out[j] = nest * (gumbel(word, key, year, CHOICE, j) + common)


@kernel
def best_alternative(terms: np.ndarray, shock: np.ndarray) -> int:
    """The alternative with the largest sum of `terms` (5, N_TERMS) plus `shock` (5,)."""
    choice = HOME
    highest = -np.inf
    for j in range(N_ALTERNATIVES):
        if terms[j, CONSTANT] <= IMPOSSIBLE:
            continue
        total = shock[j]
        for t in range(terms.shape[1]):
            total += terms[j, t]
        if total > highest:
            highest = total
            choice = j
    return choice
