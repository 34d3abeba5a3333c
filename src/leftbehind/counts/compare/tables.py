"""The tables of a comparison, from the tallies of all seeds and years.

- `effects`: year, definition, by, group -> persons before and after, the paired difference with its
  standard error and 90 percent interval over seeds, and children counted in one world only though
  they live in both (of left-behind children: winners and losers)
- `decomposition`: year, definition, province, fate -> persons counted before only, after only, and
  what the fate adds to the difference
- `seeds`: seed, year, definition -> persons before and after
- `luck`: definition -> how many pairs of unrelated runs tell as much as one pair
- `twins`: key, year -> the same child's two lives (twins.py)

Numbers are persons of the simulated China, not simulated people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.counts.compare.fates import FATES
from leftbehind.counts.compare.intervals import fewer_runs, half_width, standard_error
from leftbehind.counts.compare.tallies import COUNTS, Groups, Tally
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.places import Places

BEFORE, AFTER, ONLY_BEFORE, ONLY_AFTER = range(len(COUNTS))


@dataclass(frozen=True)
class Ensemble:
    """All seeds and years of two worlds, in persons.

    `counts` (seeds, years, definitions, groups, COUNTS); `fates` (seeds, years, definitions,
    WORLDS, FATES, provinces).
    """

    seeds: list[int]
    years: list[int]
    definitions: list[Definition]
    groups: Groups
    counts: np.ndarray
    fates: np.ndarray

    @staticmethod
    def of(
        tallies: dict[int, dict[int, Tally]],
        definitions: list[Definition],
        groups: Groups,
        scale: int,
    ) -> "Ensemble":
        """From the tallies by seed and year, as counts of simulated children at 1:`scale`."""
        seeds = list(tallies)
        years = list(tallies[seeds[0]])
        persons = np.array([scale * d.share for d in definitions])
        counts = np.array([[tallies[s][y].counts for y in years] for s in seeds])
        fates = np.array([[tallies[s][y].fates for y in years] for s in seeds])
        return Ensemble(
            seeds,
            years,
            definitions,
            groups,
            counts * persons[:, None, None],
            fates * persons[:, None, None, None],
        )

    @property
    def names(self) -> list[str]:
        """Names of the definitions."""
        return [d.name for d in self.definitions]


def effects(ensemble: Ensemble) -> pl.DataFrame:
    """One row a year, definition and group."""
    mean = ensemble.counts.mean(axis=0)
    paired = ensemble.counts[..., AFTER] - ensemble.counts[..., BEFORE]
    difference, error = paired.mean(axis=0), standard_error(paired)
    half = half_width(error, len(ensemble.seeds))
    year, definition, group = _indices(difference.shape)
    return _table(
        {
            "year": np.array(ensemble.years, np.int32)[year],
            "definition": _take(ensemble.names, definition),
            "by": _take(ensemble.groups.by, group),
            "group": _take(ensemble.groups.label, group),
            "before": mean[..., BEFORE],
            "after": mean[..., AFTER],
            "difference": difference,
            "standard_error": error,
            "low": difference - half,
            "high": difference + half,
            "only_before": mean[..., ONLY_BEFORE],
            "only_after": mean[..., ONLY_AFTER],
        }
    )


def decomposition(ensemble: Ensemble, places: Places) -> pl.DataFrame:
    """One row a year, definition, fate, and province or `China`; if it asks about parents."""
    asked = [d for d, definition in enumerate(ensemble.definitions) if definition.away]
    regions = ["China", *places.provinces["name"].to_list()]
    became = np.moveaxis(ensemble.fates[:, :, asked], 3, -1)  # worlds last
    became = np.concatenate([became.sum(axis=-2, keepdims=True), became], axis=-2)
    mean = became.mean(axis=0)
    net = became[..., AFTER] - became[..., BEFORE]
    year, definition, fate, region = _indices(net.shape[1:])
    return _table(
        {
            "year": np.array(ensemble.years, np.int32)[year],
            "definition": _take([ensemble.names[d] for d in asked], definition),
            "province": _take(regions, region),
            "fate": _take(FATES, fate),
            "before": mean[..., BEFORE],
            "after": mean[..., AFTER],
            "difference": net.mean(axis=0),
            "standard_error": standard_error(net),
        }
    )


def by_seed(ensemble: Ensemble) -> pl.DataFrame:
    """One row a seed, year and definition."""
    nation = ensemble.counts[:, :, :, 0]
    seed, year, definition = _indices(nation.shape[:3])
    return _table(
        {
            "seed": np.array(ensemble.seeds, np.int64)[seed],
            "year": np.array(ensemble.years, np.int32)[year],
            "definition": _take(ensemble.names, definition),
            "before": nation[..., BEFORE],
            "after": nation[..., AFTER],
        }
    )


def luck(ensemble: Ensemble, since: int) -> pl.DataFrame:
    """One row a definition: what shared luck saves, over the years from `since`."""
    years = [t for t, year in enumerate(ensemble.years) if year >= since]
    nation = ensemble.counts[:, :, :, 0][:, years]
    saved = [
        fewer_runs(nation[:, :, d, BEFORE], nation[:, :, d, AFTER])
        for d in range(len(ensemble.names))
    ]
    return _table(
        {
            "definition": np.array(ensemble.names),
            "seeds": np.full(len(saved), len(ensemble.seeds)),
            "years": np.full(len(saved), len(years)),
            "fewer_runs": np.array(saved),
        }
    )


def _indices(shape: tuple[int, ...]) -> list[np.ndarray]:
    """The index along each axis of every element, in reading order."""
    return [index.reshape(-1) for index in np.indices(shape)]


def _take(labels: Sequence[str], index: np.ndarray) -> pl.Series:
    return pl.Series(labels, dtype=pl.String).gather(index)


def _table(columns: Mapping[str, pl.Series | np.ndarray]) -> pl.DataFrame:
    """A table of flattened columns, null where a number is not known (one seed: no interval)."""
    flat = {
        name: column.reshape(-1) if isinstance(column, np.ndarray) else column
        for name, column in columns.items()
    }
    return pl.DataFrame(flat).with_columns(pl.selectors.float().fill_nan(None))
