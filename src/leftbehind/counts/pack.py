"""Tables with their codebook in a folder, in the format of another program."""

import re
from pathlib import Path

import polars as pl

from leftbehind.base.formats import encoded
from leftbehind.base.store import locked, whole_folder, write_bytes, write_manifest, write_text
from leftbehind.counts.codebook import codebook, descriptor, labels, values
from leftbehind.inputs.tables import read_table
from leftbehind.runs.folder import Run

KIND = "pack of tables"


def write_pack(
    world: Run,
    tables: dict[str, pl.DataFrame],
    out: Path,
    form: str,
    language: str = "en",
    replace: bool = False,
    **facts: object,
) -> None:
    """Write tables, what explains them and a manifest into `out`, whole or not at all.

    codebook.csv tells columns, values.csv labels, prefectures.csv the codes that join with
    boundaries; datapackage.json holds the tables' schemas. `facts` go into the manifest. Raises
    InputError for a folder or a format that cannot be.
    """
    book = codebook(tables, world.scale)
    with locked(out), whole_folder(out, replace) as work:
        for name, rows in tables.items():
            told = labels(name, rows.columns, language)
            write_bytes(work / f"{name}.{form}", encoded(rows, form, told))
        write_text(work / "codebook.csv", book.write_csv())
        write_text(work / "values.csv", values(tables).write_csv())
        write_text(work / "prefectures.csv", prefectures().write_csv())
        name = f"leftbehind-{re.sub(r'[^a-z0-9._-]', '-', out.name.lower())}"
        write_text(work / "datapackage.json", descriptor(book, name, form))
        kept = ("version", "seed", "scale", "from", "to", "scenario")
        of = {name: world.manifest.get(name) for name in kept}
        write_manifest(work, {"kind": KIND, "run": of, **facts})


def prefectures() -> pl.DataFrame:
    """A row a prefecture: code, names and those of the province in both languages, lon, lat."""
    provinces = read_table("provinces").select(
        province="name", province_zh="name_zh", province_code=pl.col("code") * 10_000
    )
    table = read_table("prefectures").join(provinces, on="province", how="left")
    return table.select(
        *("code", "name", "name_zh", "province_code", "province", "province_zh", "lon", "lat")
    )
