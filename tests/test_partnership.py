"""Who begins a union, with whom, and how unions end."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leftbehind.base.person import (
    DIVORCED,
    FEMALE,
    FURTHER,
    MALE,
    MINORITY,
    NEVER,
    NOBODY,
    NON_AGRICULTURAL,
    SAME_HOME,
    SEEKING,
    TOGETHER,
    WIDOWED,
)
from leftbehind.base.randomness import MATCH, WAGE, luck, normal
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import matching, partnership

from .families import WORD, Family, a_place, parameters, three_generations, values

P = parameters(1990)
V = values(P)
HERE = a_place()
NOBODY_THERE = Family(1990).at(HERE, P)  # for what does not depend on the people


def ever(age: float, median: float, ceiling: float) -> float:
    """Closed form: a log-normal age above 14."""
    return ceiling * float(stats.lognorm.cdf(age - 14.0, s=V.union_sigma, scale=median - 14.0))


@given(st.floats(10, 80), st.floats(16, 30), st.floats(0.5, 1.0))
def test_share_ever_in_union_by_age_is_log_normal(age, median, ceiling):
    found = partnership.ever_in_union(age, median, ceiling, P)
    assert found == pytest.approx(ever(age, median, ceiling), abs=1e-12)


@given(st.floats(16, 30))
def test_half_of_those_who_ever_marry_have_married_at_the_median(median):
    assert partnership.ever_in_union(median, median, 0.9, P) == pytest.approx(0.45)


def a_person(age: int = 20, sex: int = FEMALE, year: int = 1990, **fields: int) -> np.record:
    family = Family(year)
    family.person(age, sex, **fields)
    return family.people[0]


@pytest.mark.parametrize("sex", [FEMALE, MALE])
@pytest.mark.parametrize("hukou", [0, 1])
def test_yearly_hazards_add_up_to_the_share_ever_in_union(sex, hukou):
    """The product of (1 - hazard) from 15 to any age is what the closed form leaves unmarried."""
    me = a_person(sex=sex, hukou=hukou)
    median = partnership.median_age(NOBODY_THERE, me)
    ceiling = V.union_ever_rural_men if sex == MALE and hukou == 0 else V.union_ever_women
    single = 1.0 - ever(15, median, ceiling)
    for age in range(15, 60):
        hazard = partnership.first_union_hazard(NOBODY_THERE, me, age)
        assert 0.0 <= hazard < 1.0
        single *= 1.0 - hazard
        assert single == pytest.approx(1.0 - ever(age + 1, median, ceiling), abs=1e-9)


def test_medians_by_group():
    rural = partnership.median_age(NOBODY_THERE, a_person())
    assert rural == pytest.approx(V.union_median_age_women + V.union_shift_rural)
    urban = partnership.median_age(NOBODY_THERE, a_person(hukou=NON_AGRICULTURAL))
    assert urban == pytest.approx(V.union_median_age_women + V.union_shift_urban)
    man = partnership.median_age(NOBODY_THERE, a_person(sex=MALE))
    assert man == pytest.approx(rural + V.union_men_later)
    yi = partnership.median_age(
        NOBODY_THERE._replace(here=a_place(liangshan=1)), a_person(group=MINORITY)
    )
    assert yi == pytest.approx(rural + V.union_shift_yi)
    later = partnership.median_age(NOBODY_THERE._replace(p=parameters(2020)), a_person())
    assert later > rural + 3.0


def seek(family: Family, here: np.record = HERE, p: np.record = P) -> float:
    """Share who begin to seek."""
    before = family.people["union"][: family.count] == SEEKING
    partnership.seek(family.at(here, p))
    return float(((family.people["union"][: family.count] == SEEKING) & ~before).mean())


def crowd(number: int, age: int, sex: int, **fields: int) -> Family:
    family = Family(1990, room=number)
    for _ in range(number):
        family.person(age, sex, **fields)
    return family


@pytest.mark.parametrize("age", [18, 22, 27])
def test_people_begin_to_seek_with_the_hazard_of_their_age(age):
    hazard = partnership.first_union_hazard(NOBODY_THERE, a_person(), age)
    assert seek(crowd(4000, age, FEMALE)) == pytest.approx(
        hazard, abs=4 * math.sqrt(hazard * (1 - hazard) / 4000)
    )


def test_children_and_the_old_do_not_seek():
    for age in (0, 10, 14, 60, 75):
        for union in (NEVER, WIDOWED, DIVORCED):
            assert seek(crowd(500, age, MALE, union=union)) == 0.0


@pytest.mark.parametrize(
    ("sex", "age", "union", "chance"),
    [
        (MALE, 40, DIVORCED, V.remarry_men),
        (MALE, 40, WIDOWED, V.remarry_men * V.remarry_widowed),
        (FEMALE, 40, DIVORCED, V.remarry_women),
        (FEMALE, 50, DIVORCED, 0.0),
        (FEMALE, 40, WIDOWED, V.remarry_women * V.remarry_widowed),
    ],
)
def test_remarriage(sex, age, union, chance):
    found = seek(crowd(4000, age, sex, union=union))
    assert found == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 4000))


# --- Who may marry whom --------------------------------------------------------------------------


def test_forbidden_and_allowed_pairs():
    family = Family()
    add = family.person
    old_man = add(70, MALE)
    old_woman = family.woman(68, husband=old_man)
    second_wife = add(60, FEMALE)
    son = add(45, MALE, mother=old_woman, father=old_man)
    daughter = add(43, FEMALE, mother=old_woman, father=old_man)
    half = add(35, FEMALE, mother=second_wife, father=old_man)
    stranger, her = add(44, FEMALE), add(46, MALE)
    sons_daughter = add(20, FEMALE, mother=stranger, father=son)
    daughters_son = add(22, MALE, mother=daughter, father=her)
    young_uncle = add(25, MALE, mother=second_wife, father=old_man)
    half_cousin = add(18, MALE, mother=half, father=NOBODY)
    outsider = add(24, MALE)
    far_outsider = add(33, MALE)

    def may(woman: int, man: int) -> bool:
        return bool(matching.may_marry(family.people, woman, man))

    assert may(sons_daughter, outsider)
    assert not may(daughter, son)  # brother and sister
    assert not may(half, son)  # of one father
    assert not may(sons_daughter, daughters_son)  # first cousins
    assert not may(sons_daughter, half_cousin)  # first cousins through one grandfather
    assert not may(sons_daughter, young_uncle)  # uncle and niece
    assert not may(sons_daughter, son)  # father and daughter
    assert not may(old_woman, son)  # mother and son
    assert not may(sons_daughter, far_outsider)  # 13 years apart


def test_aunt_and_nephew_may_not_marry():
    family = Family()
    grandmother = family.woman(60)
    sister = family.person(40, FEMALE, mother=grandmother)
    nephew = family.person(20, MALE, mother=sister)
    aunt = family.person(22, FEMALE, mother=grandmother)
    assert not matching.may_marry(family.people, aunt, nephew)


def test_people_of_unknown_parents_may_marry():
    """Two founders have no recorded parents: that makes them no kin."""
    family = Family()
    man, woman = family.man(25), family.woman(24)
    assert matching.may_marry(family.people, woman, man)


def matched(family: Family) -> list[tuple[int, int]]:
    partnership.match(family.at(HERE, P))
    people = family.people[: family.count]
    return [
        (i, int(people["partner"][i]))
        for i in np.flatnonzero((people["sex"] == FEMALE) & (people["partner"] >= 0))
    ]


@given(
    st.lists(st.integers(16, 55), min_size=0, max_size=15),
    st.lists(st.integers(16, 55), min_size=0, max_size=15),
)
def test_matching_pairs_each_person_at_most_once_and_within_12_years(women, men):
    family = Family(1990)
    for age in men:
        family.man(age, union=SEEKING)
    for age in women:
        family.woman(age, union=SEEKING)
    pairs = matched(family)
    assert len({man for _, man in pairs}) == len(pairs) <= min(len(women), len(men))
    for woman, man in pairs:
        assert family.of(man, "partner") == woman
        assert family.of(man, "sex") == MALE
        assert abs(family.of(woman, "birth_year") - family.of(man, "birth_year")) <= 12
        for one in (woman, man):
            assert family.of(one, "union") == TOGETHER
            assert family.of(one, "union_year") == 1990
        assert family.of(woman, "home") == family.of(man, "home")
    paired = {i for pair in pairs for i in pair}
    for i in set(range(family.count)) - paired:
        assert family.of(i, "union") == SEEKING
        assert family.of(i, "partner") == NOBODY


def test_only_seekers_who_live_are_matched():
    family = Family(1990)
    dead = family.man(24, union=SEEKING)
    family.man(24)
    woman = family.woman(23, union=SEEKING)
    family.dies(dead)
    assert matched(family) == []
    assert family.of(woman, "union") == SEEKING


def test_husbands_are_some_years_older():
    """Of men of all ages women find those older by the gap: with few men they could not choose."""
    family = Family(1990, room=6000)
    for k in range(5000):
        family.man(16 + k % 40, union=SEEKING)
    for k in range(600):
        family.woman(30 + k % 10, union=SEEKING)
    pairs = matched(family)
    gaps = [family.of(w, "birth_year") - family.of(m, "birth_year") for w, m in pairs]
    assert len(pairs) == 600
    assert np.mean(gaps) == pytest.approx(V.union_gap_mean, abs=4 * np.std(gaps) / 600**0.5)


def best_man(at: Prefecture, woman: int, free: list[int]) -> int:
    """The free man of the least score, looked at one by one."""
    people, p = at.people, values(at.p)

    def place(i: int) -> float:
        age, z = (
            at.year - people["birth_year"][i],
            normal(WORD, people["key"][i], at.year, MATCH, 1),
        )
        return (
            age + z if people["sex"][i] == FEMALE else age - p.union_gap_mean - p.union_gap_sd * z
        )

    def minds(alternative: int, share: float) -> bool:
        return luck(WORD, people["key"][woman], at.year, MATCH, alternative) < share

    least, best = math.inf, NOBODY
    for man in free:
        apart = abs(place(man) - place(woman))
        if apart > 12.0 or not matching.may_marry(people, woman, man):
            continue
        score = apart - p.match_talent * normal(WORD, people["key"][man], 0, WAGE, 0)
        if people["hukou"][man] != people["hukou"][woman] and minds(8, p.match_same_hukou):
            score += p.match_mismatch
        if people["group"][man] != people["group"][woman] and minds(9, p.match_yi_endogamy):
            score += p.match_mismatch
        if score < least:
            least, best = score, man
    return best


@pytest.mark.parametrize("number", range(6))
def test_every_woman_takes_the_best_of_all_free_men(number):
    """However far he stands: against a search through all of them."""
    family = Family(1990, number=number, room=800)
    rng = np.random.default_rng(number)
    for k in range(700):
        add = family.man if k % 2 else family.woman
        mixed = {"hukou": int(rng.random() < 0.3), "group": int(rng.random() < 0.2)}
        add(int(rng.integers(17, 45)), union=SEEKING, **mixed)
    at = family.at(HERE, parameters(1990, match_talent=2.0))
    women, men = matching.couples(at)
    free = list(range(1, 700, 2))
    for woman, man in zip(women.tolist(), men.tolist(), strict=True):
        assert best_man(at, woman, free) == man
        free.remove(man)
    assert len(women) > 250


def test_nobody_marries_again_in_the_year_of_the_divorce():
    family = Family(2010, room=200)
    for _ in range(100):
        family.woman(30, husband=family.man(32))
    certain = {"divorce": 1.0, "divorce_rural_ratio": 1.0, "remarry_men": 1.0, "remarry_women": 1.0}
    p = parameters(2010, **certain)
    partnership.seek(family.at(HERE, p))
    partnership.step(family.at(HERE, p))
    assert np.all(family.people["union"] == DIVORCED)
    later = family.at(HERE, p)._replace(year=2011)
    partnership.seek(later)
    partnership.step(later)
    assert np.any(family.people["union"] == TOGETHER)


def test_most_marry_their_own_hukou_and_people():
    family = Family(1990, room=2000)
    for k in range(1000):
        kind = {"hukou": k % 2, "group": (k // 2) % 2}
        family.man(20 + k % 10, union=SEEKING, **kind)
        family.woman(19 + k % 10, union=SEEKING, **kind)
    pairs = matched(family)
    for field in ("hukou", "group"):
        same = np.mean([family.of(w, field) == family.of(m, field) for w, m in pairs])
        assert same > 0.85, field


# --- Homes ---------------------------------------------------------------------------------------


def homes(hukou: int) -> np.ndarray:
    family = Family(1990, room=6000)
    for _ in range(3000):
        man = family.man(25, hukou=hukou)
        woman = family.woman(23, hukou=hukou)
        partnership.join(family.at(HERE, P), woman, man)
    return family.people["home"][1::2]


@pytest.mark.parametrize(("hukou", "name"), [(0, "rural"), (1, "urban")])
def test_where_couples_begin(hukou, name):
    start = getattr(V, f"coreside_start_{name}")
    found = homes(hukou)
    assert (found == SAME_HOME).mean() == pytest.approx(start, abs=0.035)
    own = found[found != SAME_HOME]
    further = 1.0 - V.home_same_village - V.home_same_county
    assert (own == FURTHER).mean() == pytest.approx(further, abs=0.035)


def test_couples_leave_the_parents_home_and_the_youngest_son_mostly_stays():
    older, youngest = [], []
    for number in range(500):
        family = Family(1990, number=number)
        mother = family.woman(60)
        sons = [family.man(age, mother=mother) for age in (35, 30)]
        wives = [family.woman(29, husband=son) for son in sons]
        for family.year in range(1990, 1996):
            partnership.leave_parents(family.at(HERE, P))
        older.append(family.of(wives[0], "home") == SAME_HOME)
        youngest.append(family.of(wives[1], "home") == SAME_HOME)
    stay = (1.0 - V.coreside_leave) ** 6
    assert np.mean(older) == pytest.approx(stay, abs=0.09)
    expected = V.coreside_youngest + (1.0 - V.coreside_youngest) * stay
    assert np.mean(youngest) == pytest.approx(expected, abs=0.08)


# --- Divorce -------------------------------------------------------------------------------------


def test_divorce_parts_couples_and_one_parent_has_all_children():
    certain = parameters(2010, divorce=1.0, divorce_rural_ratio=1.0)
    fathers = 0
    for number in range(400):
        family, who = three_generations(number=number)
        partnership.divorce(family.at(HERE, certain))
        for name in ("mother", "father"):
            assert family.of(who[name], "union") == DIVORCED
            assert family.of(who[name], "partner") == NOBODY
        custody = {family.of(who[name], "custody") for name in ("older", "younger")}
        assert len(custody) == 1
        fathers += custody.pop()
    assert fathers / 400 == pytest.approx(V.custody_father_rural, abs=0.1)


@pytest.mark.parametrize(
    ("apart", "hukou", "name"), [(0, 0, "rural"), (1, 0, "rural"), (0, 1, "urban")]
)
def test_divorces_a_year(apart, hukou, name):
    family = Family(2010, room=16_000)
    for _ in range(8000):
        man = family.man(35, hukou=hukou)
        family.woman(33, husband=man, hukou=hukou)
        if apart:
            family.goes(man, choice=1)
    p = parameters(2010, divorce=0.05)
    chance = 0.05 * getattr(values(p), f"divorce_{name}_ratio")
    chance *= values(p).divorce_apart_ratio if apart else 1.0
    partnership.divorce(family.at(HERE, p))
    share = (family.people["union"] == DIVORCED).mean()
    assert share == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 8000))


# --- Founders -------------------------------------------------------------------------------------


def test_townsmen_of_1950_marry_as_often_as_women():
    at = NOBODY_THERE
    for sex, hukou, most in (
        (MALE, NON_AGRICULTURAL, V.union_ever_women),
        (MALE, 0, V.union_ever_rural_men),
        (FEMALE, 0, V.union_ever_women),
    ):
        me = a_person(sex=sex, hukou=hukou)
        median = partnership.median_age(at, me)
        found = partnership.founder_share(at, me, 60)
        assert found == pytest.approx(ever(60.5, median, most))


# --- The shared run ------------------------------------------------------------------------------


def never_in_union(lived, year: int, sex: int, low: int, high: int) -> float:
    everybody = np.concatenate(lived.records[year])
    age = year - everybody["birth_year"]
    here = (everybody["sex"] == sex) & (everybody["death_year"] == 0) & (age >= low) & (age <= high)
    return float((everybody["union_year"][here] == 0).mean())


@pytest.mark.parametrize("year", [1990, 2000, 2010, 2020])
def test_nine_in_ten_have_married_by_their_forties(lived, year):
    for sex in (FEMALE, MALE):
        assert 0.0 < never_in_union(lived, year, sex, 40, 49) < 0.1


@pytest.mark.parametrize("year", [1990, 2010])
def test_husbands_of_the_run_are_about_two_years_older(lived, year):
    gaps = []
    for records in lived.records[year]:
        wives = (
            (records["sex"] == FEMALE) & (records["death_year"] == 0) & (records["partner"] >= 0)
        )
        husbands = records["birth_year"][records["partner"][wives]].astype(int)
        gaps += (records["birth_year"][wives] - husbands).tolist()
    assert np.mean(gaps) == pytest.approx(2.2, abs=0.8)


def test_marriage_comes_later_after_2000(lived):
    at_20_to_24 = [never_in_union(lived, year, FEMALE, 20, 24) for year in (1990, 2010, 2020)]
    assert at_20_to_24[0] < at_20_to_24[1] < at_20_to_24[2]
