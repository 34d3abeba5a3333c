"""Solve the constants of the household's choice, so that the full model meets the shares of 2010.

Constants have no meaning of their own: they hold all that the terms leave out. Their priors are the
values at which the full model, with all other parameters at their priors, has the levels published
for 2009 and 2010. Only levels of that time are used; years before and after, places, ages and other
definitions judge the result. Run `python -m leftbehind.calibrate.constants` (about 10 minutes).
"""

import math
import sys

import polars as pl

from leftbehind.world import World, run

YEAR = 2010
STEP = 0.8  # of the log ratio, a cautious step because networks multiply a change
OVER_40 = ("41-50", "51+")
WORKERS = "workers away"
# The published children and workers cannot both be met: as many children as the federation counts
# need more parents away than the statistical office counts workers. The misfit is shared equally.
SHARED = ("choice_alpha_father", "choice_alpha_mother", "choice_alpha_both_left")
# Published levels (table `published`): ACWF 2010 children by who is away; NBS migrant workers of
# 2010 in all and in whole families, and unmarried ones with the share of 2009, in millions; women
# and people over 40 among them as shares of 2009.
TARGETS = {
    "choice_alpha_father": 61.03 * 0.364,
    "choice_alpha_mother": 61.03 * 0.169,
    "choice_alpha_both_left": 61.03 * 0.467,
    "choice_alpha_both_taken": 30.71,
    "choice_alpha_single": 153.35 * 0.415,
    WORKERS: 153.35,
    "choice_single_woman": 0.349,
    "choice_age_curve": 0.161,
}
# The age curve is no constant: its step is in its own unit (utility per squared year).
UNITS = {"choice_age_curve": 0.002}


def levels(world: World) -> dict[str, float]:
    """The model's levels that stand beside TARGETS, in millions of persons (women: share)."""
    away = world.left_behind(definition="acwf-2010", by="away", years=[YEAR])
    children = {k: v / 1e6 for k, v in away.select("away", "number").iter_rows()}
    workers = (
        world.table("migrants")
        .filter((pl.col("year") == YEAR) & (pl.col("months") == "6 months or more"))
        .collect()
    )

    def millions(rows: pl.DataFrame) -> float:
        return float(rows["number"].sum()) * world.scale / 1e6

    everyone = millions(workers)
    return {
        "choice_alpha_father": children["father only"],
        "choice_alpha_mother": children["mother only"],
        "choice_alpha_both_left": children["both"],
        "choice_alpha_both_taken": millions(workers.filter(pl.col("form") == "whole family")),
        "choice_alpha_single": millions(workers.filter(pl.col("union") == "single")),
        WORKERS: everyone,
        "choice_single_woman": millions(workers.filter(pl.col("sex") == "female")) / everyone,
        "choice_age_curve": millions(workers.filter(pl.col("age").is_in(OVER_40))) / everyone,
    }


def solve(start: dict[str, float], rounds: int, scale: int) -> dict[str, float]:
    """Move each constant by the log ratio of its target to the model's level, `rounds` times."""
    values = dict(start)
    for round_number in range(rounds):
        world = run(first=YEAR, last=YEAR, scale=scale, parameters=values)
        found = levels(world)
        gaps = {name: math.log(target / found[name]) for name, target in TARGETS.items()}
        for name in values:
            gap = 0.5 * (gaps[name] + gaps[WORKERS]) if name in SHARED else gaps[name]
            values[name] += STEP * UNITS.get(name, 1.0) * gap
        for name, target in TARGETS.items():
            now = f"-> {values[name]:.5f}" if name in values else ""
            print(f"{round_number:2d} {name:26s} {found[name]:8.3f} of {target:8.3f} {now}")
        sys.stdout.flush()
    return values


if __name__ == "__main__":
    from leftbehind.parameters import Parameters

    prior = Parameters.load().values
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    solve({name: prior[name] for name in TARGETS if name != WORKERS}, rounds, scale)
