"""A world on 1 January 2000: lived once for each seed, kept on disk, copied for every question.

A copy shares what no year writes (tables, rates, factors of births and deaths) and owns what a year
writes (the State). A question's years thus start from the same people with the same
luck as the world as it was, and only the scenario differs.
"""

import hashlib
import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.store import write_bytes
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.tables import data_folder
from leftbehind.model import state
from leftbehind.model.alignment import Alignment
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.state import State
from leftbehind.pages.explorer.question import FIRST_YEAR, LAST_YEAR
from leftbehind.pages.explorer.reading import Reader, Reading
from leftbehind.runs.checkpoint import UNREADABLE
from leftbehind.runs.kept import cache_root

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
# Rooms whose code decides a simulated year or what is kept of it.
ROOMS = ("base", "inputs", "own", "model", "runs", "counts/definitions")
ALIGNED = ("deaths", "births", "hukou")


@dataclass(frozen=True)
class Start:
    """A seed's world as it was: its state on 1 January 2000 and its years from then on."""

    simulation: Simulation  # lends settings, tables, rates and factors; never stepped
    state: State
    as_it_was: tuple[Reading, ...]  # one a year of YEARS


def live(
    settings: Settings, threads: int, reader: Reader, each_year: Callable[[int], None]
) -> Start:
    """Live the world as it was from 1950 to the last year; `each_year` may raise to stop it."""
    simulation = Simulation(settings, threads)
    while simulation.year < FIRST_YEAR:
        each_year(simulation.year)
        simulation.step()
    begun = State.of(simulation)
    readings = []
    for year in YEARS:
        each_year(year)
        readings.append(reader.read(simulation.step()))
    return Start(simulation.bare(settings), begun, tuple(readings))


def branch(start: Start, scenario: Scenario) -> Simulation:
    """A simulation that lives on from `start` under `scenario`, with the factors of the start."""
    lender = start.simulation
    return state.branch(lender, replace(lender.settings, scenario=scenario), start.state)


def cache_folder(scale: int) -> Path:
    """Where starts are kept: one folder for each state of code, tables and scale."""
    seen = hashlib.sha256(f"{version('numpy')} {version('numba')}".encode())
    package = Path(leftbehind.__file__).parent
    sources = [path for room in ROOMS for path in (package / room).rglob("*.py")]
    sources += [Path(__file__), Path(__file__).with_name("reading.py")]
    tables = [p for p in data_folder().rglob("*") if p.is_file()]
    data = [*tables, *(package / "data" / "definitions").glob("*.toml")]
    for path in sorted(sources + data):
        seen.update(path.name.encode() + path.read_bytes())
    return cache_root() / "explorer" / f"{scale}-{seen.hexdigest()[:16]}"


def forget_others(folder: Path) -> None:
    """Remove starts of the same scale that other code or tables made: they would pile up."""
    scale = folder.name.split("-")[0]
    for other in folder.parent.glob(f"{scale}-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def save(start: Start, folder: Path) -> None:
    """Keep a start as one file, whole or not at all; a full disk only means no file."""
    alignment = start.simulation.alignment
    arrays: dict[str, Any] = {f"state_{name}": value for name, value in vars(start.state).items()}
    for what in ALIGNED:
        factors = getattr(alignment, what)
        arrays[f"aligned_{what}"] = np.stack([factors[year] for year in YEARS])
    for field in fields(Reading):
        arrays[f"read_{field.name}"] = np.stack([getattr(r, field.name) for r in start.as_it_was])
    content = io.BytesIO()
    np.savez(content, **arrays)
    try:
        write_bytes(_file(folder, start.simulation.settings.seed), content.getvalue())
    except InputError:
        shutil.rmtree(folder, ignore_errors=True)


def kept_readings(seed: int, folder: Path) -> tuple[Reading, ...] | None:
    """The years of a kept world as it was, without its people: at once, no model is needed.

    None if nothing is kept or it cannot be read.
    """
    try:
        with np.load(_file(folder, seed), allow_pickle=False) as file:
            return _readings(file)
    except UNREADABLE:
        return None


def _readings(kept: Mapping[str, np.ndarray]) -> tuple[Reading, ...]:
    columns = {field.name: kept[f"read_{field.name}"] for field in fields(Reading)}
    return tuple(
        Reading(**{name: values[t] for name, values in columns.items()}) for t in range(len(YEARS))
    )


def _file(folder: Path, seed: int) -> Path:
    return folder / f"seed-{seed}.npz"


def load(lender: Simulation, seed: int, folder: Path) -> Start | None:
    """A kept start, or None if none or damaged; `lender` is a simulation of any seed."""
    try:
        with np.load(_file(folder, seed), allow_pickle=False) as file:
            kept = {name: file[name] for name in file.files}
        begun = State(
            year=int(kept["state_year"]),
            **{f.name: kept[f"state_{f.name}"] for f in fields(State) if f.name != "year"},
        )
        factors = {what: kept[f"aligned_{what}"] for what in ALIGNED}
        readings = _readings(kept)
    except UNREADABLE:
        return None
    simulation = lender.bare(replace(lender.settings, seed=seed))
    simulation.alignment = Alignment(
        **{what: dict(zip(YEARS, values, strict=True)) for what, values in factors.items()},
        frozen=True,
    )
    return Start(simulation, begun, readings)
