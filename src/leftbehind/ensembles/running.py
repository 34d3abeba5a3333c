"""Run an ensemble: live the draws that are not finished yet, then combine them all."""

import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.base.store import whole_folder
from leftbehind.base.workers import workers_for
from leftbehind.counts.world import World
from leftbehind.ensembles.draw import Draw, Lived, draws_of, libraries
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.folder import DRAWS, INTERVALS, KIND, EnsembleFolder
from leftbehind.ensembles.posterior import Posterior
from leftbehind.ensembles.tables import write_intervals
from leftbehind.ensembles.workers import on_cluster, on_this_machine
from leftbehind.runs.plan import Plan
from leftbehind.runs.work_folder import WorkFolder

MOST_DRAWS = 100_000
Progress = Callable[[int, int], None]  # draws done, of how many
# What of a run's settings does not go with many draws, and why.
OF_ONE_RUN = {
    "checkpoint_every": "draws are kept",
    "memory": "draws are lived in memory",
    "population": "its people would be all draws'",
    "changed": "see --draws-from",
    "alignment": "each draw has its own",
}


@dataclass(frozen=True)
class EnsemblePlan:
    """Draws to live: the years, scale, seed, scenario and folder of `world`, `draws` times.

    The draws come from the file `draws_from`, or from those that ship; more than it holds are an
    error, because a draw taken twice would hide how unsure the parameters are. Each is lived by one
    of `workers` processes (auto: one a core), or by the workers of the Dask `scheduler`. Neither
    changes a bit. Raises InputError for what cannot be used and for what does not go with draws.
    """

    world: Plan
    draws: int
    draws_from: str | Path | None = None
    workers: int | str = "auto"
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.draws <= MOST_DRAWS:
            raise InputError(
                f"--draws {self.draws}: not allowed; give a number from 1 to {MOST_DRAWS}"
            )
        workers_for(self.workers)
        given = {**vars(self.world), "population": self.world.settings.population}
        for name, why in OF_ONE_RUN.items():
            if given[name]:
                option = {"changed": "parameters"}.get(name, name.replace("_", "-"))
                value = f" {given[name]}" if isinstance(given[name], int) else ""
                raise InputError(f"--{option}{value}: does not go with --draws: {why}")


def live_ensemble(plan: EnsemblePlan, progress: Progress | None = None) -> Ensemble:
    """Live a plan's draws into its folder, each written as soon as it is done; the ensemble.

    With `resume` in the plan finished draws are kept, also if more are asked for; with `replace` an
    ensemble or run that lies there is removed first. Without a folder it is a temporary one that
    lasts as long as the ensemble. Raises InputError for files and folders that cannot be used, and
    if another run writes there.
    """
    if plan.world.out is not None:
        return _live_into(plan.world.out, plan, progress)
    folder = Path(tempfile.mkdtemp(prefix="leftbehind-"))
    try:
        ensemble = _live_into(folder, plan, progress)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(ensemble, shutil.rmtree, folder, ignore_errors=True)
    return ensemble


def _live_into(out: Path, plan: EnsemblePlan, progress: Progress | None) -> Ensemble:
    world, processes = plan.world, workers_for(plan.workers)
    posterior = Posterior.load(Path(plan.draws_from) if plan.draws_from else None)
    told = world.settings
    wanted = draws_of(
        posterior, plan.draws, told.seed, world.first, world.last, told.scale, told.scenario
    )
    work = WorkFolder.of(out, KIND, DRAWS, _decisive(world, posterior))
    folder = EnsembleFolder(work)
    with work.held(world.resume, world.replace):
        began = time.perf_counter()
        left = folder.left(wanted)
        if left or not folder.is_whole(plan.draws):
            folder.begin()
            _live(left, len(wanted), folder, processes, plan.scheduler, progress)
            _combine(folder, wanted, processes)
            folder.finish(
                draws=plan.draws,
                posterior_file=posterior.path.name,
                figures=posterior.figures(),
                seconds=round(time.perf_counter() - began, 2),
                lived_now=len(left),
            )
    return Ensemble(out)


def _decisive(world: Plan, posterior: Posterior) -> dict[str, Any]:
    """What decides the ensemble's bits, but the number of draws and what decides all work's."""
    of_a_run = world.identity()
    shared = ("seed", "scale", "from", "to", "scenario")
    told = {name: of_a_run[name] for name in shared}
    return {**told, "posterior": posterior.fingerprint(), **libraries()}


def _live(
    left: list[Draw],
    number: int,
    folder: EnsembleFolder,
    processes: int,
    scheduler: str | None,
    progress: Progress | None,
) -> None:
    """Live the draws that are left and store each as it comes back."""
    by_number = {draw.number: draw for draw in left}
    done = number - len(left)
    if progress:
        progress(done, number)
    try:
        with closing(_lived(left, folder, processes, scheduler)) as found:
            for lived in found:
                folder.store(by_number[lived.number], lived)
                done += 1
                if progress:
                    progress(done, number)
    finally:
        folder.clear(left)


def _lived(
    left: list[Draw], folder: EnsembleFolder, processes: int, scheduler: str | None
) -> Generator[Lived, None, None]:
    if not left:
        return
    if scheduler:
        yield from on_cluster(left, scheduler)
    else:
        yield from on_this_machine(left, processes, folder.path / DRAWS)


def _combine(folder: EnsembleFolder, draws: list[Draw], processes: int) -> None:
    """Write the interval tables of all draws."""
    worlds = [World(folder.path / DRAWS / draw.name) for draw in draws]
    with whole_folder(folder.path / INTERVALS, replace=True) as work:
        write_intervals(work, worlds, processes)
