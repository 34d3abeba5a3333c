"""What kin a child should have, worked out from official rates alone, as SOCSIM's users check it.

A child aged x in year t was born to a mother aged a with probability w(a | t - x), the UN's births
by age over all births. She is alive now with the chance that a woman born in t - x - a lives from
age a to age a + x under the UN's death rates, year by year. Grandparents are one link further back:
the mother was herself born to a woman aged b with probability w(b | t - x - a).

    mother           sum_a w(a) S_f(a -> a + x)
    mother's mother  sum_a w(a) sum_b w(b) S_f(b -> b + a + x)

Men are `union_gap_mean` years older than the mothers of their children, with a spread of
`union_gap_sd` (priors of the model). Left out: that births and deaths differ between places and
families, and that kin share their luck; so theory gives slightly fewer orphans, and fewer children
without any grandparent, than a population in which such families differ. Years before 1950 use the
rates of 1950 (for children of 2010 this touches some grandparents only).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.person import FEMALE, MALE
from leftbehind.counts.tallies import un_people
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.tables import read_table

FIRST = 1950  # of the UN's rates
EARLIEST = 1860  # birth year of the oldest kin looked at
AGES = np.arange(106)
CHILD_AGES = 15


@dataclass(frozen=True)
class Expected:
    """Expected kin of children under 15 in one year; shares from 0 to 1."""

    mother_dead: float
    father_dead: float
    both_dead: float
    grandparents: float  # mean number alive, 0 to 4
    any_grandparent: float


def expected_kin(rates: "Rates") -> Expected:
    """Kin of the children under 15 of the rates' year (a fifth), weighted by the UN's ages."""
    children = (un_people(rates.year, "female") + un_people(rates.year, "male"))[:CHILD_AGES]
    weights = children / children.sum()
    alive = np.array([rates.kin_alive(age) for age in range(CHILD_AGES)])
    mother, father = alive[:, 0], alive[:, 1]
    grandparents = alive[:, 2:]
    return Expected(
        mother_dead=float(weights @ (1.0 - mother)),
        father_dead=float(weights @ (1.0 - father)),
        both_dead=float(weights @ ((1.0 - mother) * (1.0 - father))),
        grandparents=float(weights @ grandparents.sum(axis=1)),
        any_grandparent=float(weights @ (1.0 - np.prod(1.0 - grandparents, axis=1))),
    )


class Rates:
    """Ages of parents at births and survival between ages, from the UN's rates up to `year`."""

    def __init__(self, year: int, parameters: Parameters) -> None:
        self.year = year
        self.official = OfficialRates.load(FIRST, year, parameters)
        self._hazard = _cohort_hazards(self.official.deaths, year)
        self._mothers = _ages_at_birth(self.official.births, year)
        gap = float(parameters.in_year(year)["union_gap_mean"][0])
        spread = float(parameters.in_year(year)["union_gap_sd"][0])
        self._fathers = self._mothers @ _gap_matrix(gap, spread)
        self._kin_alive: dict[int, np.ndarray] = {}

    def kin_alive(self, age: int) -> np.ndarray:
        """Chance that a child of `age` has each living: mother, father, then four grandparents.

        Grandparents in order: mother's mother, mother's father, father's mother, father's father.
        """
        if age not in self._kin_alive:  # asked for all children and again by age
            self._kin_alive[age] = self._worked_out(age)
        return self._kin_alive[age]

    def _worked_out(self, age: int) -> np.ndarray:
        born = self.year - age
        out = [self._alive(born, FEMALE, age), self._alive(born, MALE, age)]
        for parents in (self._mothers, self._fathers):
            weight = parents[self._row(born)]
            ages = np.flatnonzero(weight > 0).tolist()
            for sex in (FEMALE, MALE):
                chance = [self._alive(born - a, sex, age + a) for a in ages]
                out.append(float(weight[ages] @ np.array(chance)))
        return np.array(out)

    def mothers(self, born: int) -> np.ndarray:
        """Share of the births of a year by the mother's age (age,)."""
        out: np.ndarray = self._mothers[self._row(born)]
        return out

    def child_lives(self, born: np.ndarray) -> np.ndarray:
        """Chance that who was born in each year, boy or girl alike, lives at the end of `year`."""
        age = np.minimum(self.year - born, AGES[-1])
        chance: np.ndarray = np.exp(-self._hazard[:, born - EARLIEST, age]).mean(axis=0)
        return chance

    def _alive(self, born: int, sex: int, years: int) -> float:
        """Chance that the parent of somebody born in `born` is alive `years` later.

        A parent is alive at the end of the year of birth, as deaths come before births in a year.
        """
        ages = self._mothers if sex == FEMALE else self._fathers
        weight = ages[self._row(born)]
        a = np.flatnonzero(weight > 0)
        later = np.minimum(a + years, AGES[-1])
        cohort = born - a - EARLIEST
        lived = np.exp(self._hazard[sex, cohort, a] - self._hazard[sex, cohort, later])
        return float(weight[a] @ np.where(a + years <= AGES[-1], lived, 0.0))

    def _row(self, year: int) -> int:
        return max(year - FIRST, 0)


def _cohort_hazards(deaths: np.ndarray, last: int) -> np.ndarray:
    """Cumulated death rate (sex, birth year since `EARLIEST`, age reached)."""
    births = np.arange(EARLIEST, last + 1)
    when = np.clip(births[:, None] + AGES[None, :], FIRST, last) - FIRST
    by_age: np.ndarray = np.cumsum(deaths[:, :, : len(AGES)][when, :, AGES[None, :]], axis=1)
    return np.moveaxis(by_age, -1, 0)


def _ages_at_birth(rates: np.ndarray, last: int) -> np.ndarray:
    """Share of each year's births by the mother's age, (years since `FIRST`, age).

    Women by age are the UN's of the fifth years, in between on a straight line.
    """
    moments = read_table("un_population").filter(pl.col("moment") == "1 July")["year"]
    known = sorted(set(moments.to_list()))
    women = np.array([un_people(year, "female") for year in known])
    years = np.arange(FIRST, last + 1)
    births = np.zeros((len(years), len(AGES)))
    for age in range(women.shape[1]):
        births[:, age] = np.interp(years, known, women[:, age]) * rates[:, age]
    return births / births.sum(axis=1, keepdims=True)


def _gap_matrix(gap: float, spread: float) -> np.ndarray:
    """Chance of a father's age (columns) by the mother's age (rows): normal about her age + gap."""
    away = (AGES[None, :] - AGES[:, None] - gap) / spread
    weight = np.exp(-0.5 * away**2) * (np.abs(away) < 4)
    total = weight.sum(axis=1, keepdims=True)
    out: np.ndarray = weight / np.where(total > 0, total, 1.0)
    return out
