"""A finished run in its folder: the manifest and the tables."""

from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.store import read_manifest, read_run_table
from leftbehind.model.alignment import BIRTH_FACTORS, DEATHS_SHAPE, Alignment
from leftbehind.runs.verify import check_fields


class Run:
    """A finished run in a folder: its manifest and its tables.

    Raises InputError if `folder` holds no complete run, or something else than a run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        kind = self.manifest.get("kind")
        if kind:
            article = "an" if kind[0] in "aeiou" else "a"
            raise InputError(f"{folder}: holds {article} {kind}, not a run")
        check_fields(self.folder, self.manifest)
        self.scale = int(self.manifest["scale"])

    @property
    def scenario_name(self) -> str:
        """The name of the run's scenario; empty for a baseline."""
        scenario = self.manifest["scenario"]
        return str(scenario.get("name") or "?") if scenario.get("change") else ""

    def table(self, name: str) -> pl.LazyFrame:
        """One table of the run (runs/recorder.py lists them); numbers count simulated people.

        Raises InputError if the run lacks it or it is damaged.
        """
        return read_run_table(self.folder, name)

    def years(self) -> range:
        """The years that the tables hold."""
        return range(int(self.manifest["from"]), int(self.manifest["to"]) + 1)

    def alignment(self) -> Alignment:
        """The stored factors of births, deaths and hukou, frozen, for scenarios of this world."""
        shapes = {"deaths": DEATHS_SHAPE[1:], "births": BIRTH_FACTORS, "hukou": (-1,)}
        out = Alignment(frozen=True)
        table = self.table("alignment").collect().sort("what", "year", "group")
        for (what, year), rows in table.group_by("what", "year", maintain_order=True):
            # A copy: kernels compile anew for arrays that may not be written.
            factors = rows["factor"].to_numpy().reshape(shapes[str(what)]).copy()
            getattr(out, str(what))[int(str(year))] = factors
        return out
