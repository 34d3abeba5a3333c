"""The plain reading of households, care and pay (docs/ODD.md 3.4.0, 3.4.5, 3.4.8, 3.4.12).

    there = Reading(at, load)
    for mother, father in there.households(): ...

A `Reading` copies the records into plain objects, so what a process writes later is not seen. A
person is a position in its list, nobody is None, a household a pair (mother, father). Written from
the description alone; nothing here calls a process.
"""

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from leftbehind.base.randomness import inverse_normal, luck
from leftbehind.model.prefecture import Prefecture
from tests.families import parameters

Household = tuple[int | None, int | None]

MOTHER, FATHER = 0, 1  # places in a household
SAME_HOME, SAME_VILLAGE, SAME_COUNTY = 0, 1, 2
WOMAN = 0
ABROAD = 10_000
NEVER, SEEKING = 0, 1
# Purposes of draws, as base/randomness.py numbers them.
CHOICE, NEST, DESTINATION, MONTHS, WAGE, TASTE, WALK = 9, 10, 11, 12, 13, 15, 16
BOARDING, CARE, FARM, NEAR_TOWN, INCOME, MOVE, GO_ABROAD, RETHINK = 18, 19, 20, 24, 26, 27, 29, 30
PASSING = 32
LOCAL_JOB = 31
# Arrangements of children, as base/person.py numbers them.
PARENT, IN_HOME, A_WALK, RELATIVE, SIBLING, LEFT_OVER, OWN, NEIGHBOUR, AT_WORK = range(9)


def with_cousins(load: np.ndarray, seed: int) -> np.ndarray:
    """Last year's care with that of grandchildren whom small random families do not have."""
    rng = np.random.default_rng(seed)
    return load + rng.choice((0.0, 0.7, 2.1, 4.2), len(load))


MOVED = ("choice", "care", "walk", "wage", "income", "remit", "week", "farm", "school", "board")
MOVED += ("local", "pension", "maternal", "dest", "abroad", "children", "place")


def distinct_parameters(year: int, seed: int, **changes: float) -> np.record:
    """The year's parameters, each moved by a factor of its own: some have the same value."""
    p, rng = parameters(year), np.random.default_rng(seed)
    factors = rng.uniform(0.8, 1.0, len(p.dtype.names))
    moved = {
        name: p[name] * factor
        for name, factor in zip(p.dtype.names, factors, strict=True)
        if name.split("_")[0] in MOVED
    }
    return parameters(year, **(moved | changes))


def forget_mothers(people: np.ndarray, size: int, seed: int) -> None:
    """Some children have a recorded father only."""
    me = people[:size]
    partner = me["partner"]
    free = (me["death_year"] == 0) & (me["destination"] != -2)
    companion = free & (partner >= 0) & free[partner]
    for mother in np.unique(me["mother"]):
        family = me["mother"] == mother
        fathers = me["father"][family]
        known = mother >= 0 and (fathers >= 0).all() and companion[fathers].all()
        if known and me["key"][mother] % 6 == seed:
            me["youngest_child"][mother] = -1
            me["mother"][family] = me["older_by_mother"][family] = -1


class Kin(NamedTuple):
    """The best carer of the children of one mother and one father."""

    carer: int | None
    quality: float  # the best carer's q
    minutes: float  # to the best carer


class Taken(NamedTuple):
    """Who takes children whose parents are not there."""

    arrangement: int
    carer: int | None = None
    minutes: float = 0.0


class Reading:
    """The people of a prefecture in a year, and what the description says of them."""

    def __init__(self, at: Prefecture, load: np.ndarray | None = None) -> None:
        self.year = at.year
        self.word = at.word
        self.place = at.place
        self.p = SimpleNamespace(**{n: float(at.p[n]) for n in at.p.dtype.names})
        self.here = SimpleNamespace(**{n: at.here[n].item() for n in at.here.dtype.names})
        names = at.people.dtype.names
        self.people = [
            SimpleNamespace(**dict(zip(names, record, strict=True)))
            for record in at.people[: at.size].tolist()
        ]
        for me in self.people:
            me.key = np.uint64(me.key)
            me.mother, me.father, me.partner, me.carer = (
                None if link < 0 else link for link in (me.mother, me.father, me.partner, me.carer)
            )
        self.children: list[list[int]] = [[] for _ in self.people]
        for i in reversed(range(len(self.people))):  # records run from the oldest to the youngest
            for parent in (self.people[i].mother, self.people[i].father):
                if parent is not None:
                    self.children[parent].append(i)
        self.last_year = [me.destination for me in self.people]
        self.last_carer = [me.carer for me in self.people]
        self.load = [0.0] * len(self.people) if load is None else load

    # Draws.

    def u(self, i: int, purpose: int, n: int) -> float:
        """Lasting uniform number of person `i`."""
        return luck(self.word, self.people[i].key, 0, purpose, n)

    def u_t(self, i: int, purpose: int, n: int, year: int | None = None) -> float:
        """Uniform number of person `i` in this year, or in `year`."""
        return luck(self.word, self.people[i].key, year or self.year, purpose, n)

    def z(self, i: int, purpose: int, n: int) -> float:
        """Lasting normal number of person `i`."""
        return inverse_normal(self.u(i, purpose, n))

    # Persons (3.4.0, 3.4.5).

    def age(self, i: int) -> int:
        return self.year - self.people[i].birth_year

    def alive(self, i: int | None) -> bool:
        return i is not None and self.people[i].death_year == 0

    def present(self, i: int | None) -> bool:
        return self.alive(i) and self.people[i].destination != -2

    def at_home(self, i: int | None) -> bool:
        return self.alive(i) and self.people[i].destination == -1

    def away(self, i: int | None) -> bool:
        return i is not None and self.people[i].destination >= 0

    def companion(self, i: int) -> int | None:
        partner = self.people[i].partner
        return partner if self.present(partner) else None

    def dependant(self, i: int) -> bool:
        me = self.people[i]
        if not self.alive(i) or me.partner is not None:
            return False
        return self.age(i) < 16 or (self.age(i) < 18 and me.enrolled == 1)

    def keeper(self, i: int) -> int | None:
        mother, father = self.people[i].mother, self.people[i].father
        both = self.present(mother) and self.present(father)
        if both and self.people[mother].partner != father:
            return father if self.people[i].custody == 1 else mother
        if self.present(mother):
            return mother
        return father if self.present(father) else None

    def unit(self, i: int) -> Household:
        if self.people[i].sex == WOMAN:
            return i, self.companion(i)
        return self.companion(i), i

    # Households (3.4.0, 3.4.5).

    def households(self) -> list[Household]:
        """All households in order of the records of who stands for them."""
        return [self.unit(i) for i in range(len(self.people)) if self.stands(i)]

    def stands(self, i: int) -> bool:
        """Whether a household stands at person `i`."""
        if not self.present(i) or self.dependant(i):
            return False
        return self.people[i].sex == WOMAN or self.companion(i) is None

    def offspring(self, home: Household) -> list[int]:
        """Her children, then those of his who are not hers too."""
        mother, father = home
        out = list(self.children[mother]) if mother is not None else []
        if father is not None:
            out += [
                c
                for c in self.children[father]
                if mother is None or self.people[c].mother != mother
            ]
        return out

    def dependants(self, home: Household) -> list[int]:
        kept = [
            c
            for c in self.offspring(home)
            if self.dependant(c) and self.keeper(c) is not None and self.keeper(c) in home
        ]
        return kept[:32]

    def adults(self, home: Household) -> list[int]:
        return [a for a in home if a is not None]

    def head(self, home: Household) -> int:
        return self.adults(home)[0]

    def urban(self, home: Household) -> bool:
        return all(self.people[a].hukou == 1 for a in self.adults(home))

    def seen_from(self, home: Household) -> tuple[int | None, int]:
        """(whose parents the home is seen from, where it is): rule 2 of 3.4.5."""
        mother, father = home
        if father is not None:
            return father, self.people[father].home
        assert mother is not None
        her = self.people[mother]
        if her.partner is not None:
            return her.partner, her.home
        if her.union_year == 0:
            return mother, her.home
        if self.children[mother]:
            man = self.people[self.children[mother][0]].father
            if man is not None and not self.alive(man):
                return man, her.home
        return None, her.home

    def host(self, unit: Household) -> int | None:
        """The son who shares his pot with an old unit: rule 3."""
        if any(self.age(elder) < 60 for elder in self.adults(unit)):
            return None
        for elder in (unit[FATHER], unit[MOTHER]):
            if elder is None or self.people[elder].hukou != 0:
                continue
            for son in self.children[elder]:
                him = self.people[son]
                if (
                    him.sex != WOMAN
                    and self.present(son)
                    and him.partner is not None
                    and him.home == SAME_HOME
                    and him.hukou == 0
                    and self.age(son) < 60
                ):
                    return son
        return None

    def is_host(self, man: int | None) -> bool:
        if man is None:
            return False
        parents = (self.people[man].mother, self.people[man].father)
        return any(self.present(e) and self.host(self.unit(e)) == man for e in parents)

    def stands_for_home(self, i: int) -> int:
        """Who stands for the home of person `i`: rule 4."""
        me = self.people[i]
        if me.sex != WOMAN and me.partner is not None:
            return me.partner
        if me.partner is None and not self.children[i] and me.union in (NEVER, SEEKING):
            return i if me.mother is None else me.mother
        if me.sex != WOMAN:
            mother = self.people[self.children[i][0]].mother if self.children[i] else None
            return i if mother is None else mother
        return i

    def distance_from_town(self, i: int) -> float:
        return self.u(self.stands_for_home(i), NEAR_TOWN, 0)

    def local_work(self, i: int) -> bool:
        """Whether local work reaches the home of person `i`: rule 5."""
        k = self.stands_for_home(i)
        near = self.u(k, LOCAL_JOB, 0) < self.p.local_job_near
        rank = self.distance_from_town(i) if near else self.u(k, LOCAL_JOB, 1)
        return rank < self.here.local_job

    def in_town(self, i: int) -> bool:
        """Whether the home of person `i` lies in an area counted as urban (3.4.12)."""
        me, k = self.people[i], self.stands_for_home(i)
        own = not self.alive(k) or (me.schooling > 12 and me.partner is None)
        hukou = me.hukou if own else self.people[k].hukou
        return self.distance_from_town(i) < (
            self.here.city_share if hukou == 1 else self.here.town_share
        )

    # Pay and income at home (3.4.5).

    def skill(self, i: int) -> float:
        p, x = self.p, max(self.age(i) - 16, 0)
        log = p.wage_schooling * (self.people[i].schooling - 8)
        log += p.wage_experience * x + p.wage_experience2 * x**2
        if self.people[i].sex == WOMAN:
            log += p.wage_female
        s = p.wage_sd_unskilled if self.people[i].schooling <= 9 else p.wage_sd
        log += s * self.z(i, WAGE, 0) - s**2 / 2 - p.wage_centre
        return math.exp(log)

    def home_income(self, home: Household) -> float:
        p, here, adults = self.p, self.here, self.adults(home)
        f = sum(self.z(a, INCOME, 0) for a in adults) / math.sqrt(len(adults))
        heads = len(adults) + p.income_child_heads * len(self.dependants(home))
        if self.urban(home):
            spread = math.exp(p.income_urban_sd * f - p.income_urban_sd**2 / 2)
            return here.urban_income * heads * spread
        if self.is_host(home[FATHER]):
            heads += p.income_elder_heads
        income = here.home_income * heads * here.no_local_job
        income *= math.exp(p.income_home_sd * f - p.income_home_sd**2 / 2)
        if self.local_work(self.head(home)):
            income *= p.local_job_premium
        return income

    def able_elder_in_home(self, home: Household) -> bool:
        whose, where = self.seen_from(home)
        if whose is None or where != SAME_HOME:
            return False
        parents = (self.people[whose].mother, self.people[whose].father)
        return any(self.at_home(e) and self.able(e) > self.p.choice_able_home for e in parents)

    def share_left(self, home: Household, choice: int) -> float:
        """Share of a rural home income that is left when somebody goes (3.4.5)."""
        p = self.p
        both, town = p.choice_loss_both, p.choice_loss_town
        loss = (0.0, p.choice_loss_father, p.choice_loss_mother, both, both, town, town)[choice]
        return 1 - loss * (p.choice_able_loss if self.able_elder_in_home(home) else 1.0)

    def kept_own(self, home: Household) -> float:
        """Share of pay that those keep who take their children along (3.4.6)."""
        cost = self.p.choice_take_wage_cost - max(0.0, 1 - self.pay_ratio())
        return (1 - max(0.0, cost)) * self.hours_kept(home)

    def hours_kept(self, home: Household) -> float:
        """Share of their hours that those keep who work with their children along."""
        p = self.p
        youngest = min((self.age(c) for c in self.dependants(home)), default=99)
        return 1 - (p.choice_take_hours_cost if youngest < 6 else p.choice_take_hours_school)

    def pay_ratio(self) -> float:
        here = self.here
        return here.pay_take / here.pay_leave if here.pay_leave > 0 else 1.0

    # Care (3.4.8).

    def able(self, i: int) -> float:
        p = self.p
        able = 1 / (1 + math.exp(-(p.care_able_age - self.age(i)) / p.care_able_scale))
        return able * p.care_limited if self.people[i].limited == 1 else able

    def need(self, i: int) -> float:
        age = self.age(i)
        if age <= 1:
            return 0.8
        for low, high, first, last in ((2, 8, 0.7, 0.7), (8, 11, 0.7, 0.65), (11, 14, 0.65, 0.5)):
            if age <= high:
                return first + (last - first) * (age - low) / (high - low)
        return 0.5 + (0.3 - 0.5) * (age - 14) / 3

    def total_need(self, children: list[int]) -> float:
        return sum(self.need(c) for c in children) ** 0.7

    def minutes_to_parents_of(self, parent: int, seen: tuple[int | None, int]) -> float | None:
        """Walk from a home to that of the parents of `parent`; None where there is no walk."""
        p = self.p
        village = p.walk_median_mountain if self.here.mountain == 2 else p.walk_median_lowland
        whose, where = seen
        if whose == parent:
            if where == SAME_HOME:
                return 0.0
            if where == SAME_VILLAGE:
                return village * math.exp(p.walk_spread * self.z(parent, WALK, 0))
            if where == SAME_COUNTY:
                spread = p.walk_spread_county * self.z(parent, WALK, 1)
                return p.walk_median_county * math.exp(spread)
            return None
        him = self.people[parent]
        old = him.mother if him.mother is not None else him.father
        if old is not None and self.people[old].place != him.place:
            return None
        u = self.u(parent, WALK, 9)
        if u < p.maternal_same_village:
            return village * math.exp(p.walk_spread * self.z(parent, WALK, 2))
        if u < p.maternal_same_village + p.maternal_same_county:
            spread = p.walk_spread_county * self.z(parent, WALK, 3)
            return p.walk_median_maternal * math.exp(spread)
        return None

    def set_of(self, child: int) -> int:
        """The mother of a child, without one its father."""
        me = self.people[child]
        parent = me.mother if me.mother is not None else me.father
        assert parent is not None
        return parent

    def cared_for_last_year(self, elder: int, child: int) -> float:
        """Need of the children of this child's mother who were in the care of `elder`."""
        return sum(
            self.need(c)
            for c in self.children[self.set_of(child)]
            if self.last_carer[c] == elder and self.age(c) < 18 and self.alive(c)
        )

    def crowding(self, elder: int, child: int) -> float:
        p, load = self.p, self.load[elder]
        if load <= p.care_share_need:
            return 1.0
        return max(1.0, (load - self.cared_for_last_year(elder, child)) / p.care_share_need)

    def quality(self, elder: int, child: int, maternal: bool, minutes: float) -> float:
        p = self.p
        q = p.care_quality * self.able(elder) * math.exp(-minutes / p.care_walk_decay)
        if maternal:
            q *= p.care_maternal
        if self.people[elder].sex != WOMAN and self.companion(elder) is None:
            q *= p.care_grandfather_alone
        if self.age(elder) >= 60 and self.here.pension > 0:
            q *= p.pension_care_factor
        return min(q / self.crowding(elder, child), 0.99)

    def kin(self, child: int, seen: tuple[int | None, int]) -> Kin:
        """The best carer of `child`, whose home is `seen` so."""
        me = self.people[child]
        best = Kin(None, 0.0, 0.0)
        for parent, maternal in ((me.father, False), (me.mother, True)):
            if parent is None:
                continue
            minutes = self.minutes_to_parents_of(parent, seen)
            for elder in (self.people[parent].father, self.people[parent].mother):
                if elder is None or not self.at_home(elder) or minutes is None:
                    continue
                q = self.quality(elder, child, maternal, minutes)
                if q > best.quality:
                    best = Kin(elder, q, minutes)
        return best

    def near(self, i: int) -> bool:
        """Whether somebody grown is at home in the prefecture."""
        return self.at_home(i) and self.age(i) >= 18 and self.people[i].place == self.place

    def grown_relative(self, home: Household, child: int) -> bool:
        """Whether a grown relative of `child`, of this household, is at home in the prefecture."""
        kin = set(self.children[self.set_of(child)]) - {child}
        for parent in (self.people[child].mother, self.people[child].father):
            if parent is None:
                continue
            if parent not in home:
                kin.add(parent)
            him = self.people[parent]
            if him.mother is not None or him.father is not None:
                kin |= set(self.children[self.set_of(parent)]) - {parent}
        return any(self.near(i) for i in kin)

    def growing(self, age: int) -> float:
        """g: 0 up to the age at which children may be alone, 1 from that at which they are big."""
        p = self.p
        return min(max((age - p.care_alone_from) / (p.care_grown_from - p.care_alone_from), 0), 1)

    def taken_by_own(
        self, home: Household, group: list[int], seen: tuple[int | None, int]
    ) -> Taken:
        """The first of rule 5 that holds for a group, whose home is `seen` so."""
        p, kin = self.p, self.kin(group[0], seen)
        v = [self.u(self.set_of(group[0]), CARE, n) for n in range(6)]
        a = min(self.age(c) for c in group)
        g = self.growing(a)
        accepts = kin.carer is not None and v[1] < 1 - g * (1 - p.care_accept)
        if accepts and kin.quality >= p.care_least and kin.minutes <= p.care_walk_most:
            sleep_there = a < p.care_night_from + 2 * (2 * v[2] - 1)
            move = kin.quality >= p.care_home_least and kin.minutes > p.care_move_minutes
            move = move and v[0] < p.children_move_to_grandparents
            in_home = kin.minutes == 0 or sleep_there or move
            return Taken(IN_HOME if in_home else A_WALK, kin.carer, kin.minutes)
        if v[3] < 1 - g * (1 - p.care_relative) and self.grown_relative(home, group[0]):
            return Taken(RELATIVE)
        if a < p.care_alone_from and kin.carer is not None:
            return Taken(IN_HOME, kin.carer, kin.minutes)
        return Taken(NEIGHBOUR if v[4] < 1 - g else LEFT_OVER)

    def taken(
        self, home: Household, children: list[int], seen: tuple[int | None, int] | None = None
    ) -> list[tuple[list[int], Taken]]:
        """Who takes each group of `children`: rule 5. Orphans, of nobody, have their own homes."""
        groups: dict[tuple[int | None, int | None], list[int]] = {}
        for c in children:
            groups.setdefault((self.people[c].mother, self.people[c].father), []).append(c)
        found = [
            (group, self.taken_by_own(home, group, seen or self.home_of_orphans(group[0])))
            for group in groups.values()
        ]
        own_home = any(one.arrangement == IN_HOME and one.minutes == 0 for _, one in found)
        return [
            (
                group,
                Taken(RELATIVE) if own_home and one.arrangement in (NEIGHBOUR, LEFT_OVER) else one,
            )
            for group, one in found
        ]

    def home_of_orphans(self, child: int) -> tuple[int | None, int]:
        father = self.people[child].father
        return (None, -1) if father is None else (father, self.people[father].home)

    def level(self, taken: Taken, need: float) -> float:
        """Share of a big child's time with an adult; `need` is all that the carer has."""
        p = self.p
        if taken.carer is not None:
            share = self.able(taken.carer) * min(1, p.care_share_need / need)
            if taken.arrangement == IN_HOME:
                return p.week_adult_grandparent_home * share
            return (
                p.week_adult_grandparent_walk * math.exp(-taken.minutes / p.week_walk_decay) * share
            )
        other = {RELATIVE: p.week_adult_relative, NEIGHBOUR: p.week_adult_neighbour}
        return other.get(taken.arrangement, p.week_adult_sibling_or_alone)

    def capacity(self, home: Household) -> float | None:
        """K of a household with dependants; None if it has nobody for a small child."""
        p, children = self.p, self.dependants(home)
        covered = 0.0
        for group, taken in self.taken(home, children, self.seen_from(home)):
            small = min(self.age(c) for c in group) < p.care_alone_from
            no_neighbour = self.u(self.set_of(group[0]), CARE, 5) >= p.care_neighbour
            if small and taken.arrangement == NEIGHBOUR and no_neighbour:
                return None
            need = sum(self.need(c) for c in group)
            in_care = need
            if taken.carer is not None:
                in_care += self.load[taken.carer]
                in_care -= self.cared_for_last_year(taken.carer, group[0])
            covered += need * min(1.0, self.level(taken, in_care) / p.week_adult_parent_home)
        return covered / sum(self.need(c) for c in children)

    def needs_care(self, elder: int) -> bool:
        return self.people[elder].limited == 1 or self.age(elder) >= 75

    def duty(self, home: Household) -> float:
        """The elder duty X."""
        mother, father = home
        largest = 0.0
        for one, weight in ((father, 1.0), (mother, self.p.choice_elder_maternal)):
            if one is None:
                continue
            for elder in (self.people[one].father, self.people[one].mother):
                if elder is None or not self.present(elder) or not self.needs_care(elder):
                    continue
                companion = self.companion(elder)
                if companion is not None and not self.needs_care(companion):
                    continue
                others = sum(
                    c != one and self.at_home(c) and self.age(c) >= 18 for c in self.children[elder]
                )
                largest = max(largest, weight / (1 + others))
        return largest
