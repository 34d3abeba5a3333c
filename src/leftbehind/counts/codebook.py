"""The codebook: what every column of every table holds, its unit, and how to weight its rows.

Words stand in data/codebook: columns.csv (a row without a table holds for every one that has the
column), values.csv (what labels in text columns are in Chinese) and chinese.csv (units, rows and
weighting). Of a column that names a definition its title is the word.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

import leftbehind.data
from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.runs.contents import TABLES

MICRODATA = {
    "persons": "a person of the sample, or kin of one",
    "states": "a person alive at the end of a year; join `persons` and `life_events` by `person`",
    "life_events": "what happened to a person of the panel between two years",
    "sample": "a person drawn, in one wave; what was not answered is empty",
}
OF_SAMPLES = "one: multiply by `weight` to stand for the country; rows without it are not counted"
OF_EVENTS = "join `weight` from persons by `person`"
OF_COUNTS = "add up, then multiply by {scale}"
OF_SUMS = "add up, then divide by the sum of the number of the same rows"
NOT_WEIGHTED = "no weight: a property of the row itself"
# Text columns whose values are no labels: names of places, keys, groups of ages.
NO_LABELS = ("prefecture", "province", "cluster", "person", "other", "age", "detail")
# Columns that hold provinces in this table only.
PROVINCES = {"moves": ("home", "lived_in", "lives_in")}
COLUMNS = {"table": pl.String, "column": pl.String, "unit": pl.String}


@cache
def words() -> pl.DataFrame:
    """Rows of columns.csv: table (null: every one), column, unit, title, title_zh."""
    return _read("columns", **COLUMNS)


@cache
def chinese() -> dict[str, str]:
    """Units, rows and weightings in Chinese by their English words."""
    return dict(_read("chinese").iter_rows())


def in_language(text: str, language: str) -> str:
    """A unit, a row or a weighting in "en" or "zh"."""
    return chinese()[text] if text and language == "zh" else text


def in_words(name: str, value: str, language: str) -> str:
    """A value of the text column `name` in a language; as it is where the codebook has no other."""
    if language != "zh":
        return value
    rows = _read("values").filter(pl.col("value") == value)
    own = rows.filter(pl.col("column") == name)
    found = own if own.height else rows.filter(pl.col("column").is_null())
    return str(found["value_zh"][0]) if found.height else value


def _read(name: str, **types: type[pl.DataType]) -> pl.DataFrame:
    path = files(leftbehind.data) / "codebook" / f"{name}.csv"
    return pl.read_csv(path.read_bytes(), schema_overrides=types)


def column(table: str, name: str) -> dict[str, str]:
    """Unit and titles of a column; InputError if the codebook lacks it."""
    for where in (table, "states" if table == "sample" else table, None):
        known = pl.col("table").is_null() if where is None else pl.col("table") == where
        found = words().filter(known, pl.col("column") == name)
        if found.height:
            row = found.row(0, named=True)
            return {key: row[key] or "" for key in ("unit", "title", "title_zh")}
    which = {each.replace("-", "_"): each for each in definitions.names()}
    if name in which:
        definition = definitions.get(which[name])
        title, chinese = definition.title or definition.name, definition.title_zh
        return {"unit": "1 counted, 0 not", "title": title, "title_zh": chinese}
    raise InputError(f"{table}.{name}: the codebook has no such column")


def labels(table: str, names: Iterable[str], language: str = "en") -> dict[str, str]:
    """Titles of columns by name, with their units."""
    out = {}
    for name in names:
        told = column(table, name)
        title = told["title_zh" if language == "zh" else "title"]
        unit = in_language(told["unit"], language)
        out[name] = f"{title} [{unit}]" if unit else title
    return out


def weighting(table: str, unit: str) -> str:
    """How a column of a table is made to stand for persons; `{scale}` stands for the run's."""
    if table == "life_events":
        return OF_EVENTS
    if table in MICRODATA:
        return OF_SAMPLES
    if "simulated" in unit:
        return OF_COUNTS
    return OF_SUMS if "sum over" in unit else NOT_WEIGHTED


def codebook(tables: dict[str, pl.DataFrame], scale: int) -> pl.DataFrame:
    """A row a column: table, a_row, column, type, unit, title, weighting; `_zh` of all words."""
    rows = []
    for table, frame in tables.items():
        for name, kind in frame.schema.items():
            told = column(table, name)
            words = {
                "a_row": a_row(table),
                "unit": told["unit"],
                "weighting": weighting(table, told["unit"]),
            }
            both = {
                f"{key}{ending}": in_language(text, language).replace("{scale}", f"{scale:,}")
                for ending, language in (("", "en"), ("_zh", "zh"))
                for key, text in words.items()
            }
            titles = {key: told[key] for key in ("title", "title_zh")}
            rows.append({"table": table, "column": name, "type": _type(kind), **titles, **both})
    return pl.DataFrame(rows).select(
        *("table", "a_row", "column", "type", "unit", "title", "weighting"),
        *("a_row_zh", "unit_zh", "title_zh", "weighting_zh"),
    )


def values(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """A row a label that stands in a text column: table, column, value, value_zh.

    InputError for a label that data/codebook/values.csv lacks.
    """
    known = {(of or "", value): zh for of, value, zh in _read("values", column=pl.String).rows()}
    rows = []
    for table, frame in tables.items():
        for name in _labelled(table, frame):
            for value in frame[name].cast(pl.String).drop_nulls().unique().sort().to_list():
                zh = known.get((name, value), known.get(("", value)))
                if zh is None:
                    raise InputError(f"{table}.{name}: the codebook lacks the label {value!r}")
                rows.append((table, name, value, zh))
    return pl.DataFrame(rows, schema=["table", "column", "value", "value_zh"], orient="row")


def _labelled(table: str, frame: pl.DataFrame) -> list[str]:
    """The columns that hold labels."""
    others = (*NO_LABELS, *PROVINCES.get(table, ()))
    texts = frame.select(pl.col(pl.String, pl.Categorical, pl.Enum)).columns
    return [name for name in texts if name not in others and not name.endswith("_key")]


def a_row(table: str) -> str:
    """What one row of a table is."""
    if table in MICRODATA:
        return MICRODATA[table]
    return TABLES[table].row if table in TABLES else table


def descriptor(book: pl.DataFrame, name: str, ending: str) -> str:
    """A codebook as the text of a Frictionless data package of the tables' files."""
    resources: list[dict[str, Any]] = []
    for (table,), rows in book.group_by("table", maintain_order=True):
        fields = [
            {
                "name": row["column"],
                "type": row["type"],
                "title": row["title"],
                "title_zh": row["title_zh"],
                "description": row["weighting"],
                **({"unit": row["unit"]} if row["unit"] else {}),
            }
            for row in rows.iter_rows(named=True)
        ]
        resources.append(
            {
                "name": table,
                "title": rows["a_row"][0],
                "path": f"{table}.{ending}",
                "schema": {"fields": fields},
            }
        )
    return json.dumps({"name": name, "resources": resources}, ensure_ascii=False, indent=1) + "\n"


def _type(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "integer"
    return "number" if kind.is_numeric() else "string"
