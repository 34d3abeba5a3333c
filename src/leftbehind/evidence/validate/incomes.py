"""Incomes beside household surveys: rural poverty, town over village, classes, money sent home.

Mean incomes of places are inputs (conditions.py: rural income without what migrants send, urban
income); who is away, what they earn and send, and so how incomes spread, are results. Surveys of
the statistical office count income; studies of classes in purchasing power often count what people
spend, which is about a quarter less.
"""

from collections.abc import Iterator

import polars as pl

from leftbehind.counts.tallies import Tallies, fifth_years, national, share, total
from leftbehind.evidence.validate.check import Check, from_row, published, within
from leftbehind.model.tallies.incomes import BANDS, CLASSES, FIRST_YEAR

GROUP = "incomes"
POOR, _, MIDDLE, _ = CLASSES
IS_MIDDLE = pl.col("class") == MIDDLE
DEFINITIONS = {
    "ppp_2011_10_20_dollars": ("people with 10 to 20 dollars a day", pl.col("band") == BANDS[2]),
    "ppp_2011_10_50_dollars": ("people with 10 to 50 dollars a day", IS_MIDDLE),
}
URBAN = pl.col("hukou") == "non-agricultural"
VILLAGE = pl.col("lives") == "village"
AWAY = pl.col("lives") == "away"


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks of this group."""
    yield from poverty(tallies)
    yield from town_over_village(tallies)
    yield from means(tallies)
    yield from classes(tallies)
    yield from sent_home(tallies)


def mean_income(table: pl.DataFrame) -> float:
    """Mean income a head of a table's rows, yuan of 2010 a year; NaN if it is empty."""
    people = total(table)
    return total(table, "income") / people if people else float("nan")


def poverty(tallies: Tallies) -> Iterator[Check]:
    """Percent of village people below the rural line of 2010."""
    for row in published(tallies.years, indicator="rural_poverty_rate"):
        here = tallies.incomes.filter((pl.col("year") == row["year"]) & VILLAGE)
        yield from_row(
            GROUP,
            "rural people below the poverty line",
            row,
            share(here, pl.col("class") == POOR),
            "model: people at home in villages",
        )


def town_over_village(tallies: Tallies) -> Iterator[Check]:
    """Mean income a head of people with urban hukou over that of rural people at home."""
    for row in published(tallies.years, indicator="urban_rural_income_ratio"):
        here = tallies.incomes.filter(pl.col("year") == row["year"])
        village = mean_income(here.filter(VILLAGE & ~URBAN))
        yield from_row(
            GROUP,
            "urban over rural income a head",
            row,
            mean_income(here.filter(URBAN)) / village,
            "mean incomes are mostly input; model: urban hukou over rural hukou in villages",
        )


def means(tallies: Tallies) -> Iterator[Check]:
    """Mean income a head of rural people at home each fifth year, 10 percent.

    The model's own part is what is lost by those who leave and what they send.
    """
    price = dict(national("cpi").select("year", "value").iter_rows())
    rows = {row["year"]: row for row in national("rural_income").iter_rows(named=True)}
    for year in fifth_years(tallies.years):
        if year < FIRST_YEAR:
            continue
        here = tallies.incomes.filter((pl.col("year") == year) & VILLAGE & ~URBAN)
        row = rows[year]
        yield within(
            GROUP,
            "rural income a head",
            year,
            mean_income(here),
            row["value"] / price[year],
            "yuan of 2010 a year",
            0.10,
            "relative",
            basis=row["basis"],
            source=row["source"],
            held_out=year > 2012,
            note="input less wages of migrants, plus what they send in the "
            "model; model: rural hukou in villages",
        )


def classes(tallies: Tallies) -> Iterator[Check]:
    """Percent of all people in a band of purchasing power."""
    for row in published(tallies.years, indicator="middle_class_share"):
        if row["definition"] not in DEFINITIONS:
            continue
        what, who = DEFINITIONS[row["definition"]]
        here = tallies.incomes.filter(pl.col("year") == row["year"])
        yield from_row(GROUP, what, row, share(here, who))


def sent_home(tallies: Tallies) -> Iterator[Check]:
    """Percent of migrants' pay that is sent home."""
    for row in published(tallies.years, indicator="remittance_share"):
        here = tallies.remittances.filter(pl.col("year") == row["year"])
        sent = 100.0 * total(here, "sent") / total(here, "pay")
        yield from_row(GROUP, "pay sent home", row, sent)


def middle_class(tallies: Tallies) -> dict[int, dict[str, float]]:
    """Percent of people in the middle class (10 to 50 dollars a day) by year, hukou and residence.

    A result: only two of its years have a published counterpart.
    """
    groups = {
        "all": pl.lit(True),
        "urban hukou": URBAN,
        "rural hukou": ~URBAN,
        "in villages": VILLAGE,
        "in towns": pl.col("lives") == "town",
        "away": AWAY,
    }
    out: dict[int, dict[str, float]] = {}
    for (year,), rows in tallies.incomes.group_by("year", maintain_order=True):
        out[int(str(year))] = {
            name: share(rows.filter(who), IS_MIDDLE) for name, who in groups.items()
        }
    return out
