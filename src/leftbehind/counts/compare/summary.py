"""What a comparison says at its end, in words that need no training."""

import polars as pl
from rich.console import Console
from rich.table import Table

from leftbehind.base.listing import listing
from leftbehind.counts.compare.comparison import Comparison
from leftbehind.counts.compare.fates import MEANING

SHOWN = 3  # groups named on each side


def end_summary(found: Comparison, console: Console) -> None:
    """Print the effect in the last year, its parts, who wins and who loses, and one child."""
    manifest = found.manifest
    year = int(manifest["to"])
    before, after = manifest["before"], manifest["after"]
    console.print(
        f"\n{after['title']} against {before['title']}, children "
        f"counted by the definition {found.headline}"
    )
    effect = found.effects(years=year).row(0, named=True)
    console.print(_effect_words(effect, year, int(manifest["seeds"])))
    parts = found.decomposition(years=year)
    if parts.height:
        console.print(_parts_table(parts, year))
    console.print(_winners_words(found, year))
    twin = found.table("twins").collect()
    if twin.height:
        console.print(_twin_table(twin))
    console.print(_luck_words(found))
    console.print(
        f"The change rests on: {after.get('basis', 'assumption')}{_source(after)}. The model's "
        "parameters are priors, many of them assumptions."
    )


def _effect_words(effect: dict[str, float], year: int, seeds: int) -> str:
    words = (
        f"In {year}: {_millions(effect['before'])} million before, "
        f"{_millions(effect['after'])} after: {_signed(effect['difference'])} million"
    )
    if effect["low"] is None:
        return words + " (one seed: no interval)."
    return (
        f"{words} (90 percent interval {_signed(effect['low'])} to {_signed(effect['high'])}, "
        f"{seeds} pairs of runs)."
    )


def _parts_table(parts: pl.DataFrame, year: int) -> Table:
    sizes = ("left behind before", "left behind after", "adds")
    rows = (
        (
            row["fate"],
            _millions(row["before"]),
            _millions(row["after"]),
            _signed(row["difference"]),
            MEANING[row["fate"]],
        )
        for row in parts.iter_rows(named=True)
        if row["before"] or row["after"]
    )
    title = f"Left behind in one world: what of the same child in the other, {year}"
    return listing(("in the other world", *sizes, "meaning"), rows, title, sizes)


def _winners_words(found: Comparison, year: int) -> str:
    """Who is left behind in one world only, and where most; groups whose interval excludes 0."""
    effect = found.effects(years=year).row(0, named=True)
    lines = [
        f"{_millions(effect['only_before'])} million children live in both worlds and are counted "
        f"only before, {_millions(effect['only_after'])} million only after. Named are groups "
        "whose interval excludes zero."
    ]
    for by in ("province", "prefecture", "age", "arrangement"):
        rows = found.effects(by=by, years=year).sort("difference")
        fewer = rows.filter(pl.col("high") < 0).head(SHOWN)
        more = rows.filter(pl.col("low") > 0).tail(SHOWN).reverse()
        named = [
            f"{word} {', '.join(_group(row) for row in part.iter_rows(named=True))}"
            for word, part in (("fewer:", fewer), ("more:", more))
            if part.height
        ]
        if named:
            lines.append(f"By {by}, {'; '.join(named)}.")
    return "\n".join(lines)


def _twin_table(twins: pl.DataFrame) -> Table:
    """The two lives of the sampled child whose lives differ in most years."""
    differs = pl.col("left_behind_before").ne_missing(pl.col("left_behind_after"))
    counted = twins.group_by("key").agg(differs.sum().alias("years")).sort("years", "key")
    life = twins.filter(pl.col("key") == counted["key"][-1]).sort("year")
    first = life.row(0, named=True)
    rows = []
    for row in life.iter_rows(named=True):
        ages = [row[f"age_{world}"] for world in ("before", "after")]
        age = " / ".join(dict.fromkeys(str(a) for a in ages if a is not None))
        rows.append((str(row["year"]), age, _life(row, "before"), _life(row, "after")))
    title = f"One child's two lives: {first['prefecture']}, {first['province']}"
    return listing(("year", "age", "before", "after"), rows, title)


def _life(row: dict[str, object], world: str) -> str:
    if row[f"age_{world}"] is None:
        return str(row[f"missing_{world}"])
    left = "left behind, " if row[f"left_behind_{world}"] else ""
    boards = ", boards" if row[f"boards_{world}"] == "yes" else ""
    return f"{left}{row[f'residence_{world}']}, with: {row[f'arrangement_{world}']}{boards}"


def _group(row: dict[str, object]) -> str:
    return f"{row['group']} ({_signed(float(str(row['difference'])))})"


def _luck_words(found: Comparison) -> str:
    saved = found.fewer_runs()
    if saved is None:
        return "Two seeds or more would show how many runs the shared luck saves."
    return (
        f"Both worlds share their luck: one pair of runs told as much as {saved:.0f} pairs of "
        f"unrelated runs (measured on {found.manifest['seeds']} seeds)."
    )


def _source(scenario: dict[str, object]) -> str:
    source = str(scenario.get("source", ""))
    return f" ({source})" if source else ""


def _millions(persons: float) -> str:
    return f"{persons / 1e6:,.2f}"


def _signed(persons: float) -> str:
    return f"{persons / 1e6:+,.2f}"
