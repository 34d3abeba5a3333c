"""The levers of the page: what a reader may move, how far, and what that means in a scenario.

A position is in the unit that the page shows: per cent of what was, percentage points or yuan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from leftbehind.base.errors import InputError, nearest
from leftbehind.inputs.scenario import Scenario
from leftbehind.pages.explorer.question import FIRST_YEAR, Slider

NAME = "explored"  # of every scenario that the page asks for


@dataclass(frozen=True)
class Lever(Slider):
    """A slider of the explorer that holds everywhere from 2000 on, and the unit of its positions.

    Its words are in data/explorer and data/static.
    """

    unit: Literal["percent", "points", "yuan"]

    @property
    def per(self) -> float:
        """Positions in one unit of the amount of a scenario."""
        return 1.0 if self.unit == "yuan" else 100.0

    @property
    def span(self) -> float:
        """The longest way from the neutral position to an end."""
        return max(self.neutral - self.low, self.high - self.neutral)

    def ends(self) -> list[float]:
        """The ends that are not the world as it was."""
        return [end for end in (self.low, self.high) if end != self.neutral]


LEVERS = (
    Lever("school_barrier", "multiply", 0, 150, 5, "percent"),
    Lever("exam_open", "add", 0, 100, 5, "points"),
    Lever("wage", "multiply", 70, 130, 2, "percent"),
    Lever("local_job", "multiply", 0, 200, 10, "percent"),
    Lever("transfer", "add", 0, 3000, 100, "yuan"),
    Lever("hukou_chance", "multiply", 0, 300, 10, "percent"),
    Lever("pension", "add", 0, 3000, 100, "yuan"),
)
SHIPPED = tuple(lever.name for lever in LEVERS[:6])
BY_NAME = {lever.name: lever for lever in LEVERS}


def chosen(names: Sequence[str]) -> tuple[Lever, ...]:
    """The levers of some names, in the order of the page; InputError for one that there is not."""
    for name in names:
        if name not in BY_NAME:
            raise InputError(
                f"--lever {name}: not a lever of the page{nearest(name, list(BY_NAME))}; "
                f"allowed: {', '.join(BY_NAME)}"
            )
        if list(names).count(name) > 1:
            raise InputError(f"--lever {name}: given twice; give each lever once")
    return tuple(lever for lever in LEVERS if lever.name in names)


def scenario(levers: Sequence[Lever], positions: Sequence[float]) -> Scenario:
    """The world of some positions; the baseline where none is moved."""
    moved = [(lever, p) for lever, p in zip(levers, positions, strict=True) if p != lever.neutral]
    if not moved:
        return Scenario()
    return Scenario(
        name=NAME, change=tuple(lever.change(float(p), FIRST_YEAR, ()) for lever, p in moved)
    )
