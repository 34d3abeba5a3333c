"""The reference pages docs/PARAMETERS.md and docs/SOURCES.md, written from the tables.

    leftbehind sources --docs docs

A page ends with the hash of each table that it was written from, so that a test can tell a page
that is out of date from one written by an older program (tests/test_docs.py).
"""

from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.markdown import render, table
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

MOST_LISTED = 60  # sources of a table that are listed; of the rest only the number
PARAMETER = ("name", "meaning", "unit", "prior mean", "range", "basis", "may move", "source")
TABLE = ("table", "what it holds", "rows", "sources", *BASES)
SOURCE = ("source", "basis", "rows")


def write(folder: Path) -> list[Path]:
    """Write both pages into `folder`; returns their paths. InputError if the disk refuses."""
    pages = {"PARAMETERS.md": parameters_page(), "SOURCES.md": sources_page()}
    for name, text in pages.items():
        write_text(Path(folder) / name, text)
    return [Path(folder) / name for name in pages]


def parameters_page() -> str:
    """The page of all parameters, by process in the table's order."""
    known = read_table("parameters")
    bases = dict(known["basis"].value_counts().iter_rows())
    groups = {
        str(process): (rows.height, table(PARAMETER, map(_parameter, rows.iter_rows(named=True))))
        for (process,), rows in known.group_by("process", maintain_order=True)
    }
    return render(
        __package__,
        "parameters.md.j2",
        number=known.height,
        by_basis=", ".join(f"{bases[b]} {b}" for b in BASES if b in bases),
        groups=groups,
        hashes=hashes(["parameters"]),
    )


def sources_page() -> str:
    """The page of all tables: rows by basis, and the distinct sources of each."""
    counts = sources.bases()
    titles = {name: str(r["title"]) for name, r in package_descriptor(data_folder()).items()}
    each = {name: sources.of_table(name) for name in table_names()}
    overview = []
    for row in counts.iter_rows(named=True):
        distinct = each[row["table"]]["source"].n_unique()
        numbers = (f"{number:,}" for number in (row["rows"], distinct, *(row[b] for b in BASES)))
        overview.append((f"`{row['table']}`", titles[row["table"]], *numbers))
    return render(
        __package__,
        "sources.md.j2",
        number=counts["rows"].sum(),
        by_basis=", ".join(f"{counts[b].sum():,} {b}" for b in BASES),
        overview=table(TABLE, overview),
        tables={name: _listed(found) for name, found in each.items()},
        hashes=hashes(table_names()),
    )


def _parameter(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"`{row['name']}`",
        row["meaning"],
        row["unit"].replace("_", " "),
        f"{row['prior_mean']:.6g}",
        f"{row['prior_low']:.4g} to {row['prior_high']:.4g}",
        row["basis"],
        row["calibrate"],
        row["source"],
    )


def _listed(found: pl.DataFrame) -> tuple[str, int, int]:
    """The sources with most rows; how many are not shown, and the number of their rows."""
    found = found.sort(["rows", "source", "basis"], descending=[True, False, False])
    rows = ((r["source"], r["basis"], f"{r['rows']:,}") for r in found[:MOST_LISTED].to_dicts())
    rest = found[MOST_LISTED:]
    return table(SOURCE, rows), rest.height, int(rest["rows"].sum())
