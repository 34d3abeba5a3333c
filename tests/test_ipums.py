"""Extracts of IPUMS International become population files; the extract here is artificial."""

import re

import numpy as np
import polars as pl
import pytest

from leftbehind.base.errors import InputError
from leftbehind.cli.app import main
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.own.ipums import convert
from leftbehind.own.ipums_codes import SHARE_BEFORE_CENSUS
from leftbehind.own.ipums_places import members
from leftbehind.own.population_file import OwnPopulation

from . import ipums_extract
from .ipums_extract import person, village, write


def by_id(table: pl.DataFrame, name: str) -> dict:
    return table.filter(pl.col("person_id") == name).row(0, named=True)


def test_kin_schooling_hukou_and_people_are_those_of_the_extract(tmp_path):
    found = convert(*write(tmp_path, village()))
    assert found.year == 2000 and found.table.height == 9
    father, mother = by_id(found.table, "1-3"), by_id(found.table, "1-4")
    son, lone = by_id(found.table, "1-5"), by_id(found.table, "2-1")
    assert (father["mother_id"], father["father_id"], father["partner_id"]) == ("1-2", "1-1", "1-4")
    assert (son["mother_id"], son["father_id"], son["in_school"]) == ("1-4", "1-3", "yes")
    assert (father["sex"], mother["sex"], father["schooling"]) == ("male", "female", 9)
    assert (mother["children_born"], father["children_born"]) == (2, None)
    assert (son["hukou"], son["minority"], lone["minority"]) == ("agricultural", "yes", "no")
    assert (father["union"], lone["union"], lone["partner_id"]) == ("together", "seeking", None)
    widow = by_id(found.table, "3-1")
    assert (widow["hukou"], widow["union"]) == ("non-agricultural", "widowed")
    assert (widow["minority"], widow["schooling"], widow["children_born"]) == (None, None, None)
    assert set(found.table["weight"]) == {100.0}
    assert found.table["age"].to_list()[0] in (63, 64)
    assert any("1 married people whose spouse is not in the household" in n for n in found.notes)
    assert any("Cite nobody: artificial." in note for note in found.notes)


def test_places_are_those_that_the_labels_name(places, tmp_path):
    table = convert(*write(tmp_path, village())).table
    names = dict(zip(places.table["code"], places.table["name"], strict=True))
    assert names[by_id(table, "1-1")["prefecture"]] == "Liangshan"
    assert names[by_id(table, "2-1")["prefecture"]] in ("Tangshan", "Qinhuangdao", "Chengde")
    assert by_id(table, "2-1")["prefecture"] == by_id(table, "2-2")["prefecture"]
    assert by_id(table, "3-1")["prefecture"] // 10_000 in (44, 46)
    named, _ = members(13, "Tangshan city, Qinhuangdao city, Chengde city", places)
    assert [places.table["name"][int(k)] for k in named] == ["Tangshan", "Qinhuangdao", "Chengde"]
    assert len(members(44, "", places)[0]) > 21  # Guangdong and Hainan


def test_places_of_one_name_in_two_provinces_are_told_apart(places, tmp_path, monkeypatch):
    both = {156035001: "Fuzhou city", 156036010: "Fuzhou region", 156036011: "Fuzhou, Nowhere"}
    monkeypatch.setitem(ipums_extract.LABELS, "GEO2_CN", both)
    people = [
        person(1, 1, 40, 1, GEO1_CN=156035, GEO2_CN=156035001),
        person(2, 1, 40, 1, GEO1_CN=156036, GEO2_CN=156036010),
        person(3, 1, 40, 1, GEO1_CN=156036, GEO2_CN=156036011),
        person(4, 1, 40, 1, GEO1_CN=156036, GEO2_CN=156036099),
    ]
    found = convert(*write(tmp_path, people))
    assert found.table["prefecture"].to_list()[:3] == [350100, 361000, 361000]
    assert any("1 people live in groups known in part" in note for note in found.notes)
    assert any("1 people live where GEO2_CN names no known" in note for note in found.notes)


@pytest.mark.parametrize(
    ("province", "label", "codes"),
    [
        (51, "Liangshan Yi autonomous prefecture", [513400]),
        (52, "Qiandongnan Miao and Dong autonomous prefecture", [522600]),
        (15, "Yikezhao league", [150600]),
        (42, "Xiangfan city and Suizhou city", [420600, 421300]),
        (11, "Beijing municipality", [110100]),
        (51, "Chongqing city, Wanxian region", [500100]),
    ],
)
def test_labels_with_peoples_and_old_names_find_their_prefectures(province, label, codes, places):
    found, lost = members(province, label, places)
    assert places.table["code"].to_numpy()[found].tolist() == codes
    assert lost == []


def test_households_of_a_group_spread_as_registered_people(places, tmp_path):
    many = [person(k, 1, 40, 1, GEO1_CN=156013, GEO2_CN=156013002) for k in range(1, 1500)]
    table = convert(*write(tmp_path, many)).table
    here, _ = members(13, "Tangshan city, Qinhuangdao city, Chengde city", places)
    registered = places.table["registered_2010"].to_numpy()[here]
    count = [int((table["prefecture"] == places.table["code"][int(k)]).sum()) for k in here]
    assert np.array(count) / sum(count) == pytest.approx(registered / registered.sum(), abs=0.05)


def test_the_year_of_birth_is_drawn_and_who_is_born_in_the_year_left_out(tmp_path):
    mother = person(1, 1, 25, 2, CHBORN=1)
    many = [mother, person(1, 2, 0, 1, MOMLOC=1)]
    many += [person(k, 1, 0, 2) for k in range(2, 1000)]
    found = convert(*write(tmp_path, many))
    infants = int((found.table["age"] == 0).sum())
    assert infants / 999 == pytest.approx(1 - SHARE_BEFORE_CENSUS[2000], abs=0.04)
    assert any(f"{999 - infants} children born in 2000 left out" in note for note in found.notes)


def test_kin_of_impossible_age_are_cut_and_counted(tmp_path):
    step = [person(1, 1, 24, 2), person(1, 2, 15, 1, MOMLOC=1)]
    found = convert(*write(tmp_path, step))
    assert by_id(found.table, "1-2")["mother_id"] is None
    assert any(note.startswith("1 links to a mother cut") for note in found.notes)


def test_a_sample_without_the_optional_variables_is_enough(tmp_path):
    optional = ("GEO2_CN", "MARST", "CHBORN", "EDATTAIND", "SCHOOL", "ETHNICCN", "CN2000A_REGTYPE")
    table = convert(*write(tmp_path, village(), leave_out=optional)).table
    assert table["hukou"].null_count() == table["schooling"].null_count() == table.height
    assert by_id(table, "1-1")["prefecture"] // 10_000 in (50, 51)


def test_a_simulation_lives_on_from_a_converted_extract(tmp_path, monkeypatch):
    codebook, data = write(tmp_path, village())
    out = tmp_path / "people.csv"
    command = ["population", "from-ipums", str(codebook), str(data), "--out", str(out)]
    monkeypatch.setattr("sys.argv", ["leftbehind", *command])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code in (0, None)
    simulation = Simulation(Settings(scale=1, population=OwnPopulation.load(out)))
    assert simulation.population.alive() == 900  # each stands for a hundred
    assert simulation.step().year == 2000
    monkeypatch.setattr("sys.argv", ["leftbehind", *command])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2  # the file is there already


@pytest.mark.parametrize(
    ("row", "variable", "value", "told"),
    [
        (1, "YEAR", 1990, "row 2, column YEAR = '2000': not allowed; an extract of one census"),
        (1, "YEAR", 2010, "row 1, column YEAR = '2010': not allowed; give one of 1982, 1990, 2000"),
        (3, "AGE", "x", "row 3, column AGE = '00x': not allowed; give a whole number"),
        (3, "MOMLOC", 9, "row 3, column MOMLOC = '9': .* no person of the household has this"),
        (3, "SPLOC", 2, "row 3, column SPLOC = '2': .* spouse's SPLOC must point back"),
        (2, "PERNUM", 1, "column PERNUM = '1': .* needs its own"),
        (5, "PERWT", 0, "row 5, column PERWT = '0.0': .* above 0"),
        (4, "GEO1_CN", 156099, "row 4, column GEO1_CN = '156099': .* the code of a province"),
        (5, "MOMLOC", 1, "column mother_id = '1-1': not allowed; a mother must be female"),
    ],
)
def test_a_wrong_value_is_told_with_variable_row_and_value(row, variable, value, told, tmp_path):
    records = village()
    records[row - 1][variable] = value
    with pytest.raises(InputError) as error:
        convert(*write(tmp_path, records))
    assert re.search(told, str(error.value)), str(error.value)


def test_missing_variables_and_files_are_named(tmp_path):
    codebook, data = write(tmp_path, village(), leave_out=("MOMLOC", "PERWT"))
    with pytest.raises(InputError, match="lacks PERWT, MOMLOC; add them"):
        convert(codebook, data)
    codebook, _ = write(tmp_path, village())
    with pytest.raises(InputError, match=r"none\.dat\.gz: cannot be read"):
        convert(codebook, tmp_path / "none.dat.gz")
    codebook.write_text("<codeBook")
    with pytest.raises(InputError, match=r"artificial\.xml: cannot be read as an IPUMS codebook"):
        convert(codebook, data)
