"""exp, log and what is made of them, with the same bits on every machine.

The C library's functions, which NumPy and compiled kernels call, are rounded otherwise by another
version, or on a processor that fuses multiplication and addition. These here are made of additions,
multiplications, divisions and tables alone, which are exact or rounded in one way everywhere;
Numba does not fuse them. They are within 2 units in the last place, and as fast.

Tables as in Tang 1989 and 1990 ("Table-driven implementation of the exponential / logarithm
function"); their values come from the `decimal` module, which rounds correctly.
"""

import decimal
import struct
from collections.abc import Callable
from itertools import pairwise
from typing import cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from leftbehind.base.compiled import allocating_kernel, kernel

_STEPS = 128  # entries of each table
_MANTISSA, _STEP_BITS = 52, 45  # bits of a mantissa, and below those that choose an entry
_SIGN_AND_EXPONENT = -(1 << _MANTISSA)
_LEAST, _INFINITE = 1 << _MANTISSA, 0x7FF << _MANTISSA  # bits of the least normal number, of inf
# Half a step below the bits of 0.6875, so that 1 lies inside a step whose centre it is.
_FIRST = 0x3FE6000000000000 - (1 << (_STEP_BITS - 1))
_WHOLE = 6755399441055744.0  # 1.5 * 2**52: added, it rounds to whole numbers
_LARGE = 708.0  # beyond, exp is near what a double can hold
_LARGEST = 709.782712893384

_exact = decimal.Context(prec=50)


def _number(bits: int) -> float:
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])


def _centres() -> list[float]:
    edges = [_number(_FIRST + (j << _STEP_BITS)) for j in range(_STEPS + 1)]
    return [1.0 if low < 1.0 < high else (low + high) / 2 for low, high in pairwise(edges)]


def _split(value: decimal.Decimal, bits: int) -> tuple[float, float]:
    """A number as a short one, whose products with whole numbers are exact, and the rest."""
    short = int(value * 2**bits) / 2**bits
    return short, float(_exact.subtract(value, decimal.Decimal(short)))


_LN2 = _exact.ln(decimal.Decimal(2))
_LN2_SHORT, _LN2_REST = _split(_LN2, 42)
_STEP_SHORT, _STEP_REST = _split(_exact.divide(_LN2, decimal.Decimal(_STEPS)), 40)
_STEPS_A_UNIT = float(_exact.divide(decimal.Decimal(_STEPS), _LN2))
_CENTRE = np.array(_centres())
_INVERSE = np.array([float(_exact.divide(1, decimal.Decimal(c))) for c in _CENTRE.tolist()])
_LOG = np.array([float(_exact.ln(decimal.Decimal(c))) for c in _CENTRE.tolist()])
_EXP = np.array(
    [
        float(_exact.power(2, _exact.divide(decimal.Decimal(i), decimal.Decimal(_STEPS))))
        for i in range(_STEPS)
    ]
)


def _as_bits(_, x):  # type: ignore[no-untyped-def]
    def convert(context, builder, signature, given):  # type: ignore[no-untyped-def]
        return builder.bitcast(given[0], ir.IntType(64))

    return types.int64(types.float64), convert


def _as_double(_, bits):  # type: ignore[no-untyped-def]
    def convert(context, builder, signature, given):  # type: ignore[no-untyped-def]
        return builder.bitcast(given[0], ir.DoubleType())

    return types.float64(types.int64), convert


# The 64 bits of a double as a whole number, and the double that has them.
_bits = cast(Callable[[float], int], intrinsic(_as_bits))
_double = cast(Callable[[int], float], intrinsic(_as_double))


@kernel
def log(x: float) -> float:
    """Natural logarithm; -inf of 0, not a number below."""
    bits = _bits(float(x))
    if bits < _LEAST or bits >= _INFINITE:
        if x == 0.0:
            return -np.inf
        if not x > 0.0:
            return np.nan
        if bits >= _INFINITE:
            return x
        bits = _bits(x * 4503599627370496.0) - (_MANTISSA << _MANTISSA)
    beyond = bits - _FIRST
    i = (beyond >> _STEP_BITS) & (_STEPS - 1)
    z = _double(bits - (beyond & _SIGN_AND_EXPONENT))  # 0.686 to 1.371
    power = float(beyond >> _MANTISSA)
    r = (z - _CENTRE[i]) * _INVERSE[i]  # the difference is exact
    square = r * r
    first, second = -0.5 + r * (1.0 / 3.0), -0.25 + r * 0.2
    series = square * (first + square * (second + square * (-1.0 / 6.0 + r * (1.0 / 7.0))))
    return (power * _LN2_SHORT + _LOG[i]) + (r + (series + power * _LN2_REST))


@kernel
def _exp_of_middling(x: float) -> float:
    """exp of -708 to 708."""
    shifted = x * _STEPS_A_UNIT + _WHOLE
    n = _bits(shifted)  # its last bits are those of the number of steps
    steps = shifted - _WHOLE
    i = n & (_STEPS - 1)
    r = (x - steps * _STEP_SHORT) - steps * _STEP_REST
    square = r * r
    series = r + square * ((0.5 + r * (1.0 / 6.0)) + square * (1.0 / 24.0 + r * (1.0 / 120.0)))
    value = _EXP[i] + _EXP[i] * series
    return _double(_bits(value) + ((n - i) << _STEP_BITS))


@kernel
def exp(x: float) -> float:
    """The exponential function; 0 below -708, where the C library's still tells tiny numbers."""
    x = float(x)
    if not abs(x) < _LARGE:
        if x != x:
            return x
        if x < 0.0:
            return 0.0
        if x > _LARGEST:
            return np.inf
        half = _exp_of_middling(0.5 * x)
        return half * half
    return _exp_of_middling(x)


@kernel
def power(x: float, exponent: float) -> float:
    """x to the power of a number, for x above 0 (0 stays 0 for a positive exponent)."""
    return exp(exponent * log(x))


@kernel
def sin_half_turn(u: float) -> float:
    """sin(pi u) for u of 0 to 1: series of sine and cosine up to an eighth of a turn."""
    u = min(u, 1.0 - u)
    if u <= 0.25:
        x = np.pi * u
        s = x * x
        return x * (
            1.0
            + s
            * (
                -1 / 6
                + s
                * (
                    1 / 120
                    + s
                    * (
                        -1 / 5040
                        + s
                        * (
                            1 / 362880
                            + s * (-1 / 39916800 + s * (1 / 6227020800 - s * (1 / 1307674368000)))
                        )
                    )
                )
            )
        )
    x = np.pi * (0.5 - u)
    s = x * x
    return 1.0 + s * (
        -1 / 2
        + s
        * (
            1 / 24
            + s
            * (
                -1 / 720
                + s
                * (
                    1 / 40320
                    + s
                    * (
                        -1 / 3628800
                        + s * (1 / 479001600 + s * (-1 / 87178291200 + s * (1 / 20922789888000)))
                    )
                )
            )
        )
    )


@kernel
def normal_share_below(z: float) -> float:
    """Share of a standard normal distribution below `z`, to 1e-15 (Hart 1968, as in West 2005)."""
    x = abs(z)
    if x > 37.0:
        share = 0.0
    elif x < 7.07106781186547:
        top = 3.52624965998911e-02 * x + 0.700383064443688
        top = top * x + 6.37396220353165
        top = top * x + 33.912866078383
        top = top * x + 112.079291497871
        top = top * x + 221.213596169931
        top = top * x + 220.206867912376
        low = 8.83883476483184e-02 * x + 1.75566716318264
        low = low * x + 16.064177579207
        low = low * x + 86.7807322029461
        low = low * x + 296.564248779674
        low = low * x + 637.333633378831
        low = low * x + 793.826512519948
        low = low * x + 440.413735824752
        share = exp(-0.5 * x * x) * top / low
    else:
        fraction = x + 1.0 / (x + 2.0 / (x + 3.0 / (x + 4.0 / (x + 0.65))))
        share = exp(-0.5 * x * x) / (fraction * 2.506628274631)
    return share if z <= 0.0 else 1.0 - share


@allocating_kernel
def _logs(values: np.ndarray) -> np.ndarray:
    out = np.empty(len(values))
    for i in range(len(values)):
        out[i] = log(values[i])
    return out


@allocating_kernel
def _exps(values: np.ndarray) -> np.ndarray:
    out = np.empty(len(values))
    for i in range(len(values)):
        out[i] = exp(values[i])
    return out


def _each(function: Callable[[np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
    plain = np.ascontiguousarray(values, dtype=np.float64)
    return function(plain.ravel()).reshape(plain.shape)


def logs(values: np.ndarray) -> np.ndarray:
    """`log` of every value of an array."""
    return _each(_logs, values)


def exps(values: np.ndarray) -> np.ndarray:
    """`exp` of every value of an array."""
    return _each(_exps, values)
