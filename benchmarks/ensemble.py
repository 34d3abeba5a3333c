"""How long an ensemble takes, and how much room a draw needs.

    python benchmarks/ensemble.py [draws] [scale] [workers]

Without arguments: 4 draws at 1:10,000, one process a core, 1950-2020, from the draws that ship. The
time of the draws, without starting the processes, is told for 50 of them.
"""

import sys
import tempfile
import time
from pathlib import Path

import leftbehind
from leftbehind.base.workers import workers_for

DEFAULTS = ("4", "10000", "auto")
WANTED = 50


def main() -> None:
    draws, scale, asked = (*sys.argv[1:], *DEFAULTS[len(sys.argv) - 1 :])
    workers = workers_for(asked)
    with tempfile.TemporaryDirectory(prefix="ensemble-") as folder:
        out = Path(folder) / "ensemble"
        settings = {"out": out, "scale": int(scale), "workers": workers}
        began = time.perf_counter()
        leftbehind.run(draws=workers, **settings)  # processes start, kernels load
        started = time.perf_counter() - began
        ensemble = leftbehind.run(draws=workers + int(draws), resume=True, **settings)
        seconds = float(ensemble.manifest["seconds"])
        room = [
            sum(path.stat().st_size for path in world.folder.iterdir()) / 1e6
            for world in ensemble.worlds
        ]
    print(f"first {workers} draws, with the start of {workers} processes: {started:.1f} s")
    print(f"{draws} more at 1:{int(scale):,}, and intervals of all: {seconds:.1f} s")
    print(f"so about {seconds / int(draws) * WANTED:.0f} s for {WANTED} draws")
    print(f"room of a draw: {min(room):.1f} to {max(room):.1f} MB")


if __name__ == "__main__":
    main()
