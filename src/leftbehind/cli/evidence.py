"""Commands on what the numbers rest on: validate, sources."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.rows import Csv, Json, handed_over
from leftbehind.cli.screen import console


def validate(
    folder: options.RunFolder = options.BASELINE,
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Folder for the page; none: beside the run.")
    ] = None,
) -> None:
    """Compare a run with published figures; writes VALIDATION.md and validation.json.

    Of an ensemble: whether the figures lie in its intervals; PREDICTIONS.md and predictions.json.
    """
    from leftbehind.cli import ensembles
    from leftbehind.ensembles import Ensemble, open_run
    from leftbehind.evidence.validate import write

    opened, docs = open_run(folder), docs or folder
    if isinstance(opened, Ensemble):
        ensembles.validate(opened, docs)
        return
    found = write(opened, docs)
    met = sum(check.met for check in found)
    console.print(f"{met} of {len(found)} comparisons lie within their tolerance.")
    console.print(f"Page: {docs / 'VALIDATION.md'}; for programs: {docs / 'validation.json'}")


def sources(
    parameters: Annotated[
        bool, typer.Option("--parameters", help="List every parameter, not only counts.")
    ] = False,
    table: Annotated[
        str | None, typer.Option("--table", help="List the sources of one table.")
    ] = None,
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Write PARAMETERS.md and SOURCES.md there.")
    ] = None,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """Where every number comes from: tables, parameters, and how many rows are weak."""
    from leftbehind.inputs import sources as listing
    from leftbehind.pages import reference_pages

    if docs:
        for path in reference_pages.write(docs):
            console.print(f"Page: {path}")
        return
    if handed_over(listing.rows(parameters, table), csv, json):
        return
    listing.show(console, parameters, table)
