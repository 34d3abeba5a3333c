"""Small files of draws, and ensembles from them, for the tests."""

import json
from pathlib import Path

import numpy as np
import polars as pl

from leftbehind.inputs.parameters import parameter_table


def draws_file(folder: Path, number: int, name: str = "draws.parquet") -> Path:
    """A file of `number` draws, evenly over the priors of the calibrated parameters."""
    rows = parameter_table().filter(pl.col("calibrate") == "yes")
    dice = np.random.default_rng(7)
    columns = {
        row["name"]: dice.uniform(row["prior_low"], row["prior_high"], number)
        for row in rows.iter_rows(named=True)
    }
    path = folder / name
    pl.DataFrame({"draw": range(number), **columns}).write_parquet(path)
    return path


def bits(ensemble: Path) -> dict[str, bytes | str]:
    """Bytes of all tables, and each manifest without the machine and the scenario's words."""
    found: dict[str, bytes | str] = {}
    for path in sorted(p for p in ensemble.rglob("*") if p.is_file()):
        name = str(path.relative_to(ensemble))
        if path.suffix == ".json":
            told = json.loads(path.read_text(encoding="utf-8"))
            machine = ("seconds", "threads", "lived_now", "scenario", "seal", "parts")
            found[name] = json.dumps({k: v for k, v in told.items() if k not in machine})
        else:
            found[name] = path.read_bytes()
    return found
