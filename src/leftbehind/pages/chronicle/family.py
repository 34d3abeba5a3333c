"""One family followed through a replay: who its members were and where, year by year.

The family is that of a mother: her children, the father of the oldest, their parents. Everything
is read from the records at the two moments of a year; what the record does not hold is recomputed
with the model's own functions (pay, minutes walked, the week), never invented.
"""

from dataclasses import dataclass

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.base.person import ABROAD, AT_HOME, CHILDREN_TAKEN, NOBODY
from leftbehind.counts.reasons import Change, Decision, Flip, change, decide, flips
from leftbehind.model.population.homes import home_of_children
from leftbehind.model.population.households import unit_of
from leftbehind.model.processes.care import FAR, MOST_CHILDREN, Household, dependants, minutes_to
from leftbehind.model.processes.economy import pay_kept, skill
from leftbehind.model.processes.remittance import wage_at
from leftbehind.model.processes.schooling import STAGES, stage
from leftbehind.model.processes.week import N_SLOTS, mean_week
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.runs.replay import BEFORE_CHOICE, Moment, Replay

REMITTANCE = (
    "",
    "remit_father",
    "remit_mother",
    "remit_both_left",
    "remit_both_taken",
    "remit_both_taken",
    "remit_father",
)


@dataclass(frozen=True)
class Member:
    """A person as counted in a year: money in yuan of 2010, `at` the record's destination.

    `monthly_pay` and `sent_home` (a year) are expected values for an adult away, else 0; `hours` is
    the child's week by slot of week.SLOTS, empty for adults; `minutes` a child's walk to its carer,
    a grandparent's walk to the couple's home (-1: another county).
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
    arrangement: int
    carer: int
    minutes: float
    limited: bool
    hukou: int
    monthly_pay: float = 0.0
    sent_home: float = 0.0
    hours: tuple[float, ...] = ()
    unsupervised: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether the person lived at the end of the year."""
        return self.death_year == 0

    def age(self, year: int) -> int:
        """Age reached in `year`."""
        return year - self.birth_year


@dataclass(frozen=True)
class FamilyYear:
    """The family in one year; members who are dead and forgotten by the record are missing."""

    year: int
    together: bool
    home: int
    mother: Member | None
    father: Member | None
    children: tuple[Member, ...]
    elders: tuple[Member | None, Member | None, Member | None, Member | None]
    decision: Decision | None
    change: Change | None
    flips: tuple[Flip, ...]

    def members(self) -> list[Member]:
        """All members found in this year's record."""
        return [m for m in (self.mother, self.father, *self.children, *self.elders) if m]


def mother_of_family(moment: Moment, key: int) -> int:
    """Key of the mother of the family that the person belongs to; InputError if there is none.

    A child or an adult without partner or children belongs to its mother's family.
    """
    people = moment.people
    i = moment.position(key)
    if i < 0:
        raise InputError(f"--person {key:016x}: nobody in this prefecture has this key")
    me = people[i]
    if me["sex"] == 0 and (me["partner"] >= 0 or me["youngest_child"] >= 0):
        return int(me["key"])
    wife = int(me["partner"])
    if wife < 0 and me["youngest_child"] >= 0:
        wife = int(people["mother"][me["youngest_child"]])
    mother = wife if wife >= 0 else int(me["mother"])
    if mother < 0:
        raise InputError(
            f"--person {key:016x}: this person has no recorded mother, partner or children"
        )
    return int(people["key"][mother])


def follow(
    replay: Replay, prefecture: int, mother: int, last: int | None = None
) -> list[FamilyYear]:
    """The years of the family of `mother` (key) from her first union or birth to `last`.

    Empty if she is never in the records or never has a partner or child.
    """
    years: list[FamilyYear] = []
    before: Decision | None = None
    decision: Decision | None = None
    tried: list[Flip] = []
    for moment in replay.moments(prefecture, last):
        i = moment.position(mother)
        if i < 0:
            continue
        father = _father(moment, i)
        if moment.stage == BEFORE_CHOICE:
            decider = i if moment.people["death_year"][i] == 0 else father
            before, decision = decision, None
            if decider >= 0 and moment.people["death_year"][decider] == 0:
                decision = decide(moment, decider)
            tried = flips(moment, decision) if decision and _weighs(years, decision) else []
            continue
        if father < 0 and moment.people["youngest_child"][i] < 0:
            continue
        why = change(before, decision) if before and decision else None
        years.append(_year(replay, moment, i, father, decision, why, tuple(tried)))
    return years


def _weighs(years: list[FamilyYear], decision: Decision) -> bool:
    """Flips are worked out for families with children of whom somebody was or goes away."""
    return bool(years) and (decision.before > 0 or decision.choice > 0) and bool(years[-1].children)


def _father(moment: Moment, mother: int) -> int:
    """Position of the father of the mother's oldest recorded child; if childless, her partner."""
    people = moment.people
    oldest = NOBODY
    child = int(people["youngest_child"][mother])
    while child >= 0:
        oldest = child
        child = int(people["older_by_mother"][child])
    return int(people["father"][oldest]) if oldest >= 0 else int(people["partner"][mother])


def _year(
    replay: Replay,
    moment: Moment,
    mother: int,
    father: int,
    decision: Decision | None,
    why: Change | None,
    tried: tuple[Flip, ...],
) -> FamilyYear:
    people = moment.people
    children = []
    child = int(people["youngest_child"][mother])
    while child >= 0:
        children.append(_member(replay, moment, child))
        child = int(people["older_by_mother"][child])
    elders = [_elder(replay, moment, mother, father, which) for which in range(4)]
    return FamilyYear(
        year=moment.year,
        together=father >= 0 and int(people["partner"][mother]) == father,
        home=int(people["home"][mother]),
        mother=_member(replay, moment, mother),
        father=_member(replay, moment, father) if father >= 0 else None,
        children=tuple(reversed(children)),
        elders=(elders[0], elders[1], elders[2], elders[3]),
        decision=decision,
        change=why,
        flips=tried,
    )


def _elder(replay: Replay, moment: Moment, mother: int, father: int, which: int) -> Member | None:
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
    return _member(replay, moment, i, -1.0 if minutes >= FAR else float(int(minutes)))


def _member(replay: Replay, moment: Moment, i: int, minutes: float | None = None) -> Member:
    people, year = moment.people, moment.year
    me = people[i]
    alive = int(me["death_year"]) == 0
    away = alive and int(me["destination"]) >= 0
    child = alive and year - int(me["birth_year"]) < CHILD_AGE
    pay = _monthly_pay(replay, moment, i) if away and not child else 0.0
    hours, alone = _week(moment, i) if child else ((), 0.0)
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
        arrangement=int(me["arrangement"]),
        carer=int(people["key"][me["carer"]]) if me["carer"] >= 0 and child else 0,
        minutes=float(me["minutes"]) if minutes is None else minutes,
        limited=bool(me["limited"]),
        hukou=int(me["hukou"]),
        monthly_pay=pay,
        sent_home=_sent_home(moment, i, pay) if pay else 0.0,
        hours=hours,
        unsupervised=alone,
    )


def _monthly_pay(replay: Replay, moment: Moment, i: int) -> float:
    """Expected pay a month at the place of work: its migrants' mean times the person's skill.

    With children along, less by the cost of bringing them (parameters choice_take_*), as the
    household reckoned when it chose.
    """
    at = moment.at
    pay = wage_at(at, replay.here(moment.year), int(moment.people["destination"][i]))
    pay *= skill(at, i)
    if moment.people["choice"][i] == CHILDREN_TAKEN:
        found = np.empty(MOST_CHILDREN, np.int64)
        mother, father = unit_of(moment.people, i)
        children = dependants(moment.people, mother, father, moment.year, found)
        pay *= pay_kept(at, Household(mother, father, found, children))
    return float(pay)


def _sent_home(moment: Moment, i: int, pay: float) -> float:
    """Money sent home in the year: an assumed share of pay, at most what living costs leave."""
    me = moment.people[i]
    name = REMITTANCE[int(me["choice"])]
    if me["partner"] < 0 and me["youngest_child"] < 0:
        name = "remit_single"
    if not name:
        return 0.0
    yearly = pay * float(me["months"])
    wage = float(moment.here["pay_leave"])
    if me["destination"] == ABROAD:
        wage *= float(moment.p["abroad_pay"])
    living = float(moment.p["choice_living_cost"]) * wage * float(me["months"])
    return max(0.0, min(float(moment.p[name]) * yearly, yearly - living))


def _week(moment: Moment, i: int) -> tuple[tuple[float, ...], float]:
    """Hours of the year's mean week by slot, and unsupervised hours (both assumed)."""
    slots, mean = np.empty(N_SLOTS), np.empty(N_SLOTS)
    alone = mean_week(moment.at, i, slots, mean)
    return tuple(float(x) for x in mean), float(alone)
