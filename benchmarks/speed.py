"""How fast a run is, beside a fixed reference loop measured in the same process.

    python benchmarks/speed.py [scale] [threads]

Prints person-years a second (compiled code loaded), bytes of records a living person, and the ratio
to the reference: one core drawing one keyed uniform and one exponential for each of ten million
records. The ratio travels between machines, the seconds do not.
"""

import math
import resource
import sys
import time

import numpy as np

from leftbehind import run
from leftbehind.base.compiled import kernel
from leftbehind.base.person import PERSON
from leftbehind.base.randomness import luck, seed_word

RECORDS = 10_000_000


@kernel
def reference(people: np.ndarray, word: np.uint64) -> float:
    total = 0.0
    for i in range(len(people)):
        total += math.exp(-luck(word, people[i].key + np.uint64(i), 2000, 1, 0))
    return total


def reference_rate() -> float:
    """Records a second of the reference loop: best of five."""
    people = np.zeros(100_000, dtype=PERSON)
    word = seed_word(1)
    reference(people, word)
    rates = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(RECORDS // len(people)):
            reference(people, word)
        rates.append(RECORDS / (time.perf_counter() - began))
    return max(rates)


def main() -> None:
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    run(scale=100_000, last=1985)  # compile or load
    peak = {}
    world = run(
        scale=scale,
        threads=threads,
        progress=lambda year: peak.update(records=year.records, alive=year.alive),
    )
    seconds = world.manifest["seconds"]
    speed = world.manifest["person_years"] / seconds
    rate = reference_rate()
    print(f"1:{scale:,}, 1950-2020, {threads} threads: {seconds:.1f} s, tables written")
    print(f"{speed / 1e6:.2f} million person-years a second")
    print(f"{rate / 1e6:.1f} million records a second in the reference loop (one core)")
    print(f"ratio {speed / rate:.4f}")
    memory = peak["records"] * PERSON.itemsize / peak["alive"]
    print(f"{memory:.0f} bytes of records a living person")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{megabytes:,.0f} MB at the peak of the whole process")


if __name__ == "__main__":
    main()
