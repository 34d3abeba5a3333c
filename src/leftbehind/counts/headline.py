"""Children left behind by official definitions, simulated and published, as lines over years."""

import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.left_behind import left_behind
from leftbehind.inputs.tables import read_table
from leftbehind.runs.folder import Run

MILLION = 1e6
FIRST_DRAWN = 1980
# A published count that no definition's file lists, and the definition that fits it.
UNLISTED = {"unicef_2010_all": "nbs-unicef-2015-all"}
# Definitions that ask the same thing of other years are one line; each line has the published
# points of all its definitions.
LINES = {
    "rural or urban, a parent away (NBS, UNICEF)": ("nbs-unicef-2020-all", "nbs-unicef-2015-all"),
    "rural, a parent away (ACWF; NBS, UNICEF)": (
        "nbs-unicef-2020-rural",
        "nbs-unicef-2015-rural",
        "acwf-2010",
        "acwf-2005",
    ),
    "pupils, a parent away (Ministry of Education)": ("moe-pupils",),
    "both away, or one and the other unable (Civil Affairs)": ("mca-2018", "mca-2016"),
}


def counts(run: Run, year: int | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(simulated, published) counts, each with columns year, definition and million (children).

    Of one `year`, or of all those that the figure shows. Raises InputError for a year that the run
    did not record.
    """
    simulated, published = [], []
    table = read_table("published")
    for line, names in LINES.items():
        rows = left_behind(run, names[0], years=year)
        simulated.append(
            rows.select(
                pl.col("year").cast(pl.Int64),
                definition=pl.lit(line),
                million=pl.col("number") / MILLION,
            )
        )
        ids = [i for name in names for i in definitions.get(name).published]
        ids += [i for i, name in UNLISTED.items() if name in names]
        known = table.filter(pl.col("id").is_in(ids))
        points = known.select("year", definition=pl.lit(line), million="value")
        published.append(points.unique(maintain_order=True))
    drawn = pl.col("year").is_between(FIRST_DRAWN, run.years()[-1])
    if year is not None:
        drawn = pl.col("year") == year
    return pl.concat(simulated).filter(drawn), pl.concat(published).filter(drawn)
