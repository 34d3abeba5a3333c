"""Where a child may sit the university examination without the hukou of the province.

Until 2012 nowhere. On 30 August 2012 the State Council's office asked each province for a plan;
twelve opened in 2013. The years and conditions are read where the table says so; what share of
children meets the conditions is an assumption.
"""

import numpy as np

from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import read_table


def exam_open(places: Places, years: np.ndarray) -> np.ndarray:
    """Share of children of other provinces who may sit it here, (prefectures, years), 0 to 1."""
    by_province = np.zeros((places.provinces.height, len(years)))
    index = {name: k for k, name in enumerate(places.provinces["name"].to_list())}
    rows = read_table("exam_rules").sort("from_year").select("province", "from_year", "openness")
    for province, first, openness in rows.iter_rows():
        by_province[index[province], years >= first] = openness
    opened: np.ndarray = by_province[places.province]
    return opened
