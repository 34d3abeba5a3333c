"""Places: provinces, prefectures and the distances between them; what does not change in a run.

What a place is like in a year (wages, rules, schools) is in conditions.py.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from leftbehind.base.elementary import exps, logs
from leftbehind.base.errors import InputError, shown
from leftbehind.base.forks import check_not_forked
from leftbehind.inputs.place_names import find_area
from leftbehind.inputs.tables import data_folder, read_table, yearly

EARTH_KM = 6371.0
# Distance of a move within the own prefecture, outside the own township: a share of the mean
# distance to the nearest seats, so that it grows with the prefecture (assumed).
OWN_SHARE, NEIGHBOURS = 0.35, 3


@dataclass(frozen=True, eq=False)
class Places:
    """The prefectures in order of code, their provinces and the distances between them.

    `table` (one row a prefecture), `provinces` (one row a province, in order of code), `province`
    (index of each prefecture's province), `first` (first prefecture of each province, and the
    number of prefectures), `km` great-circle distances.
    """

    table: pl.DataFrame
    provinces: pl.DataFrame
    province: np.ndarray
    first: np.ndarray
    km: np.ndarray

    def __len__(self) -> int:
        return self.table.height

    @staticmethod
    def load() -> "Places":
        """Read prefectures and provinces, once for all who ask, so that nobody may change them.

        Raises InputError if a prefecture's province is unknown.
        """
        check_not_forked()
        return _load(data_folder())

    def find(self, name: str) -> int:
        """Position of a prefecture by any of its names or its code.

        Raises InputError if none is called so, or if the word means several places (place_names).
        """
        area = find_area(name, "prefecture")
        codes = self.table["code"].to_list()
        here = [k for k, code in enumerate(codes) if area.code in (code, code // 10_000 * 10_000)]
        if len(here) > 1:
            raise InputError(
                f"{shown(name)} is a province; give one of its prefectures, such as "
                f"{self.table['name'][here[0]]}"
            )
        return here[0]

    def registered(self) -> np.ndarray:
        """People registered in each province in the census of 2010, (provinces,)."""
        people = self.table["registered_2010"].to_numpy().astype(float)
        return np.add.reduceat(people, self.first[:-1])

    def three_regions(self) -> np.ndarray:
        """Each prefecture's region (prefectures,) in the older scheme of three."""
        region = three_regions()
        return np.array([region[name] for name in self.table["province"].to_list()])

    def province_series(self, indicator: str, years: np.ndarray) -> np.ndarray:
        """Values of a province indicator, shape (provinces, years), linear between its years."""
        rows = _province_rows(data_folder())
        out = np.empty((self.provinces.height, len(years)))
        for k, name in enumerate(self.provinces["name"].to_list()):
            if (indicator, name) not in rows:
                raise InputError(f"province_series.csv: no {indicator!r} for province {name!r}")
            out[k] = np.interp(years, *rows[indicator, name])
        return out


@cache
def _province_rows(folder: Path) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    """Years and values of every province series by (indicator, province), from `folder`."""
    table = read_table("province_series").sort("year")
    parts = table.partition_by("indicator", "province", as_dict=True)
    return {
        (str(indicator), str(province)): (part["year"].to_numpy(), part["value"].to_numpy())
        for (indicator, province), part in parts.items()
    }


@cache
def _load(folder: Path) -> Places:
    """The places of the tables in `folder`."""
    provinces = read_table("provinces").sort("code")
    table = read_table("prefectures").sort("code")
    index = {name: k for k, name in enumerate(provinces["name"].to_list())}
    unknown = set(table["province"].to_list()) - set(index)
    if unknown:
        raise InputError(f"prefectures.csv: unknown province {sorted(unknown)[0]!r}")
    province = np.array([index[n] for n in table["province"].to_list()], dtype=np.int64)
    if np.any(np.diff(province) < 0):
        raise InputError("prefectures.csv: codes do not sort by province")
    first = np.searchsorted(province, np.arange(len(index) + 1)).astype(np.int64)
    return Places(table, provinces, province, first, _distances(table))


def _distances(table: pl.DataFrame) -> np.ndarray:
    lon = np.radians(table["lon"].to_numpy())
    lat = np.radians(table["lat"].to_numpy())
    north = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    east = np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    h = north + np.cos(lat)[:, None] * np.cos(lat)[None, :] * east
    # To the metre: the last bits of sine and cosine are not the same on every machine.
    km = (2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))).round(3)
    np.fill_diagonal(km, np.inf)
    nearest = np.sort(km, axis=1)[:, :NEIGHBOURS].mean(axis=1)
    np.fill_diagonal(km, OWN_SHARE * nearest)
    return km


def three_regions() -> dict[str, str]:
    """Each province's region when there were three: the northeast is split between two of them."""
    region = dict(read_table("provinces").select("name", "region").iter_rows())
    return region | {"Liaoning": "east", "Jilin": "central", "Heilongjiang": "central"}


def national(indicator: str, years: np.ndarray) -> np.ndarray:
    """A national series at the given years, linear between the table's years."""
    return yearly("national_series", {"indicator": indicator}, years)


def spread(places: Places, by_province: np.ndarray) -> np.ndarray:
    """Province values (provinces, years) to prefectures (prefectures, years)."""
    return by_province[places.province]


def relative_to_nation(
    places: Places, indicator: str, nation: str, years: np.ndarray
) -> np.ndarray:
    """Province value over the nation's (provinces, years), log-linear between the province's years.

    `nation` names the national series of the same thing.

    Interpolating the ratio keeps the nation's yearly movements (prices, booms) in every province.
    """
    table = read_table("province_series")
    known = np.unique(table.filter(pl.col("indicator") == indicator)["year"].to_numpy())
    values = places.province_series(indicator, known)
    ratio = logs(values / national(nation, known))
    return exps(np.array([np.interp(years, known, row) for row in ratio]))
