"""Errors that a user can cause and mend."""

import os
from difflib import get_close_matches

MOST_BYTES = 1_900  # of a message: it must fit a screen whatever was given
MOST_OF_LINE = 900  # characters
MOST_OF_VALUE = 60  # characters of a value that a message repeats
FEW = 4  # parts of a list that are repeated


class InputError(Exception):
    """Something the user gave is wrong; the message names it and what is allowed.

    The command line prints the message and ends with status 2. The message is bounded, one
    character a cell of the screen: no control characters and none that cannot be written.
    """

    def __init__(self, message: str) -> None:
        lines = [_printable(line, MOST_OF_LINE) for line in message[: 10 * MOST_BYTES].split("\n")]
        super().__init__(_fitting(lines))


def shown(value: object) -> str:
    """A value as a message repeats it: in quotes if it is text, and never longer than a line."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**MOST_OF_VALUE:
        return "a number of very many digits"
    if isinstance(value, str):
        return repr(_printable(value, MOST_OF_VALUE))
    if isinstance(value, list | tuple) and len(value) <= FEW:
        return f"[{', '.join(shown(part) if _is_single(part) else '...' for part in value)}]"
    if not _is_single(value):  # may be deep: its inside is not walked
        return f"a {'table' if isinstance(value, dict) else 'list'} of {len(value)}"  # type: ignore[arg-type]
    return _printable(repr(value), MOST_OF_VALUE)


def _is_single(value: object) -> bool:
    return not isinstance(value, dict | list | tuple)


def nearest(word: str, known: list[str]) -> str:
    """`; did you mean X?` or nothing."""
    near = get_close_matches(word[:MOST_OF_VALUE], known, n=2)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def reason(error: OSError) -> str:
    """Why the system refused: in its words, not in those of the library that asked."""
    return os.strerror(error.errno) if error.errno else str(error)


def with_article(noun: str) -> str:
    """`a run`, `an ensemble`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _printable(text: str, most: int) -> str:
    cut = text if len(text) <= most else f"{text[: most - 4]} ..."
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in cut)


def _fitting(lines: list[str]) -> str:
    """The first lines that fit, and a last one that says how many do not.

    Of one line that is too long, as letters may take four bytes, its beginning.
    """
    size = 0
    for number, line in enumerate(lines):
        size += len(line.encode()) + 1
        if size > MOST_BYTES - 50 and number:
            return "\n".join([*lines[:number], f"  and {len(lines) - number} lines more"])
        if size > MOST_BYTES:
            return f"{line.encode()[: MOST_BYTES - 4].decode(errors='ignore')} ..."
    return "\n".join(lines)
