"""The model's parameters: read from `data/china/parameters.csv`, dated, and handed to the kernels.

A name that ends in a year (`union_median_age_women_1990`) is one point of a dated parameter; its
values between the points are interpolated, outside they stay. In a kernel
`p.union_median_age_women` is then this year's value. Parameters are priors until calibrated, and
each row says what it rests on (basis: read, memory, derived, assumption).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError, shown
from leftbehind.inputs.tables import data_folder, read_table

# Processes whose parameters only kernels read: no table of places or rates depends on them.
INSIDE_HOME = ("care", "week")

_DATED = re.compile(r"^(?P<name>.+)_(?P<year>(19|20)\d\d)$")


@dataclass(frozen=True)
class Parameters:
    """Values of all parameters by name as in the table; `in_year` gives the kernels' record."""

    values: Mapping[str, float]

    @staticmethod
    def load(changes: Mapping[str, float] | None = None) -> "Parameters":
        """The table's prior means, with `changes` by name.

        The name of a dated parameter without its year changes all its points. Raises InputError if
        a changed name is unknown or its value lies outside the table's range by more than the range
        itself (a slip of unit), naming the parameter and what is allowed.
        """
        table = read_table("parameters")
        values = dict(zip(table["name"].to_list(), table["prior_mean"].to_list(), strict=True))
        named: dict[str, list[dict[str, Any]]] = {}
        for row in table.iter_rows(named=True):
            for name in {row["name"], undated(row["name"])}:
                named.setdefault(name, []).append(row)
        for name, value in (changes or {}).items():
            if name not in named:
                check_name(name)
            rows = named[name]
            _check_value(name, value)
            values.update({r["name"]: float(value) for r in rows})
        return Parameters(values)

    def path(self, name: str, years: np.ndarray) -> np.ndarray:
        """Values of one parameter, as the kernels know it, at the given years (years,)."""
        plain, dated = self._points
        if name in dated:
            return np.interp(years, *dated[name])
        return np.full(len(years), plain[name][0])

    def in_year(self, year: int) -> np.ndarray:
        """A one-row structured array with one float field a parameter: its value in `year`."""
        plain, dated = self._points
        record = plain.copy()
        for name, points in dated.items():
            record[name] = np.interp(year, *points)
        return record

    @cached_property
    def _points(self) -> tuple[np.ndarray, dict[str, tuple[list[int], list[float]]]]:
        """The record with the undated parameters; years and values of each dated one."""
        dated: dict[str, tuple[list[int], list[float]]] = {}
        for full, value in sorted(self.values.items()):
            if match := _DATED.match(full):
                years, values = dated.setdefault(match["name"], ([], []))
                years.append(int(match["year"]))
                values.append(value)
        names = sorted({undated(name) for name in self.values})
        record = np.zeros(1, dtype=[(name, "f8") for name in names])
        for name in names:
            record[name] = self.values.get(name, 0.0)
        return record, dated


def parameter_table() -> pl.DataFrame:
    """The parameter table with meaning, unit, prior range, source and basis."""
    return read_table("parameters")


def only_inside_home(a: Parameters, b: Parameters) -> bool:
    """Whether two sets differ in parameters of care and the week alone, or not at all."""
    process = dict(read_table("parameters").select("name", "process").iter_rows())
    moved = {name for name, value in a.values.items() if value != b.values[name]}
    return all(process[name] in INSIDE_HOME for name in moved)


def undated(name: str) -> str:
    """The name of a parameter as the kernels know it: without the year of a point in time."""
    match = _DATED.match(name)
    return match["name"] if match else name


def known_names() -> list[str]:
    """Names that a run may change: each row's, and each dated parameter's without its year."""
    return sorted({*read_table("parameters")["name"].to_list(), *yearly_names()})


def yearly_names() -> list[str]:
    """Names that a scenario may change year by year: parameters as the kernels know them."""
    return sorted({undated(name) for name in read_table("parameters")["name"].to_list()})


def allowed_range(name: str) -> tuple[float, float]:
    """Lowest and highest value of a parameter, dated or not: its prior range and as much beside.

    A wider value is a slip of unit. Without a range between its ends every number is allowed.
    """
    low, high = prior_range(name)
    width = high - low if high > low else np.inf
    return low - width, high + width


def prior_range(name: str) -> tuple[float, float]:
    """The prior range of a parameter; of a dated one without its year that of all its points."""
    return _ranges(data_folder())[name]


@cache
def _ranges(folder: Path) -> dict[str, tuple[float, float]]:
    """Prior ranges by name, dated and undated, from the table in `folder`."""
    out: dict[str, tuple[float, float]] = {}
    rows = read_table("parameters").select("name", "prior_low", "prior_high").iter_rows()
    for full, low, high in rows:
        for name in {full, undated(full)}:
            lowest, highest = out.get(name, (low, high))
            out[name] = min(lowest, low), max(highest, high)
    return out


def _check_value(name: str, value: object) -> None:
    low, high = allowed_range(name)
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not low <= value <= high or abs(value) == np.inf:  # type: ignore[operator,arg-type]
        prior = "prior range {:g} to {:g}".format(*prior_range(name))
        told = f"{value:g}" if isinstance(value, float) else shown(value)
        raise InputError(
            f"parameter {name} = {told}: not allowed; give a number from {low:g} to {high:g} "
            f"({prior})"
        )


def check_name(name: str) -> None:
    """Raise InputError with the nearest valid names if `name` is not a parameter."""
    if name not in known_names():
        near = get_close_matches(name[:60], known_names(), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InputError(
            f"{data_folder() / 'parameters.csv'}: no parameter named {shown(name)}{hint} "
            "(`leftbehind sources --parameters` lists them all)"
        )
