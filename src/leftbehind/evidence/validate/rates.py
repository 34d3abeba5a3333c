"""Life expectancy and total fertility from a run's yearly counts, as a demographer's closed forms.

The tables count a person's age as the age reached in the calendar year, and people at its end. So
who is counted at age x at the end of year t was x - 1 at the end of t - 1, and deaths at age
reached x lie between the two counts. No half-years need to be assumed.
"""

import numpy as np

# Groups of a life table: single years up to 17, then 18-19, then five-year groups to 100+.
LIFE_LOWS = (*range(19), *range(20, 101, 5))
FERTILE_LOWS = tuple(range(10, 60, 5))  # the last, 55+, holds no births


def life_expectancy(
    deaths: np.ndarray, people: np.ndarray, lows: tuple[int, ...] = LIFE_LOWS
) -> float:
    """Period life expectancy at birth, in years.

    `deaths` of the year and `people` at its end, by group of the age reached (`lows` are the
    groups' first ages, the last is open). The share of a group that dies in the year is
    q = deaths / (people + deaths); the years lived at age x by a newborn are
    L(x) = L(x - 1) (1 - q), and e0 is their sum. This is exact if births fall evenly over the year
    and q is the same at all ages of a group. Groups in which nobody was alive end the table.
    """
    exposed = people + deaths
    stay = np.where(exposed > 0, people / np.where(exposed > 0, exposed, 1.0), 0.0)
    widths = np.diff(lows)
    alive = 1.0
    lived = 0.0
    for share, width in zip(stay[:-1], widths, strict=True):
        for _ in range(int(width)):
            alive *= share
            lived += alive
    # Few live to 100 in a small run, so the open group shares the rate of the one before it; where
    # nobody of either died, the years above 100 (below 0.1) are left out.
    died, there = deaths[-2:].sum(), exposed[-2:].sum()
    last = 1.0 - died / there if died > 0 else 0.0
    return float(lived + alive * last / (1.0 - last))


def total_fertility(
    births: np.ndarray, women: np.ndarray, deaths: np.ndarray, width: int = 5
) -> float:
    """Children per woman from one year's births by group of the mother's age reached.

    `women` at the year's end and women's `deaths` of the year by the same groups, all `width` years
    wide. Exposure is the women alive in the middle of the year: those at its end and half of the
    deaths. Five-year groups, as the tables hold no single ages of adults: the error is small beside
    0.1 unless ages within a group are very uneven.
    """
    exposed = women + 0.5 * deaths
    rate = np.where(exposed > 0, births / np.where(exposed > 0, exposed, 1.0), 0.0)
    return float(width * rate.sum())
