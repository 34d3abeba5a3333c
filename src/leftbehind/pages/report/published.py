"""A count by year beside the figures that were published: the line is ours, the points are not."""

from typing import Any

import altair as alt
import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.tallies import MILLION
from leftbehind.evidence.validate import Check
from leftbehind.pages.report.section import DataTable
from leftbehind.pages.report.style import (
    GREY,
    HEIGHT,
    MODEL,
    PUBLISHED,
    finished,
    years,
    zeros_visible,
)
from leftbehind.pages.report.words import Words

FEW_YEARS = 6  # of one agency's figures that a source line names one by one


def agency(check: Check, words: Words) -> str:
    """Who published the figure of a check; in Chinese the count by name, which says who."""
    if check.what in definitions.names():
        definition = definitions.get(check.what)
        named = words.language == "en" and definition.agency
        return named or words.definition(definition)
    return words("cities.survey")


def agencies(checks: list[Check], words: Words) -> str:
    """Who published the figures of some checks, each agency once with its years."""
    years_of: dict[str, list[str]] = {}
    for check in checks:
        when = years_of.setdefault(agency(check, words), [])
        if check.year not in when:  # two agencies may print one figure
            when.append(check.year)
    listed = (f"{name} ({_when(when, words)})" for name, when in years_of.items())
    return words("word.semicolon").join(listed)


def _when(years: list[str], words: Words) -> str:
    """The years of an agency's figures: each of a few, the span of many."""
    if len(years) <= FEW_YEARS:
        return words("word.comma").join(years)
    return words("word.range", low=years[0], high=years[-1])


def once(checks: list[Check]) -> list[Check]:
    """Each published figure once: what one agency takes from another is one point."""
    return list({(check.year, round(check.published, 2)): check for check in checks}.values())


def bands(draws: pl.DataFrame, words: Words) -> list[Any]:
    """The stored intervals (evidence/uncertainty.py): parameters and luck, and the wider one."""
    unit = MILLION * words.people_unit
    ends = ("low", "high", "wide_low", "wide_high")
    base = alt.Chart(draws.select("year", pl.col(ends) / unit))
    pairs = (("wide_low", "wide_high", 0.16), ("low", "high", 0.24))
    return [
        base.mark_area(color=GREY, opacity=opacity).encode(
            x=years(), y=alt.Y(f"{low}:Q"), y2=alt.Y2(f"{high}:Q")
        )
        for low, high, opacity in pairs
    ]


def beside(
    counts: dict[int, float],
    checks: list[Check],
    words: Words,
    height: int = HEIGHT,
    draws: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """A line of the model's counts and published points with the accepted range.

    `draws` are the stored intervals of the count, drawn as bands. Full points are met by the model,
    hollow ones are not. Both in millions; the chart shows them in the unit of the page.
    """
    unit = words.people_unit
    names = {True: words("word.met"), False: words("word.missed")}
    line = pl.DataFrame({"year": list(counts), "value": [v / unit for v in counts.values()]})
    model = words("word.model")
    ours = (
        alt.Chart(line)
        .mark_line(color=MODEL)
        .encode(
            x=years(),
            y=zeros_visible(words("number.axis")),
            tooltip=[
                alt.Tooltip("year:Q", format="d"),
                alt.Tooltip("value:Q", format=",.4~r", title=model),
            ],
        )
    )
    layers = [*(bands(draws, words) if draws is not None else []), ours]
    checks = once(checks)
    if checks:
        points = pl.DataFrame(
            {
                "year": [int(c.year) for c in checks],
                "value": [c.published / unit for c in checks],
                "low": [c.low / unit for c in checks],
                "high": [c.high / unit for c in checks],
                "met": [names[c.met] for c in checks],
                "agency": [agency(c, words) for c in checks],
                "model": [c.model / unit for c in checks],
            }
        )
        ranges = alt.Chart(points).mark_rule(color=PUBLISHED, strokeWidth=1.5)
        marks = alt.Chart(points).mark_point(
            size=70, shape="diamond", opacity=1, color=PUBLISHED, strokeWidth=2
        )
        fill = alt.condition(
            alt.datum.met == names[True], alt.value(PUBLISHED), alt.value("transparent")
        )
        tips = [
            alt.Tooltip("agency:N", title=" "),
            alt.Tooltip("year:Q", format="d"),
            alt.Tooltip("value:Q", format=",.4~r", title=words("word.published")),
            alt.Tooltip("model:Q", format=",.4~r", title=model),
            alt.Tooltip("met:N", title=" "),
        ]
        layers += [
            ranges.encode(x=alt.X("year:Q"), y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
            marks.encode(x=alt.X("year:Q"), y=alt.Y("value:Q"), fill=fill, tooltip=tips),
        ]
    return finished(alt.layer(*layers), height)


def beside_table(counts: dict[int, float], checks: list[Check], words: Words) -> DataTable:
    """Each year's count, the published figures of that year and whether they are met."""
    heads = ("year", "model", "published", "agency", "accepted", "verdict")
    head = [words("word." + name) for name in heads]
    rows = []
    for year, count in counts.items():
        found = once([check for check in checks if int(check.year) == year])
        for check in found:
            rows.append(
                (
                    str(year),
                    words.amount(count),
                    words.amount(check.published),
                    agency(check, words),
                    words("word.range", low=words.amount(check.low), high=words.amount(check.high)),
                    words("word.met" if check.met else "word.missed"),
                )
            )
        if not found:
            rows.append((str(year), words.amount(count), "", "", "", ""))
    return DataTable.of(head, rows)
