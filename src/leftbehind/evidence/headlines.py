"""The figures of the model that are kept in git, one row a line, and the page made of them.

    python -m leftbehind.evidence.headlines RUN ROOT

writes ROOT/docs/headlines.csv and ROOT/docs/EVIDENCE.md from a run at 1:1,000, and the table of
results in ROOT/README.md (`make headlines` does all of it). All other results are built, not kept.

A row says how far a coarse run (1:10,000, as the tests have) may lie from it by luck: `within`, in
its unit. A number of people has the standard error of a count of independent people times
`CLUSTERED`, as families move together (1.0 to 1.5 over six seeds at 1:20,000), and four of them are
allowed; shares and means have tolerances of their own in `OTHERS`, about four standard deviations
over the same seeds. Where a coarse world is known to differ by more than luck, because its marriage
markets run thin and the single leave, that is added: `THIN`.
"""

import csv
import io
import math
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.markdown import figure, render, table
from leftbehind.base.store import write_text
from leftbehind.counts import definitions
from leftbehind.counts.reconciliation import reconcile
from leftbehind.counts.tallies import MILLION, Tallies, national, share
from leftbehind.counts.world import World
from leftbehind.ensembles import draws
from leftbehind.evidence import validate
from leftbehind.evidence.validate.check import Check, by_group
from leftbehind.evidence.validate.page import accepted, describe, misses, run_facts, tally_line
from leftbehind.evidence.validate.prediction import LAST_FITTED
from leftbehind.inputs.tables import data_folder

SCALE, COARSE = 1_000, 10_000  # of the run they are taken from; of that which a test compares
CLUSTERED, ALLOWED = 1.5, 4.0  # standard errors
THIN = 0.05  # share of those away that thin markets may add at `COARSE`
DIGITS = 3
FILE, PAGE, README = Path("docs/headlines.csv"), Path("docs/EVIDENCE.md"), Path("README.md")
BLOCK = re.compile(r"(?<=<!-- headlines -->\n).*?(?=<!-- end of headlines -->)", re.DOTALL)
MISSES = 15  # shown
WALK = "nbs-unicef-2020-all", "mca-2018", 2018

# Comparisons of `validate` of whole China, by the start of their id: what, years, and how far luck
# may move them (their unit; None: as a number of people).
OTHERS: dict[str, tuple[str, tuple[str, ...], float | None]] = {
    "pupils-who-moved": ("pupils who moved with rural parents", ("2010", "2015", "2020"), None),
    "both-away-under-16": ("acwf-2010 under 16, both parents away", ("2010",), None),
    "migrant-children-rural": ("migrant children of rural hukou", ("2010",), None),
    "children": ("all children under 18", ("2020",), None),
    "workers": ("workers who left their township", ("2010", "2020"), None),
    "away": ("people away from their registration", ("2010", "2020"), None),
    "away-far": ("people away from their registration, in another province", ("2020",), None),
    "workers-far": ("away outside the province", ("2010",), 3.0),
    "workers-whole-family": ("whole family left, of those who left", ("2010",), 4.0),
    "workers-women": ("women among workers away", ("2015",), 4.0),
    "workers-married": ("workers away: married", ("2009",), 6.0),
    "flows": ("log correlation, residence five years before and now, sample", ("2010",), 0.15),
    "both-away": ("of the left behind, away: both", ("2010",), 4.0),
    "care-grandparents": ("of the left behind, living with grandparents only", ("2010",), 4.0),
    "care-nobody": ("of the left behind, living alone", ("2010",), 1.2),
    "urban": ("urban share", ("2020",), 1.0),
    "children-in-villages": ("living in villages, of people aged 0-17", ("2020",), 2.0),
    "poverty": ("rural people below the poverty line", ("2010",), 1.5),
    "sent-home": ("pay sent home", ("2008",), 1.5),
    "population": ("population", ("1950", "1980", "2000", "2020"), None),
    "births": ("births", ("2010-2019",), None),
    "deaths": ("deaths", ("2010-2019",), None),
    "fertility": ("total fertility", ("2020",), 0.12),
    "life": ("life expectancy, both sexes", ("1980", "2020"), 1.2),
    "grandparents": ("living grandparents of children under 15, mean", ("2010",), 0.06),
}
AWAY = ("workers-2", "away")  # ids of numbers that `THIN` touches


@dataclass(frozen=True)
class Headline:
    """One figure: the model's `value` at 1:1,000, the published one if any, what luck may do."""

    id: str
    year: str
    what: str
    unit: str
    value: float
    published: float | None
    within: float


def headlines(world: World, checks: list[Check] | None = None) -> list[Headline]:
    """The figures of a run that begins in 1950: counts of children first, then `OTHERS`."""
    by_name = {(c.what, c.year): c for c in checks or validate.checks(world) if c.place == "china"}
    defined = [c for c in by_name.values() if c.what in definitions.names()]
    found = [_of_check(f"{c.what}-{c.year}", c, None) for c in defined]
    for start, (what, years, tolerance) in OTHERS.items():
        found += [_of_check(f"{start}-{y}", by_name[what, y], tolerance) for y in years]
    return [*found, *(make(Tallies(world)) for make in WITHOUT_CHECK)]


def _of_check(name: str, check: Check, tolerance: float | None) -> Headline:
    if tolerance is None:
        tolerance = ALLOWED * CLUSTERED * math.sqrt(check.model * COARSE / MILLION)
        tolerance += THIN * check.model if name.startswith(AWAY) else 0.0
    return Headline(
        name, check.year, check.what, check.unit, check.model, check.published, tolerance
    )


def _hukou(tallies: Tallies) -> Headline:
    here = tallies.people.filter(pl.col("year") == 2020)
    held = national("nonagricultural_hukou_share").filter(pl.col("year") == 2020)["value"][0]
    percent = share(here, pl.col("hukou") == "non-agricultural")
    what = "people with non-agricultural hukou"
    return Headline("hukou-2020", "2020", what, "percent", percent, 100.0 * held, 1.5)


def _schooling(tallies: Tallies) -> Headline:
    rows = tallies.world.table("children").filter(
        pl.col("year") == 2020, pl.col("age").is_between(15, 17)
    )
    number = pl.col("number").cast(pl.Float64)
    at = rows.select(number.filter(pl.col("stage") != "none").sum() / number.sum()).collect().item()
    what = "people aged 15-17 at school"
    return Headline("schooling-2020", "2020", what, "percent", 100.0 * at, None, 3.0)


def _hours(tallies: Tallies) -> Headline:
    row = tallies.world.left_behind("nbs-unicef-2015-rural", years=2015)
    hours = float(row["assumed_unsupervised_hours"][0])
    what = "hours without an adult, nbs-unicef-2015-rural (assumed)"
    return Headline("hours-2015", "2015", what, "hours a week", hours, None, 1.5)


WITHOUT_CHECK: tuple[Callable[[Tallies], Headline], ...] = (_hukou, _schooling, _hours)


def rounded(found: Iterable[Headline]) -> list[Headline]:
    """The figures as they are kept: values with three digits that matter."""
    return [
        Headline(
            h.id,
            h.year,
            h.what,
            h.unit,
            _digits(h.value, DIGITS),
            None if h.published is None else _digits(h.published, DIGITS + 1),
            _digits(h.within, 2),
        )
        for h in found
    ]


def _digits(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def as_csv(found: list[Headline]) -> str:
    """The text of headlines.csv."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([field.name for field in fields(Headline)])
    rows.writerows(["" if v is None else _plain(v) for v in astuple(h)] for h in found)
    return text.getvalue()


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def read(path: Path) -> list[Headline]:
    """The figures of a file written by `as_csv`."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Headline(
                row["id"],
                row["year"],
                row["what"],
                row["unit"],
                float(row["value"]),
                float(row["published"]) if row["published"] else None,
                float(row["within"]),
            )
            for row in csv.DictReader(file)
        ]


def evidence(world: World, checks: list[Check], found: list[Headline]) -> str:
    """The page EVIDENCE.md of a run, its comparisons and its headlines."""
    groups = by_group(checks, lambda check: check)
    walk = reconcile(world, *WALK)
    return render(
        __package__,
        "evidence.md.j2",
        described=describe(run_facts(world.manifest)),
        tally=tally_line(checks),
        groups=table(GROUPS, (_group_row(name, members) for name, members in groups.items())),
        misses=table(MISSED, map(_miss_row, _largest(checks))),
        number_missed=len(misses(checks)),
        headlines=headline_table(found),
        walk=WALK,
        steps=table(STEPS, map(_step_row, walk.to_dicts())),
        calibration=draws.check(data_folder()),
        last=LAST_FITTED,
        coarse=COARSE,
    )


GROUPS = ("group", "compared", "met", f"held out, after {LAST_FITTED}", "met")
MISSED = ("what", "year", "place", "model", "published", "accepted", "unit", "times")
KEPT = ("figure", "unit", "year: model (published)")
STEPS = ("clause", "from", "to", "adds, million", "then, million")


def headline_table(found: Iterable[Headline]) -> str:
    """The figures as a table in Markdown: a line a figure, with all its years."""
    lines: dict[tuple[str, str], list[str]] = {}
    for h in found:
        published = "" if h.published is None else f" ({_plain(h.published)})"
        lines.setdefault((h.what, h.unit), []).append(f"{h.year}: {_plain(h.value)}{published}")
    return table(KEPT, ((*of, "; ".join(years)) for of, years in lines.items()))


def _group_row(name: str, members: list[Check]) -> tuple[object, ...]:
    later = [c for c in members if c.held_out and int(c.year.split("-")[-1]) > LAST_FITTED]
    return name, len(members), sum(c.met for c in members), len(later), sum(c.met for c in later)


def _largest(checks: list[Check]) -> list[Check]:
    """The largest misses of whole China, each figure once, in its worst year."""
    worst: dict[str, Check] = {}
    for check in misses(checks):
        if check.place == "china":
            worst.setdefault(check.what, check)
    return list(worst.values())[:MISSES]


def _miss_row(c: Check) -> tuple[str, ...]:
    sizes = figure(c.model), figure(c.published), accepted(c), c.unit, figure(c.miss)
    return (c.what, c.year, c.place, *sizes)


def _step_row(step: dict[str, object]) -> tuple[object, ...]:
    change, number = (f"{float(str(step[n])) / MILLION:.3g}" for n in ("change", "number"))
    if step["clause"] == "start":
        return "", step["before"], "", "", number
    return step["clause"], step["before"], step["after"], change, number


IN_README = (
    "acwf-2005-2005",
    "acwf-2010-2010",
    "nbs-unicef-2015-rural-2015",
    "nbs-unicef-2015-all-2015",
    "mca-2016-2016",
    "nbs-unicef-2020-all-2020",
    "moe-pupils-2020",
    "migrant-children-2020",
)


def in_readme(text: str, found: list[Headline]) -> str:
    """The README with the table of results made of the headlines; InputError without its place."""
    if not BLOCK.search(text):
        raise InputError("README.md: no place for the results, <!-- headlines --> to its end")
    by_id = {h.id: h for h in found}
    rows = []
    for h in (by_id[name] for name in IN_README):
        assert h.published is not None
        rows.append((f"`{h.what}`", h.year, *map(_plain, (h.value, h.published)), _ratio(h)))
    head = ("definition", "year", "simulated, million", "published", "ratio")
    return BLOCK.sub(f"\n{table(head, rows)}\n\n", text)


def _ratio(headline: Headline) -> str:
    return f"{headline.value / (headline.published or math.nan):.2f}"


def write(world: World, root: Path) -> list[Path]:
    """Write all of it into the clone at `root`; the files. InputError for a run that is not it."""
    settings = world.manifest
    changed = settings["scenario"].get("change") or settings["population"]
    if world.scale != SCALE or changed or (world.years()[0], world.years()[-1]) != (1950, 2020):
        raise InputError(f"{world.folder}: not a baseline of 1950 to 2020 at 1:{SCALE}")
    readme = (root / README).read_text(encoding="utf-8")
    checks = validate.checks(world)
    found = rounded(headlines(world, checks))
    write_text(root / README, in_readme(readme, found))
    write_text(root / PAGE, evidence(world, checks, found))
    write_text(root / FILE, as_csv(found))
    return [root / name for name in (README, PAGE, FILE)]


def main(arguments: list[str]) -> int:
    """Exit status: 2 where the run cannot be used."""
    try:
        if len(arguments) != 2:
            raise InputError(
                "give a run and a clone: python -m leftbehind.evidence.headlines RUN ."
            )
        for path in write(World(Path(arguments[0])), Path(arguments[1])):
            print(path)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
