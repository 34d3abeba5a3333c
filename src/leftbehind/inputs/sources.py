"""The list of sources: each table and parameter with what it rests on."""

import polars as pl
from rich.console import Console
from rich.markup import escape

from leftbehind.base.errors import InputError, nearest
from leftbehind.base.listing import listing
from leftbehind.inputs.tables import BASES, data_folder, package_descriptor, read_table, table_names

WEAK = ("memory", "unverified", "assumption")


def bases() -> pl.DataFrame:
    """Rows by table and basis: columns table, rows, and one column a basis."""
    rows = []
    for name in table_names():
        table = read_table(name)
        counts = dict(table["basis"].value_counts().iter_rows())
        rows.append({"table": name, "rows": table.height, **{b: counts.get(b, 0) for b in BASES}})
    return pl.DataFrame(rows)


def of_table(name: str) -> pl.DataFrame:
    """Sources of one table: columns source, basis, rows; InputError for an unknown table."""
    if name not in table_names():
        raise InputError(
            f"no table named {name!r}{nearest(name, table_names())}; tables: "
            f"{', '.join(table_names())}"
        )
    return (
        read_table(name)
        .group_by("source", "basis")
        .agg(pl.len().alias("rows"))
        .sort("rows", descending=True)
    )


def rows(parameters: bool, table: str | None) -> pl.DataFrame:
    """The counts by basis, or every parameter, or the sources of one table."""
    if table:
        return of_table(table)
    return read_table("parameters") if parameters else bases()


def show(console: Console, parameters: bool, table: str | None) -> None:
    """Print the counts by basis, or every parameter, or the sources of one table."""
    if table:
        _print(console, of_table(table), f"Sources of the table {table}")
        return
    if parameters:
        hidden = ("process", "distribution", "calibrate")
        _print(console, read_table("parameters").drop(hidden), "Parameters (priors)")
        return
    counts = bases()
    _print(console, counts, "Rows by basis")
    memory, unverified, assumed = (int(counts[b].sum()) for b in WEAK)
    total = int(counts["rows"].sum())
    console.print(
        f"{memory:,} of {total:,} rows are still from memory (not re-read in a source), "
        f"{unverified:,} more were looked for and not found, and {assumed:,} are assumptions."
    )
    package = package_descriptor(data_folder())
    titles = ((name, str(resource["title"])) for name, resource in package.items())
    console.print(listing(("table", "what it holds"), titles, "Tables"))
    console.print("More: `leftbehind sources --table NAME`, `leftbehind sources --parameters`")


def _print(console: Console, frame: pl.DataFrame, title: str) -> None:
    numbers = [column for column in frame.columns if frame[column].dtype.is_numeric()]
    rows = ([_cell(value) for value in row] for row in frame.iter_rows())
    console.print(listing(frame.columns, rows, title, numbers))


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else escape(str(value))
