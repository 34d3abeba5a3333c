"""How many processes work, and work that they do in any order; none outlives its parent."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from leftbehind.base.errors import InputError

MOST = 256
LOOK_EVERY = 0.5  # seconds between two looks of a worker at its parent
Result = TypeVar("Result")


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(asked: str | int) -> int:
    """Number of processes: `auto` is one a core; InputError for anything but that and 1 to 256."""
    if asked == "auto":
        return cores()
    if str(asked).isdecimal() and 1 <= int(asked) <= MOST:
        return int(asked)
    raise InputError(
        f"--workers {asked}: not allowed; give a whole number from 1 to {MOST}, or auto"
    )


def as_done(
    function: Callable[..., Result], arguments: Sequence[tuple[Any, ...]], workers: int
) -> Iterator[Result]:
    """`function` of each of the `arguments` by `workers` processes, in the order of their ends.

    One worker, or one call, stays in this process and in order. Raises InputError if the system
    kills a process: most often it lacks memory.
    """
    if workers == 1 or len(arguments) < 2:
        for given in arguments:
            yield function(*given)
        return
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        with processes():
            parallel = Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1)
            yield from parallel(delayed(here(function))(*given) for given in arguments)
    except TerminatedWorkerError as error:
        raise InputError("the system killed a worker process; it may lack memory") from error


def here(function: Callable[..., Result]) -> Callable[..., Result]:
    """`function` for a process that may have begun in another folder: relative paths are ours."""
    return partial(_in_folder, Path.cwd(), function)


def _in_folder(folder: Path, function: Callable[..., Result], *given: Any) -> Result:
    os.chdir(folder)
    return function(*given)


def processes() -> Any:
    """A context in which joblib's processes have one thread each and end with this one.

    They live on, so a second call need not start them anew.
    """
    from joblib import parallel_config

    return parallel_config(
        backend="loky", inner_max_num_threads=1, initializer=_serve, initargs=(os.getpid(),)
    )


def end_processes() -> None:
    """End the processes that wait for more work, and give back their memory."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=False, kill_workers=True)


def _serve(parent: int) -> None:
    """In a worker: leave Ctrl-C to the parent, and end when it has gone, however it went."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    # Not the system's signal at a parent's death: it is sent when the thread ends that started us.
    threading.Thread(target=_end_with, args=(parent,), name="watch", daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)
