"""Destination: where those who go work, and what an origin can expect from going.

    v_od = b_w ln w_d - b_d ln(km + km_0) - b_b [other province] + b_s ln J_d + b_j ln(J_d / L_d)
           + b_m M_od/M_o - b_k B_od [children]

J are non-farm jobs over the nation's growth since 2010 (how many jobs there are at all is a term of
the household's choice, and would count twice) and L people registered there: their ratio is the
chance of a job, as in Harris & Todaro (1970). A logit over all prefectures, drawn exactly in two
keyed steps (province by its logsum, then prefecture). The luck of that draw lasts: each year a
share `dest_stay` of households does not look at other places. Who is away stays where it works,
whatever the place's size (a bonus inside the logit would empty the places to which few go), and who
was home for a while mostly goes back to where it worked before. Before that, a small share of those
who leave home goes abroad (`here.abroad`, drawn first) and stays there as long as it is away. The
place tables (expected pay, access, barrier) are worked out once a year for each origin. The
identity logsum = expected utility + entropy splits "pay" from "distance and variety".

Reads choice, last year's destination, the flows of last year. Writes destination, months, since.
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import alone, kernel
from leftbehind.base.elementary import exp, log
from leftbehind.base.person import (
    ABROAD,
    AT_HOME,
    CHILDREN_TAKEN,
    FATHER_AWAY_TOWN,
    TOWN,
    children_come,
    father_leaves,
    in_own_town,
    mother_leaves,
)
from leftbehind.base.randomness import (
    DESTINATION,
    GO_ABROAD,
    MONTHS,
    MOVE,
    luck,
    renewed,
    waiting_time,
)
from leftbehind.model.population.households import is_dependant, stands_for
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import in_care_of
from leftbehind.model.processes.spell import AGE_OF_DECISION

LEAVE, TAKE = 0, 1
WHOLE_YEAR = 12


class Destinations(NamedTuple):
    """What draws people to each prefecture in a year (P prefectures)."""

    log_pay: np.ndarray  # (P,) of migrants' mean monthly pay, real yuan
    pull: np.ndarray  # (P,) ln of non-farm jobs over the nation's growth
    job_chance: np.ndarray  # (P,) ln of jobs over people registered
    barrier: np.ndarray  # (P,) school barrier, 0 to 1
    exams_closed: np.ndarray  # (P,) to pupils registered in another province, 0 to 1
    km: np.ndarray  # (P, P)
    province: np.ndarray  # (P,)


class Outlook(NamedTuple):
    """What all origins can expect, filled by `place_tables`; the first index is LEAVE or TAKE."""

    share: np.ndarray  # (2, P, P) of each destination in the origin's logit, adding to 1
    province_share: np.ndarray  # (2, P, R)
    # (P, 2, 4) mean monthly pay (real yuan), access (expected utility without pay + entropy),
    # school barrier, exams closed
    expected: np.ndarray


class Logit(NamedTuple):
    """One origin's chances of destinations; the first index is LEAVE or TAKE."""

    share: np.ndarray  # (2, P)
    province_share: np.ndarray  # (2, R)
    first: np.ndarray  # (R + 1,) first prefecture of each province


@kernel
def barrier_met(barrier: np.ndarray, origin: int, d: int, p: np.record) -> float:
    """School barrier (0 to 1) of destination `d` for children from `origin`; `barrier` (P,).

    Inside the own prefecture only those who leave their county meet it (`place_barrier_near`).
    """
    met: float = barrier[d]
    return met * p.place_barrier_near if d == origin else met


@kernel
def barrier_at(at: Prefecture, places: np.ndarray, d: int) -> float:
    """barrier_met of prefecture `d` for the people of `at`; `places` (P,) PLACE."""
    met: float = places[d].own_barrier
    return met * at.p.place_barrier_near if places[d].code == at.here.code else met


@kernel
def exams_closed_at(at: Prefecture, places: np.ndarray, d: int) -> float:
    """How far (0 to 1) the exams at `d` are closed to pupils from here; `places` (P,) PLACE.

    The university's are sat in the province of the hukou.
    """
    if places[d].province == at.here.province:
        return 0.0
    closed: float = 1.0 - places[d].exam_open
    return closed


@kernel
def place_tables(
    low: int, high: int, there: Destinations, flows: np.ndarray, p: np.record, out: Outlook
) -> None:
    """Fill the year's tables of the origins `low` to `high` - 1.

    `flows` (P, P + 1) are those of last year.
    """
    for o in range(low, high):
        for taking in range(2):
            row = out.share[taking, o]
            logsum = _shares(there, o, taking, flows[o], p, row)
            by_province = out.province_share[taking, o]
            by_province[:] = 0.0
            for d in range(len(row)):
                by_province[there.province[d]] += row[d]
            _expect(there, o, row, logsum, p, out.expected[o, taking])


@kernel
def _shares(
    there: Destinations, o: int, taking: int, flow: np.ndarray, p: np.record, row: np.ndarray
) -> float:
    """The logit's share of each destination of origin `o` into `row` (P,); returns the logsum."""
    income_weight = p.dest_distance / p.dest_income_distance
    total_out = flow.sum()
    highest = -np.inf
    for d in range(len(row)):
        v = income_weight * there.log_pay[d] + p.dest_jobs * there.pull[d]
        v += p.dest_job_chance * there.job_chance[d]
        v -= p.dest_distance * log(there.km[o, d] + p.dest_near_km)
        if there.province[o] != there.province[d]:
            v -= p.dest_border
        if total_out > 0:
            v += p.dest_network * flow[d] / total_out
        if taking == TAKE:
            v -= p.dest_school * barrier_met(there.barrier, o, d, p)
        row[d] = v
        highest = max(highest, v)
    total = 0.0
    for d in range(len(row)):
        row[d] = exp(row[d] - highest)
        total += row[d]
    for d in range(len(row)):
        row[d] /= total
    return log(total) + highest


@kernel
def _expect(
    there: Destinations, o: int, row: np.ndarray, logsum: float, p: np.record, out: np.ndarray
) -> None:
    """Mean pay, access, barrier and closed exams over the shares in `row` (P,) into `out` (4,)."""
    income_weight = p.dest_distance / p.dest_income_distance
    pay = 0.0
    income = 0.0
    barrier = 0.0
    closed = 0.0
    for d in range(len(row)):
        pay += row[d] * exp(there.log_pay[d])
        income += row[d] * income_weight * there.log_pay[d]
        barrier += row[d] * barrier_met(there.barrier, o, d, p)
        if there.province[o] != there.province[d]:
            closed += row[d] * there.exams_closed[d]
    out[0] = pay
    out[1] = logsum - income
    out[2] = barrier
    out[3] = closed


@kernel
def choose_destination(at: Prefecture, logit: Logit, taking: int, i: int, last: int) -> int:
    """Destination of the household of person `i`, given where it was last year (-1 if nowhere)."""
    word, key = at.word, at.people[i].key
    of_age = at.people[i].birth_year + AGE_OF_DECISION
    year = renewed(word, key, of_age, at.year, MOVE, 1.0 - at.p.dest_stay)
    if last >= 0 and year < at.year:
        return last
    by_province = logit.province_share[taking]
    row = logit.share[taking]
    best = 0
    soonest = np.inf
    for g in range(len(by_province)):
        wait = waiting_time(word, key, year, DESTINATION, g, by_province[g], soonest)
        if wait < soonest:
            soonest = wait
            best = g
    destination = logit.first[best]
    soonest = np.inf
    for d in range(logit.first[best], logit.first[best + 1]):
        wait = waiting_time(word, key, year, DESTINATION, 64 + d, row[d], soonest)
        if wait < soonest:
            soonest = wait
            destination = d
    return destination


@kernel
def abroad_chance(at: Prefecture, taking: int) -> float:
    """Chance that who leaves home goes abroad: the place's share.

    With children along (`taking`) its odds are those of a logit with a school barrier of 1 there.
    """
    here = at.here
    if taking == LEAVE:
        share: float = here.abroad
        return share
    with_barrier = here.abroad * exp(-at.p.dest_school * (1.0 - here.barrier))
    chance: float = with_barrier / (1.0 - here.abroad + with_barrier)
    return chance


@kernel
def where_to(at: Prefecture, logit: Logit, taking: int, i: int, last: int) -> int:
    """ABROAD for who is there already or, leaving home, with `abroad_chance`; else as drawn."""
    if last == ABROAD:
        return ABROAD
    if last < 0 and luck(at.word, at.people[i].key, at.year, GO_ABROAD, 0) < abroad_chance(
        at, taking
    ):
        return ABROAD
    return choose_destination(at, logit, taking, i, last)


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


@alone
@kernel
def step(at: Prefecture, logit: Logit, k: int) -> None:
    """Send those whose household chose so, bring the others home; children follow.

    `k` is the number of the own prefecture, where the county's towns are.
    """
    people = at.people
    for i in range(at.size):
        if people[i].place != at.place:
            continue
        mother, father = stands_for(people, i, at.year)
        if mother < 0 and father < 0:
            continue
        _move_household(at, logit, mother, father, k)
    for i in range(at.size):
        if people[i].place == at.place and is_dependant(people, i, at.year):
            _follow(people, i, at.year, k)


@kernel
def _move_household(at: Prefecture, logit: Logit, mother: int, father: int, k: int) -> None:
    people = at.people
    choice = people[mother if mother >= 0 else father].choice
    she = mother >= 0 and mother_leaves(choice)
    he = father >= 0 and father_leaves(choice)
    if mother >= 0 and not she:
        come_home(people, mother)
    if father >= 0 and not he:
        come_home(people, father)
    if she and in_own_town(choice, False):
        send(people, mother, k, WHOLE_YEAR, at.year)
        she = False
    if he and in_own_town(choice, True):
        send(people, father, k, WHOLE_YEAR, at.year)
        he = False
    if she or he:
        _leave(at, logit, mother, father, she, he, k)


@kernel
def _leave(
    at: Prefecture, logit: Logit, mother: int, father: int, she: bool, he: bool, k: int
) -> None:
    """Where those who go work and for how long; a couple goes back to where he (or she) was."""
    people = at.people
    decider = mother if mother >= 0 else father
    head = people[decider]
    taking = TAKE if head.choice == CHILDREN_TAKEN else LEAVE
    last = people[father].destination if father >= 0 else -1
    if head.choice == FATHER_AWAY_TOWN and last == k:
        last = -1  # he lived in the town with them until now
    if last < 0 and mother >= 0 and she:
        last = people[mother].destination
    d = where_to(at, logit, taking, decider, last)
    if he:
        months = months_away(people[father].key, taking == TAKE, at.word, at.p)
        send(people, father, d, months, at.year)
    if not she:
        return
    if (
        he
        and taking == LEAVE
        and luck(at.word, head.key, 0, DESTINATION, 999) >= (at.p.dest_couple_same)
    ):
        d = where_to(at, logit, taking, father, people[mother].destination)
    months = months_away(people[mother].key, taking == TAKE, at.word, at.p)
    send(people, mother, d, months, at.year)


@kernel
def _follow(people: np.ndarray, child: int, year: int, k: int) -> None:
    """A dependant goes with the parents who take it along; all others are at home."""
    me = people[child]
    for which in range(2):
        parent = me.mother if which == 0 else me.father
        if parent < 0 or people[parent].death_year != 0:
            continue
        choice = people[parent].choice
        if children_come(choice) and in_care_of(people, child, parent, people[parent].partner):
            place = k if choice >= TOWN else people[parent].destination
            send(people, child, place, WHOLE_YEAR, year)
            return
    come_home(people, child)


@kernel
def count_flows(at: Prefecture, flows: np.ndarray, child_flows: np.ndarray) -> tuple[int, int]:
    """Count adults (16+) and children away by destination, into `flows` and `child_flows`.

    Both are of shape (P + 1,), the last for those abroad. Returns the number of adults aged 16-59
    with agricultural hukou, and of them away beyond the towns of their counties: the network of
    those at home.
    """
    adults = 0
    gone = 0
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.death_year != 0:
            continue
        age = at.year - me.birth_year
        place = len(flows) - 1 if me.destination == ABROAD else me.destination
        if age < 16:
            if place >= 0:
                child_flows[place] += 1
            continue
        if place >= 0:
            flows[place] += 1
        if age <= 59 and me.hukou == 0:
            adults += 1
            if me.destination >= 0 and me.choice < TOWN:
                gone += 1
    return adults, gone
