"""The rows of a table handed to another program: options shared by all commands that print one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.cli.screen import console

if TYPE_CHECKING:
    import polars as pl

Csv = Annotated[
    str | None,
    typer.Option(
        "--csv", help="Write the rows there (.csv, .xlsx, .dta, .parquet); - for the screen."
    ),
]
Json = Annotated[
    str | None, typer.Option("--json", help="Write the rows there as JSON; - for the screen.")
]


def handed_over(rows: "pl.DataFrame", csv: str | None, json: str | None) -> bool:
    """Whether the rows were asked for, and then write them; InputError for an unknown ending."""
    for where, usual in ((csv, "csv"), (json, "json")):
        if where is not None:
            _write(rows, where, usual)
    return csv is not None or json is not None


def _write(rows: "pl.DataFrame", where: str, usual: str) -> None:
    from leftbehind.base.formats import FORMATS, encoded
    from leftbehind.base.store import write_bytes

    if where == "-":
        typer.echo(encoded(rows, usual).decode(), nl=False)
        return
    path = Path(where)
    form = path.suffix.removeprefix(".")
    if usual == "json" or form not in FORMATS:
        form = usual
    if path.is_dir():
        raise InputError(f"{where}: is a folder; give a file")
    write_bytes(path, encoded(rows, form))
    console.print(f"{rows.height:,} rows: {where}")
