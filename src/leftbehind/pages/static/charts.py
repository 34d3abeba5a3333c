"""The drawings of the page: Vega-Lite specifications whose data the reader's browser fills in.

Data sets by name: `lines` (year, value, low, high, world), `sure` (year, low, high, what),
`published` (year, value, low, high, agency), `tiles` (name, short, row, column, few, value, shown,
top, text), `provinces` (name, rank, value, low, high, text), `care` (who, world, value). Counts are
in the unit of the page. The child's years stand in their chart.
"""

from typing import Any

import altair as alt
import polars as pl

from leftbehind.pages.charts import PALE, named
from leftbehind.pages.report.style import (
    GREEN,
    GREY,
    MODEL,
    ORANGE,
    PALETTE,
    PUBLISHED,
    SEQUENCE,
    TOP,
    colours,
    dashes,
    finished,
    years,
    zeros_visible,
)
from leftbehind.pages.static.words import Words

NARROW = 520  # pixels below which tiles carry short names
TILES_HEIGHT, ROW, BAR = 430, 15, 12


def specs(words: Words) -> dict[str, dict[str, Any]]:
    """Every drawing whose data change, by name."""
    return {
        "lines": _lines(words),
        "tiles": _tiles(words),
        "provinces": _provinces(words),
        "care": _care(words),
    }


def _lines(words: Words) -> dict[str, Any]:
    """Counts of both worlds by year with their bands, and what was published."""
    worlds = [words("world.before"), words("world.after")]
    colour = colours("world", worlds, TOP, (GREY, MODEL))
    y = zeros_visible("")
    sure = (
        named("sure")
        .mark_area(opacity=0.22)
        .encode(
            x=years(),
            y=alt.Y("low:Q"),
            y2="high:Q",
            fill=alt.Fill(
                "what:N", legend=TOP, scale=alt.Scale(domain=[words("lines.draws")], range=[GREY])
            ),
        )
    )
    error = (
        named("lines")
        .mark_area(opacity=0.25, color=MODEL)
        .encode(x=years(), y=alt.Y("low:Q"), y2="high:Q", detail="world:N")
    )
    line = (
        named("lines")
        .mark_line()
        .encode(
            x=years(),
            y=y,
            color=colour,
            strokeDash=dashes("world", worlds),
            tooltip=[
                alt.Tooltip("world:N", title=" "),
                alt.Tooltip("year:Q", format="d", title=words("results.year")),
                alt.Tooltip("value:Q", format=",.4~r", title=words("number.axis")),
            ],
        )
    )
    points = named("published")
    ranges = points.mark_rule(color=PUBLISHED, strokeWidth=1.5).encode(
        x="year:Q", y="low:Q", y2="high:Q"
    )
    marks = points.mark_point(
        size=70, shape="diamond", opacity=1, color=PUBLISHED, fill=PUBLISHED
    ).encode(
        x="year:Q",
        y="value:Q",
        tooltip=[
            alt.Tooltip("agency:N", title=" "),
            alt.Tooltip("year:Q", format="d", title=words("results.year")),
            alt.Tooltip("value:Q", format=",.4~r", title=words("lines.published")),
        ],
    )
    return finished(alt.layer(sure, error, line, ranges, marks))


def _tiles(words: Words) -> dict[str, Any]:
    """A tile a province: its share of the children whom the definition looks at."""
    scale = alt.Scale(domainMin=0, range=list(SEQUENCE))
    x = alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.06))
    y = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.06))
    base = named("tiles")
    legend = alt.Legend(title=words("tiles.legend_share"), gradientLength=180)
    tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title=" ")]
    squares = base.mark_rect(cornerRadius=4, stroke=GREY, strokeWidth=0.6).encode(
        x=x,
        y=y,
        color=alt.condition(
            "datum.few", alt.value(PALE), alt.Color("value:Q", scale=scale, legend=legend)
        ),
        tooltip=tips,
    )
    ink = alt.condition(
        "!datum.few && datum.value > datum.top * 0.55", alt.value("white"), alt.value("#111")
    )
    size = alt.ExprRef(f"width < {NARROW} ? 10 : 12")
    names = (
        base.transform_calculate(label=f"width < {NARROW} ? datum.short : datum.name")
        .mark_text(dy=-7, fontSize=size)
        .encode(x=x, y=y, text="label:N", color=ink, tooltip=tips)
    )
    values = base.mark_text(dy=9, fontSize=size, fontWeight="bold").encode(
        x=x, y=y, text="shown:N", color=ink, tooltip=tips
    )
    return finished(alt.layer(squares, names, values), TILES_HEIGHT)


def _provinces(words: Words) -> dict[str, Any]:
    """How far each province's count moves, with its interval."""
    base = named("provinces")
    by_rank = alt.EncodingSortField("rank", op="min")
    rows = alt.Axis(labelOverlap=False, labelLimit=140)
    y = alt.Y("name:N", sort=by_rank, title=None, axis=rows)
    axis = alt.Axis(title=words("provinces.axis"), grid=True, format="~r")
    tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title=" ")]
    rule = base.mark_rule(color=MODEL, strokeWidth=2).encode(
        x=alt.X("low:Q", axis=axis), x2="high:Q", y=y, tooltip=tips
    )
    point = base.mark_point(filled=True, size=45, color=MODEL, opacity=1).encode(
        x="value:Q", y=y, tooltip=tips
    )
    zero = alt.Chart(pl.DataFrame({"x": [0.0]})).mark_rule(color=GREY).encode(x="x:Q")
    return finished(alt.layer(zero, rule, point), alt.Step(ROW))


def _care(words: Words) -> dict[str, Any]:
    """Who cares for the counted children, in both worlds."""
    worlds = [words("world.before"), words("world.after")]
    bars = (
        named("care")
        .mark_bar(height=BAR)
        .encode(
            x=alt.X("value:Q", axis=alt.Axis(title=words("number.axis"), grid=True, format="~r")),
            y=alt.Y(
                "who:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, labelOverlap=False)
            ),
            yOffset=alt.YOffset("world:N", sort=worlds),
            color=colours("world", worlds, TOP, (GREY, MODEL)),
            tooltip=["who:N", "world:N", alt.Tooltip("value:Q", format=",.4~r", title=" ")],
        )
    )
    return finished(bars, alt.Step(BAR + 3))


def two_lives(rows: list[dict[str, Any]], states: list[str], words: Words) -> dict[str, Any]:
    """A child's years in two rows, a colour a state; `rows`: year, world, state, age."""
    order = [words("child.before"), words("child.after")]
    palette = (GREEN, ORANGE, *[c for c in PALETTE if c not in (GREEN, ORANGE)])
    strips = (
        alt.Chart(pl.DataFrame(rows))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelOverlap="parity", labelAngle=0)),
            y=alt.Y("world:N", sort=order, title=None, axis=alt.Axis(labelLimit=150)),
            color=colours("state", states, alt.Legend(title=None, orient="bottom"), palette),
            tooltip=[
                alt.Tooltip("world:N", title=" "),
                alt.Tooltip("year:O", title=words("results.year")),
                alt.Tooltip("age:Q", title=words("child.age")),
                alt.Tooltip("state:N", title=" "),
            ],
        )
    )
    return finished(strips, alt.Step(46))
