"""The second map: a point a prefecture at its seat, in five classes of equal size, with search."""

from typing import Any

import altair as alt
import polars as pl

from leftbehind.counts.tallies import MILLION
from leftbehind.inputs.tables import read_table
from leftbehind.pages.report.facts import RURAL, Facts
from leftbehind.pages.report.section import Chart, DataTable
from leftbehind.pages.report.style import GREY, SEQUENCE, VERMILLION, finished
from leftbehind.pages.report.words import Words

FEW = 30  # simulated village children below which a prefecture is grey
CLASSES = 5
FIRST, STEP = 1985, 5  # years that the slider shows
HEIGHT = 480


def prefectures(facts: Facts, words: Words) -> Chart:
    """Shares of village children left behind, by prefecture and every fifth year."""
    table = shares(facts)
    now = table.filter(pl.col("year") == table["year"].max())
    enough = now.filter(pl.col("enough"))
    sentence = words(
        "map.places_sentence",
        year=now["year"][0],
        shown=enough.height,
        number=now.height,
        few=FEW,
        low=words.percent(enough["share"].quantile(0.2)),
        high=words.percent(enough["share"].quantile(0.8)),
    )
    label = "name_zh" if words.language == "zh" else "name"
    rows = (
        (row[label], words.percent(row["share"]), words.amount(row["number"]))
        for row in now.sort("code").iter_rows(named=True)
    )
    head = [words("map." + name) for name in ("place", "share", "number")]
    return Chart(
        "prefectures",
        words("map.places"),
        sentence,
        _points(table, label, words),
        DataTable.of(head, rows),
        controls=words("map.slider"),
    )


def shares(facts: Facts) -> pl.DataFrame:
    """By year and prefecture: share, number (million), class (1 to CLASSES, equal in number)."""
    years = [y for y in facts.years if y >= FIRST and y % STEP == 0] or [facts.year]
    seats = read_table("prefectures").select("code", "name", "name_zh", "lon", "lat")
    enough = pl.col("children") >= FEW * facts.world.scale
    rank = pl.when("enough").then("share").rank().over("year")
    of = pl.col("enough").sum().over("year")
    return (
        facts.world.left_behind(RURAL, "prefecture", years)
        .join(seats, left_on="prefecture", right_on="name")
        .rename({"prefecture": "name"})
        .with_columns(enough=enough, number=pl.col("number") / MILLION)
        .with_columns(quantile=((rank - 0.5) * CLASSES / of).floor().cast(pl.Int64) + 1)
        .select(
            "year", "code", "name", "name_zh", "lon", "lat", "share", "number", "enough", "quantile"
        )
    )


def _points(table: pl.DataFrame, label: str, words: Words) -> dict[str, Any]:
    shown = table.with_columns(
        pl.col("share").round(4),
        pl.col("number").round(4),
        text=pl.col("share").map_elements(words.percent, return_dtype=pl.String),
    )
    years = shown["year"].to_list()
    slider = alt.binding_range(
        min=min(years), max=max(years), step=STEP, name=words("map.slider") + " "
    )
    year = alt.param(name="year", value=max(years), bind=slider)
    field = alt.binding(input="text", name=words("map.search") + " ")
    search = alt.param(name="search", value="", bind=field)
    found = (
        "search != '' && (indexof(lower(datum.name), lower(search)) == 0"
        " || indexof(datum.name_zh, search) == 0)"
    )
    classes = alt.Color(
        "quantile:O",
        scale=alt.Scale(domain=list(range(1, CLASSES + 1)), range=list(SEQUENCE)),
        legend=alt.Legend(title=words("map.classes")),
    )
    base = alt.Chart(shown).transform_filter("datum.year == year")
    x = alt.X("lon:Q", axis=None, scale=alt.Scale(domain=[74, 135]))
    y = alt.Y("lat:Q", axis=None, scale=alt.Scale(domain=[17, 54]))
    points = base.mark_circle(opacity=1, strokeWidth=0.7).encode(
        x=x,
        y=y,
        size=alt.Size("number:Q", legend=None, scale=alt.Scale(range=[15, 420])),
        color=alt.condition("datum.enough", classes, alt.value("#D9D9D9")),
        stroke=alt.condition(found, alt.value(VERMILLION), alt.value(GREY)),
        strokeWidth=alt.condition(found, alt.value(4), alt.value(0.6)),
        tooltip=[
            alt.Tooltip(f"{label}:N", title=" "),
            alt.Tooltip("text:N", title=words("map.legend")),
        ],
    )
    named = (
        base.transform_filter(found)
        .transform_calculate(told=f"datum.{label} + ' ' + datum.text")
        .mark_text(align="left", dx=10, fontSize=13, fontWeight="bold")
        .encode(x=x, y=y, text=alt.Text("told:N"))
    )
    return finished(alt.layer(points, named).add_params(year, search), HEIGHT)
