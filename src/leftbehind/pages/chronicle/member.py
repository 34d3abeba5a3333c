"""A member of the family as counted in a year, read from the record."""

from dataclasses import dataclass

import numpy as np

from leftbehind.base.person import ARRANGEMENTS, AT_HOME
from leftbehind.model.population.homes import home_of_children
from leftbehind.model.processes.care import FAR, minutes_to
from leftbehind.model.processes.schooling import STAGES, stage
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.pages.chronicle.hours import monthly_pay, week
from leftbehind.runs.replay import Moment


@dataclass(frozen=True)
class Member:
    """A person as counted in a year; `at` is the record's destination.

    `monthly_pay` (yuan of 2010) of an adult away, else 0; `hours` a child's week by slot of
    week.SLOTS, empty for adults; `arrangement` a name of person.ARRANGEMENTS; `minutes` a child's
    walk to its carer, a grandparent's walk to the couple's home (-1: another county); `cares` and
    `cares_ours` the children in a grandparent's care, all and of this family.
    """

    key: int
    sex: int
    birth_year: int
    death_year: int
    partner: int
    at: int
    months: int
    away_since: int
    stage: str
    schooling: int
    boards: bool
    arrangement: str
    carer: int
    minutes: float
    limited: bool
    hukou: int
    choice: int
    monthly_pay: float = 0.0
    hours: tuple[float, ...] = ()
    unsupervised: float = 0.0
    cares: int = 0
    cares_ours: int = 0

    @property
    def alive(self) -> bool:
        """Whether the person lived at the end of the year."""
        return self.death_year == 0

    def age(self, year: int) -> int:
        """Age reached in `year`."""
        return year - self.birth_year

    def is_child(self, year: int) -> bool:
        """Whether the person is alive and under 18."""
        return self.alive and self.age(year) < CHILD_AGE

    @property
    def away(self) -> bool:
        """Whether the person lives in another place, for work or along."""
        return self.alive and self.at >= 0


def member(
    moment: Moment, i: int, minutes: float | None = None, cares: tuple[int, int] = (0, 0)
) -> Member:
    """The person at position `i`."""
    people, year = moment.people, moment.year
    me = people[i]
    alive = int(me["death_year"]) == 0
    child = alive and year - int(me["birth_year"]) < CHILD_AGE
    away = alive and int(me["destination"]) >= 0
    hours, alone = week(moment, i) if child else ((), 0.0)
    return Member(
        key=int(me["key"]),
        sex=int(me["sex"]),
        birth_year=int(me["birth_year"]),
        death_year=int(me["death_year"]),
        partner=int(people["key"][me["partner"]]) if me["partner"] >= 0 else 0,
        at=int(me["destination"]) if alive else AT_HOME,
        months=int(me["months"]),
        away_since=int(me["away_since"]),
        stage=STAGES[stage(people, i)],
        schooling=int(me["schooling"]),
        boards=bool(me["boards"]) and child,
        arrangement=ARRANGEMENTS[int(me["arrangement"])],
        carer=int(people["key"][me["carer"]]) if me["carer"] >= 0 and child else 0,
        minutes=float(me["minutes"]) if minutes is None else minutes,
        limited=bool(me["limited"]),
        hukou=int(me["hukou"]),
        choice=int(me["choice"]),
        monthly_pay=monthly_pay(moment, i) if away and not child else 0.0,
        hours=hours,
        unsupervised=alone,
        cares=cares[0],
        cares_ours=cares[1],
    )


def elder(
    moment: Moment, mother: int, father: int, which: int, children: list[int]
) -> Member | None:
    """Grandparent number `which` (his father, his mother, her father, her mother), if recorded."""
    child = father if which < 2 else mother
    if child < 0:
        return None
    people = moment.people
    i = int(people[child]["father" if which % 2 == 0 else "mother"])
    if i < 0:
        return None
    whose, home = home_of_children(people, mother, father)
    minutes = minutes_to(moment.at, child, whose, home)
    # Whole minutes, cut as the record cuts a child's walk to its carer.
    walk = -1.0 if minutes >= FAR else float(int(minutes))
    return member(moment, i, walk, _load(moment, i, children))


def _load(moment: Moment, i: int, children: list[int]) -> tuple[int, int]:
    """Children in a grandparent's care this year: all, and those of this family."""
    people, year = moment.people, moment.year
    young = (people["death_year"] == 0) & (year - people["birth_year"] < CHILD_AGE)
    theirs = np.flatnonzero((people["carer"] == i) & young & _cared(people["arrangement"]))
    return len(theirs), len(set(theirs.tolist()) & set(children))


def _cared(arrangement: np.ndarray) -> np.ndarray:
    kinds = [n for n, name in enumerate(ARRANGEMENTS) if name.startswith("grandparent")]
    return np.isin(arrangement, kinds)
