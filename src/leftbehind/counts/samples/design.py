"""A survey's design, read from a TOML file: whom it draws, how, who answers, who stays.

people = 2000            # drawn in the first wave
waves = [2010, 2012]     # years; one is enough
seed = 1

[frame]                  # who can be drawn: columns of the panel's states and their values,
                         # places by any of their names or their codes
age = [0, 17]            # of numbers the lowest and the highest
hukou = ["agricultural"]

[clusters]               # leave out for a simple sample of the whole country
by = "prefecture"        # or "province"
number = 40              # drawn with chances in proportion to their people

[non_response]           # who is drawn and gives no answer
chance = 0.1
[[non_response.group]]   # the first group that one belongs to says the chance
chance = 0.4
who = { father = ["away"] }

[attrition]              # who answered and is lost by the next wave
chance = 0.05
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from leftbehind.base.errors import InputError, nearest, shown
from leftbehind.base.person import ALTERNATIVES
from leftbehind.inputs.place_names import find_area
from leftbehind.inputs.places import Places
from leftbehind.inputs.toml_file import read_toml, validated
from leftbehind.model.tallies import cells, headcount
from leftbehind.model.tallies.tally import HUKOU, SEXES
from leftbehind.own.population_schema import NO_YES, UNIONS

LABELS: dict[str, tuple[str, ...]] = {
    **cells.LABELS,
    "sex": SEXES,
    "hukou": HUKOU,
    "union": UNIONS,
    "in_school": NO_YES,
    "limited": NO_YES,
    "lives": headcount.LIVES,
    "choice": ALTERNATIVES,
}
NUMBERS = ("age", "schooling", "children_born", "birth_year")
PLACES = ("prefecture", "province")
HIGHEST = 10_000  # that a number of a state may be
Group = dict[str, list[Any]]  # labels or names of places; of a number (lowest, highest)

_CHANCE = "give a number from 0 to 1"
ALLOWED = {
    "people": "give a whole number from 1 to 10,000,000",
    "waves": "give a list of years from 1950 to 2100 in order, each once",
    "seed": "give a whole number from 0",
    "by": "give 'prefecture' or 'province'",
    "number": "give a whole number of at least 2",
    "chance": _CHANCE,
    **dict.fromkeys(("frame", "who"), "give columns, each with a list of its values"),
    **dict.fromkeys(("clusters", "non_response", "attrition"), "give a table of this name"),
    "group": "give [[group]] tables, each with chance and who",
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _check(group: Group) -> Group:
    """The group with places by their own names.

    Raises ValueError, naming what is known, for an unknown column, label or place.
    """
    known = [*NUMBERS, *PLACES, *LABELS]
    for name in group:
        if name not in known:
            raise ValueError(
                f"no such variable {shown(name)}{nearest(name, known)}; allowed: {', '.join(known)}"
            )
    return {name: _values(name, values) for name, values in group.items()}


def _values(name: str, values: list[Any]) -> list[Any]:
    if name in NUMBERS:
        whole = all(type(value) is int and abs(value) <= HIGHEST for value in values)
        if not whole or len(values) != 2 or values[0] > values[1]:
            raise ValueError(f"{name}: give [lowest, highest], whole numbers")
        return values
    if not values:
        raise ValueError(f"{name}: give at least one value")
    if name in PLACES:
        return [_place(name, value) for value in values]
    for value in values:
        if value not in LABELS[name]:
            raise ValueError(
                f"{name}: no such label {shown(value)}; allowed: {', '.join(LABELS[name])}"
            )
    return values


def _place(kind: str, word: Any) -> str:
    """The name that the column `kind` holds of a place, by any of its names or its code."""
    if not isinstance(word, str):
        raise ValueError(f"{kind}: give names of places in quotes, not {shown(word)}")
    try:
        if kind == "prefecture":
            places = Places.load()
            return str(places.table["name"][places.find(word)])
        area = find_area(word, kind)
    except InputError as error:
        raise ValueError(f"{kind}: {error}") from error
    if not area.is_province:
        raise ValueError(f"{kind}: {shown(word)} is a prefecture; give a province")
    return area.name


def belongs(group: Group) -> pl.Expr:
    """Whether a row of states is of the group."""
    parts = [
        pl.col(name).is_between(*values) if name in NUMBERS else pl.col(name).is_in(list(values))
        for name, values in group.items()
    ]
    return pl.all_horizontal(parts).fill_null(False) if parts else pl.lit(True)


Year = Annotated[int, Field(ge=1950, le=2100)]


class Clusters(_Model):
    """Places drawn first, with chances in proportion to their people."""

    by: Literal["prefecture", "province"]
    number: int = Field(ge=2)


class Among(_Model):
    """The chance of one group."""

    chance: float = Field(ge=0, le=1)
    who: Group

    _known = field_validator("who")(_check)


class Loss(_Model):
    """A chance for everybody, and other ones for groups."""

    chance: float = Field(default=0.0, ge=0, le=1)
    group: Annotated[tuple[Among, ...], Field(strict=False)] = ()

    def expr(self) -> pl.Expr:
        """Each row's chance: that of the first group it belongs to."""
        out = pl.lit(self.chance)
        for among in reversed(self.group):
            out = pl.when(belongs(among.who)).then(pl.lit(among.chance)).otherwise(out)
        return out


class Design(_Model):
    """A survey's design; its fields are those of the file."""

    people: int = Field(ge=1, le=10_000_000)
    waves: Annotated[tuple[Year, ...], Field(strict=False, min_length=1)]
    seed: int = Field(1, ge=0, lt=2**63)
    frame: Group = {}
    clusters: Clusters | None = None
    non_response: Loss = Loss()
    attrition: Loss = Loss()

    _known = field_validator("frame")(_check)

    @model_validator(mode="after")
    def _orderly(self) -> Self:
        if list(self.waves) != sorted(set(self.waves)):
            raise ValueError(f"waves: {ALLOWED['waves']}")
        if self.clusters and self.clusters.number > self.people:
            raise ValueError("clusters.number is larger than people: give each cluster a person")
        return self

    @staticmethod
    def load(path: Path) -> "Design":
        """The design of a file; InputError names field, value and what is allowed."""
        return Design.of(read_toml(path, "survey design"), str(path))

    @staticmethod
    def of(raw: dict[str, Any], where: str = "design") -> "Design":
        """The design that plain data mean; errors name `where`."""
        return validated(Design, raw, where, ALLOWED)
