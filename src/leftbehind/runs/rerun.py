"""Live a run again from its manifest, and say whether the bits agree."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.machine import machine
from leftbehind.base.sealing import FILES
from leftbehind.base.store import read_manifest, read_run_table
from leftbehind.inputs.scenario import parse
from leftbehind.model.simulation import Settings
from leftbehind.runs.folder import Run
from leftbehind.runs.living import Progress, live_run
from leftbehind.runs.plan import Plan, check_settings, identity


@dataclass(frozen=True)
class Rerun:
    """What living a run again showed.

    `tables` were compared; `first` is the first that differs and its first such column, None if the
    bits agree; `changed` says what of version, data, libraries and processor is not as it was.
    """

    tables: int
    first: tuple[str, str] | None
    changed: tuple[str, ...]


def plan_of(world: Run, threads: int) -> Plan:
    """The plan that a run's manifest tells.

    Raises InputError for a run that began from a population of one's own, which is not kept.
    """
    told = world.manifest
    if told.get("population"):
        raise InputError(
            f"{world.folder}: began from a population of one's own, which a run does not keep; "
            "live it again with `leftbehind run --population`"
        )
    first, last, scale, seed = (int(told[name]) for name in ("from", "to", "scale", "seed"))
    check_settings(first, last, scale, seed, threads)
    scenario = parse(told["scenario"], str(world.folder))
    settings = Settings(scale, seed, scenario, world.parameters())
    return Plan(settings, first, last, threads, dict(told.get("changed_parameters", {})))


def rerun(world: Run, threads: int = 2, progress: Progress | None = None) -> Rerun:
    """Live `world` again into a folder that is removed, and compare every table."""
    plan = plan_of(world, threads)
    with tempfile.TemporaryDirectory(prefix="leftbehind-") as folder:
        again = Path(folder) / "run"
        live_run(_into(plan, again), progress)
        old, new = world.manifest[FILES], read_manifest(again)[FILES]
        first = next(
            (
                (name, column)
                for name in sorted({*old, *new})
                if old.get(name) != new.get(name)
                for column in [first_difference(world.folder, again, Path(name).stem)]
            ),
            None,
        )
    return Rerun(len(old), first, changes(world, plan))


def _into(plan: Plan, out: Path) -> Plan:
    return Plan(plan.settings, plan.first, plan.last, plan.threads, plan.changed, out=out)


def first_difference(one: Path, other: Path, table: str) -> str:
    """The first column in which a table of two runs differs, in words if it is not a column."""
    try:
        mine, theirs = (read_run_table(folder, table).collect() for folder in (one, other))
    except (InputError, OSError):
        return "the table is only in one of them"
    if mine.columns != theirs.columns:
        odd = sorted({*mine.columns} ^ {*theirs.columns})
        return odd[0] if odd else "the order of the columns"
    if mine.height != theirs.height:
        return f"the number of rows, {mine.height:,} and {theirs.height:,}"
    text = pl.col(pl.Categorical, pl.Enum).cast(pl.String)
    mine, theirs = mine.with_columns(text), theirs.with_columns(text)
    for name in mine.columns:
        if not mine[name].equals(theirs[name], null_equal=True):
            return name
    return "none: the same numbers, packed otherwise in the file"


def changes(world: Run, plan: Plan) -> tuple[str, ...]:
    """What of version, data tables, libraries and processor is not as the manifest says."""
    told = world.manifest
    now: dict[str, Any] = identity(plan.settings, plan.first, plan.last)
    out = []
    if told.get("version") != now["version"]:
        out.append(f"version: {told.get('version')} then, {now['version']} now")
    then_data = told.get("data", {})
    for name in sorted({*then_data, *now["data"]}):
        if then_data.get(name) != now["data"].get(name):
            out.append(f"data: the table {name}")
    then = told.get("machine", {})
    for name, value in machine().items():
        if then.get(name) != value:
            what = "" if name == "features" else f": {then.get(name)} then, {value} now"
            out.append(f"{name}{what}")
    return tuple(out)
