"""Matching: who of those who seek a partner this year finds whom, within the home unit.

A woman stands in the queue at her age plus a normal luck of one year, a man at his age less the
wished gap. Women choose in the order of their places, youngest first: each takes the free man of
the least

    score = |his place - hers| - match_talent * his wage talent
            + match_mismatch [another hukou type] + match_mismatch [another ethnic group]
            + match_mismatch [another prefecture]

within 12 years, no parent, sibling, uncle or aunt, niece or nephew or first cousin. Most women mind
another hukou type (`match_same_hukou`) and another ethnic group (`match_yi_endogamy`): two draws
of the year. Better earners come a little earlier, so that the marriage squeeze falls on poor rural
men (an assumed weight). A woman with children takes a man of her own prefecture, so that parents
and children stay in one place. Who finds nobody seeks on next year.

Reads age, sex, hukou, group, kin, place, who seeks. Writes nothing: see partnership.match.
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import FEMALE, MALE, NOBODY, SEEKING, present
from leftbehind.base.randomness import MATCH, WAGE, luck, normal
from leftbehind.model.population.kin import are_cousins, are_siblings, is_aunt_or_uncle
from leftbehind.model.prefecture import Prefecture

MOST_APART = 12.0  # years, of age and of place in the queue
NO_SCORE = 1e9
KINDS, HUKOU_BIT, GROUP_BIT = 4, 2, 1


class Queue(NamedTuple):
    """Men of one hukou and group who seek, in the order of their places; the free ones are linked.

    `before` and `after` lead from one free man to the next, -1 and the number of men at the ends.
    """

    men: np.ndarray  # positions in the unit
    place: np.ndarray  # the wife's age that each wishes for
    talent: np.ndarray  # years by which his wage talent brings him nearer
    before: np.ndarray
    after: np.ndarray
    most: float  # talent of the most talented


Queues = tuple[Queue, Queue, Queue, Queue]  # by kind


@kernel
def _place(at: Prefecture, i: int) -> float:
    """Where a seeker stands in the queue: own age for women, wished wife's age for men."""
    me = at.people[i]
    age = float(at.year - me.birth_year)
    luck_of_year = normal(at.word, me.key, at.year, MATCH, 1)
    if me.sex == FEMALE:
        return age + luck_of_year
    return age - (at.p.union_gap_mean + at.p.union_gap_sd * luck_of_year)


@kernel
def kind(people: np.ndarray, i: int) -> int:
    """Hukou and ethnic group of person `i` in one number below KINDS."""
    return HUKOU_BIT * people[i].hukou + GROUP_BIT * people[i].group


@allocating_kernel
def _seekers(at: Prefecture, sex: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions and places of those of one sex who seek, in the order of their places."""
    found = np.empty(at.size, np.int64)
    n = 0
    for i in range(at.size):
        if at.people[i].union == SEEKING and at.people[i].sex == sex and present(at.people, i):
            found[n] = i
            n += 1
    place = np.empty(n, np.float64)
    for k in range(n):
        place[k] = _place(at, found[k])
    order = np.argsort(place)
    return found[:n][order], place[order]


@allocating_kernel
def _queue(at: Prefecture, men: np.ndarray, place: np.ndarray, which: int) -> Queue:
    """The queue of those of `men`, all in the order of their `place`, who are of one kind."""
    mine = np.empty(len(men), np.bool_)
    for k in range(len(men)):
        mine[k] = kind(at.people, men[k]) == which
    men, place = men[mine], place[mine]
    n = len(men)
    talent = np.empty(n, np.float64)
    most = 0.0
    for k in range(n):
        talent[k] = at.p.match_talent * normal(at.word, at.people[men[k]].key, 0, WAGE, 0)
        most = max(most, talent[k])
    return Queue(men, place, talent, np.arange(-1, n), np.arange(1, n + 1), most)


@allocating_kernel
def couples(at: Prefecture) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the women who find a partner this year and of the men whom they find."""
    women, her_place = _seekers(at, FEMALE)
    men, place = _seekers(at, MALE)
    queues = (
        _queue(at, men, place, 0),
        _queue(at, men, place, 1),
        _queue(at, men, place, 2),
        _queue(at, men, place, 3),
    )
    first = np.zeros(KINDS, np.int64)  # of each queue: the first free man at or after her place
    partner = np.full(len(women), NOBODY)
    for k in range(len(women)):
        for which in range(KINDS):
            _move_on(queues[which], first, which, her_place[k])
        which, best = _best_man(at, queues, first, women[k], her_place[k])
        if best >= 0:
            _take(queues[which], first, which, best)
            partner[k] = queues[which].men[best]
    found = partner != NOBODY
    return women[found], partner[found]


@kernel
def _move_on(queue: Queue, first: np.ndarray, which: int, her_place: float) -> None:
    """Women come in order: the first free man at or after the place of one only moves on."""
    while first[which] < len(queue.men) and queue.place[first[which]] < her_place:
        first[which] = queue.after[first[which]]


@kernel
def _take(queue: Queue, first: np.ndarray, which: int, taken: int) -> None:
    """Unlink a man: the free ones before and after him are neighbours now."""
    before = queue.before[taken]
    after = queue.after[taken]
    queue.before[after] = before
    if before >= 0:
        queue.after[before] = after
    if first[which] == taken:
        first[which] = after


@kernel
def _best_man(
    at: Prefecture, queues: Queues, first: np.ndarray, woman: int, her_place: float
) -> tuple[int, int]:
    """(queue, position in it) of the free man of the least score for `woman`; -1 if none.

    Her own kind comes first, as it mostly holds him: the other queues are then looked at no
    further than a better man can stand.
    """
    key = at.people[woman].key
    minds_hukou = luck(at.word, key, at.year, MATCH, 8) < at.p.match_same_hukou
    minds_group = luck(at.word, key, at.year, MATCH, 9) < at.p.match_yi_endogamy
    own = kind(at.people, woman)
    best = -1
    best_queue = own
    best_score = NO_SCORE
    for other in range(KINDS):
        mismatch = 0.0
        if minds_hukou and other & HUKOU_BIT:
            mismatch += at.p.match_mismatch
        if minds_group and other & GROUP_BIT:
            mismatch += at.p.match_mismatch
        which = own ^ other
        man, score = _best_of(
            at, queues[which], first[which], woman, her_place, best_score - mismatch
        )
        if man >= 0:
            best = man
            best_queue = which
            best_score = score + mismatch
    return best_queue, best


@kernel
def _best_of(
    at: Prefecture, queue: Queue, first: int, woman: int, her_place: float, beat: float
) -> tuple[int, float]:
    """Position and score of the best free man of one queue with a score below `beat`; -1 if none.

    Looks outward from her place, whose first free man is `first`, until nobody further off can be
    better, be he the most talented of all.
    """
    people = at.people
    best = -1
    low = queue.before[first]
    high = first
    n = len(queue.men)
    while low >= 0 or high < n:
        below = her_place - queue.place[low] if low >= 0 else NO_SCORE
        above = queue.place[high] - her_place if high < n else NO_SCORE
        distance = min(below, above)
        if distance > MOST_APART or distance - queue.most >= beat:
            break
        man = low if below < above else high
        if man == low:
            low = queue.before[low]
        else:
            high = queue.after[high]
        score = distance - queue.talent[man]
        if people[queue.men[man]].place != people[woman].place:
            score += at.p.match_mismatch
        if score < beat and may_marry(people, woman, queue.men[man]):
            beat = score
            best = man
    return best, beat


@kernel
def may_marry(people: np.ndarray, woman: int, man: int) -> bool:
    """Whether they can: at most 12 years apart, and if she has children of one prefecture.

    Not siblings, parent and child, uncle and niece or first cousins.
    """
    if people[woman].place != people[man].place and people[woman].youngest_child >= 0:
        return False
    if abs(people[woman].birth_year - people[man].birth_year) > MOST_APART:
        return False
    if people[woman].father == man or people[man].mother == woman:
        return False
    if is_aunt_or_uncle(people, woman, man) or is_aunt_or_uncle(people, man, woman):
        return False
    return not (are_siblings(people, woman, man) or are_cousins(people, woman, man))
