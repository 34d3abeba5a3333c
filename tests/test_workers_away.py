"""What the tally of workers away says of them: union, and how much of the family is away."""

import numpy as np
import pytest

from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    DIVORCED,
    FATHER_AWAY,
    FURTHER,
    IN_PRISON,
    NEVER,
    SEEKING,
)
from leftbehind.model.tallies import migrants
from leftbehind.model.tallies.migrants import FORMS, UNIONS

from .families import Family, a_place, parameters, three_generations

HERE, P = a_place(), parameters()
PART, WHOLE, ALONE = FORMS


def forms(family: Family, *persons: int) -> set[str]:
    room = np.zeros(32, np.int64)
    at = family.at(HERE, P)
    return {FORMS[migrants.form(at, i, room)] for i in persons}


# --- Union --------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["death", "divorce"])
def test_who_seeks_a_partner_again_is_what_a_union_made_of_it(end):
    family = Family()
    he = family.man(36)
    she = family.woman(34, husband=he)
    assert UNIONS[migrants.union(family.people, she)] == "married"
    if end == "death":
        family.dies(he)
    else:
        for i in (he, she):
            family.people[i]["partner"], family.people[i]["union"] = -1, DIVORCED
    for now in (family.of(she, "union"), SEEKING):
        family.people[she]["union"] = now
        assert UNIONS[migrants.union(family.people, she)] == "widowed or divorced"


@pytest.mark.parametrize("union", [NEVER, SEEKING])
def test_who_was_never_in_a_union_is_single(union):
    family = Family()
    he = family.man(20, union=union)
    assert UNIONS[migrants.union(family.people, he)] == "single"


def test_a_prisoners_wife_is_married():
    family, who = three_generations()
    family.people[who["father"]]["destination"] = IN_PRISON
    assert UNIONS[migrants.union(family.people, who["mother"])] == "married"


# --- Form ---------------------------------------------------------------------------------------


def couple(home: int = FURTHER, **of_him: int) -> tuple[Family, int, int]:
    """A couple of 50 and 48 that lives on its own, before its children are added."""
    family = Family()
    he = family.man(50, **of_him)
    she = family.woman(48, husband=he, home=home)
    return family, he, she


def test_a_couple_away_with_a_child_at_home_is_a_part_and_with_it_the_whole():
    family, who = three_generations()
    both = who["father"], who["mother"]
    family.goes(*both, choice=CHILDREN_LEFT)
    assert forms(family, *both) == {PART}
    family.goes(*both, choice=CHILDREN_TAKEN)
    assert forms(family, *both) == {WHOLE}
    family.goes(*both, choice=FATHER_AWAY)
    assert forms(family, *both) == {PART}


@pytest.mark.parametrize(
    ("age", "enrolled", "form"), [(24, 0, WHOLE), (17, 0, WHOLE), (17, 1, PART)]
)
def test_a_couple_whose_children_are_grown_is_a_whole_family(age, enrolled, form):
    family, he, she = couple()
    family.child(age, she, he, enrolled=enrolled)
    family.goes(he, she, choice=CHILDREN_LEFT)
    assert forms(family, he, she) == {form}


def test_a_couple_that_leaves_old_parents_in_the_home_is_a_part():
    family, who = three_generations()
    both = who["father"], who["mother"]
    family.dies(who["older"], who["younger"])
    family.goes(*both, choice=CHILDREN_LEFT)
    assert forms(family, *both) == {PART}
    family.dies(who["grandfather"], who["grandmother"])
    assert forms(family, *both) == {WHOLE}


def test_a_wife_whose_husbands_child_stays_at_home_is_part_of_a_family():
    family = Family()
    he, first = family.man(36), family.woman(34)
    child = family.child(8, first, he, custody=1)
    family.dies(first)
    wife = family.woman(30, husband=he, home=FURTHER)
    family.goes(he, wife, choice=CHILDREN_LEFT)
    assert family.of(child, "destination") < 0
    assert forms(family, he, wife) == {PART}


@pytest.mark.parametrize(("age", "form"), [(24, ALONE), (8, PART)])
@pytest.mark.parametrize("who", ["mother", "father"])
def test_an_adult_alone_is_part_of_a_family_only_if_somebody_depends_on_it(who, age, form):
    family, he, she = couple()
    family.child(age, she, he)
    one, other = (she, he) if who == "mother" else (he, she)
    family.dies(other)
    family.goes(one, choice=CHILDREN_LEFT)
    assert forms(family, one) == {form}


def test_a_prisoners_wife_without_children_is_away_alone():
    family, _, she = couple(destination=IN_PRISON)
    family.goes(she, choice=CHILDREN_LEFT)
    assert forms(family, she) == {ALONE}
