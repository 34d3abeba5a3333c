"""The response of every number to the levers: one polynomial basis, the same weights for all.

With positions u in [-1, 1], 0 where the world was, and polynomial terms f(u) without a constant,

    y(u) = y_0 + sum_n w_n(u) (y_n - y_0),     w(u) = f(u)' pinv(F),     F[n] = f(u_n)

The weights of the lived worlds n depend on the levers only, so what adds up in the worlds
(provinces to the country, arrangements to the children counted) adds up in every answer, and the
world as it was is met exactly. Which terms are used is decided by leaving one world out (PRESS).

Allen 1974, Technometrics 16(1): the prediction sum of squares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

import numpy as np

from leftbehind.pages.static.levers import Lever

SPARE = 1.25  # worlds for each term, at least
NINE_IN_TEN = 0.9


@dataclass(frozen=True)
class Response:
    """`powers` (terms, levers) of the terms; `weights` (terms, worlds) is pinv(F)."""

    powers: np.ndarray
    weights: np.ndarray
    leverage: np.ndarray  # (worlds,)

    def of_worlds(self, positions: np.ndarray) -> np.ndarray:
        """The weight of each lived world at some positions u: (positions, worlds)."""
        return _terms(positions, self.powers) @ self.weights

    def left_out(self, differences: np.ndarray) -> np.ndarray:
        """What each world has over its prediction by all others; (worlds, numbers)."""
        hat = self.fitted_terms @ self.weights
        return (differences - hat @ differences) / (1.0 - self.leverage)[:, None]

    fitted_terms: np.ndarray  # (worlds, terms)


def scaled(levers: Sequence[Lever], positions: np.ndarray) -> np.ndarray:
    """Positions of sliders as u: 0 where the world was, 1 or -1 at the farther end."""
    neutral = np.array([lever.neutral for lever in levers])
    return (positions - neutral) / np.array([lever.span for lever in levers])


def smallest(levers: int) -> int:
    """The least number of worlds: enough to fit the quadratic terms and to leave one out."""
    return int(np.ceil(SPARE * (comb(levers + 2, 2) - 1))) + 1


def fit(positions: np.ndarray, judged: np.ndarray) -> Response:
    """The response with the terms that predict left-out worlds best.

    `positions` (worlds, levers) as u; `judged` (worlds, numbers): differences from the world as it
    was, of those numbers that decide.
    """
    found = [
        _with(positions, powers)
        for powers in _bases(positions.shape[1])
        if SPARE * len(powers) < len(positions)
    ]
    return min(found, key=lambda response: float((response.left_out(judged) ** 2).mean()))


def nine_in_ten(missed: np.ndarray) -> np.ndarray:
    """The size below which nine of ten misses lie, by number; `missed` (worlds, numbers)."""
    return np.quantile(np.abs(missed), NINE_IN_TEN, axis=0)


def _with(positions: np.ndarray, powers: np.ndarray) -> Response:
    terms = _terms(positions, powers)
    weights = np.linalg.pinv(terms)
    leverage = np.einsum("nt,tn->n", terms, weights)
    return Response(powers, weights, np.minimum(leverage, 1.0 - 1e-6), terms)


def _terms(positions: np.ndarray, powers: np.ndarray) -> np.ndarray:
    return np.prod(positions[:, None, :] ** powers[None, :, :], axis=2)


def _bases(levers: int) -> list[np.ndarray]:
    """Bases to choose from: quadratic; with the cubes; with the cubes and fourth powers; cubic."""
    quadratic = _up_to(2, levers)
    cubes, fourths = (n * np.eye(levers, dtype=np.int64) for n in (3, 4))
    with_cubes = np.vstack([quadratic, cubes])
    return [quadratic, with_cubes, np.vstack([with_cubes, fourths]), _up_to(3, levers)]


def _up_to(degree: int, levers: int) -> np.ndarray:
    """Powers of all terms of degree 1 to `degree`: (terms, levers)."""
    which = [
        c for n in range(1, degree + 1) for c in combinations_with_replacement(range(levers), n)
    ]
    return np.array([np.bincount(c, minlength=levers) for c in which])
