"""The command `leftbehind verify`."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.screen import console


def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of a run, ensemble or comparison.")
    ] = options.BASELINE,
) -> None:
    """Check every table of a run, or of all draws of an ensemble: checksums, rows, manifest."""
    from leftbehind.runs.verify import verify as verify_folder

    found = verify_folder(folder)
    parts = f" in {found.folders} folders" if found.folders > 1 else ""
    console.print(
        f"Whole: {found.tables} tables{parts}, {found.rows:,} rows, {found.bytes / 1e6:.1f} MB",
        highlight=False,
    )
