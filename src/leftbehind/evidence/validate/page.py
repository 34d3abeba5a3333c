"""The page of all checks, docs/VALIDATION.md, and the same for machines, validation.json."""

import json
import math
from collections.abc import Iterable
from typing import Any

import polars as pl

from leftbehind.base.markdown import table
from leftbehind.evidence.validate.check import Check, plain
from leftbehind.evidence.validate.children import COUNTS
from leftbehind.evidence.validate.own_start import in_words
from leftbehind.inputs.parameters import parameter_table

Returns = dict[int, dict[str, float]]

COMPARED = ("what", "year", "place", "model", "published", "unit", "accepted")
KNOWN = ("basis", "held out", "note")
HEAD = (*COMPARED, "met", *KNOWN)
MISS_HEAD = (*COMPARED, "times", *KNOWN)

HOW_TO_READ = """\
- **Counts are results**: simulated people times the scale. Only births and deaths (and each
  province's share of hukou types) are aligned to official totals, and the people of 1950 are placed
  where their descendants are registered in 2010; migrants and left-behind children are never
  rescaled.
- **accepted** is the range that counts as met. For rows of `published.csv` it is that row's own
  range; elsewhere a tolerance stated in `src/leftbehind/validate`.
- **times** is the distance from the published figure over the distance accepted on that side.
- **held out** figures are not for calibration (most are later than 2012): they only judge.
- **basis** says how the published figure is known: read in its source, from memory, unverified
  (from memory, looked for and not found), derived by arithmetic, or an assumption.
"""
NOT_COMPARED = """\
- Births by order, ages at marriage and divorce, months away and schooling: not in a run's tables,
  or not yet compared.
- Middle classes by income of households (the statistical office's 400 million; McKinsey's shares of
  urban households): the tables count people by income a head.
- Local off-farm workers, and surveys of all migrant workers (local ones included): the tables count
  people who left their township only.
"""


def page(
    world_facts: dict[str, Any],
    checks: list[Check],
    returns: Returns,
    middle: Returns | None = None,
) -> str:
    """The Markdown page: the run, the misses (largest first), then all checks by group.

    `world_facts` are those of `run_facts`; `returns` yearly rates of return, `middle` yearly shares
    of the middle class, in percent.
    """
    parts = [
        "# Validation",
        "Written by `leftbehind validate`; do not edit.",
        describe(world_facts),
        tally_line(checks),
        HOW_TO_READ.rstrip(),
        "## Misses, largest first",
        _misses(checks),
    ]
    for group in dict.fromkeys(check.group for check in checks):
        members = [check for check in checks if check.group == group]
        met = sum(check.met for check in members)
        parts += [
            f"## {group[0].upper()}{group[1:]} ({met} of {len(members)} met)",
            table(HEAD, (_row(check) for check in members)),
            "Sources:\n\n" + "\n".join(f"- {s}" for s in dict.fromkeys(c.source for c in members)),
        ]
    parts += ["## Return, without a published counterpart", _returns(returns)]
    parts += ["## Middle class, mostly without a published counterpart", _middle(middle or {})]
    parts += ["## Not compared", NOT_COMPARED.rstrip()]
    return "\n\n".join(parts) + "\n"


def data(
    world_facts: dict[str, Any],
    checks: list[Check],
    returns: Returns,
    middle: Returns | None = None,
) -> str:
    """The checks as JSON; figures that are not finite (an open side, nothing measured) are null."""
    content = {
        "run": world_facts,
        "met": sum(check.met for check in checks),
        "number": len(checks),
        "checks": [check.record() for check in checks],
        "return_rates_percent": _plain(returns),
        "middle_class_percent": _plain(middle or {}),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def run_facts(manifest: dict[str, Any]) -> dict[str, Any]:
    """What identifies a run: version, seed, scale, years, scenario and changed parameters."""
    priors = dict(parameter_table().select("name", "prior_mean").iter_rows())
    values: dict[str, float] = manifest["parameters"]
    changed = {name: value for name, value in values.items() if value != priors.get(name)}
    return {
        **{name: manifest[name] for name in ("version", "seed", "scale", "from", "to", "scenario")},
        "began": in_words(manifest),
        "parameters": len(values),
        "parameters_not_at_prior_mean": changed,
    }


def describe(facts: dict[str, Any]) -> str:
    """The run in words."""
    changed = facts["parameters_not_at_prior_mean"]
    number = facts["parameters"]
    if changed:
        listed = ", ".join(f"`{name}` {value:g}" for name, value in sorted(changed.items()))
        parameters = (
            f"{len(changed)} of {number} parameters are not at their prior means: {listed}."
        )
    else:
        parameters = f"All {number} parameters are priors, at their means."
    scenario = "The run is a baseline."
    if facts["scenario"].get("change"):
        scenario = "The run is a **scenario**, which need not agree with what was published."
    words = " ".join(text for text in (facts.get("began", ""), scenario, parameters) if text)
    return (
        f"leftbehind {facts['version']}, seed {facts['seed']}, {facts['from']} to {facts['to']}, "
        f"one simulated person for {facts['scale']:,} real ones. {words}"
    )


def tally_line(checks: list[Check]) -> str:
    """How many checks are met, and how many of those held out."""
    held = [check for check in checks if check.held_out]
    return (
        f"**{sum(c.met for c in checks)} of {len(checks)} checks are met**; of the held-out "
        f"figures {sum(c.met for c in held)} of {len(held)}."
    )


def summary(checks: Iterable[Check]) -> pl.DataFrame:
    """The official counts of children beside the model's, for the table at the end of a run.

    Columns: definition, year, model and published (million), ratio (model / published), met,
    held_out.
    """
    rows = [
        (c.what, int(c.year), c.model, c.published, c.ratio, c.met, c.held_out)
        for c in checks
        if c.group == COUNTS
    ]
    schema = {
        "definition": pl.String,
        "year": pl.Int64,
        "model": pl.Float64,
        "published": pl.Float64,
        "ratio": pl.Float64,
        "met": pl.Boolean,
        "held_out": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def figure(value: float) -> str:
    """A number with about three digits that matter; "none" for an open side, "–" if unknown."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "none"
    size = abs(value)
    digits = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3
    return f"{value:,.{digits}f}"


def _misses(checks: list[Check]) -> str:
    missed = sorted((c for c in checks if not c.met), key=lambda c: -c.miss)
    if not missed:
        return "None."
    return table(MISS_HEAD, (_row(check, miss=True) for check in missed))


def _row(check: Check, miss: bool = False) -> tuple[str, ...]:
    return (
        check.what,
        check.year,
        check.place,
        figure(check.model),
        figure(check.published),
        check.unit,
        f"{figure(check.low)} to {figure(check.high)}",
        figure(check.miss) if miss else "yes" if check.met else "**no**",
        check.basis,
        "yes" if check.held_out else "",
        check.note,
    )


def _plain(yearly: Returns) -> dict[int, dict[str, Any]]:
    return {
        year: {kind: plain(rate) for kind, rate in rates.items()} for year, rates in yearly.items()
    }


def _returns(returns: Returns) -> str:
    kinds = sorted({kind for rates in returns.values() for kind in rates})
    return (
        "Of 100 households with somebody away in the year before, those all of whom are home:\n\n"
        + _by_year(returns, kinds)
        if returns
        else "The run holds no year in which families could move."
    )


def _middle(middle: Returns) -> str:
    kinds = list(dict.fromkeys(kind for shares in middle.values() for kind in shares))
    return (
        "Of 100 people, those with 10 to 50 dollars of 2011 purchasing power a day of income a "
        "head:\n\n" + _by_year(middle, kinds)
        if middle
        else "The run holds no year with incomes."
    )


def _by_year(yearly: Returns, kinds: list[str]) -> str:
    """Every fifth year as a row, the kinds as columns."""
    rows = (
        (str(year), *(figure(rates.get(kind, math.nan)) for kind in kinds))
        for year, rates in yearly.items()
        if year % 5 == 0
    )
    return table(("year", *kinds), rows)
