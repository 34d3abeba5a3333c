"""Who can care for whom: grandparents, walks, other grandchildren, orphans, divorce."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftbehind.base.person import (
    ALONE,
    AT_WORK,
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
    NEIGHBOUR,
    NOBODY,
    OWN_HOUSEHOLD,
    RELATIVE,
    SAME_COUNTY,
    SAME_HOME,
    SAME_VILLAGE,
    SIBLINGS,
    TOGETHER,
    WITH_PARENT,
)
from leftbehind.model.population.homes import whose_home
from leftbehind.model.population.households import remoteness
from leftbehind.model.processes import arrangement, care, carers
from leftbehind.model.processes.partnership import part
from leftbehind.model.tallies.cells import P_ABSENT, P_DEAD, P_UNKNOWN, parent_state

from .families import AWAY, WORD, Family, a_place, parameters, three_generations, values

P = parameters(2010, care_accept=1.0, care_relative=1.0)  # everybody of the kin who can care does
PRIOR = parameters(2010)
V = values(P)
HERE = a_place()


def best_of(family: Family, child: int, head: int, load: np.ndarray | None = None) -> np.ndarray:
    """(carer, q, minutes) of the child's best grandparent."""
    best = np.empty(3)
    me = family.people[head]
    load = family.no_load() if load is None else load
    father = me["partner"] if me["sex"] == FEMALE else head
    whose, home = whose_home(family.people, head, int(father))
    care.best_carer(family.at(HERE, P), load, child, whose, home, best)
    return best


def capacity(
    family: Family, mother: int, father: int, p: np.record = P, load: np.ndarray | None = None
) -> tuple[float, int]:
    """K of the couple's children, and the carer who covers most."""
    found, best = np.empty(care.MOST_CHILDREN, np.int64), np.empty(3)
    number = care.dependants(family.people, mother, father, family.year, found)
    load = family.no_load() if load is None else load
    household = care.Household(mother, father, found, number)
    k = carers.household_capacity(family.at(HERE, p), load, household, best)
    return float(k), int(best[0])


def a_couple(*ages: int, number: int = 1, **grandmother: int) -> tuple[Family, int, int]:
    """(family, mother, father) with children of these ages at school.

    `grandmother` may be the age of the father's mother, and `home` where they live from her.
    """
    family = Family(number=number)
    his = family.woman(grandmother["age"]) if "age" in grandmother else NOBODY
    father = family.man(45, mother=his)
    mother = family.woman(44, husband=father, home=grandmother.get("home", SAME_HOME))
    for age in sorted(ages, reverse=True):
        family.child(age, mother, father, enrolled=1)
    return family, mother, father


def settle_care(family: Family, p: np.record = P) -> None:
    """The year's care step, after last year's loads."""
    at = family.at(HERE, p)
    arrangement.step(at, care.loads(at))
    arrangement.together(at)


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


# --- The best carer ----------------------------------------------------------------------------


def test_without_grandparents_nobody_is_the_best_carer():
    family, mother, _ = a_couple(8)
    assert tuple(best_of(family, 2, mother)) == (NOBODY, 0.0, care.FAR)


def test_one_grandmother_in_the_home():
    family, mother, _ = a_couple(8, age=62)
    q = V.care_quality * able(62)
    assert tuple(best_of(family, 3, mother)) == pytest.approx((0, q, 0.0))


def test_of_two_grandparents_the_younger_is_the_best_carer():
    family, who = three_generations()
    best = best_of(family, who["younger"], who["mother"])
    assert best[0] == who["grandmother"]
    assert best[1] == pytest.approx(V.care_quality * able(62))


def test_a_grandfather_without_his_wife_can_do_less():
    family, who = three_generations()
    family.dies(who["grandmother"])
    q = best_of(family, who["younger"], who["mother"])[1]
    assert q == pytest.approx(V.care_grandfather_alone * V.care_quality * able(64))


def test_a_grandmother_without_her_husband_can_do_as_much():
    family, who = three_generations()
    family.dies(who["grandfather"])
    q = best_of(family, who["younger"], who["mother"])[1]
    assert q == pytest.approx(V.care_quality * able(62))


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
    best = best_of(family, who["younger"], who["mother"])
    assert best[0] == NOBODY
    assert best[1] == 0.0


def test_a_limited_grandmother_can_do_less():
    family, who = three_generations()
    family.dies(who["grandfather"])
    well = best_of(family, who["younger"], who["mother"])[1]
    family.people["limited"][who["grandmother"]] = 1
    limited = best_of(family, who["younger"], who["mother"])[1]
    assert limited == pytest.approx(V.care_limited * well)


@given(st.integers(45, 100), st.integers(45, 100))
def test_ability_falls_with_a_grandmothers_age(one, other):
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


def two_brothers(cared_for: int) -> tuple[Family, int, int]:
    """A grandmother cares for `cared_for` children of one son; the other son has one child."""
    family = Family()
    grandmother = family.woman(62)
    fathers = [family.man(age, mother=grandmother) for age in (40, 36)]
    mothers = [family.woman(34, husband=f, home=SAME_VILLAGE) for f in fathers]
    family.goes(*fathers, *mothers, choice=CHILDREN_LEFT)
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
        k.append(best_of(family, child, mother, load)[1])
    others = [sum(care.need(a) for a in range(1, n + 1)) for n in range(6)]
    expected = [k[0] / max(1.0, o / V.care_share_need) for o in others]
    assert k == pytest.approx(expected)
    assert k[5] < 0.6 * k[0]


def test_children_already_with_her_do_not_count_against_themselves():
    family, who = three_generations()
    for age in (5, 4, 3, 2):
        family.child(age, who["mother"], who["father"])
    fresh = best_of(family, who["younger"], who["mother"])
    own = (family.people["mother"][: family.count] == who["mother"]).nonzero()[0]
    family.people["carer"][own] = who["grandmother"]
    load = care.loads(family.at(HERE, P))
    assert load[who["grandmother"]] > 2 * V.care_share_need
    assert best_of(family, who["younger"], who["mother"], load) == pytest.approx(fresh)
    k = capacity(family, who["mother"], who["father"])
    assert capacity(family, who["mother"], who["father"], load=load) == pytest.approx(k)


# --- Capacity: what of a parent's care is covered ------------------------------------------------


def level_of(who: str, **more: float) -> float:
    return getattr(V, f"week_adult_{who}") * more.get("able", 1.0) / V.week_adult_parent_home


def test_children_grow_out_of_care_between_two_ages():
    at = Family().at(HERE, P)
    ages = V.care_alone_from, (V.care_alone_from + V.care_grown_from) / 2, V.care_grown_from
    assert [carers.growing_up(at, int(age)) for age in ages] == pytest.approx([0.0, 0.5, 1.0])
    assert carers.growing_up(at, 0) == 0.0 and carers.growing_up(at, 17) == 1.0


@pytest.mark.parametrize("age", [62, 74, 80])
def test_a_grandmother_covers_as_much_of_a_parents_care_as_she_is_able(age):
    family, mother, father = a_couple(3, age=age)
    k, carer = capacity(family, mother, father)
    assert k == pytest.approx(level_of("grandparent_home", able=able(age)))
    assert carer == 0


def test_four_small_children_share_a_grandmothers_time():
    one = capacity(*a_couple(3, age=62))[0]
    family, mother, father = a_couple(2, 3, 4, 5, age=62)
    assert capacity(family, mother, father)[0] == pytest.approx(
        one * V.care_share_need / (4 * care.need(3))
    )


def test_a_cousin_in_her_care_takes_of_the_grandmothers_time():
    family, mother, father = a_couple(3, age=62)
    load = family.no_load()
    free, _ = capacity(family, mother, father, load=load)
    load[0] = V.care_share_need
    shared, _ = capacity(family, mother, father, load=load)
    assert shared == pytest.approx(free * V.care_share_need / (V.care_share_need + care.need(3)))


def test_an_aunt_or_uncle_at_home_takes_the_children_and_is_no_carer():
    for sex in ("man", "woman"):
        family = Family()
        grandmother = family.woman(70)
        father = family.man(45, mother=grandmother)
        other = getattr(family, sex)(30, mother=grandmother)
        mother = family.woman(44, husband=father)
        family.child(14, mother, father)
        family.dies(grandmother)
        assert capacity(family, mother, father) == (pytest.approx(level_of("relative")), NOBODY)
        family.goes(other, choice=CHILDREN_LEFT)
        alone = level_of("sibling_or_alone")
        assert capacity(family, mother, father) == (pytest.approx(alone), NOBODY)


@pytest.mark.parametrize("age", [0, 5, 6])
def test_without_kin_a_small_child_can_be_left_only_where_a_neighbour_takes_it(age):
    """From `care_alone_from` on nothing is closed."""
    ways = []
    for number in range(300):
        family, mother, father = a_couple(age, number=number)
        ways.append(capacity(family, mother, father)[0])
    closed = np.mean(np.array(ways) == carers.NOT_OPEN)
    if age >= V.care_alone_from:
        assert closed == 0.0
    else:
        assert closed == pytest.approx(1.0 - V.care_neighbour, abs=0.09)
        left = [k for k in ways if k != carers.NOT_OPEN]
        assert left == pytest.approx([level_of("neighbour")] * len(left))


@given(st.lists(st.integers(0, 17), min_size=1, max_size=5), st.integers(45, 95))
def test_no_grandmother_covers_more_than_a_parent(ages, age):
    family, mother, father = a_couple(*ages, age=age)
    generous = P.copy()
    generous["week_adult_grandparent_home"], generous["week_adult_parent_home"] = 0.9, 0.5
    k, _ = capacity(family, mother, father, generous)
    assert 0.0 < k <= 1.0


@given(st.integers(1, 400), st.lists(st.integers(0, 17), min_size=1, max_size=4))
def test_the_choice_knows_who_will_take_the_children(number, ages):
    """The carer of the choice is the one who has the children when the parents are gone."""
    family, mother, father = a_couple(*ages, number=number, age=66, home=SAME_VILLAGE)
    k, carer = capacity(family, mother, father, PRIOR)
    family.goes(mother, father, choice=CHILDREN_LEFT)
    settle_care(family, PRIOR)
    assert k > 0.0
    assert {family.of(child, "carer") for child in range(3, family.count)} == {carer}


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


def arranged(
    ages: list[int], grandmother: int = 0, walk: float = 0.0, uncle: bool = False, number: int = 1
) -> set[int]:
    """Arrangements of brothers and sisters left by their parents.

    `grandmother` is her age (0: dead), `walk` the minutes to her.
    """
    family = Family(number=number)
    his = family.woman(grandmother or 70)
    father = family.man(45, mother=his)
    if uncle:
        family.man(35, mother=his)
    mother = family.woman(44, husband=father, home=SAME_VILLAGE if walk else SAME_HOME)
    found = [family.child(age, mother, father, enrolled=1) for age in sorted(ages, reverse=True)]
    if not grandmother:
        family.dies(his)
    family.goes(father, mother, choice=CHILDREN_LEFT)
    p = P.copy()
    if walk:
        p["walk_median_lowland"], p["walk_spread"] = walk, 0.0
    settle_care(family, p)
    for child in found:
        kind = family.of(child, "arrangement")
        assert (family.of(child, "carer") >= 0) == (kind in (GRANDPARENT_HOME, GRANDPARENT_WALK))
        assert family.of(child, "minutes") == (int(walk) if kind == GRANDPARENT_WALK else 0)
    return {family.of(child, "arrangement") for child in found}


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (dict(ages=[8, 12], grandmother=62), GRANDPARENT_HOME),
        (dict(ages=[8, 12], grandmother=62, walk=15.0), GRANDPARENT_HOME),  # they sleep there
        (dict(ages=[14, 16], grandmother=62, walk=15.0), GRANDPARENT_WALK),
        (dict(ages=[8, 12], grandmother=95, uncle=True), RELATIVE),  # she is hardly able
        (dict(ages=[8, 12], grandmother=62, walk=100.0, uncle=True), RELATIVE),
        (dict(ages=[3, 14], grandmother=62, walk=100.0, uncle=True), RELATIVE),
        (dict(ages=[3, 14], grandmother=62, walk=100.0), GRANDPARENT_HOME),  # however far
        (dict(ages=[3, 14], grandmother=95), GRANDPARENT_HOME),  # however old
        (dict(ages=[14, 16], grandmother=95), SIBLINGS),
        (dict(ages=[8, 14], uncle=True), RELATIVE),
        (dict(ages=[14, 16]), SIBLINGS),
        (dict(ages=[14]), ALONE),
        (dict(ages=[3, 14]), NEIGHBOUR),
    ],
)
def test_the_first_arrangement_that_holds(case, expected):
    assert arranged(**case) == {expected}


@given(
    st.lists(st.integers(0, 17), min_size=1, max_size=6),
    st.sampled_from([0, 62, 95]),
    st.sampled_from([0.0, 15.0, 100.0]),
    st.booleans(),
    st.integers(1, 400),
)
def test_brothers_and_sisters_stay_together_and_small_children_are_never_alone(
    ages, grandmother, walk, uncle, number
):
    kinds = arranged(ages, grandmother, walk, uncle, number)
    assert len(kinds) == 1
    assert WITH_PARENT not in kinds
    if min(ages) < V.care_alone_from:
        assert not kinds & {ALONE, SIBLINGS, GRANDPARENT_WALK}
    if len(ages) == 1 or max(ages) < V.care_sibling_from:
        assert SIBLINGS not in kinds


def big_children(number: int, home: int, p: np.record) -> int:
    """Who has two big children of a grandmother of 62."""
    family, mother, father = a_couple(14, 16, number=number, age=62, home=home)
    family.goes(mother, father, choice=CHILDREN_LEFT)
    settle_care(family, p)
    return family.of(family.count - 1, "arrangement")


def test_some_families_move_children_into_a_far_grandparents_home():
    p = parameters(2010, care_accept=1.0, walk_median_lowland=30.0, walk_spread=0.0)
    kinds = [big_children(number, SAME_VILLAGE, p) for number in range(300)]
    assert set(kinds) == {GRANDPARENT_HOME, GRANDPARENT_WALK}
    moved = kinds.count(GRANDPARENT_HOME) / 300
    assert moved == pytest.approx(V.children_move_to_grandparents, abs=0.09)


def test_not_every_grandparent_who_could_accepts_big_children():
    p = parameters(2010, care_accept=0.7)
    kinds = [big_children(number, SAME_HOME, p) for number in range(400)]
    assert set(kinds) == {GRANDPARENT_HOME, SIBLINGS}
    assert kinds.count(GRANDPARENT_HOME) / 400 == pytest.approx(0.7, abs=0.09)


@pytest.mark.parametrize(("age", "share"), [(5, 1.0), (10, 0.5), (14, 0.0)])
def test_children_without_kin_are_with_a_neighbour_less_and_less_by_age(age, share):
    kinds = [arranged([age], number=number) for number in range(300)]
    assert kinds.count({NEIGHBOUR}) / 300 == pytest.approx(share, abs=0.09)


@pytest.mark.parametrize(("age", "share"), [(5, 1.0), (10, 0.6), (14, 0.2)])
def test_a_relative_takes_the_smaller_children_in(age, share):
    p = parameters(2010, care_relative=0.2)
    taken = 0
    for number in range(300):
        family = Family(number=number)
        grandmother = family.woman(70)
        father, _ = (family.man(years, mother=grandmother) for years in (45, 30))
        mother = family.woman(44, husband=father)
        child = family.child(age, mother, father)
        family.dies(grandmother)
        family.goes(mother, father, choice=CHILDREN_LEFT)
        settle_care(family, p)
        taken += family.of(child, "arrangement") == RELATIVE
    assert taken / 300 == pytest.approx(share, abs=0.09)


def test_a_boarder_is_no_company_for_who_is_left_over():
    family, mother, father = a_couple(14, 16)
    family.goes(mother, father, choice=CHILDREN_LEFT)
    at = family.at(HERE, P)
    arrangement.step(at, family.no_load())
    older, younger = 2, 3
    family.people["boards"][older] = 1
    arrangement.together(at)
    assert family.of(younger, "arrangement") == ALONE
    assert family.of(older, "arrangement") == SIBLINGS  # of the nights at home


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
    ("ages", "arrangement"), [((15, 4), NEIGHBOUR), ((15, 14), SIBLINGS), ((14,), ALONE)]
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
        family.people["birth_year"][who["younger"]] = family.year - 14
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
        child = family.child(14, mother, father)
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
    family.people["birth_year"][who["daughter"]] = family.year - 14
    family.goes(who["father"], who["mother"], choice=CHILDREN_LEFT)
    settle_care(family)
    assert family.of(who["daughter"], "arrangement") == SIBLINGS
    assert family.of(who["son"], "arrangement") == SIBLINGS


def test_capacity_of_a_step_family_is_that_of_each_child_weighted_with_its_need():
    family, who = step_family()
    k, carer = capacity(family, who["mother"], who["father"])
    hers = care.need(5) * level_of("grandparent_home", able=able(58))
    his = care.need(15) * level_of("relative")
    assert k == pytest.approx((hers + his) / (care.need(5) + care.need(15)))
    assert carer == who["grandmother"]


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
        family.goes(older, choice=CHILDREN_LEFT, to=AWAY + 1)
        settle_care(family)
        assert family.of(older, "arrangement") == AT_WORK


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
