"""A calibration from its first run to its draws: luck and scale, screening, waves, posterior.

    calibrate.run(Path("calibration"), seed=1)

Every stage writes its design, lives its runs, and hands its outcomes on; see folder.py for what is
on disk. All chance is keyed by the seed and the name of the stage.
"""

import dataclasses
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import qmc

from leftbehind.base.errors import InputError
from leftbehind.ensembles.draws import rounded
from leftbehind.evidence.calibrate import emulator, screening, targets
from leftbehind.evidence.calibrate.emulator import Bank
from leftbehind.evidence.calibrate.folder import Folder, work_folder
from leftbehind.evidence.calibrate.matching import Space, distance
from leftbehind.evidence.calibrate.plan import FULL, Plan
from leftbehind.evidence.calibrate.priors import Priors
from leftbehind.evidence.calibrate.randomised import Problem, kept
from leftbehind.evidence.calibrate.record import Draws, Findings, Wave, write
from leftbehind.evidence.calibrate.runs import Outcomes, Tell, live_all
from leftbehind.evidence.calibrate.targets import Aims

LUCK, FINE, SCREENING, POSTERIOR, MEDIAN = "luck", "fine", "screening", "posterior", "median"
MORE_ROUNDS = 2  # of correction, as long as too few draws are kept


def run(
    out: Path,
    plan: Plan = FULL,
    *,
    seed: int = 1,
    workers: int = 1,
    resume: bool = False,
    replace: bool = False,
    tell: Tell = lambda stage, done, total: None,
) -> Findings:
    """Calibrate into the folder `out`; `tell` hears each stage, its runs done and in all.

    Raises InputError for a bad plan, a folder that holds something else, a target that is held out
    or later than 2012, or too few draws that meet the targets.
    """
    if not 1 <= workers <= 256:
        raise InputError(f"--workers {workers}: not allowed; give a whole number from 1 to 256")
    if not 0 <= seed < 2**63:
        raise InputError(f"--seed {seed}: not allowed; give a whole number from 0 to {2**63 - 1}")
    priors, wanted = Priors.load(plan.parameters), targets.load(plan.targets, plan.figures)
    work = work_folder(out, plan, seed)
    with work.held(resume, replace):
        stages = Calibration(Folder(out), plan, seed, workers, priors, wanted, tell)
        return stages.all_stages(work.plan)


@dataclass
class Calibration:
    """The stages; each method is one, and goes on from what is on disk."""

    folder: Folder
    plan: Plan
    seed: int
    workers: int
    priors: Priors
    wanted: tuple[targets.Target, ...]
    tell: Tell

    def all_stages(self, mine: dict[str, object]) -> Findings:
        """Run what is not yet done; the findings, written to the folder."""
        at_means = self._same_point(LUCK, self.priors.mean, self.plan.scale, self.plan.replicates)
        shift, shift_error = self._scale_shift(at_means)
        aims = self._aims()
        found = self._screen(aims)
        ranked = screening.ranking(found)
        luck = at_means.figures.std(axis=0, ddof=1)
        # Luck shrinks with the number of people.
        coarser = luck * np.sqrt(self.plan.screening_scale / self.plan.scale)
        least = screening.from_luck(coarser, aims)
        active = screening.active(ranked, self.priors, least, self.plan.most_active)
        waves, space, usable = self._match(active, aims, found, luck, shift, shift_error)
        aims, noise = space.aims, np.hypot(luck, shift_error)[usable]
        draws = self._draw(active, Problem(space.bank, aims, space.priors, noise), usable)
        median = np.median(draws.values[draws.kept], axis=0)
        at_median = self._same_point(MEDIAN, median, self.plan.scale, self.plan.replicates)
        findings = Findings(
            mine,
            aims,
            self.priors,
            active,
            found,
            ranked,
            least,
            waves,
            luck[usable],
            shift[usable],
            shift_error[usable],
            draws,
            at_means.figures[:, usable] + shift[usable],
            at_median.figures[:, usable] + shift[usable],
            self._cost(),
        )
        write(self.folder, findings)
        return findings

    def _key(self, stage: str) -> list[int]:
        return [self.seed, zlib.crc32(stage.encode())]

    def _seeds(self, stage: str, number: int) -> list[int]:
        """Seeds of a stage's runs."""
        return np.random.default_rng(self._key(stage)).integers(2**62, size=number).tolist()

    def _live(
        self, stage: str, values: Callable[[], np.ndarray], seeds: list[int], scale: int
    ) -> Outcomes:
        """Write the design of a stage, unless it is there, and live its runs."""
        if self.folder.design(stage) is None:
            self.folder.keep_design(stage, self.priors, values(), seeds, scale)
        return live_all(self.folder, stage, self.wanted, self.workers, self.tell)

    def _same_point(self, stage: str, point: np.ndarray, scale: int, number: int) -> Outcomes:
        """Runs at one point that differ in luck only, with the same luck in every such stage."""
        seeds = self._seeds(LUCK, number)
        return self._live(stage, lambda: np.tile(point, (number, 1)), seeds, scale)

    def _aims(self) -> Aims:
        """The targets with what was published, as the first run found it."""
        row = self.folder.run(LUCK, 0)
        return targets.aims(self.wanted, row["published"], row["error"])

    def _scale_shift(self, at_means: Outcomes) -> tuple[np.ndarray, np.ndarray]:
        """What a finer scale adds to each figure (T,), and the standard error of that."""
        size = len(self.wanted)
        if not self.plan.fine_runs:
            return np.zeros(size), np.zeros(size)
        number = self.plan.fine_runs
        fine = self._same_point(FINE, self.priors.mean, self.plan.fine_scale, number).figures
        coarse = at_means.figures
        # Luck shrinks with the number of people, by which the fine runs' is known best.
        ratio = self.plan.fine_scale / self.plan.scale
        error = coarse.std(axis=0, ddof=1) * np.sqrt(1.0 / len(coarse) + ratio / number)
        return fine.mean(axis=0) - coarse.mean(axis=0), error

    def _screen(self, aims: Aims) -> pl.DataFrame:
        """Effects of every unit on every target."""
        points = screening.design(
            self.priors, self.plan.trajectories, self._seeds("trajectories", 1)[0] % 2**31
        )
        seeds = self._seeds(SCREENING, 1) * len(points)
        lived = self._live(
            SCREENING, lambda: self.priors.quantile(points), seeds, self.plan.screening_scale
        )
        return screening.effects(self.priors, points, lived.figures, aims)

    def _spread(self, stage: str, number: int) -> np.ndarray:
        """A Latin hypercube over all priors: values (number, K)."""
        rng = np.random.default_rng(self._key(f"{stage}, design"))
        cube = qmc.LatinHypercube(len(self.priors.names), rng=rng).random(number)
        return self.priors.quantile(cube)

    def _with_active(self, stage: str, active: list[str], z: np.ndarray) -> np.ndarray:
        """Points (n, K) with these active parameters; the others from their priors."""
        values = self._spread(stage, len(z))
        own = self.priors.among(active)
        values[:, [self.priors.names.index(name) for name in active]] = own.values(z)
        return values

    def _candidates(self, active: list[str]) -> np.ndarray:
        """Prior draws of the active parameters, standardised, that measure the space left."""
        own = self.priors.among(active)
        rng = np.random.default_rng(self._key("candidates"))
        return own.standardised(own.quantile(rng.random((self.plan.candidates, len(active)))))

    def _match(
        self,
        active: list[str],
        aims: Aims,
        found: pl.DataFrame,
        luck: np.ndarray,
        shift: np.ndarray,
        shift_error: np.ndarray,
    ) -> tuple[list[Wave], Space, np.ndarray]:
        """The waves; what they leave, and the targets (T,) that can be emulated."""
        own, candidates = self.priors.among(active), self._candidates(active)
        effect = screening.of_inputs(found, aims, active)
        waves: list[Wave] = []
        z, figures = np.empty((0, len(active))), np.empty((0, len(self.wanted)))
        usable = np.ones(len(self.wanted), dtype=bool)
        space: Space | None = None
        for k, number in enumerate(self.plan.waves):
            stage = f"wave-{k + 1}"
            lived = self._live(
                stage,
                partial(self._wave_design, stage, number, active, space, candidates),
                self._seeds(stage, number),
                self.plan.scale,
            )
            new = own.standardised(lived.points(own.names))
            before = space.bank if space else None
            z, figures = np.vstack([z, new]), np.vstack([figures, lived.figures])
            if k == 0:
                usable = emulator.enough(figures)
            left_out = (
                before.errors(new, lived.figures[:, usable], shift[usable])
                if before
                else np.empty(0)
            )
            fitted = emulator.fit_all(
                z, figures[:, usable], effect[usable], luck[usable], self.workers
            )
            bank = Bank(fitted, shift[usable], shift_error[usable])
            space = Space(bank, aims.among(usable), own, self.plan.cut, self.plan.ranks[k])
            waves.append(Wave.of(stage, number, space.rank, space.left(candidates), left_out))
        assert space is not None
        return waves, space, usable

    def _wave_design(
        self,
        stage: str,
        number: int,
        active: list[str],
        space: Space | None,
        candidates: np.ndarray,
    ) -> np.ndarray:
        if space is None:
            return self._spread(stage, number)
        z = space.draw(number, candidates, self.plan.steps, self._seeds(f"{stage}, chain", 1)[0])
        return self._with_active(stage, active, z)

    def _draw(self, active: list[str], problem: Problem, usable: np.ndarray) -> Draws:
        """Draws of the posterior: solved, run, corrected by their runs, and run again."""
        own, number = problem.priors, self.plan.tried
        rng = np.random.default_rng(self._key("posterior, errors"))
        centre = own.standardised(own.quantile(rng.random((number, len(active)))))
        normal = rng.standard_normal((number, len(problem.aims.targets)))
        # At first the emulators' own error counts; after a run that error is known.
        emulated = problem.bank.predict(np.zeros((1, len(active))))[1][0]
        now = dataclasses.replace(problem, own=np.hypot(problem.own, emulated))
        beyond, z, distances = np.zeros_like(normal), centre, []
        for k in range(self.plan.rounds + MORE_ROUNDS):
            stage = f"{POSTERIOR}-{k + 1}"
            lived = self._live(
                stage,
                partial(self._corrected, active, now, z, centre, normal, beyond),
                self._seeds(POSTERIOR, number),
                self.plan.scale,
            )
            now, z = problem, own.standardised(lived.points(own.names))
            figures = lived.figures[:, usable] + problem.bank.shift
            beyond = figures - problem.bank.mean(z)
            distances.append(float(np.nanmedian(distance(figures, problem.aims))))
            close = kept(figures, problem.own, problem.aims, self.plan.cut)
            if k + 1 >= self.plan.rounds and close.sum() >= self.plan.draws:
                break
        else:
            raise InputError(
                f"{self.folder.path}: of {number} draws only {close.sum()} meet the targets when "
                f"run; {self.plan.draws} are asked for. The model cannot meet them at its priors: "
                "look at screening.parquet and runs/"
            )
        return Draws(lived.points(self.priors.names), figures, close, distances)

    def _corrected(
        self,
        active: list[str],
        problem: Problem,
        z: np.ndarray,
        centre: np.ndarray,
        normal: np.ndarray,
        beyond: np.ndarray,
    ) -> np.ndarray:
        """Points (n, K) of the draws solved with what their runs showed (`beyond`)."""
        known = np.where(np.isfinite(beyond), beyond, 0.0)
        solved = problem.solve_all(z, centre, normal, known, self.workers)
        return rounded(self._with_active(POSTERIOR, active, solved))

    def _cost(self) -> dict[str, float]:
        """Runs and seconds of one core by all stages so far."""
        stages = sorted((self.folder.path / "designs").glob("[!.]*.parquet"))
        rows = [
            self.folder.run(path.stem, k)["seconds"]
            for path in stages
            for k in range(pl.read_parquet(path).height)
        ]
        return {"runs": len(rows), "core_seconds": round(sum(rows), 1)}
