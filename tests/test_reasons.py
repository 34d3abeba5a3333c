"""A household's reasons: the replayed decision is the one made, and its parts add up."""

import numpy as np
import pytest

from leftbehind.base.errors import InputError
from leftbehind.base.person import AGRICULTURAL, ALTERNATIVES, FEMALE, HOME
from leftbehind.counts.reasons import UNKNOWN, change, decide, flips, goes_home, name_of
from leftbehind.counts.reasons.change import LEAST
from leftbehind.model.processes.spell import EVENTS, RENEWAL
from leftbehind.model.processes.weighing import F_CHILDREN, PAY, TERMS
from leftbehind.runs.replay import AS_COUNTED, BEFORE_CHOICE, Replay

FIRST, LAST = 2004, 2014


@pytest.fixture(scope="module")
def decisions(world):
    """Decisions of Liangshan's couples by year and mother, their choices as counted, and flips."""
    replay = Replay(world)
    made, counted, turned = {}, {}, []
    for moment in replay.moments(replay.places.find("Liangshan"), LAST):
        if moment.year < FIRST:
            continue
        people = moment.people
        if moment.stage == AS_COUNTED:
            counted[moment.year] = {
                int(key): int(choice)
                for key, choice in zip(people["key"], people["choice"], strict=True)
            }
            continue
        wives = (people["death_year"] == 0) & (people["sex"] == FEMALE) & (people["partner"] >= 0)
        for i in np.flatnonzero(wives & moment.mine & (people["hukou"] == AGRICULTURAL)):
            decision = decide(moment, int(i))
            if decision is None:
                continue
            made[moment.year, decision.mother] = decision
            assert decide(moment, int(people["partner"][i])).choice == decision.choice
            if decision.choice != decision.before and len(turned) < 40:
                turned.append((decision, flips(moment, decision)))
    return made, counted, turned


def test_the_replayed_decision_is_the_choice_that_was_made(decisions):
    made, counted, _ = decisions
    assert len(made) > 1000
    assert all(counted[year][key] == d.choice for (year, key), d in made.items())


def test_what_weighs_adds_up_to_the_advantage_and_its_shares_to_one(decisions):
    for decision in list(decisions[0].values())[:200]:
        other = decision.best(tuple(j for j in range(len(ALTERNATIVES)) if j != decision.choice))
        weights = decision.weights(decision.choice, other)
        assert sum(w.utility for w in weights) == pytest.approx(decision.gap(other))
        assert sum(abs(w.share) for w in weights) == pytest.approx(1.0)
        assert all(w.share * w.utility > 0 for w in weights)
        assert [abs(w.share) for w in weights] == sorted(abs(w.share) for w in weights)[::-1]
        assert decision.gap(other) > 0


def test_the_income_told_is_that_of_the_pay_term(decisions, world):
    weight = world.manifest["parameters"]["choice_pay"]
    for decision in list(decisions[0].values())[:200]:
        for j in np.flatnonzero(decision.possible):
            ratio = np.exp(decision.terms[j, PAY] / weight)
            assert decision.income[HOME] * ratio == pytest.approx(decision.income[j])


def test_a_change_of_choice_is_the_sum_of_what_moved(decisions):
    made = decisions[0]
    seen, causes = {"home": 0, "away": 0}, {True: 0, False: 0}
    for (year, key), now in made.items():
        before = made.get((year - 1, key))
        if before is None or now.before == now.choice:
            assert before is None or change(before, now) is None
            continue
        found = change(before, now)
        if found.opened or found.closed:
            continue
        k, j = found.before, found.choice
        advantage = now.totals[j] - now.totals[k] - (before.totals[j] - before.totals[k])
        assert found.total == pytest.approx(advantage)
        sizes = [w.utility for w in found.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert all(size > LEAST for size in sizes)
        assert all(w.utility < -LEAST for w in found.against)
        known = max((w.utility for w in found.reasons), default=0.0)
        if found.name == UNKNOWN:
            assert found.unknown > known and now.event == RENEWAL
        elif found.name in EVENTS:
            assert now.began == year and now.event != RENEWAL
        else:
            assert found.name == found.term
        causes[found.name == UNKNOWN] += 1
        seen["home" if goes_home(k, j) else "away"] += 1
    assert min(seen.values()) > 5
    assert causes[True] < 0.15 * sum(causes.values())


def test_a_flip_turns_the_choice_and_half_of_it_does_not(decisions):
    turned = decisions[2]
    assert turned
    levers = set()
    for decision, tried in turned:
        for flip in tried:
            assert flip.choice != decision.choice
            levers.add(flip.lever)
            if decision.facts[F_CHILDREN] == 0:
                assert "child" not in flip.lever and "carer" not in flip.lever
    assert {"income at home", "pay in the cities, lower", "a carer"} <= levers
    assert any(flip.choice is not None for _, tried in turned for flip in tried)


def test_more_income_at_home_never_sends_anybody_away(decisions):
    for decision, tried in decisions[2]:
        for flip in tried:
            if flip.lever == "income at home" and flip.choice is not None:
                assert flip.amount > 0
                assert flip.choice == HOME or decision.choice != HOME


def test_a_decision_after_the_choice_is_refused(world):
    replay = Replay(world)
    *_, moment = replay.moments(0, 1980)
    assert moment.stage == AS_COUNTED
    with pytest.raises(InputError, match=BEFORE_CHOICE):
        decide(moment, 0)


def test_every_term_can_name_a_return(decisions):
    decision = next(iter(decisions[0].values()))
    assert all(name_of(term, decision, decision, True) for term in TERMS)
