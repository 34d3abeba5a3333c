"""Care of each child and its arrangement, read again from docs/ODD.md 3.4.8 alone."""

from collections import Counter

import numpy as np
import pytest

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import arrangement, boarding, care, destination
from tests.random_families import WORD, own_place, parameters, place, random_prefecture
from tests.second_reading.households import (
    A_WALK,
    AT_WORK,
    IN_HOME,
    LEFT_OVER,
    OWN,
    PARENT,
    SIBLING,
    Household,
    Reading,
    Taken,
    with_cousins,
)
from tests.second_reading.test_destination import FAMILIES, SEEDS, Places, chosen

YEARS = (1985, 1996, 2005, 2010, 2015, 2020)
FIELDS = ("arrangement", "carer", "minutes")


def loads(there: Reading) -> list[float]:
    """Need of all under 18 whose carer was somebody at the end of last year."""
    out = [0.0] * len(there.people)
    for i, me in enumerate(there.people):
        if me.carer is not None and there.alive(i) and there.age(i) < 18:
            out[me.carer] += there.need(i)
    return out


def orphans(there: Reading) -> list[list[int]]:
    """Sets of dependants with a recorded parent and no keeper, youngest first."""
    sets: dict[int, list[int]] = {}
    for i in reversed(range(len(there.people))):
        me = there.people[i]
        parent = me.mother if me.mother is not None else me.father
        if parent is not None and there.dependant(i) and there.keeper(i) is None:
            sets.setdefault(parent, []).append(i)
    return list(sets.values())


def with_parent(there: Reading, i: int) -> bool:
    """Whether somebody under 18 who is no dependant lives where its keeper does: rule 1."""
    keeper, me = there.keeper(i), there.people[i]
    if me.partner is not None or keeper is None:
        return False
    grown = (keeper, there.companion(keeper))
    return any(g is not None and there.people[g].destination == me.destination for g in grown)


def step(there: Reading) -> dict[int, tuple[int, int | None, int]]:
    """(arrangement, carer, whole minutes) of everybody alive under 18, before boarding."""
    out: dict[int, tuple[int, int | None, int]] = {}
    for i in range(len(there.people)):
        if there.alive(i) and there.age(i) < 18:
            other = AT_WORK if there.away(i) else OWN
            parent = there.dependant(i) or with_parent(there, i)
            out[i] = (PARENT if parent else other, None, 0)
    for group, taken in groups_left(there):
        walk = taken.minutes if taken.arrangement == A_WALK else 0.0
        out |= dict.fromkeys(group, (taken.arrangement, taken.carer, min(int(walk), 255)))
    return out


def groups_left(there: Reading) -> list[tuple[list[int], Taken]]:
    """Every group of children left behind, and of orphans, with who takes it."""
    out = []
    for home in left_behind(there):
        out += there.taken(home, there.dependants(home), there.seen_from(home))
    for children in orphans(there):
        out += there.taken((None, None), children)
    return out


def in_the_house(there: Reading, i: int) -> list[int]:
    """Others under 18 of the keeper's unit (of orphans: of the mother) in the parents' house."""
    keeper = there.keeper(i)
    if keeper is None:
        family = there.children[there.set_of(i)]
    else:
        unit = there.unit(keeper)
        family = [c for c in there.offspring(unit) if there.keeper(c) in there.adults(unit)]
    return [
        c
        for c in family
        if c != i
        and there.alive(c)
        and there.age(c) < 18
        and there.people[c].destination == there.people[i].destination
        and there.people[c].arrangement in (LEFT_OVER, SIBLING, A_WALK, OWN)
        and not there.people[c].boards
    ]


def together(there: Reading) -> list[int]:
    """Who of those left over is with a brother or sister: rule 4."""
    old = there.p.care_sibling_from
    return [
        i
        for i, me in enumerate(there.people)
        if there.alive(i)
        and me.arrangement == LEFT_OVER
        and any(max(there.age(i), there.age(c)) >= old for c in in_the_house(there, i))
    ]


def left_behind(there: Reading) -> list[Household]:
    """Households whose adults all went without the children."""
    return [
        home
        for home in there.households()
        if there.people[there.head(home)].choice == 3 and there.dependants(home)
    ]


def arrive(year: int, seed: int) -> tuple[Prefecture, np.ndarray]:
    """A prefecture after the destinations of the year, and last year's care."""
    # In half of them few are small and they sleep at home early; in the others walks are too far.
    half = {"care_alone_from": 3.0, "care_accept": 1.0}
    half |= {"care_night_from": 2.0, "care_walk_decay": 60.0, "children_move_to_grandparents": 0.3}
    at = chosen(year, seed, **(half if seed % 2 else {"care_walk_most": 15.0}))
    load = with_cousins(care.loads(at), seed)
    destination.step(at, Places(seed).logit, own_place(seed))
    return at, load


def test_last_years_care_of_random_families_is_as_described() -> None:
    carers = 0
    for year in YEARS:
        for seed in SEEDS:
            people, size = random_prefecture(seed, FAMILIES, year)
            at = Prefecture(people, size, year, WORD, place(year, seed), parameters(year))
            mine = loads(Reading(at))
            assert care.loads(at).tolist() == pytest.approx(mine, rel=1e-12)
            carers += sum(load > 0 for load in mine)
    assert carers > 200


@pytest.mark.parametrize("year", YEARS)
def test_every_child_of_random_families_is_with_whom_the_description_says(year: int) -> None:
    for seed in SEEDS:
        at, load = arrive(year, seed)
        there, before = Reading(at, load), at.people.copy()
        expected = step(there)
        arrangement.step(at, load)
        wrong = []
        for i, mine in expected.items():
            carer = int(at.people["carer"][i])
            found = (int(at.people["arrangement"][i]), None if carer < 0 else carer)
            found += (int(at.people["minutes"][i]),)
            if found != mine:
                wrong.append((i, mine, found, there.age(i)))
        assert not wrong, (len(wrong), len(expected), wrong[:10])
        others = [i for i in range(at.size) if i not in expected]
        changed = [i for i in others for n in FIELDS if at.people[n][i] != before[n][i]]
        assert not changed, ("adults and the dead are left alone", changed[:5])
        after = at.people.copy()
        for name in FIELDS:
            after[name] = before[name]
        assert np.array_equal(after, before), "nothing else is written"


def test_who_is_left_over_is_with_a_brother_or_sister_in_the_house() -> None:
    with_siblings = alone = beside_boarders = 0
    for year in YEARS:
        for seed in SEEDS:
            at, load = arrive(year, seed)
            arrangement.step(at, load)
            boarding.step(at)
            there, before = Reading(at), at.people.copy()
            mine = together(there)
            arrangement.together(at)
            before["arrangement"][mine] = SIBLING
            wrong = np.flatnonzero(before["arrangement"] != at.people["arrangement"])
            assert not len(wrong), (year, seed, wrong[:10])
            assert np.array_equal(before, at.people), "nothing else is written"
            with_siblings += len(mine)
            rest = [
                i
                for i, me in enumerate(there.people)
                if there.alive(i) and me.arrangement == LEFT_OVER and i not in mine
            ]
            alone += len(rest)
            beside_boarders += sum(not in_the_house(there, i) for i in rest)
    assert with_siblings > 10
    assert alone > 20
    assert beside_boarders > 10


def test_the_comparison_saw_every_arrangement_and_crowded_grandparents() -> None:
    seen: Counter[str] = Counter()
    for year in YEARS:
        for seed in SEEDS:
            at, load = arrive(year, seed)
            there = Reading(at, load)
            for mine in step(there).values():
                seen[ARRANGEMENTS[mine[0]]] += 1
            for group, taken in groups_left(there):
                small = min(there.age(c) for c in group) < there.p.care_alone_from
                far = taken.minutes > there.p.care_walk_most
                if taken.carer is not None:
                    seen["crowded"] += there.crowding(taken.carer, group[0]) > 1
                    seen["sleep there"] += taken.arrangement == IN_HOME and taken.minutes > 0
                    seen["last resort"] += small and far
            seen["orphans"] += len(orphans(there))
    least = dict.fromkeys(ARRANGEMENTS[:OWN], 10) | {"own household": 10, "orphans": 25}
    least |= {"neighbour": 10, "at work elsewhere": 5, "crowded": 5, "sleep there": 20}
    least |= {"last resort": 3}
    del least[ARRANGEMENTS[SIBLING]]  # told after boarding
    assert all(seen[name] >= number for name, number in least.items()), seen
