"""Alignment of deaths, births and hukou types to official totals: worked out in the baseline only.

Factors are stored and used again in every scenario, so that a policy can change births and deaths.
Migration and left-behind children are never aligned.
"""

from dataclasses import dataclass, field

import numpy as np

from leftbehind.model.processes import fertility, mortality


@dataclass
class Alignment:
    """Factors by year: `deaths` (sex, age group), `births` (age groups, infants), `hukou` (P,).

    `frozen` is true for a scenario that uses the baseline's factors.
    """

    deaths: dict[int, np.ndarray] = field(default_factory=dict)
    births: dict[int, np.ndarray] = field(default_factory=dict)
    hukou: dict[int, np.ndarray] = field(default_factory=dict)
    frozen: bool = False

    def for_deaths(self, year: int, expected: np.ndarray) -> np.ndarray:
        """kappa (sex, age group) from expected sums (2: own and UN's, sex, age group)."""
        if not self.frozen:
            self.deaths[year] = _ratio(expected)
        return self.deaths[year]

    def for_births(self, year: int, expected: np.ndarray) -> np.ndarray:
        """kappa (N_FACTORS,) from the sums of `fertility.expect` (EXPECTED_SHAPE)."""
        if not self.frozen:
            self.births[year] = fertility.solve_alignment(expected)
        return self.births[year]

    def for_hukou(
        self, year: int, target: np.ndarray, people: np.ndarray, old: float
    ) -> np.ndarray:
        """Yearly chance (P,) by prefecture of a young family to leave agricultural hukou.

        `people` (P, 3) are all, rural, and old rural ones, whose families' chance is `old` times as
        large. It is the chance (at most a fifth) that would move each prefecture's share to the
        official one of `year` (`target`, (P,)) within the year; that migrants away do not change
        and new students come on top is made good in the next year.
        """
        if not self.frozen:
            total, rural = people[:, 0].astype(float), people[:, 1].astype(float)
            wanted = np.clip(total * (1.0 - target), 0.0, rural)
            as_young = rural - (1.0 - old) * people[:, 2]
            chance = np.where(rural > 0, (rural - wanted) / np.maximum(as_young, 1.0), 0.0)
            self.hukou[year] = np.clip(chance, 0.0, 0.2)
        return self.hukou[year]

    def as_frozen(self) -> "Alignment":
        """The same factors for use in a scenario."""
        return Alignment(self.deaths, self.births, self.hukou, frozen=True)


def _ratio(expected: np.ndarray) -> np.ndarray:
    own, un = expected[0].astype(float), expected[1].astype(float)
    return np.where(own > 0, un / np.maximum(own, 1.0), 1.0)


DEATHS_SHAPE = (2, 2, mortality.AGE_GROUPS)
BIRTH_FACTORS = (fertility.N_FACTORS,)
