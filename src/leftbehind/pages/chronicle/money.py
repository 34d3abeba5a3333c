"""Money as people counted it: yuan of the year and US dollars, from the model's yuan of 2010."""

import numpy as np

from leftbehind.inputs.places import national

WORKING_DAYS = 26  # a month (assumed: six days a week)


def nominal(real: float, year: int) -> float:
    """Yuan of `year` from yuan of 2010 (consumer prices, national_series cpi)."""
    return real * float(national("cpi", np.array([year]))[0])


def dollars(monthly: float, year: int) -> float:
    """US dollars a working day from yuan of `year` a month, at that year's exchange rate."""
    return monthly / WORKING_DAYS / float(national("exchange_rate", np.array([year]))[0])


def rounded(yuan: float) -> str:
    """`1,200`: two figures, as much as the model can know."""
    if yuan == 0:
        return "0"
    digits = 1 - int(np.floor(np.log10(abs(yuan))))
    return f"{round(yuan, min(digits, 0)):,.0f}"
