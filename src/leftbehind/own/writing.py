"""Write a table as CSV or Parquet, whole or not at all."""

import tempfile
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError

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
    work: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=out.parent, prefix=f".{out.name}-", delete=False
        ) as file:
            work = Path(file.name)
            if out.suffix == ".csv":
                table.write_csv(file)
            else:
                table.write_parquet(file, compression="zstd")
        work.chmod(0o644)
        work.replace(out)
    except OSError as error:
        if work:
            work.unlink(missing_ok=True)
        raise InputError(f"{out}: cannot write ({error.strerror or error})") from error
