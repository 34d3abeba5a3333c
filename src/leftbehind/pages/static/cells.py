"""The numbers of a world that the page shows, as one row of whole numbers, and where each lies.

Counts are simulated persons. Definitions that ask the same children for their share have one base.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.counts import definitions
from leftbehind.inputs.places import Places
from leftbehind.pages.explorer.branching import YEARS
from leftbehind.pages.explorer.evidence import WHO, half_widths
from leftbehind.pages.explorer.reading import Reader, Reading

WHO_AT = [ARRANGEMENTS.index(who) for who in WHO]


@dataclass(frozen=True)
class Layout:
    """Shapes of the parts of a row, in their order; T years, D definitions, R provinces.

    counted (D, T, R); base (B, T, R), `base_of[d]` that of definition d; care (D, T, arrangements
    of WHO); hours (D, T), waking hours a week without an adult, summed over counted; luck (D, T),
    the variance of the country's difference from the world as it was (explorer/evidence.py).
    """

    names: tuple[str, ...]
    base_of: tuple[int, ...]
    province: np.ndarray  # (P,) of each prefecture
    regions: int

    @staticmethod
    def load() -> "Layout":
        """The layout of the definitions and places that ship."""
        names = tuple(definitions.names())
        asked = [definitions.get(name).base().meta.serialize() for name in names]
        kinds = list(dict.fromkeys(asked))
        places = Places.load()
        return Layout(names, tuple(map(kinds.index, asked)), places.province, len(places.provinces))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Each part's shape, by name."""
        years, size = len(YEARS), len(self.names)
        return {
            "counted": (size, years, self.regions),
            "base": (max(self.base_of) + 1, years, self.regions),
            "care": (size, years, len(WHO)),
            "hours": (size, years),
            "luck": (size, years),
        }

    def part(self, rows: np.ndarray, name: str) -> np.ndarray:
        """One part of some rows (..., numbers) in its shape."""
        start = 0
        for part, shape in self.shapes().items():
            end = start + prod(shape)
            if part == name:
                return rows[..., start:end].reshape(*rows.shape[:-1], *shape)
            start = end
        raise KeyError(name)

    def row(self, years: Sequence[Reading], was: Sequence[Reading]) -> np.ndarray:
        """A world's numbers beside the world as it was (itself for that)."""
        counted = np.stack([year.counted for year in years])  # (T, D, P)
        before = np.stack([year.counted for year in was])
        base = np.stack([year.base for year in years])
        first = [self.base_of.index(b) for b in range(max(self.base_of) + 1)]
        nation = np.zeros(counted.shape[2], np.int64)
        luck = [
            half_widths(before[None, :, d], counted[None, :, d], nation)[:, 0] ** 2
            for d in range(counted.shape[1])
        ]
        parts = (
            self._by_province(counted).swapaxes(0, 1),
            self._by_province(base[:, first]).swapaxes(0, 1),
            np.stack([year.care[:, WHO_AT] for year in years], axis=1),
            np.stack([year.hours for year in years], axis=1),
            np.stack(luck),
        )
        row: np.ndarray = np.concatenate([np.rint(p).astype(np.int64).ravel() for p in parts])
        return row

    def _by_province(self, counts: np.ndarray) -> np.ndarray:
        member = self.province[:, None] == np.arange(self.regions)[None, :]
        return np.asarray(counts @ member.astype(np.int64))


def reader() -> Reader:
    """Reads a simulated year into what a row is made of."""
    return Reader(len(Places.load()))
