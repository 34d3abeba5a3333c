"""leftbehind: China's families, person by person, and the children who stay behind.

import leftbehind as lb

world = lb.run(scale=10_000)                     # or lb.open_run("runs/baseline")
world.left_behind("acwf-2010", by="province", years=2010)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leftbehind.counts.definitions import Definition
    from leftbehind.counts.world import World
    from leftbehind.ensembles.ensemble import Ensemble
    from leftbehind.ensembles.face import compare, definitions, open_run, reconcile, run, scenarios
    from leftbehind.inputs.scenario import Scenario

    __version__: str

__all__ = [
    "Definition",
    "Ensemble",
    "Scenario",
    "World",
    "__version__",
    "compare",
    "definitions",
    "open_run",
    "reconcile",
    "run",
    "scenarios",
]
_FACE = "leftbehind.ensembles.face"
_HOMES = {
    "Definition": "leftbehind.counts.definitions",
    "Ensemble": "leftbehind.ensembles.ensemble",
    "Scenario": "leftbehind.inputs.scenario",
    "World": "leftbehind.counts.world",
    **dict.fromkeys(("compare", "definitions", "open_run", "reconcile", "run", "scenarios"), _FACE),
}


def __getattr__(name: str) -> Any:
    """A name of the face, brought in at its first use.

    Lazy, because behind them stand the compiler and the table library, more than a second of
    processor time: a program that only asks for the version or the help need not wait for them.
    """
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("leftbehind")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'leftbehind' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
