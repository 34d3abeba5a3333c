"""Definitions on disk: the shipped files by name, and a user's own by path."""

from functools import cache
from pathlib import Path

import leftbehind.data
from leftbehind.base.errors import InputError, nearest, shown
from leftbehind.counts.definitions.definition import ALLOWED, Definition
from leftbehind.inputs.toml_file import read_toml, validated

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
        f"definition {shown(str(which))}: not known{nearest(str(which), names())}; "
        f"allowed: {', '.join(names())}, or the path of a .toml file"
    )


def load(path: str | Path) -> Definition:
    """Read a definition file; InputError names file, field, value and what is allowed."""
    return validated(Definition, read_toml(Path(path), "definition"), str(path), ALLOWED)


@cache
def _shipped(name: str) -> Definition:
    return load(FOLDER / f"{name}.toml")
