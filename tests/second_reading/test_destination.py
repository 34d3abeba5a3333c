"""Destination and months, read again from docs/ODD.md 3.4.7 alone."""

import math
from collections import Counter

import numpy as np
import pytest

from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import care, destination, migration
from tests.families import AWAY, Family, a_place, parameters
from tests.random_families import KINDS, WORD, own_place, place, places, random_prefecture, tables
from tests.second_reading.households import (
    ABROAD,
    DESTINATION,
    FATHER,
    GO_ABROAD,
    MONTHS,
    MOTHER,
    MOVE,
    Household,
    Reading,
    distinct_parameters,
    forget_mothers,
)

YEARS = (1985, 1996, 2005, 2010, 2015, 2020)
FAMILIES, SEEDS = 3 * len(KINDS), range(6)  # 2,160 families
LEAVING, TAKING = 0, 1
FIELDS = ("destination", "months", "away_since")


class Places:
    """What `destination.step` is given of all places: `tables` of the random families."""

    def __init__(self, seed: int) -> None:
        self.own = own_place(seed)
        self.share, self.province_share, self.first = tables(seed)
        self.logit = destination.Logit(self.share, self.province_share, self.first)


def goers(home: Household, choice: int) -> list[int]:
    """Who of the adults goes, the father first."""
    mother, father = home
    if mother is None or father is None:
        return [a for a in home if a is not None and choice in (3, 4)]
    goes = {0: (), 1: (father,), 2: (mother,), 5: (), 6: (father,)}
    return list(goes.get(choice, (father, mother)))


def in_own_town(home: Household, choice: int) -> list[int]:
    """Who of the adults lives in the town of the own county."""
    town = {5: home, 6: (home[MOTHER],)}.get(choice, ())
    return [a for a in town if a is not None]


def abroad_chance(there: Reading, choice: int) -> float:
    a = there.here.abroad
    if choice != 4:
        return a
    e = math.exp(-there.p.dest_school * (1 - there.here.barrier))
    return a * e / (1 - a + a * e)


def first_of_race(
    there: Reading, k: int, numbers: range, shares: list[float], ahead: int, year: int
) -> int:
    """Of the `numbers` the one with the least -ln u / share, with the luck of `year`."""
    times = {
        n: -math.log(there.u_t(k, DESTINATION, ahead + n, year)) / share
        for n, share in zip(numbers, shares, strict=True)
        if share > 0
    }
    return min(times, key=lambda n: times[n])


def last_look(there: Reading, k: int) -> int:
    """The year in which the household of person `k` last looked at other places."""
    stay = there.p.dest_stay
    m = there.people[k].birth_year + 16
    while stay < 1:
        later = m + 1 + math.floor(math.log(there.u_t(k, MOVE, 0, m)) / math.log(stay))
        if later > there.year:
            break
        m = later
    return m


def where(there: Reading, places: Places, k: int, last: int | None, choice: int) -> int:
    """Rule 3, with the key of person `k`."""
    if last == ABROAD:
        return ABROAD
    if last is None and there.u_t(k, GO_ABROAD, 0) < abroad_chance(there, choice):
        return ABROAD
    drawn = last_look(there, k)
    if last is not None and drawn < there.year:
        return last
    kind = TAKING if choice == 4 else LEAVING
    by_province, share = places.province_share[kind].tolist(), places.share[kind]
    g = first_of_race(there, k, range(len(by_province)), by_province, 0, drawn)
    low, high = int(places.first[g]), int(places.first[g + 1])
    return first_of_race(there, k, range(low, high), share[low:high].tolist(), 64, drawn)


def months(there: Reading, i: int, choice: int, destination: int) -> int:
    p = there.p
    if choice == 4 or destination == ABROAD:
        return 12
    u = there.u(i, MONTHS, 0)
    if u < p.months_seasonal_share:
        return int(p.months_seasonal)
    return int(p.months_most) if u < p.months_seasonal_share + p.months_most_share else 12


def last_place(there: Reading, i: int | None) -> int | None:
    return there.people[i].destination if i is not None and there.away(i) else None


def places_of(there: Reading, places: Places, home: Household, choice: int) -> dict[int, int]:
    """Where each adult who goes works."""
    mother, father = home
    going = goers(home, choice)
    if not going:
        return {}
    was = [last_place(there, one) for one in (father, mother) if one in going]
    last = next((place for place in was if place is not None), None)
    if choice == 6 and last == places.own:
        last = None
    joint = where(there, places, there.head(home), last, choice)
    out = dict.fromkeys(going, joint)
    u = there.u(there.head(home), DESTINATION, 999)
    if len(going) == 2 and choice == 3 and u >= there.p.dest_couple_same:
        out[mother] = where(there, places, father, last_place(there, mother), choice)
    return out


def taken_by(there: Reading, child: int) -> int | None:
    """The parent whom a dependant follows."""
    me = there.people[child]
    for parent in (me.mother, me.father):
        if there.alive(parent) and there.people[parent].choice >= 4:
            keeper = there.keeper(child)
            if keeper is not None and keeper in (parent, there.people[parent].partner):
                return parent
    return None


def step(there: Reading, places: Places) -> dict[str, list[int]]:
    """The three fields of everybody after the step."""
    now = {name: [getattr(me, name) for me in there.people] for name in FIELDS}

    def put(i: int, to: int, how_long: int) -> None:
        now["destination"][i], now["months"][i] = to, how_long
        if to < 0:
            now["away_since"][i] = 0
        elif not there.away(i):
            now["away_since"][i] = there.year

    for home in there.households():
        choice = there.people[there.head(home)].choice
        gone = places_of(there, places, home, choice)
        for adult in there.adults(home):
            if adult in in_own_town(home, choice):
                put(adult, places.own, 12)
            elif adult in gone:
                put(adult, gone[adult], months(there, adult, choice, gone[adult]))
            else:
                put(adult, -1, 0)
    for i in range(len(there.people)):
        if there.dependant(i):
            parent = taken_by(there, i)
            if parent is None:
                put(i, -1, 0)
            else:
                town = there.people[parent].choice in (5, 6)
                put(i, places.own if town else now["destination"][parent], 12)
    return now


def chosen(year: int, seed: int, families: int = FAMILIES, **changes: float) -> Prefecture:
    """A prefecture whose households have chosen; most of them at random."""
    people, size = random_prefecture(seed, families, year)
    forget_mothers(people, size, seed)
    here = place(year, seed=seed, **({"abroad": 0.05} if year != 2010 else {}))
    p = distinct_parameters(year, seed, **changes)
    at = Prefecture(people, size, year, WORD, here, p)
    counted = np.zeros(migration.CHOICES_SHAPE, np.int64)
    migration.step(at, places(year), care.loads(at), counted)
    there, rng = Reading(at), np.random.default_rng(seed)
    for home in there.households():
        for adult in there.adults(home):
            if there.away(adult) and rng.random() < 0.3:  # couples away in two places
                people[adult]["destination"] = rng.choice((ABROAD, 3, 200, own_place(seed)))
        if rng.random() < 0.4:
            continue
        children = bool(there.dependants(home))
        open_to = (0, 1, 2, 3) if None not in home else (0, 3)
        taking = (4, 5, 6) if None not in home else (4, 5)
        choice = rng.choice([*open_to, *taking] if children else open_to)
        for adult in there.adults(home):
            people[adult]["choice"] = choice
        if choice == 6 and rng.random() < 0.5:  # the family lived in town last year
            him = people[home[FATHER] : home[FATHER] + 1]
            him["destination"], him["months"], him["away_since"] = own_place(seed), 12, year - 1
    return at


@pytest.mark.parametrize("year", YEARS)
def test_everybody_of_random_families_is_where_the_description_says(year: int) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        at, places = chosen(year, seed), Places(seed)
        there, before = Reading(at), at.people.copy()
        expected = step(there, places)
        destination.step(at, places.logit, places.own)
        for name in FIELDS:
            found = at.people[name][: at.size].tolist()
            wrong = [i for i in range(at.size) if found[i] != expected[name][i]]
            shown = [(i, vars(there.people[i])) for i in wrong]
            assert not shown, (name, len(shown), shown[:3])
        after = at.people.copy()
        for name in FIELDS:
            after[name] = before[name]
        assert np.array_equal(after, before), "nothing else is written"
        count(there, expected, seen)
        count_town(there, places.own, expected, seen)
    least = {"abroad": 5, "stays": 30, "moves": 5, "new": 50, "returns": 30, "apart": 20}
    least |= {"child along": 30, "child brought home": 3, "months 3": 10, "months 10": 30}
    least |= {"family in town": 20, "she in town": 10, "town to city": 3, "child in town": 30}
    assert all(seen[name] >= number for name, number in least.items()), seen


def count(there: Reading, expected: dict[str, list[int]], seen: Counter[str]) -> None:
    """Events of a comparison."""
    for i, to in enumerate(expected["destination"]):
        was, other = there.people[i].destination, there.people[i].partner
        seen["abroad"] += to == ABROAD
        seen["newly abroad"] += to == ABROAD and was < 0
        seen["stays"] += 0 <= to == was != ABROAD
        seen["moves"] += 0 <= to != was >= 0
        seen["new"] += to >= 0 > was
        seen["returns"] += to == -1 and was >= 0
        seen["child along"] += to >= 0 and there.dependant(i)
        seen["child brought home"] += to == -1 and was >= 0 and there.dependant(i)
        seen[f"months {expected['months'][i]}"] += 1
        seen["apart"] += other is not None and 0 <= to != expected["destination"][other] >= 0


def count_town(
    there: Reading, own: int, expected: dict[str, list[int]], seen: Counter[str]
) -> None:
    """Families in the town of their county, and who goes on from it to a city."""
    for home in there.households():
        choice = there.people[there.head(home)].choice
        seen["family in town"] += choice == 5
        seen["she in town"] += choice == 6
        if choice == 6 and home[FATHER] is not None:
            was = there.people[home[FATHER]].destination
            seen["town to city"] += was == own != expected["destination"][home[FATHER]]
        if choice in (5, 6):
            seen["child in town"] += len(there.dependants(home))


def test_parents_away_in_two_places_use_her_last_place_and_his_luck() -> None:
    apart = 0
    for seed in SEEDS:
        at, places = chosen(2010, seed, dest_couple_same=0.0), Places(seed)
        there = Reading(at)
        expected = step(there, places)
        destination.step(at, places.logit, places.own)
        for mother, father in there.households():
            if mother is None or father is None or there.people[mother].choice != 3:
                continue
            here = [expected["destination"][a] for a in (mother, father)]
            assert at.people["destination"][[mother, father]].tolist() == here
            apart += here[0] != here[1]
    assert apart > 20


def test_a_wife_who_goes_instead_of_her_husband_chooses_a_place_of_her_own() -> None:
    family = Family(2010)
    husband = family.man(36)
    wife = family.woman(34, husband=husband)
    family.goes(husband, choice=1, to=AWAY)
    for one in (husband, wife):
        family.people[one]["choice"] = 2
    at = family.at(a_place(), parameters(2010, dest_stay=1.0))
    destination.step(at, Places(3).logit, own_place(3))
    assert family.of(husband, "destination") == -1
    assert family.of(wife, "destination") not in (-1, AWAY)
