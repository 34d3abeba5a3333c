"""The study of all policies: settings lived by workers, each written at once; then the pages.

WORK/plan.json           what study this is
WORK/worlds/NAME.json    one setting: all policies beside the world as it was
OUT/README.md, OUT/POLICY.md, OUT/policies.json
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.base.store import read_json, write_text
from leftbehind.base.workers import as_done
from leftbehind.evidence.policies.effects import effects
from leftbehind.evidence.policies.page import index, page
from leftbehind.evidence.policies.settings import Setting, settings
from leftbehind.evidence.policies.worlds import live
from leftbehind.inputs import scenario as known
from leftbehind.inputs.scenario import Scenario
from leftbehind.runs.plan import check_settings
from leftbehind.runs.work_folder import WorkFolder

SCALE, DRAWS = 20_000, 12
WORLDS, GO_ON = "worlds", "remove it and go on with --resume"
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
    decisive = {
        "plan": asdict(plan),
        "settings": [asdict(world) for world in worlds],
        "scenarios": [s.model_dump(mode="json", by_alias=True) for s in scenarios],
    }
    with WorkFolder.of(work, "study of policies", WORLDS, decisive).held(resume, replace):
        todo = [world for world in worlds if not _file(work, world).is_file()]
        done = len(worlds) - len(todo)
        tell(done, len(worlds))
        for _ in as_done(_live, [(work, world, scenarios, plan) for world in todo], workers):
            done += 1
            tell(done, len(worlds))
        rows = [(world, _rows(_file(work, world))) for world in worlds]
        found = effects(rows, scenarios, plan.scale)
        told = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        write_text(Path(out) / "policies.json", told)
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
    return Path(work) / WORLDS / f"{world.name}.json"


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_json(path, GO_ON).get("rows")  # type: ignore[assignment]
    if not isinstance(rows, list):
        raise InputError(f"{path}: damaged (no rows); {GO_ON}")
    return rows
