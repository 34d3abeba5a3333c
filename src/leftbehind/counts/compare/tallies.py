"""One year of two worlds counted: by place, age and arrangement, and by what became of whom."""

from dataclasses import dataclass

import numpy as np

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.counts.compare.fates import FATES, ONE_WORLD_ONLY, fates
from leftbehind.counts.compare.pairing import Lives, Pairs, lives_of
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.places import Places
from leftbehind.model.tallies.cells import CHILD_AGE

WORLDS = ("before", "after")
# Counted in each world; children who live in both as children and are counted in one only: of a
# definition of left-behind children, those who win by the change and those who lose.
COUNTS = ("before", "after", "only_before", "only_after")


@dataclass(frozen=True)
class Groups:
    """The groups that counts are split by: `by` and `label` of each, `first` position by `by`."""

    by: tuple[str, ...]
    label: tuple[str, ...]
    first: dict[str, int]
    province: np.ndarray  # of each prefecture

    @staticmethod
    def of(places: Places) -> "Groups":
        """All children; provinces, prefectures, single years of age, arrangements."""
        labels = {
            "all": ("all",),
            "province": tuple(places.provinces["name"].to_list()),
            "prefecture": tuple(places.table["name"].to_list()),
            "age": tuple(str(age) for age in range(CHILD_AGE)),
            "arrangement": ARRANGEMENTS,
        }
        by = tuple(name for name, group in labels.items() for _ in group)
        label = tuple(name for group in labels.values() for name in group)
        return Groups(by, label, {name: by.index(name) for name in labels}, places.province)

    def positions(self, prefecture: np.ndarray, cell: np.ndarray, lives: Lives) -> list[np.ndarray]:
        """For each `by`, the group of each pair, by its home and its cell in one world."""
        return [
            np.zeros(len(cell), dtype=np.int64),
            self.first["province"] + self.province[prefecture],
            self.first["prefecture"] + prefecture,
            self.first["age"] + lives.codes["age"][cell],
            self.first["arrangement"] + lives.codes["arrangement"][cell],
        ]


@dataclass(frozen=True)
class Tally:
    """Simulated children of one year (D definitions, G groups, F fates, R provinces).

    `counts` (D, G, COUNTS); `fates` (D, WORLDS, F, R): of those counted in one world, what they are
    in the other.
    """

    counts: np.ndarray
    fates: np.ndarray


def tally(pairs: Pairs, definitions: list[Definition], groups: Groups) -> Tally:
    """Count a year's pairs by every definition."""
    lives = lives_of(pairs, definitions)
    size, provinces = len(groups.label), int(groups.province.max()) + 1
    counts = np.zeros((len(definitions), size, len(COUNTS)), np.int64)
    became = np.zeros((len(definitions), 2, len(FATES), provinces), np.int64)
    sides = ((lives.before, lives.after, pairs.after), (lives.after, lives.before, pairs.before))
    for d, counted in enumerate(lives.counted):
        for world, (here, there, cell_there) in enumerate(sides):
            mine = np.flatnonzero(counted[here])
            where, number = pairs.prefecture[mine], pairs.number[mine]
            fate = fates(here[mine], there[mine], cell_there[mine], counted, lives)
            np.add.at(became[d, world], (fate, groups.province[where]), number)
            alone = number * np.isin(fate, ONE_WORLD_ONLY)
            for position in groups.positions(where, here[mine], lives):
                counts[d, :, world] += _add_up(position, number, size)
                counts[d, :, 2 + world] += _add_up(position, alone, size)
    return Tally(counts, became)


def _add_up(position: np.ndarray, number: np.ndarray, size: int) -> np.ndarray:
    """Sum of `number` by position: whole numbers, exact in floating point."""
    return np.bincount(position, weights=number, minlength=size).astype(np.int64)
