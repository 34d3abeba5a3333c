"""A run: the years one after the other, prefectures in threads, tallies handed on year by year."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from leftbehind.base.randomness import seed_word
from leftbehind.inputs import official_rates
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places, national
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.settlement import hukou_target
from leftbehind.model.alignment import BIRTH_FACTORS, DEATHS_SHAPE, Alignment
from leftbehind.model.beginning import Start
from leftbehind.model.population.array import Population
from leftbehind.model.population.founders import START, founders_by_prefecture, settle
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import destination, fertility, migration, remittance
from leftbehind.model.processes.mortality import official_chances
from leftbehind.model.tallies import cells, headcount, incomes, kin_table, migrants, moves
from leftbehind.model.year import (
    Leg,
    Sums,
    Tables,
    expect_deaths,
    from_births,
    school_years_end,
    until_births,
)

LAST = 2050
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
    """One year's tallies: plain arrays, prefecture by prefecture (see year.Tables)."""

    year: int
    heads: np.ndarray
    choices: np.ndarray
    kin: np.ndarray
    migrants: np.ndarray
    moves: np.ndarray
    incomes: np.ndarray
    remittances: np.ndarray
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
        self.parameters = settings.parameters or Parameters.load()
        self.word = seed_word(settings.seed)
        self.year = settings.first_year
        years = np.arange(START, LAST + 1)
        self.rates = OfficialRates.load(START, LAST, self.parameters)
        self.conditions = Conditions(self.places, years, self.parameters, settings.scenario)
        self.coupling = Coupling.none(len(self.places))
        self._hukou_target = hukou_target(self.places, years)
        self._access_centre = self._centre()
        self._price_2011 = float(national("cpi", np.array([CLASSES_YEAR]))[0])
        self.start_facts: dict[str, float] = {}
        own = settings.population
        self.population = self._start_from(own) if own else self._found()
        self._room = _Room.of(0)
        self.hukou_counts = self._count_hukou()

    def _p(self, year: int) -> np.ndarray:
        """Parameters of a year, with the scenario's changes."""
        return self.settings.scenario.parameters_in(year, self.parameters)

    def _found(self) -> Population:
        numbers = founders_by_prefecture(self.places, self.settings.scale)
        population = Population(numbers.sum(axis=(1, 2)))
        here = self.conditions.in_year(START, self.coupling)
        p = self._p(START)[0]
        urban = self._hukou_target[:, 0]
        minority = self.places.table["minority_share_2010"].to_numpy()
        codes = self.places.table["code"].to_numpy()

        def settle_all(low: int, high: int) -> None:
            for k in range(low, high):
                population.count[k] = numbers[k].sum()
                people = population.people[population.start[k] :]
                size = int(population.count[k])
                at = Prefecture(people, size, START - 1, self.word, here[k], p)
                settle(at, numbers[k], int(codes[k]), float(urban[k]), float(minority[k]))

        self._in_blocks(settle_all, _even_blocks(len(self.places)))
        return population

    def _start_from(self, own: Start) -> Population:
        """The people of a file, and what their last year left to the first one lived."""
        p = self.parameters.in_year(own.year)
        plain = Conditions(self.places, np.array([own.year]), self.parameters, Scenario())
        here = plain.in_year(own.year, self.coupling)
        begun = own.begin(
            self.places,
            self.settings.scale,
            self.word,
            here,
            p[0],
            lambda flows: self._destinations(here, flows, p)[:2],
        )
        self.coupling, self.start_facts = begun.coupling, begun.facts
        return begun.population

    def _count_hukou(self) -> np.ndarray:
        from leftbehind.model.processes.hukou import count_types

        counts = [
            count_types(self.population.of(k), int(self.population.count[k]), self.year)
            for k in range(len(self.places))
        ]
        return np.array(counts, dtype=np.int64)

    def _centre(self) -> float:
        """Zero point of the destinations' attraction: its mean in 2010 without migrants."""
        parameters = Parameters(self.parameters.values)
        years = np.array([NETWORK_CENTRE_YEAR])
        here = Conditions(self.places, years, parameters, Scenario()).in_year(
            NETWORK_CENTRE_YEAR, Coupling.none(len(self.places))
        )
        _, _, expected = self._destinations(
            here, Coupling.none(len(self.places)).flows, parameters.in_year(NETWORK_CENTRE_YEAR)
        )
        weight = self.places.table["registered_2010"].to_numpy()
        return float((expected[:, destination.LEAVE, 1] * weight).sum() / weight.sum())

    def _destinations(
        self, here: np.ndarray, flows: np.ndarray, p: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        size, provinces = len(self.places), self.places.provinces.height
        there = destination.Destinations(
            np.log(here["wage"]),
            np.ascontiguousarray(here["pull"]),
            np.ascontiguousarray(here["job_chance"]),
            np.ascontiguousarray(here["own_barrier"]),
            self.places.km,
            self.places.province,
        )
        outlook = destination.Outlook(
            np.empty((2, size, size)), np.empty((2, size, provinces)), np.empty((size, 2, 3))
        )
        self._in_blocks(
            lambda low, high: destination.place_tables(low, high, there, flows, p[0], outlook),
            _even_blocks(size),
        )
        return outlook.share, outlook.province_share, outlook.expected

    def step(self, watch: Callable[[Leg], None] | None = None) -> YearOutput:
        """Live one year and return its tallies.

        `watch` sees the year as its tallies do: before pupils end their school year.
        """
        year = self.year
        if year % COMPACT_EVERY == 0:
            self.population.compact()
        self.population.make_room(self.population.births_ahead())
        leg, sums, out = self._prepare(year)
        blocks = self._blocks()
        by_block = dict(zip(blocks, sums, strict=True))

        def each(work: Callable[..., None], *more: object) -> None:
            self._in_blocks(lambda a, b: work(leg, by_block[a, b], *more, a, b), blocks)

        each(expect_deaths)
        kappa = self.alignment.for_deaths(year, sum(s.deaths_expected for s in sums))  # type: ignore[arg-type]
        leg = leg._replace(death_kappa=kappa)
        each(until_births)
        kappa = self.alignment.for_births(year, sum(s.births_expected for s in sums))  # type: ignore[arg-type]
        leg = leg._replace(birth_kappa=kappa)
        each(from_births, out, watch is None)
        if watch:
            watch(leg)
            each(school_years_end)
        self.population.count[:] = leg.count
        self.coupling = Coupling(
            out.flows, out.rural[:, 0].copy(), out.rural[:, 1].copy(), out.schooling.sum(axis=0)
        )
        self.hukou_counts = out.hukou
        self.year = year + 1
        return self._output(year, leg, sums, out)

    def _prepare(self, year: int) -> tuple[Leg, list[Sums], Tables]:
        here = self.conditions.in_year(year, self.coupling)
        p = self._p(year)
        provinces = self.places.provinces.height
        target = self._hukou_target[:, year - START]
        chance = self.alignment.for_hukou(year, target, self.hukou_counts, float(p["hukou_old"][0]))
        changed = self.settings.scenario.changed("hukou_chance", year, chance, self.places)
        here["hukou_chance"] = np.clip(changed, 0.0, 1.0)
        share, province_share, expected = self._destinations(here, self.coupling.flows, p)
        for n, kind in ((destination.LEAVE, "leave"), (destination.TAKE, "take")):
            here[f"pay_{kind}"] = expected[:, n, 0]
            here[f"access_{kind}"] = expected[:, n, 1] - self._access_centre
        here["barrier"] = expected[:, destination.TAKE, 2]
        people = self.population
        t = year - START
        size = len(self.places)
        if len(self._room.cells) < len(people.people):
            self._room = _Room.of(len(people.people))
        leg = Leg(
            year=year,
            word=self.word,
            people=people.people,
            start=people.start,
            room=people.room,
            count=people.count,
            here=here,
            p=p,
            death_chances=official_chances(self.rates.deaths[t]),
            birth_rates=self.rates.births[t],
            wish=fertility.wishes(p[0], year),
            death_kappa=np.ones(DEATHS_SHAPE[1:]),
            birth_kappa=np.ones(BIRTH_FACTORS),
            own_rate=self._room.own_rate,
            share=share,
            province_share=province_share,
            first=self.places.first,
            province=self.places.province,
            bounds=incomes.bounds(p[0], self._price_2011),
        )
        ages = official_rates.OLDEST + 1
        sums = [
            Sums(
                np.zeros(DEATHS_SHAPE, np.int64),
                np.zeros(fertility.EXPECTED_SHAPE, np.int64),
                np.zeros((provinces, 2, ages), np.int64),
                np.zeros((provinces, 2, ages), np.int64),
            )
            for _ in self._blocks()
        ]

        def zeros(*shape: int) -> np.ndarray:
            return np.zeros(shape, np.int64)

        out = Tables(
            flows=zeros(size, size + 1),
            child_flows=zeros(size, size + 1),
            rural=zeros(size, 2),
            schooling=zeros(size, 2),
            hukou=zeros(size, 3),
            heads=zeros(size, *headcount.SHAPE),
            choices=zeros(size, *migration.CHOICES_SHAPE),
            kin=zeros(size, *kin_table.SHAPE),
            migrants=zeros(size, *migrants.SHAPE),
            moves=zeros(size, self.places.provinces.height, len(moves.COLUMNS)),
            incomes=np.zeros((size, *incomes.SHAPE)),
            remittances=np.zeros((size, *remittance.SHAPE)),
            cells=self._room.cells,
            numbers=self._room.numbers,
            sums=self._room.sums,
            filled=zeros(size),
            lives=self._room.lives,
        )
        return leg, sums, out

    def _output(self, year: int, leg: Leg, sums: list[Sums], out: Tables) -> YearOutput:
        used = np.concatenate(
            [np.arange(s, s + f) for s, f in zip(leg.start, out.filled, strict=True)]
        )
        return YearOutput(
            year=year,
            heads=out.heads,
            choices=out.choices,
            kin=out.kin,
            migrants=out.migrants,
            moves=out.moves,
            flows=out.flows,
            incomes=out.incomes,
            remittances=out.remittances,
            child_flows=out.child_flows,
            births=np.sum([s.births for s in sums], axis=0),
            deaths=np.sum([s.deaths for s in sums], axis=0),
            prefecture=np.repeat(np.arange(len(self.places)), out.filled),
            cells=out.cells[used],
            numbers=out.numbers[used],
            sums=out.sums[used],
            here=leg.here,
            alive=int(out.hukou[:, 0].sum()),
            records=int(leg.count.sum()),
        )

    def _blocks(self) -> list[tuple[int, int]]:
        """Runs of neighbouring prefectures with about the same number of records."""
        ends = np.cumsum(self.population.count)
        cuts = np.searchsorted(ends, np.linspace(0, ends[-1], BLOCKS + 1)[1:-1])
        edges = np.unique(np.concatenate([[0], cuts, [len(self.places)]]))
        return [(int(a), int(b)) for a, b in pairwise(edges)]

    def _in_blocks(self, work: Callable[[int, int], None], blocks: list[tuple[int, int]]) -> None:
        if self.threads == 1:
            for low, high in blocks:
                work(low, high)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            for done in [pool.submit(work, low, high) for low, high in blocks]:
                done.result()


@dataclass(frozen=True)
class _Room:
    """Room for what a year works out for each record, used again every year."""

    own_rate: np.ndarray
    lives: np.ndarray
    cells: np.ndarray
    numbers: np.ndarray
    sums: np.ndarray

    @staticmethod
    def of(records: int) -> "_Room":
        return _Room(
            np.empty(records),
            np.empty(records, np.uint8),
            np.empty(records, np.int64),
            np.empty(records, np.int64),
            np.empty((records, cells.N_SUMS)),
        )


def _even_blocks(size: int) -> list[tuple[int, int]]:
    edges = np.linspace(0, size, BLOCKS + 1).astype(int)
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def years(simulation: Simulation, last: int) -> Iterator[YearOutput]:
    """Live all years up to and including `last`, one output a year."""
    while simulation.year <= last:
        yield simulation.step()
