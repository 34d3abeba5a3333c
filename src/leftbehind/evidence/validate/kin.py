"""Children's living kin beside theory from official rates, and beside what little is published."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from leftbehind.counts.tallies import MILLION, Tallies, share, total
from leftbehind.evidence.validate.check import Check, from_row, published, within
from leftbehind.evidence.validate.kin_theory import CHILD_AGES, expected_kin, expected_siblings
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.tables import read_table

GROUP = "kin"
THEORY = "worked out here from UN WPP 2024 rates: validate/kin_theory.py"
MOTHER_DEAD, FATHER_DEAD = pl.col("mother") == "dead", pl.col("father") == "dead"
ANY_GRANDPARENT = pl.col("grandparents") > 0


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group; kin before about 2000 is partly the founders' and is not judged."""
    for year in (2010, 2020):
        if year in tallies.years:
            yield from against_theory(tallies, year)
    yield from siblings(tallies)
    yield from against_published(tallies)


def against_theory(tallies: Tallies, year: int) -> Iterator[Check]:
    """Orphans and living grandparents of children under 15 beside theory."""
    theory = expected_kin(year, Parameters(tallies.world.manifest["parameters"]))
    compare = partial(within, GROUP, basis="derived", source=THEORY)
    children = children_number(tallies, year, CHILD_AGES)
    unknown = children_number(tallies, year, CHILD_AGES, pl.col("father") == "unknown") / children
    for parent, who, expected, note in (
        ("mother", MOTHER_DEAD, theory.mother_dead, ""),
        ("father", FATHER_DEAD, theory.father_dead, f"fathers unknown: {unknown:.1%} of children"),
    ):
        dead = children_number(tallies, year, CHILD_AGES, who)
        yield compare(
            f"children under 15 whose {parent} is dead",
            year,
            100.0 * dead / children,
            100.0 * expected,
            "percent",
            0.20,
            "relative",
            note=note,
        )
    both = children_number(tallies, year, CHILD_AGES, MOTHER_DEAD & FATHER_DEAD)
    yield compare(
        "children under 15 with both parents dead",
        year,
        100.0 * both / children,
        100.0 * theory.both_dead,
        "percent",
        0.02,
        "absolute",
        note="theory lets the two deaths be independent",
    )
    kin = tallies.kin.filter(pl.col("year") == year)
    yield compare(
        "children under 15 with a living grandparent",
        year,
        share(kin, ANY_GRANDPARENT),
        100.0 * theory.any_grandparent,
        "percent",
        2.0,
        "absolute",
    )
    yield compare(
        "living grandparents of children under 15, mean",
        year,
        mean_of(kin, "grandparents"),
        theory.grandparents,
        "grandparents",
        0.05,
        "relative",
    )


def siblings(tallies: Tallies) -> Iterator[Check]:
    """Mean living siblings of children under 15 in 2010 beside births by order, 25 percent."""
    if 2010 not in tallies.years:
        return
    orders = read_table("published").filter(
        (pl.col("indicator") == "births_by_order_share") & pl.col("year").is_in([2000, 2010])
    )
    by_order = [
        orders.filter(pl.col("group").str.starts_with(name))["value"].to_numpy().mean()
        for name in ("first", "second", "third")
    ]
    yield within(
        GROUP,
        "living siblings of children under 15, mean",
        2010,
        mean_of(tallies.kin.filter(pl.col("year") == 2010), "siblings"),
        expected_siblings(np.array(by_order)),
        "siblings",
        0.25,
        "relative",
        basis="derived",
        source="births by order in the censuses of 2000 and 2010 (memory), 4 years between births "
        "(assumption): validate/kin_theory.py",
        note="censuses miss births beyond the rules most, so this figure is rather low",
    )


def against_published(tallies: Tallies) -> Iterator[Check]:
    """The published rows on kin: most are assumptions, and each says so."""
    years = tallies.years
    for row in published(years, indicator="children_with_a_living_grandparent"):
        children = tallies.kin.filter(pl.col("year") == row["year"])
        yield from_row(
            GROUP,
            "children with a living grandparent",
            row,
            share(children, ANY_GRANDPARENT),
            "model: under 15",
        )
    for row in published(years, indicator="mean_siblings"):
        children = tallies.kin.filter(pl.col("year") == row["year"])
        yield from_row(
            GROUP,
            "mean siblings",
            row,
            mean_of(children, "siblings"),
            "model: living siblings of all children under 15, rural or not",
        )
    for row in published(years, indicator="children_with_a_parent_dead"):
        dead = children_number(tallies, row["year"], 18, MOTHER_DEAD | FATHER_DEAD)
        percent = 100.0 * dead / children_number(tallies, row["year"], 18)
        yield from_row(GROUP, "children under 18 with a parent dead", row, percent)
    for row in published(years, indicator="orphans"):
        yield from_row(
            GROUP,
            "orphans under 18 (both parents dead)",
            row,
            children_number(tallies, row["year"], 18, MOTHER_DEAD & FATHER_DEAD),
            "the register also holds abandoned children, whom the model does not have",
        )


def children_number(tallies: Tallies, year: int, under: int, *who: pl.Expr) -> float:
    """Millions of children under an age of whom all of `who` is true."""
    table = tallies.world.table("children").filter(
        pl.col("year") == year, pl.col("age") < under, *who
    )
    number = table.select(pl.col("number").cast(pl.Float64).sum()).collect().item()
    return float(number) * tallies.world.scale / MILLION


def mean_of(children: pl.DataFrame, column: str) -> float:
    """Mean of a column over children."""
    return float((children[column] * children["millions"]).sum()) / total(children)
