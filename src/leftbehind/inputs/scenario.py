"""A scenario: named, dated changes of places or parameters, in a short TOML file.

    name = "city-schools-open"
    title = "No hukou barrier to city schools"

    [[change]]
    lever = "school_barrier"     # a lever of a place, or the name of a parameter
    set = 0.0                    # or: multiply = 0.8, or: add = 1200.0
    from = 2000                  # first year, and last with: to = 2013
    places = ["Beijing", "east"] # names of prefectures, provinces or regions; left out: everywhere

A path in place of the number, `multiply = { 2024 = 1.0, 2050 = 1.4 }`, is linear between its years
and stays at its ends. Unknown keys are refused with the nearest valid name. The scenarios that ship
with the package lie in `data/scenarios`; `get("city-schools-open+pensions-for-the-old")` combines.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import tomli_w
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

import leftbehind.data
from leftbehind.base.errors import InputError, nearest, shown
from leftbehind.inputs.levers import LEVERS
from leftbehind.inputs.parameters import Parameters, allowed_range, yearly_names
from leftbehind.inputs.place_names import find_area
from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import BASES
from leftbehind.inputs.toml_file import read_toml, validated

REGIONS = ("east", "central", "west", "northeast")
GALLERY = Path(leftbehind.data.__file__).parent / "scenarios"
BASELINE = "baseline"
FIRST, LAST = 1950, 2100  # years that a change may name

MOST_JOINED = 20  # scenarios, by +
LARGEST = 1e12  # number that a change may hold, in any unit
FACTORS = (0.0, 100.0)  # what a lever of places may be multiplied by

Amount = float | dict[int, float]  # one number, or its path by year
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=200)]
# A list in the file; what it holds is as strict as the rest.
Texts = Annotated[tuple[str, ...], Field(strict=False)]

# What each field of a file may hold, for errors.
_NUMBER = "give a number, or a path of numbers by year: { 2024 = 1.0, 2050 = 1.4 }"
ALLOWED = {
    "name": "give a name of small letters, digits and hyphens, at most 200",
    "basis": f"give one of {', '.join(BASES)}",
    **dict.fromkeys(("title", "description", "source", "lever"), "give text in quotes"),
    **dict.fromkeys(("set", "multiply", "add"), _NUMBER),
    **dict.fromkeys(("from", "to"), f"give a year, a whole number from {FIRST} to {LAST}"),
    "places": 'give a list of names: ["Beijing", "east"]',
    "change": "give tables headed [[change]]",
}


class Change(BaseModel):
    """One dated change of a lever: exactly one of `set`, `multiply`, `add`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    lever: str
    set: Amount | None = None
    multiply: Amount | None = None
    add: Amount | None = None
    from_year: int = Field(default=FIRST, alias="from", ge=FIRST, le=LAST)
    to_year: int = Field(default=LAST, alias="to", ge=FIRST, le=LAST)
    places: Texts = ()

    @field_validator("set", "multiply", "add", mode="before")
    @classmethod
    def _number_or_path(cls, given: Any) -> Amount | None:
        if given is None or not isinstance(given, Mapping):
            return given if given is None else _number(given)
        if not given:
            raise ValueError("a path needs at least one year")
        return {_year(year): _number(value) for year, value in given.items()}

    @model_validator(mode="after")
    def _one_operation(self) -> "Change":
        given = [n for n in ("set", "multiply", "add") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of set, multiply, add")
        if self.from_year > self.to_year:
            raise ValueError(f"from = {self.from_year} lies after to = {self.to_year}")
        return self

    def holds(self, year: int) -> bool:
        """Whether the change is in force in `year`."""
        return self.from_year <= year <= self.to_year

    def apply(self, values: np.ndarray, year: int) -> np.ndarray:
        """The changed values in a year in which the change is in force."""
        if self.set is not None:
            return np.full_like(values, _in_year(self.set, year))
        if self.multiply is not None:
            return values * _in_year(self.multiply, year)
        assert self.add is not None
        return values + _in_year(self.add, year)

    def in_words(self) -> str:
        """One line: the lever, what becomes of it, when and where."""
        what, amount = next(
            (name, getattr(self, name))
            for name in ("set", "multiply", "add")
            if getattr(self, name) is not None
        )
        path = amount.items() if isinstance(amount, dict) else ()
        size = ", ".join(f"{v:g} in {y}" for y, v in path) or f"{amount:g}"
        to = "" if self.to_year == LAST else f" to {self.to_year}"
        where = f", {', '.join(self.places)}" if self.places else ""
        return f"{self.lever}: {what} {size}; from {self.from_year}{to}{where}"


def _number(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(_NUMBER)
    if not abs(given) <= LARGEST:  # nor a value that is not a number
        raise ValueError(f"{_NUMBER}, each of at most {LARGEST:.0e}")
    return float(given)


def _year(given: Any) -> int:
    if not re.fullmatch("[0-9]{4}", str(given)) or not FIRST <= int(given) <= LAST:
        raise ValueError(f"{shown(given)} is no year of a path; give years from {FIRST} to {LAST}")
    return int(given)


def _in_year(amount: Amount, year: int) -> float:
    if isinstance(amount, float):
        return amount
    points = sorted(amount.items())
    return float(np.interp(year, [y for y, _ in points], [value for _, value in points]))


class Scenario(BaseModel):
    """A world that differs from the baseline by its changes, in order.

    `source` and `basis` say where its numbers come from, as in the model's tables.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name = BASELINE
    title: str = "As it was"
    description: str = ""
    source: str = ""
    basis: Literal["read", "memory", "derived", "assumption"] = "assumption"
    change: Annotated[tuple[Change, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _own_name(self) -> "Scenario":
        if self.change and self.name == BASELINE:
            raise ValueError(
                f"name: a changed world needs a name of its own, not {BASELINE!r}: the world as it "
                'was; give name = "my-world"'
            )
        return self

    @cached_property
    def parameter_changes(self) -> tuple[Change, ...]:
        """The changes whose lever is a parameter."""
        return tuple(c for c in self.change if c.lever not in LEVERS)

    def changed(self, lever: str, year: int, values: np.ndarray, places: Places) -> np.ndarray:
        """`values` (prefectures,) of a place lever in `year` after this scenario's changes."""
        for change in self.change:
            if change.lever == lever and change.holds(year):
                here = members(change.places, places)
                values = np.where(here, change.apply(values, year), values)
        return values

    def parameters_in(self, year: int, parameters: Parameters) -> np.ndarray:
        """The one-row record of the parameters of `year` after this scenario's changes."""
        p = parameters.in_year(year)
        for change in self.parameter_changes:
            if change.holds(year):
                p[change.lever] = change.apply(p[change.lever], year)
        return p

    def check(self, places: Places) -> "Scenario":
        """Itself, if every lever and place exists; else InputError with the nearest valid name."""
        for number, change in enumerate(self.change, start=1):
            try:
                _check_change(change, places)
            except InputError as error:
                raise InputError(f"scenario {self.name!r}, change {number}: {error}") from error
        for lever in dict.fromkeys(c.lever for c in self.parameter_changes):
            self._check_parameter(lever)
        return self

    def _check_parameter(self, lever: str) -> None:
        """InputError if a parameter leaves, in any year, what a file of parameters may hold."""
        low, high = allowed_range(lever)
        changes = [c for c in self.parameter_changes if c.lever == lever]
        years = np.arange(FIRST, LAST + 1)
        for year, value in zip(years, Parameters.load().path(lever, years), strict=True):
            held = np.array([value])
            for change in changes:
                held = change.apply(held, int(year)) if change.holds(int(year)) else held
            if held[0] != value and not low <= held[0] <= high:
                raise InputError(
                    f"scenario {self.name!r}: {lever} would be {held[0]:g} in {year}: not allowed; "
                    f"change it so that it stays from {low:g} to {high:g}"
                )

    def to_toml(self) -> str:
        """The scenario as the text of a TOML file that `load` reads back."""
        plain = self.model_dump(
            mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
        )
        return tomli_w.dumps({"name": self.name, **plain}, multiline_strings=True)


def _check_change(change: Change, places: Places) -> None:
    known = [*LEVERS, *yearly_names()]
    if change.lever not in known:
        raise InputError(
            f"no lever named {shown(change.lever)}{nearest(change.lever, known)}; levers of "
            f"places: {', '.join(LEVERS)}; or any parameter of `leftbehind sources --parameters`"
        )
    if change.lever not in LEVERS:
        if change.places:
            raise InputError(
                f"{change.lever!r} is a parameter of the whole country and takes no `places`"
            )
        return
    members(change.places, places)
    _, lowest, highest = LEVERS[change.lever]
    operations = {
        "set": (change.set, lowest, highest),
        "multiply": (change.multiply, *FACTORS),
        "add": (change.add, lowest - highest, highest - lowest),
    }
    for name, (amount, low, high) in operations.items():
        for value in amount.values() if isinstance(amount, dict) else [amount]:
            if value is not None and not low <= value <= high:
                raise InputError(
                    f"{name} = {value:g}: not allowed for {change.lever!r}; give a number from "
                    f"{low:g} to {high:g}"
                )


def members(names: tuple[str, ...], places: Places) -> np.ndarray:
    """Which prefectures the names of prefectures, provinces or regions mean; all for no names."""
    if not names:
        return np.ones(len(places), dtype=bool)
    out = np.zeros(len(places), dtype=bool)
    codes = places.table["code"].to_numpy()
    for name in names:
        if name in REGIONS:
            out |= (places.provinces["region"] == name).to_numpy()[places.province]
            continue
        area = find_area(name, "prefecture, province or region")
        out |= (codes // 10_000 * 10_000 if area.is_province else codes) == area.code
    return out


def gallery() -> list[Scenario]:
    """The scenarios that ship with the package, in alphabetical order."""
    return [load(path) for path in sorted(GALLERY.glob("*.toml"))]


def get(which: str | Path | Scenario) -> Scenario:
    """A scenario of the gallery by name, a file by path, several joined by `+`, or itself.

    Raises InputError if there is none, with the nearest name of the gallery.
    """
    if isinstance(which, Scenario):
        return _unlike_gallery(which, f"scenario {which.name!r}")
    if _is_file(str(which)):
        return load(Path(which))
    if "+" in str(which):
        parts = str(which).split("+")
        if len(parts) > MOST_JOINED:
            raise InputError(f"scenario: {len(parts):,} joined by +; give at most {MOST_JOINED}")
        return combine(*(get(part.strip()) for part in parts)).check(Places.load())
    shipped = {path.stem: path for path in GALLERY.glob("*.toml")}
    name = str(which).removesuffix(".toml")
    if name not in shipped:
        raise InputError(
            f"scenario {shown(str(which))}: neither a file nor in the gallery"
            f"{nearest(name, [*shipped])}"
            f"; gallery: {', '.join(sorted(shipped))}"
        )
    return load(shipped[name])


def combine(*scenarios: Scenario) -> Scenario:
    """All changes of all scenarios, one after the other: the last `set` of a lever holds."""
    parts = [s for s in scenarios if s.change]
    if len(parts) < 2:
        return parts[0] if parts else Scenario()
    weakest = min((s.basis for s in parts), key=("assumption", "memory", "derived", "read").index)
    return Scenario(
        name="-and-".join(s.name for s in parts),
        title=" + ".join(s.title for s in parts),
        description="\n".join(s.description for s in parts if s.description),
        source="; ".join(s.source for s in parts if s.source),
        basis=weakest,
        change=tuple(change for s in parts for change in s.change),
    )


def load(path: Path) -> Scenario:
    """Read a scenario file; InputError names file, field, value and what is allowed."""
    scenario = parse(read_toml(path, "scenario"), str(path))
    return scenario if path.parent == GALLERY else _unlike_gallery(scenario, str(path))


def parse(raw: dict[str, Any], where: str) -> Scenario:
    """A scenario from plain data; `where` names its origin in errors."""
    scenario = validated(Scenario, raw, where, ALLOWED)
    try:
        return scenario.check(Places.load())
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _is_file(which: str) -> bool:
    try:
        return Path(which).is_file()
    except (OSError, ValueError):  # a name too long for a file, or with a null byte
        return False


def _unlike_gallery(scenario: Scenario, where: str) -> Scenario:
    """Itself, unless it has the name of a scenario of the gallery and changes something else."""
    shipped = GALLERY / f"{scenario.name}.toml"
    if _is_file(str(shipped)) and load(shipped).change != scenario.change:
        raise InputError(
            f"{where}: name: {scenario.name!r} is a scenario of the gallery that changes other "
            "things; a changed world needs a name of its own"
        )
    return scenario
