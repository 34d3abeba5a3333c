"""The people of a country in blocks of neighbouring home units, which live a leg block by block.

What holds the people lends each block to a piece of work and keeps what the work changed. Here
they are in memory, all of them at once; in on_disk.py they are in files, a few blocks at a time.
In which blocks, in what order and by how many threads a leg is lived changes no bit.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Protocol, TypeVar

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.model.leg import Block, Room
from leftbehind.model.population.array import Population, with_births

BLOCKS = 16  # pieces of work a leg; fixed, so that it cannot depend on the number of threads
COMPACT_EVERY = 5  # years after which the forgotten dead are dropped

T = TypeVar("T")
Edges = list[tuple[int, int]]


class Blocks(Protocol):
    """All people of a world, by home unit (units.home_units)."""

    looks_ahead: bool  # passes are dear: the next year's first leg goes with this one's last

    @property
    def count(self) -> np.ndarray:
        """Records used (units,)."""

    def found(self, sizes: np.ndarray) -> None:
        """Hold so many records a unit, all still empty."""

    def take(self, people: np.ndarray, count: np.ndarray, year: int) -> None:
        """Hold the people of a State on 1 January of `year`."""

    def held(self) -> np.ndarray:
        """The records that a State is to hold, unit by unit: none if they are kept on disk."""

    def of(self, unit: int) -> np.ndarray:
        """The records of one home unit: a view of them, or a copy of what is on disk."""

    def prepare(self, year: int) -> None:
        """Make ready for a year: room for its births."""

    def each(self, work: Callable[[Block], T], stage: str = "", rates: bool = False) -> list[T]:
        """What `work` returns for each block, in their order.

        What it changes is kept under the name `stage`, with `rates` also each record's own rate;
        without a stage nothing on disk is changed.
        """

    def keep(self) -> None:
        """Remember the people of this moment on disk, if they lie there, and none before."""


class InMemory:
    """All people in memory: `BLOCKS` arrays, each of which grows by need."""

    looks_ahead = False

    def __init__(self, threads: int, units: np.ndarray) -> None:
        self.threads, self.units = threads, units
        self.hold(Population(np.zeros(len(units) - 1, np.int64)))
        self._rooms: list[Room] = []

    @property
    def count(self) -> np.ndarray:
        """Records used (units,)."""
        return np.concatenate([piece.count for piece in self.pieces])

    @property
    def people(self) -> np.ndarray:
        """A copy of the records used, unit by unit."""
        return np.concatenate([self.of(unit) for unit in range(len(self.units) - 1)])

    def hold(self, population: Population) -> None:
        """Hold these people, cut into blocks of about the same number of records."""
        self.edges = even(population.count)
        self.pieces = [population.part(low, high) for low, high in self.edges]

    def found(self, sizes: np.ndarray) -> None:
        """Hold so many records a unit, all still empty."""
        self.edges = even(sizes)
        self.pieces = []
        for low, high in self.edges:
            piece = Population(with_births(sizes[low:high]))
            piece.count[:] = sizes[low:high]
            self.pieces.append(piece)

    def take(self, people: np.ndarray, count: np.ndarray, year: int) -> None:
        """Hold a copy of the people of a State."""
        if len(people) != count.sum():
            raise InputError(
                f"the people of {year} lie on disk: this run was begun with --memory; give it again"
            )
        self.found(count)
        ends = np.cumsum(count)
        for unit, (size, end) in enumerate(zip(count, ends, strict=True)):
            self.of(unit)[:] = people[end - size : end]

    def held(self) -> np.ndarray:
        """All records."""
        return self.people

    def of(self, unit: int) -> np.ndarray:
        """The records of one home unit (a view)."""
        at = int(np.searchsorted([low for low, _ in self.edges], unit, side="right")) - 1
        return self.pieces[at].of(unit - self.edges[at][0])

    def alive(self) -> int:
        """Number of simulated people alive."""
        return sum(piece.alive() for piece in self.pieces)

    def compact(self) -> None:
        """Drop the dead who are no parent or grandparent of anyone alive."""
        for piece in self.pieces:
            piece.compact()

    def prepare(self, year: int) -> None:
        """Drop the forgotten dead every few years; room for births."""

        def ready(piece: Population) -> None:
            if year % COMPACT_EVERY == 0:
                piece.compact()
            piece.make_room(piece.births_ahead())

        in_threads(self.threads, [partial(ready, piece) for piece in self.pieces])

    def blocks(self) -> list[Block]:
        """All blocks, to look at: without room for a last leg."""
        return [self._block(n, Room.of(0)) for n in range(len(self.pieces))]

    def each(self, work: Callable[[Block], T], stage: str = "", rates: bool = False) -> list[T]:
        """What `work` returns for each block, in their order; what it changes stays."""

        def live(n: int) -> T:
            with self._room(len(self.pieces[n].people)) as room:
                return work(self._block(n, room))

        return in_threads(self.threads, [partial(live, n) for n in range(len(self.pieces))])

    def keep(self) -> None:
        """Nothing lies on disk."""

    def _block(self, n: int, room: Room) -> Block:
        low, high = self.edges[n]
        return Block.of(self.pieces[n], self.units[low : high + 1], room)

    @contextmanager
    def _room(self, records: int) -> Iterator[Room]:
        """Room for a block, used again for the next."""
        try:
            room = self._rooms.pop()
        except IndexError:  # as many as threads are in use
            room = Room.of(0)
        if len(room.cells) < records:
            room = Room.of(records)
        try:
            yield room
        finally:
            self._rooms.append(room)


def in_threads(threads: int, jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What the jobs return, in their order; after an error or Ctrl-C no further one begins."""
    if threads == 1:
        return [job() for job in jobs]
    pool = ThreadPoolExecutor(threads)
    try:
        return [done.result() for done in [pool.submit(job) for job in jobs]]
    finally:
        pool.shutdown(cancel_futures=True)


def even(count: np.ndarray) -> Edges:
    """Runs of neighbouring units with about the same number of records, at most BLOCKS of them."""
    ends = np.cumsum(count)
    cuts = np.searchsorted(ends, np.linspace(0, ends[-1], BLOCKS + 1)[1:-1])
    return list(pairwise(np.unique(np.concatenate([[0], cuts, [len(ends)]])).tolist()))
