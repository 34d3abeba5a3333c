"""Who takes a household's children when no parent is there: the one rule of choice, care and week.

    g(age)   = 0 under care_alone_from, 1 from care_grown_from on, linear between
    level    = share of a big child's waking time at home with an adult, by who takes it
    K        = mean over the children, by need, of level / level with a parent at home

Under `care_alone_from` nobody is without an adult: grandparents, else an aunt, uncle or grown
sibling, else a grandparent however old or far takes the child in, else, the last resort, a
neighbour. No neighbour can be had for most such families: then the parents cannot both leave. From
there on fewer are taken in by age. docs/ODD.md section 3.4.8.

Reads kin, age, health, homes, last year's carers. Writes nothing.
"""

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import exp
from leftbehind.base.person import (
    ALONE,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    NEIGHBOUR,
    NOBODY,
    RELATIVE,
    at_home,
)
from leftbehind.base.randomness import CARE, luck
from leftbehind.model.population.homes import home_of_children, whose_home
from leftbehind.model.population.households import ADULT_AGE
from leftbehind.model.population.kin import next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import (
    Household,
    able,
    best_carer,
    need,
    need_with,
    same_kin,
    set_parent,
)

# Draws of a sibling set for CARE, all lasting and keyed by its mother (else its father).
MOVES, ACCEPTS, OWN_NIGHTS, RELATIVES, NEIGHBOURS, A_NEIGHBOUR = range(6)
NIGHT_SPREAD = 2.0  # years to either side of care_night_from (assumed)
NOT_OPEN = -1.0  # capacity of who could not leave a small child with anybody


@kernel
def growing_up(at: Prefecture, age: int) -> float:
    """g: how far a child of `age` is from one that is never without an adult to one that may be."""
    first = at.p.care_alone_from
    return min(max((age - first) / (at.p.care_grown_from - first), 0.0), 1.0)


@kernel
def seen_from(at: Prefecture, us: Household, child: int) -> tuple[int, int]:
    """whose_home of the household of `child`; of orphans (nobody in `us`) their father's home."""
    if us.mother < 0 and us.father < 0:
        return home_of_children(at.people, at.people[child].mother, at.people[child].father)
    return whose_home(at.people, us.mother, us.father)


@kernel
def group_of(at: Prefecture, us: Household, child: int) -> tuple[int, float]:
    """(age of the youngest, need of all) of the household's children with the kin of `child`."""
    youngest = ADULT_AGE
    needed = 0.0
    for k in range(us.children):
        if same_kin(at.people, us.found[k], child):
            age = at.year - at.people[us.found[k]].birth_year
            youngest = min(youngest, age)
            needed += need(age)
    return youngest, needed


@kernel
def set_luck(at: Prefecture, child: int, draw: int) -> float:
    """A lasting draw of the sibling set of `child`, uniform."""
    return luck(at.word, at.people[set_parent(at.people, child)].key, 0, CARE, draw)


@kernel
def taken_by_kin(
    at: Prefecture, load: np.ndarray, us: Household, child: int, best: np.ndarray
) -> tuple[int, int, float]:
    """(arrangement, carer, minutes) of `child` and those of its kin; ALONE if nobody takes them.

    `best` is room for best_carer. Minutes are the walk between the house of the children's parents
    and the carer's, also of those who move there.
    """
    whose, home = seen_from(at, us, child)
    best_carer(at, load, child, whose, home, best)
    youngest, _ = group_of(at, us, child)
    g = growing_up(at, youngest)
    p = at.p
    carer, q, minutes = int(best[0]), best[1], best[2]
    if carer >= 0 and set_luck(at, child, ACCEPTS) < 1.0 - g * (1.0 - p.care_accept):
        if minutes <= 0.0 and q >= p.care_least:
            return GRANDPARENT_HOME, carer, 0.0
        moves = (
            q >= p.care_home_least
            and minutes > p.care_move_minutes
            and set_luck(at, child, MOVES) < p.children_move_to_grandparents
        )
        if q >= p.care_least and minutes <= p.care_walk_most:
            nights = p.care_night_from + NIGHT_SPREAD * (
                2.0 * set_luck(at, child, OWN_NIGHTS) - 1.0
            )
            if moves or youngest < nights:
                return GRANDPARENT_HOME, carer, minutes  # they sleep where the grandparent does
            return GRANDPARENT_WALK, carer, minutes
    willing = set_luck(at, child, RELATIVES) < 1.0 - g * (1.0 - p.care_relative)
    if willing and has_relative_near(at, us, child):
        return RELATIVE, NOBODY, 0.0
    if carer >= 0 and youngest < p.care_alone_from:
        return GRANDPARENT_HOME, carer, minutes  # however old or far: nobody else is there
    if set_luck(at, child, NEIGHBOURS) < 1.0 - g:
        return NEIGHBOUR, NOBODY, 0.0
    return ALONE, NOBODY, 0.0


@kernel
def taken_by(
    at: Prefecture, load: np.ndarray, us: Household, child: int, best: np.ndarray
) -> tuple[int, int, float]:
    """taken_by_kin, but with the grandparent of step-brothers and -sisters in the same home.

    To the children left over, who cares for others of the household in its own home is a relative.
    """
    kind, carer, minutes = taken_by_kin(at, load, us, child, best)
    if kind != ALONE and kind != NEIGHBOUR:
        return kind, carer, minutes
    for k in range(us.children):
        if not same_kin(at.people, us.found[k], child):
            other, _, walk = taken_by_kin(at, load, us, us.found[k], best)
            if other == GRANDPARENT_HOME and walk <= 0.0:
                return RELATIVE, NOBODY, 0.0
    return kind, carer, minutes


@kernel
def has_relative_near(at: Prefecture, us: Household, child: int) -> bool:
    """Whether somebody grown of the kin of `child` is at home in its prefecture.

    Aunts and uncles of both sides, own brothers and sisters, a parent outside the household.
    """
    people = at.people
    if _grown_at_home(at, set_parent(people, child), child):
        return True
    for which in range(2):
        parent = people[child].father if which == 0 else people[child].mother
        if parent < 0:
            continue
        if parent != us.mother and parent != us.father and _is_near(at, parent):
            return True
        elder = people[parent].mother if people[parent].mother >= 0 else people[parent].father
        if elder >= 0 and _grown_at_home(at, elder, parent):
            return True
    return False


@kernel
def _is_near(at: Prefecture, i: int) -> bool:
    """Whether person `i` is grown and at home in this prefecture."""
    me = at.people[i]
    return at_home(at.people, i) and me.place == at.place and at.year - me.birth_year >= ADULT_AGE


@kernel
def _grown_at_home(at: Prefecture, parent: int, but: int) -> bool:
    """Whether a child of `parent` other than `but` is grown and at home in this prefecture."""
    child = at.people[parent].youngest_child
    while child >= 0:
        if child != but and _is_near(at, child):
            return True
        child = next_child(at.people, parent, child)
    return False


@kernel
def level(at: Prefecture, kind: int, carer: int, minutes: float, needed: float) -> float:
    """Assumed share of a big child's waking time at home with an adult, parents not there.

    `needed` is the need of all whom the carer has: above `care_share_need` the carer's time is
    shared among them.
    """
    p = at.p
    if kind in (GRANDPARENT_HOME, GRANDPARENT_WALK):
        share: float = able(at, carer) * min(1.0, p.care_share_need / max(needed, 0.1))
        if kind == GRANDPARENT_HOME:
            return p.week_adult_grandparent_home * share
        return p.week_adult_grandparent_walk * exp(-minutes / p.week_walk_decay) * share
    if kind == RELATIVE:
        relative: float = p.week_adult_relative
        return relative
    other: float = p.week_adult_neighbour if kind == NEIGHBOUR else p.week_adult_sibling_or_alone
    return other


@kernel
def household_capacity(at: Prefecture, load: np.ndarray, us: Household, best: np.ndarray) -> float:
    """K of all children of a household: what of a parent's care is covered when none is there.

    NOT_OPEN if a child under `care_alone_from` has no kin in reach and no neighbour takes it. The
    carer who covers most, that level and the walk go into `best`; position -1 if there is none.
    """
    carer, most, minutes = -1.0, 0.0, 0.0
    covered = 0.0
    total = 0.0
    k = 0.0
    for c in range(us.children):
        child = us.found[c]
        if c == 0 or not same_kin(at.people, child, us.found[c - 1]):
            kind, g, walk = taken_by(at, load, us, child, best)
            youngest, needed = group_of(at, us, child)
            nobody = kind == NEIGHBOUR and youngest < at.p.care_alone_from
            if nobody and set_luck(at, child, A_NEIGHBOUR) >= at.p.care_neighbour:
                return NOT_OPEN
            if g >= 0:
                needed += max(0.0, load[g] - need_with(at, child, g))
            k = level(at, kind, g, walk, needed)
            if g >= 0 and k > most:
                carer, most, minutes = float(g), k, walk
        n = need(at.year - at.people[child].birth_year)
        covered += n * min(1.0, k / at.p.week_adult_parent_home)
        total += n
    best[0] = carer
    best[1] = most
    best[2] = minutes
    return covered / total


@kernel
def in_her_care(at: Prefecture, g: int) -> tuple[float, bool, int]:
    """(need of all in the care of `g`, whether some live with g, houses a walk away)."""
    people = at.people
    needed = 0.0
    with_her = False
    houses = 0
    parent = people[g].youngest_child
    while parent >= 0:
        walks = False
        child = people[parent].youngest_child
        while child >= 0:
            me = people[child]
            if me.carer == g and me.death_year == 0 and at.year - me.birth_year < ADULT_AGE:
                needed += need(at.year - me.birth_year)
                walks = walks or me.arrangement == GRANDPARENT_WALK
                with_her = with_her or me.arrangement == GRANDPARENT_HOME
            child = next_child(people, parent, child)
        houses += 1 if walks else 0
        parent = next_child(people, g, parent)
    return needed, with_her, houses
