"""Nobody is lost, nobody is counted twice, and every link between persons is true."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from leftbehind.base.person import (
    ABROAD,
    ABROAD_NAME,
    AT_HOME,
    FEMALE,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    IN_PRISON,
    MALE,
    NOBODY,
    PERSON,
    TOGETHER,
    WITH_PARENT,
)
from leftbehind.inputs.tables import yearly
from leftbehind.model.population.array import drop_forgotten
from leftbehind.model.processes.care import is_dependant
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.tallies import cells, headcount

from .conftest import LAST, SCALE, SNAPSHOTS

# --- The record ------------------------------------------------------------------------------

ODD = (Path(__file__).parent.parent / "docs" / "ODD.md").read_text(encoding="utf-8")
STATE = re.compile(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| ([^|]+) \| (\w\d) \|$", re.MULTILINE)
DESCRIBED = {name: (ranges, kind) for name, ranges, kind in STATE.findall(ODD)}


def test_the_description_has_every_state_variable_in_its_type():
    kinds = {name: PERSON[name].str.lstrip("<|") for name in PERSON.names}
    assert {name: kind for name, (_, kind) in DESCRIBED.items()} == kinds


@pytest.mark.parametrize("name", PERSON.names)
def test_state_variables_keep_to_the_described_range_and_codes_use_it_all(name, lived):
    ranges = DESCRIBED[name][0]
    if ranges == "-1 to records-1":
        for records in lived.records.values():
            assert all(people[name].min() >= -1 for people in records if len(people))
            assert all(people[name].max() < len(people) for people in records if len(people))
        return
    values = np.unique(np.concatenate([p[name] for r in lived.records.values() for p in r]))
    inside = np.zeros(len(values), bool)
    for part in ranges.replace("2^64-1", str(2**64 - 1)).split(", "):
        low, high = (values.dtype.type(int(end)) for end in (part.split(" to ") * 2)[:2])
        inside |= (low <= values) & (values <= high)
    assert inside.all(), values[~inside][:5]
    if name not in ("births", "sons", "minutes", "place") and PERSON[name] == np.uint8:
        assert (values[0], values[-1]) == (int(part.split(" to ")[0]), int(part.split(" to ")[1]))


def test_every_reference_of_the_description_is_made_in_it():
    body, references = ODD.split("\n## References\n")
    made = re.findall(r"^- (\w+)[^(]*\((\d{4})\)", references.replace("\n  ", " "), re.MULTILINE)
    assert len(made) == references.count("\n- ") > 8
    for author, year in made:
        assert re.search(rf"{author}[\w ]*,? \(?{year}", body.replace("\n", " ")), author


# --- Numbers ---------------------------------------------------------------------------------


def test_people_change_by_births_and_deaths_alone(lived):
    for year in range(1951, LAST + 1):
        now, before = lived.years[year], lived.years[year - 1]
        assert (
            now.counts.people.sum()
            == before.counts.people.sum() + now.births.sum() - now.deaths.sum()
        ), year
        assert now.alive == now.counts.people.sum(), year


def test_a_prefectures_people_change_by_its_own_births_and_deaths(lived):
    province = lived.places.province
    for year in (1960, 1985, LAST):
        now, before = lived.years[year], lived.years[year - 1]
        change = (
            now.counts.people.sum((1, 2, 3, 4, 5)) - before.counts.people.sum((1, 2, 3, 4, 5))
        ).astype(int)
        by_province = np.bincount(province, change, lived.places.provinces.height)
        events = now.births.sum((1, 2)) - now.deaths.sum((1, 2))
        assert np.array_equal(by_province, events), year


def test_every_newborn_of_a_year_is_counted_at_age_0_unless_it_died(lived):
    for year, output in lived.years.items():
        assert (
            output.counts.people[:, 0].sum() == output.births.sum() - output.deaths[:, :, 0].sum()
        ), year


def test_girls_and_boys_at_age_0_are_the_births_by_sex(lived):
    for year in (1955, 1990, 2015):
        output = lived.years[year]
        born = output.births.sum((0, 2)) - output.deaths[:, :, 0].sum(0)
        assert np.array_equal(output.counts.people[:, 0].sum((0, 2, 3, 4)), born)


def test_people_who_live_away_are_the_sum_of_flows(lived):
    for year, output in lived.years.items():
        flows = output.flows + output.child_flows
        for lives, there in (
            (headcount.IS_AWAY, flows[:, :-1].sum(1)),
            (headcount.IS_ABROAD, flows[:, -1]),
        ):
            heads = output.counts.people[..., lives, :].sum((1, 2, 3, 4))
            assert np.array_equal(heads, there), year


def test_nobody_is_away_before_the_gates_open(lived):
    for year, output in lived.years.items():
        gone = output.flows.sum() + output.child_flows.sum()
        assert (gone == 0) == (year < FIRST_YEAR), year


def test_the_tally_of_children_has_every_child_once(lived):
    """Cells add up to the headcount by prefecture, age, sex, hukou and arrangement."""
    for year in (FIRST_YEAR, 1995, 2010, LAST):
        output = lived.years[year]
        who = cells.unpack(output.cells)
        counted = np.zeros_like(output.counts.people[:, : cells.CHILD_AGE].sum(4))
        index = tuple(who[name] for name in ("age", "sex", "hukou", "arrangement"))
        np.add.at(counted, (output.prefecture, *index), output.numbers)
        assert np.array_equal(counted, output.counts.people[:, : cells.CHILD_AGE].sum(4)), year


def test_children_counted_in_city_or_moved_to_town_are_those_away(lived):
    for year in (1995, 2010, LAST):
        output = lived.years[year]
        residence = cells.unpack(output.cells)["residence"]
        away_with = (cells.CITY_WITH_PARENT, cells.CITY_ALONE, cells.MOVED_TO_TOWN)
        in_city = np.isin(residence, away_with)
        away = output.counts.people[:, : cells.CHILD_AGE, :, :, headcount.IS_AWAY].sum()
        assert output.numbers[in_city].sum() == away, year


def test_a_childs_week_sums_stay_within_what_a_week_can_hold(lived):
    output = lived.years[2010]
    mean = output.sums / output.numbers[:, None]
    names = list(cells.SUMS)
    for name in ("unsupervised_hours", "school_hours", "farm_hours", "chore_hours"):
        hours = mean[:, names.index(name)]
        assert hours.min() >= 0.0 and hours.max() < 168.0 - 50.0, name
    nights = mean[:, names.index("nights_without_adult")]
    assert nights.min() >= 0.0 and nights.max() <= 7.0


def test_the_tally_of_kin_has_every_child_under_15(lived):
    for year, output in lived.years.items():
        assert output.counts.kin.sum() == output.counts.people[:, :15].sum(), year
        assert output.counts.orders.sum() == output.births.sum(), year
        by_age = output.counts.orders.sum(axis=(0, 2))
        assert np.array_equal(by_age, output.births.sum(axis=(0, 1))[: len(by_age)]), year


def test_pooled_choices_are_of_people_who_exist(lived):
    """Fewer households decide than there are adults with agricultural hukou."""
    for year in (1985, 2000, LAST):
        output = lived.years[year]
        adults = output.counts.people[:, 16:].sum()
        assert 0 < output.counts.choices.sum() < adults


# --- The tables of a run say the same ---------------------------------------------------------


def test_tables_hold_what_the_years_handed_on(world, lived):
    people = world.table("people").group_by("year").agg(pl.col("number").sum()).collect()
    events = world.table("events").group_by("year", "event").agg(pl.col("number").sum()).collect()
    flows = world.table("flows").select(pl.col("adults", "children").sum()).collect()
    assert dict(people.iter_rows()) == {
        y: int(o.counts.people.sum()) for y, o in lived.years.items()
    }
    for year, event, number in events.iter_rows():
        output = lived.years[year]
        assert number == (output.births if event == "birth" else output.deaths).sum(), (year, event)
    assert flows.row(0) == (
        sum(int(o.flows.sum()) for o in lived.years.values()),
        sum(int(o.child_flows.sum()) for o in lived.years.values()),
    )


def test_the_people_and_children_tables_agree(world):
    ages = [str(age) for age in range(cells.CHILD_AGE)]
    keys = ["year", "code", "sex", "hukou", "arrangement"]
    people = (
        world.table("people")
        .filter(pl.col("age").cast(pl.String).is_in(ages) & (pl.col("year") >= FIRST_YEAR))
        .with_columns(pl.col("age").cast(pl.String).cast(pl.Int64))
    )
    children = world.table("children").with_columns(pl.col("age").cast(pl.Int64))

    def total(table: pl.LazyFrame) -> pl.DataFrame:
        strings = [pl.col(k).cast(pl.String) for k in keys]
        grouped = table.with_columns(strings).group_by(*keys, "age")
        return grouped.agg(pl.col("number").cast(pl.Int64).sum()).sort(*keys, "age").collect()

    assert total(people).equals(total(children))


def test_people_away_in_the_people_table_are_the_flows_table(world):
    away = (
        world.table("people")
        .filter(pl.col("lives").cast(pl.String).is_in(["away", ABROAD_NAME]))
        .group_by("year", pl.col("code").alias("origin"))
        .agg(pl.col("number").cast(pl.Int64).sum())
        .sort("year", "origin")
        .collect()
    )
    flows = (
        world.table("flows")
        .group_by("year", "origin")
        .agg((pl.col("adults") + pl.col("children")).cast(pl.Int64).sum().alias("number"))
        .sort("year", "origin")
        .collect()
    )
    assert away.equals(flows)


def test_population_is_the_uns_within_two_percent(world):
    """Births and deaths are aligned, so only migration abroad and chance may part them."""
    years = np.array(list(world.years()))
    un = yearly("un_indicators", {"indicator": "population"}, years + 0.5) / 1000.0
    own = world.people(by=())["number"].to_numpy() / 1e6
    assert np.abs(own / un - 1.0).max() < 0.02


def test_the_manifest_states_scale_and_people(world, lived):
    assert world.scale == SCALE
    assert world.manifest["alive"] == lived.years[LAST].counts.people.sum()
    assert world.manifest["person_years"] == sum(
        int(o.counts.people.sum()) for o in lived.years.values()
    )


# --- Records ---------------------------------------------------------------------------------


@pytest.fixture(params=SNAPSHOTS, ids=str)
def year(request):
    return request.param


@pytest.fixture
def people(lived, year) -> list[np.ndarray]:
    """Records of each prefecture at the end of the year."""
    return lived.records[year]


def alive(records: np.ndarray) -> np.ndarray:
    return records["death_year"] == 0


def linked(records: np.ndarray, link: str) -> tuple[np.ndarray, np.ndarray]:
    """Records that have the link, and the records it leads to."""
    has = records[link] >= 0
    return records[has], records[records[link][has]]


def test_links_stay_within_the_prefecture(people):
    links = [name for name in PERSON.names if PERSON[name] == np.dtype("i4")]
    assert "mother" in links and "carer" in links
    for records in people:
        for link in links:
            assert np.all(records[link] >= NOBODY)
            assert np.all(records[link] < len(records))


def test_keys_are_unique(people):
    keys = np.concatenate([records["key"] for records in people])
    assert len(np.unique(keys)) == len(keys)


def test_mothers_are_women_of_fertile_age_and_fathers_men_of_a_possible_age(people):
    for records in people:
        child, mother = linked(records, "mother")
        assert np.all(mother["sex"] == FEMALE)
        age = child["birth_year"].astype(int) - mother["birth_year"]
        assert np.all((age >= 13) & (age <= 54))
        child, father = linked(records, "father")
        assert np.all(father["sex"] == MALE)
        age = child["birth_year"].astype(int) - father["birth_year"]
        assert np.all((age >= 15) & (age <= 54 + 12))


def test_a_parent_lived_when_the_child_was_born(people):
    for records in people:
        for link in ("mother", "father"):
            child, parent = linked(records, link)
            died = parent["death_year"] != 0
            assert np.all(parent["death_year"][died] >= child["birth_year"][died])


def test_everybody_born_in_the_run_has_a_mother(people):
    for records in people:
        born = records["birth_year"] >= 1950
        forgotten = ~alive(records)  # links of the dead may lead to people no longer remembered
        assert np.all(records["mother"][born & ~forgotten] >= 0)


def test_lists_of_children_agree_with_mothers_and_fathers(people):
    """Each parent's list holds exactly its recorded children, youngest first."""
    for records in people:
        for parent_link, next_link in (
            ("mother", "older_by_mother"),
            ("father", "older_by_father"),
        ):
            listed = np.full(len(records), NOBODY)
            for parent in np.flatnonzero(records["youngest_child"] >= 0):
                if records["sex"][parent] != (FEMALE if parent_link == "mother" else MALE):
                    continue
                child, born = records["youngest_child"][parent], 10_000
                while child >= 0:
                    assert listed[child] == NOBODY
                    assert records["birth_year"][child] <= born
                    listed[child], born = parent, records["birth_year"][child]
                    child = records[next_link][child]
            assert np.array_equal(listed, records[parent_link])


def test_births_and_sons_ever_are_at_least_those_in_the_list(people):
    for records in people:
        has = records["mother"] >= 0
        children = np.bincount(records["mother"][has], minlength=len(records))
        boys = has & (records["sex"] == MALE)
        sons = np.bincount(records["mother"][boys], minlength=len(records))
        assert np.all(children <= records["births"])
        assert np.all(sons <= records["sons"])
        assert np.all(records["sons"] <= records["births"])
        assert np.all(records["births"][records["sex"] == MALE] == 0)


def test_partners_are_living_mutual_and_of_the_other_sex(people):
    for records in people:
        living = alive(records)
        i = np.flatnonzero(living & (records["partner"] >= 0))
        j = records["partner"][i]
        assert np.all(records["partner"][j] == i)
        assert np.all(living[j])
        assert np.all(records["sex"][i] != records["sex"][j])
        together = np.flatnonzero(living & (records["union"] == TOGETHER))
        assert np.array_equal(i, together)


def parents_of(records: np.ndarray, i: int) -> set[int]:
    return {int(records["mother"][i]), int(records["father"][i])} - {NOBODY}


def grandparents_of(records: np.ndarray, i: int) -> set[int]:
    return {g for parent in parents_of(records, i) for g in parents_of(records, parent)}


def test_nobody_is_partnered_with_near_kin(people):
    """No parent, grandparent, brother or sister (of one parent even), aunt, uncle, first cousin."""
    for records in people:
        for i in np.flatnonzero(alive(records) & (records["sex"] == FEMALE)):
            j = int(records["partner"][i])
            if j < 0:
                continue
            hers, his = parents_of(records, i), parents_of(records, j)
            her_old, his_old = grandparents_of(records, i), grandparents_of(records, j)
            assert j not in hers | her_old and i not in his | his_old
            assert not hers & his
            assert not her_old & his and not his_old & hers
            assert not her_old & his_old


def test_only_the_living_move_and_only_to_places_that_exist(people, lived):
    for records in people:
        away = alive(records) & (records["destination"] >= 0)
        inside = alive(records) & (records["destination"] == IN_PRISON)
        nowhere = np.isin(records["destination"], (AT_HOME, IN_PRISON, ABROAD))
        prefecture = (records["destination"] >= 0) & (records["destination"] < len(lived.places))
        assert np.all(nowhere | prefecture)
        months = records["months"][away]
        assert np.all((months >= 1) & (months <= 12))
        assert np.all(records["away_since"][away] >= FIRST_YEAR)
        assert np.all(records["months"][inside] == 0)
        assert np.all(records["away_since"][inside] > 0)
        home = alive(records) & ~away & ~inside
        assert np.all(records["months"][home] == 0)
        assert np.all(records["away_since"][home] == 0)


def test_carers_live_and_are_at_home(people, year):
    for records in people:
        child = alive(records) & (year - records["birth_year"] < 18)
        kept = records[child]
        carer = records[kept["carer"][kept["carer"] >= 0]]
        assert np.all(alive(carer))
        assert np.all(carer["destination"] == AT_HOME)
        by_grandparent = np.isin(kept["arrangement"], (GRANDPARENT_HOME, GRANDPARENT_WALK))
        assert np.array_equal(by_grandparent, kept["carer"] >= 0)


def keepers_of(records: np.ndarray, i: int) -> set[int]:
    """Adults of the household that child `i` belongs to; nobody who is in prison."""
    me = records[i]
    free = alive(records) & (records["destination"] != IN_PRISON)
    parents = [int(me[k]) for k in ("mother", "father")]
    mother, father = (j if j >= 0 and free[j] else NOBODY for j in parents)
    if mother >= 0 and father >= 0 and records["partner"][mother] != father:
        keeper = father if me["custody"] == 1 else mother
    else:
        keeper = mother if mother >= 0 else father
    if keeper < 0:
        return set()
    return {j for j in (keeper, int(records["partner"][keeper])) if j >= 0 and free[j]}


def test_a_carer_is_a_grandparent_of_a_child_of_the_household(people, year):
    """Step-brothers and step-sisters may go to one grandparent together."""
    for records in people:
        for i in np.flatnonzero(alive(records) & (year - records["birth_year"] < 18)):
            if records["carer"][i] < 0:
                continue
            old = grandparents_of(records, i)
            for keeper in keepers_of(records, i):
                link = "mother" if records["sex"][keeper] == FEMALE else "father"
                for child in np.flatnonzero(records[link] == keeper):
                    old |= grandparents_of(records, child)
            assert int(records["carer"][i]) in old


def test_a_dependant_is_with_a_parent_exactly_when_an_adult_of_its_household_is_there(people, year):
    """There: at home, or in the city with the child. Step-parents count, divorced ones do not."""
    left = 0
    for records in people:
        for i in np.flatnonzero(alive(records) & (year - records["birth_year"] < 18)):
            keepers = keepers_of(records, i)
            if not is_dependant(records, i, year) or not keepers:
                continue
            young = [j for j in keepers if year - records["birth_year"][j] < 18]
            if young:
                continue  # teenage parents are dependants themselves
            here = records["destination"][i]
            there = any(records["destination"][j] == here for j in keepers)
            assert (records["arrangement"][i] == WITH_PARENT) == there, records[i]
            left += not there
    assert (left > 0) == (year >= FIRST_YEAR)


def test_dependants_are_away_only_with_a_parent(people, year):
    for records in people:
        for i in np.flatnonzero(alive(records) & (records["destination"] >= 0)):
            if is_dependant(records, i, year):
                keepers = keepers_of(records, i)
                assert records["destination"][i] in {
                    int(records["destination"][j]) for j in keepers
                }


def test_every_birth_cohort_that_is_grown_up_went_to_school(people, year):
    """No cohort falls between two ages of entry."""
    everybody = np.concatenate(people)
    for born in range(1945, year - 15):
        cohort = everybody[alive(everybody) & (everybody["birth_year"] == born)]
        if len(cohort) > 100:
            assert (cohort["schooling"] > 0).mean() > 0.2, born
            if born >= 1965:
                assert (cohort["schooling"] > 0).mean() > 0.7, born


# --- Forgetting the dead ----------------------------------------------------------------------


def kin_of(records: np.ndarray, i: int) -> dict[str, object]:
    """Keys of the kin that a living person must keep."""

    def key(j: int) -> int:
        return int(records["key"][j]) if j >= 0 else 0

    def links(j: int, *path: str) -> int:
        for link in path:
            j = int(records[link][j]) if j >= 0 else NOBODY
        return key(j)

    kin: dict[str, object] = {
        "/".join(path): links(i, *path)
        for path in [("partner",), ("carer",)]
        + [(a,) for a in ("mother", "father")]
        + [(a, b) for a in ("mother", "father") for b in ("mother", "father")]
    }
    living = alive(records)
    for name in ("mother", "father"):
        parent = int(records[name][i])
        same = (records[name] == parent) & living if parent >= 0 else np.zeros(len(records), bool)
        kin["siblings by " + name] = sorted(int(k) for k in records["key"][same])
    children = living & ((records["mother"] == i) | (records["father"] == i))
    kin["children"] = sorted(int(k) for k in records["key"][children])
    return kin


@pytest.mark.parametrize("unit", [0, 20, 40])
def test_forgetting_the_dead_changes_nothing_for_the_living(people, unit):
    before = people[unit].copy()
    after = before.copy()
    kept = drop_forgotten(after, len(after))
    after = after[:kept]
    assert alive(after).sum() == alive(before).sum()
    place = {int(k): i for i, k in enumerate(after["key"])}
    for i in np.flatnonzero(alive(before)):
        j = place[int(before["key"][i])]
        known = (before["carer"][i] < 0) or before["death_year"][before["carer"][i]] == 0
        a, b = kin_of(before, i), kin_of(after, j)
        if not known:  # a grown-up's carer of long ago may be forgotten
            a.pop("carer"), b.pop("carer")
        assert a == b
        for field in PERSON.names:
            if PERSON[field] != np.dtype("i4"):
                assert before[field][i] == after[field][j], field


@pytest.mark.parametrize("unit", [0, 20, 40])
def test_forgetting_twice_forgets_no_more(people, unit):
    once = people[unit].copy()
    kept = drop_forgotten(once, len(once))
    twice = once[:kept].copy()
    assert drop_forgotten(twice, kept) == kept
    assert np.array_equal(twice, once[:kept])
