"""The command `leftbehind calibrate`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from leftbehind.base.errors import InputError
from leftbehind.base.workers import workers_for
from leftbehind.evidence.calibrate.plan import FULL, FULL_SCALE, SHORT

console = Console()


def register(app: typer.Typer) -> None:
    """Add the command to the program's."""
    app.command()(calibrate)


def calibrate(
    out: Annotated[Path, typer.Option("--out", help="Folder of the calibration.")],
    scale: Annotated[
        int | None, typer.Option("--scale", help=f"Scale of most runs; if not given, {FULL_SCALE}.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same draws.")] = 1,
    workers: Annotated[
        str, typer.Option("--workers", help="Processes, or auto: one a core. No other effect.")
    ] = "auto",
    short: Annotated[
        bool, typer.Option("--short", help="Try the machinery in a minute; draws mean nothing.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on in the folder; finished runs are kept.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Start anew in the folder of a calibration.")
    ] = False,
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Write CALIBRATION.md there, not in --out.")
    ] = None,
    ship: Annotated[
        bool, typer.Option("--ship", help="Make the draws those of the package's data folder.")
    ] = False,
) -> None:
    """Fit the parameters to figures of 2012 and before: draws, each one run for real."""
    try:
        from leftbehind.evidence.calibrate import calibration
    except ModuleNotFoundError as error:
        raise InputError(
            f"calibrate: needs the library {error.name}; install the extra with "
            "`pip install 'leftbehind[calibrate]'`"
        ) from error
    from leftbehind.base.store import write_text
    from leftbehind.ensembles.draws import ship as ship_draws
    from leftbehind.evidence.calibrate.page import page
    from leftbehind.runs.living import check_settings

    plan = SHORT if short else FULL
    if scale is not None:
        check_settings(1950, 2012, scale, seed, 1)
        plan = plan.at_scale(scale)
    if short and ship:
        raise InputError("--ship: draws of a short calibration mean nothing; leave out --short")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        tasks = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done)

        found = calibration.run(
            out,
            plan,
            seed=seed,
            workers=workers_for(workers),
            resume=resume,
            replace=replace,
            tell=tell,
        )
    where = (docs or out) / "CALIBRATION.md"
    write_text(where, page(out))
    console.print(f"{int(found.tried.kept.sum())} draws and their record: {out}; page: {where}")
    if ship:
        console.print("\n".join(f"Shipped: {path}" for path in ship_draws(out)))
