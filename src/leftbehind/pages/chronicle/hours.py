"""A child's week as the model fills it, and the money of a household as the model counts it."""

import numpy as np

from leftbehind.base.person import CHILDREN_TAKEN, HOME
from leftbehind.model.population.households import is_urban, unit_of
from leftbehind.model.processes.care import MOST_CHILDREN, Household, dependants
from leftbehind.model.processes.economy import pay_kept
from leftbehind.model.processes.remittance import earned, pay_and_sent
from leftbehind.model.processes.week import N_SLOTS, mean_week
from leftbehind.runs.replay import Moment


def week(moment: Moment, i: int) -> tuple[tuple[float, ...], float]:
    """Hours of the year's mean week of a child by week.SLOTS, and unsupervised hours (assumed)."""
    slots, mean = np.empty(N_SLOTS), np.empty(N_SLOTS)
    alone = mean_week(moment.at, i, slots, mean)
    return tuple(float(x) for x in mean), float(alone)


def monthly_pay(moment: Moment, i: int) -> float:
    """Pay a month of an adult away, as the purses of the year count it (yuan of 2010)."""
    months = int(moment.people["months"][i])
    if months == 0:
        return 0.0
    pay = float(earned(moment.at, moment.places, i)) / months
    if moment.people["choice"][i] == CHILDREN_TAKEN:
        pay *= float(pay_kept(moment.at, _unit(moment, i)))
    return pay


def sent_home(moment: Moment, adult: int) -> float:
    """Money sent home in the year by the household of an adult (yuan of 2010).

    0 for those of urban hukou, who keep one purse wherever they are.
    """
    us = _unit(moment, adult)
    head = us.mother if us.mother >= 0 else us.father
    if head < 0 or moment.people["choice"][head] == HOME:
        return 0.0
    if is_urban(moment.people, us.mother, us.father):
        return 0.0
    _, sent, to = pay_and_sent(moment.at, moment.places, us)
    return float(sent) if to >= 0 else 0.0


def _unit(moment: Moment, adult: int) -> Household:
    mother, father = unit_of(moment.people, adult)
    found = np.empty(MOST_CHILDREN, np.int64)
    children = dependants(moment.people, mother, father, moment.year, found)
    return Household(mother, father, found, children)
