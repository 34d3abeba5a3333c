"""What the commands do with an ensemble: run, count, reconcile and validate it."""

import logging
from contextlib import suppress
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.progress import TimeRemainingColumn as TimeLeft

from leftbehind.base.workers import workers_for
from leftbehind.cli import ensemble_printing as printing
from leftbehind.counts import of_place
from leftbehind.counts.definitions import Definition
from leftbehind.counts.intervals import of_measures
from leftbehind.counts.left_behind import MEASURES
from leftbehind.counts.reconciliation import reconcile
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.running import run_ensemble
from leftbehind.inputs.scenario import Scenario

PACE_SECONDS = 3600.0  # the time left is judged by the draws of the last hour


def run(
    console: Console,
    *,
    draws: int,
    out: Path,
    first: int,
    last: int,
    scale: int,
    seed: int,
    scenario: Scenario,
    draws_from: Path | None,
    workers: str,
    scheduler: str | None,
    replace: bool,
    resume: bool,
) -> None:
    """Run an ensemble with a bar of the draws done, and print its summary."""
    processes = workers_for(workers)
    where = f"{processes} processes"
    if scheduler:
        where = f"the cluster {scheduler}"
        _quiet_dask()
    console.print(f"Living {draws} draws by {where}; Ctrl-C keeps those that are done ...")
    with Bar(
        TextColumn("draws done"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeLeft(),
        console=console,
        speed_estimate_period=PACE_SECONDS,
    ) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, number: int) -> None:
            if bar.tasks[task].total is None:  # those kept from before tell nothing of the pace
                bar.reset(task, total=number, completed=done)
            else:
                bar.update(task, completed=done)

        ensemble = run_ensemble(
            draws=draws,
            out=out,
            first=first,
            last=last,
            scale=scale,
            seed=seed,
            scenario=scenario,
            draws_from=draws_from,
            workers=processes,
            scheduler=scheduler,
            replace=replace,
            resume=resume,
            progress=show,
        )
    printing.end_summary(ensemble, console, processes)
    console.print(f"Draws, interval tables and manifest: {out}")


def _quiet_dask() -> None:
    """Dask's log stays off the screen: what matters is said as an error."""
    with suppress(ImportError):  # without Dask run_ensemble says what to install
        import distributed  # noqa: F401 - it sets its loggers' levels when imported

        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def counted(
    ensemble: Ensemble,
    definition: Definition,
    keys: list[str],
    years: list[int] | None,
    place: str | None,
) -> pl.DataFrame:
    """Median and intervals of a count by `keys`, of one place if given: keys, measure, COLUMNS."""
    figures = ensemble.figures(
        lambda world: of_place.counted(world, definition, keys, years, place)
    )
    return of_measures(figures, keys, MEASURES)


def walked(ensemble: Ensemble, start: Definition, target: Definition, year: int) -> pl.DataFrame:
    """Median and intervals of the walk between two counts: both measures, change and number."""
    keys = ["step", "clause", "before", "after"]
    walks = ensemble.figures(lambda world: reconcile(world, start, target, year))
    return of_measures(walks, keys, dict.fromkeys(("change", "number"), 0.0))


def validate(console: Console, ensemble: Ensemble, docs: Path) -> None:
    """Write PREDICTIONS.md and predictions.json, and say how many figures lie inside."""
    from leftbehind.evidence.validate import write_predictions
    from leftbehind.evidence.validate.prediction_page import judging_sentence, sentence

    found = write_predictions(ensemble, docs, workers_for("auto"))
    console.print(sentence(found, "published figures"))
    console.print(judging_sentence(found))
    console.print(f"Page: {docs / 'PREDICTIONS.md'}; for programs: {docs / 'predictions.json'}")
