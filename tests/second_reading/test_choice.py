"""The household's choice of random families against the reading of docs/ODD.md 3.4.6."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import care, migration, nested_logit, spell, utility, weighing
from leftbehind.model.processes.mortality import die
from tests.families import Family, a_place, parameters
from tests.random_families import KINDS, WORD, place, places, random_prefecture
from tests.second_reading.choice import (
    ALTERNATIVES,
    began,
    chosen,
    couple,
    decides,
    last_choice,
    open_to,
    shocks,
    terms,
)
from tests.second_reading.households import (
    Household,
    Reading,
    distinct_parameters,
    forget_mothers,
    with_cousins,
)

YEARS = (1965, 1985, 1996, 2005, 2010, 2015, 2020)
FAMILIES, SEEDS = 3 * len(KINDS), range(5)  # 2,100 families
CHANGES = (  # some ways are rare otherwise
    {"choice_alpha_couple": -1.0, "choice_alpha_town": 0.0, "choice_alpha_mother": -1.0},
    {"choice_rethink": 1.0},
    {"choice_rethink": 0.0, "choice_alpha_mother": -1.0},
    {"choice_alpha_town_apart": 2.0},
    {"choice_rethink": 0.5},
)


def prefecture(year: int, seed: int) -> Prefecture:
    """Random families; some grandparents have died this year."""
    people, size = random_prefecture(seed, FAMILIES, year)
    here = place(year, seed=seed, transfer=300.0 if year == 2015 else 0.0)
    forget_mothers(people, size, seed)
    old = (people["birth_year"][:size] < year - 50) & (people["death_year"][:size] == 0)
    for i in np.flatnonzero(old & (people["key"][:size] % 8 == seed)):
        die(people, int(i), year)
    return Prefecture(
        people, size, year, WORD, here, distinct_parameters(year, seed, **CHANGES[seed])
    )


def with_load(at: Prefecture, seed: int) -> tuple[np.ndarray, Reading]:
    load = with_cousins(care.loads(at), seed)
    return load, Reading(at, load)


def kind_of(there: Reading, home: Household) -> int:
    """Row of migration.HOUSEHOLD_KINDS."""
    return 2 * (not couple(home)) + (not there.dependants(home))


def test_every_household_of_random_families_chooses_as_described() -> None:
    seen: Counter[object] = Counter()
    for year, seed in product(YEARS, SEEDS):
        at = prefecture(year, seed)
        load, there = with_load(at, seed)
        before, expected = at.people.copy(), at.people["choice"].copy()
        table, counted = (np.zeros(migration.CHOICES_SHAPE, np.int64) for _ in range(2))
        for home in there.households():
            deciding = decides(there, home)
            choice, margin = chosen(there, places(year), home) if deciding else (0, 1.0)
            assert margin > 1e-9, "no tie in these families"
            expected[there.adults(home)] = choice
            kind, urban = kind_of(there, home), there.urban(home)
            seen[choice, kind, urban] += 1
            if deciding and not urban:
                table[kind, last_choice(there, home), choice] += 1
        migration.step(at, places(year), load, counted)
        wrong = np.flatnonzero(at.people["choice"] != expected)
        shown = [(int(i), expected[i], at.people["choice"][i]) for i in wrong[:10]]
        assert not len(wrong), (year, seed, len(wrong), shown)
        after = at.people.copy()
        after["choice"] = before["choice"]
        assert np.array_equal(after, before), "only the choice is written"
        assert np.array_equal(counted, table), year
    for choice in ALTERNATIVES:
        assert sum(n for key, n in seen.items() if key[0] == choice) > 30, (choice, seen)
    assert seen[3, 2, False] > 10, "lone parents leave their children"
    assert seen[4, 2, False] > 5, "lone parents take them"
    assert seen[5, 2, False] > 5, "lone parents live in town with them"
    assert seen[3, 1, False] > 10, "couples without dependants go"
    assert sum(n for (choice, _, urban), n in seen.items() if choice and urban) > 10


def test_each_term_of_each_alternative_is_as_described() -> None:
    unlike_nothing: Counter[tuple[str, int]] = Counter()
    wrong: Counter[tuple[str, int, bool]] = Counter()
    households = nobody_has_them = 0
    w = weighing.new_weighing()
    for year, seed in product(YEARS[1:], SEEDS):
        at = prefecture(year, seed)
        load, there = with_load(at, seed)
        for home in there.households():
            if not decides(there, home):
                continue
            households += 1
            mother, father = (-1 if a is None else a for a in home)
            us = utility.weigh(at, places(year), load, mother, father, w)
            assert us.found[: us.children].tolist() == there.dependants(home)
            possible = open_to(there, home)
            open_here = [
                j
                for j in ALTERNATIVES
                if w.terms[j, nested_logit.CONSTANT] > nested_logit.IMPOSSIBLE
            ]
            assert open_here == possible, (year, seed, home)
            nobody_has_them += bool(us.children) and there.capacity(home) is None
            mine = terms(there, places(year), home)
            for n, name in enumerate(weighing.TERMS):
                for j in possible:
                    same = w.terms[j, n] == pytest.approx(mine[name][j], rel=1e-9, abs=1e-11)
                    wrong[name, j, there.urban(home)] += not same
                    unlike_nothing[name, j] += w.terms[j, n] != 0.0
    assert not +wrong, +wrong
    assert households > 2_000
    assert nobody_has_them > 10
    for name in weighing.TERMS:
        assert sum(unlike_nothing[name, j] for j in ALTERNATIVES) > 100, name
    often = {"exam": (4,), "settling": (4, 5, 6), "school": (4, 5, 6), "local work": (0, 1, 2, 5)}
    often |= {"moving": ALTERNATIVES, "taste": (5, 6), "elder": (5, 6), "pay": (5, 6)}
    assert all(unlike_nothing[name, j] > 30 for name, js in often.items() for j in js)


def test_circumstances_begin_when_the_description_says() -> None:
    seen: Counter[str] = Counter()
    w = weighing.new_weighing()
    for year, seed in product(YEARS[1:], SEEDS):
        at = prefecture(year, seed)
        load, there = with_load(at, seed)
        for home in there.households():
            if not decides(there, home):
                continue
            mother, father = (-1 if a is None else a for a in home)
            us = utility.weigh(at, places(year), load, mother, father, w)
            since, event = spell.began(at, us)
            when, what = began(there, home)
            assert since == when, (year, seed, home, event)
            assert spell.EVENTS[event] in what, (year, seed, home)
            if len(what) == 1:
                seen[spell.EVENTS[event]] += 1
            head = us.mother if us.mother >= 0 else us.father
            key = at.people["key"][head]
            nested_logit.shocks(at, key, since, not couple(home), w.terms, w.shock)
            possible = open_to(there, home)
            mine = shocks(there, home)
            assert w.shock[possible] == pytest.approx([mine[j] for j in possible], rel=1e-9)
    assert all(seen[event] > 20 for event in spell.EVENTS), seen


def test_a_lone_father_keeps_a_child_whose_mother_is_not_recorded() -> None:
    family = Family(2010)
    father = family.man(36)
    family.person(8, 1, father=father)
    at = family.at(a_place(), parameters(2010))
    assert Reading(at).dependants((None, father)) == [1]
    w = weighing.new_weighing()
    assert utility.weigh(at, places(2010), family.no_load(), -1, father, w).children == 1
