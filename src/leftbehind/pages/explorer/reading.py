"""What the explorer keeps of a simulated year: a few small tables of children.

A definition is a filter over the cells of children (model/tallies/cells.py). Each is asked once a
year of every cell that is filled, however many prefectures fill it.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.counts import definitions
from leftbehind.model.simulation import YearOutput
from leftbehind.model.tallies import cells, headcount
from leftbehind.runs.recorder import children_frame

AGE_STEP, LAST_AGE = 5, 100
AGE_GROUPS = LAST_AGE // AGE_STEP + 1
_IN_GROUP = np.array(headcount.AGE_LOWS)[:, None] // AGE_STEP == np.arange(AGE_GROUPS)
UNSUPERVISED = cells.SUMS.index("unsupervised_hours")


@dataclass(frozen=True)
class Reading:
    """One year's children, simulated persons; D definitions, P prefectures."""

    counted: np.ndarray  # (D, P) children who meet the definition
    base: np.ndarray  # (D, P) children of whom the share is taken
    care: np.ndarray  # (D, ARRANGEMENTS) counted children by who cares for them
    hours: np.ndarray  # (D,) waking hours a week without an adult, summed over counted children
    away: np.ndarray  # (P,) rural adults 16-59 who work away
    ages: np.ndarray  # (2, 2, AGE_GROUPS) people who live in villages or elsewhere, by sex and age


class Reader:
    """Reads years. `shares[d]` is the part of the counted that definition d's register holds."""

    def __init__(self, prefectures: int) -> None:
        self.prefectures = prefectures
        self.names = tuple(definitions.names())
        self._chosen = [definitions.get(name) for name in self.names]
        self.shares = np.array([definition.share for definition in self._chosen])

    def read(self, year: YearOutput) -> Reading:
        """The year's children by definition, prefecture and care."""
        filled, of_row = np.unique(year.cells, return_inverse=True)
        counted = _asked([d.expr() for d in self._chosen], filled)
        base = _asked([d.base() for d in self._chosen], filled)
        care = cells.unpack(year.cells)["arrangement"]
        hours = year.sums[:, UNSUPERVISED]
        size = len(self.names)
        out = Reading(
            counted=np.empty((size, self.prefectures), np.int32),
            base=np.empty((size, self.prefectures), np.int32),
            care=np.empty((size, len(ARRANGEMENTS)), np.int32),
            hours=np.empty(size),
            away=year.flows.sum(axis=1).astype(np.int32),
            ages=by_age(year.counts.people),
        )
        for d in range(size):
            meets, asked = counted[d][of_row], base[d][of_row]
            out.counted[d] = _count(year.prefecture[meets], year.numbers[meets], self.prefectures)
            out.base[d] = _count(year.prefecture[asked], year.numbers[asked], self.prefectures)
            out.care[d] = _count(care[meets], year.numbers[meets], len(ARRANGEMENTS))
            out.hours[d] = hours[meets].sum()
        return out


def by_age(people: np.ndarray) -> np.ndarray:
    """Five-year groups of all people: (P, age, sex, hukou, lives, care) to (2, 2, AGE_GROUPS)."""
    table = people.sum(axis=(0, 3, 5), dtype=np.int64)  # age, sex, lives
    village = table[:, :, headcount.IN_VILLAGE]
    parts = np.stack([village, table.sum(axis=2) - village])
    grouped = np.einsum("las,ag->lsg", parts, _IN_GROUP)
    return np.asarray(grouped, np.int32)


def _count(where: np.ndarray, numbers: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(where, weights=numbers, minlength=size).astype(np.int32)


def _asked(questions: list[pl.Expr], filled: np.ndarray) -> np.ndarray:
    """The answer of each packed cell to each question, (questions, cells)."""
    named = (question.alias(str(n)) for n, question in enumerate(questions))
    answers: np.ndarray = children_frame(filled).select(named).to_numpy().T
    return answers
