"""The commands `find` and `chronicle`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.base.listing import listing
from leftbehind.cli import options
from leftbehind.cli.rows import Csv, Json, handed_over
from leftbehind.cli.screen import DONE, bar, console, errors

if TYPE_CHECKING:
    import polars as pl

    from leftbehind.counts.find import Found, Progress
    from leftbehind.counts.likeness import Like
    from leftbehind.counts.world import World
    from leftbehind.inputs.places import Places
    from leftbehind.pages.chronicle import Asked
    from leftbehind.pages.chronicle.words import Say

Zoom = Annotated[
    int | None, typer.Option("--zoom", help="Live this prefecture at 1:ZOOM in the run's country.")
]
LikeName = Annotated[
    str | None, typer.Option("--like", help="`seed`: the family this project began with.")
]
Keys = Annotated[bool, typer.Option("--keys", help="Show keys of people too.")]


def find_families(
    folder: options.OneRun = options.BASELINE,
    place: options.Place = "Liangshan",
    year: options.Year = 2014,
    like: LikeName = None,
    children: Annotated[int | None, typer.Option("--children", help="Children under 18.")] = None,
    oldest: Annotated[int | None, typer.Option("--oldest", help="Age of the oldest.")] = None,
    both_away: Annotated[
        bool, typer.Option("--both-away", help="Both parents away, the children at home.")
    ] = False,
    work_in: Annotated[
        str | None, typer.Option("--work-in", help="Prefecture where a parent works.")
    ] = None,
    grandmother_walk: Annotated[
        bool, typer.Option("--grandmother-walk", help="A grandmother up to 90 minutes' walk away.")
    ] = False,
    country: Annotated[
        bool, typer.Option("--country/--no-country", help="Count them in the whole country too.")
    ] = True,
    zoom: Zoom = None,
    most: Annotated[int, typer.Option("--most", help="Families to list.", min=1)] = 20,
    keys: Keys = False,
    csv: Csv = None,
    json: Json = None,
    lang: options.Language = "en",
    threads: options.Threads = options.CORES,
) -> None:
    """Find families by their children, where their parents work and who looks after them."""
    from leftbehind.counts import find as search
    from leftbehind.counts.likeness import Like
    from leftbehind.inputs.places import Places
    from leftbehind.pages.chronicle.found import table
    from leftbehind.pages.chronicle.words import Say
    from leftbehind.runs.replay import Replays

    world, places = _world(folder, year), Places.load()
    say = Say(lang, places)
    wanted = _like(places, like) or Like(
        children=children,
        oldest=oldest,
        both_away=both_away,
        work_in=places.find(work_in) if work_in else None,
        walk=(0.1, 90.0) if grandmother_walk else None,
    )
    prefecture = places.find(place)
    with _progress(say) as progress:
        found = search.find(
            Replays(world),
            prefecture,
            year,
            wanted,
            scales=search.closer(world, zoom) if like or zoom else (),
            country=country,
            threads=threads,
            progress=progress,
        )
    rows = table(found, prefecture, year, say, keys)
    if csv or json:
        handed_over(rows, csv, json)
        return
    show(found, rows, prefecture, year, most, say)


def show(
    found: "Found", rows: "pl.DataFrame", prefecture: int, year: int, most: int, say: "Say"
) -> None:
    """Print what was found."""
    from leftbehind.pages.chronicle.asked import how_many, wanted

    name = say.name(prefecture)
    told = wanted(found.asked, say)
    console.print(say("find.looked", place=name, year=year, wanted=told), soft_wrap=True)
    if not found.met:
        console.print(say("find.none", scale=f"{found.scale:,}"), soft_wrap=True)
    shown = rows.drop(say("find.place"), say("find.year")).head(most)
    title = say("find.title", number=f"{rows.height:,}")
    lines = [[str(cell) for cell in row] for row in shown.iter_rows()]
    whole = [say("find.key")] if say("find.key") in shown.columns else []
    console.print(listing(shown.columns, lines, title, whole=whole))
    if rows.height > most:
        console.print(say("find.more", number=f"{rows.height - most:,}"))
    here = how_many(found.here, say)
    text = say("find.here", place=name, number=here)
    if found.country:
        text = say("find.both", place=name, number=here, country=how_many(found.country, say))
    console.print(text, soft_wrap=True)
    if found.here.by_parts or (found.country and found.country.by_parts):
        console.print(say("find.parts"), soft_wrap=True)
    console.print(say("find.end"))


@dataclass(frozen=True)
class Wish:
    """What a chronicle is to tell, and how; all that its text depends on beside the runs."""

    place: str
    year: int
    like: str | None
    person: str | None
    full: bool
    form: str
    zoom: int | None
    compare: str | None
    keys: bool
    lang: str


def tell_chronicle(
    folder: options.OneRun = options.BASELINE,
    place: options.Place = "Liangshan",
    year: options.Year = 2014,
    like: LikeName = None,
    person: Annotated[
        str | None, typer.Option("--person", help="Key of a person of the place (`find --keys`).")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full/--short", help="All years on three pages, or one screen.")
    ] = False,
    form: Annotated[str | None, typer.Option("--format", help="html, md or json.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="The record as JSON: --format json.")
    ] = False,
    zoom: Zoom = None,
    other: Annotated[
        Path | None, typer.Option("--other", help="Another world's run: the same family there.")
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", help="Side by side with the family of this key or place."),
    ] = None,
    keys: Keys = False,
    lang: options.Language = "en",
    out: Annotated[Path | None, typer.Option("--out", help="File; none: the screen.")] = None,
) -> None:
    """Tell one simulated family's years, each sentence from the record."""
    from leftbehind.base.store import write_text

    form = _format(form, json, out)
    wish = Wish(place, year, like, person, full, form, zoom, compare, keys, lang)
    text = _told(folder, other, wish)
    if out is None:
        typer.echo(text, nl=False)
    else:
        from leftbehind.inputs.places import Places
        from leftbehind.pages.chronicle.words import Say

        write_text(out, text)
        console.print(Say(lang, Places.load())("find.written", file=out), soft_wrap=True)


def _told(folder: Path, other: Path | None, wish: Wish) -> str:
    """The chronicle as text: the same question of the same run has the answer that was kept."""
    from leftbehind.base.sealing import SEAL
    from leftbehind.base.store import MANIFEST, read_manifest
    from leftbehind.runs.kept import keep, recall

    runs = [path for path in (folder, other) if path]
    if not all((path / MANIFEST).is_file() for path in runs):
        return _tell(folder, other, wish)  # which says what is missing
    manifest, *others = (read_manifest(path) for path in runs)
    asked = ("page", *astuple(wish), *(held[SEAL] for held in others))
    text = recall(manifest, *asked)
    if not isinstance(text, str):
        text = _tell(folder, other, wish)
        keep(manifest, text, *asked)
    return text


def _tell(folder: Path, other: Path | None, wish: Wish) -> str:
    """The chronicle worked out anew."""
    from leftbehind.counts.world import World
    from leftbehind.inputs.places import Places
    from leftbehind.pages.chronicle import Asked, tell
    from leftbehind.pages.chronicle.compare import side_by_side
    from leftbehind.pages.chronicle.render import check_format, render
    from leftbehind.pages.chronicle.words import Say

    check_format(wish.form)
    places = Places.load()
    say = Say(wish.lang, places)
    key = _key(wish.person, "--person")
    asked = Asked(wish.place, wish.year, _like(places, wish.like), key, wish.zoom)
    world = _world(folder, wish.year)
    with _progress(say) as progress:
        if wish.compare is not None:
            two = _second(wish.compare, asked)
            page = side_by_side(
                world, asked, two, language=wish.lang, keys=wish.keys, progress=progress
            )
        else:
            twin = World(other) if other else None
            page = tell(
                world,
                asked,
                full=wish.full,
                other=twin,
                language=wish.lang,
                keys=wish.keys,
                progress=progress,
            )
    return render(page, wish.form)


def _second(compare: str, one: "Asked") -> "Asked":
    """The other family: that of a key in the same place, or one like the first elsewhere."""
    from dataclasses import replace

    if len(compare) == 16 and set(compare.lower()) <= set("0123456789abcdef"):
        return replace(one, like=None, key=_key(compare, "--compare"))
    return replace(one, place=compare, key=None)


def _format(form: str | None, json: bool, out: Path | None) -> str:
    """What was asked for, else what the file's name says, else Markdown."""
    if json:
        return "json"
    if form is None and out is not None:
        return {".html": "html", ".htm": "html", ".json": "json"}.get(out.suffix, "md")
    return form or "md"


def _world(folder: Path, year: int) -> "World":
    from leftbehind.counts.world import World

    world = World(folder)
    held = world.years()
    if year not in held:
        raise InputError(f"--year {year}: the run holds {held[0]} to {held[-1]}")
    return world


@contextmanager
def _progress(say: "Say") -> "Iterator[Progress]":
    """A bar on the error screen for each thing that is lived again; gone at the end."""
    with bar(DONE, console=errors, transient=True) as shown:
        tasks = {}

        def progress(what: str, done: int, of: int) -> None:
            names = {"family": say("find.following"), "country": say("find.country")}
            if what not in tasks:
                text = names.get(what, what)
                tasks[what] = shown.add_task(say("find.living", what=text), total=of)
            shown.update(tasks[what], completed=done, total=of)

        yield progress


def _like(places: "Places", name: str | None) -> "Like | None":
    from leftbehind.counts.likeness import seed_family

    if name is None:
        return None
    if name != "seed":
        raise InputError(f"--like {name}: unknown; allowed: seed")
    return seed_family(places)


def _key(text: str | None, option: str) -> int | None:
    if text is None:
        return None
    try:
        key = int(text, 16)
    except ValueError as error:
        raise InputError(f"{option} {text}: not a key; give 16 hexadecimal digits") from error
    if not 0 < key < 2**64:
        raise InputError(f"{option} {text}: not a key; give 16 hexadecimal digits")
    return key
