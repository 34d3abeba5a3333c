"""How many people are alive, by place, age, sex, registration and where they live, in persons."""

from collections.abc import Iterable

import polars as pl

from leftbehind.counts.recorded import Years, keys_of, table_of
from leftbehind.model.population.founders import START
from leftbehind.runs.folder import Run

BY = ("year", "province", "prefecture", "age", "sex", "hukou", "lives", "arrangement")
USUAL = ("age", "sex", "hukou")


def people(run: Run, years: Years = None, by: str | Iterable[str] = USUAL) -> pl.DataFrame:
    """People alive at the end of each year: year, the columns of `by`, number (persons).

    `by` is any of BY; () is everybody. Groups of age are ordered; groups without anybody have no
    row. `years` may be one, several or None for all. Raises InputError for a year or `by` that the
    run does not have.
    """
    keys = keys_of(by, BY)
    persons = pl.col("number").cast(pl.Int64).sum() * run.scale
    return (
        table_of(run, "people", years, START)
        .group_by(keys)
        .agg(number=persons)
        .with_columns(pl.col("year").cast(pl.Int64), pl.col(pl.Categorical).cast(pl.String))
        .sort(keys)
        .collect()
    )
