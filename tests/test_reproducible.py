"""The same settings give the same bits, whatever the threads, the order, or a pause halfway."""

import copy
import hashlib
import random
from dataclasses import fields

import numpy as np
import pytest

from leftbehind.inputs.scenario import Scenario, parse
from leftbehind.model.alignment import Alignment
from leftbehind.model.simulation import Settings, Simulation, YearOutput, years

SCALE = 40_000
LAST = 1986  # long enough for several compactions, migration and left-behind children
PARTED = 1985  # from here the scenarios of this file differ from the baseline


def _absorb(digest: "hashlib._Hash", array: np.ndarray) -> None:
    digest.update(str((array.dtype, array.shape)).encode())
    # Field by field: between the fields of a record are bytes that nobody writes.
    for part in [array[name] for name in array.dtype.names or ()] or [array]:
        digest.update(np.ascontiguousarray(part).tobytes())


def of_year(output: YearOutput) -> str:
    """Fingerprint of all that a year hands on."""
    digest = hashlib.sha256()
    for field in fields(output):
        value = getattr(output, field.name)
        for array in value if isinstance(value, tuple) else (value,):
            _absorb(digest, np.asarray(array))
    return digest.hexdigest()


def of_state(simulation: Simulation) -> str:
    """Fingerprint of every record."""
    digest = hashlib.sha256()
    for k in range(len(simulation.population.count)):
        _absorb(digest, simulation.population.of(k))
    return digest.hexdigest()


def live(
    seed: int = 1,
    threads: int = 1,
    scenario: Scenario | None = None,
    alignment: Alignment | None = None,
    last: int = LAST,
) -> tuple[dict[int, str], Simulation]:
    settings = Settings(scale=SCALE, seed=seed, scenario=scenario or Scenario())
    simulation = Simulation(settings, threads, alignment)
    prints = {output.year: of_year(output) for output in years(simulation, last)}
    return prints, simulation


@pytest.fixture(scope="module")
def baseline() -> tuple[dict[int, str], Simulation]:
    return live()


def test_the_run_has_migrants_so_that_equal_bits_mean_something(baseline):
    _, simulation = baseline
    assert int((simulation.population.people["months"] > 0).sum()) > 100


def test_two_threads_give_the_same_bits_as_one(baseline):
    prints, simulation = baseline
    again, other = live(threads=2)
    assert again == prints
    assert of_state(other) == of_state(simulation)


def test_the_order_in_which_prefectures_are_visited_does_not_matter(baseline, monkeypatch):
    prints, simulation = baseline
    dice = random.Random(5)
    orders = set()

    def shuffled(threads, jobs):
        order = list(range(len(jobs)))
        dice.shuffle(order)
        orders.add(tuple(order))
        done = {n: jobs[n]() for n in order}
        return [done[n] for n in range(len(jobs))]

    for module in ("blocks", "simulation"):
        monkeypatch.setattr(f"leftbehind.model.{module}.in_threads", shuffled)
    again, other = live()
    assert len(orders) > 50
    assert again == prints
    assert of_state(other) == of_state(simulation)


def test_the_cut_into_blocks_does_not_matter(baseline, monkeypatch):
    prints, _ = baseline
    monkeypatch.setattr("leftbehind.model.blocks.BLOCKS", 5)
    again, _ = live(last=1965)
    assert again == {year: prints[year] for year in again}


def test_another_seed_gives_another_world(baseline):
    prints, _ = baseline
    again, _ = live(seed=2, last=1952)
    assert all(again[year] != prints[year] for year in again)


def test_a_run_paused_halfway_and_taken_up_from_a_copy_of_its_state_is_the_same_run(baseline):
    prints, simulation = baseline
    half = (1950 + LAST) // 2
    first, paused = live(last=half)
    taken_up = copy.deepcopy(paused)
    list(years(paused, half + 3))  # what becomes of the original does not concern the copy
    second = {output.year: of_year(output) for output in years(taken_up, LAST)}
    assert {**first, **second} == prints
    assert of_state(taken_up) == of_state(simulation)


NOTHING = parse(
    {
        "name": "nothing",
        "change": [
            {"lever": "wage", "multiply": 1.0, "places": ["Sichuan"]},
            {"lever": "school_barrier", "add": 0.0, "from": 1980},
            {"lever": "choice_pay", "multiply": 1.0},
        ],
    },
    "a test",
)


def test_a_scenario_that_changes_nothing_changes_no_bit(baseline):
    prints, simulation = baseline
    again, other = live(scenario=NOTHING, alignment=simulation.alignment.as_frozen())
    assert again == prints
    assert of_state(other) == of_state(simulation)


def test_a_name_alone_changes_no_bit(baseline):
    prints, _ = baseline
    again, _ = live(scenario=Scenario(name="other", title="Another name"), last=1960)
    assert again == {year: prints[year] for year in again}


@pytest.mark.parametrize(
    "change",
    [
        {"lever": "wage", "multiply": 2.0, "places": ["Guangdong"]},
        {"lever": "choice_pay", "add": 1.0},
        {"lever": "closure", "set": 0.0},
    ],
    ids=lambda change: str(change["lever"]),
)
def test_a_change_has_no_effect_before_its_year_and_some_from_then(baseline, change):
    prints, simulation = baseline
    scenario = parse({"name": "changed", "change": [{**change, "from": PARTED}]}, "a test")
    frozen = simulation.alignment.as_frozen()
    again, _ = live(scenario=scenario, alignment=frozen, last=PARTED + 1)
    differs = [year for year in again if again[year] != prints[year]]
    assert differs == [PARTED, PARTED + 1]


def test_a_scenario_reads_the_baselines_alignment_and_does_not_rewrite_it(baseline):
    _, simulation = baseline
    before = copy.deepcopy(simulation.alignment)
    scenario = parse(
        {"name": "fewer", "change": [{"lever": "fertility", "multiply": 0.5, "from": 1980}]},
        "a test",
    )
    live(scenario=scenario, alignment=simulation.alignment.as_frozen(), last=1982)
    for what in ("deaths", "births", "hukou"):
        now, then = getattr(simulation.alignment, what), getattr(before, what)
        assert now.keys() == then.keys()
        assert all(np.array_equal(now[year], then[year]) for year in now)
