"""The study of all policies: settings lived by workers, each written at once; then the pages.

WORK/plan.json           what study this is
WORK/worlds/NAME.json    one setting: all policies beside the world as it was
OUT/README.md, OUT/POLICY.md, OUT/policies.json
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.base.store import check_same, clear_parts, write_text
from leftbehind.base.workers import as_done
from leftbehind.evidence.policies.effects import effects
from leftbehind.evidence.policies.page import index, page
from leftbehind.evidence.policies.settings import Setting, settings
from leftbehind.evidence.policies.worlds import live
from leftbehind.inputs import scenario as known
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.tables import hashes, table_names
from leftbehind.runs.checkpoint import code_fingerprint
from leftbehind.runs.plan import check_settings

SCALE, DRAWS = 20_000, 12
IDENTITY = "plan.json"
Tell = Callable[[int, int], None]  # settings lived, settings in all


@dataclass(frozen=True)
class Plan:
    """What is studied: policies by name (none: the gallery), sizes, and parameters to move."""

    scale: int = SCALE
    draws: int = DRAWS
    seed: int = 1
    policies: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    horizon: int | None = None

    def scenarios(self) -> list[Scenario]:
        """The policies; InputError for an unknown one or one that changes nothing."""
        if not self.policies:
            return [scenario for scenario in known.gallery() if scenario.change]
        chosen = [known.get(name) for name in self.policies]
        for scenario in chosen:
            if not scenario.change:
                raise InputError(f"policy {scenario.name!r}: changes nothing, so it has no effect")
        return chosen


def run(
    work: Path,
    out: Path,
    plan: Plan | None = None,
    *,
    workers: int = 1,
    resume: bool = False,
    replace: bool = False,
    tell: Tell = lambda done, total: None,
) -> dict[str, Any]:
    """Live every setting that has no file yet, then write the pages; the effects as plain data.

    Raises InputError for a bad plan, or a folder `work` that holds another study.
    """
    plan = plan or Plan()
    check_settings(1950, 2050, plan.scale, plan.seed, 1)
    scenarios, worlds = plan.scenarios(), settings(plan.draws, plan.seed, plan.moved)
    _open(Path(work), plan, worlds, resume, replace)
    todo = [world for world in worlds if not _file(work, world).is_file()]
    done = len(worlds) - len(todo)
    tell(done, len(worlds))
    jobs = [(Path(work), world, scenarios, plan) for world in todo]
    try:
        for _ in as_done(_live, jobs, workers):
            done += 1
            tell(done, len(worlds))
    except KeyboardInterrupt as stop:
        stop.add_note(f"Kept: {done} of {len(worlds)} worlds in {work}; go on with --resume.")
        raise
    rows = [(world, _rows(_file(work, world))) for world in worlds]
    found = effects(rows, scenarios, plan.scale)
    write_text(Path(out) / "policies.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    for scenario in scenarios:
        write_text(Path(out) / f"{scenario.name}.md", page(scenario, found))
    write_text(Path(out) / "README.md", index(scenarios, found))
    return found


def _live(work: Path, world: Setting, scenarios: list[Scenario], plan: Plan) -> str:
    began = time.perf_counter()
    rows = live(world, scenarios, plan.scale, plan.horizon)
    content = {"seconds": round(time.perf_counter() - began, 2), "rows": rows}
    write_text(_file(work, world), json.dumps(content) + "\n")
    return world.name


def _file(work: Path, world: Setting) -> Path:
    return Path(work) / "worlds" / f"{world.name}.json"


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["rows"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path}: damaged ({error!r}); remove it and go on with --resume"
        ) from error
    return rows


def _open(work: Path, plan: Plan, worlds: list[Setting], resume: bool, replace: bool) -> None:
    """Make the folder that of this study, or check that it is."""
    mine = json.loads(
        json.dumps(
            {
                "version": version("leftbehind"),
                "code": code_fingerprint(),
                "plan": asdict(plan),
                "settings": [asdict(world) for world in worlds],
                "data": hashes(table_names()),
                "scenarios": [s.model_dump(mode="json", by_alias=True) for s in plan.scenarios()],
            },
            allow_nan=True,
        )
    )
    there = work / IDENTITY
    clear_parts(work)
    if there.is_file() and resume:
        try:
            found = dict(json.loads(there.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise InputError(f"{there}: damaged ({error}); start anew with --replace") from error
        check_same(there, "this folder holds a study with", mine, found)
        return
    if work.exists() and any(work.iterdir()) and not (replace and there.is_file()):
        hint = "go on with --resume, start anew with --replace, or " if there.is_file() else ""
        raise InputError(f"{work}: not empty; {hint}give an empty or new folder")
    for path in (work / "worlds").glob("*.json"):
        path.unlink()
    (work / "worlds").mkdir(parents=True, exist_ok=True)
    write_text(there, json.dumps(mine, indent=1) + "\n")
