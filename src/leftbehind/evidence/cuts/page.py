"""The page CUTS.md: where the model adds knowledge, where it does not and why, in both readings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from leftbehind.base.markdown import figure, render, table
from leftbehind.evidence.cuts import forms, reasons
from leftbehind.evidence.cuts.discrepancy import Discrepancy
from leftbehind.evidence.cuts.fitting import Fit
from leftbehind.evidence.cuts.judging import AS_LIVED, READINGS
from leftbehind.evidence.cuts.lives import Cost
from leftbehind.evidence.cuts.plan import Plan
from leftbehind.evidence.cuts.series import EMERGES

RATIO = "mean CRPS over the better benchmark's"
BOTH = ("reading", "cut", "series", "better than the better benchmark", RATIO)
SERIES = (
    "series", "cut", "figures", "better benchmark", "skill (CRPS)", "skill (interval)",
    "inside 90 %, before", "after", "width", "benchmark's width",
)  # fmt: skip
GROUPS = (
    "reading", "group", "figures", "inside 90 %, before", "after", "known at the cut", "level",
    "growth",
)  # fmt: skip
FORMS = ("form", "what it is", "reading", "series", RATIO, "with more skill")
COSTS = ("form", "runs", "minutes of one core")
FITS = ("form", "cut", "targets", "misfit before", "after")
EVERY = "all"


def page(
    plan: Plan,
    fits: Sequence[Fit],
    figures: pl.DataFrame,
    series: pl.DataFrame,
    discrepancy: Discrepancy,
    cost: Mapping[str, Cost],
) -> str:
    """The page as Markdown, of the first form; the others in their table."""
    first = series.filter(pl.col("form") == plan.forms[0])
    own = figures.filter(pl.col("form") == plan.forms[0])
    compared = first.filter(pl.col("better").is_not_null())
    emerging = compared.filter(pl.col("decided") == EMERGES)
    once = own.filter(pl.col("read") == AS_LIVED)
    return render(
        __package__,
        "cuts.md.j2",
        plan=plan,
        form=forms.get(plan.forms[0]),
        both=_both(emerging),
        readings=[_reading(read, compared) for read in READINGS],
        without=sorted(set(first["series"]) - set(compared["series"])),
        groups=_groups(own, discrepancy),
        forms=_forms(plan, series),
        costs=table(COSTS, (_cost(name, cost) for name in plan.forms)),
        fits=table(FITS, (_fit(one) for one in fits)),
        weak=100.0
        * once.filter(pl.col("basis").is_in(["memory", "unverified"])).height
        / once.height,
        compared=once.height,
        published=once.select("series", "year").n_unique(),
    )


def _reading(read: str, compared: pl.DataFrame) -> dict[str, object]:
    """The three tables of a reading."""
    own = compared.filter(pl.col("read") == read)
    emerging = own.filter(pl.col("decided") == EMERGES)
    return {
        "name": read,
        "adds": _series(emerging.filter(pl.col("skill") > 0)),
        "adds_not": _series(emerging.filter(~(pl.col("skill") > 0)), reasons.why),
        "official": _series(own.filter(pl.col("decided") != EMERGES)),
    }


def _ratio(series: pl.DataFrame) -> str:
    """The mean ratio of CRPS to the better benchmark's, by the geometric mean."""
    if series.is_empty():
        return "–"
    ratios = (series["crps_model"] / series["crps_better"]).to_numpy()
    return f"{np.exp(np.log(ratios).mean()):.2f}"


def _better(series: pl.DataFrame) -> int:
    """Pairs of a series and a cut where the model is better than the better benchmark."""
    return series.filter(pl.col("skill") > 0).height


def _both(emerging: pl.DataFrame) -> str:
    """Of each reading and cut, and of all cuts: pairs, those where the model is better, ratio."""
    lines: list[tuple[object, ...]] = []
    for read in READINGS:
        own = emerging.filter(pl.col("read") == read)
        parts = {cut: own.filter(pl.col("cut") == cut) for cut in sorted(set(own["cut"]))}
        for cut, part in {**parts, EVERY: own}.items():
            lines.append((read, cut, part.height, _better(part), _ratio(part)))
    return table(BOTH, lines)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}"


def _series(rows: pl.DataFrame, why: Callable[[str], str] | None = None) -> str:
    """One row a series and cut; with `why` the reason beside it."""
    lines = (
        (*_scores(row), why(row["series"])) if why else _scores(row)
        for row in rows.sort("series", "cut").iter_rows(named=True)
    )
    return table((*SERIES, "why") if why else SERIES, lines)


def _scores(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        row["series"],
        row["cut"],
        row["figures"],
        row["better"],
        f"{row['skill']:+.2f}",
        f"{row['score_skill']:+.2f}",
        _percent(row["coverage_raw"]),
        _percent(row["coverage"]),
        figure(row["width"]),
        figure(row["width_better"]),
    )


def _groups(rows: pl.DataFrame, discrepancy: Discrepancy) -> str:
    whole = rows.with_columns(group=pl.lit(EVERY), kind=pl.lit(""))
    told = (
        pl.concat([rows, whole])
        .group_by("read", "group", "kind", maintain_order=True)
        .agg(pl.len().alias("figures"), *(pl.col(name).mean() for name in _INSIDE))
    )
    lines = []
    for read in READINGS:
        for row in told.filter(pl.col("read") == read).iter_rows(named=True):
            name, kind = row["group"], row["kind"]
            part = discrepancy.of(name, kind, read) if kind else None
            unit = {"relative": "of the figure", "absolute": "points"}.get(kind, "")
            sizes = (f"{figure(part.level)} {unit}", figure(part.growth)) if part else ("", "")
            inside = (_percent(row[n]) for n in _INSIDE)
            lines.append(
                (read, f"{name} ({kind})" if kind else name, row["figures"], *inside, *sizes)
            )
    return table(GROUPS, lines)


_INSIDE = ("inside_raw", "inside", "inside_known")


def _forms(plan: Plan, series: pl.DataFrame) -> str:
    """Each form over the series that emerge, in both readings."""
    told = series.filter(pl.col("better").is_not_null() & (pl.col("decided") == EMERGES))
    lines = []
    for name in plan.forms:
        for read in READINGS:
            own = told.filter((pl.col("form") == name) & (pl.col("read") == read))
            meaning = forms.get(name).meaning
            lines.append((name, meaning, read, own.height, _ratio(own), _better(own)))
    return table(FORMS, lines)


def _cost(form: str, cost: Mapping[str, Cost]) -> tuple[object, ...]:
    return form, cost[form].runs, f"{cost[form].core_seconds / 60.0:,.0f}"


def _fit(one: Fit) -> tuple[object, ...]:
    return one.form, one.cut, one.targets, f"{one.misfit[0]:.0f}", f"{one.misfit[1]:.0f}"
