"""What the page knows before any world is lived: published figures, the shipped draws, charts."""

from functools import cache
from typing import Any

import polars as pl

from leftbehind.counts import definitions, official
from leftbehind.counts.headline import MILLION
from leftbehind.evidence import uncertainty
from leftbehind.inputs.tables import read_table
from leftbehind.pages.explorer.evidence import WHO
from leftbehind.pages.explorer.question import FIRST_YEAR, LAST_YEAR
from leftbehind.pages.explorer.words import words_of

TWO = "two-"  # begins the names of charts that compare two scenarios
ENDS = ("year", "median", "low", "high", "wide_low", "wide_high")


@cache
def known_figures(language: str) -> dict[str, Any]:
    """`published` and `draws` by definition (persons), and `prefectures` with both names."""
    return {
        "published": {name: _published(name, language) for name in definitions.names()},
        "draws": _draws(),
        "prefectures": _prefectures(language),
    }


def _published(name: str, language: str) -> list[dict[str, Any]]:
    """Published counts of a definition in the page's years, the accepted range beside each."""
    definition = definitions.get(name)
    rows = official.published(definition).filter(
        pl.col("year").is_between(FIRST_YEAR, LAST_YEAR) & (pl.col("unit") == "million persons")
    )
    title = words_of(language).definition(definition)
    agency = title if language == "zh" else definition.agency
    by_year = {row["year"]: row for row in rows.iter_rows(named=True)}  # of two readings the last
    return [
        {
            "year": row["year"],
            "agency": agency,
            **{
                to: row[of] * MILLION
                for to, of in (("value", "value"), ("low", "low"), ("high", "high"))
            },
        }
        for _, row in sorted(by_year.items())
    ]


def _draws() -> dict[str, Any]:
    """The stored summary of the shipped draws; empty if there is none of these draws."""
    table = uncertainty.read()
    if table is None:
        return {}
    one = table.row(0, named=True)
    by_name = {
        str(name): part.select(ENDS).sort("year").to_dicts()
        for (name,), part in table.group_by("definition")
    }
    return {"number": one["draws"], "scale": one["scale"], "of": by_name}


def _prefectures(language: str) -> list[dict[str, Any]]:
    """In the order of the table, which is that of the numbers by prefecture."""
    label = "name_zh" if language == "zh" else "name"
    columns = ("code", "name", "name_zh", "province", "lon", "lat")
    table = read_table("prefectures").sort("code").select(*columns, label=label)
    return table.to_dicts()


@cache
def charts_in(language: str) -> dict[str, Any]:
    """The charts' specifications in one language."""
    from leftbehind.pages import charts  # Altair takes a second to load: not before the page shows

    words = words_of(language)
    carers = [words(f"who.{who}") for who in WHO]
    pairs = {"": ("before", "after"), TWO: ("kept", "now")}
    return {
        f"{kind}{name}": spec
        for kind, worlds in pairs.items()
        for name, spec in charts.specs(
            words, (words(f"world.{worlds[0]}"), words(f"world.{worlds[1]}")), carers
        ).items()
    }
