"""Section 10: what the model meets, what it misses, and where its numbers come from."""

import math

import altair as alt
import polars as pl

from leftbehind.evidence.validate import Check
from leftbehind.evidence.validate.page import misses as all_misses
from leftbehind.inputs.sources import bases
from leftbehind.inputs.tables import BASES
from leftbehind.pages.report.check_names import name_of
from leftbehind.pages.report.facts import Facts
from leftbehind.pages.report.intervals import intervals
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import BLUE, GREY, ORANGE, PALETTE, TOP, colours, finished
from leftbehind.pages.report.style import names as category
from leftbehind.pages.report.words import Words

WORST = 15
PARAMETERS = "parameters"


def sure(facts: Facts, words: Words) -> Section:
    """Checks met and missed, the largest misses, and the basis of every number.

    Of an ensemble also the intervals beside the published counts.
    """
    counts = bases()
    charts = [_groups(facts, words), _worst(facts, words), _bases(counts, words)]
    if facts.ensemble:
        charts.insert(0, intervals(facts, words))
    parameters = counts.filter(pl.col("table") == PARAMETERS).row(0, named=True)
    note = words(
        "sure.note",
        assumed=parameters["assumption"],
        memory=parameters["memory"],
        number=parameters["rows"],
    )
    return Section("sure", words("sure.title"), [words("sure.text")], charts, [note])


def misses(checks: list[Check]) -> list[Check]:
    """The checks missed, largest first, one for each thing compared."""
    first: dict[tuple[str, str], Check] = {}
    for check in all_misses(checks):
        first.setdefault((check.group, check.what), check)
    return list(first.values())


def _groups(facts: Facts, words: Words) -> Chart:
    names = list(dict.fromkeys(check.group for check in facts.checks))
    labels = [words.label_or_name(name) for name in names]
    verdicts = [words("word.met"), words("word.missed")]
    rows = []
    for name, label in zip(names, labels, strict=True):
        members = [check for check in facts.checks if check.group == name]
        met = sum(check.met for check in members)
        for rank, number in enumerate((met, len(members) - met)):
            rows.append({"group": label, "verdict": verdicts[rank], "value": number, "rank": rank})
    table = pl.DataFrame(rows)
    chart = (
        alt.Chart(table)
        .mark_bar(height=18)
        .encode(
            x=alt.X("value:Q", axis=alt.Axis(title=words("sure.checks"), tickMinStep=1)),
            y=category("group", labels, words),
            order=alt.Order("rank:Q"),
            color=colours("verdict", verdicts, TOP, (BLUE, ORANGE)),
            tooltip=[alt.Tooltip("group:N"), alt.Tooltip("verdict:N"), alt.Tooltip("value:Q")],
        )
    )
    held = [check for check in facts.judged if check.held_out]
    sentence = words(
        "sure.sentence",
        met=sum(check.met for check in facts.judged),
        number=len(facts.judged),
        held_met=sum(check.met for check in held),
        held=len(held),
    )
    shown = table.pivot("verdict", index="group", values="value")
    data = DataTable.of(
        (words("sure.group"), *verdicts), ((g, str(a), str(b)) for g, a, b in shown.iter_rows())
    )
    return Chart("checks", words("sure.chart"), sentence, finished(chart, alt.Step(32)), data)


def _worst(facts: Facts, words: Words) -> Chart:
    missed = misses(facts.checks)
    shown = [check for check in missed if math.isfinite(check.miss)][:WORST]
    table = pl.DataFrame(
        {
            "name": [name_of(check, words) for check in shown],
            "miss": [c.miss for c in shown],
            "text": [_both(check, words) for check in shown],
            "held": [words("sure.held" if c.held_out else "sure.open") for c in shown],
        }
    )
    order = table["name"].to_list()
    held = [words("sure.held"), words("sure.open")]
    y = category("name", order, words)
    axis = alt.Axis(title=words("sure.times"), grid=True, tickCount=4, format="~r")
    x = alt.X("miss:Q", scale=alt.Scale(type="log", domainMin=1), axis=axis)
    tips = [
        alt.Tooltip("name:N"),
        alt.Tooltip("text:N", title=" "),
        alt.Tooltip("miss:Q", format=".3~r", title=words("sure.times")),
    ]
    points = (
        alt.Chart(table)
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            x=x,
            y=y,
            tooltip=tips,
            shape=alt.Shape("held:N", sort=held, legend=TOP, scale=alt.Scale(domain=held)),
            color=colours("held", held, TOP, (ORANGE, BLUE)),
        )
    )
    sentence = words("sure.none_missed")
    if shown:
        sentence = words(
            "sure.worst_sentence",
            name=name_of(shown[0], words),
            values=_both(shown[0], words),
            times=words.number(shown[0].miss),
        )
    head = [words("sure." + name) for name in ("what", "times", "values", "use")]
    rows = (
        (
            name_of(c, words),
            words.number(c.miss),
            _both(c, words),
            words("sure.held" if c.held_out else "sure.open"),
        )
        for c in missed
    )
    return Chart(
        "misses",
        words("sure.worst"),
        sentence,
        finished(points, alt.Step(48)),
        DataTable.of(head, rows),
    )


def _both(check: Check, words: Words) -> str:
    """The model's figure and the published one, with the unit."""
    factor = words.people_unit if check.unit.startswith("million") else 1.0
    unit = words.content["units"].get(check.unit, check.unit)
    return words(
        "sure.both",
        model=words.number(check.model / factor),
        published=words.number(check.published / factor),
        unit=unit,
    )


def _bases(counts: pl.DataFrame, words: Words) -> Chart:
    labels = {basis: words.label(basis) for basis in BASES}
    order = list(labels.values())
    names = [words.label_or_name(name, "table") for name in counts["table"]]
    long = (
        counts.with_columns(name=pl.Series(names))
        .unpivot(list(BASES), index=["name", "rows"], variable_name="basis", value_name="number")
        .with_columns(
            value=pl.col("number") / pl.col("rows"),
            rank=pl.col("basis").replace_strict(
                {basis: k for k, basis in enumerate(BASES)}, return_dtype=pl.Int64
            ),
        )
        .with_columns(pl.col("basis").replace_strict(labels))
    )
    chart = (
        alt.Chart(long.select("name", "basis", "value", "number", "rank"))
        .mark_bar(height=16)
        .encode(
            x=alt.X(
                "value:Q",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", title=words("sure.rows")),
            ),
            y=category("name", names, words),
            order=alt.Order("rank:Q"),
            color=colours("basis", order, TOP, (BLUE, ORANGE, PALETTE[3], PALETTE[4], GREY)),
            tooltip=[
                alt.Tooltip("name:N"),
                alt.Tooltip("basis:N"),
                alt.Tooltip("number:Q", format=","),
            ],
        )
    )
    total = {basis: int(counts[basis].sum()) for basis in BASES}
    sentence = words(
        "sure.bases_sentence",
        rows=f"{int(counts['rows'].sum()):,}",
        **{basis: f"{number:,}" for basis, number in total.items()},
    )
    rows = (
        (name, *(f"{row[basis]:,}" for basis in BASES))
        for name, row in zip(names, counts.iter_rows(named=True), strict=True)
    )
    return Chart(
        "bases",
        words("sure.bases"),
        sentence,
        finished(chart, alt.Step(26)),
        DataTable.of((words("sure.table"), *order), rows),
    )
