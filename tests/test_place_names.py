"""One word means one place in both languages, everywhere a place is taken, or the program asks."""

import re

import pytest

from leftbehind.base.errors import InputError
from leftbehind.counts.of_place import find_place
from leftbehind.inputs.place_names import find_area, meanings, successors
from leftbehind.inputs.places import Places
from leftbehind.inputs.scenario import members
from leftbehind.inputs.tables import read_table

PLACES = Places.load()
PREFECTURES = dict(PLACES.table.select("name", "code").iter_rows())
PROVINCES = {
    name: 10_000 * code for name, code in PLACES.provinces.select("name", "code").iter_rows()
}


@pytest.mark.parametrize("table", ["prefectures", "provinces"])
def test_every_name_of_a_table_means_its_place_or_asks_with_its_code(table):
    for code, *names in read_table(table).select("code", "name", "name_zh").iter_rows():
        mine = code * 10_000 if code < 100 else code
        for name in names:
            assert mine in meanings(name), name
            try:
                found = find_area(name).code
            except InputError as error:
                assert re.search(rf"\b{mine}\b", str(error)), error
            else:
                assert found in (mine, mine // 10_000 * 10_000)


def test_every_code_means_its_place_with_two_four_and_six_digits():
    for position, code in enumerate(PLACES.table["code"].to_list()):
        assert PLACES.find(str(code)) == position
        if code % 100 == 0:
            assert find_area(str(code // 100)).code == code
    for code in PROVINCES.values():
        assert find_area(str(code)).code == find_area(str(code // 10_000)).code == code


def test_every_other_name_means_a_place_that_there_is():
    known = {*PREFECTURES.values(), *PROVINCES.values()}
    for code, name in read_table("place_names").select("code", "name").iter_rows():
        assert code in known, name
        assert code in meanings(name), name


def test_names_of_the_tables_are_not_repeated_as_other_names():
    own = {
        (code, name)
        for table, factor in (("prefectures", 1), ("provinces", 10_000))
        for code, *names in read_table(table).select("code", "name", "name_zh").iter_rows()
        for name, code in ((name, code * factor) for name in names)
    }
    other = set(read_table("place_names").select("code", "name").iter_rows())
    assert not own & other


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Canton", "Guangzhou"),
        ("Amoy", "Xiamen"),
        ("Mukden", "Shenyang"),
        ("Xiangfan", "Xiangyang"),
        ("旅大市", "Dalian"),
        ("凉山彝族自治州", "Liangshan"),
        ("凉山州", "Liangshan"),
        ("Liangshan Yi Autonomous Prefecture", "Liangshan"),
        ("Ngawa Tibetan-Qiang autonomous prefecture", "Ngawa"),
        ("吉林市", "Jilin"),
        ("jilin city", "Jilin"),
        ("Suzhou, Anhui", "Suzhou (Anhui)"),
        ("Suzhou (Jiangsu)", "Suzhou"),
        ("宿州", "Suzhou (Anhui)"),
        ("Ürümqi", "Urumqi"),
        ("Peking", "Beijing"),
        ("1101", "Beijing"),
        ("莱芜", "Jinan"),
        ("371200", "Jinan"),
        ("２２０２００", "Jilin"),
    ],
)
def test_a_word_means_its_prefecture_wherever_one_is_taken(word, name):
    assert PLACES.table["name"][PLACES.find(word)] == name
    assert find_place(word)[1] == name
    assert members((word,), PLACES).sum() == 1


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Kwangtung", "Guangdong"),
        ("广东省", "Guangdong"),
        ("Jilin province", "Jilin"),
        ("海南省", "Hainan"),
        ("Guangxi Zhuang Autonomous Region", "Guangxi"),
        ("Chungking", "Chongqing"),
        ("50", "Chongqing"),
    ],
)
def test_a_word_means_its_province(word, name):
    assert find_place(word) == ("province", name)
    assert (members((word,), PLACES) == members((str(PROVINCES[name]),), PLACES)).all()


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Jilin", "the province or the prefecture? give 220000 or 220200"),
        ("吉林", "the province or the prefecture? give 220000 or 220200"),
        ("Kirin", "give 220000 or 220200"),
        ("海南", "the province Hainan or Hainan in Qinghai? give 460000 or 632500"),
        ("Suzhou", "Suzhou in Jiangsu or Suzhou in Anhui? give 320500 or 341300"),
        ("341400", "give 340100, 340200 or 340500"),
        ("Sezchuan", "did you mean Sichuan"),
        ("513431", "the code of a county of Liangshan: give 513400"),
        ("999999", "give a code of GB/T 2260"),
        ("", "is called ''"),
    ],
)
def test_a_word_of_several_places_or_none_is_asked_back(word, told):
    for ask in (PLACES.find, find_place, lambda w: members((w,), PLACES)):
        with pytest.raises(InputError, match=re.escape(told)):
            ask(word)


def test_a_province_is_no_prefecture():
    with pytest.raises(InputError, match="'Sichuan' is a province; give one of its prefectures"):
        PLACES.find("Sichuan")


def test_the_codes_of_2010_that_are_gone_have_a_successor():
    gone = {371200: (370100,), 341400: (340100, 340200, 340500), 522200: (520600,)}
    gone |= {522400: (520500,), 542100: (540300,), 542200: (540500,), 542300: (540200,)}
    gone |= {542400: (540600,), 542600: (540400,), 632100: (630200,)}
    gone |= {652100: (650400,), 652200: (650500,)}
    assert {code: successors(code) for code in gone} == gone
