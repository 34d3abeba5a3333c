"""The study of all cuts: each form fitted to each cut, its draws lived to the end, and judged.

OUT/plan.json          what study this is
OUT/runs/KEY.json      one run each (lives.py)
OUT/figures.csv        one row a form, cut, reading and figure: intervals before and after, scores
OUT/series.csv         one row a form, cut, reading and series: coverage, skill
OUT/discrepancy.csv    level and growth by reading and group, of the first form
OUT/CUTS.md            where the model adds knowledge, and where it does not

Forms are no part of the plan that a folder is held to: `--resume` with more of them lives what is
missing and judges all that are asked for.
"""

from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import polars as pl

from leftbehind.base.store import write_text
from leftbehind.base.workers import as_done
from leftbehind.ensembles.draw import seed_of
from leftbehind.evidence.calibrate.folder import PACKAGES
from leftbehind.evidence.cuts import page, series
from leftbehind.evidence.cuts.discrepancy import Discrepancy, for_each, learn
from leftbehind.evidence.cuts.fitting import Fit, Tell, fit
from leftbehind.evidence.cuts.judging import AS_LIVED, Judged, by_series, judged, table
from leftbehind.evidence.cuts.lives import RUNS, Cost, Lives, cost
from leftbehind.evidence.cuts.plan import Plan
from leftbehind.runs.work_folder import WorkFolder

FIRST = 1983  # the first year of which a series has a figure that a benchmark may use
SHOWN_WAY, EARLIER_WAY = "other series", "known at the cut"


@dataclass(frozen=True)
class Found:
    """All figures and series of a study, what was learnt, and what it cost."""

    plan: Plan
    fits: list[Fit]
    figures: pl.DataFrame
    series: pl.DataFrame
    discrepancy: Discrepancy
    cost: dict[str, Cost]

    @property
    def compared(self) -> int:
        """Comparisons of a published figure with what a cut says of its year, each once."""
        return self.figures.filter(
            (pl.col("form") == self.plan.forms[0]) & (pl.col("read") == AS_LIVED)
        ).height

    @property
    def published(self) -> int:
        """Published figures among them; one may be compared after several cuts."""
        return self.figures.select("series", "year").n_unique()


def run(
    out: Path,
    plan: Plan,
    *,
    workers: int = 1,
    resume: bool = False,
    replace: bool = False,
    tell: Tell = lambda stage, done, total: None,
) -> Found:
    """Live what is not lived yet, then judge all of it and write tables and page.

    Raises InputError for a bad plan or a folder that holds something else.
    """
    plan.check()
    sizes = {name: size for name, size in asdict(plan).items() if name != "forms"}
    told = {"plan": sizes, "packages": {name: version(name) for name in PACKAGES}}
    with WorkFolder.of(out, "study of cuts", RUNS, told).held(resume, replace):
        fits, rows = [], []
        for form in plan.forms:
            lives = Lives(out, form)
            for cut in plan.cuts:
                fits.append(fit(lives, plan, form, cut, workers, tell))
                rows += _after(lives, plan, fits[-1], workers, tell)
        found = _found(plan, fits, rows, cost(out))
        _write(out, found)
    return found


def _after(lives: Lives, plan: Plan, fitted: Fit, workers: int, tell: Tell) -> list[Judged]:
    """The draws of a fit lived to the end, beside the figures after its cut."""
    work = [
        (k, seed_of(plan.seed, k + 1), changes, plan.scale, FIRST, plan.last)
        for k, changes in enumerate(fitted.draws)
    ]
    worlds: list[dict[series.Series, dict[int, series.Figure]]] = [{} for _ in work]
    for done, (k, checks) in enumerate(as_done(lives.ahead, work, workers), start=1):
        tell(f"{fitted.form}, {fitted.cut}: draws", done, len(work))
        worlds[k] = series.figures(checks)
    return judged(fitted.form, fitted.cut, worlds)


def _found(plan: Plan, fits: list[Fit], rows: list[Judged], cost: dict[str, Cost]) -> Found:
    """Judge each form with a discrepancy learnt from that form's own other series."""
    tables = []
    for form in plan.forms:
        own = [row for row in rows if row.form == form]
        at = for_each(own, SHOWN_WAY)
        judged_form = table(own, [sd or 0.0 for sd in at])
        known = table(own, [sd or 0.0 for sd in for_each(own, EARLIER_WAY)])
        # What nothing was known of when the cut was made is not told, rather than told as raw.
        earlier = [sd is not None for sd in for_each(own, EARLIER_WAY)]
        tables.append(
            judged_form.with_columns(inside_known=pl.when(pl.Series(earlier)).then(known["inside"]))
        )
    figures = pl.concat(tables)
    shipped = [row for row in rows if row.form == plan.forms[0]]
    return Found(plan, fits, figures, by_series(figures), learn(shipped), cost)


def _write(out: Path, found: Found) -> None:
    write_text(out / "figures.csv", found.figures.write_csv())
    write_text(out / "series.csv", found.series.write_csv())
    write_text(out / "discrepancy.csv", found.discrepancy.table().write_csv())
    write_text(
        out / "CUTS.md",
        page.page(
            found.plan, found.fits, found.figures, found.series, found.discrepancy, found.cost
        ),
    )
