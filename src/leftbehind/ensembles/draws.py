"""The draws that ship with the package, and the record of how they were made.

posterior/draws.csv     a row a parameter, a column a draw: a changed parameter is a changed line
posterior/record.toml   how they were made: code, tables, plan, runs, what they gained

`at_prior_means` in the record names parameters that came, or whose meaning changed, after the
calibration: they have no draws and stand at their prior means until it is made again.

They lie in the data folder or in that of a calibration. They are no table of the data package:
they follow from its tables.
"""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import tomli_w

from leftbehind.base.errors import InputError
from leftbehind.base.store import write_bytes, write_text
from leftbehind.inputs.tables import data_folder, sha256

DRAWS, RECORD = Path("posterior", "draws.csv"), Path("posterior", "record.toml")
NUMBER, NAME = "draw", "parameter"  # first column of a table with a row a draw; a row a parameter
DIGITS = 4  # of a value, also of the one that is run


def rounded(values: np.ndarray) -> np.ndarray:
    """Values as they are written: with `DIGITS` digits that matter."""
    short: np.ndarray = np.vectorize(lambda value: float(f"{value:.{DIGITS}g}"), [float])(values)
    return short


def write(folder: Path, draws: pl.DataFrame, record: dict[str, Any]) -> None:
    """Write draws (column draw, one column a parameter) and their record into `folder`."""
    lying = draws.transpose(
        include_header=True, header_name=NAME, column_names=draws[NUMBER].cast(pl.String)
    )
    write_text(folder / DRAWS, lying.filter(pl.col(NAME) != NUMBER).write_csv())
    told = {"draws_sha256": sha256(folder / DRAWS), **record}
    write_text(folder / RECORD, tomli_w.dumps(told, multiline_strings=True))


def ship(folder: Path, to: Path | None = None) -> list[Path]:
    """Make a folder's draws those of the package (or of the data folder `to`); the files written.

    Raises InputError if the calibration is not whole or its draws are not those it recorded.
    """
    to = to or data_folder()
    check(folder)
    for name in (DRAWS, RECORD):
        write_bytes(to / name, (Path(folder) / name).read_bytes())
    return [to / DRAWS, to / RECORD]


def check(folder: Path) -> dict[str, Any]:
    """The record of the draws in `folder`, if the two belong together; else InputError."""
    table, record = Path(folder) / DRAWS, Path(folder) / RECORD
    for path in (table, record):
        if not path.is_file():
            raise InputError(
                f"{path}: missing; `leftbehind calibrate` makes draws of the parameters"
            )
    try:
        made: dict[str, Any] = tomllib.loads(record.read_text(encoding="utf-8"))
        same = made["draws_sha256"] == sha256(table)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{record}: damaged ({error!r})") from error
    if not same:
        raise InputError(f"{table}: damaged: it is not the table that {record.name} describes")
    return made


def upright(table: pl.DataFrame) -> pl.DataFrame:
    """A table of draws with a row a draw, also if it came with a row a parameter."""
    if table.columns[0] != NAME:
        return table
    turned = table.transpose(include_header=True, header_name=NUMBER, column_names=NAME)
    return turned.with_columns(pl.col(NUMBER).cast(pl.Int64, strict=False))


def posterior(folder: Path | None = None) -> pl.DataFrame:
    """The draws that ship with the package (or lie in `folder`): draw, one column a parameter.

    Raises InputError if there are none or they are damaged.
    """
    folder = folder or data_folder()
    check(folder)
    return upright(pl.read_csv(folder / DRAWS))


def median(folder: Path | None = None) -> dict[str, float]:
    """The median of each parameter over the draws, as changes for `leftbehind.run`."""
    row = posterior(folder).drop(NUMBER).median().row(0, named=True)
    return {name: float(value) for name, value in row.items()}
