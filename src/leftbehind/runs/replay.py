"""Replay: one prefecture's years lived again, exactly, from a run's tables alone.

A prefecture meets the rest of the country only through its PLACE records, last year's flows from it
and the alignment factors. A run keeps all three, and luck is keyed, so the people of one prefecture
can be lived again without the others and without having been stored:

    replay = Replay(world)
    for moment in replay.moments(places.find("Liangshan")):
        if moment.stage == AS_COUNTED: ...

`Replay(world, scale=10)` lives a prefecture more closely: ten times fewer real people for each
simulated one than 1:100, say. The country around it (pay, destinations, factors) stays the run's;
the people are others, more of them, and rare families can be found among them.

Every year has two moments: before the households choose (last year's destinations still stand, as
`utility.weigh` needs them) and as the tables count it (before pupils complete their year).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.person import ABROAD_CODE
from leftbehind.base.randomness import seed_word
from leftbehind.inputs import official_rates
from leftbehind.inputs.conditions import PLACE
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import parse
from leftbehind.inputs.settlement import hukou_target
from leftbehind.model.alignment import DEATHS_SHAPE
from leftbehind.model.population.array import Population
from leftbehind.model.population.founders import START, founders_by_prefecture, settle
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import destination, fertility, migration, mortality
from leftbehind.model.simulation import COMPACT_EVERY
from leftbehind.model.tallies import moves
from leftbehind.model.year import (
    Leg,
    Sums,
    end_of_year,
    expect_deaths,
    from_choice,
    until_births,
    until_choice,
)
from leftbehind.runs.folder import Run

BEFORE_CHOICE, AS_COUNTED = "before the choice", "as counted"


@dataclass(frozen=True)
class Moment:
    """A prefecture at one moment of a year.

    `people` (records used,) is a live view: read it before asking for the next moment. Positions
    shift every fifth year when forgotten dead are dropped; keys stay. `choices`
    (migration.CHOICES_SHAPE) counts this year's households, zero before the choice.
    """

    year: int
    stage: str
    prefecture: int
    people: np.ndarray
    here: np.record
    p: np.record
    word: np.uint64
    load: np.ndarray
    choices: np.ndarray

    @property
    def at(self) -> Prefecture:
        """What a process of the model is given."""
        return Prefecture(self.people, len(self.people), self.year, self.word, self.here, self.p)

    def position(self, key: int) -> int:
        """Position of the person with `key`, or -1 if not (or no longer) in the records."""
        found = np.flatnonzero(self.people["key"] == np.uint64(key))
        return int(found[0]) if len(found) else -1


@dataclass(frozen=True)
class _Year:
    """What all prefectures read in a year."""

    p: np.ndarray
    wish: np.ndarray
    death_kappa: np.ndarray
    birth_kappa: np.ndarray
    here: np.ndarray


class Replay:
    """A finished run made ready to be lived again, one prefecture at a time.

    Nothing is changed after construction, so several threads may replay different prefectures.
    `scale` other than the run's lives other people in the run's country. Raises InputError if the
    run was not recorded from 1950, began from a population of one's own, or was made by another
    version.
    """

    def __init__(self, world: Run, scale: int | None = None) -> None:
        self.world = world
        self.scale = world.scale if scale is None else scale
        if not 1 <= self.scale <= world.scale:
            raise InputError(
                f"--zoom {self.scale}: not allowed; give a whole number from 1 to the run's scale, "
                f"{world.scale}"
            )
        if world.manifest.get("population"):
            raise InputError(
                f"{world.folder}: began from a population of one's own, which a run does not keep; "
                f"families can be followed in runs that began in {START} only"
            )
        if world.years().start != START:
            raise InputError(
                f"{world.folder}: recorded from {world.years().start}; to follow a family the run "
                f"must be recorded from {START} (`leftbehind run --from {START}`)"
            )
        self.places = Places.load()
        self.word = seed_word(int(world.manifest["seed"]))
        values = dict(world.manifest["parameters"])
        missing = sorted(set(Parameters.load().values) - set(values))
        if missing:
            raise _other_version(world, f"it knows no parameter {missing[0]!r}")
        self.parameters = Parameters(values)
        self.scenario = parse(world.manifest["scenario"], str(world.folder))
        last = world.years()[-1]
        self._rates = OfficialRates.load(START, last, self.parameters)
        self._years = self._prepare(_conditions(world, self.places))
        self._alive = _counted_alive(world, self.places)
        self._flows = _Flows(world, self.places)
        self._founders = founders_by_prefecture(self.places, self.scale)
        self._urban = hukou_target(self.places, np.arange(START, last + 1))[:, 0]

    def here(self, year: int) -> np.ndarray:
        """PLACE records of all prefectures in `year`, as the run's kernels read them."""
        return self._years[year].here

    def p(self, year: int) -> np.record:
        """The parameters of `year`, with the scenario's changes."""
        p: np.record = self._years[year].p[0]
        return p

    def moments(self, prefecture: int, last: int | None = None) -> Iterator[Moment]:
        """The two moments of each year from 1950 to `last` (the run's last year if None)."""
        end = self.world.years()[-1] if last is None else last
        if end not in self.world.years():
            held = self.world.years()
            raise InputError(f"year {end}: not in this run, which holds {held[0]} to {held[-1]}")
        population = self._found(prefecture)
        tables = _OneOrigin(self, prefecture)
        for year in range(START, end + 1):
            yield from self._live(year, population, tables)

    def _live(self, year: int, population: Population, tables: "_OneOrigin") -> Iterator[Moment]:
        k = tables.prefecture
        if year % COMPACT_EVERY == 0:
            population.compact()
        population.make_room(population.births_ahead())
        leg = self._leg(year, population, tables)
        counted = np.zeros(migration.CHOICES_SHAPE, np.int64)
        moved = np.zeros((self.places.provinces.height, len(moves.COLUMNS)), np.int64)
        expect_deaths(leg, tables.sums, k, k + 1)
        until_births(leg, tables.sums, k, k + 1)
        load = until_choice(leg, tables.sums, k)
        population.count[0] = leg.count[k]

        def moment(stage: str) -> Moment:
            return Moment(
                year, stage, k, population.of(0), leg.here[k], leg.p[0], self.word, load, counted
            )

        yield moment(BEFORE_CHOICE)
        from_choice(leg, load, counted, moved, k)
        self._check(year, k, population)
        yield moment(AS_COUNTED)
        end_of_year(leg, k)

    def _leg(self, year: int, population: Population, tables: "_OneOrigin") -> Leg:
        """The whole country's leg with people in one prefecture only."""
        shared = self._years[year]
        size = len(self.places)
        k = tables.prefecture
        room, count = np.zeros(size, np.int64), np.zeros(size, np.int64)
        room[k], count[k] = population.room[0], population.count[0]
        if year >= migration.FIRST_YEAR:  # before, nobody may go: no destination is looked up
            tables.fill(year)
        return Leg(
            year=year,
            word=self.word,
            people=population.people,
            start=np.zeros(size, np.int64),
            room=room,
            count=count,
            here=shared.here,
            p=shared.p,
            death_chances=mortality.official_chances(self._rates.deaths[year - START]),
            birth_rates=self._rates.births[year - START],
            wish=shared.wish,
            death_kappa=shared.death_kappa,
            birth_kappa=shared.birth_kappa,
            own_rate=np.empty(len(population.people)),
            share=tables.share,
            province_share=tables.province_share,
            first=self.places.first,
            province=self.places.province,
            bounds=np.empty(0),  # incomes are not tallied here
        )

    def _found(self, k: int) -> Population:
        numbers = self._founders[k]
        population = Population(np.array([numbers.sum()]))
        table = self.places.table
        first = self._years[START]
        population.count[0] = number = int(numbers.sum())
        people, last_year = population.people, START - 1
        at = Prefecture(people, number, last_year, self.word, first.here[k], first.p[0])
        urban, minority = float(self._urban[k]), float(table["minority_share_2010"][k])
        settle(at, numbers, int(table["code"][k]), urban, minority)
        return population

    def _prepare(self, here: np.ndarray) -> dict[int, _Year]:
        alignment = self.world.alignment()
        out = {}
        for t, year in enumerate(self.world.years()):
            p = self.scenario.parameters_in(year, self.parameters)
            out[year] = _Year(
                p,
                fertility.wishes(p[0], year),
                alignment.deaths[year].copy(),
                alignment.births[year].copy(),
                here[t],
            )
        return out

    def _check(self, year: int, k: int, population: Population) -> None:
        """A replay that strays from the run's tables would tell of people who never were in it."""
        if self.scale != self.world.scale:
            return
        alive = population.alive()
        expected = int(self._alive[year - START, k])
        if alive != expected:
            name = self.places.table["name"][k]
            what = f"{name} has {alive} people alive in {year}, its tables say {expected}"
            raise _other_version(self.world, what)


class _OneOrigin:
    """Destination tables of one origin in arrays of the country's shape, filled year by year."""

    def __init__(self, replay: Replay, prefecture: int) -> None:
        size, provinces = len(replay.places), replay.places.provinces.height
        self.prefecture = prefecture
        self.share = np.empty((2, size, size))  # only the origin's rows are ever touched
        self.province_share = np.empty((2, size, provinces))
        ages = official_rates.OLDEST + 1
        self.sums = Sums(
            np.zeros(DEATHS_SHAPE, np.int64),
            np.zeros(fertility.EXPECTED_SHAPE, np.int64),
            np.zeros((provinces, 2, ages), np.int64),
            np.zeros((provinces, 2, ages), np.int64),
        )
        self._replay = replay
        self._expected = np.empty((size, 2, 3))

    def fill(self, year: int) -> None:
        """Work out the tables of `year`, as the simulation does for all origins."""
        here = self._replay.here(year)
        places = self._replay.places
        k = self.prefecture
        there = destination.Destinations(
            np.log(here["wage"]),
            np.ascontiguousarray(here["pull"]),
            np.ascontiguousarray(here["job_chance"]),
            np.ascontiguousarray(here["own_barrier"]),
            places.km,
            places.province,
        )
        outlook = destination.Outlook(self.share, self.province_share, self._expected)
        flows, p = self._replay._flows.of(year - 1, k), self._replay.p(year)
        destination.place_tables(k, k + 1, there, flows, p, outlook)


class _Flows:
    """Adults away by origin and destination in every year of a run."""

    def __init__(self, world: Run, places: Places) -> None:
        self._size = len(places)
        codes = places.table["code"].to_numpy()
        table = world.table("flows").sort("origin", "year").collect()
        origin = np.searchsorted(codes, table["origin"].to_numpy())
        self._edges = np.searchsorted(origin, np.arange(self._size + 1))
        self._year = table["year"].to_numpy()
        everywhere = np.append(codes, ABROAD_CODE)
        self._destination = np.searchsorted(everywhere, table["destination"].to_numpy())
        self._adults = table["adults"].to_numpy()

    def of(self, year: int, origin: int) -> np.ndarray:
        """Flows (P, P + 1) of `year` with only the row of `origin` filled, the last abroad."""
        flows = np.zeros((self._size, self._size + 1), np.int64)
        low, high = self._edges[origin], self._edges[origin + 1]
        a, b = low + np.searchsorted(self._year[low:high], [year, year + 1])
        flows[origin, self._destination[a:b]] = self._adults[a:b]
        return flows


def _conditions(world: Run, places: Places) -> np.ndarray:
    """PLACE records of all years, shape (years, prefectures), from the run's places table."""
    table = world.table("places").sort("year", "code").collect()
    here = np.zeros((len(world.years()), len(places)), dtype=PLACE)
    if table.height != here.size:
        raise _other_version(world, f"its places table has {table.height} rows, not {here.size}")
    here["code"] = places.table["code"].to_numpy()
    here["province"] = places.province
    here["liangshan"] = (places.table["name"] == "Liangshan").to_numpy()
    for name in PLACE.names or ():
        if name in ("code", "province", "liangshan"):
            continue
        if name not in table.columns:
            raise _other_version(world, f"its places table has no column {name!r}")
        here[name] = table[name].to_numpy().reshape(here.shape)
    return here


def _counted_alive(world: Run, places: Places) -> np.ndarray:
    """People alive by year and prefecture as the run's tables count them."""
    counts = world.table("people").group_by("year", "code").agg(pl.col("number").sum()).collect()
    alive = np.zeros((len(world.years()), len(places)), np.int64)
    at = np.searchsorted(places.table["code"].to_numpy(), counts["code"].to_numpy())
    alive[counts["year"].to_numpy() - START, at] = counts["number"].to_numpy()
    return alive


def _other_version(world: Run, what: str) -> InputError:
    return InputError(
        f"{world.folder}: cannot be replayed: {what}; it was made by another version of the "
        "program or from other data: make the run again"
    )
