"""Live a run: the years one after the other into a folder, whole or not at all, or resumed."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace as replace_fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.base.store import (
    MANIFEST,
    clear_unfinished,
    locked,
    read_manifest,
    target_folder,
    write_manifest,
)
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.tables import data_hashes
from leftbehind.model.alignment import Alignment
from leftbehind.model.population.founders import START
from leftbehind.model.simulation import LAST, Settings, Simulation, YearOutput, years
from leftbehind.own.population_file import OwnPopulation
from leftbehind.runs.checkpoint import EVERY, Checkpoints, Done
from leftbehind.runs.recorder import Recorder, Writer, table_writer

SCALES = (10, 1_000_000)
Progress = Callable[[YearOutput], None]


def check_settings(
    first: int,
    last: int,
    scale: int,
    seed: int,
    threads: int,
    population: OwnPopulation | None = None,
) -> None:
    """Raise InputError naming the first setting that is out of range and what is allowed."""
    limits = {
        "--from": (first, population.year if population else START, LAST),
        "--to": (last, first, LAST),
        "--scale": (scale, 1 if population else SCALES[0], SCALES[1]),
        "--seed": (seed, 0, 2**63 - 1),
        "--threads": (threads, 1, 256),
    }
    for name, (value, low, high) in limits.items():
        if not low <= value <= high:
            raise InputError(
                f"{name} {value}: not allowed; give a whole number from {low} to {high}"
            )


def live_run(
    *,
    first: int | None = None,
    last: int = 2020,
    scale: int = 1000,
    seed: int = 1,
    threads: int = 2,
    scenario: Scenario | None = None,
    parameters: dict[str, float] | None = None,
    population: OwnPopulation | Path | None = None,
    out: Path | None = None,
    replace: bool = False,
    alignment: Alignment | None = None,
    progress: Progress | None = None,
    checkpoint_every: int | None = None,
    resume: bool = False,
    writer: Writer = table_writer,
) -> Path:
    """Simulate China from 1950 to `last` at 1:`scale` and return the folder of the run.

    With a `population` of one's own (or the path of its file) the run begins with those people in
    the file's year. Tables hold the years `first` (None: the first lived) to `last`. They are
    written to the folder `out`, or to a temporary one, which the caller removes. `alignment`
    holds a baseline's factors; a scenario run without it is preceded by its baseline, so that both
    share births and deaths factors. With `checkpoint_every` years a killed run goes on with
    `resume` and ends with the same bits. `writer` writes each table of a run without checkpoints.
    Raises InputError for settings out of range, a bad
    scenario or file, or a folder that cannot be written or is being written by another run.
    """
    own = OwnPopulation.load(population) if isinstance(population, Path) else population
    first = first or (own.year if own else START)
    check_settings(first, last, scale, seed, threads, own)
    settings = Settings(scale, seed, scenario or Scenario(), Parameters.load(parameters), own)
    facts = {"changed_parameters": dict(parameters or {})}
    with locked(out):
        final = _write_run(
            settings,
            first,
            last,
            threads,
            out,
            replace,
            alignment,
            progress,
            checkpoint_every,
            resume,
            facts,
            writer,
        )
    return final


def identity(settings: Settings, first: int, last: int) -> dict[str, Any]:
    """All that decides a run's bits, as its manifest holds it; `settings` with parameters."""
    assert settings.parameters is not None
    return {
        "version": version("leftbehind"),
        "seed": settings.seed,
        "scale": settings.scale,
        "from": first,
        "to": last,
        "scenario": settings.scenario.model_dump(by_alias=True, exclude_none=True),
        "parameters": dict(settings.parameters.values),
        "data": data_hashes(),
        "population": settings.population.source if settings.population else None,
    }


def _write_run(
    settings: Settings,
    first: int,
    last: int,
    threads: int,
    out: Path | None,
    replace: bool,
    alignment: Alignment | None,
    progress: Progress | None,
    checkpoint_every: int | None,
    resume: bool,
    facts: dict[str, Any],
    writer: Writer,
) -> Path:
    """Live the years, write the run's folder whole and return it."""
    told = identity(settings, first, last)
    keeper = _checkpoints(out, checkpoint_every, resume, told)
    if keeper and out and resume and _is_whole(out, keeper):
        keeper.remove()
        return out
    with target_folder(out, replace) as (work, final):
        found = keeper.start(resume, replace) if keeper else None
        if found:
            alignment = found[1]
        elif alignment is None and settings.scenario.change:
            alignment = baseline_alignment(last, settings, threads)
        began = time.perf_counter()
        simulation = Simulation(settings, threads, alignment)
        if found:
            found[0].give_to(simulation)
        done = keeper.done if keeper else Done([])
        done.seconds += time.perf_counter() - began
        if keeper:
            _live_in_stretches(simulation, keeper, first, last, done, progress)
            keeper.merge_into(work)
        else:
            _live(simulation, work, first, last, done, progress, writer)
        with Recorder(work, simulation.places, writer) as recorder:
            recorder.finish(simulation.alignment)
        write_manifest(
            work,
            {
                **told,
                **facts,
                "start": simulation.start_facts or None,
                "alive": int(simulation.hukou_counts[:, 0].sum()),
                "person_years": done.lived,
                "seconds": round(done.seconds, 2),
                "threads": threads,
                "numpy": np.__version__,
                "numba": version("numba"),
            },
        )
    if keeper:
        keeper.remove()
    return final


def _checkpoints(
    out: Path | None, every: int | None, resume: bool, identity: dict[str, Any]
) -> Checkpoints | None:
    """The run's checkpoints if it is to have any."""
    if every is None and not resume:
        return None
    if out is None:
        raise InputError("--checkpoint-every and --resume need --out, the folder of the run")
    if every is not None and not 1 <= every <= LAST - START + 1:
        raise InputError(
            f"--checkpoint-every {every}: not allowed; give years from 1 to {LAST - START + 1}"
        )
    if resume:
        clear_unfinished(out)
    return Checkpoints(out, every or EVERY, identity)


def _is_whole(out: Path, keeper: Checkpoints) -> bool:
    """Whether `out` holds this very run already: it was killed after its last step."""
    if not (out / MANIFEST).is_file():
        return False
    manifest = read_manifest(out)
    return all(manifest.get(k) == v for k, v in keeper.identity.items() if k != "code")


def _live_in_stretches(
    simulation: Simulation,
    keeper: Checkpoints,
    first: int,
    last: int,
    done: Done,
    progress: Progress | None,
) -> None:
    """Live to the year `last`, with a checkpoint at once and after each stretch of years."""
    keeper.save(simulation, None, done)
    while simulation.year <= last:
        try:
            folder, end = keeper.stretch(simulation.year, last)
            _live(simulation, folder, first, end, done, progress)
            keeper.save(simulation, folder, done)
        except OSError as error:
            raise InputError(
                f"{keeper.folder}: cannot write ({error.strerror or error}); go on with --resume"
            ) from error
        except KeyboardInterrupt as stop:
            stop.add_note(keeper.kept())
            raise


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


def baseline_alignment(last: int, settings: Settings, threads: int) -> Alignment:
    """Live the baseline of a scenario without recording it, for its alignment factors."""
    simulation = Simulation(replace_fields(settings, scenario=Scenario()), threads)
    for _ in years(simulation, last):
        pass
    return simulation.alignment.as_frozen()
