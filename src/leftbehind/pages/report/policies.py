"""Section 9: what a policy would do, only if a comparison of two worlds is given."""

from pathlib import Path

import altair as alt
import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.compare import Comparison
from leftbehind.counts.tallies import MILLION
from leftbehind.evidence.policies import shipped
from leftbehind.pages.report.facts import Facts
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import BLUE, GREY, finished, names, years, zeros_visible
from leftbehind.pages.report.words import Words

MOST = 12  # provinces shown, those with the largest effects
EFFECT = ("difference", "low", "high")


def policies(facts: Facts, words: Words, compare: Path | None) -> Section:
    """The effects of a comparison, or how to make one."""
    title, notes = words("policies.title"), [words("policies.note")]
    if compare is None:
        commands = [
            (words("policies.how_compare"),),
            (words("policies.how_report", folder=facts.world.folder),),
        ]
        table = ("", DataTable.of((), commands))
        told = [words("policies.text_none")]
        return Section("policies", title, told, [gallery(words)], notes, [table])
    found = Comparison(compare)
    manifest = found.manifest
    text = words(
        "policies.text",
        before=manifest["before"]["title"],
        after=manifest["after"]["title"],
        seeds=manifest["seeds"],
        scale=f"{manifest['scale']:,}",
    )
    charts = [_effects(found, words), _provinces(found, words)]
    return Section("policies", title, [text], charts, notes)


def gallery(words: Words) -> Chart:
    """The effects that ship with the package: the whole gallery, each in its own main year."""
    unit = MILLION * words.people_unit
    table = shipped.effects().with_columns(pl.col(shipped.SIZES) / unit).sort("effect")
    named = [
        words("policies.named", policy=words.label_or_name(policy, "policy"), year=year)
        for policy, year in table.select("policy", "year").iter_rows()
    ]
    base = alt.Chart(table.select("effect", "low", "high", name=pl.Series(named)))
    y = names("name", named, words)
    axis = alt.Axis(title=words("number.axis"), grid=True)
    ranges = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        x=alt.X("low:Q", axis=axis), x2=alt.X2("high:Q"), y=y
    )
    tips = [alt.Tooltip("name:N"), alt.Tooltip("effect:Q", format="+,.3~r")]
    points = base.mark_point(filled=True, size=80, opacity=1, color=BLUE).encode(
        x=alt.X("effect:Q"), y=y, tooltip=tips
    )
    zero = (
        alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=GREY).encode(x=alt.X("value:Q"))
    )
    clear = table.filter((pl.col("low") > 0) | (pl.col("high") < 0)).height
    one = table.row(0, named=True)
    sentence = words(
        "policies.gallery_sentence",
        clear=clear,
        number=table.height,
        what=words.definition(definitions.get(one["definition"])),
        draws=one["draws"],
        scale=f"{one['scale']:,}",
    )
    shown = table.rename({"effect": "difference"}).with_columns(name=pl.Series(named))
    return Chart(
        "gallery",
        words("policies.gallery"),
        sentence,
        finished(alt.layer(zero, ranges, points), alt.Step(46)),
        _table(shown, "name", words, "policies.policy"),
        assumed=words("policies.assumed"),
    )


def _shown(found: Comparison, by: str, words: Words) -> pl.DataFrame:
    """Effects on the headline count in the unit of the page; without an interval it is a point."""
    table = found.effects(by=by).select("year", "group", "before", "after", *EFFECT)
    unit = pl.col("before", "after", *EFFECT) / (MILLION * words.people_unit)
    scaled = table.with_columns(unit)
    return scaled.with_columns(pl.col("low", "high").fill_null(pl.col("difference")))


def _effects(found: Comparison, words: Words) -> Chart:
    table = _shown(found, "all", words)
    x, y = years(), zeros_visible(words("number.axis"))
    bars = alt.Chart(table.select("year", value="difference", low="low", high="high"))
    band = bars.mark_area(opacity=0.25, color=BLUE).encode(
        x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")
    )
    zero = (
        alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=GREY).encode(y=alt.Y("value:Q"))
    )
    tips = [alt.Tooltip("year:Q", format="d"), alt.Tooltip("value:Q", format="+,.3~r")]
    line = bars.mark_line(color=BLUE).encode(x=x, y=y, tooltip=tips)
    last = table.sort("year").row(-1, named=True)
    title = found.manifest["after"]["title"]
    sentence = words(
        "policies.sentence",
        year=last["year"],
        scenario=title,
        what=words.definition(definitions.get(found.headline)),
        before=words.number(last["before"]),
        after=words.number(last["after"]),
        unit=words("number.axis"),
        change=_signed(last["difference"], words),
        low=_signed(last["low"], words),
        high=_signed(last["high"], words),
    )
    return Chart(
        "effect",
        words("policies.chart", scenario=title),
        sentence,
        finished(alt.layer(zero, band, line)),
        _table(table, "year", words),
        assumed=words("policies.assumed"),
    )


def _provinces(found: Comparison, words: Words) -> Chart:
    table = _shown(found, "province", words)
    year = table["year"].to_list()[-1]
    table = table.filter(pl.col("year") == year).with_columns(
        name=pl.col("group").map_elements(words.place, return_dtype=pl.String)
    )
    largest = table.sort(pl.col("difference").abs(), descending=True)
    shown = largest.head(MOST).select("name", "low", "high", value="difference")
    y = names("name", shown["name"].to_list(), words)
    base = alt.Chart(shown)
    axis = alt.Axis(title=words("number.axis"), grid=True)
    ranges = base.mark_rule(color=BLUE, strokeWidth=2).encode(
        x=alt.X("low:Q", axis=axis), x2=alt.X2("high:Q"), y=y
    )
    tips = [alt.Tooltip("name:N"), alt.Tooltip("value:Q", format="+,.3~r")]
    points = base.mark_point(filled=True, size=80, opacity=1, color=BLUE).encode(
        x=alt.X("value:Q"), y=y, tooltip=tips
    )
    zero = (
        alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=GREY).encode(x=alt.X("value:Q"))
    )
    clear = largest.filter((pl.col("low") > 0) | (pl.col("high") < 0)).height
    sentence = words("policies.provinces_sentence", year=year, clear=clear, number=table.height)
    return Chart(
        "effect-provinces",
        words("policies.provinces", year=year),
        sentence,
        finished(alt.layer(zero, ranges, points), alt.Step(24)),
        _table(largest, "name", words),
        assumed=words("policies.assumed"),
    )


def _table(table: pl.DataFrame, first: str, words: Words, head_of_first: str = "") -> DataTable:
    heads = ("before", "after", "change", "range")
    head = [words(head_of_first or f"policies.{first}")]
    head += [words("policies." + name) for name in heads]
    rows = (
        (
            str(row[first]),
            words.number(row["before"]),
            words.number(row["after"]),
            _signed(row["difference"], words),
            words("word.range", low=_signed(row["low"], words), high=_signed(row["high"], words)),
        )
        for row in table.iter_rows(named=True)
    )
    return DataTable.of(head, rows)


def _signed(value: float, words: Words) -> str:
    """A change with its sign."""
    return ("+" if value > 0 else "−" if value < 0 else "") + words.number(abs(value))
