"""Kill every command that writes at random moments, go on, and compare with what was never killed.

    python -m tests.campaigns.kills [kills] [seed of the moments] [commands, all if none]

Each kill (SIGKILL, in a third of the cases SIGTERM) falls on a moment spread evenly over the time
that the command takes alone. Then it is asked: does anything look complete and is not, does a
process live on after ten seconds. The command is then given again, with --resume where there is
one, until it ends by itself, killed once more on the way in every third case. At its end its
results must be those of the unbroken one, byte by byte, and nothing else may lie about.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from leftbehind.base.errors import InputError
from leftbehind.runs.verify import verify
from tests.draws import draws_file

DEFAULTS = (60, 1)
WAIT = 10.0  # seconds after which no process may be left
MARK = "LEFTBEHIND_CAMPAIGN"
# What a result says of the machine and the moment, not of the world.
CLOCK = ("seconds", "core_seconds", "threads", "seal", "parts", "lived_now", "made")
BASE = ("run", "--threads", "1", "--scale", "1000000", "--out", "base")
RUN = ("run", "--threads", "1", "--scale", "1000000", "--to", "1985")
WORKERS = ("--workers", "2")


@dataclass(frozen=True)
class Command:
    """A command that writes: its words, what to add when it is given again, what it writes.

    `share` of all kills fall on it: fewer on those that take long.
    """

    name: str
    words: tuple[str, ...]
    again: tuple[str, ...]
    results: tuple[str, ...]
    share: int = 5


COMMANDS = (
    Command("run", (*RUN, "--out", "run"), ("--replace",), ("run",), 8),
    Command(
        "run, checkpoints",
        (*RUN, "--out", "kept", "--checkpoint-every", "4"),
        ("--resume",),
        ("kept",),
        8,
    ),
    Command("run --replace", (*RUN, "--out", "other", "--replace"), (), ("other",), 6),
    Command(
        "ensemble",
        (
            *("run", "--draws", "3", "--draws-from", "draws.parquet", "--scale", "1000000"),
            *("--to", "1985", *WORKERS, "--out", "en"),
        ),
        ("--resume",),
        ("en",),
        8,
    ),
    Command(
        "calibrate",
        ("calibrate", "--short", "--scale", "1000000", *WORKERS, "--out", "fit"),
        ("--resume",),
        ("fit",),
        6,
    ),
    Command(
        "policies",
        (
            *("policies", "--scale", "1000000", "--draws", "1", "--parameter", "choice_pay"),
            *("--policy", "city-schools-open", *WORKERS, "--work", "tried", "--out", "told"),
        ),
        ("--resume",),
        ("tried", "told"),
        6,
    ),
    Command(
        "compare",
        (
            *("compare", "baseline", "city-schools-open", "--scale", "1000000", "--to", "2007"),
            *("--seeds", "1", "--threads", "1", "--out", "both"),
        ),
        ("--replace",),
        ("both",),
        6,
    ),
    Command("report", ("report", "base", "--out", "report.html"), (), ("report.html",), 6),
    Command(
        "export",
        (
            *("population", "export", "base", "--year", "1990"),
            *("--threads", "1", "--out", "p.csv"),
        ),
        ("--replace",),
        ("p.csv",),
        6,
    ),
)


@dataclass
class Found:
    """What a command's kills showed."""

    kills: int = 0
    rounds: int = 0
    damaged: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)
    alive: int = 0
    left: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)  # said what is not so, or a traceback

    def add(self, one: "Found") -> None:
        """Add what another round showed."""
        for name, value in vars(one).items():
            setattr(self, name, getattr(self, name) + value)


def start(words: tuple[str, ...], where: Path, mark: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "leftbehind", *words],
        cwd=where,
        env={**os.environ, MARK: mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def living(mark: str) -> list[int]:
    """Processes that carry the mark in their environment (zombies have none)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def finish(words: tuple[str, ...], where: Path) -> None:
    """Let a command end by itself."""
    process = start(words, where, uuid.uuid4().hex)
    try:
        _, said = process.communicate(timeout=1800)
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: status {process.returncode}: {said.decode()[-2000:]}")


def content(path: Path) -> dict[str, str]:
    """Of every file below `path`: a digest of its bytes, of JSON and TOML without the clock."""
    if not path.exists():
        return {}
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {str(file.relative_to(path.parent)): digest(file) for file in files}


def digest(file: Path) -> str:
    data = file.read_bytes()
    read = {".json": json.loads, ".toml": tomllib.loads}.get(file.suffix)
    if read:
        data = json.dumps(_timeless(read(data.decode())), sort_keys=True).encode()
    if file.name == "CALIBRATION.md":  # tells how long it took
        return "page"
    return hashlib.sha256(data).hexdigest()


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {key: _timeless(inner) for key, inner in value.items() if key not in CLOCK}
    return [_timeless(inner) for inner in value] if isinstance(value, list) else value


def contents(command: Command, where: Path) -> dict[str, str]:
    return {k: v for name in command.results for k, v in content(where / name).items()}


def damaged(command: Command, where: Path, expected: dict[str, str], before: set[str]) -> list[str]:
    """What looks complete and is not."""
    out = []
    for name in command.results:
        path = where / name
        for manifest in path.rglob("manifest.json"):
            if not any(part.startswith(".") for part in manifest.relative_to(where).parts):
                try:
                    verify(manifest.parent)
                except InputError as error:
                    out.append(str(error))
    if command.results[0].endswith((".html", ".csv")):
        found = contents(command, where)
        out += [name for name in found if found[name] not in (expected[name], *before)]
    return out


def kill(
    command: Command, words: tuple[str, ...], where: Path, longest: float, dice: random.Random
) -> tuple[bool, int, bytes]:
    """Start and kill; whether it was killed before its end, processes left, what it said."""
    mark = uuid.uuid4().hex
    process = start(words, where, mark)
    try:
        process.communicate(timeout=dice.uniform(0.0, longest))
        return False, 0, b""
    except subprocess.TimeoutExpired:
        gentle = dice.random() < 1 / 3
        os.kill(process.pid, signal.SIGTERM if gentle else signal.SIGKILL)
    killed = time.monotonic()
    try:
        _, said = process.communicate(timeout=60)  # a worker may hold the pipe for a moment
    except subprocess.TimeoutExpired:
        said = b"Traceback: did not end within 60 seconds"
        process.kill()
    while living(mark) and time.monotonic() - killed < WAIT:
        time.sleep(0.1)
    return True, len(living(mark)), said


def broken(
    command: Command, where: Path, longest: float, expected: dict[str, str], dice: random.Random
) -> Found:
    """One round: kill, look, go on until the end, compare."""
    found = Found(rounds=1)
    before = set(contents(command, where).values())
    words = command.words
    while True:
        was_killed, alive, said = kill(command, words, where, longest, dice)
        if was_killed:
            found.kills += 1
            found.alive += alive
            found.damaged += damaged(command, where, expected, before)
            if b"Traceback" in said or b"Error" in said:
                found.false.append(said.decode()[-300:])
            words = (*command.words, *command.again)
        if not was_killed or dice.random() < 2 / 3:
            break
    if was_killed:
        finish(words, where)
    now = contents(command, where)
    names = {name for name in expected if now.get(name) != expected[name]}
    found.differ += sorted(names | (now.keys() - expected.keys()))
    return found


def leftovers(where: Path, results: set[str]) -> list[str]:
    tops = {path.name for path in where.iterdir()} - results
    hidden = {str(p.relative_to(where)) for p in where.rglob(".*")}
    return sorted(tops | hidden)


def campaign(
    wanted: int, dice: random.Random, chosen: list[Command], say: Callable[[str], None]
) -> bool:
    """Kill the commands `wanted` times in all; whether nothing was found."""
    work = Path(tempfile.mkdtemp(prefix="kills-"))
    good, shares = True, sum(command.share for command in COMMANDS)
    say("| command | takes | rounds | kills | damaged | other bits | alive | left |")
    try:
        whole = work / "whole"
        whole.mkdir()
        draws_file(whole, 3)  # those that ship may wait for a calibration on a changed model
        if any(needs(command) - {"draws.parquet"} for command in chosen):
            finish(BASE, whole)
        for command in chosen:
            began = time.perf_counter()
            finish(command.words, whole)
            longest = time.perf_counter() - began
            expected = contents(command, whole)
            total = Found()
            try:
                while total.kills < max(1, round(wanted * command.share / shares)):
                    total.add(one_round(command, work, longest, expected, dice))
            finally:  # a campaign that is stopped tells what it has found
                say(
                    f"| {command.name} | {longest:.1f} s | {total.rounds} | {total.kills} | "
                    f"{len(total.damaged)} | {len(total.differ)} | {total.alive} | "
                    f"{len(total.left)} |"
                )
            for faults in (total.damaged, total.differ, total.left, total.false):
                for fault in faults[:5]:
                    say(f"    {fault}")
                good &= not faults
            good &= not total.alive
        return good
    finally:
        shutil.rmtree(work)


def one_round(
    command: Command, work: Path, longest: float, expected: dict[str, str], dice: random.Random
) -> Found:
    """`broken` in a folder of its own, with what the command needs; also what is left over."""
    where = work / "broken"
    where.mkdir()
    for name in needs(command):
        copy = shutil.copytree if (work / "whole" / name).is_dir() else shutil.copy
        copy(work / "whole" / name, where / name)
    if "--replace" in command.words:  # something to be replaced
        (where / "base").rename(where / command.results[0])
    found = broken(command, where, longest, expected, dice)
    found.left = leftovers(where, {*command.results, *needs(command)})
    shutil.rmtree(where)
    return found


def needs(command: Command) -> set[str]:
    """What must lie there before a command is given."""
    words = {*command.words, *(("base",) if "--replace" in command.words else ())}
    return {"base", "draws.parquet"} & words


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:3]]
    wanted, seed = (*given, *DEFAULTS[len(given) :])
    chosen = [command for command in COMMANDS if command.name in (sys.argv[3:] or [command.name])]
    dice = random.Random(seed)
    if not campaign(wanted, dice, chosen, lambda line: print(line, flush=True)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
