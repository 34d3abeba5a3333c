"""What is told of each draw in the interval tables: children by official definition, people, flows.

Each function takes a world and gives a tidy table in persons; `tables.py` combines the draws.
"""

import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.counts.tallies import MILLION, Tallies
from leftbehind.counts.world import World
from leftbehind.model.processes.migration import FIRST_YEAR

ALL = "all"
CHILDREN_BY = ("province", "age", "sex", "arrangement")
PEOPLE_BY = ("province", "age", "sex", "hukou", "lives")
OUTCOME = "arrangement"  # no property of the child itself: its groups share one base of children


def counts(world: World) -> pl.DataFrame:
    """Children that each shipped definition counts, by year and one split at a time.

    Columns: definition, year, by, group, then as in counts/left_behind.py number, children, share
    and assumed_unsupervised_hours. Empty if the run ends before families could move.
    """
    shipped = [definitions.get(name) for name in definitions.names()]
    if world.years()[-1] < FIRST_YEAR:
        return pl.DataFrame()
    simulated = pl.col("number").cast(pl.Int64)
    hours = pl.col("unsupervised_hours").cast(pl.Float64)
    sums = (
        world.table("children")
        .group_by("year", *CHILDREN_BY)
        .agg(
            *(simulated.filter(d.expr()).sum().alias(f"number {d.name}") for d in shipped),
            *(hours.filter(d.expr()).sum().alias(f"hours {d.name}") for d in shipped),
            *(simulated.filter(d.base()).sum().alias(f"base {d.name}") for d in shipped),
        )
        .with_columns(
            pl.col("year").cast(pl.Int64),
            pl.col("age").cast(pl.String),
            pl.col(pl.Categorical).cast(pl.String),
        )
        .collect()
    )
    parts = [
        _of_definition(split, d, world.scale)
        for split in _splits(sums, CHILDREN_BY)
        for d in shipped
    ]
    return pl.concat(parts)


def _of_definition(split: pl.DataFrame, definition: Definition, scale: int) -> pl.DataFrame:
    name = definition.name
    number = pl.col(f"number {name}") * (scale * definition.share)
    base = pl.col(f"base {name}") * scale
    if split["by"][0] == OUTCOME:
        base = base.sum().over("year")
    return split.select(
        pl.lit(name).alias("definition"),
        "year",
        "by",
        "group",
        number=number.cast(pl.Float64),
        children=base.cast(pl.Float64),
        share=pl.when(base > 0).then(number / base),
        assumed_unsupervised_hours=pl.when(pl.col(f"number {name}") > 0).then(
            pl.col(f"hours {name}") / pl.col(f"number {name}")
        ),
    )


def people(world: World) -> pl.DataFrame:
    """People alive at the year's end by year and one split at a time: year, by, group, people.

    Groups of age are those of the run's table people.
    """
    table = world.table("people").with_columns(pl.lit(ALL).alias(ALL))
    persons = pl.col("number").cast(pl.Int64).sum().cast(pl.Float64) * world.scale
    # One small sum a split: half the time of summing by all of them together.
    sums = [
        table.group_by("year", pl.col(key).cast(pl.String).alias("group"))
        .agg(persons.alias("people"))
        .select(pl.col("year").cast(pl.Int64), pl.lit(key).alias("by"), "group", "people")
        for key in (ALL, *PEOPLE_BY)
    ]
    return pl.concat(pl.collect_all(sums))


def flows(world: World) -> pl.DataFrame:
    """People away by year, province of home and of work: year, origin, destination,
    adults, children.

    Empty if the run ends before families could move.
    """
    if world.years()[-1] < FIRST_YEAR:
        return pl.DataFrame()
    return Tallies(world).flows.with_columns((pl.col("adults", "children") * MILLION).round())


def _splits(sums: pl.DataFrame, by: tuple[str, ...]) -> list[pl.DataFrame]:
    """The sums by year alone, then by year and each column of `by`: year, by, group, sums."""
    measured = pl.exclude("year", *by)
    whole = sums.with_columns(pl.lit(ALL).alias(ALL))
    return [
        whole.group_by("year", key)
        .agg(measured.exclude(ALL).sum())
        .rename({key: "group"})
        .select("year", pl.lit(key).alias("by"), "group", pl.exclude("year", "group"))
        .sort("year", "group")
        for key in (ALL, *by)
    ]
