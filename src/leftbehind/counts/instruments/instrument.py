"""An instrument, validated; its fields are those of its TOML file.

    printed = children by the words * product of the steps

Each step is a factor known by its median and a 90 percent range, log-normal and independent of the
others. A step with `from_year` and `to_year` grows from 1 to its factor over these years.
Meetings are where two sources print the same thing: they teach what the steps together are.
"""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy.stats import norm

from leftbehind.inputs.scenario import Name, Texts
from leftbehind.inputs.tables import BASES

Z90 = float(norm.ppf(0.95))
Factor = Annotated[float, Field(gt=0, le=10)]
Year = Annotated[int, Field(ge=1950, le=2100)]
Basis = Literal["read", "memory", "unverified", "derived", "assumption"]
_FACTOR = "give a factor above 0, at most 10"
ALLOWED = {
    "name": "give a name of small letters, digits and hyphens, at most 200",
    "basis": f"give one of {', '.join(BASES)}",
    **dict.fromkeys(("title", "title_zh", "agency", "source", "description", "text"), "give text"),
    **dict.fromkeys(("definitions", "comparisons"), "give a list of texts"),
    **dict.fromkeys(("own", "other"), "give a list of at least one id of the table published"),
    **dict.fromkeys(("factor", "low", "high"), _FACTOR),
    **dict.fromkeys(("from_year", "to_year"), "give a year, a whole number from 1950 to 2100"),
    "error": "give a standard deviation of the logarithm, above 0, at most 3",
    "step": "give [[step]] tables",
    "meeting": "give [[meeting]] tables",
}


class Step(BaseModel):
    """One thing that lies between the words and the print: a factor and its 90 percent range."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: str
    factor: Factor
    low: Factor
    high: Factor
    from_year: Year | None = None
    to_year: Year | None = None
    basis: Basis
    source: str

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.factor <= self.high:
            raise ValueError("a step needs low <= factor <= high")
        if (self.from_year is None) != (self.to_year is None):
            raise ValueError("a step that grows needs both from_year and to_year")
        if (
            self.from_year is not None
            and self.to_year is not None
            and self.from_year >= self.to_year
        ):
            raise ValueError("a step that grows needs from_year before to_year")
        return self

    def log(self, year: int) -> tuple[float, float]:
        """Mean and standard deviation of the factor's logarithm in a year."""
        part = 1.0
        if self.from_year is not None and self.to_year is not None:
            part = float(np.interp(year, (self.from_year, self.to_year), (0.0, 1.0)))
        spread = (np.log(self.high) - np.log(self.low)) / (2.0 * Z90)
        return part * float(np.log(self.factor)), part * float(spread)


class Meeting(BaseModel):
    """Published rows of this source and of another that print the same thing.

    Sums of rows are compared. `error` is the standard deviation of the logarithm of their ratio
    that other years, ages or rules and the other source's own instrument would explain.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: str
    year: Year
    own: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    other: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    error: Annotated[float, Field(gt=0, le=3)]
    basis: Basis


class Instrument(BaseModel):
    """How an agency counts: the definitions and comparisons it prints, its steps and meetings."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name
    title: str
    title_zh: str = ""
    agency: str
    description: str
    definitions: Texts = ()
    comparisons: Texts = ()
    step: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    meeting: Annotated[tuple[Meeting, ...], Field(strict=False)] = ()

    def log(self, year: int) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm of all steps in a year, before meetings."""
        logs = np.array([step.log(year) for step in self.step])
        return float(logs[:, 0].sum()), float(np.sqrt(np.sum(logs[:, 1] ** 2)))
