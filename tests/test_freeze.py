"""All inputs held: nothing that is read changes any more, and what changes is told apart."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftbehind.evidence.freeze import Frozen, Held, Seen, in_words, standardised
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.state import branch

SETTINGS = Settings(scale=200_000)
HELD, LAST = 1990, 1992
# What a place's record takes from last year's people, and not from an input.
OF_LAST_YEAR = {
    "hukou_chance",
    "network",
    "adult_schooling",
    "pay_leave",
    "pay_take",
    "access_leave",
    "access_take",
    "barrier",
    "exams_closed",
}


def table(numbers: list[float], shares: list[float]) -> pl.DataFrame:
    left = [n * s for n, s in zip(numbers, shares, strict=True)]
    ages = list(range(len(numbers)))
    return pl.DataFrame({"age": ages, "mother": 0, "number": numbers, "left": left})


def test_more_children_with_the_same_shares_is_who_there_is():
    before, after = table([10.0, 20.0], [0.2, 0.4]), table([20.0, 40.0], [0.2, 0.4])
    assert standardised(before, after) == pytest.approx((1.0, 0.0))


def test_the_same_children_with_other_shares_is_the_shares():
    before, after = table([10.0, 20.0], [0.2, 0.4]), table([10.0, 20.0], [0.3, 0.6])
    assert standardised(before, after) == pytest.approx((0.0, 0.5))


def test_a_group_of_one_year_only_counts_as_who_there_is():
    before, after = table([10.0], [0.5]), table([10.0, 4.0], [0.5, 0.5])
    assert standardised(before, after) == pytest.approx((0.4, 0.0))


def groups(value: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    return st.lists(value, min_size=3, max_size=3)


SIZES, SHARES = groups(st.floats(0.5, 50.0)), groups(st.floats(0.01, 1.0))


@given(SIZES, SHARES, SIZES, SHARES)
def test_both_parts_add_up_to_the_change(n0, s0, n1, s1):
    before, after = table(n0, s0), table(n1, s1)
    found = Frozen(Seen(1.0, before), Seen(1.0, after), Seen(1.0, before))
    assert sum(found.parts) == pytest.approx(found.change, abs=1e-9)
    assert found.momentum == 0.0
    assert f"{found.change:+.1%}" in in_words(found, HELD, LAST)


@pytest.fixture(scope="module")
def worlds() -> tuple[Simulation, Held, Held]:
    """A plain world and one with inputs held, both at the end of HELD; and one to stand still."""
    plain, held = Simulation(SETTINGS), Held(SETTINGS, HELD)
    while plain.year <= HELD:
        plain.step()
        held.step()
    still = branch(held, SETTINGS)
    assert isinstance(still, Held)
    return plain, held, still


def test_up_to_the_year_held_it_is_the_plain_world_and_then_nothing_read_changes(worlds):
    plain, held, still = worlds
    assert np.array_equal(plain.population.people, held.population.people)
    born = still.population.people["birth_year"].copy()
    since = still.population.people["away_since"].copy()
    alive = still.population.alive()
    away = still.coupling.gone.sum()
    outputs, others = [], []
    for _ in range(HELD, LAST):
        outputs.append(held.step())
        others.append(plain.step())
        still.ask_again()
    read = [name for name in outputs[0].here.dtype.names if name not in OF_LAST_YEAR]
    first, last = outputs[0].here, outputs[-1].here
    assert all(np.array_equal(first[name], last[name]) for name in read)
    assert not np.array_equal(others[0].here["home_income"], others[-1].here["home_income"])
    # Standing still: everybody is there and as old as before, and the households chose.
    assert still.year == HELD + 1 and still.population.alive() == alive
    assert np.array_equal(still.population.people["birth_year"], born)
    stayed = (since > 0) & (still.population.people["away_since"] == since - (LAST - HELD))
    assert stayed.any()
    assert still.coupling.gone.sum() not in (0, away)
    assert (still.population.people["destination"] >= 0).any()
