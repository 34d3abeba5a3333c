"""Every figure after a cut beside the model's draws and the benchmarks: a row each reading, scores.

Two readings of the same draws. *As lived*: what the model's worlds say of the year. *From the last
figure*: what was last published up to the cut, plus the model's change since, each draw by its own.
The first judges counts, the second changes: a level that was wrong at the cut is forgiven. The
benchmarks start from the last figure anyway.

All on the scale of the series: logarithms (relative) or the figure's unit (absolute). A series that
has no figure up to the cut has no benchmark and no second reading; its rows judge coverage alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import norm

from leftbehind.evidence.cuts import benchmarks, scores
from leftbehind.evidence.cuts.benchmarks import NAMES, Normal, Pooled
from leftbehind.evidence.cuts.series import KINDS, Figure, Series

Z90 = float(norm.ppf(0.95))
ENDS = (0.05, 0.95)
AS_LIVED, FROM_LAST = "as lived", "from the last figure"
READINGS = (AS_LIVED, FROM_LAST)


@dataclass(frozen=True)
class Judged:
    """One published figure after a cut: the model's draws (n,) and the benchmarks, on the scale.

    `since` is the year from which it is told: the cut as lived, else the last figure's.
    """

    form: str
    cut: int
    read: str
    since: int
    series: Series
    year: int
    published: float
    draws: np.ndarray
    benchmarks: Mapping[str, Normal]
    basis: str

    @property
    def ahead(self) -> int:
        """Years since the cut or, from the last figure, since that figure."""
        return self.year - self.since

    @property
    def error(self) -> float:
        """Published figure less the median of the draws."""
        return self.published - float(np.median(self.draws))

    def interval(self, discrepancy: float = 0.0) -> tuple[float, float]:
        """Ends of the 90 percent interval, with a discrepancy of that standard deviation."""
        return widened(self.draws, discrepancy)


def widened(draws: np.ndarray, discrepancy: float) -> tuple[float, float]:
    """The 90 percent interval of draws (n,), each side grown by a normal error independent of them.

    The reach of a side and that of the error add as squares: exact if the draws are normal.
    """
    return grown(np.quantile(draws, (ENDS[0], 0.5, ENDS[1])), discrepancy)


def grown(quantiles: np.ndarray, discrepancy: float) -> tuple[float, float]:
    """The same from the draws' low end, median and high end."""
    low, middle, high = quantiles
    error = Z90 * discrepancy
    return (
        float(middle - np.hypot(middle - low, error)),
        float(middle + np.hypot(high - middle, error)),
    )


def blurred(draws: np.ndarray, discrepancy: float, copies: int = 19) -> np.ndarray:
    """The draws, each with `copies` errors at even quantiles of the discrepancy: for the CRPS."""
    errors = discrepancy * norm.ppf((np.arange(copies) + 0.5) / copies)
    return (draws[:, None] + errors).ravel()


def judged(
    form: str, cut: int, worlds: Sequence[Mapping[Series, Mapping[int, Figure]]]
) -> list[Judged]:
    """The figures after `cut` that every draw's world measures, in each reading."""
    first = worlds[0]
    pooled = _pooled(first, cut)
    out = []
    for series, by_year in first.items():
        before = sorted(year for year in by_year if year <= cut)
        past = [_published(series, by_year[year]) for year in before]
        own = [world[series] for world in worlds]
        for year in sorted(year for year in by_year if year > cut):
            said = {
                name: getattr(benchmarks, name)(before, past, year, pooled[series.kind])
                for name in NAMES
                if before
            }
            published, basis = _published(series, by_year[year]), by_year[year].basis
            for read, since, draws in _readings(series, own, cut, year):
                out.append(
                    Judged(form, cut, read, since, series, year, published, draws, said, basis)
                )
    return out


def _readings(
    series: Series, worlds: Sequence[Mapping[int, Figure]], cut: int, year: int
) -> Iterator[tuple[str, int, np.ndarray]]:
    """Reading, year told from, draws (n,) of a year, where every draw's world measures it."""
    lived = _lived(series, worlds, year)
    if not np.isfinite(lived).all():
        return
    yield AS_LIVED, cut, lived
    before = [known for known in worlds[0] if known <= cut]
    if before:
        last = max(before)
        moved = _published(series, worlds[0][last]) + lived - _lived(series, worlds, last)
        if np.isfinite(moved).all():
            yield FROM_LAST, last, moved


def _lived(series: Series, worlds: Sequence[Mapping[int, Figure]], year: int) -> np.ndarray:
    """What each world (n,) says of a year, on the scale."""
    published = worlds[0][year].published
    return np.array([series.on_scale(by_year[year].model, published) for by_year in worlds])


def _published(series: Series, figure: Figure) -> float:
    return series.on_scale(figure.published, figure.published)


def _pooled(world: Mapping[Series, Mapping[int, Figure]], cut: int) -> dict[str, Pooled]:
    """Pooled variances by kind, from the figures up to the cut."""
    out = {}
    for kind in KINDS:
        histories = []
        for series, by_year in world.items():
            years = np.array([float(year) for year in sorted(by_year) if year <= cut])
            if series.kind == kind and len(years):
                values = [_published(series, by_year[int(year)]) for year in years]
                histories.append((years, np.array(values)))
        out[kind] = Pooled.of(histories, kind)
    return out


def table(rows: Sequence[Judged], discrepancy: Sequence[float]) -> pl.DataFrame:
    """One row a figure and reading: where it lies before and after the discrepancy, all scores.

    Columns `crps_model`, `score_model` (interval score), the same `_raw` (without discrepancy), and
    of each benchmark; `inside_raw`, `inside`; widths of the 90 percent intervals.
    """
    return pl.DataFrame([_row(one, d) for one, d in zip(rows, discrepancy, strict=True)])


def _row(one: Judged, discrepancy: float) -> dict[str, object]:
    y = one.published
    raw, wide = one.interval(), one.interval(discrepancy)
    row: dict[str, object] = {
        "form": one.form,
        "cut": one.cut,
        "read": one.read,
        "since": one.since,
        "series": one.series.name,
        "group": one.series.group,
        "decided": one.series.decided,
        "kind": one.series.kind,
        "year": one.year,
        "basis": one.basis,
        "published": one.series.in_unit(y),
        "median": one.series.in_unit(float(np.median(one.draws))),
        "error": one.error,
        "discrepancy": discrepancy,
        "low_raw": one.series.in_unit(raw[0]),
        "high_raw": one.series.in_unit(raw[1]),
        "low": one.series.in_unit(wide[0]),
        "high": one.series.in_unit(wide[1]),
        "inside_raw": raw[0] <= y <= raw[1],
        "inside": wide[0] <= y <= wide[1],
        "width_raw": raw[1] - raw[0],
        "width": wide[1] - wide[0],
        "crps_raw": scores.crps_of_sample(one.draws, y),
        "crps_model": scores.crps_of_sample(blurred(one.draws, discrepancy), y),
        "score_raw": scores.interval_score(*raw, y),
        "score_model": scores.interval_score(*wide, y),
    }
    for name in NAMES:
        said = one.benchmarks.get(name)
        ends = (said.mean - Z90 * said.sd, said.mean + Z90 * said.sd) if said else None
        row[f"crps_{name}"] = scores.crps_of_normal(said.mean, said.sd, y) if said else None
        row[f"score_{name}"] = scores.interval_score(*ends, y) if ends else None
        row[f"width_{name}"] = ends[1] - ends[0] if ends else None
    return row


def by_series(rows: pl.DataFrame) -> pl.DataFrame:
    """Mean scores of each form, cut, reading and series; skill against the better benchmark.

    Columns: form, cut, read, series, group, decided, figures, coverage_raw, coverage, crps_model,
    better (the benchmark with the lower mean CRPS), crps_better, skill, score_skill (by interval
    score).
    Series without a benchmark have nulls there.
    """
    keys = ["form", "cut", "read", "series", "group", "decided"]
    means = rows.group_by(keys, maintain_order=True).agg(
        figures=pl.len(),
        coverage_raw=pl.col("inside_raw").mean(),
        coverage=pl.col("inside").mean(),
        **{
            f"{score}_{who}": pl.col(f"{score}_{who}").mean()
            for score in ("crps", "score", "width")
            for who in NAMES
        },
        crps_raw=pl.col("crps_raw").mean(),
        crps_model=pl.col("crps_model").mean(),
        score_model=pl.col("score_model").mean(),
        width=pl.col("width").median(),
    )
    first, second = (pl.col(f"crps_{name}") for name in NAMES)
    better = pl.when(first <= second).then(pl.lit(NAMES[0])).otherwise(pl.lit(NAMES[1]))
    lower = pl.when(first <= second)
    return means.with_columns(
        better=pl.when(first.is_not_null()).then(better),
        crps_better=pl.min_horizontal(first, second),
        score_better=lower.then(f"score_{NAMES[0]}").otherwise(f"score_{NAMES[1]}"),
        width_better=lower.then(f"width_{NAMES[0]}").otherwise(f"width_{NAMES[1]}"),
    ).with_columns(
        skill=1.0 - pl.col("crps_model") / pl.col("crps_better"),
        score_skill=1.0 - pl.col("score_model") / pl.col("score_better"),
    )
