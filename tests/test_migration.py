"""The household's choice, term by term, and where those who go work."""

import math
from itertools import pairwise

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leftbehind.base.person import (
    AGRICULTURAL,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    DIVORCED,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    HOME,
    MINORITY,
    MOTHER_AWAY,
    NOBODY,
    NON_AGRICULTURAL,
    SAME_VILLAGE,
    TOWN,
)
from leftbehind.base.randomness import LOCAL_JOB, mix
from leftbehind.model.population.households import home_luck, remoteness
from leftbehind.model.processes import (
    care,
    destination,
    migration,
    nested_logit,
    spell,
    utility,
    weighing,
)
from leftbehind.model.processes.partnership import part
from leftbehind.model.tallies import migrants

from .families import AWAY, WORD, Family, a_place, parameters, three_generations, values
from .test_randomness import RARE, nested_logit_shares

P = parameters(2010)
V = values(P)
HERE = a_place()
GOING = (FATHER_AWAY, MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN)
IN_TOWN = (TOWN, FATHER_AWAY_TOWN)
EVERY = (HOME, *GOING, *IN_TOWN)
N = len(EVERY)
OWN_PLACE, NEAR, FAR = (
    0,
    3,
    AWAY,
)  # of `places_of`: the own prefecture, one of the province, another


def places_of(here: np.record, **fields: float) -> np.ndarray:
    """Conditions of eight prefectures, the first the own one; the last in another province."""
    there = np.repeat(np.array([here]), AWAY + 1)
    there["code"] = here["code"] + np.arange(AWAY + 1)
    there["province"][FAR] = here["province"] + 1
    for name, value in fields.items():
        there[name] = value
    return there


def terms_of(
    family: Family,
    mother: int,
    father: int,
    here: np.record = HERE,
    p: np.record = P,
    places: np.ndarray | None = None,
) -> np.ndarray:
    """Utility of each alternative term by term (N, N_TERMS)."""
    at = family.at(here, p)
    w = weighing.new_weighing()
    utility.weigh(
        at, places_of(here) if places is None else places, care.loads(at), mother, father, w
    )
    return w.terms


def decide(
    family: Family, here: np.record = HERE, p: np.record = P, year: int | None = None
) -> np.ndarray:
    """The year's choice step; returns how many households decided, by kind, before and now."""
    counted = np.zeros(migration.CHOICES_SHAPE, np.int64)
    at = family.at(here, p)._replace(year=year or family.year)
    migration.step(at, places_of(here), care.loads(at), counted)
    return counted


def possible(terms: np.ndarray) -> set[int]:
    return {j for j in range(N) if terms[j, nested_logit.CONSTANT] > nested_logit.IMPOSSIBLE}


# --- Who may choose what -----------------------------------------------------------------------


VILLAGERS = a_place(town_share=0.0)


def test_a_couple_of_villagers_with_children_has_all_alternatives():
    family, who = three_generations()
    assert possible(terms_of(family, who["mother"], who["father"], VILLAGERS)) == set(EVERY)


def test_families_of_town_areas_and_of_urban_hukou_do_not_move_to_the_town():
    """Unless they live there by choice already: who becomes urban there need not go home."""
    for hukou in (AGRICULTURAL, NON_AGRICULTURAL):
        family, who = three_generations()
        family.people["hukou"][: family.count] = hukou
        couple = who["mother"], who["father"]
        here = a_place(town_share=1.0)
        assert possible(terms_of(family, *couple, here)) == {HOME, *GOING}
        for choice in IN_TOWN:
            family.goes(*couple, choice=choice, to=OWN_PLACE)
            assert possible(terms_of(family, *couple, here)) == set(EVERY)


def test_a_couple_without_children_cannot_take_any():
    family = Family()
    man = family.man(25)
    woman = family.woman(24, husband=man)
    assert possible(terms_of(family, woman, man)) == {HOME, FATHER_AWAY, MOTHER_AWAY, CHILDREN_LEFT}


def test_a_lone_parent_goes_alone_or_with_the_children():
    family, who = three_generations()
    family.dies(who["father"])
    found = possible(terms_of(family, who["mother"], NOBODY, VILLAGERS))
    assert found == {HOME, CHILDREN_LEFT, CHILDREN_TAKEN, TOWN}


def test_a_single_adult_goes_or_stays():
    family = Family()
    man = family.man(20)
    assert possible(terms_of(family, NOBODY, man)) == {HOME, CHILDREN_LEFT}


def test_a_parent_too_old_to_work_away_stays():
    family = Family()
    father = family.man(61)
    mother = family.woman(52, husband=father)
    family.child(15, mother, father, enrolled=1, schooling=8)
    assert possible(terms_of(family, mother, father)) == {HOME, MOTHER_AWAY}


def a_single(age: int, **fields: int) -> Family:
    family = Family()
    family.man(age, **fields)
    return family


@pytest.mark.parametrize("age", [0, 8, 15, 60, 75])
def test_outside_working_age_nobody_decides(age):
    family = a_single(age, choice=0)
    assert decide(family).sum() == 0
    assert family.of(0, "choice") == HOME


@pytest.mark.parametrize("age", [16, 30, 59])
def test_in_working_age_a_rural_adult_decides(age):
    assert decide(a_single(age)).sum() == 1


def test_pupils_do_not_decide():
    assert decide(a_single(17, enrolled=1)).sum() == 0
    assert decide(a_single(20, enrolled=1)).sum() == 0


def test_townspeople_decide_and_are_not_counted_among_rural_households():
    gone = parameters(2010, choice_urban=2.0, choice_alpha_single=1.0)
    choices = []
    for number in range(60):
        family = Family(number=number)
        family.man(30, hukou=NON_AGRICULTURAL)
        assert decide(family, p=gone).sum() == 0
        choices.append(family.of(0, "choice"))
    assert set(choices) == {HOME, CHILDREN_LEFT}


def townspeople() -> tuple[Family, int, int]:
    family, who = three_generations()
    family.people["hukou"][: family.count] = NON_AGRICULTURAL
    return family, who["mother"], who["father"]


def test_townspeople_have_no_land_and_no_villagers_network():
    family, mother, father = townspeople()
    terms = terms_of(family, mother, father, a_place(network=0.4, farm_need=1.0))
    assert (terms[:, [weighing.FARM, weighing.NETWORK]] == 0.0).all()
    rural = three_generations()[0]
    own = terms_of(rural, mother, father, a_place(network=0.4, farm_need=1.0, town_share=0.0))
    apart = terms[list(GOING), nested_logit.CONSTANT] - own[list(GOING), nested_logit.CONSTANT]
    assert apart == pytest.approx(V.choice_urban)


def test_a_rural_family_whose_home_lies_in_town_decides_without_land_and_villagers_network():
    family, who = three_generations()
    couple = who["mother"], who["father"]
    remote = remoteness(family.people, who["mother"], WORD)
    away = [weighing.FARM, weighing.NETWORK]

    def found(town_share: float) -> np.ndarray:
        return terms_of(family, *couple, a_place(network=0.4, farm_need=1.0, town_share=town_share))

    assert (found(remote + 0.01)[:, away] == 0.0).all()
    assert (found(remote - 0.01)[np.ix_([*GOING, FATHER_AWAY_TOWN], away)] != 0.0).all()
    assert (found(remote - 0.01)[TOWN, away] == 0.0).all()
    others = [t for t in range(weighing.N_TERMS) if t not in away]
    open_to_both = np.ix_([HOME, *GOING], others)
    assert np.array_equal(found(remote + 0.01)[open_to_both], found(remote - 0.01)[open_to_both])


@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.7])
def test_townspeople_take_their_own_pay_along(ratio):
    """Of two equal earners one who leaves earns `ratio` of it and pays for living there."""
    family, mother, father = townspeople()
    here = a_place(wage=2000.0, pay_leave=ratio * 2000.0)
    terms = terms_of(family, mother, father, here)
    kept = 0.5 + 0.5 * ratio * (1.0 - V.choice_living_cost)
    assert terms[FATHER_AWAY, weighing.PAY] == pytest.approx(V.choice_pay * math.log(kept))
    assert terms[MOTHER_AWAY, weighing.PAY] == terms[FATHER_AWAY, weighing.PAY]
    both = ratio * (1.0 - V.choice_living_two * V.choice_living_cost / 2.0)
    assert terms[CHILDREN_LEFT, weighing.PAY] == pytest.approx(V.choice_pay * math.log(both))


def test_a_couple_of_mixed_hukou_decides():
    family, who = three_generations()
    family.people["hukou"][who["father"]] = NON_AGRICULTURAL
    assert migration.decides(family.at(HERE, P), who["mother"], who["father"])


def test_a_couple_is_decided_once_and_both_partners_know_the_choice():
    for number in range(40):
        family, who = three_generations(number=number)
        counted = decide(family, p=parameters(2010, choice_alpha_father=2.0))
        assert counted[0].sum() == 1
        assert family.of(who["mother"], "choice") == family.of(who["father"], "choice")


def test_grown_children_no_longer_in_school_decide_for_themselves():
    family = Family()
    mother = family.woman(45)
    family.child(17, mother, NOBODY)
    assert (
        decide(family)[migration.HOUSEHOLD_KINDS.index("adult without partner or children")].sum()
        == 2
    )


def test_nobody_goes_before_1979():
    eager = parameters(1978, choice_alpha_father=50.0, choice_alpha_single=50.0)
    family, who = three_generations(year=1978)
    family.man(25)
    assert decide(family, p=eager, year=1978).sum() == 0
    assert np.all(family.people["choice"] == HOME)
    assert decide(family, p=eager, year=1979).sum() > 0
    assert family.of(who["father"], "choice") == FATHER_AWAY


# --- Terms -------------------------------------------------------------------------------------


def test_an_infant_keeps_its_mother_and_not_its_father():
    family, who = three_generations()
    before = terms_of(family, who["mother"], who["father"])
    assert np.all(before[:, weighing.NEWBORN] == 0.0)
    family.child(0, who["mother"], who["father"])
    after = terms_of(family, who["mother"], who["father"])[:, weighing.NEWBORN]
    assert after[MOTHER_AWAY] == after[CHILDREN_LEFT] == V.choice_newborn < 0.0
    assert (after[[HOME, FATHER_AWAY, CHILDREN_TAKEN, *IN_TOWN]] == 0.0).all()


def test_a_child_of_one_year_is_no_infant():
    family, who = three_generations()
    family.child(1, who["mother"], who["father"])
    assert np.all(terms_of(family, who["mother"], who["father"])[:, weighing.NEWBORN] == 0.0)


def test_the_grandmothers_death_makes_leaving_the_children_harder_and_nothing_else_of_care():
    family, who = three_generations()
    family.dies(who["grandfather"])
    before = terms_of(family, who["mother"], who["father"])[:, weighing.CARE]
    family.dies(who["grandmother"])
    after = terms_of(family, who["mother"], who["father"])[:, weighing.CARE]
    assert after[CHILDREN_LEFT] < before[CHILDREN_LEFT]
    assert after[MOTHER_AWAY] < before[MOTHER_AWAY]
    for j in (HOME, FATHER_AWAY, CHILDREN_TAKEN, *IN_TOWN):
        assert after[j] == before[j]


@pytest.mark.parametrize("neighbour", [0.0, 1.0])
def test_without_kin_small_children_are_left_with_a_neighbour_or_not_at_all(neighbour):
    family = Family()
    father = family.man(36)
    mother = family.woman(34, husband=father)
    family.child(14, mother, father, enrolled=1, schooling=7)
    family.child(5, mother, father)
    need = (care.need(14) + care.need(5)) ** 0.7
    terms = terms_of(family, mother, father, p=parameters(2010, care_neighbour=neighbour))
    assert (CHILDREN_LEFT in possible(terms)) == (neighbour == 1.0)
    assert possible(terms) >= {HOME, FATHER_AWAY, MOTHER_AWAY, CHILDREN_TAKEN}
    found = terms[:, weighing.CARE]
    k = neighbour * V.week_adult_neighbour / V.week_adult_parent_home
    hers = -V.choice_care_mother * V.choice_care * need * (1.0 - k / 2.0)
    assert found[CHILDREN_LEFT] == pytest.approx(-V.choice_care * need * (1.0 - k))
    assert found[MOTHER_AWAY] == pytest.approx(hers)
    assert found[FATHER_AWAY] == pytest.approx(-V.choice_care_father * V.choice_care * need)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 6))
def test_a_closed_city_school_touches_only_those_who_would_take_their_children(one, other, pupils):
    family = Family()
    father = family.man(40)
    mother = family.woman(38, husband=father)
    for k in range(pupils):
        family.child(15 - k, mother, father, enrolled=1, schooling=5)
    family.child(2, mother, father)
    low, high = sorted((one, other))
    a = terms_of(family, mother, father, a_place(barrier=low))[:, weighing.SCHOOL]
    b = terms_of(family, mother, father, a_place(barrier=high))[:, weighing.SCHOOL]
    others = [j for j in EVERY if j != CHILDREN_TAKEN]
    assert np.array_equal(a[others], b[others])
    step = V.choice_school * pupils**0.7 * (high - low)
    assert a[CHILDREN_TAKEN] - b[CHILDREN_TAKEN] == pytest.approx(step)


@given(st.floats(500, 5000), st.floats(1.01, 3.0))
def test_better_pay_in_the_city_draws_everybody_who_would_go(pay, factor):
    family, who = three_generations()
    low = terms_of(family, who["mother"], who["father"], a_place(pay_leave=pay, pay_take=pay))
    better = a_place(pay_leave=pay * factor, pay_take=pay * factor)
    high = terms_of(family, who["mother"], who["father"], better)
    for j in GOING:
        assert high[j, weighing.PAY] >= low[j, weighing.PAY]
    assert high[CHILDREN_LEFT, weighing.PAY] > low[CHILDREN_LEFT, weighing.PAY]
    assert low[HOME, weighing.PAY] == high[HOME, weighing.PAY] == 0.0


def test_support_for_children_at_home_makes_leaving_them_cost_more():
    family, who = three_generations()
    plain = terms_of(family, who["mother"], who["father"])[:, weighing.PAY]
    paid = terms_of(family, who["mother"], who["father"], a_place(transfer=2000.0))[:, weighing.PAY]
    assert paid[CHILDREN_LEFT] < plain[CHILDREN_LEFT]
    assert paid[CHILDREN_TAKEN] < plain[CHILDREN_TAKEN]


def test_the_network_counts_once_for_the_household():
    family, who = three_generations()
    found = terms_of(family, who["mother"], who["father"], a_place(network=0.3, town_share=0.0))
    assert found[HOME, weighing.NETWORK] == 0.0
    for j in GOING:
        assert found[j, weighing.NETWORK] == pytest.approx(0.3 * V.choice_network)


def live_by(
    family: Family, who: dict[str, int], choice: int, to: int = AWAY, years: int = 1
) -> None:
    """The couple lives by `choice` since `years` ago: away at `to` or in the town of the county."""
    her = {HOME: -1, FATHER_AWAY: -1, TOWN: OWN_PLACE, FATHER_AWAY_TOWN: OWN_PLACE}.get(choice, to)
    his = {HOME: -1, MOTHER_AWAY: -1, TOWN: OWN_PLACE}.get(choice, to)
    for name, place in (("mother", her), ("father", his)):
        me = family.people[who[name] : who[name] + 1]
        me["choice"], me["destination"] = choice, place
        me["away_since"] = family.year - years if place >= 0 else 0


def moving_from(choice: int) -> np.ndarray:
    family, who = three_generations()
    live_by(family, who, choice)
    return terms_of(family, who["mother"], who["father"], VILLAGERS)[:, weighing.MOVING]


def test_who_stays_where_it_is_does_not_move():
    assert all(moving_from(j)[j] == 0.0 for j in EVERY)


def test_a_move_costs_the_same_there_and_back():
    costs = np.array([moving_from(j) for j in EVERY])
    assert costs == pytest.approx(costs.T)
    others = ~np.eye(N, dtype=bool)
    assert (costs[others] < 0.0).all()


def test_a_move_is_told_by_who_moves_between_village_town_and_city():
    move, second, town = V.choice_move, V.choice_move_both, V.choice_move_town
    bring = V.choice_move_children
    both = move * (1.0 + second)
    expected = {
        (HOME, FATHER_AWAY): move,
        (FATHER_AWAY, MOTHER_AWAY): both,
        (FATHER_AWAY, CHILDREN_LEFT): move,
        (HOME, CHILDREN_LEFT): both,
        (HOME, CHILDREN_TAKEN): both + bring,
        (CHILDREN_LEFT, CHILDREN_TAKEN): bring,
        (HOME, TOWN): move * town * (1.0 + second) + bring,
        (TOWN, FATHER_AWAY_TOWN): move,
        (FATHER_AWAY, FATHER_AWAY_TOWN): move * town + bring,
        (TOWN, CHILDREN_TAKEN): both,
    }
    for (one, other), cost in expected.items():
        assert moving_from(one)[other] == pytest.approx(-cost), (one, other)


def test_a_couple_away_does_not_bring_a_first_child_after():
    """Away without a child they are in the alternative of those who leave theirs: none was left."""
    family = Family()
    father = family.man(26)
    mother = family.woman(24, husband=father)
    family.child(0, mother, father)
    family.goes(mother, father, choice=CHILDREN_LEFT)

    def brings() -> float:
        return float(terms_of(family, mother, father)[CHILDREN_TAKEN, weighing.MOVING])

    assert brings() == 0.0
    family.year += 1
    assert brings() == pytest.approx(-V.choice_move_children)


@pytest.mark.parametrize("choice", [FATHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN, TOWN])
def test_the_longer_parents_are_away_the_more_they_want_the_children_there(choice):
    found = []
    for years in range(12):
        family, who = three_generations()
        live_by(family, who, choice, years=years)
        settling = terms_of(family, who["mother"], who["father"], VILLAGERS)[:, weighing.SETTLING]
        assert np.all(settling[:CHILDREN_TAKEN] == 0.0)
        assert settling[CHILDREN_TAKEN] == settling[TOWN] == settling[FATHER_AWAY_TOWN]
        found.append(settling[TOWN])
    assert found == pytest.approx(V.choice_settle * np.log1p(np.arange(12)))
    assert np.all(np.diff(found) > 0.0)


def test_settling_counts_from_the_parent_who_left_first():
    family, who = three_generations()
    live_by(family, who, CHILDREN_LEFT, years=9)
    family.people["away_since"][who["father"]] = family.year - 2
    found = terms_of(family, who["mother"], who["father"], VILLAGERS)[:, weighing.SETTLING]
    assert found[TOWN] == pytest.approx(V.choice_settle * math.log(10))
    live_by(family, who, HOME)
    assert np.all(terms_of(family, who["mother"], who["father"])[:, weighing.SETTLING] == 0.0)


@pytest.mark.parametrize("near", [0.0, 1.0])
def test_local_work_is_for_those_whom_it_reaches_and_for_who_moves_to_the_town(near):
    family, who = three_generations()
    couple = who["mother"], who["father"]
    p = parameters(2010, local_job_near=near)
    own = home_luck(family.people, who["mother"], WORD, LOCAL_JOB, 1)
    remote = remoteness(family.people, who["mother"], WORD) if near else own

    def found(local_job: float, mother: int = couple[0], father: int = couple[1]) -> np.ndarray:
        here = a_place(local_job=local_job, town_share=0.0)
        return terms_of(family, mother, father, here, p)[:, weighing.LOCAL]

    one = V.choice_local * V.choice_local_one
    reached = [V.choice_local, one, one, 0.0, 0.0, V.choice_local, 0.0]
    assert found(remote + 0.001) == pytest.approx(reached)
    share = remote - 0.001
    assert found(share) == pytest.approx([0, 0, 0, 0, 0, V.choice_local * share, 0])
    family.dies(who["father"])
    alone = found(remote + 0.001, father=NOBODY)
    assert alone[[HOME, CHILDREN_LEFT, CHILDREN_TAKEN]].tolist() == [V.choice_local, 0.0, 0.0]
    family.people["hukou"][: family.count] = NON_AGRICULTURAL
    assert np.all(found(1.0, father=NOBODY) == 0.0)


@pytest.mark.parametrize(
    ("to", "open_there", "closed"),
    [(FAR, 0.0, 1.0), (FAR, 0.75, 0.25), (FAR, 1.0, 0.0), (NEAR, 0.0, 0.0), (OWN_PLACE, 0.0, 0.0)],
)
def test_exams_send_home_pupils_of_12_to_15_of_another_province_where_they_are_closed(
    to, open_there, closed
):
    for age in (11, 12, 15, 16):
        family = Family()
        father = family.man(40)
        mother = family.woman(38, husband=father)
        family.child(age, mother, father, enrolled=1, schooling=age - 7)
        family.goes(mother, father, choice=CHILDREN_TAKEN, to=to)
        places = places_of(VILLAGERS, exam_open=open_there)
        found = terms_of(family, mother, father, VILLAGERS, places=places)[:, weighing.EXAM]
        assert np.all(np.delete(found, CHILDREN_TAKEN) == 0.0)
        meets = closed if age in (12, 15) else 0.0
        assert found[CHILDREN_TAKEN] == pytest.approx(-V.choice_exam * meets)


def test_who_was_at_home_expects_exams_and_schools_of_all_places():
    family, who = three_generations()
    here = a_place(town_share=0.0, barrier=0.6, exams_closed=0.8)
    found = terms_of(family, who["mother"], who["father"], here)
    assert found[CHILDREN_TAKEN, weighing.EXAM] == pytest.approx(-V.choice_exam * 0.8)
    school = V.choice_school * 0.6 * 2.0**0.7 + 2 * V.choice_school_child
    assert found[CHILDREN_TAKEN, weighing.SCHOOL] == pytest.approx(-school)


@pytest.mark.parametrize("last", EVERY)
def test_children_in_the_town_of_their_county_meet_no_barrier_and_no_exam(last):
    family, who = three_generations()
    live_by(family, who, last)
    couple = who["mother"], who["father"]
    terms = [
        terms_of(
            family,
            *couple,
            a_place(town_share=0.0, barrier=x, exams_closed=x),
            places=places_of(VILLAGERS, own_barrier=x, exam_open=1.0 - x),
        )
        for x in (0.0, 1.0)
    ]
    for term in (weighing.SCHOOL, weighing.EXAM):
        assert np.array_equal(terms[0][IN_TOWN, term], terms[1][IN_TOWN, term])
    walk = V.choice_town_school * math.log(V.school_minutes / 15.0) * 2.0**0.7
    assert terms[0][IN_TOWN, weighing.SCHOOL] == pytest.approx([walk, walk])


def test_the_mother_in_town_earns_nothing_and_lives_there():
    """Her pay is no matter to the choice in which she is in town alone; his is."""
    family, who = three_generations()

    def pay(name: str, schooling: int) -> np.ndarray:
        family.people["schooling"][who[name]] = schooling
        return terms_of(family, who["mother"], who["father"], VILLAGERS)[:, weighing.PAY]

    hers = pay("mother", 6), pay("mother", 12)
    assert hers[0][FATHER_AWAY_TOWN] == hers[1][FATHER_AWAY_TOWN]
    assert hers[0][TOWN] < hers[1][TOWN]
    his = pay("father", 6), pay("father", 12)
    assert his[0][FATHER_AWAY_TOWN] < his[1][FATHER_AWAY_TOWN]


# --- Spells --------------------------------------------------------------------------------------


def began(
    family: Family, mother: int, father: int, rethink: float, passing: float = 0.0
) -> tuple[int, str]:
    """When the circumstances of a household began, and by what."""
    at = family.at(HERE, parameters(2010, choice_rethink=rethink, choice_passing=passing))
    w = weighing.new_weighing()
    us = utility.weigh(at, places_of(HERE), care.loads(at), mother, father, w)
    year, event = spell.began(at, us)
    return int(year), spell.EVENTS[event]


def an_old_couple(number: int = 1) -> tuple[Family, int, int]:
    """Without living parents or children, together since 20 years."""
    family = Family(number=number)
    father = family.man(44)
    mother = family.woman(42, husband=father)
    family.people["union_year"][[father, mother]] = family.year - 20
    return family, mother, father


def shocks_in(
    family: Family, mother: int, father: int, rethink: float, passing: float = 0.0
) -> np.ndarray:
    at = family.at(HERE, parameters(2010, choice_rethink=rethink, choice_passing=passing))
    w = weighing.new_weighing()
    us = utility.weigh(at, places_of(HERE), care.loads(at), mother, father, w)
    key = family.people["key"][mother if mother >= 0 else father]
    lone = mother < 0 or father < 0
    nested_logit.shocks(at, key, spell.began(at, us)[0], lone, w.terms, w.shock)
    return w.shock.copy()


def over_years(family: Family, couple: tuple[int, int], rethink: float, years: int) -> np.ndarray:
    found = []
    for _ in range(years):
        found.append(shocks_in(family, *couple, rethink))
        family.year += 1
    family.year -= years
    return np.array(found)


def test_with_a_yearly_chance_of_one_circumstances_are_new_each_year():
    family, *couple = an_old_couple()
    found = over_years(family, (couple[0], couple[1]), 1.0, 10)
    assert len(np.unique(found, axis=0)) == 10
    assert all(began(family, *couple, 1.0)[0] == family.year for family.year in range(2010, 2015))


def test_without_events_and_renewals_circumstances_never_change():
    family, *couple = an_old_couple()
    found = over_years(family, (couple[0], couple[1]), 0.0, 15)
    assert np.array_equal(found, np.repeat(found[:1], 15, axis=0))
    assert began(family, *couple, 0.0) == (1990, "union")


def test_a_years_own_circumstances_pass_with_it():
    chance, own, lived = 0.2, 0, 0
    for number in range(120):
        family, *couple = an_old_couple(number)
        usual = shocks_in(family, *couple, 0.0)
        for family.year in range(2011, 2026):
            when, event = began(family, *couple, 0.0, chance)
            passes = when == family.year
            assert passes or (when, event) == (1990, "union")
            same = np.array_equal(shocks_in(family, *couple, 0.0, chance), usual)
            assert same != passes
            own += passes
            lived += 1
    sd = math.sqrt(chance * (1 - chance) / lived)
    assert own / lived == pytest.approx(chance, abs=4 * sd)


def test_circumstances_are_renewed_with_the_yearly_chance():
    rate, renewed, lived = 0.2, 0, 0
    for number in range(120):
        family, *couple = an_old_couple(number)
        years = [began(family, *couple, rate)[0] for family.year in range(2010, 2025)]
        assert years == sorted(years)
        renewed += sum(one == now for one, now in zip(years, range(2010, 2025), strict=True))
        lived += len(years)
    sd = math.sqrt(rate * (1 - rate) / lived)
    assert renewed / lived == pytest.approx(rate, abs=4 * sd)


def test_a_spell_begins_at_each_event_and_at_nothing_else():
    """A life with a child, and the death of her mother."""
    family = Family(1980)
    old = family.woman(48)
    father = family.man(24)
    mother = family.woman(22, mother=old, husband=father)
    family.people["union_year"][[father, mother]] = 1980
    found = [began(family, mother, father, 0.0)]
    child = NOBODY
    for family.year in range(1981, 2006):
        if family.year == 1982:
            child = family.child(0, mother, father)
        if family.year == 1990:
            family.dies(old)
        found.append(began(family, mother, father, 0.0))
    assert child >= 0
    opened = [
        event for year, event in zip(range(1980, 2006), found, strict=True) if event[0] == year
    ]
    assert opened == [
        (1980, "union"),
        (1982, "first birth"),
        (1983, "the youngest turned one"),
        (1988, "a child reached six"),
        (1990, "a grandparent died"),
        (1994, "a child reached twelve"),
        (1997, "a child reached fifteen"),
        (2000, "a child reached eighteen"),
    ]
    assert set(found) == set(opened)


def test_a_child_who_has_died_opens_nothing():
    family = Family(2010)
    father = family.man(34)
    mother = family.woman(32, husband=father)
    family.people["union_year"][[father, mother]] = 1999
    child = family.child(6, mother, father)
    assert began(family, mother, father, 0.0) == (2010, "a child reached six")
    family.people["death_year"][child] = 2009
    assert began(family, mother, father, 0.0) == (1999, "union")


def test_a_young_adult_comes_of_age_at_16():
    assert began(a_single(20), NOBODY, 0, 0.0) == (2006, "came of age")


def test_who_is_left_alone_has_other_circumstances():
    family, mother, father = an_old_couple()
    together = shocks_in(family, mother, father, 0.0)
    family.dies(mother)
    alone = shocks_in(family, NOBODY, father, 0.0)
    open_to_both = [HOME, CHILDREN_LEFT]
    assert not np.any(together[open_to_both] == alone[open_to_both])


def test_an_old_mother_alone_holds_all_who_would_go():
    family = Family()
    old = family.woman(78)
    father = family.man(45, mother=old)
    mother = family.woman(43, husband=father, home=SAME_VILLAGE)
    found = terms_of(family, mother, father)[:, weighing.ELDER]
    assert found[HOME] == 0.0
    assert 0 > found[FATHER_AWAY] > found[MOTHER_AWAY] > found[CHILDREN_LEFT]
    assert found[CHILDREN_LEFT] == -V.choice_elder
    eased = terms_of(family, mother, father, a_place(pension=1500.0))[:, weighing.ELDER]
    assert eased[FATHER_AWAY] == pytest.approx(V.pension_elder_factor * found[FATHER_AWAY])


def test_tastes_last_but_differ_between_households():
    def tastes(number: int, year: int) -> np.ndarray:
        family, who = three_generations(year=year, number=number)
        return terms_of(family, who["mother"], who["father"])[:, weighing.TASTES]

    assert np.array_equal(tastes(1, 2005), tastes(1, 2015))
    his = [tastes(number, 2010)[FATHER_AWAY] for number in range(400)]
    assert np.std(his) == pytest.approx(V.choice_taste_father, rel=0.12)
    both = np.array(
        [tastes(number, 2010)[[CHILDREN_LEFT, CHILDREN_TAKEN]] for number in range(400)]
    )
    going = V.choice_taste_both * math.hypot(V.choice_taste_father, V.choice_taste_mother)
    for column, sd in ((0, V.choice_taste_children), (1, V.choice_taste_city)):
        assert np.std(both[:, column]) == pytest.approx(math.hypot(going, sd), rel=0.12)


def test_a_taste_for_leaving_is_the_persons_own_before_and_after_the_wedding():
    for number in range(30):
        family = Family(number=number)
        man, woman = family.man(24), family.woman(23)
        his = terms_of(family, NOBODY, man)[CHILDREN_LEFT, weighing.TASTES]
        hers = terms_of(family, woman, NOBODY)[CHILDREN_LEFT, weighing.TASTES]
        couple = terms_of(family, woman, man)[:, weighing.TASTES]
        assert couple[FATHER_AWAY] == his
        assert couple[MOTHER_AWAY] == hers
        assert couple[CHILDREN_LEFT] == pytest.approx(V.choice_taste_both * (his + hers))
        family.people["partner"][[man, woman]] = woman, man
        family.dies(woman)
        assert terms_of(family, NOBODY, man)[CHILDREN_LEFT, weighing.TASTES] == his


# --- Terms of the place and of age: closed forms -------------------------------------------------

ALONE_N, BOTH_N = 1.0, 1.5  # how much the going of one, and of a couple, weighs
COUPLE_N = np.array([0.0, ALONE_N, ALONE_N, BOTH_N, BOTH_N, BOTH_N, ALONE_N])
TO_THE_CITY = np.array([0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0])  # 1 where somebody leaves the county


def test_distance_is_the_access_of_who_leaves_children_and_of_who_takes_them():
    family, who = three_generations()
    here = a_place(access_leave=0.7, access_take=-0.4, town_share=0.0)
    found = terms_of(family, who["mother"], who["father"], here)[:, weighing.DISTANCE]
    access = np.array([0.0, 0.7, 0.7, 0.7, -0.4, 0.0, 0.7])
    assert found == pytest.approx(V.choice_distance * COUPLE_N * access)
    single = terms_of(a_single(20), NOBODY, 0, here)[CHILDREN_LEFT, weighing.DISTANCE]
    assert single == pytest.approx(V.choice_distance * 0.7)


def test_law_is_jobs_less_closure_for_each_who_goes():
    family, who = three_generations()
    here = a_place(jobs=0.3, closure=0.8, town_share=0.0)
    found = terms_of(family, who["mother"], who["father"], here)[:, weighing.LAW]
    jobs, closure = V.choice_jobs * 0.3, V.choice_law * 0.8
    one = jobs - closure
    assert found == pytest.approx((jobs * TO_THE_CITY - closure) * COUPLE_N)
    single = terms_of(a_single(20), NOBODY, 0, here)[CHILDREN_LEFT, weighing.LAW]
    assert single == pytest.approx(one)


@pytest.mark.parametrize("town", [True, False])
def test_language_weighs_on_the_minority_wherever_it_lives(town):
    family, who = three_generations()
    here = a_place(town_share=1.0 if town else 0.0)
    found = terms_of(family, who["mother"], who["father"], here)[:, weighing.LANGUAGE]
    assert np.all(found == 0.0)
    family.people["group"][: family.count] = MINORITY
    found = terms_of(family, who["mother"], who["father"], here)[:, weighing.LANGUAGE]
    assert found == pytest.approx(-V.choice_language * COUPLE_N * TO_THE_CITY)


@pytest.mark.parametrize(("his_age", "her_age"), [(24, 22), (45, 30), (31, 44), (52, 50)])
@pytest.mark.parametrize("children", [True, False])
def test_age_is_the_square_of_years_beyond_the_own_sexs_age(his_age, her_age, children):
    family = Family()
    father = family.man(his_age)
    mother = family.woman(her_age, husband=father)
    if children:
        family.child(2, mother, father)
    found = terms_of(family, mother, father)[:, weighing.AGE]
    curve = V.choice_age_curve * (1.0 if children else V.choice_age_childless)
    his = curve * max(his_age - V.choice_age_men, 0.0) ** 2
    hers = V.choice_age_women_ratio * curve * max(her_age - V.choice_age_women, 0.0) ** 2
    both = V.choice_age_both * (his + hers)
    expected = np.array([0.0, his, hers, both, both, both, his])
    open_here = list(EVERY[: N if children else CHILDREN_TAKEN])
    assert found[open_here] == pytest.approx(expected[open_here])


@pytest.mark.parametrize("age", [18, 30, 55])
def test_age_of_the_single_counts_from_an_age_of_their_own(age):
    own = V.choice_age_curve * max(age - V.choice_age_single, 0.0) ** 2
    man, woman = Family(), Family()
    man.man(age)
    woman.woman(age)
    his = terms_of(man, NOBODY, 0)[CHILDREN_LEFT, weighing.AGE]
    hers = terms_of(woman, 0, NOBODY)[CHILDREN_LEFT, weighing.AGE]
    assert (his, hers) == pytest.approx((own, V.choice_age_women_ratio * own))


def test_a_couple_of_whom_she_is_a_pupil_decides_and_only_he_may_go():
    family = Family()
    husband = family.man(22)
    wife = family.woman(17, husband=husband, enrolled=1, schooling=10)
    gone = parameters(2010, choice_alpha_father=50.0)
    assert decide(family, p=gone).sum() == 1
    assert possible(terms_of(family, wife, husband)) == {HOME, FATHER_AWAY}
    assert family.of(husband, "choice") == family.of(wife, "choice") == FATHER_AWAY


# --- The choice --------------------------------------------------------------------------------

rows = st.lists(st.floats(-5, 5), min_size=N, max_size=N)


@given(rows, rows, st.integers(0, N - 1), st.floats(0.0, 5.0))
def test_raising_one_alternative_only_moves_people_into_it(worth, shock, j, more):
    terms = np.zeros((N, weighing.N_TERMS))
    terms[:, weighing.PAY] = worth
    before = nested_logit.best_alternative(terms, np.array(shock))
    terms[j, weighing.SCHOOL] += more
    after = nested_logit.best_alternative(terms, np.array(shock))
    assert after in (before, j)
    if before == j:
        assert after == j


@given(rows, rows, st.sets(st.integers(1, N - 1)))
def test_an_impossible_alternative_is_never_chosen(worth, shock, closed):
    terms = np.zeros((N, weighing.N_TERMS))
    terms[:, weighing.PAY] = worth
    for j in closed:
        terms[j, nested_logit.CONSTANT] = nested_logit.IMPOSSIBLE
        terms[j, weighing.PAY] += 1000.0
    assert nested_logit.best_alternative(terms, np.array(shock)) not in closed


@pytest.mark.parametrize(
    ("lever", "goals"),
    [
        ("choice_alpha_both_taken", {CHILDREN_TAKEN}),
        ("choice_alpha_father", {FATHER_AWAY, FATHER_AWAY_TOWN}),
        ("choice_alpha_town", {TOWN}),
        ("choice_alpha_town_apart", {FATHER_AWAY_TOWN}),
    ],
)
def test_in_a_whole_population_a_raised_alternative_gains_and_no_other_does(lever, goals):
    moves = set()
    for number in range(300):
        chosen = []
        for raised in (0.0, 1.5):
            family, who = three_generations(number=number)
            decide(family, VILLAGERS, parameters(2010, **{lever: float(P[lever]) + raised}))
            chosen.append(family.of(who["mother"], "choice"))
        moves.add(tuple(chosen))
    into = {(before, after) for before, after in moves if before != after}
    assert into and all(after in goals for _, after in into)


@numba.njit
def _shares(n, terms, at, lone, shocks, best):
    counts = np.zeros(len(terms), np.int64)
    out = np.empty(len(terms))
    for i in range(n):
        shocks(at, mix(np.uint64(i)), at.year, lone, terms, out)
        counts[best(terms, out)] += 1
    return counts


@pytest.mark.parametrize("lone", [False, True])
@pytest.mark.parametrize("index", [0.3, 0.5, 1.0])
def test_the_households_shocks_make_an_exact_nested_logit(index, lone):
    n = 60_000
    p = parameters(2010, choice_nest=index)
    terms = np.zeros((N, weighing.N_TERMS))
    worth = np.array([0.0, -0.7, -1.1, 0.3, 0.1, -0.4, -0.2])
    terms[:, nested_logit.CONSTANT] = worth
    at = Family().at(HERE, p)
    counts = _shares(n, terms, at, lone, nested_logit.shocks, nested_logit.best_alternative)
    order = [HOME, FATHER_AWAY, MOTHER_AWAY, *IN_TOWN, CHILDREN_LEFT, CHILDREN_TAKEN]
    expected = np.empty(N)
    expected[order] = n * nested_logit_shares(worth[order], index)
    assert stats.chisquare(counts, expected).pvalue > RARE


def test_closed_schools_turn_taken_children_into_children_left_more_in_a_nest():
    """The nested logit answers a school policy more strongly than the plain one."""

    def gain_of_left(index: float) -> float:
        open_, closed = (
            nested_logit_shares(np.array([0.5, 0.0, -0.5, 0.2, taken]), index)
            for taken in (0.2, -0.5)
        )
        return float(closed[CHILDREN_LEFT] - open_[CHILDREN_LEFT])

    assert gain_of_left(0.5) > 1.5 * gain_of_left(1.0)


# --- Destination -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_places():
    """Two provinces (2 and 3 prefectures) with the year's tables of all origins."""
    km = np.full((5, 5), 600.0)
    km[0, 1] = km[1, 0] = 100.0
    np.fill_diagonal(km, 25.0)
    pay = np.array([900.0, 1200.0, 2000.0, 2500.0, 1500.0])
    jobs = np.array([0.5, 1.0, 3.0, 2.0, 0.2])
    chance = np.array([-0.1, 0.2, 0.4, 0.0, -0.3])
    barrier = np.array([0.1, 0.3, 0.9, 0.5, 0.2])
    exams = np.array([0.9, 0.7, 1.0, 0.4, 0.6])
    flows = np.zeros((5, 5), np.int64)
    flows[0] = [0, 5, 10, 85, 0]
    province = np.array([0, 0, 1, 1, 1])
    share, by_province = np.empty((2, 5, 5)), np.empty((2, 5, 2))
    expected = np.empty((5, 2, 4))
    draws = np.log(pay), np.log(jobs), chance
    there = destination.Destinations(*draws, barrier, exams, km, province)
    outlook = destination.Outlook(share, by_province, expected)
    destination.place_tables(0, 5, there, flows, P, outlook)
    return {
        "pay": pay,
        "jobs": jobs,
        "chance": chance,
        "barrier": barrier,
        "exams": exams,
        "km": km,
        "flows": flows,
        "share": share,
        "by_province": by_province,
        "expected": expected,
        "province": province,
        "first": np.array([0, 2, 5]),
    }


def met(t: dict[str, np.ndarray], origin: int) -> np.ndarray:
    """The barrier that a family from `origin` meets; near home only who leaves the county."""
    near = np.where(np.arange(5) == origin, V.place_barrier_near, 1.0)
    return t["barrier"] * near


def utility_of(t: dict[str, np.ndarray], taking: int, origin: int) -> np.ndarray:
    """Utilities of the five destinations in closed form."""
    out = t["flows"][origin].sum()
    network = t["flows"][origin] / out if out else np.zeros(5)
    return (
        V.dest_distance / V.dest_income_distance * np.log(t["pay"])
        + V.dest_jobs * np.log(t["jobs"])
        + V.dest_job_chance * t["chance"]
        - V.dest_distance * np.log(t["km"][origin] + V.dest_near_km)
        - V.dest_border * (t["province"] != t["province"][origin])
        + V.dest_network * network
        - V.dest_school * met(t, origin) * taking
    )


def shares_from(t: dict[str, np.ndarray], taking: int, origin: int = 0) -> np.ndarray:
    e = np.exp(utility_of(t, taking, origin))
    return e / e.sum()


@pytest.mark.parametrize("taking", [destination.LEAVE, destination.TAKE])
def test_shares_of_destinations_are_the_logits_and_add_to_one(three_places, taking):
    t = three_places
    for origin in range(5):
        share = shares_from(t, taking, origin)
        assert t["share"][taking, origin] == pytest.approx(share)
        assert t["by_province"][taking, origin] == pytest.approx([share[:2].sum(), share[2:].sum()])


@pytest.mark.parametrize("taking", [destination.LEAVE, destination.TAKE])
def test_expected_pay_and_barrier_are_means_and_logsum_is_mean_utility_plus_variety(
    three_places, taking
):
    t = three_places
    for origin in range(5):
        share = shares_from(t, taking, origin)
        pay, access, barrier, closed = t["expected"][origin, taking]
        assert pay == pytest.approx((share * t["pay"]).sum())
        assert barrier == pytest.approx((share * met(t, origin)).sum())
        elsewhere = t["province"] != t["province"][origin]
        assert closed == pytest.approx((share * t["exams"] * elsewhere).sum())
        logsum = np.log(np.exp(utility_of(t, taking, origin)).sum())
        income = V.dest_distance / V.dest_income_distance * (share * np.log(t["pay"])).sum()
        assert access + income == pytest.approx(logsum)
        entropy = -(share * np.log(share)).sum()
        mean = (share * utility_of(t, taking, origin)).sum()
        assert mean + entropy == pytest.approx(logsum)


def logit_of(t: dict[str, np.ndarray]) -> destination.Logit:
    """What the first place's people choose from."""
    return destination.Logit(t["share"][:, 0], t["by_province"][:, 0], t["first"])


def drawn(t: dict[str, np.ndarray], last: int, n: int = 20_000) -> np.ndarray:
    family = Family()
    i = family.man(40)
    found = []
    for number in range(n):
        family.people["key"][i] = mix(np.uint64(number))
        at = family.at(HERE, P)
        found.append(destination.choose_destination(at, logit_of(t), destination.LEAVE, i, last))
    return np.bincount(found, minlength=5)


def test_first_destinations_follow_the_logit(three_places):
    counts = drawn(three_places, -1)
    assert stats.chisquare(counts, counts.sum() * shares_from(three_places, 0)).pvalue > RARE


@pytest.mark.parametrize("last", [0, 3])
def test_a_share_of_those_away_goes_back_and_the_others_choose_anew(three_places, last):
    share = (1.0 - V.dest_stay) * shares_from(three_places, 0)
    share[last] += V.dest_stay
    counts = drawn(three_places, last)
    assert stats.chisquare(counts, counts.sum() * share).pvalue > RARE


def test_who_was_home_for_a_while_goes_back_to_where_it_worked(three_places):
    family = Family()
    i = family.man(40)
    years, again, went = range(2001, 2011), 0, 0
    for number in range(2_000):
        family.people["key"][i] = mix(np.uint64(number))
        found = []
        for family.year in years:
            at = family.at(HERE, P)
            found.append(
                destination.choose_destination(at, logit_of(three_places), destination.LEAVE, i, -1)
            )
        again += sum(a == b for a, b in pairwise(found))
        went += len(found) - 1
    share = shares_from(three_places, 0)
    expected = V.dest_stay + (1.0 - V.dest_stay) * float((share**2).sum())
    assert again / went == pytest.approx(
        expected, abs=4 * math.sqrt(expected * (1 - expected) / went)
    )


def go(family: Family, tables: dict[str, np.ndarray], here: np.record = HERE) -> None:
    destination.step(family.at(here, P), logit_of(tables), OWN_PLACE)


@pytest.mark.parametrize("choice", EVERY)
def test_the_choice_says_who_is_away(three_places, choice):
    family, who = three_generations()
    family.people["choice"][[who["mother"], who["father"]]] = choice
    go(family, three_places)
    away = {name for name in who if family.of(who[name], "destination") >= 0}
    assert (
        away
        == {
            HOME: set(),
            FATHER_AWAY: {"father"},
            MOTHER_AWAY: {"mother"},
            CHILDREN_LEFT: {"father", "mother"},
            CHILDREN_TAKEN: {"father", "mother", "older", "younger"},
            TOWN: {"father", "mother", "older", "younger"},
            FATHER_AWAY_TOWN: {"father", "mother", "older", "younger"},
        }[choice]
    )


def test_a_family_that_goes_together_lives_in_one_place_all_year(three_places):
    for number in range(30):
        family, who = three_generations(number=number)
        family.people["choice"][[who["mother"], who["father"]]] = CHILDREN_TAKEN
        go(family, three_places)
        places = {family.of(who[name], "destination") for name in ("father", "mother", "younger")}
        assert len(places) == 1 and places <= set(range(5))
        assert family.of(who["younger"], "months") == destination.WHOLE_YEAR


def test_most_couples_who_leave_their_children_go_to_one_place(three_places):
    same = []
    for number in range(600):
        family, who = three_generations(number=number)
        family.people["choice"][[who["mother"], who["father"]]] = CHILDREN_LEFT
        go(family, three_places)
        same.append(
            family.of(who["father"], "destination") == family.of(who["mother"], "destination")
        )
    share = shares_from(three_places, 0)
    expected = V.dest_couple_same + (1 - V.dest_couple_same) * (share**2).sum()
    assert np.mean(same) == pytest.approx(
        expected, abs=4 * math.sqrt(expected * (1 - expected) / 600)
    )


@pytest.mark.parametrize(
    ("his", "hers", "back"), [(2, 3, 2), (-1, 3, 3), (4, -1, 4)], ids=["both", "she", "he"]
)
def test_a_couple_goes_back_to_where_he_was_or_else_she(three_places, his, hers, back):
    always = parameters(2010, dest_stay=1.0, dest_couple_same=1.0)
    family, who = three_generations()
    for name, place in (("father", his), ("mother", hers)):
        family.people["destination"][who[name]] = place
        family.people["choice"][who[name]] = CHILDREN_LEFT
    destination.step(family.at(HERE, always), logit_of(three_places), OWN_PLACE)
    assert {family.of(who[name], "destination") for name in ("father", "mother")} == {back}


def test_who_returns_is_at_home_and_the_absence_is_over(three_places):
    family, who = three_generations()
    family.goes(who["father"], who["mother"], who["younger"], choice=CHILDREN_TAKEN, to=2)
    family.people["choice"][[who["mother"], who["father"]]] = HOME
    go(family, three_places)
    for name in ("father", "mother", "younger"):
        for field, value in (("destination", -1), ("months", 0), ("away_since", 0)):
            assert family.of(who[name], field) == value


def test_an_absence_counts_from_its_first_year(three_places):
    family, who = three_generations()
    family.people["choice"][[who["mother"], who["father"]]] = FATHER_AWAY
    go(family, three_places)
    began = family.of(who["father"], "away_since")
    assert began == family.year
    family.year += 1
    go(family, three_places)
    assert family.of(who["father"], "away_since") == began


def test_orphans_in_the_city_come_home(three_places):
    family, who = three_generations()
    family.goes(who["father"], who["mother"], who["younger"], choice=CHILDREN_TAKEN)
    family.dies(who["father"], who["mother"])
    go(family, three_places)
    assert family.of(who["younger"], "destination") == -1


def test_a_divorced_father_does_not_take_the_children_who_live_with_their_mother(three_places):
    family, who = three_generations()
    part(family.people, who["mother"])
    assert family.of(who["father"], "union") == DIVORCED
    new = family.woman(30, husband=who["father"])
    own = family.child(1, new, who["father"])
    family.people["choice"][[new, who["father"]]] = CHILDREN_TAKEN
    go(family, three_places)
    assert family.of(own, "destination") == family.of(new, "destination") >= 0
    assert family.of(who["younger"], "destination") == -1


def test_months_away_are_those_of_three_lasting_classes():
    keys = [np.uint64(mix(np.uint64(i))) for i in range(8000)]
    months = np.array([destination.months_away(key, False, WORD, P) for key in keys])
    share = {m: (months == m).mean() for m in set(months.tolist())}
    assert share.keys() == {int(V.months_seasonal), int(V.months_most), destination.WHOLE_YEAR}
    assert share[int(V.months_seasonal)] == pytest.approx(V.months_seasonal_share, abs=0.02)
    assert months.mean() == pytest.approx(V.months_mean, abs=0.6)


def test_flows_count_adults_and_children_apart():
    family, who = three_generations()
    family.goes(who["father"], who["mother"], who["younger"], choice=CHILDREN_TAKEN)
    flows, child_flows = np.zeros(10, np.int64), np.zeros(10, np.int64)
    adults, gone = destination.count_flows(family.at(HERE, P), flows, child_flows)
    assert (flows[AWAY], flows.sum()) == (2, 2)
    assert (child_flows[AWAY], child_flows.sum()) == (1, 1)
    assert (adults, gone) == (2, 2)  # the grandparents are past 59


@pytest.mark.parametrize(
    ("ages", "dead", "along", "may_stay"),
    [((9, 3), (), (0, 1), True), ((9, 3), (1,), (0,), False), ((9, 3), (), (0,), False)],
    ids=["small child along", "the small one has died", "the small one is elsewhere"],
)
def test_a_mother_stays_with_a_small_child_only_if_one_lives_with_her(ages, dead, along, may_stay):
    never = parameters(2010, work_mother_with_children=0.0)
    family = Family()
    father = family.man(36)
    mother = family.woman(34, husband=father)
    children = [family.child(age, mother, father) for age in ages]
    family.goes(father, mother, *(children[k] for k in along), choice=CHILDREN_TAKEN)
    family.dies(*(children[k] for k in dead))
    works = migrants.works(family.at(HERE, never), mother)
    assert works == (not may_stay)


# --- The shared run ----------------------------------------------------------------------------


def test_all_forms_of_migration_occur_and_most_families_stay(lived):
    choices = lived.years[2010].counts.choices.sum(0)
    now = choices.sum(1)  # by kind of household, choice now
    couples = now[0]
    assert np.all(couples > 0)
    assert couples[HOME] > couples[1:].max()
    with_children = [CHILDREN_TAKEN, *IN_TOWN]
    assert np.all(now[1][with_children] == 0)
    assert np.all(now[2][[FATHER_AWAY, MOTHER_AWAY, FATHER_AWAY_TOWN]] == 0)
    assert np.all(now[3][[FATHER_AWAY, MOTHER_AWAY, *with_children]] == 0)


def test_migration_grows_as_the_gates_open(lived):
    gone = {y: int(lived.years[y].flows.sum()) for y in (1980, 1990, 2000, 2010)}
    assert gone[1980] < gone[1990] < gone[2000] < gone[2010]


def test_most_who_cross_a_province_go_east(lived):
    flows = lived.years[2010].flows[:, :-1].astype(float)  # those in China
    region = lived.places.provinces["region"].to_numpy()[lived.places.province]
    province = lived.places.province
    crossing = flows * (province[:, None] != province[None, :])
    assert crossing[:, region == "east"].sum() > 0.5 * crossing.sum()
