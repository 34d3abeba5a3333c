"""Matching: who of those who seek a partner this year finds whom, within the home prefecture.

A woman stands in the queue at her age plus a normal luck of one year, a man at his age less the
wished gap. Women choose in the order of their places, youngest first: each takes the free man of
the least

    score = |his place - hers| - match_talent * his wage talent
            + match_mismatch [another hukou type] + match_mismatch [another ethnic group]

within 12 years, no parent, sibling, uncle or aunt, niece or nephew or first cousin. Most women mind
another hukou type (`match_same_hukou`) and another ethnic group (`match_yi_endogamy`): two draws
of the year. Better earners come a little earlier, so that the marriage squeeze falls on poor rural
men (an assumed weight). Who finds nobody seeks on next year.

Reads age, sex, hukou, group, kin, who seeks. Writes nothing: see partnership.match.
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import FEMALE, MALE, NOBODY, SEEKING, present
from leftbehind.base.randomness import MATCH, WAGE, luck, normal
from leftbehind.model.population.kin import are_cousins, are_siblings, is_aunt_or_uncle
from leftbehind.model.prefecture import Prefecture

MOST_APART = 12.0  # years, of age and of place in the queue


class Queue(NamedTuple):
    """Men who seek, in the order of their places; the free among them are linked both ways."""

    men: np.ndarray  # positions in the prefecture
    place: np.ndarray  # the wife's age that each wishes for
    before: np.ndarray  # the free man before each, -1 at the end
    after: np.ndarray  # the free man after each, as many as men at the end


@kernel
def _place(at: Prefecture, i: int) -> float:
    """Where a seeker stands in the queue: own age for women, wished wife's age for men."""
    me = at.people[i]
    age = float(at.year - me.birth_year)
    luck_of_year = normal(at.word, me.key, at.year, MATCH, 1)
    if me.sex == FEMALE:
        return age + luck_of_year
    return age - (at.p.union_gap_mean + at.p.union_gap_sd * luck_of_year)


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
def couples(at: Prefecture) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the women who find a partner this year and of the men whom they find."""
    women, her_place = _seekers(at, FEMALE)
    men, his_place = _seekers(at, MALE)
    n = len(men)
    queue = Queue(men, his_place, np.arange(-1, n), np.arange(1, n + 1))
    free = np.ones(n, np.bool_)
    partner = np.full(len(women), NOBODY)
    first = 0
    for k in range(len(women)):
        # The first free man at or after her place, which only moves on: women come by age.
        first = max(first, np.searchsorted(his_place, her_place[k]))
        while first < n and not free[first]:
            first += 1
        best = _best_man(at, queue, women[k], her_place[k], first)
        if best >= 0:
            free[best] = False
            _take(queue, best)
            partner[k] = men[best]
    found = partner != NOBODY
    return women[found], partner[found]


@kernel
def _take(queue: Queue, taken: int) -> None:
    """Unlink a man: the free ones before and after him are neighbours now."""
    before = queue.before[taken]
    after = queue.after[taken]
    queue.before[after] = before
    if before >= 0:
        queue.after[before] = after


@kernel
def _best_man(at: Prefecture, queue: Queue, woman: int, place: float, first: int) -> int:
    """Position in the queue of the best free man for `woman` who stands at `place`, or -1.

    Looks outward from her place, at most 12 years to either side and at most 80 free men, so that
    the cost stays linear at any scale. `first` is the first free man from her place on.
    """
    best = -1
    best_score = 1e9
    key = at.people[woman].key
    same_hukou = luck(at.word, key, at.year, MATCH, 8) < at.p.match_same_hukou
    same_group = luck(at.word, key, at.year, MATCH, 9) < at.p.match_yi_endogamy
    low = queue.before[first]
    high = first
    n = len(queue.men)
    for _ in range(80):
        if low < 0 and high >= n:
            break
        if high >= n or (low >= 0 and place - queue.place[low] < queue.place[high] - place):
            man = low
            low = queue.before[low]
        else:
            man = high
            high = queue.after[high]
        distance = abs(queue.place[man] - place)
        if distance > MOST_APART or distance >= best_score:
            break
        if not may_marry(at.people, woman, queue.men[man]):
            continue
        score = distance + _disadvantage(at, woman, queue.men[man], same_hukou, same_group)
        if score < best_score:
            best_score = score
            best = man
    return best


@kernel
def _disadvantage(
    at: Prefecture, woman: int, man: int, same_hukou: bool, same_group: bool
) -> float:
    """Years by which the man's talent, hukou and group put him further from the woman."""
    her = at.people[woman]
    him = at.people[man]
    years = -at.p.match_talent * normal(at.word, him.key, 0, WAGE, 0)
    if same_hukou and him.hukou != her.hukou:
        years += at.p.match_mismatch
    if same_group and him.group != her.group:
        years += at.p.match_mismatch
    return years


@kernel
def may_marry(people: np.ndarray, woman: int, man: int) -> bool:
    """Not siblings, parent and child, uncle and niece or first cousins, at most 12 years apart."""
    if abs(people[woman].birth_year - people[man].birth_year) > MOST_APART:
        return False
    if people[woman].father == man or people[man].mother == woman:
        return False
    if is_aunt_or_uncle(people, woman, man) or is_aunt_or_uncle(people, man, woman):
        return False
    return not (are_siblings(people, woman, man) or are_cousins(people, woman, man))
