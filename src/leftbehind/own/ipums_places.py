"""Which prefecture each household of an extract is put into.

GEO2_CN names prefectures, or groups of them that kept their boundary from 1982 to 2000. A household
of a group is drawn into one of its prefectures by people registered there in 2010; where no name is
known, or the extract has provinces only, into one of the province.
"""

import re
from collections.abc import Mapping

import numpy as np
import polars as pl

from leftbehind.base.errors import shown
from leftbehind.base.randomness import FOUNDER
from leftbehind.inputs.place_names import meanings
from leftbehind.inputs.places import Places
from leftbehind.own import ipums_codes as codes
from leftbehind.own.completion import PREFECTURE, lucks
from leftbehind.own.draw import hashes

MOST_TOLD = 5  # labels in a note


def prefectures(
    table: pl.DataFrame, labels: Mapping[int, str], places: Places, word: np.uint64
) -> tuple[np.ndarray, list[str]]:
    """Code of the prefecture of each row (rows,), the same for all of a household; and notes.

    `labels` are those of GEO2_CN; the table needs SERIAL and GEO1_CN. The notes say how many people
    live where a label is not known, or only in part.
    """
    home = hashes(table["SERIAL"].cast(pl.String))
    u = lucks(word, home, np.zeros(len(home), np.int64), FOUNDER, PREFECTURE)
    province = (table["GEO1_CN"] - codes.GEO1_BASE).to_numpy()
    area = np.zeros(len(u), int)
    if "GEO2_CN" in table.columns:
        area = table["GEO2_CN"].fill_null(0).to_numpy()
    registered = places.table["registered_2010"].to_numpy()
    code = places.table["code"].to_numpy()
    out = np.empty(len(u), np.int64)
    unknown: dict[str, int] = {}
    partly: dict[str, int] = {}
    for group in np.unique(np.stack([province, area]), axis=1).T:
        mine = (province == group[0]) & (area == group[1])
        label = labels.get(int(group[1]), "")
        among, lost = members(int(group[0]), label, places)
        if lost:
            known = len(lost) < len(_parts(label))
            told = f"{shown(label)} (not {', '.join(lost)})" if known else shown(label)
            (partly if known else unknown)[told] = int(mine.sum())
        elif not label:
            unknown["no label"] = unknown.get("no label", 0) + int(mine.sum())
        ends = np.cumsum(registered[among])
        out[mine] = code[among[np.searchsorted(ends, u[mine] * ends[-1], side="right")]]
    notes = [
        *_note(unknown, "live where GEO2_CN names no known prefecture: spread over the province"),
        *_note(partly, "live in groups known in part: put into the prefectures that are known"),
    ]
    return out, notes


def members(province: int, label: str, places: Places) -> tuple[np.ndarray, list[str]]:
    """Positions of the prefectures that a label of GEO2_CN names, and the names not known.

    All of the province if none is known. Names may be old ones, and with their kind and people.
    """
    own = codes.LATER_PROVINCES.get(province, (province,))
    code = places.table["code"].to_numpy()
    inside = np.flatnonzero(np.isin(code // 10_000, own))
    found: set[int] = set()
    lost = []
    for part in _parts(label):
        here = np.flatnonzero(np.isin(code[inside], meanings(part)))
        found.update(inside[here].tolist())
        if not len(here):
            lost.append(part)
    return (np.array(sorted(found)) if found else inside), lost


def _parts(label: str) -> list[str]:
    """The names in a label: separated by commas, or by `and` where that is not part of a name."""
    out = []
    for part in re.split(r"[,;/]", label):
        known = not part.strip() or meanings(part)
        out += [part] if known else re.split(r"\band\b", part)
    return [part.strip() for part in out if part.strip()]


def _note(labels: dict[str, int], told: str) -> list[str]:
    """How many people live in places with some labels, with the first of them."""
    if not labels:
        return []
    first = sorted(labels, key=lambda label: -labels[label])[:MOST_TOLD]
    more = f" and {len(labels) - MOST_TOLD} more" if len(labels) > MOST_TOLD else ""
    return [f"{sum(labels.values()):,} people {told}: {'; '.join(first)}{more}"]
