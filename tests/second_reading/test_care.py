"""Care of each child and its arrangement, read again from docs/ODD.md 3.4.8 alone."""

from collections import Counter

import numpy as np
import pytest

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import arrangement, care, destination
from tests.random_families import WORD, own_place, parameters, place, random_prefecture
from tests.second_reading.households import CARE, Household, Kin, Reading, with_cousins
from tests.second_reading.test_destination import FAMILIES, SEEDS, Places, chosen

YEARS = (1985, 1996, 2005, 2010, 2015, 2020)
PARENT, IN_HOME, A_WALK, RELATIVE, SIBLING, ALONE, OWN = range(7)
LEFT_OVER = -1
FIELDS = ("arrangement", "carer", "minutes")

Seen = tuple[int | None, int]


def loads(there: Reading) -> list[float]:
    """Need of all under 18 whose carer was somebody at the end of last year."""
    out = [0.0] * len(there.people)
    for i, me in enumerate(there.people):
        if me.carer is not None and there.alive(i) and there.age(i) < 18:
            out[me.carer] += there.need(i)
    return out


def taken_in(there: Reading, group: list[int], kin: Kin) -> tuple[int, int | None, float]:
    """(arrangement, carer, minutes) of children of one mother and one father: rule 3."""
    p, first = there.p, there.people[group[0]]
    key = first.mother if first.mother is not None else first.father
    assert key is not None
    youngest = min(there.age(c) for c in group)
    refused = youngest >= p.care_alone_from and there.u(key, CARE, 1) >= p.care_accept
    if kin.carer is not None and not refused:
        moves = kin.minutes > p.care_move_minutes
        moves = moves and there.u(key, CARE, 0) < p.children_move_to_grandparents
        if kin.quality >= p.care_home_least and (kin.minutes == 0 or moves):
            return IN_HOME, kin.carer, 0.0
        if kin.quality >= p.care_least and kin.minutes <= p.care_walk_most:
            if kin.minutes == 0 or youngest < p.care_alone_from:
                return IN_HOME, kin.carer, 0.0
            return A_WALK, kin.carer, kin.minutes
    if youngest < p.care_alone_from or kin.uncle:
        return RELATIVE, None, 0.0
    return LEFT_OVER, None, 0.0


def arranged(
    there: Reading, children: list[int], seen: Seen
) -> dict[int, tuple[int, int | None, float]]:
    """Rules 3 and 4 for the children of one household, or one set of orphans."""
    groups: dict[tuple[int | None, int | None], list[int]] = {}
    for c in children:
        groups.setdefault((there.people[c].mother, there.people[c].father), []).append(c)
    out = {}
    for group in groups.values():
        found = taken_in(there, group, there.kin(group[0], seen))
        out |= dict.fromkeys(group, found)
    stay = [c for c in children if out[c][0] in (LEFT_OVER, A_WALK)]
    if any(found[0] == IN_HOME for found in out.values()):
        rest = RELATIVE
    elif len(stay) >= 2 and max(there.age(c) for c in stay) >= there.p.care_sibling_from:
        rest = SIBLING
    else:
        rest = ALONE
    return {c: found if found[0] != LEFT_OVER else (rest, None, 0.0) for c, found in out.items()}


def orphans(there: Reading) -> list[list[int]]:
    """Sets of dependants with a recorded parent and no keeper, youngest first."""
    sets: dict[int, list[int]] = {}
    for i in reversed(range(len(there.people))):
        me = there.people[i]
        parent = me.mother if me.mother is not None else me.father
        if parent is not None and there.dependant(i) and there.keeper(i) is None:
            sets.setdefault(parent, []).append(i)
    return list(sets.values())


def home_of_orphans(there: Reading, children: list[int]) -> Seen:
    father = there.people[children[0]].father
    return (None, -1) if father is None else (father, there.people[father].home)


def with_parent(there: Reading, i: int) -> bool:
    """Whether somebody under 18 who is no dependant lives where its keeper does: rule 1."""
    keeper, me = there.keeper(i), there.people[i]
    if me.partner is not None or keeper is None:
        return False
    grown = (keeper, there.companion(keeper))
    return any(g is not None and there.people[g].destination == me.destination for g in grown)


def step(there: Reading) -> dict[int, tuple[int, int | None, int]]:
    """(arrangement, carer, whole minutes) of everybody alive under 18."""
    out: dict[int, tuple[int, int | None, float]] = {}
    for i in range(len(there.people)):
        if there.alive(i) and there.age(i) < 18:
            parent = there.dependant(i) or with_parent(there, i)
            out[i] = (PARENT if parent else OWN, None, 0.0)
    for home in left_behind(there):
        out |= arranged(there, there.dependants(home), there.seen_from(home))
    for children in orphans(there):
        out |= arranged(there, children, home_of_orphans(there, children))
    return {i: (a, carer, min(int(walk), 255)) for i, (a, carer, walk) in out.items()}


def left_behind(there: Reading) -> list[Household]:
    """Households whose adults all went without the children."""
    return [
        home
        for home in there.households()
        if there.people[there.head(home)].choice == 3 and there.dependants(home)
    ]


def arrive(year: int, seed: int) -> tuple[Prefecture, np.ndarray]:
    """A prefecture after the destinations of the year, and last year's care."""
    # In half of them few are small: these sleep where the grandmother does, not a walk away.
    at = chosen(year, seed, **({"care_alone_from": 3.0, "care_accept": 1.0} if seed % 2 else {}))
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


def test_the_comparison_saw_every_arrangement_and_crowded_grandparents() -> None:
    seen: Counter[str] = Counter()
    for year in (1996, 2010, 2020):
        for seed in SEEDS:
            at, load = arrive(year, seed)
            there = Reading(at, load)
            for mine in step(there).values():
                seen[ARRANGEMENTS[mine[0]]] += 1
            for home in left_behind(there):
                for c in there.dependants(home):
                    kin = there.kin(c, there.seen_from(home))
                    if kin.carer is not None:
                        seen["crowded"] += there.crowding(kin.carer, c) > 1
                        seen["moves"] += kin.minutes > there.p.care_move_minutes
                    seen["uncle"] += kin.uncle
            seen["orphans"] += len(orphans(there))
    least = dict.fromkeys(ARRANGEMENTS[:OWN], 10) | {"own household": 10, "orphans": 25}
    least |= {"crowded": 5, "moves": 20, "uncle": 20}
    assert all(seen[name] >= number for name, number in least.items()), seen
