"""Who stands for a household: the one rule that all loops over households share."""

import pytest

from leftbehind.base.person import IN_PRISON, NOBODY
from leftbehind.model.population.households import is_dependant, stands_for

from .families import Family


def stand(family: Family) -> dict[int, tuple[int, int]]:
    """(mother, father) of each household by the person who stands for it."""
    found = {i: stands_for(family.people, i, family.year) for i in range(family.count)}
    return {i: pair for i, pair in found.items() if pair != (NOBODY, NOBODY)}


def test_a_couple_stands_at_the_wife_and_a_lone_man_at_himself():
    family = Family()
    husband = family.man(30)
    wife = family.woman(28, husband=husband)
    single = family.man(40)
    assert stand(family) == {wife: (wife, husband), single: (NOBODY, single)}


@pytest.mark.parametrize(
    ("age", "enrolled", "stands"),
    [(15, 0, False), (15, 1, False), (16, 0, True), (16, 1, False), (17, 1, False), (18, 1, True)],
)
def test_pupils_under_18_and_children_under_16_depend_on_others(age, enrolled, stands):
    family = Family()
    child = family.woman(age, enrolled=enrolled)
    assert is_dependant(family.people, child, family.year) is not stands
    assert (child in stand(family)) is stands


@pytest.mark.parametrize(("age", "enrolled"), [(15, 0), (17, 1)])
def test_a_wife_depends_on_nobody_however_young(age, enrolled):
    """Else nobody would decide for the couple."""
    family = Family()
    husband = family.man(22)
    wife = family.woman(age, husband=husband, enrolled=enrolled)
    assert stand(family) == {wife: (wife, husband)}


@pytest.mark.parametrize("inside", ["wife", "husband"])
def test_neither_the_dead_nor_prisoners_are_in_a_household(inside):
    family = Family()
    who = {"husband": family.man(30)}
    who["wife"] = family.woman(28, husband=who["husband"])
    family.people["destination"][who[inside]] = IN_PRISON
    other = who["wife" if inside == "husband" else "husband"]
    pair = (other, NOBODY) if inside == "husband" else (NOBODY, other)
    assert stand(family) == {other: pair}
    family.dies(who[inside])
    assert stand(family) == {other: pair}
