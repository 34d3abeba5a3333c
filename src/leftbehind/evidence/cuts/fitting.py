"""A fit to the figures up to a cut: the best point, then draws about it.

The best point is solving.py's. A draw is that of randomised maximum likelihood (randomised.py) in
the linear model that the solver's last slopes give: a point of the prior and errors of all targets
are drawn, and the draw trades the distance from one against that from the other, here in closed
form. Parameters that are not solved stay at their means: what they add is for the discrepancy.

The priors' means of the choice's constants were solved on all figures to 2012, so a cut before 2012
is not blind to later ones: its priors know something of them, and the page says so.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.base.workers import as_done
from leftbehind.ensembles.draws import rounded
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.solving import Live, Solved, solve
from leftbehind.evidence.calibrate.targets import Aims, Target, load, on_scale
from leftbehind.evidence.cuts import forms
from leftbehind.evidence.cuts.lives import Lives
from leftbehind.evidence.cuts.plan import Plan
from leftbehind.evidence.validate.check import Check

Tell = Callable[[str, int, int], None]  # stage, runs done, runs in all


@dataclass(frozen=True)
class Fit:
    """A form fitted to a cut: changes of parameters of each draw, what is held among them."""

    form: str
    cut: int
    targets: int
    misfit: tuple[float, float]
    draws: list[dict[str, float]]


def targets_to(cut: int) -> tuple[Target, ...]:
    """The targets up to a cut; InputError if there is none."""
    found = tuple(target for target in load() if target.year <= cut)
    if not found:
        raise InputError(f"--cut {cut}: no figure up to this year may be fitted")
    return found


def fit(lives: Lives, plan: Plan, form: str, cut: int, workers: int, tell: Tell) -> Fit:
    """Fit a form to the figures up to `cut`, and draw about the best point."""
    held = forms.get(form).held()
    names = tuple(name for name in plan.parameters if name not in held)
    targets, name = targets_to(cut), f"{form}, {cut}"

    def said(stage: str, done: int, total: int) -> None:
        tell(f"{name}: {stage}", done, total)

    live = partial(_held, lives.live, held)
    found = solve(names, targets, plan.scale, (plan.seed,), plan.steps, workers, said, live)
    priors = Priors.load(names).among(names)
    best = priors.changes(priors.values(found.z))
    luck = _luck(lives, plan, {**held, **best}, targets, found.aims, workers, said)
    rng = np.random.default_rng([plan.seed, zlib.crc32(name.encode())])
    points = linear_draws(found, priors, luck, plan.draws, rng)
    draws = [{**held, **priors.changes(v)} for v in rounded(priors.values(points))]
    return Fit(form, cut, len(targets), found.misfit, draws)


def _held(
    live: Live,
    held: dict[str, float],
    k: int,
    seed: int,
    changes: dict[str, float],
    scale: int,
    targets: tuple[Target, ...],
) -> tuple[int, dict[str, Check]]:
    """Live one run of `live` with what the form holds."""
    return live(k, seed, {**held, **changes}, scale, targets)


def linear_draws(
    found: Solved, priors: Priors, luck: np.ndarray, number: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws (number, K) in the priors' deviations, of the linear model about the best point.

    With y = published less the figures at the best point, J the slopes, C the covariance of all
    errors, z0 a prior point and e errors: z = (1 + J'C^-1 J)^-1 (z0 + J'C^-1 (y + e + J z_best)).
    For a linear model and normal priors that is the posterior exactly; ends of priors cut it.
    """
    at_best = found.figures["last"].to_numpy()
    known = np.isfinite(at_best)
    aims, slopes = found.aims.among(known), found.slopes[known]
    covariance = aims.covariance() + np.diag(luck[known] ** 2)
    root = np.linalg.cholesky(covariance)
    weight = np.linalg.solve(covariance, slopes).T
    gap = aims.published - at_best[known] + slopes @ found.z
    size = len(found.z)
    low, high = priors.standardised(priors.low), priors.standardised(priors.high)
    start = np.clip(rng.standard_normal((number, size)), low, high)
    errors = rng.standard_normal((number, int(known.sum()))) @ root.T
    right = start + (gap + errors) @ weight.T
    points = np.linalg.solve(np.eye(size) + weight @ slopes, right.T).T
    return np.clip(points, low, high)


def _luck(
    lives: Lives,
    plan: Plan,
    changes: dict[str, float],
    targets: tuple[Target, ...],
    aims: Aims,
    workers: int,
    tell: Tell,
) -> np.ndarray:
    """Standard deviation (T,) of the figures over runs that differ in luck only."""
    work = [(k, plan.seed + 1 + k, changes, plan.scale, targets) for k in range(plan.replicates)]
    figures = np.full((plan.replicates, len(targets)), np.nan)
    for done, (k, checks) in enumerate(as_done(lives.live, work, workers), start=1):
        tell("luck", done, len(work))
        figures[k] = [on_scale(t, checks[t.id].model, checks[t.id].published) for t in aims.targets]
    spread = np.nanstd(figures, axis=0, ddof=1) if len(work) > 1 else np.zeros(len(targets))
    return np.nan_to_num(spread)
