"""What a simulation remembers between two years: enough to go on elsewhere with the same bits.

Everything else that a Simulation holds follows from its settings. The alignment is not part of it:
a branch into another scenario reads its baseline's.
"""

from dataclasses import dataclass

import numpy as np

from leftbehind.inputs.conditions import Coupling
from leftbehind.model.simulation import Settings, Simulation


@dataclass(frozen=True)
class State:
    """The next year to live; the used records of all home units in order, with their numbers.

    `people` (records,) PERSON, none if they lie on disk (on_disk.py); `count` (units,); the
    coupling of last year (`flows` (P, P), `adults`, `gone` (P,), `schooling` (2,));
    `hukou_counts` (P, 3).
    """

    year: int
    people: np.ndarray
    count: np.ndarray
    flows: np.ndarray
    adults: np.ndarray
    gone: np.ndarray
    schooling: np.ndarray
    hukou_counts: np.ndarray

    @staticmethod
    def of(simulation: Simulation) -> "State":
        """A copy of the simulation's state."""
        population, coupling = simulation.population, simulation.coupling
        return State(
            year=simulation.year,
            people=population.held(),
            count=population.count.copy(),
            flows=coupling.flows.copy(),
            adults=coupling.adults.copy(),
            gone=coupling.gone.copy(),
            schooling=coupling.schooling.copy(),
            hukou_counts=simulation.hukou_counts.copy(),
        )

    def give_to(self, simulation: Simulation) -> None:
        """Make a simulation, new or not, go on from here."""
        simulation.population.take(self.people, self.count, self.year)
        simulation.coupling = Coupling(
            self.flows.copy(), self.adults.copy(), self.gone.copy(), self.schooling.copy()
        )
        simulation.hukou_counts = self.hukou_counts.copy()
        simulation.deaths_ahead = None
        simulation.year = self.year


def branch(trunk: Simulation, settings: Settings, state: State | None = None) -> Simulation:
    """A second world with other settings, which goes on from a state of the trunk's own past.

    Without `state` it parts from the trunk here. It reads the trunk's factors of alignment, so that
    births and deaths may change: the trunk must have lived the years that the branch will live, or
    live each of them first. All studies of two worlds are made of this: comparisons, policies,
    sensitivity, the explorer.
    """
    out = trunk.bare(settings)
    (state or State.of(trunk)).give_to(out)
    return out
