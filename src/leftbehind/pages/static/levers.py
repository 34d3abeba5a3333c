"""The levers of the page: what a reader may move, how far, and what that means in a scenario.

A position is in the unit that the page shows: per cent of what was, percentage points or yuan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leftbehind.base.errors import InputError, nearest
from leftbehind.inputs.scenario import Change, Scenario
from leftbehind.pages.explorer.question import FIRST_YEAR, LAST_YEAR

NAME = "explored"  # of every scenario that the page asks for


@dataclass(frozen=True)
class Lever:
    """A lever of inputs/levers.py; its words are in data/explorer and data/static.

    `per` positions are one unit of the scenario's amount.
    """

    name: str
    operation: Literal["multiply", "add"]
    unit: Literal["percent", "points", "yuan"]
    low: float
    high: float
    step: float

    @property
    def neutral(self) -> float:
        """The position of the world as it was."""
        return 100.0 if self.operation == "multiply" else 0.0

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

    def change(self, position: float) -> Change:
        """The scenario's change that a position means."""
        fields: dict[str, Any] = {
            "lever": self.name,
            self.operation: position / self.per,
            "from": FIRST_YEAR,
            "to": LAST_YEAR,
        }
        return Change(**fields)


LEVERS = (
    Lever("school_barrier", "multiply", "percent", 0, 150, 5),
    Lever("exam_open", "add", "points", 0, 100, 5),
    Lever("wage", "multiply", "percent", 70, 130, 2),
    Lever("local_job", "multiply", "percent", 0, 200, 10),
    Lever("transfer", "add", "yuan", 0, 3000, 100),
    Lever("hukou_chance", "multiply", "percent", 0, 300, 10),
    Lever("pension", "add", "yuan", 0, 3000, 100),
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
    return Scenario(name=NAME, change=tuple(lever.change(float(p)) for lever, p in moved))
