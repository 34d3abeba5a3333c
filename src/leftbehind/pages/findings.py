"""Sentences that name a leader or a trend, each held against what was published on the same matter.

A finding whose published figures say otherwise is not told as one: its text says what was published
and that the model is contradicted. Where nothing was published the text says that too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from leftbehind.counts.tallies import MILLION
from leftbehind.counts.world import World
from leftbehind.evidence.validate import Check
from leftbehind.evidence.validate.check import published as published_rows
from leftbehind.pages.report.words import Words

LEVEL = 0.03  # a change of less than this share is no change
SPAN = 10  # years before the last published figure, in which the other end of a trend lies
PROVINCES = "left_behind_province_share"  # the indicator that says which provinces have most
AGENCY, AGENCY_YEAR, AGENCY_COUNT = "acwf", 2010, "acwf-2010"
NAMED = 3  # leading provinces that a sentence names
RISES, FALLS, STAYS = "rises", "falls", "stays"


@dataclass(frozen=True)
class Finding:
    """A text and what it claims: `model` and `published` are the same kind of word.

    A way (RISES, FALLS, STAYS) or the name of who leads; `published` is empty where no figure is.
    """

    what: str
    model: str
    published: str
    text: str

    @property
    def holds(self) -> bool:
        """Whether the published figures say the same, or say nothing."""
        return self.published in ("", self.model)


def way(before: float, after: float) -> str:
    """Whether a number rises, falls or stays."""
    change = after / before - 1.0 if before else 0.0
    return STAYS if abs(change) < LEVEL else RISES if change > 0 else FALLS


def trend(what: str, checks: Sequence[Check], words: Words) -> Finding | None:
    """How a count changed between two published years, in the model and as published.

    The years are the last with a figure and the earliest one at most SPAN years before; None if
    there are no two.
    """
    by_year = {int(check.year): check for check in checks}
    if not by_year:
        return None
    last = max(by_year)
    first = min(year for year in by_year if year >= last - SPAN)
    if first == last:
        return None
    one, other = by_year[first], by_year[last]
    model, published = way(one.model, other.model), way(one.published, other.published)
    text = words(
        "finding.trend" if model == published else "finding.trend_against",
        first=first,
        last=last,
        model=_change(model, one.model, other.model, words),
        published=_change(published, one.published, other.published, words),
    )
    return Finding(what, model, published, text)


def _change(kind: str, before: float, after: float, words: Words) -> str:
    size = words.percent(abs(after / before - 1.0)) if before else ""
    return words(f"finding.{kind}", size=size)


def province_leaders(world: World, words: Words) -> Finding | None:
    """The provinces with most left-behind children, beside those that the federation named.

    In the year of its figures; None for a run without that year.
    """
    if AGENCY_YEAR not in world.years():
        return None
    table = world.left_behind(AGENCY_COUNT, "province", AGENCY_YEAR)
    number = dict(table.select("province", pl.col("number") / MILLION).iter_rows())
    rows = published_rows(range(AGENCY_YEAR, AGENCY_YEAR + 1), indicator=PROVINCES)
    named = {r["place"]: r["value"] for r in rows if r["definition"] == AGENCY}
    shares = {place: share for place, share in named.items() if place in number}
    return leaders("provinces", number, shares, words)


def leaders(
    what: str, model: Mapping[str, float], published: Mapping[str, float], words: Words
) -> Finding | None:
    """Who has most in the model (`model` by place) and by the published percent of all."""
    total = sum(model.values())
    if not total or not published:
        return None
    ranked = sorted(model, key=lambda place: -model[place])
    told = sorted(published, key=lambda place: -published[place])
    first, theirs = ranked[0], told[0]
    comma = words("word.comma")
    text = words(
        "finding.leader" if first == theirs else "finding.leader_against",
        year=AGENCY_YEAR,
        model=comma.join(
            f"{words.place(p)} {words.percent(model[p] / total)}" for p in ranked[:NAMED]
        ),
        published=comma.join(
            f"{words.place(p)} {words.percent(published[p] / 100)}" for p in told[:NAMED]
        ),
        first=words.place(theirs),
        rank=ranked.index(theirs) + 1,
    )
    return Finding(what, first, theirs, text)


def who_stays(checks: Sequence[Check], words: Words) -> Finding | None:
    """Whether more of the left behind have one parent away or both, beside the survey's answer."""
    found = [check for check in checks if check.what == "of the left behind, away: both"]
    if not found:
        return None
    check = found[-1]
    sides = {True: "both", False: "one"}
    model, published = sides[check.model > 50], sides[check.published > 50]
    text = words(
        "finding.away" if model == published else "finding.away_against",
        year=check.year,
        model=words.percent(check.model / 100),
        published=words.percent(check.published / 100),
    )
    return Finding("parents away", model, published, text)
