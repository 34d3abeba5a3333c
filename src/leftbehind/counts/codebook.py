"""The codebook: what every column of every table holds, its unit, and how to weight its rows.

Words stand in data/codebook/columns.csv, in English and Chinese; a row without a table holds for
every one that has the column. Of a column that names a definition its description is the word.
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
NOT_WEIGHTED = "no weight: a property of the row itself"
COLUMNS = {"table": pl.String, "column": pl.String, "unit": pl.String}


@cache
def words() -> pl.DataFrame:
    """Rows of columns.csv: table (null: every one), column, unit, title, title_zh."""
    path = files(leftbehind.data) / "codebook" / "columns.csv"
    return pl.read_csv(path.read_bytes(), schema_overrides=COLUMNS)


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
        out[name] = f"{title} [{told['unit']}]" if told["unit"] else title
    return out


def weighting(table: str, unit: str, scale: int) -> str:
    """How a column of a table is made to stand for persons."""
    if table == "life_events":
        return "join `weight` from persons by `person`"
    if table in MICRODATA:
        return OF_SAMPLES
    if "simulated" in unit:
        return f"add up, then multiply by {scale:,}"
    if "sum over" in unit:
        return "add up, then divide by the sum of the number of the same rows"
    return NOT_WEIGHTED


def codebook(tables: dict[str, pl.DataFrame], scale: int) -> pl.DataFrame:
    """A row a column: table, a_row, column, type, unit, title, title_zh, weighting."""
    rows = [
        {
            "table": table,
            "a_row": a_row(table),
            "column": name,
            "type": _type(kind),
            **(told := column(table, name)),
            "weighting": weighting(table, told["unit"], scale),
        }
        for table, frame in tables.items()
        for name, kind in frame.schema.items()
    ]
    return pl.DataFrame(rows)


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
