"""What a calibration leaves behind: its findings as tables, the draws, and how they were made.

screening.parquet   unit, target, effect
draws.parquet       the last run of every draw: kept or not, distance, parameters
findings.json       screening, waves, parameters, targets: what the page shows
posterior/          the draws that are kept, and how they were made (ensembles/draws.py)
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from leftbehind.ensembles import draws
from leftbehind.evidence.calibrate.folder import Folder
from leftbehind.evidence.calibrate.matching import distance, implausibility, nth_largest
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.randomised import RANK
from leftbehind.evidence.calibrate.targets import Aims, in_unit


@dataclass(frozen=True)
class Wave:
    """A wave of history matching.

    `left` is the share of the prior not ruled out after it; `within_two` the share of its runs'
    figures within two predicted deviations of what the wave before had emulated (None: the first).
    """

    stage: str
    runs: int
    rank: int
    left: float
    within_two: float | None

    @staticmethod
    def of(stage: str, runs: int, rank: int, left: float, errors: np.ndarray) -> "Wave":
        """From the distances (n, T) of its runs from the emulators before it."""
        known = errors[np.isfinite(errors)]
        within = float(np.mean(np.abs(known) < 2.0)) if len(known) else None
        return Wave(stage, runs, rank, left, within)


@dataclass(frozen=True)
class Draws:
    """Draws of the posterior as their last runs left them.

    `values` (n, K) of all parameters that vary, `figures` (n, T) at the fine scale, `kept` (n,)
    whether the run is close enough; `distances` holds the median distance of each round.
    """

    values: np.ndarray
    figures: np.ndarray
    kept: np.ndarray
    distances: list[float]


@dataclass(frozen=True)
class Findings:
    """All that a calibration found (T targets, K parameters, n draws, m runs at one point).

    Figures are on the targets' scales, at the fine scale (what runs gave plus `shift`). `feigned`
    is the overall effect that luck alone could feign in screening. `luck`, `shift`, `shift_error`
    (T,); `at_means` and `at_median` (m, T) of runs at the prior means and at the draws' median.
    """

    identity: dict[str, Any]
    aims: Aims
    priors: Priors
    active: list[str]
    effects: pl.DataFrame
    ranked: pl.DataFrame
    feigned: float
    waves: list[Wave]
    luck: np.ndarray
    shift: np.ndarray
    shift_error: np.ndarray
    tried: "Draws"
    at_means: np.ndarray
    at_median: np.ndarray
    cost: dict[str, float]

    def draws(self) -> pl.DataFrame:
        """The draws that are kept: draw (from 0) and the parameters."""
        columns = {
            name: self.tried.values[self.tried.kept, k] for k, name in enumerate(self.priors.names)
        }
        return pl.DataFrame({"draw": np.arange(int(self.tried.kept.sum())), **columns})

    def distances(self) -> np.ndarray:
        """Root mean square (n,) of each draw's distances from the targets, in tolerances."""
        return distance(self.tried.figures, self.aims)

    def all_runs(self) -> pl.DataFrame:
        """Last run of every draw: kept, distance, the implausibility that decides, parameters."""
        noise = np.hypot(self.luck, self.shift_error)
        worst = nth_largest(implausibility(self.tried.figures, noise, self.aims), RANK)
        columns = {name: self.tried.values[:, k] for k, name in enumerate(self.priors.names)}
        return pl.DataFrame(
            {
                "kept": self.tried.kept,
                "distance": self.distances(),
                "implausibility": worst,
                **columns,
            }
        )


def write(folder: Folder, found: Findings) -> None:
    """Write all findings; the draws' record is the last: it says that the calibration is whole."""
    folder.keep_table("screening", found.effects)
    folder.keep_table("draws", found.all_runs())
    folder.keep_json(
        "findings",
        {
            "screening": found.ranked.to_dicts(),
            "screening_from_luck": found.feigned,
            "waves": [asdict(wave) for wave in found.waves],
            "parameters": _parameters(found),
            "targets": _targets(found),
        },
    )
    each = found.distances()
    kept = each[found.tried.kept]
    record = {
        **found.identity,
        **found.cost,
        "runs_at_draws": len(each),
        "draws": len(kept),
        "distance": np.quantile(kept, (0.0, 0.5, 1.0)).round(3).tolist(),
        "distance_at_prior_means": round(float(distance(found.at_means, found.aims).mean()), 3),
        "distance_at_median": round(float(distance(found.at_median, found.aims).mean()), 3),
        "rounds": np.round(found.tried.distances, 3).tolist(),
        "active": found.active,
        "figures": found.aims.targets[0].figures,
    }
    draws.write(folder.path, found.draws(), record)


def _parameters(found: Findings) -> list[dict[str, Any]]:
    """Prior and posterior of each parameter; `learned`: share of the variance that is gone."""
    values = found.tried.values[found.tried.kept]
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    own = found.priors.quantile(np.tile([[0.05], [0.95]], len(found.priors.names)))
    prior_spread = found.priors.quantile(
        np.tile(np.linspace(0.005, 0.995, 100)[:, None], len(found.priors.names))
    ).var(axis=0)
    learned = 1.0 - values.var(axis=0) / prior_spread
    return [
        {
            "name": name,
            "active": name in found.active,
            "prior_mean": float(found.priors.mean[k]),
            "prior_5": float(own[0, k]),
            "prior_95": float(own[1, k]),
            "median": float(median[k]),
            "low_5": float(low[k]),
            "high_95": float(high[k]),
            "learned": float(learned[k]),
        }
        for k, name in enumerate(found.priors.names)
    ]


def _targets(found: Findings) -> list[dict[str, Any]]:
    """Each target: published, errors, and what prior means and draws gave, in the figure's unit."""
    figures = found.tried.figures[found.tried.kept]
    out = []
    for t, target in enumerate(found.aims.targets):

        def of(values: np.ndarray, t: int = t) -> list[float]:
            return [in_unit(found.aims.targets[t], v) for v in np.atleast_1d(values)]

        low, median, high = of(np.nanquantile(figures[:, t], (0.05, 0.5, 0.95)))
        gap = (np.nanmedian(figures[:, t]) - found.aims.published[t]) / found.aims.tolerance[t]
        out.append(
            {
                **asdict(target),
                "published": of(found.aims.published[t])[0],
                "error": float(found.aims.error[t]),
                "luck": float(found.luck[t]),
                "scale_shift": float(found.shift[t]),
                "scale_shift_error": float(found.shift_error[t]),
                "at_prior_means": of(np.mean(found.at_means[:, t]))[0],
                "at_posterior_median": of(np.mean(found.at_median[:, t]))[0],
                "draws_5": low,
                "draws_median": median,
                "draws_95": high,
                "distance": float(gap),
            }
        )
    return out
