"""What a visitor may ask: where the sliders stand, from which year, in which places.

A question that moves no slider is the world as it was. Every question is a Scenario, so what the
page shows can be run again with `leftbehind run --scenario`.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from leftbehind.base.errors import InputError, shown
from leftbehind.inputs.scenario import REGIONS, Change, Scenario, nearest
from leftbehind.pages.explorer.words import DOWNLOADS, words_of

FIRST_YEAR, LAST_YEAR = 2000, 2020
EVERYWHERE = "everywhere"
NOT_ASKED = ("lang", "world")  # parts of a link that are no settings
MOST_AGAINST = 400  # characters


@dataclass(frozen=True)
class Slider:
    """One lever of the page and how far it goes; its words are in data/explorer.

    A `multiply` slider stands in per cent of what was (100: as it was); an `add` slider in yuan a
    year of 2010, added to what was (0: as it was).
    """

    name: str
    operation: Literal["multiply", "add"]
    low: float
    high: float
    step: float

    @property
    def neutral(self) -> float:
        """Where the slider stands in the world as it was."""
        return 100.0 if self.operation == "multiply" else 0.0

    @property
    def per(self) -> float:
        """Positions in one unit of the amount of a scenario."""
        return 100.0 if self.operation == "multiply" else 1.0

    def change(self, value: float, start: int, places: tuple[str, ...]) -> Change:
        """The scenario's change that the slider's position means."""
        fields: dict[str, Any] = {
            "lever": self.name,
            self.operation: value / self.per,
            "from": start,
        }
        return Change(**fields, to=LAST_YEAR, places=places)

    def plain(self) -> dict[str, Any]:
        """All that the page needs to draw the slider, but for its words."""
        return {**asdict(self), "neutral": self.neutral}

    def in_words(self, value: float) -> str:
        """Title, position and unit, for a scenario's title."""
        words = words_of(DOWNLOADS)
        title, unit = words(f"sliders.{self.name}.title"), words(f"units.{self.operation}")
        return f"{title}: {value:g} {unit}"


SLIDERS = (
    Slider("school_barrier", "multiply", 0, 150, 5),
    Slider("local_job", "multiply", 0, 300, 10),
    Slider("wage", "multiply", 50, 150, 5),
    Slider("transfer", "add", 0, 6000, 100),
    Slider("pension", "add", 0, 6000, 100),
    Slider("boarding_primary", "multiply", 0, 300, 10),
    Slider("boarding_junior", "multiply", 0, 300, 10),
)
BY_NAME = {slider.name: slider for slider in SLIDERS}


def _position(name: str) -> Any:
    slider = BY_NAME[name]
    return Field(slider.neutral, ge=slider.low, le=slider.high, allow_inf_nan=False)


class Question(BaseModel):
    """Where the sliders stand; `where` names a region or province, `definition` who is counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    school_barrier: Annotated[float, _position("school_barrier")] = 100.0
    local_job: Annotated[float, _position("local_job")] = 100.0
    wage: Annotated[float, _position("wage")] = 100.0
    transfer: Annotated[float, _position("transfer")] = 0.0
    pension: Annotated[float, _position("pension")] = 0.0
    boarding_primary: Annotated[float, _position("boarding_primary")] = 100.0
    boarding_junior: Annotated[float, _position("boarding_junior")] = 100.0
    start: int = Field(FIRST_YEAR, alias="from", ge=FIRST_YEAR, le=LAST_YEAR)
    where: str = EVERYWHERE
    definition: str = "acwf-2010"
    against: Annotated[str, Field(max_length=MOST_AGAINST)] = (
        ""  # a link's settings; none: as it was
    )

    @field_validator("where")
    @classmethod
    def _known_place(cls, where: str) -> str:
        return _one_of(where, _places(), "place")

    @field_validator("definition")
    @classmethod
    def _known_definition(cls, definition: str) -> str:
        return _one_of(definition, _definitions(), "definition")

    @field_validator("against")
    @classmethod
    def _readable(cls, against: str) -> str:
        try:
            other = from_query(parse_qsl(against, keep_blank_values=True))
        except InputError as error:
            raise ValueError(f"the other scenario's {error}") from error
        if other.against:
            raise ValueError("the other scenario may not have another one")
        return against

    def reference(self) -> "Question":
        """The question that this one is compared with: the world as it was if none is named."""
        return from_query(parse_qsl(self.against, keep_blank_values=True))

    @property
    def moved(self) -> tuple[tuple[Slider, float], ...]:
        """The sliders that do not stand where the world was."""
        values = ((slider, float(getattr(self, slider.name))) for slider in SLIDERS)
        return tuple((slider, value) for slider, value in values if value != slider.neutral)

    def scenario(self) -> Scenario:
        """The question as a scenario; the baseline if no slider is moved."""
        if not self.moved:
            return Scenario()
        # As a province: Jilin and Hainan alone may mean a prefecture too.
        where = self.where if self.where in REGIONS else f"{self.where} province"
        places = () if self.where == EVERYWHERE else (where,)
        parts = [slider.in_words(value) for slider, value in self.moved]
        return Scenario(
            name="explored",
            title="; ".join(parts),
            description=f"Set in the explorer, from {self.start} on, {self.where}.",
            change=tuple(s.change(v, self.start, places) for s, v in self.moved),
        )

    def world(self) -> str:
        """Names the changed world: the same for all definitions that may be counted in it."""
        return self.scenario().model_dump_json()


def from_json(body: bytes) -> Question:
    """The question in a request's body; InputError says in plain words what is wrong with it."""
    try:
        question = Question.model_validate_json(body, strict=True)
        json.loads(body, object_pairs_hook=_without_doubles)
        return question
    except ValidationError as error:
        raise InputError(_explain(error)) from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InputError("a setting is given twice")
    return found


def from_query(pairs: list[tuple[str, str]]) -> Question:
    """The question in a link; InputError says in plain words what is wrong with it."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise InputError("a setting is given twice in this link")
    try:
        return Question.model_validate(values)
    except ValidationError as error:
        raise InputError(_explain(error)) from error


def from_link(link: str) -> str:
    """What of a saved link stands after the page's own address; empty for an empty link.

    The link may be whole, or begin at its `?` or after it. InputError if it is damaged.
    """
    parts = urlsplit(link if "?" in link or link[:1] in ("", "#") else f"?{link}")
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        from_query([(name, value) for name, value in pairs if name not in NOT_ASKED])
    except (ValueError, InputError) as error:
        raise InputError(f"--link {shown(link)}: damaged: {error}") from error
    query = f"?{parts.query}" if parts.query else ""
    return f"{query}#{parts.fragment}" if parts.fragment else query


def places_by_region() -> dict[str, list[str]]:
    """Provinces by region, in the order of their codes."""
    from leftbehind.inputs.tables import read_table

    out: dict[str, list[str]] = {region: [] for region in REGIONS}
    for row in read_table("provinces").sort("code").rows(named=True):
        out[row["region"]].append(row["name"])
    return out


@cache
def _places() -> tuple[str, ...]:
    by_region = places_by_region()
    return (EVERYWHERE, *by_region, *(name for names in by_region.values() for name in names))


@cache
def _definitions() -> tuple[str, ...]:
    from leftbehind.counts import definitions

    return tuple(definitions.names())


def _one_of(value: str, known: tuple[str, ...], kind: str) -> str:
    if value not in known:
        raise ValueError(f"no such {kind}{nearest(value, list(known))}")
    return value


def _explain(error: ValidationError) -> str:
    known = [field.alias or name for name, field in Question.model_fields.items()]
    lines = []
    for problem in error.errors(include_url=False):
        field = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            hint = nearest(field, known)
            message = f"unknown setting{hint}; allowed: {', '.join(known)}"
        if problem["type"] == "json_invalid":
            field, message = "request", "not valid JSON"
        lines.append(f"{field or 'request'}: {message}")
    return "\n".join(lines)
