"""Compare two worlds: run both from the same luck with several seeds, keep what differs.

    from leftbehind import compare
    found = compare.run("baseline", "city-schools-open", seeds=5)
    found.effects("acwf-2010", by="province", years=2010)

Effects are of the model: their intervals come from luck alone, not from the parameters.
"""

import shutil
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import TypedDict, Unpack, cast

import polars as pl

from leftbehind.base.errors import InputError, nearest
from leftbehind.base.store import (
    locked,
    read_manifest,
    read_run_table,
    target_folder,
    write_manifest,
    write_table,
)
from leftbehind.counts import definitions as shipped
from leftbehind.counts.compare import tables
from leftbehind.counts.compare.children import Births
from leftbehind.counts.compare.pairing import pair
from leftbehind.counts.compare.tallies import Groups, Tally, tally
from leftbehind.counts.compare.twins import Twins
from leftbehind.counts.compare.worlds import NEVER, parting, side_by_side
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.simulation import Settings
from leftbehind.own.population_file import OwnPopulation
from leftbehind.runs.plan import Given as PlanGiven
from leftbehind.runs.plan import Plan, check_keywords, population, scenario

HEADLINE = "acwf-2010"
SCALE, SEEDS, TWINS = 10_000, 5, 200
KIND = "comparison"
BY = ("all", "province", "prefecture", "age", "arrangement")
Progress = Callable[[int, int], None]  # seed, year


class Comparison:
    """A finished comparison in a folder: its manifest and its tables (see compare.tables).

    Raises InputError if `folder` holds none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        if self.manifest.get("kind") != KIND:
            raise InputError(f"{folder}: holds no comparison; make one: `leftbehind compare`")
        self.headline = str(self.manifest["definitions"][0])

    def table(self, name: str) -> pl.LazyFrame:
        """One table of the comparison; numbers are persons."""
        return read_run_table(self.folder, name)

    def effects(
        self, definition: str | None = None, by: str = "all", years: int | None = None
    ) -> pl.DataFrame:
        """Paired effects on the children that a definition counts, in persons.

        `by` is "all", "province", "prefecture", "age" or "arrangement"; without `definition` it is
        the comparison's first, without `years` every year. Raises InputError for a `by` or a
        definition that the comparison does not hold.
        """
        if by not in BY:
            raise InputError(f"by = {by!r}: not known{nearest(by, list(BY))}; give {', '.join(BY)}")
        wanted = self._known(definition)
        rows = self.table("effects").filter(pl.col("definition") == wanted, pl.col("by") == by)
        return rows.filter(pl.col("year") == years if years else True).collect()

    def decomposition(
        self, definition: str | None = None, years: int | None = None
    ) -> pl.DataFrame:
        """What became, in the other world, of the children counted in one: persons by fate."""
        wanted = self._known(definition)
        rows = self.table("decomposition").filter(
            pl.col("definition") == wanted, pl.col("province") == "China"
        )
        return rows.filter(pl.col("year") == years if years else True).collect()

    def fewer_runs(self, definition: str | None = None) -> float | None:
        """How many pairs of unrelated runs tell as much as one pair; None if not known."""
        wanted = self._known(definition)
        rows = self.table("luck").filter(pl.col("definition") == wanted).collect()
        return rows["fewer_runs"][0]

    def _known(self, definition: str | None) -> str:
        names = self.manifest["definitions"]
        if definition is not None and definition not in names:
            raise InputError(
                f"definition {definition!r}: not in this comparison{nearest(definition, names)}; "
                f"it holds {', '.join(names)}"
            )
        return definition or self.headline


class Given(TypedDict, total=False):
    """Settings that both worlds share; what is left out has the default named here."""

    scale: int  # persons for whom one simulated person stands, 10,000
    seed: int  # the first seed, 1
    last: int  # last year lived, 2020
    threads: int  # never changes the result, 2
    parameters: Mapping[str, float] | str | Path | None  # changes by name, or a file with them
    population: OwnPopulation | str | Path | None  # people to begin with, or a file with them
    out: str | Path | None  # folder; None: a temporary one
    replace: bool  # a comparison or run that lies there, False


def run(
    before: str | Path | Scenario = "baseline",
    after: str | Path | Scenario = "baseline",
    *,
    definitions: Sequence[Definition | str | Path] | None = None,
    seeds: int = SEEDS,
    progress: Progress | None = None,
    **settings: Unpack[Given],
) -> Comparison:
    """Live both worlds with the seeds `seed`, `seed` + 1, ... and compare their children.

    Tables hold the years from 1979, when people could first leave, to `last`. `definitions` are
    objects, names or files; twins are chosen by the first; without any, all shipped ones count.
    With a `population` of one's own both worlds begin with its people. The settings are those of
    Given. Raises InputError for a bad scenario, definition or setting, or a folder that cannot be
    written.
    """
    one, other = scenario(before), scenario(after)
    plan = _plan(settings)
    if not 1 <= seeds <= 1000:
        raise InputError(f"--seeds {seeds}: not allowed; give a whole number from 1 to 1000")
    counted = _definitions(definitions)
    places = Places.load()
    with locked(plan.out), target_folder(plan.out, plan.replace) as (work, final):
        began = time.perf_counter()
        tallies: dict[int, dict[int, Tally]] = {}
        first_seed = plan.settings.seed
        for s in range(first_seed, first_seed + seeds):
            pair_of_settings = (
                replace_fields(plan.settings, seed=s, scenario=one),
                replace_fields(plan.settings, seed=s, scenario=other),
            )
            tallies[s], twins = _one_seed(
                pair_of_settings, plan, counted, places, progress, with_twins=s == first_seed
            )
            if twins is not None:
                write_table(work, "twins", twins)
        ensemble = tables.Ensemble.of(tallies, counted, Groups.of(places), plan.settings.scale)
        parted = parting(*pair_of_settings)
        _write(work, ensemble, places, parted)
        shared = ("version", "scale", "seed", "from", "to", "parameters", "population")
        told = plan.identity()
        write_manifest(
            work,
            {
                **{name: told[name] for name in shared},
                "kind": KIND,
                "seeds": seeds,
                "before": _plain(one),
                "after": _plain(other),
                "parted": parted if parted != NEVER else None,
                "definitions": [d.name for d in counted],
                "seconds": round(time.perf_counter() - began, 2),
                "threads": plan.threads,
            },
        )
    comparison = Comparison(final)
    if plan.out is None:
        weakref.finalize(comparison, shutil.rmtree, final, ignore_errors=True)
    return comparison


def _plan(settings: Given) -> Plan:
    """What both worlds share, checked; tables begin when people could first leave."""
    check_keywords(settings, list(Given.__annotations__))
    own = population(settings.get("population"))
    begin = max(FIRST_YEAR, own.year) if own else FIRST_YEAR
    mine = {"scale": SCALE, **settings, "population": own, "first": begin}
    return Plan.of(**cast(PlanGiven, mine))


def _definitions(wanted: Sequence[Definition | str | Path] | None) -> list[Definition]:
    which = [wanted] if isinstance(wanted, str) else wanted
    return [
        shipped.get(one)
        for one in which or [HEADLINE, *(name for name in shipped.names() if name != HEADLINE)]
    ]


def _one_seed(
    settings: tuple[Settings, Settings],
    plan: Plan,
    definitions: list[Definition],
    places: Places,
    progress: Progress | None,
    with_twins: bool,
) -> tuple[dict[int, Tally], pl.DataFrame | None]:
    """Tallies by year of one seed, and the two lives of its twins if wanted."""
    before, after = settings
    parted = parting(before, after)
    births = (Births(parted), Births(parted))
    groups = Groups.of(places)
    twins = Twins(before.scale) if with_twins else None
    tallies: dict[int, Tally] = {}
    since = min(parted, FIRST_YEAR)
    for children in side_by_side(before, after, since, plan.last, plan.threads):
        year = children[0].year
        for born, world in zip(births, children, strict=True):
            born.add(world)
        if year >= FIRST_YEAR:
            tallies[year] = tally(pair(*children, *births), definitions, groups)
            if twins:
                twins.watch(*children)
        if progress:
            progress(before.seed, year)
    return tallies, twins.table(definitions[0], places, births, TWINS) if twins else None


def _write(work: Path, ensemble: tables.Ensemble, places: Places, parted: int) -> None:
    write_table(work, "effects", tables.effects(ensemble))
    write_table(work, "decomposition", tables.decomposition(ensemble, places))
    write_table(work, "seeds", tables.by_seed(ensemble))
    write_table(work, "luck", tables.luck(ensemble, parted))


def _plain(scenario: Scenario) -> dict[str, object]:
    return scenario.model_dump(by_alias=True, exclude_none=True)
