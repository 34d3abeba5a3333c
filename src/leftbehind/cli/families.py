"""The commands `find` and `chronicle`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.base.listing import listing
from leftbehind.cli import options
from leftbehind.cli.screen import console

if TYPE_CHECKING:
    from leftbehind.counts.find import Found, Like
    from leftbehind.inputs.places import Places
    from leftbehind.runs.replay import Replay

COLUMNS = (
    "key of the mother",
    "ages",
    "mother works in",
    "father works in",
    "the children are",
    "grandmother",
)

Zoom = Annotated[
    int | None, typer.Option("--zoom", help="Live this prefecture at 1:ZOOM in the run's country.")
]
LikeName = Annotated[
    str | None, typer.Option("--like", help="`seed`: the family this project began with.")
]


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
    threads: options.Threads = options.CORES,
) -> None:
    """Find families by their children, where their parents work and who looks after them."""
    from rich.progress import Progress

    from leftbehind.counts import find as search
    from leftbehind.counts.world import World
    from leftbehind.runs.replay import Replay

    replay = Replay(World(folder), zoom)
    wanted = _like(replay, like) or search.Like(
        children=children,
        oldest=oldest,
        both_away=both_away,
        work_in=replay.places.find(work_in) if work_in else None,
        walk=search.ANY_WALK if grandmother_walk else None,
    )
    prefecture = replay.places.find(place)
    with Progress(console=console, transient=True, disable=not country) as bar:
        task = bar.add_task("Living all prefectures again", total=len(replay.places))
        found = search.find(
            replay,
            prefecture,
            year,
            wanted,
            country=country,
            threads=threads,
            progress=lambda done: bar.update(task, completed=done),
        )
    show(found, replay, prefecture, year, most)


def show(found: "Found", replay: "Replay", prefecture: int, year: int, most: int) -> None:
    """Print what was found."""
    from leftbehind.counts.find import estimate

    places = replay.places
    name = places.table["name"][prefecture]
    console.print(f"Looked for in {name}, {year}: {found.asked.words(places)}.")
    if found.relaxed:
        console.print(f"No such family at 1:{found.scale:,}. Relaxed, one after the other:")
        for what in found.relaxed:
            console.print(f"  - {what}")
    rows = []
    for row in found.families.head(most).iter_rows(named=True):
        minutes = row["grandmother_minutes"]
        walk = "none near" if minutes is None else f"{int(minutes)} minutes' walk"
        rows.append(
            (
                f"{row['key']:016x}",
                ", ".join(map(str, row["ages"])),
                _where(places, row["mother_at"]),
                _where(places, row["father_at"]),
                _care(row),
                "in the same home" if minutes == 0 else walk,
            )
        )
    title = f"{found.families.height} simulated families"
    console.print(listing(COLUMNS, rows, title, whole=COLUMNS[:1]))
    if found.families.height > most:
        console.print(f"{found.families.height - most} more: --most")
    for n, what in enumerate(("as asked", "as listed")):
        if n == 1 and not found.relaxed:
            break
        text = f"Families {what}: in {name} {estimate(found.local[n], found.scale)}"
        if found.country:
            text += f"; in the country {estimate(found.country[n], found.country_scale)}"
        console.print(text + ".")
    console.print("All are simulated; none is a real family.")


def _where(places: "Places", at: int) -> str:
    from leftbehind.base.person import ABROAD, ABROAD_NAME, AT_HOME, IN_PRISON
    from leftbehind.counts.find import GONE

    nowhere = {
        AT_HOME: "at home",
        IN_PRISON: "in prison",
        ABROAD: ABROAD_NAME,
        GONE: "dead, unknown or parted",
    }
    return nowhere.get(at) or str(places.table["name"][at])


def _care(row: dict[str, object]) -> str:
    text = {"parent": "with a parent"}.get(str(row["arrangement"]), str(row["arrangement"]))
    if row["arrangement"] == "grandparent a walk away":
        text += f" ({row['minutes']} minutes)"
    return f"{text}; {row['boards']} at school on school days" if row["boards"] else text


def _like(replay: "Replay", name: str | None) -> "Like | None":
    from leftbehind.counts.find import seed_family

    if name is None:
        return None
    if name != "seed":
        raise InputError(f"--like {name}: unknown; allowed: seed")
    return seed_family(replay.places)


def tell_chronicle(
    folder: options.OneRun = options.BASELINE,
    place: options.Place = "Liangshan",
    year: options.Year = 2014,
    like: LikeName = None,
    person: Annotated[
        str | None, typer.Option("--person", help="Key of a person of the place (from `find`).")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full/--short", help="Year by year, or one screen.")
    ] = False,
    form: Annotated[str, typer.Option("--format", help="html, md or json.")] = "md",
    zoom: Zoom = None,
    other: Annotated[
        Path | None, typer.Option("--other", help="Another world's run: the same family there.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File; none: the screen.")] = None,
) -> None:
    """Tell one simulated family's years, each sentence from the record."""
    from leftbehind.base.store import write_text
    from leftbehind.counts.world import World
    from leftbehind.pages.chronicle import tell
    from leftbehind.pages.chronicle.render import FORMATS, render
    from leftbehind.runs.replay import Replay

    if form not in FORMATS:
        raise InputError(f"--format {form}: unknown; allowed: {', '.join(FORMATS)}")
    world = World(folder)
    replay = Replay(world, zoom)
    page = tell(
        world,
        place,
        year,
        like=_like(replay, like),
        key=_key(person),
        full=full,
        other=World(other) if other else None,
        replay=replay,
    )
    text = render(page, form)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        console.print(f"Written: {out}")


def _key(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        key = int(text, 16)
    except ValueError as error:
        raise InputError(f"--person {text}: not a key; give 16 hexadecimal digits") from error
    if not 0 < key < 2**64:
        raise InputError(f"--person {text}: not a key; give 16 hexadecimal digits")
    return key
