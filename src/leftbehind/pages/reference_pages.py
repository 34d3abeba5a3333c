"""The reference pages docs/PARAMETERS.md and docs/SOURCES.md, written from the tables.

    leftbehind sources --docs docs

A page ends with the hash of each table that it was written from, so that a test can tell a page
that is out of date from one written by an older program (tests/test_docs.py).
"""

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from leftbehind.base.markdown import table as markdown_table
from leftbehind.base.store import write_text
from leftbehind.inputs import sources
from leftbehind.inputs.tables import (
    BASES,
    data_folder,
    hashes,
    package_descriptor,
    read_table,
    table_names,
)

HASH_LINE = re.compile(r"^- `(?P<table>\w+)`: `(?P<hash>\w+)`$", re.MULTILINE)
MADE = "Written by `leftbehind sources --docs docs`; do not edit."
MOST_LISTED = 60  # sources of a table that are listed; of the rest only the number

PARAMETERS_HEAD = """\
A parameter is a number that no table of observations gives directly. Each has a prior: a mean,
which a run uses unless it is told otherwise, and a range, in which the truth is thought to lie. A
name that ends in a year is one point of a dated parameter; between the points it is interpolated,
outside they stay.

**basis** says how the number is known: *read* in its source, from *memory* (not read again),
*derived* by arithmetic, or an *assumption*. Whatever rests on an assumption is an assumption: the
hours without an adult above all.

**may move** marks the parameters that a calibration may change. Change one for a run in a file of
`name,value` (`leftbehind run --parameters FILE`, [OWN_DATA.md](OWN_DATA.md)), for some years in a
scenario file, or in Python with `leftbehind.run(parameters={name: value})`."""

SOURCES_HEAD = """\
Every row of every table says where its number comes from and how that is known: *read* in the
source or a copy of it, from *memory* (not read again), *unverified* (from memory, looked for in
copies of the source and not found: such a figure counts less in fitting), *derived* by arithmetic
from read figures, or an *assumption* of this model. The tables lie in
`src/leftbehind/data/china/` with `datapackage.json` (Frictionless Data), which describes each
column."""


def write(folder: Path) -> list[Path]:
    """Write both pages into `folder`; returns their paths. InputError if the disk refuses."""
    pages = {"PARAMETERS.md": parameters_page(), "SOURCES.md": sources_page()}
    for name, text in pages.items():
        write_text(Path(folder) / name, text)
    return [Path(folder) / name for name in pages]


def parameters_page() -> str:
    """The page of all parameters, by process in the table's order."""
    table = read_table("parameters")
    bases = dict(table["basis"].value_counts().iter_rows())
    counted = ", ".join(f"{bases[b]} {b}" for b in BASES if b in bases)
    parts = ["# Parameters", MADE, f"**{table.height} parameters**: {counted}.", PARAMETERS_HEAD]
    for (process,), rows in table.group_by("process", maintain_order=True):
        parts += [f"## {str(process).capitalize()} ({rows.height})", _parameter_table(rows)]
    return "\n\n".join([*parts, _hashes(["parameters"])]) + "\n"


def sources_page() -> str:
    """The page of all tables: rows by basis, and the distinct sources of each."""
    counts = sources.bases()
    head = ("table", "what it holds", "rows", "sources", *BASES)
    titles = {name: str(r["title"]) for name, r in package_descriptor(data_folder()).items()}
    each = {name: sources.of_table(name) for name in table_names()}
    overview = [
        (
            f"`{row['table']}`",
            titles[row["table"]],
            row["rows"],
            each[row["table"]]["source"].n_unique(),
            *(row[b] for b in BASES),
        )
        for row in counts.iter_rows(named=True)
    ]
    total = counts["rows"].sum()
    by_basis = ", ".join(f"{counts[b].sum():,} {b}" for b in BASES)
    summed = f"**{total:,} rows**: {by_basis}."
    parts = ["# Sources", MADE, SOURCES_HEAD, summed, _table(head, overview)]
    for name, found in each.items():
        found = found.sort(["rows", "source", "basis"], descending=[True, False, False])
        rows = [(r["source"], r["basis"], r["rows"]) for r in found.iter_rows(named=True)]
        parts += [f"## {name}", _table(("source", "basis", "rows"), rows[:MOST_LISTED])]
        if len(rows) > MOST_LISTED:
            rest = sum(int(row[2]) for row in rows[MOST_LISTED:])
            parts.append(
                f"and {len(rows) - MOST_LISTED} more sources of {rest:,} rows: "
                f"`leftbehind sources --table {name}`."
            )
    return "\n\n".join([*parts, _hashes(table_names())]) + "\n"


def hashes_in(page: str) -> dict[str, str]:
    """The tables' hashes that a page says it was written from."""
    return {found["table"]: found["hash"] for found in HASH_LINE.finditer(page)}


def _hashes(names: list[str]) -> str:
    lines = (f"- `{name}`: `{value}`" for name, value in hashes(names).items())
    return "## Written from\n\nSHA-256 of the tables:\n\n" + "\n".join(lines)


def _parameter_table(rows: pl.DataFrame) -> str:
    head = ("name", "meaning", "unit", "prior mean", "range", "basis", "may move", "source")
    return _table(
        head,
        [
            (
                f"`{r['name']}`",
                r["meaning"],
                r["unit"].replace("_", " "),
                f"{r['prior_mean']:.6g}",
                f"{r['prior_low']:.4g} to {r['prior_high']:.4g}",
                r["basis"],
                r["calibrate"],
                r["source"],
            )
            for r in rows.iter_rows(named=True)
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    return markdown_table(head, ([_cell(cell) for cell in row] for row in rows))


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return " ".join(str(value).split())
