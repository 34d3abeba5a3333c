"""The children of one world in one year, one by one: what two worlds are paired by.

A child's key is the same in every scenario, so the twin is found by it. A child who is missing in
the other world was never born there, has died, or was born earlier and has grown up; the births of
both worlds are remembered to tell which.
"""

from dataclasses import dataclass

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.model.tallies.cells import CHILD_AGE, cell_of
from leftbehind.model.year import Leg

# Why a child of one world is missing in the other: written in the place of its cell.
NOT_BORN, DIED, GROWN_UP = -1, -2, -3


@dataclass(frozen=True)
class Children:
    """Living children under 18, in ascending order of key; equal lengths.

    `key` (uint64), `prefecture` (position of the home prefecture) and `cell` (packed properties,
    see measure/cells.py); `births` holds the sorted keys of those born this year, the dead too.
    """

    year: int
    key: np.ndarray
    prefecture: np.ndarray
    cell: np.ndarray
    births: np.ndarray


@kernel
def _list(
    leg: Leg, key: np.ndarray, prefecture: np.ndarray, cell: np.ndarray, births: np.ndarray
) -> tuple[int, int]:
    """Write children and births of all prefectures; returns the number of each."""
    n = 0
    born = 0
    for k in range(len(leg.start)):
        people = leg.people[leg.start[k] : leg.start[k] + leg.room[k]]
        for i in range(leg.count[k]):
            age = leg.year - people[i].birth_year
            if age >= CHILD_AGE:
                continue
            if age == 0:
                births[born] = people[i].key
                born += 1
            if people[i].death_year == 0:
                key[n] = people[i].key
                prefecture[n] = k
                cell[n] = cell_of(people, i, leg.year, leg.word, leg.here[k], leg.p[0])
                n += 1
    return n, born


def children_of(leg: Leg) -> Children:
    """The children of a year, as its tallies see them (`Simulation.step(watch=...)`)."""
    records = int(leg.count.sum())
    key, births = np.empty(records, np.uint64), np.empty(records, np.uint64)
    prefecture, cell = np.empty(records, np.int32), np.empty(records, np.int64)
    n, born = _list(leg, key, prefecture, cell, births)
    order = np.argsort(key[:n])
    return Children(
        leg.year, key[:n][order], prefecture[:n][order], cell[:n][order], np.sort(births[:born])
    )


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
