"""Words for one family in one language: roles, places, clauses about where people were.

All text lies in data/words/<language>.toml. A sentence begins with a capital where the language
has them.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import leftbehind.data
from leftbehind.base.person import ABROAD, FEMALE
from leftbehind.inputs.places import Places
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member
from leftbehind.pages.chronicle.money import dollars, nominal, rounded
from leftbehind.pages.report.words import Texts

FOLDER = Path(leftbehind.data.__file__).parent / "words"


class Say(Texts):
    """Texts of data/words in one language, lists, numbers and places in them."""

    def __init__(self, language: str, places: Places) -> None:
        super().__init__(FOLDER, language)
        self.places = places
        self._zh = language == "zh"
        names = places.provinces.select("name", "name_zh").iter_rows()
        self._provinces = {name: zh if self._zh else name for name, zh in names}

    def words(self, section: str) -> dict[str, str]:
        """A section whose names are the model's own names for things."""
        out: dict[str, str] = self.content[section]
        return out

    def listed(self, items: Sequence[str]) -> str:
        """`a, b and c`."""
        words = list(items)
        if len(words) < 2:
            return "".join(words)
        return self("list.comma").join(words[:-1]) + self("list.last") + words[-1]

    def number(self, n: int) -> str:
        """A small number in words, another in digits."""
        numbers: list[str] = self.content["list"]["numbers"]
        return numbers[n] if 0 <= n < len(numbers) else f"{n:,}"

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as percent."""
        return f"{share:.0%}"

    def yuan(self, real: float, year: int) -> str:
        """Yuan of 2010 as yuan of `year`, to two figures that matter."""
        return self("money.yuan", amount=rounded(nominal(real, year)))

    def usd_a_day(self, monthly: float, year: int) -> str:
        """A month's pay (yuan of 2010) in US dollars a working day."""
        return f"{dollars(nominal(monthly, year), year):.0f}"

    def province(self, name: str) -> str:
        """A province by its English name."""
        return str(self._provinces.get(name, name))

    def name(self, at: int) -> str:
        """A prefecture's own name."""
        return str(self.places.table["name_zh" if self._zh else "name"][at])

    def place(self, at: int) -> str:
        """`Huizhou (Guangdong)`, or abroad."""
        if at == ABROAD:
            return self("place.abroad")
        province = self._provinces[str(self.places.table["province"][at])]
        name = self.name(at)  # a municipality is its own province
        return name if name == province else self("place.full", name=name, province=province)

    def sentence(self, text: str) -> str:
        """The text with a capital first letter."""
        return text[:1].upper() + text[1:]


class Words(Say):
    """Words for one family: roles by key, names of places as seen from its home prefecture."""

    def __init__(
        self, years: list[FamilyYear], places: Places, home: int, language: str = "en"
    ) -> None:
        super().__init__(language, places)
        self._home = home
        self.roles: dict[int, str] = {}
        children: dict[int, Member] = {}
        elders: list[str] = self.content["role"]["elder"]
        for year in years:
            for which, elder in enumerate(year.elders):
                if elder:
                    self.roles.setdefault(elder.key, elders[which])
            for child in year.children:
                children.setdefault(child.key, child)
        ordered = sorted(children.values(), key=lambda c: c.birth_year)
        names = self.children_roles([c.sex for c in ordered])
        self.roles |= {child.key: role for child, role in zip(ordered, names, strict=True)}
        for year in years:
            if year.mother:
                self.roles[year.mother.key] = self("role.mother")
            if year.father:
                self.roles[year.father.key] = self("role.father")

    def children_roles(self, sexes: Sequence[int]) -> list[str]:
        """Roles of all children of a mother in order of birth: `the eldest daughter`, `the son`."""
        orders: list[str] = self.content["child"]["orders"]
        out = []
        for n, sex in enumerate(sexes):
            same = sum(1 for other in sexes if other == sex)
            before = sum(1 for other in sexes[:n] if other == sex)
            order = orders[min(before, len(orders) - 1)]
            if same == 1:
                order = ""
            elif before == same - 1:
                order = self("child.younger" if same == 2 else "child.youngest")
            elif same == 2:
                order = self("child.elder")
            word = self("child.daughter" if sex == FEMALE else "child.son")
            out.append(self("child.named", order=order, word=word))
        return out

    def role(self, key: int) -> str:
        """Role of the person with `key`; `a relative` for one outside the family."""
        return self.roles.get(key) or self("role.relative")

    def who(self, members: Iterable[Member], year: int | None = None) -> str:
        """Roles in a list, with ages in `year` if given."""
        return self.listed(
            [
                self.role(m.key)
                if year is None
                else self("list.aged", who=self.role(m.key), age=m.age(year))
                for m in members
            ]
        )

    def where(self, at: int) -> str:
        """A place as seen from the family: the own prefecture is another part of it."""
        if at == self._home:
            return self("place.own", name=self.name(at))
        return self.place(at)

    def inside(self, at: int) -> str:
        """`in Huizhou (Guangdong)` or `abroad`."""
        return self._going("place.inside", at)

    def towards(self, at: int) -> str:
        """`to Huizhou (Guangdong)` or `abroad`."""
        return self._going("place.towards", at)

    def _going(self, how: str, at: int) -> str:
        if at == ABROAD and self.language == "en":
            return self("place.abroad")
        return self(how, place=self.where(at))
