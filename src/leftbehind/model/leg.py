"""What a leg of the year is given and what it fills: the unit of threads, and of distribution.

A block of home units lives a leg with what is common to all (`Leg`), and fills its own `Sums` and
its own rows of the year's `Tables`. Nothing else passes between blocks.
"""

from typing import NamedTuple

import numpy as np

from leftbehind.inputs.official_rates import OLDEST
from leftbehind.model.alignment import DEATHS_SHAPE
from leftbehind.model.population.array import Population
from leftbehind.model.processes import fertility
from leftbehind.model.tallies import TALLIES, Counts, cells


class Leg(NamedTuple):
    """What all blocks read in a leg of the year (P prefectures, R provinces)."""

    year: int
    word: np.uint64  # the seed
    here: np.ndarray  # (P,) PLACE
    p: np.ndarray  # (1,) parameters of the year
    death_chances: np.ndarray  # (sex, age) by the UN
    birth_rates: np.ndarray  # (age,)
    wish: np.ndarray  # (hukou, parity, no son)
    death_kappa: np.ndarray  # (sex, age group); ones until deaths are aligned
    birth_kappa: np.ndarray  # (fertility.N_FACTORS,)
    share: np.ndarray  # (2, P, P) of destinations in the logit: leaving, taking children
    province_share: np.ndarray  # (2, P, R)
    first: np.ndarray  # (R + 1,) first prefecture of each province
    province: np.ndarray  # (P,)
    bounds: np.ndarray  # (4,) incomes a head between the bands: incomes.bounds


class Room(NamedTuple):
    """Room for what a block works out in its last leg; a thread uses it again for every block."""

    lives: np.ndarray  # where each living person lives: headcount.LIVES
    cells: np.ndarray  # of children, one prefecture after the other: cells.tally
    numbers: np.ndarray
    sums: np.ndarray  # (records, cells.SUMS)

    @staticmethod
    def of(records: int) -> "Room":
        """Room for a block of so many records: what is never written to takes no memory."""
        return Room(
            np.empty(records, np.uint8),
            np.empty(records, np.int64),
            np.empty(records, np.int64),
            np.empty((records, len(cells.SUMS))),
        )


class Block(NamedTuple):
    """Neighbouring home units (B of them) that live a leg together."""

    first: np.ndarray  # (B + 1,) first prefecture of each, and the one after the last
    people: np.ndarray  # their records
    start: np.ndarray  # (B,) first record of each
    reserved: np.ndarray  # (B,) records reserved
    count: np.ndarray  # type: ignore[assignment]  # (B,) records used; births raise it
    own_rate: np.ndarray  # of each record, before alignment: chance to die, later rate of birth
    room: Room

    @staticmethod
    def of(population: Population, units: np.ndarray, room: Room) -> "Block":
        """All of a population: views. `units` (B + 1,) are the first prefectures of its units."""
        return Block(
            units,
            population.people,
            population.start,
            population.room,
            population.count,
            population.own_rate,
            room,
        )


class Sums(NamedTuple):
    """What a block adds up in a year: integers, so that no order can change them."""

    deaths_expected: np.ndarray  # (2, sex, age group)
    births_expected: np.ndarray  # fertility.EXPECTED_SHAPE
    deaths: np.ndarray  # (R, sex, age)
    births: np.ndarray  # (R, sex, mother's age)

    @staticmethod
    def zeros(provinces: int) -> "Sums":
        """Nothing added up yet."""
        events = (provinces, 2, OLDEST + 1)
        shapes = (DEATHS_SHAPE, fertility.EXPECTED_SHAPE, events, events)
        return Sums(*(np.zeros(shape, np.int64) for shape in shapes))


class Tables(NamedTuple):
    """What the year writes for each prefecture: the tallies, and what the next year reads."""

    counts: Counts  # each (P, *tally.shape)
    flows: np.ndarray  # (P, P + 1) adults away by destination, the last abroad
    child_flows: np.ndarray  # (P, P + 1)
    rural: np.ndarray  # (P, 2) rural adults 16-59, of them away
    schooling: np.ndarray  # (P, 2) years of school of people 25-49, their number
    hukou: np.ndarray  # (P, 3) people, agricultural ones, of these 45 or over next year
    filled: np.ndarray  # (P,) cells of children used

    @staticmethod
    def zeros(prefectures: int, provinces: int) -> "Tables":
        """Nothing counted yet."""
        shapes = ((prefectures + 1,), (prefectures + 1,), (2,), (2,), (3,), ())
        return Tables(
            Counts(*(tally.zeros(prefectures, provinces) for tally in TALLIES)),
            *(np.zeros((prefectures, *shape), np.int64) for shape in shapes),
        )

    def rows(self, low: int, high: int) -> "Tables":
        """The rows of the prefectures `low` to `high` - 1 (views)."""
        counts = Counts(*(array[low:high] for array in self.counts))
        return Tables(counts, *(array[low:high] for array in self[1:]))
