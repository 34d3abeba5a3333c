"""Figures of a run, drawn with Altair (extra `figures`): simulated counts and published points."""

from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts.headline import LINES, counts
from leftbehind.counts.intervals import LEVELS
from leftbehind.counts.world import World
from leftbehind.ensembles import Ensemble
from leftbehind.model.processes.migration import FIRST_YEAR

FORMATS = (".svg", ".html")
MILLION = 1e6
FIRST_DRAWN = 1980
SUBTITLE = (
    "Lines: simulated; levels of 2010 set the choice's constants, no count is rescaled. "
    "Points: published."
)
BANDS = "Lines are medians of the draws; bands hold half and 90 percent of the draws."
COLOURS = ("#1b6ca8", "#d1495b", "#3a7d44", "#8d6a9f")


def counts_of_draws(ensemble: Ensemble) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same of an ensemble: the simulated counts are medians with intervals (COLUMNS)."""
    simulated = ensemble.intervals(lambda w: counts(w)[0], ["definition", "year"], "million")
    return simulated.with_columns(million="median"), counts(ensemble.worlds[0])[1]


def left_behind_chart(run: World | Ensemble) -> Any:
    """An Altair chart: lines simulated, points published; InputError if the run ends too early.

    Of an ensemble the lines are medians, with the 50 and 90 percent intervals about them.
    """
    import altair as alt

    if run.years()[-1] < FIRST_YEAR:
        raise InputError(f"{run.folder}: the run ends before {FIRST_YEAR}; nothing to draw")
    one = isinstance(run, World)
    simulated, published = counts(run) if isinstance(run, World) else counts_of_draws(run)
    colour = alt.Color(
        "definition:N",
        scale=alt.Scale(domain=list(LINES), range=list(COLOURS)),
        legend=alt.Legend(title=None, orient="bottom", columns=1, labelLimit=600),
    )
    years = alt.X(
        "year:Q", scale=alt.Scale(nice=False), axis=alt.Axis(format="d", title=None, grid=False)
    )
    million = alt.Y("million:Q", axis=alt.Axis(title="children, million", tickCount=5))
    bands = [
        alt.Chart(_rows(simulated))
        .mark_area(opacity=0.18)
        .encode(years, alt.Y(f"low_{level}:Q"), alt.Y2(f"high_{level}:Q"), colour)
        for level in (() if one else LEVELS)
    ]
    lines = alt.Chart(_rows(simulated)).mark_line(strokeWidth=2).encode(years, million, colour)
    points = (
        alt.Chart(_rows(published))
        .mark_point(size=45, filled=True, opacity=0.9)
        .encode(years, million, colour)
    )
    return (
        alt.layer(*bands, lines, points)
        .properties(
            width=560,
            height=320,
            title=alt.TitleParams(
                "Children left behind: one simulated population, counted by four definitions",
                subtitle=SUBTITLE if one else [SUBTITLE, BANDS],
                anchor="start",
            ),
        )
        .configure_view(stroke=None)
    )


def save(chart: Any, path: Path) -> None:
    """Write a chart whole or not at all; InputError for another ending or a disk that refuses."""
    from leftbehind.base.store import write_text

    if path.suffix not in FORMATS:
        raise InputError(f"{path}: cannot draw that; give a file that ends in {', '.join(FORMATS)}")
    if path.suffix == ".html":
        write_text(path, chart.to_html(inline=True))
        return
    import vl_convert

    write_text(path, vl_convert.vegalite_to_svg(chart.to_json()) + "\n")


def _rows(table: pl.DataFrame) -> Any:
    import altair as alt

    return alt.Data(values=table.to_dicts())
