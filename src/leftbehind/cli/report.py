"""The command `leftbehind report`."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.screen import console


def report(
    folder: options.RunFolder = options.BASELINE,
    out: Annotated[Path, typer.Option("--out", help="The page to write.")] = Path("report.html"),
    lang: options.Language = "en",
    compare: Annotated[
        Path | None, typer.Option("--compare", help="Folder of a comparison of two runs.")
    ] = None,
) -> None:
    """Tell the run's story in ten charts: one HTML file that works offline."""
    from leftbehind.base.store import write_text
    from leftbehind.ensembles import open_run
    from leftbehind.pages.report.build import page

    console.print("Counting, checking and drawing (half a minute at 1:1000) ...")
    text = page(open_run(folder), lang, compare)
    write_text(out, text)
    size = len(text.encode()) / 1e6
    console.print(f"Report: {out} ({size:.1f} MB, one file, needs no network)")
