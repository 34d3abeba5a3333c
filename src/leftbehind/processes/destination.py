"""Destination: where those who go work, and what an origin can expect from going.

    v_od = b_w ln w_d - b_d ln(km + 30) - b_b [other province] + ln J_d + b_m M_od/M_o - b_k B_d [children]

A logit over all prefectures, drawn exactly in two keyed steps (province by its logsum, then
prefecture). Whoever was away stays at the same place with the logit's probability for a bonus
`dest_stay`. The place tables (expected pay, access, barrier) are worked out once a year for each
origin. The identity logsum = expected utility + entropy splits "pay" from "distance and variety".

Reads choice, last year's destination, the flows of last year. Writes destination, months, since.
"""

import math

import numpy as np

from leftbehind.compiled import kernel
from leftbehind.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    MOTHER_AWAY,
    alive,
)
from leftbehind.processes.care import dependants, is_dependant
from leftbehind.processes.migration import household_of
from leftbehind.randomness import DESTINATION, MONTHS, MOVE, gumbel, luck

LEAVE, TAKE = 0, 1
WHOLE_YEAR = 12


@kernel
def place_tables(
    low: int,
    high: int,
    log_pay: np.ndarray,
    log_jobs: np.ndarray,
    barrier: np.ndarray,
    km: np.ndarray,
    province: np.ndarray,
    flows: np.ndarray,
    p: np.void,
    utility: np.ndarray,
    province_logsum: np.ndarray,
    expected: np.ndarray,
) -> None:
    """Fill the year's tables of the origins `low` to `high` - 1.

    `log_pay`, `log_jobs`, `barrier` (P,) of destinations, `km` (P, P), `flows` (P, P) of last year.
    Out: `utility` (2, P, P), `province_logsum` (2, P, provinces), `expected` (P, 2, 3) with mean
    monthly pay (real yuan), access (expected utility without pay + entropy) and school barrier.
    """
    places = len(log_pay)
    provinces = province_logsum.shape[2]
    income_weight = p.dest_distance / p.dest_income_distance
    for o in range(low, high):
        total_out = flows[o].sum()
        for taking in range(2):
            row = utility[taking, o]
            for d in range(places):
                v = income_weight * log_pay[d] + log_jobs[d]
                v -= p.dest_distance * math.log(km[o, d] + p.dest_near_km)
                if province[o] != province[d]:
                    v -= p.dest_border
                if total_out > 0:
                    v += p.dest_network * flows[o, d] / total_out
                if taking == TAKE:
                    v -= p.dest_school * barrier[d]
                row[d] = v
            highest = row.max()
            sums = np.zeros(provinces, np.float64)
            for d in range(places):
                sums[province[d]] += math.exp(row[d] - highest)
            total = sums.sum()
            for g in range(provinces):
                province_logsum[taking, o, g] = math.log(sums[g]) + highest
            logsum = math.log(total) + highest
            pay = 0.0
            income = 0.0
            closed = 0.0
            for d in range(places):
                share = math.exp(row[d] - logsum)
                pay += share * math.exp(log_pay[d])
                income += share * income_weight * log_pay[d]
                closed += share * barrier[d]
            expected[o, taking, 0] = pay
            expected[o, taking, 1] = logsum - income
            expected[o, taking, 2] = closed


@kernel
def choose_destination(
    key: np.uint64, year: int, word: np.uint64, origin: int, taking: int, last: int,
    utility: np.ndarray, province_logsum: np.ndarray, first: np.ndarray, p: np.void,
) -> int:
    """Destination of a household, given where it was last year (`last`, -1 if nowhere).

    `first` (provinces + 1) holds the first prefecture of each province.
    """
    row = utility[taking, origin]
    by_province = province_logsum[taking, origin]
    provinces = len(by_province)
    if last >= 0:
        highest = by_province.max()
        total = 0.0
        for g in range(provinces):
            total += math.exp(by_province[g] - highest)
        share = math.exp(row[last] - highest) / total
        bonus = math.exp(p.dest_stay)
        if luck(word, key, year, MOVE, 0) < share * bonus / (1.0 + share * (bonus - 1.0)):
            return last
    best = 0
    highest = -np.inf
    for g in range(provinces):
        value = by_province[g]
        if last >= first[g] and last < first[g + 1]:
            rest = 1.0 - math.exp(row[last] - value)
            if rest < 1e-12:
                continue
            value += math.log(rest)
        value += gumbel(word, key, year, DESTINATION, g)
        if value > highest:
            highest = value
            best = g
    destination = first[best]
    highest = -np.inf
    for d in range(first[best], first[best + 1]):
        if d == last:
            continue
        value = row[d] + gumbel(word, key, year, DESTINATION, 64 + d)
        if value > highest:
            highest = value
            destination = d
    return destination


@kernel
def months_away(key: np.uint64, taking: bool, word: np.uint64, p: np.void) -> int:
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
    """Person `i` works (or lives) at `destination` this year."""
    me = people[i]
    if me.destination < 0:
        me.away_since = year
    me.destination = destination
    me.months = months


@kernel
def come_home(people: np.ndarray, i: int) -> None:
    """Person `i` is at home this year."""
    me = people[i]
    me.destination = -1
    me.months = 0
    me.away_since = 0


@kernel
def step(
    people: np.ndarray, count: int, year: int, word: np.uint64, origin: int,
    utility: np.ndarray, province_logsum: np.ndarray, first: np.ndarray, p: np.void,
) -> None:
    """Send those whose household chose so, bring the others home."""
    found = np.empty(32, np.int64)
    for i in range(count):
        me = people[i]
        if me.death_year != 0:
            continue
        if is_dependant(people, i, year):
            # Moves with its household; an orphan comes home.
            if not alive(people, me.mother) and not alive(people, me.father):
                come_home(people, i)
            continue
        if year - me.birth_year < 16:
            continue
        mother, father = household_of(people, i)
        if mother < 0 and father < 0:
            continue
        _move_household(
            people, mother, father, year, word, origin, utility, province_logsum, first, p, found
        )


@kernel
def _move_household(
    people: np.ndarray, mother: int, father: int, year: int, word: np.uint64, origin: int,
    utility: np.ndarray, province_logsum: np.ndarray, first: np.ndarray, p: np.void,
    found: np.ndarray,
) -> None:
    head = mother if mother >= 0 else father
    key = people[head].key
    choice = people[head].choice
    she = mother >= 0 and choice in (MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN)
    he = father >= 0 and choice in (FATHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN)
    taking = TAKE if choice == CHILDREN_TAKEN else LEAVE
    last = people[father].destination if father >= 0 else -1
    if last < 0 and mother >= 0:
        last = people[mother].destination
    if she or he:
        d = choose_destination(
            key, year, word, origin, taking, last, utility, province_logsum, first, p
        )
        if he:
            send(people, father, d, months_away(people[father].key, taking == TAKE, word, p), year)
        if she:
            hers = d
            apart = he and taking == LEAVE
            if apart and luck(word, key, 0, DESTINATION, 999) >= p.dest_couple_same:
                hers = choose_destination(
                    people[father].key, year, word, origin, LEAVE, people[mother].destination,
                    utility, province_logsum, first, p,
                )
            send(people, mother, hers, months_away(people[mother].key, taking == TAKE, word, p), year)
    if mother >= 0 and not she:
        come_home(people, mother)
    if father >= 0 and not he:
        come_home(people, father)
    children = dependants(people, mother, father, year, found)
    for k in range(children):
        if choice == CHILDREN_TAKEN:
            send(people, found[k], people[head].destination, WHOLE_YEAR, year)
        else:
            come_home(people, found[k])


@kernel
def count_flows(
    people: np.ndarray, count: int, year: int, flows: np.ndarray, child_flows: np.ndarray
) -> tuple[int, int]:
    """Count adults (16+) and children away by destination, into `flows` and `child_flows` (P,).

    Returns the number of adults aged 16-59 with agricultural hukou, and of them away.
    """
    adults = 0
    gone = 0
    for i in range(count):
        me = people[i]
        if me.death_year != 0:
            continue
        age = year - me.birth_year
        if age < 16:
            if me.destination >= 0:
                child_flows[me.destination] += 1
            continue
        if me.destination >= 0:
            flows[me.destination] += 1
        if age <= 59 and me.hukou == 0:
            adults += 1
            if me.destination >= 0:
                gone += 1
    return adults, gone
