"""How many children an official definition counts, by place, age, parents away and care."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.counts.recorded import Years, keys_of, table_of
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.runs.folder import Run

# What a count may be split by. The outcomes are no property of the child itself, so the children of
# whom the share is taken are not split by them.
OUTCOMES = ("away", "parents_where", "arrangement")
# Columns of a count, and what each is where a world has no such group: None if that has no meaning.
MEASURES: dict[str, float | None] = {
    "number": 0.0,
    "children": 0.0,
    "share": None,
    "assumed_unsupervised_hours": None,
}
BY = ("year", "province", "prefecture", "age", "sex", "residence", "minority", "stage", *OUTCOMES)


def left_behind(
    world: Run,
    definition: Definition | str | Path,
    by: str | Iterable[str] = (),
    years: Years = None,
) -> pl.DataFrame:
    """Children that `definition` counts, one row a year and group of `by`.

    Columns: year, those of `by`, then

    - `number`: children counted, persons
    - `sampling_error`: standard error of `number` from counting few simulated children, persons
    - `children`: children of whom `share` is taken (Definition.base), persons
    - `share`: number / children, from 0 to 1; null if there are no children
    - `assumed_unsupervised_hours`: mean waking hours a week without an adult of the counted
      children; null if there are none

    `away` splits by who is away: father only, mother only, both, neither; `parents_where` by where
    the nearest of them is. `years` may be one year,
    several, or None for all. Raises InputError for a `by`, a year or a definition that is unknown.
    """
    definition = definitions.get(definition)
    keys = check_by(by)
    children = children_of(world, years)
    if "away" in keys:
        children = children.with_columns(definition.who_is_away().alias("away"))
    base_keys = [key for key in keys if key not in OUTCOMES]
    outcomes = [key for key in keys if key in OUTCOMES]
    base, counted = pl.collect_all(
        [
            _sums(children.filter(definition.base()), base_keys),
            _sums(children.filter(definition.expr()), keys),
        ]
    )
    rows = base.select(*base_keys, children=pl.col("simulated") * world.scale)
    if outcomes:
        rows = rows.join(counted.select(outcomes).unique(), how="cross")
    persons = world.scale * definition.share
    number = pl.col("simulated").fill_null(0)
    return (
        rows.join(counted, on=keys, how="left")
        .select(
            *keys,
            number=number * persons,
            sampling_error=number.sqrt() * persons,
            children=pl.col("children"),
            share=number * persons / pl.col("children"),
            assumed_unsupervised_hours=pl.col("hours") / pl.col("simulated"),
        )
        .sort(keys)
    )


def check_by(by: str | Iterable[str]) -> list[str]:
    """Columns to split a count by, year first; InputError names an unknown one and the nearest."""
    return keys_of(by, BY)


def children_of(world: Run, years: Years) -> pl.LazyFrame:
    """The run's children table in the given years; InputError if a year was not recorded."""
    return table_of(world, "children", years, FIRST_YEAR)


def _sums(children: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """Simulated children and their unsupervised hours a week by `keys`, labels as strings."""
    simulated = pl.col("number").sum().cast(pl.Int64)
    # In double precision: the sum is then exact, whatever its order (recorder.py).
    hours = pl.col("unsupervised_hours").cast(pl.Float64).sum()
    sums = children.group_by(keys).agg(simulated=simulated, hours=hours)
    return sums.with_columns(pl.col(pl.Categorical).cast(pl.String))
