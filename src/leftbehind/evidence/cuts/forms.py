"""Competing forms of the choice, each as parameters that are held: one part less than the whole,
and the old choice, with none of the parts.

A part is taken out by the value at which it does nothing: a weight of 0, a constant so low that
nobody chooses the alternative, a chance of 1.
"""

from collections.abc import Callable
from dataclasses import dataclass

from leftbehind.base.errors import InputError, nearest
from leftbehind.inputs.parameters import allowed_range


@dataclass(frozen=True)
class Form:
    """A form: its name, what it says, and the parameters that it holds (none solved with them)."""

    name: str
    meaning: str
    held: Callable[[], dict[str, float]]


def _no_town() -> dict[str, float]:
    """The constants of life in the county's town as low as they may be."""
    names = ("choice_alpha_town", "choice_alpha_town_apart")
    return {name: allowed_range(name)[0] for name in names}


def _no_tastes() -> dict[str, float]:
    """Lasting tastes without spread: everybody likes leaving and staying alike."""
    of = ("father", "mother", "children", "city", "town")
    return {f"choice_taste_{name}": 0.0 for name in of}


ALL, OLD = "all", "old-choice"
PARTS = (
    Form(
        "fresh-shocks",
        "circumstances are drawn anew every year (the form before spells)",
        lambda: {"choice_rethink": 1.0},
    ),
    Form("no-local-work", "work near home adds nothing to staying", lambda: {"choice_local": 0.0}),
    Form("no-town", "nobody moves to the county's town", _no_town),
    Form("no-tastes", "nobody has lasting tastes of leaving or staying", _no_tastes),
    Form(
        "no-settling",
        "years away do not bring the children after their parents",
        lambda: {"choice_settle": 0.0},
    ),
)


def _none() -> dict[str, float]:
    """All parts taken out at once."""
    return {name: value for part in PARTS for name, value in part.held().items()}


FORMS = {
    form.name: form
    for form in (
        Form(ALL, "the shipped form", dict),
        *PARTS,
        Form(OLD, "none of these parts: the choice as it was before them", _none),
    )
}


def get(name: str) -> Form:
    """A form by its name; InputError for one that is not known, with the nearest."""
    if name not in FORMS:
        raise InputError(
            f"--form {name}: not known{nearest(name, list(FORMS))}; give {', '.join(FORMS)}"
        )
    return FORMS[name]
