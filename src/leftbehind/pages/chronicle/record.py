"""What a chronicle is made of: sentences that name the fields of the record they rest on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member


@dataclass(frozen=True)
class Source:
    """A field of a run's record: `table.field` in `year`, of the person with `key` (0: none)."""

    table: str
    field: str
    year: int
    key: int = 0


@dataclass(frozen=True)
class Sentence:
    """One statement; `assumed` if it rests on an assumption, not on a measured number."""

    text: str
    sources: tuple[Source, ...] = ()
    assumed: bool = False


@dataclass(frozen=True)
class Grid:
    """A small table: columns, rows of cells, and what it rests on."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, the same as plain text of equal columns, and in words."""

    svg: str
    text: str
    words: str


@dataclass(frozen=True)
class Chapter:
    """A title, paragraphs of sentences (or points), and perhaps a table or a picture."""

    title: str
    sentences: tuple[Sentence, ...] = ()
    points: tuple[tuple[Sentence, ...], ...] = ()
    grid: Grid | None = None
    picture: Picture | None = None

    def all(self) -> list[Sentence]:
        """All its sentences in order."""
        return [*self.sentences, *(s for point in self.points for s in point)]


@dataclass(frozen=True)
class Page:
    """A whole chronicle, ready to be rendered; `chosen` says how the family was chosen.

    `roles` are words for people by key, for the sources; `key` that of the mother, if asked for.
    `brief`: in Markdown the sentences of a paragraph share one note.
    """

    title: str
    notice: str
    chosen: str
    chapters: tuple[Chapter, ...]
    roles: dict[int, str]
    language: str
    sources_title: str
    assumed: str
    key: str = ""
    brief: bool = False
    facts: dict[str, object] = field(default_factory=dict)


def once(chapters: Iterable[Chapter]) -> list[Chapter]:
    """The chapters without sentences that were told before."""
    seen: set[str] = set()

    def fresh(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        new = tuple(s for s in sentences if s.text not in seen)
        seen.update(s.text for s in new)
        return new

    return [
        replace(c, sentences=fresh(c.sentences), points=tuple(fresh(p) for p in c.points))
        for c in chapters
    ]


def person(name: str, year: int, *members: Member | None) -> tuple[Source, ...]:
    """Sources for a field of the person records of some members."""
    return tuple(Source("person", name, year, m.key) for m in members if m)


def decision(name: str, year: FamilyYear) -> tuple[Source, ...]:
    """Source for a part of the household's replayed decision."""
    head = year.decision.mother or year.decision.father if year.decision else 0
    return (Source("decision", name, year.year, head),)
