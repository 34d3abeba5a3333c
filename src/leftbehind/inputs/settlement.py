"""Who lives in town: published urban shares brought to the households that stay at home."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import polars as pl

from leftbehind.inputs.places import Places, national, spread
from leftbehind.inputs.tables import read_table

# Both used only for `town_share`, and held in all years.
CROSS_PROVINCE_SHARE = 0.45  # of rural migrants, NBS about 2010
CHILDREN_A_MIGRANT = 0.19  # 28.77 m (ACWF 2013) a worker (153.35 m, NBS), 2010


def settlement(
    places: Places, years: np.ndarray, dated: Callable[[str], np.ndarray]
) -> dict[str, np.ndarray]:
    """Shares of rural- and urban-hukou households at home that live in areas counted as urban.

    From published shares only, never from simulated migrants: what is left of the urban share after
    urban hukou and rural migrants, over those who remain. Migrants by province are the national
    number and their children, spread by the provinces' arrivals in the census of 2000.
    """
    urban = places.province_series("urban_share", years) / 100.0
    nation = national("urban_share", years)
    weight = places.province_series("population", years)
    mean = (urban * weight).sum(axis=0) / weight.sum(axis=0)
    urban = np.clip(urban * nation / mean, 0.01, 0.95)
    by_place = hukou_target(places, years)
    registered = places.table["registered_2010"].to_numpy().astype(float)
    hukou = np.array(
        [
            np.average(by_place[a:b], axis=0, weights=registered[a:b])
            for a, b in zip(places.first[:-1], places.first[1:], strict=True)
        ]
    )
    moved = read_table("province_flows").filter(
        (pl.col("definition") == "lifetime_by_birthplace_sample")
        & (pl.col("year") == 2000)
        & (pl.col("origin") != pl.col("destination"))
    )
    arrivals = moved.group_by("destination").agg(pl.col("value").sum())
    by_name = dict(arrivals.iter_rows())
    people = places.province_series("population", np.array([2000]))[:, 0]
    rate = np.array([by_name[name] for name in places.provinces["name"].to_list()]) / people
    rate /= (rate * people).sum() / people.sum()
    migrants = national("rural_migrants_share", years) * (1.0 + CHILDREN_A_MIGRANT)
    here = migrants * ((1 - CROSS_PROVINCE_SHARE) + CROSS_PROVINCE_SHARE * rate[:, None])
    in_town = dated("urban_hukou_in_town")
    rest = urban - in_town * hukou - dated("urban_migrant_in_town") * here
    others = np.maximum(1.0 - hukou - here, 0.05)
    return {
        "town_share": spread(places, np.clip(rest / others, 0.0, 0.95)),
        "city_share": spread(places, np.minimum(in_town, urban / hukou)),
    }


def hukou_target(places: Places, years: np.ndarray) -> np.ndarray:
    """Share with non-agricultural hukou, (prefectures, years)."""
    return _hukou_target(places, tuple(years.tolist())).copy()


@lru_cache(maxsize=8)
def _hukou_target(places: Places, when: tuple[int, ...]) -> np.ndarray:
    """The same; a run asks for it several times.

    Provinces follow their own series scaled to the nation's; within a province, prefectures keep
    the odds relative to each other that their residents had in the census of 2010.
    """
    years = np.array(when)
    share = places.province_series("nonagricultural_hukou_share", years) / 100.0
    weight = places.province_series("population", years)
    nation = national("nonagricultural_hukou_share", years)
    by_province = scaled_odds(share / (1.0 - share), weight, nation)
    local = places.table["nonagricultural_share_2010"].to_numpy().clip(0.01, 0.99)
    people = places.table["registered_2010"].to_numpy().astype(float)
    out = np.empty((len(places), len(years)))
    for g in range(places.provinces.height):
        mine = slice(places.first[g], places.first[g + 1])
        odds = np.repeat((local[mine] / (1.0 - local[mine]))[:, None], len(years), axis=1)
        out[mine] = scaled_odds(odds, people[mine, None], by_province[g])
    return out


def scaled_odds(odds: np.ndarray, weight: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Shares with these relative odds and the weighted mean `target` (years,); all below 1."""
    people = (weight + 0.0 * odds).sum(axis=0)
    for _ in range(30):
        share = odds / (1.0 + odds)
        mean = (share * weight).sum(axis=0) / people
        odds = odds * (target / (1.0 - target)) / (mean / (1.0 - mean))
    scaled: np.ndarray = odds / (1.0 + odds)
    return scaled
