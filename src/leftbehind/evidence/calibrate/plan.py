"""How much a calibration does: sizes of its stages, the full one and a short one."""

from dataclasses import dataclass, replace

FULL_SCALE = 10_000


@dataclass(frozen=True)
class Plan:
    """Sizes of the stages; the same plan, seed, tables and code give the same draws.

    `parameters` and `targets` name the ones to use; none: all. `ranks` holds, wave by wave, which
    implausibility must stay below `cut` (3: the third largest).
    """

    scale: int = FULL_SCALE
    screening_scale: int = 2 * FULL_SCALE
    trajectories: int = 2  # of Morris' screening
    replicates: int = 6  # runs that differ in luck only
    fine_scale: int = FULL_SCALE // 5
    fine_runs: int = 3  # at the fine scale, at the prior means
    waves: tuple[int, ...] = (90, 50)  # runs of each wave
    ranks: tuple[int, ...] = (3, 3)
    cut: float = 3.0
    tried: int = 66  # draws of the posterior that are run
    rounds: int = 3  # runs of each draw: the first, and one after each correction
    draws: int = 50  # the least number to be kept
    most_active: int = 40  # parameters that emulators may depend on
    candidates: int = 20_000  # prior draws that measure how much space is left
    steps: int = 400  # of the chain that walks in what is left where it is little
    parameters: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    figures: str = "strict"  # or all-data: see targets.py

    def at_scale(self, scale: int) -> "Plan":
        """The same plan at another scale; screening stays coarser, the fine runs finer."""
        return replace(
            self,
            scale=scale,
            screening_scale=min(2 * scale, 1_000_000),
            fine_scale=max(scale // 5, 10),
        )


FULL = Plan()
# Tries the machinery on a handful of people: its draws mean nothing.
SHORT = Plan(
    scale=200_000,
    screening_scale=200_000,
    trajectories=2,
    replicates=2,
    fine_scale=100_000,
    fine_runs=0,
    waves=(4,),
    ranks=(3,),
    tried=1,
    rounds=2,
    draws=1,
    most_active=2,
    steps=20,
    candidates=200,
    parameters=("choice_alpha_both_left", "choice_network"),
    targets=("children_2000", "poverty_2000", "urban_2000"),
)
