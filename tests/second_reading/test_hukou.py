"""Change of hukou read again from sections 3.4.0 and 3.4.4 of the model description."""

from collections import Counter

import numpy as np

from leftbehind.base.person import FEMALE, IN_PRISON, MALE, NOBODY
from leftbehind.base.randomness import HUKOU, luck
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import hukou
from tests.families import Family, a_place
from tests.random_families import WORD, parameters
from tests.second_reading.reading import Reading, prefectures

STUDENT, FAMILY = 2, 1


def dependant(read: Reading, i: int) -> bool:
    """Section 3.4.0, rule 2."""
    me, age = read.people[i], read.age(i)
    young = age < 16 or (age < 18 and me.enrolled == 1)
    return read.alive(i) and me.partner == NOBODY and young


def stands_for_a_household(read: Reading, i: int) -> bool:
    """Rule 3: a woman, or a man without companion."""
    if not read.present(i) or dependant(read, i):
        return False
    return read.people[i].sex == FEMALE or read.companion(i) == NOBODY


def keeper(read: Reading, child: int) -> int:
    """Rule 4."""
    me = read.people[child]
    mother, father = read.present(me.mother), read.present(me.father)
    if mother and father and read.people[me.mother].partner != me.father:
        return me.father if me.custody == 1 else me.mother
    if mother:
        return me.mother
    return me.father if father else NOBODY


def dependants_of(read: Reading, mother: int, father: int) -> list[int]:
    """Rule 5."""
    out = []
    for parent in (mother, father):
        if parent == NOBODY:
            continue
        for child in read.children(parent):
            if child in out or not dependant(read, child):
                continue
            if keeper(read, child) in (mother, father):
                out.append(child)
    return out


def change(read: Reading, chance: float) -> None:
    """Section 3.4.4, rules 1 and 2."""
    for i, me in enumerate(read.people):
        student = read.alive(i) and read.age(i) >= 16 and me.enrolled and me.schooling == 12
        if student and read.u(i, HUKOU, STUDENT, year=0) < read.p.hukou_student:
            read.events["student"] += me.hukou == 0
            me.hukou = 1
        if stands_for_a_household(read, i):
            _family(read, i, chance)


def _family(read: Reading, i: int, chance: float) -> None:
    me = read.people[i]
    other = read.companion(i)
    mother, father = (i, other) if me.sex == FEMALE else (NOBODY, i)
    if any(adult != NOBODY and read.away(adult) for adult in (mother, father)):
        read.events["somebody away"] += 1
        return
    if read.age(i) >= 45:
        chance *= read.p.hukou_old
    if read.u(i, HUKOU, FAMILY) >= chance:
        return
    members = [i, *dependants_of(read, mother, father)]
    if me.partner >= 0:
        members.append(me.partner)
    for member in members:
        who = read.people[member]
        read.events["changed"] += who.hukou == 0
        read.events["changed in prison"] += who.hukou == 0 and who.destination == IN_PRISON
        read.events["changed, a pupil of 16"] += who.hukou == 0 and 16 <= read.age(member) < 18
        read.events["changed, a mixed couple"] += member != i and who.hukou == 0 and me.hukou == 1
        who.hukou = 1


def vary(people: np.ndarray, size: int, year: int, rng: np.random.Generator) -> None:
    """More mixed couples, students, prisoners and parted parents' children with either."""
    grown = year - people["birth_year"][:size] >= 18
    people["hukou"][:size] ^= grown & (rng.random(size) < 0.15)
    pupils = np.flatnonzero(people["enrolled"][:size] & (year - people["birth_year"][:size] >= 16))
    people["schooling"][pupils[rng.random(len(pupils)) < 0.4]] = 12
    men = grown & (people["sex"][:size] == MALE) & (people["death_year"][:size] == 0)
    for i in np.flatnonzero(men & (rng.random(size) < 0.05)):
        people[i]["destination"], people[i]["months"] = IN_PRISON, 0
        people[i]["away_since"] = year - 1
    parted = rng.random(size) < 0.2
    people["custody"][:size][parted] ^= 1


def test_change_of_hukou() -> None:
    rng = np.random.default_rng(3)
    events: Counter[str] = Counter()
    for people, size, year, here in prefectures(hukou_chance=0.6):
        vary(people, size, year, rng)
        at = Prefecture(people, size, year, WORD, here, parameters(year, hukou_student=0.6))
        read = Reading(at)
        change(read, 0.6)
        hukou.step(at)
        assert read.differences(people, size) == []
        events += read.events
    assert events["changed"] > 1000
    for event in ("student", "somebody away", "changed, a pupil of 16", "changed, a mixed couple"):
        assert events[event] > 30, (event, events)
    assert events["changed in prison"] > 10, events


def test_who_is_counted_for_the_chance() -> None:
    """Rule 3: people, rural people, and those of 45 and over next year, prisoners among them."""
    old = 0
    for people, size, year, here in prefectures():
        read = Reading(Prefecture(people, size, year, WORD, here, parameters(year)))
        living = [i for i in range(size) if read.alive(i)]
        rural = [i for i in living if read.people[i].hukou == 0]
        later = [i for i in rural if read.age(i) + 1 >= 45]
        counted = hukou.count_types(people, size, 0, year + 1)
        assert counted == (len(living), len(rural), len(later))
        old += len(later)
    assert old > 1000


def test_the_students_draw() -> None:
    family = Family(2010, room=100)
    pupils = [family.man(19, enrolled=1, schooling=12) for _ in range(100)]
    hukou.step(family.at(a_place(hukou_chance=0.0), parameters(2010, hukou_student=0.5)))
    for i in pupils:
        u = luck(WORD, np.uint64(family.of(i, "key")), 0, HUKOU, STUDENT)
        assert family.of(i, "hukou") == (u < 0.5)


def test_the_families_draw() -> None:
    family = Family(2010, room=100)
    men = [family.man(30) for _ in range(100)]
    hukou.step(family.at(a_place(hukou_chance=0.5), parameters(2010)))
    for i in men:
        u = luck(WORD, np.uint64(family.of(i, "key")), 2010, HUKOU, FAMILY)
        assert family.of(i, "hukou") == (u < 0.5)
