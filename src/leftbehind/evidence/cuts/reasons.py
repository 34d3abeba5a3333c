"""Why the model loses: a reason for each series that emerges, as far as it is known (reasons.toml).

A reason is written by people who looked, not worked out. One that only fits, and was not tested by
changing the model, says so (`likely`).
"""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from leftbehind.base.errors import InputError, nearest
from leftbehind.evidence.cuts.series import EMERGES, table
from leftbehind.inputs.toml_file import read_toml, validated

FILE = Path(__file__).with_name("reasons.toml")
UNKNOWN = "reason not known"
ALLOWED = {
    "reason": "give a sentence",
    "shown": "give the figure that shows it, in words",
    "likely": "give true or false",
}


class Reason(BaseModel):
    """A cause, the figure that shows it (if one does), and whether it is only likely."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    reason: str = Field(min_length=1)
    shown: str = ""
    likely: bool = False

    def text(self) -> str:
        """As it stands in a table."""
        told = f"likely: {self.reason}" if self.likely else self.reason
        return f"{told} ({self.shown})" if self.shown else told


@cache
def load(path: Path = FILE) -> dict[str, Reason]:
    """Reasons by series; InputError for what is no series that emerges, or no reason."""
    emerging = {one.name for one in table().values() if one.decided == EMERGES}
    raw = read_toml(path, "table of reasons")
    for name in raw:
        if name not in emerging:
            raise InputError(
                f"{path}: {name!r}: no series that emerges has this name"
                f"{nearest(name, sorted(emerging))}"
            )
    return {name: validated(Reason, one, f"{path}: {name!r}", ALLOWED) for name, one in raw.items()}


def why(series: str) -> str:
    """The reason of a series in words, or that it is not known."""
    known = load().get(series)
    return known.text() if known else UNKNOWN
