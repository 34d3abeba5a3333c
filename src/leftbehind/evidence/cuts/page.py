"""The page CUTS.md: where the model adds knowledge, and where it does not."""

from collections.abc import Sequence

import polars as pl

from leftbehind.base.markdown import figure, render, table
from leftbehind.evidence.cuts import forms
from leftbehind.evidence.cuts.discrepancy import Discrepancy
from leftbehind.evidence.cuts.fitting import Fit
from leftbehind.evidence.cuts.plan import Plan
from leftbehind.evidence.cuts.series import EMERGES

SERIES = (
    "series", "cut", "figures", "better benchmark", "skill (CRPS)", "skill (interval)",
    "inside 90 %, before", "after", "width", "benchmark's width",
)  # fmt: skip
GROUPS = ("group", "figures", "inside 90 %, before", "after", "known at the cut", "level", "growth")
FORMS = ("form", "what it is", "series", "mean CRPS over the better benchmark's", "with more skill")
FITS = ("form", "cut", "targets", "misfit before", "after")


def page(
    plan: Plan,
    fits: Sequence[Fit],
    figures: pl.DataFrame,
    series: pl.DataFrame,
    discrepancy: Discrepancy,
    cost: dict[str, float],
) -> str:
    """The page as Markdown, of the first form; the others in their table."""
    first = series.filter(pl.col("form") == plan.forms[0])
    own = figures.filter(pl.col("form") == plan.forms[0])
    compared = first.filter(pl.col("better").is_not_null())
    emerging = compared.filter(pl.col("decided") == EMERGES)
    return render(
        __package__,
        "cuts.md.j2",
        plan=plan,
        cost=cost,
        emerging=emerging.height,
        better=emerging.filter(pl.col("skill") > 0).height,
        adds=_series(emerging.filter(pl.col("skill") > 0)),
        adds_not=_series(emerging.filter(~(pl.col("skill") > 0))),
        official=_series(compared.filter(pl.col("decided") != EMERGES)),
        without=sorted(set(first["series"]) - set(compared["series"])),
        groups=_groups(own, discrepancy),
        forms=_forms(plan, series),
        fits=table(FITS, (_fit(one) for one in fits)),
        weak=100.0
        * own.filter(pl.col("basis").is_in(["memory", "unverified"])).height
        / own.height,
        compared=own.height,
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}"


def _series(rows: pl.DataFrame) -> str:
    lines = (
        (
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
        for row in rows.sort("series", "cut").iter_rows(named=True)
    )
    return table(SERIES, lines)


def _groups(rows: pl.DataFrame, discrepancy: Discrepancy) -> str:
    whole = pl.lit("all").alias("group"), pl.lit("").alias("kind")
    parts = pl.concat([rows.select("group", "kind", *_INSIDE), rows.select(*whole, *_INSIDE)])
    told = parts.group_by("group", "kind", maintain_order=True).agg(
        pl.len().alias("figures"), *(pl.col(name).mean() for name in _INSIDE)
    )
    lines = []
    for row in told.iter_rows(named=True):
        part = discrepancy.of(row["group"], row["kind"]) if row["kind"] else None
        unit = {"relative": "of the figure", "absolute": "points"}.get(row["kind"], "")
        name = f"{row['group']} ({row['kind']})" if row["kind"] else row["group"]
        sizes = (f"{figure(part.level)} {unit}", f"{figure(part.growth)}") if part else ("", "")
        lines.append((name, row["figures"], *(_percent(row[n]) for n in _INSIDE), *sizes))
    return table(GROUPS, lines)


_INSIDE = ("inside_raw", "inside", "inside_known")


def _forms(plan: Plan, series: pl.DataFrame) -> str:
    """Each form over the series that emerge: mean ratio of CRPS, by the geometric mean."""
    told = series.filter(pl.col("better").is_not_null() & (pl.col("decided") == EMERGES))
    lines = []
    for name in plan.forms:
        own = told.filter(pl.col("form") == name)
        ratio = (own["crps_model"] / own["crps_better"]).log().mean()
        size = pl.Series([ratio], dtype=pl.Float64).exp()[0]
        better = own.filter(pl.col("skill") > 0).height
        shown = "–" if size is None else f"{size:.2f}"
        lines.append((name, forms.get(name).meaning, own.height, shown, better))
    return table(FORMS, lines)


def _fit(one: Fit) -> tuple[object, ...]:
    return one.form, one.cut, one.targets, f"{one.misfit[0]:.0f}", f"{one.misfit[1]:.0f}"
