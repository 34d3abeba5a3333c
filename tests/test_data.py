"""The tables say what they are, where each number comes from, and the code uses what they hold."""

import ast
import json
import re
import shutil
from functools import cache
from pathlib import Path

import frictionless
import numpy as np
import polars as pl
import pytest

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.inputs.conditions import Conditions, Coupling
from leftbehind.inputs.describe import describe
from leftbehind.inputs.parameters import Parameters, known_names, yearly_names
from leftbehind.inputs.places import national
from leftbehind.inputs.scenario import Scenario
from leftbehind.inputs.tables import (
    BASES,
    data_folder,
    package_descriptor,
    read_table,
    sha256,
    table_names,
    yearly,
)

SOURCES = Path(leftbehind.__file__).parent


# --- The data package ----------------------------------------------------------------------------


def test_the_data_package_is_valid_frictionless_data():
    """Descriptor, hashes, and every row of every table against its schema."""
    with frictionless.system.use_context(trusted=True):  # allows a path outside this folder
        report = frictionless.validate(str(data_folder() / "datapackage.json"))
    assert report.valid, report.flatten(["path", "rowNumber", "type", "message"])
    assert report.stats["tasks"] == len(table_names())


def test_the_descriptor_is_what_the_tables_say():
    written = json.loads((data_folder() / "datapackage.json").read_text(encoding="utf-8"))
    assert written == describe(data_folder())


def test_a_column_that_is_not_described_is_refused(tmp_path):
    for path in data_folder().iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    table = pl.read_csv(tmp_path / "provinces.csv").with_columns(height=pl.lit(1))
    table.write_csv(tmp_path / "provinces.csv")
    with pytest.raises(InputError, match=r"provinces\.csv: has the columns .*, height;"):
        describe(tmp_path)


def test_every_column_says_its_type_and_every_source_and_basis_is_required():
    for name, resource in package_descriptor(data_folder()).items():
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert all(f["type"] in ("integer", "number", "string") for f in fields.values()), name
        assert fields["basis"]["constraints"] == {"required": True, "enum": list(BASES)}
        assert fields["source"]["constraints"] == {"required": True}


def test_every_file_of_the_folder_is_described():
    files = {path.stem for path in data_folder().glob("*.csv")}
    assert files == set(table_names())


@pytest.mark.parametrize("name", table_names())
def test_hash_and_key_of(name):
    resource = package_descriptor(data_folder())[name]
    path = data_folder() / str(resource["path"])
    assert resource["hash"] == f"sha256:{sha256(path)}"
    table = read_table(name)
    key = resource["schema"]["primaryKey"]
    assert table.height > 0
    assert table.select(key).is_unique().all(), f"{name}: two rows share {key}"
    for column in key:
        assert table[column].null_count() == 0


@pytest.mark.parametrize("name", table_names())
def test_every_row_has_a_source_and_a_basis(name):
    table = read_table(name)
    assert set(table["basis"].unique()) <= set(BASES)
    assert (table["source"].str.strip_chars().str.len_chars() > 3).all()
    if name != "place_names":  # a name has no unit
        assert (table["unit"].str.len_chars() > 0).all()


@pytest.mark.parametrize("name", table_names())
def test_numbers_are_finite(name):
    for column in read_table(name).select(pl.selectors.float()).iter_columns():
        assert column.drop_nulls().is_finite().all(), f"{name}.{column.name}"


# --- Parameters ----------------------------------------------------------------------------------


def test_every_parameter_lies_within_its_range():
    table = read_table("parameters")
    outside = table.filter(
        ~pl.col("prior_mean").is_between(pl.col("prior_low"), pl.col("prior_high"))
    )
    assert outside["name"].to_list() == []


def test_every_parameter_says_what_it_means():
    table = read_table("parameters")
    assert (table["meaning"].str.len_chars() > 4).all()
    assert set(table["calibrate"].unique()) == {"yes", "no"}


@cache
def _used() -> tuple[set[str], set[str]]:
    """(fields that files with kernels read as p.NAME or at.p.NAME, words in strings of all)."""
    attributes: set[str] = set()
    words: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                read = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                if read == "p" and "@kernel" in text:
                    attributes.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update(re.findall(r"[a-z][a-z0-9_]+", node.value))
    return attributes, words


def test_every_parameter_that_the_kernels_read_is_in_the_table():
    attributes, _ = _used()
    assert attributes - set(yearly_names()) == set()
    assert len(attributes) > 100


def test_every_parameter_of_the_table_is_used():
    attributes, words = _used()
    assert set(yearly_names()) - attributes - words == set()


@pytest.mark.parametrize("year", [1950, 1985, 2010, 2050])
def test_parameters_of_a_year_are_finite(year):
    p = Parameters.load().in_year(year)[0]
    assert set(p.dtype.names) == set(yearly_names())
    assert all(np.isfinite(p[name]) for name in p.dtype.names)


def test_dated_parameters_are_linear_between_their_points_and_stay_outside():
    load = Parameters.load()
    ages = {
        year: load.values[f"union_median_age_women_{year}"] for year in (1950, 1990, 2000, 2020)
    }

    def at(year: int) -> float:
        return float(load.in_year(year)["union_median_age_women"][0])

    assert at(1990) == ages[1990]
    assert at(1995) == pytest.approx((ages[1990] + ages[2000]) / 2)
    assert at(2040) == ages[2020]


def test_a_dated_parameter_changed_without_its_year_changes_in_all_years():
    changed = Parameters.load({"divorce": 0.004})
    assert {float(changed.in_year(year)["divorce"][0]) for year in (1950, 1990, 2020)} == {0.004}


def test_a_dated_parameter_changed_with_its_year_changes_around_that_year():
    plain, changed = Parameters.load(), Parameters.load({"divorce_2010": 0.008})
    assert changed.in_year(2010)["divorce"][0] == 0.008
    assert changed.in_year(1980)["divorce"][0] == plain.in_year(1980)["divorce"][0]


def test_known_names_are_rows_and_names_without_year():
    names = known_names()
    assert "divorce" in names and "divorce_2010" in names
    assert "divorce_2010" not in yearly_names()


# --- Single facts that all else rests on ---------------------------------------------------------


def test_there_are_31_provinces_and_every_prefecture_lies_in_one(places):
    assert places.provinces.height == 31
    assert set(places.table["province"]) == set(places.provinces["name"])
    assert 330 <= len(places) <= 345


def test_prefecture_codes_begin_with_their_provinces_code(places):
    code = dict(zip(places.provinces["name"], places.provinces["code"], strict=True))
    for row in places.table.iter_rows(named=True):
        assert row["code"] // 10_000 == code[row["province"]], row["name"]


def test_prefectures_lie_in_china_and_hold_its_people(places):
    assert places.table["lon"].is_between(73.5, 135.1).all()
    assert places.table["lat"].is_between(18.0, 53.6).all()
    total = places.table["population_2010"].sum()
    assert total == pytest.approx(1.3328e9, rel=0.01)  # census of 2010


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [("Beijing", "Shanghai", 1070), ("Chengdu", "Liangshan", 355), ("Huizhou", "Liangshan", 1350)],
)
def test_known_distances(places, one, other, km):
    a, b = places.find(one), places.find(other)
    assert places.km[a, b] == places.km[b, a] == pytest.approx(km, rel=0.08)


def test_un_totals_are_of_one_piece():
    """Population changes by births, deaths and migration in the UN's own series (thousands)."""
    years = np.arange(1950, 2020)
    series = {
        name: yearly("un_indicators", {"indicator": name}, years)
        for name in ("population", "births", "deaths", "net_migration")
    }
    change = np.diff(series["population"])
    mid = {k: (v[:-1] + v[1:]) / 2 for k, v in series.items()}
    expected = mid["births"] - mid["deaths"] + mid["net_migration"]
    assert np.abs(change - expected).max() < 0.004 * series["population"].max()


def test_huizhou_pays_about_15_dollars_a_day_in_2013(places):
    """The seed family's father: 15 US dollars a day, 6.2 yuan a dollar, 26 days a month."""
    years = np.array([2013])
    conditions = Conditions(places, years, Parameters.load(), Scenario())
    here = conditions.in_year(2013, Coupling.none(len(places)))
    nominal = here["wage"][places.find("Huizhou")] * national("cpi", years)[0]
    assert nominal == pytest.approx(15 * 6.2 * 26, rel=0.3)


def test_what_the_federation_printed_implies_for_the_ministrys_words():
    """Both parents away and under 16, of 61.03 million; two thirds of ages 15-17 are 16 or 17."""
    figure = dict(read_table("published").select("id", "value").iter_rows())
    both = figure["lb_2010_acwf"] * figure["lb_2010_both_away"] / 100.0
    under_16 = 1.0 - 2.0 / 3.0 * figure["lb_2010_age_15_17_share"] / 100.0
    assert figure["lb_2010_both_under_16"] == pytest.approx(both * under_16, abs=0.01)
