"""A world in one line, and as an HTML card: what was run, pyramid, map, counts, tables."""

from typing import Any

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.markdown import render
from leftbehind.counts.card_pictures import MAP, chinas_map, pyramid
from leftbehind.counts.headline import counts
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.runs.folder import Run

MILLION = 1e6
BASELINE = "baseline"


def line(world: Run) -> str:
    """The world in one line: folder, years, scale, seed, scenario and people alive at the end."""
    return (
        f"Run({str(world.folder)!r}): {_years(world)}, 1:{world.scale:,}, "
        f"seed {world.manifest['seed']}, scenario {world.scenario_name or BASELINE}, "
        f"{alive(world):,.0f} million people alive in {world.years()[-1]}"
    )


def html(world: Run) -> str:
    """The world as HTML without style sheets, scripts or addresses.

    Colours are the notebook's own, so the card fits a light and a dark page. The pyramid, the map
    and the counts are those of the last year; a run whose tables cannot be read says so.
    """
    last = world.years()[-1]
    try:
        tables = world.tables.select("table", "rows").rows()
        children, problem = last_counts(world), ""
        drawn = {"pyramid": pyramid(world, last), "map": chinas_map(world, last)}
    except InputError as error:
        tables, children, problem, drawn = [], [], str(error), {}
    return render(
        __package__,
        "card.html.j2",
        folder=str(world.folder),
        years=_years(world),
        last=last,
        scale=world.scale,
        seed=world.manifest["seed"],
        scenario=world.scenario_name or BASELINE,
        alive=alive(world),
        version=world.manifest["version"],
        tables=tables,
        children=children,
        problem=problem,
        first_counted=FIRST_YEAR,
        size=MAP,
        **drawn,
    )


def alive(world: Run) -> float:
    """People alive at the end of the last year, in millions."""
    return float(world.manifest["alive"]) * world.scale / MILLION


def last_counts(world: Run) -> list[dict[str, Any]]:
    """Left-behind children of the last year: `definition`, `million` simulated, `published`.

    `published` is the list of figures (millions) that agencies gave for that year. Empty for a run
    that ends before families could move.
    """
    year = world.years()[-1]
    if year < FIRST_YEAR:
        return []
    simulated, published = counts(world, year)
    figures = published.group_by("definition").agg(published=pl.col("million").sort())
    joined = simulated.join(figures, on="definition", how="left", maintain_order="left")
    return [{**row, "published": row["published"] or []} for row in joined.iter_rows(named=True)]


def _years(world: Run) -> str:
    years = world.years()
    return f"{years[0]}-{years[-1]}"
