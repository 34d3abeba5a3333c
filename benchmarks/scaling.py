"""How speed depends on threads and on scale.

    python benchmarks/scaling.py [scale ...]

Without arguments 1:10,000, 1:5,000, 1:2,000 and 1:1,000, each lived 1950-2020 with all tables, by
one thread and by two. Prints person-years a wall second and a processor second (all threads of the
process, the writing of tables among them). Run it on a quiet machine.
"""

import sys
import time

import leftbehind

SCALES = (10_000, 5_000, 2_000, 1_000)
THREADS = (1, 2)


def main() -> None:
    scales = [int(word) for word in sys.argv[1:]] or SCALES
    leftbehind.run(scale=1_000_000, last=1985)  # compile or load
    print(f"{'scale':>10s} {'threads':>7s} {'wall s':>8s} {'cpu s':>8s}   million person-years a s")
    for scale in scales:
        for threads in THREADS:
            used = time.process_time()
            world = leftbehind.run(scale=scale, threads=threads)
            used = time.process_time() - used
            wall = float(world.manifest["seconds"])
            lived = float(world.manifest["person_years"]) / 1e6
            speeds = f"{lived / wall:.2f} wall, {lived / used:.2f} processor"
            print(f"1:{scale:<8,d} {threads:>7d} {wall:>8.1f} {used:>8.1f}   {speeds}", flush=True)


if __name__ == "__main__":
    main()
