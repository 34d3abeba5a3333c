"""A chronicle as a page: HTML that needs nothing else, Markdown with footnotes, or JSON."""

import json
from dataclasses import asdict

from leftbehind.base import markdown
from leftbehind.base.errors import InputError
from leftbehind.pages.chronicle.record import Page, Source

FORMATS = ("html", "md", "json")


class Notes:
    """Footnotes in order of first use; the same sources share one."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Source, ...], int] = {}

    def number(self, sources: tuple[Source, ...]) -> int:
        """The footnote of some sources; 0 for none."""
        if not sources:
            return 0
        return self._numbers.setdefault(sources, len(self._numbers) + 1)

    def listed(self) -> list[tuple[int, str]]:
        """All footnotes: number and text."""
        return [(n, labels(sources)) for sources, n in self._numbers.items()]


def labels(sources: tuple[Source, ...]) -> str:
    """All fields of some sources in one line, the persons of one field together."""
    groups: dict[tuple[str, str, int], list[str]] = {}
    for source in sources:
        keys = groups.setdefault((source.table, source.field, source.year), [])
        if source.key:
            keys.append(f"{source.key:016x}")
    return "; ".join(
        f"{table}.{field}, {year}{': ' + ', '.join(keys) if keys else ''}"
        for (table, field, year), keys in groups.items()
    )


def render(page: Page, form: str) -> str:
    """The page in one of FORMATS; InputError for another."""
    if form not in FORMATS:
        raise InputError(f"--format {form}: unknown; allowed: {', '.join(FORMATS)}")
    if form == "json":
        return json.dumps(_plain(page), indent=1, ensure_ascii=False) + "\n"
    template = f"templates/chronicle.{form}"
    return markdown.render(__package__, template, page=page, notes=Notes(), labels=labels)


def _plain(page: Page) -> dict[str, object]:
    chapters = [
        {
            "title": chapter.title,
            "sentences": [
                {"text": s.text, "assumed": s.assumed, "sources": [x.label() for x in s.sources]}
                for s in chapter.sentences
            ],
            "table": {**asdict(chapter.grid), "sources": [x.label() for x in chapter.grid.sources]}
            if chapter.grid
            else None,
        }
        for chapter in page.chapters
    ]
    return {
        "title": page.title,
        "notice": page.notice,
        "chosen": page.chosen,
        "chapters": chapters,
        "record": page.facts,
    }
