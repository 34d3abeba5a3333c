"""The week of a child has 168 hours, whoever cares for it and wherever it goes to school."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftbehind.base.person import (
    ALONE,
    ARRANGEMENTS,
    AT_WORK,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FEMALE,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    HOME,
    MALE,
    MOTHER_AWAY,
    NEIGHBOUR,
    NOBODY,
    NON_AGRICULTURAL,
    OWN_HOUSEHOLD,
    RELATIVE,
    SIBLINGS,
    WITH_PARENT,
)
from leftbehind.model.processes import arrangement, boarding, farm, week

from .families import Family, a_place, parameters, three_generations, values

P = parameters(2010)
V = values(P)
HERE = a_place()
KINDS = range(len(ARRANGEMENTS) - 1)
ALL, ONE, NONE = week.ALL_AWAY, week.ONE_AWAY, week.NONE_AWAY
ABLE_AT_66 = 1.0 / (1.0 + math.exp((66 - V.care_able_age) / V.care_able_scale))


def a_child(
    age: int,
    arrangement: int = WITH_PARENT,
    boards: int = 0,
    sex: int = MALE,
    minutes: int = 0,
    number: int = 1,
    **fields: int,
) -> tuple[Family, int]:
    """A child in this arrangement; from 7 it is a pupil of the stage of its age.

    Its parents are away all year unless it is with them.
    """
    family = Family(number=number)
    grandmother = family.woman(66)
    father = family.man(38, mother=grandmother)
    mother = family.woman(37, husband=father)
    if arrangement != WITH_PARENT:
        family.goes(father, mother, choice=CHILDREN_LEFT)
        family.people["months"][[father, mother]] = 12
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
    part: int = ALL,
    away: int = HOME,
    holiday: bool = False,
    here: np.record = HERE,
    p: np.record = P,
) -> tuple[dict[str, float], float]:
    """Hours of a week by slot, and those without supervision, in a part of the year."""
    slots = np.full(week.N_SLOTS, np.nan)
    alone = week.fill_week(family.at(here, p), child, part, away, holiday, slots)
    return dict(zip(week.SLOTS, slots.tolist(), strict=True)), alone


def at_home(slots: dict[str, float]) -> float:
    """Waking hours at home."""
    return 168.0 - sum(slots[name] for name in ("sleep", "school", "travel", "job"))


def growing_up(age: int) -> float:
    share = (age - V.care_alone_from) / (V.care_grown_from - V.care_alone_from)
    return min(max(share, 0.0), 1.0)


@given(
    age=st.integers(0, 17),
    arrangement=st.sampled_from(KINDS),
    boards=st.integers(0, 1),
    sex=st.sampled_from([FEMALE, MALE]),
    minutes=st.integers(0, 255),
    number=st.integers(0, 50),
    away=st.sampled_from([(ALL, HOME), (NONE, HOME), (ONE, FATHER_AWAY), (ONE, MOTHER_AWAY)]),
    holiday=st.booleans(),
    mountain=st.integers(0, 2),
    hukou=st.integers(0, 1),
)
def test_a_week_has_168_hours(
    age, arrangement, boards, sex, minutes, number, away, holiday, mountain, hukou
):
    family, child = a_child(
        age, arrangement, boards if age >= 9 else 0, sex, minutes, number, hukou=hukou
    )
    here = a_place(mountain=mountain)
    slots, alone = hours(family, child, *away, holiday, here)
    assert sum(slots.values()) == pytest.approx(168.0)
    assert min(slots.values()) >= 0.0
    assert 0.0 <= alone <= at_home(slots) + 1e-9


@pytest.mark.parametrize(("age", "sleep"), [(0, 84), (4, 77), (8, 70), (13, 63), (17, 58)])
def test_sleep_by_age(age, sleep):
    assert hours(*a_child(age))[0]["sleep"] == sleep


@pytest.mark.parametrize(("age", "school"), [(0, 0.0), (2, 0.0), (8, 35.0), (13, 47.0), (16, 55.0)])
def test_school_by_stage(age, school):
    assert hours(*a_child(age))[0]["school"] == school


def test_kindergarten_follows_enrolment_until_the_age_of_school():
    here = a_place(kindergarten=0.8)
    for age, share in ((2, 0.0), (3, 0.8), (4, 0.8), (6, 0.8)):
        assert hours(*a_child(age), here=here)[0]["school"] == pytest.approx(40.0 * share)
    never_entered = a_child(7, enrolled=0)
    assert hours(*never_entered, here=here)[0]["school"] == 0.0


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


def test_a_boarder_has_two_nights_of_a_school_week_at_home():
    for boards, nights in ((0, 7.0), (1, (39 * 2.0 + 13 * 7.0) / 52)):
        family, child = a_child(13, ALONE, boards)
        assert week.nights_without_adult(family.at(HERE, P), child) == pytest.approx(nights)


@pytest.mark.parametrize(
    ("arrangement", "nights"),
    [
        (WITH_PARENT, 0.0),
        (GRANDPARENT_HOME, 0.0),
        (RELATIVE, 0.0),
        (NEIGHBOUR, 0.0),
        (AT_WORK, 0.0),
        (SIBLINGS, 7.0),
        (ALONE, 7.0),
    ],
)
def test_nights_without_an_adult(arrangement, nights):
    family, child = a_child(10, arrangement)
    assert week.nights_without_adult(family.at(HERE, P), child) == nights


def test_nights_alone_are_those_of_months_in_which_no_parent_is_home():
    family, child = a_child(10, ALONE)
    me = family.people[child]
    family.people["months"][me["mother"]] = 3
    assert week.nights_without_adult(family.at(HERE, P), child) == pytest.approx(7.0 * 3 / 12)


def test_a_grandmother_a_walk_away_is_there_in_some_nights():
    family, child = a_child(13, GRANDPARENT_WALK, minutes=20)
    nights = week.nights_without_adult(family.at(HERE, P), child)
    assert nights == pytest.approx(7.0 * (1.0 - V.week_night_walk))


# --- Months, and who is there in them ------------------------------------------------------------


@pytest.mark.parametrize(
    ("hers", "his", "apart"),
    [
        (0, 0, (0, 0, HOME)),
        (0, 10, (0, 10, FATHER_AWAY)),
        (10, 0, (0, 10, MOTHER_AWAY)),
        (10, 10, (10, 0, HOME)),
        (3, 10, (3, 7, FATHER_AWAY)),
        (12, 4, (4, 8, MOTHER_AWAY)),
    ],
)
def test_parents_are_home_in_the_same_months_as_far_as_they_can(hers, his, apart):
    family, who = three_generations()
    for name, months in (("mother", hers), ("father", his)):
        if months:
            family.goes(who[name], choice=CHILDREN_LEFT)
            family.people["months"][who[name]] = months
    assert week.months_apart(family.at(HERE, P), who["younger"]) == apart


def test_a_lone_mother_in_the_city_is_with_the_child_she_took_along():
    family, who = three_generations()
    family.dies(who["father"])
    family.goes(who["mother"], who["younger"], choice=CHILDREN_TAKEN)
    at = family.at(HERE, P)
    assert week.months_apart(at, who["younger"]) == (0, 0, HOME)
    assert week.months_apart(at, who["older"]) == (10, 0, HOME)


def test_orphans_and_who_works_away_have_no_month_with_a_parent():
    family, who = three_generations()
    family.people["arrangement"][who["older"]] = AT_WORK
    assert week.months_apart(family.at(HERE, P), who["older"]) == (12, 0, HOME)
    family.dies(who["father"], who["mother"])
    assert week.months_apart(family.at(HERE, P), who["younger"]) == (12, 0, HOME)


def test_the_years_week_is_the_mean_of_its_parts_by_weeks_and_months():
    family, child = a_child(13, GRANDPARENT_HOME)
    me = family.people[child]
    family.people["months"][me["mother"]] = 5
    family.people["months"][me["father"]] = 9
    expected = np.zeros(week.N_SLOTS)
    alone = 0.0
    for months, part, away in ((5, ALL, HOME), (4, ONE, FATHER_AWAY), (3, NONE, HOME)):
        for weeks, holiday in ((39, False), (13, True)):
            slots, unsupervised = hours(family, child, part, away, holiday)
            expected += np.array(list(slots.values())) * months / 12 * weeks / 52
            alone += unsupervised * months / 12 * weeks / 52
    room, mean = np.zeros(week.N_SLOTS), np.zeros(week.N_SLOTS)
    assert week.mean_week(family.at(HERE, P), child, room, mean) == pytest.approx(alone)
    assert mean == pytest.approx(expected)


@pytest.mark.parametrize(
    ("part", "away", "level"),
    [
        (NONE, HOME, V.week_adult_parent_home),
        (ONE, FATHER_AWAY, V.week_adult_father_only_away),
        (ONE, MOTHER_AWAY, V.week_adult_mother_only_away),
    ],
)
def test_which_parent_is_away_says_how_much_the_other_is_there(part, away, level):
    for kind in (WITH_PARENT, GRANDPARENT_HOME, ALONE):  # all are with who came home
        for age in (5, 8, 11, 14, 17):
            slots, alone = hours(*a_child(age, kind), part, away)
            without = growing_up(age) * (1.0 - level)
            assert alone / at_home(slots) == pytest.approx(without)
            assert slots["with_parent"] > 0.0


# --- Who is there while no parent is -------------------------------------------------------------


def without_adult(arrangement: int, age: int = 14, **more: int) -> float:
    return hours(*a_child(age, arrangement, **more), NONE if arrangement == WITH_PARENT else ALL)[1]


def test_supervision_by_arrangement():
    parent = without_adult(WITH_PARENT)
    grandparent = without_adult(GRANDPARENT_HOME)
    walk = without_adult(GRANDPARENT_WALK, minutes=10)
    neighbour = without_adult(NEIGHBOUR)
    alone = without_adult(ALONE)
    assert parent < without_adult(RELATIVE) < neighbour < alone
    assert parent < grandparent < walk < alone
    assert without_adult(SIBLINGS) == alone


@given(st.integers(0, 250), st.integers(0, 250))
def test_a_longer_walk_leaves_more_hours_without_an_adult(one, other):
    near, far = sorted((one, other))
    assert without_adult(GRANDPARENT_WALK, minutes=near) <= without_adult(
        GRANDPARENT_WALK, minutes=far
    )


def test_the_40_minute_walk_of_the_seed_family():
    """a = 0.40 / e of an able grandmother's time: from 14 on 0.88 of the time at home is alone."""
    slots, alone = hours(*a_child(14, GRANDPARENT_WALK, minutes=40))
    assert alone / at_home(slots) == pytest.approx(1.0 - 0.40 * math.exp(-1.0) * ABLE_AT_66)


@pytest.mark.parametrize("age", range(18))
def test_hours_without_an_adult_grow_with_age_from_6_to_14(age):
    for kind, level in (
        (GRANDPARENT_HOME, V.week_adult_grandparent_home * ABLE_AT_66),
        (RELATIVE, V.week_adult_relative),
        (NEIGHBOUR, V.week_adult_neighbour),
    ):
        slots, alone = hours(*a_child(age, kind))
        assert alone / at_home(slots) == pytest.approx(growing_up(age) * (1.0 - level))
    assert growing_up(6) == 0.0 < growing_up(7)
    assert growing_up(13) < 1.0 == growing_up(14)


def in_one_grandmothers_care(houses: int, kind: int, others: int = 0) -> tuple[Family, list[int]]:
    """A child of 16 of each of `houses` sons, and of `others` who live with the grandmother."""
    family = Family(room=80)
    grandmother = family.woman(66)
    children = []
    for n in range(houses + others):
        father = family.man(38, mother=grandmother)
        mother = family.woman(37, husband=father)
        family.goes(father, mother, choice=CHILDREN_LEFT)
        child = family.child(16, mother, father, enrolled=1, schooling=9, carer=grandmother)
        family.people["arrangement"][child] = kind if n < houses else GRANDPARENT_HOME
        children.append(child)
    return family, children


def test_a_grandmothers_time_is_shared_by_all_in_her_care():
    def with_her(number: int) -> float:
        family, children = in_one_grandmothers_care(number, GRANDPARENT_HOME)
        return week.adult_share(family.at(HERE, P), children[0], ALL, HOME)

    level = V.week_adult_grandparent_home * ABLE_AT_66
    need = 0.5 - 0.2 * 2 / 3
    few, many = 2, 12
    assert few * need < V.care_share_need < many * need
    assert with_her(few) == with_her(1) == pytest.approx(level)
    assert with_her(many) == pytest.approx(level * V.care_share_need / (many * need))


def test_a_grandmother_a_walk_away_is_awake_112_hours_for_all_houses_together():
    p = parameters(2010, week_adult_grandparent_walk=1.0, care_share_need=100.0, care_able_age=200)
    for others, most in ((0, 112.0), (1, 14.0)):
        family, children = in_one_grandmothers_care(7, GRANDPARENT_WALK, others)
        found = [hours(family, c, holiday=True, p=p)[0]["with_grandparent"] for c in children[:7]]
        assert sum(found) == pytest.approx(most)


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
    share = week.adult_share(family.at(HERE, P), older, ALL, HOME)
    able = 1.0 / (1.0 + math.exp((62 - V.care_able_age) / V.care_able_scale))
    assert share == pytest.approx(V.week_adult_grandparent_home * able)  # of the abler: she is 62
    assert hours(family, older)[0]["with_grandparent"] > 0.0
    assert week.nights_without_adult(family.at(HERE, P), older) == 0.0
    family.dies(who["grandmother"], who["grandfather"])
    at = family.at(HERE, P)
    share = week.adult_share(at, older, ALL, HOME)
    assert share == pytest.approx(V.week_adult_sibling_or_alone)
    assert week.nights_without_adult(at, older) == pytest.approx(7.0 * 10 / 12)


def test_who_works_away_at_17_has_no_grandmother_there_but_may_have_a_partner():
    family, who = a_young_worker(destination=3)
    at = family.at(HERE, P)
    assert week.adult_with(at, who["older"]) == NOBODY
    partner = family.woman(19, husband=who["older"], destination=3)
    assert week.adult_with(at, who["older"]) == partner
    family.people["destination"][partner] = 4
    assert week.adult_with(at, who["older"]) == NOBODY


def test_who_works_elsewhere_has_a_job_in_every_week_and_free_time_with_workmates():
    family, who = a_young_worker(destination=3, arrangement=AT_WORK)
    for holiday in (False, True):
        slots, alone = hours(family, who["older"], holiday=holiday)
        assert slots["job"] == pytest.approx(V.week_job_hours)
        assert slots["school"] == slots["travel"] == slots["farm"] == slots["with_sibling"] == 0.0
        assert alone / at_home(slots) == pytest.approx(1.0 - V.week_adult_workmates)
        assert slots["with_other_adult"] > 0.0


def brothers(*ages: int, **fields: int) -> tuple[Family, list[int]]:
    """Brothers in their parents' house without an adult, the oldest first; parents are away."""
    family = Family()
    father = family.man(40)
    mother = family.woman(38, husband=father)
    family.goes(father, mother, choice=CHILDREN_LEFT)
    children = []
    for age in ages:
        pupil = {"enrolled": 1, "schooling": age - 7} if age >= 7 else {}
        child = family.child(age, mother, father, **{**pupil, "arrangement": SIBLINGS, **fields})
        children.append(child)
    return family, children


def test_brothers_are_together_in_the_hours_that_both_are_without_an_adult():
    family, (older, younger) = brothers(14, 8)
    first, second = hours(family, older)[0], hours(family, younger)[0]
    free = [slots["with_sibling"] + slots["alone"] for slots in (first, second)]
    assert first["with_sibling"] == second["with_sibling"] == pytest.approx(min(free))
    assert min(free) > 0.0
    only, (one,) = brothers(14)
    slots = hours(only, one)[0]
    assert slots["with_sibling"] == 0.0 < slots["alone"]


def test_small_brothers_are_no_company_to_each_other_before_one_is_big():
    young = int(V.care_sibling_from) - 1
    family, children = brothers(young, young - 1)
    assert all(hours(family, child)[0]["with_sibling"] == 0.0 for child in children)
    family, children = brothers(young + 1, young - 1)
    assert all(hours(family, child)[0]["with_sibling"] > 0.0 for child in children)


def test_a_brother_in_another_house_is_not_there():
    family, (older, younger) = brothers(14, 8)
    family.people["carer"][older] = family.woman(70)
    for kind in (RELATIVE, NEIGHBOUR, GRANDPARENT_HOME, AT_WORK):
        family.people["arrangement"][older] = kind
        assert hours(family, younger)[0]["with_sibling"] == 0.0
    both_at_home = hours(family, younger, NONE)[0]["with_sibling"]
    assert both_at_home == 0.0  # the older one works elsewhere
    family.people["arrangement"][older] = RELATIVE
    assert hours(family, younger, NONE)[0]["with_sibling"] > 0.0  # home with the parents


def test_who_boards_looks_after_nobody_on_school_nights():
    family, (older, younger) = brothers(14, 8, arrangement=ALONE)
    family.people["boards"][older] = 1
    arrangement.together(family.at(HERE, P))
    assert family.of(younger, "arrangement") == ALONE
    family.people["boards"][older] = 0
    arrangement.together(family.at(HERE, P))
    assert family.of(younger, "arrangement") == family.of(older, "arrangement") == SIBLINGS


def test_whose_hours_are_whose():
    slot = {
        WITH_PARENT: "with_parent",
        GRANDPARENT_HOME: "with_grandparent",
        GRANDPARENT_WALK: "with_grandparent",
        RELATIVE: "with_other_adult",
        NEIGHBOUR: "with_other_adult",
    }
    for kind, name in slot.items():
        slots, _ = hours(*a_child(10, kind), NONE if kind == WITH_PARENT else ALL)
        adults = {n: h for n, h in slots.items() if n.startswith("with_") and h > 0}
        assert adults.keys() == {name}


# --- Work ----------------------------------------------------------------------------------------


def test_girls_do_more_chores_and_children_left_do_more_chores():
    boy = hours(*a_child(12))[0]["chores"]
    assert hours(*a_child(12, sex=FEMALE))[0]["chores"] == pytest.approx(V.week_chores_girls * boy)
    left = hours(*a_child(12, GRANDPARENT_HOME))[0]["chores"]
    assert left == pytest.approx(V.week_chores_both_away * boy)
    assert hours(*a_child(5))[0]["chores"] == 0.0


def test_farm_work_doubles_in_the_holidays_and_townspeople_have_none():
    worked = 0
    for number in range(50):
        family, child = a_child(14, number=number)
        told = farm.farm_hours(family.at(HERE, P), child)
        slots = hours(family, child, NONE)[0]
        share = min(1.0, 2.0 * at_home(slots) / (168.0 - slots["sleep"]))
        assert slots["farm"] == pytest.approx(told * share)
        assert hours(family, child, NONE, holiday=True)[0]["farm"] == pytest.approx(2.0 * told)
        worked += told > 0.0
        family.people["hukou"][child] = NON_AGRICULTURAL
        assert hours(family, child, NONE)[0]["farm"] == 0.0
    assert worked > 5


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
