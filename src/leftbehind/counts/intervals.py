"""From the figures of all draws to their median and intervals."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

LEVELS = (50, 90)  # percent of the draws inside
# Parts of the draws below: the median, then the ends of each level's interval.
QUANTILES = {"median": 0.5, "low_50": 0.25, "high_50": 0.75, "low_90": 0.05, "high_90": 0.95}
COLUMNS = tuple(QUANTILES)


def intervals(
    figures: pl.DataFrame, keys: Sequence[str], value: str, absent: float | None
) -> pl.DataFrame:
    """One row a group of `keys`, in their order: the columns of COLUMNS over the draws.

    `figures` has the column `draw`, the keys and `value`. A group that a draw lacks counts there as
    `absent` (0 for a number of people); None leaves that draw out, as it leaves out null and NaN.
    Quantiles between two draws are linear. With few draws the ends are about the outermost draws.
    """
    return of_measures(figures, keys, {value: absent}).drop("measure")


def of_measures(
    figures: pl.DataFrame, keys: Sequence[str], measures: Mapping[str, float | None]
) -> pl.DataFrame:
    """Intervals of several measures, one below the other: keys, measure, COLUMNS.

    `measures` gives each one's value where a draw lacks a group (`absent` of `intervals`).
    """
    keys = list(keys)
    groups = figures.select(keys).unique() if keys else pl.DataFrame({"": [0]})
    grid = groups.join(figures.select("draw").unique(), how="cross")
    full = grid.join(figures.select("draw", *keys, *measures), on=["draw", *keys], how="left")
    over_draws = [_over_draws(measure, absent) for measure, absent in measures.items()]
    found = full.group_by(keys).agg(over_draws).sort(keys) if keys else full.select(over_draws)
    return pl.concat(
        found.select(*keys, pl.lit(measure).alias("measure"), measure).unnest(measure)
        for measure in measures
    )


def _over_draws(measure: str, absent: float | None) -> pl.Expr:
    """The quantiles of a measure, as one structure of its name with the fields COLUMNS."""
    number = pl.col(measure).cast(pl.Float64).fill_nan(None).fill_null(pl.lit(absent, pl.Float64))
    return pl.struct(
        number.quantile(part, interpolation="linear").alias(name)
        for name, part in QUANTILES.items()
    ).alias(measure)


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """The same of one figure's values, NaN left out; NaN if nothing is left."""
    measured = np.array(values)[np.isfinite(values)]
    if not len(measured):
        return dict.fromkeys(COLUMNS, float("nan"))
    ends = np.quantile(measured, list(QUANTILES.values()))
    return dict(zip(COLUMNS, map(float, ends), strict=True))
