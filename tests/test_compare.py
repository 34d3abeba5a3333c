"""Two worlds with the same luck: pairs, what became of whom, intervals and twins."""

import numpy as np
import polars as pl
import pytest
import scipy.stats

from leftbehind import run
from leftbehind.base.errors import InputError
from leftbehind.base.person import GRANDPARENT_HOME, GRANDPARENT_WALK, WITH_PARENT
from leftbehind.counts import compare, definitions
from leftbehind.counts.compare import fates as fate
from leftbehind.counts.compare.children import (
    DIED,
    GROWN_UP,
    NOT_BORN,
    Births,
    Children,
    children_of,
)
from leftbehind.counts.compare.fates import FATES, fates
from leftbehind.counts.compare.intervals import fewer_runs, half_width, standard_error
from leftbehind.counts.compare.pairing import lives_of, pair
from leftbehind.counts.compare.worlds import NEVER, first_difference, side_by_side
from leftbehind.inputs.scenario import Scenario, get, parse
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.tallies import cells
from leftbehind.model.tallies.cells import DIMENSIONS, unpack

SCALE, LAST, SEEDS = 20_000, 1996, 3
SUBSIDY = {"name": "subsidy", "change": [{"lever": "transfer", "set": 3000.0, "from": 1992}]}
ALL = definitions.get("nbs-unicef-2015-all")


@pytest.fixture(scope="module")
def found() -> compare.Comparison:
    """As it was against a large transfer from 1992 on, three seeds."""
    return compare.run(
        "baseline",
        parse(SUBSIDY, "a test"),
        scale=SCALE,
        seeds=SEEDS,
        last=LAST,
        definitions=["acwf-2010", "nbs-unicef-2015-all", "migrant-children"],
    )


def cell(**codes: int) -> int:
    """A packed cell: a rural boy of 8 at home with both parents, with these codes changed."""
    plain = {"age": 8, "sex": 1, "residence": cells.VILLAGE, "arrangement": WITH_PARENT, **codes}
    packed = 0
    for dimension in DIMENSIONS:
        packed = packed * len(dimension.labels) + plain.get(dimension.name, 0)
    return packed


LEFT = cell(father=cells.P_AWAY, mother=cells.P_AWAY, arrangement=GRANDPARENT_HOME)
WALK = cell(father=cells.P_AWAY, mother=cells.P_AWAY, arrangement=GRANDPARENT_WALK)
TAKEN = cell(father=cells.P_TOGETHER, mother=cells.P_TOGETHER, residence=cells.CITY_WITH_PARENT)
STAYED = cell(father=cells.P_AWAY, mother=cells.P_HOME)
HOME = cell()
SHORT = cell(father=cells.P_AWAY_SHORT, mother=cells.P_AWAY_SHORT, arrangement=GRANDPARENT_HOME)


def children(year: int = 2010, births: tuple[int, ...] = (), **cell_by_key: int) -> Children:
    """Children of one prefecture with keys k1, k2, ... and their cells."""
    by_key = sorted((int(name[1:]), packed) for name, packed in cell_by_key.items())
    key = np.array([k for k, _ in by_key], dtype=np.uint64)
    packed = np.array([c for _, c in by_key], dtype=np.int64)
    born = np.sort(np.array(births, dtype=np.uint64))
    return Children(year, key, np.zeros(len(key), np.int32), packed, born)


def test_children_are_paired_by_key_and_the_missing_are_explained():
    before_births, after_births = Births(2000), Births(2000)
    for year in range(1990, 2011):
        born = {2001: (5,), 2002: (3,)}.get(year, ())
        after_births.add(children(year, born))
        before_births.add(children(year))
    before = children(k1=LEFT, k2=HOME, k3=LEFT, k4=LEFT, k5=cell(age=17))
    after = children(k1=TAKEN, k2=HOME, k6=LEFT)
    pairs = pair(before, after, before_births, after_births)
    got = {
        (int(b), int(a)): int(n)
        for b, a, n in zip(pairs.before, pairs.after, pairs.number, strict=True)
    }
    assert got == {
        (LEFT, TAKEN): 1,
        (HOME, HOME): 1,
        (NOT_BORN, LEFT): 1,
        (LEFT, DIED): 1,  # born there in 2002, under 18, not among the living
        (LEFT, NOT_BORN): 1,  # an eight-year-old, born after the worlds parted, in one only
        (cell(age=17), DIED): 1,  # born before they parted, so born in both
    }


def test_a_child_born_earlier_in_the_other_world_may_have_grown_up_there():
    births = Births(1990)
    births.add(children(1991, (7,)))
    births.add(children(1995, (8,)))
    why = births.why_missing(np.array([7, 8, 9], np.uint64), np.array([1994, 1997, 1995]), 2010)
    assert why.tolist() == [GROWN_UP, DIED, NOT_BORN]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (LEFT, fate.SAME),
        (WALK, fate.OTHER_CARER),
        (TAKEN, fate.CAME_ALONG),
        (HOME, fate.PARENT_STAYED),
        (SHORT, fate.OTHER_REASON),
        (NOT_BORN, fate.NOT_BORN),
        (DIED, fate.DIED),
        (GROWN_UP, fate.GROWN_UP),
    ],
)
def test_what_became_of_a_child_with_both_parents_away(there, expected):
    pairs = _one_pair(LEFT, there)
    lives = lives_of(pairs, [ALL])
    got = fates(lives.before, lives.after, pairs.after, lives.counted[0], lives)
    assert FATES[got[0]] == FATES[expected]


def test_one_parent_who_stays_takes_the_child_out_of_a_count_of_both_away():
    pairs = _one_pair(LEFT, STAYED)
    both = definitions.get("mca-2016")
    lives = lives_of(pairs, [both])
    got = fates(lives.before, lives.after, pairs.after, lives.counted[0], lives)
    assert FATES[got[0]] == "parent stayed"


def _one_pair(before: int, after: int):
    from leftbehind.counts.compare.pairing import Pairs

    one = np.ones(1, np.int64)
    return Pairs(2010, np.zeros(1, np.int64), before * one, after * one, one)


def test_a_change_that_changes_nothing_gives_two_equal_worlds():
    nothing = parse(
        {"name": "nothing", "change": [{"lever": "wage", "multiply": 1.0, "from": 1975}]}, "a test"
    )
    settings = [Settings(40_000, 1, scenario) for scenario in (Scenario(), nothing)]
    years = 0
    for before, after in side_by_side(*settings, since=1979, last=1988):
        assert before is not after
        for name in ("key", "prefecture", "cell", "births"):
            assert np.array_equal(getattr(before, name), getattr(after, name))
        years += 1
    assert years == 10


def test_the_fork_lives_as_a_run_of_its_own_would(found):
    scenario = parse(SUBSIDY, "a test")
    twins = list(side_by_side(Settings(SCALE), Settings(SCALE, 1, scenario), LAST, LAST))
    alone = run(scale=SCALE, last=LAST, scenario=scenario, first=LAST)
    table = alone.table("children").group_by("code").agg(pl.col("number").sum()).collect()
    assert len(twins[0][1].key) == table["number"].sum()
    counted = alone.left_behind("acwf-2010", years=LAST)["number"][0]
    seeds = found.table("seeds").filter(
        pl.col("seed") == 1, pl.col("year") == LAST, pl.col("definition") == "acwf-2010"
    )
    assert seeds.collect()["after"][0] == counted


def test_children_are_seen_as_the_tallies_see_them():
    simulation = Simulation(Settings(40_000))
    seen: list[Children] = []
    while simulation.year <= 1982:
        output = simulation.step(lambda leg, blocks: seen.append(children_of(leg, blocks)))
    last = seen[-1]
    tallied = np.repeat(output.cells, output.numbers)
    assert np.array_equal(np.sort(tallied), np.sort(last.cell))
    assert len(last.births) == output.births.sum()
    assert np.all(np.diff(last.key.astype(object)) > 0)


def test_worlds_are_one_until_the_change(found):
    effects = found.effects()
    early = effects.filter(pl.col("year") < 1992)
    assert early.height == 13
    assert early["difference"].abs().sum() == early["only_before"].sum() == 0
    assert effects.filter(pl.col("year") == LAST)["difference"][0] < 0


@pytest.mark.parametrize("by", ["province", "prefecture", "age", "arrangement"])
def test_groups_add_up_to_all(found, by):
    for definition in found.manifest["definitions"]:
        whole = found.effects(definition)
        parts = (
            found.effects(definition, by)
            .group_by("year", maintain_order=True)
            .agg(pl.col("before", "after", "difference", "only_before", "only_after").sum())
        )
        for name in ("before", "after", "difference", "only_before", "only_after"):
            assert np.allclose(parts[name], whole[name])


def test_the_parts_add_up_to_the_difference_and_carers_cancel(found):
    for definition in ("acwf-2010", "nbs-unicef-2015-all"):
        parts = found.decomposition(definition)
        whole = parts.group_by("year", maintain_order=True).agg(pl.col("difference").sum())
        assert np.allclose(whole["difference"], found.effects(definition)["difference"])
        both = parts.filter(pl.col("fate").is_in(["same carer", "other carer"]))
        assert np.allclose(both["difference"], 0.0)
    last = found.decomposition(years=LAST)
    stayed = last.filter(pl.col("fate") == "parent stayed")["difference"][0]
    assert stayed < 0  # money for children at home keeps parents at home
    provinces = found.table("decomposition").filter(
        pl.col("definition") == "acwf-2010", pl.col("year") == LAST, pl.col("province") != "China"
    )
    assert np.isclose(provinces.collect()["difference"].sum(), last["difference"].sum())


def test_a_count_of_migrant_children_is_not_decomposed(found):
    assert found.decomposition("migrant-children").is_empty()


def test_what_shared_luck_saves_is_the_ratio_of_variances(found):
    saved = found.fewer_runs()
    assert saved is not None and saved > 1.0  # how much: benchmarks/shared_luck.py
    seeds = (
        found.table("seeds")
        .filter(pl.col("definition") == "acwf-2010", pl.col("year") >= 1992)
        .collect()
    )
    variances = seeds.group_by("year").agg(
        paired=(pl.col("after") - pl.col("before")).var(),
        unrelated=pl.col("after").var() + pl.col("before").var(),
    )
    assert np.isclose(saved, variances["unrelated"].sum() / variances["paired"].sum())


def test_intervals_are_students():
    values = np.random.default_rng(1).normal(size=(7, 3))
    expected = scipy.stats.t.interval(0.9, 6, values.mean(0), scipy.stats.sem(values))
    half = half_width(standard_error(values), 7)
    assert np.allclose(expected[1] - values.mean(0), half, rtol=1e-3)
    assert np.all(np.isnan(standard_error(values[:1])))


def test_fewer_runs_of_known_noise():
    dice = np.random.default_rng(2)
    shared, own = dice.normal(size=(4000, 5)), dice.normal(size=(4000, 5))
    assert fewer_runs(3 * shared, 3 * shared + own) == pytest.approx((9 + 10) / 1, rel=0.1)
    assert np.isnan(fewer_runs(shared, shared))
    assert np.isnan(fewer_runs(shared[:1], own[:1]))


def test_twins_live_the_same_life_until_the_change_and_another_after_it(found):
    twins = found.table("twins").collect()
    assert twins["key"].n_unique() > 20
    early = twins.filter(pl.col("year") < 1992)
    for name in ("age", "residence", "father", "mother", "arrangement", "left_behind"):
        assert early[f"{name}_before"].equals(early[f"{name}_after"], null_equal=True)
    differs = pl.col("left_behind_before").fill_null(False) != pl.col(
        "left_behind_after"
    ).fill_null(False)
    per_child = twins.group_by("key").agg(differs.any().alias("differs"))
    assert per_child["differs"].all()
    missing = twins.filter(pl.col("age_after").is_null())
    assert missing["missing_after"].is_in(["not born", "died", "grown up"]).all()


@pytest.mark.parametrize(
    ("one", "other", "year"),
    [
        ("baseline", "baseline", NEVER),
        ("baseline", "city-schools-open", 2001),
        ("city-schools-open", "city-schools-open+jobs-near-home", 2000),
        ("jobs-near-home", "jobs-near-home+cash-for-children-at-home", 2010),
    ],
)
def test_worlds_part_when_their_scenarios_do(one, other, year):
    assert first_difference(get(one), get(other)) == year


def test_a_changed_world_may_be_the_one_before():
    settings = [Settings(40_000, 1, get(name)) for name in ("no-one-child-rule", "baseline")]
    last = list(side_by_side(*settings, since=1979, last=1984))[-1]
    assert len(last[0].births) > len(last[1].births)
    ages = unpack(last[0].cell)["age"]
    assert ages.min() == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"before": "basline"}, "did you mean 'baseline'"),
        ({"seeds": 0}, "--seeds 0: not allowed"),
        ({"scale": 0}, "--scale 0: not allowed"),
        ({"definitions": ["acwf"]}, "definition 'acwf'"),
    ],
)
def test_what_is_wrong_is_named(changes, message):
    with pytest.raises(InputError, match=message):
        compare.run(**{"before": "baseline", "after": "baseline", "scale": 40_000, **changes})


def test_an_unknown_split_or_definition_is_named(found):
    with pytest.raises(InputError, match="did you mean 'province'"):
        found.effects(by="provinces")
    with pytest.raises(InputError, match="not in this comparison"):
        found.effects("mca-2016")


def test_a_run_is_no_comparison(world):
    with pytest.raises(InputError, match="holds no comparison"):
        compare.Comparison(world.folder)
