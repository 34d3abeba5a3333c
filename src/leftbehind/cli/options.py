"""Arguments and options that several commands share. Nothing heavy is imported here."""

import os
from pathlib import Path
from typing import Annotated

import typer

from leftbehind.base.errors import InputError

CORES = min(os.cpu_count() or 1, 8)
BASELINE = Path("runs/baseline")
LANGUAGES = ("en", "zh")

RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN", help="Folder of a finished run or ensemble.")
]
OneRun = Annotated[
    Path, typer.Argument(metavar="RUN", help="Folder of a finished run, recorded from 1950.")
]

Last = Annotated[int, typer.Option("--to", help="Last year to simulate (at most 2050).")]
Scale = Annotated[int, typer.Option("--scale", help="One simulated person stands for that many.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same people.")]
Threads = Annotated[int, typer.Option("--threads", help="Never changes the result.")]
Workers = Annotated[
    str, typer.Option("--workers", help="Processes, or auto: one a core. No other effect.")
]
Parameters = Annotated[
    str | None,
    typer.Option("--parameters", help="CSV or Parquet: name, value; or posterior-median."),
]
Population = Annotated[
    Path | None,
    typer.Option("--population", help="CSV or Parquet: people to begin with (OWN_DATA.md)."),
]

Replace = Annotated[bool, typer.Option("--replace", help="Replace what lies there.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what is done; the same bits.")]
Docs = Annotated[Path | None, typer.Option("--docs", help="Also write the pages there.")]


def _language(given: str) -> str:
    if given not in LANGUAGES:
        raise InputError(f"--lang {given}: unknown; allowed: {', '.join(LANGUAGES)}")
    return given


Language = Annotated[
    str, typer.Option("--lang", callback=_language, help="en, or zh for Simplified Chinese.")
]

Place = Annotated[
    str, typer.Option("--place", help="A prefecture: English or Chinese name, or code.")
]
Year = Annotated[int, typer.Option("--year", help="The year to look at.")]
