"""The growing array of people."""

import copy

import numpy as np

from leftbehind.base.compiled import allocating_kernel
from leftbehind.base.person import NOBODY, PERSON
from leftbehind.model.population.kin import link_child

GROWTH = 1.12  # room beyond what a unit needs, so that its neighbours' records move seldom


class Population:
    """The people of home units in one array of PERSON records, one stretch of it for each unit.

    `people[start[k] : start[k] + count[k]]` are the records of unit k, the dead among them;
    links between persons are positions within the stretch. `own_rate` is each record's own chance
    to die, later the own rate of birth, from one leg of the year to the next.
    """

    def __init__(self, sizes: np.ndarray) -> None:
        """Room for `sizes` records a unit."""
        self.count = np.zeros(len(sizes), dtype=np.int64)
        self.start = np.zeros(len(sizes), dtype=np.int64)
        self.room = np.zeros(len(sizes), dtype=np.int64)
        self.people = np.zeros(0, dtype=PERSON)
        self.own_rate = np.empty(0)
        self.make_room(np.asarray(sizes, dtype=np.int64))

    def of(self, unit: int) -> np.ndarray:
        """The records of one home unit (a view)."""
        start = self.start[unit]
        return self.people[start : start + self.count[unit]]

    def make_room(self, least: np.ndarray) -> None:
        """Lay the stretches out anew if any has less room than `least` records."""
        if np.all(self.room >= least):
            return
        room = np.maximum(self.room, (least * GROWTH).astype(np.int64) + 32)
        start = np.concatenate([[0], np.cumsum(room)[:-1]]).astype(np.int64)
        people = np.zeros(int(room.sum()), dtype=PERSON)
        for k in range(len(room)):
            people[start[k] : start[k] + self.count[k]] = self.of(k)
        self.people, self.start, self.room = people, start, room
        self.own_rate = np.empty(len(people))

    def part(self, low: int, high: int) -> "Population":
        """The units `low` to `high` - 1, whose people stay where they are until they need room."""
        out = copy.copy(self)
        mine = slice(low, high)
        first, last = int(self.start[low]), int(self.start[high - 1] + self.room[high - 1])
        out.people, out.own_rate = self.people[first:last], self.own_rate[first:last]
        out.start, out.room = self.start[mine] - first, self.room[mine].copy()
        out.count = self.count[mine].copy()
        return out

    def births_ahead(self) -> np.ndarray:
        """Room that next year's births may need in each unit."""
        return with_births(self.count)

    def alive(self) -> int:
        """Number of simulated people alive."""
        return int(sum(int((self.of(k)["death_year"] == 0).sum()) for k in range(len(self.count))))

    def compact(self) -> None:
        """Drop the dead who are no parent or grandparent of anyone alive; kin links stay true."""
        compact(self.people, self.start, self.count)


def compact(people: np.ndarray, start: np.ndarray, count: np.ndarray) -> None:
    """Drop the dead of all units who are no parent or grandparent of anyone alive."""
    for k in range(len(count)):
        mine = people[start[k] : start[k] + count[k]]
        kept = drop_forgotten(mine, len(mine))
        mine[kept:] = np.zeros(1, dtype=PERSON)  # newborns expect clean records
        count[k] = kept


def with_births(count: np.ndarray) -> np.ndarray:
    """Records that units of `count` records may hold after a year's births."""
    ahead: np.ndarray = count + (count * 0.1).astype(np.int64) + 16
    return ahead


@allocating_kernel
def drop_forgotten(people: np.ndarray, count: int) -> int:
    """Compact one unit's records in place, in order; returns the new number of records.

    Kept are the living, their parents and their grandparents. Lists of children are rebuilt from
    those kept, so a dead child without descendants leaves its mother's list (her count of births
    stays).
    """
    keep = np.zeros(count, np.uint8)
    for i in range(count):
        if people[i].death_year == 0:
            keep[i] = 1
            for which in range(2):
                parent = people[i].mother if which == 0 else people[i].father
                if parent >= 0:
                    keep[parent] = 1
                    if people[parent].mother >= 0:
                        keep[people[parent].mother] = 1
                    if people[parent].father >= 0:
                        keep[people[parent].father] = 1
    place = np.empty(count, np.int64)
    n = 0
    for i in range(count):
        place[i] = n if keep[i] else NOBODY
        n += keep[i]
    for i in range(count):
        if keep[i] == 0:
            continue
        j = place[i]
        people[j] = people[i]
        me = people[j]
        me.mother = place[me.mother] if me.mother >= 0 else NOBODY
        me.father = place[me.father] if me.father >= 0 else NOBODY
        me.partner = place[me.partner] if me.partner >= 0 else NOBODY
        me.carer = place[me.carer] if me.carer >= 0 else NOBODY
        me.youngest_child = NOBODY
        me.older_by_mother = NOBODY
        me.older_by_father = NOBODY
    for j in range(n):
        link_child(people, j, people[j].mother, people[j].father)
    return n
