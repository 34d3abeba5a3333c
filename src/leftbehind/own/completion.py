"""What a starting population's file does not say, filled person by person with keyed luck.

Every rule is the model's own process where it has one: schooling from the nation's enrolment and
progression, health lived from 50 on, months and destinations by the model's shares. The file's
page (docs/OWN_DATA.md) tells each assumption.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.elementary import exp
from leftbehind.base.person import (
    AGRICULTURAL,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    COLLEGE,
    DIVORCED,
    FATHER_AWAY,
    FEMALE,
    HOME,
    JUNIOR,
    MINORITY,
    MOTHER_AWAY,
    NON_AGRICULTURAL,
    PRIMARY,
    SAME_HOME,
    SENIOR,
    WIDOWED,
    alive,
)
from leftbehind.base.randomness import FOUNDER, HEALTH, SCHOOL, luck, mix
from leftbehind.base.randomness import HOME as HOME_LUCK
from leftbehind.model.population.founders import START
from leftbehind.model.population.households import ADULT_AGE, stands_for
from leftbehind.model.population.kin import keeper_of, link_child, next_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import MOST_CHILDREN, dependants
from leftbehind.model.processes.destination import (
    LEAVE,
    TAKE,
    WHOLE_YEAR,
    Logit,
    choose_destination,
)
from leftbehind.model.processes.destination import months_away as usual_months
from leftbehind.model.processes.partnership import own_home
from leftbehind.model.processes.schooling import ENTRY_AT_SIX, logit

# What is not told of a person: bits of `unknown`.
GROUP, HUKOU, SCHOOLING, ENROLLED, LIMITED, LIVES, DESTINATION, MONTHS = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
    128,
)
# Draws of purpose FOUNDER that founders.py does not use.
ROUNDING, PREFECTURE, BIRTHDAY = 100, 101, 102
FIRST_LIMITED = 50
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@allocating_kernel
def keys_of(word: np.uint64, names: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Key of each person from the hash of its id (records,) and the number of its copy."""
    out = np.empty(len(names), np.uint64)
    for i in range(len(names)):
        out[i] = mix(word ^ mix(names[i] + np.uint64(copies[i]) * _GOLDEN))
    return out


@allocating_kernel
def lucks(
    word: np.uint64, keys: np.ndarray, years: np.ndarray, purpose: int, alternative: int
) -> np.ndarray:
    """`randomness.luck` of many keys (records,) and years at once."""
    out = np.empty(len(keys), np.float64)
    for i in range(len(keys)):
        out[i] = luck(word, keys[i], years[i], purpose, alternative)
    return out


@kernel
def link_children(people: np.ndarray) -> None:
    """Lists of children of a home unit's people, who are ordered by year of birth."""
    for i in range(len(people)):
        link_child(people, i, people[i].mother, people[i].father)


@kernel
def complete(
    at: Prefecture,
    unknown: np.ndarray,
    house: np.ndarray,
    school: np.ndarray,
    urban_share: float,
    minority_share: float,
) -> None:
    """Fill what `unknown` (at.size,) marks of one prefecture's people on 1 January of `at.year`.

    `at.people` are ordered by year of birth, `house` (at.size,) numbers households (-1: not told),
    `school` (4, years from 1950) holds primary enrolment and progression to junior, senior school
    and college. Links of children are laid (link_children).
    """
    people = at.people
    for i in range(at.size):
        me = people[i]
        if me.place != at.place:
            continue
        if unknown[i] & GROUP:
            me.group = _inherited(at, i, unknown, GROUP, minority_share)
        if unknown[i] & HUKOU:
            me.hukou = _inherited(at, i, unknown, HUKOU, urban_share)
        if unknown[i] & (SCHOOLING | ENROLLED):
            _schooling(at, i, unknown[i], school)
        if unknown[i] & LIMITED:
            me.limited = _limited(at, i)
    for i in range(at.size):
        if people[i].place != at.place:
            continue
        if people[i].partner < 0:
            if unknown[i] & LIVES and people[i].union in (WIDOWED, DIVORCED):
                _settle_alone(at, i, house)
        elif people[i].sex == FEMALE:
            _settle_couple(at, i, unknown[i], house)


@kernel
def _inherited(at: Prefecture, i: int, unknown: np.ndarray, what: int, share: float) -> int:
    """Group or hukou of `i`: the mother's, the partner's, or drawn by `share` at the wife's key."""
    people = at.people
    me = people[i]
    from_whom = me.mother
    key = me.key
    if from_whom < 0 and me.partner >= 0:
        him = people[me.partner]
        if unknown[me.partner] & what == 0:
            from_whom = me.partner
        elif 0 <= him.mother < i:
            from_whom = him.mother
        elif me.sex != FEMALE:
            key = him.key
    if from_whom >= 0:
        return people[from_whom].group if what == GROUP else people[from_whom].hukou
    drawn = luck(at.word, key, 0, FOUNDER, 0 if what == GROUP else 1) < share
    if what == GROUP:
        return MINORITY if drawn else 0
    return NON_AGRICULTURAL if drawn else AGRICULTURAL


@kernel
def _entry_year(birth_year: int) -> int:
    """The year in which somebody born in `birth_year` enters school (see schooling.step)."""
    return birth_year + 8 if birth_year + 8 <= ENTRY_AT_SIX else birth_year + 7


@kernel
def _going_on(me: np.record, base: float, p: np.record) -> float:
    """Chance to enter or go on, given the nation's share; families' circumstances left out."""
    z = logit(base) + (0.0 if me.hukou == AGRICULTURAL else p.school_urban)
    return 1.0 / (1.0 + exp(-z))


@kernel
def _stays_after(me: np.record, done: int, t: int, school: np.ndarray) -> float:
    """The nation's share that goes on after `done` years in year `t`; -1 if no stage ends."""
    if done == PRIMARY:
        return school[1, t - START]
    if done == JUNIOR:
        return school[2, t - START]
    return school[3, t - START] if done == SENIOR else -1.0


@kernel
def _schooling(at: Prefecture, i: int, unknown: int, school: np.ndarray) -> None:
    """Years of school done and whether still at school, of whom one or both are not told."""
    me = at.people[i]
    entry = _entry_year(me.birth_year)
    full = at.year - entry  # years done without a break
    if unknown & SCHOOLING == 0:
        me.enrolled = 0
        if 0 < full <= me.schooling < COLLEGE:
            share = _stays_after(me, me.schooling, at.year - 1, school)
            stays = luck(at.word, me.key, 0, SCHOOL, me.schooling) < _going_on(me, share, at.p)
            me.enrolled = 1 if share < 0.0 or stays else 0
        return
    if unknown & ENROLLED == 0 and me.enrolled == 1:
        me.schooling = min(max(full, 0), COLLEGE - 1)
        return
    done, enrolled = 0, 0
    if entry < START:
        if luck(at.word, me.key, 0, FOUNDER, 2) < at.p.school_founders_share:
            done = int(at.p.school_founders_years)
    elif full > 0:
        done, enrolled = _lived(at, me, entry, school)
    me.schooling = done
    if unknown & ENROLLED:
        me.enrolled = enrolled


@kernel
def _lived(at: Prefecture, me: np.record, entry: int, school: np.ndarray) -> tuple[int, int]:
    """(years of school done, 1 if still enrolled) of who could enter in the year `entry`."""
    share = _going_on(me, school[0, entry - START], at.p)
    if luck(at.word, me.key, 0, SCHOOL, 0) >= share:
        return 0, 0
    done = 0
    for t in range(entry, at.year):
        done += 1
        share = _stays_after(me, done, t, school)
        if done >= COLLEGE:
            return done, 0
        if share >= 0.0 and luck(at.word, me.key, 0, SCHOOL, done) >= _going_on(me, share, at.p):
            return done, 0
    return done, 1


@kernel
def _limited(at: Prefecture, i: int) -> int:
    """Health lived from 50 to the file's year, as mortality.py does, with this year's chances."""
    p = at.p
    me = at.people[i]
    limited = 0
    for t in range(me.birth_year + FIRST_LIMITED, at.year):
        u = luck(at.word, me.key, t, HEALTH, 0)
        if limited:
            limited = 0 if u < p.care_limit_recover else 1
        else:
            age = t - me.birth_year
            onset = p.care_limit_onset * exp(p.care_limit_slope * (age - FIRST_LIMITED))
            limited = 1 if u < onset else 0
    return limited


@kernel
def _settle_couple(at: Prefecture, wife: int, unknown: int, house: np.ndarray) -> None:
    """Year in which the union began, and where the couple lives."""
    people = at.people
    p = at.p
    her, him = people[wife], people[people[wife].partner]
    began = max(her.union_year, him.union_year)
    if began == 0:  # not told
        began = at.year - max(at.year - 1 - her.birth_year - 18, 0)
        child = her.youngest_child
        while child >= 0:
            if people[child].father == her.partner:
                began = people[child].birth_year - 1
            child = people[child].older_by_mother
    for one in (her, him):
        if one.union_year == 0:
            one.union_year = began
    if unknown & LIVES == 0:
        return
    u = luck(at.word, her.key, began, HOME_LUCK, 0)
    if house[her.partner] >= 0:
        shared = _with_parents(people, her.partner, house)
        home = SAME_HOME if shared else own_home(u, 0.0, p)
    else:
        start = p.coreside_start_rural if her.hukou == AGRICULTURAL else p.coreside_start_urban
        stayed = start * (1.0 - p.coreside_leave) ** max(at.year - began, 0)
        home = SAME_HOME if u < stayed else own_home(u, stayed, p)
    her.home = home
    him.home = home


@kernel
def _settle_alone(at: Prefecture, i: int, house: np.ndarray) -> None:
    """Where somebody widowed or divorced lives: with the own parents, or in an own home."""
    me = at.people[i]
    shared = house[i] >= 0 and _with_parents(at.people, i, house)
    u = luck(at.word, me.key, me.birth_year, HOME_LUCK, 0)
    me.home = SAME_HOME if shared else own_home(u, 0.0, at.p)


@kernel
def _with_parents(people: np.ndarray, i: int, house: np.ndarray) -> bool:
    """Whether `i` is in one household with a living parent."""
    for which in range(2):
        parent = people[i].mother if which == 0 else people[i].father
        if alive(people, parent) and house[parent] == house[i]:
            return True
    return False


@allocating_kernel
def absences(at: Prefecture, away: np.ndarray, unknown: np.ndarray, logit: Logit) -> None:
    """Destinations and months of those `away` (at.size,) where they are not told; all choices.

    `at.year` is the last year before the file's. `logit` (of this origin) is read only if a
    destination is not told.
    """
    people = at.people
    for i in range(at.size):
        if people[i].place != at.place:
            continue
        if away[i] and unknown[i] & DESTINATION and not _goes_along(at, i, away):
            people[i].destination = _drawn_destination(at, i, away, unknown, logit)
    for i in range(at.size):
        if away[i] and people[i].place == at.place:
            _follow(at, i, away, unknown[i])
    found = np.empty(MOST_CHILDREN, np.int64)
    for i in range(at.size):
        if people[i].place == at.place:
            _note_choice(at, i, found)


@kernel
def _goes_along(at: Prefecture, i: int, away: np.ndarray) -> bool:
    """Whether `i` is a child under 18 without partner with a parent away."""
    people = at.people
    me = people[i]
    if at.year - me.birth_year >= ADULT_AGE or me.partner >= 0:
        return False
    mother = alive(people, me.mother) and away[me.mother] == 1
    return mother or (alive(people, me.father) and away[me.father] == 1)


@kernel
def _drawn_destination(
    at: Prefecture, i: int, away: np.ndarray, unknown: np.ndarray, logit: Logit
) -> int:
    """Where the partner is, if told; else the model's choice, the same for both partners."""
    people = at.people
    me = people[i]
    head = i
    if me.partner >= 0 and away[me.partner]:
        if unknown[me.partner] & DESTINATION == 0:
            return people[me.partner].destination
        head = i if me.sex == FEMALE else me.partner
    taking = LEAVE
    child = people[head].youngest_child
    while child >= 0:
        if away[child] and at.year - people[child].birth_year < ADULT_AGE:
            taking = TAKE
        child = next_child(people, head, child)
    return choose_destination(at, logit, taking, head, -1)


@kernel
def _follow(at: Prefecture, i: int, away: np.ndarray, unknown: int) -> None:
    """Where a child away is, with which parent, and for how long anybody is away."""
    people = at.people
    me = people[i]
    along = _goes_along(at, i, away)
    if along and unknown & DESTINATION:
        # Of parents who have parted the child is with the one who keeps it.
        parent = keeper_of(people, i)
        if parent < 0 or not away[parent]:
            parent = me.mother if alive(people, me.mother) and away[me.mother] else me.father
        me.destination = people[parent].destination
    if unknown & MONTHS:
        me.months = WHOLE_YEAR if along else usual_months(me.key, False, at.word, at.p)


@kernel
def _note_choice(at: Prefecture, i: int, found: np.ndarray) -> None:
    """The choice of the household that `i` stands for, read off from who is away."""
    people = at.people
    mother, father = stands_for(people, i, at.year)
    if mother < 0 and father < 0:
        return
    she = mother >= 0 and people[mother].destination >= 0
    he = father >= 0 and people[father].destination >= 0
    choice = HOME
    if mother >= 0 and father >= 0 and he != she:
        choice = FATHER_AWAY if he else MOTHER_AWAY
    elif he or she:
        choice = CHILDREN_LEFT
        for k in range(dependants(people, mother, father, at.year, found)):
            place = people[found[k]].destination
            with_her = she and place == people[mother].destination
            if with_her or (he and place == people[father].destination):
                choice = CHILDREN_TAKEN
    if mother >= 0:
        people[mother].choice = choice
    if father >= 0:
        people[father].choice = choice
