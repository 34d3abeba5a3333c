"""Commands for what people take away: tables, panel, survey, rerun, cite."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.base.listing import listing
from leftbehind.cli import options
from leftbehind.cli.rows import Csv, Json, handed_over
from leftbehind.cli.screen import DONE, bar, console


def _form(given: str) -> str:
    from leftbehind.base.formats import check_format  # it loads the table library

    return check_format(given)


Form = Annotated[
    str, typer.Option("--as", callback=_form, help="csv, json, parquet, xlsx (Excel), dta (Stata).")
]
Folder = Annotated[Path, typer.Option("--out", help="Folder to write: tables and codebook.")]


def tables(
    run: options.OneRun = options.BASELINE,
    table: Annotated[
        list[str] | None, typer.Option("--table", help="Only this one (again for more).")
    ] = None,
    year: Annotated[
        list[int] | None, typer.Option("--year", help="Only this year (again for more).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the tables and codebook there.")
    ] = None,
    form: Form = "csv",
    lang: options.Language = "en",
    replace: options.Replace = False,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """The codebook of a run's tables: columns, units, weights; with --out the tables as files."""
    import polars as pl

    from leftbehind.counts.codebook import codebook
    from leftbehind.counts.pack import write_pack
    from leftbehind.counts.world import World
    from leftbehind.runs.contents import TABLES, check_table

    world = World(run)
    names = table or list(TABLES)
    for name in names:
        check_table(name, TABLES, world.folder)
    for each in year or ():
        if each not in world.years():
            held = world.years()
            raise InputError(f"--year {each}: not in this run, which holds {held[0]} to {held[-1]}")
    if out:
        _new(out, replace)
        chosen = pl.col("year").is_in(year) if year else pl.lit(True)
        frames = {name: world.table(name).filter(chosen).collect() for name in names}
        write_pack(world, frames, out, form, lang, replace)
        console.print(f"{len(frames)} tables, with codebook and datapackage.json: {out}")
        return
    empty = {name: world.table(name).head(0).collect() for name in names}
    book = codebook(empty, world.scale)
    if handed_over(book, csv, json):
        return
    for name in names:
        rows = book.filter(pl.col("table") == name)
        zh = "_zh" if lang == "zh" else ""
        heads = ("列", "含义", "单位", "加权") if zh else ("column", "what", "unit", "weighting")
        told = (f"{word}{zh}" for word in ("title", "unit", "weighting"))
        lines = rows.select("column", *told).iter_rows()
        console.print(listing(heads, lines, f"{name}: {rows[f'a_row{zh}'][0]}", whole=heads[:1]))


def panel(
    run: options.OneRun,
    out: Folder,
    people: Annotated[int, typer.Option("--people", help="Members in the first year.")] = 5000,
    first: Annotated[
        int | None, typer.Option("--from", help="First year; none: the run's.")
    ] = None,
    last: Annotated[int | None, typer.Option("--to", help="Last year; none: the run's.")] = None,
    seed: options.Seed = 1,
    form: Form = "parquet",
    lang: options.Language = "en",
    replace: options.Replace = False,
    threads: options.Threads = options.CORES,
) -> None:
    """A panel of people and their families: persons, yearly states, events, weights, codebook."""
    from leftbehind.counts.pack import write_pack
    from leftbehind.counts.samples.panel import panel as draw
    from leftbehind.counts.world import World

    world = World(run)
    _new(out, replace)
    with bar(DONE) as shown:
        task = shown.add_task("Living the run again")
        found = draw(
            world,
            people,
            first,
            last,
            seed,
            threads,
            lambda done, total: shown.update(task, completed=done, total=total),
        )
    facts = {"people": people, "sample_seed": seed, "chance": found.chance}
    write_pack(world, found.tables(), out, form, lang, replace, **facts)
    members = int((found.persons["role"] == "member").sum())
    console.print(
        f"{members:,} members and {found.persons.height - members:,} kin, "
        f"{found.states.height:,} person-years, {found.events.height:,} events: {out}"
    )


def survey(
    run: options.OneRun,
    design: Annotated[Path, typer.Option("--design", help="TOML file of the design.")],
    out: Folder,
    form: Form = "parquet",
    lang: options.Language = "en",
    replace: options.Replace = False,
    threads: options.Threads = options.CORES,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """Draw a sample as a survey would, and hold its estimates against the truth of the run."""
    from leftbehind.counts.pack import write_pack
    from leftbehind.counts.samples.design import Design
    from leftbehind.counts.samples.estimates import against_truth
    from leftbehind.counts.samples.survey import survey as draw
    from leftbehind.counts.world import World

    wanted, world = Design.load(design), World(run)
    _new(out, replace)
    with bar(DONE) as shown:
        task = shown.add_task("Living the run again")
        found = draw(
            world,
            wanted,
            threads,
            lambda done, total: shown.update(task, completed=done, total=total),
        )
    write_pack(
        world, {"sample": found.sample}, out, form, lang, replace, design=wanted.model_dump()
    )
    rows = against_truth(world, found.sample)
    if handed_over(rows, csv, json):
        return
    heads = ("year", "definition", "estimate, million", "± standard error", "truth, million")
    lines = (
        (str(y), d, *(f"{value / 1e6:.2f}" for value in values))
        for y, d, *values in rows.select(
            "year", "definition", "estimate", "error", "truth"
        ).iter_rows()
    )
    console.print(listing(heads, lines, "Children counted: the sample and the run", heads[2:]))
    counts = found.sample["outcome"].value_counts(sort=True)
    told = ", ".join(f"{n:,} {what}" for what, n in counts.iter_rows())
    console.print(f"{found.sample.height:,} rows ({told}): {out}")
    if wanted.frame:
        console.print("The truth is of the whole country, the sample of its frame.")


def rerun(run: options.OneRun = options.BASELINE, threads: options.Threads = 2) -> None:
    """Live a run again from its manifest and say whether the bits agree."""
    from leftbehind.counts.world import World
    from leftbehind.runs.rerun import plan_of
    from leftbehind.runs.rerun import rerun as again

    world = World(run)
    plan_of(world, threads)
    with bar(DONE) as shown:
        task = shown.add_task("Living it again", total=len(world.years()))
        found = again(world, threads, lambda year: shown.advance(task))
    if found.first is None:
        console.print(f"The same bits: {found.tables} tables.")
    else:
        console.print(f"Not the same bits. First: {found.first[0]}, {found.first[1]}.")
    console.print(
        "Changed since: " + "; ".join(found.changed) + "."
        if found.changed
        else "Version, data, libraries and processor are those of the run."
    )
    if found.first is not None:
        raise typer.Exit(1)


def cite(
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="Folder of a run, to cite it.")
    ] = None,
) -> None:
    """How to cite the program, and a run: version, seed, scale, scenario, checksum."""
    import leftbehind

    title = "leftbehind: China's families, person by person, and the children who stay behind"
    text = f"The leftbehind maintainers. {title}. Version {leftbehind.__version__}."
    if run is not None:
        from leftbehind.counts.world import World

        world = World(run)
        told = world.manifest
        text = (
            f"The leftbehind maintainers. {title}. Version {told['version']}. Run: scenario "
            f"{world.scenario_name or 'baseline'}, {told['from']}-{told['to']}, seed "
            f"{told['seed']}, 1:{world.scale:,}, manifest SHA-256 {told['seal'][:16]}."
        )
    console.print(text, soft_wrap=True)
    console.print(
        "Give the definition, and the published figure beside the simulated one. The tables' "
        "figures belong to their sources (`leftbehind sources`).",
        soft_wrap=True,
    )


def _new(out: Path, replace: bool) -> None:
    """Raise InputError early if `out` cannot be written, before the years are lived."""
    if out.exists() and not replace and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"--out {out}: is there already; give another folder or --replace")
