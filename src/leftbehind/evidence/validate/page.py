"""The page of all checks, VALIDATION.md, and the same for machines, validation.json."""

import json
import math
from collections.abc import Iterable
from typing import Any

import polars as pl

from leftbehind.base.markdown import figure, render, table
from leftbehind.evidence.validate.check import Check, by_group, plain
from leftbehind.evidence.validate.children import COUNTS
from leftbehind.evidence.validate.own_start import in_words
from leftbehind.inputs.parameters import parameter_table

Returns = dict[int, dict[str, float]]

COMPARED = ("what", "year", "place", "model", "published", "unit", "accepted")
KNOWN = ("basis", "held out", "note")
HEAD = (*COMPARED, "met", *KNOWN)
MISS_HEAD = (*COMPARED, "times", *KNOWN)


def page(
    facts: dict[str, Any], checks: list[Check], returns: Returns, middle: Returns | None = None
) -> str:
    """The Markdown page: the run, the misses (largest first), then all checks by group.

    `facts` are those of `run_facts`; `returns` yearly rates of return, `middle` yearly shares of
    the middle class, in percent.
    """
    groups = by_group(checks, lambda check: check)
    return render(
        __package__,
        "validation.md.j2",
        described=describe(facts),
        tally=tally_line(checks),
        misses=table(MISS_HEAD, (_row(check, miss=True) for check in misses(checks))),
        number_missed=len(misses(checks)),
        groups=groups,
        rows={name: table(HEAD, map(_row, members)) for name, members in groups.items()},
        returns=_by_year(returns, sorted({kind for rates in returns.values() for kind in rates})),
        middle=_by_year(middle or {}, list(next(iter((middle or {}).values()), {}))),
    )


def data(
    facts: dict[str, Any], checks: list[Check], returns: Returns, middle: Returns | None = None
) -> str:
    """The checks as JSON; figures that are not finite (an open side, nothing measured) are null."""
    content = {
        "run": facts,
        "met": sum(check.met for check in by_words(checks)),
        "number": len(by_words(checks)),
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
    parameters = f"All {facts['parameters']} parameters are priors, at their means."
    if changed:
        listed = ", ".join(f"`{name}` {value:g}" for name, value in sorted(changed.items()))
        parameters = (
            f"{len(changed)} of {facts['parameters']} parameters are not at their prior means: "
            f"{listed}."
        )
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
    counted = by_words(checks)
    held = [check for check in counted if check.held_out]
    return (
        f"**{sum(c.met for c in counted)} of {len(counted)} checks are met**; of the held-out "
        f"figures {sum(c.met for c in held)} of {len(held)}."
    )


def by_words(checks: list[Check]) -> list[Check]:
    """The checks that count: without second readings, which compare the same figures again."""
    return [check for check in checks if not check.is_reading]


def misses(checks: list[Check]) -> list[Check]:
    """The checks that are not met, the farthest first; second readings are left out."""
    missed = (check for check in by_words(checks) if not check.met)
    return sorted(missed, key=lambda check: -check.miss)


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
        **dict.fromkeys(("model", "published", "ratio"), pl.Float64),
        **dict.fromkeys(("met", "held_out"), pl.Boolean),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def accepted(check: Check) -> str:
    """The range that counts as met."""
    return f"{figure(check.low)} to {figure(check.high)}"


def _row(check: Check, miss: bool = False) -> tuple[str, ...]:
    return (
        check.what,
        check.year,
        check.place,
        figure(check.model),
        figure(check.published),
        check.unit,
        accepted(check),
        figure(check.miss) if miss else "yes" if check.met else "**no**",
        check.basis,
        "yes" if check.held_out else "",
        check.note,
    )


def _plain(yearly: Returns) -> dict[int, dict[str, Any]]:
    return {
        year: {kind: plain(rate) for kind, rate in rates.items()} for year, rates in yearly.items()
    }


def _by_year(yearly: Returns, kinds: list[str]) -> str:
    """Every fifth year as a row, the kinds as columns; nothing if there is no year."""
    rows = (
        (str(year), *(figure(rates.get(kind, math.nan)) for kind in kinds))
        for year, rates in yearly.items()
        if year % 5 == 0
    )
    return table(("year", *kinds), rows) if yearly else ""
