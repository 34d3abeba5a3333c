"""Money as people counted it: yuan of the year and US dollars, from the model's yuan of 2010."""

import numpy as np

from leftbehind.inputs.places import national

WORKING_DAYS = 26  # a month (assumed: six days a week)


def nominal(real: float, year: int) -> float:
    """Yuan of `year` from yuan of 2010 (consumer prices, national_series cpi)."""
    return real * float(national("cpi", np.array([year]))[0])


def dollars(yuan: float, year: int) -> float:
    """US dollars from yuan of `year` at that year's exchange rate."""
    return yuan / float(national("exchange_rate", np.array([year]))[0])


def yuan_text(yuan: float) -> str:
    """`1,240 yuan`, rounded to what the model can know (three figures)."""
    if yuan == 0:
        return "0 yuan"
    digits = 2 - int(np.floor(np.log10(abs(yuan))))
    return f"{round(yuan, min(digits, 0)):,.0f} yuan"
