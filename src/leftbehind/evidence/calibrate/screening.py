"""Which parameters matter for which targets: Morris' elementary effects (SALib).

Points lie on a grid of the priors' quantiles, so a step of a unit is a share of its prior. A unit
is one parameter, or all of a process that the calibration does not look at singly, moved together
in directions drawn by chance. All runs share one seed, so an effect is not luck.
"""

import numpy as np
import polars as pl
from SALib.analyze import morris as analysis
from SALib.sample import morris as sampling

from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.targets import Aims

LEVELS = 4
STEP = 2.0 / 3.0  # of a trajectory, as a share of the prior: half of the levels over their number
MEAN_SIZE = 0.798  # mean absolute value of a standard normal


def design(priors: Priors, trajectories: int, seed: int) -> np.ndarray:
    """Points (trajectories * (units + 1), K) as shares of the priors."""
    points: np.ndarray = sampling.sample(
        _problem(priors), trajectories, num_levels=LEVELS, seed=seed
    )
    return points


def effects(priors: Priors, points: np.ndarray, figures: np.ndarray, aims: Aims) -> pl.DataFrame:
    """One row a unit and target: `effect`, the mean size of a change across the whole prior.

    `points` (n, K) are the design's shares, `figures` (n, T) what the runs gave. Effects are in
    tolerances (error and discrepancy) of the target. A target that some run lacks is left out.
    """
    rows = []
    for t, target in enumerate(aims.targets):
        if not np.isfinite(figures[:, t]).all():
            continue
        found = analysis.analyze(
            _problem(priors), points, figures[:, t] / aims.tolerance[t], num_levels=LEVELS, seed=1
        )
        sizes = zip(found["names"], np.ma.getdata(found["mu_star"]), strict=True)
        rows += [(str(unit), target.id, float(size)) for unit, size in sizes]
    return pl.DataFrame(rows, schema=["unit", "target", "effect"], orient="row")


def ranking(found: pl.DataFrame) -> pl.DataFrame:
    """Units, the one that matters most first: unit, largest, target, overall.

    `largest` is the effect on `target`, the one it moves most; `overall` the root mean square over
    all targets.
    """
    return (
        found.sort("effect", descending=True, maintain_order=True)
        .group_by("unit", maintain_order=True)
        .agg(
            largest=pl.col("effect").first(),
            target=pl.col("target").first(),
            overall=(pl.col("effect") ** 2).mean().sqrt(),
        )
        .sort("overall", descending=True, maintain_order=True)
    )


def from_luck(luck: np.ndarray, aims: Aims) -> float:
    """The `overall` effect that luck alone could feign, if runs did not share theirs.

    `luck` (T,) is the standard deviation of runs at the screening's scale that differ in luck only.
    """
    feigned = MEAN_SIZE * np.sqrt(2.0) * luck / STEP / aims.tolerance
    return float(np.sqrt(np.mean(feigned**2)))


def active(ranked: pl.DataFrame, priors: Priors, least: float, most: int) -> list[str]:
    """The parameters that emulators depend on: single units of overall effect `least` or more.

    At most `most`, those of the largest overall effect; the largest one if none matters that much.
    """
    single = ranked.filter(pl.col("unit").is_in(priors.single()))
    return single.filter(pl.col("overall") >= least)["unit"].to_list()[:most] or [single["unit"][0]]


def of_inputs(found: pl.DataFrame, aims: Aims, names: list[str]) -> np.ndarray:
    """Effects (T, K) of single parameters on the targets; 0 where a target was left out."""
    size = {(unit, target): effect for unit, target, effect in found.iter_rows()}
    return np.array([[size.get((name, t.id), 0.0) for name in names] for t in aims.targets])


def _problem(priors: Priors) -> dict[str, object]:
    size = len(priors.names)
    return {
        "num_vars": size,
        "names": list(priors.names),
        "bounds": [[0.0, 1.0]] * size,
        "groups": list(priors.unit),
    }
