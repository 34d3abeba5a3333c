"""What the tables of a run hold: what one row tells, and what its numbers count, in which unit.

All other columns say whom or what the row is about. Tables count simulated people; each stands for
the run's `scale` persons.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from leftbehind.base.errors import InputError, nearest
from leftbehind.model.tallies import TALLIES, cells

PEOPLE, HOUSEHOLDS = "simulated people", "simulated households"
YUAN = "yuan of 2010 a year, summed over simulated people"


@dataclass(frozen=True)
class Contents:
    """What one `row` of a table tells, and the unit of each column of `numbers`."""

    row: str
    numbers: dict[str, str]

    def units(self, scale: int) -> str:
        """Its numbers in words, each with its unit, and how many persons a simulated one means."""
        words = ", ".join(f"{name}: {unit}" for name, unit in self.numbers.items())
        simulated = any("simulated" in unit for unit in self.numbers.values())
        return f"{words} (each stands for {scale:,})" if simulated else words


# Labels of the age groups of a table, youngest first; in the other tables ages are numbers.
AGES = {
    tally.name: dimension.labels
    for tally in TALLIES
    for dimension in tally.dimensions
    if dimension.name == "age" and isinstance(dimension.labels, tuple)
}
# Columns by which a table's rows are told apart, beside year and place.
PROPERTIES = {
    **{tally.name: tuple(d.name for d in tally.dimensions) for tally in TALLIES},
    "children": tuple(d.name for d in cells.DIMENSIONS),
}
SUMS_OF_CHILDREN = {
    name: "years, summed over simulated children"
    if name == "years_since_parting"
    else f"{'nights' if name.startswith('nights') else 'hours'} a week, summed over simulated "
    "children (assumed)"
    for name in cells.SUMS
}
TABLES = {
    "people": Contents(
        "people alive at a year's end by prefecture of home, age group, sex, hukou, where they "
        "live and, of children, with whom",
        {"number": PEOPLE},
    ),
    "children": Contents(
        "children of a year by prefecture of home and every property that a definition may ask "
        "about, from 1979 on",
        {"number": PEOPLE, **SUMS_OF_CHILDREN},
    ),
    "flows": Contents(
        "people away for however few months, in the town of the own county too, by year, code of "
        "the prefecture of home and of stay (990000: abroad); adults are 16 and over; from 1979 "
        "on",
        {"adults": PEOPLE, "children": PEOPLE},
    ),
    "choices": Contents(
        "households in which a partner has agricultural hukou and one is 16 to 59 and not at "
        "school, by year, prefecture, kind, last year's choice and this year's, from 1979 on",
        {"households": HOUSEHOLDS},
    ),
    "kin": Contents(
        "children under 15 by year, province, age group, living grandparents and "
        "grandmothers, siblings, parents",
        {"number": PEOPLE},
    ),
    "orders": Contents(
        "births by year, province, the mother's age and the order of the child (6: that or later)",
        {"number": PEOPLE},
    ),
    "migrants": Contents(
        "people of agricultural hukou, 16 and over, who work away for however few months and are "
        "not at school, by year, prefecture of home, age group, sex, union, is the family away "
        "too, months a year and where, from 1979 on",
        {"number": PEOPLE},
    ),
    "local": Contents(
        "rural adults of 16 to 59 at home and not at school by year, prefecture, sex and whether a "
        "local job reaches their household, from 1979 on",
        {"number": PEOPLE},
    ),
    "moves": Contents(
        "people of 5 and over who live in another province than five years before, by province of "
        "home, then and now; those abroad left out; in years that five divides, from 1980 on",
        {"number": PEOPLE},
    ),
    "incomes": Contents(
        "people by year, prefecture, hukou, where they live, class and band of income",
        {"people": PEOPLE, "income": YUAN},
    ),
    "remittances": Contents(
        "households in which a partner has agricultural hukou and somebody is away, in the town "
        "of the own county too, by year, province and form of absence, from 1979 on",
        {"households": HOUSEHOLDS, "pay": YUAN, "sent": YUAN},
    ),
    "events": Contents(
        "births and deaths by year, province, sex and age: the mother's, or that of who died",
        {"number": PEOPLE},
    ),
    "places": Contents("the conditions of each prefecture in a year, as the kernels read them", {}),
    "alignment": Contents(
        "factors by which births, deaths and registration meet the official totals of a year",
        {"factor": "ratio"},
    ),
}


def check_table(name: str, known: Iterable[str], where: object) -> None:
    """Raise InputError, with the nearest of the `known` tables, if none is called `name`."""
    allowed = list(known)
    if name not in allowed:
        raise InputError(
            f"table {name!r}: {where} has none of that name{nearest(str(name), allowed)}; "
            f"allowed: {', '.join(allowed)}"
        )
