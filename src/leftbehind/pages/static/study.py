"""The study behind the page: worlds lived by workers, each kept at once; then the folder of pages.

WORK/plan.json, WORK/start, WORK/worlds, WORK/child      see worlds.py and child.py
OUT/index.html, OUT/<other language>.html, OUT/manifest.json
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.store import locked, whole_folder, write_manifest, write_text
from leftbehind.base.workers import as_done
from leftbehind.evidence.policies.settings import Setting, settings
from leftbehind.inputs.scenario import Scenario
from leftbehind.pages.report.words import LANGUAGES, check_language
from leftbehind.pages.static import child, worlds
from leftbehind.pages.static.answers import Answers
from leftbehind.pages.static.build import page
from leftbehind.pages.static.design import design, held_out
from leftbehind.pages.static.levers import SHIPPED, Lever, chosen, scenario
from leftbehind.runs.plan import check_settings
from leftbehind.runs.work_folder import WorkFolder

KIND = "page of explored worlds"
Tell = Callable[[str, int, int], None]  # what is done, how far, of how many


@dataclass(frozen=True)
class Plan:
    """What is lived: `worlds` of the design, `checks` not fitted, `draws` of the posterior."""

    scale: int = 10_000
    seed: int = 1
    levers: tuple[str, ...] = SHIPPED
    worlds: int = 128
    checks: int = 30
    draws: int = 20

    def moved(self) -> tuple[Lever, ...]:
        """The levers; InputError for an unknown one."""
        return chosen(self.levers)


@dataclass(frozen=True)
class Job:
    """A world to live: its name and what lives it."""

    name: str
    run: Callable[[], str]


def run(
    out: Path,
    work: Path,
    plan: Plan,
    *,
    language: str = "en",
    workers: int = 1,
    resume: bool = False,
    replace: bool = False,
    tell: Tell = lambda what, done, total: None,
) -> dict[str, Any]:
    """Live every world that has no file yet, then write the pages; the manifest.

    With `resume` the worlds in `work` are kept and `replace` concerns `out` only. Raises InputError
    for a bad plan, before anything is lived or written, for a folder that cannot be written, or one
    that holds other things.
    """
    check_language(language)
    check_settings(1950, 2020, plan.scale, plan.seed, 1)
    levers = plan.moved()
    fitted = design(levers, plan.worlds, plan.seed)
    checked = held_out(levers, plan.checks, plan.seed)
    draws = _draws(plan)
    with locked(out), whole_folder(out, replace) as folder:
        held = WorkFolder.of(work, KIND, worlds.WORLDS, {"plan": asdict(plan)})
        with held.held(resume, replace and not resume):
            rows = _lived(work, plan, levers, (fitted, checked), draws, workers, tell)
            answers = Answers.of(levers, fitted, rows[0], checked, rows[1], rows[2], plan.scale)
            lives = child.lives(work, plan.scale, plan.seed, tell)
        others = [code for code in LANGUAGES if code != language]
        names = {language: "index.html", **{code: f"{code}.html" for code in others}}
        for code, name in names.items():
            write_text(folder / name, page(answers, lives, plan, code, names))
        manifest = {
            "kind": KIND,
            "version": leftbehind.__version__,
            **asdict(plan),
            "terms": len(answers.response.powers),
            "error": answers.checked_error(),
        }
        write_manifest(folder, manifest)
    return manifest


def _draws(plan: Plan) -> list[Setting]:
    """The draws alone, of all settings that the study of policies tries."""
    if plan.draws < 2:
        raise InputError(f"--draws {plan.draws}: not allowed; give a whole number from 2")
    return [setting for setting in settings(plan.draws, plan.seed) if setting.kind == "draw"]


def _lived(
    work: Path,
    plan: Plan,
    levers: Sequence[Lever],
    positions: tuple[np.ndarray, np.ndarray],
    draws: list[Setting],
    workers: int,
    tell: Tell,
) -> list[np.ndarray]:
    """The rows of the design, of the worlds that check it, and of the draws."""
    tell("start", 0, 1)
    worlds.begin(work, plan.scale, plan.seed, lambda year: None)
    tell("start", 1, 1)
    groups = [
        [
            Job(
                name, partial(worlds.live, work, name, _world(levers, where), plan.scale, plan.seed)
            )
            for n, where in enumerate(some)
            for name in [f"{kind}-{n:04d}"]
        ]
        for kind, some in zip(("design", "check"), positions, strict=True)
    ]
    groups.append([Job(d.name, partial(worlds.live_draw, work, d, plan.scale)) for d in draws])
    jobs = [job for group in groups for job in group]
    todo = [job for job in jobs if not worlds.file(work, job.name).is_file()]
    done = len(jobs) - len(todo)
    tell("worlds", done, len(jobs))
    for _ in as_done(_run, [(job.run,) for job in todo], workers):
        done += 1
        tell("worlds", done, len(jobs))
    return [np.stack([worlds.row(work, job.name) for job in group]) for group in groups]


def _world(levers: Sequence[Lever], positions: np.ndarray) -> Scenario:
    return scenario(levers, positions.tolist())


def _run(job: Callable[[], str]) -> str:
    return job()
