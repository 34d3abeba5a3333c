"""How far the assumptions about care and supervision move hours and counts.

    moved = leftbehind.counts.sensitivity.care_and_week("mca-2016", year=2015, scale=10_000)

One population is lived up to the year before `since`. From there the years to `year` are lived
again for each parameter at the low and at the high end of its prior, with the same luck and the
baseline's alignment, all others at their means. With `since` = `year` (the default) this is the
effect of one year. Most parameters of the week change nothing but that year's hours, so for them it
is the whole effect; those of care, and of the adult's share of the hours at home, which the choice
sees too, also move later choices, which one year cannot show.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.parameters import Parameters, parameter_table
from leftbehind.model.population.founders import START
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.simulation import LAST, Settings, Simulation, years
from leftbehind.model.state import State, branch
from leftbehind.runs.recorder import Recorder

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
    steps = _Steps(since - START + 1 + 2 * table.height, progress)
    trunk = Simulation(Settings(scale=scale, seed=seed), threads)
    while trunk.year < since:
        steps.tell(f"year {trunk.year}")
        trunk.step()
    parted = State.of(trunk)
    steps.tell("all parameters at their means")
    mean = _measured(trunk, year, definition)
    rows = []
    for row in table.iter_rows(named=True):
        ends = {}
        for end in ("low", "high"):
            steps.tell(f"{row['name']}, {end} end")
            values = {**trunk.parameters.values, row["name"]: row[f"prior_{end}"]}
            settings = replace(trunk.settings, parameters=Parameters(values))
            ends[end] = _measured(branch(trunk, settings, parted), year, definition)
        rows.append(_row(row, mean, ends))
    moved = (pl.col("unsupervised_hours_at_high") - pl.col("unsupervised_hours_at_low")).abs()
    return pl.DataFrame(rows).sort(moved, descending=True, maintain_order=True)


@dataclass
class _Steps:
    """How many steps there are, how many are done, and whom to tell what is done now."""

    total: int
    progress: Progress | None
    done: int = 0

    def tell(self, what: str) -> None:
        """`what` is done now."""
        if self.progress:
            self.progress(what, self.done, self.total)
        self.done += 1


def check_years(since: int, year: int) -> None:
    """Raise InputError unless FIRST_YEAR <= since <= year <= LAST."""
    if not FIRST_YEAR <= year <= LAST:
        raise InputError(
            f"--year {year}: children are counted from {FIRST_YEAR} on; "
            f"give a year from {FIRST_YEAR} to {LAST}"
        )
    if not START <= since <= year:
        raise InputError(f"--since {since}: give a year from {START} to {year} (--year)")


def _measured(simulation: Simulation, year: int, definition: Definition) -> dict[str, float]:
    """The MEASURES of the children that the definition counts in `year`, which is lived to.

    Hours are NaN if there are none.
    """
    *_, output = years(simulation, year)
    table = pl.DataFrame(pl.from_arrow(Recorder(Path(), simulation.places).children(output)))
    counted = table.filter(definition.expr())
    number = float(counted["number"].cast(pl.Float64).sum())
    out = {"number": number * simulation.settings.scale * definition.share}
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
