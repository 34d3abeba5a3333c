"""Draws of the parameters: combinations of values that the calibration holds possible.

A file of draws is a table with one row a draw: the column `draw` (a whole number, no two alike) and
one column a parameter, named as in parameters.csv. Parameters without a column keep their prior
means. The rows are taken in order of `draw`, so they must not be sorted by any parameter. The same
table may lie on its side (column `parameter`, one column a draw), as the calibration's own draws
do: they ship as `data/china/posterior/draws.csv`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError, shown
from leftbehind.ensembles.draws import DRAWS, NUMBER, RECORD, check, upright
from leftbehind.inputs.parameters import Parameters, allowed_range, check_name, known_names
from leftbehind.inputs.tables import data_folder, sha256
from leftbehind.own.reading import checked
from leftbehind.own.table_file import Raw, load
from leftbehind.own.table_schema import Constraints, Field, TableSchema


@dataclass(frozen=True)
class Posterior:
    """The draws of one file: `table` in order of its column `draw`, the rest float parameters."""

    path: Path
    table: pl.DataFrame

    @staticmethod
    def load(path: Path | None = None) -> "Posterior":
        """Read a Parquet or CSV file of draws; without a path, the draws that ship.

        Raises InputError that names the file, and the column and row, if it is missing, damaged,
        has no column `draw` of different whole numbers, a column that is no parameter, or a value
        that is no number within the range that a parameter may have.
        """
        path = Path(path) if path else _shipped()
        if not path.is_file():
            raise InputError(
                f"{path}: there are no draws of the parameters; give a file of draws by "
                "--draws-from"
            )
        raw = _upright(load(path))
        names = [name for name in raw.table.columns if name != NUMBER]
        if not names:
            raise InputError(f"{path}: no column but {NUMBER!r}; give one column a parameter")
        known = set(known_names())
        for name in names:
            if name not in known:
                _refuse_name(path, name)
        return Posterior(path, checked(path, raw, _schema(tuple(names))).table.sort(NUMBER))

    def __len__(self) -> int:
        """How many draws there are."""
        return self.table.height

    def number(self, k: int) -> int:
        """The `draw` of the file's `k`-th draw, from 1 on."""
        return int(self.table[NUMBER][self._row(k)])

    def changes(self, k: int) -> dict[str, float]:
        """Values by parameter name of the `k`-th draw, from 1 on, as `world.run` takes them.

        Raises InputError if there are fewer draws, or if a value lies far outside its prior range.
        """
        row = self.table.row(self._row(k), named=True)
        values = {name: value for name, value in row.items() if name != NUMBER}
        try:
            Parameters.load(values)
        except InputError as error:
            raise InputError(f"{self.path}: draw {row[NUMBER]}: {error}") from error
        return values

    def figures(self) -> str:
        """What the draws were fitted to: strict, all-data, or unknown if no record lies beside."""
        record = self.path.with_name(RECORD.name)
        if self.path.name != DRAWS.name or not record.is_file():
            return "unknown"
        return str(check(self.path.parent.parent).get("figures", "strict"))

    def fingerprint(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.path)

    def _row(self, k: int) -> int:
        if not 1 <= k <= len(self):
            raise InputError(
                f"--draws {k}: {self.path} holds {len(self)} draws; give a number from 1 to "
                f"{len(self)}, or a file with more by --draws-from"
            )
        return k - 1


def _shipped() -> Path:
    """The file of draws that ships; InputError if it is not the one that its record describes."""
    path = data_folder() / DRAWS
    if path.is_file():
        check(data_folder())
    return path


def _upright(raw: Raw) -> Raw:
    """The table with a row a draw: one that lies on its side is turned, and its rows are draws."""
    table = upright(raw.table)
    return raw if table is raw.table else Raw(table, np.arange(1, table.height + 1))


def _schema(names: tuple[str, ...]) -> TableSchema:
    """What a file of draws with these parameters must hold."""
    whole = Constraints(required=True, unique=True, minimum=0)
    number = Field(name=NUMBER, type="integer", description="number of a draw", constraints=whole)
    return TableSchema(
        name="leftbehind-draws",
        title="Draws of the parameters: one row a draw, one column a parameter",
        key=NUMBER,
        fields=(number, *(_field(name) for name in names)),
    )


def _field(name: str) -> Field:
    low, high = allowed_range(name)
    limits = Constraints(required=True, minimum=low, maximum=high)
    return Field(name=name, type="number", description="value of the parameter", constraints=limits)


def _refuse_name(path: Path, name: str) -> None:
    try:
        check_name(name)
    except InputError as error:
        raise InputError(f"{path}: column {shown(name)}: {error}") from error
