"""A world on 1 January 2000: lived once for each seed, kept on disk, copied for every question.

The copy shares what no year writes (tables, rates, factors of births and deaths) and owns what a
year writes (people, coupling). A question's years thus start from the same people with the same
luck as the world as it was, and only the scenario differs.
"""

import copy
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import leftbehind
from leftbehind.alignment import Alignment
from leftbehind.conditions import Coupling
from leftbehind.explorer.question import FIRST_YEAR, LAST_YEAR
from leftbehind.explorer.reading import Reader, Reading
from leftbehind.population.array import Population
from leftbehind.scenario import Scenario
from leftbehind.simulation import START, Settings, Simulation
from leftbehind.tables import data_folder

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
ROOM_AHEAD = 1.15  # records to reserve for each one of 1 January 2000
# Packages that cannot change a simulated year or what is kept of it.
NO_MODEL = ("report", "validate", "chronicle", "calibrate", "explorer")
ALIGNED = ("deaths", "births", "hukou")


@dataclass(frozen=True)
class Start:
    """A seed's world as it was: its state on 1 January 2000 and its years from then on."""

    simulation: Simulation  # never stepped: copied by `branch`
    as_it_was: tuple[Reading, ...]  # one a year of YEARS


def live(
    settings: Settings, threads: int, reader: Reader, each_year: Callable[[int], None]
) -> Start:
    """Live the world as it was from 1950 to the last year; `each_year` may raise to stop it."""
    simulation = Simulation(settings, threads)
    while simulation.year < FIRST_YEAR:
        each_year(simulation.year)
        simulation.step()
    start = branch(simulation, Scenario())
    readings = []
    for year in YEARS:
        each_year(year)
        readings.append(reader.read(simulation.step()))
    start.alignment = simulation.alignment.as_frozen()
    return Start(start, tuple(readings))


def branch(start: Simulation, scenario: Scenario) -> Simulation:
    """A simulation in the state of `start` that lives on under `scenario`; `start` stays."""
    out = copy.copy(start)
    out.settings = replace(start.settings, scenario=scenario)
    out.conditions = copy.copy(start.conditions)
    out.conditions.scenario = scenario
    out.alignment = start.alignment.as_frozen()
    out.population = copy.copy(start.population)
    for name in ("count", "start", "room", "people"):
        setattr(out.population, name, getattr(start.population, name).copy())
    out._cells = type(start._cells).of(0)  # room that the copy does not share
    return out


def cache_folder(scale: int) -> Path:
    """Where starts are kept: one folder for each state of code, tables and scale."""
    root = os.environ.get("LEFTBEHIND_CACHE")
    base = Path(root) if root else Path.home() / ".cache" / "leftbehind"
    seen = hashlib.sha256(f"{version('numpy')} {version('numba')}".encode())
    package = Path(leftbehind.__file__).parent
    sources = [p for p in package.rglob("*.py") if p.parent.name not in NO_MODEL]
    sources += [Path(__file__), Path(__file__).with_name("reading.py")]
    data = [*data_folder().glob("*"), *(package / "data" / "definitions").glob("*.toml")]
    for path in sorted(sources + data):
        seen.update(path.name.encode() + path.read_bytes())
    return base / "explorer" / f"{scale}-{seen.hexdigest()[:16]}"


def forget_others(folder: Path) -> None:
    """Remove starts of the same scale that other code or tables made: they would pile up."""
    scale = folder.name.split("-")[0]
    for other in folder.parent.glob(f"{scale}-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def save(start: Start, folder: Path) -> None:
    """Keep a start as one file, whole or not at all; a full disk only means no file."""
    simulation = start.simulation
    people, alignment = simulation.population, simulation.alignment
    arrays: dict[str, Any] = {
        "people": np.concatenate([people.of(k) for k in range(len(people.count))]),
        "count": people.count,
        "hukou_counts": simulation.hukou_counts,
    }
    for field in fields(Coupling):
        arrays[f"coupling_{field.name}"] = getattr(simulation.coupling, field.name)
    for what in ALIGNED:
        factors = getattr(alignment, what)
        arrays[f"aligned_{what}"] = np.stack([factors[year] for year in YEARS])
    for field in fields(Reading):
        arrays[f"read_{field.name}"] = np.stack([getattr(r, field.name) for r in start.as_it_was])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
            part = Path(file.name)
            np.savez(file, **arrays)
        part.replace(folder / f"seed-{simulation.settings.seed}.npz")
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def load(template: Simulation, seed: int, folder: Path) -> Start | None:
    """A kept start, or None if none or damaged; `template` lends tables and rates."""
    from leftbehind.randomness import seed_word

    try:
        with np.load(folder / f"seed-{seed}.npz", allow_pickle=False) as file:
            kept = {name: file[name] for name in file.files}
        simulation = copy.copy(template)
        simulation.settings = replace(template.settings, seed=seed)
        simulation.word = seed_word(seed)
        simulation.year = FIRST_YEAR
        simulation.population = _population(kept["people"], kept["count"])
        simulation.hukou_counts = kept["hukou_counts"]
        simulation.coupling = Coupling(*(kept[f"coupling_{f.name}"] for f in fields(Coupling)))
        simulation.alignment = Alignment(
            **{what: dict(zip(YEARS, kept[f"aligned_{what}"], strict=True)) for what in ALIGNED},
            frozen=True,
        )
        columns = {field.name: kept[f"read_{field.name}"] for field in fields(Reading)}
        readings = tuple(
            Reading(**{name: values[t] for name, values in columns.items()})
            for t in range(len(YEARS))
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return Start(simulation, readings)


def template(settings: Settings, threads: int) -> Simulation:
    """A simulation whose tables and rates kept starts may use; its own people are not needed."""
    simulation = Simulation(settings, threads)
    assert simulation.year == START
    return simulation


def _population(people: np.ndarray, count: np.ndarray) -> Population:
    out = Population(np.zeros(len(count), np.int64))
    out.make_room((count * ROOM_AHEAD).astype(np.int64))
    ends = np.cumsum(count)
    for k, end in enumerate(ends):
        out.people[out.start[k] : out.start[k] + count[k]] = people[end - count[k] : end]
    out.count[:] = count
    return out
