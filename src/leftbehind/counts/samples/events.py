"""What happened to people between two years, read off their yearly states."""

import polars as pl

HOME_ENDS = ("village", "town")
AWAY_ENDS = ("away", "abroad")


def events_of(states: pl.DataFrame, persons: pl.DataFrame, first: int) -> pl.DataFrame:
    """Events by year and person: `event`, `other` (key of who else), `detail`.

    `states` hold a row a year for each person, `persons` who they are; births and deaths are told
    from the year `first` on, changes from the year after the first in which a person is seen.
    """
    rows = states.sort("person", "year")
    same = (pl.col("person").shift() == pl.col("person")) & (
        pl.col("year").shift() + 1 == pl.col("year")
    )
    rows = rows.with_columns(
        pl.when(same).then(pl.col(name).shift()).alias(f"{name}_before")
        for name in ("union", "lives", "destination", "in_school", "hukou", "arrangement")
    )
    parts = [
        rows.filter(condition.fill_null(False)).select(
            "year", "person", event=pl.lit(event), other=other, detail=detail.cast(pl.String)
        )
        for event, condition, other, detail in _changes()
    ]
    nobody = pl.lit(None, pl.String)
    for event, year, other in (
        ("born", "birth_year", pl.col("mother_key")),
        ("died", "death_year", nobody),
    ):
        parts.append(
            persons.filter(pl.col(year) >= first).select(
                pl.col(year).alias("year"),
                "person",
                event=pl.lit(event),
                other=other,
                detail=nobody,
            )
        )
    child = persons.filter(
        (pl.col("birth_year") >= first) & pl.col("mother_key").is_in(persons["person"].implode())
    )
    parts.append(
        child.select(
            pl.col("birth_year").alias("year"),
            pl.col("mother_key").alias("person"),
            event=pl.lit("bore a child"),
            other=pl.col("person"),
            detail=nobody,
        )
    )
    return pl.concat(parts).sort("year", "person", "event", "other")


def _changes() -> list[tuple[str, pl.Expr, pl.Expr, pl.Expr]]:
    """Each event: its name, when it is one, the key of who else, and what more is told."""
    nobody, nothing = pl.lit(None, pl.String), pl.lit(None, pl.String)
    now, before = pl.col, lambda name: pl.col(f"{name}_before")
    changed = {
        name: (now(name) != before(name)) for name in ("union", "hukou", "arrangement", "in_school")
    }
    there, was_there = now("lives").is_in(AWAY_ENDS), before("lives").is_in(AWAY_ENDS)
    went_on = there & was_there & (now("destination") != before("destination"))
    prison, was_inside = now("lives") == "in prison", before("lives") == "in prison"
    return [
        (
            "union began",
            changed["union"] & (now("union") == "together"),
            now("partner_key"),
            nothing,
        ),
        ("widowed", changed["union"] & (now("union") == "widowed"), nobody, nothing),
        ("divorced", changed["union"] & (now("union") == "divorced"), nobody, nothing),
        ("left home", there & before("lives").is_in(HOME_ENDS), nobody, now("destination")),
        ("came home", now("lives").is_in(HOME_ENDS) & was_there, nobody, before("destination")),
        ("moved on", went_on, nobody, now("destination")),
        ("sentenced", prison & ~was_inside, nobody, nothing),
        ("released", ~prison & was_inside, nobody, nothing),
        ("changed hukou", changed["hukou"], nobody, now("hukou")),
        ("began school", changed["in_school"] & (now("in_school") == "yes"), nobody, nothing),
        ("left school", changed["in_school"] & (now("in_school") == "no"), nobody, nothing),
        ("changed carer", changed["arrangement"], now("carer_key"), now("arrangement")),
    ]
