"""Tables with their codebook in a folder, in the format of another program."""

from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError
from leftbehind.base.formats import check_format, encoded
from leftbehind.base.store import locked, whole_folder, write_bytes, write_manifest, write_text
from leftbehind.counts.codebook import codebook, descriptor, labels
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
    """Write tables, codebook.csv, datapackage.json and a manifest into `out`, whole or not at all.

    `facts` go into the manifest. Raises InputError for a format, a language or a folder that cannot
    be.
    """
    check_format(form)
    if language not in ("en", "zh"):
        raise InputError(f"--lang {language}: unknown; allowed: en, zh")
    book = codebook(tables, world.scale)
    with locked(out), whole_folder(out, replace) as work:
        for name, rows in tables.items():
            told = labels(name, rows.columns, language)
            write_bytes(work / f"{name}.{form}", encoded(rows, form, told))
        write_text(work / "codebook.csv", book.write_csv())
        write_text(
            work / "datapackage.json", descriptor(book, f"leftbehind-{out.name.lower()}", form)
        )
        kept = ("version", "seed", "scale", "from", "to", "scenario")
        of = {name: world.manifest.get(name) for name in kept}
        write_manifest(work, {"kind": KIND, "run": of, **facts})
