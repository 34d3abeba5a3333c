"""The command `leftbehind predictions`."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.screen import console


def predictions(
    ensemble: options.RunFolder,
    out: Annotated[Path, typer.Option("--out", help="CSV of the predictions.")] = Path(
        "docs/predictions-2025-2035.csv"
    ),
    year: Annotated[
        list[int] | None, typer.Option("--year", help="A year; repeatable. None: 2025, 2030, 2035.")
    ] = None,
    discrepancy: Annotated[
        Path | None,
        typer.Option(
            "--discrepancy", help="discrepancy.csv of `leftbehind cuts`; none: draws alone."
        ),
    ] = None,
    workers: options.Workers = "auto",
) -> None:
    """Write what an ensemble says of years to come, with intervals, before anybody looks."""
    from leftbehind.base.store import write_text
    from leftbehind.base.workers import workers_for
    from leftbehind.ensembles import Ensemble
    from leftbehind.evidence.ahead import YEARS, predicted
    from leftbehind.evidence.cuts.discrepancy import Discrepancy

    learnt = Discrepancy.load(discrepancy) if discrepancy else None
    rows = predicted(Ensemble(ensemble), learnt, tuple(year or YEARS), workers_for(workers))
    write_text(out, rows.write_csv())
    console.print(f"{rows.height:,} predictions: {out}")
