"""Where draws are lived: in processes on this machine, or by the workers of a Dask cluster.

Both give back finished draws as files in memory, in any order; only the process that asked writes
them to the disk. So a cluster needs no shared folder, and a worker that is killed loses only the
draws it had not given back, which are then lived again.
"""

import uuid
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from leftbehind.base.errors import InputError
from leftbehind.base.workers import here, processes
from leftbehind.ensembles.draw import Draw, Lived, live

TRIES = 4  # as often as a Dask scheduler tries a task whose worker dies
SCHEDULER_SECONDS, WORKER_SECONDS = 10, 60  # waits for the cluster's answer

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Sequence[Item], workers: int) -> list[Result]:
    """`function` of every item, in their order, by processes that live on for the next call.

    Raises InputError if a process is killed: most often it lacks memory.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        with processes():
            done: list[Result] = Parallel(n_jobs=min(workers, len(items)), batch_size=1)(
                delayed(here(function))(item) for item in items
            )
    except TerminatedWorkerError as error:
        raise InputError("the system killed a worker process; it may lack memory") from error
    return done


def on_this_machine(draws: Sequence[Draw], workers: int, scratch: Path) -> Iterator[Lived]:
    """Live the draws in `workers` processes of one thread each; each writes below `scratch`.

    Raises InputError if processes are killed again and again: most often they lack memory.
    """
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = {draw.number: draw for draw in draws}
    for _ in range(TRIES):
        try:
            with (
                warnings.catch_warnings(),
                closing(_unordered(list(left.values()), workers, scratch)) as found,
            ):
                # Told when Ctrl-C drops draws that were just done; they are lived again.
                warnings.filterwarnings("ignore", "[0-9]+ tasks", UserWarning, "joblib")
                for lived in found:
                    del left[lived.number]
                    yield lived
            return
        except TerminatedWorkerError:
            continue  # a process was killed: the draws that are left begin anew
    raise InputError(
        f"--workers {workers}: the system killed a worker {TRIES} times; if it lacks memory give "
        "fewer workers or a larger --scale, then go on with --resume"
    )


def _unordered(draws: list[Draw], workers: int, scratch: Path) -> Generator[Lived, None, None]:
    from joblib import Parallel, delayed

    jobs = min(workers, len(draws))
    with processes():
        parallel = Parallel(
            n_jobs=jobs, batch_size=1, pre_dispatch=jobs, return_as="generator_unordered"
        )
        yield from parallel(delayed(here(live))(draw, scratch) for draw in draws)


def on_cluster(draws: Sequence[Draw], address: str) -> Iterator[Lived]:
    """Live the draws by the workers of the Dask scheduler at `address`, which need the same code.

    Raises InputError if nobody answers there or goes away, if no worker comes, or if a draw's
    workers die again and again.
    """
    try:
        from distributed import KilledWorker, as_completed
        from distributed.comm import CommClosedError
    except ImportError as error:
        raise InputError("--scheduler needs Dask: pip install 'leftbehind[cluster]'") from error
    mark = uuid.uuid4().hex[:8]  # results of an earlier ensemble are never taken for these
    with closing(_client(address)) as client:
        tasks = [
            client.submit(live_there, draw, key=f"draw-{draw.name}-{mark}", pure=False)
            for draw in draws
        ]
        try:
            for task in as_completed(tasks, loop=client.loop):
                yield task.result()
                task.release()
        except (CancelledError, CommClosedError) as error:
            raise InputError(
                f"--scheduler {address}: the scheduler went away; go on with --resume"
            ) from error
        except KilledWorker as error:
            raise InputError(
                f"--scheduler {address}: the workers of one draw died again and again; if they "
                "lack memory give a larger --scale, then go on with --resume"
            ) from error
        finally:
            client.cancel(tasks)


def live_there(draw: Draw) -> Lived:
    """Live a draw on a Dask worker, in the folder that the worker clears when it starts anew."""
    from distributed import get_worker

    return live(draw, Path(get_worker().local_directory))


def _client(address: str) -> Any:
    """A client of the scheduler at `address` once it has a worker."""
    from distributed import Client

    try:
        client = Client(address, timeout=SCHEDULER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"--scheduler {address}: no Dask scheduler answers there; give its address, such as "
            "tcp://host:8786"
        ) from error
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        client.close()
        raise InputError(
            f"--scheduler {address}: it has no workers; start one with `dask worker {address}`"
        ) from error
    return client
