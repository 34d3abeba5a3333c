"""Find families of a place and year by what is known of them, and how many there are.

    found = find(Replays(World("runs/baseline")), prefecture, 2014, seed_family(places))

Families are ranked by what people look for: children without a parent first, then the unusual. If
none meets the conditions, a run that is too coarse is lived again at a finer scale, in the same
country; if there still is none, the nearest are found (likeness.py), and what they miss is told.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import reduce
from itertools import pairwise

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts.how_many import Number, Parts, estimate, parts_of
from leftbehind.counts.likeness import CONDITIONS, Like, misses, nearest
from leftbehind.counts.siblings import sibling_sets_of, sibling_sets_of_unit
from leftbehind.inputs.places import Places
from leftbehind.runs.folder import Run
from leftbehind.runs.kept import keep, recall
from leftbehind.runs.replay import Replays

FINE = 100  # the scale at which a prefecture is lived again if the run's shows no such family
COARSE = 20_000  # at which the whole country is lived again for a quick count
WALKS = (0.1, 20.0, 45.0)  # minutes to the grandmother between which families are told apart
Progress = Callable[[str, int, int], None]  # what is done, how far, of how many


@dataclass(frozen=True)
class Found:
    """Families found in a place, and how many there are there and in the country.

    `families` are those that meet `asked`, or the nearest if there are none (`met` 0), with columns
    `miss` and `rare` beside those of `siblings.sibling_sets`; `scale` is that at which they were
    found. `country` is None if it was not counted.
    """

    asked: Like
    families: pl.DataFrame
    met: int
    here: Number
    country: Number | None
    scale: int


def find(
    replays: Replays,
    prefecture: int,
    year: int,
    like: Like,
    *,
    scales: Sequence[int] = (),
    country: bool = False,
    threads: int = 2,
    progress: Progress | None = None,
) -> Found:
    """Families in `prefecture` in `year` of a run that are like `like`, or the nearest to it.

    They are looked for at each of `scales` (see `closer`) until some are found; without any, at the
    run's own. With `country`, all prefectures are lived again up to `year`, in `threads`, to count
    how many there are. Raises InputError if there is no family with children at all, or for a year
    or scale that the run does not have.
    """
    places, world = Places.load(), replays.world
    name = str(places.table["name"][prefecture])
    for scale in scales or (world.scale,):
        if progress:
            progress(f"{name} at 1:{scale:,}", 0, 1)
        sets = _sets(replays, scale, prefecture, year, like)
        met = sets.filter(like.expr())
        if met.height:
            break
    if not sets.height:
        raise InputError(
            f"{name} in {year}: the run has no family with children there that comes near what was "
            "asked for; give fewer conditions, another year or a run at a finer --scale"
        )
    ranked = nearest(sets, like, places).join(_rarity(sets), on="key")
    if met.height:
        ranked = ranked.filter(pl.col("miss") == 0)
    return Found(
        asked=like,
        families=ranked.sort("miss", -pl.col("left").sign(), -pl.col("rare"), "key"),
        met=met.height,
        here=estimate([parts_of(sets, like)], scale, like),
        country=_country(replays, world.scale, year, like, threads, progress) if country else None,
        scale=scale,
    )


def closer(world: Run, zoom: int | None = None) -> tuple[int, ...]:
    """`zoom` if it is given, else the run's scale and, unless it is as fine already, FINE.

    Raises InputError for a `zoom` that is coarser than the run.
    """
    if zoom is not None:
        if not 1 <= zoom <= world.scale:
            raise InputError(
                f"--zoom {zoom}: not allowed; give a whole number from 1 to the run's scale, "
                f"{world.scale}"
            )
        return (zoom,)
    return (world.scale, FINE) if world.scale > FINE else (world.scale,)


def choose(found: Found, seed: int) -> int:
    """Key of one family's mother, the same at every call.

    Of those that meet the conditions, the first by a hash of seed and key; else the nearest.
    """
    least = found.families.filter(pl.col("miss") == pl.col("miss").min())

    def rank(key: int) -> str:
        return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()

    return min((int(key) for key in least["key"].to_list()), key=rank)


def missed(found: Found, key: int, places: Places) -> list[tuple[str, dict[str, object]]]:
    """What the family of `key` misses: (condition, its row), the largest miss first."""
    row = found.families.filter(pl.col("key") == key)
    sizes = misses(row, found.asked, places)[0]
    return [(CONDITIONS[k], row.to_dicts()[0]) for k in np.argsort(-sizes) if sizes[k] > 0]


def in_country(replays: Replays, year: int, like: Like, progress: Progress | None) -> Number:
    """About how many such families the country has: what was counted before, else a quick count.

    The quick one lives the country again at COARSE (or the run's scale if that is coarser).
    """
    world, threads = replays.world, 2
    kept = recall(world.manifest, *_asked(world.scale, year, like))
    scale = world.scale if kept else max(world.scale, COARSE)
    return _country(replays, scale, year, like, threads, progress)


def _sets(replays: Replays, scale: int, prefecture: int, year: int, like: Like) -> pl.DataFrame:
    """Sibling sets worth a look, worked out once for each run, scale, place, year and question."""
    world = replays.world
    asked = ("sets", scale, prefecture, year, str(like.nearly()))
    kept = recall(world.manifest, *asked)
    types: dict[str, pl.DataType] = {
        "key": pl.UInt64(),
        "ages": pl.List(pl.Int64),
        "arrangement": pl.String(),
        "both_away": pl.Boolean(),
        "grandmother_minutes": pl.Float64(),
    }
    if kept is not None:
        return pl.DataFrame(kept, schema_overrides=types)
    sets = sibling_sets_of(replays.at(scale), prefecture, year, like.nearly())
    keep(world.manifest, sets.to_dict(as_series=False), *asked)
    return sets


def _rarity(sets: pl.DataFrame) -> pl.DataFrame:
    """How unusual each family is among those of its place: key, rare (sum of log 1 / share).

    By number of children, who looks after them, where the parents are and the grandmother's walk.
    """
    minutes = pl.col("grandmother_minutes")
    walk = pl.sum_horizontal(minutes > bound for bound in WALKS)
    traits = sets.select(
        "key",
        children="children",
        care="arrangement",
        parents=(pl.col("mother_at") >= 0).cast(pl.Int8) * 2 + (pl.col("father_at") >= 0),
        gone=pl.min_horizontal("mother_at", "father_at").clip(-3, 0),
        walk=pl.when(minutes.is_not_null()).then(walk),
    )
    logs = (-(pl.len().over(name) / traits.height).log() for name in traits.columns[1:])
    return traits.select("key", rare=reduce(lambda a, b: a + b, logs))


def _asked(scale: int, year: int, like: Like) -> tuple[object, ...]:
    return ("country", scale, year, repr(like))


def _country(
    replays: Replays, scale: int, year: int, like: Like, threads: int, progress: Progress | None
) -> Number:
    """The number of such families in the country, lived again at `scale`."""
    asked = _asked(scale, year, like)
    kept = recall(replays.world.manifest, *asked)
    if kept is None:
        replay = replays.at(scale)
        near = like.nearly() if like.both_away or like.one_away else None
        units = list(pairwise(replay.units.tolist()))

        def count(u: int) -> Parts:
            sets = sibling_sets_of_unit(replay, u, range(*units[u]), year, near)
            return parts_of(sets, like)

        kept = [[0] * len(fields(Parts)) for _ in range(replay.places.provinces.height)]
        with ThreadPoolExecutor(threads) as pool:
            for u, parts in enumerate(pool.map(count, range(len(units)))):
                province = kept[int(replay.places.province[units[u][0]])]
                for n, value in enumerate(vars(parts).values()):
                    province[n] += value
                if progress:
                    progress("country", units[u][1], len(replay.places))
        keep(replays.world.manifest, kept, *asked)
    return estimate([Parts(*row) for row in kept], scale, like)
