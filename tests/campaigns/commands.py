"""The command line with hostile arguments, in this process and without living a year."""

import io
import random
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.cli import app, ensembles, screen
from leftbehind.model.simulation import Simulation
from tests.campaigns.mutations import NUMBERS, WORDS

COMMANDS = (
    ["run", "--to", "1951", "--scale", "100000", "--out", "OUT"],
    ["run", "--from", "1960", "--to", "1961", "--seed", "3", "--threads", "1", "--out", "OUT"],
    ["run", "--scenario", "city-schools-open", "--checkpoint-every", "5", "--out", "OUT"],
    ["run", "--draws", "2", "--workers", "1", "--scale", "100000", "--out", "OUT"],
    ["run", "--parameters", "FILE.csv", "--out", "OUT"],
    ["run", "--population", "FILE.csv", "--scale", "1", "--out", "OUT"],
    ["count", "FOLDER", "--definition", "acwf-2010", "--place", "Liangshan"],
    ["population", "check", "FILE.csv"],
    ["population", "from-ipums", "FILE.xml", "FILE.dat", "--out", "OUT.csv"],
    ["population", "export", "FOLDER", "--year", "2000", "--out", "OUT.csv"],
    ["scenarios", "city-schools-open"],
    ["compare", "baseline", "city-schools-open", "--scale", "100000", "--seeds", "1"],
    ["sources", "--table", "parameters"],
    ["find", "FOLDER", "--place", "Liangshan", "--year", "2014", "--zoom", "100"],
    ["chronicle", "FOLDER", "--place", "Liangshan", "--person", "00ff", "--format", "md"],
    ["reconcile", "FOLDER", "acwf-2010", "mca-2016"],
    ["validate", "FOLDER"],
)


class Reached(BaseException):
    """The arguments were accepted: a year would be lived now."""


def mutated(dice: random.Random, folder: Path) -> list[str]:
    """A command with one to three arguments changed."""
    argv = list(dice.choice(COMMANDS))
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = dice.randrange(1, len(argv))
        what = dice.randrange(6)
        if what < 4:
            argv[at] = dice.choice((*NUMBERS, *WORDS))
        elif what == 4:
            del argv[at]
        else:
            argv.insert(at, dice.choice(("--nothing", "--", "-1", "--replace", "--resume", *WORDS)))
        if len(argv) == 1:
            break
    names = {"OUT": "out[bold]", "OUT.csv": "out.csv", "FOLDER": "nothing", "FILE": "none"}
    return [str(folder / names[arg]) if arg in names else arg for arg in argv]


def call(argv: list[str]) -> str:
    """What the command prints; InputError with its message on status 2."""
    out, err = io.StringIO(), io.StringIO()
    screen.errors.file = err
    before = sys.argv
    sys.argv = ["leftbehind", *argv]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            app.main()
    except SystemExit as end:
        if end.code == 2:
            raise Refused(err.getvalue()) from None
        if end.code not in (0, None):
            raise AssertionError(f"status {end.code}") from None
    except Reached:
        return "reached"
    finally:
        sys.argv = before
    return out.getvalue()


class Refused(InputError):
    """Status 2; the message is what was printed, however long."""

    def __init__(self, printed: str) -> None:
        Exception.__init__(self, printed)


def never_live(replace: Callable[[Any, str, Any], None] = setattr) -> None:
    """Let no command of this process live a year, in a run or an ensemble."""

    def reached(*_: object, **__: object) -> None:
        raise Reached

    replace(Simulation, "__init__", reached)
    replace(ensembles, "live_ensemble", reached)
