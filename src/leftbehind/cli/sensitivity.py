"""The command `leftbehind sensitivity`."""

from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.base.listing import listing
from leftbehind.cli import options
from leftbehind.cli.counts import MILLION
from leftbehind.cli.rows import Csv, Json, handed_over
from leftbehind.cli.screen import bar, console, errors

if TYPE_CHECKING:
    import polars as pl

WHAT = ("hours at ", "children at ", "nights at ")


def sensitivity(
    definition: Annotated[
        str, typer.Option("--definition", help="Whose children: a shipped name or a TOML file.")
    ] = "nbs-unicef-2015-rural",
    year: Annotated[int, typer.Option("--year", help="The year that is measured.")] = 2015,
    since: Annotated[
        int | None,
        typer.Option("--since", help="Change from this year on; left out: only in the year."),
    ] = None,
    scale: options.Scale = 10_000,
    seed: options.Seed = 1,
    threads: options.Threads = options.CORES,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """How far each assumption about care and supervision moves hours and counts."""
    from leftbehind.counts import definitions
    from leftbehind.counts.sensitivity import care_and_week, check_years
    from leftbehind.runs.plan import check_settings

    chosen = definitions.get(definition)
    check_years(year if since is None else since, year)
    check_settings(1950, year, scale, seed, threads)
    with bar(before="{task.description:48}", console=errors) as shown:
        task = shown.add_task("Preparing")

        def show(what: str, done: int, total: int) -> None:
            shown.update(task, description=what, completed=done, total=total)

        rows = care_and_week(
            chosen, year, since=since, scale=scale, seed=seed, threads=threads, progress=show
        )
    if handed_over(rows, csv, json):
        return
    _print_sensitivity(rows, chosen.name, year, since or year)


def _print_sensitivity(rows: "pl.DataFrame", name: str, year: int, since: int) -> None:
    first = rows.row(0, named=True)
    ends = [f"{what}{end}" for what in ("", *WHAT) for end in ("low", "high")]
    still, moved = [], []
    for row in rows.iter_rows(named=True):
        measures = ("unsupervised_hours", "number", "nights_without_adult")
        if all(row[f"{m}_at_low"] == row[f"{m}_at_mean"] == row[f"{m}_at_high"] for m in measures):
            still.append(row["parameter"])
            continue
        moved.append(
            (
                row["parameter"],
                f"{row['low']:g}",
                f"{row['high']:g}",
                *(f"{row[f'unsupervised_hours_at_{e}']:.1f}" for e in ("low", "high")),
                *(f"{row[f'number_at_{e}'] / MILLION:.2f}" for e in ("low", "high")),
                *(f"{row[f'nights_without_adult_at_{e}']:.2f}" for e in ("low", "high")),
            )
        )
    title = f"Children of {name}, {year}: each assumption at the ends of its prior"
    console.print(listing(("assumption", *ends), moved, title, ends, ("assumption",)))
    console.print(
        f"At the means: {first['unsupervised_hours_at_mean']:.1f} unsupervised hours a week "
        f"(assumed hours), {first['number_at_mean'] / MILLION:.2f} million children, "
        f"{first['nights_without_adult_at_mean']:.2f} nights a week without an adult (assumed). "
        "Levels depend on\n--scale more than chance explains: read how far they move."
    )
    if still:
        console.print(f"These move none of the three: {', '.join(still)}.")
    if since == year:
        console.print(
            f"Each was changed in {year} only. For week_* that is the whole effect, as hours feed "
            "back into nothing. For all\nothers it is the effect of one year: habits and networks "
            "carry it further (--since)."
        )
    else:
        console.print(f"Each was changed from {since} on.")
