"""A process that was forked after it worked is refused: it would wait for ever.

Polars works in threads, and a fork copies their locks but not the threads. A process that forks
before its first table is read, or one that is spawned, is well.
"""

import os

from leftbehind.base.errors import InputError

_first_user: int | None = None  # the process that first read a table


def check_not_forked() -> None:
    """Raise InputError in a process that was forked from one that had read tables."""
    global _first_user
    here = os.getpid()
    if _first_user is None:
        _first_user = here
    elif _first_user != here:
        raise InputError(
            "this process was forked from one that had used leftbehind, whose threads it lacks; "
            "start processes by spawn: multiprocessing.get_context('spawn')"
        )
