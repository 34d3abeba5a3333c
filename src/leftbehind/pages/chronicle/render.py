"""A chronicle as a page: HTML that needs nothing else, Markdown with notes, or JSON.

A sentence's note names the fields of the record that it rests on, and whose they are by their role.
"""

import json
import textwrap
from dataclasses import asdict

from leftbehind.base import markdown
from leftbehind.base.errors import InputError
from leftbehind.pages.chronicle.record import Chapter, Page, Sentence, Source

FORMATS = ("html", "md", "json")
COLUMNS = 100  # of the lines of Markdown


def check_format(form: str) -> None:
    """Raise InputError, which names those allowed, for a format that there is not."""
    if form not in FORMATS:
        raise InputError(f"--format {form}: unknown; allowed: {', '.join(FORMATS)}")


class Notes:
    """Notes in order of first use; the same sources share one."""

    def __init__(self, roles: dict[int, str]) -> None:
        self._numbers: dict[str, int] = {}
        self._roles = roles

    def number(self, sources: tuple[Source, ...]) -> int:
        """The note of some sources; 0 for none."""
        if not sources:
            return 0
        return self._numbers.setdefault(self.labels(sources), len(self._numbers) + 1)

    def listed(self) -> list[tuple[int, str]]:
        """All notes: number and text."""
        return [(n, text) for text, n in self._numbers.items()]

    def line(self) -> str:
        """All notes in one paragraph."""
        return "; ".join(f"[{n}] {text}" for n, text in self.listed())

    def labels(self, sources: tuple[Source, ...]) -> str:
        """All fields of some sources: `person.destination 2014 (the mother, the father)`."""
        owners: dict[tuple[str, str, int], list[str]] = {}
        for source in sources:
            whose = owners.setdefault((source.table, source.field, source.year), [])
            if source.key in self._roles and source.table == "person":
                whose.append(self._roles[source.key].removeprefix("the "))
        fields: dict[tuple[str, int, str], list[str]] = {}
        for (table, name, year), whose in owners.items():
            fields.setdefault((table, year, ", ".join(whose)), []).append(name)
        return ", ".join(
            f"{table}.{'+'.join(names)} {year}" + (f" ({whose})" if whose else "")
            for (table, year, whose), names in fields.items()
        )


def render(page: Page, form: str) -> str:
    """The page in one of FORMATS; InputError for another."""
    check_format(form)
    if form == "json":
        return json.dumps(_plain(page), indent=1, ensure_ascii=False) + "\n"
    notes = Notes({} if page.brief and form == "md" else page.roles)
    english = page.language == "en"

    def note(sources: tuple[Source, ...]) -> str:
        number = notes.number(sources)
        return f" [{number}]" if number else ""

    def wrapped(text: str, indent: str = "") -> str:
        if not english:
            return text
        width = COLUMNS - len(indent)
        return f"\n{indent}".join(textwrap.wrap(text, width, break_long_words=False))

    def prose(sentences: tuple[Sentence, ...], indent: str = "") -> str:
        """Sentences in a row; of those with the same sources the last has the note."""
        out = []
        for n, s in enumerate(sentences):
            text = s.text
            more = n + 1 < len(sentences) and sentences[n + 1].assumed
            if s.assumed and page.assumed not in text and not (page.brief and more):
                note_ = f" ({page.assumed})" if english else f"（{page.assumed}）"
                text = text[:-1] + note_ + text[-1]
            last = n + 1 == len(sentences) or sentences[n + 1].sources != s.sources
            out.append(text + (note(s.sources) if last and not page.brief else ""))
        if page.brief and sentences:
            out[-1] += note(tuple(source for s in sentences for source in s.sources))
        text = (" " if english else "").join(out)
        return wrapped(text, indent)

    text = markdown.render(
        __package__,
        f"templates/chronicle.{form}",
        page=page,
        notes=notes,
        labels=notes.labels,
        prose=prose,
        wrapped=wrapped,
        note=note,
        gap=" " if english else "",
        colon=": " if english else "：",
        language="en" if english else "zh-CN",
    )
    return text


def lines(page: Page) -> int:
    """Lines of COLUMNS that the page takes on a screen as Markdown."""
    text = render(page, "md").rstrip("\n").split("\n")
    return sum(max(1, -(-columns(line) // COLUMNS)) for line in text)


def columns(text: str) -> int:
    """Columns of a text on the screen: Chinese characters take two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _plain(page: Page) -> dict[str, object]:
    return {
        "title": page.title,
        "notice": page.notice,
        "chosen": page.chosen,
        "chapters": [_plain_chapter(chapter) for chapter in page.chapters],
        "record": page.facts,
    }


def _plain_chapter(chapter: Chapter) -> dict[str, object]:
    return {
        "title": chapter.title,
        "sentences": [
            {"text": s.text, "assumed": s.assumed, "sources": [_source(x) for x in s.sources]}
            for s in chapter.all()
        ],
        "table": {**asdict(chapter.grid), "sources": [_source(x) for x in chapter.grid.sources]}
        if chapter.grid
        else None,
        "picture": chapter.picture.words if chapter.picture else None,
    }


def _source(source: Source) -> dict[str, object]:
    key = f"{source.key:016x}" if source.key else None
    return {"table": source.table, "field": source.field, "year": source.year, "key": key}
