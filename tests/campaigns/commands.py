"""The command line with hostile arguments, in this process and without living a year."""

import atexit
import io
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import leftbehind
from leftbehind.base import workers
from leftbehind.base.errors import InputError
from leftbehind.cli import app, ensembles, screen
from leftbehind.counts.samples.design import Design
from leftbehind.counts.samples.survey import survey
from leftbehind.evidence.calibrate import solving
from leftbehind.evidence.cuts import study
from leftbehind.model.simulation import Simulation
from tests.campaigns.mutations import NUMBERS, WORDS
from tests.draws import draws_file

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
    ["cuts", "--short", "--workers", "1", "--out", "OUT"],
    ["cuts", "--cut", "2005", "--form", "every", "--draws", "3", "--steps", "2", "--out", "OUT"],
    ["cuts", "--scale", "100000", "--seed", "3", "--resume", "--out", "OUT"],
    ["solve", "--scale", "100000", "--seeds", "1", "--steps", "2", "--out", "OUT.csv"],
    ["solve", "--only", "choice_network,choice_law", "--workers", "1", "--out", "OUT.csv"],
)
# Of a run and an ensemble that there are.
OF_A_RUN = (
    ["panel", "RUN", "--people", "50", "--from", "1980", "--to", "1985", "--out", "OUT"],
    [
        "panel",
        "RUN",
        "--seed",
        "3",
        "--as",
        "csv",
        "--lang",
        "zh",
        "--threads",
        "1",
        "--out",
        "OUT",
    ],
    ["survey", "RUN", "--design", "DESIGN", "--out", "OUT", "--as", "parquet", "--threads", "1"],
    ["survey", "RUN", "--design", "DESIGN", "--out", "OUT", "--csv", "-", "--json", "OUT.json"],
    ["tables", "RUN", "--table", "children", "--year", "1985", "--out", "OUT", "--as", "csv"],
    ["tables", "RUN", "--csv", "OUT.csv", "--json", "OUT.json", "--lang", "zh"],
    ["place", "Liangshan", "RUN", "--out", "OUT.html", "--lang", "en"],
    ["find", "RUN", "--place", "Liangshan", "--year", "1985", "--csv", "OUT.csv", "--json", "-"],
    ["find", "RUN", "--year", "1985", "--like", "seed", "--oldest", "9", "--most", "3", "--keys"],
    ["find", "RUN", "--year", "1985", "--work-in", "广州", "--zoom", "100", "--csv", "OUT.xlsx"],
    ["chronicle", "RUN", "--place", "Liangshan", "--year", "1985", "--out", "OUT.html"],
    ["count", "RUN", "acwf-2010", "--by", "year,age", "--place", "51", "--csv", "OUT.csv"],
    ["count", "RUN", "acwf-2010", "--year", "1985", "--as-printed", "--chart", "OUT.csv"],
    ["count", "ENSEMBLE", "mca-2016-outside-province", "--by", "parents_where", "--json", "-"],
    ["predictions", "ENSEMBLE", "--year", "1985", "--workers", "1", "--out", "OUT.csv"],
    ["predictions", "ENSEMBLE", "--discrepancy", "FILE.csv", "--out", "OUT.csv"],
    ["reconcile", "RUN", "acwf-2010", "mca-2016", "--year", "1985", "--as-printed"],
    ["cite", "RUN"],
    ["verify", "ENSEMBLE"],
    ["rerun", "RUN", "--threads", "1"],
)
LAST_YEAR = 1985
# Words that may well be meant, and are not always right there.
PLAUSIBLE = (
    *("1949", "1950", "1979", "1985", "1986", "0", "1", "2", "50", "1000", "-"),
    *("Tibet", "西藏", "51", "Sansha", "Beijing", "year", "province,age", "zh", "csv", "dta"),
    *("migrant-children", "mca-2018", "age", "people", "reasons", "seed"),
)


class Reached(BaseException):
    """The arguments were accepted: a year would be lived now."""


LIVED = {"RUN": "run", "ENSEMBLE": "ensemble", "DESIGN": "design.toml"}


@cache
def lived() -> Path:
    """A folder with a small run, an ensemble of two draws and a survey's design."""
    folder = Path(tempfile.mkdtemp(prefix="inputs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    small = {"scale": 1_000_000, "last": LAST_YEAR}
    world = leftbehind.run(out=folder / "run", threads=1, **small)
    draws = draws_file(folder, 2)
    leftbehind.run(draws=2, out=folder / "ensemble", draws_from=draws, workers=1, **small)
    design = "people = 50\nwaves = [1985]\n[clusters]\nby = 'province'\nnumber = 5\n"
    (folder / "design.toml").write_text(design)
    survey(world, Design.load(folder / "design.toml"))  # compiles what a replay calls
    return folder


def mutated_of_a_run(dice: random.Random, folder: Path) -> list[str]:
    """A command that takes a run with one to three arguments changed."""
    there = lived()
    argv = mutated(dice, folder, OF_A_RUN)
    return [str(there / LIVED[word]) if word in LIVED else word for word in argv]


def mutated(
    dice: random.Random, folder: Path, commands: tuple[list[str], ...] = COMMANDS
) -> list[str]:
    """A command with one to three arguments changed."""
    argv = list(dice.choice(commands))
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = dice.randrange(1, len(argv))
        what = dice.randrange(9)
        if what >= 6:
            argv[at] = dice.choice(PLAUSIBLE) if not argv[at].startswith("-") else argv[at]
        elif what < 4:
            argv[at] = dice.choice((*NUMBERS, *WORDS))
        elif what == 4:
            del argv[at]
        else:
            argv.insert(at, dice.choice(("--nothing", "--", "-1", "--replace", "--resume", *WORDS)))
        if len(argv) == 1:
            break
    names = {"OUT": "out[bold]", "FOLDER": "nothing", "FILE": "none"}
    names |= {f"OUT.{ending}": f"out.{ending}" for ending in ("csv", "json", "html", "xlsx")}
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
        if end.code == 2 and err.getvalue().strip():
            raise Refused(err.getvalue()) from None
        if end.code == 2 and out.getvalue().strip():
            return out.getvalue()  # a group of commands without one shows its help
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
    replace(study, "fit", reached)
    replace(solving, "least_squares", reached)
    asked = workers.workers_for  # other processes would live
    replace(workers, "workers_for", lambda words: min(asked(words), 1))
