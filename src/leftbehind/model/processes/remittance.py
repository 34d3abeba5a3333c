"""Money of families with members away: what they earn, what they send home, and to whom.

    sent = min(rho * pay, pay - cost of living away), at least 0
    rho  = share by form of absence + 0.10 duty - 0.2 pension / home income a head

Pay is the destination's mean, times months, times the person's skill; those who take their children
along keep what `economy.pay_kept` says. Money goes to who of the household is at home; if nobody
is, to the parents of him (or else of her) at home; if there are none, nothing is sent. Adults
without children who are all away send the share of the single. Households of urban hukou keep one
purse wherever they are (incomes.py), so they are not in it. docs/ODD.md section 3.4.5.

Reads choice, destination, months, kin. Writes nothing to people: fills a purse (see PURSE).
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, alone, kernel
from leftbehind.base.person import (
    ABROAD,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    HOME,
    MALE,
    MOTHER_AWAY,
    NOBODY,
    TOWN,
    at_home,
    children_come,
    in_own_town,
    present,
)
from leftbehind.model.population.households import (
    PAST_WORK,
    head_of,
    host_of,
    is_urban,
    stands_for,
    unit_of,
)
from leftbehind.model.population.kin import keeper_of
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import (
    MOST_CHILDREN,
    Household,
    decider,
    dependants,
    elder_duty,
)
from leftbehind.model.processes.destination import WHOLE_YEAR
from leftbehind.model.processes.economy import (
    home_kept,
    hours_kept,
    living_costs,
    loss_factor,
    pay_kept,
    skill,
    town_living,
    town_pay,
)

# Of each unit's head: share of home income left, pay of members away, sent home by them, received
# from other units or own members (yuan of 2010 a year); form of absence: 1 + FORMS, 0 at home.
PURSE = ("kept", "pay", "sent", "received", "form")
KEPT, PAID, SENT, RECEIVED, FORM = range(5)

FORMS = (
    "father away",
    "mother away",
    "children left",
    "children taken",
    "family in town",
    "father away, family in town",
    "no children",
)
NO_CHILDREN = FORMS.index("no children")
COLUMNS = ("households", "pay", "sent")
SHAPE = (len(FORMS), len(COLUMNS))


@kernel
def form_of(choice: int, children: int) -> int:
    """One of FORMS for a household away with `children` dependants."""
    if choice == CHILDREN_LEFT and children == 0:
        return NO_CHILDREN
    return choice - FATHER_AWAY


@kernel
def wage_at(at: Prefecture, places: np.ndarray, destination: int) -> float:
    """Mean monthly pay of migrants from here at `destination` (real yuan).

    Abroad it is `abroad_pay` times the pay they expect in China. The cost of living is in
    proportion, so that the money sent home is as many times as much.
    """
    if destination == ABROAD:
        pay: float = at.p.abroad_pay * at.here.pay_leave
        return pay
    wage: float = places[destination].wage
    return wage


@kernel
def earned(at: Prefecture, places: np.ndarray, i: int) -> float:
    """Pay of person `i` in this year's months away (real yuan); 0 for NOBODY and at home.

    Who lives in town while the other parent works away keeps house.
    """
    if i < 0 or at.people[i].destination < 0:
        return 0.0
    me = at.people[i]
    if me.choice == TOWN:
        return town_pay(at, i, me.months)
    if in_own_town(me.choice, me.sex == MALE):
        return 0.0
    pay: float = wage_at(at, places, me.destination) * me.months
    return pay * skill(at, i)


@kernel
def living_away(at: Prefecture, places: np.ndarray, us: Household) -> float:
    """Cost of living this year of those away and of the children with them (real yuan)."""
    choice = at.people[decider(us)].choice
    if choice == FATHER_AWAY_TOWN:  # the town is paid of what he sends
        him = at.people[us.father]
        cost: float = at.p.choice_living_cost * wage_at(at, places, him.destination) * him.months
        return cost
    adults = 0
    one = 0.0
    for which in range(2):
        i = us.mother if which == 0 else us.father
        if i >= 0 and at.people[i].destination >= 0:
            adults += 1
            wage = wage_at(at, places, at.people[i].destination)
            one += at.p.choice_living_cost * wage * at.people[i].months
    if adults == 0:
        return 0.0
    one /= adults
    if choice == TOWN:
        one = town_living(at, WHOLE_YEAR)
    return living_costs(at, adults, us.children if children_come(choice) else 0, one)


@kernel
def share_sent(at: Prefecture, us: Household) -> float:
    """rho: the share of pay that the household's members away mean to send home, 0 to 1."""
    p = at.p
    choice = at.people[decider(us)].choice
    if choice in (FATHER_AWAY, FATHER_AWAY_TOWN):
        share = p.remit_father
    elif choice == MOTHER_AWAY:
        share = p.remit_mother
    elif children_come(choice):
        share = p.remit_both_taken
    else:
        share = p.remit_both_left if us.children > 0 else p.remit_single
    share += p.remit_elder * elder_duty(at, us.mother, us.father)
    if at.here.pension > 0.0 and has_pensioner(at, us.mother, us.father):
        share -= p.remit_pension * min(at.here.pension / at.here.home_income, 1.0)
    return min(max(share, 0.0), 1.0)


@kernel
def has_pensioner(at: Prefecture, mother: int, father: int) -> bool:
    """Whether a parent of either has the age of the rural pension."""
    people = at.people
    for which in range(4):
        child = father if which < 2 else mother
        if child < 0:
            continue
        elder = people[child].father if which % 2 == 0 else people[child].mother
        if present(people, elder) and at.year - people[elder].birth_year >= PAST_WORK:
            return True
    return False


@kernel
def recipient(at: Prefecture, us: Household) -> int:
    """Head of the unit that gets the household's money, or NOBODY."""
    people = at.people
    head = decider(us)
    choice = people[head].choice
    one_away = choice in (FATHER_AWAY, MOTHER_AWAY, FATHER_AWAY_TOWN)
    if one_away or (choice == CHILDREN_LEFT and us.children > 0):
        return head
    for which in range(4):
        child = us.father if which < 2 else us.mother
        if child < 0:
            continue
        elder = people[child].mother if which % 2 == 0 else people[child].father
        if at_home(people, elder):
            host = host_of(people, elder, at.year)
            return head_of(people, host if host >= 0 else elder)
    return NOBODY


@kernel
def pay_and_sent(at: Prefecture, places: np.ndarray, us: Household) -> tuple[float, float, int]:
    """(pay, money sent home, recipient) of a household with somebody away; real yuan a year.

    `places` (P,) PLACE of all destinations.
    """
    pay = earned(at, places, us.mother)
    pay += earned(at, places, us.father)
    choice = at.people[decider(us)].choice
    if choice == CHILDREN_TAKEN:
        pay *= pay_kept(at, us)
    elif choice == TOWN:
        pay *= hours_kept(at, us)
    to = recipient(at, us)
    if to < 0:
        return pay, 0.0, to
    left = max(0.0, pay - living_away(at, places, us))
    return pay, min(share_sent(at, us) * pay, left), to


@kernel
def sent_for(at: Prefecture, places: np.ndarray, child: int, found: np.ndarray) -> float:
    """Money sent home this year by the household that `child` belongs to (real yuan).

    The same sum as in that household's purse, which is not kept to the end of the year. `places`
    (P,) PLACE of all destinations; `found` is room for the household's dependants.
    """
    people = at.people
    keeper = keeper_of(people, child)
    if keeper < 0 or people[keeper].choice == HOME:
        return 0.0
    mother, father = unit_of(people, keeper)
    if is_urban(people, mother, father):
        return 0.0
    children = dependants(people, mother, father, at.year, found)
    _, sent, _ = pay_and_sent(at, places, Household(mother, father, found, children))
    return sent


@allocating_kernel
def purses(size: int) -> np.ndarray:
    """Purses of so many people before the year's money, shape (size, PURSE)."""
    purse = np.zeros((size, len(PURSE)), np.float64)
    purse[:, KEPT] = 1.0
    return purse


@alone
@allocating_kernel
def step(at: Prefecture, places: np.ndarray, purse: np.ndarray) -> None:
    """The year's money of one prefecture into `purse` (at.size, PURSE), at the units' heads.

    `places` (P,) PLACE of all destinations. A wife's parents in another prefecture can receive.
    """
    _fill(at, places, np.empty(MOST_CHILDREN, np.int64), purse)


@kernel
def _fill(at: Prefecture, places: np.ndarray, found: np.ndarray, purse: np.ndarray) -> None:
    people = at.people
    for i in range(at.size):
        me = people[i]
        if me.place != at.place or me.choice == HOME:
            continue
        mother, father = stands_for(people, i, at.year)
        if (mother < 0 and father < 0) or is_urban(people, mother, father):
            continue
        children = dependants(people, mother, father, at.year, found)
        pay, sent, to = pay_and_sent(at, places, Household(mother, father, found, children))
        purse[i, KEPT] = home_kept(me.choice, loss_factor(at, mother, father), at.p)
        purse[i, PAID] = pay
        purse[i, SENT] = sent
        if to >= 0:
            purse[to, RECEIVED] += sent
        purse[i, FORM] = 1.0 + form_of(me.choice, children)


@kernel
def tally(at: Prefecture, purse: np.ndarray, out: np.ndarray) -> None:
    """Add households, their pay and money sent by form of absence to `out` (SHAPE)."""
    for i in range(at.size):
        form = int(purse[i, FORM])
        if form > 0 and at.people[i].place == at.place:
            out[form - 1, 0] += 1.0
            out[form - 1, 1] += purse[i, PAID]
            out[form - 1, 2] += purse[i, SENT]
