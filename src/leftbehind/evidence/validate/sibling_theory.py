"""The siblings that a child should have, from rates of birth by age and parity and of death.

A kinship model with the stages of parity (Caswell 2020): the women of a birth year pass from p to
p + 1 children at age a with the chance f_p(a), births of order p + 1 over women with p children.
Their rates are the UN's by age times the share of births of that order, which a run tells
(model/tallies/orders.py): the UN publishes none. With each age and parity goes the mean number of
children borne at each age before. A child of order k of a mother aged a so has the older siblings
of a woman with k - 1 children, and the younger ones of a woman with k who lives on; each lives to
now by the UN's death rates. Left out: deaths of mothers, time since the last birth, and that
families differ otherwise.
"""

import numpy as np

from leftbehind.evidence.validate.kin_theory import FIRST, Rates

YOUNGEST, OLDEST = 12, 55  # ages of mothers
ORDERS = 6  # the last: that or a later one


class Births:
    """Rates of birth by order of the women of each birth year.

    `share` (years from 1950, age to OLDEST, ORDERS) are births of each order over those of the age;
    nan where there were none.
    """

    def __init__(self, rates: np.ndarray, share: np.ndarray) -> None:
        """`rates` (years from 1950, age) are births a woman."""
        self._rates = rates[:, : OLDEST + 1, None] * np.nan_to_num(share)
        self.share = np.nan_to_num(share)
        self._passages: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def passage(self, cohort: int) -> tuple[np.ndarray, np.ndarray]:
        """(chance to bear, mean children borne at each earlier age) of women born in `cohort`.

        By age and children borne (0 to ORDERS - 1, the last: that or more), the second with a last
        axis of ages.
        """
        if cohort not in self._passages:  # mothers of one cohort have children of many ages
            self._passages[cohort] = self._worked_out(cohort)
        return self._passages[cohort]

    def _worked_out(self, cohort: int) -> tuple[np.ndarray, np.ndarray]:
        women, past = np.zeros(ORDERS), np.zeros((ORDERS, OLDEST + 1))
        women[0] = 1.0
        chance = np.zeros((OLDEST + 1, ORDERS))
        before = np.zeros((OLDEST + 1, ORDERS, OLDEST + 1))
        for age in range(YOUNGEST, OLDEST + 1):
            born = self._rates[min(max(cohort + age - FIRST, 0), len(self._rates) - 1), age]
            f = np.minimum(np.divide(born, women, out=np.zeros(ORDERS), where=women > 1e-9), 1.0)
            chance[age], before[age] = f, past
            bearing = women * f
            with_birth = past.copy()
            with_birth[:, age] += 1.0
            into = np.concatenate([[0.0], bearing[:-1]])
            into[-1] += bearing[-1]
            coming = np.zeros_like(past)
            coming[1:] = bearing[:-1, None] * with_birth[:-1]
            coming[-1] += bearing[-1] * with_birth[-1]
            staying = women - bearing
            total = staying + into
            mixed = staying[:, None] * past + coming
            past = np.divide(mixed, total[:, None], out=past.copy(), where=total[:, None] > 1e-12)
            women = total
        return chance, before


def expected_siblings(rates: Rates, births: Births, age: int) -> float:
    """Mean living siblings by the mother of somebody of `age` in the year of `rates`."""
    born = rates.year - age
    total = 0.0
    for a in range(YOUNGEST, OLDEST + 1):
        weight = rates.mothers(born)[a]
        of_order = births.share[max(born - FIRST, 0), a]
        if weight <= 0.0 or of_order.sum() <= 0.0:
            continue
        chance, before = births.passage(born - a)
        alive = rates.child_lives(born - a + np.arange(a + age + 1))
        older = before[a][:, :a] @ alive[:a]
        women = np.concatenate([[0.0], of_order[:-1]]) / of_order.sum()
        women[-1] += of_order[-1] / of_order.sum()
        younger = 0.0
        for b in range(a + 1, min(a + age, OLDEST) + 1):
            bearing = women * chance[b]
            younger += bearing.sum() * alive[b]
            women = women - bearing
            women[1:] += bearing[:-1]
            women[-1] += bearing[-1]
        total += weight * (float(of_order / of_order.sum() @ older) + younger)
    return total
