"""Convert an extract of IPUMS International, China 1982, 1990 or 2000, into a population file.

Fixed-width or CSV data are read with their codebook by the library `ipumspy` (the extra `ipums`).
The population is that of 1 January of the census year: children born in the year are left out, as
the model bears that year's children itself. Everybody is taken as registered where counted, and
nobody as away: the samples do not tell where absent people's families are.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.randomness import FOUNDER, seed_word
from leftbehind.inputs.places import Places
from leftbehind.own import ipums_codes as codes
from leftbehind.own.completion import BIRTHDAY, lucks
from leftbehind.own.draw import hashes
from leftbehind.own.faults import Faults
from leftbehind.own.ipums_places import prefectures
from leftbehind.own.population_check import (
    CLOSE_KIN,
    FIRST_SCHOOL_AGE,
    LINKS,
    OLDEST_FATHER,
    OLDEST_MOTHER,
    YOUNGEST_FATHER,
    YOUNGEST_MOTHER,
    YOUNGEST_PARTNER,
    People,
    check,
    close_kin,
    rows_of,
)
from leftbehind.own.population_schema import POPULATION

LARGEST_HOME = 30  # members; larger units are dormitories and institutions, not households
MOST_DIGITS = 15  # of a code: larger ones lose digits
LARGEST = 10.0**MOST_DIGITS
WORD = seed_word(0)  # the conversion's own luck: the same file every time
GAPS = {
    "mother_id": (YOUNGEST_MOTHER, OLDEST_MOTHER),
    "father_id": (YOUNGEST_FATHER, OLDEST_FATHER),
}


@dataclass(frozen=True)
class Converted:
    """A population table in the schema's columns, its year, and what was assumed or left out."""

    table: pl.DataFrame
    year: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Extract:
    """The variables of an extract as numbers, and the labels of their codes."""

    where: str
    table: pl.DataFrame
    labels: Mapping[str, Mapping[int, str]]
    citation: str

    def has(self, name: str) -> bool:
        """Whether the extract holds a variable."""
        return name in self.table.columns

    def faults(self) -> Faults:
        """An empty list of faults of its data."""
        return Faults(self.where, np.arange(1, self.table.height + 1))


def convert(ddi: Path, data: Path) -> Converted:
    """The population of an extract.

    Raises InputError if `ipumspy` is not installed, a file cannot be read, a variable is missing,
    or values cannot be: variable, row (from 1), value and what is allowed.
    """
    extract = read_extract(ddi, data)
    year = _check(extract)
    places = Places.load()
    table, rows, notes = _people(extract, year, places)
    check(str(data), table, rows, places)
    return Converted(table, year, (*notes, " ".join(extract.citation.split())))


def read_extract(ddi: Path, data: Path) -> Extract:
    """Read the variables that the model can use; InputError as in `convert`."""
    try:
        from ipumspy import readers
    except ImportError as error:
        raise InputError(
            "reading an extract needs the library ipumspy: pip install 'leftbehind[ipums]'"
        ) from error
    for path in (ddi, data):
        if not path.is_file():
            raise InputError(f"{path}: cannot be read: no such file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the citation is told in the notes
            codebook = readers.read_ipums_ddi(ddi)
    except Exception as error:  # XML, missing parts and unknown endings raise as they come
        raise InputError(
            f"{ddi}: cannot be read as an IPUMS codebook; give the DDI file (.xml) of the extract"
        ) from error
    described = {variable.name: variable for variable in codebook.data_description}
    missing = [name for name in codes.REQUIRED if name not in described]
    if missing:
        raise InputError(f"{ddi}: the extract lacks {', '.join(missing)}; add them to it")
    wanted = [*codes.REQUIRED, *codes.OPTIONAL, *codes.REGISTRATION.values()]
    used = {name: described[name] for name in wanted if name in described}
    # Read as text, so that a wrong value can be told with its row; decimals are set below.
    plain = [replace(variable, shift=None) for variable in used.values()]
    try:
        frame = readers.read_microdata(
            replace(codebook, data_description=plain), data, dtype=dict.fromkeys(used, str)
        )
        texts = {
            name: pl.Series(name, frame[name].fillna("").to_list(), pl.String) for name in used
        }
        labels = _labels(ddi)
    except Exception as error:  # as above
        raise InputError(
            f"{data}: cannot be read with {ddi}; give the extract's own .dat.gz or .csv.gz"
        ) from error
    faults = Faults(str(data), np.arange(1, len(frame) + 1))
    implied = ".dat" in data.suffixes
    columns = [
        _numbers(texts[name], variable.shift if implied else 0, faults)
        for name, variable in used.items()
    ]
    faults.tell()
    if not len(frame):
        raise InputError(f"{data}: holds no person; give an extract with at least one")
    return Extract(str(data), pl.DataFrame(columns), labels, str(codebook.ipums_citation or ""))


def _numbers(text: pl.Series, shift: int | None, faults: Faults) -> pl.Series:
    """A variable as whole numbers, a weight with its implied decimals; blank options stay open."""
    name, text = text.name, text.str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    blank = text == ""
    right = number.is_not_null() & (number.abs() < LARGEST)
    if name != "PERWT":
        right = right & (number == number.round())
    wrong = ~right.fill_null(False)
    faults.add(
        (wrong if name in codes.REQUIRED else wrong & ~blank).to_numpy(),
        text,
        "give a number" if name == "PERWT" else "give a whole number",
    )
    number = number.set(wrong, None)
    return number / 10 ** (shift or 0) if name == "PERWT" else number.cast(pl.Int64)


def _labels(ddi: Path) -> dict[str, dict[int, str]]:
    """Labels by code of each variable, from the codebook itself.

    The library keeps them by label, and two places may have the same: Fuzhou, Suzhou, Yichun.
    """
    out: dict[str, dict[int, str]] = {}
    for variable in ElementTree.parse(ddi).findall(".//{*}var"):
        labels = out.setdefault(variable.get("name", ""), {})
        for category in variable.findall("{*}catgry"):
            code = (category.findtext("{*}catValu") or "").strip()
            if code.isdecimal() and len(code) <= MOST_DIGITS:
                labels[int(code)] = " ".join((category.findtext("{*}labl") or "").split())
    return out


def _check(extract: Extract) -> int:
    """The census year, if the values are those of one sample of China."""
    table, faults = extract.table, extract.faults()
    year = table["YEAR"]
    known = ", ".join(map(str, codes.CENSUS_YEARS))
    faults.add((~year.is_in(codes.CENSUS_YEARS)).to_numpy(), year, f"give one of {known}")
    faults.add((year != year[0]).to_numpy(), year, f"an extract of one census; the first {year[0]}")
    faults.add(
        table.select("SERIAL", "PERNUM").is_duplicated().to_numpy(),
        table["PERNUM"],
        "each person of a household (SERIAL) needs its own",
    )
    faults.add((table["PERWT"] <= 0).to_numpy(), table["PERWT"], "give a number above 0")
    province = table["GEO1_CN"] - codes.GEO1_BASE
    known_provinces = Places.load().provinces["code"].to_list()
    faults.add(
        (~province.is_in(known_provinces)).to_numpy(),
        table["GEO1_CN"],
        f"give {codes.GEO1_BASE} and the code of a province",
    )
    faults.tell()
    _check_pointers(extract)
    return int(year[0])


def _check_pointers(extract: Extract) -> None:
    table, faults = extract.table, extract.faults()
    ids = _ids(table, "PERNUM")
    for variable in codes.POINTERS.values():
        points = table[variable].to_numpy() > 0
        at = rows_of(_ids(table, variable), ids)
        faults.add(points & (at < 0), table[variable], "no person of the household has this PERNUM")
        if variable == "SPLOC":
            back = at[np.maximum(at, 0)]
            faults.add(
                points & (at >= 0) & (back != np.arange(len(at))),
                table[variable],
                "the spouse's SPLOC must point back",
            )
    faults.tell()


def _ids(table: pl.DataFrame, number: str) -> pl.Series:
    """SERIAL and the person number in a column, as ids; empty for the number 0."""
    name = pl.when(pl.col(number) > 0).then(pl.format("{}-{}", "SERIAL", number))
    return table.select(name.alias("id")).to_series()


def _people(
    extract: Extract, year: int, places: Places
) -> tuple[pl.DataFrame, np.ndarray, list[str]]:
    """The population, the row of each person in the extract, and what is to be told."""
    raw = extract.table
    ids = _ids(raw, "PERNUM")
    born = _birth_years(raw, year, hashes(ids))
    kept = (raw["AGE"] != codes.UNKNOWN_AGE) & raw["SEX"].is_in(list(codes.SEX))
    notes = [f"{int((~kept).sum()):,} people without age or sex left out"]
    newborn = kept.to_numpy() & (born >= year)
    notes.append(
        f"{int(newborn.sum()):,} children born in {year} left out: the model bears that year's"
    )
    codes_of_homes, where = prefectures(raw, extract.labels.get("GEO2_CN", {}), places, WORD)
    home = raw["SERIAL"].cast(pl.String)
    size = raw.select(pl.len().over("SERIAL")).to_series()
    table = pl.DataFrame(
        {
            "year": pl.repeat(year, raw.height, dtype=pl.Int64, eager=True),
            "person_id": ids,
            "household_id": pl.select(pl.when(size <= LARGEST_HOME).then(home)).to_series(),
            "prefecture": codes_of_homes,
            "age": year - 1 - born,
            "sex": _mapped(raw["SEX"], codes.SEX),
            "weight": raw["PERWT"],
            **_told(extract, year),
        }
    )
    for column, variable in codes.POINTERS.items():
        table = table.with_columns(_ids(raw, variable).alias(column))
    stays = kept.to_numpy() & ~newborn
    if not stays.any():
        raise InputError(
            f"{extract.where}: nobody is left for 1 January {year}: {'; '.join(notes)}; give an "
            "extract of all ages"
        )
    table = table.filter(pl.Series(stays))
    table, cut = _cut_links(table)
    table = _within_limits(table)
    lacking = [name for name in POPULATION.names() if name not in table.columns]
    types = {"integer": pl.Int64, "number": pl.Float64, "string": pl.String}
    table = table.with_columns(
        pl.lit(None, types[POPULATION.field(name).type]).alias(name) for name in lacking
    )
    notes += cut
    notes += _married_alone(table)
    notes.append("everybody is taken as registered where counted, and nobody as away")
    return table.select(POPULATION.names()), np.flatnonzero(stays) + 1, [*notes, *where]


def _birth_years(raw: pl.DataFrame, year: int, names: np.ndarray) -> np.ndarray:
    """Year of birth (rows,): a keyed draw by how much of the year lies before census day."""
    u = lucks(WORD, names, np.full(len(names), year), FOUNDER, BIRTHDAY)
    before = u < codes.SHARE_BEFORE_CENSUS[year]
    born: np.ndarray = year - raw["AGE"].to_numpy() - np.where(before, 0, 1)
    return born


def _mapped(values: pl.Series, names: Mapping[int, Any]) -> pl.Series:
    kind = pl.String if isinstance(next(iter(names.values())), str) else pl.Int64
    return values.replace_strict(dict(names), default=None, return_dtype=kind)


def _told(extract: Extract, year: int) -> dict[str, pl.Series]:
    """Columns that rest on variables an extract may lack."""
    raw, out = extract.table, {}
    registration = codes.REGISTRATION.get(year, "")
    if extract.has(registration):
        out["hukou"] = _mapped(raw[registration], codes.HUKOU)
    if extract.has("MARST"):
        single = _mapped(raw["MARST"], codes.MARST)
        seeks = (raw["MARST"] == codes.IN_UNION) & (raw["SPLOC"] == 0)
        single = single.set(seeks, "seeking")
        out["union"] = single.set(raw["SPLOC"] > 0, "together")
    if extract.has("CHBORN"):
        told = (raw["CHBORN"] <= codes.MOST_CHILDREN) & (raw["SEX"] == 2)
        out["children_born"] = raw["CHBORN"].set(~told, None)
    if extract.has("EDATTAIND"):
        out["schooling"] = _mapped(raw["EDATTAIND"], codes.EDATTAIND)
    elif extract.has("EDATTAIN"):
        out["schooling"] = _mapped(raw["EDATTAIN"], codes.EDATTAIN)
    if extract.has("SCHOOL"):
        out["in_school"] = _mapped(raw["SCHOOL"], codes.SCHOOL)
    if extract.has("ETHNICCN"):
        out["minority"] = _minority(extract)
    return out


def _minority(extract: Extract) -> pl.Series:
    """Not Han, by the codebook's labels; empty for a code without label."""
    labels = extract.labels.get("ETHNICCN", {})
    names = {code: label.strip().lower() for code, label in labels.items()}
    if codes.HAN not in names.values():
        raise InputError(f"{extract.where}: the codebook of ETHNICCN has no label 'Han'")
    unknown = ("unknown", "niu", "missing", "not in universe")
    groups = {
        code: "no" if name == codes.HAN else "yes"
        for code, name in names.items()
        if not name.startswith(unknown)
    }
    return _mapped(extract.table["ETHNICCN"], groups)


def _cut_links(table: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Cut links to people left out, and to kin of an age that the model cannot hold."""
    notes = []
    age = table["age"].to_numpy()
    for column in codes.POINTERS:
        at = rows_of(table[column], table["person_id"])
        other = age[np.maximum(at, 0)]
        if column in GAPS:
            youngest, oldest = GAPS[column]
            odd = (at >= 0) & ((other - age < youngest) | (other - age > oldest))
            told = f"not {youngest} to {oldest} years older"
        else:
            odd = (at >= 0) & (np.minimum(age, other) < YOUNGEST_PARTNER)
            told = f"one is under {YOUNGEST_PARTNER}"
        notes.append(f"{int(odd.sum()):,} links to a {column.removesuffix('_id')} cut: {told}")
        keep = pl.Series((at >= 0) & ~odd)
        table = table.with_columns(pl.when(keep).then(pl.col(column)).alias(column))
    return _without_close_kin(table, notes)


def _without_close_kin(table: pl.DataFrame, notes: list[str]) -> tuple[pl.DataFrame, list[str]]:
    """Cut links between partners who are close kin, as step and adoptive parents make them."""
    links = {f"{link}_id" for link in LINKS}
    lacking = [pl.lit(None, pl.String).alias(c) for c in sorted(links - set(table.columns))]
    lacking.append(pl.lit(None, pl.Int64).alias("death_year"))
    lacking.append(pl.lit(None, pl.Int64).alias("province"))
    close = close_kin(People(table.with_columns(lacking)))
    if close.any():
        notes.append(f"{int(close.sum()):,} links to a partner cut: {CLOSE_KIN}")
        partner = pl.when(~pl.Series(close)).then(pl.col("partner_id"))
        table = table.with_columns(partner.alias("partner_id"))
    return table, notes


def _within_limits(table: pl.DataFrame) -> pl.DataFrame:
    """Bring union, children and schooling to what partner, linked children and age allow."""
    if "union" in table.columns:
        left = (pl.col("union") == "together") & pl.col("partner_id").is_null()
        table = table.with_columns(
            pl.when(left).then(pl.lit("seeking")).otherwise(pl.col("union")).alias("union")
        )
    if "children_born" in table.columns:
        linked = table.group_by(pl.col("mother_id").alias("person_id")).agg(linked=pl.len())
        table = table.join(linked, on="person_id", how="left", maintain_order="left")
        table = table.with_columns(
            pl.max_horizontal("children_born", "linked").alias("children_born")
        ).drop("linked")
    age = pl.col("age")
    if "schooling" in table.columns:
        most = pl.max_horizontal(age - FIRST_SCHOOL_AGE, 0)
        schooling = pl.when(pl.col("schooling") > most).then(most).otherwise(pl.col("schooling"))
        table = table.with_columns(schooling.alias("schooling"))
    if "in_school" in table.columns:
        pupil = pl.when(age >= FIRST_SCHOOL_AGE).then(pl.col("in_school"))
        table = table.with_columns(pupil.alias("in_school"))
    return table


def _married_alone(table: pl.DataFrame) -> list[str]:
    seeking = int((table["union"] == "seeking").sum()) if "union" in table.columns else 0
    if not seeking:
        return []
    return [f"{seeking:,} married people whose spouse is not in the household seek one anew"]
