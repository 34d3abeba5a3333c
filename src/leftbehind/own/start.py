"""Start a simulation from a population of one's own: its records and all that a year reads of last.

What the first year needs from the year before: who is away and where (flows, networks), adults'
schooling, hukou counts, households' last choices, carers. The people of the file give them.
"""

from itertools import pairwise

import numpy as np

from leftbehind.base.person import (
    ABROAD,
    ABROAD_CODE,
    AT_HOME,
    DIVORCED,
    IN_PRISON,
    MALE,
    NEVER,
    NOBODY,
    NOWHERE,
    PERSON,
    SEEKING,
    TOGETHER,
    WIDOWED,
)
from leftbehind.inputs.conditions import Coupling
from leftbehind.inputs.places import Places, national
from leftbehind.inputs.settlement import hukou_target
from leftbehind.model.beginning import Beginning, DestinationTables
from leftbehind.model.population.array import Population
from leftbehind.model.population.founders import START
from leftbehind.model.population.households import ADULT_AGE
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import arrangement, destination, schooling
from leftbehind.model.processes.destination import Logit
from leftbehind.own.completion import (
    DESTINATION,
    ENROLLED,
    GROUP,
    HUKOU,
    LIMITED,
    LIVES,
    MONTHS,
    SCHOOLING,
    absences,
    complete,
    link_children,
)
from leftbehind.own.draw import Drawn, draw
from leftbehind.own.population_check import People, births, is_away, is_in_prison
from leftbehind.own.population_schema import HOMES, PARENTS, UNIONS
from leftbehind.own.population_schema import HUKOU as HUKOU_NAMES

SCHOOL = (
    "primary_enrolment",
    "progress_to_junior",
    "progress_to_senior_rural",
    "progress_to_college",
)


def start(
    people: People,
    places: Places,
    units: np.ndarray,
    scale: int,
    word: np.uint64,
    here: np.ndarray,
    p: np.record,
    tables: DestinationTables,
) -> Beginning:
    """The start of a run at 1:`scale` with home `units` (units.home_units).

    `here` (P,) PLACE and `p` are those of the file's year without a scenario, so that all worlds
    begin with the same people. `tables(flows)` gives shares of destinations (2, P, P) and of their
    provinces (2, P, R); it is asked only if a destination is not told.
    """
    year = int(people.table["year"][0])
    drawn = draw(people, places, units, scale, word)
    population = Population(drawn.count)
    population.count[:] = drawn.count
    records = _records(people, places, drawn)
    records["place"] = drawn.prefecture - units[drawn.unit]
    records["lived"] = NOWHERE  # the file does not tell
    unknown = _unknown(people)[drawn.row]
    away = is_away(people.table)[drawn.row].astype(np.uint8)
    house = _houses(people)[drawn.row]
    ends = np.cumsum(drawn.count)
    school = np.array([national(name, np.arange(START, year + 1)) for name in SCHOOL])
    urban = hukou_target(places, np.array([year - 1]))[:, 0]
    minority = places.table["minority_share_2010"].to_numpy()
    of_unit = [slice(end - size, end) for end, size in zip(ends, drawn.count, strict=True)]
    for u, part in enumerate(of_unit):
        population.of(u)[:] = records[part]
        link_children(population.of(u))
    prefectures = [
        Prefecture(population.of(u), int(drawn.count[u]), year, word, here[k], p, k - int(first))
        for u, (first, end) in enumerate(pairwise(units))
        for k in range(first, end)
    ]
    parts = [
        part for part, width in zip(of_unit, np.diff(units), strict=True) for _ in range(width)
    ]
    for k, (at, part) in enumerate(zip(prefectures, parts, strict=True)):
        complete(at, unknown[part], house[part], school, float(urban[k]), float(minority[k]))
    # What the file tells of absences is the year before its own.
    before = [at._replace(year=year - 1) for at in prefectures]
    _send(before, parts, away, unknown, places, tables)
    if people.table["carer_id"].null_count() == people.table.height:
        for at in before:  # by the model's own rules, as if nobody had cared before
            arrangement.step(at, np.zeros(at.size))
    return Beginning(population, _coupling(before), _facts(people, places, drawn))


def _records(people: People, places: Places, drawn: Drawn) -> np.ndarray:
    """PERSON records (records,) with what the file tells; lists of children still empty."""
    table, row = people.table, drawn.row
    out = np.zeros(len(row), dtype=PERSON)
    out["key"] = drawn.key
    for link in ("mother", "father", "partner", "carer"):
        out[link] = drawn.at[link]
    out["youngest_child"] = NOBODY
    out["birth_year"] = people.birth_year[row]
    out["sex"] = np.where(people.female, 0, MALE)[row]
    linked, sons, last = births(people)
    columns = {
        "death_year": table["death_year"].fill_null(0).to_numpy(),
        "births": table["children_born"].fill_null(-1).to_numpy(),
        "sons": table["sons_born"].fill_null(-1).to_numpy(),
        "last_birth": table["last_birth"].fill_null(0).to_numpy(),
        "schooling": table["schooling"].fill_null(0).to_numpy(),
        "months": table["months_away"].fill_null(0).to_numpy(),
        "enrolled": (table["in_school"] == "yes").fill_null(False).to_numpy(),
        "limited": (table["limited"] == "yes").fill_null(False).to_numpy(),
        "group": (table["minority"] == "yes").fill_null(False).to_numpy(),
        "hukou": (table["hukou"] == HUKOU_NAMES[1]).fill_null(False).to_numpy(),
        "home": np.maximum(_homes(people), 0),
        "union": _unions(people),
        "custody": _custody(people),
    }
    columns["births"] = np.where(columns["births"] < 0, linked, columns["births"])
    # Where the year is not told: who was once in a union, for whose home is meant (homes.py).
    once = np.isin(columns["union"], (WIDOWED, DIVORCED))
    once |= (columns["union"] == SEEKING) & (columns["births"] > 0)
    union_year = table["union_year"].fill_null(0).to_numpy()
    columns["union_year"] = np.where(once & (union_year == 0), table["year"] - 1, union_year)
    columns["sons"] = np.where(columns["sons"] < 0, sons, columns["sons"])
    columns["last_birth"] = np.where(people.female, np.maximum(columns["last_birth"], last), 0)
    away = is_away(table)
    since = table["away_since"].fill_null(table["year"] - 1).to_numpy()
    inside = is_in_prison(table)
    columns["away_since"] = np.where(away | inside, since, 0)
    codes = places.table["code"].to_numpy()
    told = table["destination"].fill_null(-1).to_numpy()
    columns["destination"] = np.select(
        [inside, told == ABROAD_CODE, told >= 0],
        [IN_PRISON, ABROAD, np.searchsorted(codes, told)],
        AT_HOME,
    )
    for name, values in columns.items():
        out[name] = values[row]
    return out


def _positions(values: list[str | None], names: tuple[str, ...], missing: int) -> np.ndarray:
    place = {name: k for k, name in enumerate(names)}
    return np.array([missing if value is None else place[value] for value in values])


def _homes(people: People) -> np.ndarray:
    """Where each row's couple lives (rows,), told of either partner; -1 if of neither."""
    own = _positions(people.table["home"].to_list(), HOMES, -1)
    return np.where(own >= 0, own, people.of(own, "partner", -1))


def _unions(people: People) -> np.ndarray:
    """Union status of each row: told, or from partner and children."""
    told = _positions(people.table["union"].to_list(), UNIONS, -1)
    parted = np.zeros(len(told), bool)
    widowed = np.zeros(len(told), bool)
    for one, other in (("mother", "father"), ("father", "mother")):
        has = people.has(one)
        lives = people.of(people.alive, other, False)
        parted[people.at[one][has & lives]] = True
        widowed[people.at[one][has & ~lives]] = True
    alone = np.where(parted, DIVORCED, np.where(widowed, WIDOWED, NEVER))
    guess = np.where(people.has("partner"), TOGETHER, alone)
    return np.where(told >= 0, told, guess)


def _custody(people: People) -> np.ndarray:
    """1 for a child kept by its father: as told, or of his household and not the mother's."""
    told = _positions(people.table["keeper"].to_list(), PARENTS, -1)
    house = _houses(people)
    with_father = (house >= 0) & (house == people.of(house, "father", -2))
    with_mother = house == people.of(house, "mother", -2)
    young = people.table["age"].to_numpy() < ADULT_AGE
    both = people.of(people.alive, "mother", False) & people.of(people.alive, "father", False)
    guess = young & both.astype(bool) & with_father & ~with_mother
    return np.where(told >= 0, told, guess)


def _houses(people: People) -> np.ndarray:
    """A number for each household_id (rows,), -1 where it is empty."""
    ids = people.table["household_id"]
    house: np.ndarray = ids.rank("dense").fill_null(-1).cast(int).to_numpy()
    return house


def _unknown(people: People) -> np.ndarray:
    """Bits of what the file does not tell of each row (rows,); the dead hand on what they were."""
    table = people.table
    bits = {
        GROUP: "minority",
        HUKOU: "hukou",
        SCHOOLING: "schooling",
        ENROLLED: "in_school",
        LIMITED: "limited",
        DESTINATION: "destination",
        MONTHS: "months_away",
    }
    out = np.zeros(table.height, np.int64)
    for bit, name in bits.items():
        whom = people.alive | (bit in (GROUP, HUKOU, SCHOOLING))
        out |= np.where(table[name].is_null().to_numpy() & whom, bit, 0)
    return out | np.where(_homes(people) < 0, LIVES, 0)


def _send(
    before: list[Prefecture],
    parts: list[slice],
    away: np.ndarray,
    unknown: np.ndarray,
    places: Places,
    tables: DestinationTables,
) -> None:
    """Destinations, months and last year's choices of all prefectures."""
    size = len(parts)
    lost = (away == 1) & (unknown & DESTINATION != 0)
    if lost.any():
        shares, by_province = tables(_coupling(before).flows)
    else:  # never read
        shares, by_province = np.zeros((2, size, 1)), np.zeros((2, size, 1))
    for k, (at, part) in enumerate(zip(before, parts, strict=True)):
        logit = Logit(shares[:, k], by_province[:, k], places.first)
        absences(at, away[part], unknown[part], logit)


def _coupling(before: list[Prefecture]) -> Coupling:
    """What the year's tallies would have told of these people."""
    size = len(before)
    flows = np.zeros((size, size + 1), np.int64)
    adults, gone = np.zeros(size, np.int64), np.zeros(size, np.int64)
    school = np.zeros((size, 2), np.int64)
    for k, at in enumerate(before):
        children = np.zeros(size + 1, np.int64)
        adults[k], gone[k] = destination.count_flows(at, flows[k], children)
        schooling.count_years(at, school[k])
    return Coupling(flows, adults, gone, school.sum(axis=0))


def _facts(people: People, places: Places, drawn: Drawn) -> dict[str, float]:
    """What the manifest says of the start."""
    alive = people.alive[drawn.row]
    age = people.table["age"].to_numpy()[drawn.row]
    grown = alive & (age >= 20) & (age < 50)
    known = drawn.at["mother"] >= 0
    registered = places.table["registered_2010"].to_numpy()
    covered = np.bincount(drawn.prefecture[alive], minlength=len(places)) > 0
    return {
        "rows": people.table.height,
        "people": int(alive.sum()),
        "families": drawn.families,
        "links_lost": drawn.lost,
        "prefectures": int(covered.sum()),
        "country_covered": round(float(registered[covered].sum() / registered.sum()), 4),
        "mother_known_20_49": round(float(known[grown].mean()), 4) if grown.any() else 0.0,
    }
