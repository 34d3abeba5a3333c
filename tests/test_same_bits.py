"""The same small China under other threads, locales, clocks, hash seeds and processor features."""

from tests.campaigns.same_bits import OLD_C, OLD_NUMPY, tables

ELSEWHERE = {"LC_ALL": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "0"}


def test_neither_threads_nor_the_machine_change_a_byte(tmp_path):
    """All of it at once: one that mattered would show beside the others."""
    expected = tables(tmp_path / "1", 100_000, 2020, 1, {"PYTHONHASHSEED": "77"})
    assert len(expected) == 14
    other = {**ELSEWHERE, **OLD_NUMPY, **OLD_C}
    assert tables(tmp_path / "2", 100_000, 2020, 3, other) == expected
