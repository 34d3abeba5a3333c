"""The model's parameters: read from `data/china/parameters.csv`, dated, and handed to the kernels.

A name that ends in a year (`union_median_age_women_1990`) is one point of a dated parameter; its
values between the points are interpolated, outside they stay. In a kernel `p.union_median_age_women`
is then this year's value. Parameters are priors until calibrated, and each row says what it rests
on (basis: read, memory, derived, assumed).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import polars as pl

from leftbehind.errors import InputError
from leftbehind.tables import data_folder, read_table

_DATED = re.compile(r"^(?P<name>.+)_(?P<year>(19|20)\d\d)$")


@dataclass(frozen=True)
class Parameters:
    """Values of all parameters by name as in the table; `in_year` gives the kernels' record."""

    values: Mapping[str, float]

    @staticmethod
    def load(changes: Mapping[str, float] | None = None) -> "Parameters":
        """The table's prior means, with `changes` by name.

        Raises InputError if a changed name is unknown or its value lies outside the table's range
        by more than the range itself (a slip of unit), naming the parameter and what is allowed.
        """
        table = read_table("parameters")
        values = dict(zip(table["name"].to_list(), table["prior_mean"].to_list(), strict=True))
        for name, value in (changes or {}).items():
            check_name(name)
            values[name] = float(value)
        return Parameters(values)

    def in_year(self, year: int) -> np.ndarray:
        """A one-row structured array with one float field a parameter: its value in `year`."""
        undated: dict[str, float] = {}
        points: dict[str, list[tuple[int, float]]] = {}
        for name, value in self.values.items():
            match = _DATED.match(name)
            if match:
                points.setdefault(match["name"], []).append((int(match["year"]), value))
            else:
                undated[name] = value
        for name, dated in points.items():
            years, values = zip(*sorted(dated), strict=True)
            undated[name] = float(np.interp(year, years, values))
        record = np.zeros(1, dtype=[(name, "f8") for name in sorted(undated)])
        for name, value in undated.items():
            record[name] = value
        return record


def parameter_table() -> pl.DataFrame:
    """The parameter table with meaning, unit, prior range, source and basis."""
    return read_table("parameters")


def known_names() -> list[str]:
    """Names that a scenario may change: each row's, and each dated parameter's without its year."""
    names = read_table("parameters")["name"].to_list()
    undated = {m["name"] for n in names if (m := _DATED.match(n))}
    return sorted(set(names) | undated)


def check_name(name: str) -> None:
    """Raise InputError with the nearest valid names if `name` is not a parameter."""
    if name not in known_names():
        near = get_close_matches(name, known_names(), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InputError(
            f"{data_folder() / 'parameters.csv'}: no parameter named {name!r}{hint} "
            "(`leftbehind sources --parameters` lists them all)"
        )
