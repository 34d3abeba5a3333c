"""Sections 6 and 7: who cares for the children, and how many hours nobody does (assumed)."""

import altair as alt
import polars as pl

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.pages import findings
from leftbehind.pages.report.facts import Facts
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import TOP, colours, finished, names, tips, years, zeros_visible
from leftbehind.pages.report.words import Words

CARE = ARRANGEMENTS[:-1]
AGE_GROUPS = ((0, 5), (6, 11), (12, 14), (15, 17))
AT_HOME = "both parents at home"
FEW = 30  # simulated children below which a mean is not shown


def carers(facts: Facts, words: Words) -> Section:
    """In whose care the left-behind children are, by year."""
    return Section(
        "care",
        words("care.title"),
        [words("care.text")],
        [_arrangements(facts, words)],
        [words("care.note")],
    )


def _arrangements(facts: Facts, words: Words) -> Chart:
    order = [words.label(name) for name in CARE]
    table = (
        facts.rural_by_care.group_by("year", "arrangement")
        .agg(number=pl.col("number").sum())
        .filter(pl.col("number").sum().over("year") > 0)
        .with_columns(
            value=pl.col("number") / pl.col("number").sum().over("year"),
            care=pl.col("arrangement").replace_strict(
                dict(zip(CARE, order, strict=True)), return_dtype=pl.String
            ),
            rank=pl.col("arrangement").replace_strict(
                {name: k for k, name in enumerate(CARE)}, return_dtype=pl.Int64
            ),
        )
        .sort("year", "rank")
    )
    chart = (
        alt.Chart(table.select("year", "care", "value", "rank"))
        .mark_area(opacity=0.9)
        .encode(
            x=years(),
            y=zeros_visible("", "%", [0, 1]),
            order=alt.Order("rank:Q"),
            color=colours("care", order),
            tooltip=tips("care", ".1%"),
        )
    )
    now = table.filter(pl.col("year") == facts.year)
    share = dict(now.select("arrangement", "value").iter_rows())
    count = dict(now.select("arrangement", "number").iter_rows())
    sentence = words(
        "care.sentence",
        year=facts.year,
        parent=words.percent(share.get(CARE[0], 0.0)),
        home=words.percent(share.get(CARE[1], 0.0)),
        walk=words.percent(share.get(CARE[2], 0.0)),
        relative=words.percent(share.get(CARE[3], 0.0)),
        nobody=words.people((count.get(CARE[4], 0.0) + count.get(CARE[5], 0.0)) / 1e6),
    )
    away = findings.who_stays(facts.checks, words)
    return Chart(
        "care",
        words("care.chart"),
        sentence,
        finished(chart),
        DataTable.by_year(
            table, "care", order, words("word.year"), lambda v: words.percent(v or 0.0)
        ),
        assumed=words("care.assumed"),
        claims=(away,) if away else (),
    )


def hours(facts: Facts, words: Words) -> Section:
    """Waking hours a week without an adult, by arrangement and age."""
    table = hours_alone(facts)
    kinds = [AT_HOME, *CARE]
    order = [words.label(name) for name in kinds]
    ages = [words("hours.ages", low=low, high=high) for low, high in AGE_GROUPS]
    shown = table.with_columns(
        care=pl.col("who").replace_strict(
            dict(zip(kinds, order, strict=True)), return_dtype=pl.String
        ),
        ages=pl.col("group").map_elements(lambda k: ages[k], return_dtype=pl.String),
    )
    chart = (
        alt.Chart(shown.select("care", "ages", "value", "number"))
        .mark_bar()
        .encode(
            x=alt.X("value:Q", axis=alt.Axis(title=words("hours.axis"), grid=True)),
            y=names("care", order, words),
            yOffset=alt.YOffset("ages:N", sort=ages),
            color=colours("ages", ages, TOP),
            tooltip=[
                alt.Tooltip("care:N"),
                alt.Tooltip("ages:N"),
                alt.Tooltip("value:Q", format=".0f", title=words("hours.axis")),
            ],
        )
    )
    value = {(row["who"], row["group"]): row["value"] for row in table.iter_rows(named=True)}
    sentence = words(
        "hours.sentence",
        year=facts.year,
        home=words.number(value.get((AT_HOME, 1))),
        grandparent=words.number(value.get((CARE[1], 1))),
        walk=words.number(value.get((CARE[2], 1))),
    )
    rows = [
        (label, *(words.number(value.get((name, k))) for k in range(len(AGE_GROUPS))))
        for name, label in zip(kinds, order, strict=True)
    ]
    made = Chart(
        "hours",
        words("hours.chart", year=facts.year),
        sentence,
        finished(chart, alt.Step(11)),
        DataTable.of((words("hours.who"), *ages), rows),
        assumed=words("hours.assumed"),
    )
    return Section(
        "hours", words("hours.title"), [words("hours.text")], [made], [words("hours.note")]
    )


def hours_alone(facts: Facts) -> pl.DataFrame:
    """Mean unsupervised waking hours a week in the facts' year: who, group of age, value, number.

    Of left-behind village children by arrangement, and of village children with both parents at
    home; groups of fewer than FEW simulated children are left out.
    """
    left = facts.rural_by_care.filter(pl.col("year") == facts.year).select(
        "age",
        who="arrangement",
        number=pl.col("number") / facts.world.scale,
        hours=pl.col("number") / facts.world.scale * pl.col("assumed_unsupervised_hours"),
    )
    home = (
        facts.world.table("children")
        .filter(
            (pl.col("year") == facts.year)
            & (pl.col("residence") == "village")
            & (pl.col("father") == "home")
            & (pl.col("mother") == "home")
        )
        .select(
            "age",
            who=pl.lit(AT_HOME),
            number=pl.col("number").cast(pl.Float64),
            hours=pl.col("unsupervised_hours").cast(pl.Float64),
        )
        .collect()
    )
    group = pl.sum_horizontal(pl.col("age") >= low for low, _ in AGE_GROUPS[1:]).cast(pl.Int64)
    return (
        pl.concat([left, home], how="vertical_relaxed")
        .group_by("who", group=group)
        .agg(pl.col("number", "hours").sum())
        .filter(pl.col("number") >= FEW)
        .select("who", "group", "number", value=pl.col("hours") / pl.col("number"))
        .sort("who", "group")
    )
