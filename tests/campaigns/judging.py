"""How a reader took one input: accepted, refused with a sentence, or failed."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from leftbehind.base.errors import InputError

MOST_SECONDS = 10.0
MOST_BYTES = 2_000
# Words of the libraries below, which no message may repeat.
FOREIGN = (
    "pydantic",
    "polars",
    "pyarrow",
    "Arrow",
    "Parquet magic",
    "tomllib",
    "Traceback",
    "Invalid statement",
    "ComputeError",
    "Input should be",
    "Errno",
    "xml.etree",
    "not well-formed",
)


@dataclass(frozen=True)
class Verdict:
    """`failure` is empty for a right answer or a good refusal."""

    accepted: bool
    failure: str
    message: str
    seconds: float


class Hang(BaseException):
    """A reader took longer than it may."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Hang in the block after `seconds`; in the main thread only."""

    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def judged(read: Callable[[Any], Any], sound: Callable[[Any], str], given: Any) -> Verdict:
    """Read `given` and judge what came of it."""
    start = time.perf_counter()
    try:
        with limited(MOST_SECONDS):
            fault = sound(read(given))
    except InputError as error:
        message = str(error)
        return Verdict(False, message_fault(message), message, time.perf_counter() - start)
    except Hang:
        return Verdict(False, "hang", "", MOST_SECONDS)
    except BaseException as error:  # panics of compiled libraries are no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        told = f"{type(error).__name__}: {error}"[:300]
        return Verdict(False, f"traceback {told}", "", time.perf_counter() - start)
    wrong = f"wrong acceptance: {fault}" if fault else ""
    return Verdict(True, wrong, "", time.perf_counter() - start)


def message_fault(message: str) -> str:
    """What is wrong with a message; empty if nothing."""
    size = len(message.encode(errors="replace"))
    if size > MOST_BYTES:
        return f"message of {size} bytes"
    if not message.strip():
        return "message empty"
    foreign = [word for word in FOREIGN if word in message]
    if foreign:
        return f"message with a library's words: {foreign[0]}"
    if any(not c.isprintable() and c != "\n" for c in message):
        return "message that cannot be printed"
    return ""
