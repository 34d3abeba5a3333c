"""How many processes work, and work that they do in any order."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from leftbehind.base.errors import InputError

MOST = 256
Result = TypeVar("Result")


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(asked: str | int) -> int:
    """Number of processes: `auto` is one a core; InputError for anything but that and 1 to 256."""
    if asked == "auto":
        return cores()
    if str(asked).isdigit() and 1 <= int(asked) <= MOST:
        return int(asked)
    raise InputError(
        f"--workers {asked}: not allowed; give a whole number from 1 to {MOST}, or auto"
    )


def as_done(
    function: Callable[..., Result], arguments: Sequence[tuple[Any, ...]], workers: int
) -> Iterator[Result]:
    """`function` of each of the `arguments` by `workers` processes, in the order of their ends.

    One worker, or one call, stays in this process and in order.
    """
    if workers == 1 or len(arguments) < 2:
        for given in arguments:
            yield function(*given)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1)
    yield from parallel(delayed(function)(*given) for given in arguments)
