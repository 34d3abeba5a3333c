"""Why couples with children came home: some prefectures lived again, their reasons counted.

A run's tables hold no reasons. A prefecture can be replayed from them exactly (replay.py), and each
household's decision compared with its decision of the year before (reasons.py). Here that is done
for SAMPLE prefectures, drawn in proportion to their couples who came home.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.person import ALTERNATIVES, FEMALE
from leftbehind.counts.reasons import Decision, change, decide
from leftbehind.model.processes.migration import HOUSEHOLD_KINDS
from leftbehind.pages.report.facts import Facts
from leftbehind.runs.kept import keep, recall
from leftbehind.runs.replay import BEFORE_CHOICE, Moment, Replay

SAMPLE = 12
HOME = 0


@dataclass(frozen=True)
class Why:
    """Reasons by name and how many couples had it as their main one; where they were asked."""

    reasons: dict[str, int]
    couples: int
    prefectures: int


def why_home(facts: Facts) -> Why | None:
    """Main reasons for coming home in the facts' year; None if the run cannot be replayed.

    A run of another version of the program, or one that holds only later years, cannot. Worked out
    once for each run (runs/kept.py).
    """
    kept = recall(facts.world.manifest, "why home", facts.year)
    if kept is not None:
        return Why(**kept)
    try:
        replay = Replay(facts.world)
        names: Counter[str] = Counter()
        chosen = sample(facts)
        for prefecture in chosen:
            names.update(_reasons(replay, prefecture, facts.year))
    except InputError:
        return None
    found = Why(dict(names.most_common()), sum(names.values()), len(chosen))
    keep(facts.world.manifest, asdict(found), "why home", facts.year)
    return found


def sample(facts: Facts) -> list[int]:
    """Positions of SAMPLE prefectures, each the home of an evenly spaced couple who came home."""
    came = (
        facts.world.table("choices")
        .filter(
            (pl.col("year") == facts.year)
            & (pl.col("household") == HOUSEHOLD_KINDS[0])
            & (pl.col("before") != ALTERNATIVES[HOME])
            & (pl.col("now") == ALTERNATIVES[HOME])
        )
        .group_by("code")
        .agg(pl.col("households").sum())
        .collect()
    )
    by_code = dict(came.iter_rows())
    places = facts.world.table("places").filter(pl.col("year") == facts.year)
    codes = places.select("code").collect()["code"]
    number = np.array([by_code.get(code, 0) for code in codes], dtype=np.float64)
    if not number.sum():
        return []
    marks = (np.arange(SAMPLE) + 0.5) / SAMPLE * number.sum()
    return sorted({int(k) for k in np.searchsorted(np.cumsum(number), marks)})


def _reasons(replay: Replay, prefecture: int, year: int) -> list[str]:
    """The main reason of each couple with children who came home in `year`."""
    earlier: Moment | None = None
    for moment in replay.moments(prefecture, year):
        if moment.stage != BEFORE_CHOICE:
            continue
        if moment.year == year - 1:  # kept as it is: what is yielded is a live view
            earlier = replace(moment, people=moment.people.copy(), load=moment.load.copy())
        elif moment.year == year and earlier:
            came = {d.mother: d for d in _decisions(moment, _away) if d.choice == HOME}
            went = _decisions(earlier, partial(_among, came.keys()))
            found = (change(d, came[d.mother]) for d in went if d.choice != HOME)
            return [reason.name for reason in found if reason]
    return []


def _away(people: np.ndarray, mother: int) -> bool:
    """Whether somebody of her household was away in the year before."""
    return bool(people[mother]["choice"] != HOME)


def _among(keys: Collection[int], people: np.ndarray, mother: int) -> bool:
    """Whether her key is one of these."""
    return int(people[mother]["key"]) in keys


def _decisions(moment: Moment, asked: Callable[[np.ndarray, int], bool]) -> list[Decision]:
    """The decisions of all couples with children under 18 of whom `asked` is true."""
    people = moment.people
    alive = people["death_year"] == 0
    wives = moment.mine & (people["sex"] == FEMALE) & alive & (people["partner"] >= 0)
    mothers = np.flatnonzero(wives & (people["youngest_child"] >= 0))
    young = moment.year - people["birth_year"][people["youngest_child"][mothers]] < 18
    made = (decide(moment, int(i)) for i in mothers[young] if asked(people, int(i)))
    return [decision for decision in made if decision is not None]
