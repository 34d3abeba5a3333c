"""People of a population table as files of SOCSIM: .opop (people) and .omar (marriages).

Columns and codes are those that SOCSIM writes and `rsocsim::read_opop` and `read_omar` read
(https://github.com/MPIDR/rsocsim: src/defs.h, R/read_results.R). Dates are months since January of
the year 1; the model knows years, so everybody is born, weds and dies in the middle of one. A
record holds the present or last union alone: earlier marriages are not in it, nor those whose
partner was forgotten.
"""

import polars as pl

OPOP = (
    *("pid", "fem", "group", "nev", "dob", "mom", "pop", "nesibm", "nesibp"),
    *("lborn", "marid", "mstat", "dod", "fmult"),
)
OMAR = ("mid", "wpid", "hpid", "dstart", "dend", "rend", "wprior", "hprior")
MSTAT = {"never": 1, "seeking": 1, "divorced": 2, "widowed": 3, "together": 4}
BY_DIVORCE, BY_DEATH = 2, 3
MIDDLE = 6  # month of a year in which events are put


def _month(year: pl.Expr) -> pl.Expr:
    return (year - 1) * 12 + MIDDLE


def socsim(people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(people, marriages) of a population table (own/population_schema.py), in SOCSIM's columns."""
    rows = people.with_columns(born=pl.col("year") - 1 - pl.col("age")).sort("born", "person_id")
    ids = rows.select("person_id", pid=pl.int_range(1, pl.len() + 1))
    for link in ("mother_id", "father_id", "partner_id"):
        other = ids.rename({"person_id": link, "pid": link.removesuffix("_id")})
        rows = rows.join(other, on=link, how="left", maintain_order="left")
    rows = rows.with_columns(pid=pl.int_range(1, pl.len() + 1))
    marriages = _marriages(rows)
    sides = pl.concat([marriages.select("mid", pid=side) for side in ("wpid", "hpid")])
    youngest = pl.concat(
        [
            rows.drop_nulls(parent).group_by(pid=parent).agg(lborn=pl.col("pid").max())
            for parent in ("mother", "father")
        ]
    )

    def older(parent: str) -> pl.Expr:
        return pl.when(pl.col(parent).is_not_null()).then(pl.col("pid").shift().over(parent))

    table = (
        rows.join(sides, on="pid", how="left", maintain_order="left")
        .join(youngest, on="pid", how="left", maintain_order="left")
        .select(
            "pid",
            fem=(pl.col("sex") == "female").cast(pl.Int64),
            group=pl.lit(1),
            nev=pl.lit(0),
            dob=_month(pl.col("born")),
            mom="mother",
            pop="father",
            nesibm=older("mother"),
            nesibp=older("father"),
            lborn="lborn",
            marid="mid",
            mstat=pl.col("union").replace_strict(MSTAT, default=1),
            dod=_month(pl.col("death_year")),
            fmult=pl.lit(1.0),
        )
        .fill_null(0)
    )
    return table, marriages


def _marriages(rows: pl.DataFrame) -> pl.DataFrame:
    """Couples who name each other, once each, and when their union began."""
    couples = rows.filter(pl.col("partner").is_not_null() & (pl.col("sex") == "female"))
    return couples.select(
        mid=pl.int_range(1, pl.len() + 1),
        wpid="pid",
        hpid="partner",
        dstart=_month(pl.coalesce("union_year", pl.col("year") - 1)),
        dend=pl.lit(0),
        rend=pl.lit(0),
        wprior=pl.lit(0),
        hprior=pl.lit(0),
    )


def text(table: pl.DataFrame) -> str:
    """A table as SOCSIM writes it: numbers between spaces, no heading."""
    return table.write_csv(include_header=False, separator=" ")
