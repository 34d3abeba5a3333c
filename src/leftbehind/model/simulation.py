"""A run: the years one after the other, prefectures in threads, tallies handed on year by year."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np

from leftbehind.base.errors import InputError
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
from leftbehind.model.blocks import COMPACT_EVERY, Blocks, InMemory, even, in_threads
from leftbehind.model.leg import Block, Leg, Sums, Tables
from leftbehind.model.population.array import compact
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


# Holds the people of the home units that it is given (units.home_units).
Lodging = Callable[[np.ndarray], Blocks]
Watch = Callable[[Leg, list[Block]], None]


@dataclass(frozen=True)
class _LastLeg:
    """What a block's last leg adds up: its events, and its cells of children in their order.

    `ahead` are the deaths that the rates expect of the next year, if that was lived at once.
    """

    sums: Sums
    cells: np.ndarray
    numbers: np.ndarray
    cell_sums: np.ndarray
    records: int
    ahead: np.ndarray | None


class Simulation:
    """The state of a run between two years; `step` lives one year.

    `year` is the next year to live. `alignment` is filled in the baseline, or frozen and read.
    `start_facts` says what was drawn from a population of one's own. `population` holds the people,
    in memory unless another `lodging` is given; `deaths_ahead` are the sums of the next year's
    first leg if it was lived already. Without `begin` nobody lives yet (State.give_to).
    """

    population: Blocks

    def __init__(
        self,
        settings: Settings,
        threads: int = 1,
        alignment: Alignment | None = None,
        lodging: Lodging | None = None,
        begin: bool = True,
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
        self.population = lodging(self.units) if lodging else InMemory(threads, self.units)
        self.hukou_counts = np.zeros((len(self.places), 3), np.int64)
        self.deaths_ahead: np.ndarray | None = None
        if begin:
            self._begin(settings.population)

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
        out.population = InMemory(self.threads, self.units)
        out.deaths_ahead = None
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

    def _begin(self, own: Start | None) -> None:
        """Bring the founders or the people of a file; count what the first year reads of them."""
        settle: Callable[[Block], None] = self._start_from(own) if own else self._found()
        leg = self._leg_of_deaths(self.year)

        def bring(block: Block) -> tuple[np.ndarray, np.ndarray | None]:
            settle(block)
            return _hukou_of(block, self.year), self._look_ahead(leg, block)

        begun = self.population.each(bring, str(self.year))
        self.hukou_counts = np.concatenate([counts for counts, _ in begun])
        self.deaths_ahead = _added([ahead for _, ahead in begun])

    def _found(self) -> Callable[[Block], None]:
        """Empty records for the founders; what fills those of a block."""
        founders = Founders(self.places, self.settings.scale, self._hukou_target[:, 0])
        self.population.found(np.add.reduceat(founders.sizes, self.units[:-1]))
        here = self.conditions.in_year(START, self.coupling)
        p = self._p(START)[0]

        def settle(block: Block) -> None:
            for j, (first, end) in enumerate(pairwise(block.first)):
                people = block.people[block.start[j] : block.start[j] + block.count[j]]
                founders.settle(first, end, people, self.word, here, p)

        return settle

    def _start_from(self, own: Start) -> Callable[[Block], None]:
        """The people of a file, and what their last year left to the first one lived."""
        if not isinstance(self.population, InMemory):
            raise InputError("--memory: people of one's own are drawn in memory; leave it out")
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
        self.population.hold(begun.population)
        return lambda block: None

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
        edges = even(np.ones(len(self.places)))
        jobs = [partial(place_tables, *edge, there, flows, p[0], out) for edge in edges]
        in_threads(self.threads, jobs)
        return out

    def step(self, watch: Watch | None = None) -> YearOutput:
        """Live one year and return its tallies.

        `watch` sees the year and all prefectures as the tallies do: before pupils end their school
        year. It needs the people in memory.
        """
        year = self.year
        self.population.prepare(year)
        leg = self._leg(year)
        tables = Tables.zeros(len(self.places), self.places.provinces.height)
        expected = self._expected_deaths(leg)
        leg = leg._replace(death_kappa=self.alignment.for_deaths(year, expected))
        until = self.population.each(partial(self._second, leg), f"{year}-births", rates=True)
        expected = np.sum([sums.births_expected for sums in until], axis=0)
        leg = leg._replace(birth_kappa=self.alignment.for_births(year, expected))
        ahead = self._leg_of_deaths(year + 1)
        third = partial(self._third, leg, tables, ahead, watch is None)
        ends = self.population.each(third, str(year + 1))
        if watch:
            assert isinstance(self.population, InMemory)
            watch(leg, self.population.blocks())
            self.population.each(partial(school_years_end, leg))
        self.coupling = Coupling(
            tables.flows,
            tables.rural[:, 0].copy(),
            tables.rural[:, 1].copy(),
            tables.schooling.sum(axis=0),
        )
        self.hukou_counts = tables.hukou
        self.year = year + 1
        self.deaths_ahead = _added([end.ahead for end in ends])
        return self._output(leg, until, ends, tables)

    def _expected_deaths(self, leg: Leg) -> np.ndarray:
        """First leg: sums of `mortality.expect`, unless they came with the end of last year."""
        if self.deaths_ahead is not None:
            return self.deaths_ahead
        blocks = self.population.each(lambda block: self._first(leg, block))
        return np.sum([sums.deaths_expected for sums in blocks], axis=0)

    def _first(self, leg: Leg, block: Block) -> Sums:
        sums = self._no_sums()
        expect_deaths(leg, block, sums)
        return sums

    def _second(self, leg: Leg, block: Block) -> Sums:
        if self.population.looks_ahead:  # what was read again has no rates
            self._first(leg, block)
        sums = self._no_sums()
        until_births(leg, block, sums)
        return sums

    def _third(
        self, leg: Leg, tables: Tables, ahead: Leg | None, to_the_end: bool, block: Block
    ) -> _LastLeg:
        sums = self._no_sums()
        rows = tables.rows(int(block.first[0]), int(block.first[-1]))
        from_births(leg, block, sums, rows, to_the_end)
        filled, room = int(rows.filled.sum()), block.room
        return _LastLeg(
            sums,
            room.cells[:filled].copy(),
            room.numbers[:filled].copy(),
            room.sums[:filled].copy(),
            int(block.count.sum()),
            self._look_ahead(ahead, block),
        )

    def _look_ahead(self, leg: Leg | None, block: Block) -> np.ndarray | None:
        """The first leg of the next year, where reading the block again for it would be dear."""
        if leg is None:
            return None
        if leg.year % COMPACT_EVERY == 0:
            compact(block.people, block.start, block.count)
        return self._first(leg, block).deaths_expected

    def _no_sums(self) -> Sums:
        return Sums.zeros(self.places.provinces.height)

    def _leg_of_deaths(self, year: int) -> Leg | None:
        """What the first leg reads of a year, if people look ahead: nothing that waits for others.

        Chances to die by place, age and sex follow from tables and the scenario alone.
        """
        if not self.population.looks_ahead or year > LAST:
            return None
        here = self.conditions.in_year(self.inputs_of(year), self.coupling)
        return self._leg_in(year, here, outlook.nowhere())

    def _leg(self, year: int) -> Leg:
        """What all blocks read this year, deaths and births not aligned yet."""
        return self._leg_in(year, *self._here(year, self._p(year)))

    def _leg_in(self, year: int, here: np.ndarray, found: Outlook) -> Leg:
        """The same, of PLACE records `here` (P,) and the tables of destinations."""
        p = self._p(year)
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

    def _output(
        self, leg: Leg, until: list[Sums], ends: list[_LastLeg], tables: Tables
    ) -> YearOutput:
        lived = [*until, *(end.sums for end in ends)]
        return YearOutput(
            year=leg.year,
            counts=tables.counts,
            flows=tables.flows,
            child_flows=tables.child_flows,
            births=np.sum([sums.births for sums in lived], axis=0),
            deaths=np.sum([sums.deaths for sums in lived], axis=0),
            prefecture=np.repeat(np.arange(len(self.places)), tables.filled),
            cells=np.concatenate([end.cells for end in ends]),
            numbers=np.concatenate([end.numbers for end in ends]),
            sums=np.concatenate([end.cell_sums for end in ends]),
            here=leg.here,
            alive=int(tables.hukou[:, 0].sum()),
            records=sum(end.records for end in ends),
        )


def _hukou_of(block: Block, year: int) -> np.ndarray:
    """What `hukou.count_types` counts in each prefecture of a block at the start of `year`."""
    counts = [
        count_types(block.people[start : start + size], size, k - first, year)
        for start, size, (first, end) in zip(
            block.start, block.count, pairwise(block.first), strict=True
        )
        for k in range(first, end)
    ]
    return np.array(counts, dtype=np.int64)


def _added(parts: list[np.ndarray | None]) -> np.ndarray | None:
    found = [part for part in parts if part is not None]
    return np.sum(found, axis=0) if found else None


def years(simulation: Simulation, last: int) -> Iterator[YearOutput]:
    """Live all years up to and including `last`, one output a year."""
    while simulation.year <= last:
        yield simulation.step()
