"""The command `leftbehind report`, and the page that every run gets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.screen import console

if TYPE_CHECKING:
    from leftbehind.counts.world import World
    from leftbehind.ensembles import Ensemble

NAME = "report.html"


def report(
    folder: options.RunFolder = options.BASELINE,
    out: Annotated[
        Path | None, typer.Option("--out", help="The page to write; none: beside the run.")
    ] = None,
    lang: options.Language = "en",
    compare: Annotated[
        Path | None, typer.Option("--compare", help="Folder of a comparison of two runs.")
    ] = None,
) -> None:
    """Tell the run's story in ten charts: one HTML file that works offline."""
    from leftbehind.ensembles import open_run

    write_page(open_run(folder), out or folder / NAME, lang, compare)


def can_report(world: "World") -> bool:
    """Whether a run has a story: the people of China, to a year in which families could move."""
    from leftbehind.evidence.validate import own_start
    from leftbehind.model.processes.migration import FIRST_YEAR

    return own_start.covers_country(world) and world.years()[-1] > FIRST_YEAR


def write_page(
    run: "World | Ensemble", out: Path, lang: str = "en", compare: Path | None = None
) -> Path:
    """Write the page, whole or not at all, and say so."""
    from leftbehind.base.store import write_text
    from leftbehind.pages.report import build

    console.print("\nDrawing the report ...")
    text = build.page(run, lang, compare)
    write_text(out, text)
    size = len(text.encode()) / 1e6
    console.print(f"Report: {out} ({size:.1f} MB, one file, needs no network)", soft_wrap=True)
    return out
