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
    waves: tuple[int, ...] = (90, 60, 50)  # runs of each wave
    ranks: tuple[int, ...] = (3, 3, 2)
    cut: float = 3.0
    posterior_runs: int = 80
    draws: int = 50  # the least number to be kept
    most_active: int = 30  # parameters that emulators may depend on
    steps: int = 1000  # of the Markov chain, each of 4 walkers a parameter
    candidates: int = 10_000  # prior draws that measure how much space is left
    parameters: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()

    def at_scale(self, scale: int) -> "Plan":
        """The same plan at another scale; screening stays coarser, the fine runs finer."""
        return replace(
            self, scale=scale, screening_scale=min(2 * scale, 1_000_000),
            fine_scale=max(scale // 5, 10),
        )  # fmt: skip


FULL = Plan()
# Tries the machinery on a handful of people: its draws mean nothing.
SHORT = Plan(
    scale=200_000, screening_scale=200_000, trajectories=2, replicates=2, fine_scale=100_000,
    fine_runs=0, waves=(4,), ranks=(3,), posterior_runs=1, draws=1, most_active=2, steps=20,
    candidates=200, parameters=("choice_alpha_both_left", "choice_network"),
    targets=("children_2000", "poverty_2000", "urban_2000"),
)  # fmt: skip
