"""The two worlds side by side, and how far luck alone could move their difference.

Both worlds of a seed share people and luck, so their difference is far steadier than either. Its
variance is added up over prefectures, which hardly touch each other:

    Var(mean difference) = sum_k var_s(d_ks) / n      over n seeds s, for prefectures k

In six checks of 12 seeds at 1:10,000 the variance of the whole was 0.7 to 1.2 times that sum.

With one seed there is no variance between seeds. Then what a prefecture's difference departs from
the country's proportional one counts as luck; real differences between places are in it too, so
the first interval is wide rather than narrow. Intervals are of luck only: not of the parameters,
which are priors.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri, stdtrit

from leftbehind.base.person import ARRANGEMENTS
from leftbehind.pages.explorer.branching import YEARS
from leftbehind.pages.explorer.reading import Reader, Reading

LEVEL = 0.95
# Arrangements in the order of the page, the most care by adults first.
WHO = (
    "parent",
    "grandparent in the home",
    "grandparent a walk away",
    "other relative",
    "neighbour",
    "adult",
    "at work elsewhere",
    "own household",
    "older sibling",
    "alone",
)


@dataclass(frozen=True)
class Pair:
    """One seed's years in both worlds."""

    before: tuple[Reading, ...]
    after: tuple[Reading, ...]


def half_widths(before: np.ndarray, after: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Half of the 95 % interval of the mean difference, (years, groups).

    `before` and `after` (seeds, years, P) are counts; `groups` (P,) the number of each one's group.
    """
    seeds = len(before)
    difference = (after - before).astype(float)
    number = np.bincount(groups)
    if seeds == 1:
        whole = before[0].astype(float).sum(axis=1, keepdims=True)
        share = before[0] / np.maximum(whole, 1.0)
        rest = difference[0] - difference[0].sum(axis=1, keepdims=True) * share
        spread = (rest**2).sum(axis=1, keepdims=True) * share
        times = np.full(len(number), ndtri(0.5 + LEVEL / 2))
    else:
        spread = difference.var(axis=0, ddof=1) / seeds
        times = stdtrit(number * (seeds - 1), 0.5 + LEVEL / 2)
    return times * np.sqrt(_by_group(spread, groups))


def _by_group(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Sums over prefectures of a group: (..., P) to (..., groups)."""
    member = groups[:, None] == np.arange(groups.max() + 1)[None, :]
    return np.asarray(values @ member.astype(float))


def answer(
    pairs: list[Pair], reader: Reader, definition: str, province: np.ndarray, scale: int
) -> dict[str, Any]:
    """All that the page shows of the seeds lived so far: persons, and shares in per cent."""
    d = reader.names.index(definition)
    persons = scale * float(reader.shares[d])
    nation = np.zeros_like(province)
    out: dict[str, Any] = {"seeds": len(pairs), "years": list(YEARS)}
    counts = {world: _stack(pairs, world, "counted", d) for world in ("before", "after")}
    bases = {world: _stack(pairs, world, "base", d) for world in ("before", "after")}
    for name, groups in (("nation", nation), ("provinces", province)):
        out[name] = _compare(counts, bases, groups, persons, scale)
    out["draws"] = _rounded((counts["after"] - counts["before"]).sum(axis=2) * persons)
    away = {w: _stack(pairs, w, "away", None) for w in ("before", "after")}
    for world in ("before", "after"):
        care = _stack(pairs, world, "care", d).mean(axis=0) * persons
        out[f"care_{world}"] = {
            label: _rounded(care[:, ARRANGEMENTS.index(label)]) for label in WHO
        }
        counted = np.maximum(counts[world].sum(axis=(0, 2)), 1)
        hours = _stack(pairs, world, "hours", d).sum(axis=0) / counted
        out[f"hours_{world}"] = [round(float(h), 2) for h in hours]
        out[f"away_{world}"] = _rounded(away[world].sum(axis=2).mean(axis=0) * scale)
        out[f"people_{world}"] = _rounded(
            _stack(pairs, world, "ages", None).mean(axis=0) * scale
        )  # by year, lives (in villages, elsewhere), sex and age
    return out


def by_prefecture(pairs: list[Pair], reader: Reader, definition: str, scale: int) -> dict[str, Any]:
    """Both worlds by prefecture: as `answer` has them by province, and whose share is known.

    `simulated` is how many simulated children each share was taken of, in all seeds.
    """
    d = reader.names.index(definition)
    persons = scale * float(reader.shares[d])
    counts = {world: _stack(pairs, world, "counted", d) for world in ("before", "after")}
    bases = {world: _stack(pairs, world, "base", d) for world in ("before", "after")}
    each = np.arange(reader.prefectures)
    simulated = _rounded(bases["before"].sum(axis=0).T)
    return {**_compare(counts, bases, each, persons, scale), "simulated": simulated}


def _compare(
    counts: dict[str, np.ndarray],
    bases: dict[str, np.ndarray],
    groups: np.ndarray,
    persons: float,
    scale: int,
) -> dict[str, Any]:
    """Numbers and shares of both worlds and the interval of their difference, a list a group."""
    number = {w: _by_group(counts[w].mean(axis=0), groups).T * persons for w in counts}
    base = {w: _by_group(bases[w].mean(axis=0), groups).T * scale for w in bases}
    half = half_widths(counts["before"], counts["after"], groups).T * persons
    share = {w: 100.0 * number[w] / np.maximum(base[w], 1.0) for w in number}
    half_share = 100.0 * half / np.maximum(base["before"], 1.0)
    return {
        "before": _rounded(number["before"]),
        "after": _rounded(number["after"]),
        "half": _rounded(half),
        "share_before": np.round(share["before"], 2).tolist(),
        "share_after": np.round(share["after"], 2).tolist(),
        "share_half": np.round(half_share, 2).tolist(),
    }


def _stack(pairs: list[Pair], world: str, field: str, d: int | None) -> np.ndarray:
    """One field of all seeds and years: (seeds, years, ...)."""
    whole = np.stack(
        [np.stack([getattr(r, field) for r in getattr(pair, world)]) for pair in pairs]
    )
    return whole if d is None else whole[:, :, d]


def _rounded(values: np.ndarray) -> list[Any]:
    out: list[Any] = np.rint(values).astype(np.int64).tolist()
    return out
