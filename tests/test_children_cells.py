"""Where a child lives and what its parents are to it, as the children's cells tell it."""

import numpy as np
import pytest

from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    TOWN,
)
from leftbehind.model.processes import destination
from leftbehind.model.tallies.cells import (
    PARENT_STATES,
    RESIDENCES,
    nearest_away,
    parent_state,
    residence,
    years_since_parting,
)
from leftbehind.model.tallies.distance import WHERE

from .families import WORD, Family, a_place, parameters, three_generations

HERE, P = a_place(), parameters(months_seasonal_share=0.0)
OWN = 3  # the own prefecture among ten
PROVINCE = np.zeros(10, np.int64)


def live(family: Family, choice: int, to: int, *adults: int) -> None:
    """A year in which the adults have chosen, and who goes to a city goes to prefecture `to`."""
    for i in adults:
        family.people[i]["choice"] = choice
    share = np.zeros((2, 10))
    share[:, to] = 1.0
    logit = destination.Logit(share, np.ones((2, 1)), np.array([0, 10]))
    destination.step(family.at(HERE, P), logit, OWN)


def told(family: Family, child: int, father: int, mother: int) -> tuple[str, str, str]:
    """Residence, and what the father and the mother are to the child."""
    people = family.people
    return (
        RESIDENCES[residence(people, child, WORD, HERE)],
        PARENT_STATES[parent_state(people, child, father, mother)],
        PARENT_STATES[parent_state(people, child, mother, father)],
    )


@pytest.mark.parametrize(("age", "left", "years"), [(8, 2010, 0), (8, 2007, 3), (2, 2001, 2)])
def test_years_since_parting_are_those_since_the_parent_left_and_at_most_the_age(age, left, years):
    family = Family()
    father = family.man(36)
    mother = family.woman(34, husband=father)
    child = family.child(age, mother, father)
    assert years_since_parting(family.people, child, family.year) == 0
    family.goes(father, choice=FATHER_AWAY)
    family.people[father]["away_since"] = left
    assert years_since_parting(family.people, child, family.year) == years


@pytest.mark.parametrize("to", [OWN, 7])
def test_a_father_away_is_away_in_his_own_prefecture_too_while_the_others_are_in_the_town(to):
    family, who = three_generations()
    parents = who["father"], who["mother"]
    live(family, FATHER_AWAY_TOWN, to, *parents)
    child = who["younger"]
    assert told(family, child, *parents) == ("moved to town", "away", "in the city together")
    states = tuple(parent_state(family.people, child, *pair) for pair in (parents, parents[::-1]))
    where = nearest_away(family.people, parents, states, OWN, PROVINCE)
    assert WHERE[where] == ("same prefecture" if to == OWN else "same province")
    family.people[who["father"]]["away_since"] = 2006
    assert years_since_parting(family.people, child, family.year) == 4


@pytest.mark.parametrize(
    ("choice", "lives", "father"),
    [
        (TOWN, "moved to town", "in the city together"),
        (FATHER_AWAY_TOWN, "moved to town", "away"),
        (CHILDREN_TAKEN, "city with a parent", "in the city together"),
    ],
)
@pytest.mark.parametrize("to", [OWN, 7])
def test_a_child_lives_where_its_fathers_wife_took_it(choice, lives, father, to):
    family = Family()
    he, first = family.man(36), family.woman(34)
    child = family.child(8, first, he, custody=1)
    family.dies(first)
    wife = family.woman(30, husband=he)
    live(family, choice, to, he, wife)
    assert told(family, child, he, first) == (lives, father, "dead")


def test_a_child_in_town_with_its_father_is_not_in_the_city_where_its_mother_works():
    """Parted parents in one prefecture: the child lives with the one who keeps it."""
    family = Family()
    he, she = family.man(36), family.woman(34)
    child = family.child(8, she, he, custody=1)
    live(family, CHILDREN_LEFT, OWN, she)
    live(family, TOWN, OWN, he)
    assert family.of(she, "destination") == family.of(child, "destination") == OWN
    expected = ("moved to town", "in the city together", "absent after divorce")
    assert told(family, child, he, she) == expected
