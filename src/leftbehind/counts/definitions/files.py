"""Definitions on disk: the shipped files by name, and a user's own by path."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import leftbehind.data
from leftbehind.base.errors import InputError
from leftbehind.counts.definitions.definition import Definition
from leftbehind.inputs.scenario import nearest

FOLDER = Path(leftbehind.data.__file__).parent / "definitions"


def names() -> list[str]:
    """Names of the shipped definitions, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def get(which: str | Path | Definition) -> Definition:
    """A shipped definition by name, your own by the path of its TOML file, or itself.

    Raises InputError if there is no such definition, with the nearest name.
    """
    if isinstance(which, Definition):
        return which
    if str(which) in names():
        return _shipped(str(which))
    if str(which).endswith(".toml"):
        return load(Path(which))
    raise InputError(
        f"definition {str(which)!r}: not known{nearest(str(which), names())}; "
        f"allowed: {', '.join(names())}, or the path of a .toml file"
    )


def load(path: str | Path) -> Definition:
    """Read a definition file; InputError names file, field, value and what is allowed."""
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot read the definition ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a valid TOML file ({error})") from error
    try:
        return Definition.model_validate(raw)
    except ValidationError as error:
        problems = (_explain(problem, str(path)) for problem in error.errors())
        raise InputError("\n".join(problems)) from error


@cache
def _shipped(name: str) -> Definition:
    return load(FOLDER / f"{name}.toml")


def _explain(problem: Any, where: str) -> str:
    field = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = list(Definition.model_fields)
        hint = nearest(field, known)
        return f"{where}: unknown field {field!r}{hint}; allowed: {', '.join(known)}"
    if problem["type"] == "missing":
        return f"{where}: {field}: missing; every definition needs it"
    message = problem["msg"].removeprefix("Value error, ")
    if not field:  # two fields that do not go together: the message names them
        return f"{where}: {message}"
    return f"{where}: {field}: {message} (got {problem['input']!r})"
