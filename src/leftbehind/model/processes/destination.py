"""Destination: where those who go work, and what an origin can expect from going.

    v_od = b_w ln w_d - b_d ln(km + km_0) - b_b [other province] + b_s ln J_d + b_j ln(J_d / L_d)
           + b_m M_od/M_o - b_k B_od [children]

J are non-farm jobs over the nation's growth since 2010 (how many jobs there are at all is a term of
the household's choice, and would count twice) and L people registered there: their ratio is the
chance of a job, as in Harris & Todaro (1970). A logit over all prefectures, drawn exactly in two
keyed steps (province by its logsum, then prefecture). Of those who were away a share `dest_stay`
goes back to the same place without looking at others, whatever its size: a bonus inside the logit
would empty the places to which few go. Before that, a small share of those who leave home
goes abroad (`here.abroad`, drawn first) and stays there as long as it is away. The place tables
(expected pay, access, barrier) are worked out once a year for each origin. The identity logsum =
expected utility + entropy splits "pay" from "distance and variety".

Reads choice, last year's destination, the flows of last year. Writes destination, months, since.
"""

import math

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.person import (
    ABROAD,
    AT_HOME,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    MOTHER_AWAY,
)
from leftbehind.base.randomness import DESTINATION, GO_ABROAD, MONTHS, MOVE, luck, waiting_time
from leftbehind.model.population.households import household_of
from leftbehind.model.processes.care import in_care_of, is_dependant
from leftbehind.model.processes.migration import YOUNGEST

LEAVE, TAKE = 0, 1
WHOLE_YEAR = 12


@kernel
def barrier_met(origin: int, destination: int, barrier: np.ndarray, p: np.record) -> float:
    """School barrier (0 to 1) of a destination for children from `origin`; `barrier` (P,).

    Inside the own prefecture only those who leave their county meet it (`place_barrier_near`).
    """
    met: float = barrier[destination]
    return met * p.place_barrier_near if destination == origin else met


@kernel
def place_tables(
    low: int,
    high: int,
    log_pay: np.ndarray,
    pull: np.ndarray,
    job_chance: np.ndarray,
    barrier: np.ndarray,
    km: np.ndarray,
    province: np.ndarray,
    flows: np.ndarray,
    p: np.record,
    share: np.ndarray,
    province_share: np.ndarray,
    expected: np.ndarray,
) -> None:
    """Fill the year's tables of the origins `low` to `high` - 1.

    `log_pay`, `pull`, `job_chance`, `barrier` (P,) of destinations, `km` (P, P), `flows`
    (P, P) of last year. Out: the logit's `share` of each destination (2, P, P) and `province_share`
    (2, P, R), which add to 1, and `expected` (P, 2, 3) with mean monthly pay (real yuan), access
    (expected utility without pay + entropy) and school barrier.
    """
    places = len(log_pay)
    income_weight = p.dest_distance / p.dest_income_distance
    for o in range(low, high):
        total_out = flows[o].sum()
        for taking in range(2):
            row = share[taking, o]
            by_province = province_share[taking, o]
            highest = -np.inf
            for d in range(places):
                v = income_weight * log_pay[d] + p.dest_jobs * pull[d]
                v += p.dest_job_chance * job_chance[d]
                v -= p.dest_distance * math.log(km[o, d] + p.dest_near_km)
                if province[o] != province[d]:
                    v -= p.dest_border
                if total_out > 0:
                    v += p.dest_network * flows[o, d] / total_out
                if taking == TAKE:
                    v -= p.dest_school * barrier_met(o, d, barrier, p)
                row[d] = v
                highest = max(highest, v)
            total = 0.0
            for d in range(places):
                row[d] = math.exp(row[d] - highest)
                total += row[d]
            logsum = math.log(total) + highest
            by_province[:] = 0.0
            pay = 0.0
            income = 0.0
            closed = 0.0
            for d in range(places):
                row[d] /= total
                by_province[province[d]] += row[d]
                pay += row[d] * math.exp(log_pay[d])
                income += row[d] * income_weight * log_pay[d]
                closed += row[d] * barrier_met(o, d, barrier, p)
            expected[o, taking, 0] = pay
            expected[o, taking, 1] = logsum - income
            expected[o, taking, 2] = closed


@kernel
def choose_destination(
    key: np.uint64,
    year: int,
    word: np.uint64,
    last: int,
    row: np.ndarray,
    by_province: np.ndarray,
    first: np.ndarray,
    p: np.record,
) -> int:
    """Destination of a household, given where it was last year (`last`, -1 if nowhere).

    `row` (P,) holds its origin's shares of destinations, `by_province` (R,) of provinces; `first`
    (R + 1,) the first prefecture of each province.
    """
    if last >= 0 and luck(word, key, year, MOVE, 0) < p.dest_stay:
        return last
    best = 0
    soonest = np.inf
    for g in range(len(by_province)):
        wait = waiting_time(word, key, year, DESTINATION, g, by_province[g], soonest)
        if wait < soonest:
            soonest = wait
            best = g
    destination = first[best]
    soonest = np.inf
    for d in range(first[best], first[best + 1]):
        wait = waiting_time(word, key, year, DESTINATION, 64 + d, row[d], soonest)
        if wait < soonest:
            soonest = wait
            destination = d
    return destination


@kernel
def abroad_chance(taking: int, here: np.record, p: np.record) -> float:
    """Chance that who leaves home from `here` goes abroad: the place's share.

    With children along (`taking`) its odds are those of a logit with a school barrier of 1 there.
    """
    if taking == LEAVE:
        share: float = here.abroad
        return share
    with_barrier = here.abroad * math.exp(-p.dest_school * (1.0 - here.barrier))
    chance: float = with_barrier / (1.0 - here.abroad + with_barrier)
    return chance


@kernel
def where_to(
    key: np.uint64,
    year: int,
    word: np.uint64,
    last: int,
    row: np.ndarray,
    by_province: np.ndarray,
    first: np.ndarray,
    abroad: float,
    p: np.record,
) -> int:
    """ABROAD for who is there already or, leaving home, with chance `abroad`; else as drawn."""
    if last == ABROAD or (last < 0 and luck(word, key, year, GO_ABROAD, 0) < abroad):
        return ABROAD
    return choose_destination(key, year, word, last, row, by_province, first, p)


@kernel
def months_away(key: np.uint64, taking: bool, word: np.uint64, p: np.record) -> int:
    """Months a year away: a lasting class of seasonal, most of the year or the whole year."""
    if taking:
        return WHOLE_YEAR
    u = luck(word, key, 0, MONTHS, 0)
    if u < p.months_seasonal_share:
        return int(p.months_seasonal)
    if u < p.months_seasonal_share + p.months_most_share:
        return int(p.months_most)
    return WHOLE_YEAR


@kernel
def send(people: np.ndarray, i: int, destination: int, months: int, year: int) -> None:
    """Person `i` works (or lives) at `destination` this year; abroad all the year."""
    me = people[i]
    if me.destination < 0:
        me.away_since = year
    me.destination = destination
    me.months = WHOLE_YEAR if destination == ABROAD else months


@kernel
def come_home(people: np.ndarray, i: int) -> None:
    """Person `i` is at home this year."""
    me = people[i]
    me.destination = AT_HOME
    me.months = 0
    me.away_since = 0


@kernel
def step(
    people: np.ndarray,
    count: int,
    year: int,
    word: np.uint64,
    share: np.ndarray,
    province_share: np.ndarray,
    first: np.ndarray,
    here: np.record,
    p: np.record,
) -> None:
    """Send those whose household chose so, bring the others home; children follow.

    `share` (2, P) and `province_share` (2, R) are those of this origin.
    """
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or year - me.birth_year < YOUNGEST or is_dependant(people, i, year):
            continue
        mother, father = household_of(people, i)
        if mother < 0 and father < 0:
            continue
        _move_household(people, mother, father, year, word, share, province_share, first, here, p)
    for i in range(count):
        if is_dependant(people, i, year):
            _follow(people, i, year)


@kernel
def _move_household(
    people: np.ndarray,
    mother: int,
    father: int,
    year: int,
    word: np.uint64,
    share: np.ndarray,
    province_share: np.ndarray,
    first: np.ndarray,
    here: np.record,
    p: np.record,
) -> None:
    head = mother if mother >= 0 else father
    key = people[head].key
    choice = people[head].choice
    she = mother >= 0 and choice in (MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN)
    he = father >= 0 and choice in (FATHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN)
    if mother >= 0 and not she:
        come_home(people, mother)
    if father >= 0 and not he:
        come_home(people, father)
    if not she and not he:
        return
    taking = TAKE if choice == CHILDREN_TAKEN else LEAVE
    last = people[father].destination if father >= 0 else -1
    if last < 0 and mother >= 0:
        last = people[mother].destination
    row = share[taking]
    by_province = province_share[taking]
    abroad = abroad_chance(taking, here, p)
    d = where_to(key, year, word, last, row, by_province, first, abroad, p)
    if he:
        send(people, father, d, months_away(people[father].key, taking == TAKE, word, p), year)
    if she:
        hers = d
        apart = he and taking == LEAVE
        if apart and luck(word, key, 0, DESTINATION, 999) >= p.dest_couple_same:
            own = people[mother].destination
            hers = where_to(people[father].key, year, word, own, row, by_province, first, abroad, p)
        send(people, mother, hers, months_away(people[mother].key, taking == TAKE, word, p), year)


@kernel
def _follow(people: np.ndarray, child: int, year: int) -> None:
    """A dependant goes with the parents who take it along; all others are at home."""
    me = people[child]
    for which in range(2):
        parent = me.mother if which == 0 else me.father
        if parent < 0 or people[parent].death_year != 0:
            continue
        if people[parent].choice == CHILDREN_TAKEN and in_care_of(
            people, child, parent, people[parent].partner
        ):
            send(people, child, people[parent].destination, WHOLE_YEAR, year)
            return
    come_home(people, child)


@kernel
def count_flows(
    people: np.ndarray, count: int, year: int, flows: np.ndarray, child_flows: np.ndarray
) -> tuple[int, int]:
    """Count adults (16+) and children away by destination, into `flows` and `child_flows`.

    Both are of shape (P + 1,), the last for those abroad. Returns the number of adults aged 16-59
    with agricultural hukou, and of them away.
    """
    adults = 0
    gone = 0
    for i in range(count):
        me = people[i]
        if me.death_year != 0:
            continue
        age = year - me.birth_year
        at = len(flows) - 1 if me.destination == ABROAD else me.destination
        if age < 16:
            if at >= 0:
                child_flows[at] += 1
            continue
        if at >= 0:
            flows[at] += 1
        if age <= 59 and me.hukou == 0:
            adults += 1
            if me.destination >= 0:
                gone += 1
    return adults, gone
