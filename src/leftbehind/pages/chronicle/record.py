"""What a chronicle is made of: sentences that name the fields of the record they rest on."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """A field of a run's record: `table.field` in `year`, of the person with `key` (0: none)."""

    table: str
    field: str
    year: int
    key: int = 0

    def label(self) -> str:
        """`person.destination, 2014, 9a8b7c6d5e4f3210`."""
        whose = f", {self.key:016x}" if self.key else ""
        return f"{self.table}.{self.field}, {self.year}{whose}"


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
class Chapter:
    """A title, its sentences, and perhaps a table or a picture (inline SVG)."""

    title: str
    sentences: tuple[Sentence, ...] = ()
    grid: Grid | None = None
    picture: str = ""


@dataclass(frozen=True)
class Page:
    """A whole chronicle, ready to be rendered; `chosen` says how the family was chosen."""

    title: str
    notice: str
    chosen: str
    chapters: tuple[Chapter, ...]
    facts: dict[str, object] = field(default_factory=dict)
