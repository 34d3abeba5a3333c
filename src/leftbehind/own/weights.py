"""Whether a file's weights add up to the people of the places that it covers."""

import numpy as np

from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import yearly
from leftbehind.own.population_check import People

HALF = 0.5  # of a year: the table has people in thousands on 1 July
TOLERANCE = 0.1  # of the expected number: censuses miss a few percent and regions grow apart


def weight_notes(people: People, year: int, places: Places) -> tuple[str, ...]:
    """A sentence if the living stand for more or fewer than live in the places covered; else none.

    Expected is the nation's population on 1 January of `year`, in proportion to the people
    registered in 2010 in the prefectures (or whole provinces) that the file names.
    """
    weight = people.table["weight"].fill_null(1.0).to_numpy()
    given = float(weight[people.alive].sum())
    share = covered(people, places)
    if not share:
        return ()
    nation = yearly("un_indicators", {"indicator": "population"}, np.array([year - HALF]))
    expected = float(nation[0]) * 1000 * share
    if abs(given / expected - 1) <= TOLERANCE:
        return ()
    return (
        f"the weights do not add up: the living stand for {given:,.0f} people, and about "
        f"{expected:,.0f} are expected in the places of the file in {year}; give `weight`, the "
        "number of real persons that each row stands for, if absolute numbers matter",
    )


def covered(people: People, places: Places) -> float:
    """Share of the nation's registered people of 2010 in the places of the living, 0 to 1."""
    codes = places.table["code"].to_numpy()
    registered = places.table["registered_2010"].to_numpy()
    here = np.unique(people.place[people.alive])
    inside = np.isin(codes, here) | np.isin(codes // 10_000, here)
    return float(registered[inside].sum() / registered.sum())
