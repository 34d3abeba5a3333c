"""Checksums: of every table beside a manifest, and of the manifest's own content.

A manifest is sealed when it is written: `files` holds size, rows and SHA-256 of each table, `parts`
the seals of folders within (an ensemble's draws), `machine` what it was made with, `seal` the
SHA-256 of all that. They tell damage, edits and tables of another run;
who writes both the tables and the sums anew can still deceive.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from leftbehind.base.errors import InputError
from leftbehind.base.machine import machine

FILES, PARTS, SEAL = "files", "parts", "seal"
TABLE = ".parquet"

_whole: set[tuple[object, ...]] = set()  # tables that this process has found whole


def plain(content: dict[str, Any]) -> dict[str, Any]:
    """`content` as JSON gives it back, so that the two can be compared."""
    back: dict[str, Any] = json.loads(json.dumps(content))
    return back


def sealed(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """`manifest` with the checksums of the tables in `folder` and its own, as JSON gives it."""
    told = {name: value for name, value in manifest.items() if name not in (FILES, SEAL)}
    told["machine"] = machine()
    told[FILES] = {path.name: _described(path) for path in sorted(folder.glob(f"*{TABLE}"))}
    whole = plain(told)
    whole[SEAL] = _seal_of(whole)
    return whole


def check_seal(path: Path, manifest: dict[str, Any]) -> None:
    """Raise InputError unless the manifest at `path` says what it said when it was written."""
    if SEAL not in manifest or FILES not in manifest:
        made = manifest.get("version")
        by = f"leftbehind {made}" if isinstance(made, str) else "an old version of leftbehind"
        raise InputError(
            f"{path}: made by {by[:60]} before results had checksums; make it again, or read it "
            "with that version"
        )
    if manifest[SEAL] != _seal_of(manifest):
        raise InputError(
            f"{path}: damaged or edited: its content does not fit its own checksum; make the run "
            "again"
        )


def check_sizes(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise InputError if a table of the manifest is missing, of another size or foreign."""
    for name, told in manifest[FILES].items():
        path = folder / name
        if not path.is_file():
            raise InputError(f"{path}: missing: the manifest lists this table; make the run again")
        size = path.stat().st_size
        if size != told["bytes"]:
            raise InputError(
                f"{path}: damaged: {size} bytes, the manifest says {told['bytes']}; make the run "
                "again"
            )
    foreign = {path.name for path in folder.glob(f"*{TABLE}")} - set(manifest[FILES])
    if foreign:
        raise InputError(
            f"{folder / min(foreign)}: not one of this run's tables: the manifest does not list it"
        )


def check_table(path: Path, told: dict[str, Any]) -> None:
    """Raise InputError unless the table at `path` has the checksum `told`; read once a process."""
    try:
        stat = path.stat()
        # The time of change (not of content) cannot be set back by who edits the file.
        known = (str(path), stat.st_ino, stat.st_size, stat.st_ctime_ns, told["sha256"])
        if known in _whole:
            return
        found = sha256(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if found != told["sha256"]:
        raise InputError(
            f"{path}: damaged: its content is not the one that was written (SHA-256 differs from "
            "the manifest's); make the run again"
        )
    _whole.add(known)


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _described(path: Path) -> dict[str, Any]:
    try:
        rows = pq.read_metadata(path).num_rows
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: was not written as a table ({error})") from error
    return {"bytes": path.stat().st_size, "rows": rows, "sha256": sha256(path)}


def _seal_of(manifest: dict[str, Any]) -> str:
    told = {name: value for name, value in manifest.items() if name != SEAL}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
