"""Change single bytes of a stored run and ask it: a right number or a sentence, never a wrong one.

    python -m tests.campaigns.changed_bytes [changes] [scale] [seed of the places]

Every change falls on any byte of any file of the run, the manifest included; then the folder is
opened and every table is read and added up, as any question would. Prints what came of it.
"""

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
import polars.selectors as cs

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.store import MANIFEST
from leftbehind.counts.world import World

DEFAULTS = (1_000, 50_000, 1)
WHERE_IT_IS = ("head", "middle", "foot")


def asked(folder: Path, file: str) -> list[object]:
    """Numbers from a run that depend on every byte of `file` that means something."""
    world = World(folder)
    out: list[object] = [world.scale, world.manifest["seed"], world.years()]
    tables = [path.stem for path in folder.glob("*.parquet")] if file == MANIFEST else [file[:-8]]
    for name in tables:
        table = world.table(name).collect()
        out += [table.height, table.select(cs.numeric().cast(pl.Float64).sum()).row(0)]
        out += [labels.cast(pl.String).hash().sum() for labels in table.select(cs.categorical())]
    return out


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:]]
    changes, scale, seed = (*given, *DEFAULTS[len(given) :])
    dice = random.Random(seed)
    found: Counter[tuple[str, str]] = Counter()
    longest = 0
    with tempfile.TemporaryDirectory(prefix="changed-bytes-") as work:
        folder = leftbehind.run(out=Path(work) / "run", scale=scale, threads=1).folder
        files = sorted(path.name for path in folder.iterdir())
        expected = {file: asked(folder, file) for file in files}
        for _ in range(changes):
            file = dice.choice(files)
            path = folder / file
            whole = path.read_bytes()
            # The foot is where Parquet keeps what is where.
            part = dice.choice(WHERE_IT_IS)
            low, high = {
                "head": (0, min(200, len(whole))),
                "middle": (0, len(whole)),
                "foot": (max(0, len(whole) - 2_000), len(whole)),
            }[part]
            at = dice.randrange(low, high)
            other = (whole[at] + dice.randrange(1, 256)) % 256
            path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
            try:
                what = "right number" if asked(folder, file) == expected[file] else "WRONG NUMBER"
            except InputError as error:
                what = "sentence"
                longest = max(longest, len(str(error)))
            except Exception as error:
                what = f"TRACEBACK {type(error).__name__}"
            found[file, what] += 1
            path.write_bytes(whole)
    outcomes = sorted({what for _, what in found})
    print("| file | " + " | ".join(outcomes) + " |")
    for file in files:
        print(f"| {file} | " + " | ".join(str(found[file, what]) for what in outcomes) + " |")
    print(f"{sum(found.values())} changes; the longest sentence has {longest} characters")
    if any(what.isupper() or what.startswith("TRACEBACK") for what in outcomes):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
