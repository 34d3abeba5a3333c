"""The two pictures of a world's card: its pyramid of ages and its map, as lengths and places."""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import polars as pl

from leftbehind.counts.headline import LINES, MILLION
from leftbehind.counts.left_behind import left_behind
from leftbehind.counts.people import people
from leftbehind.inputs.tables import read_table
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.tallies.tally import SEXES
from leftbehind.runs.folder import Run

RURAL = next(line for line in LINES if line.startswith("rural, "))  # mapped
STEP = 5  # years of an age group; the last is open
OPEN = 100
MAP = (300, 200)  # pixels, width and height
LARGEST = 9.0  # radius in pixels of the largest dot
LEADERS = 3  # places that the map's words name
MIDDLE = radians(36)  # latitude at which a degree of longitude has its true length


@dataclass(frozen=True)
class Pyramid:
    """`rows` (first age, women, men), the oldest first, in millions; `most` is the longest bar."""

    rows: list[tuple[int, float, float]]
    most: float


@dataclass(frozen=True)
class Map:
    """Dots (x, y, radius) in pixels of MAP, one a prefecture, areas in proportion to persons."""

    what: str
    dots: list[tuple[float, float, float]]
    leaders: list[tuple[str, float]]  # prefecture and millions, the largest first


def pyramid(world: Run, year: int) -> Pyramid:
    """People alive at the end of `year` by five-year group and sex."""
    low = pl.col("age").cast(pl.String).str.extract(r"^(\d+)").cast(pl.Int64)
    table = (
        people(world, year, ("age", "sex"))
        .group_by("sex", low=(low // STEP * STEP).clip(upper_bound=OPEN))
        .agg(million=pl.col("number").sum() / MILLION)
    )
    found = {(low, sex): million for sex, low, million in table.rows()}
    rows = [(low, *(found.get((low, sex), 0.0) for sex in SEXES)) for low in range(OPEN, -1, -STEP)]
    return Pyramid(rows, max((max(row[1:]) for row in rows), default=0.0) or 1.0)


def chinas_map(world: Run, year: int) -> Map:
    """Children left behind in the countryside by prefecture; before families move, people."""
    if year < FIRST_YEAR:
        what, rows = "people", people(world, year, "prefecture")
    else:
        what, rows = (
            "rural children left behind",
            left_behind(world, LINES[RURAL][0], "prefecture", year),
        )
    placed = rows.filter(pl.col("number") > 0).join(
        read_table("prefectures").select(prefecture="name", lon="lon", lat="lat"), on="prefecture"
    )
    placed = placed.sort("number", "prefecture", descending=[True, False])
    most = placed["number"][0] if placed.height else 1.0
    radius = ((pl.col("number") / most).sqrt() * LARGEST).round(1)
    dots = list(placed.select(*_pixels(), radius).iter_rows())
    first = placed.head(LEADERS).select("prefecture", pl.col("number") / MILLION)
    return Map(what, dots, list(first.iter_rows()))


def _pixels() -> tuple[pl.Expr, pl.Expr]:
    """Where `lon` and `lat` lie on the map: cylindrical, true at MIDDLE."""
    table = read_table("prefectures")
    east, north = (table[name].to_numpy() for name in ("lon", "lat"))
    across, up = float(np.ptp(east)) * cos(MIDDLE), float(np.ptp(north))
    scale = min((MAP[0] - 2 * LARGEST) / across, (MAP[1] - 2 * LARGEST) / up)
    x = (pl.col("lon") - float(east.min())) * cos(MIDDLE) * scale + LARGEST
    y = (pl.col("lat") - float(north.max())) * -scale + LARGEST
    return x.round(1), y.round(1)
