"""Who can care for whom: grandparents, walks, other grandchildren, orphans, divorce."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftbehind.base.person import (
    ALONE,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    DIVORCED,
    FATHER_AWAY,
    FEMALE,
    FURTHER,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    HOME,
    MOTHER_AWAY,
    NOBODY,
    OWN_HOUSEHOLD,
    RELATIVE,
    SAME_COUNTY,
    SAME_VILLAGE,
    SIBLINGS,
    TOGETHER,
    WITH_PARENT,
)
from leftbehind.model.population.homes import whose_home
from leftbehind.model.population.households import remoteness
from leftbehind.model.processes import arrangement, care
from leftbehind.model.processes.partnership import part
from leftbehind.model.tallies.cells import P_ABSENT, P_DEAD, P_UNKNOWN, parent_state

from .families import WORD, Family, a_place, parameters, three_generations, values

P = parameters(2010, care_accept=1.0)  # every grandparent who can care does
V = values(P)
HERE = a_place()


def capacity(family: Family, child: int, head: int, load: np.ndarray | None = None, **where):
    """K of the child's sibling set, and (carer, q, minutes) of the best grandparent."""
    best = np.empty(3)
    me = family.people[head]
    at = family.at(where.get("here", HERE), where.get("p", P))
    load = family.no_load() if load is None else load
    father = me["partner"] if me["sex"] == FEMALE else head
    whose, home = whose_home(family.people, head, int(father))
    k = care.capacity(at, load, child, whose, home, best)
    return k, best


def settle_care(family: Family) -> None:
    """The year's care step, after last year's loads."""
    at = family.at(HERE, P)
    arrangement.step(at, care.loads(at))


def able(age: int, limited: bool = False) -> float:
    return (
        1.0
        / (1.0 + math.exp((age - V.care_able_age) / V.care_able_scale))
        * (V.care_limited if limited else 1.0)
    )


# --- Need --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "need"), [(0, 0.8), (1, 0.8), (2, 0.7), (8, 0.7), (11, 0.65), (14, 0.5), (17, 0.3)]
)
def test_need_of_care_by_age(age, need):
    assert care.need(age) == pytest.approx(need)


@given(st.integers(0, 17), st.integers(0, 17))
def test_an_older_child_never_needs_more_care(one, other):
    younger, older = sorted((one, other))
    assert care.need(older) <= care.need(younger)


@given(st.lists(st.integers(0, 17), min_size=1, max_size=6))
def test_the_need_of_a_sibling_set_grows_less_than_its_number(ages):
    family = Family()
    mother = family.woman(40)
    found = np.array([family.child(a, mother, NOBODY) for a in sorted(ages, reverse=True)])

    def needed(found: np.ndarray) -> float:
        household = care.Household(mother, NOBODY, found, len(found))
        return care.household_need(family.at(HERE, P), household)

    total = needed(found)
    assert total == pytest.approx(sum(care.need(a) for a in ages) ** 0.7)
    one_more = family.child(0, mother, NOBODY)
    more = needed(np.append(found, one_more))
    assert total < more < total + 0.8**0.7 + 1e-12


# --- Capacity ----------------------------------------------------------------------------------


def test_without_grandparents_and_uncles_nobody_can_care():
    family = Family()
    father = family.man(36)
    mother = family.woman(34, husband=father)
    child = family.child(8, mother, father)
    k, best = capacity(family, child, mother)
    assert k == 0.0
    assert best[0] == NOBODY


def test_one_grandmother_in_the_home():
    family = Family()
    grandmother = family.woman(62)
    father = family.man(36, mother=grandmother)
    mother = family.woman(34, husband=father)
    child = family.child(8, mother, father)
    k, best = capacity(family, child, mother)
    assert k == pytest.approx(V.care_quality * able(62))
    assert tuple(best) == pytest.approx((grandmother, k, 0.0))


def test_two_grandparents_cover_more_than_one_and_either_may_do_it():
    family, who = three_generations()
    k, best = capacity(family, who["younger"], who["mother"])
    q = [V.care_quality * able(age) for age in (64, 62)]
    assert k == pytest.approx(1.0 - (1.0 - q[0]) * (1.0 - q[1]))
    assert best[0] == who["grandmother"]  # the younger of the two


def test_a_grandfather_without_his_wife_can_do_less():
    family, who = three_generations()
    family.dies(who["grandmother"])
    k, _ = capacity(family, who["younger"], who["mother"])
    assert k == pytest.approx(V.care_grandfather_alone * V.care_quality * able(64))


def test_a_grandmother_without_her_husband_can_do_as_much():
    family, who = three_generations()
    family.dies(who["grandfather"])
    k, _ = capacity(family, who["younger"], who["mother"])
    assert k == pytest.approx(V.care_quality * able(62))


@pytest.mark.parametrize("why", ["dead", "away", "another county"])
def test_grandparents_who_are_not_there_cannot_care(why):
    family, who = three_generations()
    old = who["grandfather"], who["grandmother"]
    if why == "dead":
        family.dies(*old)
    elif why == "away":
        family.goes(*old, choice=CHILDREN_LEFT)
    else:
        family.people["home"][[who["mother"], who["father"]]] = FURTHER
    k, best = capacity(family, who["younger"], who["mother"])
    assert k == 0.0
    assert best[0] == NOBODY


def test_a_limited_grandmother_can_do_less():
    family, who = three_generations()
    family.dies(who["grandfather"])
    well, _ = capacity(family, who["younger"], who["mother"])
    family.people["limited"][who["grandmother"]] = 1
    limited, _ = capacity(family, who["younger"], who["mother"])
    assert limited == pytest.approx(V.care_limited * well)


@given(st.integers(45, 100), st.integers(45, 100))
def test_capacity_falls_with_a_grandmothers_age(one, other):
    def of_age(age: int) -> float:
        family = Family()
        grandmother = family.woman(age)
        return care.able(family.at(HERE, P), grandmother)

    younger, older = sorted((one, other))
    assert of_age(older) <= of_age(younger)
    assert 0.0 < of_age(older) < 1.0


def q_at(minutes: float, maternal: bool = False) -> float:
    family, who = three_generations()
    at = family.at(HERE, P)
    grandmother = who["grandmother"]
    return care.caring_chance(at, family.no_load(), who["younger"], grandmother, maternal, minutes)


def test_the_40_minute_walk_leaves_a_quarter():
    assert q_at(40.0) / q_at(0.0) == pytest.approx(math.exp(-40.0 / 30.0))
    assert q_at(40.0) / q_at(0.0) == pytest.approx(0.264, abs=0.001)


@given(st.floats(0, 300), st.floats(0, 300))
def test_a_longer_walk_never_helps(one, other):
    near, far = sorted((one, other))
    assert q_at(far) <= q_at(near)


def test_the_mothers_parents_count_for_half():
    assert q_at(10.0, maternal=True) == pytest.approx(0.5 * q_at(10.0))


def test_an_uncle_at_home_adds_a_little_and_is_not_the_carer():
    family = Family()
    grandmother = family.woman(62)
    father = family.man(36, mother=grandmother)
    uncle = family.man(30, mother=grandmother)
    mother = family.woman(34, husband=father)
    child = family.child(8, mother, father)
    with_uncle, best = capacity(family, child, mother)
    assert best[0] == grandmother
    q = V.care_quality * able(62)
    assert with_uncle == pytest.approx(1.0 - (1.0 - q) * (1.0 - V.care_relative))
    family.goes(uncle, choice=CHILDREN_LEFT)
    assert capacity(family, child, mother)[0] == pytest.approx(q)


def two_brothers(cared_for: int) -> tuple[Family, int, int]:
    """A grandmother cares for `cared_for` children of one son; the other son has one child."""
    family = Family()
    grandmother = family.woman(62)
    fathers = [family.man(age, mother=grandmother) for age in (40, 36)]
    mothers = [family.woman(34, husband=f, home=SAME_VILLAGE) for f in fathers]
    family.goes(*fathers, *mothers, choice=CHILDREN_LEFT)  # so that no uncle is at home
    for age in range(cared_for, 0, -1):
        child = family.child(age, mothers[0], fathers[0])
        family.people[child]["carer"] = grandmother
        family.people[child]["arrangement"] = GRANDPARENT_HOME
    child = family.child(8, mothers[1], fathers[1])
    return family, child, mothers[1]


def test_a_grandmother_who_cares_for_two_sons_children_has_less_to_give():
    k = []
    for cared_for in range(6):
        family, child, mother = two_brothers(cared_for)
        load = care.loads(family.at(HERE, P))
        assert load[0] == pytest.approx(sum(care.need(a) for a in range(1, cared_for + 1)))
        k.append(capacity(family, child, mother, load)[0])
    others = [sum(care.need(a) for a in range(1, n + 1)) for n in range(6)]
    expected = [k[0] / max(1.0, o / V.care_share_need) for o in others]
    assert k == pytest.approx(expected)
    assert k[5] < 0.6 * k[0]


def test_children_already_with_her_do_not_count_against_themselves():
    family, who = three_generations()
    for age in (5, 4, 3, 2):
        family.child(age, who["mother"], who["father"])
    fresh, _ = capacity(family, who["younger"], who["mother"])
    own = (family.people["mother"][: family.count] == who["mother"]).nonzero()[0]
    family.people["carer"][own] = who["grandmother"]
    load = care.loads(family.at(HERE, P))
    assert load[who["grandmother"]] > 2 * V.care_share_need
    again, _ = capacity(family, who["younger"], who["mother"], load)
    assert again == pytest.approx(fresh)


# --- Walks -------------------------------------------------------------------------------------


def walks(home: int, maternal: bool = False, here: np.record = HERE, n: int = 4000) -> np.ndarray:
    family = Family(room=n)
    for _ in range(n):
        family.woman(30)
    return np.array(
        [care.minutes_to(family.at(here, P), i, NOBODY if maternal else i, home) for i in range(n)]
    )


def test_minutes_to_the_fathers_parents():
    assert np.all(walks(0) == 0.0)
    assert np.all(walks(FURTHER) == care.FAR)
    village = walks(SAME_VILLAGE)
    assert np.median(village) == pytest.approx(V.walk_median_lowland, rel=0.06)
    assert np.log(village).std() == pytest.approx(V.walk_spread, rel=0.05)
    assert np.median(walks(SAME_COUNTY)) == pytest.approx(V.walk_median_county, rel=0.06)


def test_walks_are_longer_in_the_mountains():
    steep = walks(SAME_VILLAGE, here=a_place(mountain=2))
    ratio = steep / walks(SAME_VILLAGE)
    assert ratio == pytest.approx(V.walk_median_mountain / V.walk_median_lowland)


def test_most_mothers_parents_live_in_another_village():
    minutes = walks(SAME_VILLAGE, maternal=True)
    share = V.maternal_same_village + V.maternal_same_county
    assert (minutes < care.FAR).mean() == pytest.approx(share, abs=0.03)


# --- Arrangements ------------------------------------------------------------------------------


def place(
    family: Family, mother: int, father: int, found: np.ndarray, best: np.ndarray, p: np.record = P
) -> None:
    """Arrange full brothers and sisters whose best carer is `best`."""
    at = family.at(HERE, p)
    household = care.Household(mother, father, found, len(found))
    arrangement.stay(at, household, arrangement.go_to_kin(at, household, found[0], best))


def arranged(
    ages: list[int], carer: int, q: float, minutes: float, uncle: bool = False
) -> set[int]:
    """Arrangements of a set of brothers and sisters left by their parents."""
    family = Family()
    grandmother = family.woman(70)
    father = family.man(40, mother=grandmother)
    if uncle:
        family.man(35, mother=grandmother)
    mother = family.woman(40, husband=father)
    found = [family.child(age, mother, father) for age in sorted(ages, reverse=True)]
    family.goes(father, mother, choice=CHILDREN_LEFT)
    best = np.array([carer, q, minutes])
    youngest_first = np.array(found[::-1])
    place(family, mother, father, youngest_first, best)
    for child in found:
        by_grandparent = family.of(child, "arrangement") in (GRANDPARENT_HOME, GRANDPARENT_WALK)
        assert (family.of(child, "carer") >= 0) == by_grandparent
    return {family.of(child, "arrangement") for child in found}


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (dict(ages=[8, 12], carer=0, q=0.6, minutes=0.0), GRANDPARENT_HOME),
        (dict(ages=[8, 12], carer=0, q=0.2, minutes=15.0), GRANDPARENT_WALK),
        (dict(ages=[8, 12], carer=0, q=0.04, minutes=0.0, uncle=True), RELATIVE),
        (dict(ages=[8, 12], carer=0, q=0.1, minutes=100.0, uncle=True), RELATIVE),
        (dict(ages=[8, 14], carer=NOBODY, q=0.0, minutes=care.FAR, uncle=True), RELATIVE),
        (dict(ages=[8, 14], carer=NOBODY, q=0.0, minutes=care.FAR), SIBLINGS),
        (dict(ages=[8, 12], carer=NOBODY, q=0.0, minutes=care.FAR), ALONE),
        (dict(ages=[14], carer=NOBODY, q=0.0, minutes=care.FAR), ALONE),
        (dict(ages=[3, 14], carer=NOBODY, q=0.0, minutes=care.FAR), RELATIVE),
    ],
)
def test_the_first_arrangement_that_holds(case, expected):
    assert arranged(**case) == {expected}


@given(
    st.lists(st.integers(0, 17), min_size=1, max_size=6),
    st.sampled_from([NOBODY, 0]),
    st.floats(0.0, 0.99),
    st.floats(0.0, 200.0),
    st.booleans(),
)
def test_brothers_and_sisters_stay_together_and_small_children_are_never_alone(
    ages, carer, q, minutes, uncle
):
    kinds = arranged(ages, carer, q if carer >= 0 else 0.0, minutes, uncle)
    assert len(kinds) == 1
    assert WITH_PARENT not in kinds
    if min(ages) < V.care_alone_from:
        assert not kinds & {ALONE, SIBLINGS}
    if len(ages) == 1:
        assert SIBLINGS not in kinds


def test_some_families_move_children_into_a_far_grandparents_home():
    moved = 0
    for number in range(300):
        family, who = three_generations(number=number)
        found = np.array([who["younger"], who["older"]])
        best = np.array([who["grandmother"], 0.3, 30.0])
        place(family, who["mother"], who["father"], found, best)
        moved += family.of(who["younger"], "arrangement") == GRANDPARENT_HOME
    assert moved / 300 == pytest.approx(V.children_move_to_grandparents, abs=0.09)


def test_not_every_grandparent_who_could_accepts():
    accepted = 0
    for number in range(400):
        family, who = three_generations(number=number)
        found = np.array([who["younger"], who["older"]])
        best = np.array([who["grandmother"], 0.7, 0.0])
        p = parameters(2010, care_accept=0.7)
        place(family, who["mother"], who["father"], found, best, p)
        accepted += family.of(who["younger"], "carer") == who["grandmother"]
    assert accepted / 400 == pytest.approx(0.7, abs=0.09)


# --- A year's care -----------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [HOME, FATHER_AWAY, MOTHER_AWAY, CHILDREN_TAKEN])
def test_children_are_with_a_parent_unless_both_parents_left_them(choice):
    family, who = three_generations()
    gone = {
        HOME: (),
        FATHER_AWAY: ("father",),
        MOTHER_AWAY: ("mother",),
        CHILDREN_TAKEN: ("father", "mother", "older", "younger"),
    }[choice]
    family.goes(*(who[name] for name in gone), choice=choice)
    family.people["choice"][[who["father"], who["mother"]]] = choice
    settle_care(family)
    for name in ("older", "younger"):
        assert family.of(who[name], "arrangement") == WITH_PARENT
        assert family.of(who[name], "carer") == NOBODY


def test_children_left_by_both_are_with_the_grandmother_in_the_home():
    family, who = three_generations()
    family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
    settle_care(family)
    for name in ("older", "younger"):
        assert family.of(who[name], "arrangement") == GRANDPARENT_HOME
        assert family.of(who[name], "carer") == who["grandmother"]


def test_parents_who_return_have_their_children_back():
    family, who = three_generations()
    family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
    settle_care(family)
    family.goes(who["father"], who["mother"], choice=HOME, to=-1)
    settle_care(family)
    assert family.of(who["younger"], "arrangement") == WITH_PARENT
    assert family.of(who["younger"], "carer") == NOBODY


def test_when_the_grandparents_die_the_uncle_takes_the_children():
    family = Family()
    grandmother = family.woman(70)
    father = family.man(36, mother=grandmother)
    family.man(30, mother=grandmother)
    mother = family.woman(34, husband=father)
    child = family.child(8, mother, father)
    family.goes(father, mother, choice=CHILDREN_LEFT)
    settle_care(family)
    assert family.of(child, "arrangement") == GRANDPARENT_HOME
    family.dies(grandmother)
    settle_care(family)
    assert family.of(child, "arrangement") == RELATIVE
    assert family.of(child, "carer") == NOBODY


def test_a_father_and_a_stepmother_without_children_of_her_own_can_leave_his_children():
    family = Family()
    grandmother = family.woman(62)
    father = family.man(36, mother=grandmother)
    first_wife = family.woman(34, husband=father)
    child = family.child(8, first_wife, father)
    family.dies(first_wife)
    stepmother = family.woman(33, husband=father)
    family.goes(father, stepmother, choice=CHILDREN_LEFT)
    settle_care(family)
    assert family.of(child, "arrangement") == GRANDPARENT_HOME
    assert family.of(child, "carer") == grandmother


def test_a_stepmother_at_home_is_a_parent_at_home():
    family = Family()
    father = family.man(36)
    first_wife = family.woman(34, husband=father)
    child = family.child(8, first_wife, father)
    family.dies(first_wife)
    stepmother = family.woman(33, husband=father)
    family.goes(father, choice=FATHER_AWAY)
    family.people["choice"][stepmother] = FATHER_AWAY
    settle_care(family)
    assert family.of(child, "arrangement") == WITH_PARENT


def test_a_widow_who_goes_leaves_her_children_with_their_grandmother():
    family, who = three_generations()
    family.dies(who["father"])
    assert family.of(who["mother"], "partner") == NOBODY
    family.goes(who["mother"], choice=CHILDREN_LEFT)
    settle_care(family)
    for name in ("older", "younger"):
        assert family.of(who[name], "arrangement") == GRANDPARENT_HOME
        state = parent_state(family.people, who[name], who["father"], who["mother"])
        assert state == P_DEAD


def test_full_orphans_are_cared_for_and_no_parent_of_theirs_is_away():
    """They are orphans, not children left behind: both parents count as dead."""
    family, who = three_generations()
    family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
    family.dies(who["father"], who["mother"])  # both in the city, in one year
    settle_care(family)
    for name in ("older", "younger"):
        child = who[name]
        assert family.of(child, "arrangement") == GRANDPARENT_HOME
        for one, other in (("father", "mother"), ("mother", "father")):
            assert parent_state(family.people, child, who[one], who[other]) == P_DEAD


@pytest.mark.parametrize(
    ("ages", "arrangement"), [((15, 4), RELATIVE), ((15, 13), SIBLINGS), ((9,), ALONE)]
)
def test_orphans_are_arranged_as_a_set(ages, arrangement):
    """Somebody takes a small child in, with its brother; two big ones look after each other."""
    family = Family()
    mother = family.woman(38)
    children = [family.child(age, mother, NOBODY) for age in ages]
    family.dies(mother)
    settle_care(family)
    assert {family.of(child, "arrangement") for child in children} == {arrangement}
    assert parent_state(family.people, children[0], NOBODY, mother) == P_UNKNOWN


def test_children_of_whom_only_the_father_is_known_are_orphans_when_he_dies():
    family = Family()
    grandmother = family.woman(60)
    father = family.man(38, mother=grandmother)
    child = family.child(9, NOBODY, father)
    family.dies(father)
    settle_care(family)
    assert family.of(child, "arrangement") == GRANDPARENT_HOME
    assert family.of(child, "carer") == grandmother


# --- What lasts --------------------------------------------------------------------------------


def test_a_brother_who_leaves_school_changes_no_lasting_draw_of_the_younger():
    """Whether grandparents take a set in is drawn for the set, not for today's oldest dependant."""
    half = parameters(2010, care_accept=0.5)
    taken = []
    for number in range(300):
        family, who = three_generations(number=number)
        family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
        family.people["birth_year"][who["older"]] = family.year - 16
        now = []
        for enrolled in (1, 0):
            family.people["enrolled"][who["older"]] = enrolled
            at = family.at(HERE, half)
            arrangement.step(at, family.no_load())
            now.append(family.of(who["younger"], "arrangement") == GRANDPARENT_HOME)
        assert now[0] == now[1]
        taken.append(now[0])
    assert 0.4 < np.mean(taken) < 0.6


@pytest.mark.parametrize("side", ["father", "mother"])
@pytest.mark.parametrize("dead", ["father", "mother"])
def test_the_walk_to_the_grandparents_is_the_same_when_a_parent_dies(side, dead):
    walks = set()
    for number in range(60):
        family = Family(number=number)
        grandmother = family.woman(60)
        mother_of = {"father": NOBODY, "mother": NOBODY, side: grandmother}
        father = family.man(36, mother=mother_of["father"])
        home = SAME_VILLAGE if side == "father" else FURTHER
        mother = family.woman(34, husband=father, home=home, mother=mother_of["mother"])
        child = family.child(8, mother, father)
        family.goes(father, mother, choice=CHILDREN_LEFT)
        told = []
        for deaths in ((), ({"father": father, "mother": mother}[dead],)):
            family.dies(*deaths)
            settle_care(family)
            told.append([family.of(child, name) for name in ("arrangement", "carer", "minutes")])
        assert told[0] == told[1]
        walks.add(told[0][2])
    assert len(walks) > 10


def test_a_widower_stays_in_the_home_where_he_lived_with_his_wife():
    family, who = three_generations()
    homes = [remoteness(family.people, who[name], WORD) for name in ("father", "mother", "younger")]
    assert len(set(homes)) == 1
    family.dies(who["mother"])
    assert remoteness(family.people, who["father"], WORD) == homes[0]
    assert remoteness(family.people, who["younger"], WORD) == homes[0]


# --- Step-children -----------------------------------------------------------------------------


def step_family() -> tuple[Family, dict[str, int]]:
    """A widower with a daughter of 5, his mother in the home; his new wife with a son of 15."""
    family = Family()
    who = {"grandmother": family.woman(58)}
    who["father"] = family.man(40, mother=who["grandmother"])
    first_wife = family.woman(38, husband=who["father"])
    first_husband = family.man(41)
    who["mother"] = family.woman(39, husband=first_husband)
    who["son"] = family.child(15, who["mother"], first_husband, enrolled=1, schooling=8)
    who["daughter"] = family.child(5, first_wife, who["father"], sex=FEMALE)
    family.dies(first_wife, first_husband)
    people = family.people
    for one, other in (("father", "mother"), ("mother", "father")):
        people["partner"][who[one]], people["union"][who[one]] = who[other], TOGETHER
    return family, who


def test_each_child_goes_to_its_own_grandparents():
    family, who = step_family()
    family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
    settle_care(family)
    assert family.of(who["daughter"], "arrangement") == GRANDPARENT_HOME
    assert family.of(who["daughter"], "carer") == who["grandmother"]
    assert family.of(who["son"], "arrangement") == RELATIVE  # she is in the home, not his kin
    assert family.of(who["son"], "carer") == NOBODY


def test_step_brothers_without_grandparents_look_after_each_other():
    family, who = step_family()
    family.dies(who["grandmother"])
    family.people["birth_year"][who["daughter"]] -= 3
    family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
    settle_care(family)
    assert family.of(who["daughter"], "arrangement") == SIBLINGS
    assert family.of(who["son"], "arrangement") == SIBLINGS


def test_capacity_of_a_step_family_is_that_of_each_child_weighted_with_its_need():
    family, who = step_family()
    found = np.array([who["son"], who["daughter"]])
    best = np.empty(3)
    household = care.Household(who["mother"], who["father"], found, 2)
    k = care.household_capacity(family.at(HERE, P), family.no_load(), household, best)
    his = V.care_quality * able(58)
    assert k == pytest.approx(care.need(5) * his / (care.need(5) + care.need(15)))
    assert best[0] == who["grandmother"]


# --- Out of school -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "enrolled", "arrangement"),
    [
        (HOME, 0, WITH_PARENT),
        (FATHER_AWAY, 0, WITH_PARENT),
        (CHILDREN_LEFT, 0, OWN_HOUSEHOLD),
        (CHILDREN_LEFT, 1, GRANDPARENT_HOME),
        (CHILDREN_TAKEN, 0, OWN_HOUSEHOLD),  # who has left school is not taken along
    ],
)
def test_who_has_left_school_is_with_a_parent_only_where_one_lives(choice, enrolled, arrangement):
    family, who = three_generations()
    older = who["older"]
    family.people["birth_year"][older] = family.year - 17
    family.people["enrolled"][older] = enrolled
    goers = {HOME: (), FATHER_AWAY: ("father",)}.get(choice, ("father", "mother"))
    family.goes(*(who[name] for name in goers), choice=choice)
    settle_care(family)
    assert family.of(older, "arrangement") == arrangement
    if arrangement == OWN_HOUSEHOLD:
        family.goes(older, choice=CHILDREN_LEFT)  # to work where the parents do
        settle_care(family)
        assert family.of(older, "arrangement") == WITH_PARENT


# --- Divorce -----------------------------------------------------------------------------------


def divorced(custody: int) -> tuple[Family, dict[str, int]]:
    family, who = three_generations()
    part(family.people, who["mother"])
    for name in ("older", "younger"):
        family.people["custody"][who[name]] = custody
    return family, who


@pytest.mark.parametrize("custody", [0, 1])
def test_after_a_divorce_children_belong_to_one_parents_household(custody):
    family, who = divorced(custody)
    assert family.of(who["mother"], "union") == DIVORCED
    keeper, other = ("father", "mother") if custody else ("mother", "father")
    found = np.empty(32, np.int64)
    alone = {"mother": (who["mother"], NOBODY), "father": (NOBODY, who["father"])}
    assert care.dependants(family.people, *alone[keeper], family.year, found) == 2
    assert care.dependants(family.people, *alone[other], family.year, found) == 0
    absent = parent_state(family.people, who["older"], who[other], who[keeper])
    assert absent == P_ABSENT
    assert parent_state(family.people, who["older"], who[keeper], who[other]) != P_ABSENT


@pytest.mark.parametrize("custody", [0, 1])
def test_a_divorced_parent_who_goes_leaves_only_children_in_custody(custody):
    family, who = divorced(custody)
    family.goes(who["father"], choice=CHILDREN_LEFT)
    settle_care(family)
    left = family.of(who["older"], "arrangement") != WITH_PARENT
    assert left == (custody == 1)


def test_when_the_parent_with_custody_dies_the_other_parent_takes_the_children():
    family, who = divorced(custody=1)
    family.dies(who["father"])
    found = np.empty(32, np.int64)
    assert care.dependants(family.people, who["mother"], NOBODY, family.year, found) == 2


def test_a_new_husband_joins_the_household_of_the_mother_with_custody():
    family, who = divorced(custody=0)
    new = family.man(40)
    people = family.people
    people["partner"][who["mother"]], people["partner"][new] = new, who["mother"]
    found = np.empty(32, np.int64)
    assert care.dependants(people, who["mother"], new, family.year, found) == 2
    assert care.dependants(people, NOBODY, who["father"], family.year, found) == 0


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_every_dependant_belongs_to_exactly_one_household(shared, his, hers, parted):
    """Children of three unions of two people, together or divorced."""
    family = Family()
    him, her = family.man(40), family.woman(38)
    his_first, her_first = family.woman(39), family.man(39)
    for k in range(his):
        family.child(14 - k, his_first, him, custody=1)
    for k in range(hers):
        family.child(14 - k, her, her_first)
    family.people["partner"][[him, her]] = her, him
    for k in range(shared):
        family.child(9 - k, her, him, sex=FEMALE)
    if parted:
        part(family.people, her)
    found = np.empty(32, np.int64)
    homes = [(her, NOBODY), (NOBODY, him)] if parted else [(her, him)]
    homes += [(his_first, NOBODY), (NOBODY, her_first)]
    belonging: list[int] = []
    for mother, father in homes:
        number = care.dependants(family.people, mother, father, family.year, found)
        belonging += found[:number].tolist()
    assert len(belonging) == len(set(belonging)) == shared + his + hers


# --- Elders ------------------------------------------------------------------------------------


def duty(family: Family, mother: int, father: int) -> float:
    return care.elder_duty(family.at(HERE, P), mother, father)


def an_old_woman(sons: int) -> tuple[Family, int, list[int]]:
    family = Family()
    old = family.woman(78)
    return family, old, [family.man(50 - 2 * k, mother=old) for k in range(sons)]


def test_an_old_widow_needs_her_only_son():
    family, _, (son,) = an_old_woman(1)
    assert duty(family, NOBODY, son) == 1.0


def test_brothers_at_home_share_the_duty_and_brothers_away_do_not():
    family, _, sons = an_old_woman(3)
    assert duty(family, NOBODY, sons[0]) == pytest.approx(1 / 3)
    family.goes(sons[1], choice=CHILDREN_LEFT)
    assert duty(family, NOBODY, sons[0]) == pytest.approx(1 / 2)


def test_a_healthy_grandmother_of_60_needs_nobody():
    family, who = three_generations()
    assert duty(family, who["mother"], who["father"]) == 0.0
    family.people["limited"][who["grandmother"]] = 1
    assert duty(family, who["mother"], who["father"]) == 0.0  # her husband is able
    family.dies(who["grandfather"])
    assert duty(family, who["mother"], who["father"]) == 1.0


def test_the_wifes_mother_weighs_less():
    family = Family()
    old = family.woman(78)
    wife = family.woman(50, mother=old)
    assert duty(family, wife, NOBODY) == V.choice_elder_maternal
