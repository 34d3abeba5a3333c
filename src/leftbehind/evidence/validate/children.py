"""Left-behind children by each official definition, beside the figure its agency published.

All definitions are counted on the same simulated children and no count is rescaled. Figures kept
from the developers' fitting (`use` other than `calibrate` in published.csv) are marked held out.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import polars as pl

from leftbehind.counts import definitions, official
from leftbehind.counts.definitions import Definition
from leftbehind.counts.tallies import MILLION, Tallies, share, total
from leftbehind.evidence.validate.check import READINGS, Check, from_row, published
from leftbehind.inputs.places import three_regions

COUNTS = "children by official definition"
GROUP = "left-behind children: ages, parents, carers, places"
ACWF, MCA = "acwf", "ministry_civil_affairs"
# Published rows of an agency and year that split a definition's children further.
SPLIT = {
    (ACWF, 2005): "acwf-2005",
    (ACWF, 2010): "acwf-2010",
    (MCA, 2016): "mca-2016",
    (MCA, 2018): "mca-2018",
}
GRANDPARENTS = ("grandparent in the home", "grandparent a walk away")
NO_ADULT = ("older sibling", "alone")
# The ministry's four groups add to all its children, so the one whose other parent is at home but
# unable is read as the group in the care of a parent.
CARERS = {
    "grandparents": GRANDPARENTS,
    "relatives or friends": ("other relative", "neighbour"),
    "no guardian": NO_ADULT,
    "one parent away, the other unable": ("parent",),
}
IN_A_VILLAGE, BOARDS = pl.col("residence") == "village", pl.col("boards") == "yes"
SCHOOLS = {
    "compulsory school": ("primary", "junior"),
    "primary school": ("primary",),
    "junior school": ("junior",),
}
ASSUMED_REGISTER = "an assumption about how registers are kept, beside the words"
ASSUMED_CARE = "who cares is the model's assumption"
IN_THE_CITY = ("city with a parent", "city on one's own")
ALL_CHILDREN = Definition.model_validate({"name": "all-children"})
MIGRANT_PUPILS = Definition.model_validate(
    {
        "name": "migrant-pupils",
        "residence": IN_THE_CITY,
        "hukou": ("agricultural",),
        "stages": ("primary", "junior"),
    }
)


def checks(tallies: Tallies) -> Iterator[Check]:
    """All checks on children: the counts first."""
    yield from counts(tallies)
    yield from readings(tallies)
    children = SplitChildren(tallies)
    yield from shares_of_children(tallies, children)
    yield from parents_away(children)
    yield from ages_and_sex(children)
    yield from carers(children)
    yield from places(children)
    yield from schools(tallies)


def counts(tallies: Tallies) -> Iterator[Check]:
    """The children that each definition counts, in each year with a published figure."""
    years = tallies.years
    for name, listed in published_counts(years).items():
        yield from beside(tallies, name, definitions.get(name), listed)
    rows = published(years, indicator="migrant_pupils")
    yield from beside(tallies, "pupils who moved with rural parents", MIGRANT_PUPILS, rows)
    rows = published(years, indicator="both_away_under_16")
    both = definitions.get("acwf-2010").model_copy(update={"age": (0, 15), "away": "both"})
    yield from beside(tallies, "acwf-2010 under 16, both parents away", both, rows)
    rows = published(years, definition="floating_0_17_rural_hukou")
    rural = definitions.get("migrant-children").model_copy(update={"hukou": ("agricultural",)})
    yield from beside(tallies, "migrant children of rural hukou", rural, rows)
    rows = published(years, indicator="children", definition="residents_0_17")
    yield from beside(tallies, "all children under 18", ALL_CHILDREN, rows)


def readings(tallies: Tallies) -> Iterator[Check]:
    """Each definition that reads a register otherwise than its words, beside the same figures.

    The counts, and the shares of regions and provinces.
    """
    for name in definitions.names():
        definition = definitions.get(name)
        if definition.reading_of:
            rows = published_of(definition, tallies.years)
            yield from beside(tallies, name, definition, rows, READINGS, ASSUMED_REGISTER)
            yield from shares_of_places(tallies, definition)


def shares_of_places(tallies: Tallies, reading: Definition) -> Iterator[Check]:
    """Shares of regions and provinces among the children of a second reading."""
    for indicator in ("left_behind_region_share", "left_behind_province_share"):
        for row in published(tallies.years, indicator=indicator):
            if SPLIT.get((row["definition"], row["year"])) == reading.reading_of:
                table = tallies.world.left_behind(reading, "province", row["year"])
                percent = share(table, pl.col("province").is_in(provinces_of(row)), "number")
                yield from_row(READINGS, f"{reading.name}, in", row, percent, ASSUMED_REGISTER)


def beside(
    tallies: Tallies,
    what: str,
    definition: Definition,
    rows: Iterable[dict[str, Any]],
    group: str = COUNTS,
    note: str = "",
) -> Iterator[Check]:
    """The children whom `definition` counts, beside each of these published `rows`."""
    listed = list(rows)
    number = counted(tallies, definition, [row["year"] for row in listed])
    for row in listed:
        yield from_row(group, what, row, number[row["year"]], note)


def published_counts(years: range) -> dict[str, list[dict[str, Any]]]:
    """Rows of published.csv by the definition whose count they are by its words."""
    chosen = [definitions.get(name) for name in definitions.names()]
    found = {d.name: published_of(d, years) for d in chosen if not d.reading_of}
    return {name: rows for name, rows in found.items() if rows}


def published_of(definition: Definition, years: range) -> list[dict[str, Any]]:
    """Rows of published.csv that are a definition's count in a run's `years`, in their order."""
    rows = official.published(definition).filter(pl.col("year").is_in(list(years)))
    return rows.to_dicts()


def counted(tallies: Tallies, definition: Definition, years: list[int]) -> dict[int, float]:
    """Millions of children that a definition counts, by year."""
    if not years:
        return {}
    table = tallies.world.left_behind(definition, years=sorted(set(years)))
    return {year: number / MILLION for year, number in table.select("year", "number").iter_rows()}


class SplitChildren:
    """The children of the definitions in `SPLIT`, by province, age, sex, parents away and care."""

    def __init__(self, tallies: Tallies) -> None:
        self.years = tallies.years
        self._world = tallies.world

    @cached_property
    def tables(self) -> dict[tuple[str, int], pl.DataFrame]:
        """One table an agency and year: the columns split by, and millions of children."""
        by = ("province", "age", "sex", "away", "arrangement")
        return {
            (agency, year): self._world.left_behind(name, by, year).with_columns(
                millions=pl.col("number") / MILLION
            )
            for (agency, year), name in SPLIT.items()
            if year in self.years
        }

    def rows(self, indicator: str) -> Iterator[tuple[dict[str, Any], pl.DataFrame]]:
        """Published rows of an indicator that split a definition, each with those children."""
        for row in published(self.years, indicator=indicator):
            table = self.tables.get((row["definition"], row["year"]))
            if table is not None:
                yield row, table


def shares_of_children(tallies: Tallies, children: SplitChildren) -> Iterator[Check]:
    """Left-behind children among rural children and among all; and with migrant children."""
    for row, _ in children.rows("left_behind_share_of_rural_children"):
        name = SPLIT[row["definition"], row["year"]]
        percent = 100.0 * tallies.world.left_behind(name, years=row["year"])["share"][0]
        yield from_row(
            GROUP,
            "left behind, of rural children",
            row,
            percent,
            "model: of children who live in villages",
        )
    for row, table in children.rows("left_behind_share_of_all_children"):
        who = (pl.col("year") == row["year"]) & (pl.col("age") < 18)
        percent = 100.0 * total(table) / total(tallies.people.filter(who))
        yield from_row(GROUP, "left behind, of all children", row, percent)
    for row, table in children.rows("left_behind_plus_migrant_children"):
        moved = counted(tallies, definitions.get("migrant-children"), [row["year"]])
        yield from_row(
            GROUP, "left-behind and migrant children", row, total(table) + moved[row["year"]]
        )


def parents_away(children: SplitChildren) -> Iterator[Check]:
    """Who is away: both parents, the father only, the mother only."""
    for indicator, who in (
        ("both_parents_away_share", "both"),
        ("father_only_away_share", "father only"),
        ("mother_only_away_share", "mother only"),
    ):
        for row, table in children.rows(indicator):
            percent = share(table, pl.col("away") == who)
            yield from_row(GROUP, f"of the left behind, away: {who}", row, percent)


def ages_and_sex(children: SplitChildren) -> Iterator[Check]:
    """Ages and sex of the left behind, as shares and as millions."""
    for row, table in children.rows("left_behind_age_share"):
        percent = share(table, ages_of(row["group"]))
        yield from_row(
            GROUP,
            f"of the left behind, {row['group']}",
            row,
            percent,
            "definition ends at 15" if row["definition"] == MCA else "",
        )
    for row, table in children.rows("left_behind_children"):
        if re.fullmatch(r"rural \d+-\d+", row["group"]) and row["group"] != "rural 0-17":
            number = total(table.filter(ages_of(row["group"])))
            yield from_row(GROUP, f"left behind, {row['group']}", row, number)
    for row, table in children.rows("left_behind_boys_share"):
        percent = share(table, pl.col("sex") == "male")
        yield from_row(GROUP, "of the left behind, boys", row, percent)


def ages_of(text: str) -> pl.Expr:
    """The ages of a group such as "age 6-11" or "rural 6-11", both included."""
    first, last = (int(number) for number in re.findall(r"\d+", text))
    return pl.col("age").is_between(first, last)


def carers(children: SplitChildren) -> Iterator[Check]:
    """With whom the left behind live."""
    both = pl.col("away") == "both"
    for indicator, who in (
        ("living_with_grandparents_only_share", both & pl.col("arrangement").is_in(GRANDPARENTS)),
        (
            "living_with_others_share",
            both & pl.col("arrangement").is_in(["other relative", "neighbour"]),
        ),
        ("living_alone_share", pl.col("arrangement").is_in(NO_ADULT)),
    ):
        for row, table in children.rows(indicator):
            what = indicator.removesuffix("_share").replace("_", " ")
            percent = share(table, who)
            yield from_row(GROUP, f"of the left behind, {what}", row, percent, ASSUMED_CARE)
    for row, table in children.rows("carer_share"):
        who = pl.col("arrangement").is_in(CARERS[row["group"]])
        yield from_row(GROUP, f"in care of: {row['group']}", row, share(table, who), ASSUMED_CARE)


def places(children: SplitChildren) -> Iterator[Check]:
    """Provinces and regions of the left behind; the ministry's fall from 2016 to 2018."""
    for indicator in ("left_behind_province_share", "left_behind_region_share"):
        for row, table in children.rows(indicator):
            percent = share(table, pl.col("province").is_in(provinces_of(row)))
            yield from_row(GROUP, "of the left behind, in", row, percent)
    for row, table in children.rows("left_behind_children"):
        if row["place"] != "china":
            number = total(table.filter(pl.col("province") == row["place"]))
            yield from_row(GROUP, "left behind, in", row, number)
    for row, table in children.rows("left_behind_province_rank"):
        yield from_row(GROUP, "rank by number of left behind", row, rank(table, row["place"]))
    for row, table in children.rows("left_behind_change_2016_2018"):
        before = children.tables.get((MCA, 2016))
        if before is not None:
            change = 100.0 * (total(table) / total(before) - 1.0)
            yield from_row(GROUP, "change from 2016 to 2018", row, change)


def provinces_of(row: dict[str, Any]) -> list[str]:
    """The provinces of a published row's place: those listed, or those of its region of three."""
    region, place = three_regions(), row["place"]
    of_region = [name for name, where in region.items() if where == place]
    return of_region or place.split(", ")


def rank(table: pl.DataFrame, province: str) -> float:
    """Position of a province by number of children, 1 the largest."""
    by_province = table.group_by("province").agg(pl.col("millions").sum())
    own = total(by_province.filter(pl.col("province") == province))
    return float(by_province.filter(pl.col("millions") > own).height + 1)


def schools(tallies: Tallies) -> Iterator[Check]:
    """Pupils of compulsory age by the place of their school: village, or town and city."""
    for row in published(tallies.years, indicator="pupils_in_town_or_city_schools_share"):
        pupils = pupils_of(tallies, SCHOOLS[row["group"]], row["year"])
        percent = 100.0 - share(pupils, IN_A_VILLAGE)
        note = boarders_too(100.0 - share(pupils, IN_A_VILLAGE & ~BOARDS), "percent")
        yield from_row(GROUP, f"in town and city, {row['group']}", row, percent, note)
    for row in published(tallies.years, indicator="pupils_by_place_of_school"):
        if row["group"] == "compulsory school, village":
            pupils = pupils_of(tallies, SCHOOLS["compulsory school"], row["year"])
            note = boarders_too(total(pupils.filter(IN_A_VILLAGE & ~BOARDS)), "million")
            number = total(pupils.filter(IN_A_VILLAGE))
            yield from_row(GROUP, "pupils of village schools", row, number, note)


def boarders_too(figure: float, unit: str) -> str:
    """What the two sides mean, and the figure of the model if who boards is at school in a town."""
    return (
        "model: where pupils live, all hukou types; with village pupils who board at school in "
        f"a town {figure:.1f} {unit}"
    )


def pupils_of(tallies: Tallies, stages: tuple[str, ...], year: int) -> pl.DataFrame:
    """Pupils of some stages in China: millions by residence and boards."""
    table = tallies.world.table("children").filter(
        (pl.col("year") == year) & pl.col("stage").is_in(stages) & (pl.col("residence") != "abroad")
    )
    millions = pl.col("number").cast(pl.Float64).sum() * (tallies.world.scale / MILLION)
    return table.group_by("residence", "boards").agg(millions=millions).collect()
