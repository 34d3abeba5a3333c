"""How many pairs of unrelated runs tell as much as one pair of worlds with the same luck.

    python benchmarks/shared_luck.py [seeds] [scale] [last year] [scenario ...]

For each scenario against the baseline: the variance over seeds of the difference of unrelated runs,
var(before) + var(after), over that of the paired differences, summed over the years from the
scenario's first on. The goal is 10 or more. With 16 seeds the ratio itself is known within a factor
of about 2 (90 percent).
"""

import sys

from leftbehind.counts import compare

DEFAULTS = (16, 20_000, 2012)
SCENARIOS = ("cash-for-children-at-home", "jobs-near-home", "city-schools-open")
DEFINITIONS = ["acwf-2010", "nbs-unicef-2015-all", "mca-2016"]


def main() -> None:
    numbers = [int(argument) for argument in sys.argv[1:4]]
    seeds, scale, last = (*numbers, *DEFAULTS[len(numbers) :])
    for name in sys.argv[4:] or SCENARIOS:
        found = compare.run(
            "baseline", name, definitions=DEFINITIONS, scale=scale, seeds=seeds, last=last
        )
        for definition in DEFINITIONS:
            effect = found.effects(definition, years=last).row(0, named=True)
            print(
                f"{name}, {definition}: {effect['difference'] / 1e6:+.2f} million in {last} "
                f"(standard error {effect['standard_error'] / 1e6:.2f}); one pair is worth "
                f"{found.fewer_runs(definition):.1f} unrelated pairs",
                flush=True,
            )


if __name__ == "__main__":
    main()
