"""The people of a finished run one by one: who they are and how each year found them.

A run keeps counts, not people. It is lived again, home unit by home unit (replay.py), and of those
who are wanted a row a year is kept, as the run's tables count them. So a sample costs the years
again but no memory, and holds the very children that the counts are made of.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from leftbehind.base.person import ABROAD, ABROAD_CODE, ALTERNATIVES, FEMALE, IN_PRISON, NEVER
from leftbehind.inputs.places import Places
from leftbehind.model.tallies import cells, headcount
from leftbehind.model.tallies.tally import HUKOU, SEXES
from leftbehind.own.population_schema import HOMES, NO_YES, UNIONS
from leftbehind.runs.recorder import children_frame
from leftbehind.runs.replay import AS_COUNTED, Moment, Replay

Who = Callable[[Moment], np.ndarray]  # the wanted of a moment: whether each record is (records,)
Progress = Callable[[int, int], None]  # home units done, and all of them

LINKS = ("mother", "father", "partner", "carer")
RECORDED = (
    *("key", "birth_year", "death_year", "sex", "hukou", "union", "union_year", "home", "births"),
    *("schooling", "enrolled", "limited", "destination", "away_since", "months", "choice"),
    "minutes",
)
# What a child is beside a person: the properties that a definition may ask about.
OF_CHILDREN = tuple(d.name for d in cells.DIMENSIONS if d.name not in ("age", "sex", "hukou"))


def states(
    replay: Replay,
    who: Who,
    years: Iterable[int],
    prefectures: Iterable[int] | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """A row a year for each person alive, or dead in that year, whom `who` wants.

    Of the given `prefectures` (all if None) and `years`, sorted by year and person. Columns: those
    of `_frame`. The rows do not depend on `threads`.
    """
    wanted = sorted(set(years))
    province = replay.places.province
    chosen = np.arange(len(replay.places)) if prefectures is None else np.array(sorted(prefectures))
    unit = np.searchsorted(replay.units, chosen, side="right") - 1
    units = np.unique(unit)

    def live(u: int) -> list[dict[str, np.ndarray]]:
        moments = replay.of_unit(u, chosen[unit == u].tolist(), wanted[-1])
        counted = (m for m in moments if m.stage == AS_COUNTED and m.year in wanted)
        return [_seen(moment, np.flatnonzero(who(moment)), province) for moment in counted]

    parts: list[dict[str, np.ndarray]] = []
    with ThreadPoolExecutor(threads) as pool:
        for done, found in enumerate(pool.map(live, units.tolist()), start=1):
            parts += found
            if progress:
                progress(done, len(units))
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return _frame(whole, replay.places).sort("year", "person")


def _seen(moment: Moment, at: np.ndarray, province: np.ndarray) -> dict[str, np.ndarray]:
    """What a moment shows of the people at the positions `at` of its records, as plain numbers.

    Fields of the record by name, and: year, k (prefecture), lives (position in headcount.LIVES),
    cell (packed, -1 for who is no living child), NAME_key (0 for nobody).
    """
    people, k = moment.people, moment.prefecture
    rows, seen = people[at], moment.at
    child = (rows["death_year"] == 0) & (moment.year - rows["birth_year"] < cells.CHILD_AGE)
    cell = np.full(len(at), -1, np.int64)
    cell[child] = [cells.cell_of(seen, i, k, province) for i in at[child].tolist()]
    lives = [headcount.where(people, i, moment.word, moment.here) for i in at.tolist()]
    keys = {f"{link}_key": _keys(people, rows[link]) for link in LINKS}
    return {
        "year": np.full(len(at), moment.year),
        "k": np.full(len(at), k),
        "lives": np.array(lives, np.int64),
        "cell": cell,
        **keys,
        **{name: rows[name] for name in RECORDED},
    }


def _keys(people: np.ndarray, at: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.where(at >= 0, people["key"][np.maximum(at, 0)], np.uint64(0))
    return found


def _frame(seen: dict[str, np.ndarray], places: Places) -> pl.DataFrame:
    """What was seen of people as a table with labels; null where a column does not concern one."""
    codes = places.table["code"].to_numpy()
    here = places.table[seen["k"]]
    dead, child = seen["death_year"] != 0, seen["cell"] >= 0
    away, inside = seen["destination"] >= 0, seen["destination"] == IN_PRISON
    there = codes[np.clip(seen["destination"], 0, len(codes) - 1)]
    joined = seen["union"] != NEVER
    of_child = children_frame(seen["cell"][child]).select(pl.col(OF_CHILDREN).cast(pl.String))
    position = pl.Series(np.cumsum(child) - 1).zip_with(
        pl.Series(child), pl.Series([None], dtype=pl.Int64)
    )
    return pl.DataFrame(
        {
            "year": _whole(seen["year"]),
            "person": _hex(seen["key"]),
            "mother_key": _hex(seen["mother_key"]),
            "father_key": _hex(seen["father_key"]),
            "birth_year": _whole(seen["birth_year"]),
            "death_year": _only(_whole(seen["death_year"]), dead),
            "code": _whole(here["code"].to_numpy()),
            "prefecture": here["name"],
            "province": here["province"],
            "age": _whole(seen["year"] - seen["birth_year"]),
            "sex": _labels(SEXES, seen["sex"]),
            "hukou": _labels(HUKOU, seen["hukou"]),
            "union": _labels(UNIONS, seen["union"]),
            "union_year": _only(_whole(seen["union_year"]), joined & (seen["union_year"] > 0)),
            "partner_key": _hex(seen["partner_key"]),
            "home": _only(_labels(HOMES, seen["home"]), joined),
            "children_born": _only(_whole(seen["births"]), seen["sex"] == FEMALE),
            "schooling": _whole(seen["schooling"]),
            "in_school": _labels(NO_YES, seen["enrolled"]),
            "limited": _labels(NO_YES, seen["limited"]),
            "lives": _labels(headcount.LIVES, seen["lives"]),
            "destination": _only(
                _whole(np.where(seen["destination"] == ABROAD, ABROAD_CODE, there)), away
            ),
            "away_since": _only(_whole(seen["away_since"]), away | inside),
            "months_away": _only(_whole(seen["months"]), away),
            "choice": _only(_labels(ALTERNATIVES, seen["choice"]), ~child),
            "carer_key": _only(_hex(seen["carer_key"]), child),
            "minutes_to_carer": _only(
                _whole(seen["minutes"]), child & (seen["carer_key"] != np.uint64(0))
            ),
            **{column.name: column.gather(position) for column in of_child},
        }
    )


def _hex(keys: np.ndarray) -> pl.Series:
    """Keys as 16 hexadecimal digits, null for nobody."""
    return pl.Series([f"{key:016x}" if key else None for key in keys.tolist()], dtype=pl.String)


def _whole(values: np.ndarray) -> pl.Series:
    return pl.Series(values.astype(np.int64))


def _labels(names: tuple[str, ...], codes: np.ndarray) -> pl.Series:
    return pl.Series(np.array(names, dtype=object)[codes.astype(int)], dtype=pl.String)


def _only(values: pl.Series, where: np.ndarray) -> pl.Series:
    """`values` where `where` holds, else null."""
    return values.zip_with(pl.Series(where), pl.Series([None], dtype=values.dtype))
