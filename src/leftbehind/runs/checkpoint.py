"""Checkpoints: a run that was killed at any moment goes on and ends with the same bits.

A run into the folder OUT keeps, until it is whole, the folder OUT.checkpoint:

    1950-1959/    the tables of the years lived between two checkpoints, one folder a stretch
    state.npz     the state after the last stretch, its alignment, what run this is, and the
                  checksums of the stretches' tables
    people/       with people on disk (model/on_disk.py) their records, of which the state has none

A stretch is complete before the state that names it replaces the older state in one step; what the
state does not name is discarded. At the end the stretches become the tables of one run.
"""

import json
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pyarrow.parquet as pq

from leftbehind.base.errors import InputError, reason
from leftbehind.base.sealing import plain, sha256
from leftbehind.base.store import check_same, flush_folder, remove_folder
from leftbehind.model.alignment import Alignment
from leftbehind.model.population.founders import START
from leftbehind.model.simulation import Simulation
from leftbehind.model.state import State
from leftbehind.runs.recorder import table_writer

EVERY = 10  # years between checkpoints, if not told
PEOPLE = "people"
FACTORS = ("deaths", "births", "hukou")
# All that NumPy and zipfile say of a damaged file.
UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    MemoryError,
)


@dataclass
class Done:
    """What a run has done so far: stretches recorded, person-years lived, seconds taken.

    `sums` holds the SHA-256 of each stretch's tables, by its name and theirs.
    """

    stretches: list[str]
    lived: int = 0
    seconds: float = 0.0
    sums: dict[str, dict[str, str]] = field(default_factory=dict)


class Checkpoints:
    """The checkpoints of one run."""

    def __init__(self, out: Path, every: int, identity: dict[str, Any]) -> None:
        """Of the run into folder `out`; `identity` is all that decides its bits."""
        self.out = out
        self.folder = folder_of(out)
        self.every = every
        self.identity = plain({**identity, "code": code_fingerprint()})
        self.people = self.folder / PEOPLE
        self.done = Done([])

    def start(self, resume: bool, replace: bool) -> tuple[State, Alignment] | None:
        """The last checkpoint if `resume` and there is one; else a clean folder and None.

        Raises InputError if checkpoints are there and neither `resume` nor `replace` is given, if
        they belong to another run (naming the setting), or are damaged.
        """
        if self.folder.exists() and not resume:
            if not replace:
                raise InputError(
                    f"{self.folder}: holds an unfinished run; go on with --resume, or start anew "
                    "with --replace"
                )
            remove_folder(self.folder, self.out)
        found = self._read() if (self.folder / "state.npz").exists() else None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in self.folder.iterdir():
                if path == self.people and found:
                    continue
                if path.is_dir() and path.name not in self.done.stretches:
                    shutil.rmtree(path)
                elif path.name.startswith(".state-"):
                    path.unlink()
        except OSError as error:
            raise InputError(f"{self.folder}: cannot write ({reason(error)})") from error
        return found

    def stretch(self, year: int, last: int) -> tuple[Path, int]:
        """An empty folder for the tables of the years from `year` on, and the last of them."""
        end = min(last, year + self.every - 1 - (year - START) % self.every)
        folder = self.folder / f"{year}-{end}"
        folder.mkdir()
        return folder, end

    def save(self, simulation: Simulation, stretch: Path | None, done: Done) -> None:
        """Make the state after `stretch` the point to go on from."""
        if stretch:
            flush_folder(stretch)
            tables = sorted(stretch.glob("*.parquet"))
            done.stretches.append(stretch.name)
            done.sums[stretch.name] = {path.name: sha256(path) for path in tables}
        self.done = done
        header = json.dumps(
            {
                "identity": self.identity,
                "stretches": done.stretches,
                "lived": done.lived,
                "seconds": done.seconds,
                "sums": done.sums,
                "frozen": simulation.alignment.frozen,
            }
        )
        state = State.of(simulation)
        arrays = {field.name: np.asarray(getattr(state, field.name)) for field in fields(State)}
        for what in FACTORS:
            factors = getattr(simulation.alignment, what)
            arrays[f"{what}_years"] = np.array(sorted(factors), dtype=np.int64)
            arrays[f"{what}_factors"] = np.array([factors[year] for year in sorted(factors)])
        arrays["header"] = np.frombuffer(header.encode(), dtype=np.uint8)
        _replace(self.folder / "state.npz", arrays)
        simulation.population.keep()

    def merge_into(self, work: Path) -> None:
        """Write the tables of all stretches to `work`, each year in its own row group.

        Raises InputError if a table is not the one that its stretch wrote.
        """
        self._check_stretches()
        parts = [self.folder / name for name in self.done.stretches]
        for name in sorted({path.name for part in parts for path in part.glob("*.parquet")}):
            files = [pq.ParquetFile(part / name) for part in parts if (part / name).exists()]
            schema = files[0].schema_arrow
            with table_writer(work / name, schema) as writer:
                for file in files:
                    for group in range(file.num_row_groups):
                        writer.write_table(file.read_row_group(group))
                    file.close()

    def remove(self) -> None:
        """Forget the checkpoints: the run is whole."""
        remove_folder(self.folder, self.out)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Who interrupts what is done within is told what of the run is kept."""
        try:
            yield
        except KeyboardInterrupt as stop:
            stop.add_note(self._kept())
            raise

    def _kept(self) -> str:
        if not (self.folder / "state.npz").is_file():
            return f"Nothing was written to {self.out}."
        end = max((name.rpartition("-")[2] for name in self.done.stretches), default="")
        until = f"the years to {end}" if end else "the start"
        return f"Kept: {until}, in {self.folder}; go on with --resume."

    def _check_stretches(self) -> None:
        for stretch, tables in self.done.sums.items():
            for name, told in tables.items():
                path = self.folder / stretch / name
                if not path.is_file() or sha256(path) != told:
                    raise InputError(
                        f"{path}: missing or damaged; remove the folder {self.folder} to start anew"
                    )

    def _read(self) -> tuple[State, Alignment]:
        path = self.folder / "state.npz"
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            header = json.loads(arrays["header"].tobytes())
            state = State(int(arrays["year"]), *(arrays[f.name] for f in fields(State)[1:]))
            alignment = Alignment(frozen=bool(header["frozen"]))
            for what in FACTORS:
                years = arrays[f"{what}_years"].tolist()
                getattr(alignment, what).update(zip(years, arrays[f"{what}_factors"], strict=True))
            done = Done(
                **{name: header[name] for name in ("stretches", "lived", "seconds", "sums")}
            )
        except UNREADABLE as error:
            raise InputError(
                f"{path}: damaged ({error!r}); remove the folder {self.folder} to start anew"
            ) from error
        has = "these checkpoints are of a run with"
        check_same(self.folder, has, self.identity, header["identity"])
        self.done = done
        return state, alignment


def folder_of(out: Path) -> Path:
    """The folder of the checkpoints of a run into `out`."""
    out = out.absolute()
    return out.with_name(f"{out.name}.checkpoint")


def code_fingerprint() -> str:
    """Fingerprint of the compiled sources (compiled.py): other code may give other bits."""
    return Path(numba.config.CACHE_DIR).name


def _replace(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays to a file that is the old one or the new one at every moment."""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=".state-", suffix=".npz", delete=False
        ) as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise InputError(f"{path}: cannot write ({reason(error)})") from error
