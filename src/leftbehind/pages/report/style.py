"""How charts look: colours that colour-blind readers can tell apart, sizes, and the finished spec.

Text, axes and grid lines get their colours from report.css, so that one chart fits a light page, a
dark page and paper; only marks carry colours of their own (Okabe and Ito's palette).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import altair as alt
import polars as pl
from altair.utils.schemapi import debug_mode

from leftbehind.pages.report.words import Words

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#8A8A8A"
WINE = "#882255"  # a ninth, of Tol's palette
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW, GREY, WINE)
# From few to many, readable with dark text below DARK_TEXT_UP_TO and white text above.
SEQUENCE = ("#F7FBFF", "#C6DBEF", "#6BAED6", "#2171B5", "#08306B")
MODEL, PUBLISHED = BLUE, VERMILLION
HEIGHT, SMALL_HEIGHT = 300, 190
TOP = alt.Legend(title=None, orient="top")
# Named, not inherited: Vega measures text before it draws it.
FONT = "system-ui, 'Segoe UI', 'Noto Sans CJK SC', sans-serif"

CONFIG: dict[str, Any] = {
    "background": "transparent",
    "mark": {"aria": False},  # a chart is one picture, told by the sentence beside it
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "aria": False,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "grid": True,
        "domain": False,
        "tickSize": 3,
        "labelOverlap": "parity",
        "labelSeparation": 10,
    },
    "axisX": {"grid": False, "domain": True, "tickCount": 6},
    "legend": {
        "aria": False,
        "orient": "bottom",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelLimit": 260,
        "titleLimit": 400,
        "columns": 3,
        "symbolStrokeWidth": 3,
    },
    "line": {"strokeWidth": 2.5},
    "text": {"color": "currentColor"},
}


def unchecked() -> AbstractContextManager[None]:
    """Charts made inside are not held against the schema of Vega-Lite as they are made.

    That took a third of a report's time. The tests hold every chart of a page against it instead.
    """
    return debug_mode(False)


def finished(chart: Any, height: int | alt.Step = HEIGHT) -> dict[str, Any]:
    """The Vega-Lite specification of an Altair chart, as wide as the page allows."""
    with alt.data_transformers.enable("default", max_rows=None):
        whole = chart.properties(width="container", height=height)
        spec: dict[str, Any] = whole.to_dict(validate=False)
    spec.pop("$schema", None)
    spec["config"] = CONFIG
    return spec


def names(field: str, order: list[str], words: Words) -> alt.Y:
    """The vertical axis of a bar chart: the labels in this order, long ones on several lines."""
    lines = f"split(replace(datum.label, regexp('{words('number.wrap')}', 'g'), '$1|'), '|')"
    axis = alt.Axis(labelExpr=lines, labelLimit=230, labelOverlap=False, grid=False)
    return alt.Y(f"{field}:N", sort=order, title=None, axis=axis)


def years(title: str = "") -> alt.X:
    """The horizontal axis of a chart over years."""
    axis = alt.Axis(format="d", title=title or None, tickCount=6)
    return alt.X("year:Q", axis=axis, scale=alt.Scale(zero=False, nice=False))


def colours(
    field: str, labels: list[str], legend: Any = alt.Undefined, palette: Sequence[str] = PALETTE
) -> alt.Color:
    """Colour by `field`, the labels in this order."""
    legend = alt.Legend(title=None) if legend is alt.Undefined else legend
    scale = alt.Scale(domain=labels, range=list(palette[: len(labels)]))
    return alt.Color(f"{field}:N", sort=labels, legend=legend, scale=scale)


def dashes(field: str, labels: list[str]) -> alt.StrokeDash:
    """A dash pattern a label, so that lines can be told apart without colour."""
    patterns = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 1], [1, 3]][: len(labels)]
    return alt.StrokeDash(
        f"{field}:N",
        sort=labels,
        legend=alt.Legend(title=None),
        scale=alt.Scale(domain=labels, range=patterns),
    )


def tips(field: str, value_format: str) -> list[Any]:
    """What a chart over years says of a point: the label in `field`, the year, the value."""
    year = alt.Tooltip("year:Q", format="d")
    return [alt.Tooltip(f"{field}:N"), year, alt.Tooltip("value:Q", format=value_format)]


def lines(
    table: pl.DataFrame, field: str, labels: list[str], y: alt.Y, value_format: str
) -> alt.Chart:
    """A line over the years for each label in `field`."""
    return (
        alt.Chart(table)
        .mark_line()
        .encode(
            x=years(),
            y=y,
            color=colours(field, labels),
            strokeDash=dashes(field, labels),
            tooltip=tips(field, value_format),
        )
    )


def zeros_visible(title: str, number_format: str = ",~r", domain: Any = alt.Undefined) -> alt.Y:
    """A vertical axis of `value` that starts at zero."""
    axis = alt.Axis(
        format=number_format,
        title=title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="start",
        titleX=0,
        titleY=-12,
        tickCount=5,
    )
    return alt.Y("value:Q", axis=axis, scale=alt.Scale(domain=domain))
