"""The worlds that are lived: the world as it was once, each world of the design from its 2000 on.

All share the people, the luck and the factors of births and deaths of the world as it was, so their
differences are steady though the world is coarse. The draws live whole lives of their own, with
parameters of the posterior and their own luck: what they spread is how sure the world as it was is.

WORK/start/seed-N.npz       the world as it was: its state of 2000 and its years
WORK/worlds/NAME.npz        one world's row of numbers (cells.Layout)
"""

import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.base.store import write_bytes
from leftbehind.evidence.policies.settings import Setting
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.pages.explorer import branching
from leftbehind.pages.explorer.branching import YEARS, Start
from leftbehind.pages.static.cells import Layout, reader
from leftbehind.runs.checkpoint import UNREADABLE

START, WORLDS = "start", "worlds"
MEND = "remove it and go on with --resume"


def begin(work: Path, scale: int, seed: int, each_year: Callable[[int], None]) -> None:
    """Live the world as it was, unless the folder holds it already."""
    settings = Settings(scale=scale, seed=seed)
    if branching.load(Simulation(settings, 1), seed, work / START) is None:
        branching.save(branching.live(settings, 1, reader(), each_year), work / START)
        _start.cache_clear()
    _start(work, scale, seed)


def live(work: Path, name: str, scenario: Scenario, scale: int, seed: int) -> str:
    """Live one world of the design and keep its row; its name."""
    start = _start(work, scale, seed)
    world = branching.branch(start, scenario)
    read = reader()
    years = [read.read(world.step()) for _ in YEARS] if scenario.change else start.as_it_was
    _keep(work, name, Layout.load().row(years, start.as_it_was))
    return name


def live_draw(work: Path, setting: Setting, scale: int) -> str:
    """Live the world as it was with a draw's parameters and luck, and keep its row; its name."""
    simulation = Simulation(Settings(scale, setting.seed, Scenario(), setting.parameters()), 1)
    read = reader()
    while simulation.year < YEARS[0]:
        simulation.step()
    years = [read.read(simulation.step()) for _ in YEARS]
    _keep(work, setting.name, Layout.load().row(years, years))
    return setting.name


def file(work: Path, name: str) -> Path:
    """Where a world's row lies."""
    return work / WORLDS / f"{name}.npz"


def row(work: Path, name: str) -> np.ndarray:
    """A world's row of numbers; InputError if it is missing or damaged."""
    path = file(work, name)
    try:
        with np.load(path, allow_pickle=False) as kept:
            numbers: np.ndarray = kept["row"]
    except UNREADABLE as error:
        raise InputError(f"{path}: missing or damaged; {MEND}") from error
    return numbers


def _keep(work: Path, name: str, numbers: np.ndarray) -> None:
    content = io.BytesIO()
    np.savez_compressed(content, row=numbers)
    write_bytes(file(work, name), content.getvalue())


@lru_cache(maxsize=1)
def _start(work: Path, scale: int, seed: int) -> Start:
    """The world as it was, read once a process."""
    found = branching.load(Simulation(Settings(scale=scale, seed=seed), 1), seed, work / START)
    if found is None:
        raise InputError(f"{work / START}: missing or damaged; {MEND}")
    return found
