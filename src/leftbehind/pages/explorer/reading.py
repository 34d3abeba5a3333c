"""What the explorer keeps of a simulated year: a few small tables of children.

A definition is a filter over the cells of children (model/tallies/cells.py). There are 2.6 million
possible cells, so every definition is asked of every cell once; a year is then read by looking up.
"""

from dataclasses import dataclass

import numpy as np

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.model.simulation import YearOutput
from leftbehind.model.tallies import cells
from leftbehind.runs.recorder import children_frame

UNSUPERVISED = cells.SUMS.index("unsupervised_hours")


@dataclass(frozen=True)
class Reading:
    """One year's children, simulated persons; D definitions, P prefectures."""

    counted: np.ndarray  # (D, P) children who meet the definition
    base: np.ndarray  # (D, P) children of whom the share is taken
    care: np.ndarray  # (D, ARRANGEMENTS) counted children by who cares for them
    hours: np.ndarray  # (D,) waking hours a week without an adult, summed over counted children
    away: np.ndarray  # (P,) rural adults 16-59 who work away


class Reader:
    """Reads years. `shares[d]` is the part of the counted that definition d's register holds."""

    def __init__(self, prefectures: int) -> None:
        self.prefectures = prefectures
        self.names = tuple(definitions.names())
        chosen = [definitions.get(name) for name in self.names]
        self.shares = np.array([definition.share for definition in chosen])
        self._counted, self._base = _lookup(chosen)

    def read(self, year: YearOutput) -> Reading:
        """The year's children by definition, prefecture and care."""
        counted_bits, base_bits = self._counted[year.cells], self._base[year.cells]
        care = cells.unpack(year.cells)["arrangement"]
        hours = year.sums[:, UNSUPERVISED]
        size = len(self.names)
        out = Reading(
            counted=np.empty((size, self.prefectures), np.int32),
            base=np.empty((size, self.prefectures), np.int32),
            care=np.empty((size, len(ARRANGEMENTS)), np.int32),
            hours=np.empty(size),
            away=year.flows.sum(axis=1).astype(np.int32),
        )
        for d in range(size):
            meets = (counted_bits >> d & 1).astype(bool)
            asked = (base_bits >> d & 1).astype(bool)
            out.counted[d] = _count(year.prefecture[meets], year.numbers[meets], self.prefectures)
            out.base[d] = _count(year.prefecture[asked], year.numbers[asked], self.prefectures)
            out.care[d] = _count(care[meets], year.numbers[meets], len(ARRANGEMENTS))
            out.hours[d] = hours[meets].sum()
        return out


def _count(where: np.ndarray, numbers: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(where, weights=numbers, minlength=size).astype(np.int32)


def _lookup(chosen: list[Definition]) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays over all cells; bit d: whether definition d counts, or asks about, the cell."""
    size = int(np.prod(cells.SIZES))
    counted, base = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
    block = size // cells.SIZES[0]
    asked = [
        expression.alias(f"{kind}{d}")
        for d, definition in enumerate(chosen)
        for kind, expression in (("counted", definition.expr()), ("base", definition.base()))
    ]
    for low in range(0, size, block):
        answers = children_frame(np.arange(low, low + block)).select(asked)
        for d in range(len(chosen)):
            for kind, bits in (("counted", counted), ("base", base)):
                bits[low : low + block] |= answers[f"{kind}{d}"].to_numpy().astype(np.uint32) << d
    return counted, base
