"""The same small China under other threads, locales, clocks, hash seeds and processor features."""

from tests.campaigns.same_bits import OLD_C, OLD_NUMPY, tables

ELSEWHERE = {"LC_ALL": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "0"}


def test_neither_threads_nor_the_machine_change_a_byte(tmp_path):
    expected = tables(tmp_path / "1", 100_000, 2020, 1, {})
    assert len(expected) == 14
    assert tables(tmp_path / "2", 100_000, 2020, 2, {**ELSEWHERE, **OLD_C}) == expected
    other = {"PYTHONHASHSEED": "77", **OLD_NUMPY, **OLD_C}
    assert tables(tmp_path / "3", 100_000, 2020, 3, other) == expected
