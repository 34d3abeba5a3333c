"""Births follow the UN's rates in sum and the rules of place, group and year in who bears."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftbehind.base.person import FEMALE, MALE, MINORITY, NOBODY, NON_AGRICULTURAL
from leftbehind.base.randomness import child_key
from leftbehind.inputs import official_rates
from leftbehind.inputs.birth_rules import NO_LIMIT, rules
from leftbehind.inputs.tables import yearly
from leftbehind.model.alignment import DEATHS_SHAPE, Alignment
from leftbehind.model.processes import fertility, mortality

from .families import Family, a_place, parameters, three_generations, values

P = parameters(1990, fert_never=0.0)  # all of these women can bear
V = values(P)
HERE = a_place()
EVERYBODY = np.ones((2, 4, 2))  # a wish of 1 at every parity
NEVER = np.zeros((2, official_rates.OLDEST + 1))
AGES = official_rates.OLDEST + 1


# --- Alignment -----------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.integers(1, 5000), st.floats(0.0, 1.0)),
        min_size=fertility.RATE_BINS,
        max_size=fertility.RATE_BINS,
    ),
    st.floats(0.02, 0.95),
    st.integers(0, fertility.AGE_GROUPS - 1),
)
def test_alignment_makes_expected_births_the_target(bins, share, group):
    expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
    women = np.array([n for n, _ in bins])
    rate = (np.arange(fertility.RATE_BINS) + np.array([f for _, f in bins])) / fertility.RATE_BINS
    expected[fertility.WOMEN, group] = women
    expected[fertility.OWN, group] = women * rate * mortality.FIXED_POINT
    target = share * (women * -np.expm1(-2.0 * rate)).sum()
    expected[fertility.OFFICIAL, group, 0] = target * mortality.FIXED_POINT
    kappa = fertility.solve_alignment(expected)
    births = (women * -np.expm1(-kappa[group] * rate)).sum()
    assert births == pytest.approx(target, rel=1e-6)
    others = np.arange(fertility.AGE_GROUPS) != group
    assert np.all(kappa[: fertility.AGE_GROUPS][others] == 1.0)  # nobody there: nothing to align


def test_alignment_of_the_wanted_rates_is_one():
    expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
    expected[fertility.WOMEN, 3, 10] = 1000
    expected[fertility.OWN, 3, 10] = int(1000 * 0.1 * mortality.FIXED_POINT)
    births = 1000 * -math.expm1(-0.1)
    expected[fertility.OFFICIAL, 3, 0] = int(births * mortality.FIXED_POINT)
    assert fertility.solve_alignment(expected)[3] == pytest.approx(1.0, rel=1e-6)


def test_a_target_beyond_all_women_stops_at_the_most():
    expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
    expected[fertility.WOMEN, 2, 1] = 10
    expected[fertility.OWN, 2, 1] = int(10 * 0.01 * mortality.FIXED_POINT)
    expected[fertility.OFFICIAL, 2, 0] = 11 * mortality.FIXED_POINT
    assert fertility.solve_alignment(expected)[2] == pytest.approx(fertility.KAPPA_MOST)


def wives(number: int, age: int = 25, year: int = 1990, **fields: int) -> Family:
    """Couples without children; the wife is `2 * k + 1`."""
    family = Family(year, room=6 * number)
    for _ in range(number):
        husband = family.man(age + 2)
        family.woman(age, husband=husband, **fields)
    return family


def bear(
    family: Family,
    rate: float,
    p: np.record = P,
    here: np.record = HERE,
    wish: np.ndarray = EVERYBODY,
    infant_deaths: np.ndarray = NEVER,
    kappa: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """A year's births at a flat rate; returns (births by sex and mother's age, deaths)."""
    births, deaths = np.zeros((2, AGES), np.int64), np.zeros((2, AGES), np.int64)
    factors = np.ones(fertility.N_FACTORS)
    factors[: fertility.AGE_GROUPS] = kappa
    own = np.empty(family.count)
    at = family.at(here, p)
    sums = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
    fertility.expect(at, np.full(AGES, rate), wish, own, sums)
    family.count = fertility.step(at, own, factors, infant_deaths, births, deaths)
    return births, deaths


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_the_alignment_of_real_women_gives_the_uns_births(rate):
    """From the counting kernel to births: women of many rates, one target."""
    family = wives(2000)
    for k, i in enumerate(range(1, 4000, 2)):
        family.people["births"][i] = k % 3
        family.people["sons"][i] = min(k % 3, 1)
        family.people["last_birth"][i] = 1990 - k % 7 if k % 3 else 0
    expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
    flat = np.full(AGES, rate)
    wish = fertility.wishes(P, 1990)
    own = np.empty(family.count)
    fertility.expect(family.at(HERE, P), flat, wish, own, expected)
    group = (25 - 10) // 5
    assert expected[fertility.OFFICIAL, group, 0] / mortality.FIXED_POINT == pytest.approx(
        2000 * rate, rel=1e-6
    )
    assert expected[fertility.WOMEN].sum() == 2000
    kappa = Alignment().for_births(1990, expected)[group]
    births, _ = bear(family, rate, wish=wish, kappa=kappa)
    spread = math.sqrt(2000 * rate * (1 - rate))
    assert births.sum() == pytest.approx(2000 * rate, abs=4 * spread)


# --- Births --------------------------------------------------------------------------------------


def test_expected_children_are_the_rates_twins_included():
    family = wives(20_000)
    rate = 0.2
    births, _ = bear(family, rate, p=parameters(1990, fert_twin=0.2, fert_never=0.0))
    children = 20_000 * (1.0 - math.exp(-rate))
    assert births.sum() == pytest.approx(children, rel=0.04)
    confinements = family.people["births"][1:40_000:2]
    assert (confinements == 2).sum() / (confinements > 0).sum() == pytest.approx(0.2, abs=0.02)


def test_twins_are_two_children_of_one_mother_and_one_year():
    family = wives(50)
    bear(family, 50.0, p=parameters(1990, fert_twin=1.0))
    mothers = [i for i in range(1, 100, 2) if family.of(i, "births") > 0]
    assert len(mothers) > 15
    for mother in mothers:
        first = family.of(mother, "youngest_child")
        second = family.of(first, "older_by_mother")
        assert family.of(mother, "births") == 2
        assert family.of(second, "older_by_mother") == NOBODY
        assert family.of(first, "birth_year") == family.of(second, "birth_year") == 1990
        assert family.people["key"][first] != family.people["key"][second]
        assert family.of(first, "father") == family.of(second, "father") == mother - 1


def test_a_childs_key_is_its_mothers_and_its_order_whatever_the_year():
    keys = {}
    for year in (1970, 1990):
        family = wives(5, year=year)
        bear(family, 50.0, p=parameters(1990, fert_twin=0.0))
        keys[year] = family.people["key"][10:15].tolist()
        mothers = family.people["key"][1:10:2]
        assert keys[year] == [child_key(mother, 1) for mother in mothers]
    assert keys[1970] == keys[1990]


def test_a_newborn_has_its_mothers_people_and_place_and_both_parents():
    family = wives(40)
    family.people["group"][1::2] = MINORITY
    bear(family, 50.0)
    for child in range(80, family.count):
        mother = family.of(child, "mother")
        assert family.of(mother, "sex") == FEMALE
        assert family.of(child, "father") == mother - 1
        assert family.of(child, "group") == MINORITY
        assert family.of(child, "birth_year") == 1990
        assert family.of(child, "death_year") == 0
        assert family.of(child, "destination") == -1
        assert family.of(mother, "last_birth") == 1990


def test_newborns_die_with_the_uns_chance_of_their_sex_wherever_their_mothers_live():
    """Villagers, townswomen, migrants and mixed couples: where the child is, not its mother."""
    family = wives(24_000, year=2005)
    people = family.people
    people["hukou"][1:16_000:2] = NON_AGRICULTURAL
    people["hukou"][0:8000:2] = NON_AGRICULTURAL
    people["hukou"][40_000:48_000:2] = NON_AGRICULTURAL  # he only
    people["destination"][16_000:32_000] = 7
    people["births"][1:48_000:4], people["last_birth"][1:48_000:4] = 1, 2001
    people["last_birth"][1:16_000:4] = 2004  # townswomen of small chances beside villagers
    chances = np.full((2, AGES), 0.1)
    chances[MALE] = 0.2
    sums = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
    at, p = family.at(a_place(mortality=1.2), parameters(2005)), parameters(2005)
    own = np.empty(family.count)
    fertility.expect(at, np.full(AGES, 0.3), EVERYBODY, own, sums)
    kappa = fertility.solve_alignment(sums)
    births, deaths = np.zeros((2, AGES), np.int64), np.zeros((2, AGES), np.int64)
    fertility.step(family.at(at.here, p), own, kappa, chances, births, deaths)
    for sex in (FEMALE, MALE):
        born, q = births[sex].sum(), chances[sex, 0]
        spread = math.sqrt(born * q * (1 - q))
        assert deaths[sex, 0] == pytest.approx(born * q, abs=3.5 * spread)


def test_both_twins_are_drawn_as_the_mothers_next_child():
    """After the first twin, a girl, the second is no boy by selection."""
    family = wives(6000, year=2004)
    p = parameters(2004, fert_twin=1.0, fert_boy_excess=0.4, fert_boy_excess_first_ratio=0.0)
    bear(family, 50.0, p=p)
    people = family.people
    seconds = people[12_000 : family.count][people["older_by_mother"][12_000 : family.count] >= 0]
    after_girl = seconds[people["sex"][seconds["older_by_mother"]] == FEMALE]
    assert len(after_girl) > 1000
    base = values(p).fert_boy_base
    assert (after_girl["sex"] == MALE).mean() == pytest.approx(base, abs=0.05)


def test_newborns_may_die_and_are_counted():
    family = wives(300)
    births, deaths = bear(family, 50.0, infant_deaths=np.full((2, AGES), 50.0))
    assert births.sum() == deaths[:, 0].sum() == deaths.sum() == family.count - 600 > 0
    assert np.all(family.people["death_year"][600 : family.count] == 1990)
    assert family.people["births"][1:600:2].sum() == births.sum()  # a mother's count keeps them


def test_a_mother_who_died_this_year_may_have_borne_a_child_who_has_a_father():
    family = wives(400)
    family.dies(*range(1, 800, 2))
    births, _ = bear(family, 50.0)
    assert births.sum() >= 400
    for child in range(800, family.count):
        mother = family.of(child, "mother")
        assert family.of(child, "father") == mother - 1


def test_who_died_before_this_year_bears_no_child():
    family = wives(50)
    family.dies(*range(1, 100, 2))
    family.year = 1991
    births, _ = bear(family, 50.0)
    assert births.sum() == 0


@pytest.mark.parametrize("age", [0, 12, 55, 80])
def test_only_women_of_fertile_age_bear(age):
    family = wives(20, age=age)
    births, _ = bear(family, 50.0)
    assert births.sum() == 0


def test_births_beyond_the_prefectures_room_are_refused_and_touch_no_neighbour():
    family = wives(40)
    neighbour = family.people[100:].copy()
    births, deaths = np.zeros((2, AGES), np.int64), np.zeros((2, AGES), np.int64)
    at = family.at(HERE, P)._replace(people=family.people[:100])
    certain, factors = np.full(80, 50.0), np.ones(fertility.N_FACTORS)
    with pytest.raises(MemoryError):
        fertility.step(at, certain, factors, NEVER, births, deaths)
    assert np.array_equal(family.people[100:], neighbour)


# --- Sex -----------------------------------------------------------------------------------------


def boys(year: int, parity: int, sons: int, number: int = 12_000, **more: float) -> float:
    """Share of boys among the next births."""
    fields = {k: int(more.pop(k)) for k in ("hukou", "group") if k in more}
    family = wives(number, year=year, births=parity, sons=sons, last_birth=year - 4, **fields)
    here = a_place(**more)
    births, _ = bear(family, 50.0, p=parameters(year), here=here)
    return float(births[MALE].sum() / births.sum())


@pytest.mark.parametrize(
    ("year", "parity", "sons", "excess"),
    [
        (1960, 0, 0, ""),
        (1960, 1, 0, ""),
        (2004, 0, 0, "fert_boy_excess_first_ratio"),
        (2004, 1, 1, ""),
        (2004, 1, 0, "one"),
        (2004, 2, 0, "fert_boy_excess_third_ratio"),
        (2004, 2, 1, ""),
    ],
)
def test_boys_at_birth_by_year_and_children_before(year, parity, sons, excess):
    p = values(parameters(year))
    ratio = getattr(p, excess, float(excess == "one"))
    expected = p.fert_boy_base + ratio * p.fert_boy_excess
    assert boys(year, parity, sons) == pytest.approx(expected, abs=4 * 0.5 / math.sqrt(12_000))
    if year == 1960:
        assert p.fert_boy_excess == 0.0


def test_sex_selection_is_weaker_in_towns_and_among_the_yi():
    def chance(**more: int) -> float:
        family = wives(
            1, year=2004, births=1, **{k: v for k, v in more.items() if k != "liangshan"}
        )
        here = a_place(liangshan=more.get("liangshan", 0))
        return fertility.boy_chance(family.at(here, parameters(2004)), 1)

    rural, urban = chance(), chance(hukou=NON_AGRICULTURAL)
    yi = chance(group=MINORITY, liangshan=1)
    base = values(parameters(2004)).fert_boy_base
    assert base < yi < urban < rural


def test_sex_ratio_at_birth_of_the_run_rises_and_falls_as_published(lived):
    def ratio(first: int, last: int) -> float:
        born = sum(lived.years[y].births.sum((0, 2)) for y in range(first, last + 1))
        return float(born[MALE] / born[FEMALE])

    assert ratio(1955, 1979) == pytest.approx(1.06, abs=0.02)
    assert 1.10 < ratio(2000, 2009) < 1.24
    assert ratio(2000, 2009) > ratio(1980, 1989)


# --- Permission ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "births", "sons", "allowed"),
    [
        (1.0, 0, 0, True),
        (1.0, 1, 0, False),
        (1.0, 1, 1, False),
        (1.5, 0, 0, True),
        (1.5, 1, 0, True),
        (1.5, 1, 1, False),
        (1.5, 2, 0, False),
        (2.0, 1, 1, True),
        (2.0, 2, 0, False),
        (3.0, 2, 2, True),
        (3.0, 3, 0, False),
        (9.0, 8, 4, True),
    ],
)
def test_the_birth_rule_of_rural_han(rule, births, sons, allowed):
    family = wives(1, births=births, sons=sons)
    found = fertility.permission(family.at(a_place(rule_rural=rule), P), 1)
    assert found == (1.0 if allowed else V.fert_leak_rural)


def test_each_group_has_its_own_rule():
    here = a_place(rule_rural=1.0, rule_urban=2.0, rule_minority=3.0)
    for fields, rule in (({}, 1.0), ({"hukou": NON_AGRICULTURAL}, 2.0), ({"group": MINORITY}, 3.0)):
        family = wives(1, **fields)
        assert fertility.allowed_children(family.at(here, P), 1) == rule


@pytest.mark.parametrize(
    ("only_child", "hers", "his", "two"),
    [(0, 1, 1, False), (1, 1, 1, True), (1, 1, 3, False), (2, 1, 3, True), (2, 3, 3, False)],
)
def test_only_children_may_have_two(only_child, hers, his, two):
    family = Family()
    her_mother = family.woman(50, births=hers)
    his_mother = family.woman(52, births=his)
    husband = family.man(27, mother=his_mother)
    wife = family.woman(25, husband=husband, mother=her_mother)
    family.people["births"][[her_mother, his_mother]] = hers, his
    here = a_place(rule_rural=1.0, rule_only_child=only_child)
    assert fertility.allowed_children(family.at(here, P), wife) == (2.0 if two else 1.0)


RULE_YEARS = np.arange(1950, 2051)


@pytest.fixture(scope="module")
def allowed(places):
    """Children allowed to a group of a prefecture in a year."""
    table = rules(places, RULE_YEARS)

    def find(place: str, group: str, year: int) -> float:
        return float(table[group][places.find(place), year - 1950])

    return find


@pytest.mark.parametrize(
    ("place", "group", "year", "children"),
    [
        ("Chengdu", "rural", 1965, NO_LIMIT),
        ("Chengdu", "rural", 1972, 3.0),
        ("Chengdu", "rural", 1979, 2.0),
        ("Chengdu", "rural", 1982, 1.0),
        ("Chengdu", "rural", 1990, 1.0),
        ("Chengdu", "urban", 1990, 1.0),
        ("Zhengzhou", "rural", 1990, 1.5),
        ("Zhengzhou", "urban", 1990, 1.0),
        ("Kunming", "rural", 1990, 2.0),
        ("Lhasa", "rural", 1990, 3.0),
        ("Lhasa", "minority", 1990, NO_LIMIT),
        ("Liangshan", "minority", 1990, 3.0),
        ("Liangshan", "rural", 1990, 1.0),
        ("Mianyang", "minority", 1990, 2.0),
        ("Beijing", "urban", 2012, 1.0),
    ],
)
def test_known_birth_rules(allowed, place, group, year, children):
    assert allowed(place, group, year) == children


@pytest.mark.parametrize("group", ["rural", "urban", "minority"])
def test_rules_end_everywhere(allowed, places, group):
    for place in map(str, places.table["code"]):  # names alone are not all different
        assert allowed(place, group, 1965) == NO_LIMIT
        assert allowed(place, group, 2016) >= 2.0
        assert allowed(place, group, 2022) >= 3.0


def test_one_only_child_suffices_in_2014_and_both_are_needed_before(allowed):
    assert allowed("Chengdu", "only_child", 2014) == 2.0
    assert allowed("Chengdu", "only_child", 2010) == 1.0
    assert allowed("Chengdu", "only_child", 1975) == 0.0


def test_wishes_are_free_before_1971_and_reach_their_aim_in_1979():
    assert np.all(fertility.wishes(P, 1970) == 1.0)
    aim = fertility.wishes(P, 1979)
    assert np.array_equal(aim, fertility.wishes(P, 1990))
    names = ("first", "second_rural", "third_rural", "fourth_rural")
    assert aim[0, :, 0] == pytest.approx([getattr(V, f"fert_wish_{name}") for name in names])
    assert np.all(aim[:, 0, 0] > aim[:, 1, 0]) and np.all(aim[:, 1, 0] > aim[:, 2, 0])
    assert aim[0, 1, 1] == pytest.approx(V.fert_wish_second_rural * V.fert_son_wish_rural)
    assert aim[0, 3, 1] == pytest.approx(V.fert_wish_fourth_rural * V.fert_son_third_rural)
    middle = fertility.wishes(P, 1975)
    assert np.all((middle - 1.0) * (aim - 1.0) > 0)
    assert middle == pytest.approx(1.0 + (aim - 1.0) * 5 / 9)


# --- The rate ------------------------------------------------------------------------------------


def rate(
    change: dict[str, int] | None = None,
    here: np.record = HERE,
    wish: np.ndarray = EVERYBODY,
    **fields: int,
) -> float:
    family = wives(1, **fields)
    for name, value in (change or {}).items():
        family.people[name][1] = value
    flat = np.full(AGES, 0.1)
    return fertility.unaligned_rate(family.at(here, P), 1, flat, wish)


def test_what_raises_and_lowers_the_birth_rate():
    plain = rate()
    assert plain == pytest.approx(0.1)
    assert rate({"partner": NOBODY}) == pytest.approx(V.fert_outside_union * plain)
    assert rate({"destination": 3}) == pytest.approx(V.fert_apart * plain)
    assert rate(hukou=NON_AGRICULTURAL) == pytest.approx(V.fert_urban_relative * plain)
    assert rate(group=MINORITY) == pytest.approx(V.fert_minority_relative * plain)
    yi = rate(group=MINORITY, here=a_place(liangshan=1))
    assert yi == pytest.approx(V.fert_yi_relative * plain)
    assert rate({"death_year": 1990}) == pytest.approx(V.fert_before_death * plain)


def test_the_provinces_level_acts_on_further_births_alone():
    more = a_place(fertility=1.4)
    assert rate(here=more) == rate()
    further = {"births": 1, "sons": 1, "last_birth": 1986}
    assert rate(here=more, **further) == pytest.approx(1.4**V.fert_place_further * rate(**further))


def test_a_share_of_women_never_bears():
    never = parameters(2010, fert_never=0.2)
    for births, share in ((0, 0.2), (1, 0.0)):
        family = wives(4000, year=2010, births=births, last_birth=2005 * (births > 0))
        at, flat = family.at(HERE, never), np.full(AGES, 0.1)
        rates = [fertility.unaligned_rate(at, i, flat, EVERYBODY) for i in range(1, 8000, 2)]
        assert np.mean(np.array(rates) == 0.0) == pytest.approx(share, abs=0.025)
        later = family.at(HERE, never)._replace(year=2012)
        again = [fertility.unaligned_rate(later, i, flat, EVERYBODY) for i in range(1, 8000, 2)]
        assert np.array_equal(np.array(rates) == 0.0, np.array(again) == 0.0)


def test_women_who_die_count_for_half_a_year_in_the_uns_births():
    def official(*dead: int) -> float:
        family = wives(2)
        family.dies(*dead)
        expected = np.zeros(fertility.EXPECTED_SHAPE, np.int64)
        own = np.empty(family.count)
        fertility.expect(family.at(HERE, P), np.full(AGES, 0.1), EVERYBODY, own, expected)
        return float(expected[fertility.OFFICIAL].sum() / mortality.FIXED_POINT)

    assert official() == pytest.approx(0.2)
    assert official(1) == pytest.approx(0.1 * (1.0 + V.fert_before_death))


def test_a_couple_away_together_is_not_apart():
    family = wives(1)
    family.goes(0, 1, choice=3)
    flat = np.full(AGES, 0.1)
    found = fertility.unaligned_rate(family.at(HERE, P), 1, flat, EVERYBODY)
    assert found == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("gap", "name"), [(1, "one"), (2, "two"), (3, "three"), (5, "three"), (6, "six"), (15, "six")]
)
def test_spacing_by_years_since_the_last_birth(gap, name):
    found = rate(births=1, sons=1, last_birth=1990 - gap)
    assert found == pytest.approx(0.1 * getattr(V, f"fert_spacing_{name}"))


def test_parents_without_a_son_wish_for_more():
    wish = fertility.wishes(P, 1990)
    for births, factor in ((1, V.fert_son_wish_rural), (2, V.fert_son_third_rural)):
        daughters = rate(births=births, sons=0, last_birth=1986, wish=wish)
        a_son = rate(births=births, sons=1, last_birth=1986, wish=wish)
        assert daughters == pytest.approx(factor * a_son)


# --- Hukou at birth ------------------------------------------------------------------------------


def newborns_hukou(year: int, mother: int, father: int, number: int) -> list[int]:
    """Hukou of newborns of one couple with this hukou, by their luck."""
    family, who = three_generations(year)
    her, him = who["mother"], who["father"]
    family.people["hukou"][[her, him]] = mother, father
    at = family.at(HERE, P)
    born = []
    for k in range(number):
        family.people["key"][her] = k
        fertility.bear(at, family.count, her, 0.5)
        born.append(family.of(family.count, "hukou"))
        family.people["births"][her] = 2
    return born


@pytest.mark.parametrize(("mother", "father"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_until_1998_a_child_has_its_mothers_hukou(mother, father):
    assert set(newborns_hukou(1997, mother, father, 50)) == {mother}


@pytest.mark.parametrize(("mother", "father"), [(0, 1), (1, 0)])
def test_from_1998_most_children_of_mixed_couples_are_townspeople(mother, father):
    urban = np.mean(newborns_hukou(2000, mother, father, 3000))
    share = V.hukou_urban_if_either
    assert urban == pytest.approx(1.0 if mother else share, abs=0.03)


# --- The shared run ------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [1951, 1965, 1980, 1995, 2010])
def test_births_of_the_run_are_the_uns_within_chance(lived, first):
    years = np.arange(first, first + 10)
    own = sum(int(lived.years[y].births.sum()) for y in years.tolist())
    official = yearly("un_indicators", {"indicator": "births"}, years).sum() / 10.0
    assert own == pytest.approx(official, abs=4 * math.sqrt(official) + 0.02 * official)


def test_the_one_child_years_have_few_third_births(lived):
    """Completed parity of women born 1930-34 and 1965-69, from the records."""

    def mean_births(first: int, year: int) -> float:
        everybody = np.concatenate(lived.records[year])
        born = everybody["birth_year"]
        women = everybody[
            (everybody["sex"] == FEMALE)
            & (everybody["death_year"] == 0)
            & (born >= first)
            & (born < first + 5)
        ]
        return float(women["births"].mean())

    assert mean_births(1930, 1979) > 4.0
    assert 1.2 < mean_births(1965, 2010) < 2.4


def test_alignment_factors_exist_for_every_year_and_leave_the_main_ages_attainable(lived):
    for year in range(1950, 2021):
        kappa = lived.alignment.births[year]
        assert kappa.shape == (fertility.N_FACTORS,)
        assert np.all((kappa >= 0.0) & (kappa <= fertility.KAPPA_MOST))
        assert np.all(kappa[2:6] < fertility.KAPPA_MOST / 2), year  # mothers of 20 to 39
        assert lived.alignment.deaths[year].shape == DEATHS_SHAPE[1:]
