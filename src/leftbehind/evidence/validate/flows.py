"""Who goes from which province to which, beside the census matrices.

A matrix by residence five years before is set beside the model's people by the same rule (those who
came home are in it). A matrix by birthplace counts what the model does not know, so it is set
beside people now away from their registered home. A census counts all hukou types. So levels are
not compared, only the pattern: the correlation of logarithms over pairs of provinces where both are
above zero. Pairs without a simulated migrant drop out, which flatters small runs; the note counts
them.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from leftbehind.counts.tallies import Tallies
from leftbehind.evidence.validate.check import Check, in_range, published, within
from leftbehind.inputs.tables import read_table
from leftbehind.model.tallies import moves

GROUP = "flows between provinces"
LEAST = 0.85  # asked of the pattern of the census's matrix, as a log correlation
FEWEST_PAIRS = 20
REGION_TOLERANCE = 6.0  # percentage points
BIRTHPLACE, FIVE_YEARS = "lifetime_by_birthplace_sample", "five_year_flow_sample"
MEANING = {
    BIRTHPLACE: "people by birthplace and residence, census sample",
    FIVE_YEARS: "residence five years before and now, sample",
}
RULE = {
    BIRTHPLACE: "people now away from their registered home",
    FIVE_YEARS: "people of 5 and over by residence (half a year) five years before and now",
}


def checks(tallies: Tallies) -> Iterator[Check]:
    """One check a matrix; pairs marked `held out` in the table make a check of their own."""
    table = read_table("province_flows").filter(
        pl.col("year").is_in(list(tallies.years)), pl.col("origin") != pl.col("destination")
    )
    table = table.with_columns(held_out=pl.col("note").str.contains("held out"))
    keys = ["year", "definition", "held_out"]
    # Where people lived five years before is known if that year was lived.
    known = (pl.col("year") - moves.WINDOW).is_in(list(tallies.years))
    table = table.filter(known | (pl.col("definition") != FIVE_YEARS))
    for (year, definition, held_out), rows in table.sort(keys).group_by(keys, maintain_order=True):
        if rows.height >= FEWEST_PAIRS:
            yield pattern(tallies, int(str(year)), str(definition), bool(held_out), rows)
    yield from arrivals(tallies)
    yield from regions(tallies, table.filter(pl.col("definition") == FIVE_YEARS))


def pattern(
    tallies: Tallies, year: int, definition: str, held_out: bool, rows: pl.DataFrame
) -> Check:
    """Correlation of one matrix with the model's."""
    model = within_five_years(tallies, year) if definition == FIVE_YEARS else moved(tallies, year)
    pairs = rows.join(model, on=["origin", "destination"], how="left").fill_null(0.0)
    correlation, used = log_correlation(pairs["people"].to_numpy(), pairs["value"].to_numpy())
    origins = pairs["origin"].unique()
    destinations = pairs["destination"].unique()
    place = origins[0] if len(origins) == 1 else "china"
    if len(destinations) == 1:
        place = f"to {destinations[0]}"
    return in_range(
        GROUP,
        f"log correlation, {MEANING[definition]}",
        year,
        correlation,
        1.0,
        "correlation",
        LEAST,
        1.0,
        place=place,
        basis=rows["basis"][0],
        source=rows["source"][0],
        held_out=held_out,
        note=f"{used} of {pairs.height} pairs have a simulated migrant; model: {RULE[definition]}",
    )


def moved(tallies: Tallies, year: int) -> pl.DataFrame:
    """Millions of people (adults and children) away, by origin and destination province."""
    return (
        tallies.flows.filter(pl.col("year") == year)
        .with_columns(people=pl.col("adults") + pl.col("children"))
        .select("origin", "destination", "people")
    )


def within_five_years(tallies: Tallies, year: int) -> pl.DataFrame:
    """Millions of people by province five years before (`origin`) and now (`destination`)."""
    return tallies.moved_in_five_years.filter(pl.col("year") == year).drop("year")


def regions(tallies: Tallies, table: pl.DataFrame) -> Iterator[Check]:
    """Which regions those live in who changed province within five years, coming home included."""
    region = dict(read_table("provinces").select("name", "region").iter_rows())

    def by_region(flows: pl.DataFrame, value: str) -> dict[str, float]:
        shares = (
            flows.group_by(pl.col("destination").replace_strict(region))
            .agg(pl.col(value).sum())
            .with_columns(pl.col(value) / pl.col(value).sum() * 100.0)
        )
        return dict(shares.iter_rows())

    for (year,), rows in table.group_by(["year"], maintain_order=True):
        number = int(str(year))
        model = within_five_years(tallies, number)
        model = model.filter(pl.col("origin") != pl.col("destination"))
        here = by_region(model, "people")
        for name, share in sorted(by_region(rows, "value").items()):
            yield within(
                GROUP,
                "region of those who changed province within five years",
                number,
                here.get(name, 0.0),
                share,
                "percent",
                REGION_TOLERANCE,
                "absolute",
                place=name,
                basis="derived",
                source=rows["source"][0],
                held_out=bool(rows["held_out"].all()),
                note="those who came home are in it; census: all hukou types",
            )


def arrivals(tallies: Tallies) -> Iterator[Check]:
    """Arrivals from other provinces by province in the census of 2020: the pattern."""
    rows = list(published(tallies.years, indicator="interprovincial_floating_in"))
    if not rows:
        return
    model = moved(tallies, rows[0]["year"]).filter(pl.col("origin") != pl.col("destination"))
    came = dict(model.group_by("destination").agg(pl.col("people").sum()).iter_rows())
    here = np.array([came.get(row["place"], 0.0) for row in rows])
    correlation, used = log_correlation(here, np.array([row["value"] for row in rows]))
    yield in_range(
        GROUP,
        "log correlation, arrivals from other provinces by province",
        rows[0]["year"],
        correlation,
        1.0,
        "correlation",
        LEAST,
        1.0,
        basis=rows[0]["basis"],
        source=rows[0]["source"],
        held_out=True,
        note=f"{used} of {len(rows)} provinces; census: all hukou types",
    )


def log_correlation(model: np.ndarray, census: np.ndarray) -> tuple[float, int]:
    """Pearson correlation of logarithms where both are above zero, and how many those are."""
    both = (model > 0) & (census > 0)
    used = int(both.sum())
    if used < 3:
        return float("nan"), used
    return float(np.corrcoef(np.log(model[both]), np.log(census[both]))[0, 1]), used
