"""How long a first start compiles: into a fresh folder, by parallel processes.

    python benchmarks/first_start.py [processes]

Compiles all kernels of a run, then lives a small world in a process of its own, which should find
everything compiled. Prints wall and processor seconds, and what that process still had to compile.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time

AHEAD = "from leftbehind.model.entries import compile_ahead; import sys; compile_ahead({})"
LIVE = """
import leftbehind
from leftbehind.base.compile_time import compile_time
with compile_time() as compiling:
    leftbehind.run(scale=1_000_000, last=1985)
print(f"still compiled by a run: {compiling.seconds:.1f} s")
"""


def main() -> None:
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="compiled-") as folder:
        where = {**os.environ, "LEFTBEHIND_CACHE": folder}
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", AHEAD.format(processes)], env=where, check=True)
        wall = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"compiled by {processes} processes: {wall:.1f} s")
        print(f"processor time of those that have ended: {used.ru_utime + used.ru_stime:.1f} s")
        subprocess.run([sys.executable, "-c", LIVE], env=where, check=True)


if __name__ == "__main__":
    main()
