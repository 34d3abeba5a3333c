"""The command `leftbehind place`."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.screen import console


def place(
    name: Annotated[str, typer.Argument(metavar="PLACE", help="English or Chinese name, or code.")],
    folder: options.RunFolder = options.BASELINE,
    out: Annotated[
        Path | None, typer.Option("--out", help="The page to write; none: beside the run.")
    ] = None,
    lang: options.Language = "en",
) -> None:
    """A page for one place: its children, who cares, where parents work, income, kin."""
    from leftbehind.base.store import write_text
    from leftbehind.counts.world import World
    from leftbehind.inputs.place_names import find_area
    from leftbehind.pages.report.place import page

    area = find_area(name)
    out = out or folder / f"place-{area.code}.html"
    write_text(out, page(World(folder), str(area.code), lang))
    console.print(f"{area.name}: {out} (one file, needs no network)", soft_wrap=True)
