"""What a run will need on this machine, told before it starts, from two small worlds lived now.

    seconds = fixed + a person-year * person-years      fixed and slope from the two small worlds
    bytes of a table = those of the larger small world * (people / its people) ^ growth

`growth`, by table, is that between the small worlds, 0 to 1. Cells of a table fill up as a world
grows, so the bytes are more likely too many than too few. Memory is worked out of the records that
the small worlds kept (size.py), not measured: a small world's would drown in the program's own.
"""

import math
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leftbehind.base.store import read_manifest
from leftbehind.model.simulation import YearOutput
from leftbehind.runs.living import live_run
from leftbehind.runs.plan import Plan, check_settings
from leftbehind.runs.size import existing, machine_memory, memory_of, people_on_disk

MEASURED = (100_000, 25_000)  # scales of the small worlds


@dataclass(frozen=True)
class Lived:
    """What living a small world took and left."""

    seconds: float
    person_years: float
    alive: float  # at the end
    records: float  # the same with the remembered dead
    tables: dict[str, float]  # bytes by table


@dataclass(frozen=True)
class Forecast:
    """What a run will need: seconds, bytes of memory and disk; `people` are simulated ones."""

    scale: int
    last: int
    threads: int
    people: float
    person_years: float
    seconds: float
    memory: float
    tables: float
    people_on_disk: float  # bytes, should the run be lived out of core
    there: float  # bytes of memory of this machine
    free: float  # bytes free on the disk of the run's folder
    measuring: float  # seconds that this took

    @property
    def fits(self) -> bool:
        """Whether memory holds the run."""
        return self.memory < self.there


def forecast(
    scale: int, last: int, threads: int, out: Path, tell: Callable[[YearOutput], None] | None = None
) -> Forecast:
    """What the run at 1:`scale` to the year `last` into `out` will need on this machine.

    Lives the two worlds of MEASURED, with kernels compiled, and `tell`s each of their years. Raises
    InputError for a setting out of range.
    """
    check_settings(last, last, scale, 1, threads)
    began = time.perf_counter()
    live_small(MEASURED[0], 1950, threads)  # loads what is compiled
    small, large = (live_small(of, last, threads, tell) for of in MEASURED)
    size = MEASURED[1] / scale  # people, to those of the larger small world
    records = large.records * size
    person_years = large.person_years * size
    return Forecast(
        scale,
        last,
        threads,
        large.alive * size,
        person_years,
        seconds(small, large, person_years),
        memory_of(records),
        tables(small, large, size),
        people_on_disk(records),
        machine_memory(),
        shutil.disk_usage(existing(out)).free,
        time.perf_counter() - began,
    )


def live_small(
    scale: int, last: int, threads: int, tell: Callable[[YearOutput], None] | None = None
) -> Lived:
    """Live a small world and weigh what it leaves."""
    ends = {"alive": 0, "records": 0}

    def note(year: YearOutput) -> None:
        ends.update(alive=year.alive, records=max(year.records, ends["records"]))
        if tell:
            tell(year)

    with tempfile.TemporaryDirectory(prefix="leftbehind-plan-") as folder:
        out = live_run(Plan.of(scale=scale, last=last, threads=threads, out=folder + "/run"), note)
        told = read_manifest(out)
        sizes = {path.stem: float(path.stat().st_size) for path in out.glob("*.parquet")}
    return Lived(float(told["seconds"]), float(told["person_years"]), **ends, tables=sizes)


def seconds(small: Lived, large: Lived, person_years: float) -> float:
    """Seconds of a run of so many person-years, by the line through two small ones."""
    more = large.person_years - small.person_years
    slope = max(large.seconds - small.seconds, 0.0) / more
    if slope == 0.0:  # the machine was busy with something else: all of it is work
        slope = large.seconds / large.person_years
    fixed = max(large.seconds - slope * large.person_years, 0.0)
    return fixed + slope * person_years


def tables(small: Lived, large: Lived, size: float) -> float:
    """Bytes of the tables of a world `size` times as large as the larger small one."""
    step = math.log(large.alive / small.alive)
    total = 0.0
    for name, held in large.tables.items():
        growth = math.log(held / small.tables[name]) / step
        total += held * float(size ** min(max(growth, 0.0), 1.0))
    return total
