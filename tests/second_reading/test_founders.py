"""The people of 1950, their couples and children, read again from section 3.2."""

from collections import Counter

import numpy as np

from leftbehind.base.person import (
    AGRICULTURAL,
    FEMALE,
    MALE,
    NOBODY,
    PERSON,
    SEEKING,
    TOGETHER,
    WIDOWED,
)
from leftbehind.base.randomness import FOUNDER, UNION, founder_key
from leftbehind.model.population import founders
from leftbehind.model.prefecture import Prefecture
from tests.random_families import WORD, parameters, place
from tests.second_reading.reading import Reading
from tests.second_reading.test_partnership import ever_in_union, match

START = 1950
SHARES = {"urban_share": 0.2, "minority_share": 0.15}


def everybody(read: Reading, numbers: np.ndarray, code: int) -> None:
    """Rule 1; `numbers` by sex and completed age."""
    for age in range(100, -1, -1):
        for sex in (FEMALE, MALE):
            for _ in range(numbers[sex, age]):
                i = read.born(NOBODY, NOBODY, 0, sex)
                me = read.people[i]
                me.key = int(founder_key(WORD, code, i + 1))
                me.birth_year = START - 1 - age
                me.group = int(read.u(i, FOUNDER, 0, 0) < SHARES["minority_share"])
                me.hukou = int(read.u(i, FOUNDER, 1, 0) < SHARES["urban_share"])
                some = read.u(i, FOUNDER, 2, 0) < read.p.school_founders_share
                me.schooling = int(read.p.school_founders_years) if age >= 7 and some else 0
                me.lived = 0  # at home: the only prefecture


def unions(read: Reading) -> None:
    """Rules 2 and 3."""
    reaches = [START - me.birth_year for me in read.people]
    for i, me in enumerate(read.people):
        if reaches[i] >= 15 and read.u(i, UNION, 1, 0) < ever_in_union(read, i, reaches[i] + 0.5):
            me.union = SEEKING
    match(read, START - 1)
    for i, me in enumerate(read.people):
        if me.union == TOGETHER:
            me.union_year = START - max(reaches[i] - 18, 0)
            read.events["couples"] += me.sex == FEMALE
        elif me.union == SEEKING and reaches[i] >= 30:
            me.union = WIDOWED
            me.union_year = START - max(reaches[i] - 18, 0)
            read.events["widowed"] += 1
        elif me.union == SEEKING:
            read.events["seek"] += 1


def moments(read: Reading) -> dict[int, float]:
    """When each woman with a partner was born, in order of records."""
    wives = [i for i, me in enumerate(read.people) if me.sex == FEMALE and me.partner >= 0]
    out = {}
    for i in wives:
        same = [j for j in wives if read.people[j].birth_year == read.people[i].birth_year]
        out[i] = read.people[i].birth_year + same.index(i) / len(same)
    return out


def children(read: Reading) -> None:
    """Rule 4."""
    born = moments(read)
    for child, me in enumerate(read.people):
        if START - 1 - me.birth_year < 15:
            mother = _mother(read, child, born)
            if mother == NOBODY:
                read.events["no recorded parents"] += 1
            else:
                _child_of(read, child, mother)


def _mother(read: Reading, child: int, born: dict[int, float]) -> int:
    me, p = read.people[child], read.p
    found = []
    for k in range(12):
        z = read.z(child, FOUNDER, 4 + k, 0)
        gap = min(max(p.founder_mother_age + p.founder_mother_age_sd * z, 18), 45)
        later = [wife for wife, moment in born.items() if moment >= me.birth_year - gap]
        if not born:
            return NOBODY
        wife = later[0] if later else list(born)[-1]
        her = read.people[wife]
        older = me.birth_year - her.birth_year
        if not 17 <= older <= 46 or me.birth_year - read.people[her.partner].birth_year < 15:
            read.events["passed over"] += 1
            continue
        if her.births == 0 or her.last_birth not in (me.birth_year, me.birth_year - 1):
            return wife
        found.append(wife)
    if found:
        read.events["too early after the last"] += 1
        return min(found, key=lambda wife: read.people[wife].births)  # the first of equals
    return NOBODY


def _child_of(read: Reading, child: int, mother: int) -> None:
    me, her = read.people[child], read.people[mother]
    him = read.people[her.partner]
    me.mother, me.father = mother, her.partner
    me.older_by_mother, her.youngest_child = her.youngest_child, child
    me.older_by_father, him.youngest_child = him.youngest_child, child
    me.hukou, me.group = her.hukou, her.group
    her.births += 1
    her.sons += me.sex == MALE
    her.last_birth = me.birth_year
    read.events["children"] += 1


def pyramid(rng: np.random.Generator, fewer_women: int) -> np.ndarray:
    """Numbers (sex, age): many children, few old people, the women of 15 to 69 so many fewer."""
    mean = np.exp(-np.arange(101) / 28.0) * 10
    numbers = rng.poisson(np.stack([mean, mean * 1.07]))
    numbers[FEMALE, 15:70] //= fewer_women
    return numbers


def test_founders() -> None:
    rng = np.random.default_rng(8)
    events: Counter[str] = Counter()
    for n in range(18):
        numbers = pyramid(rng, (1, 3, 12)[n % 3])
        size = int(numbers.sum())
        here, p = place(1950, n, liangshan=n % 2), parameters(1950)
        code = 100_000 + 100 * n
        people = np.zeros(size, dtype=PERSON)
        at = Prefecture(people, 0, START - 1, WORD, here, p)
        read = Reading(at)
        everybody(read, numbers, code)
        unions(read)
        children(read)
        kinds = founders.Kinds(
            numbers[None],
            np.array([code]),
            np.array([SHARES["urban_share"]]),
            np.array([SHARES["minority_share"]]),
        )
        founders.settle(people, size, WORD, np.array([here]), p, kinds)
        assert read.differences(people, size) == []
        events += read.events
        events["rural"] += sum(me.hukou == AGRICULTURAL for me in read.people)
    assert events["couples"] > 1000
    assert events["children"] > 1000
    for event in ("widowed", "seek", "passed over", "too early after the last"):
        assert events[event] > 50, (event, events)
    assert events["no recorded parents"] > 0, events
