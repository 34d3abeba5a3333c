"""The model's own data tables: found, checked against their recorded hashes, read with Polars.

Tables are CSV files under `data/china`, described by `datapackage.json` (Frictionless Data). A row
carries its unit, source and basis, so that `leftbehind sources` can show where a number comes from.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

import leftbehind.data
from leftbehind.base.errors import InputError
from leftbehind.base.forks import check_not_forked

# How a number is known, as `leftbehind sources` counts it. `unverified`: from memory, looked for in
# copies of the source and not found there.
BASES = ("read", "memory", "unverified", "derived", "assumption")


def data_folder() -> Path:
    """Folder of the tables: the package's own, or `LEFTBEHIND_DATA` if that is set."""
    chosen = os.environ.get("LEFTBEHIND_DATA")
    return Path(chosen) if chosen else Path(leftbehind.data.__file__).parent / "china"


@cache
def package_descriptor(folder: Path) -> dict[str, dict[str, object]]:
    """The resources of `datapackage.json` by table name; raises InputError if unreadable."""
    path = folder / "datapackage.json"
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        return {str(r["name"]): r for r in descriptor["resources"]}
    except OSError as error:
        raise InputError(f"{path}: cannot read the data package ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a valid data package ({error})") from error


def table_names() -> list[str]:
    """Names of all tables in the data package, in its order."""
    return list(package_descriptor(data_folder()))


def data_hashes() -> dict[str, str]:
    """The recorded hash ("sha256:...") of each table of the data package, by name."""
    return {name: str(r.get("hash", "")) for name, r in package_descriptor(data_folder()).items()}


def hashes(names: Iterable[str]) -> dict[str, str]:
    """The same of some tables, as hex digests alone."""
    recorded = data_hashes()
    return {name: recorded[name].removeprefix("sha256:") for name in names}


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _read(name: str, folder: Path) -> pl.DataFrame:
    resource = package_descriptor(folder).get(name)
    if resource is None:
        raise InputError(
            f"{folder / 'datapackage.json'}: no table named {name!r}; "
            f"there are {', '.join(package_descriptor(folder))}"
        )
    path = folder / str(resource["path"])
    if not path.is_file():
        raise InputError(f"{path}: data file missing; it must hold the table {name!r}")
    expected = str(resource.get("hash", ""))
    if expected and expected != f"sha256:{sha256(path)}":
        raise InputError(
            f"{path}: data file damaged or changed: its SHA-256 is not the one in "
            "datapackage.json; restore the file, or after a wanted change run "
            "`python -m leftbehind.inputs.describe`"
        )
    schema = resource["schema"]
    assert isinstance(schema, dict)
    kinds = {"integer": pl.Int64, "number": pl.Float64, "string": pl.String}
    types = {f["name"]: kinds[f["type"]] for f in schema["fields"]}
    try:
        table = pl.read_csv(path, schema=types)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path}: cannot be read as the table {name!r}: {error}") from error
    return table.with_columns(pl.col(pl.String).fill_null(""))


def read_table(name: str) -> pl.DataFrame:
    """A table of the data package with the columns and types its schema gives.

    Raises InputError that names the file if it is missing, damaged or malformed, and in a process
    that was forked after a table was read.
    """
    check_not_forked()
    return _read(name, data_folder())


def yearly(name: str, key: dict[str, str | int], years: np.ndarray) -> np.ndarray:
    """Values of a tidy `year,value` table at the given years, filtered by `key`.

    Linear between the table's years, constant outside. Raises InputError if no row fits.
    """
    table = read_table(name)
    for column, wanted in key.items():
        table = table.filter(pl.col(column) == wanted)
    if table.is_empty():
        raise InputError(f"{data_folder()}: table {name!r} has no row with {key}")
    table = table.sort("year")
    return np.interp(years, table["year"].to_numpy(), table["value"].to_numpy())
