"""Ask an explorer of a coarse China hundreds of different questions and watch its memory.

    python -m tests.campaigns.explorer_memory [questions] [scale]

Prints the resident memory after every tenth part; it must stay flat once the answers that are
remembered are all there.
"""

import sys
import threading
from pathlib import Path

from leftbehind.pages.explorer.engine import REMEMBERED, Engine, Event
from leftbehind.pages.explorer.question import Question

DEFAULTS = (500, 200_000)
ALLOWED = 1.05  # of the memory once the remembered answers are full


def resident() -> float:
    """MB of memory that this process holds (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def ask(engine: Engine, question: Question) -> None:
    """Ask and wait for the last event."""
    done = threading.Event()
    last: list[str] = []

    def hear(event: Event) -> None:
        if event["kind"] in ("done", "failed", "cancelled"):
            last.append(str(event["kind"]))
            done.set()

    engine.ask(question, hear)
    if not done.wait(600) or last != ["done"]:
        raise SystemExit(f"{question}: no answer ({last})")


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:]]
    number, scale = (*given, *DEFAULTS[len(given) :])
    engine = Engine(scale, seeds=1, threads=1, keep=False)
    engine.start()
    full = 0.0
    for n in range(1, number + 1):
        ask(engine, Question(wage=50 + n % 100, transfer=100 * (n // 100), **{"from": 2010}))
        if n == max(2 * REMEMBERED, number // 10):
            full = resident()
        if n % max(1, number // 10) == 0:
            print(f"| {n} questions | {resident():.0f} MB |", flush=True)
    engine.stop()
    if resident() > ALLOWED * full:
        raise SystemExit("the memory grows")


if __name__ == "__main__":
    main()
