"""Whether a folder of results is what it says: its manifest, checksums, parts and every row.

Opening a folder checks the manifest's own checksum, which tables there are and their sizes; reading
a table checks that table. `verify` checks all at once, and that the rows of a run can be true.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs

from leftbehind.base.errors import InputError
from leftbehind.base.person import ABROAD_CODE
from leftbehind.base.sealing import FILES, PARTS, SEAL, check_table
from leftbehind.base.store import MANIFEST, read_manifest, read_run_table
from leftbehind.inputs.places import Places
from leftbehind.model.tallies import cells
from leftbehind.runs.contents import TABLES

# What a run's manifest must say, and the type of what it may say.
NEEDED: dict[str, type] = {"scale": int, "from": int, "to": int}
TYPES: dict[str, type | tuple[type, ...]] = {
    **NEEDED,
    "version": str,
    "seed": int,
    "scenario": dict,
    "parameters": dict,
    "changed_parameters": dict,
    "data": dict,
    "alive": int,
    "person_years": int,
    "seconds": (int, float),
    "threads": int,
    "numpy": str,
    "numba": str,
    "machine": dict,
}
# Columns that the row's other ones decide, and a table whose numbers may be below nought.
FOLLOWING = {"class", "prefecture"}
SIGNED = {"places"}
HOURS_A_WEEK, NIGHTS_A_WEEK = 168.0, 7.0
ROUNDING = 1 / 16  # sums of hours are kept to that (recorder.py)


@dataclass(frozen=True)
class Verified:
    """How much was found whole."""

    folders: int = 0
    tables: int = 0
    rows: int = 0
    bytes: int = 0

    def __add__(self, other: "Verified") -> "Verified":
        return Verified(
            self.folders + other.folders,
            self.tables + other.tables,
            self.rows + other.rows,
            self.bytes + other.bytes,
        )


def check_fields(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise InputError naming the first field of a run's manifest that cannot be."""
    path = Path(folder) / MANIFEST
    for name in NEEDED:
        if name not in manifest:
            raise InputError(f"{path}: field {name!r} is missing; make the run again")
    for name, kind in TYPES.items():
        value = manifest.get(name)
        if name in manifest and (not isinstance(value, kind) or isinstance(value, bool)):
            raise InputError(f"{path}: field {name!r} is {str(value)[:60]!r}: not a run's manifest")
    if not manifest["scale"] >= 1 or not manifest["from"] <= manifest["to"]:
        raise InputError(f"{path}: its scale or years cannot be; make the run again")


def verify(folder: Path) -> Verified:
    """Check a folder of results and all its parts; InputError names the first fault."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    found = Verified(1)
    for name, told in manifest[FILES].items():
        check_table(folder / name, told)
        rows = pl.scan_parquet(folder / name, glob=False).select(pl.len()).collect().item()
        if rows != told["rows"]:
            raise InputError(
                f"{folder / name}: holds {rows} rows, the manifest says {told['rows']}"
            )
        found += Verified(0, 1, rows, told["bytes"])
    if manifest.get("kind") is None:
        check_fields(folder, manifest)
        check_rows(folder, manifest)
    for part in manifest.get(PARTS, {}):
        check_part(folder, manifest, part)
        found += verify(folder / part)
    return found


def check_part(folder: Path, manifest: dict[str, Any], part: str) -> None:
    """Raise InputError unless the folder `part` is the one that `manifest` was sealed with."""
    if read_manifest(folder / part)[SEAL] != manifest.get(PARTS, {}).get(part):
        raise InputError(
            f"{folder / part}: is not the part with which {folder / MANIFEST} was written"
        )


def check_rows(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise InputError if a run's rows cannot be true, naming table and fault.

    No row twice, nothing negative, missing or infinite, no year or place that there is not, sums
    of hours within the week, and as many people as the manifest says.
    """
    for file in manifest[FILES]:
        name = Path(file).stem
        table = read_run_table(folder, name).collect()
        for fault in _faults(name, table, manifest):
            raise InputError(f"{folder / file}: {fault}; make the run again")
    if "people.parquet" in manifest[FILES] and "alive" in manifest:
        last = read_run_table(folder, "people").filter(pl.col("year") == manifest["to"])
        alive = last.select(pl.col("number").sum()).collect().item()
        if alive != manifest["alive"]:
            raise InputError(
                f"{folder / 'people.parquet'}: {alive} people in {manifest['to']}, the manifest "
                f"says {manifest['alive']}"
            )


def _faults(name: str, table: pl.DataFrame, manifest: dict[str, Any]) -> list[str]:
    """What cannot be true in one table of a run, in words."""
    if name not in TABLES:
        return ["a run has no table of that name"]
    numbers = table.select(cs.float() | cs.by_name(*TABLES[name].numbers, require_all=False))
    keys = [c for c in table.columns if c not in numbers.columns and c not in FOLLOWING]
    out = []
    if table.null_count().sum_horizontal().sum():
        out.append("values are missing")
    if not all(column.is_finite().all() for column in table.select(cs.float())):
        out.append("a value is not a finite number")
    if name not in SIGNED and any((column < 0).any() for column in numbers):
        out.append("a number is negative")
    if table.select(keys).is_duplicated().any():
        out.append("a row stands twice")
    # The alignment holds the years before the first that was recorded, too.
    first = 0 if name == "alignment" else manifest["from"]
    if not table["year"].is_between(first, manifest["to"]).all():
        out.append("a year is not one of the run's")
    codes = [c for c in ("code", "origin", "destination") if c in table.columns]
    known = [*Places.load().table["code"].to_list(), ABROAD_CODE]
    if any(not table[c].is_in(known).all() for c in codes):
        out.append("a prefecture is unknown")
    if "unsupervised_hours" in table.columns:
        out += _hours(table)
    return out


def _hours(table: pl.DataFrame) -> list[str]:
    """Faults in the sums of hours and nights of a table of children."""
    most = {name: HOURS_A_WEEK for name in cells.SUMS if name.endswith("_hours")}
    most["nights_without_adult"] = NIGHTS_A_WEEK
    return [
        f"{name} are more than a week has"
        for name, limit in most.items()
        if (table[name] > limit * table["number"] + ROUNDING).any()
    ]
