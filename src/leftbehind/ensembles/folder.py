"""The folder of an ensemble: its plan, its finished draws, and what is left of them to live.

plan.json        what the ensemble is: all that decides its bits but the number of draws
draws/001/ ...   each finished draw, a whole run of its own (recorder.py), packed (packing.py)
intervals/       the tables of medians and intervals (tables.py)
manifest.json    the last: an ensemble without it is unfinished and goes on with --resume
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.base.sealing import FILES, PARTS, SEAL, check_table
from leftbehind.base.store import (
    MANIFEST,
    check_same,
    clear_parts,
    clear_unfinished,
    read_manifest,
    remove_folder,
    whole_folder,
    write_manifest,
    write_text,
)
from leftbehind.ensembles.draw import Draw, Lived
from leftbehind.runs.checkpoint import code_fingerprint

PLAN, DRAWS, INTERVALS = "plan.json", "draws", "intervals"
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
    """The folder `path` of the ensemble that `plan` describes, held by this run alone."""

    path: Path
    plan: dict[str, Any]

    @staticmethod
    def of(path: Path, plan: dict[str, Any]) -> "EnsembleFolder":
        """With the plan as JSON gives it back, so that the two can be compared."""
        return EnsembleFolder(Path(path), json.loads(json.dumps(plan)))

    def start(self, resume: bool, replace: bool) -> None:
        """Make the folder ready: new, or with `resume` the one begun, or with `replace` emptied.

        Raises InputError if it holds anything else, an ensemble with another plan (naming what
        differs), or an ensemble and neither is asked for.
        """
        found = self.path / PLAN
        clear_unfinished(self.path)
        clear_parts(self.path)
        if found.is_file() and resume:
            self._check_plan(found)
            return
        if self.path.exists():
            self._make_way(replace)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.path}: cannot write here ({error.strerror})") from error
        write_text(found, json.dumps(self.plan, indent=1, ensure_ascii=False) + "\n")

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

    @contextmanager
    def told_if_stopped(self) -> Iterator[None]:
        """Note on a KeyboardInterrupt what of the ensemble is kept."""
        try:
            yield
        except KeyboardInterrupt as stop:
            done = len(list((self.path / DRAWS).glob("[0-9]*")))
            stop.add_note(f"Kept: {done} finished draws in {self.path}; go on with --resume.")
            raise

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
        write_manifest(self.path, {**self.plan, "kind": KIND, **facts, PARTS: seals})

    def _make_way(self, replace: bool) -> None:
        if not self.path.is_dir():
            raise InputError(f"{self.path}: is a file; give a folder")
        if not any(self.path.iterdir()):
            return
        if not any((self.path / name).is_file() for name in (PLAN, MANIFEST)):
            raise InputError(
                f"{self.path}: this folder holds other files; give an empty or new one"
            )
        if not replace:
            held = "a run already; give another folder or --replace"
            if (self.path / PLAN).is_file():
                held = "an ensemble already; go on with --resume, or start anew with --replace"
            raise InputError(f"{self.path}: holds {held}")
        remove_folder(self.path, self.path)

    def _check_plan(self, path: Path) -> None:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            there = {name: _decisive(name, found[name]) for name in self.plan}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}: damaged ({error!r}); start anew with --replace") from error
        here = {name: _decisive(name, value) for name, value in self.plan.items()}
        check_same(self.path, "this ensemble has", here, there)

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
    wanted = json.loads(json.dumps(draw.identity()))
    return next(
        (
            name
            for name, value in wanted.items()
            if _decisive(name, manifest.get(name)) != _decisive(name, value)
        ),
        None,
    )


def _decisive(name: str, value: Any) -> Any:
    """What counts of a setting: of a scenario its name and changes, not how it is described."""
    if name == "scenario" and isinstance(value, dict):
        return value.get("name"), value.get("change")
    return value
