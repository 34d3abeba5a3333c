"""People on disk, a file for each home unit: a world that is larger than the memory.

    people/1973/0042          the records of home unit 42 on 1 January 1973
    people/1973-births/0042   before the births of 1973, with each record's own rate behind them

A pass reads the units of a block, lives the work and writes them to the next stage, while other
blocks are read and written beside it. The stage that was kept last stays whole until the next one
is, so that a run that was killed at any moment goes on from there.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Semaphore
from typing import TypeVar

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.base.person import PERSON
from leftbehind.model import blocks
from leftbehind.model.blocks import Edges, in_threads
from leftbehind.model.leg import Block, Room
from leftbehind.model.population.array import with_births

# Memory for each record of a block: the record, its rates, and what kernels work out for a unit.
RECORD_BYTES = 200
SLACK = 1.12  # room beyond the largest block, so that it is not made anew every year

T = TypeVar("T")


@dataclass
class _Desk:
    """Where one thread lays out a block after the other."""

    people: np.ndarray
    own_rate: np.ndarray
    room: Room

    @staticmethod
    def of(records: int) -> "_Desk":
        return _Desk(np.empty(records, PERSON), np.empty(records), Room.of(records))


class OnDisk:
    """All people in files below `folder`; blocks that are in memory take about `memory` bytes."""

    looks_ahead = True

    def __init__(self, folder: Path, memory: int, threads: int, units: np.ndarray) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.memory, self.threads, self.units = folder, memory, threads, units
        self.count: np.ndarray = np.zeros(len(units) - 1, np.int64)
        self._stage = self._kept = ""  # folders below; before the founders none
        self._desks: list[_Desk] = []

    def found(self, sizes: np.ndarray) -> None:
        """Hold so many records a unit, all still empty."""
        self.count, self._stage = sizes.astype(np.int64), ""

    def take(self, people: np.ndarray, count: np.ndarray, year: int) -> None:
        """Hold the people of a State: those that lie here, if it holds none."""
        self.count, self._stage = count.astype(np.int64), str(year)
        if len(people):
            target = self._new(self._stage)
            ends = np.cumsum(count)
            for unit, (size, end) in enumerate(zip(count, ends, strict=True)):
                _write(target / _name(unit), [people[end - size : end]], durable=True)
        self.keep()

    def held(self) -> np.ndarray:
        """None: they lie here."""
        return np.empty(0, PERSON)

    def of(self, unit: int) -> np.ndarray:
        """A copy of the records of one home unit."""
        people = np.empty(int(self.count[unit]), PERSON)
        _read(self.folder / self._stage / _name(unit), people, np.empty(len(people)))
        return people

    def prepare(self, year: int) -> None:
        """Room for births is made when a block is read."""

    def each(self, work: Callable[[Block], T], stage: str = "", rates: bool = False) -> list[T]:
        """What `work` returns for each block, in their order; what it changes goes to `stage`.

        Raises InputError if a unit has outgrown the memory or a file is missing or damaged, and
        OSError if the disk refuses.
        """
        workers, edges = self._cut()
        most = max(int(with_births(self.count[low:high]).sum()) for low, high in edges)
        self._desks = [desk for desk in self._desks if len(desk.people) >= most][:workers]
        target = self._new(stage) if stage else None
        computing = Semaphore(self.threads)

        def live(low: int, high: int) -> tuple[T, np.ndarray]:
            try:
                desk = self._desks.pop()
            except IndexError:  # as many as workers are in use
                desk = _Desk.of(int(most * SLACK))
            try:
                block = self._lay_out(low, high, desk)
                with computing:
                    found = work(block)
                if target:
                    self._put_away(block, low, target, rates)
                return found, block.count
            finally:
                self._desks.append(desk)

        lived = in_threads(workers, [partial(live, low, high) for low, high in edges])
        if target:
            self.count = np.concatenate([count for _, count in lived])
            left, self._stage = self._stage, stage
            if left and left != self._kept:
                shutil.rmtree(self.folder / left, ignore_errors=True)
        return [found for found, _ in lived]

    def keep(self) -> None:
        """Keep the stage of this moment and forget all others."""
        self._kept = self._stage
        for path in self.folder.iterdir():
            if path.name != self._kept:
                shutil.rmtree(path, ignore_errors=True)

    def _new(self, stage: str) -> Path:
        path = self.folder / stage
        shutil.rmtree(path, ignore_errors=True)  # what a killed run had begun
        path.mkdir()
        return path

    def _cut(self) -> tuple[int, Edges]:
        """How many blocks are in memory at once, and the blocks.

        One more than threads, so that one is read or written while the others are lived; fewer if
        units are so large that no more fit.
        """
        sizes = with_births(self.count)
        fit = self.memory // (RECORD_BYTES * int(sizes.max()))
        if fit == 0:
            raise InputError(
                f"--memory: a home unit has grown to {int(self.count.max()):,} records, which need "
                f"{RECORD_BYTES * int(sizes.max()) / 2**30:.1f} GiB; go on with --resume and that "
                "much --memory"
            )
        workers = int(min(self.threads + 1, fit))
        most = min(self.memory // (RECORD_BYTES * workers), int(sizes.sum()) // blocks.BLOCKS + 1)
        return workers, _runs(sizes, most)

    def _lay_out(self, low: int, high: int, desk: _Desk) -> Block:
        """The units `low` to `high` - 1, with room for births."""
        count = self.count[low:high].copy()
        reserved = with_births(count)
        start = np.cumsum(reserved) - reserved
        for unit, at, size, end in zip(
            range(low, high), start, count, start + reserved, strict=True
        ):
            if self._stage:
                path = self.folder / self._stage / _name(unit)
                _read(path, desk.people[at : at + size], desk.own_rate[at : at + size])
                desk.people[at + size : end] = np.zeros(1, PERSON)  # newborns expect clean records
            else:
                desk.people[at:end] = np.zeros(1, PERSON)
        units = self.units[low : high + 1]
        return Block(units, desk.people, start, reserved, count, desk.own_rate, desk.room)

    def _put_away(self, block: Block, low: int, target: Path, rates: bool) -> None:
        for unit, (at, size) in enumerate(zip(block.start, block.count, strict=True), low):
            mine = slice(at, at + size)
            parts = [block.people[mine], block.own_rate[mine]] if rates else [block.people[mine]]
            # What holds rates is never gone on from after a stop: it need not survive one.
            _write(target / _name(unit), parts, durable=not rates)
            if self._stage and self._stage != self._kept:
                (self.folder / self._stage / _name(unit)).unlink()


def _runs(sizes: np.ndarray, most: int) -> Edges:
    """Runs of neighbouring units that hold at most `most` records, or one unit."""
    edges, begun, held = [], 0, 0
    for unit, size in enumerate(sizes.tolist()):
        if held and held + size > most:
            edges.append((begun, unit))
            begun, held = unit, 0
        held += size
    return [*edges, (begun, len(sizes))]


def _name(unit: int) -> str:
    return f"{unit:04d}"


def _write(path: Path, parts: list[np.ndarray], durable: bool) -> None:
    with path.open("wb", buffering=0) as file:
        for part in parts:
            rest = part.view(np.uint8).data
            while len(rest):
                rest = rest[file.write(rest) :]
        if durable:
            os.fsync(file.fileno())


def _read(path: Path, people: np.ndarray, own_rate: np.ndarray) -> None:
    """Fill `people`, and `own_rate` if the file holds it."""
    size = path.stat().st_size if path.is_file() else -1
    if size not in (people.nbytes, people.nbytes + own_rate.nbytes):
        raise InputError(f"{path}: missing or damaged; start anew with --replace")
    with path.open("rb") as file:
        file.readinto(people.view(np.uint8).data)
        if size > people.nbytes:
            file.readinto(own_rate.view(np.uint8).data)
