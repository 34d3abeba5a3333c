"""Section 2: where people live, and how many work away beside the published surveys."""

import altair as alt
import polars as pl

from leftbehind.counts.tallies import total
from leftbehind.model.tallies.headcount import LIVES
from leftbehind.pages import findings
from leftbehind.pages.report.facts import LAST_PUBLISHED, Facts
from leftbehind.pages.report.published import agencies, beside, beside_table
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import colours, finished, tips, years, zeros_visible
from leftbehind.pages.report.words import Words

WORKERS = "workers who left their township"


def cities(facts: Facts, words: Words) -> Section:
    """The move to towns and cities."""
    return Section(
        "cities",
        words("cities.title"),
        [words("cities.text")],
        [_lives(facts, words), _workers(facts, words)],
        [words("cities.note")],
    )


def _lives(facts: Facts, words: Words) -> Chart:
    labels = {name: words.label(f"lives {name}") for name in LIVES}
    people = (
        facts.tallies.people.group_by("year", "lives", maintain_order=True)
        .agg(value=pl.col("millions").sum())
        .with_columns(
            pl.col("value") / words.people_unit,
            lives=pl.col("lives").replace_strict(labels, return_dtype=pl.String),
        )
        .sort("year", "lives")
    )
    order = list(labels.values())
    chart = (
        alt.Chart(people)
        .mark_area(opacity=0.85)
        .encode(
            x=years(),
            y=zeros_visible(words("number.axis")),
            color=colours("lives", order),
            tooltip=tips("lives", ",.0f"),
        )
    )
    wide = people.pivot("lives", index="year", values="value").sort("year")
    wide = wide.with_columns(pl.exclude("year").fill_null(0.0))
    wide = wide.select("year", *(name for name in order if name in wide.columns))
    first = wide.row(0, named=True)
    now = wide.filter(pl.col("year") == facts.year).row(0, named=True)
    village, _, away, *_ = order
    sentence = words(
        "cities.lives_sentence",
        first=first["year"],
        last=now["year"],
        before=words.percent(first[village] / sum(first.get(name, 0.0) for name in order)),
        after=words.percent(now[village] / sum(now.get(name, 0.0) for name in order)),
        away=words.people(now.get(away, 0.0) * words.people_unit),
    )
    table = DataTable.of(
        (words("word.year"), *wide.columns[1:]),
        ((str(y), *(words.number(v) for v in values)) for y, *values in wide.iter_rows()),
    )
    return Chart("lives", words("cities.lives"), sentence, finished(chart), table)


def _workers(facts: Facts, words: Words) -> Chart:
    table = facts.tallies.migrants
    away = {year: total(table.filter(pl.col("year") == year)) for year in facts.years}
    checks = facts.compared([WORKERS])
    checks = [check for check in checks if int(check.year) <= LAST_PUBLISHED]
    met = sum(check.met for check in checks)
    year = facts.year
    near = [c for c in checks if int(c.year) == year]
    compared = words("word.none_published", year=year)
    if near:
        compared = words("word.published_is", number=words.people(near[-1].published))
    sentence = words(
        "cities.workers_sentence",
        year=year,
        number=words.people(away[year]),
        compared=compared,
        met=met,
        checks=len(checks),
    )
    trend = findings.trend(WORKERS, checks, words)
    return Chart(
        "workers",
        words("cities.workers"),
        sentence,
        beside(away, checks, words),
        beside_table(away, checks, words),
        claims=(trend,) if trend else (),
        published=agencies(checks, words),
    )
