"""Commands on scenarios: the gallery, and the comparison of two worlds."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

console = Console()

Which = Annotated[
    str, typer.Argument(help="A scenario: name in the gallery, TOML file, or several joined by +.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program's."""
    app.command()(scenarios)
    app.command()(compare)


def scenarios(
    name: Annotated[
        str | None, typer.Argument(help="Show this scenario as the text of its file.")
    ] = None,
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Write SCENARIOS.md there, all of them in full.")
    ] = None,
) -> None:
    """The gallery: scenarios that ship with the package, and what they change."""
    from leftbehind.inputs import scenario as known

    if docs:
        from leftbehind.base.store import write_text
        from leftbehind.pages.scenario_page import page

        write_text(docs / "SCENARIOS.md", page())
        console.print(f"Page: {docs / 'SCENARIOS.md'}")
        return
    if name:
        console.print(known.get(name).to_toml(), markup=False, highlight=False, soft_wrap=True)
        return
    table = Table(title="Scenarios")
    for column in ("name", "title", "what it changes", "basis"):
        table.add_column(column, overflow="fold")
    for scenario in known.gallery():
        changes = "\n".join(change.in_words() for change in scenario.change) or "nothing"
        table.add_row(scenario.name, escape(scenario.title), escape(changes), scenario.basis)
    console.print(table)
    console.print("One in full: `leftbehind scenarios NAME`. Save it, change it, give the file.")


def compare(
    before: Which,
    after: Which,
    scale: Annotated[
        int, typer.Option("--scale", help="One simulated person stands for that many.")
    ] = 10_000,
    seeds: Annotated[
        int, typer.Option("--seeds", help="Pairs of runs, each with its own luck.")
    ] = 5,
    seed: Annotated[int, typer.Option("--seed", help="The first seed.")] = 1,
    last: Annotated[int, typer.Option("--to", help="Last year to simulate (at most 2050).")] = 2020,
    definition: Annotated[
        list[str] | None,
        typer.Option("--definition", help="Who counts as left behind: name or file; repeatable."),
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option("--parameters", help="CSV or Parquet: name, value.")
    ] = None,
    population: Annotated[
        Path | None, typer.Option("--population", help="Both worlds begin with these people.")
    ] = None,
    threads: Annotated[int, typer.Option("--threads", help="Never changes the result.")] = 2,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the tables; none: only the summary.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is in the folder.")
    ] = False,
) -> None:
    """Two worlds, same luck: what a change does, to whom, and the same child's two lives."""
    from leftbehind.counts import compare as comparisons
    from leftbehind.counts.compare.summary import end_summary
    from leftbehind.model.population.founders import START
    from leftbehind.own import parameter_file
    from leftbehind.own.population_file import OwnPopulation

    own = OwnPopulation.load(population) if population else None
    changed = parameter_file.load(parameters) if parameters else None
    begin = own.year if own else START
    console.print("Preparing (the first start compiles the model, about a minute) ...")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        years = last - begin + 1
        task = bar.add_task(str(begin), total=seeds * years)

        def show(s: int, year: int) -> None:
            lived = (s - seed) * years + year - begin + 1
            bar.update(task, completed=lived, description=f"seed {s}, {year}")

        found = comparisons.run(
            before,
            after,
            definitions=definition,
            scale=scale,
            seeds=seeds,
            seed=seed,
            last=last,
            threads=threads,
            parameters=changed,
            population=own,
            out=out,
            replace=replace,
            progress=show,
        )
    end_summary(found, console)
    if out:
        console.print(f"Tables (effects, decomposition, seeds, luck, twins) and manifest: {out}")
