"""The draws that ship with the package, beside the record of how they were made."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.store import write_bytes, write_text
from leftbehind.inputs.tables import data_folder, sha256

DRAWS, RECORD = "posterior.parquet", "posterior.json"


def ship(folder: Path, to: Path | None = None) -> list[Path]:
    """Make a folder's draws those of the package (or of the data folder `to`); the files written.

    Raises InputError if the calibration is not whole or its draws are not those it recorded.
    """
    to = to or data_folder()
    table, record = Path(folder) / DRAWS, Path(folder) / RECORD
    check(table, record)
    write_bytes(to / DRAWS, table.read_bytes())
    write_text(to / RECORD, record.read_text(encoding="utf-8"))
    return [to / DRAWS, to / RECORD]


def check(table: Path, record: Path) -> dict[str, Any]:
    """The record of a table of draws, if the two belong together; else InputError."""
    for path in (table, record):
        if not path.is_file():
            raise InputError(
                f"{path}: missing; `leftbehind calibrate` makes draws of the parameters"
            )
    try:
        made: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        same = made["draws_sha256"] == sha256(table)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{record}: damaged ({error!r})") from error
    if not same:
        raise InputError(f"{table}: damaged: it is not the table that {record.name} describes")
    return made


def posterior(folder: Path | None = None) -> pl.DataFrame:
    """The draws that ship with the package (or lie in `folder`): draw, one column a parameter.

    Raises InputError if there are none or they are damaged.
    """
    folder = folder or data_folder()
    check(folder / DRAWS, folder / RECORD)
    return pl.read_parquet(folder / DRAWS)


def median(folder: Path | None = None) -> dict[str, float]:
    """The median of each parameter over the draws, as changes for `leftbehind.run`."""
    row = posterior(folder).drop("draw").median().row(0, named=True)
    return {name: float(value) for name, value in row.items()}
