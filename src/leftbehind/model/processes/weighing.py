"""Room for one decision: the terms of utility by name, and the facts that are kept with them.

A decision is replayed with its reasons, so each term of each alternative is kept apart.
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel
from leftbehind.model.processes.care import MOST_CHILDREN
from leftbehind.model.processes.nested_logit import CONSTANT, N_ALTERNATIVES

TERMS = (
    "constant",
    "pay",
    "distance",
    "network",
    "law",
    "local work",
    "age",
    "care",
    "school",
    "exam",
    "elder",
    "newborn",
    "moving",
    "settling",
    "taste",
    "farm",
    "language",
)
N_TERMS = len(TERMS)
(
    PAY,
    DISTANCE,
    NETWORK,
    LAW,
    LOCAL,
    AGE,
    CARE,
    SCHOOL,
    EXAM,
    ELDER,
    NEWBORN,
    MOVING,
    SETTLING,
    TASTES,
    FARM,
    LANGUAGE,
) = range(CONSTANT + 1, N_TERMS)

# What else a decision knows, for the record of reasons: need and capacity of care, home income and
# expected pay of father and mother (real yuan a year), elder duty, dependants, of school age, cost
# of living of one adult away, best carer and minutes to it, support for children with a parent at
# home.
(
    F_NEED,
    F_CAPACITY,
    F_HOME_INCOME,
    F_PAY_FATHER,
    F_PAY_MOTHER,
    F_DUTY,
    F_CHILDREN,
    F_SCHOOL_AGE,
    F_LIVING,
    F_CARER,
    F_CARER_MINUTES,
    F_SUPPORT,
) = range(12)
N_FACTS = 12


class Weighing(NamedTuple):
    """Room for one decision, filled by `weigh`."""

    terms: np.ndarray  # (N_ALTERNATIVES, N_TERMS) utility of each alternative, term by term
    facts: np.ndarray  # (N_FACTS,) see F_NEED and the following
    found: np.ndarray  # (MOST_CHILDREN,) the household's dependants
    best: np.ndarray  # (3,) the best carer: see care.capacity
    shock: np.ndarray  # (N_ALTERNATIVES,)


@allocating_kernel
def new_weighing() -> Weighing:
    """Room for decisions, to be used for one after the other."""
    return Weighing(
        np.empty((N_ALTERNATIVES, N_TERMS), np.float64),
        np.empty(N_FACTS, np.float64),
        np.empty(MOST_CHILDREN, np.int64),
        np.empty(3, np.float64),
        np.empty(N_ALTERNATIVES, np.float64),
    )
