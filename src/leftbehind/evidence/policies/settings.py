"""The settings in which every policy is tried: draws with their own luck, and parameters moved.

Draws come from the calibration's posterior; each goes with a seed of its own, so that the spread of
an effect over them holds both luck and what is not known. To see on what an effect hangs, one
parameter at a time is set to its low and its high end, the rest at the centre, always with the same
luck; and once the nest of the family's choice is opened to a plain logit.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.ensembles.draws import DRAWS, check, median, posterior
from leftbehind.inputs.parameters import Parameters, check_name, parameter_table
from leftbehind.inputs.tables import data_folder

PLAIN_LOGIT = ("choice_nest", 1.0)
MOVED = 6  # parameters that are moved, those that screening finds to matter most
# Moved as long as no calibration has screened them: weights of the family's choice.
UNSCREENED = (
    "choice_pay",
    "choice_network",
    "choice_school",
    "choice_move",
    "choice_care",
    "choice_jobs",
)


@dataclass(frozen=True)
class Setting:
    """One world's settings: `kind` is draw, centre, low, high or logit.

    `moved` names the parameter that is moved (none for a draw and the centre), `value` what it is
    set to; `changes` holds all parameters that differ from the table's means, by full name.
    """

    name: str
    kind: str
    seed: int
    moved: str
    value: float
    changes: dict[str, float]

    def parameters(self) -> Parameters:
        """All parameters of this setting."""
        return Parameters({**Parameters.load().values, **self.changes})


def are_there_draws() -> bool:
    """Whether draws of a calibration ship with the data."""
    return (data_folder() / DRAWS).is_file()


def settings(draws: int, seed: int, moved: tuple[str, ...] = ()) -> list[Setting]:
    """`draws` draws, then the centre, the ends of the `moved` parameters and the plain logit.

    Without a calibration the draws differ in luck only, at the prior means. Raises InputError for a
    parameter that is unknown or more draws than there are.
    """
    table = posterior() if are_there_draws() else None
    centre = median() if table is not None else {}
    out = [
        Setting(f"draw-{k}", "draw", seed + k, "", float("nan"), changes)
        for k, changes in enumerate(_draws(draws, table))
    ]
    out.append(Setting("centre", "centre", seed, "", float("nan"), centre))
    for name in moved or most_moving():
        for end, value in zip(("low", "high"), _ends(name, table), strict=True):
            changes = {**centre, **{full: value for full in _full_names(name)}}
            out.append(Setting(f"{name}-{end}", end, seed, name, value, changes))
    name, value = PLAIN_LOGIT
    out.append(Setting("plain-logit", "logit", seed, name, value, {**centre, name: value}))
    return out


def most_moving() -> tuple[str, ...]:
    """The parameters that screening found to move all targets most, or UNSCREENED without one."""
    if not are_there_draws():
        return UNSCREENED
    return tuple(check(data_folder())["active"][:MOVED])


def _draws(number: int, table: pl.DataFrame | None) -> list[dict[str, float]]:
    if number < 1:
        raise InputError(f"--draws {number}: not allowed; give a whole number from 1")
    if table is None:
        return [{}] * number
    if number > table.height:
        raise InputError(
            f"--draws {number}: there are {table.height} draws of the posterior; give fewer"
        )
    return table.drop("draw").head(number).to_dicts()


def _full_names(name: str) -> list[str]:
    """The rows of the table that a name means: itself, or all points of a dated parameter."""
    check_name(name)
    table = parameter_table()["name"]
    return [name] if name in set(table) else [n for n in table if n.rsplit("_", 1)[0] == name]


def _ends(name: str, table: pl.DataFrame | None) -> tuple[float, float]:
    """Low and high value: 5 and 95 percent of the draws, or the ends of the prior."""
    rows = parameter_table().filter(pl.col("name").is_in(_full_names(name)))
    if table is not None and name in table.columns:
        low, high = np.quantile(table[name].to_numpy(), (0.05, 0.95))
        return float(low), float(high)
    return float(rows["prior_low"].to_numpy().min()), float(rows["prior_high"].to_numpy().max())
