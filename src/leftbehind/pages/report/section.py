"""What a report is made of: sections, charts and the tables that say the same as the charts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from leftbehind.pages.findings import Finding

HEADLINE = " | "  # in a chart's sentence, between what it finds and the rest


@dataclass(frozen=True)
class DataTable:
    """The numbers of a chart as text: heads of the columns and rows."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]

    @staticmethod
    def of(head: Iterable[str], rows: Iterable[Iterable[str]]) -> "DataTable":
        """A table from any iterables of text."""
        return DataTable(tuple(head), [tuple(row) for row in rows])

    @staticmethod
    def by_year(
        table: pl.DataFrame, field: str, labels: list[str], year: str, text: Callable[[Any], str]
    ) -> "DataTable":
        """A row a year and a column for each of `labels` that `field` holds: `value` as `text`.

        `year` is the head of the first column.
        """
        wide = table.pivot(field, index="year", values="value").sort("year")
        shown = [label for label in labels if label in wide.columns]
        rows = wide.select("year", *shown).iter_rows()
        return DataTable.of((year, *shown), ((str(y), *map(text, v)) for y, *v in rows))


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite chart with what a reader who cannot see it needs.

    `title` says what is drawn, `sentence` what it shows: what it finds, then the rest, with
    HEADLINE between. `claims` are its leaders and trends beside the published ones, `published` the
    agencies whose points are drawn. `assumed` is the text of its ASSUMPTION label, empty if the
    chart rests on none that needs one. `controls` is the label of its controls (a slider), empty if
    it has none. `small` ones stand side by side.
    """

    name: str
    title: str
    sentence: str
    spec: dict[str, Any]
    table: DataTable
    assumed: str = ""
    controls: str = ""
    small: bool = False
    claims: tuple[Finding, ...] = ()
    published: str = ""

    @property
    def finding(self) -> str:
        """What the chart finds: its heading; the title where its sentence names none."""
        found, mark, _ = self.sentence.partition(HEADLINE)
        return found if mark else self.title

    @property
    def caption(self) -> str:
        """The rest of the sentence, and every claim as the published figures allow it."""
        found, mark, rest = self.sentence.partition(HEADLINE)
        return " ".join([rest if mark else found, *(claim.text for claim in self.claims)])


@dataclass(frozen=True)
class Section:
    """One part of the story: a heading, paragraphs, charts, and what to bear in mind."""

    name: str
    title: str
    paragraphs: list[str]
    charts: list[Chart] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[tuple[str, DataTable]] = field(default_factory=list)
