"""Prepares the worlds as they were, and answers questions seed by seed.

One thread prepares seeds; one answers. While a question's years are lived the preparing thread
pauses, so that an answer has the machine to itself. A job ends between two years once cancelled.
"""

import sys
import threading
import traceback
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leftbehind.inputs.places import Places
from leftbehind.model.simulation import START, Settings, Simulation
from leftbehind.pages.explorer import branching
from leftbehind.pages.explorer.branching import YEARS, Start
from leftbehind.pages.explorer.evidence import Pair, answer, by_prefecture
from leftbehind.pages.explorer.question import FIRST_YEAR, LAST_YEAR, Question
from leftbehind.pages.explorer.reading import Reader, Reading

SEEDS = 6
WAITING = 4  # questions that may wait
REMEMBERED = 12  # changed worlds whose readings stay in memory
FAILURES_TOLD, MOST_SAID = 10, 300  # in the terminal, and characters of each
PATIENCE = 0.2  # seconds between two looks at whether a waiting job was cancelled

Event = dict[str, Any]


class Busy(Exception):
    """Too many questions wait already."""


class Stopped(Exception):
    """The work was cancelled."""


class NotPrepared(Exception):
    """There is no world to ask."""


@dataclass(eq=False)
class Job:
    """A question and where its events go; `tell` may be called from any thread."""

    question: Question
    tell: Callable[[Event], None]
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask it to end; it does before the next year."""
        self.cancelled.set()


@dataclass(frozen=True)
class Status:
    """How far the preparation is."""

    ready: int = 0
    seeds: int = SEEDS
    year: int = START
    stage: str = "starting"  # a text of data/explorer, section `status`
    failed: str = ""

    def event(self) -> Event:
        """For the page: what is under way and how much of the next seed is done."""
        done = (self.year - START) / (LAST_YEAR - START)
        return {
            "kind": "preparing",
            "stage": self.stage,
            "year": self.year,
            "done": round(done, 3),
            "seed": self.ready + 1,
            "seeds": self.seeds,
        }


class Engine:
    """Holds the prepared worlds. `start` returns at once; `ask` hands a question over."""

    def __init__(self, scale: int, seeds: int = SEEDS, threads: int = 2, keep: bool = True) -> None:
        self.scale = scale
        self.seeds = seeds
        self.threads = threads
        self.keep = keep
        self.status = Status(seeds=seeds)
        self._starts: list[Start] = []
        self._as_it_was: list[tuple[Reading, ...]] = []  # of each seed, known before its people
        self._changed: OrderedDict[tuple[str, int], tuple[Reading, ...]] = OrderedDict()
        self._waiting: deque[Job] = deque()
        self._news = threading.Condition()
        self._quiet = threading.Event()  # set: no question is being lived
        self._quiet.set()
        self._stopping = threading.Event()
        self._now: Job | None = None
        self._told: set[str] = set()

    def world(self) -> str:
        """Names scale, code and tables: worlds of the same name have the same numbers."""
        return branching.cache_folder(self.scale).name

    def start(self) -> None:
        """Begin to prepare, and to answer, in threads of their own."""
        for work in (self._prepare, self._answer_all):
            threading.Thread(target=work, name=f"explorer{work.__name__}", daemon=True).start()

    def stop(self) -> None:
        """End all work between two years."""
        self._stopping.set()
        self._quiet.set()
        with self._news:
            for job in [*self._waiting, *([self._now] if self._now else [])]:
                job.cancel()
            self._news.notify_all()

    def ask(self, question: Question, tell: Callable[[Event], None]) -> Job:
        """Queue a question; its events go to `tell`. Raises Busy if too many wait."""
        job = Job(question, tell)
        with self._news:
            alive = [waiting for waiting in self._waiting if not waiting.cancelled.is_set()]
            if len(alive) >= WAITING:
                raise Busy
            self._waiting = deque([*alive, job])
            self._news.notify_all()
        return job

    def known_pairs(self, question: Question) -> list[Pair]:
        """Both worlds of the seeds whose answer is in memory, in order."""
        pairs: list[Pair] = []
        reference = question.reference()
        for n in range(len(self._as_it_was)):
            before, after = self._known(reference, n), self._known(question, n)
            if before is None or after is None:
                break
            pairs.append(Pair(before, after))
        return pairs

    def _known(self, question: Question, n: int) -> tuple[Reading, ...] | None:
        """Seed `n`'s years in a question's world, if they have been lived and are in memory."""
        if not question.moved:
            return self._as_it_was[n]
        return self._changed.get((question.world(), n))

    def summary(self, question: Question, pairs: list[Pair]) -> Event:
        """The answer of some seeds as the page shows it."""
        province = self._places.province
        shown = answer(pairs, self._reader, question.definition, province, self.scale)
        return {"kind": "answer", **shown, "of": self.seeds, "definition": question.definition}

    def prefectures(self, question: Question, pairs: list[Pair]) -> dict[str, Any]:
        """The same numbers for every prefecture, in the order of their table."""
        return by_prefecture(pairs, self._reader, question.definition, self.scale)

    # -- preparing -------------------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            self._say(stage="loading")
            self._places = Places.load()
            self._reader = Reader(len(self._places))
            folder = branching.cache_folder(self.scale)
            branching.forget_others(folder)
            self._recall(folder)
            borrowed: Simulation | None = None
            for seed in range(1, self.seeds + 1):
                settings = Settings(scale=self.scale, seed=seed)
                start = None
                if (folder / f"seed-{seed}.npz").is_file():
                    self._say(stage="reading")
                    borrowed = borrowed or Simulation(settings, self.threads)
                    start = branching.load(borrowed, seed, folder)
                if start is None:
                    self._say(stage="living", year=START)
                    start = branching.live(settings, self.threads, self._reader, self._lived)
                    if self.keep:
                        branching.save(start, folder)
                borrowed = borrowed or start.simulation
                with self._news:
                    self._starts.append(start)
                    self._as_it_was[seed - 1 : seed] = [start.as_it_was]
                    self._news.notify_all()
                self._say(ready=seed)
        except Stopped:
            pass
        except Exception as error:
            self._log(error)
            self._say(failed=str(error) or type(error).__name__)

    def _recall(self, folder: Path) -> None:
        """What is kept of the worlds as they were, at once; their people follow."""
        for seed in range(1, self.seeds + 1):
            readings = branching.kept_readings(seed, folder)
            if readings is None:
                return
            with self._news:
                self._as_it_was.append(readings)
                self._news.notify_all()

    def _lived(self, year: int) -> None:
        self._quiet.wait()
        if self._stopping.is_set():
            raise Stopped
        compiling = year == START and not self._starts
        self._say(year=year, stage="compiling" if compiling else "living")

    def _say(self, **changes: Any) -> None:
        with self._news:
            self.status = Status(**{**vars(self.status), **changes})
            self._news.notify_all()

    # -- answering -------------------------------------------------------------------------------

    def _answer_all(self) -> None:
        while not self._stopping.is_set():
            with self._news:
                while not self._waiting and not self._stopping.is_set():
                    self._news.wait()
                if self._stopping.is_set():
                    return
                job = self._now = self._waiting.popleft()
            try:
                self._answer(job)
                job.tell({"kind": "done"})
            except Stopped:
                job.tell({"kind": "cancelled"})
            except NotPrepared as error:
                job.tell({"kind": "failed", "what": "prepare", "why": str(error)})
            except Exception as error:
                self._log(error)
                job.tell({"kind": "failed", "what": "model", "why": str(error)})
            finally:
                self._now = None

    def _answer(self, job: Job) -> None:
        question, reference = job.question, job.question.reference()
        asks = question.moved or reference.moved
        self._wait_for_seed(job, 0, self._as_it_was)
        known = self.known_pairs(question)
        if known:
            job.tell(self.summary(question, known))
        if not asks:
            self._follow(job, len(known))
            return
        for n in range(len(known), self.seeds):
            self._wait_for_seed(job, n, self._starts)
            before = self._known(reference, n) or self._live(job, n, reference)
            if self._known(question, n) is None:
                self._live(job, n, question, before)
            job.tell(self.summary(question, self.known_pairs(question)))

    def _follow(self, job: Job, told: int) -> None:
        """Show the world as it was with each further seed, unless another question waits."""
        for n in range(told, self.seeds):
            self._wait_for_seed(job, n, self._as_it_was, gives_way=True)
            if len(self._as_it_was) <= n:
                return
            job.tell(self.summary(job.question, self.known_pairs(job.question)))

    def _wait_for_seed(
        self, job: Job, n: int, ready: Sequence[object], gives_way: bool = False
    ) -> None:
        told: Event = {}
        while len(ready) <= n and not (gives_way and self._waiting):
            self._check(job)
            if self.status.failed:
                raise NotPrepared(self.status.failed)
            event = self.status.event()
            if event != told:
                job.tell(event)
                told = event
            with self._news:
                if len(ready) <= n:
                    self._news.wait(PATIENCE)

    def _live(
        self, job: Job, n: int, question: Question, before: tuple[Reading, ...] | None = None
    ) -> tuple[Reading, ...]:
        """Live seed `n` in a question's world.

        Each year's national count is told beside that of `before`, if there is one.
        """
        start = self._starts[n]
        d = self._reader.names.index(job.question.definition)
        persons = self.scale * float(self._reader.shares[d])
        self._quiet.clear()
        readings: list[Reading] = []
        try:
            simulation = branching.branch(start, question.scenario())
            for year in YEARS:
                self._check(job)
                reading = self._reader.read(simulation.step())
                readings.append(reading)
                told: Event = {"kind": "year", "seed": n + 1, "seeds": self.seeds, "year": year}
                if before is not None:
                    was = before[year - FIRST_YEAR].counted[d].sum()
                    told["before"] = round(was * persons)
                    told["after"] = round(reading.counted[d].sum() * persons)
                job.tell(told)
        finally:
            self._quiet.set()
        self._remember((question.world(), n), tuple(readings))
        return tuple(readings)

    def _remember(self, key: tuple[str, int], readings: tuple[Reading, ...]) -> None:
        self._changed[key] = readings
        while len(self._changed) > REMEMBERED * self.seeds:
            self._changed.popitem(last=False)

    def _check(self, job: Job) -> None:
        if job.cancelled.is_set() or self._stopping.is_set():
            raise Stopped

    def _log(self, error: Exception) -> None:
        """Tell the terminal, once for each kind of failure."""
        kind = f"{type(error).__name__}: {error}"[:MOST_SAID]
        if kind not in self._told and len(self._told) < FAILURES_TOLD:
            self._told.add(kind)
            traceback.print_exception(error, limit=20, file=sys.stderr)
