"""The explorer's words in one language: data/explorer/<language>.toml, one place for all of them.

The page and its scripts read the same file: the page when it is sent, the scripts by /api/words.
"""

from functools import cache
from pathlib import Path
from typing import Any

import leftbehind.data
from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.tables import read_table
from leftbehind.pages.report.words import INITIALS, LANGUAGES, Texts

FOLDER = Path(leftbehind.data.__file__).parent / "explorer"
DOWNLOADS = "en"  # the language of files for programs: column names and scenario titles


class Words(Texts):
    """Texts of the page, and names of definitions, places and sliders, in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(FOLDER, language)

    def place(self, name: str) -> str:
        """A province or region."""
        if self.language == "en":
            return name
        return str(self.content["places"].get(name, _chinese_provinces().get(name, name)))

    def who(self, definition: Definition) -> str:
        """Whom a definition counts, and which agency says so."""
        if self.language == "zh":
            return str(self.content["definitions"][definition.name])
        return f"{definition.agency}. {' '.join(definition.description.split())}"

    def page(self) -> dict[str, Any]:
        """What the page is built from: texts, places and definitions."""
        own = {k: v for k, v in self.content.items() if k not in ("definitions", "places")}
        short = self.content["map"]["short"]
        provinces = read_table("provinces").sort("code")
        columns = ("code", "name", "name_zh", "region", "tile_row", "tile_col")
        return {
            "text": own,
            "provinces": [
                {
                    **row,
                    "label": self.place(row["name"]),
                    "tile": short.get(row["name"], self.place(row["name"])),
                    "short": INITIALS[row["name"]]
                    if self.language == "en"
                    else self.place(row["name"]),
                }
                for row in provinces.select(columns).to_dicts()
            ],
            "definitions": [
                {"name": d.name, "title": self.definition(d), "words": self.who(d)}
                for d in map(definitions.get, definitions.names())
            ],
        }


@cache
def words_of(language: str) -> Words:
    """The words of a language, read once; InputError for one that there is not."""
    return Words(language)


def languages() -> dict[str, str]:
    """Codes of all languages, each with its name in itself."""
    return {language: str(words_of(language).content["name"]) for language in LANGUAGES}


@cache
def _chinese_provinces() -> dict[str, str]:
    return dict(read_table("provinces").select("name", "name_zh").iter_rows())
