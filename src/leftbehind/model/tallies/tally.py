"""What a tally is: numbers of a prefecture in a year, by named dimensions, and the table they make.

The array of a tally has one axis a dimension and, if it holds more than one column, a last axis of
columns. The recorder (runs/recorder.py) writes a row for each cell that is not empty.
"""

from dataclasses import dataclass

import numpy as np

SEXES = ("female", "male")
HUKOU = ("agricultural", "non-agricultural")


@dataclass(frozen=True)
class Dimension:
    """A column that tells rows apart: names in the order of the kernel's codes, or plain numbers.

    Without `labels` it is the provinces. `coarser` is a further column before it: its name, its
    labels, and the label of each code.
    """

    name: str
    labels: tuple[str, ...] | range | None = None
    coarser: tuple[str, tuple[str, ...], tuple[int, ...]] | None = None


@dataclass(frozen=True)
class Column:
    """A number of each row: a count of the simulated, or with `sums` a sum of measures.

    Sums are kept in double precision, with `whole` rounded to a unit.
    """

    name: str
    sums: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Tally:
    """One of a run's tables: `name` is also the field of the year's arrays.

    `first_year` is the first that the table holds. `by_province` names the column of provinces if
    the table adds up their prefectures, else rows are by prefecture.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    columns: tuple[Column, ...] = (Column("number"),)
    first_year: int = 0
    by_province: str = ""

    def shape(self, provinces: int = 0) -> tuple[int, ...]:
        """Shape of one prefecture's array in a country of so many provinces."""
        sizes = tuple(provinces if d.labels is None else len(d.labels) for d in self.dimensions)
        return sizes if len(self.columns) == 1 else (*sizes, len(self.columns))

    def zeros(self, prefectures: int, provinces: int) -> np.ndarray:
        """Room for a year: (prefectures, *shape); whole numbers, unless there are sums."""
        sums = any(column.sums for column in self.columns)
        return np.zeros((prefectures, *self.shape(provinces)), np.float64 if sums else np.int64)


SEX = Dimension("sex", SEXES)
OF_HUKOU = Dimension("hukou", HUKOU)
