"""Official rates of death and birth by age reached in a calendar year (UN WPP 2024).

A person who reaches age x in year t spends on average half the year at age x - 1 and half at x.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.elementary import logs
from leftbehind.base.person import FEMALE, MALE
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.tables import read_table

OLDEST = 105  # the last age that is told apart
OLDEST_RATE = 100
INFANT_FIRST_HALF = 0.2  # share of the first year lived by infants who die (a0), usual 0.1 to 0.3


@dataclass(frozen=True)
class OfficialRates:
    """`deaths` (years, sex, age reached 0-105), `births` (years, age reached), from `first`."""

    first: int
    deaths: np.ndarray
    births: np.ndarray

    @staticmethod
    def load(first: int, last: int, parameters: Parameters) -> "OfficialRates":
        """Rates of the years `first` to `last`."""
        years = last - first + 1
        m = np.zeros((years, 2, OLDEST + 1))
        table = read_table("un_mortality").filter(pl.col("year").is_between(first, last))
        sex = np.where(table["sex"].to_numpy() == "female", FEMALE, MALE)
        row, age = table["year"].to_numpy() - first, table["age"].to_numpy()
        m[row, sex, age] = table["value"].to_numpy()
        m[:, :, OLDEST_RATE + 1 :] = m[:, :, OLDEST_RATE, None]
        deaths = np.empty_like(m)
        deaths[:, :, 1:] = 0.5 * (m[:, :, :-1] + m[:, :, 1:])
        q0 = m[:, :, 0] / (1.0 + (1.0 - INFANT_FIRST_HALF) * m[:, :, 0])
        same = parameters.path("mort_infant_same_year", np.arange(first, last + 1))
        for t, same_year in enumerate(same.tolist()):
            deaths[t, :, 0] = -logs(1.0 - same_year * q0[t])
            # Those who reach age one this year: the rest of infant deaths, then half a year at one.
            deaths[t, :, 1] = -logs(1.0 - (1.0 - same_year) * q0[t]) + 0.5 * m[t, :, 1]
        f = np.zeros((years, OLDEST + 1))
        table = read_table("un_fertility").filter(pl.col("year").is_between(first, last))
        f[table["year"].to_numpy() - first, table["age"].to_numpy()] = table["value"].to_numpy()
        births = np.zeros_like(f)
        births[:, 1:] = 0.5 * (f[:, :-1] + f[:, 1:])
        return OfficialRates(first, deaths, births)
