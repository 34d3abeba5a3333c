"""What the model does of its own: all inputs held at one year, and the years go on.

    python -m leftbehind.evidence.freeze [--scale 20000] [--seed 1] [--held 2010] [--last 2020]

Tables, rates, rules and parameters stay those of the year held; people go on being born, marrying,
moving and dying, and last year's migrants go on drawing others after them. Children left behind may
then change for three reasons, which are told apart:

- *who there is*: more or fewer children, of other ages and with mothers of other ages, each group
  with its mean share (standardised, Kitagawa 1955);
- *their shares at the same ages*: the rest. In it are younger cohorts of parents who replace older
  ones and were never asked under other inputs, and what the choice does of its own;
- *the choice alone*, from a second world that stands still: from the year held on nobody is born,
  ages, marries or dies, and the same households are asked again, year after year. Whatever changes
  there is the choice's own momentum: years away that grow, and neighbours away who draw others.

What the shares changed and the choice alone did not is put to the cohorts.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.base.compiled import allocating_kernel
from leftbehind.counts import definitions
from leftbehind.counts.compare.children import children_of
from leftbehind.counts.definitions import Definition
from leftbehind.inputs.conditions import Coupling
from leftbehind.model.blocks import InMemory
from leftbehind.model.leg import Block, Leg, Tables
from leftbehind.model.prefecture import Prefecture
from leftbehind.model.processes import care, destination
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.state import branch
from leftbehind.model.year import from_choice, records
from leftbehind.runs.recorder import children_frame

MILLION = 1e6
HELD, LAST = 2010, 2020
COUNTED = "nbs-unicef-2020-all"
MOTHER_AGES = (25, 30, 35, 40, 45)  # first ages of the groups after the first
TINY = 1e-12
UNKNOWN = len(MOTHER_AGES) + 1  # her group where she is dead or not known


class Held(Simulation):
    """A world whose inputs stay those of the year `held`, once it is reached."""

    def __init__(self, settings: Settings, held: int, threads: int = 1) -> None:
        self.held = held
        super().__init__(settings, threads)

    def inputs_of(self, year: int) -> int:
        """The year itself, and after the one held that one."""
        return min(year, self.held)

    def ask_again(self) -> tuple[Leg, list[Block]]:
        """A year in which nothing happens but that all households choose: everybody stays as old.

        Circumstances stay what they are; only the years away grow, for those who are away. Returns
        the year and its people, as `Simulation.step` shows them.
        """
        assert isinstance(self.population, InMemory)
        for unit in range(len(self.units) - 1):
            people = self.population.of(unit)
            people["away_since"] -= people["away_since"] != 0  # 0: at home
        size, provinces = len(self.places), self.places.provinces.height
        leg, tables = self._leg(self.held), Tables.zeros(size, provinces)
        blocks = self.population.blocks()
        for block in blocks:
            _choose(leg, block, tables.rows(int(block.first[0]), int(block.first[-1])))
        schooling = self.coupling.schooling
        rural = tables.rural
        self.coupling = Coupling(tables.flows, rural[:, 0].copy(), rural[:, 1].copy(), schooling)
        return leg, blocks


@allocating_kernel
def _choose(leg: Leg, block: Block, out: Tables) -> None:
    """All households of a block choose; who is away goes into `out` for the next year."""
    for j in range(len(block.start)):
        people, size, first = records(block, j), block.count[j], block.first[j]
        unit = Prefecture(people, size, leg.year, leg.word, leg.here[first], leg.p[0], 0)
        low, high = first - block.first[0], block.first[j + 1] - block.first[0]
        from_choice(leg, block, care.loads(unit), out.counts.choices[low:high], j)
        for k in range(first, block.first[j + 1]):
            at = Prefecture(people, size, leg.year, leg.word, leg.here[k], leg.p[0], k - first)
            row = k - block.first[0]
            gone = destination.count_flows(at, out.flows[row], out.child_flows[row])
            out.rural[row, 0], out.rural[row, 1] = gone


@dataclass(frozen=True)
class Seen:
    """A year of a world: millions of rural workers away, and children by age and mother's age.

    `children`: age, mother (group of her age), number, left (of them counted), both in millions.
    """

    workers: float
    children: pl.DataFrame

    @property
    def left(self) -> float:
        """Millions of children left behind."""
        return float(self.children["left"].sum())


@dataclass(frozen=True)
class Frozen:
    """The year held, and the last year: of the world that went on, of the one standing still."""

    begun: Seen
    ended: Seen
    still: Seen

    @property
    def change(self) -> float:
        """Relative change of children left behind with all inputs held."""
        return self.ended.left / self.begun.left - 1.0

    @property
    def momentum(self) -> float:
        """That of the world standing still: the choice alone."""
        return self.still.left / self.begun.left - 1.0

    @property
    def parts(self) -> tuple[float, float]:
        """`change` as the sum of who there is and of their shares at the same ages."""
        return standardised(self.begun.children, self.ended.children)


def standardised(before: pl.DataFrame, after: pl.DataFrame) -> tuple[float, float]:
    """The relative change of `left` by numbers in each group, and by shares in each group.

    Each with the mean of the other in both years, so that the two add up to the whole change. A
    group that is empty in one year has the share of the other.
    """
    keys = ["age", "mother"]
    both = before.join(after, on=keys, how="full", coalesce=True, suffix="_after").fill_null(0.0)
    n0, n1 = (both[name].to_numpy() for name in ("number", "number_after"))
    l0, l1 = (both[name].to_numpy() for name in ("left", "left_after"))
    s0, s1 = (np.where(n > 0, lost / np.maximum(n, TINY), -1.0) for n, lost in ((n0, l0), (n1, l1)))
    s0, s1 = np.where(s0 < 0, s1, s0), np.where(s1 < 0, s0, s1)
    total = l0.sum()
    numbers = float(((n1 - n0) * (s0 + s1) / 2.0).sum() / total)
    shares = float(((s1 - s0) * (n0 + n1) / 2.0).sum() / total)
    return numbers, shares


def freeze(
    settings: Settings, held: int = HELD, last: int = LAST, counted: str = COUNTED, threads: int = 1
) -> Frozen:
    """Live to `held`, then on to `last` with its inputs; and from there once standing still."""
    definition = definitions.get(counted)
    scale = settings.scale
    going = Held(settings, held, threads)
    while going.year < held:
        going.step()
    seen: list[pl.DataFrame] = []

    def look(leg: Leg, blocks: list[Block]) -> None:
        seen.append(_children(leg, blocks, definition, scale))

    going.step(look)
    begun = Seen(_workers(going), seen[-1])
    still = branch(going, settings)
    assert isinstance(still, Held)
    for year in range(held + 1, last + 1):
        going.step(look if year == last else None)
        leg, blocks = still.ask_again()
    ended = Seen(_workers(going), seen[-1])
    return Frozen(begun, ended, Seen(_workers(still), _children(leg, blocks, definition, scale)))


def _workers(world: Simulation) -> float:
    """Millions of rural adults of 16 to 59 away last year."""
    return float(world.coupling.gone.sum()) * world.settings.scale / MILLION


def _children(leg: Leg, blocks: list[Block], definition: Definition, scale: int) -> pl.DataFrame:
    """Children by age and mother's age, and those of them whom the definition counts: Seen."""
    listed = children_of(leg, blocks)
    one = scale / MILLION
    cells = children_frame(listed.cell).select("age", counted=definition.expr())
    lives = cells.with_columns(key=listed.key).join(_mothers(leg, blocks), on="key")
    left = pl.col("counted").cast(pl.Float64).sum() * (one * definition.share)
    return (
        lives.group_by("age", "mother").agg(number=pl.len() * one, left=left).sort("age", "mother")
    )


def _mothers(leg: Leg, blocks: list[Block]) -> pl.DataFrame:
    """Key of each person and the group of the mother's age."""
    keys, groups = [], []
    units = [(block, j) for block in blocks for j in range(len(block.start))]
    for held, j in units:
        people = records(held, j)[: held.count[j]]
        mother = people["mother"]
        known = (mother >= 0) & (people["death_year"][mother] == 0)
        age = leg.year - people["birth_year"][mother]
        keys.append(people["key"])
        groups.append(np.where(known, np.searchsorted(MOTHER_AGES, age, side="right"), UNKNOWN))
    return pl.DataFrame({"key": np.concatenate(keys), "mother": np.concatenate(groups)})


def in_words(found: Frozen, held: int, last: int) -> str:
    """What came out, in lines."""
    numbers, shares = found.parts
    rows = [
        (f"left behind in {held}, million", f"{found.begun.left:.1f}"),
        (f"left behind in {last} with all inputs of {held}", f"{found.ended.left:.1f}"),
        ("change", f"{found.change:+.1%}"),
        ("  who there is: numbers and ages of children and mothers", f"{numbers:+.1%}"),
        ("  their shares at the same ages", f"{shares:+.1%}"),
        ("    of it the choice alone (the same people, asked again)", f"{found.momentum:+.1%}"),
        (
            "    of it younger cohorts of parents in the place of older",
            f"{shares - found.momentum:+.1%}",
        ),
        (f"rural workers away in {held}, million", f"{found.begun.workers:.1f}"),
        (f"  in {last}", f"{found.ended.workers:.1f}"),
        ("  of the world standing still", f"{found.still.workers:.1f}"),
    ]
    wide = max(len(what) for what, _ in rows)
    return "\n".join(f"{what:{wide}}  {value:>8}" for what, value in rows)


def main(arguments: Sequence[str]) -> int:
    """Print what came out."""
    parser = argparse.ArgumentParser(prog="leftbehind.evidence.freeze")
    parser.add_argument("--scale", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held", type=int, default=HELD)
    parser.add_argument("--last", type=int, default=LAST)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args(arguments)
    found = freeze(Settings(asked.scale, asked.seed), asked.held, asked.last, threads=asked.threads)
    print(in_words(found, asked.held, asked.last))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
