"""What an agency would print of a count: the words times its instrument, with an interval.

The logarithm of the instrument's factor has a normal prior (its steps), and each meeting of two
sources measures it once with a normal error: the posterior is the closed form of two normals. A
meeting that holds a figure that is judged by this reading is left out, so that no figure teaches
what it judges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

import leftbehind.data
from leftbehind.base.errors import InputError, nearest, shown
from leftbehind.counts.definitions import Definition
from leftbehind.counts.instruments.instrument import ALLOWED, Z90, Instrument, Meeting
from leftbehind.counts.official import published
from leftbehind.inputs.tables import read_table
from leftbehind.inputs.toml_file import read_toml, validated

FOLDER = Path(leftbehind.data.__file__).parent / "instruments"


@dataclass(frozen=True)
class Reading:
    """A count by the words and as it would be printed: median and 90 percent interval.

    `words` and the rest in the same unit. `meetings` are those that taught the factor.
    """

    words: float
    median: float
    low_90: float
    high_90: float
    instrument: Instrument
    meetings: tuple[Meeting, ...]

    @property
    def factor(self) -> float:
        """What the words are multiplied by."""
        return self.median / self.words if self.words else float("nan")


def names() -> list[str]:
    """Names of the shipped instruments, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def get(which: str | Path) -> Instrument:
    """A shipped instrument by name, or your own by the path of its TOML file.

    Raises InputError if there is none, or its file is wrong: file, field, value, what is allowed.
    """
    if str(which) in names():
        return _shipped(str(which))
    if str(which).endswith(".toml"):
        return load(Path(which))
    raise InputError(
        f"instrument {shown(str(which))}: not known{nearest(str(which), names())}; "
        f"allowed: {', '.join(names())}, or the path of a .toml file"
    )


def load(path: Path) -> Instrument:
    """Read an instrument's file. InputError also if a meeting names a row that is not published."""
    found = validated(Instrument, read_toml(path, "instrument"), str(path), ALLOWED)
    values = _values()
    for meeting in found.meeting:
        for row in (*meeting.own, *meeting.other):
            if row not in values:
                raise InputError(
                    f"{path}: meeting {meeting.text!r}: no row {row!r} in the table published"
                    f"{nearest(row, list(values))}"
                )
    return found


@cache
def _shipped(name: str) -> Instrument:
    return load(FOLDER / f"{name}.toml")


def of(definition: Definition) -> Instrument:
    """The instrument by which a definition's count is printed; InputError if there is none."""
    wanted = definition.reading_of or definition.name
    for name in names():
        if wanted in get(name).definitions:
            return get(name)
    raise InputError(
        f"definition {definition.name!r}: no instrument prints it; there are those of "
        f"{', '.join(names())}"
    )


def read(definition: Definition, year: int, words: float) -> Reading:
    """The reading of a count by the words (in any unit) in a year; errors: `of`."""
    instrument = of(definition)
    judged = published(definition).filter(pl.col("year") == year)["id"]
    mean, sd, used = factor(instrument, year, judged)
    low, median, high = words * np.exp(mean + sd * np.array([-Z90, 0.0, Z90]))
    return Reading(words, float(median), float(low), float(high), instrument, used)


def factor(
    instrument: Instrument, year: int, judged: Iterable[str] = ()
) -> tuple[float, float, tuple[Meeting, ...]]:
    """Mean and standard deviation of the factor's logarithm, and the meetings that taught it.

    A meeting of another year measures that year's factor; what its steps say changed is added.
    """
    without = set(judged)
    mean, sd = instrument.log(year)
    if not sd:  # known exactly: nothing can be learnt
        return mean, sd, ()
    used = tuple(m for m in instrument.meeting if not without & {*m.own, *m.other})
    values = _values()
    weight, total = 1.0 / sd**2, mean / sd**2
    for meeting in used:
        own, other = (sum(values[row] for row in rows) for rows in (meeting.own, meeting.other))
        then = instrument.log(meeting.year)[0]
        measured = float(np.log(own / other)) + mean - then
        weight += 1.0 / meeting.error**2
        total += measured / meeting.error**2
    return total / weight, float(np.sqrt(1.0 / weight)), used


def _values() -> dict[str, float]:
    return dict(read_table("published").select("id", "value").iter_rows())
