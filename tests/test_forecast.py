"""What `leftbehind plan` says follows from two small worlds as its page says."""

from pathlib import Path

import pytest

from leftbehind.base.errors import InputError
from leftbehind.cli.plan import lines
from leftbehind.runs.forecast import Forecast, Lived, forecast, seconds, tables

SMALL = Lived(3.0, 1e6, 14_000, 20_000, {"people": 1e6, "places": 4e5})
LARGE = Lived(6.0, 4e6, 56_000, 80_000, {"people": 2e6, "places": 4e5})


def test_seconds_lie_on_the_line_through_both_worlds() -> None:
    assert seconds(SMALL, LARGE, SMALL.person_years) == pytest.approx(3.0)
    assert seconds(SMALL, LARGE, LARGE.person_years) == pytest.approx(6.0)
    assert seconds(SMALL, LARGE, 100e6) == pytest.approx(2.0 + 100.0)


def test_a_busy_machine_gives_no_run_for_nothing() -> None:
    slower = Lived(9.0, 1e6, 14_000, 20_000, {})
    assert seconds(slower, LARGE, 100e6) == pytest.approx(150.0)


def test_each_table_grows_as_it_did_between_the_worlds() -> None:
    assert tables(SMALL, LARGE, 1.0) == pytest.approx(2.4e6)
    assert tables(SMALL, LARGE, 16.0) == pytest.approx(2e6 * 4 + 4e5)  # by the square root


def test_no_table_grows_faster_than_people() -> None:
    fast = Lived(6.0, 4e6, 56_000, 80_000, {"people": 9e6})
    assert tables(SMALL, fast, 10.0) == pytest.approx(9e7)


def told(memory: float, free: float) -> str:
    found = Forecast(10, 2020, 2, 144e6, 7e9, 7e3, memory, 5e9, 70e9, 24e9, free, 9.0)
    return "\n".join(lines(found, Path("runs/fine")))


def test_who_lacks_memory_is_told_how_to_live_out_of_core() -> None:
    assert "--memory" not in told(8e9, 200e9)
    assert "leftbehind run --scale 10 --to 2020 --memory 4GiB --out runs/fine" in told(64e9, 200e9)


def test_who_lacks_disk_is_told() -> None:
    assert "too small" not in told(64e9, 200e9)
    assert "too small" in told(64e9, 40e9)


def test_settings_out_of_range_are_refused_before_anything_is_lived() -> None:
    with pytest.raises(InputError, match="--scale"):
        forecast(0, 2020, 2, Path("runs"))
