"""How many people of 1950 have their descendants registered in each province in 2010.

Nobody changes the place of registration in the model, but many did: to the northeast, Xinjiang and
the big cities. So founders are placed where their descendants came to be registered: provinces are
right when labour migration matters, and too large or small before 2010, less and less.

`python -m leftbehind.evidence.ancestors RUN` writes the rows `ancestors` of province_series.csv:
it divides each province's people of 1950 by how much too many its people of 2010 are in the run, a
baseline at 1:1,000 (at a coarser scale chance would get into the table). Once or twice when births
or deaths by province have changed; then `leftbehind.inputs.describe`.
"""

import csv
import io
import sys
from pathlib import Path

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts.tallies import Tallies
from leftbehind.counts.world import World
from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import data_folder, data_hashes
from leftbehind.model.population.founders import START

YEAR = 2010  # of the registered people, census
COARSEST = 1_000
INDICATOR = "ancestors"
WHAT = (
    "persons",
    "this model lived to 2010, beside the registered people of the census of 2010",
    "derived",
    "written by leftbehind.evidence.ancestors: where the descendants of 1950 are registered",
)


def corrected(ancestors: np.ndarray, lived: np.ndarray, registered: np.ndarray) -> np.ndarray:
    """People of 1950 by province (provinces,) that give `registered` if growth stays as it was.

    `ancestors` persons of 1950; `lived` those of 2010 in a run and `registered` those of the census
    (provinces,), each in any one unit. The sum of 1950 stays the same.
    """
    wanted = ancestors * registered / lived
    scaled: np.ndarray = wanted * ancestors.sum() / wanted.sum()
    return scaled


def of_run(run: Path) -> dict[str, float]:
    """People of 1950 by province that the run in folder `run` asks for; InputError if it cannot."""
    world = World(run)
    check(world)
    places = Places.load()
    names = places.provinces["name"].to_list()
    people = Tallies(world).people.filter(pl.col("year") == YEAR)
    by_name = dict(people.group_by("province").agg(pl.col("millions").sum()).iter_rows())
    lived = np.array([by_name[name] for name in names])
    now = places.province_series(INDICATOR, np.array([START]))[:, 0]
    return dict(zip(names, corrected(now, lived, places.registered()), strict=True))


def check(world: World) -> None:
    """InputError unless it is a fine baseline of the tables as they are, with `YEAR` in it."""
    is_own = world.manifest["population"] or world.manifest["scenario"]["change"]
    if is_own or world.scale > COARSEST or YEAR not in world.years():
        raise InputError(
            f"{world.folder}: not a baseline from 1950 to {YEAR} or later at 1:{COARSEST} or finer"
        )
    table = "province_series"
    if world.manifest["data"][table] != data_hashes()[table]:
        raise InputError(f"{world.folder}: made with another table {table!r}; run it again")


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


def main(arguments: list[str]) -> int:
    """Exit status: 2 where the run cannot be used."""
    try:
        if len(arguments) != 1:
            raise InputError(
                "give one folder of a run: python -m leftbehind.evidence.ancestors RUN"
            )
        write(of_run(Path(arguments[0])))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
