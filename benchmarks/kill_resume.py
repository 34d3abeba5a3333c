"""Kill runs at random moments, resume them, and compare the result with an unbroken run.

    python benchmarks/kill_resume.py [kills] [scale] [last year] [seed of the moments]

Each round starts a run with checkpoints and kills it (SIGKILL) again and again, at moments spread
evenly over the time that an unbroken run takes, until it ends by itself; then its tables must equal
those of the unbroken run, byte by byte. Rounds go on until there were enough kills.
"""

import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEFAULTS = (30, 20_000, 2020, 1)
EVERY = 3  # years between checkpoints
MACHINE = ("seconds", "threads")  # what the manifest says of the machine, not of the world


def command(out: Path, scale: int, last: int, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "leftbehind.cli.app",
        "run",
        "--scale",
        str(scale),
        "--to",
        str(last),
        "--out",
        str(out),
        *more,
    ]


def fingerprints(folder: Path) -> dict[str, str]:
    """Of each table's bytes, and of what the manifest says of the world."""
    prints = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.parquet"))
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    told = {name: value for name, value in manifest.items() if name not in MACHINE}
    return {**prints, "manifest": json.dumps(told, sort_keys=True)}


def killed_run(out: Path, scale: int, last: int, longest: float, dice: random.Random) -> int:
    """Start, kill and resume until the run is whole; returns how often it was killed."""
    kills = 0
    more = ["--checkpoint-every", str(EVERY)]
    while True:
        process = subprocess.Popen(
            command(out, scale, last, *more), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            _, said = process.communicate(timeout=dice.uniform(0.0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            more = ["--checkpoint-every", str(EVERY), "--resume"]
            continue
        if process.returncode != 0:
            raise SystemExit(f"the run ended with status {process.returncode}: {said.decode()}")
        return kills


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:]]
    wanted, scale, last, seed = (*given, *DEFAULTS[len(given) :])
    dice = random.Random(seed)
    work = Path(tempfile.mkdtemp(prefix="kill-resume-"))
    try:
        subprocess.run(command(work / "first", scale, 1951), check=True, capture_output=True)
        began = time.perf_counter()
        subprocess.run(command(work / "unbroken", scale, last), check=True, capture_output=True)
        longest = time.perf_counter() - began
        expected = fingerprints(work / "unbroken")
        print(f"An unbroken run takes {longest:.1f} s.", flush=True)
        kills = rounds = 0
        while kills < wanted:
            out = work / f"round-{rounds}"
            kills += killed_run(out, scale, last, longest, dice)
            rounds += 1
            found = fingerprints(out)
            differs = [name for name in expected if found.get(name) != expected[name]]
            if differs or found.keys() != expected.keys():
                raise SystemExit(f"round {rounds}: differs in {', '.join(differs)}")
            left = {path.name for path in work.iterdir()} - {"first", "unbroken", out.name}
            if left:
                raise SystemExit(f"round {rounds}: left behind {', '.join(left)}")
            print(f"round {rounds}: the same tables; {kills} kills so far", flush=True)
            shutil.rmtree(out)
        print(f"{kills} kills in {rounds} rounds: every run ended like the unbroken one.")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
