"""A finished run in its folder: the manifest and the tables."""

from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.errors import InputError, nearest, with_article
from leftbehind.base.store import MANIFEST, read_manifest, read_run_table, recover
from leftbehind.inputs.parameters import Parameters
from leftbehind.model.alignment import BIRTH_FACTORS, DEATHS_SHAPE, Alignment
from leftbehind.runs.contents import AGES, PROPERTIES, TABLES, check_table
from leftbehind.runs.verify import check_fields

RUNS = Path("runs")  # where the command line puts runs if not told otherwise


class Run:
    """A finished run in a folder: its manifest and its tables.

    Raises InputError if `folder` holds no complete run, or something else than a run.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest = manifest_of(self.folder)
        kind = self.manifest.get("kind")
        if kind:
            raise InputError(f"{folder}: holds {with_article(str(kind))}, not a run")
        check_fields(self.folder, self.manifest)
        self.scale = int(self.manifest["scale"])

    @property
    def scenario_name(self) -> str:
        """The name of the run's scenario; empty for a baseline."""
        scenario = self.manifest["scenario"]
        return str(scenario.get("name") or "?") if scenario.get("change") else ""

    def table(self, name: str) -> pl.LazyFrame:
        """One table of the run as it was recorded, to be read lazily.

        Numbers count simulated people or households, not persons: each stands for `scale`.
        `tables` tells what a row is and every number's unit; leftbehind.runs.contents has it in
        full. Age groups are ordered, youngest first. Raises InputError if there is no such table,
        with the nearest name, and if the run lacks it, it is damaged or another version made it
        that did not know all its columns.
        """
        check_table(name, TABLES, self.folder)
        table = read_run_table(self.folder, name)
        self._check_columns(name, table)
        if name not in AGES:
            return table
        return table.with_columns(pl.col("age").cast(pl.Enum(AGES[name])))

    def _check_columns(self, name: str, table: pl.LazyFrame) -> None:
        """Raise InputError unless a table has every property and number that there are today."""
        held = table.collect_schema().names()
        wanted = (*PROPERTIES.get(name, ()), *TABLES[name].numbers)
        missing = [column for column in wanted if column not in held]
        if missing:
            version = self.manifest.get("version", "unknown")
            raise InputError(
                f"{self.folder}: made by version {version}, whose table {name} has no "
                f"{', '.join(missing)}; make the run again with `leftbehind run`"
            )

    @property
    def tables(self) -> pl.DataFrame:
        """The run's tables: table, rows, what a row tells, its numbers with their units.

        Raises InputError if one is damaged.
        """
        held = [name for name in TABLES if (self.folder / f"{name}.parquet").is_file()]
        lengths = pl.collect_all([self.table(name).select(pl.len()) for name in held])
        return pl.DataFrame(
            {
                "table": held,
                "rows": [length.item() for length in lengths],
                "a_row": [TABLES[name].row for name in held],
                "numbers": [TABLES[name].units(self.scale) for name in held],
            },
            schema={"table": pl.String, "rows": pl.Int64, "a_row": pl.String, "numbers": pl.String},
        )

    def years(self) -> range:
        """The years that the tables hold."""
        return range(int(self.manifest["from"]), int(self.manifest["to"]) + 1)

    def parameters(self) -> Parameters:
        """What it was lived with; InputError if there are others now."""
        values = dict(self.manifest["parameters"])
        missing = sorted(set(Parameters.load().values) - set(values))
        if missing:
            raise other_version(self, f"it knows no parameter {missing[0]!r}")
        return Parameters(values)

    def alignment(self) -> Alignment:
        """The stored factors of births, deaths and hukou, frozen, for scenarios of this world.

        Raises InputError if another version stored others.
        """
        shapes = {"deaths": DEATHS_SHAPE[1:], "births": BIRTH_FACTORS, "hukou": (-1,)}
        out = Alignment(frozen=True)
        table = self.table("alignment").collect().sort("what", "year", "group")
        for (what, year), rows in table.group_by("what", "year", maintain_order=True):
            # A copy: kernels compile anew for arrays that may not be written.
            try:
                factors = rows["factor"].to_numpy().reshape(shapes[str(what)]).copy()
            except (KeyError, ValueError) as error:
                told = f"it stores {rows.height} factors of {what} a year"
                raise other_version(self, told) from error
            getattr(out, str(what))[int(str(year))] = factors
        return out


def other_version(run: Run, what: str) -> InputError:
    """That a run cannot be lived again as it was."""
    return InputError(
        f"{run.folder}: cannot be replayed: {what}; it was made by another version of the "
        "program or from other data: make the run again"
    )


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest in `folder`; InputError, with the finished runs nearby, if there is none."""
    recover(folder)
    if (folder / MANIFEST).is_file():
        return read_manifest(folder)
    near = {
        str(path.parent)
        for beside in (folder.parent, RUNS)
        for path in sorted(beside.glob(f"[!.]*/{MANIFEST}"))
    }
    hint = nearest(str(folder), sorted(near))
    told = f"; finished runs nearby: {', '.join(sorted(near)[:8])}" if near else ""
    raise InputError(
        f"{folder}: no complete run here ({MANIFEST} is missing){hint}{told}; "
        "`leftbehind run` makes one"
    )
