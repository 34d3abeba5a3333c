"""What a year is counted into: one tally a file, and here the list of them.

A new tally is a file with its `TALLY` and its kernel, a row of TALLIES and a line of `count`, the
one place where compiled code calls them: room for its numbers, its table in a run and what a year
hands out follow from the list. The children's cells (cells.py) are no array but a list of those
that are filled, and so stand apart.

Reads everything. Writes nothing to people.
"""

from collections import namedtuple
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from leftbehind.base.compiled import allocating_kernel, alone
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import remittance
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.tallies import (
    choices,
    headcount,
    incomes,
    kin_table,
    local,
    migrants,
    moves,
    orders,
    remittances,
)

TALLIES = (
    headcount.TALLY,
    kin_table.TALLY,
    incomes.TALLY,
    choices.TALLY,
    remittances.TALLY,
    migrants.TALLY,
    local.TALLY,
    moves.TALLY,
    orders.TALLY,
)

# The numbers of a year: one array a tally, by its name, each (prefectures, *tally.shape).
if TYPE_CHECKING:
    Counts: TypeAlias = Any
else:
    Counts = namedtuple("Counts", [tally.name for tally in TALLIES])


class Beside(NamedTuple):
    """What tallies look at beside the people of a prefecture."""

    k: int  # its position
    province: np.ndarray  # (P,) of all prefectures
    bounds: np.ndarray  # (4,) incomes a head between the bands: incomes.bounds
    purse: np.ndarray  # (size, remittance.PURSE)
    lives: np.ndarray  # (size,) where people live; filled by the headcount for the others


@alone
@allocating_kernel
def count(at: Prefecture, beside: Beside, out: Counts, j: int) -> None:
    """Count a prefecture into row `j` of all tallies but the choices, which migration counts.

    Before people may leave nobody is away, and the tallies of who is away stay empty.
    """
    headcount.tally(at, beside.lives, out.people[j])
    kin_table.tally(at, out.kin[j])
    orders.tally(at, out.orders[j])
    if at.year >= incomes.FIRST_YEAR:
        incomes.tally(at, beside.purse, beside.lives, beside.bounds, out.incomes[j])
    if at.year >= FIRST_YEAR:
        remittance.tally(at, beside.purse, out.remittances[j])
        migrants.tally(at, beside.k, beside.province, out.migrants[j])
        local.tally(at, out.local[j])
        moves.tally(at, beside.k, beside.province, out.moves[j])
