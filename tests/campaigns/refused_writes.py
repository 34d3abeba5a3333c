"""Have commands write into a read-only folder, onto a disk of 4 kB and files of at most 2 kB.

    python -m tests.campaigns.refused_writes [commands, all if none]

All in this process, so that it takes a minute or two; full_disk does it to processes of their own
and their workers. Needs the right to mount a small file system. Every command must end with status
2 and a sentence and leave nothing.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.campaigns import commands
from tests.campaigns.judging import Verdict, judged

# Words in capitals are the files of `commands.lived`; {} is the folder.
COMMANDS = (
    ["count", "RUN", "acwf-2010", "--by", "province,age", "--chart", "{}/c.csv"],
    ["count", "RUN", "acwf-2010", "--by", "province,age", "--csv", "{}/c.csv"],
    ["tables", "RUN", "--table", "kin", "--out", "{}/t"],
    ["chronicle", "RUN", "--year", "1985", "--out", "{}/c.html"],
    ["place", "Chengdu", "RUN", "--out", "{}/p.html"],
    ["report", "RUN", "--out", "{}/r.html"],
    ["predictions", "ENSEMBLE", "--year", "1985", "--workers", "1", "--out", "{}/p.csv"],
    ["figure", "RUN", "--out", "{}/f.svg"],
    ["validate", "RUN", "--docs", "{}/docs"],
    ["population", "export", "RUN", "--year", "1952", "--threads", "1", "--out", "{}/p.csv"],
    ["panel", "RUN", "--people", "50", "--to", "1951", "--threads", "1", "--out", "{}/panel"],
    ["survey", "RUN", "--design", "DESIGN", "--threads", "1", "--out", "{}/survey"],
    ["run", "--scale", "1000000", "--to", "1951", "--threads", "1", "--out", "{}/run"],
    ["rerun", "RUN", "--threads", "1"],
)
DISKS = {"read-only": "ro,size=1m", "a disk of 4 kB": "size=4k", "files of 2 kB": None}


@contextmanager
def narrow(folder: Path, options: str | None) -> Iterator[None]:
    """`folder` on such a file system; without options a limit of the size of files."""
    folder.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if options is None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))
    else:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        if options is not None:
            subprocess.run(["umount", "-l", folder], check=True)
        shutil.rmtree(folder)


def refused(words: list[str], folder: Path) -> tuple[Verdict, list[str]]:
    """How a command ended, and what it left in `folder`."""
    tempfile.tempdir = str(folder)  # where `rerun` lives the run again
    try:
        verdict = judged(commands.call, lambda _: "it wrote", words)
    finally:
        tempfile.tempdir = None
    return verdict, sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def main() -> None:
    there, bad = commands.lived(), 0
    chosen = [words for words in COMMANDS if words[0] in (sys.argv[1:] or words)]
    with tempfile.TemporaryDirectory(prefix="refused-") as work:
        folder = Path(work) / "out"
        for words in chosen:
            given = [
                str(there / commands.LIVED[word]) if word in commands.LIVED else word.format(folder)
                for word in words
            ]
            for what, options in DISKS.items():
                with narrow(folder, options):
                    verdict, left = refused(given, folder)
                bad += bool(verdict.failure or left)
                told = verdict.failure or (f"left {left}" if left else "a sentence")
                print(f"| {' '.join(words[:2])} | {what} | {told} |", flush=True)
    if bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
