"""One prefecture lived again from a run's tables is the prefecture that the run lived."""

import shutil
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.person import ALTERNATIVES, CHILDREN_LEFT
from leftbehind.base.store import write_manifest
from leftbehind.counts.find import (
    Like,
    choose,
    estimate,
    find,
    relaxations,
    seed_family,
    sibling_sets,
    sibling_sets_of,
)
from leftbehind.model.processes.migration import HOUSEHOLD_KINDS
from leftbehind.model.tallies import headcount
from leftbehind.runs.replay import AS_COUNTED, BEFORE_CHOICE, Replay

PLACES = ("Liangshan", "Huizhou")


@pytest.fixture(scope="module")
def replay(world):
    return Replay(world)


def dense(table: pl.DataFrame, number: str, labels: dict[str, tuple[str, ...]]) -> np.ndarray:
    """The rows of one year and prefecture as an array with one axis a label."""
    out = np.zeros([len(of) for of in labels.values()], np.int64)
    for row in table.iter_rows(named=True):
        out[tuple(of.index(str(row[name])) for name, of in labels.items())] = row[number]
    return out


@pytest.mark.parametrize("name", PLACES)
def test_the_replayed_headcount_and_choices_are_those_of_the_runs_tables(world, replay, name):
    k = replay.places.find(name)
    code = int(replay.places.table["code"][k])
    people = (
        world.table("people")
        .filter(pl.col("code") == code)
        .collect()
        .partition_by("year", as_dict=True)
    )
    choices = (
        world.table("choices")
        .filter(pl.col("code") == code)
        .collect()
        .partition_by("year", as_dict=True)
    )
    heads = {dimension.name: dimension.labels for dimension in headcount.TALLY.dimensions}
    kinds = {"household": HOUSEHOLD_KINDS, "before": ALTERNATIVES, "now": ALTERNATIVES}
    compared = 0
    for moment in replay.moments(k):
        if moment.stage != AS_COUNTED:
            continue
        counted = np.zeros(headcount.TALLY.shape(), np.int64)
        lives = np.empty(len(moment.people), np.uint8)
        headcount.tally(moment.at, lives, counted)
        assert np.array_equal(counted, dense(people[(moment.year,)], "number", heads))
        if (moment.year,) in choices:
            table = choices[(moment.year,)]
            assert np.array_equal(moment.choices, dense(table, "households", kinds))
            compared += int(moment.choices.sum())
    assert moment.year == world.years()[-1]
    assert compared > 1000


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("year", (1979, 1990, 2010, 2020))
def test_the_replayed_records_are_the_runs_records_bit_for_bit(replay, lived, name, year):
    k = replay.places.find(name)
    *_, last = replay.moments(k, year)
    unit = int(np.searchsorted(lived.units, k, side="right")) - 1
    assert np.array_equal(last.people, lived.records[year][unit])


def test_each_year_has_its_two_moments_in_order(replay):
    seen = [(m.year, m.stage) for m in replay.moments(0, 1952)]
    assert seen == [(y, s) for y in (1950, 1951, 1952) for s in (BEFORE_CHOICE, AS_COUNTED)]


def test_a_key_leads_to_the_same_person_across_a_year_in_which_records_move(replay):
    k = replay.places.find("Liangshan")
    born, moved = {}, 0
    for moment in replay.moments(k, 2006):
        if moment.stage != AS_COUNTED or moment.year < 1999:
            continue
        for key, (position, year) in list(born.items()):
            now = moment.position(key)
            if now >= 0:
                assert moment.people["birth_year"][now] == year
                moved += now != position
        if moment.year == 1999:
            born = {int(p["key"]): (i, int(p["birth_year"])) for i, p in enumerate(moment.people)}
    assert moved > 0
    assert moment.position(1) == -1


def test_a_run_not_recorded_from_1950_is_refused(tmp_path):
    late = leftbehind.run(scale=1_000_000, first=1960, last=1961, out=tmp_path / "late")
    with pytest.raises(InputError, match=r"recorded from 1960.*--from 1950"):
        Replay(late)


def test_tables_that_do_not_belong_to_the_replayed_people_are_refused(world, tmp_path):
    shutil.copytree(world.folder, tmp_path / "other")
    write_manifest(tmp_path / "other", {**world.manifest, "seed": 2})
    strange = Replay(leftbehind.World(tmp_path / "other"))
    with pytest.raises(InputError, match=r"cannot be replayed.*people alive in 19"):
        for _ in strange.moments(strange.places.find("Liangshan")):
            pass


def test_a_year_outside_the_run_is_refused(replay):
    with pytest.raises(InputError, match=r"year 2030.*1950 to 2020"):
        next(replay.moments(0, 2030))


def test_sibling_sets_are_the_children_of_the_place_each_once(replay):
    k = replay.places.find("Liangshan")
    *_, moment = replay.moments(k, 2010)
    people = moment.people
    sets = sibling_sets(moment)
    children = moment.mine & (people["death_year"] == 0) & (2010 - people["birth_year"] < 18)
    assert sets["children"].sum() == int((children & (people["mother"] >= 0)).sum())
    assert sets["key"].n_unique() == sets.height
    assert (sets["ages"].list.len() == sets["children"]).all()
    assert (sets["ages"].list.max() == sets["oldest"]).all()
    assert (sets["ages"].list.first() == sets["oldest"]).all()
    for key in sets.filter(pl.col("both_away"))["key"]:
        her = people[moment.position(key)]
        assert her["choice"] == CHILDREN_LEFT
        assert her["destination"] >= 0 and people["destination"][her["partner"]] >= 0


def test_relaxing_only_ever_adds_families(replay, places):
    k = places.find("Liangshan")
    sets = sibling_sets_of(replay, k, 2014)
    steps = relaxations(seed_family(places), places)
    kept = [set(sets.filter(like.expr(places))["key"]) for _, like in steps]
    assert all(a <= b for a, b in pairwise(kept))
    assert all(what for what, _ in steps[1:])


def test_the_seed_family_is_found_or_it_is_said_what_was_relaxed(replay, places):
    k = places.find("Liangshan")
    found = find(replay, k, 2014, seed_family(places), country=False)
    assert found.families.height == found.local[1] > 0
    assert bool(found.relaxed) == (found.local[0] == 0)
    assert found.families.filter(found.used.expr(places)).height == found.families.height
    assert choose(found.families, 1) == choose(found.families.sample(fraction=1.0, shuffle=True), 1)


def test_a_count_is_told_with_its_sampling_error():
    assert estimate(25, 2000) == "about 50,000 (± 10,000 from sampling)"
    assert estimate(0, 2000) == "none at this scale (so probably fewer than 6,000)"


def test_the_count_in_the_country_does_not_depend_on_the_threads(replay, places):
    k = places.find("Liangshan")
    like = Like(both_away=True)
    done: list[int] = []
    one = find(replay, k, 2005, like, threads=1, progress=done.append)
    two = find(replay, k, 2005, like, threads=2)
    assert one.country == two.country
    assert done == list(range(1, len(places) + 1))
    assert one.country[0] >= one.local[0] > 0
