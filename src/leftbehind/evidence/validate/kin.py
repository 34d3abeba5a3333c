"""Children's living kin beside theory from official rates, and beside what little is published."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from leftbehind.counts.tallies import MILLION, Tallies, share, total, un_people
from leftbehind.evidence.validate.check import Check, from_row, published, within
from leftbehind.evidence.validate.kin_theory import CHILD_AGES, FIRST, Rates, expected_kin
from leftbehind.evidence.validate.sibling_theory import OLDEST, ORDERS, Births, expected_siblings
from leftbehind.inputs.parameters import Parameters

GROUP = "kin"
THEORY = "worked out here from UN WPP 2024 rates: validate/kin_theory.py"
SIBLING_THEORY = (
    "worked out here from UN WPP 2024 rates and the run's births by order: "
    "validate/sibling_theory.py"
)
MOTHER_DEAD, FATHER_DEAD = pl.col("mother") == "dead", pl.col("father") == "dead"
ANY_GRANDPARENT = pl.col("grandparents") > 0


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group; kin before about 2000 is partly the founders' and is not judged."""
    parameters = Parameters(tallies.world.manifest["parameters"])
    rates = [Rates(year, parameters) for year in (2000, 2010, 2020) if year in tallies.years]
    for known in rates:
        if known.year >= 2010:
            yield from against_theory(tallies, known)
    for known in rates:
        yield from by_age(tallies, known)
    yield from against_published(tallies)


def against_theory(tallies: Tallies, rates: Rates) -> Iterator[Check]:
    """Orphans and living grandparents of children under 15 beside theory."""
    year, theory = rates.year, expected_kin(rates)
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


def by_age(tallies: Tallies, rates: Rates) -> Iterator[Check]:
    """Living kin of each kind a child by age beside theory; siblings in runs recorded from 1950."""
    year = rates.year
    births = births_by_order(tallies, rates) if tallies.years[0] == FIRST else None
    children = un_people(year, "female") + un_people(year, "male")
    kin = tallies.kin.filter(pl.col("year") == year)
    for low in range(0, CHILD_AGES, 5):
        ages = range(low, low + 5)
        weights = children[low : low + 5] / children[low : low + 5].sum()
        alive = weights @ np.array([rates.kin_alive(age) for age in ages])
        expected = {
            "mothers": (alive[0], 0.03),
            "fathers": (alive[1], 0.03),
            "grandmothers": (alive[2] + alive[4], 0.03),
            "grandfathers": (alive[3] + alive[5], 0.05),
        }
        if births:
            siblings = [expected_siblings(rates, births, age) for age in ages]
            expected["siblings"] = float(weights @ np.array(siblings)), 0.08
        of_age = kin.filter(pl.col("age") == f"{low}-{low + 4}")
        for name, (value, tolerance) in expected.items():
            yield within(
                GROUP,
                f"living {name} of children of {low} to {low + 4}, mean",
                year,
                number_of(of_age, name),
                float(value),
                name,
                tolerance,
                "absolute",
                basis="derived",
                source=SIBLING_THEORY if name == "siblings" else THEORY,
            )


def births_by_order(tallies: Tallies, rates: Rates) -> Births:
    """The UN's births by age, divided by order as the run's."""
    year = rates.year
    number = np.zeros((year - FIRST + 1, OLDEST + 1, ORDERS))
    for row in tallies.orders.filter(pl.col("year") <= year).iter_rows(named=True):
        number[row["year"] - FIRST, row["age"], row["order"] - 1] = row["millions"]
    share = number / np.where(number.sum(axis=2) > 0, number.sum(axis=2), 1.0)[:, :, None]
    return Births(rates.official.births, share)


def number_of(children: pl.DataFrame, kind: str) -> float:
    """Mean number of living kin of a kind a child; a parent who is not recorded does not live."""
    who = {
        "mothers": pl.col("parents").is_in(["mother alive only", "both alive"]),
        "fathers": pl.col("parents").is_in(["father alive only", "both alive"]),
        "grandfathers": pl.col("grandparents") - pl.col("grandmothers"),
    }
    living = children.with_columns(living=who.get(kind, pl.col(kind)).cast(pl.Float64))
    return mean_of(living, "living")


def against_published(tallies: Tallies) -> Iterator[Check]:
    """The published rows on kin: other models of kin, and assumptions; each says so."""
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
    for row in published(years, indicator="living_grandmothers_mean"):
        children = tallies.kin.filter(
            (pl.col("year") == row["year"]) & (pl.col("age") == row["group"])
        )
        number = mean_of(children, "grandmothers")
        yield from_row(GROUP, f"living grandmothers at {row['group']}, mean", row, number)
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
