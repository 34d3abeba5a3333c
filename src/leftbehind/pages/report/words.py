"""The report's words in one language, and numbers written as its readers write them.

Sentences lie in data/report/<language>.toml. A missing key is a mistake of ours, not the user's:
it raises KeyError, and the tests ask for every key in every language.
"""

import math
import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

import leftbehind.data
from leftbehind.base.errors import InputError
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.tables import read_table

FOLDER = Path(leftbehind.data.__file__).parent / "report"
LANGUAGES = ("en", "zh")
LIANGSHAN = "Liangshan"
# Of provinces and Liangshan, for tiles of a narrow map.
INITIALS = {
    "Beijing": "BJ",
    "Tianjin": "TJ",
    "Hebei": "HE",
    "Shanxi": "SX",
    "Inner Mongolia": "NM",
    "Liaoning": "LN",
    "Jilin": "JL",
    "Heilongjiang": "HL",
    "Shanghai": "SH",
    "Jiangsu": "JS",
    "Zhejiang": "ZJ",
    "Anhui": "AH",
    "Fujian": "FJ",
    "Jiangxi": "JX",
    "Shandong": "SD",
    "Henan": "HA",
    "Hubei": "HB",
    "Hunan": "HN",
    "Guangdong": "GD",
    "Guangxi": "GX",
    "Hainan": "HI",
    "Chongqing": "CQ",
    "Sichuan": "SC",
    "Guizhou": "GZ",
    "Yunnan": "YN",
    "Tibet": "XZ",
    "Shaanxi": "SN",
    "Gansu": "GS",
    "Qinghai": "QH",
    "Ningxia": "NX",
    "Xinjiang": "XJ",
    LIANGSHAN: "LS",
}
# Ages at the end of what a check compares: "age 6-11", "aged 90+", "aged over 50", "under 18".
AGES = re.compile(r"(\d+-\d+|\d+\+|over \d+|\d+)$")


def check_language(language: str) -> None:
    """Raise InputError, which names those allowed, for a language that there is not."""
    if language not in LANGUAGES:
        raise InputError(f"--lang {language}: not known; allowed: {', '.join(LANGUAGES)}")


class Texts:
    """A page's texts in one language, read from `folder`/<language>.toml.

    Raises InputError for a language that there is not.
    """

    def __init__(self, folder: Path, language: str) -> None:
        check_language(language)
        self.language = language
        text = (folder / f"{language}.toml").read_text(encoding="utf-8")
        self.content: dict[str, Any] = tomllib.loads(text)
        self.html_language = str(self.content["language"])

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` ("section.name") with its values filled in."""
        part: Any = self.content
        for name in key.split("."):
            part = part[name]
        return str(part).format(**values) if values else str(part)

    def definition(self, definition: Definition) -> str:
        """The title of a definition."""
        return definition.title_zh if self.language == "zh" else definition.title


class Words(Texts):
    """Texts, labels, names and numbers of the report in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(FOLDER, language)
        # One unit of people on the page, in millions: a million, or ten thousand in Chinese.
        self.people_unit = float(self.content["people_unit"])

    def label(self, name: str) -> str:
        """A code or label of the tables as readers say it; KeyError if it has no words."""
        text: str = self.content["labels"][name]
        return text

    def label_or_name(self, name: str, kind: str = "") -> str:
        """The label of a group or table that others may add later; its name if it has no words."""
        text: str = self.content["labels"].get(f"{kind} {name}".strip(), name.replace("_", " "))
        return text

    def place(self, name: str) -> str:
        """A province, region or list of provinces."""
        if self.language == "en" and name != "china":
            return name
        joint = "、"
        return joint.join(self._places.get(part, part) for part in name.split(", "))

    def check(self, what: str) -> str:
        """What a check compares; the English of the check where this language has no words."""
        known = self._checks
        if what in known:
            return known[what]
        ages = [age.replace("over ", ">") for age in AGES.findall(what)]
        return known.get(AGES.sub("{}", what), what).format(*ages)

    def people(self, millions: float) -> str:
        """A number of people in words: "61.0 million"."""
        return f"{self.amount(millions)}{self('number.people')}"

    def amount(self, millions: float) -> str:
        """A number of people in the unit of the page."""
        return self.number(millions / self.people_unit)

    @staticmethod
    def number(value: float | None) -> str:
        """A number with about three digits that matter."""
        if value is None or math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞"
        size = abs(value)
        digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 3
        text = f"{value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if size == 0 else text

    @staticmethod
    def percent(share: float | None) -> str:
        """A share from 0 to 1 as percent."""
        if share is None or math.isnan(share):
            return "–"
        size = abs(share) * 100
        return f"{share * 100:.{0 if size >= 10 else 1 if size >= 1 or size == 0 else 2}f}%"

    @cached_property
    def _checks(self) -> dict[str, str]:
        text = (FOLDER / "checks.toml").read_text(encoding="utf-8")
        return dict(tomllib.loads(text).get(self.language, {}))

    @cached_property
    def _places(self) -> dict[str, str]:
        names = dict(read_table("provinces").select("name", "name_zh").iter_rows())
        return names | self.content["places"]
