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
from leftbehind.base.store import read_json, write_bytes, write_text
from leftbehind.evidence.calibrate.plan import Plan
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.runs.work_folder import WorkFolder

RUNS = "runs"
PACKAGES = ("numpy", "numba", "scipy", "scikit-learn", "SALib", "emcee", "polars")
GO_ON = "remove it and go on with --resume"


def work_folder(path: Path, plan: Plan, seed: int) -> WorkFolder:
    """The folder of this calibration, with all that decides its bits."""
    packages = {name: version(name) for name in PACKAGES}
    told = {"seed": seed, "plan": asdict(plan), "packages": packages}
    return WorkFolder.of(path, "calibration", RUNS, told)


class Folder:
    """A calibration's files."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

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
        return read_json(path, GO_ON)

    def run_file(self, stage: str, index: int) -> Path:
        """Where a run's row is or will be."""
        return self.path / RUNS / f"{stage}-{index:04d}.json"

    def keep_run(self, stage: str, index: int, row: dict[str, Any]) -> None:
        """Write a run's row, on disk at once and whole."""
        write_text(self.run_file(stage, index), json.dumps(row))

    def run(self, stage: str, index: int) -> dict[str, Any]:
        """A run's row; InputError if it is damaged."""
        return read_json(self.run_file(stage, index), GO_ON)


def _table(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: damaged; {GO_ON}") from error
