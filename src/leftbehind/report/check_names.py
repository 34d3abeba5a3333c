"""How the report names what a check compares."""

from leftbehind.counts import definitions
from leftbehind.report.words import Words
from leftbehind.validate import Check


def name_of(check: Check, words: Words) -> str:
    """What a check compares, where and when."""
    if check.what in definitions.names():
        what = words.definition(definitions.get(check.what))
    else:
        what = words.check(check.what)
    place = "" if check.place == "china" else f" {words.place(check.place)}"
    return f"{what}{words('word.colon') if place else ''}{place.strip()} ({check.year})"
