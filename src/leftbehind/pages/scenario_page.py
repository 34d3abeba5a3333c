"""The page of scenarios: what each of the gallery changes, why, and what its numbers rest on."""

from leftbehind.inputs.levers import LEVERS
from leftbehind.inputs.scenario import Scenario, gallery

HEAD = """# Scenarios

Written by `leftbehind scenarios --docs docs`; do not edit.

A scenario is a short TOML file of dated changes. Use one of these by name, your own by its path, or
several joined by `+`:

    leftbehind compare baseline city-schools-open
    leftbehind compare baseline city-schools-open+jobs-near-home --seeds 10
    leftbehind run --scenario wage-slump --out runs/slump
    leftbehind scenarios wage-slump > mine.toml

A change names a `lever` and exactly one of `set`, `multiply` and `add`, a number or a path by year
(`{ 2024 = 1.0, 2050 = 1.4 }`, linear between its years); `from` and `to` are its years, `places`
the prefectures, provinces or regions (east, central, west, northeast) where it holds. A lever is
one of the places' below, or any parameter by its name without the year (PARAMETERS.md).

What each of these does, to whom, and on which assumptions that hangs: [a page on
each](policies/README.md), written by `leftbehind policies`.
"""


def page() -> str:
    """The page as Markdown."""
    levers = "\n".join(
        f"- `{lever}`: {lowest:g} to {highest:g}" for lever, (_, lowest, highest) in LEVERS.items()
    )
    chapters = (_chapter(scenario) for scenario in gallery())
    return "\n".join([HEAD, *chapters, f"## Levers of places and their limits\n\n{levers}\n"])


def _chapter(scenario: Scenario) -> str:
    changes = "\n".join(f"- {change.in_words()}" for change in scenario.change) or "- nothing"
    return (
        f"## {scenario.title}\n\n`{scenario.name}`\n\n{scenario.description.strip()}\n\n"
        f"{changes}\n\nBasis: {scenario.basis}. Source: {scenario.source}.\n"
    )
