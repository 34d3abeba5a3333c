"""Which prefecture each household of an extract is put into.

GEO2_CN names prefectures, or groups of them that kept their boundary from 1982 to 2000. A household
of a group is drawn into one of its prefectures by people registered there in 2010; where no name is
known, or the extract has provinces only, into one of the province.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from leftbehind.base.randomness import FOUNDER
from leftbehind.inputs.places import Places
from leftbehind.own import ipums_codes as codes
from leftbehind.own.completion import PREFECTURE, lucks
from leftbehind.own.draw import hashes


def prefectures(
    table: pl.DataFrame, labels: Mapping[int, str], places: Places, word: np.uint64
) -> np.ndarray:
    """Code of the prefecture of each row (rows,), the same for all of a household.

    `labels` are those of GEO2_CN; the table needs SERIAL and GEO1_CN.
    """
    home = hashes(table["SERIAL"].cast(pl.String))
    u = lucks(word, home, np.zeros(len(home), np.int64), FOUNDER, PREFECTURE)
    province = (table["GEO1_CN"] - codes.GEO1_BASE).to_numpy()
    area = table["GEO2_CN"].to_numpy() if "GEO2_CN" in table.columns else np.zeros(len(u), int)
    registered = places.table["registered_2010"].to_numpy()
    code = places.table["code"].to_numpy()
    out = np.empty(len(u), np.int64)
    for group in np.unique(np.stack([province, area]), axis=1).T:
        mine = (province == group[0]) & (area == group[1])
        among = members(int(group[0]), labels.get(int(group[1]), ""), places)
        ends = np.cumsum(registered[among])
        out[mine] = code[among[np.searchsorted(ends, u[mine] * ends[-1], side="right")]]
    return out


def members(province: int, label: str, places: Places) -> np.ndarray:
    """Positions of the prefectures that a label of GEO2_CN names; all of the province if none."""
    own = codes.LATER_PROVINCES.get(province, (province,))
    inside = np.flatnonzero(np.isin(places.table["code"].to_numpy() // 10_000, own))
    named = {_plain(part) for part in label.split(",")}
    found = [k for k in inside if _plain(places.table["name"][int(k)]) in named]
    return np.array(found) if found else inside


def _plain(name: str) -> str:
    """A place's name without its kind, spaces and marks."""
    text = name.strip().lower()
    for kind in codes.KINDS_OF_PLACE:
        text = text.removesuffix(kind)
    return "".join(letter for letter in text if letter.isalpha())
