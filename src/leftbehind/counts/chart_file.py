"""A count as chart sites take it: entity, year, value, lower, upper; and metadata beside it.

A count by province or prefecture has the place's code behind the entity.

The layout of the metadata is that which Our World in Data gives beside its charts' CSV files.
"""

import json
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.store import write_files
from leftbehind.counts.definitions import Definition
from leftbehind.counts.of_place import with_codes

NORMAL_95 = 1.96
OF_A_RUN = "counting few simulated children (95 percent); not the model's own errors"
OF_DRAWS = "parameters and luck: 90 percent of the draws; not the model's form"


def check_chart_file(out: Path) -> None:
    """Raise InputError unless `out` can be a new .csv file."""
    if out.suffix != ".csv":
        raise InputError(f"--chart {out}: not known by its ending; give .csv")
    for path in (out, metadata_of(out)):
        if path.exists():
            raise InputError(f"--chart {path}: is there already; give another name")


def metadata_of(out: Path) -> Path:
    """The metadata's file beside the CSV file `out`."""
    return out.with_suffix(".metadata.json")


def chart_rows(counted: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Rows entity, code, year, value, lower, upper (persons) of a count by `keys`.

    The count is a run's or an ensemble's; `code` only if it is by prefecture or province.
    """
    groups = [key for key in keys if key != "year"]
    words = [pl.col(key).cast(pl.String) for key in groups]
    entity = pl.concat_str(words, separator=", ") if groups else pl.lit("China (simulated)")
    if "measure" in counted.columns:
        rows = counted.filter(pl.col("measure") == "number")
        value, lower, upper = (pl.col(name) for name in ("median", "low_90", "high_90"))
    else:
        rows, value = counted, pl.col("number")
        error = NORMAL_95 * pl.col("sampling_error")
        lower, upper = (value - error).clip(lower_bound=0), value + error
    place = next((key for key in ("prefecture", "province") if key in groups), None)
    code = {"code": f"{place}_code"} if place else {}
    return with_codes(rows).select(
        entity=entity, **code, year="year", value=value, lower=lower, upper=upper
    )


def write_chart_file(
    counted: pl.DataFrame, keys: list[str], definition: Definition, version: str, out: Path
) -> None:
    """Write the rows to `out` and their metadata beside it: both or none."""
    rows = chart_rows(counted, keys)
    between = OF_DRAWS if "measure" in counted.columns else OF_A_RUN
    title = definition.title or definition.name
    told = {
        "chart": {
            "title": title,
            "subtitle": " ".join(definition.description.split()),
            "note": "Simulated: no child in it was counted by anyone.",
            "citation": f"leftbehind {version}",
        },
        "columns": {
            "value": {"titleShort": title, "unit": "persons", "descriptionKey": [definition.name]},
            "lower": {"titleShort": "lower end", "unit": "persons", "descriptionShort": between},
            "upper": {"titleShort": "upper end", "unit": "persons", "descriptionShort": between},
        },
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    write_files({metadata_of(out): text.encode(), out: rows.write_csv().encode()})
