"""Commands on scenarios: the gallery, and the comparison of two worlds."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.base.listing import listing
from leftbehind.cli import options
from leftbehind.cli.preparing import prepare
from leftbehind.cli.rows import Csv, Json, handed_over
from leftbehind.cli.screen import bar, console

Which = Annotated[
    str, typer.Argument(help="A scenario: name in the gallery, TOML file, or several joined by +.")
]


def scenarios(
    name: Annotated[
        str | None, typer.Argument(help="Show this scenario as the text of its file.")
    ] = None,
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Write SCENARIOS.md there, all of them in full.")
    ] = None,
    csv: Csv = None,
    json: Json = None,
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
    heads = ("name", "title", "what it changes", "basis")
    rows = [
        (s.name, s.title, "\n".join(c.in_words() for c in s.change) or "nothing", s.basis)
        for s in known.gallery()
    ]
    if csv or json:
        import polars as pl

        columns = ("name", "title", "changes", "basis")
        handed_over(pl.DataFrame(rows, schema=columns, orient="row"), csv, json)
        return
    console.print(listing(heads, rows, "Scenarios"))
    console.print("One in full: `leftbehind scenarios NAME`. Save it, change it, give the file.")


def compare(
    before: Which,
    after: Which,
    scale: options.Scale = 10_000,
    seeds: Annotated[
        int, typer.Option("--seeds", help="Pairs of runs, each with its own luck.")
    ] = 5,
    seed: options.Seed = 1,
    last: options.Last = 2020,
    definition: Annotated[
        list[str] | None,
        typer.Option("--definition", help="Who counts as left behind: name or file; repeatable."),
    ] = None,
    parameters: options.Parameters = None,
    population: options.Population = None,
    threads: options.Threads = 2,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the tables; none: only the summary.")
    ] = None,
    replace: options.Replace = False,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """Two worlds, same luck: what a change does, to whom, and the same child's two lives."""
    from leftbehind.counts.compare.summary import end_summary
    from leftbehind.ensembles.face import compare as live_both
    from leftbehind.model.population.founders import START
    from leftbehind.runs import plan

    own = plan.population(population)
    begin = own.year if own else START
    prepare()
    with bar() as shown:
        years = last - begin + 1
        task = shown.add_task(str(begin), total=seeds * years)

        def show(s: int, year: int) -> None:
            lived = (s - seed) * years + year - begin + 1
            shown.update(task, completed=lived, description=f"seed {s}, {year}")

        found = live_both(
            before,
            after,
            definitions=definition,
            seeds=seeds,
            progress=show,
            scale=scale,
            seed=seed,
            last=last,
            threads=threads,
            parameters=parameters,
            population=own,
            out=out,
            replace=replace,
        )
    if not handed_over(found.effects(), csv, json):
        end_summary(found, console)
    if out:
        console.print(f"Tables (effects, decomposition, seeds, luck, twins) and manifest: {out}")
