"""Section 1: jobs, wages, the gap between a village and a factory city, and the middle class."""

import altair as alt
import polars as pl

from leftbehind.base.store import read_run_table
from leftbehind.inputs.tables import read_table
from leftbehind.pages.report.facts import Facts
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import SMALL_HEIGHT, finished, lines, years, zeros_visible
from leftbehind.pages.report.words import Words

VILLAGE, CITY = "Liangshan", "Huizhou"
MONTHS = 12


def industry(facts: Facts, words: Words) -> Section:
    """Growth that pulls people to cities, and who became middle class."""
    charts = [_jobs(facts, words), _wages(facts, words), _gap(facts, words)]
    classes = middle_class(facts)
    notes = [words("industry.note")]
    if classes is None:
        notes.append(words("industry.no_incomes"))
    else:
        charts.append(_classes(classes, words))
    return Section("industry", words("industry.title"), [words("industry.text")], charts, notes)


def middle_class(facts: Facts) -> pl.DataFrame | None:
    """Share of people by year, hukou and income class; None if the run has no incomes."""
    if not (facts.world.folder / "incomes.parquet").is_file():
        return None
    table = read_run_table(facts.world.folder, "incomes")
    people = "people" if "people" in table.collect_schema() else "number"
    keys = ["year", "hukou", "class"]
    sums = table.group_by(keys).agg(pl.col(people).sum().cast(pl.Float64)).collect()
    return (
        sums.with_columns(pl.col("hukou", "class").cast(pl.String))
        .with_columns(value=pl.col(people) / pl.col(people).sum().over("year", "hukou"))
        .filter(pl.col("year").is_in(list(facts.years)))
        .sort("year", "hukou", "class")
    )


def _series(facts: Facts, indicator: str) -> pl.DataFrame:
    table = read_table("national_series").filter(
        (pl.col("indicator") == indicator) & pl.col("year").is_in(list(facts.years))
    )
    return table.sort("year").select("year", "value", "basis")


def _jobs(facts: Facts, words: Words) -> Chart:
    jobs = _series(facts, "nonfarm_employment").with_columns(pl.col("value") / words.people_unit)
    spec = (
        alt.Chart(jobs)
        .mark_area(opacity=0.75, color="#0072B2", line=True)
        .encode(
            x=years(),
            y=zeros_visible(words("number.axis")),
            tooltip=[alt.Tooltip("year:Q", format="d"), alt.Tooltip("value:Q", format=",.0f")],
        )
    )
    first, last = jobs.row(0, named=True), jobs.row(-1, named=True)
    sentence = words(
        "industry.jobs_sentence",
        first=first["year"],
        last=last["year"],
        before=words.people(first["value"] * words.people_unit),
        after=words.people(last["value"] * words.people_unit),
        basis=_bases(jobs, words),
    )
    table = DataTable.of(
        (words("word.year"), words("industry.jobs"), words("word.basis")),
        ((str(y), words.number(v), words.label(b)) for y, v, b in jobs.iter_rows()),
    )
    title = words("industry.jobs")
    return Chart("jobs", title, sentence, finished(spec, SMALL_HEIGHT), table, small=True)


def _bases(table: pl.DataFrame, words: Words) -> str:
    """How many of the yearly figures rest on what."""
    counts = table["basis"].value_counts().sort("count", descending=True)
    return words("word.comma").join(
        f"{words.label(basis)} {number}" for basis, number in counts.iter_rows()
    )


def _wages(facts: Facts, words: Words) -> Chart:
    prices = _series(facts, "cpi").select("year", price="value")
    parts = []
    for indicator, months in (("migrant_wage", 1), ("urban_wage", MONTHS)):
        wage = _series(facts, indicator).join(prices, on="year")
        parts.append(
            wage.select(
                "year",
                value=pl.col("value") / months / pl.col("price"),
                who=pl.lit(words("industry." + indicator)),
                basis="basis",
            )
        )
    both = pl.concat(parts)
    labels = [words("industry.migrant_wage"), words("industry.urban_wage")]
    migrants = parts[0]
    sentence = words(
        "industry.wages_sentence",
        first=migrants["year"][0],
        last=migrants["year"][-1],
        before=words.number(migrants["value"][0]),
        after=words.number(migrants["value"][-1]),
        times=words.number(migrants["value"][-1] / migrants["value"][0]),
        basis=_bases(migrants, words),
    )
    return Chart(
        "wages",
        words("industry.wages"),
        sentence,
        _lines(both, labels, words),
        DataTable.by_year(both, "who", labels, words("word.year"), words.number),
        small=True,
    )


def _gap(facts: Facts, words: Words) -> Chart:
    places = (
        facts.world.table("places")
        .select(
            "year", pl.col("prefecture").cast(pl.String), "wage", pl.col("home_income") / MONTHS
        )
        .filter(pl.col("prefecture").is_in([VILLAGE, CITY]))
        .filter(pl.col("year").is_in(list(facts.years)))
        .collect()
    )
    labels = [words("industry.city_pay"), words("industry.village_income")]
    pay = places.filter(pl.col("prefecture") == CITY).select("year", value="wage")
    income = places.filter(pl.col("prefecture") == VILLAGE).select("year", value="home_income")
    both = pl.concat(
        [pay.with_columns(who=pl.lit(labels[0])), income.with_columns(who=pl.lit(labels[1]))]
    )
    now_pay, now_income = (
        t.filter(pl.col("year") == facts.year)["value"][0] for t in (pay, income)
    )
    sentence = words(
        "industry.gap_sentence",
        year=facts.year,
        pay=words.number(now_pay),
        income=words.number(now_income),
        times=words.number(now_pay / now_income),
    )
    return Chart(
        "gap",
        words("industry.gap"),
        sentence,
        _lines(both, labels, words),
        DataTable.by_year(both, "who", labels, words("word.year"), words.number),
        assumed=words("industry.gap_assumed"),
        small=True,
    )


def _lines(table: pl.DataFrame, labels: list[str], words: Words) -> dict[str, object]:
    chart = lines(table, "who", labels, zeros_visible(words("word.yuan")), ",.0f")
    return finished(chart, SMALL_HEIGHT)


def _classes(classes: pl.DataFrame, words: Words) -> Chart:
    last = classes.filter(pl.col("year") == classes["year"].max())
    share = {
        hukou: sum(rows.filter(pl.col("class") == "middle")["value"])
        for (hukou,), rows in last.group_by("hukou")
    }
    middle = classes.filter(pl.col("class") == "middle").select(
        "year",
        "value",
        who=pl.col("hukou").replace_strict(
            {hukou: words.label(hukou) for hukou in share}, return_dtype=pl.String
        ),
    )
    labels = sorted(set(middle["who"]))
    chart = lines(middle, "who", labels, zeros_visible("", "%"), ".0%")
    sentence = words(
        "industry.classes_sentence",
        year=last["year"][0],
        rural=words.percent(share.get("agricultural")),
        urban=words.percent(share.get("non-agricultural")),
    )
    table = DataTable.by_year(middle, "who", labels, words("word.year"), words.percent)
    return Chart(
        "classes",
        words("industry.classes"),
        sentence,
        finished(chart, SMALL_HEIGHT),
        table,
        assumed=words("industry.classes_assumed"),
        small=True,
    )
