"""What the sections ask of a run, each read once."""

from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.workers import workers_for
from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.counts.tallies import MILLION, Tallies
from leftbehind.counts.world import World
from leftbehind.ensembles import Ensemble
from leftbehind.evidence import uncertainty
from leftbehind.evidence import validate as validation
from leftbehind.evidence.validate import Check, Prediction
from leftbehind.evidence.validate.page import by_words
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.runs.kept import keep, recall

RURAL = "acwf-2010"  # the definition most cited: rural, 0-17, a parent away half a year or more
LAST_PUBLISHED = 2020
META = {
    "name",
    "title",
    "title_zh",
    "agency",
    "year",
    "published",
    "reading_of",
    "source",
    "basis",
    "description",
}


class Facts:
    """A world and its tallies; raises InputError for a run that ends before anybody could leave.

    With an ensemble the world is one of its draws.
    """

    def __init__(self, world: World, ensemble: Ensemble | None = None) -> None:
        self.world = world
        self.ensemble = ensemble
        self.tallies = Tallies(world)
        last = world.years()[-1]
        if last <= FIRST_YEAR:
            raise InputError(
                f"{world.folder}: this run ends in {last}, before families could move; the report "
                f"needs a run to {FIRST_YEAR + 1} or later"
            )

    @property
    def folder(self) -> Path:
        """The folder that was asked for: the ensemble's, or the run's."""
        return self.ensemble.folder if self.ensemble else self.world.folder

    @property
    def years(self) -> range:
        """Years of the run in which families could move."""
        own = self.world.years()
        return range(max(own[0], FIRST_YEAR), own[-1] + 1)

    @property
    def year(self) -> int:
        """The year that single-year charts show: the run's last, at most the last census."""
        return max(min(self.years[-1], LAST_PUBLISHED), self.years[0])

    @cached_property
    def checks(self) -> list[Check]:
        """All comparisons with published figures: worked out once for each run (runs/kept.py)."""
        kept = recall(self.world.manifest, "checks")
        if kept is not None:
            return [Check(**row) for row in kept]
        made = validation.checks(self.world)
        keep(self.world.manifest, [asdict(check) for check in made], "checks")
        return made

    @cached_property
    def judged(self) -> list[Check]:
        """Those comparisons that count as met or missed: each figure once, by its words."""
        return by_words(self.checks)

    @cached_property
    def predictions(self) -> list[Prediction]:
        """The ensemble's interval for each of these comparisons; none without an ensemble."""
        if self.ensemble is None:
            return []
        return validation.predict(self.ensemble, workers_for("auto"))

    @cached_property
    def draws(self) -> pl.DataFrame | None:
        """The stored intervals of the shipped draws; None for a scenario, which they are not of."""
        return None if self.world.scenario_name else uncertainty.read()

    def draws_of(self, definition: str) -> pl.DataFrame | None:
        """Those of one definition in the run's years; None if there is none."""
        if self.draws is None:
            return None
        rows = pl.col("year").is_between(self.years[0], self.years[-1])
        found = self.draws.filter(rows & (pl.col("definition") == definition))
        return found if found.height else None

    @cached_property
    def rural(self) -> pl.DataFrame:
        """Left-behind children by RURAL and year (see counts/left_behind.py)."""
        return self.world.left_behind(RURAL, years=self.years)

    @cached_property
    def rural_by_care(self) -> pl.DataFrame:
        """The same by age and arrangement of care."""
        return self.world.left_behind(RURAL, by=("age", "arrangement"), years=self.years)

    @cached_property
    def counts(self) -> list[tuple[list[Definition], dict[int, float]]]:
        """Definitions that ask the same, together, with millions of children counted by year."""
        groups: dict[str, list[Definition]] = {}
        for name in definitions.names():
            definition = definitions.get(name)
            groups.setdefault(definition.model_dump_json(exclude=META), []).append(definition)
        return [(alike, self.count(alike[-1].name)) for alike in groups.values()]

    def count(self, definition: str) -> dict[int, float]:
        """Millions of children that a shipped definition counts, by year."""
        table = self.world.counts.filter(
            (pl.col("definition") == definition) & pl.col("year").is_in(list(self.years))
        ).unique("year", maintain_order=True)
        return {year: number / MILLION for year, number in table.select("year", "number").rows()}

    def compared(self, names: list[str]) -> list[Check]:
        """Checks of the counts of these definitions, in order of year."""
        found = [check for check in self.checks if check.what in names]
        return sorted(found, key=lambda check: check.year)
