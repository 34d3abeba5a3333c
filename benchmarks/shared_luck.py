"""How many pairs of unrelated runs tell as much as one pair of worlds with the same luck.

    python benchmarks/shared_luck.py --seeds 6 --scale 50000 --last 2012 \
        --scenario city-schools-open --figure docs/paired_luck.svg

For each scenario against the baseline, of every definition: the standard deviation over seeds of
the paired difference in the last year, that of the difference of unrelated runs (each world with
each other seed's), and the ratio of the variances, over all years from the scenario's first on
(var(before) + var(after) over the variance of the differences). With 16 seeds the ratio itself is
known within a factor of about 2 (90 percent), with 6 of about 4. The figure shows the first
definition's differences one by one.
"""

import argparse
from pathlib import Path

import altair as alt
import polars as pl

from leftbehind.counts import compare
from leftbehind.counts.compare import Comparison
from leftbehind.pages.figures import save

SCENARIOS = ("cash-for-children-at-home", "jobs-near-home", "city-schools-open")
DEFINITIONS = ["acwf-2010", "nbs-unicef-2015-all", "mca-2016"]
PAIRED, UNRELATED = "same luck", "unrelated luck"


def differences(found: Comparison, definition: str, last: int) -> pl.DataFrame:
    """Differences after - before in `last`, million: `pair` (PAIRED or UNRELATED), `difference`."""
    rows = found.table("seeds").filter(pl.col("definition") == definition, pl.col("year") == last)
    both = rows.select("seed", "before", "after").collect()
    return (
        both.select(seed="seed", before="before")
        .join(both.select(other="seed", after="after"), how="cross")
        .select(
            pair=pl.when(pl.col("seed") == pl.col("other"))
            .then(pl.lit(PAIRED))
            .otherwise(pl.lit(UNRELATED)),
            difference=(pl.col("after") - pl.col("before")) / 1e6,
        )
    )


def picture(rows: pl.DataFrame, title: str) -> alt.Chart:
    """The differences as ticks, a line a kind of pair."""
    return (
        alt.Chart(rows)
        .mark_tick(thickness=2, size=26)
        .encode(
            alt.X("difference:Q", title="children left behind, million: changed minus baseline"),
            alt.Y("pair:N", title=None, sort=[PAIRED, UNRELATED]),
            alt.Color("pair:N", legend=None, scale=alt.Scale(range=["#0072b2", "#999999"])),
        )
        .properties(width=480, height=90, title=title)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="What paired luck saves.")
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--scale", type=int, default=20_000)
    parser.add_argument("--last", type=int, default=2012)
    parser.add_argument("--scenario", action="append")
    parser.add_argument("--figure", type=Path)
    given = parser.parse_args()
    for name in given.scenario or SCENARIOS:
        found = compare.run(
            "baseline",
            name,
            definitions=DEFINITIONS,
            scale=given.scale,
            seeds=given.seeds,
            last=given.last,
        )
        for definition in DEFINITIONS:
            rows = differences(found, definition, given.last)
            kinds = rows.group_by("pair").agg(sd=pl.col("difference").std())
            spread = dict(kinds.iter_rows())
            effect = found.effects(definition, years=given.last)["difference"][0] / 1e6
            print(
                f"{name}, {definition}: {effect:+.2f} million in {given.last}; standard deviation "
                f"{spread[PAIRED]:.2f} with the same luck, {spread[UNRELATED]:.2f} without; one "
                f"pair is worth {found.fewer_runs(definition):.1f} unrelated pairs",
                flush=True,
            )
        if given.figure:
            title = (
                f"{name}, {DEFINITIONS[0]}, {given.last}: {given.seeds} seeds, 1:{given.scale:,}"
            )
            save(picture(differences(found, DEFINITIONS[0], given.last), title), given.figure)


if __name__ == "__main__":
    main()
