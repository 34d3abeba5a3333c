"""Kernels that are compiled as parts of others give what Numba's own give, to the last bit."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

from leftbehind.base.linking import TRIED, LinkingDispatcher, _Part

pytestmark = pytest.mark.skipif(
    not numba.__version__.startswith(TRIED), reason="kernels are compiled by Numba's own way"
)
RECORD = np.dtype([("small", "u1"), ("short", "i2"), ("real", "f8")])


class Given(NamedTuple):
    rows: np.ndarray
    word: np.uint64


def linked(function: Callable[..., Any], alone: bool = False) -> LinkingDispatcher:
    options = {"nopython": True, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    out = LinkingDispatcher(function, targetoptions=options)
    out.alone = alone
    return out


def family(make: Callable[..., Any], whole: Callable[..., Any]) -> Callable[[Given], float]:
    """A kernel that calls one part with whole numbers of four sizes, and one that calls a part."""

    @make
    def drawn(word, number):  # type: ignore[no-untyped-def]
        return (np.uint64(number) * np.uint64(0x9E3779B97F4A7C15) ^ word) >> np.uint64(40)

    @make
    def ratio(a, b):  # type: ignore[no-untyped-def]
        return a / b

    @whole
    def row_value(given, i):  # type: ignore[no-untyped-def]
        row = given.rows[i]
        value = ratio(row.real, 3) * drawn(given.word, row.small) + drawn(given.word, row.short)
        return value + ratio(drawn(given.word, i), row.small)

    @whole
    def everything(given):  # type: ignore[no-untyped-def]
        total = 0.0
        for i in range(len(given.rows)):
            total += row_value(given, i)
        return total

    everything.parts = (drawn, ratio, row_value)
    return everything  # type: ignore[no-any-return]


@pytest.fixture
def given() -> Given:
    rows = np.zeros(50, RECORD)
    rows["small"] = np.arange(50) % 7 + 1
    rows["short"] = np.arange(50) - 25
    rows["real"] = np.linspace(-1.0, 1.0, 50) ** 3
    return Given(rows, np.uint64(12345678901234567890))


def own(function: Callable[..., Any]) -> Any:
    return numba.njit(nogil=True, error_model="numpy")(function)


def test_same_bits_as_numbas_own(given: Given) -> None:
    expected = family(own, own)(given)
    assert family(linked, linked)(given) == expected
    assert family(linked, lambda f: linked(f, alone=True))(given) == expected


def test_whole_numbers_of_all_sizes_share_one_part(given: Given) -> None:
    everything = family(linked, linked)
    everything(given)
    drawn, _, row_value = everything.parts  # type: ignore[attr-defined]
    assert len(drawn.overloads) == 1
    assert all(isinstance(o.library, _Part) for o in row_value.overloads.values())


def test_a_part_can_be_called_from_python_too(given: Given) -> None:
    everything = family(linked, linked)
    total = everything(given)
    _, ratio, row_value = everything.parts  # type: ignore[attr-defined]
    assert ratio(1.0, 4) == 0.25
    assert sum(row_value(given, i) for i in range(50)) == total
    assert family(linked, linked)(given) == total
