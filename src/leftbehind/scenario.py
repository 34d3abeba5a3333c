"""A scenario: named, dated changes of places or parameters, in a short TOML file.

    name = "city-schools-open"
    title = "No hukou barrier to city schools"

    [[change]]
    lever = "school_barrier"     # a lever of a place, or the name of a parameter
    set = 0.0                    # or: multiply = 0.8, or: add = 1200.0
    from = 2000                  # first year, and last with: to = 2013
    places = ["Beijing", "east"] # names of prefectures, provinces or regions; left out: everywhere

Unknown keys are refused with the nearest valid name.
"""

import tomllib
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from leftbehind.errors import InputError
from leftbehind.places import Places

if TYPE_CHECKING:
    from leftbehind.parameters import Parameters

REGIONS = ("east", "central", "west", "northeast")


class Change(BaseModel):
    """One dated change of a lever: exactly one of `set`, `multiply`, `add`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lever: str
    set: float | None = None
    multiply: float | None = None
    add: float | None = None
    from_year: int = Field(default=1950, alias="from", ge=1950, le=2100)
    to_year: int = Field(default=2100, alias="to", ge=1950, le=2100)
    places: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_operation(self) -> "Change":
        given = [n for n in ("set", "multiply", "add") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of set, multiply, add")
        if self.from_year > self.to_year:
            raise ValueError(f"from = {self.from_year} lies after to = {self.to_year}")
        return self

    def apply(self, values: np.ndarray) -> np.ndarray:
        """The changed values."""
        if self.set is not None:
            return np.full_like(values, self.set)
        if self.multiply is not None:
            return values * self.multiply
        assert self.add is not None
        return values + self.add


class Scenario(BaseModel):
    """A world that differs from the baseline by its changes, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="baseline", pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = "As it was"
    description: str = ""
    change: tuple[Change, ...] = ()

    @cached_property
    def parameter_changes(self) -> tuple[Change, ...]:
        """The changes whose lever is a parameter."""
        from leftbehind.conditions import LEVERS

        return tuple(c for c in self.change if c.lever not in LEVERS)

    def changed(self, lever: str, year: int, values: np.ndarray, places: Places) -> np.ndarray:
        """`values` (prefectures,) of a place lever in `year` after this scenario's changes."""
        for change in self.change:
            if change.lever == lever and change.from_year <= year <= change.to_year:
                here = members(change.places, places)
                values = np.where(here, change.apply(values), values)
        return values

    def parameters_in(self, year: int, parameters: "Parameters") -> np.ndarray:
        """The one-row record of the parameters of `year` after this scenario's changes."""
        p = parameters.in_year(year)
        for change in self.parameter_changes:
            if change.from_year <= year <= change.to_year:
                p[change.lever] = change.apply(p[change.lever])
        return p

    def check(self, places: Places) -> "Scenario":
        """Itself, if every lever and place exists; else InputError with the nearest valid name."""
        from leftbehind.conditions import LEVERS
        from leftbehind.parameters import yearly_names

        known = [*LEVERS, *yearly_names()]
        for number, change in enumerate(self.change, start=1):
            if change.lever not in known:
                raise InputError(
                    f"scenario {self.name!r}, change {number}: no lever named {change.lever!r}"
                    f"{nearest(change.lever, known)}; levers of places: {', '.join(LEVERS)}; "
                    "or any parameter of `leftbehind sources --parameters`"
                )
            if change.lever not in LEVERS and change.places:
                raise InputError(
                    f"scenario {self.name!r}, change {number}: {change.lever!r} is a parameter of "
                    "the whole country and takes no `places`"
                )
            members(change.places, places)
        return self

    def to_toml(self) -> str:
        """The scenario as the text of a TOML file that `load` reads back."""
        import tomli_w

        plain = self.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
        return tomli_w.dumps({"name": self.name, **plain})


def nearest(word: str, known: list[str]) -> str:
    """`; did you mean X?` or nothing."""
    near = get_close_matches(word, known, n=2)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def members(names: tuple[str, ...], places: Places) -> np.ndarray:
    """Which prefectures the names of prefectures, provinces or regions mean; all for no names."""
    if not names:
        return np.ones(len(places), dtype=bool)
    out = np.zeros(len(places), dtype=bool)
    provinces = places.provinces["name"].to_list()
    for name in names:
        if name in REGIONS:
            out |= (places.provinces["region"] == name).to_numpy()[places.province]
        elif name in provinces:
            out |= places.province == provinces.index(name)
        else:
            out[places.find(name)] = True
    return out


def load(path: Path) -> Scenario:
    """Read a scenario file; InputError names file, field, value and what is allowed."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot read the scenario ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a valid TOML file ({error})") from error
    return parse(raw, str(path))


def parse(raw: dict[str, Any], where: str) -> Scenario:
    """A scenario from plain data; `where` names its origin in errors."""
    try:
        scenario = Scenario.model_validate(raw)
    except ValidationError as error:
        problems = "\n".join(_explain(problem, where) for problem in error.errors())
        raise InputError(problems) from error
    return scenario.check(Places.load())


def _explain(problem: Any, where: str) -> str:
    field = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        inside = "change" in problem["loc"]
        known = [f.alias or n for n, f in (Change if inside else Scenario).model_fields.items()]
        hint = nearest(str(problem["loc"][-1]), known)
        return f"{where}: unknown field {field!r}{hint}; allowed: {', '.join(known)}"
    return f"{where}: {field}: {problem['msg']} (got {problem['input']!r})"
