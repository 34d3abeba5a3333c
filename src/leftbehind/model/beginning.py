"""Where a run begins: the founders of 1950, or people that the caller brings (own/)."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from leftbehind.inputs.conditions import Coupling
from leftbehind.inputs.places import Places
from leftbehind.model.population.array import Population
from leftbehind.model.population.founders import Kinds, founders_by_prefecture, settle

# Flows of last year (P, P + 1) to shares of destinations (2, P, P), of their provinces (2, P, R).
DestinationTables = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


class Beginning(NamedTuple):
    """The people on 1 January of the first year, last year's coupling, facts of their draw."""

    population: Population
    coupling: Coupling
    facts: dict[str, float]


class Founders:
    """The people of 1950 at a scale: how many, and of what kind, in each prefecture."""

    def __init__(self, places: Places, scale: int, urban: np.ndarray) -> None:
        """`urban` (P,): share with non-agricultural hukou."""
        self.numbers = founders_by_prefecture(places, scale)  # (P, sex, age)
        self.sizes = self.numbers.sum(axis=(1, 2))
        self._codes = places.table["code"].to_numpy().astype(np.int64)
        self._urban = np.ascontiguousarray(urban, np.float64)
        self._minority = places.table["minority_share_2010"].to_numpy().astype(np.float64)

    def settle(
        self,
        first: int,
        end: int,
        people: np.ndarray,
        word: np.uint64,
        here: np.ndarray,
        p: np.record,
    ) -> None:
        """Fill `people` with the founders of the home unit of the prefectures `first` to `end` - 1.

        `here` (P,) PLACE of all prefectures.
        """
        mine = slice(first, end)
        kinds = Kinds(
            self.numbers[mine], self._codes[mine], self._urban[mine], self._minority[mine]
        )
        size = int(self.sizes[mine].sum())
        settle(people, size, word, here[mine], p, kinds)
        people["lived"] = first + people["place"].astype(np.int16)


class Start(Protocol):
    """People to begin with in place of the founders."""

    @property
    def year(self) -> int:
        """The first year that is lived."""

    @property
    def source(self) -> dict[str, Any]:
        """What tells these people from others, in a manifest and in checkpoints."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What who runs them should know of these people."""

    def begin(
        self,
        places: Places,
        units: np.ndarray,
        scale: int,
        word: np.uint64,
        here: np.ndarray,
        p: np.record,
        tables: DestinationTables,
    ) -> Beginning:
        """The beginning of a run at 1:`scale` with home `units` (units.home_units).

        `here` (P,) PLACE and `p` are those of `year` without a scenario, so that all worlds begin
        with the same people. `tables` is asked only if a destination is not told.
        """
