"""The week of a child has 168 hours, whoever cares for it and wherever it goes to school."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftbehind.base.person import (
    ALONE,
    ARRANGEMENTS,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FEMALE,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    HOME,
    MALE,
    MOTHER_AWAY,
    NOBODY,
    NON_AGRICULTURAL,
    OWN_HOUSEHOLD,
    RELATIVE,
    SIBLINGS,
    WITH_PARENT,
)
from leftbehind.model.processes import boarding, farm, week

from .families import Family, a_place, parameters, three_generations, values

P = parameters(2010)
V = values(P)
HERE = a_place()
KINDS = range(len(ARRANGEMENTS) - 1)


def a_child(
    age: int,
    arrangement: int = WITH_PARENT,
    boards: int = 0,
    sex: int = MALE,
    minutes: int = 0,
    number: int = 1,
    **fields: int,
) -> tuple[Family, int]:
    """A child in this arrangement; from 7 it is a pupil of the stage of its age."""
    family = Family(number=number)
    grandmother = family.woman(66)
    father = family.man(38, mother=grandmother)
    mother = family.woman(37, husband=father)
    pupil = {"enrolled": 1, "schooling": age - 7} if age >= 7 else {}
    carer = grandmother if arrangement in (GRANDPARENT_HOME, GRANDPARENT_WALK) else -1
    child = family.child(
        age,
        mother,
        father,
        sex=sex,
        arrangement=arrangement,
        boards=boards,
        carer=carer,
        minutes=minutes,
        **{**pupil, **fields},
    )
    return family, child


def hours(
    family: Family,
    child: int,
    farm_hours: float = 0.0,
    gone: int = HOME,
    siblings: int = 0,
    holiday: bool = False,
    here: np.record = HERE,
    p: np.record = P,
) -> tuple[dict[str, float], float]:
    """Hours of the week by slot, and those without supervision."""
    slots = np.full(week.N_SLOTS, np.nan)
    home = (farm_hours, gone, siblings)
    alone = week.fill_week(family.at(here, p), child, home, holiday, slots)
    return dict(zip(week.SLOTS, slots.tolist(), strict=True)), alone


@given(
    age=st.integers(0, 17),
    arrangement=st.sampled_from(KINDS),
    boards=st.integers(0, 1),
    sex=st.sampled_from([FEMALE, MALE]),
    minutes=st.integers(0, 255),
    number=st.integers(0, 50),
    farm_hours=st.floats(0, 20),
    gone=st.sampled_from([HOME, FATHER_AWAY, MOTHER_AWAY]),
    siblings=st.integers(0, 3),
    holiday=st.booleans(),
    mountain=st.integers(0, 2),
    hukou=st.integers(0, 1),
)
def test_a_week_has_168_hours(
    age,
    arrangement,
    boards,
    sex,
    minutes,
    number,
    farm_hours,
    gone,
    siblings,
    holiday,
    mountain,
    hukou,
):
    family, child = a_child(
        age, arrangement, boards if age >= 9 else 0, sex, minutes, number, hukou=hukou
    )
    here = a_place(mountain=mountain)
    slots, alone = hours(family, child, farm_hours, gone, siblings, holiday, here)
    assert sum(slots.values()) == pytest.approx(168.0)
    assert min(slots.values()) >= 0.0
    awake_at_home = 168.0 - slots["sleep"] - slots["school"] - slots["travel"]
    assert 0.0 <= alone <= awake_at_home + 1e-9


@pytest.mark.parametrize(("age", "sleep"), [(0, 84), (4, 77), (8, 70), (13, 63), (17, 58)])
def test_sleep_by_age(age, sleep):
    assert hours(*a_child(age))[0]["sleep"] == sleep


@pytest.mark.parametrize(("age", "school"), [(0, 0.0), (2, 0.0), (8, 35.0), (13, 47.0), (16, 55.0)])
def test_school_by_stage(age, school):
    assert hours(*a_child(age))[0]["school"] == school


def test_kindergarten_follows_enrolment():
    assert hours(*a_child(4), here=a_place(kindergarten=0.8))[0]["school"] == pytest.approx(32.0)


def test_nobody_goes_to_school_in_the_holidays():
    for boards in (0, 1):
        slots, _ = hours(*a_child(13, boards=boards), holiday=True)
        assert slots["school"] == slots["travel"] == 0.0


def test_a_boarder_is_at_school_from_sunday_evening_to_friday_afternoon():
    slots, alone = hours(*a_child(13, boards=1))
    assert slots["school"] == 119.0 - 45.0
    day, alone_at_home = hours(*a_child(13))
    assert slots["travel"] < day["travel"]
    assert alone < alone_at_home


def test_a_boarder_has_two_nights_a_week_at_home():
    for boards, nights in ((0, 7.0), (1, 2.0)):
        family, child = a_child(13, ALONE, boards)
        assert week.nights_without_adult(family.at(HERE, P), child) == nights


@pytest.mark.parametrize(
    ("arrangement", "nights"),
    [(WITH_PARENT, 0.0), (GRANDPARENT_HOME, 0.0), (RELATIVE, 0.0), (SIBLINGS, 7.0), (ALONE, 7.0)],
)
def test_nights_without_an_adult(arrangement, nights):
    family, child = a_child(10, arrangement)
    assert week.nights_without_adult(family.at(HERE, P), child) == nights


def test_a_grandmother_a_walk_away_is_there_in_some_nights():
    family, child = a_child(10, GRANDPARENT_WALK, minutes=20)
    nights = week.nights_without_adult(family.at(HERE, P), child)
    assert nights == pytest.approx(7.0 * (1.0 - V.week_night_walk))


def without_adult(arrangement: int, **more: int) -> float:
    return hours(*a_child(10, arrangement, **more))[1]


def test_supervision_by_arrangement():
    parent = without_adult(WITH_PARENT)
    grandparent = without_adult(GRANDPARENT_HOME)
    walk = without_adult(GRANDPARENT_WALK, minutes=10)
    alone = without_adult(ALONE)
    assert parent < grandparent < walk < alone
    assert without_adult(SIBLINGS) == alone


@given(st.integers(0, 250), st.integers(0, 250))
def test_a_longer_walk_leaves_more_hours_without_an_adult(one, other):
    near, far = sorted((one, other))
    assert without_adult(GRANDPARENT_WALK, minutes=near) <= without_adult(
        GRANDPARENT_WALK, minutes=far
    )


def test_the_40_minute_walk_of_the_seed_family():
    """a = 0.40 / e, so about 0.85 of the time at home is unsupervised."""
    slots, alone = hours(*a_child(10, GRANDPARENT_WALK, minutes=40))
    at_home = 168.0 - slots["sleep"] - slots["school"] - slots["travel"]
    assert alone / at_home == pytest.approx(1.0 - 0.40 * math.exp(-1.0))


def test_one_parent_away_halves_no_supervision_but_lowers_it():
    both = hours(*a_child(10))[1]
    for gone in (FATHER_AWAY, MOTHER_AWAY):
        one = hours(*a_child(10), gone=gone)[1]
        assert both < one < without_adult(GRANDPARENT_WALK, minutes=10)


@pytest.mark.parametrize(
    ("gone", "with_adult"),
    [
        ((), V.week_adult_parent_home),
        (("father",), V.week_adult_father_only_away),
        (("mother",), V.week_adult_mother_only_away),
    ],
)
def test_which_parent_is_away_says_how_much_the_other_is_there(gone, with_adult):
    family, who = three_generations()
    family.goes(*(who[name] for name in gone), choice=FATHER_AWAY)
    at = family.at(HERE, P)
    slots = np.empty(week.N_SLOTS)
    alone = week.fill_week(at, who["younger"], farm.child_home(at, who["younger"]), False, slots)
    at_home = week.HOURS - slots[week.SLEEP] - slots[week.SCHOOL] - slots[week.TRAVEL]
    assert alone / at_home == pytest.approx(1.0 - with_adult)


def test_a_lone_mother_in_the_city_is_with_the_child_she_took_along():
    family, who = three_generations()
    family.dies(who["father"])
    family.goes(who["mother"], who["younger"], choice=CHILDREN_TAKEN)
    assert farm.child_home(family.at(HERE, P), who["younger"])[1] == HOME


def a_young_worker(**fields: int) -> tuple[Family, dict[str, int]]:
    """Of three generations the older child is 17 and has left school; both parents are away."""
    family, who = three_generations()
    older = family.people[who["older"]]
    older["birth_year"], older["enrolled"] = family.year - 17, 0
    family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
    older["arrangement"] = OWN_HOUSEHOLD
    for name, value in fields.items():
        older[name] = value
    return family, who


def test_who_has_left_school_is_alone_unless_somebody_grown_lives_there():
    family, who = a_young_worker()
    older = who["older"]
    share = week.adult_share(family.at(HERE, P), older, HOME)
    able = 1.0 / (1.0 + math.exp((62 - V.care_able_age) / V.care_able_scale))
    assert share == pytest.approx(V.week_adult_grandparent_home * able)  # of the abler: she is 62
    assert week.nights_without_adult(family.at(HERE, P), older) == 0.0
    family.dies(who["grandmother"], who["grandfather"])
    assert week.adult_share(family.at(HERE, P), older, HOME) == V.week_adult_sibling_or_alone
    assert week.nights_without_adult(family.at(HERE, P), older) == 7.0


def test_who_works_away_at_17_has_no_grandmother_there_but_may_have_a_partner():
    family, who = a_young_worker(destination=3)
    at = family.at(HERE, P)
    assert week.adult_with(at, who["older"]) == NOBODY
    partner = family.woman(19, husband=who["older"], destination=3)
    assert week.adult_with(at, who["older"]) == partner
    family.people["destination"][partner] = 4
    assert week.adult_with(at, who["older"]) == NOBODY


def test_time_without_an_adult_is_with_a_sibling_if_there_is_one():
    with_one, alone = hours(*a_child(10, ALONE), siblings=1)
    only, same = hours(*a_child(10, ALONE))
    assert alone == same
    assert with_one["with_sibling"] == only["alone"] > 0.0
    assert with_one["alone"] == only["with_sibling"] == 0.0


def test_whose_hours_are_whose():
    slot = {
        WITH_PARENT: "with_parent",
        GRANDPARENT_HOME: "with_grandparent",
        GRANDPARENT_WALK: "with_grandparent",
        RELATIVE: "with_other_adult",
    }
    for arrangement, name in slot.items():
        slots, _ = hours(*a_child(10, arrangement))
        adults = {n: h for n, h in slots.items() if n.startswith("with_") and h > 0}
        assert adults.keys() == {name}


def test_girls_do_more_chores_and_children_left_do_more_chores():
    boy = hours(*a_child(12))[0]["chores"]
    assert hours(*a_child(12, sex=FEMALE))[0]["chores"] == pytest.approx(V.week_chores_girls * boy)
    left = hours(*a_child(12, GRANDPARENT_HOME))[0]["chores"]
    assert left == pytest.approx(V.week_chores_both_away * boy)
    assert hours(*a_child(5))[0]["chores"] == 0.0


def test_farm_work_doubles_in_the_holidays_and_townspeople_have_none():
    school, holiday = (
        hours(*a_child(14), farm_hours=5.0, holiday=h)[0]["farm"] for h in (False, True)
    )
    assert holiday == pytest.approx(2.0 * school) == pytest.approx(10.0)
    urban, child = a_child(14, hukou=NON_AGRICULTURAL)
    assert hours(urban, child, farm_hours=5.0)[0]["farm"] == 0.0


# --- Boarding and the way to school --------------------------------------------------------------


def chance(age: int = 13, here: np.record = HERE, **fields: int) -> float:
    family, child = a_child(age, **fields)
    return boarding.boarding_chance(family.at(here, P), child)


def test_who_may_board():
    assert chance() > 0.0
    assert chance(hukou=NON_AGRICULTURAL) == 0.0
    assert chance(destination=3) == 0.0
    assert chance(age=8) == 0.0  # not in the first years of primary school
    assert chance(age=5) == 0.0
    assert chance(here=a_place(boarding_junior=0.0)) == 0.0


def test_children_left_board_more_and_those_without_a_carer_most():
    assert chance() < chance(arrangement=GRANDPARENT_HOME) < chance(arrangement=ALONE) < 1.0


def test_boarding_lasts_as_long_as_its_chance_does_not_fall():
    for number in range(50):
        family, child = a_child(13, number=number)
        seen = []
        for share in (0.2, 0.5, 0.8):
            boarding.step(family.at(a_place(boarding_junior=share), P))
            seen.append(family.of(child, "boards"))
        assert seen == sorted(seen)


def test_way_to_school_is_log_normal_and_longer_in_the_mountains():
    def minutes(age: int, here: np.record) -> np.ndarray:
        families = [a_child(age, number=n) for n in range(1500)]
        return np.array([boarding.school_minutes(f.at(here, P), c) for f, c in families])

    primary = minutes(8, HERE)
    assert np.median(primary) == pytest.approx(V.school_minutes, rel=0.08)
    assert np.log(primary).std() == pytest.approx(V.school_minutes_spread, rel=0.06)
    steep = minutes(8, a_place(mountain=2))
    assert steep / primary == pytest.approx(np.full(1500, V.school_minutes_mountain))


# --- Farm work -----------------------------------------------------------------------------------


def gap(family: Family, who: dict[str, int]) -> float:
    at = family.at(a_place(land=4.0), parameters(1990))
    return farm.labour_gap(at, who["mother"], who["father"], 4)


def test_land_asks_more_of_those_who_stay_when_one_parent_goes():
    family, who = three_generations(year=1990)
    family.dies(who["grandfather"], who["grandmother"])
    at_home = gap(family, who)
    family.goes(who["father"], choice=1)
    assert gap(family, who) > at_home >= 0.0


def test_a_grandfather_in_the_home_helps_on_the_farm():
    family, who = three_generations(year=1990)
    family.goes(who["father"], choice=1)
    with_them = gap(family, who)
    family.dies(who["grandfather"], who["grandmother"])
    assert gap(family, who) > with_them


def test_families_who_leave_rent_out_or_halve_their_land():
    demands = set()
    for number in range(40):
        family, who = three_generations(year=1990, number=number)
        family.dies(who["grandfather"], who["grandmother"])
        family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
        demands.add(round(gap(family, who), 6))
    p = values(parameters(1990))
    half = 0.5 * 16.0 * p.farm_days_per_mu * p.farm_lowland * 8.0 + p.farm_livestock_hours
    assert demands == {round(p.farm_livestock_hours, 6), round(half, 6)}


@given(st.integers(0, 17), st.floats(0, 4000), st.integers(1, 5))
def test_a_childs_farm_hours_stay_below_the_cap_of_its_age(age, hours_missing, children):
    found = farm.child_hours(age, hours_missing, children, P)
    cap = 0 if age < 8 else 6 if age <= 11 else 10 if age <= 14 else 16
    assert 0.0 <= found <= cap == farm.cap(age)


def test_small_children_do_not_work_on_the_farm():
    for number in range(50):
        family, child = a_child(7, number=number)
        assert not farm.works(family.at(HERE, P), child, True)
