"""The functions of the package's face: run a world or many, open them, compare, list what ships."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack, cast, overload

import polars as pl

from leftbehind.base.errors import InputError, nearest
from leftbehind.counts import definitions as official
from leftbehind.counts.compare import comparison
from leftbehind.counts.compare.comparison import Comparison
from leftbehind.counts.definitions import Definition
from leftbehind.counts.world import World, live
from leftbehind.ensembles import draws as posterior
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.folder import KIND
from leftbehind.ensembles.running import EnsemblePlan, live_ensemble
from leftbehind.ensembles.running import Progress as DrawProgress
from leftbehind.inputs import scenario as gallery
from leftbehind.inputs.scenario import Scenario
from leftbehind.runs.folder import manifest_of
from leftbehind.runs.living import Progress as YearProgress
from leftbehind.runs.plan import Given, Plan

# Sets of parameters that have a name: changes of the prior means.
PARAMETER_SETS: dict[str, Callable[[], dict[str, float]]] = {
    "prior-means": dict,
    "posterior-median": posterior.median,
}


@overload
def run(
    *, draws: None = None, progress: YearProgress | None = None, **settings: Unpack[Given]
) -> World: ...


@overload
def run(
    *,
    draws: int,
    draws_from: str | Path | None = None,
    workers: int | str = "auto",
    scheduler: str | None = None,
    progress: DrawProgress | None = None,
    **settings: Unpack[Given],
) -> Ensemble: ...


def run(
    *,
    draws: int | None = None,
    draws_from: str | Path | None = None,
    workers: int | str = "auto",
    scheduler: str | None = None,
    progress: Any = None,
    **settings: Unpack[Given],
) -> World | Ensemble:
    """Simulate China's families from 1950 on: one world, or with `draws` an ensemble of them.

    Args:
        draws: That many worlds, each with the parameters of one posterior draw and its own luck.
        draws_from: File of draws (Parquet or CSV) instead of those that ship. Needs `draws`.
        workers: Processes that live draws; auto: one a core. Never changes the result.
        scheduler: Address of a Dask cluster that lives the draws. Needs `draws`.
        progress: Called each year with the year's output; with `draws` with how many are done, and
            of how many.
        **settings: `last`: last year lived (2020; at most 2050). `first`: first year that tables
            hold (all). `scale`: persons for whom one simulated person stands (1000; 1 to
            1,000,000). `seed` (1). `threads` (2; never changes the result). `scenario`: a Scenario,
            a name of `scenarios()`, the path of a TOML file, or several joined by +. `parameters`:
            changes by name, the path of a CSV or Parquet file, or "posterior-median".
            `population`: people to begin with, the path of a CSV or Parquet file. `alignment`: the
            factors of a baseline, `World.alignment()`, for a scenario. `out`: folder to write (a
            temporary one that lasts as long as what is returned). `replace`: what lies there
            (False). `checkpoint_every`: years between checkpoints (none). `resume`: go on with
            what a killed run left in `out` (False). `memory`: people on disk beside `out` and so
            much of them in memory, "4GiB" or bytes (all in memory); see SCALE.md.

    Returns:
        World, or with `draws` Ensemble.

    Raises:
        InputError: Names the setting, file or folder that cannot be used and what is allowed.
        TypeError: A keyword that there is not.
    """
    plan = plan_of(draws, draws_from, workers, scheduler, **settings)
    if isinstance(plan, EnsemblePlan):
        return live_ensemble(plan, progress)
    return live(plan, progress)


def plan_of(
    draws: int | None,
    draws_from: str | Path | None,
    workers: int | str,
    scheduler: str | None,
    **settings: Unpack[Given],
) -> Plan | EnsemblePlan:
    """What `run` would do, checked but not begun; arguments and errors are those of `run`."""
    world = Plan.of(**cast(Given, _with_named_set(settings)))
    if draws is not None:
        return EnsemblePlan(world, draws, draws_from, workers, scheduler)
    for given, option in ((draws_from, "--draws-from"), (scheduler, "--scheduler")):
        if given is not None:
            raise InputError(f"{option} {given}: needs --draws, the number of worlds")
    return world


def open_run(folder: str | Path) -> World | Ensemble:
    """The world or the ensemble in `folder`; InputError, with those nearby, if there is none."""
    path = Path(folder)
    return Ensemble(path) if manifest_of(path).get("kind") == KIND else World(path)


def compare(
    before: str | Path | Scenario = "baseline",
    after: str | Path | Scenario = "baseline",
    *,
    definitions: Sequence[Definition | str | Path] | None = None,
    seeds: int = comparison.SEEDS,
    progress: comparison.Progress | None = None,
    **settings: Unpack[comparison.Given],
) -> Comparison:
    """Live two scenarios with the same luck, and compare their children, in persons.

    The same as leftbehind.counts.compare.comparison.run, which tells the settings and errors;
    `parameters` may also be "posterior-median".
    """
    settings = cast(comparison.Given, _with_named_set(settings))
    return comparison.run(
        before, after, definitions=definitions, seeds=seeds, progress=progress, **settings
    )


def reconcile(
    run: World | Ensemble | str | Path,
    start: Definition | str | Path,
    target: Definition | str | Path,
    year: int,
) -> pl.DataFrame:
    """The walk from one official count to another among the children of `year`, in persons.

    `run` is a world, an ensemble (the walk then has medians and intervals), or the folder of one.
    Columns and errors: leftbehind.counts.reconciliation.
    """
    opened = open_run(run) if isinstance(run, str | Path) else run
    return opened.reconcile(start, target, year)


def scenarios() -> dict[str, Scenario]:
    """The scenarios that ship with the package, by name."""
    return {scenario.name: scenario for scenario in gallery.gallery()}


def definitions() -> dict[str, Definition]:
    """The official definitions of a left-behind child that ship with the package, by name."""
    return {name: official.get(name) for name in official.names()}


def _with_named_set(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with the changes of a set of parameters in place of its name."""
    named = settings.get("parameters")
    if not isinstance(named, str) or Path(named).suffix:  # a name has none, a file must have one
        return dict(settings)
    if named not in PARAMETER_SETS:
        known = list(PARAMETER_SETS)
        raise InputError(
            f"parameters {named!r}: no set of that name{nearest(named, known)}; allowed: "
            f"{', '.join(known)}, or the path of a .csv or .parquet file"
        )
    return {**settings, "parameters": PARAMETER_SETS[named]()}
