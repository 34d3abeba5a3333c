"""Partnership read again from section 3.4.2 of the model description."""

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from leftbehind.base.person import (
    DIVORCED,
    FEMALE,
    FURTHER,
    IN_PRISON,
    MALE,
    NEVER,
    NOBODY,
    SAME_COUNTY,
    SAME_HOME,
    SAME_VILLAGE,
    SEEKING,
    TOGETHER,
    WIDOWED,
)
from leftbehind.base.randomness import CUSTODY, DIVORCE, HOME, MATCH, UNION, WAGE
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import partnership
from tests.families import Family
from tests.random_families import WORD, parameters, place, random_prefecture
from tests.second_reading.reading import Reading, prefectures

FURTHEST = 12  # places between partners, and years of birth


def ever_in_union(read: Reading, i: int, age: float) -> float:
    """F: the share ever in union by `age` of people like person `i`."""
    me, p = read.people[i], read.p
    if age <= 14:
        return 0.0
    median = p.union_median_age_women
    median += p.union_shift_urban if me.hukou else p.union_shift_rural
    if me.group == 1 and read.here.liangshan:
        median += p.union_shift_yi
    if me.sex == MALE:
        median += p.union_men_later
    median = max(median, 15.5)
    ceiling = p.union_ever_rural_men if me.sex == MALE and me.hukou == 0 else p.union_ever_women
    x = (math.log(age - 14) - math.log(median - 14)) / p.union_sigma
    return ceiling * 0.5 * math.erfc(-x / math.sqrt(2))


def year_of_unions(read: Reading) -> None:
    """Seeking, divorce, matching, leaving the parents' home."""
    for i in range(len(read.people)):
        _seek(read, i)
    for i in range(len(read.people)):
        _divorce(read, i)
    match(read, read.year)
    for i in range(len(read.people)):
        _leave_the_parents_home(read, i)


def _seek(read: Reading, i: int) -> None:
    me, age, p = read.people[i], read.age(i), read.p
    if not read.present(i) or not 15 <= age <= 59:
        return
    if me.partner != NOBODY or me.union == SEEKING:
        return
    if me.union == NEVER:
        before = ever_in_union(read, i, age)
        chance = (ever_in_union(read, i, age + 1) - before) / (1 - before)
    else:
        chance = p.remarry_men if me.sex == MALE else p.remarry_women
        if me.sex == FEMALE and age >= 45:
            chance = 0.0
        if me.union == WIDOWED:
            chance *= p.remarry_widowed
    if read.u(i, UNION, 0) < chance:
        read.events["seek, never in union" if me.union == NEVER else "seek again"] += 1
        me.union = SEEKING


def _divorce(read: Reading, i: int) -> None:
    me, p = read.people[i], read.p
    if me.sex != FEMALE or not read.alive(i) or me.partner == NOBODY:
        return
    him = read.people[me.partner]
    chance = p.divorce * (p.divorce_urban_ratio if me.hukou else p.divorce_rural_ratio)
    she_in_prison, he_in_prison = me.destination == IN_PRISON, him.destination == IN_PRISON
    one_away = read.away(i) != read.away(me.partner)
    if one_away or she_in_prison or he_in_prison:
        chance *= p.divorce_apart_ratio
    if read.u(i, DIVORCE, 0) >= chance:
        return
    read.events["divorce"] += 1
    read.events["divorce of a prisoner"] += she_in_prison or he_in_prison
    if she_in_prison:
        with_father = 1
    elif he_in_prison:
        with_father = 0
    else:
        share = p.custody_father_urban if me.hukou else p.custody_father_rural
        with_father = int(read.u(i, CUSTODY, 0) < share)
    for child in read.people:
        if child.mother == i and child.father == me.partner:
            child.custody = with_father
    me.union = him.union = DIVORCED
    him.partner = me.partner = NOBODY


def match(read: Reading, year: int) -> None:
    """Rules 3 and 4 with the draws and ages of `year`."""
    p = read.p
    seeking = [i for i, me in enumerate(read.people) if read.present(i) and me.union == SEEKING]
    places = {}
    for i in seeking:
        z = read.z(i, MATCH, 1, year)
        age = year - read.people[i].birth_year
        older = 0.0 if read.people[i].sex == FEMALE else p.union_gap_mean + p.union_gap_sd * z
        places[i] = age + z if read.people[i].sex == FEMALE else age - older
    women = sorted((i for i in seeking if read.people[i].sex == FEMALE), key=places.__getitem__)
    free = [i for i in seeking if read.people[i].sex == MALE]
    talent = {he: p.match_talent * read.z(he, WAGE, 0, 0) for he in free}
    for she in women:
        minds_hukou = read.u(she, MATCH, 8, year) < p.match_same_hukou
        minds_group = read.u(she, MATCH, 9, year) < p.match_yi_endogamy
        best, least = NOBODY, math.inf
        for he in free:
            if abs(places[he] - places[she]) > FURTHEST:
                continue
            if not may_marry(read, she, he):
                read.events["may not marry"] += 1
                continue
            her, him = read.people[she], read.people[he]
            score = abs(places[he] - places[she]) - talent[he]
            score += p.match_mismatch * (minds_hukou and her.hukou != him.hukou)
            score += p.match_mismatch * (minds_group and her.group != him.group)
            score += p.match_mismatch * (her.place != him.place)
            if score < least:
                best, least = he, score
        if best == NOBODY:
            read.events["finds nobody"] += 1
            continue
        free.remove(best)
        _couple(read, she, best, year)


def _parents(read: Reading, i: int) -> set[int]:
    me = read.people[i]
    return {parent for parent in (me.mother, me.father) if parent >= 0}


def _grandparents(read: Reading, i: int) -> set[int]:
    return {g for parent in _parents(read, i) for g in _parents(read, parent)}


def may_marry(read: Reading, she: int, he: int) -> bool:
    """Rule 3, last sentence but one."""
    if read.people[she].place != read.people[he].place and read.people[she].youngest_child >= 0:
        read.events["stays with her children"] += 1
        return False
    if abs(read.people[she].birth_year - read.people[he].birth_year) > FURTHEST:
        return False
    parents = _parents(read, she), _parents(read, he)
    grandparents = _grandparents(read, she), _grandparents(read, he)
    kin = (
        he in parents[0]
        or she in parents[1]
        or parents[0] & parents[1]
        or grandparents[0] & grandparents[1]
        or grandparents[0] & parents[1]
        or parents[0] & grandparents[1]
    )
    read.events["kin"] += bool(kin)
    return not kin


def _other_home(read: Reading, r: float) -> int:
    if r < read.p.home_same_village:
        return SAME_VILLAGE
    return SAME_COUNTY if r < read.p.home_same_village + read.p.home_same_county else FURTHER


def _couple(read: Reading, she: int, he: int, year: int) -> None:
    p = read.p
    start = p.coreside_start_urban if read.people[she].hukou else p.coreside_start_rural
    u = read.u(she, HOME, 0, year)
    home = SAME_HOME if u < start else _other_home(read, (u - start) / (1 - start))
    read.events[f"new couple, home {home}"] += 1
    read.events["bride from elsewhere"] += read.people[she].place != read.people[he].place
    if read.people[she].place != read.people[he].place:
        read.people[she].place = read.people[he].place
        read.people[she].carer = NOBODY
    for one, other in ((she, he), (he, she)):
        me = read.people[one]
        me.partner, me.union, me.union_year, me.home = other, TOGETHER, read.year, home


def _leave_the_parents_home(read: Reading, i: int) -> None:
    me, p = read.people[i], read.p
    if me.sex != FEMALE or not read.alive(i) or me.partner == NOBODY or me.home != SAME_HOME:
        return
    u = read.u(i, HOME, 2)
    if u >= p.coreside_leave:
        return
    if read.u(i, HOME, 1, year=0) < p.coreside_youngest and youngest_son(read, me.partner):
        read.events["the youngest son stays"] += 1
        return
    home = _other_home(read, u / p.coreside_leave)
    read.events["leave"] += 1
    me.home = read.people[me.partner].home = home


def youngest_son(read: Reading, he: int) -> bool:
    """Whether he is the youngest son alive of his mother, or, without one, of his father."""
    him = read.people[he]
    parent = him.mother if him.mother >= 0 else him.father
    if parent < 0:
        return False
    sons = [c for c in read.children(parent) if read.people[c].sex == MALE and read.alive(c)]
    return sons[0] == he


def vary(people: np.ndarray, size: int, year: int, rng: np.random.Generator) -> None:
    """Half of those without partner seek one; more prisoners, mixed couples and groups."""
    old = year - people["birth_year"][:size]
    grown = (old >= 18) & (people["death_year"][:size] == 0)
    people["hukou"][:size] ^= grown & (rng.random(size) < 0.15)
    people["group"][:size] ^= grown & (rng.random(size) < 0.15)
    single = (old >= 15) & (people["partner"][:size] < 0) & (people["death_year"][:size] == 0)
    people["union"][:size][single & (rng.random(size) < 0.5)] = SEEKING
    for i in np.flatnonzero(grown & (rng.random(size) < 0.05)):
        people[i]["destination"], people[i]["months"], people[i]["choice"] = IN_PRISON, 0, 0
        people[i]["away_since"] = year - 1


def pedigree(seed: int) -> Family:
    """Forty people of one clan who all seek a partner: cousins, half-sisters, young uncles."""
    rng = np.random.default_rng([6, seed])
    family = Family(2010, seed + 1, 60)
    ages = np.sort(rng.integers(15, 80, 40))[::-1]
    for age in ages.tolist():
        older = family.people[: family.count]
        gap = older["birth_year"] - (2010 - age)
        parents = []
        for sex in (FEMALE, MALE):
            able = np.flatnonzero((older["sex"] == sex) & (gap <= -16) & (gap >= -45))
            first = able[: max(3, len(able) // 4)]  # few parents, much kin
            parents.append(int(rng.choice(first)) if len(first) and rng.random() < 0.8 else NOBODY)
        i = family.person(age, int(rng.integers(2)), parents[0], parents[1])
        family.people[i]["union"] = SEEKING
        family.people[i]["hukou"], family.people[i]["group"] = rng.integers(2), rng.integers(2)
    return family


def markets() -> Iterator[tuple[np.ndarray, int, int, np.record]]:
    """The random families, a large prefecture, and small markets where all are kin."""
    rng = np.random.default_rng(7)
    for people, size, year, here in prefectures():
        vary(people, size, year, rng)
        yield people, size, year, here
    people, size = random_prefecture(9, 120, 2000)
    vary(people, size, 2000, rng)
    yield people, size, 2000, place(2000, 9)
    for seed in range(40):
        family = pedigree(seed)
        yield family.people, family.count, 2010, place(2010, seed, liangshan=seed % 2)


def test_year_of_unions() -> None:
    events: Counter[str] = Counter()
    rng = np.random.default_rng(11)
    for people, size, year, here in markets():
        # Single people of three prefectures of the unit, families of the first.
        single = (people["partner"][:size] < 0) & (people["youngest_child"][:size] < 0)
        people["place"][:size][single] = rng.integers(0, 3, single.sum())
        p = parameters(year, divorce=0.1, remarry_men=0.4, remarry_women=0.5, coreside_leave=0.4)
        at = Prefecture(people, size, year, WORD, here, p)
        read = Reading(at)
        year_of_unions(read)
        for k in range(3):
            partnership.seek(at._replace(place=k))
        partnership.step(at)
        assert read.differences(people, size) == []
        events += read.events
    for event in ("stays with her children", "bride from elsewhere"):
        assert events[event] > 100, (event, events)
    for event in ("seek, never in union", "seek again", "divorce", "finds nobody", "kin", "leave"):
        assert events[event] > 100, (event, events)
    for event in ("divorce of a prisoner", "the youngest son stays"):
        assert events[event] > 20, (event, events)
    assert all(events[f"new couple, home {home}"] > 20 for home in range(4)), events


def test_lowest_median() -> None:
    """A median below 15.5 is 15.5, of men after they are later."""
    events: Counter[str] = Counter()
    for people, size, year, here in prefectures():
        people["group"][:size] = 1
        here["liangshan"] = 1
        p = parameters(year, union_shift_yi=-3.5, union_median_age_women=18.5)
        at = Prefecture(people, size, year, WORD, here, p)
        read = Reading(at)
        year_of_unions(read)
        partnership.seek(at)
        partnership.step(at)
        assert read.differences(people, size) == []
        events += read.events
    assert events["seek, never in union"] > 100
