"""Runs of the study, each kept the moment it ends, so that a kill loses only those under way.

runs/KEY.json   one run: the form it was lived for, its seconds and comparisons; the key is a hash
                of all that decides them
"""

import hashlib
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leftbehind.base.store import read_json, write_text
from leftbehind.evidence.calibrate.priors import parameters_at
from leftbehind.evidence.calibrate.survey import compared
from leftbehind.evidence.calibrate.targets import Target, find
from leftbehind.evidence.validate.check import Check
from leftbehind.model.simulation import Settings

RUNS, GO_ON = "runs", "remove it and go on with --resume"
# What is kept of a comparison; its group, source and words can be read in the tables.
KEPT = (
    "what",
    "year",
    "place",
    "unit",
    "model",
    "published",
    "low",
    "high",
    "basis",
    "held_out",
    "row",
)


@dataclass(frozen=True)
class Cost:
    """Runs, and seconds of one core that they took."""

    runs: int
    core_seconds: float


@dataclass(frozen=True)
class Lives:
    """The runs of a form in the `folder` of a study; `live` is what a worker is given."""

    folder: Path
    form: str

    def compared(
        self, changes: dict[str, float], seed: int, scale: int, first: int, last: int
    ) -> list[Check]:
        """All comparisons of the years `first` to `last`, lived or read from the folder."""
        decisive = [sorted(changes.items()), seed, scale, first, last]
        key = hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:24]
        path = self.folder / RUNS / f"{key}.json"
        if not path.is_file():
            began = time.perf_counter()
            settings = Settings(scale=scale, seed=seed, parameters=parameters_at(changes))
            rows = [_row(check) for check in compared(settings, range(first, last + 1))]
            seconds = round(time.perf_counter() - began, 2)
            told = {"form": self.form, "seconds": seconds, "last": last, "rows": rows}
            write_text(path, json.dumps(told))
        # Also a run just lived is read back: the same bits, whether it is new or was there.
        return [_check(row) for row in read_json(path, GO_ON)["rows"]]

    def live(
        self, k: int, seed: int, changes: dict[str, float], scale: int, targets: tuple[Target, ...]
    ) -> tuple[int, dict[str, Check]]:
        """A run of the solver (solving.Live)."""
        years = [target.year for target in targets]
        return k, find(targets, self.compared(changes, seed, scale, min(years), max(years)))

    def ahead(
        self, k: int, seed: int, changes: dict[str, float], scale: int, first: int, last: int
    ) -> tuple[int, list[Check]]:
        """A run of a draw to the end."""
        return k, self.compared(changes, seed, scale, first, last)


def cost(folder: Path) -> dict[str, Cost]:
    """What the runs of each form in a study's folder have cost so far."""
    seconds = defaultdict[str, list[float]](list)
    for path in sorted((folder / RUNS).glob("[!.]*.json")):
        run = read_json(path, GO_ON)
        seconds[run["form"]].append(run["seconds"])
    return {form: Cost(len(own), round(float(np.sum(own)), 1)) for form, own in seconds.items()}


def _row(check: Check) -> list[object]:
    """What is kept of a comparison; numbers as they are, NaN and infinities as JSON's dialect."""
    return [getattr(check, name) for name in KEPT]


def _check(row: list[object]) -> Check:
    return Check(group="", source="", **dict(zip(KEPT, row, strict=True)))  # type: ignore[arg-type]
