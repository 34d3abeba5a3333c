"""`leftbehind explore`: serve the explorer on this machine and open it in the browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.base.errors import InputError
from leftbehind.cli import options, static

if TYPE_CHECKING:
    import socket

ADDRESS = "127.0.0.1"


def explore(
    scale: options.Scale = 10_000,
    port: Annotated[int, typer.Option("--port", help="0: any free port.")] = 0,
    lang: options.Language = "en",
    link: Annotated[
        str, typer.Option("--link", help="A saved link, or its part from ? on: opened again.")
    ] = "",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
    out: static.Out = None,
    worlds: static.Worlds = 128,
    checks: static.Checks = 30,
    draws: static.Draws = 20,
    lever: static.Levers = None,
    seed: options.Seed = 1,
    work: static.Work = Path("runs/explored"),
    workers: options.Workers = "auto",
    resume: options.Resume = False,
    replace: options.Replace = False,
) -> None:
    """Move sliders and live China's years from 2000 on again, in a page on this machine only.

    With --static it writes instead a page that answers at once, from worlds lived beforehand.
    """
    if out is not None:
        sizes = (worlds, checks, draws)
        static.write(out, work, scale, seed, sizes, lever, lang, workers, resume, replace)
        return
    import secrets
    import tempfile
    import threading
    import webbrowser

    from leftbehind.cli.preparing import prepare
    from leftbehind.pages.explorer import serving
    from leftbehind.pages.explorer.engine import SEEDS, Engine
    from leftbehind.pages.explorer.question import from_link
    from leftbehind.pages.explorer.server import application
    from leftbehind.pages.report.words import check_language
    from leftbehind.runs.plan import check_settings

    check_settings(1950, 2020, scale, 1, 1)
    check_language(lang)
    view = from_link(link)
    prepare()
    listening = listen(port)
    port = listening.getsockname()[1]
    engine = Engine(scale, SEEDS, threads=min(options.CORES, 4))
    key = secrets.token_urlsafe(16)
    address = f"http://{ADDRESS}:{port}/{key}/{view}"
    typer.echo(f"The explorer is at {address} (stop with Ctrl-C)")
    with tempfile.TemporaryDirectory(prefix="leftbehind-") as folder:
        if not no_browser:
            door = serving.doorway(address, Path(folder))
            threading.Timer(0.5, webbrowser.open, [door.as_uri()]).start()
        serving.run(application(engine, port, key, lang), listening)


def listen(port: int) -> "socket.socket":
    """A socket on this machine's own address; InputError if the port is taken or out of range."""
    import socket  # as all of the explorer's, not for the sake of `leftbehind --help`

    if not 0 <= port <= 65535:
        raise InputError(f"--port {port}: not allowed; give a whole number from 0 to 65535")
    out = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        out.bind((ADDRESS, port))
        out.listen()  # so that a browser quicker than the server waits instead of failing
    except OSError as error:
        out.close()
        raise InputError(f"--port {port}: cannot listen there ({error.strerror})") from error
    return out
