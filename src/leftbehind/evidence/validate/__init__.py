"""A finished run beside the published figures: checks, the page VALIDATION.md, and its JSON.

    checks = leftbehind.evidence.validate.checks(world)
    leftbehind.evidence.validate.write(world)
    leftbehind.evidence.validate.summary(checks)

and beside the intervals of an ensemble, on the page PREDICTIONS.md:

    leftbehind.evidence.validate.predict(ensemble)
    leftbehind.evidence.validate.write_predictions(ensemble)

One module a group of checks; each yields `Check`s from the run's tallies. Nothing here changes the
model or rescales a count.
"""

from pathlib import Path

from leftbehind.base.store import write_text
from leftbehind.counts.tallies import Tallies
from leftbehind.counts.world import World
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.evidence.validate import (
    children,
    demography,
    flows,
    incomes,
    kin,
    likeness,
    migration,
    own_start,
    places,
    prediction_page,
    regions,
)
from leftbehind.evidence.validate import page as pages
from leftbehind.evidence.validate.check import Check
from leftbehind.evidence.validate.page import summary
from leftbehind.evidence.validate.prediction import Prediction, predictions
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.tallies.incomes import FIRST_YEAR as INCOMES_FROM

__all__ = [
    "Check",
    "Prediction",
    "checks",
    "official_counts",
    "predict",
    "summary",
    "write",
    "write_predictions",
]

GROUPS = (children, likeness, migration, regions, incomes, flows, kin, places, demography)


def checks(world: World) -> list[Check]:
    """All checks that the run's years and people allow, the children first.

    Raises InputError for a run whose own population is not that of China.
    """
    own_start.require_country(world)
    return _checks(Tallies(world))


def write(world: World, folder: Path | None = None) -> list[Check]:
    """Write VALIDATION.md and validation.json beside the run (or into `folder`); the checks.

    Raises InputError if the run is damaged, its own population is not that of China, or the disk
    refuses.
    """
    own_start.require_country(world)
    tallies = Tallies(world)
    made = _checks(tallies)
    facts = pages.run_facts(world.manifest)
    returns = migration.return_rates(tallies) if tallies.years[-1] >= FIRST_YEAR else {}
    middle = incomes.middle_class(tallies) if tallies.years[-1] >= INCOMES_FROM else {}
    folder = Path(folder or world.folder)
    write_text(folder / "VALIDATION.md", pages.page(facts, made, returns, middle))
    write_text(folder / "validation.json", pages.data(facts, made, returns, middle))
    return made


def official_counts(world: World) -> list[Check]:
    """The checks of the official counts of children alone."""
    return list(children.counts(Tallies(world)))


def predict(ensemble: Ensemble, workers: int = 1) -> list[Prediction]:
    """The interval of every check that `checks` makes, over the ensemble's draws."""
    return predictions(ensemble, checks, workers)


def write_predictions(
    ensemble: Ensemble, folder: Path | None = None, workers: int = 1
) -> list[Prediction]:
    """Write PREDICTIONS.md and predictions.json beside the ensemble (or into `folder`).

    Returns the predictions. Raises InputError if a draw is damaged or the disk refuses.
    """
    found = predict(ensemble, workers)
    folder = Path(folder or ensemble.folder)
    write_text(folder / "PREDICTIONS.md", prediction_page.page(ensemble.manifest, found))
    write_text(folder / "predictions.json", prediction_page.data(ensemble.manifest, found))
    return found


def _checks(tallies: Tallies) -> list[Check]:
    kin_too = own_start.knows_kin(tallies.world.manifest)
    chosen = [group for group in GROUPS if group is not kin or kin_too]
    return [check for group in chosen for check in group.checks(tallies)]
