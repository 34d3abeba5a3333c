"""How the report names what a check compares."""

from leftbehind.counts import definitions
from leftbehind.evidence.validate import Check
from leftbehind.pages.report.words import Words


def name_of(check: Check, words: Words) -> str:
    """What a check compares, where and when."""
    if check.what in definitions.names():
        what = words.definition(definitions.get(check.what))
    else:
        what = words.check(check.what)
    place = "" if check.place == "china" else f" {words.place(check.place)}"
    return f"{what}{words('word.colon') if place else ''}{place.strip()} ({check.year})"
