"""The folder of an ensemble: its plan, its finished draws, and what is left of them to live.

plan.json        what the ensemble is: all that decides its bits but the number of draws
draws/001/ ...   each finished draw, a whole run of its own (recorder.py), packed (packing.py)
intervals/       the tables of medians and intervals (tables.py)
manifest.json    the last: an ensemble without it is unfinished and goes on with --resume
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.base.sealing import FILES, PARTS, SEAL, check_table, plain
from leftbehind.base.store import (
    MANIFEST,
    clear_unfinished,
    first_difference,
    read_manifest,
    whole_folder,
    write_manifest,
)
from leftbehind.ensembles.draw import Draw, Lived
from leftbehind.runs.checkpoint import code_fingerprint
from leftbehind.runs.work_folder import WorkFolder

DRAWS, INTERVALS = "draws", "intervals"
KIND = "ensemble"
# The interval tables and what a row of each tells, in persons; their columns: tables.py.
TABLES = {
    "counts": "children by official definition, year, one split at a time, and measure",
    "people": "people alive at a year's end, one split at a time",
    "flows": "adults and children away by year, province of home and of work",
    "draws": "children that each draw has by official definition and year",
}


@dataclass(frozen=True)
class EnsembleFolder:
    """The files of the ensemble that `work` describes; who changes them holds the folder."""

    work: WorkFolder

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.work.path

    def left(self, draws: Sequence[Draw]) -> list[Draw]:
        """The draws that are not finished.

        Raises InputError if the folder holds more draws than asked for.
        """
        folder = self.path / DRAWS
        folder.mkdir(exist_ok=True)
        self.clear(draws)
        beyond = [p.name for p in folder.iterdir() if p.name.isdigit() and int(p.name) > len(draws)]
        if beyond:
            raise InputError(
                f"--draws {len(draws)}: {self.path} holds {max(map(int, beyond))} draws already; "
                "give as many or more, or another folder"
            )
        return [draw for draw in draws if not self._is_finished(draw)]

    def clear(self, draws: Sequence[Draw]) -> None:
        """Remove what killed workers left of draws that they had not finished."""
        for draw in draws:
            clear_unfinished(self.path / DRAWS / draw.name)

    def store(self, draw: Draw, lived: Lived) -> None:
        """Write a finished draw whole; InputError if its worker has other code or data."""
        manifest = json.loads(lived.files[MANIFEST])
        if lived.code != code_fingerprint():
            raise InputError("a worker runs other code than this program: install the same there")
        differs = _first_difference(draw, manifest)
        if differs:
            raise InputError(
                f"a worker lived draw {draw.name} with another {differs!r} than this program would:"
                " install the same version, libraries and data there"
            )
        with whole_folder(self.path / DRAWS / draw.name, replace=True) as work:
            for name, content in lived.files.items():
                (work / name).write_bytes(content)

    def is_whole(self, draws: int) -> bool:
        """Whether the ensemble is finished and has that many draws."""
        found = _whole_manifest(self.path)
        if not found or not _whole_manifest(self.path / INTERVALS):
            return False
        return found.get("draws") == draws

    def begin(self) -> None:
        """From now on the ensemble is unfinished."""
        (self.path / MANIFEST).unlink(missing_ok=True)

    def finish(self, **facts: object) -> None:
        """Write the manifest, with the seals of all draws and intervals: the ensemble is whole."""
        folders = [*sorted((self.path / DRAWS).glob("[0-9]*")), self.path / INTERVALS]
        seals = {str(f.relative_to(self.path)): read_manifest(f)[SEAL] for f in folders}
        write_manifest(self.path, {**self.work.plan, **facts, PARTS: seals})

    def _is_finished(self, draw: Draw) -> bool:
        manifest = _whole_manifest(self.path / DRAWS / draw.name)
        return manifest is not None and _first_difference(draw, manifest) is None


def _whole_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder whose tables are all as they were written; else None."""
    try:
        manifest = read_manifest(folder)
        for name, told in manifest[FILES].items():
            check_table(folder / name, told)
    except InputError:
        return None
    return manifest


def _first_difference(draw: Draw, manifest: dict[str, Any]) -> str | None:
    """What the manifest of a finished draw says otherwise than `draw`, if anything."""
    return first_difference(plain(draw.identity()), manifest)
