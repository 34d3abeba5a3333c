"""One run's figures beside the targets, without a file: the tables stay in memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from leftbehind.base.errors import InputError
from leftbehind.counts.tallies import Tallies
from leftbehind.counts.world import World
from leftbehind.evidence.calibrate.targets import Target, find
from leftbehind.evidence.validate import (
    children,
    demography,
    flows,
    incomes,
    likeness,
    migration,
    places,
    regions,
)
from leftbehind.evidence.validate.check import Check
from leftbehind.inputs.places import Places
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.runs.recorder import Recorder

# Groups of comparisons that hold targets; births and deaths are aligned and need no fitting.
CHECKS = (
    children.checks,
    migration.checks,
    regions.checks,
    likeness.checks,
    incomes.checks,
    flows.checks,
    places.urban,
    demography.sex_ratios,
)


class TablesInMemory(Recorder):
    """A recorder that keeps the tables instead of writing them."""

    def __init__(self, places: Places) -> None:
        super().__init__(Path(), places)
        self._parts: dict[str, list[pa.Table]] = {}

    def _write(self, name: str, table: pa.Table) -> None:
        self._parts.setdefault(name, []).append(table)

    def tables(self) -> dict[str, pl.DataFrame]:
        """All tables so far, by name."""
        out = {}
        for name, parts in self._parts.items():
            frame = pl.from_arrow(pa.concat_tables(parts))
            assert isinstance(frame, pl.DataFrame)
            out[name] = frame
        return out


class WorldInMemory(World):
    """A world that never was on disk: what `validate` asks of a run."""

    def __init__(self, settings: Settings, tables: dict[str, pl.DataFrame], years: range) -> None:
        assert settings.parameters is not None
        self.scale = settings.scale
        self.manifest = {"parameters": dict(settings.parameters.values)}
        self._tables = tables
        self._years = years

    def table(self, name: str) -> pl.LazyFrame:
        """One table of the run."""
        if name not in self._tables:
            raise InputError(f"the run lacks the table {name!r}")
        return self._tables[name].lazy()

    def years(self) -> range:
        """The years that the tables hold."""
        return self._years


def look(settings: Settings, targets: Sequence[Target]) -> dict[str, Check]:
    """Live a world up to its last target, with one thread; its comparisons by target."""
    years = range(min(t.year for t in targets), max(t.year for t in targets) + 1)
    return find(targets, compared(settings, years))


def compared(settings: Settings, years: range) -> list[Check]:
    """Live a world to the end of `years`, with one thread; all comparisons that they allow."""
    simulation = Simulation(settings)
    recorder = TablesInMemory(simulation.places)
    while simulation.year <= years[-1]:
        output = simulation.step()
        if output.year in years:
            recorder.record(output)
    world = WorldInMemory(settings, recorder.tables(), years)
    return list(_checks(Tallies(world)))


def _checks(tallies: Tallies) -> Iterator[Check]:
    for group in CHECKS:
        yield from group(tallies)
