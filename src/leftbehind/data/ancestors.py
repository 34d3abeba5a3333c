"""How many people of 1950 have their descendants registered in each province in 2010.

Nobody changes the place of registration in the model, but many did: to the northeast, Xinjiang and
the big cities. So founders are placed where their descendants came to be registered: provinces are
right when labour migration matters, and too large or small before.

`python -m leftbehind.data.ancestors RUN` writes the rows `ancestors` of province_series.csv anew:
it divides each province's people of 1950 by how much too many its people of 2010 are in the run.
Twice is enough when births or deaths by province have changed; then `leftbehind.data.describe`.
"""

import csv
import io
import sys
from pathlib import Path

import numpy as np
import polars as pl

from leftbehind.places import Places
from leftbehind.population.founders import START
from leftbehind.tables import data_folder
from leftbehind.validate.tallies import Tallies
from leftbehind.world import World

YEAR = 2010  # of the registered people, census
INDICATOR = "ancestors"
WHAT = (
    "persons", "this model lived to 2010, beside the registered people of the census of 2010",
    "derived", "written by leftbehind.data.ancestors: where the descendants of 1950 are registered",
)  # fmt: skip


def corrected(ancestors: np.ndarray, lived: np.ndarray, registered: np.ndarray) -> np.ndarray:
    """People of 1950 by province (provinces,) that give `registered` if growth stays as it was.

    `ancestors` people of 1950 and `lived` those of 2010 in a run; the sum of 1950 stays the same.
    """
    wanted = ancestors * registered / lived
    scaled: np.ndarray = wanted * ancestors.sum() / wanted.sum()
    return scaled


def of_run(run: Path) -> dict[str, float]:
    """The people of 1950 by province that the run in folder `run` asks for."""
    places = Places.load()
    names = places.provinces["name"].to_list()
    people = Tallies(World(run)).people.filter(pl.col("year") == YEAR)
    by_name = dict(people.group_by("province").agg(pl.col("millions").sum()).iter_rows())
    lived = np.array([by_name[name] for name in names])
    registered = np.add.reduceat(places.table["registered_2010"].to_numpy(), places.first[:-1])
    now = places.province_series(INDICATOR, np.array([START]))[:, 0]
    return dict(zip(names, corrected(now, lived, registered), strict=True))


def write(ancestors: dict[str, float]) -> None:
    """Replace the rows of the table province_series."""
    path = data_folder() / "province_series.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[1] != INDICATOR]
    unit, source, basis, note = WHAT
    rows += [
        [name, INDICATOR, str(START), f"{people:.0f}", unit, source, basis, note]
        for name, people in ancestors.items()
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    write(of_run(Path(sys.argv[1])))
