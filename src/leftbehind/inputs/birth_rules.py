"""Birth rules: how many children the law of a province and year allows, by group.

Table `fertility_rules` (Gu, Wang, Guo & Zhang 2007 and later laws). 1.5 stands for "a second child
if the first is a girl".
"""

from typing import Any

import numpy as np

from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import read_table

NO_LIMIT = 9.0
RULES = {"none": NO_LIMIT, "one": 1.0, "one_and_half": 1.5, "two": 2.0, "three": 3.0}
LATER_LONGER_FEWER = ((1971, 3.0), (1974, 3.0), (1975, 2.0), (1979, 2.0))
GROUPS = {"rural": "han_rural", "urban": "han_urban", "minority": "minority_rural"}


def _rule(rows: list[dict[str, Any]], year: int) -> tuple[float, float]:
    """(children allowed, only-child rule) in a year from the rows of one province and group."""
    for row in rows:
        if row["from_year"] <= year <= row["to_year"]:
            if row["rule"] == "later_longer_fewer":
                years, allowed = zip(*LATER_LONGER_FEWER, strict=True)
                return float(np.floor(np.interp(year, years, allowed))), 0.0
            if row["rule"] == "two_if_only_child":
                return 1.0, 2.0
            return RULES[row["rule"]], 0.0
    return NO_LIMIT, 0.0


def rules(places: Places, years: np.ndarray) -> dict[str, np.ndarray]:
    """Children allowed by group, shape (prefectures, years) each.

    Keys: `rural`, `urban`, `minority` (Yi in Liangshan have a rule of their own) and `only_child`:
    1 if two are allowed where both partners are only children, 2 where either is.
    """
    table = read_table("fertility_rules")
    out = {key: np.empty((len(places), len(years))) for key in (*GROUPS, "only_child")}
    by_group = table.partition_by("province", "group", as_dict=True)
    rows = {key: part.rows(named=True) for key, part in by_group.items()}
    for k, name in enumerate(places.provinces["name"].to_list()):
        members = slice(places.first[k], places.first[k + 1])
        for t, year in enumerate(years):
            only = 0.0
            for key, group in GROUPS.items():
                here = rows[name, group]
                allowed, either = _rule(here, year)
                if either:
                    # Who may have two already keeps it; else if one of the pair is an only child.
                    before, _ = _rule(here, year - 2)
                    allowed = max(before, allowed)
                    only = max(only, either)
                out[key][members, t] = allowed
            out["only_child"][members, t] = only or (1.0 if 1984 <= year <= 2013 else 0.0)
    yi = rows["Sichuan", "yi_liangshan"]
    out["minority"][places.find("Liangshan")] = [_rule(yi, year)[0] for year in years]
    return out
