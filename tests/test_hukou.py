"""Registration: students by their college, families together, the young more often than the old."""

import numpy as np
import pytest

from leftbehind.base.person import AGRICULTURAL, CHILDREN_LEFT, NON_AGRICULTURAL, SENIOR
from leftbehind.counts.tallies import Tallies
from leftbehind.evidence.validate.places import in_villages
from leftbehind.model.alignment import Alignment
from leftbehind.model.population.households import lives_in_town
from leftbehind.model.processes import hukou

from .families import WORD, Family, a_place, parameters, three_generations

MANY = 1500


def live(family: Family, chance: float, **changes: float) -> None:
    p = parameters(family.year, **changes)
    hukou.step(family.at(a_place(hukou_chance=chance), p))


def new_students(year: int) -> float:
    """Share of rural new students who take the hukou of their college."""
    family = Family(year, room=MANY)
    for _ in range(MANY):
        family.man(19, enrolled=1, schooling=SENIOR)
    live(family, 0.0)
    return float(family.people["hukou"].mean())


def test_every_student_took_the_hukou_of_the_college_until_it_became_a_choice():
    assert new_students(1990) == new_students(2003) == 1.0
    assert new_students(2010) == pytest.approx(0.4, abs=0.04)
    assert new_students(2010) < new_students(2007) < 1.0


@pytest.mark.parametrize(("enrolled", "schooling"), [(0, 12), (1, 11), (1, 13)])
def test_only_who_enters_college_changes_alone(enrolled, schooling):
    family = Family(1990)
    pupil = family.man(19, enrolled=enrolled, schooling=schooling)
    live(family, 0.0)
    assert family.of(pupil, "hukou") == AGRICULTURAL


def converted(age: int, ratio: float) -> float:
    """Share of single women of an age whose hukou changes, at a yearly chance of 40 percent."""
    family = Family(2010, room=MANY)
    for _ in range(MANY):
        family.woman(age)
    live(family, 0.4, hukou_old=ratio)
    return float(family.people["hukou"].mean())


def test_families_of_the_old_change_less_often():
    assert converted(44, 0.25) == pytest.approx(0.4, abs=0.04)
    assert converted(45, 0.25) == pytest.approx(0.1, abs=0.03)
    assert converted(45, 1.0) == pytest.approx(0.4, abs=0.04)


def test_a_family_changes_as_a_whole_and_its_old_parents_do_not():
    family, who = three_generations()
    live(family, 1.0, hukou_old=0.0)
    for name in ("mother", "father", "older", "younger"):
        assert family.of(who[name], "hukou") == NON_AGRICULTURAL
    for name in ("grandmother", "grandfather"):
        assert family.of(who[name], "hukou") == AGRICULTURAL


def test_who_works_away_keeps_the_hukou():
    family, who = three_generations()
    family.goes(who["mother"], who["father"], choice=CHILDREN_LEFT)
    live(family, 1.0)
    assert family.of(who["mother"], "hukou") == family.of(who["older"], "hukou") == AGRICULTURAL


@pytest.mark.parametrize("away", ["mother", "father"])
def test_no_family_changes_while_either_parent_is_away(away):
    family, who = three_generations()
    family.goes(who[away], choice=CHILDREN_LEFT)
    live(family, 1.0, hukou_old=0.0)
    for name in ("mother", "father", "older"):
        assert family.of(who[name], "hukou") == AGRICULTURAL


def test_pupils_change_with_their_parents_and_not_once_more_alone():
    """Of 16 and 17 at school: dependants as those of 13."""
    family = Family(2010, room=MANY * 4)
    pupils, mothers = [], []
    for k in range(MANY):
        father = family.man(44)
        mothers.append(family.woman(42, husband=father))
        age = (17, 16, 13)[k % 3]
        pupils.append(family.child(age, mothers[-1], father, enrolled=1, schooling=age - 7))
    live(family, 0.3)
    hers, theirs = family.people["hukou"][mothers], family.people["hukou"][pupils]
    assert hers.mean() == pytest.approx(0.3, abs=0.04)
    assert np.array_equal(hers, theirs)


def test_people_are_counted_by_type_and_age():
    family, who = three_generations(2010)
    family.people[who["grandfather"]]["hukou"] = NON_AGRICULTURAL
    family.dies(who["younger"])
    assert hukou.count_types(family.people, family.count, 0, family.year) == (5, 4, 1)


@pytest.mark.parametrize("old", [0.0, 0.25, 1.0])
def test_the_chance_of_families_meets_the_official_share(old):
    people = np.array([[1000, 800, 300], [1000, 700, 0], [500, 500, 100]])
    target = np.array([0.25, 0.30, 0.05])
    chance = Alignment().for_hukou(2000, target, people, old)
    young, elders = people[:, 1] - people[:, 2], people[:, 2]
    left = people[:, 1] - chance * (young + old * elders)
    assert left == pytest.approx(people[:, 0] * (1.0 - target))


def test_who_has_been_to_college_lives_by_the_own_hukou_a_family_by_the_mothers():
    here = a_place(town_share=0.0, city_share=1.0)
    family = Family(2010)
    who = {"father": family.man(48)}
    who["mother"] = family.woman(46, husband=who["father"])
    graduate = family.child(23, who["mother"], who["father"], schooling=SENIOR + 4)
    who["younger"] = family.child(12, who["mother"], who["father"])
    for urban in (who["father"], who["younger"], graduate):
        family.people[urban]["hukou"] = NON_AGRICULTURAL
    town = {n: lives_in_town(family.people, i, WORD, here) for n, i in who.items()}
    assert not any(town.values())
    assert lives_in_town(family.people, graduate, WORD, here)
    family.people[who["mother"]]["hukou"] = NON_AGRICULTURAL
    town = {n: lives_in_town(family.people, i, WORD, here) for n, i in who.items()}
    assert all(town.values())


def test_old_people_live_in_villages_as_the_censuses_found_them(world):
    """Of those of 60 and over 66 percent in 2000 and 56 in 2010, of 65 and over 47 in 2020."""
    found = [c for c in in_villages(Tallies(world)) if "over" in c.what]
    assert [c.year for c in found] == ["2000", "2010", "2020"]
    for check in found:
        assert check.model == pytest.approx(check.published, abs=6.0)
