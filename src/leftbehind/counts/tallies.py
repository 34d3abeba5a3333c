"""A run's tables brought to the shapes that checks need: millions of people by year and age."""

from functools import cached_property

import numpy as np
import polars as pl

from leftbehind.base.person import ABROAD_CODE, ABROAD_NAME
from leftbehind.counts.world import World
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.tables import read_table
from leftbehind.model.tallies.migrants import MONTHS

MILLION = 1e6
GROUPS = tuple(range(0, 101, 5))  # first ages of five-year groups; the last is open
SEXES = ("female", "male")
LONG = MONTHS[1]


class Tallies:
    """The tables of a world, each read and summed at its first use.

    Counts are millions of real people at the year's end.

    A person's age is the age reached in the calendar year. The figures are the run's own counts
    times its scale; nothing is fitted to a published total.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.years = world.years()

    def parameter(self, name: str, year: int) -> float:
        """The run's value of a parameter in a year."""
        return float(Parameters(self.world.manifest["parameters"]).in_year(year)[name][0])

    @cached_property
    def people(self) -> pl.DataFrame:
        """By year, province of home, age (first of its group), sex, hukou, lives: millions."""
        keys = ("year", "age", "province", "sex", "hukou", "lives")
        millions = self._millions("number").alias("millions")
        return _summed(self.world.table("people"), keys, millions, age=_first_age())

    @cached_property
    def events(self) -> pl.DataFrame:
        """Births and deaths by year, province of home, event, sex and age reached: millions.

        The age is the mother's at a birth (the sex is the child's), or that of who died.
        """
        keys = ("year", "age", "province", "event", "sex")
        millions = self._millions("number").alias("millions")
        return _summed(self.world.table("events"), keys, millions, age=pl.col("age").cast(pl.Int64))

    @cached_property
    def flows(self) -> pl.DataFrame:
        """Millions away by year, province of home, of work (or abroad): adults (16+), children."""
        names = dict(read_table("provinces").select("code", "name").iter_rows())
        names[ABROAD_CODE // 10_000] = ABROAD_NAME
        ends = {
            end: pl.col(end).replace_strict(names, return_dtype=pl.String)
            for end in ("origin", "destination")
        }
        table = self.world.table("flows").with_columns(pl.col(*ends) // 10000)
        sums = self._millions("adults"), self._millions("children")
        return _summed(table, ("year", *ends), *sums, **ends)

    @cached_property
    def moved_in_five_years(self) -> pl.DataFrame:
        """Millions of 5 and over who live in another province than five years before.

        By year (those that five divides), province then (`origin`) and now (`destination`).
        """
        ends = {"lived_in": "origin", "lives_in": "destination"}
        table = self.world.table("moves").rename(ends)
        people = self._millions("number").alias("people")
        return _summed(table, ("year", *ends.values()), people)

    @cached_property
    def migrants(self) -> pl.DataFrame:
        """Rural adults who work away six months or more of the year, not at school: millions.

        By year, province of home, age (first of its group), sex, union, form (is the family away
        too), where: see model/tallies/migrants.py.
        """
        keys = ("year", "age", "province", "sex", "union", "form", "where")
        table = self.world.table("migrants").filter(pl.col("months") == LONG)
        millions = self._millions("number").alias("millions")
        return _summed(table, keys, millions, age=_first_age())

    @cached_property
    def local(self) -> pl.DataFrame:
        """Rural adults at home (millions) by year, province, work: see model/tallies/local.py."""
        millions = self._millions("number").alias("millions")
        return _summed(self.world.table("local"), ("year", "province", "work"), millions)

    @cached_property
    def choices(self) -> pl.DataFrame:
        """Rural households (millions) by year, kind, last year's choice and this year's."""
        keys = ("year", "household", "before", "now")
        millions = self._millions("households").alias("millions")
        return _summed(self.world.table("choices"), keys, millions)

    @cached_property
    def kin(self) -> pl.DataFrame:
        """Children under 15 (millions) by year, age group, kin: see model/tallies/kin_table.py."""
        keys = ("year", "age", "parents", "grandparents", "grandmothers", "siblings")
        millions = self._millions("number").alias("millions")
        return _summed(self.world.table("kin"), keys, millions)

    @cached_property
    def orders(self) -> pl.DataFrame:
        """Births (millions) by year, mother's age and order of the child: measure/orders.py."""
        millions = self._millions("number").alias("millions")
        return _summed(self.world.table("orders"), ("year", "age", "order"), millions)

    @cached_property
    def incomes(self) -> pl.DataFrame:
        """People by year, province of home, hukou, lives, class, band: millions, and their income.

        `income` is the sum of incomes a head in million yuan of 2010 a year.
        """
        keys = ("year", "province", "hukou", "lives", "class", "band")
        sums = self._millions("people").alias("millions"), self._millions("income")
        return _summed(self.world.table("incomes"), keys, *sums)

    @cached_property
    def remittances(self) -> pl.DataFrame:
        """Rural households away (millions), pay and money sent home (million yuan of 2010 a year).

        By year, province of home and form of absence: see processes/remittance.py.
        """
        sums = map(self._millions, ("households", "pay", "sent"))
        return _summed(self.world.table("remittances"), ("year", "province", "form"), *sums)

    def _millions(self, column: str) -> pl.Expr:
        return pl.col(column).cast(pl.Float64).sum() * (self.world.scale / MILLION)


def _summed(
    table: pl.LazyFrame, keys: tuple[str, ...], *sums: pl.Expr, **columns: pl.Expr
) -> pl.DataFrame:
    """`sums` by `keys`, sorted by them; then `columns` take the place of keys, labels as strings.

    Labels are turned to strings after the sum, which is ten times faster than before it.
    """
    year = pl.col("year").cast(pl.Int64)
    labels = pl.col(pl.Categorical).cast(pl.String)
    return (
        table.group_by(keys)
        .agg(*sums)
        .with_columns(year, **columns)
        .with_columns(labels)
        .sort(keys)
        .collect()
    )


def _first_age() -> pl.Expr:
    """The first age of a group's label ("7", "18-19", "100+")."""
    return pl.col("age").cast(pl.String).str.extract(r"^(\d+)").cast(pl.Int64)


def total(table: pl.DataFrame, column: str = "millions") -> float:
    """Sum of a column; 0 if the table is empty."""
    return float(table[column].sum())


def share(table: pl.DataFrame, who: pl.Expr, column: str = "millions") -> float:
    """Percent of a table's `column` held by the rows `who`; NaN if the table is empty."""
    everybody = total(table, column)
    return 100.0 * total(table.filter(who), column) / everybody if everybody else float("nan")


def by_age(table: pl.DataFrame, lows: tuple[int, ...] = GROUPS) -> np.ndarray:
    """Millions by age group; `lows` are the groups' first ages, the last group is open.

    Ages below the first group are left out.
    """
    table = table.filter(pl.col("age") >= lows[0])
    out = np.zeros(len(lows))
    where = np.searchsorted(lows, table["age"].to_numpy(), side="right") - 1
    np.add.at(out, where, table["millions"].to_numpy())
    return out


def fifth_years(years: range, last: int = 2020) -> list[int]:
    """The years that five divides, up to `last` (later UN figures are projections)."""
    return [year for year in years if year % 5 == 0 and year <= last]


def un_indicator(indicator: str) -> dict[int, float]:
    """A national yearly series of UN WPP 2024 by year, in the table's unit."""
    table = read_table("un_indicators").filter(pl.col("indicator") == indicator)
    return dict(table.select("year", "value").iter_rows())


def un_people(year: int, sex: str) -> np.ndarray:
    """UN people by age 0-100 on 1 July of `year` (a fifth year), in millions."""
    table = read_table("un_population").filter(
        (pl.col("year") == year) & (pl.col("moment") == "1 July") & (pl.col("sex") == sex)
    )
    ages: np.ndarray = table.sort("age")["value"].to_numpy() / 1000.0
    return ages


def national(indicator: str) -> pl.DataFrame:
    """Rows of national_series.csv of one indicator, in order of year."""
    return read_table("national_series").filter(pl.col("indicator") == indicator).sort("year")


def province_values(indicator: str, year: int) -> pl.DataFrame:
    """Rows of province_series.csv of one indicator and year: province, value, basis, source."""
    return read_table("province_series").filter(
        (pl.col("indicator") == indicator) & (pl.col("year") == year)
    )
