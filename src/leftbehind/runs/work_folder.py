"""The folder of work that goes on: an ensemble, a calibration, a study of policies.

plan.json     what work it is: all that decides its bits
PARTS/...     what is finished, piece by piece, each written whole

One process at a time works in it. A kill loses only the pieces that were not finished: the same
work goes on with `resume`. The plan says its `kind`, so no work is taken for another.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError, with_article
from leftbehind.base.sealing import plain
from leftbehind.base.store import (
    MANIFEST,
    check_same,
    clear_parts,
    clear_unfinished,
    locked,
    read_json,
    remove_folder,
    write_text,
)
from leftbehind.inputs.tables import data_hashes
from leftbehind.runs.checkpoint import code_fingerprint

PLAN = "plan.json"


@dataclass(frozen=True)
class WorkFolder:
    """The folder `path` of the work that `plan` describes; `parts` names the folder of pieces."""

    path: Path
    plan: dict[str, Any]
    parts: str

    @staticmethod
    def of(path: Path, kind: str, parts: str, plan: Mapping[str, Any]) -> "WorkFolder":
        """Of work of a kind: `plan`, and what decides the bits of all work: version, code, data."""
        shared = {"version": version("leftbehind"), "code": code_fingerprint()}
        told = {"kind": kind, **shared, "data": data_hashes(), **plan}
        return WorkFolder(Path(path), plain(told), parts)

    @contextmanager
    def held(self, resume: bool, replace: bool) -> Iterator[None]:
        """Work here alone, in a new folder, with `resume` one begun, with `replace` one emptied.

        Raises InputError if another process works here, or the folder holds anything else, work
        with another plan (naming what differs), or work and neither is asked for.
        """
        with locked(self.path):
            self._make_ready(resume, replace)
            try:
                yield
            except KeyboardInterrupt as stop:
                done = len(list((self.path / self.parts).glob("[!.]*")))
                stop.add_note(
                    f"Kept: {done} finished {self.parts} in {self.path}; go on with --resume."
                )
                raise

    def _make_ready(self, resume: bool, replace: bool) -> None:
        found = self.path / PLAN
        clear_unfinished(self.path)
        clear_parts(self.path)
        if found.is_file() and resume:
            there = read_json(found, "start anew with --replace")
            check_same(self.path, f"this {self.plan['kind']} has", self.plan, there)
            return
        if self.path.exists():
            self._make_way(replace)
        write_text(found, json.dumps(self.plan, indent=1, ensure_ascii=False) + "\n")

    def _make_way(self, replace: bool) -> None:
        if not self.path.is_dir():
            raise InputError(f"{self.path}: is a file; give a folder")
        if not any(self.path.iterdir()):
            return
        begun = (self.path / PLAN).is_file()
        if not begun and not (self.path / MANIFEST).is_file():
            raise InputError(
                f"{self.path}: this folder holds other files; give an empty or new one"
            )
        if not replace:
            told = "a run already; give another folder or --replace"
            if begun:
                kind = read_json(self.path / PLAN, "start anew with --replace").get("kind", "work")
                told = f"{with_article(str(kind))} already; go on with --resume, or start anew"
                told += " with --replace"
            raise InputError(f"{self.path}: holds {told}")
        remove_folder(self.path, self.path)
