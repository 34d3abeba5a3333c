"""Totals estimated from a sample, with their standard errors."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.left_behind import left_behind
from leftbehind.counts.samples.panel import column_of
from leftbehind.runs.folder import Run


@dataclass(frozen=True)
class Estimate:
    """A total in persons, and its standard error from drawing a sample."""

    total: float
    error: float


def total(sample: pl.DataFrame, what: pl.Expr, weight: str = "weight") -> Estimate:
    """The total of `what` (0 or 1, or a number) over the frame, from one wave's rows.

    Horvitz and Thompson's estimate. The error takes the places as if drawn with replacement
    (ultimate clusters; Hansen, Hurwitz and Madow 1953), and the people of a simple sample one by
    one; it is a little too large where many of all places are drawn.
    """
    rows = sample.select(
        "cluster", "person", worth=(what.cast(pl.Float64) * pl.col(weight)).fill_null(0.0)
    )
    simple = rows["cluster"].n_unique() == 1
    sums = rows.group_by("person" if simple else "cluster").agg(pl.col("worth").sum())["worth"]
    n = len(sums)
    spread = float(np.var(sums.to_numpy(), ddof=1)) if n > 1 else float("nan")
    return Estimate(float(sums.sum()), float(np.sqrt(n * spread)))


def against_truth(world: Run, sample: pl.DataFrame) -> pl.DataFrame:
    """Every definition estimated in every wave, and what the run's tables count.

    Columns: year, definition, estimate, error, truth (persons), all of them before the share that
    an agency's register is taken to hold. The estimate is weighted for those who did not answer.
    """
    rows = []
    for year in sample["year"].unique().sort().to_list():
        wave = sample.filter(pl.col("year") == year)
        for name in definitions.names():
            found = total(wave, pl.col(column_of(name)), "weight_answered")
            definition = definitions.get(name)
            counted = left_behind(world, definition, years=year)["number"]
            truth = float(counted.sum()) / definition.share
            rows.append((year, name, found.total, found.error, truth))
    heads = ["year", "definition", "estimate", "error", "truth"]
    return pl.DataFrame(rows, schema=heads, orient="row")
