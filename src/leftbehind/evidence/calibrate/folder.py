"""The folder of a calibration: designs, and one small file a run, so that a kill loses nothing.

    plan.json               what calibration this is: version, code, tables, seed, plan
    designs/STAGE.parquet   the points of a stage: seed, scale, one column a parameter that varies
    runs/STAGE-0007.json    one run: seconds, the model's figures, what was published
    screening.parquet       the effects of screening
    findings.json           what the page of the calibration shows
    posterior/              the draws that are kept and their record (ensembles/draws.py), the last

A design is written before its runs and read back on resuming, so a calibration that goes on lives
the same runs.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.store import (
    check_same,
    clear_parts,
    clear_unfinished,
    remove_folder,
    write_bytes,
    write_text,
)
from leftbehind.evidence.calibrate.plan import Plan
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.inputs.tables import hashes, table_names
from leftbehind.runs.checkpoint import code_fingerprint

IDENTITY = "plan.json"
PACKAGES = ("numpy", "numba", "scipy", "scikit-learn", "SALib", "emcee", "polars")


def identity(plan: Plan, seed: int) -> dict[str, Any]:
    """All that decides a calibration's bits, as JSON gives it back."""
    mine = {
        "version": version("leftbehind"),
        "code": code_fingerprint(),
        "seed": seed,
        "plan": asdict(plan),
        "data": hashes(table_names()),
        "packages": {name: version(name) for name in PACKAGES},
    }
    plain: dict[str, Any] = json.loads(json.dumps(mine))
    return plain


class Folder:
    """A calibration's files. `open` begins or goes on."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    @staticmethod
    def open(path: Path, mine: dict[str, Any], resume: bool, replace: bool = False) -> "Folder":
        """A new folder, or the one of the same calibration if `resume`.

        Raises InputError if something is there and neither `resume` nor `replace` is given, or if
        it belongs to another calibration (naming what differs).
        """
        path = Path(path)
        there = path / IDENTITY
        clear_unfinished(path)
        clear_parts(path)
        if there.is_file() and resume:
            check_same(there, "this folder holds a calibration with", mine, _read(there))
            return Folder(path)
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            if not (replace and there.is_file()):
                hint = (
                    "go on with --resume, start anew with --replace, or " if there.is_file() else ""
                )
                raise InputError(f"{path}: not empty; {hint}give an empty or new folder")
            remove_folder(path, path)
        write_text(there, json.dumps(mine, indent=1) + "\n")
        for name in ("designs", "runs"):
            (path / name).mkdir(exist_ok=True)
        return Folder(path)

    def design(self, stage: str) -> pl.DataFrame | None:
        """The design of a stage if it is written."""
        path = self.path / "designs" / f"{stage}.parquet"
        return _table(path) if path.is_file() else None

    def keep_design(
        self, stage: str, priors: Priors, values: np.ndarray, seeds: Sequence[int], scale: int
    ) -> pl.DataFrame:
        """Write the points (n, K) of a stage with the seed and scale of each run."""
        columns = {name: values[:, k] for k, name in enumerate(priors.names)}
        table = pl.DataFrame(
            {"seed": np.array(seeds, np.int64), "scale": np.full(len(values), scale), **columns}
        )
        self.keep_table(f"designs/{stage}", table)
        return table

    def keep_table(self, name: str, table: pl.DataFrame) -> None:
        """Write a table whole or not at all."""
        content = io.BytesIO()
        table.write_parquet(content)
        write_bytes(self.path / f"{name}.parquet", content.getvalue())

    def keep_json(self, name: str, content: dict[str, Any]) -> None:
        """Write a result as JSON, whole or not at all."""
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        write_text(self.path / f"{name}.json", text)

    def json(self, name: str) -> dict[str, Any]:
        """A result; InputError if it is missing or damaged."""
        path = self.path / f"{name}.json"
        if not path.is_file():
            raise InputError(f"{path}: missing; finish the calibration with --resume")
        return _read(path)

    def run_file(self, stage: str, index: int) -> Path:
        """Where a run's row is or will be."""
        return self.path / "runs" / f"{stage}-{index:04d}.json"

    def keep_run(self, stage: str, index: int, row: dict[str, Any]) -> None:
        """Write a run's row, on disk at once and whole."""
        write_text(self.run_file(stage, index), json.dumps(row))

    def run(self, stage: str, index: int) -> dict[str, Any]:
        """A run's row; InputError if it is damaged."""
        return _read(self.run_file(stage, index))


def _table(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: damaged; remove it and go on with --resume") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("not an object")
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: damaged ({error}); remove it and go on with --resume") from error
    return content
