"""A run's tallies as tidy tables, written year by year, so that memory stays flat at any scale.

- `people`: year, prefecture, age group, sex, hukou, lives, arrangement -> number
- `children`: year, prefecture and every property that a definition may ask about -> number and sums
- `flows`: year, origin, destination (990000: abroad) -> adults, children away
- `choices`: year, prefecture, kind of household, choice last year and now -> households
- `kin`: year, province, age group, living grandparents, siblings, parents -> children under 15
- `migrants`: year, prefecture, age group, sex, union, form, months, where -> adults away, not at
  school
- `moves`: year, province of home, province away -> people by move (see measure/moves.py)
- `incomes`: year, prefecture, hukou, lives, class, band -> people, their income (yuan of 2010 a
  year)
- `remittances`: year, province, form of absence -> households, their pay away, sent home (same
  unit)
- `events`: year, province, event (birth: mother's age; death: own age), sex -> number
- `places`: year, prefecture: the conditions that the kernels read
- `alignment`: year, what, group -> factor

Numbers count simulated people; one stands for `scale` real ones (manifest). Sums of hours and years
are kept to a sixteenth, incomes to a yuan: far below what they can tell, and then their sums are
exact in any order and take half the room.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from leftbehind.base.person import ABROAD_CODE, ALTERNATIVES, ARRANGEMENTS
from leftbehind.inputs.places import Places
from leftbehind.model.alignment import Alignment
from leftbehind.model.processes import remittance
from leftbehind.model.processes.migration import FIRST_YEAR, HOUSEHOLD_KINDS
from leftbehind.model.processes.schooling import STAGES
from leftbehind.model.simulation import YearOutput
from leftbehind.model.tallies import cells, headcount, incomes, kin_table, migrants, moves

SEXES = ("female", "male")
HUKOU = ("agricultural", "non-agricultural")
PEOPLES = ("Han", "minority")
YES_NO = ("no", "yes")
AGE_LABELS = tuple(
    str(low) if low < 18 else "100+" if low == 100 else f"{low}-{high - 1}"
    for low, high in zip(headcount.AGE_LOWS, (*headcount.AGE_LOWS[1:], 200), strict=True)
)
HOUR_PARTS = 16  # sums of hours are kept to that part of an hour
LABELS: dict[str, tuple[str, ...]] = {
    "sex": SEXES,
    "hukou": HUKOU,
    "residence": cells.RESIDENCES,
    "father": cells.PARENT_STATES,
    "mother": cells.PARENT_STATES,
    "arrangement": ARRANGEMENTS,
    "boards": YES_NO,
    "stage": STAGES,
    "minority": PEOPLES,
}


def labelled(codes: np.ndarray, labels: tuple[str, ...]) -> pa.DictionaryArray:
    """Small codes as a dictionary column."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), list(labels))


class TableWriter(Protocol):
    """What writes one table of a run, year by year."""

    def write_table(self, table: pa.Table) -> None:
        """Append one year."""

    def close(self) -> None:
        """Finish the file."""


Writer = Callable[[Path, pa.Schema], TableWriter]  # makes the writer of one file


def table_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of one of a run's tables."""
    # Dictionaries only where values repeat, statistics only for the year by which one reads:
    # half the time of writing everything.
    repeated = [field.name for field in schema if not pa.types.is_floating(field.type)]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=repeated,
        write_statistics=["year"],
    )


class Recorder:
    """Writes the tables of a run into `folder`, each by a `writer`: one row group a year."""

    def __init__(self, folder: Path, places: Places, writer: Writer = table_writer) -> None:
        self.folder = folder
        self.writer = writer
        self.codes = places.table["code"].to_numpy().astype(np.int32)
        self.names = tuple(places.table["name"].to_list())
        self.provinces = tuple(places.provinces["name"].to_list())
        self.province = places.province
        self._writers: dict[str, TableWriter] = {}

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(self, year: YearOutput) -> None:
        """Append one year to every table."""
        self._write("people", self._people(year))
        self._write("events", self._events(year))
        self._write("kin", self._kin(year))
        self._write("places", self._places(year))
        if year.year >= incomes.FIRST_YEAR:
            self._write("incomes", self._incomes(year))
        if year.year >= FIRST_YEAR:
            self._write("remittances", self._remittances(year))
            self._write("children", self.children(year))
            self._write("flows", self._flows(year))
            self._write("choices", self._choices(year))
            self._write("migrants", self._migrants(year))
            self._write("moves", self._moves(year))

    def finish(self, alignment: Alignment) -> None:
        """Write the alignment."""
        rows = [
            (year, what, group, float(value))
            for what in ("deaths", "births", "hukou")
            for year, factors in getattr(alignment, what).items()
            for group, value in enumerate(np.ravel(factors))
        ]
        columns = list(zip(*rows, strict=True))
        table = pa.table(
            {
                "year": pa.array(columns[0], pa.int16()),
                "what": columns[1],
                "group": pa.array(columns[2], pa.int16()),
                "factor": columns[3],
            }
        )
        self._write("alignment", table)

    def close(self) -> None:
        """Close every file, also if the disk refuses one of them."""
        with ExitStack() as files:
            while self._writers:
                files.callback(self._writers.popitem()[1].close)

    def _write(self, name: str, table: pa.Table) -> None:
        if name not in self._writers:
            path = self.folder / f"{name}.parquet"
            self._writers[name] = self.writer(path, table.schema)
        self._writers[name].write_table(table)

    def _head(self, year: int, prefecture: np.ndarray) -> dict[str, pa.Array]:
        return {
            "year": pa.array(np.full(len(prefecture), year, np.int16)),
            "code": pa.array(self.codes[prefecture]),
            "prefecture": pa.DictionaryArray.from_arrays(
                pa.array(prefecture.astype(np.int16)), list(self.names)
            ),
            "province": labelled(self.province[prefecture], self.provinces),
        }

    def _people(self, year: YearOutput) -> pa.Table:
        # Found in the flat array: three times as fast as by all of its dimensions.
        found = np.flatnonzero(year.heads)
        k, age, sex, hukou, lives, arrangement = np.unravel_index(found, year.heads.shape)
        return pa.table(
            {
                **self._head(year.year, k),
                "age": labelled(age, AGE_LABELS),
                "sex": labelled(sex, SEXES),
                "hukou": labelled(hukou, HUKOU),
                "lives": labelled(lives, headcount.LIVES),
                "arrangement": labelled(arrangement, ARRANGEMENTS),
                "number": year.heads.ravel()[found].astype(np.int32),
            }
        )

    def children(self, year: YearOutput) -> pa.Table:
        """The children of one year by every property a definition may ask about."""
        columns = self._head(year.year, year.prefecture)
        for name, codes in cells.unpack(year.cells).items():
            if name in LABELS:
                columns[name] = labelled(codes, LABELS[name])
            else:
                columns[name] = pa.array(codes.astype(np.int8))
        columns["number"] = pa.array(year.numbers.astype(np.int32))
        for j, name in enumerate(cells.SUMS):
            kept = np.rint(year.sums[:, j] * HOUR_PARTS) / HOUR_PARTS
            columns[name] = pa.array(kept.astype(np.float32))
        return pa.table(columns)

    def _flows(self, year: YearOutput) -> pa.Table:
        origin, destination = np.nonzero(year.flows + year.child_flows)
        return pa.table(
            {
                "year": pa.array(np.full(len(origin), year.year, np.int16)),
                "origin": pa.array(self.codes[origin]),
                "destination": pa.array(np.append(self.codes, ABROAD_CODE)[destination]),
                "adults": year.flows[origin, destination].astype(np.int32),
                "children": year.child_flows[origin, destination].astype(np.int32),
            }
        )

    def _moves(self, year: YearOutput) -> pa.Table:
        number = len(self.provinces)
        by_province = np.zeros((number, number, len(moves.COLUMNS)), np.int64)
        np.add.at(by_province, self.province, year.moves)
        home, away = np.nonzero(by_province.sum(axis=2))
        columns = {
            "year": pa.array(np.full(len(home), year.year, np.int16)),
            "home": labelled(home, self.provinces),
            "away": labelled(away, self.provinces),
        }
        for j, name in enumerate(moves.COLUMNS):
            columns[name] = pa.array(by_province[home, away, j].astype(np.int32))
        return pa.table(columns)

    def _choices(self, year: YearOutput) -> pa.Table:
        k, kind, before, now = np.nonzero(year.choices)
        return pa.table(
            {
                **self._head(year.year, k),
                "household": labelled(kind, HOUSEHOLD_KINDS),
                "before": labelled(before, ALTERNATIVES),
                "now": labelled(now, ALTERNATIVES),
                "households": year.choices[k, kind, before, now].astype(np.int32),
            }
        )

    def _migrants(self, year: YearOutput) -> pa.Table:
        k, age, sex, union, form, months, where = np.nonzero(year.migrants)
        return pa.table(
            {
                **self._head(year.year, k),
                "age": labelled(age, migrants.AGES),
                "sex": labelled(sex, SEXES),
                "union": labelled(union, migrants.UNIONS),
                "form": labelled(form, migrants.FORMS),
                "months": labelled(months, migrants.MONTHS),
                "where": labelled(where, migrants.WHERE),
                "number": year.migrants[k, age, sex, union, form, months, where].astype(np.int32),
            }
        )

    def _incomes(self, year: YearOutput) -> pa.Table:
        people, income = year.incomes[..., 0], year.incomes[..., 1]
        k, hukou, lives, band = where = np.nonzero(people)
        return pa.table(
            {
                **self._head(year.year, k),
                "hukou": labelled(hukou, HUKOU),
                "lives": labelled(lives, headcount.LIVES),
                "class": labelled(np.array(incomes.CLASS_OF_BAND)[band], incomes.CLASSES),
                "band": labelled(band, incomes.BANDS),
                "people": people[where].astype(np.int32),
                "income": np.rint(income[where]),
            }
        )

    def _remittances(self, year: YearOutput) -> pa.Table:
        by_province = np.zeros((len(self.provinces), *remittance.SHAPE))
        np.add.at(by_province, self.province, year.remittances)
        province, form = where = np.nonzero(by_province[..., 0])
        columns = dict(zip(remittance.COLUMNS, np.moveaxis(by_province[where], -1, 0), strict=True))
        return pa.table(
            {
                "year": pa.array(np.full(len(form), year.year, np.int16)),
                "province": labelled(province, self.provinces),
                "form": labelled(form, remittance.FORMS),
                "households": columns["households"].astype(np.int32),
                "pay": columns["pay"],
                "sent": columns["sent"],
            }
        )

    def _kin(self, year: YearOutput) -> pa.Table:
        by_province = np.zeros((len(self.provinces), *kin_table.SHAPE), np.int64)
        np.add.at(by_province, self.province, year.kin)
        where, age, grandparents, siblings, parents = np.nonzero(by_province)
        return pa.table(
            {
                "year": pa.array(np.full(len(where), year.year, np.int16)),
                "province": labelled(where, self.provinces),
                "age": labelled(age, ("0-4", "5-9", "10-14")),
                "grandparents": pa.array(grandparents.astype(np.int8)),
                "siblings": pa.array(siblings.astype(np.int8)),
                "parents": labelled(parents, kin_table.PARENTS),
                "number": by_province[where, age, grandparents, siblings, parents].astype(np.int32),
            }
        )

    def _events(self, year: YearOutput) -> pa.Table:
        both = np.stack([year.births, year.deaths])
        event, province, sex, age = np.nonzero(both)
        return pa.table(
            {
                "year": pa.array(np.full(len(event), year.year, np.int16)),
                "province": labelled(province, self.provinces),
                "event": labelled(event, ("birth", "death")),
                "sex": labelled(sex, SEXES),
                "age": pa.array(age.astype(np.int16)),
                "number": both[event, province, sex, age].astype(np.int32),
            }
        )

    def _places(self, year: YearOutput) -> pa.Table:
        columns = self._head(year.year, np.arange(len(self.codes)))
        fields = year.here.dtype.names or ()
        for name in fields:
            if name not in ("code", "province", "liangshan"):
                columns[name] = pa.array(np.ascontiguousarray(year.here[name]))
        return pa.table(columns)
