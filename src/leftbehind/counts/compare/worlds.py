"""Two worlds from the same luck, side by side through the same years.

Until the first year in which the scenarios differ there is one world; then it branches. The second
world reads the first one's alignment factors of births, deaths and hukou, so that a policy can
change births and deaths.
"""

from collections.abc import Iterator

from leftbehind.counts.compare.children import Children, children_of
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.state import branch
from leftbehind.runs.living import baseline_alignment

NEVER = 9999


def first_difference(before: Scenario, after: Scenario) -> int:
    """The first year in which two scenarios may differ; NEVER if they change the same."""
    one, other = list(before.change), list(after.change)
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    return min((change.from_year for change in (*one, *other)), default=NEVER)


def parting(before: Settings, after: Settings) -> int:
    """The first year lived in which two worlds may differ; NEVER if their scenarios do the same."""
    return max(first_difference(before.scenario, after.scenario), before.first_year)


def side_by_side(
    before: Settings, after: Settings, since: int, last: int, threads: int = 1
) -> Iterator[tuple[Children, Children]]:
    """The children of both worlds in each year from `since` to `last`.

    While there is one world only, both are the same object. If the world before is itself changed,
    its baseline is lived first for the alignment.
    """
    parted = parting(before, after)
    aligned = None
    if before.scenario.change:
        aligned = baseline_alignment(last, before, threads)
    one = Simulation(before, threads, aligned)
    other: Simulation | None = None
    while one.year <= last:
        if one.year == parted:
            other = branch(one, after)
        children = _live_year(one, since)
        twins = _live_year(other, since) if other else children
        if children and twins:
            yield children, twins


def _live_year(simulation: Simulation, since: int) -> Children | None:
    """Live the next year; its children, unless it lies before `since`."""
    if simulation.year < since:
        simulation.step()
        return None
    seen: list[Children] = []
    simulation.step(lambda leg, blocks: seen.append(children_of(leg, blocks)))
    return seen[0]
