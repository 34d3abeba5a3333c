"""A user's TOML file, read and held against a model of its fields: scenarios and definitions.

What is wrong is told in our own words: file, field, value and what is allowed. A file that is too
large, too deep or has numbers of thousands of digits is refused before it can cost anything.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from leftbehind.base.errors import InputError, nearest, shown

MOST_BYTES = 256 * 1024
# Of a line. The parser's time grows with the square of the parts of a dotted name.
MOST_CHARACTERS, MOST_DOTS = 5_000, 400
MOST_TOLD = 5  # faults in one message
_PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)$")

Model = TypeVar("Model", bound=BaseModel)


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """The plain data of a TOML file in UTF-8; `what` it should be ("scenario") goes into errors.

    Raises InputError for a file that cannot be read or is no TOML, with line and column.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path}: cannot read the {what} (no such file)")
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: too large for a {what}; give at most {MOST_BYTES:,} bytes")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot read the {what} ({error.strerror})") from error
    except ValueError as error:  # bytes that are no UTF-8; a path with a null byte
        raise InputError(
            f"{path}: not a valid TOML file: it is not text in UTF-8; save it as UTF-8"
        ) from error
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > MOST_CHARACTERS or line.count(".") > MOST_DOTS:
            raise InputError(
                f"{path}: not a valid TOML file: line {number} is longer than "
                f"{MOST_CHARACTERS:,} characters or has more than {MOST_DOTS} dots"
            )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not a valid TOML file{_where(str(error), text)}") from error
    except RecursionError as error:
        raise InputError(f"{path}: not a valid TOML file: brackets nest too deep") from error
    except (ValueError, ArithmeticError) as error:
        raise InputError(
            f"{path}: not a valid TOML file: a number or date in it cannot be; give numbers of "
            "fewer digits and dates of the calendar"
        ) from error


def _where(told: str, text: str) -> str:
    """Line and column of the parser's complaint, and the line itself, cut."""
    place = _PLACE.search(told)
    if place is None:
        return ": it ends too early; is a quote or a bracket open?"
    line = int(place["line"])
    lines = text.split("\n")
    what = lines[line - 1].strip() if line <= len(lines) else ""
    return (
        f": line {line}, column {place['column']}: {shown(what)} cannot be read there; write "
        'name = value, text in "quotes", each name once'
    )


def validated(
    model: type[Model], raw: dict[str, Any], where: str, allowed: dict[str, str]
) -> Model:
    """`raw` as a `model`; InputError names `where`, field, value and what is allowed.

    `allowed` says so by field in words ("give text"); what a validator of the model raises is told
    as it stands.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        told = dict.fromkeys(_told(model, problem, where, allowed) for problem in problems)
        raise InputError("\n".join([*told][:MOST_TOLD])) from None
    except RecursionError:
        raise InputError(f"{where}: lists and tables nest too deep") from None


def _told(model: type[BaseModel], problem: Any, where: str, allowed: dict[str, str]) -> str:
    """One problem as a sentence."""
    parts = [str(part)[:40] for part in problem["loc"]]
    field = ".".join(parts)
    names = [part for part in parts if part in allowed]
    if problem["type"] == "extra_forbidden":
        known = _fields(model, parts[:-1])
        hint = nearest(parts[-1], known)
        return f"{where}: unknown field {shown(field)}{hint}; allowed: {', '.join(known)}"
    if problem["type"] == "missing":
        return f"{where}: {field}: missing; {allowed.get(parts[-1], 'it must be there')}"
    if problem["type"] == "value_error":
        message = str(problem["ctx"]["error"])
        if not field:  # two fields that do not go together: the message names them
            return f"{where}: {message}"
    else:
        message = allowed[names[-1]] if names else "not allowed"
    return f"{where}: {field}: {message} (got {shown(problem['input'])})"


def _fields(model: type[BaseModel], inside: list[str]) -> list[str]:
    """Names in a file of the fields of the table that lies `inside` those of the model."""
    for part in inside:
        if part in model.model_fields:  # else the number of a table in a list
            model = _table(model.model_fields[part].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _table(annotation: Any) -> type[BaseModel] | None:
    """The model of a field's tables, or of those in its list; None if it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_table, get_args(annotation))), None)
