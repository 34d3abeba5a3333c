"""The command `leftbehind cuts`."""

from dataclasses import replace as changed
from pathlib import Path
from typing import Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.cli import options
from leftbehind.cli.screen import DONE, bar, console


def cuts(
    out: Annotated[Path, typer.Option("--out", help="Folder of the study.")],
    cut: Annotated[
        list[int] | None,
        typer.Option("--cut", help="Fit up to this year; repeatable. None: the plan's five."),
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--form", help="A form of the choice, or every; repeatable. None: the shipped one."
        ),
    ] = None,
    scale: Annotated[
        int | None, typer.Option("--scale", help="Scale of all runs; none: the plan's own.")
    ] = None,
    draws: Annotated[int | None, typer.Option("--draws", help="Draws at each cut.")] = None,
    steps: Annotated[int | None, typer.Option("--steps", help="Most steps of the solver.")] = None,
    seed: options.Seed = 1,
    workers: options.Workers = "auto",
    short: Annotated[
        bool, typer.Option("--short", help="Try the machinery in minutes; figures mean nothing.")
    ] = False,
    resume: options.Resume = False,
    replace: options.Replace = False,
) -> None:
    """Fit to what was known at a year, predict the years after, beside benchmarks."""
    try:
        from leftbehind.evidence.cuts import forms, plan, study
    except ModuleNotFoundError as error:
        raise InputError(
            f"cuts: needs the library {error.name}; install the extra with "
            "`pip install 'leftbehind[calibrate]'`"
        ) from error
    from leftbehind.base.workers import workers_for

    wanted = plan.SHORT if short else plan.Plan()
    chosen = tuple(forms.FORMS) if form == ["every"] else tuple(form or wanted.forms)
    wanted = changed(
        wanted,
        cuts=tuple(cut or wanted.cuts),
        forms=chosen,
        seed=seed,
        scale=wanted.scale if scale is None else scale,
        draws=wanted.draws if draws is None else draws,
        steps=wanted.steps if steps is None else steps,
    )
    with bar(DONE) as shown:
        tasks = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done, total=total)

        found = study.run(
            out, wanted, workers=workers_for(workers), resume=resume, replace=replace, tell=tell
        )
    console.print(
        f"{found.published} published figures, {found.compared} comparisons after "
        f"{len(wanted.cuts)} cuts, each read as lived and from the last figure."
    )
    for name in wanted.forms:
        cost = found.cost[name]
        console.print(
            f"Form {name}: {cost.runs} runs, {cost.core_seconds / 60:,.0f} minutes of a core."
        )
    console.print(f"Page: {out / 'CUTS.md'}; for programs: {out / 'figures.csv'}")
