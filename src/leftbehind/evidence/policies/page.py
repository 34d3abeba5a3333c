"""The page of a policy, and the index of all, in Markdown."""

from typing import Any

from leftbehind.base.markdown import table
from leftbehind.counts import definitions
from leftbehind.counts.compare.fates import MEANING
from leftbehind.evidence.policies.worlds import DEFINITIONS
from leftbehind.inputs.scenario import Scenario

MILLION = 1e6
MADE = "Written by `leftbehind policies --out docs/policies`; do not edit."
NOTE = """Effects are of the simulated China: what the model's families would do, not a forecast.
Both worlds share people and luck. Care, hours and the sizes of most policies are assumptions."""


def page(scenario: Scenario, found: dict[str, Any]) -> str:
    """What one policy does, how, and on what the answer hangs."""
    policy = found["policies"][scenario.name]
    changes = "\n".join(f"- {change.in_words()}" for change in scenario.change)
    return (
        "\n\n".join(
            [
                f"# {scenario.title}",
                f"{MADE} [All policies](README.md)",
                scenario.description.strip(),
                f"What is changed:\n\n{changes}\n\n"
                f"Basis: {scenario.basis}. Source: {scenario.source}.",
                _effect(policy, found),
                _years(policy),
                _mechanism(policy),
                _dependence(policy, found),
                NOTE,
            ]
        )
        + "\n"
    )


def index(scenarios: list[Scenario], found: dict[str, Any]) -> str:
    """All policies with their effect in the year in which it is largest."""
    rows = []
    for scenario in scenarios:
        policy = found["policies"][scenario.name]
        main = _main(policy)
        rows.append(
            (
                f"[{scenario.title}]({scenario.name}.md)",
                main["year"],
                _millions(main[DEFINITIONS[0]]),
                _change(main["hours"], "{:+.2f}"),
                _change(main["middle"], "{:+.2f}"),
            )
        )
    head = (
        "policy",
        "year",
        "children left behind, million",
        "hours without an adult a week",
        "middle class, points",
    )
    return (
        "\n\n".join(
            [
                "# Policies",
                MADE,
                "Each policy beside the world as it was, in the year in which its effect on the "
                f"count by `{DEFINITIONS[0]}` is largest: mean and interval over {_over(found)}. "
                "Hours are of all children with rural registration, and assumed.",
                table(head, rows),
                NOTE,
                "As data: [policies.json](policies.json). The scenarios in full: "
                "[SCENARIOS.md](../SCENARIOS.md).",
            ]
        )
        + "\n"
    )


def _over(found: dict[str, Any]) -> str:
    low, high = found["percentiles"]
    draws = (
        "draws of the posterior, each with its own luck"
        if found["posterior"]
        else "runs that differ in luck only, at the prior means (no calibration yet)"
    )
    return f"{found['draws']} {draws}, {low} to {high} percent, at 1:{found['scale']:,}"


def _main(policy: dict[str, Any]) -> dict[str, Any]:
    main: dict[str, Any] = next(y for y in policy["years"] if y["year"] == policy["main_year"])
    return main


def _effect(policy: dict[str, Any], found: dict[str, Any]) -> str:
    main = _main(policy)
    rows = [
        (
            f"children left behind, million: {definitions.get(name).title}",
            f"{main[name]['before'] / MILLION:.2f}",
            f"{main[name]['after'] / MILLION:.2f}",
            _millions(main[name]),
        )
        for name in DEFINITIONS
    ]
    for name, what in (
        ("hours", "waking hours a week without an adult, children with rural registration"),
        ("middle", "percent of people in the middle class"),
    ):
        size = main[name]
        rows.append(
            (what, f"{size['before']:.2f}", f"{size['after']:.2f}", _change(size, "{:+.2f}"))
        )
    return f"## Effect in {main['year']}\n\nMean and interval over {_over(found)}.\n\n" + table(
        ("", "as it was", "changed", "effect"), rows
    )


def _years(policy: dict[str, Any]) -> str:
    rows = [
        (
            year["year"],
            _millions(year[DEFINITIONS[0]]),
            _change(year["hours"], "{:+.2f}"),
            _change(year["middle"], "{:+.2f}"),
        )
        for year in policy["years"]
    ]
    head = (
        "year",
        f"children by `{DEFINITIONS[0]}`, million",
        "hours a week",
        "middle class, points",
    )
    return f"## Year by year\n\n{table(head, rows)}"


def _mechanism(policy: dict[str, Any]) -> str:
    main = _main(policy)[DEFINITIONS[0]]
    rows = [
        (
            fate,
            f"{size['before'] / MILLION:.2f}",
            f"{size['after'] / MILLION:.2f}",
            f"{(size['after'] - size['before']) / MILLION:+.2f}",
            MEANING[fate],
        )
        for fate, size in policy["fates"].items()
        if size["before"] or size["after"]
    ]
    head = ("in the other world", "counted as it was", "counted changed", "adds", "meaning")
    return (
        f"## How, in {policy['main_year']}\n\nChildren counted by `{DEFINITIONS[0]}` in one world, "
        f"million, and what of the same child in the other.\n\n{table(head, rows)}\n\n"
        f"{main['only_before'] / MILLION:.2f} million children live in both worlds and are left "
        f"behind only as it was: they gain. {main['only_after'] / MILLION:.2f} million are left "
        "behind only in the changed world: they lose."
    )


def _dependence(policy: dict[str, Any], found: dict[str, Any]) -> str:
    ends = "5 and 95 percent of the draws" if found["posterior"] else "the ends of the prior"
    rows = [
        (
            f"`{row['parameter']}`: {row['meaning']}",
            f"{row['low']:.3g} to {row['high']:.3g}",
            _size(row["at_low"]["children"]),
            _size(row["at_high"]["children"]),
            f"{row['at_low']['hours']:+.2f}",
            f"{row['at_high']['hours']:+.2f}",
        )
        for row in policy["moved"]
    ]
    logit = policy["plain_logit"]
    rows.append(
        (
            "plain logit (`choice_nest` = 1): leaving and taking children are no nearer to "
            "each other than to staying",
            "1",
            _size(logit["children"]),
            "",
            f"{logit['hours']:+.2f}",
            "",
        )
    )
    head = (
        "what is moved",
        "from, to",
        "children at low, million",
        "at high",
        "hours at low",
        "at high",
    )
    centre = policy["centre"]
    return (
        f"## On what it hangs\n\nThe effect in {policy['main_year']} with one parameter moved to "
        f"{ends}, all others at the centre, always the same luck. At the centre: "
        f"{_size(centre['children'])} million children, {centre['hours']:+.2f} hours. The "
        f"parameters are those that matter most for the counts.\n\n{table(head, rows)}"
    )


def _size(persons: float) -> str:
    return f"{persons / MILLION:+.2f}"


def _millions(size: dict[str, float]) -> str:
    return _change({name: value / MILLION for name, value in size.items()}, "{:+.2f}")


def _change(size: dict[str, float], form: str) -> str:
    """The mean effect with its interval."""
    effect, low, high = (form.format(size[name]) for name in ("effect", "low", "high"))
    return f"{effect} ({low} to {high})"
