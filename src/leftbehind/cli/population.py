"""Commands on a population of one's own: check a file, export a run's people, convert IPUMS."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.base.listing import listing
from leftbehind.cli import options
from leftbehind.cli.rows import Csv, Json, handed_over
from leftbehind.cli.screen import console

population = typer.Typer(
    no_args_is_help=True,
    help="A starting population of your own: check a file, export people of a run, convert IPUMS.",
)

File = Annotated[Path, typer.Argument(help="CSV or Parquet file: one row a person.")]
Out = Annotated[Path, typer.Option("--out", help="CSV or Parquet file to write.")]


@population.command()
def check(file: File, csv: Csv = None, json: Json = None) -> None:
    """Check a file as a run would, and say what it holds and what will be assumed."""
    import polars as pl

    from leftbehind.own.population_file import OwnPopulation
    from leftbehind.own.population_schema import POPULATION
    from leftbehind.own.untold import untold

    own = OwnPopulation.load(file)
    people = own.people
    empty = [
        (name, share, POPULATION.field(name).assumed) for name, share in untold(people).items()
    ]
    types = {"column": pl.String, "empty": pl.Float64, "assumed": pl.String}
    if handed_over(pl.DataFrame(empty, schema=types, orient="row"), csv, json):
        return
    alive = int(people.alive.sum())
    weight = float(people.table["weight"].fill_null(1.0).to_numpy()[people.alive].sum())
    console.print(
        f"{file}: {alive:,} people on 1 January {own.year}, who stand for {weight / 1e6:,.3f} "
        f"million; {people.table.height - alive:,} dead kept as kin. No fault found."
    )
    for note in own.notes:
        console.print(f"  {note}", markup=False)
    rows = ((name, f"{share:.0%}", assumed) for name, share, assumed in empty)
    title = "What the file does not tell, of the living whom it concerns"
    console.print(listing(tuple(types), rows, title))


@population.command()
def export(
    folder: options.OneRun,
    year: Annotated[int, typer.Option("--year", help="The people of 1 January of this year.")],
    out: Out,
    luck: Annotated[
        bool, typer.Option("--luck", help="Keep everyone's lasting luck, for the run's own seed.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option("--to", help="socsim (.opop and .omar beside each other) or tskit (.trees)."),
    ] = None,
    replace: options.Replace = False,
    threads: options.Threads = 2,
) -> None:
    """Live a run again to a year and write its people as a file to start from, or for --to."""
    from leftbehind.counts.world import World
    from leftbehind.own.exchange import check_exchange, write_exchange
    from leftbehind.own.writing import check_target, write
    from leftbehind.runs.export import people_of_run

    if to is None:
        check_target(out, replace)
    else:
        check_exchange(to, out, replace)
    table = people_of_run(World(folder), year, luck, threads)
    if to is None:
        write(table, out)
    else:
        write_exchange(table, to, out)
    alive = table["death_year"].null_count()
    console.print(f"{out}: {alive:,} people of 1 January {year}, {table.height - alive:,} dead kin")


@population.command("from-ipums")
def from_ipums(
    ddi: Annotated[Path, typer.Argument(help="Codebook of the extract (DDI, .xml).")],
    data: Annotated[Path, typer.Argument(help="Data of the extract (.dat.gz or .csv.gz).")],
    out: Out,
    replace: options.Replace = False,
) -> None:
    """Convert an extract of IPUMS International (China 1982, 1990 or 2000) into such a file."""
    from leftbehind.own.ipums import convert
    from leftbehind.own.writing import check_target, write

    check_target(out, replace)
    found = convert(ddi, data)
    write(found.table, out)
    console.print(f"{out}: {found.table.height:,} people on 1 January {found.year}")
    for note in found.notes:
        console.print(f"  {note}")


@population.command()
def schema() -> None:
    """The columns of a population file, as a Frictionless Table Schema (JSON)."""
    from leftbehind.own.population_schema import POPULATION
    from leftbehind.pages.own_data import schema_json

    console.print(schema_json(POPULATION), markup=False, highlight=False, soft_wrap=True)
