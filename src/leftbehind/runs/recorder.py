"""A run's tallies as tidy tables, written year by year, so that memory stays flat at any scale.

- `people`: year, prefecture, age group, sex, hukou, lives, arrangement -> number
- `children`: year, prefecture and every property that a definition may ask about -> number and sums
- `flows`: year, origin, destination (990000: abroad) -> adults, children away
- `choices`: year, prefecture, kind of household, choice last year and now -> households
- `kin`: year, province, age group, living grandparents, grandmothers among them, siblings, parents
  -> children under 15
- `orders`: year, province, mother's age, order of the child -> births
- `migrants`: year, prefecture, age group, sex, union, form, months, where -> rural adults who work
  away, not at school
- `local`: year, prefecture, sex, work -> rural adults at home
- `moves`: year (those that five divides), province of home, province five years before, province
  now -> people who live in another province than then
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
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from leftbehind.base.person import ABROAD_CODE
from leftbehind.inputs.places import Places
from leftbehind.model.alignment import Alignment
from leftbehind.model.processes.migration import FIRST_YEAR
from leftbehind.model.simulation import YearOutput
from leftbehind.model.tallies import TALLIES, cells
from leftbehind.model.tallies.tally import SEX, Dimension, Tally

HOUR_PARTS = 16  # sums of hours are kept to that part of an hour


def labelled(codes: np.ndarray, labels: tuple[str, ...]) -> pa.DictionaryArray:
    """Small codes as a dictionary column."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), list(labels))


def property_columns(packed: np.ndarray) -> dict[str, pa.Array]:
    """Columns of the `children` table from packed cells (cells.DIMENSIONS)."""
    codes = cells.unpack(packed)
    return {d.name: _coded(codes[d.name], d.labels) for d in cells.DIMENSIONS}


def children_frame(packed: np.ndarray) -> pl.DataFrame:
    """The columns that definitions read, as in a run's `children` table, from packed cells."""
    frame = pl.from_arrow(pa.table(property_columns(packed)))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _coded(codes: np.ndarray, labels: tuple[str, ...] | range | None) -> pa.Array:
    if isinstance(labels, tuple):
        return labelled(codes, labels)
    return pa.array(codes.astype(np.int8))


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
        for tally in TALLIES:
            if year.year >= tally.first_year:
                self._write(tally.name, self._tallied(tally, year))
        self._write("events", self._events(year))
        self._write("places", self._places(year))
        if year.year >= FIRST_YEAR:
            self._write("children", self.children(year))
            self._write("flows", self._flows(year))

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
            "year": _repeated(year, len(prefecture)),
            "code": pa.array(self.codes[prefecture]),
            "prefecture": pa.DictionaryArray.from_arrays(
                pa.array(prefecture.astype(np.int16)), list(self.names)
            ),
            "province": labelled(self.province[prefecture], self.provinces),
        }

    def _tallied(self, tally: Tally, year: YearOutput) -> pa.Table:
        """One year of a tally: a row for each cell of it that is not empty."""
        numbers = getattr(year.counts, tally.name)
        if tally.by_province:
            numbers = self._by_province(numbers)
        wide = len(tally.columns)
        rows = numbers.reshape(-1, wide)
        # Found in the flat array: three times as fast as by all of its dimensions.
        found = np.flatnonzero(rows.any(axis=1) if wide > 1 else rows)
        axes = numbers.shape if wide == 1 else numbers.shape[:-1]
        where, *codes = np.unravel_index(found, axes)
        if tally.by_province:
            columns = {
                "year": _repeated(year.year, len(where)),
                tally.by_province: labelled(where, self.provinces),
            }
        else:
            columns = self._head(year.year, where)
        for dimension, code in zip(tally.dimensions, codes, strict=True):
            columns |= self._coded(dimension, code)
        for column, values in zip(tally.columns, rows[found].T, strict=True):
            kept = np.rint(values) if column.whole else values
            columns[column.name] = pa.array(kept.astype(np.float64 if column.sums else np.int32))
        return pa.table(columns)

    def _coded(self, dimension: Dimension, codes: np.ndarray) -> dict[str, pa.Array]:
        columns = {}
        if dimension.coarser:
            name, names, of_code = dimension.coarser
            columns[name] = labelled(np.array(of_code)[codes], names)
        labels = self.provinces if dimension.labels is None else dimension.labels
        return {**columns, dimension.name: _coded(codes, labels)}

    def _by_province(self, numbers: np.ndarray) -> np.ndarray:
        """Sums (R, ...) of numbers (P, ...) by prefecture."""
        sums = np.zeros((len(self.provinces), *numbers.shape[1:]), numbers.dtype)
        np.add.at(sums, self.province, numbers)
        return sums

    def children(self, year: YearOutput) -> pa.Table:
        """The children of one year by every property a definition may ask about."""
        columns = self._head(year.year, year.prefecture)
        columns |= property_columns(year.cells)
        columns["number"] = pa.array(year.numbers.astype(np.int32))
        for j, name in enumerate(cells.SUMS):
            kept = np.rint(year.sums[:, j] * HOUR_PARTS) / HOUR_PARTS
            columns[name] = pa.array(kept.astype(np.float32))
        return pa.table(columns)

    def _flows(self, year: YearOutput) -> pa.Table:
        origin, destination = np.nonzero(year.flows + year.child_flows)
        return pa.table(
            {
                "year": _repeated(year.year, len(origin)),
                "origin": pa.array(self.codes[origin]),
                "destination": pa.array(np.append(self.codes, ABROAD_CODE)[destination]),
                "adults": year.flows[origin, destination].astype(np.int32),
                "children": year.child_flows[origin, destination].astype(np.int32),
            }
        )

    def _events(self, year: YearOutput) -> pa.Table:
        both = np.stack([year.births, year.deaths])
        event, province, sex, age = np.nonzero(both)
        return pa.table(
            {
                "year": _repeated(year.year, len(event)),
                "province": labelled(province, self.provinces),
                "event": labelled(event, ("birth", "death")),
                "sex": _coded(sex, SEX.labels),
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


def _repeated(year: int, rows: int) -> pa.Array:
    return pa.array(np.full(rows, year, np.int16))
