"""The random families hold together, and every odd kind is among them."""

import numpy as np
import pytest

from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY_TOWN,
    FEMALE,
    IN_PRISON,
    MALE,
    NOBODY,
    TOWN,
    WIDOWED,
)
from tests.random_families import KINDS, make_prefecture, place, places, random_prefecture, tables

YEAR = 2010


@pytest.fixture(scope="module", params=range(12))
def people(request: pytest.FixtureRequest) -> np.ndarray:
    records, size = random_prefecture(request.param, 3 * len(KINDS), YEAR)
    assert not records[size:].view(np.uint8).any()
    return records[:size]


def test_the_same_arguments_give_the_same_people() -> None:
    one, two = (make_prefecture(5, 40, 1995) for _ in range(2))
    assert one[1] == two[1] and np.array_equal(one[0], two[0])
    assert not np.array_equal(
        one[0]["key"], random_prefecture(6, 40, 1995)[0]["key"][: len(one[0])]
    )


def test_keys_are_unique_and_people_in_order_of_birth(people: np.ndarray) -> None:
    assert len(np.unique(people["key"])) == len(people)
    assert (np.diff(people["birth_year"]) >= 0).all()


@pytest.mark.parametrize(
    "parent, older, sex",
    [("mother", "older_by_mother", FEMALE), ("father", "older_by_father", MALE)],
)
def test_lists_of_children_hold_all_children_from_young_to_old(
    people: np.ndarray, parent: str, older: str, sex: int
) -> None:
    for i in np.flatnonzero(people["sex"] == sex):
        listed, child = [], people["youngest_child"][i]
        while child >= 0:
            listed.append(int(child))
            child = people[older][child]
        assert listed == np.flatnonzero(people[parent] == i).tolist()[::-1]


def test_parents_were_of_an_age_to_be_parents(people: np.ndarray) -> None:
    for parent, high in (("mother", 46), ("father", 80)):
        has = people[parent] >= 0
        gap = people["birth_year"][has] - people["birth_year"][people[parent][has]]
        assert gap.min() >= 15 and gap.max() <= high
        died = people["death_year"][people[parent][has]]
        assert ((died == 0) | (died >= people["birth_year"][has])).all()


def test_living_partners_point_at_each_other(people: np.ndarray) -> None:
    living = np.flatnonzero((people["partner"] >= 0) & (people["death_year"] == 0))
    other = people["partner"][living]
    assert (people["partner"][other] == living).all()
    assert (people["death_year"][other] == 0).all()
    for name in ("union_year", "home", "union"):
        assert (people[name][other] == people[name][living]).all()
    free = (people["destination"][living] != IN_PRISON) & (
        people["destination"][other] != IN_PRISON
    )
    assert (people["choice"][other] == people["choice"][living])[free].all()


def test_who_is_away_has_months_and_who_is_at_home_has_none(people: np.ndarray) -> None:
    away = people["destination"] >= 0
    assert (people["months"][away] > 0).all() and (people["away_since"][away] < YEAR).all()
    assert (people["away_since"][people["destination"] == -1] == 0).all()
    assert (people["months"][~away] == 0).all()


def test_a_carer_is_a_living_grandparent(people: np.ndarray) -> None:
    for i in np.flatnonzero(people["carer"] >= 0):
        parents = people[people[["mother", "father"]][i].tolist(),]
        assert people["carer"][i] in {*parents["mother"], *parents["father"]} - {NOBODY}
        assert people["death_year"][people["carer"][i]] == 0


def test_every_odd_kind_is_there(people: np.ndarray) -> None:
    age, alive = YEAR - people["birth_year"], people["death_year"] == 0
    mother, father = people["mother"], people["father"]
    child = alive & (age < 18) & (mother >= 0) & (father >= 0)
    parted = child & alive[mother] & alive[father] & (people["partner"][mother] != father)
    granny = mother[father]
    odd = {
        "orphan": child & ~alive[mother] & ~alive[father],
        "with the mother": parted & (people["custody"] == 0),
        "with the father": parted & (people["custody"] == 1),
        "step-child of a husband": child & _married_to_another(people, mother, father),
        "step-child of a wife": child & _married_to_another(people, father, mother),
        "in prison": alive & (people["destination"] == IN_PRISON),
        "dead grandmother": child & (granny >= 0) & ~alive[granny],
        "minority": alive & (people["group"] == 1),
        "urban": alive & (people["hukou"] == 1),
        "left": alive & (people["choice"] == CHILDREN_LEFT),
        "taken": alive & (people["choice"] == CHILDREN_TAKEN),
        "in town": alive & (people["choice"] == TOWN),
        "he away, they in town": alive & (people["choice"] == FATHER_AWAY_TOWN),
        "away for ten years": alive
        & (people["away_since"] > 0)
        & (people["away_since"] <= YEAR - 10),
        "in care": people["carer"] >= 0,
        "widowed": alive & (people["union"] == WIDOWED),
        **{f"pupil of {n}": alive & (people["enrolled"] == 1) & (age == n) for n in (16, 17, 18)},
        **{f"aged {n}": alive & (age == n) for n in (0, 15, 16, 59, 60)},
    }
    assert [name for name, found in odd.items() if not found.any()] == []


def _married_to_another(people: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one >= 0) & (people["partner"][one] >= 0) & (people["partner"][one] != other)


def test_places_are_whole() -> None:
    here = place(YEAR, seed=4, pension=500.0)
    assert here["pension"] == 500.0 and here["home_income"] > 0.0 and here["pay_leave"] > 0.0
    assert all(np.isfinite(places(YEAR)[name]).all() for name in places(YEAR).dtype.names or ())
    share, by_province, first = tables(3)
    assert np.allclose(share.sum(axis=1), 1.0) and np.allclose(by_province.sum(axis=1), 1.0)
    assert first[-1] == share.shape[1]
