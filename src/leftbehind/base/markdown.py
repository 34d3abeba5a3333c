"""Pages that the program writes: templates (Jinja), tables and numbers in them."""

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup


def render(package: str, template: str, **content: object) -> str:
    """The page that a template beside the module of `package` gives with this content.

    Templates can call `table`, write a number by the filter `figure` and a value for a script by
    `embedded`; a name they do not know is an error. In HTML what is filled in is escaped.
    """
    return _templates(package).get_template(template).render(**content)


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Heads of the columns, then the rows; a bar in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def figure(value: float) -> str:
    """A number with about three digits that matter; "none" for an open side, "–" if unknown."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "none"
    size = abs(value)
    digits = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3
    return f"{value:,.{digits}f}"


def embedded(value: Any) -> Markup:
    """A value as JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


@cache
def _templates(package: str) -> Environment:
    environment = Environment(
        loader=PackageLoader(package, ""),
        autoescape=select_autoescape(("html", "html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["table"] = table
    environment.filters.update(figure=figure, embedded=embedded)
    return environment
