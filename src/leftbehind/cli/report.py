"""The command `leftbehind report`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run or ensemble.")]
Out = Annotated[Path, typer.Option("--out", help="The page to write.")]
Language = Annotated[str, typer.Option("--lang", help="en, or zh for Simplified Chinese.")]
Compare = Annotated[
    Path | None, typer.Option("--compare", help="Folder of a comparison of two runs.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(report)


def report(
    folder: Run = Path("runs/baseline"),
    out: Out = Path("report.html"),
    lang: Language = "en",
    compare: Compare = None,
) -> None:
    """Tell the run's story in ten charts: one HTML file that works offline."""
    from leftbehind.base.store import write_text
    from leftbehind.ensembles import open_folder
    from leftbehind.pages.report.build import page

    console = Console()
    console.print("Counting, checking and drawing (half a minute at 1:1000) ...")
    text = page(open_folder(folder), lang, compare)
    write_text(out, text)
    size = len(text.encode()) / 1e6
    console.print(f"Report: {out} ({size:.1f} MB, one file, needs no network)")
