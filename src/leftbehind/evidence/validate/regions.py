"""Regions of origin and of work, and how far people moved: the map of migration.

All in the statistical office's older scheme of three regions (`three_regions`). Shares add to 100,
so that of three regions two are told.
"""

import math
from collections.abc import Iterator

import polars as pl

from leftbehind.base.person import ABROAD_CODE
from leftbehind.counts import definitions
from leftbehind.counts.tallies import MILLION, Tallies, share, total
from leftbehind.evidence.validate.check import Check, from_row, published, within
from leftbehind.evidence.validate.migration import (
    ANY_AGE,
    ANY_MONTHS,
    CROSSES,
    IN_CHINA,
    LEFT,
    people_away,
    three_regions,
    workers,
)
from leftbehind.model.tallies.local import WORK

GROUP = "regions and distances"
LOCAL = pl.col("work") == WORK[1]
ARRIVALS_TOLERANCE = 6.0  # percentage points
WITHIN_ROW = "within the province, moves inside a city left out"
BEYOND_ROW = "other province"
HOUSEHOLDS_OF_LOCAL_JOBS = "model: rural adults of 16-59 at home whom a local job reaches"
AS_REGISTERED = "people_away_from_registration"


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group."""
    yield from origins(tallies)
    yield from local_workers(tallies)
    yield from where_they_work(tallies)
    yield from growth(tallies)
    yield from arrivals(tallies)
    yield from ranges(tallies)
    yield from children_moved(tallies)


def in_region(column: str, place: str) -> pl.Expr:
    """Whether the province in `column` lies in one of the three regions."""
    return pl.col(column).is_in(
        [name for name, region in three_regions().items() if region == place]
    )


def local(tallies: Tallies, year: int) -> pl.DataFrame:
    """Local workers of a year: millions by province."""
    return tallies.local.filter((pl.col("year") == year) & LOCAL).select("province", "millions")


def origins(tallies: Tallies) -> Iterator[Check]:
    """Regions from which workers come: of those who left their township, and of all workers."""
    for row in published(tallies.years, indicator="migrant_origin_share"):
        found = workers(tallies, row["year"]).select("province", "millions")
        note = ""
        if row["group"] != LEFT:
            found, note = pl.concat([found, local(tallies, row["year"])]), HOUSEHOLDS_OF_LOCAL_JOBS
        percent = share(found, in_region("province", row["place"]))
        whom = "those who left" if row["group"] == LEFT else "all rural workers"
        yield from_row(GROUP, f"region of origin of {whom}", row, percent, note)


def local_workers(tallies: Tallies) -> Iterator[Check]:
    """Regions of those who work off the farm near home, and their number."""
    for row in published(tallies.years, indicator="local_workers_region_share"):
        percent = share(local(tallies, row["year"]), in_region("province", row["place"]))
        what = "region of local workers"
        yield from_row(GROUP, what, row, percent, HOUSEHOLDS_OF_LOCAL_JOBS)
    for row in published(tallies.years, indicator="migrant_workers", group="local"):
        number = total(local(tallies, row["year"]))
        yield from_row(GROUP, "local workers", row, number, HOUSEHOLDS_OF_LOCAL_JOBS)


def where_they_work(tallies: Tallies) -> Iterator[Check]:
    """Regions where all rural workers work: those who left where they went, the others at home."""
    for row in published(tallies.years, indicator="workplace_share_all_workers"):
        gone = tallies.flows.filter((pl.col("year") == row["year"]) & IN_CHINA)
        found = pl.concat(
            [gone.select(province="destination", millions="adults"), local(tallies, row["year"])]
        )
        percent = share(found, in_region("province", row["place"]))
        yield from_row(GROUP, "region where all rural workers work", row, percent, ANY_MONTHS)


def growth(tallies: Tallies) -> Iterator[Check]:
    """How much the number of workers who left their township grew from 2008."""
    for row in published(tallies.years, indicator="migrant_workers_growth"):
        if 2008 in tallies.years:
            now, then = (total(workers(tallies, year)) for year in (row["year"], 2008))
            percent = 100.0 * (now / then - 1.0) if then else math.nan
            yield from_row(GROUP, "growth of workers who left, from 2008", row, percent)


def arrivals(tallies: Tallies) -> Iterator[Check]:
    """Regions to which people came from other provinces, all ages and hukou types."""
    rows = [
        row
        for row in published(tallies.years, indicator=AS_REGISTERED, group=BEYOND_ROW)
        if row["place"] != "china"
    ]
    for year in sorted({row["year"] for row in rows}):
        census = pl.DataFrame(
            [(row["place"], row["value"]) for row in rows if row["year"] == year],
            schema=["province", "millions"],
            orient="row",
        )
        first = next(row for row in rows if row["year"] == year)
        flows = tallies.flows.filter((pl.col("year") == year) & CROSSES)
        came = flows.select(province="destination", millions=pl.col("adults") + pl.col("children"))
        for region in ("east", "central", "west"):
            there = in_region("province", region)
            yield within(
                GROUP,
                "region of arrivals from other provinces",
                year,
                share(came, there),
                share(census, there),
                "percent",
                ARRIVALS_TOLERANCE,
                "absolute",
                place=region,
                basis="derived",
                source=first["source"],
                held_out=first["use"] != "calibrate",
                note=ANY_AGE,
            )


def ranges(tallies: Tallies) -> Iterator[Check]:
    """Of people away from their registration, those within the province.

    Only where moves inside a city are left out, as the model has none of them.
    """
    rows = published(tallies.years, indicator="people_away_range_share", group=WITHIN_ROW)
    for row in rows:
        inside, beyond = people_away(tallies, row["year"])
        percent = 100.0 * inside / (inside + beyond) if inside + beyond else math.nan
        yield from_row(GROUP, "of people away, within the province", row, percent, ANY_AGE)


def children_moved(tallies: Tallies) -> Iterator[Check]:
    """Of children who moved, those in another province; the shorter moves in the note."""
    for row in published(tallies.years, indicator="migrant_children_range_share"):
        town, own, province, beyond = children_by_range(tallies, row["year"])
        note = (
            f"model: {town:.0f} percent in a town of the county, {own:.0f} in a city of the own "
            f"prefecture, {province:.0f} elsewhere in the province"
        )
        yield from_row(GROUP, "of migrant children, in another province", row, beyond, note)


def children_by_range(tallies: Tallies, year: int) -> tuple[float, float, float, float]:
    """Percent of the children who moved in China: in a town of the own county; and away in the own
    prefecture, elsewhere in the own province, in another province.
    """
    moved = tallies.world.left_behind(definitions.get("migrant-children"), "residence", year)
    in_town = moved.filter(pl.col("residence") == "moved to town")
    flows = tallies.world.table("flows").filter(
        (pl.col("year") == year) & (pl.col("destination") != ABROAD_CODE)
    )
    origin, destination = pl.col("origin"), pl.col("destination")
    same_province = origin // 10_000 == destination // 10_000
    children = pl.col("children").cast(pl.Float64) * (tallies.world.scale / MILLION)
    away = flows.select(
        own=children.filter(origin == destination).sum(),
        province=children.filter(same_province & (origin != destination)).sum(),
        beyond=children.filter(~same_province).sum(),
    )
    parts = [total(in_town, "number") / MILLION, *away.collect().row(0)]
    everybody = sum(parts)
    town, own, province, beyond = (
        100.0 * part / everybody if everybody else math.nan for part in parts
    )
    return town, own, province, beyond
