"""What a starting population must agree in beyond its single columns: kin, places, lives.

Every rule names a column and what is allowed, so that an error can tell row, column and value.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from leftbehind.base.person import ABROAD_CODE
from leftbehind.inputs.places import Places
from leftbehind.model.processes.migration import FIRST_YEAR as FIRST_AWAY
from leftbehind.model.processes.prison import YOUNGEST as YOUNGEST_PRISONER
from leftbehind.own.faults import SHOWN, Faults
from leftbehind.own.place_codes import told
from leftbehind.own.population_schema import OLDEST

YOUNGEST_MOTHER, OLDEST_MOTHER = 12, 55
YOUNGEST_FATHER, OLDEST_FATHER = 12, 80
YOUNGEST_PARTNER = 14
FIRST_SCHOOL_AGE = 5
LINKS = ("mother", "father", "partner", "carer")
NOBODY = -1
LARGEST_HOUSEHOLD = 100  # people; larger ones are institutions, or a code for a missing id
CLOSE_KIN = "a parent, grandparent, brother or sister (half too), uncle or aunt"


class People:
    """The rows with their links as positions, for rules and for the start.

    `at[link]` (rows,) is the row of the person named, -1 for nobody or an unknown id.
    """

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table
        ids = table["person_id"]
        self.at = {link: rows_of(table[f"{link}_id"], ids) for link in LINKS}
        self.birth_year = (table["year"] - 1 - table["age"]).to_numpy()
        self.alive = table["death_year"].is_null().to_numpy()
        self.female = (table["sex"] == "female").to_numpy()
        self.place = table["prefecture"].fill_null(table["province"]).fill_null(-1).to_numpy()

    def of(self, values: np.ndarray, link: str, nobody: int) -> np.ndarray:
        """`values` (rows,) of each row's mother (father, ...); `nobody` where there is none."""
        at = self.at[link]
        return np.where(at >= 0, values[np.maximum(at, 0)], nobody)

    def has(self, link: str) -> np.ndarray:
        """Whether the row's link leads to a row."""
        there: np.ndarray = self.at[link] >= 0
        return there


def rows_of(named: pl.Series, ids: pl.Series) -> np.ndarray:
    """Row of each name among `ids`, all different (rows,); NOBODY for no or an unknown name."""
    known = pl.DataFrame({"id": ids}).with_row_index("row")
    asked = pl.DataFrame({"id": named})
    found = asked.join(known, on="id", how="left", maintain_order="left")["row"]
    at: np.ndarray = found.cast(pl.Int64).fill_null(NOBODY).to_numpy()
    return at


def check(where: str, table: pl.DataFrame, rows: np.ndarray, places: Places) -> People:
    """The people of a table that `reading.read` has read; `rows` (rows,) are its row numbers.

    Raises InputError with the first faults: unknown ids and codes, impossible kin (a parent too
    young or too old, of the wrong sex, dead too early; a partner who is not mutual), families
    registered in two places, lives that cannot be.
    """
    faults = Faults(where, rows)
    people = People(table)
    for rule in RULES:
        rule(people, places, faults)
    faults.tell()
    return people


def _ids(people: People, _: Places, faults: Faults) -> None:
    for link in LINKS:
        ids = people.table[f"{link}_id"]
        unknown = ids.is_not_null().to_numpy() & ~people.has(link)
        faults.add(unknown, ids, "no row has this person_id; if there is none, leave empty")
        own = people.at[link] == np.arange(len(ids))
        faults.add(own, ids, "nobody is their own kin")


def _parents(people: People, _: Places, faults: Faults) -> None:
    limits = {
        "mother": (True, YOUNGEST_MOTHER, OLDEST_MOTHER, 0),
        "father": (False, YOUNGEST_FATHER, OLDEST_FATHER, 1),
    }
    died = people.table["death_year"].fill_null(9999).to_numpy()
    for link, (female, youngest, oldest, after) in limits.items():
        ids, has = people.table[f"{link}_id"], people.has(link)
        sex = "female" if female else "male"
        faults.add(
            has & (people.of(people.female, link, female) != female), ids, f"a {link} must be {sex}"
        )
        older = people.birth_year - people.of(people.birth_year, link, 0)
        faults.add(
            has & ((older < youngest) | (older > oldest)),
            ids,
            f"a {link} must be {youngest} to {oldest} years older than the child",
        )
        gone = people.of(died, link, 9999) + after < people.birth_year
        faults.add(has & gone, ids, f"this {link} died before the child was born")


def _partners(people: People, _: Places, faults: Faults) -> None:
    table, has = people.table, people.has("partner")
    ids = table["partner_id"]
    rows = np.arange(len(ids))
    faults.add(
        has & (people.of(people.at["partner"], "partner", NOBODY) != rows),
        ids,
        "a partner must name this person as partner too",
    )
    same = people.of(people.female, "partner", False) == people.female
    faults.add(has & same, ids, "the model knows couples of a woman and a man only")
    dead = ~people.alive | ~people.of(people.alive, "partner", True).astype(bool)
    faults.add(has & dead, ids, "both partners must be alive: leave it empty and give `union`")
    faults.add(has & close_kin(people), ids, f"{CLOSE_KIN} cannot be the partner")
    began = table["union_year"]
    told, year = began.is_not_null().to_numpy(), began.fill_null(0).to_numpy()
    never = (table["union"] == "never").fill_null(False).to_numpy()
    faults.add(told & never, began, "who was never in a union has none")
    faults.add(
        told & ((year < people.birth_year + YOUNGEST_PARTNER) | (year >= table["year"].to_numpy())),
        began,
        f"give a year before the file's, at an age of {YOUNGEST_PARTNER} or over",
    )
    young = has & (table["age"].to_numpy() < YOUNGEST_PARTNER)
    faults.add(young, table["age"], f"who has a partner must be {YOUNGEST_PARTNER} or older")
    together = (table["union"] == "together").fill_null(False).to_numpy()
    other = table["union"].is_not_null().to_numpy() & ~together
    faults.add(people.alive & ~has & together, table["union"], "needs a partner_id")
    faults.add(has & other, table["union"], "with a partner_id give together, or nothing")


def close_kin(people: People) -> np.ndarray:
    """Whether each row's partner is a parent, grandparent, sibling (half too), uncle or aunt."""
    partner = people.at["partner"]
    parents = [people.at[link] for link in ("mother", "father")]
    grandparents = [above for one in parents for above in _parents_of(people, one)]
    in_law = _parents_of(people, partner)
    found = np.zeros(len(partner), bool)
    for elder in (*parents, *grandparents):
        found |= partner == elder
    for one, other in zip(parents, in_law, strict=True):
        found |= (one >= 0) & (one == other)
    for elder in grandparents:
        for parent in in_law:
            found |= (elder >= 0) & (elder == parent)
    found &= partner >= 0
    return found | people.of(found, "partner", 0).astype(bool)


def _parents_of(people: People, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of mother and father of the rows in `who`, NOBODY where there is none."""
    mother, father = (
        np.where(who >= 0, people.at[link][np.maximum(who, 0)], NOBODY)
        for link in ("mother", "father")
    )
    return mother, father


def _places(people: People, places: Places, faults: Faults) -> None:
    table = people.table
    prefectures, provinces = places.table["code"], places.provinces["code"]
    anywhere = pl.concat([prefectures, pl.Series([ABROAD_CODE], dtype=prefectures.dtype)])
    for name, codes in (
        ("prefecture", prefectures),
        ("destination", anywhere),
        ("province", provinces),
    ):
        unknown = table[name].is_not_null() & ~table[name].is_in(codes.to_list())
        wrong = table[name].filter(unknown).unique(maintain_order=True).to_list()
        for code in wrong[:SHOWN]:
            here = (table[name] == code).fill_null(False)
            faults.add(here.to_numpy(), table[name], told(code, name))
        others = table[name].is_in(wrong[SHOWN:]).fill_null(False).to_numpy()
        faults.add(others, table[name], "give a code of the table of prefectures or provinces")
    none = (table["prefecture"].is_null() & table["province"].is_null()).to_numpy()
    faults.add(none, table["prefecture"], "give a prefecture, or at least a province")
    apart = (table["prefecture"] // 10_000 != table["province"]).fill_null(False).to_numpy()
    faults.add(apart, table["province"], "this is not the province of the prefecture")
    province = np.where(people.place > 99, people.place // 10_000, people.place)
    for link in LINKS:
        here = people.of(people.place, link, -2)
        apart = people.has(link) & (here != people.place)
        if link in ("mother", "father"):
            near = people.of(province, link, -2) == province
            apart &= ~(may_have_married_out(people) & near)
        faults.add(
            apart,
            table[f"{link}_id"],
            "kin must be registered in the same prefecture (or all have their province only), but "
            "for the parents of women who married within the province; who works elsewhere has a "
            "`destination`",
        )
    homes = pl.DataFrame({"home": table["household_id"], "place": people.place})
    many = homes.select(pl.col("place").n_unique().over("home") > 1).to_series().to_numpy()
    faults.add(
        many & table["household_id"].is_not_null().to_numpy(),
        table["household_id"],
        "all of a household must be registered in the same place",
    )


def may_have_married_out(people: People) -> np.ndarray:
    """Whether each row is a woman once in a union, or dead: her parents may be of another place."""
    table = people.table
    once = people.has("partner") | table["union_year"].is_not_null().to_numpy() | ~people.alive
    once |= table["union"].is_in(["widowed", "divorced"]).fill_null(False).to_numpy()
    out: np.ndarray = people.female & once
    return out


def _households(people: People, _: Places, faults: Faults) -> None:
    ids = people.table["household_id"]
    size = people.table.select(pl.len().over("household_id")).to_series()
    faults.add(
        (ids.is_not_null() & (size > LARGEST_HOUSEHOLD)).to_numpy(),
        ids,
        f"more than {LARGEST_HOUSEHOLD} people share it: of an institution, or where it stands for "
        "a missing one, leave empty",
    )


def _absences(people: People, _: Places, faults: Faults) -> None:
    table = people.table
    year = table["year"].to_numpy()
    away = is_away(table)
    no = (table["away"] == "no").fill_null(False)
    for name in ("destination", "months_away"):
        given = table[name].is_not_null()
        faults.add((given & no).to_numpy(), table[name], "who is not away has none")
    inside = is_in_prison(table)
    told = table["away_since"].is_not_null().to_numpy()
    faults.add(
        told & ~away & ~inside, table["away_since"], "who is neither away nor in prison has none"
    )
    since = table["away_since"].fill_null(0).to_numpy()
    wrong = (since < np.maximum(people.birth_year, FIRST_AWAY)) | (since >= year)
    faults.add(
        away & told & wrong,
        table["away_since"],
        f"give a year from {FIRST_AWAY} to the one before the file's",
    )
    wrong = (since < people.birth_year + YOUNGEST_PRISONER) | (since >= year)
    faults.add(
        inside & told & wrong,
        table["away_since"],
        f"give a year before the file's, at an age of {YOUNGEST_PRISONER} or over",
    )
    faults.add(
        inside & (away | ~people.alive),
        table["in_prison"],
        "only the living who do not work elsewhere are in prison",
    )
    young = table["age"].to_numpy() < YOUNGEST_PRISONER
    faults.add(inside & young, table["in_prison"], f"nobody under {YOUNGEST_PRISONER} is")
    column = table["away"].fill_null("yes").alias("away")
    faults.add(away & (year < FIRST_AWAY), column, f"nobody could move before {FIRST_AWAY}")
    faults.add(away & ~people.alive, column, "the dead are not away")


def _lives(people: People, _: Places, faults: Faults) -> None:
    table, age = people.table, people.table["age"].to_numpy()
    year = table["year"]
    faults.add((year != year[0]).to_numpy(), year, f"all rows have one year; the first {year[0]}")
    faults.add(people.alive & (age > OLDEST), table["age"], f"the living are at most {OLDEST}")
    died = table["death_year"].fill_null(0).to_numpy()
    wrong = ~people.alive & ((died < people.birth_year) | (died >= year.to_numpy()))
    faults.add(
        wrong, table["death_year"], "give a year from the birth to the one before the file's"
    )
    schooling = table["schooling"].fill_null(0).to_numpy()
    faults.add(
        schooling > np.maximum(age - FIRST_SCHOOL_AGE, 0) + 1,
        table["schooling"],
        "too many years of school for the age",
    )
    pupil = (table["in_school"] == "yes").fill_null(False).to_numpy()
    faults.add(
        pupil & ((age < FIRST_SCHOOL_AGE) | ~people.alive),
        table["in_school"],
        f"only the living from {FIRST_SCHOOL_AGE} on go to school",
    )


def _births(people: People, _: Places, faults: Faults) -> None:
    table = people.table
    linked, sons, last = births(people)
    born = table["children_born"]
    for name in ("children_born", "sons_born", "last_birth"):
        given = table[name].is_not_null() & (table[name] != 0)
        faults.add(given.to_numpy() & ~people.female, table[name], "only women have this")
    told = born.is_not_null().to_numpy()
    number = born.fill_null(0).to_numpy()
    faults.add(told & (number < linked), born, "more children in the file name her as mother")
    told_sons = table["sons_born"].is_not_null().to_numpy()
    number_sons = table["sons_born"].fill_null(0).to_numpy()
    faults.add(
        told_sons & (number_sons < sons),
        table["sons_born"],
        "more sons in the file name her as mother",
    )
    faults.add(
        told & told_sons & (number_sons > number),
        table["sons_born"],
        "cannot be more than children_born",
    )
    when = table["last_birth"]
    year = when.fill_null(0).to_numpy()
    wrong = (year < last) | (year >= table["year"].to_numpy()) | (year < people.birth_year)
    faults.add(
        when.is_not_null().to_numpy() & wrong,
        when,
        "give a year from her youngest child's birth to before the file's",
    )


def is_away(table: pl.DataFrame) -> np.ndarray:
    """Whether each person is away: as told, else with a destination or months away (rows,)."""
    told = table["destination"].is_not_null() | table["months_away"].is_not_null()
    away: np.ndarray = (table["away"] == "yes").fill_null(told).to_numpy()
    return away


def is_in_prison(table: pl.DataFrame) -> np.ndarray:
    """Whether each person is in prison, as told (rows,)."""
    inside: np.ndarray = (table["in_prison"] == "yes").fill_null(False).to_numpy()
    return inside


def births(people: People) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each row the children who name it as mother, sons among them, last birth (0 if none)."""
    has = people.has("mother")
    at, size = people.at["mother"][has], len(has)
    sons = np.bincount(at, weights=~people.female[has], minlength=size).astype(np.int64)
    last = np.zeros(size, np.int64)
    np.maximum.at(last, at, people.birth_year[has])
    return np.bincount(at, minlength=size), sons, last


RULES: tuple[Callable[[People, Places, Faults], None], ...] = (
    _lives,
    _ids,
    _parents,
    _partners,
    _places,
    _households,
    _absences,
    _births,
)
