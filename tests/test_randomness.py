"""Luck is uniform, independent of everything but its key, and exact where choices need it."""

import math

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leftbehind.base.randomness import (
    child_key,
    founder_key,
    gumbel,
    inverse_normal,
    log_positive_stable,
    luck,
    mix,
    seed_word,
)

WORD = seed_word(1)
NUMBER = 60_000
RARE = 1e-4  # draws are fixed, so a test below this share of chance is a finding, not bad luck
BITS = (1 << 64) - 1

keys = st.integers(0, BITS)
years = st.integers(0, 2100)
purposes = st.integers(1, 27)
alternatives = st.integers(0, 1000)


@numba.njit
def _draws(n, word, key, year, purpose, alternative, step_key, step_year, step_purpose, step_alt):
    out = np.empty(n)
    for i in range(n):
        k = key + np.uint64(i) * np.uint64(step_key)
        out[i] = luck(
            word, k, year + i * step_year, purpose + i * step_purpose, alternative + i * step_alt
        )
    return out


@numba.njit
def _over_keys(n, word, first, year, purpose, alternative):
    out = np.empty(n)
    for i in range(n):
        out[i] = luck(word, mix(np.uint64(first + i)), year, purpose, alternative)
    return out


AXES = {
    "neighbouring keys": (NUMBER, (1, 0, 0, 0)),
    "keys that differ in high bits": (NUMBER, (1 << 40, 0, 0, 0)),
    "years": (NUMBER, (0, 1, 0, 0)),
    "purposes": (2048, (0, 0, 1, 0)),
    "alternatives": (NUMBER, (0, 0, 0, 1)),
}


@pytest.mark.parametrize("axis", AXES)
def test_luck_is_uniform_along(axis):
    n, steps = AXES[axis]
    u = _draws(n, WORD, np.uint64(12345), 1950, 3, 0, *steps)
    assert stats.kstest(u, "uniform").pvalue > RARE
    assert stats.chisquare(np.bincount((u * 256).astype(int), minlength=256)).pvalue > RARE
    # The low digits are as good as the high ones.
    low = (u * 2**40) % 1.0
    assert stats.chisquare(np.bincount((low * 64).astype(int), minlength=64)).pvalue > RARE


@pytest.mark.parametrize("axis", AXES)
def test_next_draw_does_not_depend_on_this_one_along(axis):
    n, steps = AXES[axis]
    u = _draws(n, WORD, np.uint64(777), 1990, 8, 0, *steps)
    for lag in (1, 2, 71):
        assert _independent(u[:-lag], u[lag:])


@numba.njit
def _mothers_and_children(n, word, ordinal):
    u = np.empty(n)
    v = np.empty(n)
    for i in range(n):
        key = mix(np.uint64(i))
        u[i] = luck(word, key, 1980, 1, 0)
        v[i] = luck(word, child_key(key, ordinal), 1980, 1, 0)
    return u, v


def _independent(u: np.ndarray, v: np.ndarray, bins: int = 12) -> bool:
    table, _, _ = np.histogram2d(u, v, bins=bins, range=[[0, 1], [0, 1]])
    square: bool = stats.chisquare(table.ravel()).pvalue > RARE
    return square and stats.pearsonr(u, v).pvalue > RARE


def test_purposes_years_alternatives_and_seeds_are_independent_for_the_same_people():
    base = _over_keys(NUMBER, WORD, 0, 2000, 9, 0)
    others = {
        "next year": _over_keys(NUMBER, WORD, 0, 2001, 9, 0),
        "a decade later": _over_keys(NUMBER, WORD, 0, 2010, 9, 0),
        "year 0": _over_keys(NUMBER, WORD, 0, 0, 9, 0),
        "next purpose": _over_keys(NUMBER, WORD, 0, 2000, 10, 0),
        "next alternative": _over_keys(NUMBER, WORD, 0, 2000, 9, 1),
        "alternative 64": _over_keys(NUMBER, WORD, 0, 2000, 9, 64),
        "next seed": _over_keys(NUMBER, seed_word(2), 0, 2000, 9, 0),
        "next person": _over_keys(NUMBER, WORD, 1, 2000, 9, 0),
    }
    for name, other in others.items():
        assert _independent(base, other), name


def test_a_mothers_luck_says_nothing_about_her_childs():
    for ordinal in (1, 2):
        assert _independent(*_mothers_and_children(NUMBER, WORD, ordinal))


@given(st.integers(0, 2**63 - 1))
def test_every_seed_gives_an_unsigned_word_and_luck_between_0_and_1(seed):
    """A word taken for a signed number would halve the range of luck, for half of all seeds."""
    word = seed_word(seed)
    assert isinstance(word, np.uint64)
    assert 0.0 < luck(word, np.uint64(seed), 1950, 1, 0) < 1.0


@pytest.mark.parametrize("seed", range(8))
def test_luck_is_uniform_under_seed(seed):
    u = _over_keys(10_000, seed_word(seed), 0, 1990, 6, 0)
    assert stats.kstest(u, "uniform").pvalue > RARE


@given(keys, years, purposes, alternatives, keys, years)
def test_luck_is_the_same_at_every_call(key, year, purpose, alternative, other, other_year):
    before = luck(WORD, np.uint64(key), year, purpose, alternative)
    luck(WORD, np.uint64(other), other_year, purpose, alternative)
    assert luck(WORD, np.uint64(key), year, purpose, alternative) == before
    assert 0.0 < before < 1.0


def _unmix(x: int) -> int:
    """The input that `mix` turns into `x`: undo its three steps one by one."""

    def unshift(y: int, by: int) -> int:
        out = y
        for _ in range(64 // by + 1):
            out = y ^ (out >> by)
        return out

    x = unshift(x, 31) * pow(0x94D049BB133111EB, -1, 1 << 64) & BITS
    x = unshift(x, 27) * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & BITS
    return unshift(x, 30)


@given(keys)
def test_mix_is_one_to_one(x):
    assert _unmix(int(mix(np.uint64(x)))) == x


@pytest.mark.parametrize("bits", [0, BITS])
def test_even_the_extreme_draw_lies_inside_the_open_interval(bits):
    year, purpose, alternative = 2010, 9, 3
    counter = year << 32 | purpose << 20 | alternative
    key = _unmix((_unmix(bits) - counter * 0x9E3779B97F4A7C15) & BITS) ^ int(WORD)
    u = luck(WORD, np.uint64(key), year, purpose, alternative)
    assert 0.0 < u < 1.0
    assert math.isfinite(gumbel(WORD, np.uint64(key), year, purpose, alternative))
    assert math.isfinite(inverse_normal(u))
    assert (u < 1e-15) if bits == 0 else (u > 1 - 1e-15)


@given(st.floats(1e-300, 1.0, exclude_max=True))
def test_inverse_normal_is_the_normal_quantile(u):
    assert inverse_normal(u) == pytest.approx(stats.norm.ppf(u), rel=2e-9, abs=1e-12)


@given(st.floats(1e-12, 0.5))
def test_inverse_normal_is_symmetric(u):
    assert inverse_normal(1.0 - u) == pytest.approx(-inverse_normal(1.0 - (1.0 - u)), rel=1e-9)


@numba.njit
def _gumbels(n, word):
    out = np.empty(n)
    for i in range(n):
        out[i] = gumbel(word, np.uint64(i), 2000, 9, 0)
    return out


def test_gumbel_shocks_have_the_gumbel_distribution():
    g = _gumbels(NUMBER, WORD)
    assert stats.kstest(g, "gumbel_r").pvalue > RARE
    assert g.mean() == pytest.approx(np.euler_gamma, abs=4 * math.pi / math.sqrt(6 * NUMBER))
    assert g.var() == pytest.approx(math.pi**2 / 6, rel=0.05)


@numba.njit
def _nested_choices(n, word, utility, index):
    """How often each of five alternatives is best; the last two share a nest."""
    counts = np.zeros(5, np.int64)
    for i in range(n):
        key = mix(np.uint64(i))
        common = log_positive_stable(
            luck(word, key, 2005, 10, 0), luck(word, key, 2005, 10, 1), index
        )
        best = 0
        highest = -np.inf
        for j in range(5):
            shock = gumbel(word, key, 2005, 9, j)
            if j >= 3:
                shock = index * (shock + common)
            if utility[j] + shock > highest:
                highest = utility[j] + shock
                best = j
        counts[best] += 1
    return counts


def nested_logit_shares(utility: np.ndarray, index: float) -> np.ndarray:
    """Closed form: alternatives alone and a nest of the last two."""
    inside = np.exp(utility[-2:] / index)
    nest = inside.sum() ** index
    alone = np.exp(utility[:-2])
    return np.concatenate([alone, nest * inside / inside.sum()]) / (alone.sum() + nest)


UTILITIES = ([0.0, 0.0, 0.0, 0.0, 0.0], [0.2, -0.3, 0.5, 0.1, 0.7], [1.0, -1.0, -2.0, 1.5, -0.5])


@pytest.mark.parametrize("index", [0.2, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("utility", UTILITIES)
def test_argmax_with_a_positive_stable_shock_is_the_nested_logit(utility, index):
    n = 100_000
    counts = _nested_choices(n, WORD, np.array(utility), index)
    expected = n * nested_logit_shares(np.array(utility), index)
    assert stats.chisquare(counts, expected).pvalue > RARE


def test_a_plain_logit_would_be_told_apart_from_the_nest():
    """The test above has the power to see a wrong dissimilarity."""
    utility = np.array(UTILITIES[1])
    counts = _nested_choices(100_000, WORD, utility, 0.5)
    expected = 100_000 * nested_logit_shares(utility, 0.6)
    assert stats.chisquare(counts, expected).pvalue < 1e-12


@given(st.floats(0.05, 1.0), st.floats(1e-12, 1 - 1e-12), st.floats(1e-12, 1 - 1e-12))
def test_the_nests_common_shock_is_finite(index, u, v):
    assert math.isfinite(log_positive_stable(u, v, index))
    assert log_positive_stable(u, v, 1.0) == 0.0


def test_keys_of_founders_children_and_grandchildren_are_all_distinct():
    found = set()
    number = 0
    for code in (110100, 513400, 441300):
        for n in range(1, 101):
            mother = np.uint64(founder_key(WORD, code, n))
            found.add(int(mother))
            for ordinal in range(1, 13):
                child = np.uint64(child_key(mother, ordinal))
                found.update((int(child), child_key(child, 1), child_key(child, 2)))
            number += 1 + 12 * 3
    assert len(found) == number


@given(keys, st.integers(1, 20), st.integers(1, 20))
def test_a_mothers_children_differ_from_each_other_and_from_her(mother, one, other):
    first, second = child_key(np.uint64(mother), one), child_key(np.uint64(mother), other)
    assert (first == second) == (one == other)
    assert first != mother
