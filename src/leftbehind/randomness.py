"""Keyed randomness: a uniform number is a pure function of who, when, why and which alternative.

There is no generator and no state. Two runs with one seed give the same people whatever the number
of threads, and two scenarios share their luck: a person's draw for a purpose in a year is the same
in both worlds, so a child has a twin. The mixer is the 64-bit finaliser of MurmurHash3 in Stafford's
variant 13 (as in SplitMix64, Steele, Lea & Flood 2014), applied to the key and again to the
counter; tests/test_randomness.py checks uniformity and independence.
"""

import math

import numpy as np

from leftbehind.compiled import kernel

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
LOCAL_JOB = 14
TASTE = 15
WALK = 16
HEALTH = 17
BOARDING = 18
CARE = 19
FARM = 20
CUSTODY = 21
HUKOU = 22
FOUNDER = 23
TOWN = 24
HOME = 25
INCOME = 26
MOVE = 27

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_A = np.uint64(0xBF58476D1CE4E5B9)
_B = np.uint64(0x94D049BB133111EB)
_ODD = np.uint64(0xD6E8FEB86659FD93)
_30 = np.uint64(30)
_27 = np.uint64(27)
_31 = np.uint64(31)
_11 = np.uint64(11)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53
_HALF = 0.5 * _UNIT


@kernel
def mix(x: np.uint64) -> np.uint64:
    """Scramble 64 bits one-to-one, so that near inputs give unrelated outputs."""
    x = (x ^ (x >> _30)) * _A
    x = (x ^ (x >> _27)) * _B
    return x ^ (x >> _31)


@kernel
def seed_word(seed: int) -> np.uint64:
    """The 64-bit word that stands for a run's seed in every draw."""
    return mix(np.uint64(seed) * _GOLDEN + _ODD)


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
    return (bits >> _11) * _UNIT + _HALF


@kernel
def normal(word: np.uint64, key: np.uint64, year: int, purpose: int, alternative: int) -> float:
    """A standard normal number (Box and Muller 1958); uses alternatives 2a and 2a + 1."""
    u = luck(word, key, year, purpose, 2 * alternative)
    v = luck(word, key, year, purpose, 2 * alternative + 1)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@kernel
def gumbel(word: np.uint64, key: np.uint64, year: int, purpose: int, alternative: int) -> float:
    """A standard Gumbel number: the shock of a logit choice."""
    return -math.log(-math.log(luck(word, key, year, purpose, alternative)))


@kernel
def log_positive_stable(u: float, v: float, index: float) -> float:
    """Log of a positive stable number of the given index (Chambers, Mallows & Stuck 1976).

    Added to `index` times Gumbel shocks it makes their sum the exact nested logit with
    dissimilarity `index`; at index 1 it is 0, the plain logit. `u`, `v` are uniform in (0, 1).
    """
    if index >= 1.0:
        return 0.0
    angle = math.pi * u
    exponential = -math.log(v)
    return (
        math.log(math.sin(index * angle))
        - math.log(math.sin(angle)) / index
        + (1.0 - index) / index * (math.log(math.sin((1.0 - index) * angle)) - math.log(exponential))
    )
