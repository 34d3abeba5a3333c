"""What a run is to do: its settings, years, threads and folder, checked before any work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypedDict, Unpack

from leftbehind.base.errors import InputError, nearest
from leftbehind.inputs import scenario as scenarios
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.tables import data_hashes
from leftbehind.model.alignment import Alignment
from leftbehind.model.population.founders import START
from leftbehind.model.simulation import LAST, Settings
from leftbehind.own import parameter_file
from leftbehind.own.population_file import OwnPopulation
from leftbehind.runs.size import check_memory, memory_limit

SCALES = (1, 1_000_000)


class Given(TypedDict, total=False):
    """What a user may say of a run, by keyword; what is left out has the default named here."""

    first: int | None  # first year that the tables hold; None: the first that is lived
    last: int  # last year lived, 2020
    scale: int  # persons for whom one simulated person stands, 1000
    seed: int  # 1
    threads: int  # never changes the result, 2
    scenario: Scenario | str | Path | None  # object, name in the gallery, path, names joined by +
    parameters: Mapping[str, float] | str | Path | None  # changes by name, or a file with them
    population: OwnPopulation | str | Path | None  # people to begin with, or a file with them
    alignment: Alignment | None  # a baseline's factors, `World.alignment()`
    out: str | Path | None  # folder; None: a temporary one
    replace: bool  # a run that lies there, False
    checkpoint_every: int | None  # years; None: no checkpoints
    resume: bool  # from the last checkpoint in `out`, False
    memory: int | str | None  # people on disk beside `out`, and so much in memory: 4GiB; None


@dataclass(frozen=True)
class Plan:
    """A run to live. Tables hold the years `first` to `last`; `changed` are parameters by name.

    A scenario without `alignment` is preceded by its baseline, so that both share the factors of
    births and deaths. With `checkpoint_every` years a killed run goes on with `resume` and ends
    with the same bits. With `memory` bytes people lie on disk and every year is a checkpoint.
    """

    settings: Settings
    first: int
    last: int
    threads: int = 2
    changed: Mapping[str, float] = field(default_factory=dict)
    alignment: Alignment | None = None
    out: Path | None = None
    replace: bool = False
    checkpoint_every: int | None = None
    resume: bool = False
    memory: int | None = None

    @staticmethod
    def of(**given: Unpack[Given]) -> "Plan":
        """The plan that a user's words mean.

        Raises InputError for a setting out of range or a bad scenario, parameter or file, and
        TypeError for a keyword that there is not, each with what is allowed and the nearest.
        """
        check_keywords(given, list(Given.__annotations__))
        own = population(given.get("population"))
        first = given.get("first") or (own.year if own else START)
        last, threads = given.get("last", 2020), given.get("threads", 2)
        scale, seed = given.get("scale", 1000), given.get("seed", 1)
        check_settings(first, last, scale, seed, threads, own)
        memory = memory_limit(given.get("memory"))
        if memory is not None:
            _check_goes_with_memory(given)
        elif not own:
            check_memory(scale, last)
        changed = parameters(given.get("parameters"))
        wanted = scenario(given.get("scenario"))
        out = given.get("out")
        return Plan(
            Settings(scale, seed, wanted, Parameters.load(changed), own),
            first,
            last,
            threads,
            changed,
            given.get("alignment"),
            None if out is None else Path(out),
            given.get("replace", False),
            given.get("checkpoint_every"),
            given.get("resume", False),
            memory,
        )

    def identity(self) -> dict[str, Any]:
        """All that decides the run's bits, as its manifest holds it."""
        return identity(self.settings, self.first, self.last)


def identity(settings: Settings, first: int, last: int) -> dict[str, Any]:
    """All that decides a run's bits, as its manifest holds it; `settings` with parameters."""
    assert settings.parameters is not None
    return {
        "version": version("leftbehind"),
        "seed": settings.seed,
        "scale": settings.scale,
        "from": first,
        "to": last,
        "scenario": settings.scenario.model_dump(by_alias=True, exclude_none=True),
        "parameters": dict(settings.parameters.values),
        "data": data_hashes(),
        "population": settings.population.source if settings.population else None,
    }


def check_settings(
    first: int,
    last: int,
    scale: int,
    seed: int,
    threads: int,
    population: OwnPopulation | None = None,
) -> None:
    """Raise InputError naming the first setting that is out of range and what is allowed."""
    limits = {
        "--from": (first, population.year if population else START, LAST),
        "--to": (last, first, LAST),
        "--scale": (scale, 1 if population else SCALES[0], SCALES[1]),
        "--seed": (seed, 0, 2**63 - 1),
        "--threads": (threads, 1, 256),
    }
    for name, (value, low, high) in limits.items():
        if not _is_whole(value) or not low <= value <= high:
            raise InputError(
                f"{name} {value}: not allowed; give a whole number from {low} to {high}"
            )


def _check_goes_with_memory(given: Given) -> None:
    """Raise InputError for a setting that people on disk cannot have."""
    if given.get("out") is None:
        raise InputError("--memory needs --out: the people lie beside that folder")
    if given.get("population"):
        raise InputError("--memory: people of one's own are drawn in memory; leave it out")
    if given.get("checkpoint_every") not in (None, 1):
        raise InputError(
            "--memory: every year is a checkpoint without being written again; leave out "
            "--checkpoint-every"
        )


def check_keywords(given: Mapping[str, Any], known: list[str]) -> None:
    """Raise TypeError, as Python does, for a keyword that is not `known`; names the nearest."""
    for name in given:
        if name not in known:
            raise TypeError(
                f"no setting is called {name!r}{nearest(name, known)}; there are: "
                f"{', '.join(known)}"
            )


def scenario(which: Scenario | str | Path | None) -> Scenario:
    """A scenario by name or path, or itself if all that it names exists; InputError if not."""
    if isinstance(which, Scenario):  # made in Python: nobody has looked at its levers and places
        return which.check(Places.load())
    return scenarios.get(which) if which else Scenario()


def population(which: OwnPopulation | str | Path | None) -> OwnPopulation | None:
    """Own people, or those of the file at a path; InputError names what is wrong in the file."""
    if isinstance(which, str | Path):
        return OwnPopulation.load(_there("population", Path(which)))
    return which


def parameters(which: Mapping[str, float] | str | Path | None) -> dict[str, float]:
    """Changes of parameters by name, or those of the file at a path; InputError if it is bad."""
    if isinstance(which, str | Path):
        return parameter_file.load(_there("parameters", Path(which)))
    return dict(which or {})


def _there(setting: str, path: Path) -> Path:
    """`path` if it is a file; else InputError with the nearest in its folder and what is taken."""
    if path.is_file():
        return path
    beside = [str(p) for p in path.parent.glob("*") if p.suffix in (".csv", ".parquet")]
    raise InputError(
        f"{path}: no such file{nearest(str(path), sorted(beside))}; {setting} takes the path of a "
        ".csv or .parquet file, or what was read from one"
    )


def _is_whole(value: object) -> bool:
    """Whether a value is a whole number of Python's or NumPy's, and no truth value."""
    return hasattr(value, "__index__") and not isinstance(value, bool)
