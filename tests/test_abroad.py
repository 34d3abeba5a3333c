"""Parents abroad: away in every count, from old homes of emigrants, and with more to send home."""

import numpy as np
import polars as pl
import pytest

from leftbehind.base.person import (
    ABROAD,
    ABROAD_CODE,
    AT_HOME,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    HOME,
)
from leftbehind.counts import definitions
from leftbehind.counts.tallies import Tallies
from leftbehind.inputs.conditions import PLACE, Conditions, Coupling
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.processes import destination, remittance, schooling
from leftbehind.model.tallies import headcount, migrants
from leftbehind.model.tallies.cells import P_AWAY, P_TOGETHER, RESIDENCES, parent_state, residence
from leftbehind.pages.chronicle import Asked, tell
from leftbehind.pages.chronicle.render import render
from leftbehind.pages.chronicle.words import Words

from .families import (
    AWAY,
    WORD,
    Family,
    a_mother_whose_partner_is,
    a_place,
    parameters,
    three_generations,
    values,
)

P = parameters(2010)
V = values(P)
EVERYBODY = a_place(abroad=1.0)
SHARE = np.full((2, 10), 0.1)
CITIES = np.zeros(AWAY + 1, dtype=PLACE)
CITIES["wage"] = 1900.0


def go(family: Family, here: np.record, year: int = 2010) -> None:
    """All go where their choice says; ten places in one province are as good as each other."""
    logit = destination.Logit(SHARE, np.ones((2, 1)), np.array([0, 10]))
    destination.step(family.at(here, P)._replace(year=year), logit, 0)


def fathers(number: int, choice: int = FATHER_AWAY) -> Family:
    family = Family(room=2 * number)
    for _ in range(number):
        father = family.man(36)
        mother = family.woman(34, husband=father)
        family.people["choice"][[father, mother]] = choice
    return family


def share_abroad(here: np.record, choice: int = FATHER_AWAY) -> float:
    family = fathers(4000, choice)
    go(family, here)
    away = family.people["destination"][family.people["destination"] >= 0]
    return float((away == ABROAD).mean())


# --- Who goes, and how long ----------------------------------------------------------------------


def test_the_places_share_of_those_who_leave_goes_abroad():
    assert share_abroad(a_place(abroad=0.0)) == 0.0
    assert share_abroad(a_place(abroad=0.2)) == pytest.approx(0.2, abs=0.02)
    assert share_abroad(a_place(abroad=1.0)) == 1.0


def test_fewer_go_abroad_with_children_as_no_school_is_open_to_them_there():
    """Odds as in a logit with barrier 1 abroad; no difference where all cities are closed."""
    open_cities, closed = a_place(abroad=0.5, barrier=0.0), a_place(abroad=0.5, barrier=1.0)
    with_children = share_abroad(open_cities, CHILDREN_TAKEN)
    assert with_children == pytest.approx(1.0 / (1.0 + np.exp(V.dest_school)), abs=0.025)
    assert share_abroad(closed, CHILDREN_TAKEN) == pytest.approx(0.5, abs=0.025)


def test_who_is_abroad_stays_there_until_the_family_chooses_home():
    family, who = three_generations()
    father = who["father"]
    family.people["choice"][[father, who["mother"]]] = FATHER_AWAY
    go(family, EVERYBODY)
    for year in range(2011, 2020):
        go(family, a_place(abroad=0.0), year)
        assert family.of(father, "destination") == ABROAD
        assert family.of(father, "months") == destination.WHOLE_YEAR  # no month at home
        assert family.of(father, "away_since") == 2010
    family.people["choice"][[father, who["mother"]]] = HOME
    go(family, EVERYBODY, 2020)
    assert family.of(father, "destination") == AT_HOME


def test_who_works_in_china_does_not_move_on_abroad():
    family, who = three_generations()
    family.goes(who["father"], choice=FATHER_AWAY)
    family.people["choice"][who["mother"]] = FATHER_AWAY
    go(family, EVERYBODY)
    assert 0 <= family.of(who["father"], "destination") < ABROAD


def test_a_child_taken_along_lives_abroad_and_is_no_migrant_child_of_a_chinese_city():
    family, who = three_generations()
    family.people["choice"][[who["father"], who["mother"]]] = CHILDREN_TAKEN
    go(family, EVERYBODY)
    child = who["older"]
    assert RESIDENCES[residence(family.people, child, WORD, EVERYBODY)] == "abroad"
    assert parent_state(family.people, child, who["father"], who["mother"]) == P_TOGETHER
    assert "abroad" not in definitions.get("migrant-children").residence
    assert schooling.school_barrier(family.at(a_place(), P), child, np.zeros(1, PLACE)) == 1.0


def test_more_go_abroad_from_fujian_zhejiang_and_yanbian(places):
    here = Conditions(places, np.array([2010]), Parameters.load(), Scenario()).in_year(
        2010, Coupling.none(len(places))
    )
    names = places.table.select("province", "name").rows()
    for (province, name), share in zip(names, here["abroad"], strict=True):
        often = province in ("Fujian", "Zhejiang") or name == "Yanbian"
        assert share == pytest.approx(V.abroad_share * (V.abroad_old_homes if often else 1.0))
    jilin = [s for (p, _), s in zip(names, here["abroad"], strict=True) if p == "Jilin"]
    assert len(jilin) > 1 and len(set(np.round(jilin, 9))) == 2


# --- Money ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [FATHER_AWAY, CHILDREN_LEFT])
def test_twice_as_much_is_sent_from_abroad(choice):
    sent = {}
    for to in (AWAY, ABROAD):
        family, who = three_generations()
        going = ("father",) if choice == FATHER_AWAY else ("father", "mother")
        family.people["choice"][who["mother"]] = choice
        for name in going:
            family.goes(who[name], choice=choice, to=to)
        here = a_place(pay_leave=float(CITIES["wage"][AWAY]))
        purse = remittance.purses(family.count)
        remittance.step(family.at(here, P), CITIES, purse)
        sent[to] = purse[who["mother"], remittance.SENT]
    assert sent[ABROAD] == pytest.approx(V.abroad_pay * sent[AWAY])
    assert V.abroad_pay == 2.0


# --- What is counted and shown -------------------------------------------------------------------


def test_a_parent_abroad_is_away_in_every_definition():
    family, who = three_generations()
    family.goes(who["father"], choice=FATHER_AWAY, to=ABROAD)
    assert parent_state(family.people, who["older"], who["father"], who["mother"]) == P_AWAY


def test_tallies_have_a_place_of_their_own_for_those_abroad():
    family, who = three_generations()
    family.goes(who["father"], choice=FATHER_AWAY, to=ABROAD)
    flows, children = np.zeros(11, np.int64), np.zeros(11, np.int64)
    destination.count_flows(family.at(a_place(), P), flows, children)
    assert flows.tolist() == [0] * 10 + [1]
    out = np.zeros(migrants.TALLY.shape(), np.int64)
    migrants.tally(family.at(a_place(), P), 0, np.zeros(10, np.int64), out)
    by_place = out.sum(axis=(0, 1, 2, 3, 4))
    assert dict(zip(migrants.WHERE, by_place, strict=True))["abroad"] == 1
    assert by_place.sum() == 1
    lives = headcount.where(family.people, who["father"], WORD, a_place())
    assert headcount.LIVES[lives] == "abroad"


def test_a_chronicle_names_it_without_a_place(places):
    words = Words([], places, 0)
    assert words.inside(ABROAD) == words.towards(ABROAD) == words.place(ABROAD) == "abroad"
    assert Words([], places, 0, "zh").inside(ABROAD) == "在国外"
    assert words.inside(places.find("Huizhou")) == "in Huizhou (Guangdong)"


def test_a_run_records_who_is_abroad_by_origin(world):
    table = world.table("flows").filter(pl.col("destination") == ABROAD_CODE).collect()
    adults = table.group_by("year").agg(pl.col("adults").sum())
    of_2010 = dict(adults.iter_rows())[2010]
    everybody = world.table("flows").filter(pl.col("year") == 2010).select("adults")
    share = of_2010 / everybody.collect().sum().item()
    assert V.abroad_share / 2 < share < 3 * V.abroad_share
    flows = Tallies(world).flows
    assert flows.filter(pl.col("destination") == "abroad")["adults"].sum() > 0
    by_origin = (
        flows.filter(pl.col("year") >= 2000)
        .group_by("origin")
        .agg(
            (pl.col("adults") * (pl.col("destination") == "abroad")).sum() / pl.col("adults").sum()
        )
    )
    shares = dict(by_origin.iter_rows())
    assert shares["Fujian"] + shares["Zhejiang"] > 4 * shares["Sichuan"]


def test_the_chronicle_of_a_family_tells_of_work_abroad(world, lived):
    """A mother whose partner was abroad in 2010, replayed from the run's tables."""
    k, wife = a_mother_whose_partner_is(lived.records[2010], ABROAD, left_her=True)
    code = lived.code(2010, k, wife)
    page = tell(world, Asked(code, 2010, key=int(lived.records[2010][k]["key"][wife])), full=True)
    text = render(page, "md")
    assert "worked abroad" in text
    assert "in abroad" not in text and "to abroad" not in text
