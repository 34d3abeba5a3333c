"""Draw a file's families at 1:scale, whole, and put each person into a prefecture.

What is drawn together is a household and the living parents and brothers of its men: those whom
the model's care of children rests on most. A family that stands for `w` real ones becomes w / scale
simulated ones: systematic sampling in the file's order with one keyed start a place, so that every
place keeps its number within one, and a file at the run's own scale is taken as it is. Copies of a
family share nothing but the file's rows: each has luck of its own. Links between families (married
daughters and their parents) lead to the copy of the same number, if there is one in the prefecture.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.randomness import FOUNDER
from leftbehind.inputs.places import Places
from leftbehind.model.processes.care import ADULT_AGE
from leftbehind.own.completion import PREFECTURE, ROUNDING, keys_of, lucks
from leftbehind.own.population_check import LINKS, NOBODY, People, may_have_married_out


@dataclass(frozen=True)
class Drawn:
    """The records to be, ordered by home unit, year of birth and the file's order.

    `row` (records,) of the file, `key`, `prefecture` and `unit` (positions), `count` (units,)
    records; `at[link]` positions of kin within the unit, -1 for nobody. `families` drawn, `lost`
    links to living kin whose family was not drawn.
    """

    row: np.ndarray
    key: np.ndarray
    prefecture: np.ndarray
    unit: np.ndarray
    count: np.ndarray
    at: dict[str, np.ndarray]
    families: int
    lost: int


def draw(people: People, places: Places, units: np.ndarray, scale: int, word: np.uint64) -> Drawn:
    """The people of a run at 1:`scale` with the seed that `word` stands for."""
    names = hashes(people.table["person_id"])
    number, families = _copies(people, scale, word)
    if not families:
        raise InputError(
            f"--scale {scale}: no family was drawn at this scale, for the file's people stand for "
            f"{_real_people(people):,.0f} only; use --scale {_finer(people)}"
        )
    row = np.repeat(np.arange(len(number)), number)
    first = np.cumsum(number) - number
    copy = np.arange(len(row)) - first[row]
    prefecture = _prefectures(people, places, names, row, copy, word)
    unit = np.searchsorted(units, prefecture, side="right") - 1
    order = np.lexsort((copy, row, people.birth_year[row], unit))
    count = np.bincount(unit, minlength=len(units) - 1).astype(np.int64)
    start = np.cumsum(count) - count
    position = np.empty(len(row), np.int64)
    position[order] = np.arange(len(row)) - np.repeat(start, count)
    married_out = may_have_married_out(people)[row]
    at, lost = {}, 0
    for link in LINKS:
        kin = people.at[link][row]
        where = np.where(copy < number[kin], first[kin] + copy, 0)
        near = prefecture[where] == prefecture
        if link in ("mother", "father"):
            near |= married_out & (unit[where] == unit)
        there = (kin >= 0) & (copy < number[kin]) & near
        lost += int(((kin >= 0) & ~there & people.alive[row] & (link != "carer")).sum())
        at[link] = np.where(there, position[where], NOBODY)[order] if len(row) else kin
    key = _keys(people, names, row, copy, word)
    return Drawn(row[order], key[order], prefecture[order], unit[order], count, at, families, lost)


def _real_people(people: People) -> float:
    """The number of living people for whom the file's rows stand."""
    weight = people.table["weight"].fill_null(1.0).to_numpy()
    return float(weight[people.alive].sum())


def _finer(people: People) -> int:
    """A scale at which a hundred people are drawn, or 1."""
    return max(1, int(_real_people(people) / 100))


def _copies(people: People, scale: int, word: np.uint64) -> tuple[np.ndarray, int]:
    """How often each row is taken (rows,), and the number of families that makes."""
    unit = _units(people)
    living = np.flatnonzero(people.alive)
    weight = people.table["weight"].fill_null(1.0).to_numpy()
    size = np.bincount(unit[living], minlength=unit.max() + 1)
    expected = np.bincount(unit[living], weights=weight[living], minlength=len(size))
    expected = expected / (np.maximum(size, 1) * scale)
    _, leader = np.unique(unit, return_index=True)  # the first row of each family
    drawn = np.zeros(len(size), np.int64)
    for place in np.unique(people.place[leader]):
        mine = np.flatnonzero(people.place[leader] == place)
        mine = mine[np.argsort(leader[mine])]
        u = lucks(
            word,
            np.array([place], np.uint64),
            people.table["year"][:1].to_numpy(),
            FOUNDER,
            ROUNDING,
        )[0]
        ends = np.floor(np.cumsum(expected[mine]) + u).astype(np.int64)
        drawn[mine] = np.diff(ends, prepend=0)
    number = np.where(people.alive, drawn[unit], 0)
    return _remembered(people, number), int(drawn[size > 0].sum())


def _units(people: People) -> np.ndarray:
    """Number of the family that each row is drawn with (rows,).

    Linked are who share a household_id, partners, children under 18 and grown men with their
    living parents.
    """
    table = people.table
    rows = np.arange(table.height)
    shared = table.with_row_index("row").select(pl.col("row").min().over("household_id"))
    told = table["household_id"].is_not_null().to_numpy()
    edges = [(rows[told], shared["row"].to_numpy()[told])]
    stays = (table["age"] < ADULT_AGE).to_numpy() | ~people.female
    for link in ("partner", "mother", "father"):
        linked = people.has(link) & people.alive & people.of(people.alive, link, False)
        if link != "partner":
            linked &= stays
        edges.append((rows[linked], people.at[link][linked]))
    return _components(edges, table.height)


def _lines(people: People) -> np.ndarray:
    """Number of each row's line (rows,): families whose men have fathers or mothers in common.

    The dead link too. Grown women are of their husband's line, so lines stay small.
    """
    rows = np.arange(people.table.height)
    stays = (people.table["age"] < ADULT_AGE).to_numpy() | ~people.female
    unit = _units(people)
    _, leader = np.unique(unit, return_index=True)
    edges = [(rows, leader[unit])]
    for link in ("mother", "father"):
        linked = people.has(link) & stays
        edges.append((rows[linked], people.at[link][linked]))
    return _components(edges, len(rows))


def _components(edges: list[tuple[np.ndarray, np.ndarray]], size: int) -> np.ndarray:
    # Here, because every run imports this module and SciPy takes long to load.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = (np.concatenate(ends) for ends in zip(*edges, strict=True))
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
    label: np.ndarray = connected_components(graph, directed=False)[1]
    return label


def _remembered(people: People, number: np.ndarray) -> np.ndarray:
    """The same with the dead: as often as the kin who name them."""
    while True:
        before = number.copy()
        for link in ("mother", "father"):
            dead = people.has(link) & ~people.of(people.alive, link, True).astype(bool)
            np.maximum.at(number, people.at[link][dead], number[dead])
        if np.array_equal(number, before):
            return number


def _prefectures(
    people: People,
    places: Places,
    names: np.ndarray,
    row: np.ndarray,
    copy: np.ndarray,
    word: np.uint64,
) -> np.ndarray:
    """Position of each record's prefecture (records,): as told, or drawn for its line."""
    codes = places.table["code"].to_numpy()
    told = people.table["prefecture"].fill_null(-1).to_numpy()[row]
    out = np.searchsorted(codes, told)
    open_ = np.flatnonzero(told < 0)
    if not len(open_):
        return out
    line = _lines(people)
    name = np.full(line.max() + 1, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(name, line, names)
    u = lucks(word, name[line[row[open_]]], copy[open_], FOUNDER, PREFECTURE)
    registered = np.cumsum(places.table["registered_2010"].to_numpy())
    before = np.concatenate([[0], registered])
    province = np.searchsorted(
        places.provinces["code"].to_numpy(), people.table["province"].to_numpy()[row[open_]]
    ).astype(np.int64)
    low, high = before[places.first[province]], before[places.first[province + 1]]
    out[open_] = np.searchsorted(registered, low + u * (high - low), side="right")
    return out


def _keys(
    people: People, names: np.ndarray, row: np.ndarray, copy: np.ndarray, word: np.uint64
) -> np.ndarray:
    """Key of each record: that of the file for a first copy, else from id and copy."""
    key = keys_of(word, names[row], copy)
    told = people.table["luck"]
    if told.null_count() < len(told):
        given = np.array([int(text or "0", 16) for text in told.to_list()], np.uint64)[row]
        mine = told.is_not_null().to_numpy()[row] & (copy == 0)
        key = np.where(mine, given, key)
    return key


def hashes(ids: pl.Series) -> np.ndarray:
    """A 64-bit number of each id (rows,): the same in every file, order and version."""
    digests = b"".join(
        hashlib.blake2b(name.encode(), digest_size=8).digest() for name in ids.to_list()
    )
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
