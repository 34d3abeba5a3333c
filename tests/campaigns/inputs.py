"""The campaign against all kinds of input: mutations of valid ones, read and judged in-process.

    python -m tests.campaigns.inputs [INPUTS A KIND] [SEED]

Prints a table, kind by what came of it, and then each failure with the input kept for a second
look. Every input is made from (seed, kind, number) alone, so that any of them comes back.
"""

import contextlib
import gzip
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.counts.definitions.files import FOLDER as DEFINITIONS
from leftbehind.counts.instruments.reading import FOLDER as INSTRUMENTS
from leftbehind.evidence.cuts.discrepancy import COLUMNS as COLUMNS_OF_DISCREPANCY
from leftbehind.evidence.cuts.judging import READINGS
from leftbehind.inputs.parameters import parameter_table
from leftbehind.inputs.scenario import GALLERY
from leftbehind.inputs.tables import read_table
from leftbehind.pages.own_data import EXAMPLE
from tests.campaigns import commands, mutations
from tests.campaigns.judging import Verdict, judged
from tests.campaigns.readers import READERS
from tests.ipums_extract import village, write

Make = Callable[[random.Random, Path], Any]
COLUMNS = (
    "kind", "tried", "refused", "accepted", "tracebacks", "wrong", "hangs", "messages", "longest",
)  # fmt: skip
FAMILIES = 20  # of the example, in a population
PAGE = Path(__file__).parents[2] / "docs" / "TAKE_AWAY.md"  # holds a survey's design


def _parameters() -> pl.DataFrame:
    return parameter_table().head(20).select("name", pl.col("prior_mean").alias("value"))


def _draws() -> pl.DataFrame:
    names = parameter_table().head(6).select("name", "prior_mean").iter_rows()
    return pl.DataFrame({"draw": [1, 2, 3], **{name: [mean] * 3 for name, mean in names}})


def _people() -> pl.DataFrame:
    example = pl.read_csv(EXAMPLE).with_columns(pl.lit(1000.0).alias("weight"))
    ids = [name for name in example.columns if name.endswith("_id")]
    families = [
        example.with_columns(pl.col(ids).cast(pl.String) + f"-{k}") for k in range(FAMILIES)
    ]
    return pl.concat(families)


def _file(name: str, change: Callable[[Any, random.Random], bytes], sources: list[Any]) -> Make:
    def make(dice: random.Random, folder: Path) -> Path:
        path = folder / name
        path.write_bytes(change(dice.choice(sources), dice))
        return path

    return make


def _packed(dice: random.Random, folder: Path) -> Path:
    raw = gzip.compress(mutations.of_csv(_people(), dice), mtime=0)
    path = folder / "a.csv.gz"
    path.write_bytes(mutations.of_bytes(raw, dice) if dice.random() < 0.5 else raw)
    return path


def _extract(dice: random.Random, folder: Path) -> Path:
    codebook, data = write(folder, village())
    if dice.random() < 0.4:
        codebook.write_bytes(mutations.of_text(codebook.read_text(encoding="utf-8"), dice))
    elif dice.random() < 0.2:
        data.write_bytes(mutations.of_bytes(data.read_bytes(), dice))
    else:
        text = gzip.decompress(data.read_bytes())
        data.write_bytes(gzip.compress(mutations.of_bytes(text, dice)))
    return folder


def _word(dice: random.Random, _: Path) -> str:
    names = (
        read_table("place_names")["name"].to_list() + read_table("prefectures")["name"].to_list()
    )
    word = dice.choice(names)
    return word if dice.random() < 0.2 else mutations.of_word(word, dice)


def _texts(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))]


def _designs() -> list[str]:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    places = '[frame]\nage = [0, 17]\nprefecture = ["Liangshan", "凉山"]\nprovince = ["51"]\n'
    return [example, f"people = 500\nwaves = [1980]\n{places}"]


def _discrepancy() -> pl.DataFrame:
    groups = [("all groups", "relative"), ("all groups", "absolute"), ("children", "relative")]
    rows = [(reading, *group, 0.1, 0.03, 4, 20) for reading in READINGS for group in groups]
    return pl.DataFrame(rows, schema=list(COLUMNS_OF_DISCREPANCY), orient="row")


KINDS: dict[str, tuple[str, Make]] = {
    "scenario": ("scenario", _file("a.toml", mutations.of_text, _texts(GALLERY))),
    "definition": ("definition", _file("a.toml", mutations.of_text, _texts(DEFINITIONS))),
    "parameters CSV": ("parameters", _file("a.csv", mutations.of_csv, [_parameters()])),
    "parameters Parquet": ("parameters", _file("a.parquet", mutations.of_parquet, [_parameters()])),
    "draws CSV": ("draws", _file("a.csv", mutations.of_csv, [_draws()])),
    "draws Parquet": ("draws", _file("a.parquet", mutations.of_parquet, [_draws()])),
    "population CSV": ("population", _file("a.csv", mutations.of_csv, [_people()])),
    "population CSV, packed": ("population", _packed),
    "population Parquet": ("population", _file("a.parquet", mutations.of_parquet, [_people()])),
    "IPUMS": ("ipums", _extract),
    "place": ("place", _word),
    "survey design": ("design", _file("a.toml", mutations.of_text, _designs())),
    "instrument": ("instrument", _file("a.toml", mutations.of_text, _texts(INSTRUMENTS))),
    "discrepancy": ("discrepancy", _file("a.csv", mutations.of_csv, [_discrepancy()])),
    "command line": ("command", commands.mutated),
    "command line of a run": ("command", commands.mutated_of_a_run),
}


def tried(kind: str, number: int, seed: int, folder: Path) -> tuple[Any, Verdict]:
    """The `number`-th input of a kind, and how it was taken."""
    reader, make = KINDS[kind]
    given = make(random.Random(f"{seed}:{kind}:{number}"), folder)
    if reader == "command":
        return given, judged(commands.call, lambda _: "", given)
    return given, judged(*READERS[reader], given)


def campaign(kind: str, inputs: int, seed: int) -> tuple[dict[str, object], list[str]]:
    """A row of the table, and a line for each failure."""
    count: Counter[str] = Counter()
    longest, failures = 0, []
    for number in range(inputs):
        # A word that a command takes for a file is one of this folder.
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            given, verdict = tried(kind, number, seed, Path(folder))
        count["accepted" if verdict.accepted else "refused"] += not verdict.failure
        count[verdict.failure.partition(" ")[0]] += bool(verdict.failure)
        longest = max(longest, len(verdict.message.encode(errors="replace")))
        if verdict.failure:
            what = repr(given)[:200] if isinstance(given, list | str) else ""
            failures.append(
                f"{kind} {number}: {verdict.failure} {what}\n    {verdict.message[:300]}"
            )
    row = {
        "kind": kind,
        "tried": inputs,
        "refused": count["refused"],
        "accepted": count["accepted"],
        "tracebacks": count["traceback"],
        "wrong": count["wrong"],
        "hangs": count["hang"],
        "messages": count["message"],
        "longest": longest,
    }
    return row, failures


def main() -> None:
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    kinds = sys.argv[3:] or list(KINDS)
    if "command line of a run" in kinds:
        commands.lived()
    commands.never_live()
    print(" | ".join(COLUMNS))
    told: list[str] = []
    for kind in kinds:
        row, failures = campaign(kind, inputs, seed)
        print(" | ".join(str(row[name]) for name in COLUMNS), flush=True)
        told += failures
    print(*told, sep="\n")
    sys.exit(bool(told))


if __name__ == "__main__":
    main()
