"""Makes the stored table of uncertainty (uncertainty.py) from an ensemble of the shipped draws.

    python -m leftbehind.evidence.uncertainty_of_draws ENSEMBLE

The discrepancy of `wide_low` and `wide_high` is, for each definition, the root of the mean square
error of its medians against its published counts, on logarithms. The middle definition's counts as
one figure more (an assumption: so that a definition with one figure or none is not thought sure).
It was learnt from the very figures that it is shown beside, so it says how far off the counts have
been, not how well they predict.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from leftbehind.base.store import write_text
from leftbehind.counts import definitions
from leftbehind.counts.tallies import MILLION
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.evidence.cuts.judging import widened
from leftbehind.evidence.uncertainty import FILE, SCHEMA, draws_now
from leftbehind.evidence.validate.children import published_counts
from leftbehind.inputs.tables import data_folder

FIRST, LAST = 2000, 2020
PERSONS = 10_000  # to which numbers are rounded


def of_draws(numbers: pl.DataFrame, scale: int) -> pl.DataFrame:
    """SCHEMA from the counts of each draw: draw, definition, year, number (persons)."""
    size = numbers["draw"].n_unique()
    errors = squared_errors(numbers)
    rows = []
    for (name, year), part in numbers.sort("definition", "year").group_by(
        "definition", "year", maintain_order=True
    ):
        logs = np.log(np.maximum(part["number"].to_numpy(), 1.0))
        ends = (np.median(logs), *widened(logs, 0.0), *widened(logs, spread(errors, str(name))))
        shown = (round(float(np.exp(end)) / PERSONS) * float(PERSONS) for end in ends)
        rows.append((name, year, *shown, size, scale, draws_now()))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def squared_errors(numbers: pl.DataFrame) -> dict[str, list[float]]:
    """Squares of log(published / median of the draws) by definition, a figure each."""
    medians = numbers.group_by("definition", "year").agg(pl.col("number").median())
    median = {(name, year): number for name, year, number in medians.iter_rows()}
    lived = sorted(set(numbers["year"]))
    return {
        name: [
            float(np.log(row["value"] * MILLION / median[name, row["year"]]) ** 2)
            for row in rows
            if median.get((name, row["year"]))
        ]
        for name, rows in published_counts(range(lived[0], lived[-1] + 1)).items()
    }


def spread(errors: dict[str, list[float]], name: str) -> float:
    """Standard deviation, on logarithms, of what the model's form leaves out of a definition."""
    middle = float(np.median([np.mean(own) for own in errors.values() if own]))
    own = [*errors.get(name, ()), middle]
    return float(np.sqrt(np.mean(own)))


def numbers_of(ensemble: Ensemble) -> pl.DataFrame:
    """What `of_draws` takes, from an ensemble's own table."""
    years = pl.col("year").is_between(FIRST, LAST)
    known = pl.col("definition").is_in(definitions.names())
    return (
        ensemble.table("draws")
        .filter(years & known)
        .with_columns(pl.col("definition").cast(pl.String), pl.col("year").cast(pl.Int64))
        .collect()
    )


if __name__ == "__main__":
    found = Ensemble(Path(sys.argv[1]))
    write_text(data_folder() / FILE, of_draws(numbers_of(found), found.scale).write_csv())
