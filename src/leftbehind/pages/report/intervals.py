"""Section 10, of an ensemble: do the published counts lie in the intervals of the draws?"""

import altair as alt
import polars as pl

from leftbehind.evidence.validate.children import COUNTS
from leftbehind.evidence.validate.prediction import LAST_FITTED, Prediction
from leftbehind.pages.report.check_names import name_of
from leftbehind.pages.report.facts import Facts
from leftbehind.pages.report.section import Chart, DataTable
from leftbehind.pages.report.style import BLUE, MODEL, ORANGE, PUBLISHED, TOP, colours, finished
from leftbehind.pages.report.style import names as category
from leftbehind.pages.report.words import Words


def intervals(facts: Facts, words: Words) -> Chart:
    """Each definition's latest published count beside the median and both intervals.

    All as multiples of the published count; the table has every published count in people.
    """
    counts = [p for p in facts.predictions if p.check.group == COUNTS and p.published > 0]
    latest = list({p.check.what: p for p in sorted(counts, key=lambda p: p.check.year)}.values())
    insides = [words("sure.inside"), words("sure.outside")]
    ends = ("median", "low_50", "high_50", "low_90", "high_90")
    table = pl.DataFrame(
        {
            "name": [name_of(p.check, words) for p in latest],
            "inside": [insides[not p.inside_90] for p in latest],
            "text": [_ends(p, words) for p in latest],
            **{end: [getattr(p, end) / p.published for p in latest] for end in ends},
        }
    )
    order = table["name"].to_list()
    y = category("name", order, words)
    axis = alt.Axis(title=words("sure.multiple"), grid=True, format="~r")
    colour = colours("inside", insides, TOP, (BLUE, ORANGE))
    tips = [
        alt.Tooltip("name:N"),
        alt.Tooltip("text:N", title=" "),
        alt.Tooltip("inside:N", title=" "),
    ]
    base = alt.Chart(table)
    wide = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low_90:Q", axis=axis), x2=alt.X2("high_90:Q"), y=y, color=colour, tooltip=tips
    )
    narrow = base.mark_rule(strokeWidth=7).encode(
        x=alt.X("low_50:Q"), x2=alt.X2("high_50:Q"), y=y, color=colour, tooltip=tips
    )
    middle = base.mark_point(filled=True, size=60, color=MODEL, opacity=1).encode(
        x=alt.X("median:Q"), y=y, tooltip=tips
    )
    one = alt.Chart(pl.DataFrame({"x": [1.0]})).mark_rule(color=PUBLISHED, strokeWidth=2)
    spec = finished(alt.layer(wide, narrow, middle, one.encode(x=alt.X("x:Q"))), alt.Step(30))
    return Chart(
        "intervals",
        words("sure.intervals"),
        sentence(facts.predictions, words),
        spec,
        DataTable.of(
            (
                words("sure.what"),
                *(words("sure." + name) for name in ("median", "half", "most")),
                words("word.published"),
                words("word.verdict"),
            ),
            (
                (
                    name_of(p.check, words),
                    words.amount(p.median),
                    _range(p.low_50, p.high_50, words),
                    _range(p.low_90, p.high_90, words),
                    words.amount(p.published),
                    insides[not p.inside_90],
                )
                for p in counts
            ),
        ),
    )


def sentence(found: list[Prediction], words: Words) -> str:
    """How many published figures lie inside: all, and those held out after the years fitted."""
    judging = [p for p in found if p.judges]
    return words(
        "sure.intervals_sentence",
        number=len(found),
        inside=sum(p.inside_90 for p in found),
        half=sum(p.inside_50 for p in found),
        held=len(judging),
        last=LAST_FITTED,
        held_inside=sum(p.inside_90 for p in judging),
    )


def _ends(p: Prediction, words: Words) -> str:
    return words(
        "sure.ends",
        median=words.people(p.median),
        published=words.people(p.published),
        low=words.people(p.low_90),
        high=words.people(p.high_90),
    )


def _range(low: float, high: float, words: Words) -> str:
    return words("word.range", low=words.amount(low), high=words.amount(high))
