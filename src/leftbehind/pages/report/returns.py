"""Section 8: who comes home, and what families do next."""

from concurrent.futures import Future

import altair as alt
import polars as pl

from leftbehind.base.person import ALTERNATIVES
from leftbehind.counts.reasons import UNKNOWN
from leftbehind.evidence.validate.migration import return_rates
from leftbehind.model.processes.migration import HOUSEHOLD_KINDS
from leftbehind.pages.report.facts import Facts
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import BLUE, colours, finished, lines, names, zeros_visible
from leftbehind.pages.report.why import Why
from leftbehind.pages.report.words import Words

HOME = ALTERNATIVES[0]
COUPLE = HOUSEHOLD_KINDS[0]
FEW = 100  # simulated households away below which a rate is little more than chance


def coming_home(facts: Facts, words: Words, why: Future[Why | None]) -> Section:
    """Return: rates by year, and what families with children did after a year away.

    `why` brings what why.why_home found.
    """
    charts = [_rates(facts, words), _next(facts, words)]
    notes = [words("returns.note")]
    found = why.result()
    if found and found.couples:
        charts.append(_why(found, facts, words))
    else:
        notes.append(words("returns.no_reasons"))
    return Section("returns", words("returns.title"), [words("returns.text")], charts, notes)


def _rates(facts: Facts, words: Words) -> Chart:
    labels = {kind: words.label(kind) for kind in HOUSEHOLD_KINDS}
    enough = _enough(facts)
    rows = [
        {"year": year, "kind": labels[kind], "value": rate / 100}
        for year, rates in return_rates(facts.tallies).items()
        for kind, rate in rates.items()
        if (year, kind) in enough and year in facts.years
    ]
    schema = {"year": pl.Int64, "kind": pl.String, "value": pl.Float64}
    table = pl.DataFrame(rows, schema=schema)
    order = list(labels.values())
    chart = lines(table, "kind", order, zeros_visible("", "%"), ".1%")
    rate = dict(table.filter(pl.col("year") == facts.year).select("kind", "value").iter_rows())
    sentence = words(
        "returns.sentence",
        year=facts.year,
        couple=words.percent(rate.get(labels[COUPLE])),
        single=words.percent(rate.get(labels[HOUSEHOLD_KINDS[-1]])),
    )
    shown = table["kind"].unique(maintain_order=True).to_list()
    return Chart(
        "returns",
        words("returns.chart"),
        sentence,
        finished(chart),
        DataTable.by_year(table, "kind", shown, words("word.year"), words.percent),
    )


def _enough(facts: Facts) -> set[tuple[int, str]]:
    """Years and kinds of household with enough of them away for a rate."""
    least = FEW * facts.world.scale / 1e6
    away = facts.tallies.choices.filter(pl.col("before") != HOME)
    sums = away.group_by("year", "household").agg(pl.col("millions").sum())
    kept = sums.filter(pl.col("millions") >= least).select("year", "household")
    return {(int(year), str(kind)) for year, kind in kept.iter_rows()}


def _next(facts: Facts, words: Words) -> Chart:
    """What couples with children did in the facts' year, by what they did the year before."""
    table = facts.tallies.choices.filter(
        (pl.col("year") == facts.year) & (pl.col("household") == COUPLE)
    ).with_columns(value=pl.col("millions") / pl.col("millions").sum().over("before"))
    labels = {name: words.label(name) for name in ALTERNATIVES}
    order = list(labels.values())
    shown = table.select(
        pl.col("before", "now").replace_strict(labels, return_dtype=pl.String),
        "value",
        rank=pl.col("now").replace_strict(
            {name: k for k, name in enumerate(ALTERNATIVES)}, return_dtype=pl.Int64
        ),
    )
    legend = alt.Legend(title=words("returns.legend"), orient="top", columns=2)
    chart = (
        alt.Chart(shown)
        .mark_bar(height=22)
        .encode(
            x=alt.X(
                "value:Q",
                stack="zero",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", title=words("returns.now")),
            ),
            y=names("before", order, words),
            order=alt.Order("rank:Q"),
            color=colours("now", order, legend),
            tooltip=[
                alt.Tooltip("before:N"),
                alt.Tooltip("now:N"),
                alt.Tooltip("value:Q", format=".1%"),
            ],
        )
    )
    share = {(b, n): v for b, n, v in table.select("before", "now", "value").iter_rows()}
    sentence = words(
        "returns.next_sentence",
        year=facts.year,
        home=words.percent(share.get(("children_left", HOME), 0.0)),
        fetched=words.percent(share.get(("children_left", "children_taken"), 0.0)),
        one=words.percent(
            share.get(("children_left", "father_away"), 0.0)
            + share.get(("children_left", "mother_away"), 0.0)
        ),
    )
    rows = (
        (labels[before], *(words.percent(share.get((before, now), 0.0)) for now in ALTERNATIVES))
        for before in ALTERNATIVES
    )
    return Chart(
        "next",
        words("returns.next", year=facts.year),
        sentence,
        finished(chart, alt.Step(34)),
        DataTable.of((words("returns.before"), *order), rows),
    )


def _why(why: Why, facts: Facts, words: Words) -> Chart:
    """The main reasons of couples with children who came home."""
    table = pl.DataFrame(
        {
            "reason": [words.label_or_name(name, "reason") for name in why.reasons],
            "value": [number / why.couples for number in why.reasons.values()],
            "couples": list(why.reasons.values()),
        }
    )
    order = table["reason"].to_list()
    y = names("reason", order, words)
    bars = (
        alt.Chart(table)
        .mark_bar(height=16, color=BLUE)
        .encode(
            x=alt.X("value:Q", axis=alt.Axis(format="%", title=words("returns.why_axis"))),
            y=y,
            tooltip=[
                alt.Tooltip("reason:N"),
                alt.Tooltip("value:Q", format=".0%"),
                alt.Tooltip("couples:Q"),
            ],
        )
    )
    unknown = why.reasons.get(UNKNOWN, 0)
    known = [name for name in why.reasons if name != UNKNOWN]
    sentence = words(
        "returns.why_sentence",
        couples=why.couples,
        prefectures=why.prefectures,
        year=facts.year,
        unknown=words.percent(unknown / why.couples),
    )
    if known:
        sentence += words(
            "returns.why_first",
            first=words.label_or_name(known[0], "reason"),
            share=words.percent(why.reasons[known[0]] / why.couples),
        )
    rows = ((name, words.percent(v), str(n)) for name, v, n in table.iter_rows())
    head = (words("returns.why_reason"), words("returns.why_axis"), words("returns.why_couples"))
    return Chart(
        "why",
        words("returns.why", year=facts.year),
        sentence,
        finished(bars, alt.Step(32)),
        DataTable.of(head, rows),
        assumed=words("returns.why_assumed"),
    )
