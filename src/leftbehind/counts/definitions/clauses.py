"""The clauses of a definition: named conditions on the columns of a run's `children` table.

What a parent is to the child (cells.PARENT_STATES) is asked in three steps, each narrower than the
one before: is a parent away at all, for how long, and is it work that keeps him away, or divorce or
prison; then where the nearest of those away is (cells.PARENTS_WHERE). All clauses of a definition
joined by "and" are the definition.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from leftbehind.model.tallies.cells import P_ABSENT, P_AWAY, P_AWAY_SHORT, P_PRISON, PARENT_STATES

Away = Literal["any", "both", "both-or-one-and-other-unable"]
Months = Literal["any", "6 or more"]

AWAY = PARENT_STATES[P_AWAY]
AWAY_SHORT = PARENT_STATES[P_AWAY_SHORT]
MISSING = [PARENT_STATES[P_ABSENT], PARENT_STATES[P_PRISON]]  # gone, but not for work

# The order of the clauses, and the fields of a definition that each one reads.
ORDER: dict[str, tuple[str, ...]] = {
    "age": ("age",),
    "residence": ("residence",),
    "hukou": ("hukou",),
    "away": ("away", "unable"),
    "months": ("months",),
    "absent": ("absent_counts_as_away",),
    "parents_where": ("parents_where",),
    "stages": ("stages",),
    "arrangement": ("arrangement",),
    "registered": ("registered",),
}


@dataclass(frozen=True, eq=False)
class Clause:
    """One named condition; `share` is the part counted of the children who meet it."""

    name: str
    text: str
    condition: pl.Expr = field(default_factory=lambda: pl.lit(True))
    share: float = 1.0

    def expr(self) -> pl.Expr:
        """The condition as a boolean expression over the rows of `children`."""
        return self.condition


def age_clause(lowest: int, highest: int) -> Clause:
    """Completed years from `lowest` to `highest`, both included."""
    return Clause("age", f"{lowest} to {highest}", pl.col("age").is_between(lowest, highest))


def label_clause(name: str, column: str, allowed: Sequence[str]) -> Clause:
    """`column` holds one of `allowed`; no condition if there are none."""
    if not allowed:
        return Clause(name, "any")
    return Clause(name, " or ".join(allowed), pl.col(column).is_in(list(allowed)))


def parent_clauses(
    away: Away | None, unable: Sequence[str], months: Months, absent_counts: bool
) -> tuple[Clause, ...]:
    """The clauses `away`, `months` and `absent`; no conditions if `away` is None."""
    if away is None:
        return tuple(Clause(name, "not asked") for name in ("away", "months", "absent"))
    text = {
        "any": "one parent or both",
        "both": "both parents",
        "both-or-one-and-other-unable": f"both, or one and the other is {' or '.join(unable)}",
    }[away]
    widest = away_states("any", True)
    this_long = away_states(months, True)
    counted = away_states(months, absent_counts)
    absent_text = "counts as away" if absent_counts else "does not count as away"
    return (
        Clause("away", text, _parents_away(away, widest, unable)),
        Clause("months", months, _parents_away(away, this_long, unable)),
        Clause("absent", absent_text, _parents_away(away, counted, unable)),
    )


def registered_clause(share: float | None) -> Clause:
    """Only a share of the children is on the register: a scenario, never fitted."""
    if share is None:
        return Clause("registered", "all")
    return Clause("registered", f"{share:.0%} of them", share=share)


def away_states(months: Months, absent_counts: bool) -> list[str]:
    """The parent states that count as away."""
    short = [AWAY_SHORT] if months == "any" else []
    absent = MISSING if absent_counts else []
    return [AWAY, *short, *absent]


def _parents_away(away: Away, states: list[str], unable: Sequence[str]) -> pl.Expr:
    father, mother = pl.col("father").is_in(states), pl.col("mother").is_in(states)
    if away == "any":
        return father | mother
    if away == "both":
        return father & mother
    no_father = pl.col("father").is_in(list(unable))
    no_mother = pl.col("mother").is_in(list(unable))
    return (father & mother) | (father & no_mother) | (mother & no_father)
