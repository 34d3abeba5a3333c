"""The child's cell: every property that an official definition may ask about, packed in one number.

A definition (counts/definitions) is a filter over these properties, so that all of them are counted
on the same children. Each year's children are counted by cell and prefecture; the tally also sums
hours and years, which are averages when divided by the count.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, alone, kernel
from leftbehind.base.person import (
    ABROAD,
    ABROAD_NAME,
    AGRICULTURAL,
    ARRANGEMENTS,
    FATHER_AWAY_TOWN,
    IN_PRISON,
    MALE,
    NOBODY,
    NON_AGRICULTURAL,
    companion,
    in_own_town,
    present,
)
from leftbehind.model.population.households import lives_in_town
from leftbehind.model.population.kin import keeper_of
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.residence import AWAY_MONTHS
from leftbehind.model.processes.schooling import STAGES, stage
from leftbehind.model.processes.week import (
    CHORES,
    FARM_WORK,
    N_SLOTS,
    SCHOOL,
    mean_week,
    nights_without_adult,
)
from leftbehind.model.tallies.distance import WHERE, distance
from leftbehind.model.tallies.tally import OF_HUKOU, SEX, Dimension

CHILD_AGE = 18

RESIDENCES = (
    "village",
    "town",
    "moved to town",
    "city with a parent",
    "city on one's own",
    ABROAD_NAME,
)
(VILLAGE, TOWN_HOME, MOVED_TO_TOWN, CITY_WITH_PARENT, CITY_ALONE, OUT_OF_CHINA) = range(6)

# What a parent is to the child this year.
PARENT_STATES = (
    "home",
    "home but limited",
    "away",
    "away under 6 months",
    "absent after divorce",
    "dead",
    "unknown",
    "in the city together",
    "in prison",
)
(P_HOME, P_LIMITED, P_AWAY, P_AWAY_SHORT, P_ABSENT, P_DEAD, P_UNKNOWN, P_TOGETHER, P_PRISON) = (
    range(9)
)

# Where the parents are who are away, though for a short time: the nearest of them, so that each
# label says of every parent away that he is at least that far.
PARENTS_WHERE = (*WHERE, "none away")
NONE_AWAY = len(WHERE)

# Dimensions of the cell, slowest first.
DIMENSIONS = (
    Dimension("age", range(CHILD_AGE)),
    SEX,
    OF_HUKOU,
    Dimension("residence", RESIDENCES),
    Dimension("father", PARENT_STATES),
    Dimension("mother", PARENT_STATES),
    Dimension("parents_where", PARENTS_WHERE),
    Dimension("arrangement", ARRANGEMENTS),
    Dimension("boards", ("no", "yes")),
    Dimension("stage", STAGES),
    Dimension("minority", ("Han", "minority")),
)
SIZES = tuple(len(d.labels) for d in DIMENSIONS if d.labels)
LABELS = {d.name: d.labels for d in DIMENSIONS if isinstance(d.labels, tuple)}
SUMS = (
    "unsupervised_hours",
    "school_hours",
    "farm_hours",
    "chore_hours",
    "nights_without_adult",
    "years_since_parting",
)


@kernel
def lives_with(people: np.ndarray, child: int, parent: int) -> bool:
    """Whether `child`, who is away, lives where `parent` does.

    A father away in a city of his own prefecture, whose wife and children are in the town of the
    county, has their destination and does not live there.
    """
    him = people[parent]
    if people[child].destination < 0 or people[child].destination != him.destination:
        return False
    if him.choice != FATHER_AWAY_TOWN or him.sex != MALE:
        return True
    wife = companion(people, parent)
    return wife < 0 or people[wife].destination != him.destination


@kernel
def _with_whom(people: np.ndarray, child: int) -> int:
    """The parent with whom `child`, who is away, lives, or its keeper's partner; else NOBODY."""
    keeper = keeper_of(people, child)
    for which in range(4):
        if which == 0:
            one = keeper
        elif which == 1:
            one = companion(people, keeper) if keeper >= 0 else NOBODY
        else:
            one = people[child].mother if which == 2 else people[child].father
        if present(people, one) and lives_with(people, child, one):
            return one
    return NOBODY


@kernel
def parent_state(people: np.ndarray, child: int, parent: int, other: int) -> int:
    """One of PARENT_STATES for `parent` of `child`; `other` is the other parent."""
    if parent < 0:
        return P_UNKNOWN
    him = people[parent]
    if him.death_year != 0:
        return P_DEAD
    if him.destination == IN_PRISON:
        return P_PRISON
    me = people[child]
    together = other >= 0 and him.partner == other
    if not together and present(people, other):
        keeper_is_mother = me.custody == 0
        is_mother = parent == me.mother
        if keeper_is_mother != is_mother:
            return P_ABSENT
    if lives_with(people, child, parent):
        return P_TOGETHER
    if him.destination >= 0:
        return P_AWAY if him.months >= AWAY_MONTHS else P_AWAY_SHORT
    return P_LIMITED if him.limited else P_HOME


@kernel
def residence(people: np.ndarray, i: int, word: np.uint64, here: np.record) -> int:
    """One of RESIDENCES for child `i`.

    Of those in the town of their own county some have moved there with a parent, by the family's
    choice; the others live where their village became a town.
    """
    me = people[i]
    if me.destination == ABROAD:
        return OUT_OF_CHINA
    if me.destination >= 0:
        who = _with_whom(people, i)
        if who < 0:
            return CITY_ALONE
        in_town = in_own_town(people[who].choice, people[who].sex == MALE)
        return MOVED_TO_TOWN if in_town else CITY_WITH_PARENT
    if not lives_in_town(people, i, word, here):
        return VILLAGE
    return TOWN_HOME


@kernel
def nearest_away(
    people: np.ndarray,
    parents: tuple[int, int],
    states: tuple[int, int],
    origin: int,
    province: np.ndarray,
) -> int:
    """Position in PARENTS_WHERE of the nearest of two `parents` who by their `states` are away.

    Seen from the child's prefecture `origin`; `province` (P,). Parents in prison, gone by divorce
    or in the city with the child are not among those away.
    """
    nearest = NONE_AWAY
    for which in range(2):
        if states[which] in (P_AWAY, P_AWAY_SHORT):
            there = people[parents[which]].destination
            nearest = min(nearest, distance(there, origin, province))
    return nearest


@kernel
def cell_of(at: Prefecture, i: int, origin: int, province: np.ndarray) -> int:
    """The packed cell of child `i` of prefecture `origin` (see DIMENSIONS); `province` (P,)."""
    people = at.people
    me = people[i]
    parents = me.father, me.mother
    father = parent_state(people, i, me.father, me.mother)
    mother = parent_state(people, i, me.mother, me.father)
    code = at.year - me.birth_year
    code = code * 2 + me.sex
    code = code * 2 + (0 if me.hukou == AGRICULTURAL else NON_AGRICULTURAL)
    code = code * 6 + residence(people, i, at.word, at.here)
    code = code * 9 + father
    code = code * 9 + mother
    code = code * 5 + nearest_away(people, parents, (father, mother), origin, province)
    code = code * len(ARRANGEMENTS) + me.arrangement
    code = code * 2 + me.boards
    code = code * 5 + stage(people, i)
    return code * 2 + me.group


@kernel
def years_since_parting(people: np.ndarray, i: int, year: int) -> int:
    """Years since the first of the child's living parents now away left, capped at its age."""
    me = people[i]
    longest = 0
    for which in range(2):
        parent = me.mother if which == 0 else me.father
        if not present(people, parent) or lives_with(people, i, parent):
            continue
        if people[parent].destination >= 0:
            longest = max(longest, year - people[parent].away_since)
    return min(longest, year - me.birth_year)


@alone
@allocating_kernel
def tally(
    at: Prefecture,
    origin: int,
    province: np.ndarray,
    cells: np.ndarray,
    numbers: np.ndarray,
    sums: np.ndarray,
) -> int:
    """Count the children of prefecture `origin` by cell; returns how many cells were filled.

    `province` (P,) of all prefectures. Out, in ascending order of cell: `cells`, `numbers` (int64)
    and `sums` (float64, a column of SUMS each: weekly hours averaged over school and holiday weeks,
    nights a week, years since parting).
    """
    codes = np.empty(at.size, np.int64)
    who = np.empty(at.size, np.int64)
    n = 0
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0:
            continue
        if at.year - me.birth_year < CHILD_AGE:
            codes[n] = cell_of(at, i, origin, province)
            who[n] = i
            n += 1
    order = np.argsort(codes[:n], kind="mergesort")
    room = np.empty((2, N_SLOTS), np.float64)
    last = np.int64(-1)
    filled = 0
    for k in order:
        if codes[k] != last:
            last = codes[k]
            cells[filled] = last
            numbers[filled] = 0
            sums[filled, :] = 0.0
            filled += 1
        numbers[filled - 1] += 1
        _add_up(at, who[k], room, sums[filled - 1])
    return filled


@kernel
def _add_up(at: Prefecture, i: int, room: np.ndarray, row: np.ndarray) -> None:
    """Add the year's mean week of child `i`, its nights and years since parting to `row` (SUMS)."""
    week = room[1]
    row[0] += mean_week(at, i, room[0], week)
    row[1] += week[SCHOOL]
    row[2] += week[FARM_WORK]
    row[3] += week[CHORES]
    row[4] += nights_without_adult(at, i)
    row[5] += years_since_parting(at.people, i, at.year)


def unpack(cells: np.ndarray) -> dict[str, np.ndarray]:
    """The properties of packed cells, one integer array a dimension."""
    codes = np.unravel_index(np.asarray(cells, dtype=np.int64), SIZES)
    return {d.name: code for d, code in zip(DIMENSIONS, codes, strict=True)}
