"""Live a run: the years one after the other into a folder, whole or not at all, or resumed."""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace as replace_fields
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from leftbehind.base.errors import InputError, reason
from leftbehind.base.store import (
    MANIFEST,
    clear_unfinished,
    locked,
    read_manifest,
    target_folder,
    write_manifest,
)
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.alignment import Alignment
from leftbehind.model.on_disk import OnDisk
from leftbehind.model.population.founders import START
from leftbehind.model.simulation import LAST, Lodging, Settings, Simulation, YearOutput, years
from leftbehind.runs.checkpoint import EVERY, Checkpoints, Done
from leftbehind.runs.plan import Plan
from leftbehind.runs.recorder import Recorder, Writer, table_writer
from leftbehind.runs.size import check_on_disk

Progress = Callable[[YearOutput], None]


def live_run(plan: Plan, progress: Progress | None = None, writer: Writer = table_writer) -> Path:
    """Live the years of `plan`, write the run's folder whole and return it.

    Without `plan.out` it is a temporary folder, which the caller removes. `progress` is told each
    year; `writer` writes each table of a run without checkpoints. Raises InputError for a folder
    that cannot be written or is being written by another run, for checkpoints of another run, and
    for a limit of memory or a disk that is too small.
    """
    needs_on_disk(plan)
    with locked(plan.out):
        told = plan.identity()
        keeper = _checkpoints(plan, told)
        if keeper and plan.out and plan.resume and _is_whole(plan.out, keeper):
            keeper.remove()
            return plan.out
        kept = keeper.told() if keeper else nullcontext()
        with target_folder(plan.out, plan.replace) as (work, final), kept:
            simulation, done = _begin(plan, keeper)
            if keeper:
                _live_in_stretches(simulation, plan, keeper, done, progress)
                keeper.merge_into(work)
            else:
                _live(simulation, work, plan.first, plan.last, done, progress, writer)
            with Recorder(work, simulation.places, writer) as recorder:
                recorder.finish(simulation.alignment)
            write_manifest(work, {**told, **_facts(plan, simulation, done)})
        if keeper:
            keeper.remove()
    return final


def _begin(plan: Plan, keeper: Checkpoints | None) -> tuple[Simulation, Done]:
    """The simulation before its first year, or as the last checkpoint left it; what is done."""
    alignment = plan.alignment
    found = keeper.start(plan.resume, plan.replace) if keeper else None
    if found:
        alignment = found[1]
    elif alignment is None and plan.settings.scenario.change:
        alignment = _of_the_baseline(plan, keeper)
    began = time.perf_counter()
    lodging = _lodging(plan, keeper.people) if keeper else None
    # Facts of people of one's own are known only when they are drawn.
    begin = not found or plan.settings.population is not None
    try:
        simulation = Simulation(plan.settings, plan.threads, alignment, lodging, begin)
    except OSError:
        if keeper and not found:
            keeper.remove()  # nobody is kept yet
        raise
    if found:
        found[0].give_to(simulation)
    done = keeper.done if keeper else Done([])
    done.seconds += time.perf_counter() - began
    return simulation, done


def needs_on_disk(plan: Plan) -> str:
    """What a run with people on disk needs, in a sentence; of another run nothing.

    Raises InputError if the limit of memory or the disk is too small.
    """
    if plan.memory is None or plan.out is None or plan.resume:
        return ""
    return check_on_disk(plan.settings, plan.last, plan.memory, plan.out)


def _lodging(plan: Plan, folder: Path) -> Lodging | None:
    """Where the people are kept: in `folder` if the plan limits memory; None in memory."""
    return partial(OnDisk, folder, plan.memory, plan.threads) if plan.memory else None


def _of_the_baseline(plan: Plan, keeper: Checkpoints | None) -> Alignment:
    """Factors of the baseline, which is lived first and not kept."""
    if not keeper:
        return baseline_alignment(plan.last, plan.settings, plan.threads)
    folder = keeper.folder / "baseline"
    lodging = _lodging(plan, folder)
    try:
        return baseline_alignment(plan.last, plan.settings, plan.threads, lodging)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _facts(plan: Plan, simulation: Simulation, done: Done) -> dict[str, Any]:
    """What the manifest says beside the identity of the run."""
    return {
        "changed_parameters": dict(plan.changed),
        "start": simulation.start_facts or None,
        "alive": int(simulation.hukou_counts[:, 0].sum()),
        "person_years": done.lived,
        "seconds": round(done.seconds, 2),
        "threads": plan.threads,
        "numpy": np.__version__,
        "numba": version("numba"),
    }


def _checkpoints(plan: Plan, identity: dict[str, Any]) -> Checkpoints | None:
    """The run's checkpoints if it is to have any."""
    every, out = plan.checkpoint_every, plan.out
    if every is None and plan.memory:
        every = 1
    if every is None and not plan.resume:
        return None
    if out is None:
        raise InputError("--checkpoint-every and --resume need --out, the folder of the run")
    if every is not None and not 1 <= every <= LAST - START + 1:
        raise InputError(
            f"--checkpoint-every {every}: not allowed; give years from 1 to {LAST - START + 1}"
        )
    if plan.resume:
        clear_unfinished(out)
    return Checkpoints(out, every or EVERY, identity)


def _is_whole(out: Path, keeper: Checkpoints) -> bool:
    """Whether `out` holds this very run already: it was killed after its last step."""
    if not (out / MANIFEST).is_file():
        return False
    manifest = read_manifest(out)
    return all(manifest.get(k) == v for k, v in keeper.identity.items() if k != "code")


def _live_in_stretches(
    simulation: Simulation, plan: Plan, keeper: Checkpoints, done: Done, progress: Progress | None
) -> None:
    """Live to the plan's last year, with a checkpoint at once and after each stretch of years."""
    keeper.save(simulation, None, done)
    while simulation.year <= plan.last:
        try:
            folder, end = keeper.stretch(simulation.year, plan.last)
            _live(simulation, folder, plan.first, end, done, progress)
            keeper.save(simulation, folder, done)
        except OSError as error:
            raise InputError(
                f"{keeper.folder}: cannot write ({reason(error)}); go on with --resume"
            ) from error


def _live(
    simulation: Simulation,
    folder: Path,
    first: int,
    last: int,
    done: Done,
    progress: Progress | None,
    writer: Writer = table_writer,
) -> None:
    """Live to the year `last` and write the tables of the years from `first` to `folder`."""
    began = time.perf_counter()
    # One thread of its own writes a year's tables while the next year is lived.
    with Recorder(folder, simulation.places, writer) as recorder, ThreadPoolExecutor(1) as beside:
        written: Future[None] | None = None
        while simulation.year <= last:
            year = simulation.step()
            if written:
                written.result()
            if year.year >= first:
                written = beside.submit(recorder.record, year)
            done.lived += year.alive
            if progress:
                progress(year)
        if written:
            written.result()
    done.seconds += time.perf_counter() - began


def baseline_alignment(
    last: int, settings: Settings, threads: int, lodging: Lodging | None = None
) -> Alignment:
    """Live the baseline of a scenario without recording it, for its alignment factors."""
    settings = replace_fields(settings, scenario=Scenario())
    simulation = Simulation(settings, threads, lodging=lodging)
    for _ in years(simulation, last):
        pass
    return simulation.alignment.as_frozen()
