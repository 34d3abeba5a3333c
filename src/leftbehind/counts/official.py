"""Children by every official definition and year, beside what agencies published."""

from collections.abc import Iterable

import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.counts.headline import MILLION, UNLISTED
from leftbehind.inputs.tables import read_table
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.runs.folder import Run

SIMULATED = {
    "definition": pl.String,
    "year": pl.Int64,
    "number": pl.Float64,
    "sampling_error": pl.Float64,
}


def official_counts(run: Run) -> pl.DataFrame:
    """Children by each shipped definition and year, in persons, beside each published figure.

    Columns: definition, year, number, sampling_error (standard error of `number` from counting few
    simulated children), published, and figure, the id of the row in the published table. A
    definition and year with several figures has a row for each; without any, nulls. Empty if the
    run ends before families could move.
    """
    return simulated(run).pipe(beside_published)


def simulated(run: Run) -> pl.DataFrame:
    """Children by each shipped definition and year: definition, year, number, sampling_error."""
    if run.years()[-1] < FIRST_YEAR:
        return pl.DataFrame(schema=SIMULATED)
    shipped = [definitions.get(name) for name in definitions.names()]
    persons = {d.name: run.scale * d.share for d in shipped}
    simulated_children = pl.col("number").cast(pl.Int64)
    number, one = pl.col("simulated"), pl.col("definition").replace_strict(persons)
    return (
        run.table("children")
        .group_by(pl.col("year").cast(pl.Int64))
        .agg(simulated_children.filter(d.expr()).sum().alias(d.name) for d in shipped)
        .unpivot(index="year", variable_name="definition", value_name="simulated")
        .select("definition", "year", number=number * one, sampling_error=number.sqrt() * one)
        .sort("definition", "year")
        .collect()
    )


def beside_published(counts: pl.DataFrame) -> pl.DataFrame:
    """`counts` (definition, year, ...) with the columns published (persons) and figure (its id)."""
    figures = pl.concat(
        published(definitions.get(name))
        .filter(pl.col("unit") == "million persons")
        .select(
            pl.lit(name).alias("definition"),
            pl.col("year").cast(pl.Int64),
            published=pl.col("value") * MILLION,
            figure="id",
        )
        for name in definitions.names()
    )
    return counts.join(figures, on=["definition", "year"], how="left", maintain_order="left")


def published(definition: Definition) -> pl.DataFrame:
    """Rows of the published table that are this definition's count, in order of year."""
    ids: Iterable[str] = (
        *definition.published,
        *(id for id, name in UNLISTED.items() if name == definition.name),
    )
    return read_table("published").filter(pl.col("id").is_in(list(ids))).sort("year")
