"""Random families of every odd kind, as the records of one prefecture.

    people, size = random_prefecture(seed=3, families=60, year=2010)
    here, p = place(2010, seed=3), parameters(2010)
    at = Prefecture(people, size, 2010, WORD, here, p)

- `random_prefecture(seed, families, year) -> (people, size)`: `people` are PERSON records, the
  first `size` used, the rest zeros with room for a year's births. The same arguments give the same
  bits. Family n is of kind `KINDS[n % len(KINDS)]`; with `len(KINDS)` families all kinds are there.
- `own_place(seed)`: the position of the prefecture that `place` draws.
- `place(year, seed, **fields)`: one PLACE record with the conditions of a real prefecture drawn by
  the seed; what only a run knows (network, expected pay and access) is drawn. Fields override.
- `places(year)`: all prefectures' PLACE records (P,), what `remittance` and `schooling` look up.
- `parameters(year, **changes)`: the parameter record of the year, as in families.py.
- `loads(people, size, year)`: last year's care, from the records; `tables(seed)`: the shares
  of destinations of one origin, (2, P) and (2, R), and `first` (R + 1,).

The records hold what the model's own records hold, so that every process may be given them:
parents lie before their children and everybody in order of birth; both lists of children run from
the youngest to the oldest; partners point at each other, unless one is dead (who keeps the link of
a widow or widower, whose own is NOBODY); both partners have the same `choice` and `home`; keys of
who has a recorded mother are `child_key(hers, order of birth)`; who is away has months and
`away_since`, who is at home has neither; nobody in prison is away; `carer` is a living grandparent.

They stand at the start of a year: unions, deaths (before `year`), destinations, arrangements and
carers of last year; ages are those reached in `year`.
"""

from functools import cache
from typing import Any

import numpy as np

from leftbehind.base.person import (
    ABROAD,
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    DIVORCED,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    FEMALE,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    HOME,
    IN_PRISON,
    MALE,
    MOTHER_AWAY,
    NEVER,
    NOBODY,
    PERSON,
    RELATIVE,
    SEEKING,
    TOGETHER,
    TOWN,
    WIDOWED,
    in_own_town,
)
from leftbehind.base.randomness import child_key, founder_key
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.population.kin import link_child
from leftbehind.model.processes import care
from tests.families import WORD, parameters

__all__ = [
    "KINDS",
    "WORD",
    "loads",
    "make_prefecture",
    "own_place",
    "parameters",
    "place",
    "places",
    "random_prefecture",
    "tables",
]

KINDS = (
    "plain",
    "grandparents dead",
    "step-children of the wife",
    "step-children of the husband",
    "orphans",
    "widow",
    "widower",
    "divorced, with the mother",
    "divorced, with the father",
    "divorced and married again",
    "father in prison",
    "mother in prison",
    "pupils of 16 to 18",
    "at the limits of age",
    "mother alone",
    "couple without children",
    "young couple",
    "grown children",
    "minority",
    "urban",
)


_china = cache(Places.load)


class _Person:
    """Somebody before the records are laid out: fields by name, links to other persons."""

    def __init__(self, birth_year: int, sex: int) -> None:
        self.birth_year = birth_year
        self.sex = sex
        self.mother: _Person | None = None
        self.father: _Person | None = None
        self.partner: _Person | None = None
        self.carer: _Person | None = None
        self.children: list[_Person] = []  # in the order in which they are made up
        self.fields: dict[str, int] = {"destination": -1}

    def dead(self) -> bool:
        return self.fields.get("death_year", 0) != 0


class _Families:
    """The persons of a prefecture while they are made up."""

    def __init__(self, rng: np.random.Generator, year: int, own: int) -> None:
        self.rng = rng
        self.year = year
        self.own = own  # the prefecture itself
        self.persons: list[_Person] = []

    def one_of(self, *choices: Any) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def happens(self, chance: float) -> bool:
        return bool(self.rng.random() < chance)

    def age(self, person: _Person) -> int:
        return self.year - person.birth_year

    def person(
        self, age: int, sex: int, mother: _Person | None = None, father: _Person | None = None
    ) -> _Person:
        """Somebody of `age` with schooling to match; hukou and group are the mother's."""
        me = _Person(self.year - age, sex)
        me.mother, me.father = mother, father
        for one in (mother, father):
            if one:
                one.children.append(me)
        parent = mother or father
        if parent:
            for name in ("hukou", "group"):
                me.fields[name] = parent.fields[name]
        else:
            me.fields["hukou"] = int(self.happens(0.15))
            me.fields["group"] = int(self.happens(0.1))
        leaves = self.one_of(6, 9, 9, 12, 16)
        me.fields["schooling"] = min(max(age - 7, 0), leaves)
        me.fields["enrolled"] = int(age >= 7 and age - 7 < leaves and age < 23)
        if age >= 50:
            me.fields["limited"] = int(self.happens(0.3))
        self.persons.append(me)
        return me

    def couple(self, husband: _Person, wife: _Person) -> None:
        """Both as man and wife, for some years."""
        years = self.between(1, max(1, min(self.age(husband), self.age(wife)) - 16))
        home = self.between(0, 3)
        for one, other in ((husband, wife), (wife, husband)):
            one.partner = other
            one.fields |= {"union": TOGETHER, "home": home, "union_year": self.year - years}
            one.fields["enrolled"] = 0

    def dies(self, person: _Person) -> None:
        """Dead since some earlier year; the partner is widowed."""
        for child in person.children:  # nobody is born to the dead
            child.birth_year = min(child.birth_year, self.year - 1)
        last_child = max((c.birth_year for c in person.children), default=0)
        earliest = max(last_child, person.birth_year + 16, self.year - 15)
        person.fields["death_year"] = self.between(min(earliest, self.year - 1), self.year - 1)
        if person.partner:
            person.partner.fields["union"] = WIDOWED
            person.partner.partner = None

    def part(self, wife: _Person, keeps: str) -> None:
        """Divorced; the children of both are with the one who `keeps` them."""
        husband = wife.partner
        assert husband
        for child in wife.children:
            if child.father is husband:
                child.fields["custody"] = int(keeps == "father")
        for one in (wife, husband):
            one.fields["union"] = DIVORCED
            one.partner = None

    def take_out(self, children: list[_Person]) -> None:
        """Nobody has made up these children."""
        for child in list(children):
            self.persons.remove(child)
            for parent in (child.mother, child.father):
                if parent:
                    parent.children.remove(child)

    def children(self, mother: _Person, father: _Person | None, ages: list[int]) -> list[_Person]:
        return [self.person(age, self.between(0, 1), mother, father) for age in sorted(ages)[::-1]]

    def some_ages(
        self, mother: _Person, father: _Person | None = None, most: int = 4, least: int = 1
    ) -> list[int]:
        """Ages of her children, who were born when she was 17 to 44, he at least 17."""
        low = max(self.age(mother) - 44, 0)
        high = max(min(self.age(one) for one in (mother, father or mother)) - 17, low)
        number = min(self.between(least, most), high - low + 1)
        return [int(a) for a in self.rng.choice(np.arange(low, high + 1), number, replace=False)]

    def grown(self, age: int, sex: int) -> _Person:
        """Somebody with recorded parents (mostly alive), brothers and sisters, mostly single."""
        if self.happens(0.1):
            return self.person(age, sex)
        mother = self.person(age + self.between(19, 38), FEMALE)
        father = self.person(self.age(mother) + self.between(-2, 6), MALE)
        self.couple(father, mother)
        me = self.person(age, sex, mother, father)
        for other in self.some_ages(mother, father, 2, 0):
            if other != age:
                brother = self.person(other, self.between(0, 1), mother, father)
                if other >= 20 and self.happens(0.3):
                    brother.fields["union"] = SEEKING
        for elder in (mother, father):
            if self.happens(0.25):
                self.dies(elder)
        return me

    def household(
        self, her_age: int | None = None, ages: list[int] | None = None
    ) -> tuple[_Person, _Person]:
        """(husband, wife), a couple with parents and children."""
        wife = self.grown(her_age or self.between(22, 52), FEMALE)
        husband = self.grown(max(self.age(wife) + self.between(-3, 7), 18), MALE)
        if self.happens(0.8):
            husband.fields["hukou"] = wife.fields["hukou"]
        self.couple(husband, wife)
        self.children(wife, husband, self.some_ages(wife, husband) if ages is None else ages)
        return husband, wife


def _make(families: _Families, kind: str) -> None:
    """One family of a kind of KINDS."""
    f = families
    if kind == "at the limits of age":
        old = f.one_of(59, 60)
        youngest = f.between(0, 3)
        husband, wife = f.household(f.between(36, 40), sorted({15, 16, 18, youngest}))
        _fit_elders(f, (husband, wife), old)
        return
    if kind == "pupils of 16 to 18":
        _, wife = f.household(f.between(38, 45), [16, 17, 18, f.between(3, 12)])
        for child in wife.children:
            if f.age(child) >= 16:
                child.fields |= {"enrolled": 1, "schooling": f.age(child) - 7}
        return
    if kind == "mother alone":
        mother = f.grown(f.between(22, 40), FEMALE)
        f.children(mother, None, f.some_ages(mother, most=2))
        return
    if kind == "young couple":
        wife, husband = f.grown(f.between(17, 20), FEMALE), f.grown(f.between(19, 23), MALE)
        f.couple(husband, wife)
        wife.fields["enrolled"] = int(f.age(wife) == 17)
        f.children(wife, husband, [0] if f.age(wife) > 17 and f.happens(0.5) else [])
        return
    if kind == "couple without children":
        f.household(ages=[])
        return
    if kind == "grown children":
        _, wife = f.household(f.between(58, 70))
        for child in wife.children:
            child.fields["union"] = f.one_of(NEVER, SEEKING)
        return
    husband, wife = f.household()
    _change(f, kind, husband, wife)


def _fit_elders(f: _Families, couple: tuple[_Person, _Person], age: int) -> None:
    """Old parents exactly at `age`, wherever they are old enough to be parents."""
    for one in couple:
        for parent in (one.mother, one.father):
            if parent and not parent.dead():
                ages = [f.age(child) for child in parent.children]
                parent.birth_year = f.year - min(max(age, max(ages) + 17), min(ages) + 44)


def _change(f: _Families, kind: str, husband: _Person, wife: _Person) -> None:
    """Make a plain household one of `kind`."""
    children = wife.children
    if kind == "grandparents dead":
        for parent in (husband.mother, husband.father, wife.mother, wife.father):
            if parent and not parent.dead() and f.happens(0.8):
                f.dies(parent)
    elif kind == "step-children of the wife":
        _former(f, wife, MALE)
    elif kind == "step-children of the husband":
        _former(f, husband, FEMALE)
    elif kind == "orphans":
        f.dies(husband)
        if f.happens(0.7):
            f.dies(wife)
        else:
            _imprison(f, wife)
    elif kind == "widow":
        f.dies(husband)
        wife.fields["union"] = f.one_of(WIDOWED, SEEKING)
    elif kind == "widower":
        f.dies(wife)
        husband.fields["union"] = f.one_of(WIDOWED, SEEKING)
    elif kind.startswith("divorced"):
        f.part(wife, "father" if kind.endswith("father") else "mother")
        if kind == "divorced and married again":
            f.couple(f.grown(f.age(wife) + f.between(0, 5), MALE), wife)
            f.couple(husband, f.grown(max(f.age(husband) - f.between(0, 5), 18), FEMALE))
    elif kind == "father in prison":
        _imprison(f, husband)
    elif kind == "mother in prison":
        _imprison(f, wife)
    elif kind in ("minority", "urban"):
        field = "group" if kind == "minority" else "hukou"
        for person in (husband, wife, *children):
            person.fields[field] = 1


def _former(f: _Families, person: _Person, sex: int) -> None:
    """Older children of `person` with a partner who has died or is divorced."""
    highest = f.age(person) - 17
    eldest = max(f.age(c) for c in person.children)
    if eldest >= highest:  # all of them are the former partner's
        f.take_out(person.children)
        eldest = 0
    lowest = max(eldest + 1, f.age(person) - 44)
    ages = sorted({f.between(lowest, max(lowest, highest)) for _ in range(2)})
    other = f.grown(ages[-1] + f.between(17, 19), sex)
    mother, father = (person, other) if sex == MALE else (other, person)
    for child in f.children(mother, father, ages):
        child.fields["custody"] = int(father is person)
    other.fields |= {"union": DIVORCED, "home": f.between(0, 3)}
    if f.happens(0.5):
        f.dies(other)


def _imprison(f: _Families, person: _Person) -> None:
    person.fields |= {
        "destination": IN_PRISON,
        "months": 0,
        "away_since": f.year - f.between(1, 4),
        "choice": HOME,
        "enrolled": 0,
    }


def _at_liberty(person: _Person | None) -> bool:
    return person is not None and not person.dead() and person.fields["destination"] != IN_PRISON


def _go(f: _Families, person: _Person, destination: int, months: int) -> None:
    person.fields["destination"] = destination
    person.fields["months"] = 12 if destination == ABROAD else months
    person.fields["away_since"] = f.year - f.between(1, min(12, f.age(person) + 1))


def _live_last_year(f: _Families) -> None:
    """Choices and whereabouts of last year, household by household."""
    for person in f.persons:
        other = person.partner if _at_liberty(person.partner) else None
        if not _at_liberty(person) or (other and person.sex == MALE):
            continue
        adults = [a for a in (person, other) if a]
        if any(not 17 <= f.age(a) <= 59 or a.fields["enrolled"] for a in adults):
            continue
        if f.happens(0.5):
            continue
        children = _in_care(f, adults)
        _leave(f, adults, children)


def _in_care(f: _Families, adults: list[_Person]) -> list[_Person]:
    """Dependants of last year's household, as care.in_care_of finds them."""
    out = []
    for child in adults[0].children + (adults[1].children if adults[1:] else []):
        if child in out or child.dead() or f.age(child) - 1 >= 16 or f.age(child) < 1:
            continue
        mother = child.mother if _at_liberty(child.mother) else None
        father = child.father if _at_liberty(child.father) else None
        keeper = mother or father
        if mother and father and mother.partner is not father:
            keeper = father if child.fields.get("custody") else mother
        if keeper in adults:
            out.append(child)
    return out


def _leave(f: _Families, adults: list[_Person], children: list[_Person]) -> None:
    """Somebody of a household was away last year, with the children's arrangement and carer."""
    couple = len(adults) == 2
    choice = f.one_of(
        *((FATHER_AWAY, MOTHER_AWAY) if couple else ()),
        CHILDREN_LEFT,
        *((CHILDREN_TAKEN, TOWN) if children else ()),
        *((FATHER_AWAY_TOWN,) if children and couple else ()),
    )
    to = ABROAD if f.happens(0.05) else f.between(0, len(_china()) - 1)
    for adult in adults:
        adult.fields["choice"] = choice
        stays = (choice == FATHER_AWAY and adult.sex == FEMALE) or (
            choice == MOTHER_AWAY and adult.sex == MALE
        )
        if in_own_town(choice, adult.sex == MALE):
            _go(f, adult, f.own, 12)
        elif not stays:
            _go(f, adult, to, f.one_of(4, 10, 12))
    for child in children:
        if choice >= CHILDREN_TAKEN:
            _go(f, child, to if choice == CHILDREN_TAKEN else f.own, 12)
        elif choice == CHILDREN_LEFT:
            _take_in(f, child)


def _take_in(f: _Families, child: _Person) -> None:
    elders = [
        g
        for parent in (child.father, child.mother)
        if parent
        for g in (parent.father, parent.mother)
        if _at_liberty(g)
    ]
    if elders and f.happens(0.8):
        child.carer = f.one_of(*elders)
        walk = f.happens(0.5)
        child.fields["arrangement"] = GRANDPARENT_WALK if walk else GRANDPARENT_HOME
        child.fields["minutes"] = f.between(1, 40) if walk else 0
    else:
        child.fields["arrangement"] = RELATIVE


def _laid_out(persons: list[_Person], seed: int) -> tuple[np.ndarray, int]:
    """Records in order of birth, with keys and links."""
    persons = sorted(persons, key=lambda person: person.birth_year)
    at = {id(person): i for i, person in enumerate(persons)}
    size = len(persons)
    people = np.zeros(size + size // 2 + 16, dtype=PERSON)

    def position(person: _Person | None) -> int:
        return NOBODY if person is None else at[id(person)]

    for i, person in enumerate(persons):
        me = people[i]
        me["birth_year"], me["sex"] = person.birth_year, person.sex
        for link in ("youngest_child", "older_by_mother", "older_by_father"):
            me[link] = NOBODY
        me["partner"], me["carer"] = position(person.partner), position(person.carer)
        for name, value in person.fields.items():
            me[name] = value
        mother = position(person.mother)
        link_child(people, i, mother, position(person.father))
        if mother < 0:
            me["key"] = founder_key(WORD, seed + 1, i + 1)
            continue
        her = people[mother]
        her["births"] += 1
        her["sons"] += person.sex == MALE
        her["last_birth"] = person.birth_year
        me["key"] = child_key(her["key"], int(her["births"]))
    return people, size


def random_prefecture(seed: int, families: int, year: int = 2010) -> tuple[np.ndarray, int]:
    """(people, size): a copy of what `make_prefecture` makes, which it makes once."""
    people, size = _made(seed, families, year)
    # As bytes: NumPy copies records field by field and leaves chance between the fields.
    return people.view(np.uint8).copy().view(people.dtype), size


@cache
def _made(seed: int, families: int, year: int) -> tuple[np.ndarray, int]:
    return make_prefecture(seed, families, year)


def make_prefecture(seed: int, families: int, year: int = 2010) -> tuple[np.ndarray, int]:
    """(people, size): the records of `families` random families at the start of `year`."""
    made = _Families(np.random.default_rng([seed, year]), year, own_place(seed))
    for n in range(families):
        _make(made, KINDS[n % len(KINDS)])
    _live_last_year(made)
    return _laid_out(made.persons, seed)


def places(year: int = 2010) -> np.ndarray:
    """PLACE records of all prefectures in `year`, nobody away yet, without a scenario."""
    return _places(year).copy()


@cache
def _places(year: int) -> np.ndarray:
    china = _china()
    conditions = Conditions(china, np.array([year]), Parameters.load(), Scenario())
    here = conditions.in_year(year, Coupling.none(len(china)))
    rng = np.random.default_rng(year)
    size = len(china)
    here["network"] = rng.uniform(0.05, 0.5, size)
    here["hukou_chance"] = rng.uniform(0.0, 0.05, size)
    here["pay_leave"] = here["wage"].mean() * rng.uniform(0.8, 1.2, size)
    here["pay_take"] = here["pay_leave"] * 0.95
    here["access_leave"] = rng.normal(0.0, 1.0, size)
    here["access_take"] = here["access_leave"] - rng.uniform(0.0, 0.5, size)
    here["barrier"] = rng.uniform(0.1, 0.9, size)
    here["exams_closed"] = rng.uniform(0.1, 0.9, size)
    return here


def own_place(seed: int) -> int:
    """The prefecture that `place` draws by `seed`: where families in town by choice live."""
    return int(np.random.default_rng(seed).integers(len(_china())))


def place(year: int = 2010, seed: int = 1, **fields: float) -> np.record:
    """The conditions of one prefecture, drawn by `seed`; override single fields."""
    k = own_place(seed)
    here = places(year)[k : k + 1]
    for name, value in fields.items():
        here[name] = value
    return here[0]


def loads(people: np.ndarray, size: int, year: int) -> np.ndarray:
    """Need of the children in each person's care last year, (size,)."""
    return care.loads(people, size, year)


def tables(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random shares of an origin's destinations (2, P) and provinces (2, R), and `first`."""
    china = _china()
    share = np.random.default_rng(seed).dirichlet(np.full(len(china), 0.3), (2, 2))
    by_province = np.add.reduceat(share, china.first[:-1], axis=-1)
    return share[:, 0], by_province[:, 0], china.first  # laid out as a year's own tables
