"""What the commands do with an ensemble: run, count, reconcile and validate it."""

import logging
from contextlib import suppress
from pathlib import Path

import polars as pl

from leftbehind.base.workers import workers_for
from leftbehind.cli import ensemble_printing as printing
from leftbehind.cli.screen import DONE, bar, console
from leftbehind.counts import of_place
from leftbehind.counts.definitions import Definition
from leftbehind.counts.intervals import of_measures
from leftbehind.counts.left_behind import MEASURES
from leftbehind.counts.reconciliation import reconcile
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.running import EnsemblePlan, live_ensemble

PACE_SECONDS = 3600.0  # the time left is judged by the draws of the last hour


def run(plan: EnsemblePlan) -> None:
    """Live an ensemble with a bar of the draws done, and print its summary."""
    processes = workers_for(plan.workers)
    where = f"{processes} processes"
    if plan.scheduler:
        where = f"the cluster {plan.scheduler}"
        _quiet_dask()
    console.print(f"Living {plan.draws} draws by {where}; Ctrl-C keeps those that are done ...")
    with bar(DONE, before="draws done", speed_estimate_period=PACE_SECONDS) as shown:
        task = shown.add_task("", total=None)

        def show(done: int, number: int) -> None:
            if shown.tasks[task].total is None:  # those kept from before tell nothing of the pace
                shown.reset(task, total=number, completed=done)
            else:
                shown.update(task, completed=done)

        ensemble = live_ensemble(plan, show)
    printing.end_summary(ensemble, console, processes)


def _quiet_dask() -> None:
    """Dask's log stays off the screen: what matters is said as an error."""
    with suppress(ImportError):  # without Dask live_ensemble says what to install
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


def validate(ensemble: Ensemble, docs: Path) -> None:
    """Write PREDICTIONS.md and predictions.json, and say how many figures lie inside."""
    from leftbehind.evidence.validate import write_predictions
    from leftbehind.evidence.validate.prediction_page import judging_sentence, sentence

    found = write_predictions(ensemble, docs, workers_for("auto"))
    console.print(sentence(found, "published figures"))
    console.print(judging_sentence(found))
    console.print(f"Page: {docs / 'PREDICTIONS.md'}; for programs: {docs / 'predictions.json'}")
