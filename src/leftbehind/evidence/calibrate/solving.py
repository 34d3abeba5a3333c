"""The constants of the choice solved in the full model: least squares on the calibration's targets.

    minimise  sum_t ((figure_t(x) - published_t) / tolerance_t)^2 + sum_k ((x_k - mean_k) / sd_k)^2

with every figure from a run of the whole model, slopes by differences between runs of the same luck
(keyed draws make figures nearly smooth in the parameters), and a trust region (SciPy's). It gives
the best point, not what is known about it: draws are calibration.py's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import least_squares

from leftbehind.base.workers import as_done
from leftbehind.evidence.calibrate.priors import Priors, parameters_at
from leftbehind.evidence.calibrate.survey import look
from leftbehind.evidence.calibrate.targets import Aims, Target, aims, on_scale, own_error
from leftbehind.evidence.validate.check import Check
from leftbehind.model.simulation import Settings

# What no source gives and the levels of the choice decide.
SOLVED = (
    "choice_alpha_father",
    "choice_alpha_mother",
    "choice_alpha_both_left",
    "choice_alpha_both_taken",
    "choice_alpha_couple",
    "choice_alpha_single",
    "choice_alpha_town",
    "choice_alpha_town_apart",
    "choice_single_woman",
    "choice_network",
    "choice_law",
    "choice_jobs",
    "choice_local",
    "choice_pay",
    "choice_farm",
    "choice_move_both",
    "choice_move",
    "choice_rethink",
    "choice_passing",
    "choice_settle",
    "choice_distance",
    "choice_age_curve",
    "choice_age_single",
    "choice_age_childless",
    "choice_newborn",
    "choice_school",
    "choice_take_hours_cost",
    "choice_urban",
    "dest_border",
    "dest_distance",
    "dest_jobs",
    "dest_job_chance",
    "dest_network",
    "dest_stay",
)
STEP = 0.25  # of a prior's standard deviation: enough to move more people than luck does

Tell = Callable[[str, int, int], None]  # stage, runs done, runs in all
# A run: its number, seed, changes of parameters, scale and targets; the number and the comparisons.
Live = Callable[[int, int, dict[str, float], int, tuple[Target, ...]], tuple[int, dict[str, Check]]]


@dataclass(frozen=True)
class Solved:
    """The best point: parameters (K) and figures (T), each before and after."""

    parameters: pl.DataFrame  # name, prior_mean, prior_sd, value
    figures: pl.DataFrame  # id, published, tolerance, first, last, error (last, in tolerances)
    misfit: tuple[float, float]  # sum of squared errors in tolerances, at the start and the end
    aims: Aims
    z: np.ndarray  # (K,) the best point in the priors' standard deviations
    slopes: np.ndarray  # (T, K) of the figures there, on the targets' scales


class _Problem:
    """Residuals and slopes, each from runs of the whole model lived by workers."""

    def __init__(
        self,
        priors: Priors,
        targets: tuple[Target, ...],
        scale: int,
        seeds: Sequence[int],
        workers: int,
        tell: Tell,
        live: Live,
    ) -> None:
        self.priors, self.targets = priors, targets
        self._scale, self._seeds, self._workers = scale, seeds, workers
        self._tell, self._live = tell, live
        self.aims: Aims | None = None
        self.known: dict[bytes, np.ndarray] = {}

    def figures(self, points: np.ndarray, stage: str) -> np.ndarray:
        """Figures (n, T) at points (n, K) in standard deviations, mean over the seeds."""
        todo = [z for z in points if z.tobytes() not in self.known]
        work = [
            (k, seed, self.priors.changes(self.priors.values(z)), self._scale, self.targets)
            for k, z in enumerate(todo)
            for seed in self._seeds
        ]
        found: list[list[np.ndarray]] = [[] for _ in todo]
        for done, (k, checks) in enumerate(as_done(self._live, work, self._workers), start=1):
            self._tell(stage, done, len(work))
            if self.aims is None:
                self.aims = aims(
                    self.targets,
                    {name: check.published for name, check in checks.items()},
                    {name: own_error(check) for name, check in checks.items()},
                )
            found[k].append(
                np.array(
                    [on_scale(t, checks[t.id].model, checks[t.id].published) for t in self.targets]
                )
            )
        for z, rows in zip(todo, found, strict=True):
            self.known[z.tobytes()] = np.mean(rows, axis=0)
        return np.array([self.known[z.tobytes()] for z in points])

    def residuals(self, z: np.ndarray) -> np.ndarray:
        """Errors of the figures in tolerances, and the point's distance from the priors."""
        figures = self.figures(z[None], "point")[0]
        assert self.aims is not None
        error = (figures - self.aims.published) / self.aims.tolerance
        # What a coarse world cannot measure says nothing.
        return np.concatenate([np.nan_to_num(error), z])

    def slopes(self, z: np.ndarray) -> np.ndarray:
        """Slopes (T + K, K) of the residuals, by one step towards the prior's mean each."""
        step = np.where(z > 0.0, -STEP, STEP)
        moved = self.figures(z + np.diag(step), "slopes")
        at = self.figures(z[None], "point")[0]
        assert self.aims is not None
        slopes = np.nan_to_num((moved - at) / self.aims.tolerance).T / step
        return np.concatenate([slopes, np.eye(len(z))])


def live(
    k: int, seed: int, changes: dict[str, float], scale: int, targets: tuple[Target, ...]
) -> tuple[int, dict[str, Check]]:
    """Live one run: `k` as given, and its comparisons by target."""
    settings = Settings(scale=scale, seed=seed, parameters=parameters_at(changes))
    return k, look(settings, targets)


def solve(
    names: Sequence[str],
    targets: tuple[Target, ...],
    scale: int,
    seeds: Sequence[int],
    steps: int,
    workers: int,
    tell: Tell,
    lived: Live = live,
) -> Solved:
    """Solve the parameters `names` from their prior means, in at most `steps` steps.

    `lived` may live or remember runs in another way than `live`, or hold other parameters at other
    values. InputError for a name that is unknown or has no prior.
    """
    priors = Priors.load(names).among(names)
    problem = _Problem(priors, targets, scale, seeds, workers, tell, lived)
    start = np.zeros(len(names))
    found = least_squares(
        problem.residuals,
        start,
        jac=problem.slopes,
        bounds=(priors.standardised(priors.low), priors.standardised(priors.high)),
        max_nfev=steps,
        xtol=1e-2,
        ftol=1e-2,
    )
    assert problem.aims is not None
    first, last = (problem.figures(z[None], "point")[0] for z in (start, found.x))
    error = [(f - problem.aims.published) / problem.aims.tolerance for f in (first, last)]
    return Solved(
        pl.DataFrame(
            {
                "name": names,
                "prior_mean": priors.mean,
                "prior_sd": priors.sd,
                "value": priors.values(found.x),
            }
        ),
        pl.DataFrame(
            {
                "id": [t.id for t in targets],
                "published": problem.aims.published,
                "tolerance": problem.aims.tolerance,
                "first": first,
                "last": last,
                "error": error[1],
            }
        ),
        (float(np.nansum(error[0] ** 2)), float(np.nansum(error[1] ** 2))),
        problem.aims,
        found.x,
        found.jac[: len(targets)] * problem.aims.tolerance[:, None],
    )
