"""Households away, their pay and the money they sent home (counted by remittance.tally)."""

from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.processes.remittance import FORMS
from leftbehind.model.tallies.tally import Column, Dimension, Tally

TALLY = Tally(
    "remittances",
    (Dimension("form", FORMS),),
    (Column("households"), Column("pay", sums=True), Column("sent", sums=True)),
    first_year=FIRST_YEAR,
    by_province="province",
)
