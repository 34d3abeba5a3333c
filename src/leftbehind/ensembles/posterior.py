"""Draws of the parameters: combinations of values that the calibration holds possible.

A file of draws is a table with one row a draw: the column `draw` (a whole number, no two alike) and
one column a parameter, named as in parameters.csv. Parameters without a column keep their prior
means. The rows are taken in order of `draw`, so they must not be sorted by any parameter. The same
table may lie on its side (column `parameter`, one column a draw), as the calibration's own draws
do: they ship as `data/china/posterior/draws.csv`.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.ensembles.draws import DRAWS, NUMBER, check, upright
from leftbehind.inputs.parameters import Parameters, check_name, known_names
from leftbehind.inputs.tables import data_folder, sha256

ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True)
class Posterior:
    """The draws of one file: `table` in order of its column `draw`, the rest float parameters."""

    path: Path
    table: pl.DataFrame

    @staticmethod
    def load(path: Path | None = None) -> "Posterior":
        """Read a Parquet or CSV file of draws; without a path, the draws that ship.

        Raises InputError that names the file, and the column or draw, if it is missing, damaged,
        has no column `draw` of different whole numbers, a column that is no parameter, or a value
        that is no finite number.
        """
        path = Path(path) if path else _shipped()
        table = _read(path)
        _check_numbers(path, table)
        names = [name for name in table.columns if name != NUMBER]
        if not names:
            raise InputError(f"{path}: no column but {NUMBER!r}; give one column a parameter")
        known = set(known_names())
        for name in names:
            if name not in known:
                _refuse_name(path, name)
            _check_column(path, table, name)
        floats = table.select(NUMBER, pl.col(names).cast(pl.Float64))
        return Posterior(path, floats.sort(NUMBER))

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


def _read(path: Path) -> pl.DataFrame:
    if path.suffix not in ENDINGS:
        raise InputError(f"{path}: cannot read that; give a file ending in {' or '.join(ENDINGS)}")
    if not path.is_file():
        raise InputError(
            f"{path}: there are no draws of the parameters; give a file of draws by --draws-from"
        )
    try:
        if path.suffix == ".csv":
            return upright(pl.read_csv(path, infer_schema_length=None))
        return upright(pl.read_parquet(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path}: damaged, or no table of draws ({error})") from error


def _check_numbers(path: Path, table: pl.DataFrame) -> None:
    if NUMBER not in table.columns:
        raise InputError(f"{path}: no column {NUMBER!r}; it must number the draws")
    numbers = table[NUMBER]
    if not numbers.dtype.is_integer() or numbers.null_count():
        raise InputError(f"{path}: column {NUMBER!r}: not all are whole numbers")
    if table.is_empty():
        raise InputError(f"{path}: holds no draw; give one row a draw")
    twice = numbers.filter(numbers.is_duplicated())
    if not twice.is_empty():
        raise InputError(f"{path}: column {NUMBER!r}: {twice[0]} is there twice")


def _refuse_name(path: Path, name: str) -> None:
    try:
        check_name(name)
    except InputError as error:
        raise InputError(f"{path}: column {name!r}: {error}") from error


def _check_column(path: Path, table: pl.DataFrame, name: str) -> None:
    column = table[name]
    if not column.dtype.is_numeric():
        raise InputError(f"{path}: column {name!r}: not all are numbers")
    bad = table.filter(~pl.col(name).is_finite() | pl.col(name).is_null())
    if not bad.is_empty():
        raise InputError(
            f"{path}: draw {bad[NUMBER][0]}, column {name!r}: {bad[name][0]} is not allowed; "
            "give a finite number"
        )
