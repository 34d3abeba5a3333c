"""Sections 3 and 4: the official definitions on the same children, and the walk between them."""

from itertools import pairwise
from typing import Any

import altair as alt
import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.counts.reconciliation import reconcile
from leftbehind.counts.tallies import MILLION
from leftbehind.evidence.validate import Check
from leftbehind.evidence.validate.page import misses
from leftbehind.pages import findings
from leftbehind.pages.report.facts import LAST_PUBLISHED, Facts
from leftbehind.pages.report.published import agencies, beside, beside_table
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import (
    BLUE,
    GREEN,
    ORANGE,
    PUBLISHED,
    SMALL_HEIGHT,
    TOP,
    colours,
    finished,
    names,
)
from leftbehind.pages.report.words import Words

# The panels in order; definitions not named come after them.
FIRST = (
    "nbs-unicef-2020-rural",
    "nbs-unicef-2020-all",
    "mca-2018",
    "mca-2018-outside-province",
    "moe-pupils",
    "acwf-2000",
    "alone",
    "migrant-children",
)
# From the widest official count to the narrowest.
WALK = ("nbs-unicef-2020-all", "nbs-unicef-2020-rural", "moe-pupils", "mca-2018")


def official(facts: Facts, words: Words) -> Section:
    """How many children are left behind, by each definition."""
    ranked = sorted(
        facts.counts,
        key=lambda one: FIRST.index(one[0][-1].name) if one[0][-1].name in FIRST else len(FIRST),
    )
    charts = [_panel(facts, alike, count, words) for alike, count in ranked]
    return Section(
        "counts",
        words("counts.title"),
        [words("counts.text"), verdict(facts, words)],
        charts,
        [words("counts.note"), *([words("counts.bands")] if facts.draws is not None else [])],
    )


def verdict(facts: Facts, words: Words) -> str:
    """How many published counts the model meets, and its largest miss by name."""
    words_of = [name for name in definitions.names() if not definitions.get(name).reading_of]
    checks = facts.compared(words_of)
    missed = misses(checks)
    met = len(checks) - len(missed)
    text = words("counts.met", met=met, number=len(checks))
    if not missed:
        return text
    worst = missed[0]
    return text + words(
        "counts.worst",
        definition=words.definition(definitions.get(worst.what)),
        year=worst.year,
        model=words.people(worst.model),
        published=words.people(worst.published),
    )


def _panel(facts: Facts, alike: list[Definition], count: dict[int, float], words: Words) -> Chart:
    checks = [c for c in facts.compared([d.name for d in alike]) if int(c.year) <= LAST_PUBLISHED]
    main = alike[-1]
    met = sum(check.met for check in checks)
    compared = words("counts.none_compared")
    if checks:
        compared = words("counts.compared", met=met, number=len(checks))
    sentence = words(
        "counts.sentence",
        who=who(main, words),
        year=facts.year,
        number=words.people(count[facts.year]),
        latest=latest(checks, words),
        compared=compared,
    )
    draws = facts.draws_of(main.name)
    if draws is not None:
        sentence += interval(draws, facts.year, words)
    titles = [words.definition(d) for d in alike]
    title = words.content["families"].get(main.name, words("word.comma").join(titles))
    trend = findings.trend(main.name, checks, words)
    return Chart(
        f"count-{main.name}",
        title,
        sentence,
        beside(count, checks, words, SMALL_HEIGHT, draws),
        beside_table(count, checks, words),
        small=True,
        assumed=words("counts.care_assumed") if main.arrangement else "",
        claims=(trend,) if trend else (),
        published=agencies(checks, words),
    )


def interval(draws: pl.DataFrame, year: int, words: Words) -> str:
    """Between which ends the shipped draws of parameters and luck have a count."""
    found = draws.filter(pl.col("year") == year)
    if found.is_empty():
        return ""
    row = found.row(0, named=True)
    ends = ("low", "high", "wide_low", "wide_high")
    told = {end: words.people(row[end] / MILLION) for end in ends}
    return words("counts.interval", year=year, draws=row["draws"], **told)


def latest(checks: list[Check], words: Words) -> str:
    """The last figure that was published, with its year."""
    if not checks:
        return words("counts.never")
    check = checks[-1]
    return words("counts.latest", number=words.people(check.published), year=check.year)


def who(definition: Definition, words: Words) -> str:
    """Whom a definition counts, from its clauses."""
    texts = (clause_text(definition, clause.name, words) for clause in definition.clauses)
    return words("word.semicolon").join(text for text in texts if text)


def clause_text(definition: Definition, clause: str, words: Words) -> str:
    """What one clause of a definition asks, in words; empty where it asks nothing."""
    joint = words("word.or")
    if clause == "age":
        return words("clause.ages", low=definition.age[0], high=definition.age[1])
    if clause in ("residence", "hukou", "parents_where", "stages", "arrangement"):
        asked = joint.join(words.label(label) for label in getattr(definition, clause))
        where = clause == "parents_where" and asked
        return words("clause.parents_where", where=asked) if where else asked
    if clause == "registered":
        share = words.percent(definition.share)
        return words("clause.registered", share=share) if definition.registered else ""
    if definition.away is None:
        return ""
    if clause == "away":
        return words(f"clause.away_{definition.away.replace('-', '_')}")
    if clause == "months":
        return words("clause.any_months" if definition.months == "any" else "clause.six_months")
    counts = definition.absent_counts_as_away
    return words("clause.divorce_counts" if counts else "clause.divorce_out")


def walk(facts: Facts, words: Words) -> Section:
    """Why official counts differ: one clause at a time, on the same children."""
    steps = _steps(facts, words)
    first, last = steps[0], steps[-1]
    gap = max((s for s in steps if not s["total"]), key=lambda s: abs(s["end"] - s["start"]))
    sentence = words(
        "walk.sentence",
        year=facts.year,
        first=first["label"],
        last=last["label"],
        before=words.people(first["end"] * words.people_unit),
        after=words.people(last["end"] * words.people_unit),
        clause=gap["label"],
        change=words.people(abs(gap["end"] - gap["start"]) * words.people_unit),
        direction=words("walk.more" if gap["end"] > gap["start"] else "walk.fewer"),
    )
    table = DataTable.of(
        [words("walk." + name) for name in ("step", "asks", "change", "counted")]
        + [words("word.published")],
        (
            (
                s["label"],
                s["asks"],
                "" if s["total"] else words.number(s["end"] - s["start"]),
                words.number(s["end"]),
                s["published_text"],
            )
            for s in steps
        ),
    )
    chart = Chart(
        "walk", words("walk.chart", year=facts.year), sentence, _waterfall(steps, words), table
    )
    notes = [words("walk.note")]
    return Section(
        "walk", words("walk.title"), [words("walk.text"), _gap_text(facts, words)], [chart], notes
    )


def _gap_text(facts: Facts, words: Words) -> str:
    """What the walk does not explain: the published counts beside the model's."""
    checks = facts.compared([WALK[-1], "mca-2016"])
    if not checks:
        return words("walk.no_gap")
    check = checks[-1]
    key = "walk.gap_met" if check.met else "walk.gap_missed"
    return words(
        key,
        year=check.year,
        model=words.people(check.model),
        published=words.people(check.published),
        ratio=words.number(check.ratio),
    )


def _steps(facts: Facts, words: Words) -> list[dict[str, Any]]:
    """The walk: totals and the changes between them, in the unit of the page."""
    unit = words.people_unit * MILLION
    steps: list[dict[str, Any]] = []
    for start, target in pairwise(WALK):
        rows = list(reconcile(facts.world, start, target, facts.year).iter_rows(named=True))
        if not steps:
            steps.append(_total(start, rows[0]["number"] / unit, facts, words))
        after = definitions.get(target)
        for row in rows[1:]:
            asks = clause_text(after, row["clause"], words) or words("clause.not_asked")
            steps.append(
                {
                    "order": len(steps),
                    "label": words.label(f"clause {row['clause']}"),
                    "asks": asks,
                    "start": (row["number"] - row["change"]) / unit,
                    "end": row["number"] / unit,
                    "total": False,
                    "kind": words("walk.more" if row["change"] > 0 else "walk.fewer"),
                    "published": None,
                    "published_text": "",
                }
            )
        steps.append(_total(target, rows[-1]["number"] / unit, facts, words, len(steps)))
    return steps


def _total(name: str, number: float, facts: Facts, words: Words, order: int = 0) -> dict[str, Any]:
    definition = definitions.get(name)
    check = _nearest(facts.compared([name]), facts.year)
    text = ""
    if check:
        text = words("walk.published_in", number=words.amount(check.published), year=check.year)
    return {
        "order": order,
        "label": words(f"walk.total_{name}"),
        "asks": who(definition, words),
        "start": 0.0,
        "end": number,
        "total": True,
        "kind": words("walk.total"),
        "published": check.published / words.people_unit if check else None,
        "published_text": text,
    }


def _nearest(checks: list[Check], year: int) -> Check | None:
    return min(checks, key=lambda c: abs(int(c.year) - year), default=None)


def _waterfall(steps: list[dict[str, Any]], words: Words) -> dict[str, Any]:
    table = pl.DataFrame(steps, infer_schema_length=None).with_columns(
        row=pl.format("{}. {}", pl.col("order") + 1, "label")
    )
    kinds = [words("walk." + name) for name in ("total", "more", "fewer")]
    axis = alt.Axis(title=words("number.axis"), grid=True, format=",~r")
    rows = names("row", table["row"].to_list(), words)
    bars = (
        alt.Chart(table)
        .mark_bar(height=15)
        .encode(
            x=alt.X("start:Q", axis=axis),
            x2=alt.X2("end:Q"),
            y=rows,
            color=colours("kind", kinds, TOP, (BLUE, GREEN, ORANGE)),
            tooltip=[
                alt.Tooltip("label:N", title=" "),
                alt.Tooltip("asks:N", title=words("walk.asks")),
                alt.Tooltip("end:Q", format=",.4~r", title=words("walk.counted")),
            ],
        )
    )
    points = (
        alt.Chart(table.filter(pl.col("published").is_not_null()))
        .mark_point(
            shape="diamond", size=90, color=PUBLISHED, fill="white", strokeWidth=2, opacity=1
        )
        .encode(
            x=alt.X("published:Q"),
            y=rows,
            tooltip=[alt.Tooltip("published_text:N", title=words("word.published"))],
        )
    )
    ends = table.with_columns(
        edge=pl.max_horizontal("start", "end"),
        text=pl.Series([_signed(step, words) for step in steps]),
    )
    changes = alt.Chart(ends).mark_text(align="left", dx=5, fontSize=12)
    changes = changes.encode(x=alt.X("edge:Q"), y=rows, text=alt.Text("text:N"))
    return finished(alt.layer(bars, points, changes), alt.Step(31))


def _signed(step: dict[str, Any], words: Words) -> str:
    """A total as it is, a change with its sign."""
    if step["total"]:
        return words.number(step["end"])
    change = step["end"] - step["start"]
    return ("+" if change > 0 else "−" if change < 0 else "") + words.number(abs(change))
