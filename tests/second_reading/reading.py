"""What the second readings share: records as plain objects, draws by name, and the comparison.

Written from the model description alone (docs/ODD.md), without a look at the compiled processes.

    read = Reading(at)                # a copy of the prefecture's people
    deaths_and_health(read)           # a plain reading changes the copy
    mortality.step(at, ...)           # the process changes the records
    assert not read.differences(at.people, at.size)
"""

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np

from leftbehind.base.person import AT_HOME, IN_PRISON, NOBODY, NOWHERE, PERSON, WITH_PARENT
from leftbehind.base.randomness import luck, normal
from leftbehind.model.prefecture import Prefecture
from tests.random_families import WORD, place, random_prefecture

YEARS = (1965, 1985, 1996, 2005, 2010, 2015, 2020)
FAMILIES, SEEDS = 60, 5  # in each year: 2,100 families in all
FIELDS = PERSON.names or ()


def prefectures(**fields: float) -> Iterator[tuple[np.ndarray, int, int, np.record]]:
    """(people, size, year, here) of 35 prefectures of random families; `fields` of the place.

    Every second place is a Liangshan, whatever its name.
    """
    for year in YEARS:
        for seed in range(1, SEEDS + 1):
            people, size = random_prefecture(seed, FAMILIES, year)
            here = place(year, seed, liangshan=seed % 2, **fields)
            yield people, size, year, here


class Reading:
    """A prefecture's people as plain objects, the conditions of the year, and what happened."""

    def __init__(self, at: Prefecture) -> None:
        self.year = at.year
        self.people = [_person(record) for record in at.people[: at.size]]
        self.here, self.p = _values(at.here), _values(at.p)
        self.events: Counter[str] = Counter()

    def u(self, i: int, purpose: int, alternative: int, year: int | None = None) -> float:
        """Person `i`'s uniform number of the year; lasting with year 0."""
        key = np.uint64(self.people[i].key)
        return luck(WORD, key, self.year if year is None else year, purpose, alternative)

    def z(self, i: int, purpose: int, alternative: int, year: int | None = None) -> float:
        """Person `i`'s normal number of the year; lasting with year 0."""
        key = np.uint64(self.people[i].key)
        return normal(WORD, key, self.year if year is None else year, purpose, alternative)

    def age(self, i: int) -> int:
        """Age reached in the year."""
        return self.year - self.people[i].birth_year

    def alive(self, i: int) -> bool:
        """Whether there is such a person and it lives."""
        return i >= 0 and self.people[i].death_year == 0

    def present(self, i: int) -> bool:
        """Whether there is such a person, alive and not in prison."""
        return self.alive(i) and self.people[i].destination != IN_PRISON

    def away(self, i: int) -> bool:
        """Whether the person's destination is a prefecture or abroad."""
        return self.people[i].destination not in (AT_HOME, IN_PRISON)

    def companion(self, i: int) -> int:
        """The partner, if alive and not in prison."""
        partner = self.people[i].partner
        return partner if self.present(partner) else NOBODY

    def children(self, i: int) -> list[int]:
        """Recorded children from the youngest to the oldest (later records are younger)."""
        all_of_them = range(len(self.people) - 1, -1, -1)
        return [c for c in all_of_them if i in (self.people[c].mother, self.people[c].father)]

    def born(self, mother: int, father: int, key: int, sex: int) -> int:
        """A newborn without luck or group of its own, at the head of its parents' lists."""
        child = len(self.people)
        me = SimpleNamespace(**dict.fromkeys(FIELDS, 0))
        me.key, me.sex, me.birth_year = key, sex, self.year
        me.mother, me.father, me.partner, me.carer = mother, father, NOBODY, NOBODY
        me.destination, me.arrangement, me.youngest_child = AT_HOME, WITH_PARENT, NOBODY
        me.lived = NOWHERE
        me.older_by_mother = me.older_by_father = NOBODY
        if mother >= 0:
            me.older_by_mother = self.people[mother].youngest_child
            self.people[mother].youngest_child = child
        if father >= 0:
            me.older_by_father = self.people[father].youngest_child
            self.people[father].youngest_child = child
        self.people.append(me)
        return child

    def differences(self, records: np.ndarray, size: int) -> list[str]:
        """Every field of every person that is not as read, in words."""
        if size != len(self.people):
            return [f"{size} records, read {len(self.people)}"]
        out = []
        for name in FIELDS:
            read = np.array([getattr(me, name) for me in self.people], PERSON[name])
            for i in np.flatnonzero(read != records[name][:size]):
                was = f"{self.year}: person {i} of {self.age(int(i))}"
                out.append(f"{was}: {name} is {records[name][i]}, read {read[i]}")
        return out


def _person(record: np.void) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(FIELDS, record.tolist(), strict=True)))


def _values(record: np.record) -> SimpleNamespace:
    names = record.dtype.names or ()
    return SimpleNamespace(**{name: record[name].item() for name in names})
