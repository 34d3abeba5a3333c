"""The household's yearly choice: who goes, who stays, whether the children come.

    choice = argmax_j (V_j + shock_j)

for j = home, father away, mother away, both away and children left, both away and children taken,
all in the county's town, and father away with the others in the town. V_j is utility.py's; how the
shocks are drawn, nested_logit.py's, and for how long they last, spell.py's. Who is proven to stay
without all this being worked out, staying.py says. Return is this same choice in a later year.
docs/ODD.md section 3.4.6.

Reads kin, ages, last year's choice, the place's tables. Writes choice of both partners.
"""

import numpy as np

from leftbehind.base.compiled import allocating_kernel, alone, kernel
from leftbehind.base.person import HOME
from leftbehind.model.population.households import is_urban, stands_for
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.care import decider
from leftbehind.model.processes.nested_logit import N_ALTERNATIVES, best_alternative, shocks
from leftbehind.model.processes.spell import began
from leftbehind.model.processes.staying import nest_at_most, surely_stays
from leftbehind.model.processes.utility import may_work_away, weigh_at_sight, weigh_in_full
from leftbehind.model.processes.weighing import Weighing, new_weighing

HOUSEHOLD_KINDS = (
    "couple with children",
    "couple without",
    "lone parent",
    "adult without partner or children",
)
CHOICES_SHAPE = (len(HOUSEHOLD_KINDS), N_ALTERNATIVES, N_ALTERNATIVES)
FIRST_YEAR = 1979  # before, people of agricultural hukou could not move on their own


@kernel
def decides(at: Prefecture, mother: int, father: int) -> bool:
    """Whether the household chooses this year: an adult of working age, not at school."""
    return may_work_away(at, mother) or may_work_away(at, father)


@alone
@allocating_kernel
def step(at: Prefecture, places: np.ndarray, load: np.ndarray, counted: np.ndarray) -> None:
    """Every household chooses; writes `choice` of its adults. `places` (P,) are all PLACE records.

    Reads last year's destinations, so all households decide on the same lagged world. Those of
    agricultural hukou are counted in `counted` (CHOICES_SHAPE: kind of household, choice last
    year, now).
    """
    _choose_all(at, places, load, new_weighing(), nest_at_most(at), counted)


@kernel
def _choose_all(
    at: Prefecture,
    places: np.ndarray,
    load: np.ndarray,
    w: Weighing,
    nest: np.ndarray,
    counted: np.ndarray,
) -> None:
    people = at.people
    for i in range(at.size):
        if people[i].place != at.place:
            continue
        mother, father = stands_for(people, i, at.year)
        if mother < 0 and father < 0:
            continue
        me = people[i]
        choice = HOME
        if at.year >= FIRST_YEAR and decides(at, mother, father):
            us = weigh_at_sight(at, mother, father, w)
            since = began(at, us)[0]
            lone = mother < 0 or father < 0
            if not (me.choice == HOME and surely_stays(at, us, since, w, nest)):
                weigh_in_full(at, places, load, us, w)
                shocks(at, people[decider(us)].key, since, lone, w.terms, w.shock)
                choice = best_alternative(w.terms, w.shock)
            kind = (2 if lone else 0) + (0 if us.children > 0 else 1)
            if not is_urban(people, mother, father):
                counted[kind, me.choice, choice] += 1
        # `choice` of last year is read by the choice above, so both partners are written together.
        if mother >= 0:
            people[mother].choice = choice
        if father >= 0:
            people[father].choice = choice
