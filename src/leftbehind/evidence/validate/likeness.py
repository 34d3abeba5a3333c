"""Does it look like China: the map of children left behind, and what no table prints but all know.

Most of these have no published figure. The accepted range then is what the sources in words allow,
and the basis says so.
"""

import math
from collections.abc import Iterator

import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.tallies import MILLION, Tallies, share
from leftbehind.evidence.validate.check import Check, in_range, published
from leftbehind.evidence.validate.children import counted

GROUP = "does it look like China"
RURAL, YEAR = "acwf-2010", 2010
NOT_LEADERS = ("Guangdong", "Shanghai", "Jiangsu")
AT_LEAST = "left_behind_share_of_rural_children_at_least"
RANK_LEAST = 0.7
SMALL = 2  # last age at which nobody is alone at night
WEEK = 7.0  # nights
BOTH_AWAY = "children_left"
ROW_2010 = "unicef_2010_migrant"
HOME = ("home", "family_in_town")  # with their children, in village or town
ONE_HOME = (*HOME, "father_away", "mother_away", "father_away_town")
READ_RETURNS = "reading of surveys of return (village surveys of 1999, NBS 2009, Anhui)"


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group that the run's years allow."""
    if YEAR in tallies.years:
        provinces = shares(tallies, "province")
        yield from order_of_provinces(tallies, provinces)
        yield leaders(provinces)
        yield liangshan(shares(tallies, "prefecture"))
        yield small_alone_at_night(tallies)
        yield from returns(tallies)
    if {2005, YEAR} <= set(tallies.years):
        yield taken_or_left(tallies)


def shares(tallies: Tallies, by: str) -> pl.DataFrame:
    """Percent of rural children left behind by place: columns `by`, percent, number, children."""
    table = tallies.world.left_behind(RURAL, by, YEAR).filter(pl.col("children") > 0)
    return table.select(by, "number", "children", percent=100.0 * pl.col("share"))


def order_of_provinces(tallies: Tallies, provinces: pl.DataFrame) -> Iterator[Check]:
    """Rank correlations with what was published of provinces in 2010.

    Their shares of all left behind; and in which of three classes the share among their rural
    children lies: over 50 percent, over 40, or not named (taken as below: an assumption).
    """
    rows = [r for r in published(range(YEAR, YEAR + 1), indicator="left_behind_province_share")]
    single = [r for r in rows if r["definition"] == "acwf" and "," not in r["place"]]
    census = pl.DataFrame(
        [(r["place"], r["value"]) for r in single], schema=["province", "census"], orient="row"
    )
    joined = provinces.join(census, on="province")
    what = "rank correlation, numbers left behind by province"
    yield _rank(what, joined, "number", f"{joined.height} provinces published", single[0])
    rows = list(published(range(YEAR, YEAR + 1), indicator=AT_LEAST))
    named = pl.DataFrame(
        [(r["place"], r["value"]) for r in rows], schema=["province", "census"], orient="row"
    )
    classes = provinces.join(named, on="province", how="left").fill_null(0.0)
    what = "rank correlation, share of rural children left behind by province"
    note = (
        f"{named.height} provinces named as over 50 or over 40 percent; the others taken as below"
    )
    yield _rank(what, classes, "percent", note, rows[0])


def _rank(what: str, table: pl.DataFrame, model: str, note: str, row: dict[str, object]) -> Check:
    """Spearman's correlation of a column with `census`; at least RANK_LEAST is asked for."""
    found = table.select(pl.corr(model, "census", method="spearman")).item()
    return in_range(
        GROUP,
        what,
        YEAR,
        math.nan if found is None else float(found),
        1.0,
        "correlation",
        RANK_LEAST,
        1.0,
        basis=str(row["basis"]),
        source=str(row["source"]),
        note=note,
    )


def leaders(provinces: pl.DataFrame) -> Check:
    """Three provinces that receive people are not the three with the highest share left behind."""
    three = provinces.sort("percent", descending=True).head(3)["province"].to_list()
    return _assumed(
        "of Guangdong, Shanghai, Jiangsu: how many of the three with the highest share left behind",
        float(len(set(three) & set(NOT_LEADERS))),
        1.0,
        (0.0, 2.0),
        "provinces",
        f"the three: {', '.join(three)}; these receive more people than they send",
    )


def liangshan(prefectures: pl.DataFrame) -> Check:
    """The share left behind in Liangshan over that of the nation's median prefecture."""
    median = prefectures["percent"].median()
    its = prefectures.filter(pl.col("prefecture") == "Liangshan")["percent"]
    known = its.len() == 1 and isinstance(median, float) and median > 0
    ratio = its[0] / median if known else math.nan
    return _assumed(
        "share left behind in Liangshan over that of the median prefecture",
        ratio,
        1.5,
        (1.0, 10.0),
        "ratio",
        "many there lack a parent for other reasons: drugs, HIV, prison, a mother who remarried",
    )


def small_alone_at_night(tallies: Tallies) -> Check:
    """Children of 0 to 2 without an adult on a night, in millions."""
    small = tallies.world.table("children").filter(
        (pl.col("year") == YEAR) & (pl.col("age") <= SMALL)
    )
    nights = pl.col("nights_without_adult").cast(pl.Float64).sum()
    found = float(small.select(nights).collect().item() or 0.0)
    return _assumed(
        f"children of 0-{SMALL} without an adult at night",
        found / WEEK * tallies.world.scale / MILLION,
        0.0,
        (0.0, 0.1),
        "million persons",
        "mean of the week's nights; nobody leaves a child under three alone at night",
    )


def returns(tallies: Tallies) -> Iterator[Check]:
    """Of couples away without their children, how many have a parent home, or both, a year on."""
    couples = tallies.choices.filter(
        (pl.col("year") == YEAR)
        & (pl.col("before") == BOTH_AWAY)
        & (pl.col("household") == "couple with children")
    )
    for what, now, low, high in (("a parent", ONE_HOME, 5.0, 15.0), ("both", HOME, 4.0, 8.0)):
        percent = share(couples, pl.col("now").is_in(now))
        yield _assumed(
            f"couples away without their children: {what} home a year later",
            percent,
            (low + high) / 2.0,
            (low, high),
            "percent",
            READ_RETURNS,
        )


def taken_or_left(tallies: Tallies) -> Check:
    """How the log of migrant children over rural children left behind changed from 2005 to 2010."""
    logs = {}
    for year, name in ((2005, "acwf-2005"), (YEAR, RURAL)):
        moved = counted(tallies, definitions.get("migrant-children"), [year])[year]
        left = counted(tallies, definitions.get(name), [year])[year]
        logs[year] = math.log(moved / left) if moved > 0 and left > 0 else math.nan
    value = {row["id"]: row["value"] for row in published(range(2005, YEAR + 1))}
    then, now = (
        math.log(value[moved_row] / value[definitions.get(name).published[0]])
        for moved_row, name in (("migrant_children_2005", "acwf-2005"), (ROW_2010, RURAL))
    )
    return in_range(
        GROUP,
        "change of ln(migrant children / rural children left behind), 2005 to 2010",
        f"2005-{YEAR}",
        logs[YEAR] - logs[2005],
        now - then,
        "log",
        0.2,
        0.4,
        basis="derived",
        source="ACWF 2008 and 2013; Duan, Lyu, Wang and Guo 2013",
    )


def _assumed(
    what: str, model: float, middle: float, ends: tuple[float, float], unit: str, note: str
) -> Check:
    """A check whose accepted range is an assumption, said in the note."""
    known = {"basis": "assumption", "source": "none: what the sources in words allow", "note": note}
    return in_range(GROUP, what, YEAR, model, middle, unit, *ends, **known)  # type: ignore[arg-type]
