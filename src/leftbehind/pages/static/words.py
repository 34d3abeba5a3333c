"""The page's words in one language: data/static, and the explorer's for what both pages name."""

from pathlib import Path

import leftbehind.data
from leftbehind.counts.definitions import Definition
from leftbehind.pages.explorer.words import words_of
from leftbehind.pages.report.words import Texts

FOLDER = Path(leftbehind.data.__file__).parent / "static"
ENGLISH = "en"  # of scenario files, whatever the page's language


class Words(Texts):
    """Texts, and names of definitions, places, carers and levers, in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(FOLDER, language)
        self.explorer = words_of(language)

    def lever(self, name: str, what: str) -> str:
        """The `title` or the `words` of a lever."""
        known = self.content["levers"].get(name)
        return str(known[what]) if known else self.explorer(f"sliders.{name}.{what}")

    def place(self, name: str) -> str:
        """A province."""
        return self.explorer.place(name)

    def short(self, name: str) -> str:
        """A province where there is little room."""
        return str(self.content["short"].get(name, self.place(name)))

    def who(self, definition: Definition) -> str:
        """Whom a definition counts, and which agency says so."""
        return self.explorer.who(definition)

    def carer(self, arrangement: str) -> str:
        """Who cares for a child."""
        return self.explorer(f"who.{arrangement}")
