"""Children enter school, complete years and go on; what happens at home may end it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftbehind.base.person import (
    ABROAD,
    AT_HOME,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    COLLEGE,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    JUNIOR,
    MOTHER_AWAY,
    NON_AGRICULTURAL,
    PRIMARY,
    SENIOR,
    TOWN,
)
from leftbehind.inputs.conditions import PLACE
from leftbehind.model.processes import remittance, schooling
from leftbehind.model.processes.partnership import part

from .families import AWAY, Family, a_place, parameters, three_generations, values

P = parameters(2010)
V = values(P)
CITIES = np.zeros(AWAY + 1, dtype=PLACE)
CITIES["wage"] = 1900.0
BETTER_CITIES = CITIES.copy()
BETTER_CITIES["wage"] = 9000.0
ALL_GO = a_place(
    primary_enrolment=1.0, progress_to_junior=1.0, progress_to_senior=1.0, progress_to_college=1.0
)


def entrants(year: int) -> set[int]:
    """Ages reached by those who enter school in a year in which all children may."""
    family = Family(year)
    for age in range(20, -1, -1):
        family.man(age)
    schooling.step(family.at(ALL_GO, P))
    return {year - int(b) for b in family.people["birth_year"][family.people["enrolled"] == 1]}


@pytest.mark.parametrize(
    ("year", "ages"), [(1960, {8}), (1985, {8}), (1986, {7, 8}), (1987, {7}), (2010, {7})]
)
def test_age_reached_in_the_year_of_entry(year, ages):
    """Completed age seven until 1985, six from 1986: two cohorts entered in that year."""
    assert entrants(year) == ages


def test_every_cohort_enters_once():
    entered = [year - age for year in range(1960, 2021) for age in entrants(year)]
    assert sorted(entered) == list(range(1952, 2014))


def through_school(here: np.record, years: int = 20) -> list[tuple[int, int]]:
    """(stage, completed years) at the end of each year of one child's life from 6."""
    family = Family(2000)
    child = family.man(6)
    seen = []
    for family.year in range(2000, 2000 + years):
        schooling.step(family.at(here, P))
        schooling.continuation(family.at(here, P), CITIES)
        seen.append((schooling.stage(family.people, child), family.of(child, "schooling")))
    return seen


def test_sixteen_years_of_school_if_nothing_ends_it():
    seen = through_school(ALL_GO)
    assert [s for _, s in seen[:17]] == list(range(17))
    assert seen[-1] == (0, COLLEGE)
    assert [stage for stage, _ in seen[1:16]] == [1] * 5 + [2] * 3 + [3] * 3 + [4] * 4


@pytest.mark.parametrize(
    ("barrier", "years"),
    [("progress_to_junior", 6), ("progress_to_senior", 9), ("progress_to_college", 12)],
)
def test_school_ends_at_the_end_of_a_stage(barrier, years):
    family = Family(2000, room=2000)
    for _ in range(2000):
        family.man(8 + years - 1, enrolled=1, schooling=years - 1)
    open_ = {f"progress_to_{s}": 1.0 for s in ("junior", "senior", "college")}
    here = a_place(**{**open_, barrier: 0.4})
    schooling.continuation(family.at(here, P), CITIES)
    assert np.all(family.people["schooling"] == years)
    # These have no brothers or sisters: their chance is the base's, shifted by one sibling fewer.
    z = np.log(0.4 / 0.6) - V.school_siblings
    assert family.people["enrolled"].mean() == pytest.approx(1 / (1 + np.exp(-z)), abs=0.045)


def chance(
    who_goes: str = "",
    base: float = 0.6,
    here: np.record | None = None,
    work: float = 0.0,
    sent: float = 0.0,
    barrier: float = 0.0,
    **fields: int,
) -> float:
    family, who = three_generations()
    for name in who_goes.split():
        family.goes(who[name], choice=CHILDREN_LEFT)
    for name, value in fields.items():
        family.people[name][who["older"]] = value
    return schooling.staying_chance(
        family.at(a_place() if here is None else here, P), who["older"], base, work, sent, barrier
    )


def log_odds(c: float) -> float:
    return float(np.log(c / (1.0 - c)))


def test_both_parents_away_costs_more_school_than_one():
    home = log_odds(chance())
    assert log_odds(chance("father")) == pytest.approx(home + V.school_one_away)
    assert log_odds(chance("father mother")) == pytest.approx(home + V.school_both_away)
    assert V.school_both_away < V.school_one_away < 0.0


@pytest.mark.parametrize("sent", [0.0, 500.0, 8000.0, 40_000.0])
def test_money_sent_home_keeps_children_in_school(sent):
    """Per logarithm of thousand yuan: 8,000 yuan add 0.10 * ln 9 to the log odds."""
    gain = log_odds(chance("father", sent=sent)) - log_odds(chance("father"))
    assert gain == pytest.approx(V.school_remittance * np.log1p(sent / 1000.0))


def sent_for(family: Family, child: int, here: np.record, places: np.ndarray = CITIES) -> float:
    return remittance.sent_for(family.at(here, P), places, child, np.empty(32, np.int64))


GONE = [FATHER_AWAY, MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN, TOWN, FATHER_AWAY_TOWN]


@pytest.mark.parametrize("choice", GONE)
def test_the_money_that_counts_is_what_the_own_household_sent_this_year(choice):
    family, who = three_generations()
    here = a_place()
    assert sent_for(family, who["older"], here) == 0.0
    for name, other in (("father", MOTHER_AWAY), ("mother", FATHER_AWAY)):
        family.people["choice"][who[name]] = choice
        if choice != other:
            family.goes(who[name], choice=choice)
    purse = remittance.purses(family.count)
    remittance.step(family.at(here, P), BETTER_CITIES, purse)
    sent = sent_for(family, who["older"], here, BETTER_CITIES)
    assert sent == purse[who["mother"], remittance.SENT] > 0.0


def test_a_father_who_parted_sends_nothing_to_the_children_of_their_mother():
    family, who = three_generations()
    part(family.people, who["mother"])
    family.goes(who["father"], choice=CHILDREN_LEFT)
    assert sent_for(family, who["older"], a_place()) == 0.0
    family.people["custody"][who["older"]] = 1
    assert sent_for(family, who["older"], a_place()) > 0.0


def test_of_two_families_away_the_better_paid_one_keeps_more_children_in_school():
    """The same luck: who goes on with little money goes on with more."""

    def stay(pay: float) -> set[int]:
        family = Family(2010, room=3000)
        for _ in range(1000):
            father = family.man(40)
            mother = family.woman(38, husband=father)
            family.child(15, mother, father, enrolled=1, schooling=8)
            family.goes(father, choice=FATHER_AWAY)
            family.people["choice"][mother] = FATHER_AWAY
        cities = CITIES.copy()
        cities["wage"] = pay
        schooling.continuation(family.at(a_place(progress_to_senior=0.5), P), cities)
        return set(np.flatnonzero(family.people["enrolled"]).tolist())

    poor, rich = stay(500.0), stay(4000.0)
    assert poor < rich


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_chances_are_shares_and_rise_with_the_base(one, other):
    low, high = sorted((one, other))
    assert 0.0 <= chance(base=low) <= chance(base=high) <= 1.0


def test_townspeople_go_on_more():
    assert chance(hukou=NON_AGRICULTURAL) > chance()


def in_city(barrier: float, schooling: int = JUNIOR, **more: float) -> float:
    """A child that lives with both parents in a city."""
    return chance("father mother", barrier=barrier, schooling=schooling, destination=AWAY, **more)


def test_a_child_taken_to_a_closed_city_seldom_enters_senior_school_there():
    assert in_city(0.8) == pytest.approx(in_city(0.0) * (1.0 - V.school_city_senior * 0.8))


@pytest.mark.parametrize("schooling", [PRIMARY, SENIOR])
def test_the_citys_barrier_stands_before_senior_school_alone(schooling):
    assert in_city(1.0, schooling) == in_city(0.0, schooling)


def test_in_the_city_work_and_home_count_as_elsewhere_and_no_parent_is_away():
    assert in_city(0.0) == pytest.approx(chance(schooling=JUNIOR))
    tired = log_odds(in_city(0.0, work=20.0)) - log_odds(in_city(0.0))
    assert tired == pytest.approx(V.school_work * (20.0 - V.school_work_free))


def test_the_barrier_is_that_of_the_place_where_the_child_lives():
    family, who = three_generations()
    child = who["older"]
    places = CITIES.copy()
    places["own_barrier"] = np.linspace(0.2, 0.9, len(places))
    places["code"] = np.arange(len(places))
    at = family.at(a_place(barrier=0.5, code=2), P)

    def met(destination: int) -> float:
        family.people["destination"][child] = destination
        return float(schooling.school_barrier(at, child, places))

    places["exam_open"] = 1.0
    assert met(AT_HOME) == 0.0
    assert met(0) == pytest.approx(0.2) and met(AWAY) == pytest.approx(0.9)
    assert met(2) == pytest.approx(0.4 * V.place_barrier_near)
    assert met(ABROAD) == 1.0
    places["exam_open"] = 0.1  # closed to nearly all, of other provinces
    assert met(AWAY) == pytest.approx(0.9)
    places["province"][[0, AWAY]] = 1
    assert met(0) == met(AWAY) == pytest.approx(0.9)
    places["exam_open"][0] = 0.5
    assert met(0) == pytest.approx(0.5)
    for choice in (TOWN, FATHER_AWAY_TOWN):
        family.people["choice"][[who["mother"], who["father"]]] = choice
        assert met(2) == 0.0  # in the town of their own county


def test_a_child_left_with_its_mother_is_not_in_the_city_of_its_fathers_new_family():
    family, who = three_generations()
    part(family.people, who["mother"])
    family.goes(who["father"], choice=CHILDREN_TAKEN)  # his new wife's child, not this one
    at = family.at(a_place(), P)
    assert schooling.school_barrier(at, who["older"], CITIES) == 0.0
