"""How fast the explorer is: the first page, and a slider's first answer.

    python benchmarks/explorer.py [scale] [questions]

Starts `leftbehind explore` as a visitor would, times the first page, waits until the worlds as they
were are prepared, then moves one slider at a time and times the first answer (one draw of luck;
the question is then cancelled). Prints the medians; run it on a quiet machine.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

SLIDERS = (
    ("school_barrier", 5, 95),
    ("local_job", 110, 250),
    ("wage", 80, 120),
    ("transfer", 200, 4000),
    ("pension", 200, 4000),
    ("boarding_junior", 110, 250),
)


def questions(number: int) -> Iterator[dict[str, float]]:
    """Different settings, one slider at a time."""
    for n in range(number):
        name, low, high = SLIDERS[n % len(SLIDERS)]
        share = (n // len(SLIDERS) + 1) / (number // len(SLIDERS) + 2)
        yield {name: round(low + share * (high - low))}


def events(address: str, question: dict[str, float]) -> Iterator[dict[str, object]]:
    """The events of a question as they come; leaving off closes the stream and so cancels it."""
    request = urllib.request.Request(
        address + "api/answer", json.dumps(question).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=900) as reply:
        for line in reply:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


def first_page(address: str, began: float) -> float:
    """Seconds from the start of the program until the page is served."""
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as reply:
                reply.read()
            return time.perf_counter() - began
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)


def prepared(address: str) -> None:
    """Wait until every seed's world as it was is ready."""
    for event in events(address, {}):
        if event["kind"] == "failed":
            raise SystemExit(event["text"])


def first_answer(address: str, question: dict[str, float]) -> float:
    """Seconds from the question to its first answer."""
    began = time.perf_counter()
    for event in events(address, question):
        if event["kind"] == "answer":
            return time.perf_counter() - began
    raise SystemExit(f"no answer to {question}")


def cpu_seconds(process: int) -> float:
    """Processor seconds that a process has used (Linux; elsewhere not a number)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    scale = sys.argv[1] if len(sys.argv) > 1 else "10000"
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    address = "http://127.0.0.1:8791/"
    command = [
        sys.executable,
        "-c",
        "from leftbehind.cli.app import main; main()",
        "explore",
        "--scale",
        scale,
        "--port",
        "8791",
        "--no-browser",
    ]
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}")
    began = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        print(f"first page            {first_page(address, began):6.2f} s")
        first_answer(address, {})
        print(f"as it was, one seed   {time.perf_counter() - began:6.2f} s")
        prepared(address)
        print(f"as it was, all seeds  {time.perf_counter() - began:6.2f} s")
        used = cpu_seconds(server.pid)
        times = [first_answer(address, question) for question in questions(number)]
        middle, spread = statistics.median(times), f"{min(times):.2f} to {max(times):.2f} s"
        print(f"first answer to a slider, {number} questions: median {middle:.2f} s, {spread}")
        used = (cpu_seconds(server.pid) - used) / number
        print(f"processor time a question {used:.2f} s (with the year begun when it was cancelled)")
        print(f"load after {os.getloadavg()[0]:.1f}")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
