"""Charts whose numbers come later: Vega-Lite specifications with named data, in one language.

The explorer and the page without an install draw them; the numbers are put in by the page's script
(`view.data(name, rows)`), so that a slider's answer needs no new specification. What each data set
must hold stands with its function. Numbers of people come in the unit of the page, shares from 0
to 1, and every row brings its tooltip as `tip`. They look as the report's charts do: report/style.
"""

from typing import Any

import altair as alt

from leftbehind.pages.report.style import (
    BLUE,
    GREEN,
    GREY,
    HEIGHT,
    PALETTE,
    PUBLISHED,
    SEQUENCE,
    TOP,
    WINE,
    colours,
    dashes,
    finished,
    years,
    zeros_visible,
)
from leftbehind.pages.report.words import Texts

BEFORE, AFTER = BLUE, GREEN
# From fewer to more, the middle without colour.
CHANGES = ("#00588B", "#8FC1DF", "#EFEDE7", "#F0B27A", "#A83F00")
PALE = "#D9D9D9"  # of a place with too few simulated children
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of a colour scale, as parts of its top
MAP_HEIGHT = 420
AGES = (*(f"{low}–{low + 4}" for low in range(0, 100, 5)), "100+")  # of the pyramid
NARROW = 430  # pixels below which tiles carry short names


def specs(words: Texts, worlds: tuple[str, str], carers: list[str]) -> dict[str, dict[str, Any]]:
    """All charts by name: `worlds` are the labels of the two worlds, `carers` of who cares."""
    return {
        "lines": lines(words, worlds),
        "tiles": tiles(words, change=False),
        "tiles-change": tiles(words, change=True),
        "points": points(words, change=False),
        "points-change": points(words, change=True),
        "care": care(words, worlds, carers),
        "pyramid": pyramid(words, worlds),
    }


def named(name: str) -> alt.Chart:
    """A chart of a data set that the page's script fills in."""
    return alt.Chart(alt.NamedData(name=name))


_TIP = alt.Tooltip("tip:N", title=" ")


def lines(words: Texts, worlds: tuple[str, str]) -> dict[str, Any]:
    """A count over the years in two worlds, what was published, and the intervals.

    `series`: year, world (one of `worlds`), value, low, high (luck alone; null without). `draws`:
    year, low, high of the shipped draws, and `wide_low`, `wide_high` with the discrepancy.
    `published`: year, value, low, high. The signal `year` is marked.
    """
    x, y = years(), zeros_visible(words("number.axis"))
    above = alt.Legend(title=None, orient="top", offset=22)  # clear of the axis' title
    both = colours("world", list(worlds), above, (BEFORE, AFTER))
    plain = alt.Chart.mark_area
    wide = plain(named("draws"), color=GREY, opacity=0.16).encode(
        x=x, y=alt.Y("wide_low:Q"), y2="wide_high:Q"
    )
    draws = plain(named("draws"), color=GREY, opacity=0.22).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q", tooltip=[_TIP]
    )
    luck = plain(named("series"), opacity=0.3).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q", color=both
    )
    line = (
        named("series")
        .mark_line()
        .encode(x=x, y=y, color=both, strokeDash=dashes("world", list(worlds)), tooltip=[_TIP])
    )
    marks = named("series").transform_filter("datum.year == year")
    dots = marks.mark_point(filled=True, size=70, opacity=1).encode(
        x=x, y=y, color=both, tooltip=[_TIP]
    )
    rule = (
        named("series").transform_filter("datum.year == year").mark_rule(color=GREY, opacity=0.6)
    ).encode(x=x)
    accepted = named("published").mark_rule(color=PUBLISHED, strokeWidth=1.5)
    told = named("published").mark_point(
        shape="diamond", size=80, opacity=1, color=PUBLISHED, strokeWidth=2, fill="white"
    )
    layers = (
        wide,
        draws,
        luck,
        rule,
        line,
        dots,
        accepted.encode(x="year:Q", y="low:Q", y2="high:Q"),
        told.encode(x="year:Q", y="value:Q", tooltip=[_TIP]),
    )
    return finished(alt.layer(*layers).add_params(alt.param(name="year", value=2020)), HEIGHT)


def _shade(words: Texts, change: bool) -> tuple[Any, Any]:
    """Colour and the parameter `top` of a map: shares from 0, or changes on both sides of 0."""
    top = alt.param(name="top", value=0.5)
    steps = [2 * step - 1 for step in STEPS] if change else list(STEPS)
    percent = "format(datum.value * top, '.0%')"
    label = f"(datum.value > 0 ? '+' : '') + {percent}" if change else percent
    legend = alt.Legend(
        title=words("map.change_legend" if change else "map.legend"),
        labelExpr=label,
        values=steps,
        gradientLength=220,
        titleLimit=330,
        orient="top",
    )
    scale = alt.Scale(domain=steps, range=list(CHANGES if change else SEQUENCE), clamp=True)
    colour = alt.condition(
        "datum.clear", alt.Color("at:Q", scale=scale, legend=legend), alt.value(PALE)
    )
    return colour, top


def tiles(words: Texts, change: bool) -> dict[str, Any]:
    """A tile a province.

    `places`: code, row, col, tile and short (its names), value (a share, or a change as a share),
    text, clear (false: too few, or no clear change), chosen, tip. The signal `top` ends the scale.
    """
    colour, top = _shade(words, change)
    base = named("places").transform_calculate(at="datum.value / top")
    x = alt.X("col:O", axis=None, scale=alt.Scale(paddingInner=0.05))
    y = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.05))
    chosen = "datum.chosen"
    squares = base.mark_rect(cornerRadius=4, cursor="pointer").encode(
        x=x,
        y=y,
        color=colour,
        stroke=alt.condition(chosen, alt.value(PUBLISHED), alt.value(GREY)),
        strokeWidth=alt.condition(chosen, alt.value(3), alt.value(0.6)),
        tooltip=[_TIP],
    )
    strong = "abs(datum.at) > 0.8" if change else "datum.at > 0.6"
    ink = alt.condition(f"datum.clear && {strong}", alt.value("white"), alt.value("#111"))
    size = alt.ExprRef(f"width < {NARROW} ? 9 : 11")
    label = base.transform_calculate(shown=f"width < {NARROW} ? datum.short : datum.tile")
    names = label.mark_text(dy=-7, fontSize=size, limit=70, cursor="pointer").encode(
        x=x, y=y, text="shown:N", color=ink
    )
    values = base.mark_text(dy=8, fontSize=size, fontWeight="bold", cursor="pointer").encode(
        x=x, y=y, text="text:N", color=ink
    )
    return finished(alt.layer(squares, names, values).add_params(top), MAP_HEIGHT)


def points(words: Texts, change: bool) -> dict[str, Any]:
    """A point a prefecture at its seat.

    `places`: code, lon, lat, label, value, size (people counted), clear, chosen, tip. The signals
    `top`, and `west`, `east`, `south`, `north`: what of the country is shown.
    """
    colour, top = _shade(words, change)
    bounds = {"west": 73, "east": 135.5, "south": 17, "north": 54}
    window = [alt.param(name=name, value=value) for name, value in bounds.items()]
    inside = "datum.lon >= west && datum.lon <= east && datum.lat >= south && datum.lat <= north"
    base = named("places").transform_filter(inside).transform_calculate(at="datum.value / top")
    lon = alt.Scale(
        domainMin=alt.ExprRef("west"), domainMax=alt.ExprRef("east"), nice=False, zero=False
    )
    lat = alt.Scale(
        domainMin=alt.ExprRef("south"), domainMax=alt.ExprRef("north"), nice=False, zero=False
    )
    x, y = alt.X("lon:Q", axis=None, scale=lon), alt.Y("lat:Q", axis=None, scale=lat)
    dots = base.mark_circle(opacity=1, cursor="pointer").encode(
        x=x,
        y=y,
        size=alt.Size("size:Q", legend=None, scale=alt.Scale(range=[20, 420])),
        color=colour,
        stroke=alt.condition("datum.chosen", alt.value(PUBLISHED), alt.value(GREY)),
        strokeWidth=alt.condition("datum.chosen", alt.value(4), alt.value(0.6)),
        tooltip=[_TIP],
    )
    labelled = base.transform_filter("datum.chosen || east - west < 20")
    names = labelled.mark_text(align="left", dx=9, fontSize=12).encode(x=x, y=y, text="label:N")
    return finished(alt.layer(dots, names).add_params(top, *window), MAP_HEIGHT)


def care(words: Texts, worlds: tuple[str, str], carers: list[str]) -> dict[str, Any]:
    """Who cares for the counted children: a bar a year, a panel a world.

    `care`: year, world, who (one of `carers`), order (its position), value, tip.
    """
    kinds = (*PALETTE, "#44AA99")[: len(carers)]
    below = alt.Legend(
        title=None, orient="bottom", columns=2, labelFontSize=11, labelLimit=190, columnPadding=6
    )
    bars = (
        named("care")
        .mark_bar()
        .encode(
            x=alt.X(
                "year:O", axis=alt.Axis(title=None, labelAngle=0, values=list(range(2000, 2021, 5)))
            ),
            y=zeros_visible(words("number.axis")),
            xOffset=alt.XOffset("world:N", sort=list(worlds)),
            color=colours("who", carers, below, kinds),
            order="order:Q",
            opacity=alt.condition("datum.year == year", alt.value(1), alt.value(0.6)),
            tooltip=[_TIP],
        )
        .add_params(alt.param(name="year", value=2020))
    )
    return finished(bars, HEIGHT)


def pyramid(words: Texts, worlds: tuple[str, str]) -> dict[str, Any]:
    """People by age and sex, those who live in villages apart; the other world as outlines.

    `people`: age (a label of AGES), sex, lives, order (of lives), signed (women on the right, men
    as negative numbers), tip; `other`: age, signed, where the villages' part ends in that world.
    """
    places = [words("pyramid.village"), words("pyramid.elsewhere")]
    axis = alt.Axis(title=words("number.axis"), labelExpr="format(abs(datum.value), ',~r')")
    y = alt.Y(
        "age:O",
        scale=alt.Scale(domain=list(reversed(AGES))),
        axis=alt.Axis(title=None, labelOverlap=True),
    )
    bars = (
        named("people")
        .mark_bar()
        .encode(
            x=alt.X("signed:Q", axis=axis, stack="zero"),
            y=y,
            color=colours("lives", places, TOP, (WINE, "#DDB4C6")),
            order="order:Q",
            tooltip=[_TIP],
        )
    )
    outline = (
        named("other")
        .mark_tick(color=AFTER, thickness=2.5)
        .encode(x=alt.X("signed:Q"), y=y, tooltip=[_TIP])
    )
    return finished(alt.layer(bars, outline), MAP_HEIGHT)
