"""Find families: sibling sets of a place and year by what is known of them, and how many there are.

A sibling set is all living children under 18 of one mother. `sibling_sets` puts those of one
prefecture into a table; `Like` is a filter over it, as a definition is over the children's table.
If none fits at this scale, conditions are relaxed one after the other, and the report says which.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.person import ARRANGEMENTS, CHILDREN_LEFT, NOBODY, WITH_PARENT, at_home
from leftbehind.inputs.places import Places
from leftbehind.model.population.homes import home_of_children
from leftbehind.model.processes.care import FAR, minutes_to
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.runs.replay import AS_COUNTED, Moment, Replay

LONGEST_WALK = 90  # minutes: beyond it a grandparent counts as out of reach (care_walk_most)
GONE = -3  # instead of a destination: dead, unknown or parted
ANY_WALK = (0.1, float(LONGEST_WALK))  # not in the same home


@dataclass(frozen=True)
class Like:
    """What a family is to be like; None or False: does not matter.

    `work_in` is a place by position, `in_province` widens it to its whole province; `walk` the
    minutes to a living grandmother, lowest and highest; `within` how far the oldest's age may lie.
    """

    children: int | None = None
    oldest: int | None = None
    within: int = 0
    both_away: bool = False
    one_away: bool = False
    work_in: int | None = None
    in_province: bool = False
    walk: tuple[float, float] | None = None

    def expr(self, places: Places) -> pl.Expr:
        """The filter over the columns of `sibling_sets`."""
        wanted = [pl.lit(True)]
        if self.children is not None:
            wanted.append(pl.col("children") == self.children)
        if self.oldest is not None:
            wanted.append((pl.col("oldest") - self.oldest).abs() <= self.within)
        if self.both_away:
            wanted.append(pl.col("both_away"))
        if self.one_away:
            wanted.append((pl.col("mother_at") >= 0) | (pl.col("father_at") >= 0))
        if self.work_in is not None:
            there = [self.work_in]
            if self.in_province:
                there = np.flatnonzero(places.province == places.province[self.work_in]).tolist()
            wanted.append(pl.col("mother_at").is_in(there) | pl.col("father_at").is_in(there))
        if self.walk is not None:
            wanted.append(pl.col("grandmother_minutes").is_between(*self.walk))
        return pl.all_horizontal(wanted)

    def words(self, places: Places) -> str:
        """The conditions in one line."""
        parts = []
        if self.children is not None:
            noun = "child" if self.children == 1 else "children"
            parts.append(f"{self.children} {noun} under 18")
        if self.oldest is not None:
            years = "1 year" if self.within == 1 else f"{self.within} years"
            near = f" (up to {years} more or less)" if self.within else ""
            parts.append(f"the oldest {self.oldest}{near}")
        if self.both_away:
            parts.append("both parents away without them")
        if self.one_away:
            parts.append("a parent away")
        if self.work_in is not None:
            name = places.table["name"][self.work_in]
            if self.in_province:
                name = f"{places.table['province'][self.work_in]} (any place)"
            parts.append(f"a parent working in {name}")
        if self.walk is not None:
            low, high = self.walk
            span = f"up to {high:.0f}" if low < 1 else f"{low:.0f} to {high:.0f}"
            parts.append(f"a grandmother {span} minutes' walk away")
        return ", ".join(parts) or "any family with children"


def seed_family(places: Places) -> Like:
    """The family the project began with.

    Three children, both parents in Huizhou, a grandmother forty minutes' walk away (thirty to fifty
    here).
    """
    return Like(
        children=3, oldest=14, both_away=True, work_in=places.find("Huizhou"), walk=(30.0, 50.0)
    )


def relaxations(like: Like, places: Places) -> list[tuple[str, Like]]:
    """Ever weaker conditions, each with what was relaxed last; the given ones come first."""
    out = [("", like)]

    def relax(what: str, **fields: object) -> None:
        if all(getattr(out[-1][1], name) == value for name, value in fields.items()):
            return
        out.append((what, replace(out[-1][1], **fields)))  # type: ignore[arg-type]

    if like.walk and like.walk != ANY_WALK:
        relax(f"the grandmother may live any walk up to {LONGEST_WALK} minutes away", walk=ANY_WALK)
    if like.oldest is not None:
        relax("the oldest child may be a year younger or older", within=1)
    if like.work_in is not None:
        province = places.table["province"][like.work_in]
        relax(f"the parents may work anywhere in {province}", in_province=True)
    if like.oldest is not None:
        relax("the oldest child may be three years younger or older", within=3)
    if like.work_in is not None:
        relax("the parents may work anywhere", work_in=None, in_province=False)
    if like.walk:
        relax("no condition on the grandmother", walk=None)
    if like.oldest is not None:
        relax("the oldest child may be of any age", oldest=None, within=0)
    if like.children is not None:
        relax("any number of children", children=None)
    if like.both_away:
        relax("one parent away is enough", both_away=False, one_away=True)
    return out


@dataclass(frozen=True)
class Found:
    """Families found in a place, and how many there are there and in the country.

    `asked` are the conditions given, `used` those that the listed `families` meet, `relaxed` what
    was relaxed between them. Counts are of simulated families, by condition: asked, used; `country`
    is None if it was not counted.
    """

    asked: Like
    used: Like
    relaxed: tuple[str, ...]
    families: pl.DataFrame
    local: tuple[int, int]
    country: tuple[int, int] | None
    scale: int
    country_scale: int


def find(
    replay: Replay,
    prefecture: int,
    year: int,
    like: Like,
    *,
    country: bool = True,
    threads: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Found:
    """Families in `prefecture` in `year` that are like `like`, relaxed stepwise if there are none.

    With `country`, all prefectures are replayed up to `year`, in `threads`; `progress` is called
    with the number done; the country is counted at the run's own scale. Raises InputError if there
    is no family with children at all.
    """
    local = sibling_sets_of(replay, prefecture, year)
    steps = relaxations(like, replay.places)
    exprs = [step.expr(replay.places) for _, step in steps]
    sizes = [local.filter(expr).height for expr in exprs]
    n = next((n for n, size in enumerate(sizes) if size > 0), None)
    if n is None:
        name = replay.places.table["name"][prefecture]
        raise InputError(
            f"{name} in {year}: no family is like this ({steps[-1][1].words(replay.places)}) among "
            f"the run's {local.height} simulated families there; "
            "give fewer conditions or a run at a finer --scale"
        )
    everywhere = None
    if country:
        whole = replay if replay.scale == replay.world.scale else Replay(replay.world)
        everywhere = _country(whole, year, (exprs[0], exprs[n]), threads, progress)
    return Found(
        asked=like,
        used=steps[n][1],
        relaxed=tuple(what for what, _ in steps[1 : n + 1]),
        families=local.filter(exprs[n]).sort("key"),
        local=(sizes[0], sizes[n]),
        country=everywhere,
        scale=replay.scale,
        country_scale=replay.world.scale,
    )


def choose(families: pl.DataFrame, seed: int) -> int:
    """Key of one family's mother, the same at every call: the first by a hash of seed and key."""

    def rank(key: int) -> str:
        return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()

    return min((int(key) for key in families["key"].to_list()), key=rank)


def estimate(count: int, scale: int) -> str:
    """A count of simulated families as a number of real ones with its sampling error, in words."""
    if count == 0:
        return f"none at this scale (so probably fewer than {3 * scale:,})"  # rule of three, 95%
    return f"about {count * scale:,} (± {count**0.5 * scale:,.0f} from sampling)"


def _country(
    replay: Replay,
    year: int,
    asked_and_used: tuple[pl.Expr, pl.Expr],
    threads: int,
    progress: Callable[[int], None] | None,
) -> tuple[int, int]:
    """Simulated families of the country that meet the conditions asked, and those used."""

    def count(prefecture: int) -> list[int]:
        table = sibling_sets_of(replay, prefecture, year)
        return [table.filter(expr).height for expr in asked_and_used]

    asked = used = 0
    with ThreadPoolExecutor(threads) as pool:
        for done, counts in enumerate(pool.map(count, range(len(replay.places))), start=1):
            asked, used = asked + counts[0], used + counts[1]
            if progress:
                progress(done)
    return asked, used


def sibling_sets_of(replay: Replay, prefecture: int, year: int) -> pl.DataFrame:
    """Sibling sets of a prefecture as counted in `year` (see `sibling_sets`)."""
    for moment in replay.moments(prefecture, year):
        if moment.year == year and moment.stage == AS_COUNTED:
            return sibling_sets(moment)
    raise AssertionError("a replay ends with its last year's count")


def sibling_sets(moment: Moment) -> pl.DataFrame:
    """All sibling sets of the moment, one row a mother with living children under 18.

    Columns: key (the mother's), children, ages (oldest first), oldest, mother_at and father_at
    (position of the place of work, ABROAD, AT_HOME, IN_PRISON or GONE), both_away (away as a
    couple, children left at home), arrangement of the youngest, minutes (to its carer), boards
    (number of children who do), grandmother_minutes (walk to the nearer living grandmother at
    home; null if there is none or she lives in another county).
    """
    people, year = moment.people, moment.year
    child = moment.mine & (people["death_year"] == 0) & (year - people["birth_year"] < CHILD_AGE)
    kids = np.flatnonzero(child & (people["mother"] >= 0))
    kids = kids[np.lexsort((people["birth_year"][kids], people["mother"][kids]))]
    mothers, first, sizes = np.unique(people["mother"][kids], return_index=True, return_counts=True)
    oldest, youngest = kids[first], kids[first + sizes - 1]
    father = people["father"][youngest]
    mother_at = _where(people, mothers)
    father_at = np.where(people["partner"][mothers] == father, _where(people, father), GONE)
    ages = (year - people["birth_year"][kids]).astype(int).tolist()
    boards = np.zeros(len(mothers), np.int64)
    np.add.at(boards, np.searchsorted(mothers, people["mother"][kids]), people["boards"][kids])
    both = (people["choice"][mothers] == CHILDREN_LEFT) & (mother_at >= 0) & (father_at >= 0)
    arrangements = np.array(ARRANGEMENTS)
    return pl.DataFrame(
        {
            "key": people["key"][mothers],
            "children": sizes.astype(np.int64),
            "ages": [ages[a : a + n] for a, n in zip(first, sizes, strict=True)],
            "oldest": (year - people["birth_year"][oldest]).astype(np.int64),
            "mother_at": mother_at,
            "father_at": father_at,
            "both_away": both & (people["arrangement"][youngest] != WITH_PARENT),
            "arrangement": arrangements[people["arrangement"][youngest]].tolist(),
            "minutes": people["minutes"][youngest].astype(np.int64),
            "boards": boards,
            "grandmother_minutes": [_grandmother(moment, int(c)) for c in youngest],
        },
        schema_overrides={
            "ages": pl.List(pl.Int64),
            "grandmother_minutes": pl.Float64,
            "arrangement": pl.String,
        },
    )


def _where(people: np.ndarray, who: np.ndarray) -> np.ndarray:
    known = (who >= 0) & (people["death_year"][who] == 0)
    return np.where(known, people["destination"][who], GONE).astype(np.int64)


def _grandmother(moment: Moment, child: int) -> float | None:
    """Minutes to the nearer living grandmother of `child` who is at home."""
    people = moment.people
    mother, father = int(people["mother"][child]), int(people["father"][child])
    whose, home = home_of_children(people, mother, father)
    nearest = FAR
    for parent in (father, mother):
        grandmother = int(people["mother"][parent]) if parent >= 0 else NOBODY
        if grandmother >= 0 and at_home(people, grandmother):
            nearest = min(nearest, minutes_to(moment.at, parent, whose, home))
    return nearest if nearest < FAR else None
