"""Facts about the definitions, their counts, and the walk from one to another."""

from itertools import product
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftbehind.base.errors import InputError
from leftbehind.base.person import ARRANGEMENTS
from leftbehind.base.store import write_manifest, write_table
from leftbehind.counts import definitions
from leftbehind.counts.definitions import ORDER, Definition
from leftbehind.counts.left_behind import left_behind
from leftbehind.counts.reconciliation import reconcile, steps
from leftbehind.counts.world import World
from leftbehind.inputs.tables import read_table
from leftbehind.model.processes.schooling import STAGES
from leftbehind.model.tallies.cells import LABELS, PARENT_STATES, PARENTS_WHERE, RESIDENCES, SUMS
from leftbehind.model.tallies.tally import HUKOU

SHIPPED = [
    "acwf-2000",
    "acwf-2005",
    "acwf-2010",
    "alone",
    "mca-2016",
    "mca-2016-outside-province",
    "mca-2018",
    "mca-2018-outside-province",
    "migrant-children",
    "moe-pupils",
    "nbs-unicef-2015-all",
    "nbs-unicef-2015-rural",
    "nbs-unicef-2020-all",
    "nbs-unicef-2020-rural",
]
SCALE = 1000
CHILD = {
    "year": 2010,
    "code": 510100,
    "prefecture": "Chengdu",
    "province": "Sichuan",
    "age": 8,
    "sex": "female",
    "hukou": "agricultural",
    "residence": "village",
    "father": "home",
    "mother": "home",
    "parents_where": "none away",
    "arrangement": "parent",
    "boards": "no",
    "stage": "primary",
    "minority": "Han",
    "number": 1,
    **dict.fromkeys(SUMS, 0.0),
    "unsupervised_hours": 10.0,
}


def children(*rows: dict[str, object]) -> pl.DataFrame:
    """A children table as a run writes it; what a row leaves out is that of CHILD."""
    small = {"year": pl.Int16, "code": pl.Int32, "age": pl.Int8, "number": pl.Int32}
    labels = {c: pl.Categorical for c in (*LABELS, "prefecture", "province")}
    return pl.DataFrame([{**CHILD, **row} for row in rows]).cast({**small, **labels})


def world_of(table: pl.DataFrame) -> SimpleNamespace:
    """As much of a World as a count needs."""
    held = range(int(table["year"].min()), int(table["year"].max()) + 1)  # type: ignore[arg-type]
    return SimpleNamespace(scale=SCALE, table=lambda name: table.lazy(), years=lambda: held)


@pytest.fixture(scope="module")
def every_child() -> pl.DataFrame:
    """One child of each combination of the properties that parents and place clauses ask about.

    Where the nearest parent away is goes with a parent who is away, and only with one.
    """
    names = ("age", "hukou", "residence", "father", "mother")
    values = ((0, 8, 14, 15, 16, 17), HUKOU, RESIDENCES, PARENT_STATES, PARENT_STATES)
    care = zip(ARRANGEMENTS, (*STAGES, *STAGES), strict=False)
    one_place = children(
        *(
            {**dict(zip(names, combination, strict=True)), "arrangement": who, "stage": stage}
            for combination, (who, stage) in product(product(*values), care)
        )
    )
    places = pl.DataFrame({"parents_where": PARENTS_WHERE}).cast(pl.Categorical)
    away = pl.any_horizontal(pl.col("father", "mother").is_in(["away", "away under 6 months"]))
    everywhere = one_place.drop("parents_where").join(places, how="cross")
    return everywhere.filter(away == (pl.col("parents_where") != "none away"))


@pytest.fixture
def world(tmp_path) -> World:
    """A run of seven kinds of children whose counts are known."""
    gone = {"father": "away", "mother": "away", "parents_where": "other province"}
    gone["arrangement"] = "grandparent in the home"
    near, widowed = (
        {"parents_where": "same province"},
        {"mother": "dead", "parents_where": "abroad"},
    )
    table = children(
        {"number": 50},
        {"number": 20, "father": "away", **near, "unsupervised_hours": 400.0},
        {"number": 10, **gone, "unsupervised_hours": 300.0},
        {"number": 4, **gone, "residence": "town", "age": 16},
        {"number": 3, **gone, **widowed, "province": "Henan", "prefecture": "Zhoukou"},
        {"number": 2, "mother": "absent after divorce"},
        {"number": 7, "residence": "city with a parent", "father": "in the city together"},
        {"number": 5, "year": 2011, "mother": "away under 6 months"},
    )
    write_table(tmp_path, "children", table)
    write_manifest(tmp_path, {"scale": SCALE, "from": 2010, "to": 2011})
    return World(tmp_path)


def total(frame: pl.DataFrame, definition: Definition) -> int:
    return frame.filter(definition.expr())["number"].sum()


def changed(name: str, **fields: object) -> Definition:
    return definitions.get(name).model_copy(update=fields)


# Files


def test_the_shipped_definitions():
    assert definitions.names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_definition_says_what_it_is(name):
    definition = definitions.get(name)
    assert definition.name == name
    for field in ("title", "title_zh", "agency", "year", "published", "source", "description"):
        assert getattr(definition, field), field
    assert definition.registered is None  # never fitted
    figures = read_table("published").filter(pl.col("id").is_in(definition.published))
    assert len(figures) == len(definition.published)
    assert set(figures["unit"]) == {"million persons"}


def test_clauses_come_in_one_order():
    for name in SHIPPED:
        assert [clause.name for clause in definitions.get(name).clauses] == list(ORDER)
    fields = [field for read in ORDER.values() for field in read]
    assert fields == [f for f in Definition.model_fields if f in fields]


OWN = """\
name = "girls-school-years"
title = "School children whose mother or father works away, however short"
age = [6, 15]
residence = ["village", "town"]
hukou = ["agricultural"]
away = "any"
months = "any"
stages = ["primary", "junior"]
arrangement = ["grandparent a walk away", "older sibling", "alone"]
registered = 0.8
"""


def test_ten_lines_make_a_definition(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    definition = definitions.get(path)
    assert definition == definitions.load(str(path))
    left = {"mother": "away under 6 months", "arrangement": "alone"}
    table = children({"number": 10, **left}, {"number": 5, **left, "age": 16}, {"number": 3})
    assert left_behind(world_of(table), path)["number"].item() == 10 * SCALE * 0.8


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('residense = ["village"]', ["'residense'", "'residence'", "allowed: name, title"]),
        ('residence = ["vilage"]', ["residence", "'vilage'", "'village'", "allowed: village"]),
        ('away = "one"', ["away", "'any', 'both', 'both-or-one-and-other-unable'", "'one'"]),
        (
            'parents_where = ["another province"]',
            ["parents_where", "'another province'", f"allowed: {', '.join(PARENTS_WHERE)}"],
        ),
        ("age = [5, 18]", ["age", "[5, 18]", "< 18"]),
        ('away = "both-or-one-and-other-unable"', ["needs `unable`"]),
        ('unable = ["dead"]', ["`unable` goes only with"]),
        ('months = "any"', ["need `away`"]),
        ("registered = 1.5", ["registered", "above 0, at most 1", "1.5"]),
        ("age = ", ["not a valid TOML file"]),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, says):
    path = tmp_path / "wrong.toml"
    path.write_text(f'name = "wrong"\n{line}\n')
    with pytest.raises(InputError) as error:
        definitions.load(path)
    for part in [str(path), *says]:
        assert part in str(error.value)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(InputError, match=r"'mca-2017'.*did you mean 'mca-201[68]'.*\.toml file"):
        definitions.get("mca-2017")
    with pytest.raises(InputError, match="cannot read the definition"):
        definitions.get("missing.toml")


# What nests, on every combination of properties


def contains(outer: Definition, inner: Definition, table: pl.DataFrame) -> bool:
    return table.filter(inner.expr() & ~outer.expr()).is_empty()


def test_what_nests(every_child):
    """MCA's children are a part of ACWF's once ACWF asks the same places and months as MCA."""
    mca, acwf = definitions.get("mca-2016"), definitions.get("acwf-2010")
    same_basis = changed("acwf-2010", residence=mca.residence, months=mca.months)
    assert contains(same_basis, mca, every_child)
    assert not contains(acwf, mca, every_child)  # towns and short absences
    assert contains(acwf, definitions.get("alone"), every_child)
    for year in (2015, 2020):
        rural, everywhere = (f"nbs-unicef-{year}-{part}" for part in ("rural", "all"))
        assert contains(definitions.get(everywhere), definitions.get(rural), every_child)


def test_who_moved_is_not_left_behind(every_child):
    """But the ministries' counts, by registration or school, keep who moved within the county."""
    moved = definitions.get("migrant-children").expr()
    for name in set(SHIPPED) - {"migrant-children"}:
        both = every_child.filter(moved & definitions.get(name).expr())["residence"].unique()
        ministry = name.startswith("mca-") or name == "moe-pupils"
        assert both.to_list() == (["moved to town"] if ministry else [])


def test_parent_clauses_narrow(every_child):
    for name in SHIPPED:
        away, months, absent = definitions.get(name).clauses[3:6]
        assert every_child.filter(months.expr() & ~away.expr()).is_empty()
        assert every_child.filter(absent.expr() & ~months.expr()).is_empty()


@pytest.mark.parametrize(
    ("father", "mother", "counted_by"),
    [
        ("home", "home", set()),
        ("away", "home", {"acwf", "moe"}),
        ("away", "away", {"acwf", "mca", "moe"}),
        ("away", "home but limited", {"acwf", "mca", "moe"}),
        ("away", "dead", {"acwf", "mca", "moe"}),
        ("unknown", "away", {"acwf", "mca", "moe"}),
        ("absent after divorce", "home", {"acwf"}),
        ("absent after divorce", "away", {"acwf", "mca", "moe"}),
        ("in prison", "home", {"acwf"}),
        ("in prison", "away", {"acwf", "mca", "moe"}),
        ("in prison", "in prison", {"acwf"}),
        ("away under 6 months", "home", {"moe"}),
        ("away under 6 months", "away under 6 months", {"moe"}),
        ("dead", "dead", set()),
        ("dead", "home but limited", set()),
    ],
)
def test_whom_each_agency_counts(father, mother, counted_by):
    child = children({"father": father, "mother": mother})
    names = {"acwf": "acwf-2010", "mca": "mca-2016", "moe": "moe-pupils"}
    assert {a for a, n in names.items() if total(child, definitions.get(n))} == counted_by


# Second readings


READINGS = [name for name in SHIPPED if definitions.get(name).reading_of]


def test_each_count_of_the_ministry_has_a_second_reading():
    of = [definitions.get(name).reading_of for name in READINGS]
    assert of == [name for name in SHIPPED if name.startswith("mca") and name not in READINGS]


@pytest.mark.parametrize("name", READINGS)
def test_a_second_reading_differs_by_one_clause_and_says_that_it_is_assumed(every_child, name):
    """Whom it leaves out has a parent away who is no farther than the own province."""
    reading = definitions.get(name)
    words = definitions.get(str(reading.reading_of))
    assert [clause for clause, _ in steps(words, reading)] == ["start", "parents_where"]
    assert reading.published == words.published and reading.basis == "assumption"
    assert "an assumption about how registers are kept" in " ".join(reading.description.split())
    assert contains(words, reading, every_child)
    left_out = every_child.filter(words.expr() & ~reading.expr())["parents_where"]
    assert set(left_out) == {"same prefecture", "same province"}
    kept = every_child.filter(reading.expr())["parents_where"]
    assert set(kept) == {"other province", "abroad"}
    assert not every_child.filter(words.base() != reading.base()).height


# Counts


def test_known_counts(world):
    """20 father away, 10 + 3 both or widowed, 2 after divorce, of 85 in the village in 2010."""
    in_2010 = world.left_behind("acwf-2010", years=2010).row(0, named=True)
    assert in_2010["number"] == 35 * SCALE
    assert in_2010["children"] == 85 * SCALE
    assert in_2010["share"] == pytest.approx(35 / 85)
    assert in_2010["sampling_error"] == pytest.approx(35**0.5 * SCALE)
    assert in_2010["assumed_unsupervised_hours"] == pytest.approx((400 + 300 + 10 + 10) / 35)
    assert world.left_behind("mca-2016", years=2010)["number"].item() == 13 * SCALE
    assert world.left_behind("nbs-unicef-2020-all", years=2010)["number"].item() == 39 * SCALE
    migrants = world.left_behind("migrant-children", years=2010)
    assert migrants["share"].item() == pytest.approx(7 / 96)


def test_counts_by_group(world):
    who = world.left_behind("acwf-2010", by="away", years=2010)
    assert dict(who.select("away", "number").iter_rows()) == {
        "father only": 23 * SCALE,
        "both": 10 * SCALE,
        "mother only": 2 * SCALE,
    }
    assert who["children"].unique().to_list() == [85 * SCALE]
    where = world.left_behind("acwf-2010", by="parents_where", years=2010)
    assert dict(where.select("parents_where", "number").iter_rows()) == {
        "same province": 20 * SCALE,
        "other province": 10 * SCALE,
        "abroad": 3 * SCALE,
        "none away": 2 * SCALE,
    }
    assert where["children"].unique().to_list() == [85 * SCALE]
    places = world.left_behind("acwf-2010", by=["province", "prefecture"], years=[2010])
    assert places.select("province", "prefecture", "number").rows() == [
        ("Henan", "Zhoukou", 3 * SCALE),
        ("Sichuan", "Chengdu", 32 * SCALE),
    ]


def test_years_without_any_are_zero(world):
    assert world.left_behind("acwf-2010")["number"].to_list() == [35 * SCALE, 0]
    none = world.left_behind("acwf-2010", years=2011).row(0, named=True)
    assert none["share"] == 0 and none["assumed_unsupervised_hours"] is None


def test_wrong_questions_are_named(world):
    with pytest.raises(InputError, match=r"'provnce'.*did you mean 'province'.*allowed: year"):
        world.left_behind("acwf-2010", by="provnce")
    with pytest.raises(InputError, match=r"1999.*2010 to 2011"):
        world.left_behind("acwf-2010", years=1999)


def test_a_run_that_does_not_know_where_parents_are_is_refused_with_its_version(tmp_path):
    write_table(tmp_path, "children", children({"number": 5}).drop("parents_where"))
    write_manifest(tmp_path, {"scale": SCALE, "from": 2010, "to": 2010, "version": "0.0.1"})
    with pytest.raises(
        InputError, match=r"version 0\.0\.1, whose table children has no parents_where"
    ):
        World(tmp_path).left_behind("mca-2016-outside-province")


# From one count to another


def some(column: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(LABELS[column]), max_size=3).map(tuple)


@st.composite
def any_definition(draw) -> Definition:
    away = draw(st.sampled_from([None, "any", "both", "both-or-one-and-other-unable"]))
    parents: dict[str, object] = {}
    if away:
        months = draw(st.sampled_from(["any", "6 or more"]))
        parents = {"away": away, "months": months, "absent_counts_as_away": draw(st.booleans())}
    if away == "both-or-one-and-other-unable":
        parents["unable"] = draw(st.sampled_from([("dead",), ("home but limited", "unknown")]))
    return Definition(
        name="drawn",
        age=tuple(sorted(draw(st.tuples(*[st.integers(0, 17)] * 2)))),
        residence=draw(some("residence")),
        hukou=draw(some("hukou")),
        stages=draw(some("stage")),
        parents_where=draw(some("parents_where")),
        arrangement=draw(some("arrangement")),
        registered=draw(st.sampled_from([None, 0.5, 0.804])),
        **parents,
    )


@settings(max_examples=40, deadline=None)
@given(start=any_definition(), target=any_definition())
def test_the_walk_ends_at_the_target(every_child, start, target):
    walk = reconcile(world_of(every_child), start, target, 2010)
    assert walk["number"][0] == pytest.approx(total(every_child, start) * SCALE * start.share)
    assert walk["number"][-1] == pytest.approx(total(every_child, target) * SCALE * target.share)
    assert walk["change"].sum() == pytest.approx(walk["number"][-1] - walk["number"][0])


def test_the_walk_from_acwf_to_mca(world):
    walk = reconcile(world, "acwf-2010", "mca-2016", 2010)
    assert walk.select("clause", "change").rows() == [
        ("start", 0),
        ("age", 0),
        ("residence", 0),
        ("hukou", 0),
        ("away", -22 * SCALE),
        ("absent", 0),
    ]
    assert walk["number"].to_list()[-1] == 13 * SCALE


def test_a_registered_share_is_the_last_step():
    mca = definitions.get("mca-2016")
    half = changed("mca-2016", registered=0.5)
    assert [clause for clause, _ in steps(mca, half)] == ["start", "registered"]
    table = children({"number": 10, "father": "away", "mother": "away"})
    assert reconcile(world_of(table), mca, half, 2010)["change"].to_list() == [0, -5 * SCALE]
