"""Write a table as CSV or Parquet, whole or not at all."""

import io
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.store import write_bytes

ENDINGS = (".csv", ".parquet")


def check_target(out: Path, replace: bool) -> None:
    """Raise InputError if `out` cannot be a new table: another ending, or a file there already."""
    if out.suffix not in ENDINGS:
        raise InputError(f"--out {out}: not known by its ending; give .csv or .parquet")
    if out.is_dir():
        raise InputError(f"--out {out}: is a folder; give a file")
    if out.exists() and not replace:
        raise InputError(f"--out {out}: is there already; give another name or --replace")


def write(table: pl.DataFrame, out: Path) -> None:
    """Write `table`; InputError if the disk refuses, and then nothing is kept."""
    content = io.BytesIO()
    if out.suffix == ".csv":
        table.write_csv(content)
    else:
        table.write_parquet(content, compression="zstd")
    write_bytes(out, content.getvalue())
