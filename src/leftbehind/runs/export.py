"""Write the people of a simulation as a file that another run can start from."""

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.person import ABROAD, ABROAD_CODE, FEMALE, IN_PRISON, NEVER
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import parse
from leftbehind.model.population.array import drop_forgotten
from leftbehind.model.population.founders import START
from leftbehind.model.processes.care import ADULT_AGE
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.own.homes import homes
from leftbehind.own.population_schema import (
    HOMES,
    HUKOU,
    NO_YES,
    PARENTS,
    POPULATION,
    SEXES,
    UNIONS,
)
from leftbehind.runs.folder import Run


def people_of(simulation: Simulation, luck: bool = False) -> pl.DataFrame:
    """All people at the end of the last year lived, in the columns of the population schema.

    The dead who are parent or grandparent of somebody alive are among them, as kin. With `luck`
    the file holds each person's key, so that a run with the same seed goes on with the same lasting
    luck.
    """
    population = simulation.population
    parts = []
    for u, first in enumerate(simulation.units[:-1]):
        people = population.of(u).copy()
        people = people[: drop_forgotten(people, len(people))]
        parts.append(_unit(people, simulation.places, int(first), simulation.year))
    table = pl.concat(parts)
    weight = pl.lit(float(simulation.settings.scale)).alias("weight")
    table = table.with_columns(weight, pl.lit(simulation.year).cast(pl.Int64).alias("year"))
    if not luck:
        table = table.with_columns(pl.lit(None, pl.String).alias("luck"))
    return table.select(POPULATION.names())


def _unit(people: np.ndarray, places: Places, first: int, year: int) -> pl.DataFrame:
    """The people of the home unit that begins with prefecture `first`, on 1 January of `year`.

    Without weights.
    """
    code = places.table["code"].to_numpy()[first + people["place"].astype(int)]
    ids = pl.select(
        pl.format("{}-{}", pl.Series(code), pl.Series(np.arange(len(people))))
    ).to_series()
    alive = people["death_year"] == 0
    columns = {
        "person_id": ids,
        "household_id": _only(ids.gather(homes(people, year - 1)), alive),
        "prefecture": code,
        "province": code // 10_000,
        "age": (year - 1 - people["birth_year"]).astype(np.int64),
        "sex": np.array(SEXES)[people["sex"]],
        "hukou": np.array(HUKOU)[people["hukou"]],
        "minority": np.array(NO_YES)[people["group"]],
        "schooling": people["schooling"].astype(np.int64),
        "in_school": _only(np.array(NO_YES)[people["enrolled"]], alive),
        "limited": _only(np.array(NO_YES)[people["limited"]], alive),
        "death_year": _only(people["death_year"].astype(np.int64), ~alive),
        "luck": [f"{key:016x}" for key in people["key"].tolist()],
        **_kin(people, ids, alive, year),
        **_away(people, places, alive),
    }
    return pl.DataFrame(columns)


def _kin(people: np.ndarray, ids: pl.Series, alive: np.ndarray, year: int) -> dict[str, pl.Series]:
    """Links, unions and births."""
    woman = people["sex"] == FEMALE
    mother, father = people["mother"], people["father"]
    parted = alive & (mother >= 0) & (father >= 0) & (people["partner"][mother] != father)
    kept = parted & (year - 1 - people["birth_year"] < ADULT_AGE)
    joined = alive & (people["union"] != NEVER)  # once: of the widowed, where they lived
    began = people["union_year"]
    bore = woman & (people["births"] > 0)

    def link(field: str, where: np.ndarray) -> pl.Series:
        at = people[field]
        return _only(ids.gather(np.maximum(at, 0)), where & (at >= 0))

    everybody = np.ones(len(people), bool)
    return {
        "mother_id": link("mother", everybody),
        "father_id": link("father", everybody),
        "partner_id": link("partner", alive),
        "carer_id": link("carer", alive),
        "union": _only(np.array(UNIONS)[people["union"]], alive),
        "union_year": _only(people["union_year"].astype(np.int64), joined & (began > 0)),
        "home": _only(np.array(HOMES)[people["home"]], joined),
        "keeper": _only(np.array(PARENTS)[people["custody"]], kept),
        "children_born": _only(people["births"].astype(np.int64), woman),
        "sons_born": _only(people["sons"].astype(np.int64), woman),
        "last_birth": _only(people["last_birth"].astype(np.int64), bore),
    }


def _away(people: np.ndarray, places: Places, alive: np.ndarray) -> dict[str, pl.Series]:
    """Who is away, where and since when; who is in prison."""
    away = alive & (people["destination"] >= 0)
    inside = alive & (people["destination"] == IN_PRISON)
    return {
        "away": _only(np.where(away, "yes", "no"), alive),
        "destination": _only(_codes_of(people["destination"], places), away),
        "months_away": _only(people["months"].astype(np.int64), away),
        "in_prison": _only(np.where(inside, "yes", "no"), alive),
        "away_since": _only(people["away_since"].astype(np.int64), away | inside),
    }


def _only(values: np.ndarray | pl.Series, where: np.ndarray) -> pl.Series:
    """Values (records,) where `where` holds, else null."""
    return pl.Series(values).zip_with(pl.Series(where), pl.Series([None], dtype=None))


def _codes_of(destination: np.ndarray, places: Places) -> np.ndarray:
    """Codes of destinations (records,); of no meaning for who is not away."""
    codes = places.table["code"].to_numpy()
    inside = codes[np.clip(destination, 0, len(codes) - 1)]
    return np.where(destination == ABROAD, ABROAD_CODE, inside)


def people_of_run(world: Run, year: int, luck: bool = False, threads: int = 1) -> pl.DataFrame:
    """The people of a finished run on 1 January of `year`: it is lived again to that day.

    Raises InputError for a year outside the run, a run that began from a population of one's own,
    or one that another version of the program made.
    """
    if world.manifest.get("population"):
        raise InputError(
            f"{world.folder}: began from a population of one's own, which a run does not keep; "
            f"export from a run that began in {START}"
        )
    last = int(world.manifest["to"])
    if not START < year <= last + 1:
        raise InputError(
            f"--year {year}: not lived by this run; give a year from {START + 1} to {last + 1}"
        )
    manifest = world.manifest
    settings = Settings(
        int(manifest["scale"]),
        int(manifest["seed"]),
        parse(manifest["scenario"], "the run"),
        world.parameters(),
    )
    simulation = Simulation(settings, threads, world.alignment())
    while simulation.year < year:
        output = simulation.step()
    counted = world.table("people").filter(pl.col("year") == year - 1)
    alive = int(counted.select(pl.col("number").sum()).collect().item() or output.alive)
    if output.alive != alive:
        raise InputError(
            f"{world.folder}: lived again it has {output.alive} people in {year - 1}, its tables "
            f"say {alive}: it was made by another version of the program; make the run again"
        )
    return people_of(simulation, luck)
