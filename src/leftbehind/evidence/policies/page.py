"""The page of a policy, and the index of all, in Markdown."""

from typing import Any

from leftbehind.base.markdown import render, table
from leftbehind.counts import definitions
from leftbehind.counts.compare.fates import MEANING
from leftbehind.evidence.policies.worlds import DEFINITIONS
from leftbehind.inputs.scenario import Scenario

MILLION = 1e6
MEASURES = {
    "hours": "waking hours a week without an adult, children with rural registration",
    "middle": "percent of people in the middle class",
}
EFFECT = ("", "as it was", "changed", "effect")
YEARS = ("year", f"children by `{DEFINITIONS[0]}`, million", "hours a week", "middle class, points")
FATES = ("in the other world", "counted as it was", "counted changed", "adds", "meaning")
MOVED = (
    "what is moved",
    "from, to",
    "children at low, million",
    "at high",
    "hours at low",
    "at high",
)
INDEX = (
    "policy",
    "year",
    "children left behind, million",
    "hours without an adult a week",
    "middle class, points",
)
LOGIT = (
    "plain logit (`choice_nest` = 1): leaving and taking children are no nearer to each other than "
    "to staying"
)


def page(scenario: Scenario, found: dict[str, Any]) -> str:
    """What one policy does, how, and on what the answer hangs."""
    policy = found["policies"][scenario.name]
    return render(
        __package__,
        "policy.md.j2",
        scenario=scenario,
        policy=policy,
        over=_over(found),
        headline=DEFINITIONS[0],
        effect=table(EFFECT, _effect_rows(_main(policy))),
        years=table(YEARS, ((year["year"], *_changes(year)) for year in policy["years"])),
        fates=table(FATES, _fate_rows(policy["fates"])),
        main={name: size / MILLION for name, size in _main(policy)[DEFINITIONS[0]].items()},
        ends="5 and 95 percent of the draws" if found["posterior"] else "the ends of the prior",
        centre=_sizes(policy["centre"]),
        moved=table(MOVED, _moved_rows(policy)),
    )


def index(scenarios: list[Scenario], found: dict[str, Any]) -> str:
    """All policies with their effect in the year in which it is largest."""
    rows = []
    for scenario in scenarios:
        main = _main(found["policies"][scenario.name])
        rows.append((f"[{scenario.title}]({scenario.name}.md)", main["year"], *_changes(main)))
    return render(
        __package__,
        "policies.md.j2",
        headline=DEFINITIONS[0],
        over=_over(found),
        effects=table(INDEX, rows),
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
    """The year in which the effect is largest."""
    main: dict[str, Any] = next(y for y in policy["years"] if y["year"] == policy["main_year"])
    return main


def _effect_rows(year: dict[str, Any]) -> list[tuple[str, ...]]:
    """Children by each definition (million) and the other measures, in both worlds."""
    what = {n: f"children left behind, million: {definitions.get(n).title}" for n in DEFINITIONS}
    rows: list[tuple[str, ...]] = []
    for name, text in (what | MEASURES).items():
        unit = MILLION if name in what else 1.0
        before, after = (f"{year[name][side] / unit:.2f}" for side in ("before", "after"))
        rows.append((text, before, after, _change(year[name], unit)))
    return rows


def _changes(year: dict[str, Any]) -> list[str]:
    """Effects on children, hours and the middle class in one year."""
    return [_change(year[DEFINITIONS[0]], MILLION), *(_change(year[name]) for name in MEASURES)]


def _change(size: dict[str, float], unit: float = 1.0) -> str:
    """The mean effect with its interval."""
    effect, low, high = (f"{size[name] / unit:+.2f}" for name in ("effect", "low", "high"))
    return f"{effect} ({low} to {high})"


def _fate_rows(fates: dict[str, dict[str, float]]) -> list[tuple[str, ...]]:
    """What became in the other world of those counted in one, million; fates of nobody left out."""
    rows: list[tuple[str, ...]] = []
    for fate, size in fates.items():
        before, after = size["before"] / MILLION, size["after"] / MILLION
        if before or after:
            numbers = f"{before:.2f}", f"{after:.2f}", f"{after - before:+.2f}"
            rows.append((fate, *numbers, MEANING[fate]))
    return rows


def _moved_rows(policy: dict[str, Any]) -> list[tuple[str, ...]]:
    """The effect at both ends of each moved parameter, and with a plain logit."""
    rows = []
    for row in policy["moved"]:
        (low, low_hours), (high, high_hours) = _sizes(row["at_low"]), _sizes(row["at_high"])
        ends = f"{row['low']:.3g} to {row['high']:.3g}"
        what = f"`{row['parameter']}`: {row['meaning']}"
        rows.append((what, ends, low, high, low_hours, high_hours))
    children, hours = _sizes(policy["plain_logit"])
    return [*rows, (LOGIT, "1", children, "", hours, "")]


def _sizes(size: dict[str, float]) -> tuple[str, str]:
    """An effect on children (million) and on hours."""
    return f"{size['children'] / MILLION:+.2f}", f"{size['hours']:+.2f}"
