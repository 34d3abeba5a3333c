"""What households chose: kind of household, choice of last year and now (counted by migration)."""

from leftbehind.base.person import ALTERNATIVES
from leftbehind.model.processes.migration import FIRST_YEAR, HOUSEHOLD_KINDS
from leftbehind.model.tallies.tally import Column, Dimension, Tally

TALLY = Tally(
    "choices",
    (
        Dimension("household", HOUSEHOLD_KINDS),
        Dimension("before", ALTERNATIVES),
        Dimension("now", ALTERNATIVES),
    ),
    (Column("households"),),
    first_year=FIRST_YEAR,
)
