"""The command line: run, validate, sources, and the errors a user can mend."""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from leftbehind.base.errors import InputError
from leftbehind.cli import calibrate as calibrate_command
from leftbehind.cli import counts as count_commands
from leftbehind.cli import explorer as explorer_command
from leftbehind.cli import families as family_commands
from leftbehind.cli import policies as policies_command
from leftbehind.cli import population as own_commands
from leftbehind.cli import report as report_command
from leftbehind.cli import scenarios as scenario_commands

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="China's families, person by person, 1950 to 2050, and the children who stay behind.",
)
count_commands.register(app)
scenario_commands.register(app)
family_commands.register(app)
explorer_command.register(app)
report_command.register(app)
own_commands.register(app)
calibrate_command.register(app)
policies_command.register(app)
console = Console()
errors = Console(stderr=True)

First = Annotated[
    int | None, typer.Option("--from", help="First year that the tables hold; none: all.")
]
Last = Annotated[int, typer.Option("--to", help="Last year to simulate (at most 2050).")]
Scale = Annotated[int, typer.Option("--scale", help="One simulated person stands for that many.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same people.")]
Threads = Annotated[int, typer.Option("--threads", help="Never changes the result.")]
RunFolder = Annotated[Path, typer.Argument(help="Folder of a finished run or ensemble.")]


INTERRUPTED = 130  # how Typer ends after Ctrl-C
CORES = min(os.cpu_count() or 1, 8)


@app.command()
def run(
    first: First = None,
    last: Last = 2020,
    scale: Scale = 1000,
    seed: Seed = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for the run.")] = Path("runs/baseline"),
    scenario: Annotated[
        str, typer.Option("--scenario", help="Name in the gallery, TOML file, or both joined by +.")
    ] = "baseline",
    parameters: Annotated[
        Path | None, typer.Option("--parameters", help="CSV or Parquet: name, value.")
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option("--population", help="CSV or Parquet: people to begin with (OWN_DATA.md)."),
    ] = None,
    threads: Threads = CORES,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a run there.")] = False,
    checkpoint_every: Annotated[
        int | None, typer.Option("--checkpoint-every", help="Years between checkpoints, if any.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on from the last checkpoint or draw; the same bits."),
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option("--draws", help="An ensemble: that many worlds, each with own parameters."),
    ] = None,
    draws_from: Annotated[
        Path | None,
        typer.Option("--draws-from", help="Parquet or CSV file of own draws of the parameters."),
    ] = None,
    workers: Annotated[
        str, typer.Option("--workers", help="Processes that live draws; auto: one a core.")
    ] = "auto",
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Live draws on a Dask cluster: tcp://host:8786."),
    ] = None,
) -> None:
    """Simulate China's families and count the children left behind."""
    from leftbehind.counts import world as worlds
    from leftbehind.inputs import scenario as scenarios
    from leftbehind.model.simulation import YearOutput
    from leftbehind.own import parameter_file
    from leftbehind.own.population_file import OwnPopulation
    from leftbehind.pages.summary import end_summary
    from leftbehind.runs import living

    own = OwnPopulation.load(population) if population else None
    begin = own.year if own else living.START
    living.check_settings(first or begin, last, scale, seed, threads, own)
    chosen = scenarios.get(scenario)
    if draws is not None:
        _refuse(checkpoint_every, "--checkpoint-every", "does not go with --draws: draws are kept")
        _refuse(population, "--population", "does not go with --draws")
        _refuse(parameters, "--parameters", "does not go with --draws: see --draws-from")
        from leftbehind.cli import ensembles

        ensembles.run(
            console,
            draws=draws,
            out=out,
            first=first or begin,
            last=last,
            scale=scale,
            seed=seed,
            scenario=chosen,
            draws_from=draws_from,
            workers=workers,
            scheduler=scheduler,
            replace=replace,
            resume=resume,
        )
        return
    for given, name in ((draws_from, "--draws-from"), (scheduler, "--scheduler")):
        _refuse(given, name, "needs --draws, the number of worlds")
    changed = parameter_file.load(parameters) if parameters else None
    console.print("Preparing (the first start compiles the model, about a minute) ...")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[alive]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(str(begin), total=last - begin + 1, alive="")

        def show(year: YearOutput) -> None:
            people = f"{year.alive * scale / 1e6:,.0f} million people alive"
            lived = year.year - begin + 1
            bar.update(task, completed=lived, description=str(year.year), alive=people)

        world = worlds.run(
            first=first,
            last=last,
            scale=scale,
            seed=seed,
            threads=threads,
            scenario=chosen,
            parameters=changed,
            population=own,
            out=out,
            replace=replace,
            progress=show,
            checkpoint_every=checkpoint_every,
            resume=resume,
        )
    end_summary(world, console)
    console.print(f"Tables and manifest: {out}")


def _refuse(given: object, name: str, why: str) -> None:
    """Raise InputError if an option was given that does not go with the others."""
    if given is not None:
        raise InputError(f"{name} {given}: {why}")


@app.command()
def validate(
    folder: RunFolder = Path("runs/baseline"),
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Folder for the page; none: beside the run.")
    ] = None,
) -> None:
    """Compare a run with published figures; writes VALIDATION.md and validation.json.

    Of an ensemble: whether the figures lie in its intervals; PREDICTIONS.md and predictions.json.
    """
    from leftbehind.ensembles import Ensemble, open_folder
    from leftbehind.evidence.validate import write

    opened, docs = open_folder(folder), docs or folder
    if isinstance(opened, Ensemble):
        from leftbehind.cli import ensembles

        ensembles.validate(console, opened, docs)
        return
    found = write(opened, docs)
    met = sum(check.met for check in found)
    console.print(f"{met} of {len(found)} comparisons lie within their tolerance.")
    console.print(f"Page: {docs / 'VALIDATION.md'}; for programs: {docs / 'validation.json'}")


@app.command()
def sources(
    parameters: Annotated[
        bool, typer.Option("--parameters", help="List every parameter, not only counts.")
    ] = False,
    table: Annotated[
        str | None, typer.Option("--table", help="List the sources of one table.")
    ] = None,
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Write PARAMETERS.md and SOURCES.md there.")
    ] = None,
) -> None:
    """Where every number comes from: tables, parameters, and how many rows are weak."""
    from leftbehind.inputs import sources as listing
    from leftbehind.pages import reference_pages

    if docs:
        for path in reference_pages.write(docs):
            console.print(f"Page: {path}")
        return
    listing.show(console, parameters, table)


def main() -> None:
    """Entry point: an error that the user can mend ends with its message and status 2."""
    gc.freeze()  # all that is imported stays: no search through it for garbage
    try:
        app()
    except InputError as error:
        errors.print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(2)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            errors.print("Stopped; kept are checkpoints and finished draws (go on with --resume).")
        raise


if __name__ == "__main__":
    main()
