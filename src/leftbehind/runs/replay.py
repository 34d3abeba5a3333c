"""Replay: one prefecture's years lived again, exactly, from a run's tables alone.

A prefecture meets the rest of the country only through its PLACE records, last year's flows from
it, the alignment factors and, at coarse scales, the marriages within its home unit
(population/units.py). A run keeps the first three, and luck is keyed, so the people of one unit can
be lived again without the others and without having been stored:

    replay = Replay(world)
    for moment in replay.moments(places.find("Liangshan")):
        if moment.stage == AS_COUNTED: ...

`Replay(world, scale=10)` lives a prefecture more closely: ten times fewer real people for each
simulated one than 1:100, say. The country around it (pay, destinations, factors) stays the run's;
the people are others, more of them, and rare families can be found among them. A larger scale is
quicker and lives fewer people, for a count of the whole country.

Every year has two moments: before the households choose (last year's destinations still stand, as
`utility.weigh` needs them) and as the tables count it (before pupils complete their year).
"""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.person import ABROAD_CODE
from leftbehind.base.randomness import seed_word
from leftbehind.inputs.conditions import PLACE
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import parse
from leftbehind.inputs.settlement import hukou_target
from leftbehind.model import outlook
from leftbehind.model.beginning import Founders
from leftbehind.model.blocks import COMPACT_EVERY
from leftbehind.model.leg import Block, Leg, Room, Sums
from leftbehind.model.population.array import Population
from leftbehind.model.population.founders import START
from leftbehind.model.population.units import home_units
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import destination, fertility, migration, mortality
from leftbehind.model.processes.destination import Destinations, Outlook
from leftbehind.model.year import (
    end_of_year,
    expect_deaths,
    from_choice,
    until_births,
    until_choice,
)
from leftbehind.runs.folder import Run, other_version

BEFORE_CHOICE, AS_COUNTED = "before the choice", "as counted"


@dataclass(frozen=True)
class Moment:
    """A prefecture at one moment of a year.

    `people` (records used,) is a live view: read it before asking for the next moment. It holds the
    whole home unit; those in `mine` are of the prefecture. Positions shift every fifth year when
    forgotten dead are dropped; keys stay. `choices` (migration.CHOICES_SHAPE) counts this year's
    households, zero before the choice; `places` (P,) are the PLACE records of all destinations.
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
    places: np.ndarray
    place: int

    @property
    def at(self) -> Prefecture:
        """What a process of the model is given."""
        size = len(self.people)
        return Prefecture(self.people, size, self.year, self.word, self.here, self.p, self.place)

    @property
    def mine(self) -> np.ndarray:
        """Whether each record is one of the prefecture's own, the dead among them (records,)."""
        own: np.ndarray = self.people["place"] == self.place
        return own

    def position(self, key: int) -> int:
        """Position of the prefecture's person with `key`, or -1 if not (or no longer) in it."""
        found = np.flatnonzero((self.people["key"] == np.uint64(key)) & self.mine)
        return int(found[0]) if len(found) else -1


class Replay:
    """A finished run made ready to be lived again, one prefecture at a time.

    Nothing is changed after construction, so several threads may replay different prefectures.
    `scale` other than the run's lives other people in the run's country. Raises InputError if the
    run was not recorded from 1950, began from a population of one's own, or was made by another
    version.
    """

    def __init__(self, world: Run, scale: int | None = None) -> None:
        self.world = world
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
        self.parameters = world.parameters()
        self.scenario = parse(world.manifest["scenario"], str(world.folder))
        self._legs = self._prepare(_conditions(world, self.places))
        self._alive = _counted_alive(world, self.places)
        self._flows = _Flows(world, self.places)
        self._destinations: dict[int, Destinations] = {}
        self._live_at(world.scale if scale is None else scale)

    def at_scale(self, scale: int) -> "Replay":
        """The same country with other people, one for `scale` real ones."""
        if scale == self.scale:
            return self
        other = copy(self)  # all but the people is shared
        other._live_at(scale)
        return other

    def _live_at(self, scale: int) -> None:
        self.scale = scale
        urban = hukou_target(self.places, np.arange(START, self.world.years()[-1] + 1))[:, 0]
        self._founders = Founders(self.places, scale, urban)
        self.units = home_units(self._founders.sizes, self.places.first)
        self.begun: dict[int, list[tuple[int, Population]]] = {}

    def here(self, year: int) -> np.ndarray:
        """PLACE records of all prefectures in `year`, as the run's kernels read them."""
        return self._legs[year].here

    def p(self, year: int) -> np.record:
        """The parameters of `year`, with the scenario's changes."""
        p: np.record = self._legs[year].p[0]
        return p

    def moments(
        self, prefecture: int, last: int | None = None, *, first: int = START, keep: bool = False
    ) -> Iterator[Moment]:
        """The two moments of each year from `first` to `last` (the run's last year if None).

        With `keep` the people at the start of every fifth year are kept in `begun`. Years before
        `first` are lived untold, from the latest of them.
        """
        u = int(np.searchsorted(self.units, prefecture, side="right")) - 1
        return self.of_unit(u, (prefecture,), last, first=first, keep=keep)

    def of_unit(
        self,
        u: int,
        prefectures: Iterable[int],
        last: int | None = None,
        *,
        first: int = START,
        keep: bool = False,
    ) -> Iterator[Moment]:
        """The same of several `prefectures` of home unit `u`, lived once: one after the other."""
        end = self.world.years()[-1] if last is None else last
        if end not in self.world.years():
            held = self.world.years()
            raise InputError(f"year {end}: not in this run, which holds {held[0]} to {held[-1]}")
        unit = self.units[u : u + 2]
        begin, population = self._begin(u, first)
        tables = outlook.room(self.places)  # only the unit's rows are ever touched
        wanted = tuple(prefectures)
        for year in range(begin, end + 1):
            if keep and year % COMPACT_EVERY == 0:
                self.begun.setdefault(u, []).append((year, _copied(population)))
            if year >= migration.FIRST_YEAR:  # before, nobody may go: no destination is looked up
                self._look_out(year, unit, tables)
            yield from self._live(year, wanted if year >= first else (), unit, population, tables)

    def kept_before(self, prefecture: int, key: int) -> int:
        """A kept year well before the person with `key` first had a partner or child; else 1950."""
        u = int(np.searchsorted(self.units, prefecture, side="right")) - 1
        free = []
        for year, population in self.begun.get(u, ()):
            people = population.of(0)
            me = people[people["key"] == np.uint64(key)]
            if not len(me) or (me["partner"][0] < 0 and me["youngest_child"][0] < 0):
                free.append(year)
        return free[-2] if len(free) > 1 else START

    def _begin(self, u: int, first: int) -> tuple[int, Population]:
        """The latest people of unit `u` that were kept up to `first`, and their year; else 1950."""
        kept = [state for state in self.begun.get(u, ()) if state[0] <= first]
        if kept:
            year, population = max(kept, key=lambda state: state[0])
            return year, _copied(population)
        return START, self._found(self.units[u : u + 2])

    def _live(
        self,
        year: int,
        wanted: tuple[int, ...],
        unit: np.ndarray,
        population: Population,
        tables: Outlook,
    ) -> Iterator[Moment]:
        if year % COMPACT_EVERY == 0:
            population.compact()
        population.make_room(population.births_ahead())
        leg = self._legs[year]._replace(share=tables.share, province_share=tables.province_share)
        block = Block.of(population, unit, Room.of(0))  # nothing is tallied here
        sums = Sums.zeros(self.places.provinces.height)
        counted = np.zeros((unit[1] - unit[0], *migration.CHOICES_SHAPE), np.int64)
        expect_deaths(leg, block, sums)
        until_births(leg, block, sums)
        load = until_choice(leg, block, sums, 0)

        def moment(stage: str, k: int) -> Moment:
            people, here, p = population.of(0), leg.here[k], leg.p[0]
            place = k - int(unit[0])
            mine = counted[place]
            return Moment(year, stage, k, people, here, p, self.word, load, mine, leg.here, place)

        yield from (moment(BEFORE_CHOICE, k) for k in wanted)
        from_choice(leg, block, load, counted, 0)
        for k in wanted:
            self._check(year, k, population.of(0), k - int(unit[0]))
            yield moment(AS_COUNTED, k)
        end_of_year(leg, block, 0)

    def _found(self, unit: np.ndarray) -> Population:
        first, end = unit
        population = Population(np.array([self._founders.sizes[first:end].sum()]))
        population.count[0] = self._founders.sizes[first:end].sum()
        self._founders.settle(
            first, end, population.of(0), self.word, self.here(START), self.p(START)
        )
        return population

    def _prepare(self, here: np.ndarray) -> dict[int, Leg]:
        """What all prefectures read in each year; `here` (years, P) PLACE."""
        alignment = self.world.alignment()
        years = self.world.years()
        rates = OfficialRates.load(START, years[-1], self.parameters)
        nowhere = outlook.nowhere()
        out = {}
        for t, year in enumerate(years):
            p = self.scenario.parameters_in(year, self.parameters)
            out[year] = Leg(
                year=year,
                word=self.word,
                here=here[t],
                p=p,
                death_chances=mortality.official_chances(rates.deaths[t]),
                birth_rates=rates.births[t],
                wish=fertility.wishes(p[0], year),
                death_kappa=alignment.deaths[year].copy(),
                birth_kappa=alignment.births[year].copy(),
                share=nowhere.share,
                province_share=nowhere.province_share,
                first=self.places.first,
                province=self.places.province,
                bounds=np.empty(0),  # incomes are not tallied here
            )
        return out

    def _look_out(self, year: int, unit: np.ndarray, tables: Outlook) -> None:
        """Fill the tables of a unit's origins, as the simulation does for all."""
        if year not in self._destinations:
            self._destinations[year] = outlook.destinations(self.here(year), self.places)
        low, high = (int(k) for k in unit)
        flows = self._flows.of(year - 1, low, high)
        there = self._destinations[year]
        destination.place_tables(low, high, there, flows, self.p(year), tables)

    def _check(self, year: int, k: int, people: np.ndarray, place: int) -> None:
        """A replay that strays from the run's tables would tell of people who never were in it."""
        if self.scale != self.world.scale:
            return
        alive = int(((people["death_year"] == 0) & (people["place"] == place)).sum())
        expected = int(self._alive[year - START, k])
        if alive != expected:
            name = self.places.table["name"][k]
            what = f"{name} has {alive} people alive in {year}, its tables say {expected}"
            raise other_version(self.world, what)


class Replays:
    """A run's replays at several scales, each made when it is first asked for."""

    def __init__(self, world: Run) -> None:
        self.world = world
        self._made: dict[int, Replay] = {}

    def at(self, scale: int) -> Replay:
        """The replay at a scale; errors: Replay."""
        if scale not in self._made:
            one = next(iter(self._made.values()), None)
            self._made[scale] = one.at_scale(scale) if one else Replay(self.world, scale)
        return self._made[scale]


def _copied(population: Population) -> Population:
    """The people of one unit apart from the original."""
    other = Population(population.count)
    other.count[:] = population.count
    other.of(0)[:] = population.of(0)
    return other


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

    def of(self, year: int, low: int, high: int) -> np.ndarray:
        """Flows (P, P + 1) of `year`; only the rows from `low` to `high` - 1 are filled."""
        flows = np.zeros((self._size, self._size + 1), np.int64)
        for origin in range(low, high):
            begin, end = self._edges[origin], self._edges[origin + 1]
            a, b = begin + np.searchsorted(self._year[begin:end], [year, year + 1])
            flows[origin, self._destination[a:b]] = self._adults[a:b]
        return flows


def _conditions(world: Run, places: Places) -> np.ndarray:
    """PLACE records of all years, shape (years, prefectures), from the run's places table."""
    table = world.table("places").sort("year", "code").collect()
    here = np.zeros((len(world.years()), len(places)), dtype=PLACE)
    if table.height != here.size:
        raise other_version(world, f"its places table has {table.height} rows, not {here.size}")
    here["code"] = places.table["code"].to_numpy()
    here["province"] = places.province
    here["liangshan"] = (places.table["name"] == "Liangshan").to_numpy()
    for name in PLACE.names or ():
        if name in ("code", "province", "liangshan"):
            continue
        if name not in table.columns:
            raise other_version(world, f"its places table has no column {name!r}")
        here[name] = table[name].to_numpy().reshape(here.shape)
    return here


def _counted_alive(world: Run, places: Places) -> np.ndarray:
    """People alive by year and prefecture as the run's tables count them."""
    counts = world.table("people").group_by("year", "code").agg(pl.col("number").sum()).collect()
    alive = np.zeros((len(world.years()), len(places)), np.int64)
    at = np.searchsorted(places.table["code"].to_numpy(), counts["code"].to_numpy())
    alive[counts["year"].to_numpy() - START, at] = counts["number"].to_numpy()
    return alive
