"""Write onto disks that fill up, folders that may not be written and files that cannot be opened.

    python -m tests.campaigns.full_disk [commands, all if none]

Needs the right to mount a small file system (else the limit of a file's size stands for a full
disk). Every command must end with status 2 and a sentence, keep what was there, and leave nothing.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.draws import draws_file

SMALL = ("--scale", "1000000", "--to", "1985")
RUN = ("run", *SMALL, "--threads", "1", "--out", "{}/run")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": RUN,
    "run, checkpoints": (*RUN, "--checkpoint-every", "10"),
    "run --replace": ("run", *SMALL, "--threads", "1", "--replace", "--out", "{}/there"),
    "ensemble": (
        *("run", *SMALL, "--draws", "2", "--draws-from", "{draws}"),
        *("--workers", "2", "--out", "{}/en"),
    ),
    "compare": (
        *("compare", "baseline", "city-schools-open", "--scale", "1000000", "--to", "2007"),
        *("--seeds", "1", "--threads", "1", "--out", "{}/compared"),
    ),
    "calibrate": (
        *("calibrate", "--short", "--scale", "1000000", "--workers", "2", "--out", "{}/fit"),
    ),
    "policies": (
        *("policies", "--scale", "1000000", "--draws", "1", "--parameter", "choice_pay"),
        *("--policy", "city-schools-open", "--workers", "2", "--work", "{}/tried"),
    ),
    "report": ("report", "{base}", "--out", "{}/report.html"),
    "export": ("population", "export", "{base}", "--year", "1960", "--out", "{}/p.csv"),
}
SIZES = ("8k", "64k", "300k")
GOES_ON = {
    "run, checkpoints",
    "ensemble",
    "calibrate",
    "policies",
}  # what they have done so far stays, and is told


def leftbehind(words: tuple[str, ...], limit: Callable[[], None] | None) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "leftbehind", *words],
        capture_output=True,
        text=True,
        timeout=900,
        preexec_fn=limit,
    )
    return done.returncode, done.stderr


def judge(name: str, folder: Path, base: Path, limit: Callable[[], None] | None) -> str:
    """What is wrong with how the command ended; empty if nothing is."""
    before = {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*")}
    draws = base.parent / "draws.parquet"
    words = tuple(word.format(folder, base=base, draws=draws) for word in COMMANDS[name])
    status, said = leftbehind(words, limit)
    after = {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*")}
    faults = []
    if status == 0:
        return "wrote it all"
    if status != 2 or "Traceback" in said or "Error:" not in said or len(said) > 2000:
        faults.append(f"status {status}, {said[-300:]!r}")
    new = {path for path in after if path not in before}
    if name in GOES_ON:
        new = {path for path in new if "-unfinished-" in path or path.endswith(".part")}
    if new or any(after.get(path) != size for path, size in before.items()):
        faults.append(f"left {sorted(new)[:5]}")
    return "; ".join(faults)


def mounted(folder: Path, size: str, *more: str) -> bool:
    folder.mkdir()
    options = ",".join((f"size={size}", *more))
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(words, capture_output=True).returncode == 0


def unmounted(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], capture_output=True)


def no_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


def main() -> None:
    bad, names = 0, sys.argv[1:] or list(COMMANDS)
    work = Path(tempfile.mkdtemp(prefix="full-disk-"))
    base = work / "base"
    draws_file(work, 2)
    status, said = leftbehind((*RUN[:-1], str(base)), None)
    if status:
        raise SystemExit(said)

    def tell(what: str, name: str, found: str) -> None:
        nonlocal bad
        wrong = found not in ("", "wrote it all")
        bad += wrong
        print(f"| {name} | {what} | {found or 'a sentence, nothing left'} |", flush=True)

    try:
        for number, size in enumerate((*SIZES, "read-only")):
            for name in names:
                folder = work / f"disk-{number}"
                more = () if size != "read-only" else ("ro",)
                if not mounted(folder, size if not more else "10m", *more):
                    raise SystemExit("no right to mount a small file system")
                try:
                    if not more and name == "run --replace":
                        (folder / "there").mkdir()
                    tell(f"a disk of {size}", name, judge(name, folder, base, None))
                finally:
                    unmounted(folder)
                    folder.rmdir()
        for what, limit in (("files of 30 kB", small_files), ("24 open files", no_files)):
            for name in names:
                folder = work / "limited"
                folder.mkdir()
                tell(what, name, judge(name, folder, base, limit))
                shutil.rmtree(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if bad:
        raise SystemExit(1)


if __name__ == "__main__":
    os.environ.setdefault("COLUMNS", "200")
    main()
