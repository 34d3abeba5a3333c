"""Income a head of everybody, by class, hukou and where they live; in yuan of 2010 a year.

A household at home has its home income less what is lost by who left, money sent home, the pension,
support for children, and the rural minimum income; those away have their pay less what they sent.
Each sum is shared equally by head: by those at home, and by those away. A couple of both hukou
types counts as rural, as in the choice. People in prison have no income and are not counted.

Classes: poor, below the rural line of 2010 (2,300 yuan a year); low; middle, 10 to 50 dollars of
2011 purchasing power a day, counted in two bands; upper.
"""

import math

import numpy as np

from leftbehind.base.compiled import allocating_kernel, kernel
from leftbehind.base.person import AGRICULTURAL, MOTHER_AWAY, NOBODY, at_home, companion, present
from leftbehind.base.randomness import INCOME, luck, normal
from leftbehind.model.population.households import (
    PAST_WORK,
    head_of,
    household_of,
    is_urban,
    pots,
    remoteness,
    unit_of,
)
from leftbehind.model.population.kin import keeper_of
from leftbehind.model.processes.care import is_dependant
from leftbehind.model.processes.economy import home_income, urban_income
from leftbehind.model.processes.migration import YOUNGEST
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
def good_year(key: np.uint64, year: int, word: np.uint64, p: np.record) -> float:
    """Factor on this year's home income of a rural household: mean 1, drawn anew each year."""
    spread = p.income_year_sd
    return math.exp(spread * normal(word, key, year, INCOME, 1) - 0.5 * spread * spread)


@kernel
def with_minimum(
    income: float, key: np.uint64, year: int, word: np.uint64, here: np.record, p: np.record
) -> float:
    """Income a head after the rural minimum income (dibao): a mean top-up, to the standard at most.

    It reaches a share of those below the standard, drawn anew each year.
    """
    if income >= here.dibao_standard or luck(word, key, year, INCOME, 2) >= p.income_dibao_reach:
        return income
    topped: float = min(income + here.dibao, here.dibao_standard)
    return topped


@kernel
def centre(people: np.ndarray, count: int, year: int, hosted: np.ndarray, p: np.record) -> float:
    """Factor that makes the mean home income a head, if nobody had left, the place's own.

    `home_income` counts a child or an old parent as less than a head, while the published mean
    counts all rural people as heads. `hosted` as in households.pots.
    """
    number = 0.0
    heads = 0.0
    for i in range(count):
        me = people[i]
        if not present(people, i) or me.hukou != AGRICULTURAL:
            continue
        number += 1.0
        if is_dependant(people, i, year):
            heads += p.income_child_heads
        elif hosted[i]:
            heads += p.income_elder_heads / (2.0 if companion(people, i) >= 0 else 1.0)
        else:
            heads += 1.0
    if heads == 0.0:
        return 1.0
    return number / heads


@kernel
def _pensioners(people: np.ndarray, a: int, b: int, year: int) -> int:
    """How many of `a` and `b` (NOBODY allowed) are at home and have the age of the pension."""
    number = 0
    for which in range(2):
        i = a if which == 0 else b
        if at_home(people, i) and year - people[i].birth_year >= PAST_WORK:
            number += 1
    return number


@kernel
def rural_unit(
    people: np.ndarray,
    mother: int,
    father: int,
    elders: tuple[int, int],
    children: int,
    taken: int,
    year: int,
    word: np.uint64,
    row: np.ndarray,
    factor: float,
    here: np.record,
    p: np.record,
) -> tuple[float, float]:
    """(income a head at home, income a head away) of a rural household, real yuan a year.

    `elders` are old parents in its pot (NOBODY for who is not), `taken` those of its `children`
    (dependants) who are away, `row` its purse; `factor` is the place's `centre`.
    Where nobody is at home, the rest of the home income goes to those away, and the first figure is
    0; and the other way round.
    """
    head = mother if mother >= 0 else father
    old = (1 if elders[0] >= 0 else 0) + (1 if elders[1] >= 0 else 0)
    adults = (1 if mother >= 0 else 0) + (1 if father >= 0 else 0)
    gone = 0
    for which in range(2):
        i = mother if which == 0 else father
        gone += 1 if i >= 0 and people[i].destination >= 0 else 0
    key = people[head].key
    remote = remoteness(people, head, word)
    home = home_income(key, remote, adults, children, old > 0, word, here, p)
    home *= factor * row[KEPT] * good_year(key, year, word, p)
    home += row[RECEIVED]
    if people[head].choice <= MOTHER_AWAY:
        home += here.transfer * children
    home += here.pension * _pensioners(people, mother, father, year)
    home += here.pension * _pensioners(people, elders[0], elders[1], year)
    away = row[PAID] - row[SENT]
    at_home = adults - gone + children - taken + old
    if at_home == 0:
        return 0.0, (home + away) / (gone + taken)
    home = with_minimum(home / at_home, key, year, word, here, p)
    return home, away / (gone + taken) if gone + taken > 0 else 0.0


@allocating_kernel
def incomes(
    people: np.ndarray,
    count: int,
    year: int,
    word: np.uint64,
    purse: np.ndarray,
    here: np.record,
    p: np.record,
) -> np.ndarray:
    """Income a head of each living person outside prison, real yuan a year, shape (count,)."""
    out = np.full(count, -1.0)
    keeper, children, taken = _dependants(people, count, year)
    at_home = np.full(count, -1.0)  # of each unit's head: income a head of its members at home
    away = np.zeros(count)
    guest, hosted = pots(people, count, year)
    factor = centre(people, count, year, hosted, p)
    for i in range(count):
        me = people[i]
        if me.death_year != 0 or year - me.birth_year < YOUNGEST or is_dependant(people, i, year):
            continue
        mother, father = household_of(people, i)
        if (mother < 0 and father < 0) or hosted[i]:
            continue
        urban = is_urban(people, mother, father)
        if urban:
            at_home[i] = urban_income(me.key, 1.0, word, here, p)
            away[i] = at_home[i]
        else:
            elders = (NOBODY, NOBODY)
            if father >= 0 and guest[father] >= 0:
                elders = unit_of(people, guest[father])
            at_home[i], away[i] = rural_unit(
                people,
                mother,
                father,
                elders,
                children[i],
                taken[i],
                year,
                word,
                purse[i],
                factor,
                here,
                p,
            )
            for elder in elders:
                if elder >= 0:
                    out[elder] = at_home[i]
        for which in range(2):
            adult = mother if which == 0 else father
            if adult >= 0:
                out[adult] = away[i] if people[adult].destination >= 0 else at_home[i]
    for i in range(count):
        if keeper[i] >= 0:
            out[i] = away[keeper[i]] if people[i].destination >= 0 else at_home[keeper[i]]
        if present(people, i) and out[i] < 0.0:
            out[i] = _of_another(people, i, here, out)
    return out


@allocating_kernel
def _dependants(
    people: np.ndarray, count: int, year: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Head of the unit each dependant is in (NOBODY of others); dependants of each head; away.

    All of shape (count,): care.dependants for everybody at once.
    """
    keeper = np.full(count, NOBODY, np.int32)
    number = np.zeros(count, np.int16)
    gone = np.zeros(count, np.int16)
    for i in range(count):
        if not is_dependant(people, i, year):
            continue
        parent = keeper_of(people, i)
        if parent >= 0:
            head = head_of(people, parent)
            keeper[i] = head
            number[head] += 1
            gone[head] += 1 if people[i].destination >= 0 else 0
    return keeper, number, gone


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


@allocating_kernel
def tally(
    people: np.ndarray,
    count: int,
    year: int,
    word: np.uint64,
    purse: np.ndarray,
    lives: np.ndarray,
    lowest: np.ndarray,
    here: np.record,
    p: np.record,
    out: np.ndarray,
) -> None:
    """Add people and their income a head by hukou, where they live and band to `out`.

    `lives` (count,) as from headcount.tally, `lowest` from `bounds`.
    """
    income = incomes(people, count, year, word, purse, here, p)
    for i in range(count):
        me = people[i]
        if not present(people, i):
            continue
        band = band_of(income[i], lowest)
        out[me.hukou, lives[i], band, 0] += 1.0
        out[me.hukou, lives[i], band, 1] += income[i]
