"""What a word for a place means: English, Chinese, pinyin, postal and old names, and codes.

One word means one place in every command, or the program asks: Jilin is a province and a prefecture
in it, Suzhou two prefectures in pinyin. Names are those of the tables of provinces, prefectures and
`place_names`, which holds former codes too: a code that was divided asks like a name.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError, shown
from leftbehind.inputs.tables import data_folder, read_table

# Words for kinds of places after a name, and whether they mean a province; None: either.
KINDS = {
    "province": True,
    "sheng": True,
    "autonomous region": True,
    "municipality": None,
    "region": None,
    "autonomous prefecture": False,
    "prefecture": False,
    "prefecture-level city": False,
    "league": False,
    "city": False,
    "district": False,
    "shi": False,
    "省": True,
    "自治区": True,
    "自治州": False,
    "地区": False,
    "盟": False,
    "市": None,
}
# Peoples whom the full names of autonomous places add: Liangshan Yi autonomous prefecture.
PEOPLES = re.compile(
    r"(?:[\s-](?:yi|tibetan|zang|qiang|hui|miao|dong|tujia|buyei|bouyei|buyi|zhuang|dai|jingpo|lisu"
    r"|hani|bai|mongol|mongolian|kazakh?|kirgiz|kirghiz|kyrgyz|korean|chaoxian|uygur|uyghur|uighur"
    r"|and))+$"
)
QUALIFIED = re.compile(r"^(?P<name>[^(,]+?)\s*[(,]\s*(?P<province>[^()]+?)\s*\)?$")
COUNTY_LEVEL = 9  # codes xx90xx: counties and cities under a province directly


@dataclass(frozen=True)
class Area:
    """A province or a prefecture: six-digit `code` (a province's ends in 0000), English `name`."""

    code: int
    name: str

    @property
    def is_province(self) -> bool:
        """Whether it is a province."""
        return self.code % 10_000 == 0


def find_area(word: str, wanted: str = "prefecture or province") -> Area:
    """The one place that a word means; `wanted` names what is asked for in errors.

    A municipality (Beijing) is a province and its only prefecture and means the province. Raises
    InputError if no place is called so, or if several are: then their codes are to be given.
    """
    found = [_areas(data_folder())[code] for code in _merged(meanings(word))]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"no {wanted} is called {shown(word)}{_hint(word)}")
    raise InputError(f"{shown(word)}: {_which(found)}? give {_joined(a.code for a in found)}")


def meanings(word: str) -> tuple[int, ...]:
    """Codes of all places that a word may mean, in order; empty for an unknown word."""
    text = unicodedata.normalize("NFKC", word).strip()
    if text.isdecimal():
        return _by_code(text)
    parts = QUALIFIED.match(text)
    inside: set[int] | None = None
    if parts:
        text = parts["name"]
        inside = {code for code in _by_name(parts["province"]) if code % 10_000 == 0}
    codes = _by_name(text)
    if inside is not None:
        codes = tuple(c for c in codes if c // 10_000 * 10_000 in inside)
    return codes


def successors(code: int) -> tuple[int, ...]:
    """Codes of the prefectures that a former code became; empty if it is none."""
    return _names(data_folder()).get(str(code), ())


def _by_code(text: str) -> tuple[int, ...]:
    code = int(text.ljust(6, "0")) if len(text) in (2, 4, 6) else -1
    if code in _areas(data_folder()):
        return (code,)
    return successors(code)


def _by_name(text: str) -> tuple[int, ...]:
    names = _names(data_folder())
    if _plain(text) in names:
        return names[_plain(text)]
    name, of_province = _without_kind(text)
    return tuple(
        code
        for code in names.get(_plain(name), ())
        if of_province is None or of_province == (code % 10_000 == 0)
    )


def _without_kind(text: str) -> tuple[str, bool | None]:
    """A name without its kind and people, and whether the kind is that of a province."""
    low = text.casefold().strip()
    for kind in sorted(KINDS, key=len, reverse=True):
        if low.endswith(kind) and len(low) > len(kind):
            name = low.removesuffix(kind).strip()
            return PEOPLES.sub("", name) if "autonomous" in kind else name, KINDS[kind]
    return low, None


def _plain(text: str) -> str:
    """A name's letters and digits without case, accents, spaces and marks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def _merged(codes: tuple[int, ...]) -> tuple[int, ...]:
    """The codes without a prefecture that is the whole of a province among them."""
    alone = {c // 10_000 for c in codes if c % 10_000 == 0} & _municipalities(data_folder())
    return tuple(c for c in codes if c % 10_000 == 0 or c // 10_000 not in alone)


@cache
def _areas(folder: Path) -> dict[int, Area]:
    """All provinces and prefectures by code."""
    provinces = read_table("provinces").select(pl.col("code") * 10_000, "name")
    rows = [*provinces.iter_rows(), *read_table("prefectures").select("code", "name").iter_rows()]
    return {code: Area(code, name) for code, name in sorted(rows)}


@cache
def _municipalities(folder: Path) -> frozenset[int]:
    """Two-digit codes of the provinces that are one prefecture."""
    provinces = [code // 10_000 for code in _areas(folder) if code % 10_000]
    return frozenset(p for p in provinces if provinces.count(p) == 1)


@cache
def _names(folder: Path) -> dict[str, tuple[int, ...]]:
    """Codes by plain name."""
    provinces = read_table("provinces").with_columns(pl.col("code") * 10_000)
    out: dict[str, set[int]] = {}
    for table in (provinces, read_table("prefectures")):
        for code, *names in table.select("code", "name", "name_zh").iter_rows():
            for name in names:
                out.setdefault(_plain(name.partition(" (")[0]), set()).add(code)
    for code, name in read_table("place_names").select("code", "name").iter_rows():
        out.setdefault(_plain(name), set()).add(code)
    return {name: tuple(sorted(codes)) for name, codes in out.items()}


def _which(found: list[Area]) -> str:
    """The places in words: `the province or the prefecture`, or their names and provinces."""
    if len({a.name.partition(" (")[0] for a in found}) == 1 and len(found) == 2:
        one, other = found
        if one.is_province and other.code // 10_000 == one.code // 10_000:
            return "the province or the prefecture"
    return _joined(_described(a) for a in found)


def _described(area: Area) -> str:
    if area.is_province:
        return f"the province {area.name}"
    home = _areas(data_folder())[area.code // 10_000 * 10_000].name
    return f"{area.name.partition(' (')[0]} in {home}"


def _joined(parts: Iterable[object]) -> str:
    """At least two parts as `a, b or c`."""
    words = [str(part) for part in parts]
    return " or ".join([", ".join(words[:-1]), words[-1]])


def _hint(word: str) -> str:
    """What may be meant by an unknown word, or how places are named."""
    text = unicodedata.normalize("NFKC", word).strip()
    areas = _areas(data_folder())
    if text.isdecimal():
        parent = _parent(text)
        if parent:
            return f"; it is the code of a county of {areas[parent].name}: give {parent}"
        return "; give a code of GB/T 2260, such as 110100 (prefecture) or 11 (province)"
    names = [a.name for a in areas.values()]
    near = get_close_matches(text[:60], names, n=3)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return "; give an English or Chinese name, or a code"


def _parent(text: str) -> int | None:
    """The prefecture of a county's code; None for another text."""
    if len(text) != 6:
        return None
    code = int(text) // 100 * 100
    if code // 1000 % 10 == COUNTY_LEVEL:
        code = code // 1000 * 1000
    return code if code in _areas(data_folder()) and code % 10_000 else None
