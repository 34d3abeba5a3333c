"""How sure the counts of children are: a small table that ships, made from an ensemble.

It lies as posterior/counts.csv beside the draws of the parameters that the ensemble lived. Pages
show it at once, where living the draws again would take minutes. Two intervals of 90 percent:

- `low`, `high`: parameters and luck, over the draws;
- `wide_low`, `wide_high`: these and how far such counts have been from published ones.
"""

from pathlib import Path

import polars as pl

from leftbehind.inputs.tables import data_folder, sha256

FILE, DRAWS = Path("posterior", "counts.csv"), Path("posterior", "draws.csv")
SCHEMA = {
    "definition": pl.String,
    "year": pl.Int64,
    **dict.fromkeys(("median", "low", "high", "wide_low", "wide_high"), pl.Float64),  # persons
    "draws": pl.Int64,
    "scale": pl.Int64,
    "of": pl.String,  # the draws' file, by the start of its checksum
}


def read() -> pl.DataFrame | None:
    """The table that lies in the data folder: SCHEMA; None without one, or if of other draws."""
    path = data_folder() / FILE
    if not path.is_file():
        return None
    table = pl.read_csv(path, schema=SCHEMA)
    return table if set(table["of"]) == {draws_now()} else None


def draws_now() -> str:
    """The draws that lie in the data folder, by the start of their checksum."""
    return sha256(data_folder() / DRAWS)[:12]
