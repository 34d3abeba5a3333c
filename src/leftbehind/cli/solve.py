"""The command `leftbehind solve`."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.cli import options
from leftbehind.cli.screen import DONE, bar, console


def solve(
    out: Annotated[Path, typer.Option("--out", help="CSV of the solved parameters.")],
    scale: Annotated[int, typer.Option("--scale", help="Scale of all runs.")] = 10_000,
    seeds: Annotated[int, typer.Option("--seeds", help="Runs a point, with other luck.")] = 1,
    steps: Annotated[int, typer.Option("--steps", help="Most steps of the solver.")] = 6,
    only: Annotated[
        str, typer.Option("--only", help="Parameters, by comma; none: the constants of the choice.")
    ] = "",
    workers: options.Workers = "auto",
) -> None:
    """Solve the constants of the choice on figures of 2012 and before: the best point."""
    try:
        from leftbehind.evidence.calibrate import solving
    except ModuleNotFoundError as error:
        raise InputError(
            f"solve: needs the library {error.name}; install the extra with "
            "`pip install 'leftbehind[calibrate]'`"
        ) from error
    from leftbehind.base.store import write_text
    from leftbehind.base.workers import workers_for
    from leftbehind.evidence.calibrate.targets import load
    from leftbehind.runs.plan import check_settings

    check_settings(1950, 2012, scale, 1, 1)
    for name, value in (("--seeds", seeds), ("--steps", steps)):
        if not 1 <= value <= 100:
            raise InputError(f"{name} {value}: not allowed; give a whole number from 1 to 100")
    names = tuple(n.strip() for n in only.split(",") if n.strip()) or solving.SOLVED
    with bar(DONE) as shown:
        tasks = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done, total=total)

        found = solving.solve(
            names, load(), scale, range(1, seeds + 1), steps, workers_for(workers), tell
        )
    write_text(out, found.parameters.select("name", "value").write_csv())
    for row in found.figures.iter_rows(named=True):
        console.print(
            f"{row['id']:24s} published {row['published']:9.3f}  first {row['first']:9.3f}  "
            f"last {row['last']:9.3f}  error {row['error']:5.1f}"
        )
    console.print(f"Misfit {found.misfit[0]:.0f} -> {found.misfit[1]:.0f}; parameters: {out}")
