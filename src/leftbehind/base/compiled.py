"""How the numerical kernels are compiled: Numba, without the interpreter lock, cached on disk.

Numba's own cache looks only at the file of the function itself, so a change in a function that it
calls would go unnoticed. The cache folder is therefore named after a fingerprint of every source
file with kernels or records: any change there starts a fresh cache.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from leftbehind.base.linking import TRIED, LinkingDispatcher

HOW = (Path(__file__), Path(__file__).with_name("linking.py"))
# What shows that a file has kernels, or the records and tuples that they are given.
COMPILED = (b"kernel\ndef", b"np.dtype(", b"(NamedTuple)")

F = TypeVar("F", bound=Callable[..., Any])


def _cache_folder() -> Path:
    """The folder for compiled code, one per state of the sources (env `LEFTBEHIND_CACHE`)."""
    root = os.environ.get("LEFTBEHIND_CACHE")
    base = Path(root) if root else Path.home() / ".cache" / "leftbehind"
    fingerprint = hashlib.sha256()
    for source in sorted(Path(__file__).parents[1].rglob("*.py")):
        text = source.read_bytes()
        if source in HOW or any(mark in text for mark in COMPILED):
            fingerprint.update(text)
    return base / fingerprint.hexdigest()[:16]


numba.config.CACHE_DIR = str(_cache_folder())


def kernel(function: F) -> F:
    """Compile a function of scalars and arrays; it may run in several threads at once.

    It may look at arrays and write into them but make none: it counts no references. Counting took
    a seventh of a year's time, and more with threads, which wait for each other at the one counter
    of the people's array.
    """
    return _compiled(function, counts_references=False)


def allocating_kernel(function: F) -> F:
    """Compile a function that makes arrays, or calls one that returns them; else as `kernel`."""
    return _compiled(function, counts_references=True)


def alone(compiled: F) -> F:
    """Let a kernel be compiled on its own and not anew in each that calls it: see `entries.py`.

    For the large steps of a year, so that several processes can compile them at the same time.
    """
    if isinstance(compiled, LinkingDispatcher):
        compiled.alone = True
    return compiled


def _compiled(function: F, counts_references: bool) -> F:
    # `_nrt` is how Numba itself compiles its functions that must not touch reference counts.
    options: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "no_cfunc_wrapper": True,
        "_nrt": counts_references,
    }
    if not numba.__version__.startswith(TRIED):
        return cast(F, numba.njit(cache=True, **options)(function))
    compiled = LinkingDispatcher(function, targetoptions={"nopython": True, **options})
    compiled.enable_caching()
    return cast(F, compiled)
