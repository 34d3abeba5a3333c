"""The child's two lives as the page tells them: a drawing, a table, the chronicle's sentences."""

from dataclasses import dataclass
from typing import Any

from leftbehind.pages.report.words import Words as ReportWords
from leftbehind.pages.static.charts import two_lives
from leftbehind.pages.static.child import Lives
from leftbehind.pages.static.words import Words

WORLDS = ("before", "after")
AT_HOME = ("village", "town", "moved to town")


@dataclass(frozen=True)
class Told:
    """`chart` is a specification, none if no child has two lives; `rows` say the same as text."""

    chart: dict[str, Any] | None
    heading: str
    lede: str
    rows: list[tuple[str, ...]]
    chapters: list[tuple[str, list[str]]]


def told(lives: Lives, words: Words) -> Told:
    """The lives in the words of one language."""
    if not lives.years.height:
        return Told(None, words("child.title"), words("child.none"), [], [])
    rows = lives.years.to_dicts()
    labels = ReportWords(words.language)
    states = [{world: _state(row, world, words, labels) for world in WORLDS} for row in rows]
    marks = [
        {
            "year": row["year"],
            "world": words(f"child.{world}"),
            "state": state[world],
            "age": row[f"age_{world}"],
        }
        for row, state in zip(rows, states, strict=True)
        for world in WORLDS
    ]
    order = list(dict.fromkeys(mark["state"] for mark in marks))
    chronicle = lives.chronicle(words.language)
    left = {world: sum(bool(row[f"left_behind_{world}"]) for row in rows) for world in WORLDS}
    return Told(
        two_lives(marks, order, words),
        words("child.heading", place=labels.place(str(rows[0]["province"])), **left),
        words("child.lede", policy=words("child.policy"), year=lives.parts - 1),
        [
            (str(row["year"]), _age(row), *(state[world] for world in WORLDS))
            for row, state in zip(rows, states, strict=True)
        ],
        [(c.title, [s.text for s in c.all()]) for c in chronicle.chapters if c.all()],
    )


def _age(row: dict[str, Any]) -> str:
    ages = [row[f"age_{world}"] for world in WORLDS]
    return str(next(age for age in ages if age is not None))


def _state(row: dict[str, Any], world: str, words: Words, labels: ReportWords) -> str:
    """Who the child lived with in a year of one world."""
    if row[f"age_{world}"] is None:
        return words("child.missing", why=words(f"child.{row[f'missing_{world}']}"))
    residence = str(row[f"residence_{world}"])
    if residence not in AT_HOME:
        return labels.label(residence)
    carer = words.carer(str(row[f"arrangement_{world}"]))
    return f"{carer} ({words('child.left')})" if row[f"left_behind_{world}"] else carer
