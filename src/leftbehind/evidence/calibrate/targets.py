"""What a calibration may look at, for each of two posteriors that are never mixed.

*Strict*: published figures of 2012 and before, none of them held out; the only source of claims
about coverage. *All data*: those to 2020, with what each source's instrument may do to a count in
its discrepancy; a fifth of the rows, by a hash of their id, is kept out for ever.

A target names one comparison of `leftbehind validate` (what, year, place), so a figure is computed
in one place only. Its error has two parts: the published figure's own, half of the range that the
comparison accepts over 1.96, and more where the figure could not be verified; and the model's
discrepancy, what even the best parameters are not expected to mend, an assumption stated in the
table `calibration_targets`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.counts import definitions, instruments
from leftbehind.evidence.validate.check import Check
from leftbehind.inputs.tables import data_folder, read_table

STRICT, ALL_DATA = "strict", "all-data"  # the two posteriors, never mixed
LAST_YEAR = 2012  # later figures judge the model and may not fit it
LAST = {STRICT: LAST_YEAR, ALL_DATA: 2020}
TABLES = {STRICT: "calibration_targets", ALL_DATA: "all_data_targets"}
FIFTH = 5  # one row of so many is kept out of every fit on all data
NORMAL_95 = 1.96
LEAST = 1e-3  # a count of nobody counts as this share of the published figure
UNVERIFIED = 1.5  # the error of a figure that could not be verified grows by this: an assumption
SAME_FIGURE = 0.8  # correlation of errors of one figure's years: an assumption


@dataclass(frozen=True)
class Target:
    """One figure to be met. `kind`: relative (compared as logarithms) or absolute."""

    id: str
    what: str
    year: int
    place: str
    kind: str
    discrepancy: float
    figures: str = STRICT


@dataclass(frozen=True)
class Aims:
    """Targets (T) with what was published, on the scale on which each is compared.

    `published`, `error` and `discrepancy` (T,): the figure, its own standard error, the model's.
    """

    targets: tuple[Target, ...]
    published: np.ndarray
    error: np.ndarray
    discrepancy: np.ndarray

    def among(self, which: np.ndarray) -> "Aims":
        """Those where `which` (T,) is true."""
        chosen = tuple(t for t, yes in zip(self.targets, which, strict=True) if yes)
        return Aims(chosen, self.published[which], self.error[which], self.discrepancy[which])

    @property
    def tolerance(self) -> np.ndarray:
        """Standard deviation (T,) of error and discrepancy together."""
        both: np.ndarray = np.hypot(self.error, self.discrepancy)
        return both

    def covariance(self) -> np.ndarray:
        """Covariance (T, T) of the errors: years of one figure err alike, other figures do not."""
        same = np.array(
            [[a.what == b.what and a.place == b.place for b in self.targets] for a in self.targets]
        )
        correlation = np.where(same, SAME_FIGURE, 0.0)
        np.fill_diagonal(correlation, 1.0)
        return correlation * np.outer(self.tolerance, self.tolerance)


def kept_out(row: str) -> bool:
    """Whether a published row is of the fifth that no fit may ever look at, by a hash of its id."""
    return bool(row) and int(hashlib.sha256(row.encode()).hexdigest(), 16) % FIFTH == 0


def load(only: Sequence[str] = (), figures: str = STRICT) -> tuple[Target, ...]:
    """The targets of a posterior's table, or `only` these.

    Raises InputError for an unknown one, a year that the posterior may not look at, or `figures`
    that are neither `strict` nor `all-data`.
    """
    if figures not in LAST:
        raise InputError(f"--figures {figures}: not known; give {' or '.join(LAST)}")
    path = data_folder() / f"{TABLES[figures]}.csv"
    table = read_table(TABLES[figures])
    unknown = sorted(set(only) - set(table["id"]))
    if unknown:
        raise InputError(f"{path}: no target {unknown[0]!r}; there are {', '.join(table['id'])}")
    columns = ("id", "what", "year", "place", "kind", "discrepancy")
    found = tuple(
        Target(**{name: row[name] for name in columns}, figures=figures)
        for row in table.iter_rows(named=True)
        if not only or row["id"] in only
    )
    for target in found:
        if target.year > LAST[figures]:
            raise InputError(
                f"{path}: target {target.id}, year {target.year}: not allowed; figures after "
                f"{LAST[figures]} only judge the model"
            )
        if target.kind not in ("relative", "absolute"):
            raise InputError(
                f"{path}: target {target.id}, kind {target.kind!r}: give relative or absolute"
            )
    return tuple(map(_with_source_bias, found)) if figures == ALL_DATA else found


def _with_source_bias(target: Target) -> Target:
    """A count with what its instrument may do to it in the discrepancy, unsigned."""
    if target.what not in definitions.names():
        return target
    mean, sd = instruments.of(definitions.get(target.what)).log(target.year)
    return replace(target, discrepancy=float(np.sqrt(target.discrepancy**2 + mean**2 + sd**2)))


def find(targets: Sequence[Target], checks: Iterable[Check]) -> dict[str, Check]:
    """The comparison that each target names, by its id.

    Raises InputError if there is none or are several, or if the figure may not be looked at: held
    out (strict), of the fifth of rows that is kept out for ever (all-data), or late.
    """
    by_key: dict[tuple[str, str, str], list[Check]] = {}
    for check in checks:
        by_key.setdefault((check.what, check.year, check.place), []).append(check)
    out = {}
    for target in targets:
        found = by_key.get((target.what, str(target.year), target.place), [])
        where = f"{TABLES[target.figures]}.csv: target {target.id}"
        open_ones = _open(found, target.figures)
        if target.year > LAST[target.figures] or (found and not open_ones):
            raise InputError(f"{where}: this figure is held out and may not fit the model")
        if len(open_ones) != 1:
            raise InputError(
                f"{where} ({target.what}, {target.year}, {target.place}): {len(open_ones)} figures "
                "of `leftbehind validate` have this name and are not held out; it must be one"
            )
        out[target.id] = open_ones[0]
    return out


def _open(checks: Sequence[Check], figures: str) -> list[Check]:
    """Those that a posterior may look at; of all data, if there are any, those not held out."""
    open_ones = [check for check in checks if not check.held_out]
    if figures == STRICT:
        return open_ones
    may = [check for check in checks if not kept_out(check.row)]
    return [check for check in may if not check.held_out] or may


def own_error(check: Check) -> float:
    """Standard error of a published figure: the wider side of its range is taken as 1.96 of it.

    That of an unverified figure is `UNVERIFIED` times as large, so that it weighs less in a fit.
    """
    sides = [abs(end - check.published) for end in (check.low, check.high) if np.isfinite(end)]
    doubt = UNVERIFIED if check.basis == "unverified" else 1.0
    return doubt * max(sides) / NORMAL_95


def aims(targets: Sequence[Target], published: dict[str, float], error: dict[str, float]) -> Aims:
    """Targets with the published figures and their standard errors, both by id in their unit."""
    figure = np.array([published[t.id] for t in targets])
    own = np.array([error[t.id] for t in targets])
    relative = np.array([t.kind == "relative" for t in targets])
    return Aims(
        tuple(targets),
        np.where(relative, np.log(np.abs(figure)), figure),
        np.where(relative, own / figure, own),
        np.array([t.discrepancy for t in targets]),
    )


def on_scale(target: Target, model: float, published: float) -> float:
    """The model's figure on the scale on which the target is compared; NaN stays NaN."""
    if target.kind == "absolute":
        return model
    return float(np.log(max(model, LEAST * published))) if np.isfinite(model) else float("nan")


def in_unit(target: Target, value: float) -> float:
    """A figure on the target's scale in its own unit again."""
    return float(np.exp(value)) if target.kind == "relative" else float(value)
