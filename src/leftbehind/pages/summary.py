"""What a run says at its end, in words that need no training."""

import polars as pl
from rich.console import Console
from rich.table import Table

from leftbehind.base.listing import listing
from leftbehind.counts.tallies import MILLION, Tallies
from leftbehind.counts.world import World
from leftbehind.evidence.validate import children, own_start, summary


def end_summary(world: World, console: Console) -> None:
    """Print the run's last year and its left-behind children beside the published counts."""
    year = world.years()[-1]
    millions = world.people(year, by=())["number"][0] / MILLION
    console.print(
        f"\nSimulated China, {world.years()[0]} to {year}: {millions:,.0f} million "
        f"people at the end of {year}. One simulated person stands for {world.scale:,}. "
        f"It took {world.manifest['seconds']:.0f} seconds."
    )
    if not own_start.covers_country(world):
        console.print("The population is of some places only: no published figure is compared.")
        return
    counts = summary(children.counts(Tallies(world)))
    if counts.is_empty():
        console.print("No year of the run has a published count of left-behind children.")
        return
    console.print(_counts_table(counts))
    worst = counts.filter(~pl.col("met"))
    console.print(
        "Each line counts the same simulated children by one official definition. No count is\n"
        "rescaled. The priors of the household's choice were set on levels of 2009-2010 (the\n"
        "federation's children by who is away, workers away); every other line is a result.\n"
        f"{counts.height - worst.height} of {counts.height} lie within the published figure's "
        "range. Many parameters are assumptions:\n"
        "see `leftbehind sources`.\n"
        "The full comparison: `leftbehind validate`."
    )


def _counts_table(counts: pl.DataFrame) -> Table:
    sizes = ("simulated", "published", "ratio")
    rows = (
        (
            row["definition"],
            str(row["year"]),
            f"{row['model']:.1f}",
            f"{row['published']:.1f}",
            f"{row['ratio']:.2f}",
            "yes" if row["met"] else "no",
        )
        for row in counts.iter_rows(named=True)
    )
    heads = ("definition", "year", *sizes, "within range")
    return listing(heads, rows, "Children left behind, millions", sizes)
