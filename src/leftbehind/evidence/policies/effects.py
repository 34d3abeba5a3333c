"""The effects of all policies from the rows of all settings: means, intervals, dependence."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from leftbehind.counts.compare.fates import FATES
from leftbehind.evidence.policies.settings import Setting, are_there_draws
from leftbehind.evidence.policies.worlds import DEFINITIONS
from leftbehind.inputs.parameters import parameter_table
from leftbehind.inputs.scenario import Scenario

LOW, HIGH = 5, 95  # percentiles over draws
MEASURES = ("hours", "middle")
Row = dict[str, Any]


def effects(
    rows: list[tuple[Setting, list[Row]]], scenarios: list[Scenario], scale: int
) -> dict[str, Any]:
    """Plain data for JSON: each policy's effects by year, mechanism and dependence.

    Counts are persons of the simulated China, hours a week, shares of the middle class percent.
    """
    draws = sum(world.kind == "draw" for world, _ in rows)
    return {
        "scale": scale,
        "draws": draws,
        "posterior": are_there_draws(),
        "definitions": list(DEFINITIONS),
        "percentiles": [LOW, HIGH],
        "policies": {s.name: _policy(s, rows) for s in scenarios},
    }


def _policy(scenario: Scenario, rows: list[tuple[Setting, list[Row]]]) -> dict[str, Any]:
    own = [
        (world, [row for row in found if row["scenario"] == scenario.name]) for world, found in rows
    ]
    draws = [found for world, found in own if world.kind == "draw"]
    years = [_year([found[t] for found in draws]) for t in range(len(draws[0]))]
    main = max(years, key=lambda year: (abs(year[DEFINITIONS[0]]["effect"]), year["year"]))
    at = [year["year"] for year in years].index(main["year"])
    return {
        "title": scenario.title,
        "main_year": main["year"],
        "years": years,
        "fates": _fates([found[at] for found in draws]),
        **_dependence([(world, found[at]) for world, found in own]),
    }


def _year(rows: list[Row]) -> dict[str, Any]:
    """One year over all draws."""
    out: dict[str, Any] = {"year": rows[0]["year"]}
    for name in DEFINITIONS:
        out[name] = {
            **_effect((row[name]["before"], row[name]["after"]) for row in rows),
            "only_before": float(np.mean([row[name]["only_before"] for row in rows])),
            "only_after": float(np.mean([row[name]["only_after"] for row in rows])),
        }
    for name in MEASURES:
        out[name] = _effect((row[name][0], row[name][1]) for row in rows)
    return out


def _effect(pairs: Iterable[tuple[float, float]]) -> dict[str, float]:
    """Means of before and after, and the paired effect with its percentiles over draws."""
    before, after = np.array(list(pairs), dtype=float).T
    low, high = np.percentile(after - before, (LOW, HIGH))
    return {
        "before": float(before.mean()),
        "after": float(after.mean()),
        "effect": float((after - before).mean()),
        "low": float(low),
        "high": float(high),
    }


def _fates(rows: list[Row]) -> dict[str, dict[str, float]]:
    """What became in the other world of those counted in one: means of persons over draws."""
    return {
        fate: {
            side: float(np.mean([row["fates"][fate][k] for row in rows]))
            for k, side in enumerate(("before", "after"))
        }
        for fate in FATES
    }


def _dependence(rows: list[tuple[Setting, Row]]) -> dict[str, Any]:
    """The effect at the centre, at both ends of each moved parameter, and with a plain logit."""
    by_name = {world.name: (world, row) for world, row in rows}
    meaning = dict(parameter_table().select("name", "meaning").iter_rows())
    moved = dict.fromkeys(w.moved for w, _ in rows if w.kind == "low")
    table = []
    for name in moved:
        low, at_low = by_name[f"{name}-low"]
        high, at_high = by_name[f"{name}-high"]
        table.append(
            {
                "parameter": name,
                "meaning": meaning.get(name, ""),
                "low": low.value,
                "high": high.value,
                "at_low": _sizes(at_low),
                "at_high": _sizes(at_high),
            }
        )
    return {
        "centre": _sizes(by_name["centre"][1]),
        "plain_logit": _sizes(by_name["plain-logit"][1]),
        "moved": table,
    }


def _sizes(row: Row) -> dict[str, float]:
    """The effect of one setting: children by the first definition, and hours."""
    count = row[DEFINITIONS[0]]
    return {
        "children": count["after"] - count["before"],
        "hours": row["hours"][1] - row["hours"][0],
    }
