"""Money sent home, read again from docs/ODD.md 3.4.5 ("Money sent home") alone."""

from collections import Counter

import numpy as np
import pytest

from leftbehind.model.processes import destination, remittance
from tests.random_families import own_place, places
from tests.second_reading.households import ABROAD, FATHER, MOTHER, Household, Reading
from tests.second_reading.test_destination import SEEDS, Places, chosen

YEARS = (1985, 1996, 2005, 2010, 2015, 2020)
AT_HOME, CHILDREN_LEFT, CHILDREN_TAKEN, TOWN, FATHER_AWAY_TOWN = 0, 3, 4, 5, 6


class Money:
    """What a household with members away earns and sends."""

    def __init__(self, there: Reading, wage: list[float], home: Household) -> None:
        p = there.p
        self.home, self.there = home, there
        self.choice = there.people[there.head(home)].choice
        self.children = there.dependants(home)
        self.gone = [a for a in there.adults(home) if there.away(a)]
        earning = [home[FATHER]] if self.choice == FATHER_AWAY_TOWN else self.gone
        monthly = {a: self.monthly(a, wage) for a in earning}
        months = {a: there.people[a].months for a in earning}
        self.pay = sum(monthly[a] * months[a] * there.skill(a) for a in earning)
        if self.choice == CHILDREN_TAKEN:
            self.pay *= there.kept_own(home)
        if self.choice == TOWN:
            self.pay *= p.choice_town_pay * there.hours_kept(home)
        costs = [p.choice_living_cost * monthly[a] * months[a] for a in earning]
        self.living = self.cost_of_living(sum(costs) / len(costs))
        self.to = self.receiver()
        self.sent = 0.0
        if self.to is not None:
            self.sent = min(self.rho() * self.pay, max(0.0, self.pay - self.living))

    def cost_of_living(self, cost: float) -> float:
        """Rule 3; `cost` is the mean of those away, L."""
        p, there = self.there.p, self.there
        in_town = p.choice_town_living * p.choice_living_cost * there.here.wage * 12
        for_children = p.choice_child_living_cost * len(self.children)
        if self.choice == FATHER_AWAY_TOWN:
            return cost
        cost = in_town if self.choice == TOWN else cost
        two = p.choice_living_two if len(self.gone) == 2 else 1.0
        along = self.choice in (CHILDREN_TAKEN, TOWN)
        return cost * (two + for_children * along)

    def monthly(self, i: int, wage: list[float]) -> float:
        to = self.there.people[i].destination
        return self.there.p.abroad_pay * self.there.here.pay_leave if to == ABROAD else wage[to]

    def rho(self) -> float:
        p, there = self.there.p, self.there
        share = {
            1: p.remit_father,
            2: p.remit_mother,
            4: p.remit_both_taken,
            5: p.remit_both_taken,
            6: p.remit_father,
        }.get(self.choice, p.remit_both_left if self.children else p.remit_single)
        share += p.remit_elder * there.duty(self.home)
        if there.here.pension > 0 and any(
            there.present(e) and there.age(e) >= 60 for e in self.old_parents()
        ):
            share -= p.remit_pension * min(there.here.pension / there.here.home_income, 1)
        return min(max(share, 0.0), 1.0)

    def old_parents(self) -> list[int | None]:
        """His mother and father, her mother and father."""
        people = self.there.people
        return [
            parent
            for one in (self.home[FATHER], self.home[MOTHER])
            if one is not None
            for parent in (people[one].mother, people[one].father)
        ]

    def receiver(self) -> int | None:
        """Head of the household that the money goes to: rule 2."""
        there = self.there
        if self.choice in (1, 2, 6) or (self.choice == CHILDREN_LEFT and self.children):
            return there.head(self.home)
        for parent in self.old_parents():
            if there.at_home(parent):
                assert parent is not None
                unit = there.unit(parent)
                host = there.host(unit)
                return there.head(unit if host is None else there.unit(host))
        return None


def senders(there: Reading, wage: list[float]) -> list[Money]:
    return [
        Money(there, wage, home)
        for home in there.households()
        if not there.urban(home) and there.people[there.head(home)].choice != AT_HOME
    ]


@pytest.mark.parametrize("year", YEARS)
def test_purses_of_random_families_are_as_described(year: int) -> None:
    seen: Counter[str] = Counter()
    everywhere = places(year)
    for seed in SEEDS:
        at = chosen(year, seed)
        destination.step(at, Places(seed).logit, own_place(seed))
        there, before = Reading(at), at.people.copy()
        purse = remittance.purses(at.size)
        remittance.step(at, everywhere, purse)
        assert np.array_equal(at.people, before), "nothing is written to people"
        money = senders(there, everywhere["wage"].tolist())
        expected = {name: np.zeros(at.size) for name in remittance.PURSE}
        expected["kept"][:] = 1.0
        for m in money:
            head = there.head(m.home)
            expected["kept"][head] = there.share_left(m.home, m.choice)
            childless = m.choice == CHILDREN_LEFT and not m.children
            expected["form"][head] = 7 if childless else m.choice
            expected["pay"][head] = m.pay
            expected["sent"][head] = m.sent
            if m.to is not None:
                expected["received"][m.to] += m.sent
            count(m, seen)
        for name, mine in expected.items():
            found = purse[:, remittance.PURSE.index(name)]
            wrong = np.flatnonzero(~np.isclose(found, mine, rtol=1e-9, atol=0))
            shown = [(int(i), mine[i], found[i], there.unit(int(i))) for i in wrong[:5]]
            assert not len(wrong), (name, len(wrong), len(money), shown)
    least = {
        "nobody": 5,
        "able elder in the home": 30,
        "own": 30,
        "old parents": 30,
        "bounded": 2,
        "abroad": 2,
        "host": 3,
    }
    least |= {f"choice {j}": 10 for j in (1, 2, 3, 4, 5)} | {"choice 6": 5}
    assert all(seen[n] >= number for n, number in least.items()), seen


def count(m: Money, seen: Counter[str]) -> None:
    """Events of a comparison."""
    there, head = m.there, m.there.head(m.home)
    seen["nobody"] += m.to is None
    seen["able elder in the home"] += there.able_elder_in_home(m.home)
    seen["own"] += m.to == head
    seen["old parents"] += m.to not in (None, head)
    seen["bounded"] += m.to is not None and m.sent < m.rho() * m.pay
    seen[f"choice {m.choice}"] += 1
    seen["abroad"] += any(there.people[a].destination == ABROAD for a in m.gone)
    if m.to not in (None, head):
        assert m.to is not None
        seen["host"] += there.is_host(there.unit(m.to)[FATHER])
