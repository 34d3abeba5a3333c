"""The children of one world in one year, one by one: what two worlds are paired by.

A child's key is the same in every scenario, so the twin is found by it. A child who is missing in
the other world was never born there, has died, or was born earlier and has grown up; the births of
both worlds are remembered to tell which.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel
from leftbehind.model import year
from leftbehind.model.leg import Block, Leg
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.tallies.cells import CHILD_AGE, cell_of

# Why a child of one world is missing in the other: written in the place of its cell.
NOT_BORN, DIED, GROWN_UP = -1, -2, -3


@dataclass(frozen=True)
class Children:
    """Living children under 18, in ascending order of key; equal lengths.

    `key` (uint64), `prefecture` (position of the home prefecture) and `cell` (packed properties,
    see model/tallies/cells.py); `births` holds the sorted keys of those born this year, also of
    the dead.
    """

    year: int
    key: np.ndarray
    prefecture: np.ndarray
    cell: np.ndarray
    births: np.ndarray


class _Lists(NamedTuple):
    """Room for a list of children (see Children)."""

    key: np.ndarray
    prefecture: np.ndarray
    cell: np.ndarray
    births: np.ndarray


@allocating_kernel
def _list(leg: Leg, block: Block, to: _Lists) -> tuple[int, int]:
    """Write children and births of all prefectures of a block; returns the number of each."""
    n = 0
    born = 0
    for j in range(len(block.start)):
        people, size, first = year.records(block, j), block.count[j], block.first[j]
        for k in range(first, block.first[j + 1]):
            at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
            for i in range(size):
                me = people[i]
                age = leg.year - me.birth_year
                if me.place != at.place or age >= CHILD_AGE:
                    continue
                if age == 0:
                    to.births[born] = me.key
                    born += 1
                if me.death_year == 0:
                    to.key[n] = me.key
                    to.prefecture[n] = k
                    to.cell[n] = cell_of(at, i, k, leg.province)
                    n += 1
    return n, born


def children_of(leg: Leg, blocks: list[Block]) -> Children:
    """The children of all blocks, as the year's tallies see them (`Simulation.step(watch=...)`)."""
    lists = [_list_of(leg, block) for block in blocks]
    key, prefecture, cell, births = (np.concatenate(parts) for parts in zip(*lists, strict=True))
    order = np.argsort(key)
    return Children(leg.year, key[order], prefecture[order], cell[order], np.sort(births))


def _list_of(leg: Leg, block: Block) -> _Lists:
    records = int(block.count.sum())
    to = _Lists(
        np.empty(records, np.uint64),
        np.empty(records, np.int32),
        np.empty(records, np.int64),
        np.empty(records, np.uint64),
    )
    n, born = _list(leg, block, to)
    return _Lists(to.key[:n], to.prefecture[:n], to.cell[:n], to.births[:born])


class Births:
    """Who was born in a world, year by year, since it parted from the other one."""

    def __init__(self, parted: int) -> None:
        """`parted` is the first year in which the worlds may differ."""
        self.parted = parted
        self._keys: dict[int, np.ndarray] = {}

    def add(self, children: Children) -> None:
        """Remember a year's births."""
        if children.year >= self.parted:
            self._keys[children.year] = children.births

    def why_missing(self, key: np.ndarray, birth_year: np.ndarray, year: int) -> np.ndarray:
        """NOT_BORN, DIED or GROWN_UP for keys that are no child of this world in `year`.

        `birth_year` is that in the other world: born before the worlds parted is born here too.
        """
        why = np.where(birth_year < self.parted, DIED, NOT_BORN)
        for born, keys in self._keys.items():
            if len(keys):
                at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
                why[keys[at] == key] = GROWN_UP if year - born >= CHILD_AGE else DIED
        return why
