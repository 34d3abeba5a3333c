"""One family followed through a replay: who its members were and where, year by year.

The family is that of a mother: her children, the father of the oldest, their parents. Everything
is read from the records at the two moments of a year; what the record does not hold is recomputed
with the model's own functions (pay, minutes walked, the week), never invented.
"""

from collections.abc import Callable
from dataclasses import dataclass

from leftbehind.base.errors import InputError
from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    HOME,
    MOTHER_AWAY,
    NOBODY,
    TOWN,
)
from leftbehind.counts.reasons import Change, Decision, Flip, change, decide, flips
from leftbehind.model.processes.weighing import F_CHILDREN
from leftbehind.pages.chronicle.hours import sent_home
from leftbehind.pages.chronicle.member import Member, elder, member
from leftbehind.runs.replay import BEFORE_CHOICE, Moment, Replay

SHE_IS_AWAY = (MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN)
SHE_LEFT = (MOTHER_AWAY, CHILDREN_LEFT)  # without the children
SHE_IS_HOME = (HOME, FATHER_AWAY, TOWN, FATHER_AWAY_TOWN)


@dataclass(frozen=True)
class FamilyYear:
    """The family in one year; members who are dead and forgotten by the record are missing.

    `sent` is money that went home in the year (yuan of 2010); `flips` are worked out for the years
    in which the mother came nearer to returning than ever before.
    """

    year: int
    together: bool
    home: int
    mother: Member | None
    father: Member | None
    children: tuple[Member, ...]
    elders: tuple[Member | None, Member | None, Member | None, Member | None]
    sent: float
    decision: Decision | None
    change: Change | None
    flips: tuple[Flip, ...]

    def members(self) -> list[Member]:
        """All members found in this year's record."""
        return [m for m in (self.mother, self.father, *self.children, *self.elders) if m]

    def parents(self) -> list[Member]:
        """Mother and father, as far as the record has them."""
        return [m for m in (self.mother, self.father) if m]

    def young(self) -> list[Member]:
        """Living children under 18, oldest first."""
        return [c for c in self.children if c.is_child(self.year)]


def mother_of_family(moment: Moment, key: int) -> int:
    """Key of the mother of the family that the person belongs to; InputError if there is none.

    A child or an adult without partner or children belongs to its mother's family.
    """
    people = moment.people
    i = moment.position(key)
    if i < 0:
        raise InputError(
            f"key {key:016x}: nobody in this prefecture has it in {moment.year}; "
            "`leftbehind find --keys` lists keys"
        )
    me = people[i]
    if me["sex"] == 0 and (me["partner"] >= 0 or me["youngest_child"] >= 0):
        return int(me["key"])
    wife = int(me["partner"])
    if wife < 0 and me["youngest_child"] >= 0:
        wife = int(people["mother"][me["youngest_child"]])
    mother = wife if wife >= 0 else int(me["mother"])
    if mother < 0:
        raise InputError(f"key {key:016x}: this person has no recorded mother, partner or children")
    return int(people["key"][mother])


def follow(
    replay: Replay,
    prefecture: int,
    mother: int,
    last: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[FamilyYear]:
    """The years of the family of `mother` (key) from her first union or birth to `last`.

    Empty if she is never in the records or never has a partner or child. `progress` is called with
    each year lived.
    """
    years: list[FamilyYear] = []
    before: Decision | None = None
    decision: Decision | None = None
    tried: list[Flip] = []
    nearest = float("inf")
    first = replay.kept_before(prefecture, mother)
    for moment in replay.moments(prefecture, last, first=first):
        if progress:
            progress(moment.year)
        i = moment.position(mother)
        if i < 0:
            continue
        father = _father(moment, i)
        if moment.stage == BEFORE_CHOICE:
            before, decision, tried = decision, _decide(moment, i, father), []
            gap = gap_to_home(decision) if years and years[-1].children else None
            if decision and gap is not None and gap < nearest:
                nearest, tried = gap, flips(moment, decision)
            continue
        if father < 0 and moment.people["youngest_child"][i] < 0:
            continue
        why = change(before, decision) if before and decision else None
        years.append(_year(moment, i, father, decision, why, tuple(tried)))
    return years


def gap_to_home(decision: Decision | None) -> float | None:
    """By how much staying away beat the best way with the mother at home; None if she was there.

    Years without children to care for, and with the children at her side, do not count.
    """
    if decision is None or not decision.mother or decision.facts[F_CHILDREN] == 0:
        return None
    if decision.before not in SHE_IS_AWAY or decision.choice not in SHE_LEFT:
        return None
    return decision.gap(decision.best(SHE_IS_HOME))


def nearest_year(years: list[FamilyYear]) -> FamilyYear | None:
    """The year in which the mother came closest to returning; None if she never stayed away."""
    gaps = [(gap, n) for n, y in enumerate(years) if (gap := gap_to_home(y.decision)) and y.flips]
    return years[min(gaps)[1]] if gaps else None


def _decide(moment: Moment, mother: int, father: int) -> Decision | None:
    decider = mother if moment.people["death_year"][mother] == 0 else father
    if decider < 0 or moment.people["death_year"][decider] != 0:
        return None
    return decide(moment, decider)


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
    moment: Moment,
    mother: int,
    father: int,
    decision: Decision | None,
    why: Change | None,
    tried: tuple[Flip, ...],
) -> FamilyYear:
    people = moment.people
    children: list[int] = []
    child = int(people["youngest_child"][mother])
    while child >= 0:
        children.append(child)
        child = int(people["older_by_mother"][child])
    elders = [elder(moment, mother, father, which, children) for which in range(4)]
    together = father >= 0 and int(people["partner"][mother]) == father
    apart = father >= 0 and not together
    households = [i for i in (mother, father if apart else NOBODY) if i >= 0]
    sent = sum(sent_home(moment, i) for i in households if people["death_year"][i] == 0)
    return FamilyYear(
        year=moment.year,
        together=together,
        home=int(people["home"][mother]),
        mother=member(moment, mother),
        father=member(moment, father) if father >= 0 else None,
        children=tuple(member(moment, c) for c in reversed(children)),
        elders=(elders[0], elders[1], elders[2], elders[3]),
        sent=sent,
        decision=decision,
        change=why,
        flips=tried,
    )
