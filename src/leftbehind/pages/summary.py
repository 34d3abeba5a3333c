"""What a run says at its end: five plain lines, and three commands to go on with."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
from rich.console import Console

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.counts.headline import LINES
from leftbehind.counts.tallies import MILLION, Tallies
from leftbehind.counts.world import World
from leftbehind.evidence.validate import children, own_start
from leftbehind.evidence.validate.check import Check
from leftbehind.evidence.validate.page import misses
from leftbehind.pages import findings
from leftbehind.pages.report.facts import LAST_PUBLISHED, RURAL
from leftbehind.pages.report.words import Words

GRANDPARENTS = ARRANGEMENTS[1:3]


def end_summary(world: World, console: Console, ahead: float = 0.0, within: float = 0.0) -> None:
    """Print what was lived and how long it took, and `five_lines`.

    Seconds of compiling: `ahead` of the first year, `within` the time that the manifest tells.
    """
    years, manifest = world.years(), world.manifest
    living = max(manifest["seconds"] - within, 0.0)
    compiling = ahead + within
    took = f"Living took {living:.0f} seconds"
    if compiling >= 0.5:
        took += f", compiling {compiling:.0f} (only the first time)"
    what = f"the scenario {world.scenario_name!r} of China" if world.scenario_name else "China"
    console.print(
        f"Simulated {what}, {years[0]} to {years[-1]}; one simulated person stands for "
        f"{world.scale:,}. {took}.\n",
        soft_wrap=True,
    )
    for line in five_lines(world):
        console.print(line, soft_wrap=True)


def five_lines(world: World) -> list[str]:
    """How many, by which definition, where, with whom, how sure; one line where nothing can be."""
    if not own_start.covers_country(world):
        return ["The population is of some places only: no published figure is compared."]
    words = Words("en")
    checks = list(children.counts(Tallies(world)))
    if not checks:
        return ["No year of the run has a published count of left-behind children."]
    year = min(world.years()[-1], LAST_PUBLISHED)
    where = findings.province_leaders(world, words)
    lines = {
        "How many": _how_many(world, year),
        "By definition": _by_definition(world, year),
        "Where": where.text if where else "No figure on provinces was published for these years.",
        "With whom": _with_whom(world, year, words),
        "How sure": _how_sure(checks),
    }
    return [f"{name + ':':<15}{text}" for name, text in lines.items()]


def next_commands(folder: Path, report: Path | None) -> list[str]:
    """What to do next with a run: three commands."""
    shown = f"{folder}"
    read = f"leftbehind report {shown}" if report is None else f"leftbehind place Liangshan {shown}"
    return [
        f"{read:<42} # {'the story as a page' if report is None else 'a page for one place'}",
        f"{f'leftbehind chronicle {shown} --like seed':<42} # one family, year by year",
        f"{f'leftbehind validate {shown}':<42} # every published figure beside the model's",
    ]


def _how_many(world: World, year: int) -> str:
    row = world.left_behind(RURAL, years=year).row(0, named=True)
    text = (
        f"In {year}, {row['number'] / MILLION:.1f} million village children have a parent away "
        f"half a year or more, {100 * (row['share'] or 0):.0f} % of them"
    )
    alike = next(names for names in LINES.values() if RURAL in names)
    found = _published(world, alike, year)
    return f"{text} ({'published: ' + found if found else 'nothing published for that year'})."


def _by_definition(world: World, year: int) -> str:
    counted = world.counts.filter((pl.col("year") == year) & pl.col("published").is_not_null())
    about = counted.filter(pl.col("definition") != "migrant-children")
    if about.is_empty():
        return f"No definition has a published count of {year}."
    number, told = about["number"] / MILLION, about["published"] / MILLION
    return (
        f"The definitions with a figure for {year} count {_range(number)} million of the same "
        f"children; published were {_range(told)}. No count is rescaled."
    )


def _range(values: pl.Series) -> str:
    low, high = float(values.min()), float(values.max())  # type: ignore[arg-type]
    return f"{low:.1f}" if low == high else f"{low:.1f} to {high:.1f}"


def _with_whom(world: World, year: int, words: Words) -> str:
    table = world.left_behind(RURAL, "arrangement", year)
    number = dict(table.select("arrangement", "number").iter_rows())
    total = sum(number.values()) or 1.0
    old = sum(number.get(name, 0.0) for name in GRANDPARENTS) / total
    with_parent = number.get("parent", 0.0) / total
    return (
        f"{words.percent(with_parent)} of them with the parent who stayed, {words.percent(old)} "
        "with grandparents (who cares is an assumption of the model)."
    )


def _how_sure(checks: list[Check]) -> str:
    missed = misses(checks)
    text = f"{len(checks) - len(missed)} of {len(checks)} published counts are met"
    if missed:
        worst = missed[0]
        text += (
            f"; furthest off: {worst.what} {worst.year}, {worst.model:.1f} million, published "
            f"{worst.published:.1f}"
        )
    return f"{text}. Chance, and what no model knows, come on top."


def _published(world: World, names: Iterable[str], year: int) -> str:
    here = world.counts.filter(
        (pl.col("year") == year)
        & pl.col("definition").is_in(list(names))
        & pl.col("published").is_not_null()
    )
    values = (here["published"] / MILLION).unique().sort()
    return " and ".join(f"{value:.1f}" for value in values)
