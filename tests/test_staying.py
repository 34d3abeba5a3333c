"""Whoever is proven to stay at home would have stayed by the whole choice; nothing else differs."""

from itertools import product

import numpy as np
import pytest

from leftbehind.base import brackets, randomness
from leftbehind.base.elementary import log
from leftbehind.base.person import HOME
from leftbehind.model.population.households import stands_for
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import (
    care,
    migration,
    nested_logit,
    spell,
    staying,
    utility,
    weighing,
)

from .families import WORD
from .random_families import KINDS, parameters, place, places, random_prefecture

YEARS = (1979, 1992, 2003, 2010, 2020)
# Parameters moved together, so that terms are of another size or of another sign than in the table.
WORLDS: dict[str, dict[str, float]] = {
    "as it is": {},
    "nest of independents": {"choice_nest": 1.0},
    "close nest": {"choice_nest": 0.25},
    "everybody goes": {"choice_alpha_single": 4.0, "choice_alpha_father": 4.0},
    "far schools": {"choice_town_school": 3.0, "school_minutes": 90.0, "choice_alpha_town": 0.0},
    "pay is all": {"choice_pay": 4.0, "wage_sd": 1.0, "income_home_sd": 1.0},
    "pay drives away": {"choice_pay": -3.0},
    "tastes are all": {"choice_taste_father": 4.0, "choice_taste_city": 4.0},
    "tastes turned round": {"choice_taste_children": -2.0},
    "infants draw mothers away": {"choice_newborn": 3.0},
    "elders send away": {"choice_elder": -4.0},
    "the farm thrives alone": {"choice_loss_both": -0.5, "choice_able_loss": 2.0},
}


def prefecture(year: int, seed: int, **changes: float) -> Prefecture:
    people, size = random_prefecture(seed, 2 * len(KINDS), year)
    transfer = 400.0 if seed % 2 else 0.0
    here = place(year, seed, transfer=transfer)
    return Prefecture(people, size, year, WORD, here, parameters(year, **changes))


def deciders(at: Prefecture) -> list[tuple[int, int]]:
    found = [stands_for(at.people, i, at.year) for i in range(at.size)]
    return [h for h in found if max(h) >= 0 and migration.decides(at, *h)]


@pytest.mark.parametrize("world", WORLDS)
def test_the_proof_never_changes_a_choice(world: str) -> None:
    proven = stayed = 0
    for year, seed in product(YEARS, range(3)):
        at = prefecture(year, seed, **WORLDS[world])
        there, load, nest = places(year), care.loads(at), staying.nest_at_most(at)
        w, v = weighing.new_weighing(), weighing.new_weighing()
        for mother, father in deciders(at):
            us = utility.weigh(at, there, load, mother, father, w)
            since = spell.began(at, us)[0]
            key, lone = at.people["key"][care.decider(us)], min(mother, father) < 0
            nested_logit.shocks(at, key, since, lone, w.terms, w.shock)
            choice = nested_logit.best_alternative(w.terms, w.shock)
            stayed += choice == HOME
            utility.weigh_at_sight(at, mother, father, v)
            if staying.surely_stays(at, us, since, v, nest):
                assert choice == HOME, (year, seed, mother, father)
                proven += 1
            if len(nest):
                _check_bounds(w, v)
            # What the proof leaves behind is gone when all is weighed.
            utility.weigh_in_full(at, there, load, us, v)
            assert np.array_equal(v.terms, w.terms)
    signs_hold = len(nest) > 0
    assert (proven > 0.3 * stayed) == signs_hold or world == "everybody goes", (proven, stayed)


def _check_bounds(w: weighing.Weighing, v: weighing.Weighing) -> None:
    """`v` of the proof is not below `w` of the choice, alternative by alternative, term by term."""
    possible = w.terms[:, nested_logit.CONSTANT] > nested_logit.IMPOSSIBLE
    assert (v.terms[possible] >= w.terms[possible] - 1e-9).all()
    assert (v.shock[possible][1:] >= w.shock[possible][1:] - 1e-9).all()
    assert v.shock[HOME] <= w.shock[HOME] + 1e-9
    assert v.terms[HOME].tolist() == w.terms[HOME].tolist()


def test_the_step_chooses_as_the_whole_choice_does() -> None:
    for year, seed in product(YEARS, range(3)):
        at = prefecture(year, seed)
        load, whole = care.loads(at), {}
        w = weighing.new_weighing()
        for mother, father in deciders(at):
            us = utility.weigh(at, places(year), load, mother, father, w)
            key, lone = at.people["key"][care.decider(us)], min(mother, father) < 0
            since = spell.began(at, us)[0]
            nested_logit.shocks(at, key, since, lone, w.terms, w.shock)
            whole[care.decider(us)] = nested_logit.best_alternative(w.terms, w.shock)
        migration.step(at, places(year), load, np.zeros(migration.CHOICES_SHAPE, np.int64))
        assert {i: at.people["choice"][i] for i in whole} == whole


def test_draws_lie_between_their_brackets() -> None:
    rng = np.random.default_rng(1)
    for key in rng.integers(0, 2**63, 3000, dtype=np.uint64):
        where = (WORD, key, 2010, randomness.TASTE, 2)
        low, high = brackets.normal_between(*where)
        assert low <= randomness.normal(*where) <= high
        low, high = brackets.gumbel_between(*where)
        assert low <= randomness.gumbel(*where) <= high


def test_brackets_hold_at_the_edges_of_what_can_be_drawn() -> None:
    least, most = 2.0**-53, 1.0 - 2.0**-53
    assert brackets._NORMAL[0] < randomness.inverse_normal(least)
    assert brackets._NORMAL[-1] > randomness.inverse_normal(most)
    assert brackets._GUMBEL[0] < -log(-log(least)) and brackets._GUMBEL[-1] > -log(-log(most))
    assert (np.diff(brackets._NORMAL) > 0).all() and (np.diff(brackets._GUMBEL) > 0).all()


@pytest.mark.parametrize("index", [0.1, 0.25, 0.5, 0.9, 1.0])
def test_the_nests_shock_is_at_most_what_the_table_says(index: float) -> None:
    table = brackets.stable_at_most(index)
    gumbel = 0.0 if index == 1.0 else (1.0 - index) / index
    for u, v in np.random.default_rng(2).uniform(size=(3000, 2)):
        most = table[int(u * brackets.NEST_BINS)] + gumbel * -log(-log(v))
        assert randomness.log_positive_stable(u, v, index) <= most + 1e-9


def test_tangents_lie_above_the_logarithm() -> None:
    for x in np.geomspace(0.01, 30.0, 2000):
        above = brackets.log_at_most(x) - log(x)
        assert -1e-12 <= above < (0.07 if 0.4 < x < 5.0 else 7.0)
