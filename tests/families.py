"""Small hand-made families, readable in a test:

    family = Family(2010)
    grandmother = family.woman(62)
    father = family.man(36, mother=grandmother)
    mother = family.woman(34, husband=father)
    child = family.child(8, mother, father)

Ages are those reached in the family's year. Persons are positions in `family.people`.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from leftbehind.base.person import FEMALE, MALE, NOBODY, PERSON, SAME_HOME, TOGETHER
from leftbehind.base.randomness import founder_key, seed_word
from leftbehind.inputs.conditions import PLACE
from leftbehind.inputs.parameters import Parameters
from leftbehind.model.population.kin import link_child
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes.mortality import die

WORD = seed_word(1)
AWAY = 7  # position of the prefecture where a migrant in a test works


class Family:
    """Records of one prefecture, filled person by person, parents before their children."""

    def __init__(self, year: int = 2010, number: int = 1, room: int = 40) -> None:
        self.year = year
        self.number = number  # another number: the same family with other luck
        self.people = np.zeros(room, dtype=PERSON)
        self.count = 0

    def person(
        self, age: int, sex: int, mother: int = NOBODY, father: int = NOBODY, **fields: Any
    ) -> int:
        """Add a person who reaches `age` this year; returns its position."""
        i = self.count
        self.count += 1
        me = self.people[i]
        me["key"] = founder_key(WORD, self.number, i + 1)
        for link in ("partner", "youngest_child", "carer"):
            me[link] = NOBODY
        me["birth_year"] = self.year - age
        me["destination"] = -1
        me["sex"] = sex
        for parent in (mother, father):
            if parent >= 0:
                older = self.people[parent]["youngest_child"]
                born = self.people[older]["birth_year"] if older >= 0 else -1
                assert born <= me["birth_year"], "add older children first"
        link_child(self.people, i, mother, father)
        if mother >= 0:
            her = self.people[mother]
            her["births"] += 1
            her["sons"] += sex == MALE
            her["last_birth"] = me["birth_year"]
        for name, value in fields.items():
            me[name] = value
        return i

    def man(self, age: int, **fields: Any) -> int:
        """Add a man."""
        return self.person(age, MALE, **fields)

    def woman(self, age: int, husband: int = NOBODY, home: int = SAME_HOME, **fields: Any) -> int:
        """Add a woman; with `husband`, as his wife, living at `home` seen from his parents."""
        i = self.person(age, FEMALE, **fields)
        if husband >= 0:
            for one, other in ((i, husband), (husband, i)):
                me = self.people[one]
                me["partner"], me["union"], me["home"] = other, TOGETHER, home
                me["union_year"] = self.year - 1
        return i

    def child(self, age: int, mother: int, father: int, sex: int = MALE, **fields: Any) -> int:
        """Add a child of both; pupils are `enrolled=1` with their `schooling`."""
        return self.person(age, sex, mother=mother, father=father, **fields)

    def at(self, here: np.record, p: np.record) -> Prefecture:
        """The family as the people of a prefecture in its year."""
        return Prefecture(self.people, self.count, self.year, WORD, here, p)

    def dies(self, *persons: int) -> None:
        """These persons died earlier this year."""
        for i in persons:
            die(self.people, i, self.year)

    def goes(self, *persons: int, choice: int, to: int = AWAY) -> None:
        """These persons chose `choice` and work at `to`."""
        for i in persons:
            self.people[i]["choice"] = choice
            self.people[i]["destination"] = to
            self.people[i]["months"] = 10
            self.people[i]["away_since"] = self.year - 1

    def of(self, i: int, field: str) -> int:
        """A field of person `i`."""
        return int(self.people[i][field])

    def no_load(self) -> np.ndarray:
        """Nobody cared for any child last year."""
        return np.zeros(len(self.people))


def three_generations(
    year: int = 2010, number: int = 1, **home: Any
) -> tuple[Family, dict[str, int]]:
    """Both parents of the father, his wife and two pupils aged 8 and 12 (and their positions)."""
    family = Family(year, number)
    who: dict[str, int] = {}
    who["grandfather"] = family.man(64)
    who["grandmother"] = family.woman(62, husband=who["grandfather"])
    who["father"] = family.man(36, mother=who["grandmother"], father=who["grandfather"])
    who["mother"] = family.woman(34, husband=who["father"], **home)
    for name, age, schooling in (("older", 12, 5), ("younger", 8, 1)):
        who[name] = family.child(age, who["mother"], who["father"], enrolled=1, schooling=schooling)
    return family, who


def a_place(**fields: float) -> np.record:
    """A lowland village prefecture in a plain year; override single fields."""
    here = np.zeros(1, dtype=PLACE)
    plain = {
        "mortality": 1.0,
        "fertility": 1.0,
        "rule_rural": 9.0,
        "rule_urban": 9.0,
        "rule_minority": 9.0,
        "home_income": 5000.0,
        "no_local_job": 1.0,
        "urban_income": 15000.0,
        "land": 1.4,
        "wage": 1700.0,
        "vacancies": 1.0,
        "pay_leave": 1700.0,
        "pay_take": 1600.0,
        "town_share": 0.2,
        "city_share": 0.9,
        "primary_enrolment": 0.99,
        "adult_schooling": 6.0,
        "progress_to_junior": 0.98,
        "progress_to_senior": 0.6,
        "progress_to_college": 0.5,
        "kindergarten": 0.5,
        "boarding_primary": 0.1,
        "boarding_junior": 0.5,
    }
    for name, value in {**plain, **fields}.items():
        here[0][name] = value
    return here[0]


def parameters(year: int = 2010, **changes: float) -> np.record:
    """The parameter record of a year; override single fields."""
    p = Parameters.load().in_year(year)[0]
    for name, value in changes.items():
        p[name] = value
    return p


def values(p: np.record) -> SimpleNamespace:
    """The parameters of a record by name, for closed forms in tests."""
    return SimpleNamespace(**{name: float(p[name]) for name in p.dtype.names or ()})


def a_mother_whose_partner_is(
    records: list[np.ndarray], at: int, left_her: bool = False
) -> tuple[int, int]:
    """(home unit, position) of a living mother whose partner has the destination `at`.

    He is the father of her youngest child. With `left_her` he went after they had become a couple.
    """
    for k, people in enumerate(records):
        mother = (people["sex"] == FEMALE) & (people["death_year"] == 0)
        mother &= (people["partner"] >= 0) & (people["youngest_child"] >= 0)
        mother &= people["father"][people["youngest_child"]] == people["partner"]
        he = people[people["partner"]]
        if left_her:
            mother &= he["away_since"] > people["union_year"]
        found = np.flatnonzero(mother & (he["destination"] == at))
        if len(found):
            return k, int(found[0])
    raise AssertionError("nobody")
