"""What the model's form leaves out, learnt from the errors of its predictions after cuts.

    error of a figure ~ normal, variance = variance of the draws + level^2 + growth^2 years ahead

with a level and a growth for each reading (judging.py), group of series and kind of scale (Kennedy
and O'Hagan 2001, with a variance alone: what has been wrong one way need not be so again). Greatest
likelihood, every series of a cut with the weight of one figure, as the years of a series err alike;
groups with few figures are held near what all groups of the kind gave (a normal of standard
deviation 1 on both logarithms, an assumption).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import minimize

from leftbehind.base.errors import InputError
from leftbehind.evidence.cuts.judging import AS_LIVED, READINGS, Judged
from leftbehind.own.faults import Faults
from leftbehind.own.reading import read
from leftbehind.own.table_schema import Constraints, Field, TableSchema

LEAST = {"relative": 1e-3, "absolute": 0.05}  # of level and growth
BEGIN = {"relative": (0.1, 0.03), "absolute": (2.0, 0.7)}
PRIOR_SD = 1.0
ANY = "all groups"

_SIZE = Constraints(required=True, minimum=0.0, maximum=1e3)
_COUNT = Constraints(required=True, minimum=1, maximum=1e9)
_KIND = Constraints(required=True, enum=tuple(LEAST))
TABLE = TableSchema(
    name="leftbehind-discrepancy",
    title="What the model's form leaves out: one row a reading, group of series and kind of scale",
    key="group",
    fields=(
        Field(
            name="read",
            type="string",
            description="reading of a forecast",
            constraints=Constraints(required=True, enum=READINGS),
        ),
        Field(
            name="group",
            type="string",
            description=f"group of series, or {ANY}",
            constraints=Constraints(required=True),
        ),
        Field(name="kind", type="string", description="kind of scale", constraints=_KIND),
        Field(name="level", type="number", description="of every year", constraints=_SIZE),
        Field(
            name="growth", type="number", description="per root of a year ahead", constraints=_SIZE
        ),
        Field(name="series", type="integer", description="series known", constraints=_COUNT),
        Field(name="figures", type="integer", description="figures known", constraints=_COUNT),
    ),
)
COLUMNS = tuple(TABLE.names())


@dataclass(frozen=True)
class Part:
    """Level and growth (per root of a year) of a group, and from how much they are known.

    Years are counted as the reading counts them (`Judged.ahead`).
    """

    read: str
    group: str
    kind: str
    level: float
    growth: float
    series: int
    figures: int

    def sd(self, ahead: float) -> float:
        """Standard deviation of the discrepancy so many years ahead."""
        return float(np.sqrt(self.level**2 + self.growth**2 * max(ahead, 0.0)))


@dataclass(frozen=True)
class Discrepancy:
    """Parts by reading, group and kind; what a group lacks is that of all groups of the kind."""

    parts: tuple[Part, ...]

    def of(self, group: str, kind: str, reading: str = AS_LIVED) -> Part:
        """The part of a group; InputError if nothing was learnt of the kind in that reading."""
        for wanted in (group, ANY):
            for part in self.parts:
                if (part.read, part.group, part.kind) == (reading, wanted, kind):
                    return part
        raise InputError(
            f"discrepancy: nothing was learnt of {kind} figures read {reading}; "
            "`leftbehind cuts` learns it"
        )

    def table(self) -> pl.DataFrame:
        """One row a part: read, group, kind, level, growth, series, figures."""
        rows = [[getattr(part, name) for name in COLUMNS] for part in self.parts]
        return pl.DataFrame(rows, schema=list(COLUMNS), orient="row")

    @staticmethod
    def load(path: Path) -> "Discrepancy":
        """From a file of such a table; InputError names row, column, value and what is allowed."""
        table, rows = read(path, TABLE)
        faults = Faults(str(path), rows)
        twice = table.select("read", "group", "kind").is_duplicated().to_numpy()
        faults.add(twice, table["group"], "stands twice of its reading and kind; give each once")
        faults.tell()
        return Discrepancy(tuple(Part(**row) for row in table.iter_rows(named=True)))


def learn(rows: Sequence[Judged]) -> Discrepancy:
    """Level and growth of every reading, group and kind; InputError without a figure."""
    if not rows:
        raise InputError("discrepancy: there is no figure after a cut to learn from")
    parts: list[Part] = []
    for reading, kind in sorted({(row.read, row.series.kind) for row in rows}):
        alike = [row for row in rows if (row.read, row.series.kind) == (reading, kind)]
        whole = _whole(alike)
        parts.append(whole)
        parts += [_own(g, alike, whole) for g in sorted({row.series.group for row in alike})]
    return Discrepancy(tuple(parts))


def _whole(alike: Sequence[Judged]) -> Part:
    """The part of all groups, from rows of one reading and kind."""
    return _part(ANY, alike, np.log(BEGIN[alike[0].series.kind]))


def _own(group: str, alike: Sequence[Judged], whole: Part) -> Part:
    """The part of one of the groups of such rows, or of all if none is of it."""
    rows = [row for row in alike if row.series.group == group]
    return _part(group, rows, np.log([whole.level, whole.growth])) if rows else whole


def _part(group: str, rows: Sequence[Judged], about: np.ndarray) -> Part:
    """The part of rows of one reading and kind, held near `about` (logs of level and growth)."""
    reading, kind = rows[0].read, rows[0].series.kind
    error = np.array([row.error for row in rows])
    spread = np.array([row.draws.var(ddof=1) for row in rows])
    ahead = np.array([row.ahead for row in rows], float)
    names = [(row.form, row.cut, row.series.name) for row in rows]
    number = Counter(names)
    weight = np.array([1.0 / number[name] for name in names])

    def loss(logs: np.ndarray) -> float:
        level, growth = np.exp(2.0 * logs)
        variance = spread + level + growth * ahead
        fit = 0.5 * weight @ (np.log(variance) + error**2 / variance)
        return float(fit + 0.5 * np.sum((logs - about) ** 2) / PRIOR_SD**2)

    least = np.log(LEAST[kind])
    found = minimize(loss, np.maximum(about, least), bounds=[(least, None)] * 2, method="L-BFGS-B")
    level, growth = np.exp(found.x)
    size = len({row.series.name for row in rows})
    return Part(reading, group, kind, float(level), float(growth), size, len(rows))


Chosen = Callable[[Judged, Judged], bool]


def _another_series(judge: Judged, of: Judged) -> bool:
    return of.series.name != judge.series.name


def _known_by_then(judge: Judged, of: Judged) -> bool:
    return of.cut < judge.cut and of.year <= judge.cut


# What the discrepancy of a figure may be learnt from, in the two ways that coverage is shown.
WAYS: dict[str, Chosen] = {"other series": _another_series, "known at the cut": _known_by_then}


def for_each(rows: Sequence[Judged], way: str = "other series") -> list[float | None]:
    """The discrepancy (standard deviation) of each figure, never learnt from its own series.

    `other series`: from all cuts, but other series. `known at the cut`: only from errors of earlier
    cuts that were known by the year of this one; None where there are none. Each reading learns
    from its own errors alone.
    """
    chosen = WAYS[way]
    learnt: dict[object, Part | None] = {}
    out: list[float | None] = []
    for row in rows:
        series = row.series
        key = (
            row.read,
            series.name if way == "other series" else (row.cut, series.group),
            series.kind,
        )
        if key not in learnt:
            alike = [
                other
                for other in rows
                if (other.read, other.series.kind) == (row.read, series.kind) and chosen(row, other)
            ]
            learnt[key] = _own(series.group, alike, _whole(alike)) if alike else None
        part = learnt[key]
        out.append(part.sd(row.ahead) if part else None)
    return out
