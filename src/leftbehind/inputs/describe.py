"""Write `datapackage.json` (Frictionless Data) for the tables: fields, units, hashes.

Run `python -m leftbehind.inputs.describe` after a wanted change of a table.
"""

import csv
import json
from pathlib import Path

from leftbehind.inputs.tables import BASES, data_folder, sha256

SOURCED = {
    "unit": "unit of the values",
    "source": "where the figure comes from",
    "basis": "read (seen in the source or a copy of it), memory (not re-read), unverified (from "
    "memory, looked for and not found), derived (see note), assumption",
    "note": "how it was derived, what to mind",
}
TABLES: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "un_population": (
        "Population of China by sex and single age (UN WPP 2024)",
        ["year", "moment", "sex", "age"],
        {
            "moment": "1 January or 1 July",
            "age": "completed age, 100 means 100 and over",
            "value": "thousand persons",
        },
    ),
    "un_mortality": (
        "Death rates of China by sex and single age, 1950-2100 (UN WPP 2024)",
        ["year", "sex", "age"],
        {"value": "deaths per person-year"},
    ),
    "un_fertility": (
        "Age-specific fertility rates of China, 1950-2100 (UN WPP 2024)",
        ["year", "age"],
        {"value": "births per woman and year"},
    ),
    "un_indicators": (
        "Births, deaths, life expectancy and fertility of China by year (UN WPP 2024)",
        ["indicator", "year"],
        {},
    ),
    "provinces": (
        "The 31 provinces: codes, region, place on the tile map",
        ["code"],
        {"tile_row": "row on the tile-grid map", "tile_col": "column on the tile-grid map"},
    ),
    "prefectures": (
        "Prefecture-level units: place, people of 2010 and 2020, jobs, pay, relief, peoples",
        ["code"],
        {
            "registered_2010": "people with hukou here, persons",
            "wage_2010": "mean yearly pay of staff and workers (city yearbook), yuan; where the "
            "note says provincial: of all urban employees of the province",
            "nonfarm_jobs_2010": "persons living here who work outside agriculture, census 2010",
            "manufacturing_jobs_2010": "persons living here who work in manufacturing, census 2010",
            "nonagricultural_share_2010": "share of residents with non-agricultural hukou, "
            "wherever it is held; 0 to 1",
            "migrants_in_2010": "residents with hukou in another county or city; moves within a "
            "county or among the districts of a city left out; persons",
            "migrants_other_province_2010": "residents with hukou in another province, persons",
            "mountain": "0 plain, 1 hills, 2 mountains",
            "minority_share_2010": "share of people who are not Han",
        },
    ),
    "place_names": (
        "Other names of provinces and prefectures, and their former codes",
        ["code", "name"],
        {
            "code": "six digits; a province's end in 0000",
            "language": "zh, en, or code: the name is a former code of GB/T 2260",
            "kind": "official, short, pinyin, postal (or Wade-Giles), former; former code: it "
            "became this place; divided code: a part of it did",
        },
    ),
    "province_series": ("Series by province", ["province", "indicator", "year"], {}),
    "national_series": ("National series, observed and assumed to 2050", ["indicator", "year"], {}),
    "fertility_rules": (
        "Children allowed per couple by province, group and period",
        ["province", "group", "from_year"],
        {},
    ),
    "exam_rules": (
        "Who may sit the university examination where the hukou is not, by province",
        ["province", "from_year"],
        {
            "from_year": "first examination; before its first row a province is closed",
            "openness": "share of children of another province at school there who meet the "
            "conditions",
        },
    ),
    "province_flows": (
        "Migrants between provinces, by definition of the census",
        ["origin", "destination", "year", "definition"],
        {},
    ),
    "published": (
        "Published figures that the model is compared with",
        ["id"],
        {"use": "calibrate (2012 or before) or judge (held out)"},
    ),
    "calibration_targets": (
        "Comparisons of `leftbehind validate` that the calibration may look at, 2012 or before",
        ["id"],
        {
            "what": "name of the comparison",
            "kind": "relative: compared as logarithms; absolute: in the figure's own unit",
            "discrepancy": "standard deviation that even the best parameters are not expected to "
            "mend: a share (relative) or in the figure's unit (absolute)",
        },
    ),
    "parameters": (
        "Parameters: prior mean and range",
        ["name"],
        {"calibrate": "yes if the calibration may move it"},
    ),
}
INTEGERS = {
    "year",
    "age",
    "code",
    "from_year",
    "to_year",
    "tile_row",
    "tile_col",
    "mountain",
    "population_2010",
    "population_2020",
    "registered_2010",
    "nonfarm_jobs_2010",
    "manufacturing_jobs_2010",
    "migrants_in_2010",
    "migrants_other_province_2010",
}
NUMBERS = {
    "value",
    "low",
    "high",
    "discrepancy",
    "openness",
    "lon",
    "lat",
    "prior_mean",
    "prior_low",
    "prior_high",
    "wage_2010",
    "nonagricultural_share_2010",
    "minority_share_2010",
}


def describe(folder: Path) -> dict[str, object]:
    """The descriptor of the tables in `folder`."""
    return {
        "name": "leftbehind-china",
        "title": "Tables of the leftbehind model of China",
        "profile": "tabular-data-package",
        "licenses": [{"name": "CC-BY-4.0", "title": "figures: see the source of each row"}],
        "resources": [_resource(folder, name) for name in TABLES],
    }


def _resource(folder: Path, name: str) -> dict[str, object]:
    title, key, notes = TABLES[name]
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    return {
        "name": name,
        "title": title,
        "path": path.name,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "hash": f"sha256:{sha256(path)}",
        "schema": {"fields": [_field(c, notes) for c in columns], "primaryKey": key},
    }


def _field(column: str, notes: dict[str, str]) -> dict[str, object]:
    kind = "integer" if column in INTEGERS else "number" if column in NUMBERS else "string"
    field: dict[str, object] = {"name": column, "type": kind}
    text = notes.get(column) or SOURCED.get(column)
    if text:
        field["description"] = text
    if column == "basis":
        field["constraints"] = {"required": True, "enum": list(BASES)}
    if column == "source":
        field["constraints"] = {"required": True}
    return field


def main() -> None:
    """Write the descriptor beside the tables."""
    folder = data_folder()
    text = json.dumps(describe(folder), ensure_ascii=False, indent=1) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    print(f"{folder / 'datapackage.json'}: {len(TABLES)} tables described")


if __name__ == "__main__":
    main()
