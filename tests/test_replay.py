"""One prefecture lived again from a run's tables is the prefecture that the run lived."""

import shutil

import numpy as np
import polars as pl
import pytest

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.person import ALTERNATIVES, CHILDREN_LEFT
from leftbehind.base.store import write_manifest
from leftbehind.counts.find import choose, closer, find
from leftbehind.counts.how_many import ENOUGH, NATION, Parts, counted, estimate
from leftbehind.counts.likeness import Like, misses, nearest, seed_family
from leftbehind.counts.siblings import sibling_sets, sibling_sets_of
from leftbehind.model.processes.migration import HOUSEHOLD_KINDS
from leftbehind.model.tallies import headcount
from leftbehind.runs.replay import AS_COUNTED, BEFORE_CHOICE, Replay, Replays

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


def test_a_family_misses_nothing_if_and_only_if_it_meets_all_conditions(replay, places):
    sets = sibling_sets_of(replay, places.find("Liangshan"), 2014)
    for like in (
        Like(both_away=True),
        Like(children=2, one_away=True),
        Like(oldest=12),
        Like(walk=(0.1, 60.0)),
        Like(both_away=True, work_in=places.find("Chengdu")),
        Like(work_in=places.find("Chengdu")),
        seed_family(places),
    ):
        met = sets.select(like.expr()).to_series().to_numpy()
        sizes = misses(sets, like, places)
        assert (sizes >= 0).all()
        assert ((sizes.sum(axis=1) == 0) == met).all()
        ranked = nearest(sets, like, places)["miss"].to_list()
        assert ranked == sorted(ranked) and ranked.count(0) == met.sum()


def test_a_miss_grows_with_the_distance_from_what_was_asked(places):
    huizhou, shenzhen, chengdu = (places.find(n) for n in ("Huizhou", "Shenzhen", "Chengdu"))
    like = seed_family(places)
    rows = [
        {"oldest": 14 + d, "mother_at": at, "father_at": at, "grandmother_minutes": walk}
        for d, at, walk in (
            (0, huizhou, 40.0),
            (1, huizhou, 40.0),
            (-3, huizhou, 40.0),
            (0, shenzhen, 40.0),
            (0, chengdu, 40.0),
            (0, huizhou, 25.0),
            (0, huizhou, 10.0),
            (0, huizhou, None),
        )
    ]
    table = pl.DataFrame(rows).with_columns(children=3, both_away=True, schooling=9)
    total = misses(table, like, places).sum(axis=1)
    assert total[0] == 0
    assert 0 < total[1] < total[2]
    assert 0 < total[3] < total[4]
    assert 0 < total[5] < total[6] < total[7]


def test_the_seed_family_is_found_or_it_is_the_nearest_and_says_what_it_misses(world, places):
    found = find(
        Replays(world), places.find("Liangshan"), 2014, seed_family(places), scales=closer(world)
    )
    assert found.families.height > 0
    assert found.met == found.families.filter(pl.col("miss") == 0).height
    chosen = choose(found, 1)
    row = found.families.filter(pl.col("key") == chosen)
    assert row["miss"][0] == found.families["miss"].min()
    assert found.scale == (world.scale if found.met and found.scale == world.scale else 100)
    again = find(
        Replays(world), places.find("Liangshan"), 2014, seed_family(places), scales=closer(world)
    )
    assert again.families.equals(found.families)


def test_children_without_a_parent_come_first(world, places):
    found = find(Replays(world), places.find("Liangshan"), 2014, Like())
    left = (found.families["left"] > 0).to_list()
    assert left == sorted(left, reverse=True) and any(left) and not all(left)


def test_a_count_has_the_exact_poisson_interval():
    none, nine = counted(0, 2000), counted(9, 1)
    assert none.low == 0 and none.high == pytest.approx(3.689 * 2000, rel=1e-3)
    # Garwood (1936): nine events, 95 %.
    assert (nine.low, nine.high) == (
        pytest.approx(4.115, abs=1e-3),
        pytest.approx(17.085, abs=1e-3),
    )


def test_a_number_is_the_product_of_its_parts_until_enough_are_counted():
    like = Like(children=3, both_away=True, work_in=0, walk=(30.0, 50.0))
    rare = [Parts(0, 40, 1000, 20, 100), Parts(0, 10, 100, 0, 5)]
    number = estimate(rare, 100, like)
    there, walk = 20 / 1100, 105 / 1100  # the country's shares, worth NATION families

    def share(part, away, nation):
        return (part + NATION * nation) / (away + NATION)

    here = 40 * share(20, 1000, there) * share(100, 1000, walk)
    elsewhere = 10 * share(0, 100, there) * share(5, 100, walk)
    assert number.by_parts and number.number == pytest.approx((here + elsewhere) * 100)
    assert number.low < number.number < number.high
    enough = estimate([Parts(ENOUGH, 50, 100, 20, 20)], 100, like)
    assert not enough.by_parts and enough.number == ENOUGH * 100
    whole = Like(children=3, both_away=True)
    assert not estimate(rare, 100, whole).by_parts
    none = estimate([Parts(0, 0, 50, 0, 3)], 20_000, like)
    assert none.number == 0 and 0 < none.high < 20_000


def test_the_count_in_the_country_does_not_depend_on_the_threads(
    world, places, tmp_path, monkeypatch
):
    k = places.find("Liangshan")
    like = Like(both_away=True)
    done: list[str] = []
    monkeypatch.setenv("LEFTBEHIND_CACHE", str(tmp_path / "one"))
    one = find(
        Replays(world),
        k,
        2005,
        like,
        country=True,
        threads=1,
        progress=lambda *a: done.append(a[0]),
    )
    monkeypatch.setenv("LEFTBEHIND_CACHE", str(tmp_path / "two"))
    two = find(Replays(world), k, 2005, like, country=True, threads=2)
    assert one.country == two.country
    assert done.count("country") == len(Replay(world).units) - 1
    assert one.country.counted >= one.here.counted > 0
