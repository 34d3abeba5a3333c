"""A starting population read from a file and checked, ready for runs of any scale and seed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import sha256
from leftbehind.model.beginning import Beginning, DestinationTables
from leftbehind.own.place_codes import current
from leftbehind.own.population_check import People, check
from leftbehind.own.population_schema import POPULATION
from leftbehind.own.reading import read
from leftbehind.own.start import start
from leftbehind.own.weights import weight_notes


@dataclass(frozen=True, eq=False)
class OwnPopulation:
    """The people of a file on 1 January of `year`.

    `source` (file name, SHA-256, year) tells in a manifest and in checkpoints which file it was,
    `notes` what a user should know of it.
    """

    people: People
    year: int
    source: dict[str, Any]
    notes: tuple[str, ...] = ()

    @staticmethod
    def load(path: Path) -> "OwnPopulation":
        """Read and check a file; InputError names rows, columns, values and what is allowed."""
        path = Path(path)
        table, rows = read(path, POPULATION)
        table, notes = current(table)
        places = Places.load()
        people = check(str(path), table, rows, places)
        year = int(table["year"][0])
        source = {"file": path.name, "sha256": sha256(path), "year": year}
        return OwnPopulation(people, year, source, (*notes, *weight_notes(people, year, places)))

    def begin(
        self,
        places: Places,
        units: np.ndarray,
        scale: int,
        word: np.uint64,
        here: np.ndarray,
        p: np.record,
        tables: DestinationTables,
    ) -> Beginning:
        """The beginning of a run with these people (model.beginning.Start)."""
        return start(self.people, places, units, scale, word, here, p, tables)
