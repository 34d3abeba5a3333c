"""What is compiled ahead is what a run calls."""

import sys

import numba

from leftbehind.base.linking import LinkingDispatcher
from leftbehind.model import entries
from leftbehind.model.blocks import InMemory
from leftbehind.model.leg import Leg, Sums, Tables
from leftbehind.model.simulation import Settings, Simulation

MODEL = "leftbehind.model."


def types(given: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(numba.typeof(value) for value in given)


def test_legs_are_compiled_for_what_a_run_gives_them() -> None:
    simulation = Simulation(Settings(scale=1_000_000))
    assert isinstance(simulation.population, InMemory)
    block = simulation.population.blocks()[0]
    leg: Leg = simulation._leg(simulation.year)
    out = Tables.zeros(len(simulation.places), 31).rows(0, 9)
    given = (leg, block, Sums.zeros(31), out, True)
    legs = entries.STAGES[1]()
    assert types(legs["the last leg"].given) == types(given)
    assert types(legs["the second leg"].given) == types(given[:3])
    assert types(legs["the first leg"].given) == types(given[:3])


def test_every_kernel_that_stands_alone_is_in_the_list() -> None:
    listed = {id(entry.kernel) for stage in entries.STAGES for entry in stage().values()}
    for room in [module for name, module in sys.modules.items() if name.startswith(MODEL)]:
        for name, value in vars(room).items():
            if isinstance(value, LinkingDispatcher) and value.alone:
                assert id(value) in listed, f"{room.__name__}.{name}"
