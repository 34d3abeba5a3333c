"""A parent in prison: neither dead nor away for work, and the family lives without it."""

import re

import numpy as np
import pytest

from leftbehind.base.person import (
    AT_HOME,
    CHILDREN_LEFT,
    FATHER_AWAY,
    FEMALE,
    GRANDPARENT_HOME,
    HOME,
    IN_PRISON,
    MALE,
    NOBODY,
    NON_AGRICULTURAL,
    SEEKING,
    WITH_PARENT,
)
from leftbehind.model.population.households import host_of, household_of
from leftbehind.model.processes import (
    arrangement,
    care,
    destination,
    fertility,
    hukou,
    migration,
    partnership,
    prison,
    remittance,
)
from leftbehind.model.processes.partnership import part
from leftbehind.model.tallies import headcount, incomes
from leftbehind.model.tallies.cells import (
    P_ABSENT,
    P_DEAD,
    P_HOME,
    P_PRISON,
    PARENT_STATES,
    parent_state,
    unpack,
)
from leftbehind.pages.chronicle import Asked, tell
from leftbehind.pages.chronicle.render import render

from .families import (
    Family,
    a_mother_whose_partner_is,
    a_place,
    parameters,
    three_generations,
    values,
)

P = parameters(2010)
V = values(P)
HERE = a_place()


def convicted(*names: str) -> tuple[Family, dict[str, int]]:
    """Three generations of whom these are in prison."""
    family, who = three_generations()
    for name in names:
        prison.enter(family.at(HERE, P), who[name])
    return family, who


def children_of(family: Family, mother: int, father: int) -> int:
    return care.dependants(family.people, mother, father, family.year, np.empty(32, np.int64))


def best_chance(family: Family, who: dict[str, int]) -> float:
    """The largest chance q that a grandparent can care."""
    best, at = np.empty(3), family.at(HERE, P)
    care.best_carer(at, family.no_load(), who["older"], who["father"], 0, best)
    return float(best[1])


# --- The sentence --------------------------------------------------------------------------------


def sentenced(number: int, age: int = 30, sex: int = MALE, **fields: int) -> float:
    """Share of people like this who go to prison in a year, with chances a hundredfold."""
    family = Family(room=number)
    for _ in range(number):
        family.person(age, sex, **fields)
    often = parameters(
        2010,
        prison_entry_men=100 * V.prison_entry_men,
        prison_entry_women=100 * V.prison_entry_women,
    )
    prison.step(family.at(HERE, often))
    return float((family.people["destination"] == IN_PRISON).mean())


def test_men_and_women_go_to_prison_as_often_as_their_rate_says():
    men, women = sentenced(20_000), sentenced(20_000, sex=FEMALE)
    assert men == pytest.approx(100 * V.prison_entry_men, abs=0.01)
    assert women == pytest.approx(100 * V.prison_entry_women, abs=0.003)
    assert sentenced(20_000, partner=0) == pytest.approx(V.prison_in_union * men, abs=0.01)


@pytest.mark.parametrize(
    ("age", "fields"), [(17, {}), (60, {}), (19, {"enrolled": 1}), (30, {"death_year": 2009})]
)
def test_who_is_never_sentenced(age, fields):
    assert sentenced(2000, age, **fields) == 0.0


def test_years_served_are_whole_years_of_the_given_mean():
    keys = np.random.default_rng(1).integers(1, 2**63, 20_000).astype(np.uint64)
    at = Family().at(HERE, P)
    years = np.array([prison.years_served(at, key, 2010) for key in keys])
    assert years.min() == 1
    assert years.mean() == pytest.approx(V.prison_years, rel=0.03)
    assert (years == 1).mean() == pytest.approx(1 / V.prison_years, abs=0.01)


def test_a_sentence_lasts_its_years_and_then_the_person_is_at_home():
    family = Family(2010, room=300)
    for _ in range(300):
        family.man(30)
    never = parameters(2010, prison_entry_men=0.0)
    for i in range(300):
        prison.enter(family.at(HERE, P), i)
    at = family.at(HERE, P)
    served = np.array([prison.years_served(at, k, 2010) for k in family.people["key"]])
    for year in range(2011, 2040):
        prison.step(at._replace(year=year, p=never))
        inside = family.people["destination"] == IN_PRISON
        assert np.array_equal(inside, year - 2010 < served)
        assert np.all(family.people["away_since"][inside] == 2010)
        assert np.all(family.people["away_since"][~inside] == 0)


def test_the_same_person_has_the_same_luck_in_another_world():
    def inside(worlds_pay: float) -> list[int]:
        family = Family(1990, room=400)
        for k in range(400):
            family.man(20, choice=FATHER_AWAY if worlds_pay > 1 else HOME, death_year=k % 2 * 1980)
        seen = []
        for family.year in range(1990, 2010):
            prison.step(family.at(HERE, parameters(family.year, prison_entry_men=0.1)))
            seen += np.flatnonzero(family.people["destination"] == IN_PRISON).tolist()
        return seen

    assert inside(1.0) == inside(2.0) != []


def test_a_migrant_who_is_sentenced_is_no_longer_away():
    family, who = three_generations()
    family.goes(who["father"], choice=FATHER_AWAY)
    prison.enter(family.at(HERE, P), who["father"])
    flows, children = np.zeros(10, np.int64), np.zeros(10, np.int64)
    _, gone = destination.count_flows(family.at(HERE, P), flows, children)
    assert (gone, flows.sum(), children.sum()) == (0, 0, 0)
    assert family.of(who["father"], "months") == 0


# --- The family without it -----------------------------------------------------------------------


@pytest.mark.parametrize(("inside", "head"), [("father", "mother"), ("mother", "father")])
def test_the_parent_outside_decides_alone_and_has_the_children(inside, head):
    family, who = convicted(inside)
    alone = household_of(family.people, who[head])
    assert alone == ((who[head], NOBODY) if head == "mother" else (NOBODY, who[head]))
    assert household_of(family.people, who[inside]) == (NOBODY, NOBODY)
    assert children_of(family, *alone) == 2
    assert migration.decides(family.at(HERE, P), *alone)


def test_a_family_cannot_choose_to_send_the_prisoner_away():
    family, who = convicted("father")
    always = parameters(2010, choice_alpha_both_left=50.0)
    counted = np.zeros(migration.CHOICES_SHAPE, np.int64)
    migration.step(family.at(HERE, always), np.array([HERE]), family.no_load(), counted)
    assert family.of(who["mother"], "choice") == CHILDREN_LEFT
    assert family.of(who["father"], "choice") == HOME
    assert family.of(who["father"], "destination") == IN_PRISON


def test_a_lone_mother_who_leaves_while_the_father_is_inside_leaves_the_children_to_kin():
    family, who = convicted("father")
    family.goes(who["mother"], choice=CHILDREN_LEFT)
    load = family.no_load()
    arrangement.step(family.at(HERE, P), load)
    assert family.of(who["older"], "arrangement") != WITH_PARENT
    family, who = convicted("father")
    arrangement.step(family.at(HERE, P), load)
    assert family.of(who["older"], "arrangement") == WITH_PARENT


def test_children_of_two_prisoners_live_with_a_grandparent():
    family, who = convicted("father", "mother")
    willing = parameters(2010, care_accept=1.0)
    arrangement.step(family.at(HERE, willing), family.no_load())
    for child in ("older", "younger"):
        assert family.of(who[child], "arrangement") == GRANDPARENT_HOME
        assert family.of(who[child], "carer") in (who["grandmother"], who["grandfather"])


def test_a_grandparent_in_prison_cares_for_nobody():
    family, who = three_generations()
    assert best_chance(family, who) > 0.5
    for name in ("grandmother", "grandfather"):
        prison.enter(family.at(HERE, P), who[name])
    assert best_chance(family, who) == 0.0


def test_an_old_parent_is_not_in_the_pot_of_a_son_in_prison():
    family, who = three_generations()
    assert host_of(family.people, who["grandmother"], family.year) == who["father"]
    prison.enter(family.at(HERE, P), who["father"])
    assert host_of(family.people, who["grandmother"], family.year) == NOBODY


@pytest.mark.parametrize("inside", ["father", "mother"])
def test_no_child_is_begotten_in_prison(inside):
    rates = np.full(120, 0.2)

    def rate(family: Family, who: dict[str, int]) -> float:
        at = family.at(HERE, P)
        return fertility.unaligned_rate(at, who["mother"], rates, np.ones((2, 4, 2)))

    assert rate(*three_generations()) > 0.0
    assert rate(*convicted(inside)) == 0.0


def test_prisoners_find_no_partner():
    family = Family()
    man, woman = family.man(25, union=SEEKING), family.woman(24, union=SEEKING)
    prison.enter(family.at(HERE, P), man)
    assert partnership.match(family.at(HERE, P)) == 0
    family.people["destination"][man] = AT_HOME
    assert partnership.match(family.at(HERE, P)) == 1
    assert family.of(man, "partner") == woman


@pytest.mark.parametrize("inside", ["father", "mother"])
def test_after_a_divorce_the_parent_outside_keeps_the_children(inside):
    family, who = convicted(inside)
    always = parameters(2010, divorce=1.0, divorce_rural_ratio=1.0)
    partnership.divorce(family.at(HERE, always))
    assert family.of(who["mother"], "partner") == NOBODY
    with_father = inside == "mother"
    assert family.of(who["older"], "custody") == int(with_father)


def test_who_is_in_prison_earns_nothing_and_shares_nothing():
    family, who = convicted("father")
    places = np.zeros(1, HERE.dtype)

    def per_head() -> np.ndarray:
        at = family.at(HERE, P)
        purse = remittance.purses(at.size)
        remittance.step(at, places, purse)
        return incomes.incomes(at, purse)

    income = per_head()
    assert income[who["father"]] == -1.0  # none: not counted
    assert income[who["mother"]] == income[who["older"]] > 0.0
    widow, same = three_generations()
    widow.dies(same["father"])
    family = widow
    assert per_head()[same["mother"]] == pytest.approx(income[who["mother"]])


def test_the_registration_of_a_prisoner_follows_the_family():
    family, who = convicted("father")
    hukou.step(family.at(a_place(hukou_chance=1.0), P))
    for name in ("father", "mother", "older"):
        assert family.of(who[name], "hukou") == NON_AGRICULTURAL


# --- What is counted -----------------------------------------------------------------------------


def test_a_parent_in_prison_is_neither_dead_nor_away():
    family, who = convicted("father")
    states = [
        parent_state(family.people, who["older"], who[one], who[other])
        for one, other in (("father", "mother"), ("mother", "father"))
    ]
    assert states == [P_PRISON, P_HOME]
    assert PARENT_STATES[P_PRISON] == "in prison"
    family.dies(who["father"])
    assert parent_state(family.people, who["older"], who["father"], who["mother"]) == P_DEAD


def test_when_the_parent_with_custody_is_in_prison_the_other_has_the_children():
    family, who = three_generations()
    part(family.people, who["mother"])
    family.people["custody"][[who["older"], who["younger"]]] = 1
    assert parent_state(family.people, who["older"], who["mother"], who["father"]) == P_ABSENT
    prison.enter(family.at(HERE, P), who["father"])
    assert parent_state(family.people, who["older"], who["mother"], who["father"]) == P_HOME
    assert children_of(family, who["mother"], NOBODY) == 2


def test_a_prisoner_lives_neither_in_a_village_nor_away():
    family, _ = convicted("father")
    heads = np.zeros(headcount.TALLY.shape(), np.int64)
    lives = np.zeros(family.count, np.uint8)
    headcount.tally(family.at(HERE, P), lives, heads)
    by_place = dict(zip(headcount.LIVES, heads.sum(axis=(0, 1, 2, 4)), strict=True))
    assert by_place["in prison"] == 1
    assert by_place["away"] == 0
    assert sum(by_place.values()) == family.count


# --- The shared run ------------------------------------------------------------------------------


def test_as_many_are_in_prison_as_published(lived):
    """1.66 m in 2010, one in twenty a woman; 166 and 9 simulated people at 1:10,000."""
    people = np.concatenate(lived.records[2010])
    inside = people[(people["death_year"] == 0) & (people["destination"] == IN_PRISON)]
    assert 120 < len(inside) < 215
    assert (inside["sex"] == MALE).mean() > 0.88
    ages = 2010 - inside["birth_year"]
    assert ages.min() >= 18
    assert np.all(inside["choice"] == HOME)
    assert np.all(inside["months"] == 0)


def test_children_of_prisoners_in_2005(lived):
    """About 600,000 by the Ministry of Justice: 60 simulated children at 1:10,000."""
    year = lived.years[2005]
    states = unpack(year.cells)
    either = (states["father"] == P_PRISON) | (states["mother"] == P_PRISON)
    assert 30 < year.numbers[either].sum() < 110


def test_the_chronicle_of_a_family_tells_of_prison(world, lived):
    """A mother whose partner is in prison in 2010, replayed from the run's tables."""
    k, wife = a_mother_whose_partner_is(lived.records[2010], IN_PRISON)
    people = lived.records[2010][k]
    since = int(people["away_since"][people["partner"][wife]])
    code = lived.code(2010, k, wife)
    page = tell(world, Asked(code, 2010, key=int(people["key"][wife])), full=True)
    text = " ".join(render(page, "md").split())
    assert re.search(r"the father \(\d+\) was in prison", text)
    assert f"The father went to prison in {since}." in text
    year = next(y for y in page.facts["years"] if y["year"] == 2010)
    assert IN_PRISON in {m["at"] for m in year["members"]}
