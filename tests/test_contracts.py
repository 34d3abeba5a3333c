"""Each step of the year writes those fields of the record that its docstring says, and no other."""

from typing import NamedTuple

import numpy as np
import pytest

from leftbehind.base.person import FEMALE, PERSON, SEEKING
from leftbehind.inputs.official_rates import OfficialRates
from leftbehind.inputs.parameters import Parameters
from leftbehind.model import processes, tallies
from leftbehind.model.alignment import DEATHS_SHAPE
from leftbehind.model.leg import Sums, Tables
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import (
    arrangement,
    boarding,
    care,
    destination,
    fertility,
    hukou,
    migration,
    mortality,
    partnership,
    prison,
    remittance,
    residence,
    schooling,
)
from leftbehind.model.tallies import incomes
from leftbehind.model.year import ORDER
from tests.random_families import (
    KINDS,
    WORD,
    own_place,
    parameters,
    place,
    places,
    random_prefecture,
    tables,
)

YEARS, SEEDS = (1985, 1999, 2010, 2030), range(3)
# The fields that a phrase of a docstring means; of newborns all fields are new.
FIELDS = {
    "death year": {"death_year"},
    "limited": {"limited"},
    "the partner is widowed": {"union", "partner"},
    "enrolled": {"enrolled"},
    "years of schooling": {"schooling"},
    "union": {"union"},
    "partner": {"partner"},
    "union year": {"union_year"},
    "place": {"place"},
    "home": {"home"},
    "custody": {"custody"},
    "births": {"births", "sons", "last_birth", "youngest_child"},
    "newborns": set(),
    "hukou": {"hukou"},
    "destination": {"destination"},
    "months": {"months"},
    "since": {"away_since"},
    "away_since": {"away_since"},
    "choice": {"choice"},
    "choice of both partners": {"choice"},
    "arrangement": {"arrangement"},
    "carer": {"carer"},
    "minutes of each child": {"minutes"},
    "boards": {"boards"},
    "lived": {"lived"},
    "nothing": set(),
    "nothing to people": set(),
}
# Chances that make rare things happen among a few hundred people.
OFTEN = {
    "divorce": 0.2,
    "prison_entry_men": 0.1,
    "prison_entry_women": 0.1,
    "coreside_leave": 0.4,
    "care_limit_onset": 0.1,
}


def said(contract: str) -> set[str]:
    """Fields that the docstring of a process says it writes."""
    text = contract.split(" Writes ")[1].split(".")[0].split(":")[0].replace("; ", ", ")
    phrases = [part for piece in text.split(", ") for part in piece.split(" and ")]
    return set().union(*(FIELDS[phrase] for phrase in phrases))


class World(NamedTuple):
    """A prefecture and what the calls of a year are given besides."""

    at: Prefecture
    rates: OfficialRates
    own_rate: np.ndarray
    sums: Sums
    out: Tables
    own: int  # the prefecture's number


def live(world: World) -> dict[str, set[str]]:
    """One year, step by step: the fields in which old records changed, by call."""
    changed = {}
    at, sums, out = world.at, world.sums, world.out
    chances = mortality.official_chances(world.rates.deaths[0])
    births = world.rates.births[0]
    wish = fertility.wishes(at.p, at.year)
    kappa = 20.0 * np.ones(DEATHS_SHAPE[1:])
    share, by_province, first = tables(at.year)
    load = np.zeros(0)
    purse = np.zeros(0)

    def beside() -> tallies.Beside:
        lives = np.zeros(len(at.people), np.uint8)
        province = places(at.year)["province"].astype(np.int64)
        return tallies.Beside(world.own, province, incomes.bounds(at.p, 1.0), purse, lives)

    def logit() -> destination.Logit:
        return destination.Logit(share, by_province, first)

    calls = {
        "mortality.expect": lambda: mortality.expect(
            at, chances, world.own_rate, sums.deaths_expected
        ),
        "mortality.step": lambda: mortality.step(at, world.own_rate, kappa, sums.deaths[0]),
        "schooling.step": lambda: schooling.step(at),
        "partnership.seek": lambda: partnership.seek(at),
        "partnership.step": lambda: partnership.step(at),
        "fertility.expect": lambda: fertility.expect(
            at, births, wish, world.own_rate, sums.births_expected
        ),
        "fertility.step": lambda: fertility.step(
            at,
            world.own_rate,
            np.ones(fertility.N_FACTORS),
            chances,
            sums.births[0],
            sums.deaths[0],
        ),
        "hukou.step": lambda: hukou.step(at),
        "prison.step": lambda: prison.step(at),
        "care.loads": lambda: care.loads(at),
        "migration.step": lambda: migration.step(at, places(at.year), load, out.counts.choices[0]),
        "destination.step": lambda: destination.step(at, logit(), world.own),
        "remittance.step": lambda: remittance.step(at, places(at.year), purse),
        "arrangement.step": lambda: arrangement.step(at, load),
        "boarding.step": lambda: boarding.step(at),
        "arrangement.together": lambda: arrangement.together(at),
        "tallies.count": lambda: tallies.count(at, beside(), out.counts, 0),
        "residence.step": lambda: residence.step(at, world.own),
        "schooling.continuation": lambda: schooling.continuation(at, places(at.year)),
    }
    for step in ORDER:
        was = at.people[: at.size].copy()
        found = calls[step.call]()
        now = at.people[: at.size]
        changed[step.call] = {name for name in PERSON.names or () if (was[name] != now[name]).any()}
        if step.call == "fertility.step":
            at = at._replace(size=found)
        elif step.call == "care.loads":
            load = found
            purse = remittance.purses(at.size)
        assert not at.people[at.size :].view(np.uint8).any(), f"{step.call} wrote behind the people"
    return changed


@pytest.fixture(scope="module")
def changed() -> dict[str, set[str]]:
    """All fields that each call changed in any of the worlds."""
    out: dict[str, set[str]] = {step.call: set() for step in ORDER}
    for year in YEARS:
        rates = OfficialRates.load(year, year + 1, Parameters.load())
        for seed in SEEDS:
            people, size = random_prefecture(seed, 6 * len(KINDS), year)
            here = place(year, seed, hukou_chance=0.2)
            seeks = (people["union"] == SEEKING) & (people["sex"] == FEMALE)
            # Of another prefecture of the unit, until they marry into this one.
            brides = seeks & (people["youngest_child"] < 0)
            people["place"][brides], people["carer"][brides] = 1, 0
            at = Prefecture(people, size, year, WORD, here, parameters(year, **OFTEN))
            own_rate = np.zeros(len(people))
            world = World(at, rates, own_rate, Sums.zeros(31), Tables.zeros(1, 31), own_place(seed))
            for call, fields in live(world).items():
                out[call] |= fields
    return out


@pytest.mark.parametrize("step", ORDER, ids=lambda step: step.call)
def test_a_step_writes_no_field_that_it_does_not_name(changed, step) -> None:
    assert changed[step.call] <= said(step.contract)


def test_every_named_field_is_written_by_a_step_of_its_module(changed) -> None:
    for module in {step.module for step in ORDER}:
        steps = [step for step in ORDER if step.module == module]
        written = set().union(*(changed[step.call] for step in steps))
        assert written == said(steps[0].contract), module


def test_every_process_of_the_year_is_in_the_order() -> None:
    stepping = {
        name
        for name in vars(processes)
        if hasattr(getattr(processes, name), "step") and not name.startswith("_")
    }
    assert stepping == {step.module for step in ORDER} - {"care", "tallies"}
