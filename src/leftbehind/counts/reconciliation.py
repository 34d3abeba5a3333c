"""From one official count to another, one clause at a time, on the same children.

The clauses of the first definition are replaced by those of the second in the fixed order of
`definitions.ORDER`. How much a clause explains depends on that order; the sum does not.
"""

from pathlib import Path

import polars as pl

from leftbehind.counts import definitions
from leftbehind.counts.definitions import ORDER, Definition
from leftbehind.counts.left_behind import children_of
from leftbehind.runs.folder import Run


def reconcile(
    world: Run, start: Definition | str | Path, target: Definition | str | Path, year: int
) -> pl.DataFrame:
    """The walk from the count of `start` to that of `target` among the children of `year`.

    One row for `start` (clause "start") and one for each clause in which the two differ. Columns:
    step, clause, before and after (what the clause says in each definition), change (persons that
    the replacement adds or, below zero, removes) and number (persons counted after it). The last
    row's number is the target's count. Raises InputError for an unknown definition or year.
    """
    start, target = definitions.get(start), definitions.get(target)
    walk = steps(start, target)
    counts = [
        (pl.col("number").filter(step.expr()).sum() * (world.scale * step.share)).alias(clause)
        for clause, step in walk
    ]
    numbers = children_of(world, year).select(counts).collect().row(0)
    before = {clause.name: clause.text for clause in start.clauses}
    after = {clause.name: clause.text for clause in target.clauses}
    rows = [
        (clause, before.get(clause, start.name), after.get(clause, target.name), float(number))
        for (clause, _), number in zip(walk, numbers, strict=True)
    ]
    return pl.DataFrame(rows, schema=["clause", "before", "after", "number"], orient="row").select(
        pl.int_range(pl.len()).alias("step"),
        "clause",
        "before",
        "after",
        pl.col("number").diff().fill_null(0.0).alias("change"),
        "number",
    )


def steps(start: Definition, target: Definition) -> list[tuple[str, Definition]]:
    """`start`, then a definition for each clause that differs, more and more like `target`."""
    walk = [("start", start)]
    for clause, fields in ORDER.items():
        wanted = {field: getattr(target, field) for field in fields}
        if any(getattr(start, field) != value for field, value in wanted.items()):
            walk.append((clause, walk[-1][1].model_copy(update=wanted)))
    return walk
