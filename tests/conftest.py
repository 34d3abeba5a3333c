"""Runs shared by the whole suite: one world with its tables, and the records behind them."""

import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

os.environ["COLUMNS"] = "180"  # consoles learn their width when they are made, at import

import leftbehind
from leftbehind.inputs.places import Places
from leftbehind.model.alignment import Alignment
from leftbehind.model.simulation import Settings, Simulation, YearOutput

# Kernels compile on first use, so no example may be timed.
settings.register_profile(
    "leftbehind",
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("leftbehind")

SCALE = 10_000
LAST = 2020
SNAPSHOTS = (1960, 1979, 1990, 2000, 2010, 2020)


@dataclass(frozen=True)
class Lived:
    """A run year by year: outputs, and the records of all home units after some years."""

    years: dict[int, YearOutput]
    records: dict[int, list[np.ndarray]]
    alignment: Alignment
    places: Places
    units: np.ndarray  # first prefecture of each home unit, and the number of prefectures

    def prefectures(self, year: int) -> np.ndarray:
        """The prefecture of every record of a year, unit by unit."""
        return np.concatenate(
            [
                first + people["place"].astype(int)
                for first, people in zip(self.units[:-1], self.records[year], strict=True)
            ]
        )

    def code(self, year: int, unit: int, i: int) -> str:
        """Code of the prefecture of record `i` of a unit."""
        k = self.units[unit] + int(self.records[year][unit]["place"][i])
        return str(self.places.table["code"][int(k)])


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], object]], Path]:
    """`once(name, make)`: what `make` writes to a path of that name, by one worker for all."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        path = folder / "shared" / name
        path.parent.mkdir(exist_ok=True)
        with FileLock(folder / f"{name}.lock"):
            if not path.exists():
                part = path.with_name(f"{name}-unfinished")
                make(part)
                part.rename(path)
        return path

    return made


@pytest.fixture(scope="session")
def world(once: Callable[[str, Callable[[Path], object]], Path]) -> leftbehind.World:
    """China 1950-2020 at 1:10,000, seed 1, as the tables of a run."""
    return leftbehind.World(
        once("world", lambda path: leftbehind.run(scale=SCALE, seed=1, last=LAST, out=path))
    )


@pytest.fixture(scope="session")
def lived(once: Callable[[str, Callable[[Path], object]], Path]) -> Lived:
    """The same run as `world`, stepped year by year."""
    with pa.input_stream(once("lived", _keep_lived), "zstd") as file:
        return pickle.load(file)


def _keep_lived(path: Path) -> None:
    """Most tallies are noughts: packed they are small and soon read."""
    with pa.output_stream(path, "zstd") as file:
        pickle.dump(_live(), file, protocol=pickle.HIGHEST_PROTOCOL)


def _live() -> Lived:
    simulation = Simulation(Settings(scale=SCALE, seed=1), threads=2)
    years: dict[int, YearOutput] = {}
    records: dict[int, list[np.ndarray]] = {}
    while simulation.year <= LAST:
        output = simulation.step()
        small = {name: getattr(output, name).astype(np.int32) for name in ("flows", "child_flows")}
        counts = output.counts._replace(
            **{n: getattr(output.counts, n).astype(np.int32) for n in ("people", "choices", "kin")}
        )
        years[output.year] = YearOutput(**{**vars(output), **small, "counts": counts})
        if output.year in SNAPSHOTS:
            population = simulation.population
            records[output.year] = [population.of(k).copy() for k in range(len(population.count))]
    return Lived(years, records, simulation.alignment, simulation.places, simulation.units)


@pytest.fixture(scope="session")
def places() -> Places:
    """The prefectures."""
    return Places.load()
