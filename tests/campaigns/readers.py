"""Each kind of input with its reader, as the commands call it, and what a right answer must hold.

A reader takes a path (or a word) and returns what it read; it may raise InputError and nothing
else. `sound` says what is wrong with an accepted input, or nothing: a wrong acceptance.
"""

import math
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import leftbehind.data
from leftbehind.base.errors import InputError
from leftbehind.base.randomness import seed_word
from leftbehind.counts import definitions, instruments
from leftbehind.counts.definitions import Definition
from leftbehind.counts.instruments import Instrument
from leftbehind.counts.instruments.reading import factor
from leftbehind.counts.of_place import find_place
from leftbehind.counts.samples import design as designs
from leftbehind.counts.samples.design import Design
from leftbehind.counts.world import World
from leftbehind.ensembles.posterior import Posterior
from leftbehind.evidence.cuts.discrepancy import Discrepancy
from leftbehind.inputs import scenario as scenarios
from leftbehind.inputs.parameters import Parameters, allowed_range
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import GALLERY, Scenario
from leftbehind.own import parameter_file
from leftbehind.own.draw import draw
from leftbehind.own.ipums import Converted, convert
from leftbehind.own.population_check import People, close_kin
from leftbehind.own.population_file import OwnPopulation
from leftbehind.own.population_schema import POPULATION
from leftbehind.runs.verify import verify

PLACES = Places.load()
EXAMPLE = Path(leftbehind.data.__file__).parent / "own" / "example.csv"


def scenario(path: Path) -> Scenario:
    return scenarios.get(path)


def scenario_fault(found: Scenario) -> str:
    shipped = {path.stem for path in GALLERY.glob("*.toml")}
    if found.name in shipped:
        same = scenarios.load(GALLERY / f"{found.name}.toml")
        if same.change != found.change:
            return "a changed world with the name of another"
    for year in (1950, 2000, 2050):
        p = found.parameters_in(year, Parameters.load())
        for change in found.parameter_changes:
            low, high = allowed_range(change.lever)
            if not low <= p[change.lever][0] <= high:
                return f"{change.lever} out of range"
        for change in found.change:
            values = found.changed(change.lever, year, np.ones(len(PLACES)), PLACES)
            if not np.isfinite(values).all():
                return "a value that is no number"
    if scenarios.parse(_toml(found), "again") != found:
        return "does not survive writing and reading"
    return ""


def _toml(found: Scenario) -> dict[str, Any]:
    return tomllib.loads(found.to_toml())


def definition(path: Path) -> Definition:
    found = definitions.load(path)
    found.expr()
    return found


def definition_fault(found: Definition) -> str:
    if not 0 <= found.age[0] <= found.age[1] < 18:
        return "ages of no child"
    if any(type(value) is not int for value in found.age):
        return "an age that is no whole number"
    return "" if 0 < found.share <= 1 else "a share that is none"


def parameters(path: Path) -> Parameters:
    return Parameters.load(parameter_file.load(path))


def parameters_fault(found: Parameters) -> str:
    if found.values.keys() != Parameters.load().values.keys():
        return "other parameters than there are"
    for name, value in found.values.items():
        low, high = allowed_range(name)
        if not math.isfinite(value) or not low <= value <= high:
            return f"{name} out of range"
    return ""


def draws(path: Path) -> Posterior:
    found = Posterior.load(path)
    for k in range(1, len(found) + 1):
        Parameters.load(found.changes(k))
    return found


def draws_fault(found: Posterior) -> str:
    numbers = found.table["draw"]
    if numbers.is_duplicated().any() or numbers.null_count():
        return "draws without numbers of their own"
    plain = found.table.drop("draw").to_numpy()
    return "" if np.isfinite(plain).all() else "a value that is no number"


def population(path: Path) -> OwnPopulation:
    return OwnPopulation.load(path)


def population_fault(found: OwnPopulation) -> str:
    """Also draws families: what begins a run must not fail after it was accepted.

    People who stand for nobody at the scale are refused there with a sentence, which is right.
    """
    try:
        drawn = draw(found.people, PLACES, np.arange(len(PLACES) + 1), 100, seed_word(1))
    except InputError as nobody:
        return "" if "no family was drawn" in str(nobody) else str(nobody)
    if len(drawn.row) != drawn.count.sum() or len(np.unique(drawn.key)) != len(drawn.key):
        return "people drawn twice"
    return people_fault(found.people)


def warm() -> None:
    """Compile what a population needs, so that no input is blamed for it."""
    population_fault(population(EXAMPLE))


def people_fault(people: People) -> str:
    table = people.table
    codes = set(PLACES.table["code"].to_list())
    if table["person_id"].is_duplicated().any() or table["person_id"].null_count():
        return "persons without ids of their own"
    if not set(table["prefecture"].drop_nulls().to_list()) <= codes:
        return "an unknown prefecture"
    if close_kin(people).any():
        return "partners who are close kin"
    sizes = table.drop_nulls("household_id").group_by("household_id").len()["len"]
    if len(sizes) and sizes.max() > 100:  # type: ignore[operator]
        return "a household of more than a hundred people"
    for column in ("mother_id", "father_id", "partner_id", "household_id"):
        for value in table[column].drop_nulls().unique().to_list():
            if value.lower() in ("na", "n/a", "nan", "null", "none", ".", "0", "-1", "-9"):
                return f"a missing code taken for an id in {column}"
    weight = table["weight"].drop_nulls().to_numpy()
    return "" if (np.isfinite(weight) & (weight > 0)).all() else "a weight that is none"


def extract(path: Path) -> Converted:
    """`path` is a folder with artificial.xml and artificial.dat.gz."""
    return convert(path / "artificial.xml", path / "artificial.dat.gz")


def extract_fault(found: Converted) -> str:
    if found.table.columns != POPULATION.names():
        return "other columns than the schema's"
    return people_fault(People(found.table))


def place(word: str) -> tuple[str, str]:
    return find_place(word)


def place_fault(found: tuple[str, str]) -> str:
    column, name = found
    table = PLACES.provinces if column == "province" else PLACES.table
    return "" if name in table["name"].to_list() else "a place that there is not"


def design(path: Path) -> Design:
    """The design, also asked of a row of states."""
    found = Design.load(path)
    texts = (*designs.PLACES, *designs.LABELS)
    row = pl.DataFrame(
        {name: [3 if name in designs.NUMBERS else "a"] for name in (*designs.NUMBERS, *texts)},
        schema_overrides=dict.fromkeys(designs.NUMBERS, pl.Int64),
    )
    row.select(frame=designs.belongs(found.frame), no=found.non_response.expr())
    return found


def design_fault(found: Design) -> str:
    numbers = (found.people, found.seed, *found.waves)
    if any(type(value) is not int for value in numbers) or found.people < 1:
        return "a number that is no whole number"
    if list(found.waves) != sorted(set(found.waves)):
        return "waves out of order"
    losses = (found.non_response, found.attrition)
    chances = [c for loss in losses for c in (loss.chance, *(g.chance for g in loss.group))]
    groups = [found.frame, *(g.who for loss in losses for g in loss.group)]
    for group in groups:
        for column, names in (("prefecture", PLACES.table), ("province", PLACES.provinces)):
            if not set(group.get(column, ())) <= set(names["name"].to_list()):
                return "a place that there is not"
    return "" if all(0 <= chance <= 1 for chance in chances) else "a chance that is none"


def instrument(path: Path) -> Instrument:
    return instruments.get(path)


def instrument_fault(found: Instrument) -> str:
    for year in (1950, 2000, 2015, 2018, 2050):
        mean, sd, _ = factor(found, year)
        if not math.isfinite(mean) or not math.isfinite(sd) or sd < 0:
            return "a factor that is no number"
    return ""


def discrepancy(path: Path) -> Discrepancy:
    return Discrepancy.load(path)


def discrepancy_fault(found: Discrepancy) -> str:
    if len({(part.read, part.group, part.kind) for part in found.parts}) < len(found.parts):
        return "a group twice"
    sds = [part.sd(ahead) for part in found.parts for ahead in (-1.0, 0.0, 30.0)]
    return "" if all(math.isfinite(sd) and sd >= 0 for sd in sds) else "no standard deviation"


def stored_run(folder: Path) -> list[str]:
    """A run of whatever version: its tables, each asked for as the commands do."""
    world = World(folder)
    verify(folder)
    return world.tables["table"].to_list()


def stored_run_fault(found: list[str]) -> str:
    return "" if {"people", "places", "alignment"} <= set(found) else "tables are not told"


Reader = tuple[Callable[[Any], Any], Callable[[Any], str]]
READERS: dict[str, Reader] = {
    "scenario": (scenario, scenario_fault),
    "definition": (definition, definition_fault),
    "parameters": (parameters, parameters_fault),
    "draws": (draws, draws_fault),
    "population": (population, population_fault),
    "ipums": (extract, extract_fault),
    "place": (place, place_fault),
    "design": (design, design_fault),
    "instrument": (instrument, instrument_fault),
    "discrepancy": (discrepancy, discrepancy_fault),
    "run": (stored_run, stored_run_fault),
}
