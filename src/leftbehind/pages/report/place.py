"""The page of a prefecture or province, from a run's tables: one HTML file that loads nothing."""

import altair as alt
import polars as pl
from markupsafe import Markup

from leftbehind.base.errors import InputError
from leftbehind.base.markdown import render
from leftbehind.base.person import ABROAD_CODE
from leftbehind.counts.world import World
from leftbehind.inputs.place_names import Area, find_area
from leftbehind.inputs.tables import read_table
from leftbehind.pages.report.build import library, script, source, style
from leftbehind.pages.report.care import CARE
from leftbehind.pages.report.facts import RURAL, Facts
from leftbehind.pages.report.section import Chart, DataTable
from leftbehind.pages.report.style import (
    BLUE,
    colours,
    finished,
    lines,
    names,
    tips,
    unchecked,
    years,
    zeros_visible,
)
from leftbehind.pages.report.words import Words

MOST = 10  # places of work shown
FEW = 200  # simulated children below which the page warns of chance
FEW_CARE = 30  # simulated children left behind below which a year's shares are little but chance
KIN_FROM = 2000  # before, the people of 1950, who have no parents on record, are too many
THOUSAND, MONTHS = 1e3, 12


class There:
    """A place and what a run knows of it."""

    def __init__(self, facts: Facts, area: Area, words: Words) -> None:
        self.facts, self.area, self.words = facts, area, words
        self.column = "province" if area.is_province else "prefecture"
        self.name = place_name(area.code, words)

    def left_behind(self, *by: str) -> pl.DataFrame:
        """Its rural left-behind children by year and `by`."""
        table = self.facts.world.left_behind(RURAL, [self.column, *by], self.facts.years)
        return table.filter(pl.col(self.column) == self.area.name)

    def rows(self, table: str) -> pl.LazyFrame:
        """Its rows of a table of the run."""
        return self.facts.world.table(table).filter(
            pl.col(self.column).cast(pl.String) == self.area.name
        )


def page(world: World, place: str, language: str = "en") -> str:
    """The page of a place, named as in every command; errors: find_area, Facts, Words."""
    words = Words(language)
    area = find_area(place)
    facts = Facts(world)
    there = There(facts, area, words)
    with unchecked():
        charts = [children(there), care(there), work(there), income(there), kin(there)]
    return render(
        __package__,
        "place.html.j2",
        words=words,
        there=there,
        charts=charts,
        source=source(facts, words),
        few=simulated(there) < FEW,
        simulated=f"{simulated(there):,}",
        library=library(),
        style=Markup(style()),
        script=Markup(script()),
    )


def place_name(code: int, words: Words) -> str:
    """The name of a prefecture or province in the page's language."""
    if code == ABROAD_CODE:
        return words.label("lives abroad")
    column = "name_zh" if words.language == "zh" else "name"
    table, key = ("provinces", code // 10_000) if code % 10_000 == 0 else ("prefectures", code)
    return str(read_table(table).filter(pl.col("code") == key)[column].item())


def simulated(there: There) -> int:
    """Simulated village children of the place in the year shown."""
    now = there.left_behind().filter(pl.col("year") == there.facts.year)
    return int(now["children"].sum() // there.facts.world.scale)


def children(there: There) -> Chart:
    """Its left-behind children by year, in thousands."""
    words, year = there.words, there.facts.year
    table = there.left_behind()
    shown = table.select("year", value=pl.col("number") / THOUSAND)
    now = table.filter(pl.col("year") == year)
    if now.is_empty():
        raise InputError(f"{there.area.name}: no village child in {year} in this run")
    row = now.row(0, named=True)
    chart = (
        alt.Chart(shown)
        .mark_line(color=BLUE)
        .encode(
            x=years(),
            y=zeros_visible(words("place.thousand")),
            tooltip=[alt.Tooltip("year:Q", format="d"), alt.Tooltip("value:Q", format=",.1f")],
        )
    )
    sentence = words(
        "place.children_sentence",
        number=f"{row['number']:,.0f}",
        share=words.percent(row["share"]),
        year=year,
        error=words.number(row["sampling_error"] / THOUSAND),
    )
    rows = ((str(y), f"{1000 * v:,.0f}") for y, v in shown.iter_rows())
    data = DataTable.of((words("word.year"), words("place.number")), rows)
    return Chart("children", words("place.children"), sentence, finished(chart), data)


def care(there: There) -> Chart:
    """Who cares for them, by year."""
    words = there.words
    labels = {name: words.label(name) for name in CARE}
    order = list(labels.values())
    counted = pl.col("number").sum().over("year")
    enough = counted >= FEW_CARE * there.facts.world.scale
    table = (
        there.left_behind("arrangement")
        .filter((counted > 0) & (enough | (pl.col("year") == there.facts.year)))
        .select(
            "year",
            value=pl.col("number") / pl.col("number").sum().over("year"),
            care=pl.col("arrangement").replace_strict(labels, return_dtype=pl.String),
        )
    )
    chart = (
        alt.Chart(table)
        .mark_area(opacity=0.9)
        .encode(
            x=years(),
            y=zeros_visible("", "%", [0, 1]),
            color=colours("care", order),
            tooltip=tips("care", ".1%"),
        )
    )
    now = dict(table.filter(pl.col("year") == there.facts.year).select("care", "value").iter_rows())
    sentence = words(
        "place.care_sentence",
        year=there.facts.year,
        parent=words.percent(now.get(order[0], 0.0)),
        old=words.percent(now.get(order[1], 0.0) + now.get(order[2], 0.0)),
        few=FEW_CARE,
    )
    data = DataTable.by_year(
        table, "care", order, words("word.year"), lambda v: words.percent(v or 0.0)
    )
    assumed = words("care.assumed")
    return Chart("care", words("care.chart"), sentence, finished(chart), data, assumed=assumed)


def work(there: There) -> Chart:
    """Where its adults who are away work, in the year shown."""
    words, year, scale = there.words, there.facts.year, there.facts.world.scale
    origin = pl.col("origin") // 10_000 * 10_000 if there.area.is_province else pl.col("origin")
    table = (
        there.facts.world.table("flows")
        .filter((pl.col("year") == year) & (origin == there.area.code))
        .group_by("destination")
        .agg(value=pl.col("adults").cast(pl.Float64).sum() * scale / THOUSAND)
        .sort("value", descending=True)
        .collect()
        .filter(pl.col("value") > 0)
    )
    total = float(table["value"].sum())
    most = table.head(MOST)
    shown = most.select(
        "value",
        name=pl.Series([place_name(int(c), words) for c in most["destination"]], dtype=pl.String),
    )
    chart = (
        alt.Chart(shown)
        .mark_bar(height=18, color=BLUE)
        .encode(
            x=alt.X("value:Q", axis=alt.Axis(title=words("place.thousand_adults"), grid=True)),
            y=names("name", shown["name"].to_list(), words),
            tooltip=[alt.Tooltip("name:N"), alt.Tooltip("value:Q", format=",.1f")],
        )
    )
    sentence = words(
        "place.work_sentence",
        year=year,
        number=f"{1000 * total:,.0f}",
        shown=words.percent(float(shown["value"].sum()) / total if total else 0.0),
    )
    rows = ((name, f"{1000 * value:,.0f}") for value, name in shown.iter_rows())
    data = DataTable.of((words("map.place"), words("place.adults")), rows)
    return Chart("work", words("place.work"), sentence, finished(chart, alt.Step(26)), data)


def income(there: There) -> Chart:
    """Income a head of a village family and a migrant's pay there, a month, by year."""
    words = there.words
    both = {"home_income": words("place.village"), "wage": words("place.pay")}
    per = {"home_income": MONTHS, "wage": 1}
    table = (
        there.rows("places")
        .filter(pl.col("year").is_in(list(there.facts.years)))
        .group_by("year")
        .agg(pl.col(name).mean() / months for name, months in per.items())
        .collect()
        .unpivot(index="year", variable_name="who")
        .with_columns(pl.col("who").replace_strict(both), pl.col("year").cast(pl.Int64))
        .sort("year", "who")
    )
    order = list(both.values())
    now = dict(table.filter(pl.col("year") == there.facts.year).select("who", "value").iter_rows())
    sentence = words(
        "place.income_sentence",
        year=there.facts.year,
        village=words.number(now[order[0]]),
        pay=words.number(now[order[1]]),
    )
    return Chart(
        "income",
        words("place.income"),
        sentence,
        finished(lines(table, "who", order, zeros_visible(words("word.yuan")), ",.0f")),
        DataTable.by_year(table, "who", order, words("word.year"), words.number),
        assumed=words("industry.gap_assumed"),
    )


def kin(there: There) -> Chart:
    """Living grandparents of the children of its province, by year."""
    words = there.words
    code = there.area.code // 10_000 * 10_000
    home = find_area(str(code // 10_000)).name
    number = pl.col("number").cast(pl.Float64)
    table = (
        there.facts.world.table("kin")
        .filter(pl.col("province").cast(pl.String) == home)
        .group_by(pl.col("year").cast(pl.Int64))
        .agg(value=(pl.col("grandparents") * number).sum() / number.sum())
        .filter(pl.col("year") >= min(KIN_FROM, there.facts.year))
        .sort("year")
        .collect()
    )
    tooltip = [alt.Tooltip("year:Q", format="d"), alt.Tooltip("value:Q", format=".2f")]
    chart = alt.Chart(table).mark_line(color=BLUE)
    chart = chart.encode(x=years(), y=zeros_visible(words("place.grandparents")), tooltip=tooltip)
    now = dict(table.iter_rows()).get(there.facts.year)
    sentence = words(
        "place.kin_sentence",
        province=place_name(code, words),
        number=words.number(now),
        year=there.facts.year,
    )
    rows = ((str(year), words.number(value)) for year, value in table.iter_rows())
    data = DataTable.of((words("word.year"), words("place.grandparents")), rows)
    return Chart("kin", words("place.kin"), sentence, finished(chart), data)
