"""Income a head of everybody, by class, hukou and where they live; in yuan of 2010 a year.

A household at home has its home income less what is lost by who left, money sent home, the pension,
support for children, and the rural minimum income; those away have their pay less what they sent.
Each sum is shared equally by head: by those at home, and by those away. A couple of both hukou
types counts as rural, as in the choice. People in prison have no income and are not counted.

Classes: poor, below the rural line of 2010 (2,300 yuan a year); low; middle, 10 to 50 dollars of
2011 purchasing power a day, counted in two bands; upper.
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel, alone, kernel
from leftbehind.base.elementary import exp
from leftbehind.base.person import (
    AGRICULTURAL,
    FATHER_AWAY_TOWN,
    MOTHER_AWAY,
    NOBODY,
    at_home,
    companion,
    present,
)
from leftbehind.base.randomness import INCOME, luck, normal
from leftbehind.model.population.households import (
    PAST_WORK,
    head_of,
    is_dependant,
    is_urban,
    pots,
    stands_for,
    unit_of,
)
from leftbehind.model.population.kin import keeper_of
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.economy import home_income, urban_income
from leftbehind.model.processes.remittance import KEPT, PAID, RECEIVED, SENT
from leftbehind.model.tallies.headcount import LIVES_IN
from leftbehind.model.tallies.tally import OF_HUKOU, Column, Dimension, Tally

FIRST_YEAR = 1978
BANDS = (
    "below the line",
    "under 10 dollars",
    "10 to 20 dollars",
    "20 to 50 dollars",
    "over 50 dollars",
)
CLASSES = ("poor", "low", "middle", "upper")
CLASS_OF_BAND = (0, 1, 2, 2, 3)
TALLY = Tally(
    "incomes",
    (OF_HUKOU, LIVES_IN, Dimension("band", BANDS, coarser=("class", CLASSES, CLASS_OF_BAND))),
    (Column("people"), Column("income", sums=True, whole=True)),
    first_year=FIRST_YEAR,
)
DAYS = 365.0


def bounds(p: np.record, price_2011: float) -> np.ndarray:
    """Lower bounds of the bands above the first, yuan of 2010 a head a year, shape (4,).

    `price_2011` is the consumer price level of 2011 (2010 = 1).
    """
    dollar = DAYS * float(p["class_ppp"]) / price_2011
    daily = ("class_middle_low", "class_middle_split", "class_middle_high")
    return np.array([float(p["class_poor_line"]), *(dollar * float(p[name]) for name in daily)])


@kernel
def band_of(income: float, lowest: np.ndarray) -> int:
    """Position in BANDS of an income a head, given the `bounds`."""
    k = 0
    while k < len(lowest) and income >= lowest[k]:
        k += 1
    return k


@kernel
def good_year(at: Prefecture, key: np.uint64) -> float:
    """Factor on this year's home income of a rural household: mean 1, drawn anew each year."""
    spread = at.p.income_year_sd
    return exp(spread * normal(at.word, key, at.year, INCOME, 1) - 0.5 * spread * spread)


@kernel
def with_minimum(at: Prefecture, key: np.uint64, income: float) -> float:
    """Income a head after the rural minimum income (dibao): a mean top-up, to the standard at most.

    It reaches a share of those below the standard, drawn anew each year.
    """
    here = at.here
    if income >= here.dibao_standard:
        return income
    if luck(at.word, key, at.year, INCOME, 2) >= at.p.income_dibao_reach:
        return income
    topped: float = min(income + here.dibao, here.dibao_standard)
    return topped


@kernel
def centre(at: Prefecture, hosted: np.ndarray) -> float:
    """Factor that makes the mean home income a head, if nobody had left, the place's own.

    `home_income` counts a child or an old parent as less than a head, while the published mean
    counts all rural people as heads. `hosted` as in households.pots.
    """
    number = 0.0
    heads = 0.0
    for i in range(at.size):
        me = at.people[i]
        if me.place != at.place or me.hukou != AGRICULTURAL or not present(at.people, i):
            continue
        number += 1.0
        if is_dependant(at.people, i, at.year):
            heads += at.p.income_child_heads
        elif hosted[i]:
            heads += at.p.income_elder_heads / (2.0 if companion(at.people, i) >= 0 else 1.0)
        else:
            heads += 1.0
    if heads == 0.0:
        return 1.0
    return number / heads


class Unit(NamedTuple):
    """A household that shares an income: who is in it."""

    mother: int  # NOBODY if there is none
    father: int
    elders: tuple[int, int]  # old parents in its pot, NOBODY for who is not
    children: int  # dependants
    taken: int  # of them away with a parent


class Shares(NamedTuple):
    """Everybody's place in the units; arrays of one value a person."""

    guest: np.ndarray  # head of the old parents in a host's pot: households.pots
    hosted: np.ndarray  # 1 of who is in such a unit
    keeper: np.ndarray  # of a dependant, the head of its unit
    children: np.ndarray  # of a head, its dependants
    taken: np.ndarray  # of them away
    at_home: np.ndarray  # of a head, income a head of the members at home
    away: np.ndarray  # and of those away


@kernel
def _pensioners(at: Prefecture, a: int, b: int) -> int:
    """How many of `a` and `b` (NOBODY allowed) are at home and have the age of the pension."""
    number = 0
    for which in range(2):
        i = a if which == 0 else b
        if at_home(at.people, i) and at.year - at.people[i].birth_year >= PAST_WORK:
            number += 1
    return number


@kernel
def _pot(at: Prefecture, us: Unit, row: np.ndarray, factor: float) -> float:
    """Yearly income of those at home, before the minimum income; `row` and `factor` as below."""
    people = at.people
    head = us.mother if us.mother >= 0 else us.father
    pot = home_income(at, us.mother, us.father, us.children)
    pot *= factor * row[KEPT] * good_year(at, people[head].key)
    pot += row[RECEIVED]
    if people[head].choice <= MOTHER_AWAY:
        pot += at.here.transfer * us.children
    pot += at.here.pension * _pensioners(at, us.mother, us.father)
    pot += at.here.pension * _pensioners(at, us.elders[0], us.elders[1])
    return pot


@kernel
def rural_unit(at: Prefecture, us: Unit, row: np.ndarray, factor: float) -> tuple[float, float]:
    """(income a head at home, income a head away) of a rural household, real yuan a year.

    `row` is its purse; `factor` is the place's `centre`. Where nobody is at home, the rest of the
    home income goes to those away, and the first figure is 0; and the other way round.
    """
    staying = us.children - us.taken
    gone = us.taken
    for i in (us.mother, us.father):
        if i >= 0 and at.people[i].destination >= 0:
            gone += 1
        elif i >= 0:
            staying += 1
    for i in us.elders:
        staying += 1 if i >= 0 else 0
    head = us.mother if us.mother >= 0 else us.father
    pot = _pot(at, us, row, factor)
    away = row[PAID] - row[SENT]
    if at.people[head].choice == FATHER_AWAY_TOWN:  # what he sends is for those in town
        pot -= row[SENT]
        away += row[SENT]
    if staying == 0:
        return 0.0, (pot + away) / gone
    key = at.people[head].key
    pot = with_minimum(at, key, pot / staying)
    return pot, away / gone if gone > 0 else 0.0


@allocating_kernel
def incomes(at: Prefecture, purse: np.ndarray) -> np.ndarray:
    """Income a head of each living person outside prison, real yuan a year, shape (at.size,)."""
    out = np.full(at.size, -1.0)
    guest, hosted = pots(at.people, at.size, at.year)
    s = Shares(
        guest,
        hosted,
        np.full(at.size, NOBODY, np.int32),
        np.zeros(at.size, np.int16),
        np.zeros(at.size, np.int16),
        np.full(at.size, -1.0),
        np.zeros(at.size),
    )
    _count_dependants(at, s)
    _share(at, purse, s, out)
    return out


@kernel
def _count_dependants(at: Prefecture, s: Shares) -> None:
    """Whom each dependant is kept by: care.dependants for everybody at once."""
    people = at.people
    for i in range(at.size):
        if not is_dependant(people, i, at.year):
            continue
        parent = keeper_of(people, i)
        if parent >= 0:
            head = head_of(people, parent)
            s.keeper[i] = head
            s.children[head] += 1
            s.taken[head] += 1 if people[i].destination >= 0 else 0


@kernel
def _share(at: Prefecture, purse: np.ndarray, s: Shares, out: np.ndarray) -> None:
    """Income a head of every unit, and with it of its members, into `out`."""
    people = at.people
    factor = centre(at, s.hosted)
    for i in range(at.size):
        if people[i].place != at.place:
            continue
        mother, father = stands_for(people, i, at.year)
        if (mother < 0 and father < 0) or s.hosted[i]:
            continue
        _share_in_unit(at, i, mother, father, purse[i], factor, s, out)
    for i in range(at.size):
        if people[i].place != at.place:
            continue
        if s.keeper[i] >= 0:
            k = s.keeper[i]
            out[i] = s.away[k] if people[i].destination >= 0 else s.at_home[k]
        if present(people, i) and out[i] < 0.0:
            out[i] = _of_another(people, i, at.here, out)


@kernel
def _share_in_unit(
    at: Prefecture,
    i: int,
    mother: int,
    father: int,
    row: np.ndarray,
    factor: float,
    s: Shares,
    out: np.ndarray,
) -> None:
    """Income a head of the unit decided at `i`, and with it of its adults and elders."""
    people = at.people
    if is_urban(people, mother, father):
        s.at_home[i] = urban_income(at, mother, father, 1.0)
        s.away[i] = s.at_home[i]
    else:
        elders = (NOBODY, NOBODY)
        if father >= 0 and s.guest[father] >= 0:
            elders = unit_of(people, s.guest[father])
        us = Unit(mother, father, elders, int(s.children[i]), int(s.taken[i]))
        s.at_home[i], s.away[i] = rural_unit(at, us, row, factor)
        for elder in elders:
            if elder >= 0:
                out[elder] = s.at_home[i]
    for adult in (mother, father):
        if adult >= 0:
            out[adult] = s.away[i] if people[adult].destination >= 0 else s.at_home[i]


@kernel
def _of_another(people: np.ndarray, i: int, here: np.record, known: np.ndarray) -> float:
    """Income a head of who belongs to no unit: orphans as their carer.

    The few others, such as orphans with a relative, have the place's mean.
    """
    me = people[i]
    if me.carer >= 0 and known[me.carer] >= 0.0:
        return known[me.carer]
    mean: float = here.home_income if me.hukou == AGRICULTURAL else here.urban_income
    return mean


@alone
@allocating_kernel
def tally(
    at: Prefecture, purse: np.ndarray, lives: np.ndarray, lowest: np.ndarray, out: np.ndarray
) -> None:
    """Add people and their income a head by hukou, where they live and band to `out`.

    `lives` (at.size,) as from headcount.tally, `lowest` from `bounds`.
    """
    income = incomes(at, purse)
    for i in range(at.size):
        if at.people[i].place != at.place or not present(at.people, i):
            continue
        band = band_of(income[i], lowest)
        hukou = at.people[i].hukou
        out[hukou, lives[i], band, 0] += 1.0
        out[hukou, lives[i], band, 1] += income[i]
