"""Places: provinces, prefectures, distances, and what each place is like in a year.

`Places` holds what does not change in a run. `Places.in_year` gives one structured record a
prefecture for the kernels (`here.wage`, `here.rule_rural`, ...), from the tables, last year's
coupling between prefectures (flows, share away) and the scenario.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from leftbehind.errors import InputError
from leftbehind.processes.fertility import NO_LIMIT
from leftbehind.tables import read_table, yearly

EARTH_KM = 6371.0
OWN_KM = 25.0  # distance within the own prefecture, outside the own township (assumed)

PLACE = np.dtype(
    [
        ("code", "i8"),
        ("province", "i8"),
        ("liangshan", "i8"),
        ("mountain", "i8"),  # 0 plain, 1 hills, 2 mountains
        ("mortality", "f8"),  # death rate relative to the nation
        ("fertility", "f8"),  # birth rate relative to the nation
        ("rule_rural", "f8"),  # children allowed to rural Han (1.5: a second if the first is a girl)
        ("rule_urban", "f8"),
        ("rule_minority", "f8"),
        ("rule_only_child", "f8"),  # 1 two if both are only children, 2 if either is
        ("town_share", "f8"),  # rural-hukou households at home in areas counted as urban
        ("hukou_chance", "f8"),  # yearly chance of a rural household to become non-agricultural
        ("home_income", "f8"),  # yuan of 2010 a head a year, without wages sent home
        ("local_job", "f8"),  # share of households with an off-farm job near home
        ("transfer", "f8"),  # yuan of 2010 a child a year for children living with a parent
        ("pension", "f8"),  # yuan of 2010 a year for rural people from 60
        ("land", "f8"),  # mu a head
        ("wage", "f8"),  # mean monthly pay of migrants, yuan of 2010
        ("pay_leave", "f8"),  # expected monthly pay of those who go without children
        ("pay_take", "f8"),
        ("access_leave", "f8"),  # expected utility of destinations without pay, plus their variety
        ("access_take", "f8"),
        ("barrier", "f8"),  # expected school barrier of destinations, 0 to 1
        ("network", "f8"),  # share of rural adults away last year
        ("jobs", "f8"),  # log employment outside agriculture relative to 2010
        ("closure", "f8"),  # legal closure 1 - O, 0 to 1
        ("primary_enrolment", "f8"),
        ("progress_to_junior", "f8"),
        ("progress_to_senior", "f8"),
        ("progress_to_college", "f8"),
        ("adult_schooling", "f8"),  # mean years of parents, for standardising
        ("kindergarten", "f8"),
        ("boarding_primary", "f8"),
        ("boarding_junior", "f8"),
    ],
    align=True,
)


@dataclass(frozen=True)
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
        """Read prefectures and provinces; raises InputError if a prefecture's province is unknown."""
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

    def find(self, name: str) -> int:
        """Position of a prefecture by English or Chinese name or code; InputError if none."""
        for column in ("name", "name_zh"):
            hit = np.flatnonzero((self.table[column] == name).to_numpy())
            if len(hit):
                return int(hit[0])
        if name.isdigit() and int(name) in self.table["code"].to_list():
            return self.table["code"].to_list().index(int(name))
        from difflib import get_close_matches

        near = get_close_matches(name, self.table["name"].to_list(), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InputError(f"no prefecture is called {name!r}{hint}")

    def province_series(self, indicator: str, years: np.ndarray) -> np.ndarray:
        """Values of a province indicator, shape (provinces, years), linear between its years."""
        table = read_table("province_series").filter(pl.col("indicator") == indicator)
        out = np.empty((self.provinces.height, len(years)))
        for k, name in enumerate(self.provinces["name"].to_list()):
            rows = table.filter(pl.col("province") == name).sort("year")
            if rows.is_empty():
                raise InputError(f"province_series.csv: no {indicator!r} for province {name!r}")
            out[k] = np.interp(years, rows["year"].to_numpy(), rows["value"].to_numpy())
        return out


def _distances(table: pl.DataFrame) -> np.ndarray:
    lon = np.radians(table["lon"].to_numpy())
    lat = np.radians(table["lat"].to_numpy())
    h = (
        np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    )
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    np.fill_diagonal(km, OWN_KM)
    return km


def national(indicator: str, years: np.ndarray) -> np.ndarray:
    """A national series at the given years, linear between the table's years."""
    return yearly("national_series", {"indicator": indicator}, years)


RULES = {"none": NO_LIMIT, "one": 1.0, "one_and_half": 1.5, "two": 2.0, "three": 3.0}
LATER_LONGER_FEWER = ((1971, 3.0), (1974, 3.0), (1975, 2.0), (1979, 2.0))


def _rule(rows: pl.DataFrame, year: int) -> tuple[float, float]:
    """(children allowed, only-child rule) in a year from the rows of one province and group."""
    for row in rows.iter_rows(named=True):
        if row["from_year"] <= year <= row["to_year"]:
            if row["rule"] == "later_longer_fewer":
                years, allowed = zip(*LATER_LONGER_FEWER, strict=True)
                return float(np.floor(np.interp(year, years, allowed))), 0.0
            if row["rule"] == "two_if_only_child":
                return 1.0, 2.0
            return RULES[row["rule"]], 0.0
    return NO_LIMIT, 0.0


def rules_in_year(places: Places, year: int) -> dict[str, np.ndarray]:
    """Children allowed to rural Han, urban and rural minority women by province; only-child rule."""
    table = read_table("fertility_rules")
    names = places.provinces["name"].to_list()
    out = {key: np.empty(len(names)) for key in ("rural", "urban", "minority", "only_child")}
    for k, name in enumerate(names):
        here = table.filter(pl.col("province") == name)
        only = 0.0
        for key, group in (
            ("rural", "han_rural"), ("urban", "han_urban"), ("minority", "minority_rural"),
        ):  # fmt: skip
            allowed, either = _rule(here.filter(pl.col("group") == group), year)
            if either:
                # Who may have two already keeps it; others if one of the pair is an only child.
                before, _ = _rule(here.filter(pl.col("group") == group), year - 2)
                allowed = max(before, allowed)
                only = max(only, either)
            out[key][k] = allowed
        out["only_child"][k] = only if only else (1.0 if 1984 <= year <= 2013 else 0.0)
    return out
