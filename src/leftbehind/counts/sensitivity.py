"""How far the assumptions about care and supervision move hours and counts.

    moved = leftbehind.counts.sensitivity.care_and_week("mca-2016", year=2015, scale=10_000)

One population is lived up to the year before `since`. From there the years to `year` are lived
again for each parameter at the low and at the high end of its prior, with the same luck and the
baseline's alignment, all others at their means. With `since` = `year` (the default) this is the
effect of one year. Parameters of the week change nothing but that year's hours, so for them it is
the whole effect; parameters of care also move later choices and habits, which one year cannot show.
"""

import copy
from collections.abc import Callable
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.parameters import Parameters, parameter_table
from leftbehind.model.population.founders import START
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.simulation import LAST, Settings, Simulation, YearOutput
from leftbehind.runs.recorder import Recorder

# Parameters of these processes are read in the year itself only (conditions.py holds none of them),
# so that they may be changed in the middle of a run.
PROCESSES = ("week", "care")
MEASURES = ("number", "unsupervised_hours", "nights_without_adult")
Progress = Callable[[str, int, int], None]


def care_and_week(
    definition: Definition | str | Path = "nbs-unicef-2015-rural",
    year: int = 2015,
    *,
    since: int | None = None,
    scale: int = 10_000,
    seed: int = 1,
    threads: int = 2,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """One row a parameter, the one that moves unsupervised hours most first.

    Columns: parameter, process, meaning, unit, basis, low and high (ends of the prior), and for
    each measure its value at the prior means and at both ends (`_at_mean`, `_at_low`, `_at_high`):
    `number` of children that `definition` counts (persons), their mean `unsupervised_hours` a week
    and `nights_without_adult` a week. Hours and nights are the model's assumptions. `progress` is
    called with what is done now, how many steps are done and how many there are.
    """
    definition = definitions.get(definition)
    since = year if since is None else since
    check_years(since, year)
    table = parameter_table().filter(pl.col("process").is_in(PROCESSES))
    total = since - START + 1 + 2 * table.height
    done = 0

    def tell(what: str) -> None:
        if progress:
            progress(what, done, total)

    before = Simulation(Settings(scale=scale, seed=seed), threads)
    while before.year < since:
        tell(f"year {before.year}")
        before.step()
        done += 1
    tell("all parameters at their means")
    at_mean = copy.deepcopy(before)
    mean = _measured(_live(at_mean, year), at_mean, definition, scale)
    before.alignment = at_mean.alignment.as_frozen()
    rows = []
    for row in table.iter_rows(named=True):
        ends = {}
        for end in ("low", "high"):
            done += 1
            tell(f"{row['name']}, {end} end")
            trial = copy.deepcopy(before)
            values = {**before.parameters.values, row["name"]: row[f"prior_{end}"]}
            trial.parameters = Parameters(values)
            ends[end] = _measured(_live(trial, year), trial, definition, scale)
        rows.append(_row(row, mean, ends))
    moved = (pl.col("unsupervised_hours_at_high") - pl.col("unsupervised_hours_at_low")).abs()
    return pl.DataFrame(rows).sort(moved, descending=True, maintain_order=True)


def check_years(since: int, year: int) -> None:
    """Raise InputError unless FIRST_YEAR <= since <= year <= LAST."""
    if not FIRST_YEAR <= year <= LAST:
        raise InputError(
            f"--year {year}: children are counted from {FIRST_YEAR} on; "
            f"give a year from {FIRST_YEAR} to {LAST}"
        )
    if not START <= since <= year:
        raise InputError(f"--since {since}: give a year from {START} to {year} (--year)")


def _live(simulation: Simulation, last: int) -> YearOutput:
    while True:
        output = simulation.step()
        if output.year >= last:
            return output


def _measured(
    output: YearOutput, simulation: Simulation, definition: Definition, scale: int
) -> dict[str, float]:
    """The MEASURES of the children that the definition counts; hours are NaN if there are none."""
    table = pl.DataFrame(pl.from_arrow(Recorder(Path(), simulation.places).children(output)))
    counted = table.filter(definition.expr())
    number = float(counted["number"].cast(pl.Float64).sum())
    out = {"number": number * scale * definition.share}
    for name in MEASURES[1:]:
        total = float(counted[name].cast(pl.Float64).sum())
        out[name] = total / number if number else float("nan")
    return out


def _row(
    row: dict[str, object], mean: dict[str, float], ends: dict[str, dict[str, float]]
) -> dict[str, object]:
    out = {
        "parameter": row["name"],
        "process": row["process"],
        "meaning": row["meaning"],
        "unit": row["unit"],
        "basis": row["basis"],
        "low": row["prior_low"],
        "high": row["prior_high"],
    }
    for name in MEASURES:
        out[f"{name}_at_mean"] = mean[name]
        out[f"{name}_at_low"] = ends["low"][name]
        out[f"{name}_at_high"] = ends["high"][name]
    return out
