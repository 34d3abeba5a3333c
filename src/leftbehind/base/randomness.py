"""Keyed randomness: a uniform number is a pure function of who, when, why and which alternative.

There is no generator and no state. Two runs with one seed give the same people whatever the number
of threads, and two scenarios share their luck: a person's draw for a purpose in a year is the same
in both worlds, so a child has a twin. The mixer is MurmurHash3's 64-bit finaliser in Stafford's
variant 13 (as in SplitMix64, Steele, Lea & Flood 2014), applied to the key and again to the
counter; tests/test_randomness.py checks uniformity and independence.
"""

import math

import numpy as np

from leftbehind.base.compiled import kernel
from leftbehind.base.elementary import log, sin_half_turn

# Purposes: one number for each reason to draw. Numbers are part of a run's identity: never reuse.
MORTALITY = 1
SEX = 2
TWIN = 3
UNION = 4
MATCH = 5
DIVORCE = 6
BIRTH = 7
SCHOOL = 8
CHOICE = 9
NEST = 10
DESTINATION = 11
MONTHS = 12
WAGE = 13
WORK_WITH_CHILDREN = 14
TASTE = 15
WALK = 16
HEALTH = 17
BOARDING = 18
CARE = 19
FARM = 20
CUSTODY = 21
HUKOU = 22
FOUNDER = 23
NEAR_TOWN = 24
HOME = 25
INCOME = 26
MOVE = 27
PRISON = 28
GO_ABROAD = 29
RETHINK = 30
LOCAL_JOB = 31
PASSING = 32

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_A = np.uint64(0xBF58476D1CE4E5B9)
_B = np.uint64(0x94D049BB133111EB)
_ODD = np.uint64(0xD6E8FEB86659FD93)
_30 = np.uint64(30)
_27 = np.uint64(27)
_31 = np.uint64(31)
_12 = np.uint64(12)
_UNIT = 1.0 / 4503599627370496.0  # 2**-52: with 53 bits the largest would round to 1
_HALF = 0.5 * _UNIT

# Acklam's coefficients for the normal quantile.
_A1, _A2, _A3 = -3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02
_A4, _A5, _A6 = 1.383577518672690e02, -3.066479806614716e01, 2.506628277459239e00
_B1, _B2, _B3 = -5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02
_B4, _B5 = 6.680131188771972e01, -1.328068155288572e01
_C1, _C2, _C3 = -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00
_C4, _C5, _C6 = -2.549732539343734e00, 4.374664141464968e00, 2.938163982698783e00
_D1, _D2, _D3 = 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00
_D4 = 3.754408661907416e00


@kernel
def mix(x: np.uint64) -> np.uint64:
    """Scramble 64 bits one-to-one, so that near inputs give unrelated outputs."""
    x = (x ^ (x >> _30)) * _A
    x = (x ^ (x >> _27)) * _B
    return x ^ (x >> _31)


def seed_word(seed: int) -> np.uint64:
    """The 64-bit word that stands for a run's seed in every draw.

    Called from Python, a kernel would return a plain integer, which the next kernel would take for
    a signed one if it is small: hence the conversion.
    """
    return np.uint64(mix(np.uint64((seed * int(_GOLDEN) + int(_ODD)) % 2**64)))


@kernel
def child_key(mother_key: np.uint64, ordinal: int) -> np.uint64:
    """Key of a mother's `ordinal`-th child (1, 2, ...): the same child in every scenario."""
    return mix(mother_key ^ mix(np.uint64(ordinal) * _GOLDEN))


@kernel
def founder_key(word: np.uint64, prefecture_code: int, number: int) -> np.uint64:
    """Key of a person alive on 1 January 1950, from seed, prefecture code and running number."""
    return mix(word ^ mix((np.uint64(prefecture_code) << np.uint64(32)) + np.uint64(number)))


@kernel
def luck(word: np.uint64, key: np.uint64, year: int, purpose: int, alternative: int) -> float:
    """A uniform number in the open interval (0, 1), the same at every call.

    `word` is `seed_word(seed)`; persistent traits use year 0.
    """
    counter = (
        (np.uint64(year) << np.uint64(32))
        | (np.uint64(purpose) << np.uint64(20))
        | np.uint64(alternative)
    )
    bits = mix(mix(key ^ word) + counter * _GOLDEN)
    return (bits >> _12) * _UNIT + _HALF


@kernel
def inverse_normal(u: float) -> float:
    """Standard normal quantile of `u` in (0, 1), relative error below 1.2e-9 (Acklam 2003)."""
    tail = min(u, 1.0 - u)
    if tail >= 0.02425:
        q = u - 0.5
        r = q * q
        top = ((((_A1 * r + _A2) * r + _A3) * r + _A4) * r + _A5) * r + _A6
        bottom = ((((_B1 * r + _B2) * r + _B3) * r + _B4) * r + _B5) * r + 1.0
        return q * top / bottom
    q = math.sqrt(-2.0 * log(tail))
    top = ((((_C1 * q + _C2) * q + _C3) * q + _C4) * q + _C5) * q + _C6
    bottom = (((_D1 * q + _D2) * q + _D3) * q + _D4) * q + 1.0
    return top / bottom if u < 0.5 else -top / bottom


@kernel
def normal(word: np.uint64, key: np.uint64, year: int, purpose: int, alternative: int) -> float:
    """A standard normal number: the quantile of one uniform."""
    return inverse_normal(luck(word, key, year, purpose, alternative))


@kernel
def gumbel(word: np.uint64, key: np.uint64, year: int, purpose: int, alternative: int) -> float:
    """A standard Gumbel number: the shock of a logit choice."""
    return -log(-log(luck(word, key, year, purpose, alternative)))


@kernel
def waiting_time(
    word: np.uint64,
    key: np.uint64,
    year: int,
    purpose: int,
    alternative: int,
    share: float,
    soonest: float,
) -> float:
    """An exponential waiting time of rate `share`, or infinity if it is `soonest` or longer.

    Of alternatives that race, the one with the shortest time wins with the chance of its share: the
    logit's draw by Gumbel shocks, written without a logarithm for those that cannot win, as
    -ln u > 1 - u.
    """
    u = luck(word, key, year, purpose, alternative)
    if 1.0 - u >= soonest * share:
        return np.inf
    return -log(u) / share


@kernel
def renewed(
    word: np.uint64, key: np.uint64, since: int, now: int, purpose: int, chance: float
) -> int:
    """The last year up to `now` in which something was drawn anew.

    It is drawn in the year `since`, and after that anew with a yearly `chance` (0 to 1): the waits
    between two renewals are geometric, each keyed by the year in which it begins, so that nothing
    need be remembered.
    """
    if chance <= 0.0 or since >= now:
        return since
    if chance >= 1.0:
        return now
    rate = log(1.0 - chance)
    year = since
    while True:
        later = year + 1 + int(log(luck(word, key, year, purpose, 0)) / rate)
        if later > now:
            return year
        year = later


@kernel
def log_positive_stable(u: float, v: float, index: float) -> float:
    """Log of a positive stable number of the given index (Chambers, Mallows & Stuck 1976).

    Added to `index` times Gumbel shocks it makes their sum the exact nested logit with
    dissimilarity `index`; at index 1 it is 0, the plain logit. `u`, `v` are uniform in (0, 1).
    """
    if index >= 1.0:
        return 0.0
    exponential = -log(v)
    return (
        log(sin_half_turn(index * u))
        - log(sin_half_turn(u)) / index
        + (1.0 - index) / index * (log(sin_half_turn((1.0 - index) * u)) - log(exponential))
    )
