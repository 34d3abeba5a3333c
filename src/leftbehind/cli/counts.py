"""Commands that count: count, definitions, reconcile, figure.

Their tables are made in the rooms below; here they are only asked for and printed.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.base.listing import listing
from leftbehind.cli import options
from leftbehind.cli.rows import Csv, Json, handed_over
from leftbehind.cli.screen import console

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from leftbehind.counts.definitions import Definition
    from leftbehind.pages.chronicle.words import Say

Which = Annotated[
    str, typer.Argument(metavar="DEFINITION", help="A shipped name, or your own TOML file.")
]

MILLION = 1e6
MOST_ROWS = 40
HOURS = "assumed_unsupervised_hours"
MEDIANS_NOTE = (
    "How much a clause explains depends on their order. Medians of changes need not add up."
)
LIANGSHAN, ITS_PROVINCE = "Liangshan", "Sichuan"
SIZES = ("number", "sampling_error", "children")


def count(
    run: options.RunFolder,
    definition: Which,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help="Split by these, joined by commas: year, province, prefecture, age, sex, away, "
            "parents_where, arrangement, residence, minority, stage.",
        ),
    ] = "",
    year: Annotated[
        list[int] | None, typer.Option("--year", help="Only this year (again for more).")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", help="Only children of this prefecture or province.")
    ] = None,
    as_printed: Annotated[
        bool,
        typer.Option("--as-printed", help="Also what the agency would print: words and reading."),
    ] = False,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", help="CSV with lower and upper ends, and metadata beside it."),
    ] = None,
    csv: Csv = None,
    json: Json = None,
    lang: options.Language = "en",
) -> None:
    """Count the children that a definition means, by place, age, parents away and care."""
    from leftbehind.cli import ensemble_printing as printing
    from leftbehind.cli import ensembles as commands
    from leftbehind.counts import definitions
    from leftbehind.counts.chart_file import check_chart_file, metadata_of, write_chart_file
    from leftbehind.counts.left_behind import check_by
    from leftbehind.counts.of_place import counted, with_codes
    from leftbehind.ensembles import Ensemble, open_run
    from leftbehind.inputs.places import Places
    from leftbehind.pages.chronicle.words import Say

    say = Say(lang, Places.load())
    opened = open_run(run)
    chosen = definitions.get(definition)
    keys = check_by([key.strip() for key in by.split(",") if key.strip()])
    if as_printed and (place or csv):
        raise InputError(
            "--as-printed: an agency's instrument is that of the whole country, for the "
            "screen; leave out --place and --csv"
        )

    def rows_of(keys: list[str], place: str | None) -> "pl.DataFrame":
        if isinstance(opened, Ensemble):
            return commands.counted(opened, chosen, keys, year, place)
        return counted(opened, chosen, keys, year, place)

    if chart:
        check_chart_file(chart)
    rows = rows_of(keys, place)
    if chart:
        version = str(opened.manifest["version"])
        write_chart_file(rows, keys, chosen, version, chart)
        console.print(f"{chart} and {metadata_of(chart)}")
        return
    if (csv or json) and handed_over(with_codes(rows), csv, json):
        return

    def table_of(rows: "pl.DataFrame", keys: list[str], title: str) -> "Table":
        if isinstance(opened, Ensemble):
            return printing.count_table(rows, keys, title)
        return _count_table(rows, keys, title, say)

    where = f", {place}" if place else ""
    title = f"{say.definition(chosen) or chosen.name} ({chosen.name}){where}"
    console.print(table_of(rows, keys, title))
    if as_printed:
        _print_reading(chosen, rows_of([], None))
    has_places = {"province", "prefecture"} & set(keys)
    if has_places and place in (None, ITS_PROVINCE):
        others = [key for key in keys if key not in has_places]
        console.print(
            table_of(
                rows_of(others, LIANGSHAN),
                others,
                say("count.of_which", place=say.name(say.places.find(LIANGSHAN))),
            )
        )
    if isinstance(opened, Ensemble):
        console.print(printing.what_intervals_mean(opened))
    else:
        console.print(say("count.note", scale=f"{opened.scale:,}"), soft_wrap=True)
    console.print(say("count.hours_note"), soft_wrap=True)


def list_definitions(
    name: Annotated[str | None, typer.Argument(help="Only this one, in full.")] = None,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """What counts as a left-behind child: the official definitions, in plain words."""
    from leftbehind.counts import definitions
    from leftbehind.counts.definitions.files import FOLDER

    if csv or json:
        handed_over(_all_definitions([name] if name else definitions.names()), csv, json)
        return
    if name:
        _show_definition(definitions.get(name))
        return
    rows = []
    for known in definitions.names():
        each = definitions.get(known)
        figures = published_figures(each)
        text = "; ".join(figures if len(figures) < 4 else (figures[0], "...", figures[-1]))
        words = " ".join(each.description.split())
        rows.append((known, text, f"{each.agency}. {words}"))
    heads = ("name", "published", "who is counted")
    console.print(listing(heads, rows, "Definitions", whole=heads[:1], show_lines=True))
    console.print("One in full: `leftbehind definitions NAME`. Your own: copy a TOML file of")
    console.print(f"{FOLDER}", soft_wrap=True)


def _all_definitions(names: list[str]) -> "pl.DataFrame":
    """A row a definition: what it is, who is counted, its clauses, what was published."""
    import polars as pl

    from leftbehind.counts import definitions

    told = ("name", "title", "title_zh", "agency", "year", "description", "basis", "source")
    chosen = [definitions.get(name) for name in names]
    return pl.DataFrame(
        {
            **{field: [getattr(each, field) for each in chosen] for field in told},
            "clauses": ["\n".join(f"{c.name}: {c.text}" for c in each.clauses) for each in chosen],
            "published": ["; ".join(published_figures(each)) for each in chosen],
        }
    )


def _show_definition(definition: "Definition") -> None:
    console.print(f"{definition.title or definition.name}  {definition.title_zh}", style="bold")
    console.print(f"{definition.name}: {definition.agency}")
    console.print(" ".join(definition.description.split()))
    clauses = ((clause.name, clause.text) for clause in definition.clauses)
    title = "Clauses, in the order of `leftbehind reconcile`"
    console.print(listing(("clause", "what it asks"), clauses, title))
    for line in published_figures(definition):
        console.print(f"Published: {line}")
    console.print(f"Source ({definition.basis}): {definition.source or 'none given'}")


def published_figures(definition: "Definition") -> list[str]:
    """Each published figure in words; figures that round to the same are one."""
    from leftbehind.counts.official import published

    rows = published(definition).iter_rows(named=True)
    words = (f"{row['value']:.2f} {row['unit']} ({row['year']})" for row in rows)
    return list(dict.fromkeys(words))


def reconcile(
    run: options.RunFolder,
    start: Annotated[str, typer.Argument(metavar="FROM", help="Definition to start from.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Definition to arrive at.")],
    year: Annotated[int, typer.Option("--year", help="The children of this year.")],
    as_printed: Annotated[
        bool, typer.Option("--as-printed", help="Also a last step: what the agency would print.")
    ] = False,
    csv: Csv = None,
    json: Json = None,
) -> None:
    """Walk from one official count to another, clause by clause, on the same children."""
    from leftbehind.cli import ensemble_printing as printing
    from leftbehind.cli import ensembles as commands
    from leftbehind.counts import definitions
    from leftbehind.ensembles import Ensemble, open_run

    opened = open_run(run)
    first, last = definitions.get(start), definitions.get(target)
    if isinstance(opened, Ensemble):
        rows = commands.walked(opened, first, last, year)
    else:
        rows = opened.reconcile(first, last, year)
    if handed_over(rows, csv, json):
        return
    if isinstance(opened, Ensemble):
        console.print(printing.walk_table(rows, first.name, last.name, year))
        if as_printed:
            _print_reading(last, commands.counted(opened, last, [], [year], None))
        console.print(MEDIANS_NOTE)
        console.print(printing.what_intervals_mean(opened))
        return
    console.print(_walk_table(rows, first, last, year))
    if as_printed:
        _print_reading(last, opened.left_behind(last, years=year))
    console.print("How much a clause explains depends on their order; the sum does not.")
    for each, number in ((first, rows["number"][0]), (last, rows["number"][-1])):
        console.print(_unexplained(each, number / MILLION, year))


def _walk_table(
    rows: "pl.DataFrame", first: "Definition", last: "Definition", year: int
) -> "Table":
    sizes = ("added or removed, million", "then counted, million")
    lines = []
    for row in rows.iter_rows(named=True):
        begins = row["clause"] == "start"
        change = "" if begins else f"{row['change'] / MILLION:+.2f}"
        before, after = ("", "") if begins else (row["before"], row["after"])
        lines.append((row["clause"], before, after, change, f"{row['number'] / MILLION:.2f}"))
    title = f"From {first.name} to {last.name}: the simulated children of {year}"
    return listing(("clause", first.name, last.name, *sizes), lines, title, sizes)


def _unexplained(definition: "Definition", simulated: float, year: int) -> str:
    """What no clause explains: the simulated count against the published one of that year."""
    from leftbehind.counts.official import published

    rows = published(definition)
    figures = sorted({round(value, 2) for value in rows.filter(year=year)["value"]})
    if not figures:
        has = ", ".join(published_figures(definition)) or "none"
        return (
            f"{definition.name}: {simulated:.2f} million simulated; no figure was published for "
            f"{year}, so nothing judges it (published: {has})."
        )
    return "\n".join(
        f"What no clause explains, {definition.name}: {simulated:.2f} million simulated against "
        f"{value:.2f} published, {simulated - value:+.2f} million."
        for value in figures
    )


def _print_reading(definition: "Definition", rows: "pl.DataFrame") -> None:
    """Words and reading side by side, beside what was printed; then what the reading assumes."""
    from leftbehind.counts import instruments
    from leftbehind.counts.official import published

    if "measure" in rows.columns:  # of an ensemble
        rows = rows.filter(measure="number").rename({"median": "number"})
    printed = dict(published(definition).select("year", "value").iter_rows())
    lines = []
    for year, number in rows.select("year", "number").iter_rows():
        told = instruments.read(definition, year, number / MILLION)
        figure = f"{printed[year]:.2f}" if year in printed else ""
        ends = f"{told.low_90:.1f} to {told.high_90:.1f}"
        lines.append((str(year), f"{told.words:.2f}", f"{told.median:.1f}", ends, figure))
    instrument = instruments.of(definition)
    heads = ("by the words, million", "as it would be printed", "90 %", "published")
    console.print(listing(("year", *heads), lines, f"The instrument: {instrument.title}", heads))
    for step in instrument.step:
        grows = f", growing from {step.from_year} to {step.to_year}" if step.from_year else ""
        console.print(
            f"{step.basis}: {step.text}: {step.factor:g} ({step.low:g} to {step.high:g}){grows}"
        )
    for meeting in instrument.meeting:
        console.print(f"learnt, but never from the figure it judges: {meeting.text}")
    console.print("The words come first. A reading is an assumption about how an agency counts.")


def figure(
    run: options.RunFolder,
    out: Annotated[Path, typer.Option("--out", help="An .svg or .html file.")] = Path(
        "left_behind.svg"
    ),
) -> None:
    """Draw the simulated counts by definition over the years, with the published points."""
    from leftbehind.ensembles import open_run
    from leftbehind.pages.figures import left_behind_chart, save

    save(left_behind_chart(open_run(run)), out)
    console.print(f"Figure: {out}")


def _count_table(rows: "pl.DataFrame", keys: list[str], title: str, say: "Say") -> "Table":
    """The rows for the screen: in order, or, if there are many, those with most children."""
    from leftbehind.counts.codebook import column

    all_rows = rows.height
    rows, cut = shortened(rows, "number")
    unit = float(say.content["count"]["unit"])
    digits = 3 if unit == MILLION else 1
    lines = []
    for row in rows.iter_rows(named=True):
        share, hours = row["share"], row[HOURS]
        lines.append(
            (
                *(_cell(key, str(row[key]), say) for key in keys),
                *(f"{row[name] / unit:.{digits}f}" for name in SIZES),
                "" if share is None else f"{share:.1%}",
                "" if hours is None else f"{hours:.1f}",
            )
        )
    heads = tuple(say(f"count.{name}") for name in (*SIZES, "share", "hours"))
    told = say("count.most", most=MOST_ROWS, all=f"{all_rows:,}") if cut else None
    by = [column("left_behind", key)["title_zh"] if say.language == "zh" else key for key in keys]
    return listing((*by, *heads), lines, title, heads, caption=told)


def _cell(key: str, value: str, say: "Say") -> str:
    """A place, or a value as the codebook has it, in the language of `say`."""
    from leftbehind.counts.codebook import in_words

    if key == "prefecture":
        return say.name(say.places.find(value))
    if key == "province":
        return say.province(value)
    return in_words(key, value, say.language)


def shortened(rows: "pl.DataFrame", by: str) -> "tuple[pl.DataFrame, str | None]":
    """The rows for the screen, if there are many those largest `by` a column; what is told then."""
    if rows.height <= MOST_ROWS:
        return rows, None
    told = f"The {MOST_ROWS} with most children of {rows.height:,}; all with --csv FILE."
    return rows.sort(by, descending=True).head(MOST_ROWS), told
