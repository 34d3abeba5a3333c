"""How much of a population file is left to the model's assumptions."""

import numpy as np

from leftbehind.own.population_check import People, is_away
from leftbehind.own.population_schema import POPULATION

ADULT = 15
# Columns whose emptiness is told by another column or is no assumption at all.
TOLD_OTHERWISE = ("partner_id", "away", "death_year", "province", "keeper")


def untold(people: People) -> dict[str, float]:
    """Share of the living whom a column concerns and for whom it is empty, by column; above 0."""
    out = {}
    for field in POPULATION.fields:
        if not field.assumed or field.name in TOLD_OTHERWISE:
            continue
        whom = people.alive & _concerned(people, field.name)
        empty = people.table[field.name].is_null().to_numpy()
        if whom.any() and empty[whom].any():
            out[field.name] = float(empty[whom].mean())
    return out


def _concerned(people: People, column: str) -> np.ndarray:
    """Whom a column concerns (rows,)."""
    table = people.table
    grown = table["age"].to_numpy() >= ADULT
    if column in ("destination", "months_away", "away_since"):
        return is_away(table)
    if column == "in_prison":
        return grown
    if column in ("children_born", "sons_born"):
        return people.female & grown
    if column == "last_birth":
        return people.female & (table["children_born"].fill_null(0) > 0).to_numpy()
    if column == "home":
        return people.has("partner")
    if column == "union":
        return grown & ~people.has("partner")
    if column == "union_year":
        return people.has("partner")
    if column == "carer_id":  # a file with the column tells who has none
        return np.full(table.height, table[column].null_count() == table.height)
    return np.ones(table.height, bool)
