"""The command `leftbehind run`: one world, or an ensemble of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.preparing import prepare
from leftbehind.cli.screen import bar, console

if TYPE_CHECKING:
    from leftbehind.model.simulation import YearOutput
    from leftbehind.runs.plan import Plan

EVERY = 5  # years between two lines where there is no terminal


def run(
    first: Annotated[
        int | None, typer.Option("--from", help="First year that the tables hold; none: all.")
    ] = None,
    last: options.Last = 2020,
    scale: options.Scale = 1000,
    seed: options.Seed = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for the run.")] = options.BASELINE,
    scenario: Annotated[
        str, typer.Option("--scenario", help="Name in the gallery, TOML file, or both joined by +.")
    ] = "baseline",
    parameters: options.Parameters = None,
    population: options.Population = None,
    threads: options.Threads = options.CORES,
    replace: options.Replace = False,
    checkpoint_every: Annotated[
        int | None, typer.Option("--checkpoint-every", help="Years between checkpoints, if any.")
    ] = None,
    resume: options.Resume = False,
    memory: Annotated[
        str | None,
        typer.Option("--memory", help="People on disk, at most so much of them in memory: 4GiB."),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", help="An ensemble: that many worlds, each with own parameters."),
    ] = None,
    draws_from: Annotated[
        Path | None,
        typer.Option("--draws-from", help="Parquet or CSV file of own draws of the parameters."),
    ] = None,
    workers: options.Workers = "auto",
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Live draws on a Dask cluster: tcp://host:8786."),
    ] = None,
    report: Annotated[
        bool, typer.Option("--report/--no-report", help="Write report.html beside the tables.")
    ] = True,
) -> None:
    """Simulate China's families and count the children left behind."""
    from leftbehind.cli import ensembles
    from leftbehind.ensembles.face import plan_of
    from leftbehind.ensembles.running import EnsemblePlan

    plan = plan_of(
        draws,
        draws_from,
        workers,
        scheduler,
        first=first,
        last=last,
        scale=scale,
        seed=seed,
        threads=threads,
        scenario=scenario,
        parameters=parameters,
        population=population,
        out=out,
        replace=replace,
        checkpoint_every=checkpoint_every,
        resume=resume,
        memory=memory,
    )
    if isinstance(plan, EnsemblePlan):
        prepare()
        ensembles.run(plan)
        console.print(f"Tables and manifest: {out}")
    else:
        _run_world(plan, report)


def _run_world(plan: "Plan", report: bool) -> None:
    """Live one world, say what came of it, and write its story beside its tables."""
    from leftbehind.base.compile_time import compile_time
    from leftbehind.cli.report import NAME, can_report, write_page
    from leftbehind.counts.world import live
    from leftbehind.pages.summary import end_summary, next_commands
    from leftbehind.runs.living import needs_on_disk

    own = plan.settings.population
    for note in own.notes if own else ():
        console.print(note)
    if needs := needs_on_disk(plan):
        console.print(needs)
    ahead = prepare()
    with compile_time() as within, _years(plan) as tell:
        world = live(plan, tell)
    end_summary(world, console, ahead, within.seconds)
    page = write_page(world, world.folder / NAME) if report and can_report(world) else None
    console.print("\nGo on with:")
    for command in next_commands(world.folder, page):
        console.print(f"  {command}", soft_wrap=True)


@contextmanager
def _years(plan: "Plan") -> "Iterator[Callable[[YearOutput], None]]":
    """What is told of each year: a bar on a terminal, a line every EVERY years elsewhere."""
    scale, begin = plan.settings.scale, plan.settings.first_year

    def people(year: "YearOutput") -> str:
        return f"{year.alive * scale / 1e6:,.0f} million people alive"

    def line(year: "YearOutput") -> None:
        if year.year % EVERY == 0 or year.year == plan.last:
            console.print(f"{year.year}: {people(year)}")

    if not console.is_terminal:
        yield line
        return
    with bar("{task.fields[alive]}") as shown:
        task = shown.add_task(str(begin), total=plan.last - begin + 1, alive="")

        def advance(year: "YearOutput") -> None:
            lived = year.year - begin + 1
            shown.update(task, completed=lived, description=str(year.year), alive=people(year))

        yield advance
