"""An ensemble on the screen: counts, the walk between two counts, and the summary of a run."""

from collections.abc import Sequence

import polars as pl
from rich.console import Console
from rich.table import Table

from leftbehind.base.listing import listing
from leftbehind.cli.counts import MILLION, shortened
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.evidence.validate import official_counts
from leftbehind.evidence.validate.prediction import Prediction, predictions
from leftbehind.evidence.validate.prediction_page import FEW, sentence, summary

COUNTED = (
    *("children, million: median", "50 %", "90 %", "share: median", "90 %"),
    *("assumed unsupervised hours: median", "90 %"),
)
WALKED = (
    *("added or removed, million: median", "90 %", "then counted, million: median"),
    *("50 %", "90 %"),
)
# Which posterior a figure uses, by what the ensemble's manifest says.
POSTERIORS = {
    "strict": "strict, fitted to figures of 2012 and before",
    "all-data": "all data to 2020 but for the rows kept out; no claim of coverage",
    "unknown": "draws of your own",
    None: "of an older version",
}
ENDS_HARDLY_KNOWN = f" Fewer than {FEW} draws: the ends of the 90 % intervals are hardly known."


def count_table(rows: pl.DataFrame, keys: list[str], title: str) -> Table:
    """Counts by `keys` and measure (commands.counted) for the screen.

    In order of the keys, or, if there are many, those with most children.
    """
    numbers = rows.filter(pl.col("measure") == "number")
    numbers, caption = shortened(numbers, "median")
    others = [
        numbers.select(keys).join(
            rows.filter(pl.col("measure") == measure), on=keys, how="left", maintain_order="left"
        )
        for measure in ("share", "assumed_unsupervised_hours")
    ]
    parts = (part.iter_rows(named=True) for part in (numbers, *others))
    lines = (
        (
            *(str(number[key]) for key in keys),
            _text(number["median"], ".3f", 1 / MILLION),
            _range(number, 50, ".3f", 1 / MILLION),
            _range(number, 90, ".3f", 1 / MILLION),
            _text(share["median"], ".1f", 100, "%"),
            _range(share, 90, ".1f", 100, "%"),
            _text(hours["median"], ".1f"),
            _range(hours, 90, ".1f"),
        )
        for number, share, hours in zip(*parts, strict=True)
    )
    return listing((*keys, *COUNTED), lines, title, COUNTED, caption=caption)


def walk_table(walk: pl.DataFrame, first: str, last: str, year: int) -> Table:
    """The walk of `Ensemble.reconcile`: `walk` has both measures, change and number."""
    numbers = walk.filter(pl.col("measure") == "number").sort("step")
    changes = walk.filter(pl.col("measure") == "change").sort("step")
    lines = []
    for number, change in zip(
        numbers.iter_rows(named=True), changes.iter_rows(named=True), strict=True
    ):
        clause = [
            number["before"],
            number["after"],
            _text(change["median"], "+.2f", 1 / MILLION),
            _range(change, 90, "+.2f", 1 / MILLION),
        ]
        counted = [
            _text(number["median"], ".2f", 1 / MILLION),
            _range(number, 50, ".2f", 1 / MILLION),
            _range(number, 90, ".2f", 1 / MILLION),
        ]
        begins = number["clause"] == "start"
        lines.append((number["clause"], *([""] * 4 if begins else clause), *counted))
    title = f"From {first} to {last}: the simulated children of {year}"
    return listing(("clause", first, last, *WALKED), lines, title, WALKED)


def what_intervals_mean(ensemble: Ensemble) -> str:
    """What the reader of a table with intervals must know."""
    draws = int(ensemble.manifest["draws"])
    return (
        f"Counts are those of {draws} simulations, each with other parameters and other luck; one "
        f"simulated child\nstands for {ensemble.scale:,}. Half of the simulations lie in the 50 % "
        "interval, nine of ten in the 90 %\ninterval; what all of them share, the model's form and "
        f"its tables, is not in it. Posterior: {POSTERIORS[ensemble.manifest.get('figures')]}."
        f"{ENDS_HARDLY_KNOWN if draws < FEW else ''}"
    )


def end_summary(ensemble: Ensemble, console: Console, workers: int) -> None:
    """Print the last year and the official counts beside the intervals."""
    last = ensemble.people(ensemble.years()[-1], by=()).row(0, named=True)
    console.print(
        f"\nSimulated China, {ensemble.years()[0]} to {last['year']}, {ensemble.manifest['draws']} "
        f"times: {_text(last['median'], ',.0f', 1 / MILLION)} million people at the end of "
        f"{last['year']} (90 % interval {_range(last, 90, ',.0f', 1 / MILLION)}). It took "
        f"{ensemble.manifest['seconds']:.0f} seconds."
    )
    found = predictions(ensemble, official_counts, workers)
    if not found:
        console.print("No year of the runs has a published count of left-behind children.")
        return
    console.print(_official(found))
    console.print(sentence(found, "published counts") + " No count is rescaled.")
    console.print(what_intervals_mean(ensemble))
    console.print("All comparisons: `leftbehind validate`.")


def _official(found: Sequence[Prediction]) -> Table:
    sizes = ("median", "50 %", "90 %", "published")
    rows = (
        (
            row["definition"],
            str(row["year"]),
            _text(row["median"], ".1f"),
            _range(row, 50, ".1f"),
            _range(row, 90, ".1f"),
            f"{row['published']:.1f}",
            "yes" if row["inside_90"] else "no",
        )
        for row in summary(found).iter_rows(named=True)
    )
    heads = ("definition", "year", *sizes, "inside 90 %")
    return listing(heads, rows, "Children left behind, millions", sizes)


def _range(
    row: dict[str, float | None], level: int, how: str, times: float = 1.0, unit: str = ""
) -> str:
    low, high = row[f"low_{level}"], row[f"high_{level}"]
    if low is None or high is None:
        return ""
    return f"{low * times:{how}} to {high * times:{how}}{unit}"


def _text(value: float | None, how: str, times: float = 1.0, unit: str = "") -> str:
    return "" if value is None else f"{value * times:{how}}{unit}"
