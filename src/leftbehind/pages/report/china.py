"""Section 5: a map of tiles, one a province and one for Liangshan, by year."""

from typing import Any

import altair as alt
import polars as pl

from leftbehind.counts.tallies import MILLION
from leftbehind.evidence.validate.children import GROUP as CHILDREN
from leftbehind.inputs.tables import read_table
from leftbehind.pages import findings
from leftbehind.pages.report.facts import RURAL, Facts
from leftbehind.pages.report.prefectures import prefectures
from leftbehind.pages.report.section import Chart, DataTable, Section
from leftbehind.pages.report.style import GREY, SEQUENCE, VERMILLION, finished
from leftbehind.pages.report.words import INITIALS, LIANGSHAN, Words

PALE = "#D9D9D9"  # a tile with too few children
LIANGSHAN_TILE = (4, 1)  # a free cell west of Sichuan, to which the prefecture belongs
FEW = 200  # simulated children below which a share is little more than chance
NARROW = 520  # pixels below which tiles carry short names
PAPER = 720  # pixels below which, as on paper, names need smaller letters
FIRST = 1985


def provinces(facts: Facts, words: Words) -> Section:
    """Where children are left behind."""
    tiles = shares(facts)
    now = tiles.filter(pl.col("year") == facts.year)
    ranked = now.filter((pl.col("name") != LIANGSHAN) & (pl.col("simulated") >= FEW))
    # A small world may hold no village child of Liangshan.
    nobody: dict[str, Any] = dict(number=0.0, error=None, share=None, simulated=0)
    there = now.filter(pl.col("name") == LIANGSHAN)
    liangshan = there.row(0, named=True) if there.height else nobody
    shares_now = ranked["share"].to_list() or [None]
    sentence = words(
        "map.sentence",
        year=facts.year,
        low=words.percent(min(shares_now)),
        high=words.percent(max(shares_now)),
        liangshan=words.percent(liangshan["share"]),
        error=words.number(100 * (_error(liangshan) or 0.0)),
    )
    leaders = findings.province_leaders(facts.world, words)
    chart = Chart(
        "map",
        words("map.chart"),
        sentence,
        _tiles(tiles, facts, words),
        _table(now, words),
        controls=words("map.slider"),
        claims=(leaders,) if leaders else (),
    )
    notes = [words("map.note", few=FEW)]
    if liangshan["simulated"] < FEW:
        notes.append(words("map.few", simulated=liangshan["simulated"]))
    paragraphs = [words("map.text"), verdict(facts, words)]
    charts = [chart, prefectures(facts, words)]
    return Section("map", words("map.title"), paragraphs, charts, notes)


def verdict(facts: Facts, words: Words) -> str:
    """How many published figures on where left-behind children live the model meets."""
    about = [c for c in facts.checks if c.group == CHILDREN and c.place != "china"]
    return words("map.verdict", met=sum(check.met for check in about), number=len(about))


def shares(facts: Facts) -> pl.DataFrame:
    """Left-behind children and their share of village children by year and tile.

    Columns: year, name, number (million), error (million), share, simulated (village children).
    """
    years = [year for year in facts.years if year >= FIRST] or [facts.year]
    by_province = facts.world.left_behind(RURAL, by="province", years=years)
    by_place = facts.world.left_behind(RURAL, by="prefecture", years=years)
    own = by_place.filter(pl.col("prefecture") == LIANGSHAN)
    return pl.concat(
        [
            table.select(
                "year",
                name=pl.col(column),
                number=pl.col("number") / MILLION,
                error=pl.col("sampling_error") / MILLION,
                share="share",
                simulated=pl.col("children") // facts.world.scale,
            )
            for table, column in ((by_province, "province"), (own, "prefecture"))
        ]
    )


def _error(row: dict[str, Any]) -> float | None:
    """Sampling error of a share, from that of its number."""
    return row["share"] * row["error"] / row["number"] if row["number"] else None


def _tiles(table: pl.DataFrame, facts: Facts, words: Words) -> dict[str, Any]:
    cells = read_table("provinces").select("name", "tile_row", "tile_col")
    row, column = LIANGSHAN_TILE
    own = pl.DataFrame({"name": [LIANGSHAN], "tile_row": [row], "tile_col": [column]})
    tiles = table.join(pl.concat([cells, own]), on="name").with_columns(
        long=pl.col("name").map_elements(words.place, return_dtype=pl.String),
        short=pl.col("name").replace_strict(INITIALS)
        if words.language == "en"
        else pl.col("name").map_elements(words.place, return_dtype=pl.String),
        text=pl.col("share").map_elements(words.percent, return_dtype=pl.String),
    )
    years = tiles["year"].to_list()
    slider = alt.binding_range(min=min(years), max=max(years), step=1, name=words("map.slider"))
    year = alt.param(name="year", value=facts.year, bind=slider)
    top = max(0.1, *tiles.filter(pl.col("simulated") >= FEW)["share"].to_list(), 0.0)
    x = alt.X("tile_col:O", axis=None, scale=alt.Scale(paddingInner=0.06))
    y = alt.Y("tile_row:O", axis=None, scale=alt.Scale(paddingInner=0.06))
    base = alt.Chart(tiles).transform_filter("datum.year == year")
    squares = base.mark_rect(cornerRadius=4).encode(
        x=x,
        y=y,
        color=alt.condition(
            f"datum.simulated < {FEW}",
            alt.value(PALE),
            alt.Color(
                "share:Q",
                scale=alt.Scale(domain=[0, top], range=list(SEQUENCE)),
                legend=alt.Legend(title=words("map.legend"), format="%", gradientLength=180),
            ),
        ),
        stroke=alt.condition(alt.datum.name == LIANGSHAN, alt.value(VERMILLION), alt.value(GREY)),
        strokeWidth=alt.condition(alt.datum.name == LIANGSHAN, alt.value(3), alt.value(0.6)),
        tooltip=[
            alt.Tooltip("long:N", title=" "),
            alt.Tooltip("text:N", title=words("map.legend")),
            alt.Tooltip("simulated:Q", format=",", title=words("map.simulated")),
        ],
    )
    dark = f"datum.simulated >= {FEW} && datum.share > {top * 0.55}"
    ink = alt.condition(dark, alt.value("white"), alt.value("#111"))
    name = alt.ExprRef(f"width < {NARROW} ? 10 : width < {PAPER} ? 11 : 12")
    names = (
        base.transform_calculate(label=f"width < {NARROW} ? datum.short : datum.long")
        .mark_text(dy=-7, fontSize=name)
        .encode(x=x, y=y, text=alt.Text("label:N"), color=ink)
    )
    values = base.mark_text(dy=9, fontSize=name, fontWeight="bold").encode(
        x=x, y=y, text=alt.Text("text:N"), color=ink
    )
    return finished(alt.layer(squares, names, values).add_params(year), 460)


def _table(now: pl.DataFrame, words: Words) -> DataTable:
    head = [words("map." + name) for name in ("place", "share", "number", "error", "simulated")]
    return DataTable.of(
        head,
        (
            (
                words.place(row["name"]),
                words.percent(row["share"]),
                words.amount(row["number"]),
                words.amount(row["error"]),
                f"{row['simulated']:,}",
            )
            for row in now.sort("name").iter_rows(named=True)
        ),
    )
