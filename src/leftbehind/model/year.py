"""The order of a year: the page to read first. `python -m leftbehind.model.year` prints ORDER.

A year has legs, because deaths and births are aligned to the nation's totals and so need sums over
all prefectures. Within a leg every prefecture lives on its own, in any order and any thread, block
by block (leg.py). Prefectures touch each other only through last year's migrants (`Leg.here`,
`Leg.share`).
"""

from typing import NamedTuple

import numpy as np

from leftbehind.base.compiled import allocating_kernel
from leftbehind.model import tallies
from leftbehind.model.leg import Block, Leg, Sums, Tables
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import (
    arrangement,
    boarding,
    care,
    destination,
    fertility,
    hukou,
    migration,
    mortality,
    partnership,
    prison,
    remittance,
    residence,
    schooling,
)
from leftbehind.model.tallies import cells


class Step(NamedTuple):
    """A step of the year: its leg, what happens (as the model description says it), the call."""

    leg: int
    what: str
    call: str  # module.function

    @property
    def module(self) -> str:
        """Name of the module."""
        return self.call.split(".")[0]

    @property
    def contract(self) -> str:
        """What the module says that it reads and writes: the last paragraph of its docstring."""
        text: str = globals()[self.module].__doc__
        return " ".join(text.strip().split("\n\n")[-1].split())


ORDER = (
    Step(1, "deaths that the rates expect", "mortality.expect"),
    Step(2, "deaths and health", "mortality.step"),
    Step(2, "school entry", "schooling.step"),
    Step(2, "who begins to seek a partner", "partnership.seek"),
    Step(2, "partnership", "partnership.step"),
    Step(2, "births that the rates expect", "fertility.expect"),
    Step(3, "births", "fertility.step"),
    Step(3, "change of hukou", "hukou.step"),
    Step(3, "prison", "prison.step"),
    Step(3, "last year's care", "care.loads"),
    Step(3, "the household's choice", "migration.step"),
    Step(3, "destination and months", "destination.step"),
    Step(3, "remittances", "remittance.step"),
    Step(3, "care of each sibling set", "arrangement.step"),
    Step(3, "boarding", "boarding.step"),
    Step(3, "brothers and sisters in the house", "arrangement.together"),
    Step(3, "tallies", "tallies.count"),
    Step(3, "residence of a census", "residence.step"),
    Step(3, "school continuation", "schooling.continuation"),
)


@allocating_kernel
def records(block: Block, j: int) -> np.ndarray:
    """The records of unit `j` of a block, those for this year's births included."""
    return block.people[block.start[j] : block.start[j] + block.reserved[j]]


# Every step is lived by all prefectures of a unit before the next, as they hold each other's kin.
# A kernel cannot return records, so each of the following makes its own `Prefecture`.


@allocating_kernel
def expect_deaths(leg: Leg, block: Block, sums: Sums) -> None:
    """First leg: the deaths that the rates expect."""
    for j in range(len(block.start)):
        own_rate = block.own_rate[block.start[j] :]
        people, size, first = records(block, j), block.count[j], block.first[j]
        for k in range(first, block.first[j + 1]):
            at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
            mortality.expect(at, leg.death_chances, own_rate, sums.deaths_expected)


@allocating_kernel
def until_births(leg: Leg, block: Block, sums: Sums) -> None:
    """Second leg: deaths, school entry, unions; then the births that the rates expect."""
    for j in range(len(block.start)):
        own_rate = block.own_rate[block.start[j] :]
        people, size, first = records(block, j), block.count[j], block.first[j]
        for k in range(first, block.first[j + 1]):
            at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
            mortality.step(at, own_rate, leg.death_kappa, sums.deaths[at.here.province])
            schooling.step(at)
            partnership.seek(at)
        unit = Prefecture(people, size, leg.year, leg.word, leg.here[first], leg.p[0], 0)
        partnership.step(unit)
        for k in range(first, block.first[j + 1]):
            at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
            fertility.expect(at, leg.birth_rates, leg.wish, own_rate, sums.births_expected)


@allocating_kernel
def from_births(leg: Leg, block: Block, sums: Sums, out: Tables, to_the_end: bool) -> None:
    """Third leg: births, hukou, who goes and where, care, and the tallies.

    `out` are the block's rows. `to_the_end`: with the end of the year at once, which spares reading
    everybody's record again.
    """
    filled = 0
    for j in range(len(block.start)):
        load = until_choice(leg, block, sums, j)
        low, high = block.first[j] - block.first[0], block.first[j + 1] - block.first[0]
        purse = from_choice(leg, block, load, out.counts.choices[low:high], j)
        lives = block.room.lives[block.start[j] : block.start[j] + block.reserved[j]]
        for k in range(block.first[j], block.first[j + 1]):
            beside = tallies.Beside(k, leg.province, leg.bounds, purse, lives)
            filled += _count(leg, block, out, beside, j, filled)
        if to_the_end:
            end_of_year(leg, block, j)


# The three parts of the third leg: a replay (replay.py) stops between them to look at a family.


@allocating_kernel
def until_choice(leg: Leg, block: Block, sums: Sums, j: int) -> np.ndarray:
    """Births, hukou, prison in unit `j`; returns everyone's care load of last year."""
    people, first = records(block, j), block.first[j]
    own_rate = block.own_rate[block.start[j] :]
    for k in range(first, block.first[j + 1]):
        here, size = leg.here[k], block.count[j]
        at = Prefecture(people, size, leg.year, leg.word, here, leg.p[0], k - first)
        births, deaths = sums.births[here.province], sums.deaths[here.province]
        block.count[j] = fertility.step(
            at, own_rate, leg.birth_kappa, leg.death_chances, births, deaths
        )
    size = block.count[j]  # with newborns
    for k in range(first, block.first[j + 1]):
        at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
        hukou.step(at)
    unit = Prefecture(people, size, leg.year, leg.word, leg.here[first], leg.p[0], 0)
    prison.step(unit)
    return care.loads(unit)


@allocating_kernel
def from_choice(
    leg: Leg, block: Block, load: np.ndarray, counted: np.ndarray, j: int
) -> np.ndarray:
    """Who goes and where, money, care and boarding in unit `j`.

    Households are counted in `counted` (one CHOICES_SHAPE a prefecture of the unit). Returns the
    households' purses (count, remittance.PURSE).
    """
    people, size, first = records(block, j), block.count[j], block.first[j]
    for k in range(first, block.first[j + 1]):
        at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
        migration.step(at, leg.here, load, counted[k - first])
    for k in range(first, block.first[j + 1]):
        at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
        logit = destination.Logit(leg.share[:, k], leg.province_share[:, k], leg.first)
        destination.step(at, logit, k)
    purse = remittance.purses(size)
    for k in range(first, block.first[j + 1]):
        at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
        remittance.step(at, leg.here, purse)
        arrangement.step(at, load)
        boarding.step(at)
        arrangement.together(at)
    return purse


@allocating_kernel
def school_years_end(leg: Leg, block: Block) -> None:
    """Last leg, on its own because a comparison looks at the children where the tallies do."""
    for j in range(len(block.start)):
        end_of_year(leg, block, j)


@allocating_kernel
def end_of_year(leg: Leg, block: Block, j: int) -> None:
    """Where people live is kept for the next census; pupils complete a year of school."""
    people, size, first = records(block, j), block.count[j], block.first[j]
    for k in range(first, block.first[j + 1]):
        at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
        residence.step(at, k)
        schooling.continuation(at, leg.here)


@allocating_kernel
def _count(leg: Leg, block: Block, out: Tables, beside: tallies.Beside, j: int, filled: int) -> int:
    """The tallies, what the next year reads of this one, and the children's cells.

    `filled` is the number of cells of the block's prefectures before this one; returns its own.
    """
    people, size, k = records(block, j), block.count[j], beside.k
    here, place, row = leg.here[k], k - block.first[j], k - block.first[0]
    at = Prefecture(people, size, leg.year, leg.word, here, leg.p[0], place)
    tallies.count(at, beside, out.counts, row)
    gone = destination.count_flows(at, out.flows[row], out.child_flows[row])
    out.rural[row, 0], out.rural[row, 1] = gone
    schooling.count_years(at, out.schooling[row])
    types = hukou.count_types(people, size, place, at.year + 1)
    out.hukou[row, 0], out.hukou[row, 1], out.hukou[row, 2] = types
    if at.year >= migration.FIRST_YEAR:  # before, children are counted with the people only
        room = block.room
        out.filled[row] = cells.tally(
            at, k, beside.province, room.cells[filled:], room.numbers[filled:], room.sums[filled:]
        )
    return int(out.filled[row])


def main() -> None:
    """Print the order of the year with what each step reads and writes."""
    for step in ORDER:
        print(f"{step.leg}  {step.what:30s} {step.call:24s} {step.contract}")


if __name__ == "__main__":
    main()
