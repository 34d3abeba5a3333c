"""A run: the years one after the other, prefectures in threads, tallies handed on year by year."""

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from leftbehind.base.randomness import seed_word
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters, only_inside_home
from leftbehind.inputs.places import Places, national
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.settlement import hukou_target
from leftbehind.model import outlook
from leftbehind.model.alignment import BIRTH_FACTORS, DEATHS_SHAPE, Alignment
from leftbehind.model.beginning import Founders, Start
from leftbehind.model.leg import Block, Leg, Room, Sums, Tables
from leftbehind.model.population.array import Population
from leftbehind.model.population.founders import START, founders_by_prefecture
from leftbehind.model.population.units import home_units
from leftbehind.model.processes.destination import Outlook, place_tables
from leftbehind.model.processes.fertility import wishes
from leftbehind.model.processes.hukou import count_types
from leftbehind.model.processes.mortality import official_chances
from leftbehind.model.tallies import Counts, incomes
from leftbehind.model.year import expect_deaths, from_births, school_years_end, until_births

LAST = 2050
YEARS = np.arange(START, LAST + 1)
COMPACT_EVERY = 5
BLOCKS = 16  # pieces of work a leg; fixed, so that it cannot depend on the number of threads
NETWORK_CENTRE_YEAR = 2010
CLASSES_YEAR = 2011  # year of the purchasing-power dollars that bound the classes of income


@dataclass(frozen=True)
class Settings:
    """What identifies a run besides the tables: the same settings give the same bits.

    Without a `population` of one's own the run begins in 1950 with the founders.
    """

    scale: int = 1000
    seed: int = 1
    scenario: Scenario = field(default_factory=Scenario)
    parameters: Parameters | None = None
    population: Start | None = None

    @property
    def first_year(self) -> int:
        """The first year that is lived."""
        return self.population.year if self.population else START


@dataclass(frozen=True)
class YearOutput:
    """One year's tallies: plain arrays, prefecture by prefecture (see leg.Tables)."""

    year: int
    counts: Counts
    flows: np.ndarray
    child_flows: np.ndarray
    births: np.ndarray
    deaths: np.ndarray
    prefecture: np.ndarray  # of each cell of children
    cells: np.ndarray
    numbers: np.ndarray
    sums: np.ndarray
    here: np.ndarray
    alive: int
    records: int


class Simulation:
    """The state of a run between two years; `step` lives one year.

    `year` is the next year to live. `alignment` is filled in the baseline, or frozen and read.
    `start_facts` says what was drawn from a population of one's own.
    """

    def __init__(
        self, settings: Settings, threads: int = 1, alignment: Alignment | None = None
    ) -> None:
        self.settings = settings
        self.threads = threads
        self.places = Places.load()
        self.alignment = alignment or Alignment()
        self.word = seed_word(settings.seed)
        self.year = settings.first_year
        self.coupling = Coupling.none(len(self.places))
        self._hukou_target = hukou_target(self.places, YEARS)
        founders = founders_by_prefecture(self.places, settings.scale)
        self.units = home_units(founders.sum(axis=(1, 2)), self.places.first)
        self._read(settings)
        self._price_2011 = float(national("cpi", np.array([CLASSES_YEAR]))[0])
        self.start_facts: dict[str, float] = {}
        own = settings.population
        self.population = self._start_from(own) if own else self._found()
        self._room = Room.of(0)
        self.hukou_counts = self._count_hukou()

    def _read(self, settings: Settings) -> None:
        """What follows from tables, parameters and scenario alone, for all years."""
        self.parameters = settings.parameters or Parameters.load()
        self.rates = OfficialRates.load(START, LAST, self.parameters)
        self.conditions = Conditions(self.places, YEARS, self.parameters, settings.scenario)
        self._access_centre = self._centre()

    def bare(self, settings: Settings) -> "Simulation":
        """A simulation with other settings and nobody in it yet: see `state.branch`.

        It shares what no year writes, and reads this one's factors of alignment.
        """
        out = copy.copy(self)
        out.settings = settings
        out.word = seed_word(settings.seed)
        out.alignment = self.alignment.as_frozen()
        out.population = Population(np.zeros(len(self.units) - 1, np.int64))
        out._room = Room.of(0)
        out.parameters = settings.parameters or Parameters.load()
        changed = (*self.settings.scenario.parameter_changes, *settings.scenario.parameter_changes)
        if changed or not only_inside_home(out.parameters, self.parameters):
            out._read(settings)
        else:
            out.conditions = copy.copy(self.conditions)
            out.conditions.scenario = settings.scenario
        return out

    def inputs_of(self, year: int) -> int:
        """The year whose tables, rates, rules and parameters `year` reads: itself."""
        return year

    def _p(self, year: int) -> np.ndarray:
        """Parameters of a year, with the scenario's changes."""
        return self.settings.scenario.parameters_in(self.inputs_of(year), self.parameters)

    def _found(self) -> Population:
        founders = Founders(self.places, self.settings.scale, self._hukou_target[:, 0])
        sizes = np.add.reduceat(founders.sizes, self.units[:-1])
        population = Population(sizes)
        population.count[:] = sizes
        here = self.conditions.in_year(START, self.coupling)
        p = self._p(START)[0]

        def settle_all(low: int, high: int) -> None:
            for u in range(low, high):
                first, end = self.units[u : u + 2]
                founders.settle(first, end, population.of(u), self.word, here, p)

        self._in_blocks(settle_all, _even_blocks(len(sizes)))
        return population

    def _start_from(self, own: Start) -> Population:
        """The people of a file, and what their last year left to the first one lived."""
        p = self.parameters.in_year(own.year)
        plain = Conditions(self.places, np.array([own.year]), self.parameters, Scenario())
        here = plain.in_year(own.year, self.coupling)
        begun = own.begin(
            self.places,
            self.units,
            self.settings.scale,
            self.word,
            here,
            p[0],
            lambda flows: self._outlook(here, flows, p)[:2],
        )
        self.coupling, self.start_facts = begun.coupling, begun.facts
        return begun.population

    def _count_hukou(self) -> np.ndarray:
        counts = [
            count_types(people, len(people), k - first, self.year)
            for u, (first, end) in enumerate(pairwise(self.units))
            for people in (self.population.of(u),)
            for k in range(first, end)
        ]
        return np.array(counts, dtype=np.int64)

    def _centre(self) -> float:
        """Zero point of the destinations' attraction: its mean in 2010 without migrants."""
        nobody = Coupling.none(len(self.places))
        years = np.array([NETWORK_CENTRE_YEAR])
        plain = Conditions(self.places, years, self.parameters, Scenario())
        here = plain.in_year(NETWORK_CENTRE_YEAR, nobody)
        found = self._outlook(here, nobody.flows, self.parameters.in_year(NETWORK_CENTRE_YEAR))
        return outlook.centre(found, self.places)

    def _outlook(self, here: np.ndarray, flows: np.ndarray, p: np.ndarray) -> Outlook:
        there, out = outlook.destinations(here, self.places), outlook.room(self.places)
        self._in_blocks(
            lambda low, high: place_tables(low, high, there, flows, p[0], out),
            _even_blocks(len(self.places)),
        )
        return out

    def step(self, watch: Callable[[Leg, Block], None] | None = None) -> YearOutput:
        """Live one year and return its tallies.

        `watch` sees the year and all prefectures as the tallies do: before pupils end their school
        year.
        """
        year = self.year
        self._make_room()
        leg = self._leg(year)
        size, provinces = len(self.places), self.places.provinces.height
        units = self.units
        tables = Tables.zeros(size, provinces)
        edges = self._blocks()
        blocks = {(a, b): Block.of(self.population, self._room, units, a, b) for a, b in edges}
        sums = {edge: Sums.zeros(provinces) for edge in edges}
        rows = {(a, b): tables.rows(units[a], units[b]) for a, b in edges}

        def each(work: Callable[[tuple[int, int]], None]) -> None:
            self._in_blocks(lambda low, high: work((low, high)), edges)

        each(lambda e: expect_deaths(leg, blocks[e], sums[e]))
        kappa = self.alignment.for_deaths(year, sum(s.deaths_expected for s in sums.values()))  # type: ignore[arg-type]
        leg = leg._replace(death_kappa=kappa)
        each(lambda e: until_births(leg, blocks[e], sums[e]))
        kappa = self.alignment.for_births(year, sum(s.births_expected for s in sums.values()))  # type: ignore[arg-type]
        leg = leg._replace(birth_kappa=kappa)
        each(lambda e: from_births(leg, blocks[e], sums[e], rows[e], watch is None))
        if watch:
            watch(leg, Block.of(self.population, self._room, units, 0, len(units) - 1))
            each(lambda e: school_years_end(leg, blocks[e]))
        self.coupling = Coupling(
            tables.flows,
            tables.rural[:, 0].copy(),
            tables.rural[:, 1].copy(),
            tables.schooling.sum(axis=0),
        )
        self.hukou_counts = tables.hukou
        self.year = year + 1
        return self._output(leg, list(sums.values()), tables)

    def _make_room(self) -> None:
        """Drop the forgotten dead every few years; room for births, and for each record's work."""
        if self.year % COMPACT_EVERY == 0:
            self.population.compact()
        self.population.make_room(self.population.births_ahead())
        if len(self._room.cells) < len(self.population.people):
            self._room = Room.of(len(self.population.people))

    def _leg(self, year: int) -> Leg:
        """What all blocks read this year, deaths and births not aligned yet."""
        p = self._p(year)
        here, found = self._here(year, p)
        t = self.inputs_of(year) - START
        return Leg(
            year=year,
            word=self.word,
            here=here,
            p=p,
            death_chances=official_chances(self.rates.deaths[t]),
            birth_rates=self.rates.births[t],
            wish=wishes(p[0], year),
            death_kappa=np.ones(DEATHS_SHAPE[1:]),
            birth_kappa=np.ones(BIRTH_FACTORS),
            share=found.share,
            province_share=found.province_share,
            first=self.places.first,
            province=self.places.province,
            bounds=incomes.bounds(p[0], self._price_2011),
        )

    def _here(self, year: int, p: np.ndarray) -> tuple[np.ndarray, Outlook]:
        """PLACE records (P,) of the year, and what those who go can expect."""
        read = self.inputs_of(year)
        here = self.conditions.in_year(read, self.coupling)
        target = self._hukou_target[:, read - START]
        chance = self.alignment.for_hukou(year, target, self.hukou_counts, float(p["hukou_old"][0]))
        changed = self.settings.scenario.changed("hukou_chance", read, chance, self.places)
        here["hukou_chance"] = np.clip(changed, 0.0, 1.0)
        found = self._outlook(here, self.coupling.flows, p)
        outlook.write_into(here, found, self._access_centre)
        return here, found

    def _output(self, leg: Leg, sums: list[Sums], tables: Tables) -> YearOutput:
        filled = np.add.reduceat(tables.filled, self.units[:-1])
        starts = zip(self.population.start, filled, strict=True)
        used = np.concatenate([np.arange(start, start + number) for start, number in starts])
        return YearOutput(
            year=leg.year,
            counts=tables.counts,
            flows=tables.flows,
            child_flows=tables.child_flows,
            births=np.sum([s.births for s in sums], axis=0),
            deaths=np.sum([s.deaths for s in sums], axis=0),
            prefecture=np.repeat(np.arange(len(self.places)), tables.filled),
            cells=self._room.cells[used],
            numbers=self._room.numbers[used],
            sums=self._room.sums[used],
            here=leg.here,
            alive=int(tables.hukou[:, 0].sum()),
            records=int(self.population.count.sum()),
        )

    def _blocks(self) -> list[tuple[int, int]]:
        """Runs of neighbouring home units with about the same number of records."""
        ends = np.cumsum(self.population.count)
        cuts = np.searchsorted(ends, np.linspace(0, ends[-1], BLOCKS + 1)[1:-1])
        edges = np.unique(np.concatenate([[0], cuts, [len(ends)]]))
        return [(int(a), int(b)) for a, b in pairwise(edges)]

    def _in_blocks(self, work: Callable[[int, int], None], blocks: list[tuple[int, int]]) -> None:
        if self.threads == 1:
            for low, high in blocks:
                work(low, high)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            for done in [pool.submit(work, low, high) for low, high in blocks]:
                done.result()


def _even_blocks(size: int) -> list[tuple[int, int]]:
    edges = np.linspace(0, size, BLOCKS + 1).astype(int)
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def years(simulation: Simulation, last: int) -> Iterator[YearOutput]:
    """Live all years up to and including `last`, one output a year."""
    while simulation.year <= last:
        yield simulation.step()
