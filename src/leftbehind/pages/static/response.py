"""The response of every number to the levers: a cubic held back by ridges, one for all.

With positions u in [-1, 1], 0 where the world was, and the terms f(u) of degree 1 to 3,

    y(u) = y_0 + sum_n w_n(u) (y_n - y_0),     w(u) = f(u)' (F'F + R)^-1 F',     F[n] = f(u_n)

The weights of the lived worlds n depend on the levers only, so what adds up in the worlds
(provinces to the country, arrangements to the children counted) adds up in every answer, and the
world as it was is met exactly. R holds back curvature that the worlds do not show; how much, of
squares and of cubes, is decided by leaving one world out (Golub, Heath and Wahba 1979).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

import numpy as np

from leftbehind.pages.static.levers import Lever

DEGREE = 3
LINEAR = 1e-3  # ridge of the linear terms: next to none
SQUARES, CUBES = (0.01, 0.03, 0.1, 0.3, 1.0), (0.3, 1.0, 3.0, 10.0, 30.0)  # ridges tried
ALONE = 1 / 3  # of a ridge, for terms of one lever: the design shows these best
WORLDS_A_LEVER = 4  # at least
NINE_IN_TEN = 0.9


@dataclass(frozen=True)
class Response:
    """`powers` (terms, levers) of the terms; `weights` (terms, worlds); `hat` (worlds, worlds)."""

    powers: np.ndarray
    weights: np.ndarray
    hat: np.ndarray

    def of_worlds(self, positions: np.ndarray) -> np.ndarray:
        """The weight of each lived world at some positions u: (positions, worlds)."""
        return terms(positions, self.powers) @ self.weights

    def left_out(self, differences: np.ndarray) -> np.ndarray:
        """What each world has over its prediction by all others; (worlds, numbers)."""
        rest = np.maximum(1.0 - np.diag(self.hat), 1e-6)
        return (differences - self.hat @ differences) / rest[:, None]


def scaled(levers: Sequence[Lever], positions: np.ndarray) -> np.ndarray:
    """Positions of sliders as u: 0 where the world was, 1 or -1 at the farther end."""
    neutral = np.array([lever.neutral for lever in levers])
    return (positions - neutral) / np.array([lever.span for lever in levers])


def smallest(levers: int) -> int:
    """The least number of worlds that a response can be learnt from."""
    return WORLDS_A_LEVER * levers + 1


def fit(positions: np.ndarray, judged: np.ndarray) -> Response:
    """The response that predicts left-out worlds best.

    `positions` (worlds, levers) as u; `judged` (worlds, numbers): differences from the world as it
    was, of those numbers that decide.
    """
    powers = up_to(DEGREE, positions.shape[1])
    found = (with_ridge(positions, powers, *ridge) for ridge in product(SQUARES, CUBES))
    return min(found, key=lambda response: float((response.left_out(judged) ** 2).mean()))


def nine_in_ten(missed: np.ndarray) -> np.ndarray:
    """The size below which nine of ten misses lie, by number; `missed` (worlds, numbers)."""
    return np.asarray(np.quantile(np.abs(missed), NINE_IN_TEN, axis=0))


def with_ridge(positions: np.ndarray, powers: np.ndarray, squares: float, cubes: float) -> Response:
    """The response with one ridge for terms of degree 2 and one for those of degree 3."""
    ridge = np.array([LINEAR, squares, cubes])[powers.sum(axis=1) - 1]
    alone = ((powers > 0).sum(axis=1) == 1) & (powers.sum(axis=1) > 1)
    held = np.diag(np.where(alone, ridge * ALONE, ridge))
    of_worlds = terms(positions, powers)
    weights = np.linalg.solve(of_worlds.T @ of_worlds + held, of_worlds.T)
    return Response(powers, weights, of_worlds @ weights)


def terms(positions: np.ndarray, powers: np.ndarray) -> np.ndarray:
    """The terms f(u) of some positions: (positions, terms)."""
    return np.asarray(np.prod(positions[:, None, :] ** powers[None, :, :], axis=2))


def up_to(degree: int, levers: int) -> np.ndarray:
    """Powers of all terms of degree 1 to `degree`: (terms, levers)."""
    which = [
        c for n in range(1, degree + 1) for c in combinations_with_replacement(range(levers), n)
    ]
    return np.array([np.bincount(c, minlength=levers) for c in which])
