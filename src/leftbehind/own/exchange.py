"""A population table for other programs: SOCSIM's two files, or tskit's pedigree."""

from pathlib import Path

import polars as pl

from leftbehind.base.errors import InputError, nearest
from leftbehind.base.formats import with_extra
from leftbehind.base.store import write_files
from leftbehind.own import pedigree, socsim

ENDINGS = {"socsim": (".opop", ".omar"), "tskit": (".trees",)}


def targets(to: str, out: Path) -> list[Path]:
    """The files that an export to a program writes; InputError for an unknown program."""
    if to not in ENDINGS:
        raise InputError(
            f"--to {to}: unknown{nearest(to, list(ENDINGS))}; allowed: {', '.join(ENDINGS)}"
        )
    stem = out.name.removesuffix(out.suffix) if out.suffix in ENDINGS[to] else out.name
    return [out.with_name(stem + ending) for ending in ENDINGS[to]]


def check_exchange(to: str, out: Path, replace: bool) -> None:
    """Raise InputError for a program, a library or files that cannot be."""
    for path in targets(to, out):
        if path.exists() and not replace:
            raise InputError(f"--out {path}: is there already; give another name or --replace")
    if to == "tskit":
        with_extra("tskit", "--to tskit", "files")


def write_exchange(people: pl.DataFrame, to: str, out: Path) -> None:
    """Write the table for a program, all its files or none."""
    if to == "tskit":
        contents = [pedigree.encoded(people)]
    else:
        contents = [socsim.text(table).encode() for table in socsim.socsim(people)]
    write_files(dict(zip(targets(to, out), contents, strict=True)))
