"""What was worked out from a run and is kept for the next time.

Families found, followed and told; comparisons with published figures; reasons for coming home.

It lies outside the run, in the user's cache (env LEFTBEHIND_CACHE), under a name that depends on
the run's seal, on this program and on what was asked. Losing it costs time and nothing else: what
cannot be read or written is worked out again.
"""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.base.sealing import SEAL
from leftbehind.base.store import write_bytes

FOLDER = "kept"
MOST_RUNS = 20  # of which something is kept; the oldest are forgotten


def recall(manifest: dict[str, Any], *asked: object) -> Any:
    """What was kept of a run under what was `asked`; None if nothing was, or it cannot be read."""
    try:
        return json.loads(_file(manifest, asked).read_bytes())
    except (OSError, ValueError):
        return None


def keep(manifest: dict[str, Any], content: Any, *asked: object) -> None:
    """Keep what can be written as JSON; a full or closed disk is no fault."""
    file = _file(manifest, asked)
    with suppress(OSError, InputError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(file, json.dumps(content, separators=(",", ":")).encode())
        _forget_oldest(file.parent)


def cache_root() -> Path:
    """The user's cache of this program (env LEFTBEHIND_CACHE)."""
    root = os.environ.get("LEFTBEHIND_CACHE")
    return Path(root) if root else Path.home() / ".cache" / "leftbehind"


def _file(manifest: dict[str, Any], asked: tuple[object, ...]) -> Path:
    whose = hashlib.sha256(f"{manifest.get(SEAL)} {_program()}".encode()).hexdigest()[:16]
    name = hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
    return cache_root() / FOLDER / whose / f"{name}.json"


@cache
def _program() -> str:
    """A fingerprint of the program, its tables and words: what is kept was worked out by them."""
    package = Path(__file__).parents[1]
    seen = hashlib.sha256()
    files = [*package.rglob("*.py"), *(package / "pages" / "chronicle" / "templates").iterdir()]
    for kind in ("csv", "toml"):
        files += (package / "data").rglob(f"*.{kind}")
    for path in sorted(files):
        seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()


def _forget_oldest(mine: Path) -> None:
    runs = sorted(mine.parent.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    for other in runs[MOST_RUNS:]:
        if other != mine:
            shutil.rmtree(other, ignore_errors=True)
