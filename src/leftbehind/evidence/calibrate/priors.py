"""What is not known: every parameter with a width in the table, and its prior.

A prior is a normal distribution about the table's mean, cut at the ends of its range. The range is
read as the central 95 percent of the normal, so its standard deviation is a quarter of the range.
Priors of different parameters are independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import truncnorm

from leftbehind.base.errors import InputError
from leftbehind.inputs.parameters import Parameters, check_name, parameter_table
from leftbehind.inputs.tables import data_folder

SHAPE = "truncated_normal"
FIXED = "fixed"
RANGE_IN_DEVIATIONS = 4.0


@dataclass(frozen=True)
class Priors:
    """Parameters that vary (K): mean, standard deviation and ends of each prior, all (K,).

    `unit` (K,) names what each is screened with: itself if the table's column `calibrate` says yes,
    else the process it belongs to, moved as one.
    """

    names: tuple[str, ...]
    mean: np.ndarray
    sd: np.ndarray
    low: np.ndarray
    high: np.ndarray
    unit: tuple[str, ...]

    @staticmethod
    def load(only: Sequence[str] = ()) -> "Priors":
        """All parameters with a width, or `only` these.

        Raises InputError for a shape that is not known, a name that is unknown or has no width.
        """
        for name in only:
            check_name(name)
        table = parameter_table()
        known = pl.col("distribution").is_in([SHAPE, FIXED])
        for row in table.filter(~known).iter_rows(named=True):
            raise InputError(
                f"{data_folder() / 'parameters.csv'}: distribution {row['distribution']!r} of "
                f"{row['name']} is not known; give {SHAPE} or {FIXED}"
            )
        wide = (pl.col("distribution") == SHAPE) & (pl.col("prior_low") < pl.col("prior_high"))
        rows = table.filter(wide)
        if only:
            rows = rows.filter(pl.col("name").is_in(list(only)))
            missing = sorted(set(only) - set(rows["name"]))
            if missing:
                raise InputError(f"parameter {missing[0]}: has no width, so it cannot vary")
        unit = rows.select(
            pl.when(pl.col("calibrate") == "yes").then("name").otherwise("process")
        ).to_series()
        low, high = rows["prior_low"].to_numpy(), rows["prior_high"].to_numpy()
        return Priors(
            tuple(rows["name"]),
            rows["prior_mean"].to_numpy(),
            (high - low) / RANGE_IN_DEVIATIONS,
            low,
            high,
            tuple(unit),
        )

    def single(self) -> list[str]:
        """Names of the parameters that are screened by themselves."""
        return [name for name, unit in zip(self.names, self.unit, strict=True) if name == unit]

    def among(self, names: Sequence[str]) -> "Priors":
        """The priors of some parameters, in the order given."""
        at = [self.names.index(name) for name in names]
        return Priors(
            tuple(names),
            self.mean[at],
            self.sd[at],
            self.low[at],
            self.high[at],
            tuple(self.unit[k] for k in at),
        )

    def quantile(self, share: np.ndarray) -> np.ndarray:
        """Values (n, K) at these shares of the priors (n, K), 0 the low and 1 the high end."""
        values: np.ndarray = self._frozen().ppf(share)
        return np.clip(values, self.low, self.high)

    def standardised(self, values: np.ndarray) -> np.ndarray:
        """Values (n, K) as distances from the prior means in standard deviations."""
        z: np.ndarray = (values - self.mean) / self.sd
        return z

    def values(self, standardised: np.ndarray) -> np.ndarray:
        """The opposite of `standardised`."""
        return self.mean + self.sd * standardised

    def log_density(self, standardised: np.ndarray) -> np.ndarray:
        """Log density (n,) of points (n, K) in standard deviations; minus infinity outside."""
        values = self.values(standardised)
        inside = np.all((values >= self.low) & (values <= self.high), axis=1)
        return np.where(inside, -0.5 * np.sum(standardised**2, axis=1), -np.inf)

    def changes(self, values: np.ndarray) -> dict[str, float]:
        """One point (K,) as changes by name."""
        return dict(zip(self.names, values.tolist(), strict=True))

    def _frozen(self):  # type: ignore[no-untyped-def]
        low, high = self.standardised(self.low), self.standardised(self.high)
        return truncnorm(low, high, loc=self.mean, scale=self.sd)


def parameters_at(changes: dict[str, float]) -> Parameters:
    """All parameters of a run: the table's means, with `changes` by the table's full names."""
    return Parameters({**Parameters.load().values, **changes})
