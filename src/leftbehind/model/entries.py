"""What is compiled before the first run: the model's large kernels, in parallel processes.

Numba compiles a kernel when it is first called, on one core, deaf to Ctrl-C for seconds on end, and
keeps the code on disk. Here every kernel that a run calls is named with what it is given, so that
several processes can fill that cache beforehand: first those that stand alone
(`base.compiled.alone`), then the legs of the year, which are put together from them. A mark in the
folder of the compiled code says that all is there. A kernel that is missing here is compiled when
it is called, as before; tests/test_entries.py finds an example that is not what a run gives.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import binding

from leftbehind.base import elementary, randomness
from leftbehind.base.errors import InputError
from leftbehind.base.workers import as_done, end_processes
from leftbehind.inputs.conditions import PLACE
from leftbehind.inputs.official_rates import OLDEST
from leftbehind.inputs.parameters import Parameters
from leftbehind.model import tallies, year
from leftbehind.model.leg import Block, Leg, Room, Sums, Tables
from leftbehind.model.population import array, founders
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import (
    arrangement,
    destination,
    fertility,
    hukou,
    migration,
    partnership,
    remittance,
)
from leftbehind.model.tallies import cells, incomes

MARK = "whole"


@dataclass(frozen=True)
class Entry:
    """A kernel that a run calls, or that is compiled alone, and an example of what it is given."""

    kernel: Any
    given: tuple[Any, ...]

    def compile(self) -> None:
        """Compile it for arguments of the example's types, or load it."""
        self.kernel.compile(tuple(numba.typeof(value) for value in self.given))


def _reals(*shape: int) -> np.ndarray:
    return np.zeros(shape)


def _wholes(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.int64)


def _leg() -> Leg:
    """A leg of one prefecture in which nothing is said."""
    return Leg(
        year=0,
        word=np.uint64(0),
        here=np.zeros(1, PLACE),
        p=Parameters.load().in_year(0),
        death_chances=_reals(2, 1),
        birth_rates=_reals(1),
        wish=_reals(2, 1, 2),
        death_kappa=_reals(2, 1),
        birth_kappa=_reals(1),
        share=_reals(2, 2, 2),
        province_share=_reals(2, 2, 2),
        first=_wholes(2),
        province=_wholes(1),
        bounds=_reals(4),
    )


def _block() -> Block:
    """A block without people."""
    return Block.of(array.Population(_wholes(1)), _wholes(2), Room.of(1))


def _steps() -> dict[str, Entry]:
    """What stands alone, or is no leg of the year."""
    leg, block = _leg(), _block()
    here, p, room = leg.here, leg.p[0], block.room
    at = Prefecture(block.people, 0, 0, leg.word, here[0], p, 0)
    load, purse = _reals(1), _reals(1, len(remittance.PURSE))
    events = _wholes(2, OLDEST + 1)
    counts = Tables.zeros(1, 1).counts
    logit = destination.Logit(leg.share[:, 0], leg.province_share[:, 0], leg.first)
    there = destination.Destinations(
        _reals(1), _reals(1), _reals(1), _reals(1), _reals(1), _reals(1, 1), _wholes(1)
    )
    found = destination.Outlook(_reals(2, 1, 1), _reals(2, 1, 1), _reals(1, 2, 4))
    kinds = founders.Kinds(_wholes(1, 2, 1), _wholes(1), _reals(1), _reals(1))
    beside = tallies.Beside(0, leg.province, leg.bounds, purse, room.lives)
    born = (block.own_rate, leg.birth_kappa, leg.death_chances, events, events)
    of_cells = (0, leg.province, room.cells, room.numbers, room.sums)
    return {
        "cells of children": Entry(cells.tally, (at, *of_cells)),
        "choice": Entry(migration.step, (at, here, load, counts.choices[0])),
        "incomes": Entry(incomes.tally, (at, purse, room.lives, leg.bounds, counts.incomes[0])),
        "care": Entry(arrangement.step, (at, load)),
        "remittances": Entry(remittance.step, (at, here, purse)),
        "unions": Entry(partnership.match, (at,)),
        "destination": Entry(destination.step, (at, logit, 0)),
        "births": Entry(fertility.step, (at, *born)),
        "place tables": Entry(destination.place_tables, (0, 0, there, _wholes(1, 2), p, found)),
        "the forgotten": Entry(array.drop_forgotten, (block.people, 0)),
        "hukou": Entry(hukou.count_types, (block.people, 0, 0, 0)),
        "keys": Entry(randomness.mix, (leg.word,)),
        "logarithms": Entry(elementary._logs, (load,)),
        "powers of e": Entry(elementary._exps, (load,)),
        "tallies": Entry(tallies.count, (at, beside, counts, 0)),
        "founders": Entry(founders.settle, (block.people, 0, leg.word, here, p, kinds)),
    }


def _legs() -> dict[str, Entry]:
    """The legs of the year, and the parts of the last that a replay calls."""
    leg, block, sums, out = _leg(), _block(), Sums.zeros(1), Tables.zeros(1, 1)
    load = _reals(1)
    return {
        "the last leg": Entry(year.from_births, (leg, block, sums, out, True)),
        "the second leg": Entry(year.until_births, (leg, block, sums)),
        "until the choice": Entry(year.until_choice, (leg, block, sums, 0)),
        "from the choice": Entry(year.from_choice, (leg, block, load, out.counts.choices, 0)),
        "the end of school": Entry(year.end_of_year, (leg, block, 0)),
        "the first leg": Entry(year.expect_deaths, (leg, block, sums)),
    }


STAGES: tuple[Callable[[], dict[str, Entry]], ...] = (_steps, _legs)


def kernels() -> int:
    """Number of kernels that `compile_ahead` compiles."""
    return sum(len(stage()) for stage in STAGES)


def is_compiled() -> bool:
    """Whether all kernels were compiled here, by this Numba for this processor."""
    try:
        return _mark().read_text() == _machine()
    except OSError:
        return False


def compile_ahead(workers: int, tell: Callable[[], None] = lambda: None) -> None:
    """Compile all kernels by so many processes; `tell` is called after each.

    A process that the system kills is no error here: what is missing is compiled when it is called.
    """
    with suppress(InputError):
        for number, stage in enumerate(STAGES):
            for _ in as_done(compile_one, [(number, name) for name in stage()], workers):
                tell()
        with suppress(OSError):
            _mark().write_text(_machine())
    if workers > 1:
        end_processes()


def compile_one(stage: int, name: str) -> None:
    """Compile one kernel, in whichever process."""
    STAGES[stage]()[name].compile()


def _mark() -> Path:
    return Path(numba.config.CACHE_DIR) / MARK


def _machine() -> str:
    features = binding.get_host_cpu_features().flatten()
    return f"{numba.__version__} {binding.get_host_cpu_name()} {features}"
