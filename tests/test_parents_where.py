"""Where the parents of a child are who are away: the nearest of them, as its cell holds it."""

from itertools import product

import numpy as np
import polars as pl
import pytest

from leftbehind.base.person import (
    ABROAD,
    AT_HOME,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    DIVORCED,
    IN_PRISON,
    NOBODY,
)
from leftbehind.counts import definitions
from leftbehind.inputs.places import Places
from leftbehind.model.tallies.cells import LABELS, cell_of, unpack
from leftbehind.model.tallies.distance import OUTSIDE_PROVINCE, WHERE

from .families import Family, a_place, parameters, three_generations

HERE, P = a_place(), parameters(2010)
ORIGIN, NEXT, FAR, FARTHER = 0, 1, 2, 3
PROVINCE = np.array([0, 0, 1, 2])
PLACES = {
    AT_HOME: "none away",
    ORIGIN: "same prefecture",
    NEXT: "same province",
    FAR: "other province",
    FARTHER: "other province",
    ABROAD: "abroad",
}


def parents_where(family: Family, child: int, origin: int = ORIGIN) -> str:
    codes = unpack(np.array([cell_of(family.at(HERE, P), child, origin, PROVINCE)]))
    return LABELS["parents_where"][codes["parents_where"][0]]


@pytest.mark.parametrize(("his", "hers"), list(product(PLACES, PLACES)))
def test_the_nearest_of_the_parents_away_says_where(his, hers):
    family, who = three_generations()
    for name, to in (("father", his), ("mother", hers)):
        if to != AT_HOME:
            family.goes(who[name], choice=CHILDREN_LEFT, to=to)
    far = [WHERE.index(PLACES[to]) for to in (his, hers) if to != AT_HOME]
    expected = WHERE[min(far)] if far else "none away"
    assert {parents_where(family, who[child]) for child in ("older", "younger")} == {expected}
    # So the clause of a second reading is: somebody is away, and everybody away is that far.
    outside = bool(far) and all(WHERE[d] in OUTSIDE_PROVINCE for d in far)
    assert (expected in OUTSIDE_PROVINCE) == outside


def test_it_is_seen_from_where_the_child_is_registered():
    family, who = three_generations()
    family.goes(who["father"], choice=CHILDREN_LEFT, to=NEXT)
    seen = [parents_where(family, who["older"], origin) for origin in (ORIGIN, NEXT, FAR)]
    assert seen == ["same province", "same prefecture", "other province"]


def test_a_short_absence_is_one_too():
    family, who = three_generations()
    family.goes(who["father"], choice=CHILDREN_LEFT, to=FAR)
    family.people["months"][who["father"]] = 3
    assert parents_where(family, who["older"]) == "other province"


def test_who_is_dead_in_prison_parted_or_with_the_child_is_not_away():
    def left() -> tuple[Family, dict[str, int]]:
        family, who = three_generations()
        family.goes(who["father"], choice=CHILDREN_LEFT, to=NEXT)
        family.goes(who["mother"], choice=CHILDREN_LEFT, to=FAR)
        return family, who

    family, who = left()
    assert parents_where(family, who["older"]) == "same province"
    family.dies(who["father"])
    assert parents_where(family, who["older"]) == "other province"
    family, who = left()
    family.people["destination"][who["father"]] = IN_PRISON
    assert parents_where(family, who["older"]) == "other province"
    family, who = left()
    for name in ("father", "mother"):
        family.people["partner"][who[name]] = NOBODY
        family.people["union"][who[name]] = DIVORCED
    assert parents_where(family, who["older"]) == "other province"  # the mother keeps the child
    family, who = left()
    family.goes(who["older"], choice=CHILDREN_TAKEN, to=NEXT)  # with the father, not the mother
    assert parents_where(family, who["older"]) == "other province"
    assert parents_where(family, who["younger"]) == "same province"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    import leftbehind

    folder = tmp_path_factory.mktemp("where") / "run"
    return leftbehind.run(first=2009, last=2010, scale=20_000, out=folder)


def test_every_child_with_a_parent_away_has_a_place_and_no_other(world):
    table = world.table("children").collect()
    away = pl.any_horizontal(pl.col("father", "mother").is_in(["away", "away under 6 months"]))
    assert table.filter(away != (pl.col("parents_where") != "none away")).is_empty()
    assert set(table["parents_where"].unique()) == {*WHERE, "none away"}


def test_the_parts_add_up_and_the_second_reading_is_the_far_part(world):
    for name in ("mca-2016", "nbs-unicef-2015-all"):
        rows = world.left_behind(name, by="parents_where", years=2010)
        assert rows["number"].sum() == world.left_behind(name, years=2010)["number"][0]
    far = world.left_behind("mca-2016", by="parents_where", years=2010).filter(
        pl.col("parents_where").is_in(OUTSIDE_PROVINCE)
    )
    reading = world.left_behind("mca-2016-outside-province", years=2010)["number"][0]
    assert reading == far["number"].sum()
    walk = world.reconcile("mca-2016", "mca-2016-outside-province", 2010)
    assert walk["clause"].to_list() == ["start", "parents_where"]
    assert walk["number"].to_list()[-1] == reading


def test_children_left_in_the_own_province_have_parents_who_are_counted_there(world):
    """Nobody's parents are in the own prefecture where no adult of that home works in it."""
    places = Places.load()
    code = dict(zip(places.table["code"], places.table["name"], strict=True))
    flows = world.table("flows").filter(pl.col("year") == 2010).collect()
    near = {code[o] for o, d in flows.select("origin", "destination").iter_rows() if o == d}
    any_away = definitions.get("nbs-unicef-2015-all").model_copy(update={"months": "any"})
    rows = world.left_behind(any_away, by=("prefecture", "parents_where"), years=2010)
    counted = rows.filter((pl.col("parents_where") == "same prefecture") & (pl.col("number") > 0))
    assert counted.height and set(counted["prefecture"]) <= near
