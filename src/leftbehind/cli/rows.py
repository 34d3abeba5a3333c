"""The rows of a table handed to another program: options shared by all commands that print one.

Where they go is checked when the options are read, before anything is lived.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.cli.screen import console

if TYPE_CHECKING:
    import polars as pl

SCREEN = "-"
CSV_ENDINGS, JSON_ENDINGS = ("csv", "xlsx", "dta", "parquet"), ("json",)


def _checked(option: str, endings: tuple[str, ...], where: str | None) -> str | None:
    """`where`, if it is the screen or can be a new file; else InputError."""
    if where is None or where == SCREEN:
        return where
    path = Path(where)
    if path.suffix.removeprefix(".") not in endings:
        allowed = ", ".join(f".{ending}" for ending in endings)
        raise InputError(f"{option} {where}: not known by its ending; give {allowed} or {SCREEN}")
    if path.exists():
        raise InputError(f"{option} {where}: is there already; give another name")
    return where


def _csv(where: str | None) -> str | None:
    return _checked("--csv", CSV_ENDINGS, where)


def _json(where: str | None) -> str | None:
    return _checked("--json", JSON_ENDINGS, where)


Csv = Annotated[
    str | None,
    typer.Option(
        "--csv",
        callback=_csv,
        help="Write the rows there (.csv, .xlsx, .dta, .parquet); - for the screen.",
    ),
]
Json = Annotated[
    str | None,
    typer.Option("--json", callback=_json, help="Write the rows there as .json; - for the screen."),
]


def handed_over(rows: "pl.DataFrame", csv: str | None, json: str | None) -> bool:
    """Whether the rows were asked for, and then write them; all of them are made before."""
    from leftbehind.base.formats import encoded
    from leftbehind.base.store import write_files

    contents = {
        where: encoded(rows, usual if where == SCREEN else Path(where).suffix.removeprefix("."))
        for where, usual in ((csv, "csv"), (json, "json"))
        if where is not None
    }
    for where, content in contents.items():
        if where == SCREEN:
            typer.echo(content.decode(), nl=False)
    files = {Path(where): content for where, content in contents.items() if where != SCREEN}
    write_files(files)
    for path in files:
        console.print(f"{rows.height:,} rows: {path}")
    return bool(contents)
