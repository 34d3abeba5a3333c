"""The effects of the gallery that ship with the package: a line a policy, from a study's results.

    python -m leftbehind.evidence.policies.shipped evidence/policies/policies.json

writes data/policies/effects.csv; run it after each study of a changed model.
"""

import json
import sys
from pathlib import Path

import polars as pl

import leftbehind.data
from leftbehind.base.errors import InputError
from leftbehind.base.store import write_text
from leftbehind.evidence.policies.worlds import DEFINITIONS

FILE = Path(leftbehind.data.__file__).parent / "policies" / "effects.csv"
SIZES = ("before", "after", "effect", "low", "high")  # persons
SCHEMA = {
    "policy": pl.String,
    "definition": pl.String,
    "year": pl.Int64,
    **dict.fromkeys(SIZES, pl.Float64),
    "draws": pl.Int64,
    "scale": pl.Int64,
}


def effects() -> pl.DataFrame:
    """What ships: SCHEMA, a row a policy, in the year of its largest effect."""
    return pl.read_csv(FILE, schema=SCHEMA)


def of_study(found: Path) -> pl.DataFrame:
    """The rows of a study's policies.json; InputError if it is none."""
    try:
        study = json.loads(found.read_text(encoding="utf-8"))
        rows = [
            {
                "policy": name,
                "definition": DEFINITIONS[0],
                "year": year["year"],
                **{size: float(year[DEFINITIONS[0]][size]) for size in SIZES},
                "draws": study["draws"],
                "scale": study["scale"],
            }
            for name, policy in study["policies"].items()
            for year in policy["years"]
            if year["year"] == policy["main_year"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{found}: holds no study of policies") from error
    return pl.DataFrame(rows, schema=SCHEMA)


if __name__ == "__main__":
    write_text(FILE, of_study(Path(sys.argv[1])).write_csv())
