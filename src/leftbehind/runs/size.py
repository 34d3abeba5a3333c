"""How much memory and disk a run needs, worked out before it begins."""

import os
import re
import shutil
from pathlib import Path

import numpy as np

from leftbehind.base.errors import InputError, shown
from leftbehind.base.person import PERSON
from leftbehind.inputs.places import Places
from leftbehind.model.on_disk import RECORD_BYTES
from leftbehind.model.population.founders import founders_by_prefecture
from leftbehind.model.population.units import home_units
from leftbehind.model.simulation import Settings

GIB = 2**30
UNITS = {"": 1, "b": 1, "mb": 10**6, "gb": 10**9, "mib": 2**20, "gib": GIB}
PEOPLE_OF_1950 = 544e6  # UN WPP 2024
# Records with the remembered dead for each founder, measured at 1:5,000 with seed 1.
YEARS = (1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020, 2035, 2050)
RECORDS = (1.05, 1.36, 1.70, 2.07, 2.47, 2.80, 3.10, 3.40, 3.65, 3.85)
LARGEST = 1.25  # the same of the largest home unit over the nation's: an allowance
IN_MEMORY = 130  # bytes a record of a run in memory
PROGRAM = 600e6  # bytes of the program itself, and of a year's tables
RATE_BYTES = 8  # of each record, before births
# Cells of children in a year of a world of a million people, and how they grow with the people.
CELLS, CELLS_GROW, CELL_DISK = 120e3, 0.7, 25


def memory_limit(given: int | str | None) -> int | None:
    """Bytes from a number or words such as 4GiB or 500 MB; InputError if it is neither."""
    if given is None or (isinstance(given, int) and not isinstance(given, bool) and given > 0):
        return given
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", str(given).lower())
    size = float(found[1]) * UNITS.get(found[2], 0) if found else 0
    if not 1 <= size < 2**60:
        raise InputError(f"--memory {shown(given)}: not allowed; give a size such as 4GiB or 500MB")
    return int(size)


def records(scale: int, last: int) -> float:
    """Records of a world at 1:`scale` at the end of the year `last`."""
    return float(PEOPLE_OF_1950 / scale * np.interp(last, YEARS, RECORDS))


def memory_of(held: float) -> float:
    """Bytes of memory that a run in memory takes when it holds so many records."""
    return PROGRAM + IN_MEMORY * held


def people_on_disk(held: float) -> float:
    """Bytes of disk that so many records take: two stages of them, and each one's rate."""
    return held * (2 * PERSON.itemsize + RATE_BYTES)


def machine_memory() -> float:
    """Bytes of memory of this machine."""
    return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is already."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def check_memory(scale: int, last: int) -> None:
    """Raise InputError if a world in memory would need more than this machine has."""
    needed, there = memory_of(records(scale, last)), machine_memory()
    if needed > there:
        raise InputError(
            f"--scale {scale}: would need about {needed / GIB:.0f} GiB of memory, and this machine "
            f"has {there / GIB:.0f}; `leftbehind run --memory 4GiB` keeps the people on disk"
        )


def check_on_disk(settings: Settings, last: int, memory: int, out: Path) -> str:
    """What a run with people on disk needs, in a sentence.

    Raises InputError if `memory` bytes hold not even the largest home unit, or if the disk of `out`
    has less room than the run may take.
    """
    largest = LARGEST * _largest_unit(settings.scale) * np.interp(last, YEARS, RECORDS)
    least = RECORD_BYTES * largest
    if memory < least:
        raise InputError(
            f"--memory {_size(memory)}: too small; the largest home unit of a world at "
            f"1:{settings.scale:,} needs {_size(least)} until {last}"
        )
    needed, folder = disk(settings.scale, last), existing(out)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise InputError(
            f"{folder}: the run may take {_size(needed)} of disk, and {_size(free)} are free; "
            "give --out on another disk, or a larger --scale"
        )
    return f"People on disk: the run may take {_size(needed)} there; {_size(free)} are free."


def disk(scale: int, last: int) -> float:
    """Bytes that a run with people on disk may take at its end: two stages, and tables twice."""
    cells = CELLS * (PEOPLE_OF_1950 * 2.6 / scale / 1e6) ** CELLS_GROW
    return float(people_on_disk(records(scale, last)) + 2 * CELL_DISK * cells * max(last - 1978, 0))


def _largest_unit(scale: int) -> int:
    """Founders of the largest home unit."""
    places = Places.load()
    founders = founders_by_prefecture(places, scale).sum(axis=(1, 2))
    units = home_units(founders, places.first)
    return int(np.add.reduceat(founders, units[:-1]).max())


def _size(size: float) -> str:
    return f"{size / GIB:.1f} GiB" if size >= GIB else f"{size / 2**20:.0f} MiB"
