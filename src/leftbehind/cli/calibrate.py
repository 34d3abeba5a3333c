"""The command `leftbehind calibrate`."""

from dataclasses import replace as changed
from pathlib import Path
from typing import Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.cli import options
from leftbehind.cli.screen import DONE, bar, console


def calibrate(
    out: Annotated[Path, typer.Option("--out", help="Folder of the calibration.")],
    scale: Annotated[
        int | None, typer.Option("--scale", help="Scale of most runs; none: the plan's own.")
    ] = None,
    seed: options.Seed = 1,
    workers: options.Workers = "auto",
    short: Annotated[
        bool, typer.Option("--short", help="Try the machinery in a minute; draws mean nothing.")
    ] = False,
    figures: Annotated[
        str,
        typer.Option("--figures", help="strict (2012 and before), or all-data: best for today."),
    ] = "strict",
    resume: options.Resume = False,
    replace: options.Replace = False,
    docs: options.Docs = None,
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
    from leftbehind.base.workers import workers_for
    from leftbehind.ensembles.draws import ship as ship_draws
    from leftbehind.evidence.calibrate.page import page
    from leftbehind.evidence.calibrate.plan import FULL, SHORT
    from leftbehind.runs.plan import check_settings

    plan = SHORT if short else FULL
    if scale is not None:
        check_settings(1950, 2012, scale, seed, 1)
        plan = plan.at_scale(scale)
    plan = changed(plan, figures=figures)
    if ship and figures != "strict":
        raise InputError("--ship: only strict draws ship; use all-data ones by --draws-from")
    if short and ship:
        raise InputError("--ship: draws of a short calibration mean nothing; leave out --short")
    with bar(DONE) as shown:
        tasks = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done)

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
