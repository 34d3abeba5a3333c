"""Run an ensemble: live the draws that are not finished yet, then combine them all."""

import time
from collections.abc import Callable, Generator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from leftbehind.base.errors import InputError
from leftbehind.base.store import locked, whole_folder
from leftbehind.base.workers import workers_for
from leftbehind.counts.world import World
from leftbehind.ensembles.draw import Draw, Lived, draws_of, libraries
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.folder import DRAWS, INTERVALS, EnsembleFolder
from leftbehind.ensembles.posterior import Posterior
from leftbehind.ensembles.tables import write_intervals
from leftbehind.ensembles.workers import on_cluster, on_this_machine
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.tables import data_hashes
from leftbehind.model.population.founders import START
from leftbehind.runs.checkpoint import code_fingerprint
from leftbehind.runs.living import check_settings

MOST_DRAWS = 100_000
Progress = Callable[[int, int], None]  # draws done, of how many


def run_ensemble(
    *,
    draws: int,
    out: str | Path,
    first: int = START,
    last: int = 2020,
    scale: int = 1000,
    seed: int = 1,
    scenario: Scenario | None = None,
    draws_from: Path | None = None,
    workers: int | str = "auto",
    scheduler: str | None = None,
    replace: bool = False,
    resume: bool = False,
    progress: Progress | None = None,
) -> Ensemble:
    """Live `draws` worlds at 1:`scale`, with the parameters of one posterior draw and a seed each.

    The draws come from the file `draws_from`, or from those that ship; more than it holds are an
    error, because a draw taken twice would hide how unsure the parameters are. Each is lived by one
    of `workers` processes (auto: one a core), or by the workers of the Dask `scheduler`, and
    written into `out`/draws as soon as it is done. With `resume` finished draws are kept, also if
    more are asked for; with `replace` an ensemble or run in `out` is removed first. Neither the
    workers nor their number change a bit. Raises InputError for settings, files and folders that
    cannot be used, and if another run writes there.
    """
    scenario = scenario or Scenario()
    check_settings(first, last, scale, seed, threads=1)
    if not 1 <= draws <= MOST_DRAWS:
        raise InputError(f"--draws {draws}: not allowed; give a number from 1 to {MOST_DRAWS}")
    processes = workers_for(workers)
    posterior = Posterior.load(draws_from)
    wanted = draws_of(posterior, draws, seed, first, last, scale, scenario)
    folder = EnsembleFolder.of(
        Path(out),
        {
            "version": version("leftbehind"),
            "seed": seed,
            "scale": scale,
            "from": first,
            "to": last,
            "scenario": scenario.model_dump(by_alias=True, exclude_none=True),
            "posterior": posterior.fingerprint(),
            "data": data_hashes(),
            "code": code_fingerprint(),
            **libraries(),
        },
    )
    with locked(Path(out)), folder.told_if_stopped():
        began = time.perf_counter()
        folder.start(resume, replace)
        left = folder.left(wanted)
        if left or not folder.is_whole(draws):
            folder.begin()
            _live(left, len(wanted), folder, processes, scheduler, progress)
            _combine(folder, wanted, processes)
            folder.finish(
                draws=draws,
                posterior_file=posterior.path.name,
                seconds=round(time.perf_counter() - began, 2),
                lived_now=len(left),
            )
    return Ensemble(Path(out))


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
