"""Faults of a file: each with its row, column, value and what is allowed; told together."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError, shown

SHOWN = 10  # faults that the message tells; of the rest only the number


@dataclass(frozen=True, order=True)
class Fault:
    """One wrong value; rows count from 1 in the user's file, the header not among them."""

    row: int
    column: str
    value: str
    allowed: str

    def __str__(self) -> str:
        value = "is empty" if self.value == "" else f"= {shown(self.value)}"
        return f"row {self.row}, column {self.column} {value}: not allowed; {self.allowed}"


@dataclass
class Faults:
    """Collects the faults of the file `where`; `rows` (rows,) are the numbers of its rows."""

    where: str
    rows: np.ndarray
    total: int = 0
    found: list[Fault] = field(default_factory=list)

    def add(self, wrong: np.ndarray, values: pl.Series, allowed: str) -> None:
        """Note the rows where `wrong` (rows,) is true; the column's name is that of `values`."""
        rows = np.flatnonzero(wrong)
        self.total += len(rows)
        for row in rows[:SHOWN].tolist():
            value = values[row]
            self.found.append(
                Fault(
                    int(self.rows[row]), values.name, "" if value is None else str(value), allowed
                )
            )

    def tell(self) -> None:
        """Raise InputError with the first faults, by row, and their number; nothing if none."""
        if not self.total:
            return
        first = sorted(self.found)[:SHOWN]
        head = f"{self.where}: {self.total} fault{'s' if self.total > 1 else ''}"
        if self.total > len(first):
            head += f"; the first {len(first)}"
        raise InputError("\n  ".join([f"{head}:", *map(str, first)]))
