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
    schooling,
)
from leftbehind.model.tallies import cells, moves


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
    Step(3, "tallies", "tallies.count"),
    Step(3, "school continuation", "schooling.continuation"),
)


@allocating_kernel
def records(block: Block, j: int) -> np.ndarray:
    """The records of prefecture `j` of a block, those for this year's births included."""
    return block.people[block.start[j] : block.start[j] + block.reserved[j]]


# A kernel cannot return records, so each of the following makes its own `Prefecture`.


@allocating_kernel
def expect_deaths(leg: Leg, block: Block, sums: Sums) -> None:
    """First leg: the deaths that the rates expect."""
    for j in range(len(block.start)):
        own_rate = block.room.own_rate[block.start[j] :]
        people, here = records(block, j), leg.here[block.low + j]
        at = Prefecture(people, block.count[j], leg.year, leg.word, here, leg.p[0])
        mortality.expect(at, leg.death_chances, own_rate, sums.deaths_expected)


@allocating_kernel
def until_births(leg: Leg, block: Block, sums: Sums) -> None:
    """Second leg: deaths, school entry, unions; then the births that the rates expect."""
    for j in range(len(block.start)):
        people, here = records(block, j), leg.here[block.low + j]
        at = Prefecture(people, block.count[j], leg.year, leg.word, here, leg.p[0])
        own_rate = block.room.own_rate[block.start[j] :]
        mortality.step(at, own_rate, leg.death_kappa, sums.deaths[at.here.province])
        schooling.step(at)
        partnership.step(at)
        fertility.expect(at, leg.birth_rates, leg.wish, own_rate, sums.births_expected)


@allocating_kernel
def from_births(leg: Leg, block: Block, sums: Sums, out: Tables, to_the_end: bool) -> None:
    """Third leg: births, hukou, who goes and where, care, and the tallies.

    `out` are the block's rows. `to_the_end`: with the pupils' end of the year at once, which spares
    reading everybody's record again.
    """
    for j in range(len(block.start)):
        load = until_choice(leg, block, sums, j)
        purse, before = from_choice(leg, block, load, out.counts.choices[j], j)
        _count(
            leg,
            block,
            out,
            tallies.Beside(
                block.low + j,
                leg.province,
                leg.bounds,
                before,
                purse,
                block.room.lives[block.start[j] : block.start[j] + block.reserved[j]],
            ),
            j,
        )
        if to_the_end:
            end_of_year(leg, block, j)


# The three parts of the third leg: a replay (replay.py) stops between them to look at a family.


@allocating_kernel
def until_choice(leg: Leg, block: Block, sums: Sums, j: int) -> np.ndarray:
    """Births, hukou, prison in prefecture `j`; returns everyone's care load of last year."""
    people, here = records(block, j), leg.here[block.low + j]
    at = Prefecture(people, block.count[j], leg.year, leg.word, here, leg.p[0])
    block.count[j] = fertility.step(
        at,
        block.room.own_rate[block.start[j] :],
        leg.birth_kappa,
        leg.death_chances,
        sums.births[at.here.province],
        sums.deaths[at.here.province],
    )
    at = Prefecture(people, block.count[j], leg.year, leg.word, here, leg.p[0])  # with newborns
    hukou.step(at)
    prison.step(at)
    return care.loads(at)


@allocating_kernel
def from_choice(
    leg: Leg, block: Block, load: np.ndarray, counted: np.ndarray, j: int
) -> tuple[np.ndarray, np.ndarray]:
    """Who goes and where, money, care and boarding; households are counted in `counted`.

    Returns the households' purses (count, remittance.PURSE) and where people were last year.
    """
    people, here = records(block, j), leg.here[block.low + j]
    at = Prefecture(people, block.count[j], leg.year, leg.word, here, leg.p[0])
    k = block.low + j
    before = moves.away_before(at)
    migration.step(at, leg.here, load, counted)
    logit = destination.Logit(leg.share[:, k], leg.province_share[:, k], leg.first)
    destination.step(at, logit, k)
    purse = remittance.step(at, leg.here)
    arrangement.step(at, load)
    boarding.step(at)
    return purse, before


@allocating_kernel
def school_years_end(leg: Leg, block: Block) -> None:
    """Last leg, on its own because a comparison looks at the children where the tallies do."""
    for j in range(len(block.start)):
        end_of_year(leg, block, j)


@allocating_kernel
def end_of_year(leg: Leg, block: Block, j: int) -> None:
    """Pupils complete a year of school; some leave."""
    people, here = records(block, j), leg.here[block.low + j]
    at = Prefecture(people, block.count[j], leg.year, leg.word, here, leg.p[0])
    schooling.continuation(at, leg.here, block.low + j)


@allocating_kernel
def _count(leg: Leg, block: Block, out: Tables, beside: tallies.Beside, j: int) -> None:
    """The tallies, what the next year reads of this one, and the children's cells."""
    people, here = records(block, j), leg.here[block.low + j]
    at = Prefecture(people, block.count[j], leg.year, leg.word, here, leg.p[0])
    tallies.count(at, beside, out.counts, j)
    out.rural[j, 0], out.rural[j, 1] = destination.count_flows(at, out.flows[j], out.child_flows[j])
    schooling.count_years(at.people, at.size, at.year, out.schooling[j])
    types = hukou.count_types(at.people, at.size, at.year + 1)
    out.hukou[j, 0], out.hukou[j, 1], out.hukou[j, 2] = types
    if at.year >= migration.FIRST_YEAR:  # before, children are counted with the people only
        low = block.start[j]
        room = block.room
        out.filled[j] = cells.tally(
            at, beside.k, beside.province, room.cells[low:], room.numbers[low:], room.sums[low:]
        )


def main() -> None:
    """Print the order of the year with what each step reads and writes."""
    for step in ORDER:
        print(f"{step.leg}  {step.what:30s} {step.call:24s} {step.contract}")


if __name__ == "__main__":
    main()
