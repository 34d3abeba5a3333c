"""The runs of a stage: lived by workers, one thread each, each written the moment it ends."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.workers import as_done
from leftbehind.evidence.calibrate.folder import Folder
from leftbehind.evidence.calibrate.priors import parameters_at
from leftbehind.evidence.calibrate.survey import look
from leftbehind.evidence.calibrate.targets import Target, on_scale, own_error
from leftbehind.model.simulation import Settings

Tell = Callable[[str, int, int], None]  # stage, runs done, runs in all


@dataclass(frozen=True)
class Outcomes:
    """The runs of a stage in the order of its design: `figures` (n, T) on the targets' scales."""

    design: pl.DataFrame
    figures: np.ndarray
    seconds: float

    def points(self, names: tuple[str, ...]) -> np.ndarray:
        """Values (n, K) of some parameters."""
        values: np.ndarray = self.design.select(names).to_numpy()
        return values


def live_all(
    folder: Folder, stage: str, targets: tuple[Target, ...], workers: int, tell: Tell
) -> Outcomes:
    """Live the runs of a written design that have no row yet; all outcomes."""
    design = folder.design(stage)
    assert design is not None
    todo = [k for k in range(design.height) if not folder.run_file(stage, k).is_file()]
    done = design.height - len(todo)
    tell(stage, done, design.height)
    work = [(folder, stage, k, design.row(k, named=True), targets) for k in todo]
    for _ in as_done(live, work, workers):
        done += 1
        tell(stage, done, design.height)
    return outcomes(folder, stage, targets)


def outcomes(folder: Folder, stage: str, targets: tuple[Target, ...]) -> Outcomes:
    """The outcomes of a stage whose runs are all on disk."""
    design = folder.design(stage)
    assert design is not None
    rows = [folder.run(stage, k) for k in range(design.height)]
    figures = [
        [on_scale(t, _number(row["figures"][t.id]), row["published"][t.id]) for t in targets]
        for row in rows
    ]
    return Outcomes(design, np.array(figures), sum(row["seconds"] for row in rows))


def live(
    folder: Folder, stage: str, index: int, point: dict[str, float], targets: tuple[Target, ...]
) -> int:
    """Live one point of a design and write its row; returns its index."""
    began = time.perf_counter()
    seed, scale = int(point["seed"]), int(point["scale"])
    changes = {name: v for name, v in point.items() if name not in ("seed", "scale")}
    settings = Settings(scale=scale, seed=seed, parameters=parameters_at(changes))
    found = look(settings, targets)
    folder.keep_run(
        stage,
        index,
        {
            "seconds": round(time.perf_counter() - began, 2),
            "figures": {name: _plain(check.model) for name, check in found.items()},
            "published": {name: check.published for name, check in found.items()},
            "error": {name: own_error(check) for name, check in found.items()},
        },
    )
    return index


def _plain(value: float) -> float | None:
    """A figure for JSON, which knows no NaN."""
    return float(value) if np.isfinite(value) else None


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
