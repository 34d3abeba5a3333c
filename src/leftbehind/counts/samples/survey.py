"""A survey of a run's people: a sample as a survey would draw it, where the truth is known.

Of a simple design `people` are drawn from the frame, each with the same chance; of a clustered one
first places, systematically with chances in proportion to their people, then in each the same
number of the frame, or all where there are fewer. Who comes out is who has the lowest keyed
number. `weight` is the number of persons one stands for, one over the exact chance;
`weight_answered` shares the weights of those who gave no answer among those of the same place who
did (weighting classes), or of all if none did.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.counts.samples.design import Design, belongs
from leftbehind.counts.samples.draw import ANSWER, CLUSTER, MEMBER, STAY, Lot, chances, systematic
from leftbehind.counts.samples.panel import OWN, alive_in, with_definitions
from leftbehind.runs.folder import Run
from leftbehind.runs.microdata import Progress, states
from leftbehind.runs.replay import Moment, Replay

ANSWERED, REFUSED, LOST, DEAD = "answered", "no answer", "lost", "dead"
KEPT = ("year", "person", "cluster", "outcome", "weight", "weight_answered")


@dataclass(frozen=True)
class Survey:
    """`sample`: a row a wave for each person drawn; what is not answered is null.

    `frame` is the number of simulated people who could be drawn in the clusters that were.
    """

    sample: pl.DataFrame
    frame: int


def survey(
    world: Run, design: Design, threads: int = 1, progress: Progress | None = None
) -> Survey:
    """Draw and follow a sample; InputError for waves or sizes that the run cannot give."""
    held = world.years()
    for year in design.waves:
        if year not in held:
            raise InputError(
                f"waves: {year} is not in this run, which holds {held[0]} to {held[-1]}"
            )
    alive = alive_in(world, design.waves[0])
    if design.people > alive:
        raise InputError(
            f"people {design.people}: not allowed; {alive:,} simulated people are alive in "
            f"{design.waves[0]}"
        )
    replay, lot = Replay(world), Lot(design.seed)
    places = _places(world, design, replay, lot)
    listed = states(replay, _living, design.waves[:1], places["k"].to_list(), threads, progress)
    frame = listed.filter(belongs(design.frame)).join(places, on="code", how="left")
    drawn = _draw(frame, design, lot).with_columns(weight=world.scale / pl.col("chance"))
    waves = [drawn]
    if len(design.waves) > 1:
        keys = np.sort(_keys(drawn))

        def chosen(moment: Moment) -> np.ndarray:
            rows = moment.people["key"]
            at = np.minimum(np.searchsorted(keys, rows), len(keys) - 1)
            found: np.ndarray = _living(moment) & (keys[at] == rows)
            return found

        where = places.filter(pl.col("cluster").is_in(drawn["cluster"].implode()))["k"].to_list()
        later = states(replay, chosen, design.waves[1:], where, threads, progress)
        heads = drawn.select("person", "cluster", "chance", "weight")
        waves += [
            heads.join(
                later.filter(pl.col("year") == year), on="person", how="left", maintain_order="left"
            ).with_columns(year=pl.lit(year, dtype=drawn.schema["year"]))
            for year in design.waves[1:]
        ]
    return Survey(_answered(waves, design, lot), frame.height)


def _living(moment: Moment) -> np.ndarray:
    alive: np.ndarray = moment.mine & (moment.people["death_year"] == 0)
    return alive


def _places(world: Run, design: Design, replay: Replay, lot: Lot) -> pl.DataFrame:
    """The prefectures where people are drawn: k, code, cluster, first (chance of the cluster)."""
    table = replay.places.table.with_row_index("k").select("k", "code", "name", "province")
    if design.clusters is None:
        return table.select("k", "code", cluster=pl.lit("all"), first=pl.lit(1.0))
    by = "name" if design.clusters.by == "prefecture" else "province"
    people = world.table("people").filter(pl.col("year") == design.waves[0])
    sizes = people.group_by("code").agg(size=pl.col("number").sum()).collect()
    table = table.join(sizes.cast({"code": table.schema["code"]}), on="code", how="left")
    clusters = table.group_by(by, maintain_order=True).agg(pl.col("size").sum())
    number = design.clusters.number
    if number > clusters.height:
        raise InputError(
            f"clusters.number {number}: not allowed; there are {clusters.height} of them"
        )
    chance = chances(clusters["size"].fill_null(0).to_numpy().astype(float), number)
    at = systematic(chance, lot.one(CLUSTER))
    taken = clusters.with_columns(first=pl.Series(chance))[np.unique(at)]
    return (
        table.join(taken.select(by, "first"), on=by)
        .select("k", "code", cluster=pl.col(by).cast(pl.String), first="first")
        .sort("k")
    )


def _draw(frame: pl.DataFrame, design: Design, lot: Lot) -> pl.DataFrame:
    """Those with the lowest numbers of each cluster, with their exact `chance`."""
    number = design.clusters.number if design.clusters else 1
    each = round(design.people / number)
    if not frame.height:
        raise InputError(f"frame: nobody is like this in {design.waves[0]}; give fewer conditions")
    if frame.height < design.people:
        where = " in the places drawn" if design.clusters else ""
        raise InputError(
            f"people {design.people}: not allowed; the frame has {frame.height:,} simulated people "
            f"of {design.waves[0]}{where}"
        )
    size = pl.len().over("cluster")
    rank = pl.col("number").rank("ordinal").over("cluster")
    return (
        frame.with_columns(number=pl.Series(lot.of(_keys(frame), MEMBER)))
        .sort("person")
        .with_columns(chance=pl.col("first") * (pl.min_horizontal(size, each) / size))
        .filter(rank <= each)
        .drop("number", "first", "k")
    )


def _answered(waves: list[pl.DataFrame], design: Design, lot: Lot) -> pl.DataFrame:
    """All waves one below the other: who answered, and only what was answered."""
    out = []
    gone = pl.Series([], dtype=pl.String)  # who was lost or never answered
    for number, rows in enumerate(waves):
        loss, purpose = (design.non_response, ANSWER) if number == 0 else (design.attrition, STAY)
        fails = pl.Series(lot.of(_keys(rows), purpose, design.waves[number])) < pl.Series(
            waves[max(number - 1, 0)].select(loss.expr().alias("c"))["c"]
        )
        dead = pl.col("age").is_null()
        outcome = (
            pl.when(dead)
            .then(pl.lit(DEAD))
            .when(fails | pl.col("person").is_in(gone.implode()))
            .then(pl.lit(LOST if number else REFUSED))
            .otherwise(pl.lit(ANSWERED))
        )
        told = _weighted(rows.with_columns(outcome=outcome))
        gone = told.filter(pl.col("outcome").is_in([LOST, REFUSED]))["person"]
        marked = with_definitions(told).drop(*OWN, "chance")
        answers = [name for name in marked.columns if name not in KEPT]
        answered = pl.col("outcome") == ANSWERED
        out.append(
            marked.select(*KEPT, *(pl.when(answered).then(pl.col(n)).alias(n) for n in answers))
        )
    return pl.concat(out, how="diagonal")


def _weighted(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the weights of those who answered, raised for those who did not."""
    answered, alive = pl.col("outcome") == ANSWERED, pl.col("outcome") != DEAD
    whole, told = pl.col("weight").filter(alive).sum(), pl.col("weight").filter(answered).sum()
    place = whole.over("cluster") / told.over("cluster")
    rows = rows.with_columns(raised=pl.when(answered).then(pl.col("weight") * place))
    rest = whole / pl.col("raised").sum()  # clusters where nobody answered
    return rows.with_columns(weight_answered=pl.col("raised") * rest).drop("raised")


def _keys(rows: pl.DataFrame) -> np.ndarray:
    return np.array([int(key, 16) for key in rows["person"].to_list()], np.uint64)
