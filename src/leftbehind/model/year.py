"""The order of a year: the page to read first.

A year has legs, because deaths and births are aligned to the nation's totals and so need sums over
all prefectures. Within a leg every prefecture lives on its own, in any order and any thread:

    count deaths to expect
    -> deaths -> school entry -> partnership -> count births to expect
    -> births -> hukou -> prison -> the household's choice -> destination and months away
    -> remittances -> care of each sibling set -> boarding
    -> tallies (incomes and the week among them) -> school continuation

Prefectures touch each other only through last year's migrants (`Leg.here`, `Leg.share`).
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import (
    arrangement,
    boarding,
    care,
    destination,
    fertility,
    hukou,
    migration,
    mortality,
    partnership,
    prison,
    remittance,
    schooling,
)
from leftbehind.model.tallies import cells, headcount, incomes, kin_table, migrants, moves


class Leg(NamedTuple):
    """What a leg of the year reads (shapes in brackets; P prefectures, R provinces)."""

    year: int
    word: np.uint64  # the seed
    people: np.ndarray  # all records
    start: np.ndarray  # (P,) first record of each prefecture
    room: np.ndarray  # (P,) records reserved
    count: np.ndarray  # type: ignore[assignment]  # (P,) records used; the third leg writes it
    here: np.ndarray  # (P,) PLACE
    p: np.ndarray  # (1,) parameters of the year
    death_chances: np.ndarray  # (sex, age) by the UN
    birth_rates: np.ndarray  # (age,)
    wish: np.ndarray  # (hukou, parity, no son)
    death_kappa: np.ndarray  # (sex, age group)
    birth_kappa: np.ndarray  # (fertility.N_FACTORS,)
    own_rate: np.ndarray  # (records,) before alignment: chance to die, later rate of birth
    share: np.ndarray  # (2, P, P) of destinations in the logit: leaving, taking children
    province_share: np.ndarray  # (2, P, R)
    first: np.ndarray  # (R + 1,)
    province: np.ndarray  # (P,)
    bounds: np.ndarray  # (4,) incomes a head between the bands: incomes.bounds


class Sums(NamedTuple):
    """What a block of prefectures adds up in a year: integers, so that no order can change them."""

    deaths_expected: np.ndarray  # (2, sex, age group)
    births_expected: np.ndarray  # fertility.EXPECTED_SHAPE
    deaths: np.ndarray  # (R, sex, age)
    births: np.ndarray  # (R, sex, mother's age)


class Tables(NamedTuple):
    """What the year writes for each prefecture."""

    flows: np.ndarray  # (P, P + 1) adults away by destination, the last abroad
    child_flows: np.ndarray  # (P, P + 1)
    rural: np.ndarray  # (P, 2) rural adults 16-59, of them away
    schooling: np.ndarray  # (P, 2) years of school of people 25-49, their number
    hukou: np.ndarray  # (P, 3) people, agricultural ones, of these 45 or over next year
    heads: np.ndarray  # (P, headcount.SHAPE)
    choices: np.ndarray  # (P, migration.CHOICES_SHAPE)
    kin: np.ndarray  # (P, kin_table.SHAPE)
    migrants: np.ndarray  # (P, migrants.SHAPE)
    moves: np.ndarray  # (P, R, moves.COLUMNS)
    incomes: np.ndarray  # (P, incomes.SHAPE)
    remittances: np.ndarray  # (P, remittance.SHAPE)
    cells: np.ndarray  # as many records as people: cells of children
    numbers: np.ndarray
    sums: np.ndarray  # (records, N_SUMS)
    filled: np.ndarray  # (P,) cells used
    lives: np.ndarray  # (records,) where each living person lives: headcount.LIVES


@allocating_kernel
def _people(leg: Leg, k: int) -> np.ndarray:
    """All records of prefecture `k`, those for this year's births included."""
    return leg.people[leg.start[k] : leg.start[k] + leg.room[k]]


@allocating_kernel
def expect_deaths(leg: Leg, sums: Sums, low: int, high: int) -> None:
    """First leg, of prefectures `low` to `high` - 1: the deaths that the rates expect."""
    for k in range(low, high):
        own_rate = leg.own_rate[leg.start[k] :]
        at = Prefecture(_people(leg, k), leg.count[k], leg.year, leg.word, leg.here[k], leg.p[0])
        mortality.expect(at, leg.death_chances, own_rate, sums.deaths_expected)


@allocating_kernel
def until_births(leg: Leg, sums: Sums, low: int, high: int) -> None:
    """Second leg: deaths, school entry, unions; then the births that the rates expect."""
    for k in range(low, high):
        at = Prefecture(_people(leg, k), leg.count[k], leg.year, leg.word, leg.here[k], leg.p[0])
        own_rate = leg.own_rate[leg.start[k] :]
        mortality.step(at, own_rate, leg.death_kappa, sums.deaths[at.here.province])
        schooling.step(at)
        partnership.step(at)
        fertility.expect(at, leg.birth_rates, leg.wish, own_rate, sums.births_expected)


@allocating_kernel
def from_births(leg: Leg, sums: Sums, out: Tables, to_the_end: bool, low: int, high: int) -> None:
    """Third leg: births, hukou, who goes and where, care, and the tallies.

    `to_the_end`: with the last leg at once, which spares reading everybody's record again.
    """
    for k in range(low, high):
        load = until_choice(leg, sums, k)
        purse = from_choice(leg, load, out.choices[k], out.moves[k], k)
        _tally(leg, out, purse, k)
        if to_the_end:
            end_of_year(leg, k)


# The three parts of the third leg: a replay (replay.py) stops between them to look at a family.


@allocating_kernel
def until_choice(leg: Leg, sums: Sums, k: int) -> np.ndarray:
    """Births, hukou, prison in prefecture `k`; returns everyone's care load of last year."""
    at = Prefecture(_people(leg, k), leg.count[k], leg.year, leg.word, leg.here[k], leg.p[0])
    leg.count[k] = fertility.step(
        at,
        leg.own_rate[leg.start[k] :],
        leg.birth_kappa,
        leg.death_chances,
        sums.births[at.here.province],
        sums.deaths[at.here.province],
    )
    at = Prefecture(
        _people(leg, k), leg.count[k], leg.year, leg.word, leg.here[k], leg.p[0]
    )  # with the newborns
    hukou.step(at)
    prison.step(at)
    return care.loads(at)


@allocating_kernel
def from_choice(
    leg: Leg, load: np.ndarray, counted: np.ndarray, moved: np.ndarray, k: int
) -> np.ndarray:
    """Who goes and where, money, care and boarding.

    Households are counted in `counted`, movers between provinces in `moved` (R, moves.COLUMNS).

    Returns the households' purses (count, remittance.PURSE).
    """
    at = Prefecture(_people(leg, k), leg.count[k], leg.year, leg.word, leg.here[k], leg.p[0])
    before = moves.away_before(at.people, at.size)
    migration.step(at, load, counted)
    logit = destination.Logit(leg.share[:, k], leg.province_share[:, k], leg.first)
    destination.step(at, logit)
    moves.tally(at.people, at.size, at.year, before, leg.province, moved)
    purse = remittance.step(at, leg.here)
    arrangement.step(at, load)
    boarding.step(at)
    return purse


@allocating_kernel
def school_years_end(leg: Leg, sums: Sums, low: int, high: int) -> None:
    """Last leg, on its own because a comparison looks at the children where the tallies do."""
    for k in range(low, high):
        end_of_year(leg, k)


@allocating_kernel
def end_of_year(leg: Leg, k: int) -> None:
    """Pupils complete a year of school; some leave."""
    at = Prefecture(_people(leg, k), leg.count[k], leg.year, leg.word, leg.here[k], leg.p[0])
    schooling.continuation(at, leg.here, k)


@allocating_kernel
def _tally(leg: Leg, out: Tables, purse: np.ndarray, k: int) -> None:
    at = Prefecture(_people(leg, k), leg.count[k], leg.year, leg.word, leg.here[k], leg.p[0])
    people, count, _, _, here, p = at
    gone = destination.count_flows(at, out.flows[k], out.child_flows[k])
    out.rural[k, 0] = gone[0]
    out.rural[k, 1] = gone[1]
    schooling.count_years(people, count, leg.year, out.schooling[k])
    total, rural, old = hukou.count_types(people, count, leg.year + 1)
    out.hukou[k, 0] = total
    out.hukou[k, 1] = rural
    out.hukou[k, 2] = old
    low = leg.start[k]
    high = low + leg.room[k]
    lives = out.lives[low:high]
    headcount.tally(people, count, leg.year, leg.word, here, lives, out.heads[k])
    kin_table.tally(people, count, leg.year, out.kin[k])
    if leg.year >= incomes.FIRST_YEAR:
        incomes.tally(at, purse, lives, leg.bounds, out.incomes[k])
    if leg.year < migration.FIRST_YEAR:
        return  # nobody is away: children are counted with the people
    remittance.tally(purse, out.remittances[k])
    migrants.tally(people, count, leg.year, leg.word, p, k, leg.province, out.migrants[k])
    out.filled[k] = cells.tally(
        people,
        count,
        leg.year,
        leg.word,
        here,
        p,
        out.cells[low:high],
        out.numbers[low:high],
        out.sums[low:high],
    )
