"""The household's choice, read again from docs/ODD.md 3.4.6 alone."""

import math
from collections import Counter
from itertools import product

import numpy as np
import pytest

from leftbehind.base.randomness import gumbel, log_positive_stable
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import care, migration, utility
from tests.families import Family, a_place, parameters
from tests.random_families import KINDS, WORD, place, random_prefecture
from tests.second_reading.households import (
    CHOICE,
    FATHER,
    MOTHER,
    NEST,
    TASTE,
    Household,
    Reading,
    distinct_parameters,
    forget_mothers,
    with_cousins,
)

YEARS = (1965, 1985, 1996, 2005, 2010, 2015, 2020)
FAMILIES, SEEDS = 3 * len(KINDS), range(5)  # 2,100 families

Terms = dict[str, list[float]]


def may_work_away(there: Reading, i: int | None) -> bool:
    return there.alive(i) and 16 <= there.age(i) <= 59 and not there.people[i].enrolled


def decides(there: Reading, home: Household) -> bool:
    return there.year >= 1979 and any(may_work_away(there, a) for a in home)


def open_to(there: Reading, home: Household) -> list[int]:
    """The alternatives of a household that decides."""
    mother, father = home
    children = bool(there.dependants(home))
    if mother is None or father is None:
        return [0, 3, 4] if children else [0, 3]
    he, she = may_work_away(there, father), may_work_away(there, mother)
    both = he and she
    open_here = ((1, he), (2, she), (3, both), (4, both and children))
    return [0, *(j for j, yes in open_here if yes)]


def incomes(there: Reading, home: Household) -> list[float]:
    """C_j, and C_home as the last."""
    p, here = there.p, there.here
    adults, children = there.adults(home), there.dependants(home)
    c_home = there.home_income(home)
    if there.urban(home):
        e = c_home / len(adults)
        pay = {a: e * here.pay_leave / here.wage for a in adults}
        living, support = p.choice_living_cost * e * here.pay_leave / here.wage, 0.0
        left = [c_home, e, e, 0.0, 0.0]
    else:
        pay = {a: here.pay_leave * p.months_mean * there.skill(a) for a in adults}
        living = p.choice_living_cost * here.pay_leave * p.months_mean
        support = here.transfer * len(children)
        left = [c_home * there.share_left(home, j) for j in range(5)]
    all_away = p.choice_living_two * living if len(adults) == 2 else living
    kept = there.pay_ratio() * there.kept_own(home)
    both = sum(pay.values())
    return [
        left[0] + support,
        left[1] + pay.get(home[FATHER], 0.0) - living + support,
        left[2] + pay.get(home[MOTHER], 0.0) - living + support,
        left[3] + both - all_away,
        left[4] + kept * both - all_away - p.choice_child_living_cost * living * len(children),
        c_home,
    ]


def constants(there: Reading, home: Household) -> list[float]:
    p = there.p
    children = bool(there.dependants(home))
    if None not in home:
        left = p.choice_alpha_both_left if children else p.choice_alpha_couple
        out = [0.0, p.choice_alpha_father, p.choice_alpha_mother, left, p.choice_alpha_both_taken]
    elif children:
        lone = p.choice_lone_parent
        out = [*3 * (0.0,), p.choice_alpha_both_left + lone, p.choice_alpha_both_taken + lone]
    else:
        woman = p.choice_single_woman if home[MOTHER] is not None else 0.0
        out = [*3 * (0.0,), p.choice_alpha_single + woman, 0.0]
    urban = p.choice_urban if there.urban(home) else 0.0
    return [out[0], *(value + urban for value in out[1:])]


def ages(there: Reading, home: Household) -> list[float]:
    p = there.p
    mother, father = home
    c = p.choice_age_curve
    if mother is None or father is None:
        term = c * max(there.age(there.head(home)) - p.choice_age_single, 0) ** 2
        if mother is not None:
            term *= p.choice_age_women_ratio
        return [0.0, 0.0, 0.0, term, term]
    if not there.dependants(home):
        c *= p.choice_age_childless
    f = c * max(there.age(father) - p.choice_age_men, 0) ** 2
    m = p.choice_age_women_ratio * c * max(there.age(mother) - p.choice_age_women, 0) ** 2
    return [0.0, f, m, *2 * (p.choice_age_both * (f + m),)]


def habits(there: Reading, home: Household) -> list[float]:
    p = there.p
    mother, father = home
    was = [there.away(a) for a in home]
    if not any(was):
        out = [p.choice_habit_home, 0.0, 0.0, 0.0, 0.0]
    elif mother is None or father is None:
        out = [0.0, 0.0, 0.0, p.choice_habit, p.choice_habit]
    else:
        out = [0.0, p.choice_habit * was[FATHER], p.choice_habit * was[MOTHER]]
        out += 2 * [p.choice_habit_both * p.choice_habit * sum(was)]
    last = there.people[there.head(home)].choice
    older = any(there.age(c) > 0 for c in there.dependants(home))
    if last in (3, 4) and older:
        out[last] += p.choice_habit_form
    return out


def tastes(there: Reading, home: Household) -> list[float]:
    p = there.p
    mother, father = home
    his = 0.0 if father is None else p.choice_taste_father * there.z(father, TASTE, 0)
    hers = 0.0 if mother is None else p.choice_taste_mother * there.z(mother, TASTE, 0)
    couple = None not in home
    together = p.choice_taste_both * (his + hers) if couple else his + hers
    out = [0.0, his, hers, together, together]
    if there.dependants(home):
        adults = there.adults(home)
        part, city = (
            sum(there.z(a, TASTE, n) for a in adults) / math.sqrt(len(adults)) for n in (2, 3)
        )
        out[3] -= p.choice_taste_children * part
        out[4] += p.choice_taste_city * city
    return out


def terms(there: Reading, home: Household) -> Terms:
    """The fourteen terms, each of all five alternatives."""
    p, here = there.p, there.here
    couple, children = None not in home, there.dependants(home)
    n = (0.0, 1.0, 1.0, 1.5, 1.5) if couple else (0.0, 1.0, 1.0, 1.0, 1.0)
    urban = there.urban(home)
    villagers = not urban and not there.in_town(there.head(home))
    c = incomes(there, home)
    access = (0.0, *3 * (here.access_leave,), here.access_take)
    law = p.choice_jobs * here.jobs - p.choice_law * here.closure
    care_for = school = [0.0] * 5
    if children:
        need, capacity = there.total_need(children), there.capacity(home)
        uncovered = -p.choice_care * need
        care_for = [
            0.0,
            p.choice_care_father * uncovered,
            p.choice_care_mother * uncovered * (1 - capacity / 2),
            uncovered * (1 - capacity),
            0.0,
        ]
        s = sum(6 <= there.age(child) <= 15 for child in children)
        barrier = p.choice_school * here.barrier * s**0.7
        school = [0.0, 0.0, 0.0, 0.0, -barrier - p.choice_school_child * len(children)]
    duty = -p.choice_elder * there.duty(home)
    if here.pension > 0:
        duty *= p.pension_elder_factor
    newborn = p.choice_newborn if any(there.age(child) == 0 for child in children) else 0.0
    minority = there.people[there.head(home)].group == 1
    return {
        "constant": constants(there, home),
        "pay": [p.choice_pay * math.log(max(c_j, 0.15 * c[5]) / c[0]) for c_j in c[:5]],
        "distance": [p.choice_distance * n[j] * access[j] for j in range(5)],
        "network": [0.0, *4 * (p.choice_network * here.network * villagers,)],
        "law": [n_j * law for n_j in n],
        "age": ages(there, home),
        "care": care_for,
        "school": school,
        "elder": [0.0, duty * p.choice_elder_father, duty * p.choice_elder_mother, duty, duty],
        "newborn": [0.0, 0.0, newborn, newborn, 0.0],
        "habit": habits(there, home),
        "taste": tastes(there, home),
        "farm": [-p.choice_farm * n_j * here.farm_need * villagers for n_j in n],
        "language": [-p.choice_language * n_j * minority for n_j in n],
    }


def shocks(there: Reading, home: Household, taken: bool) -> list[float]:
    k = there.people[there.head(home)].key
    out = [gumbel(there.word, k, there.year, CHOICE, j) for j in range(5)]
    if taken:
        head, nest = there.head(home), there.p.choice_nest
        stable = log_positive_stable(there.u_t(head, NEST, 0), there.u_t(head, NEST, 1), nest)
        out[3:] = [nest * (g + stable) for g in out[3:]]
    return out


def chosen(there: Reading, home: Household) -> tuple[int, float]:
    """The best alternative, and by how much it is better than the second."""
    value = terms(there, home)
    possible = open_to(there, home)
    shock = shocks(there, home, 4 in possible)
    total = {j: sum(term[j] for term in value.values()) + shock[j] for j in possible}
    best = max(possible, key=lambda j: (total[j], -j))
    return best, min((total[best] - total[j] for j in possible if j != best), default=1.0)


def prefecture(year: int, seed: int) -> Prefecture:
    people, size = random_prefecture(seed, FAMILIES, year)
    here = place(year, seed=seed, transfer=300.0 if year == 2015 else 0.0)
    changes = {"choice_alpha_couple": -1.0} if seed == 0 else {}  # few go otherwise
    forget_mothers(people, size, seed)
    return Prefecture(people, size, year, WORD, here, distinct_parameters(year, seed, **changes))


def kind_of(there: Reading, home: Household) -> int:
    """Row of migration.HOUSEHOLD_KINDS."""
    return 2 * (None in home) + (not there.dependants(home))


def test_every_household_of_random_families_chooses_as_described() -> None:
    seen: Counter[object] = Counter()
    for year, seed in product(YEARS, SEEDS):
        at = prefecture(year, seed)
        load = with_cousins(care.loads(at), seed)
        there = Reading(at, load)
        before = at.people.copy()
        expected = at.people["choice"].copy()
        table, counted = (np.zeros(migration.CHOICES_SHAPE, np.int64) for _ in range(2))
        close = 0
        for home in there.households():
            deciding = decides(there, home)
            choice, margin = chosen(there, home) if deciding else (0, 1.0)
            close += margin < 1e-9
            for adult in there.adults(home):
                expected[adult] = choice
            kind = kind_of(there, home)
            urban = there.urban(home)
            seen[choice, kind, urban] += 1
            if deciding and not urban:
                table[kind, there.people[there.head(home)].choice, choice] += 1
        assert not close, "no tie in these families"
        migration.step(at, load, counted)
        wrong = np.flatnonzero(at.people["choice"] != expected)
        shown = [(int(i), expected[i], at.people["choice"][i]) for i in wrong[:10]]
        assert not len(wrong), (year, len(wrong), shown)
        after = at.people.copy()
        after["choice"] = before["choice"]
        assert np.array_equal(after, before), "only the choice is written"
        assert np.array_equal(counted, table), year
    for choice in range(5):
        assert sum(n for key, n in seen.items() if key[0] == choice) > 30
    assert seen[3, 2, False] > 10, "lone parents leave their children"
    assert seen[4, 2, False] > 5, "lone parents take them"
    assert seen[3, 1, False] > 10, "couples without dependants go"
    assert sum(n for (choice, _, urban), n in seen.items() if choice and urban) > 10


def test_each_term_of_each_alternative_is_as_described() -> None:
    unlike_nothing: Counter[str] = Counter()
    households = 0
    w = utility.new_weighing()
    for year, seed in product(YEARS[1:], SEEDS):
        at = prefecture(year, seed)
        load = with_cousins(care.loads(at), seed)
        there = Reading(at, load)
        for home in there.households():
            if not decides(there, home):
                continue
            households += 1
            mother, father = (-1 if a is None else a for a in home)
            assert utility.weigh(at, load, mother, father, w) == len(there.dependants(home))
            possible = open_to(there, home)
            mine = terms(there, home)
            for n, name in enumerate(utility.TERMS):
                found = [float(w.terms[j, n]) for j in possible]
                assert found == pytest.approx(
                    [mine[name][j] for j in possible], rel=1e-9, abs=1e-11
                ), (year, home, name)
                unlike_nothing[name] += any(found)
            closed = [j for j in range(5) if j not in possible]
            assert all(w.terms[j, 0] == utility.IMPOSSIBLE for j in closed)
    assert households > 2_000
    assert min(unlike_nothing[name] for name in utility.TERMS) > 50


def test_a_lone_father_keeps_a_child_whose_mother_is_not_recorded() -> None:
    family = Family(2010)
    father = family.man(36)
    family.person(8, 1, father=father)
    at = family.at(a_place(), parameters(2010))
    assert Reading(at).dependants((None, father)) == [1]
    assert utility.weigh(at, family.no_load(), -1, father, utility.new_weighing()) == 1
