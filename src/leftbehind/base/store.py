"""Files in and out: Parquet tables of a run, its manifest, all written whole or not at all.

A run is written into a hidden folder beside its target and renamed at the end; the manifest is the
last file. A folder without a manifest is not a run, so a killed run leaves nothing that looks
complete.
"""

import glob
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from leftbehind.base.errors import InputError

MANIFEST = "manifest.json"


@contextmanager
def locked(target: Path | None) -> Iterator[None]:
    """Be the only writer of `target` while the block lasts; None needs no lock.

    The lock is a hidden file beside the folder, gone at the end; a killed run gives it up. Raises
    InputError if another run holds it or the disk refuses. Machines that share a folder see each
    other's lock as far as their file system carries flock.
    """
    if target is None:
        yield
        return
    target = Path(target).absolute()
    if not target.name:
        raise InputError(f"{target}: is the root of a disk; give a folder in it")
    path = target.with_name(f".{target.name}.lock")
    lock = FileLock(path, timeout=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise InputError(
            f"{target}: another run is writing here; wait for its end or give another folder"
        ) from error
    except OSError as error:
        raise InputError(f"{target}: cannot write here ({error.strerror})") from error
    try:
        yield
    finally:
        # Removed while held: who opened it before sees that it is gone and is refused.
        path.unlink(missing_ok=True)
        lock.release()


@contextmanager
def whole_folder(target: Path, replace: bool = False) -> Iterator[Path]:
    """A temporary folder that becomes `target` at the end; removed again if anything fails.

    Raises InputError if `target` exists and is no run, or a run and not `replace`, or if the disk
    refuses (no right to write, full).
    """
    target = target.absolute()
    _check_target(target, replace)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-unfinished-", dir=target.parent))
    except OSError as error:
        raise InputError(f"{target}: cannot write here ({error.strerror})") from error
    try:
        yield work
        if target.exists():
            old = work.with_name(work.name + "-old")
            target.rename(old)
            work.rename(target)
            shutil.rmtree(old)
        else:
            work.rename(target)
    except OSError as error:
        raise InputError(
            f"{target}: cannot write ({error.strerror or error}); nothing was kept"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def target_folder(out: Path | None, replace: bool) -> Iterator[tuple[Path, Path]]:
    """(folder to write into, folder where it will be); without `out`, one temporary folder."""
    if out is not None:
        with whole_folder(Path(out), replace) as work:
            yield work, Path(out)
        return
    folder = Path(tempfile.mkdtemp(prefix="leftbehind-"))
    try:
        yield folder, folder
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise InputError(
            f"{folder}: cannot write ({error.strerror or error}); nothing was kept"
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def check_same(where: Path, has: str, mine: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raise InputError, naming the first setting that differs, unless `found` is what is meant.

    `mine` and `found` are as JSON gives them; what only `found` has does not matter. `has` begins
    the sentence: "these checkpoints are of a run with".
    """
    for name, value in mine.items():
        other = found.get(name)
        # As text: a setting may hold NaN, which is not itself.
        if json.dumps(other, sort_keys=True) != json.dumps(value, sort_keys=True):
            plain = isinstance(value, int | str)
            shown = f" ({other} there, {value} here)" if plain else ""
            raise InputError(
                f"{where}: {has} another {name!r}{shown}; give the same settings, or start anew "
                "with --replace"
            )


def clear_unfinished(target: Path) -> None:
    """Remove what killed runs into `target` left behind; no other run may be writing there."""
    target = target.absolute()
    for folder in target.parent.glob(f".{glob.escape(target.name)}-unfinished-*"):
        shutil.rmtree(folder, ignore_errors=True)


def flush_folder(folder: Path) -> None:
    """Have the disk hold a folder's files and names, so that even a power cut keeps them."""
    for path in (*(p for p in folder.iterdir() if p.is_file()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _check_target(target: Path, replace: bool) -> None:
    """Raise InputError if `target` is no empty or new folder, nor a run that may be replaced."""
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError(f"{target}: is a file; give a folder")
    if any(target.iterdir()):
        if not (target / MANIFEST).is_file():
            raise InputError(f"{target}: this folder holds other files; give an empty or new one")
        if not replace:
            raise InputError(f"{target}: holds a run already; give another folder or --replace")


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, flushed to disk."""
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1, ensure_ascii=False, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run; InputError if `folder` is no complete run."""
    path = Path(folder) / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{folder}: no complete run here ({MANIFEST} is missing); `leftbehind run` makes one"
        ) from error
    except ValueError as error:
        raise InputError(f"{path}: damaged ({error})") from error
    return manifest


def write_table(folder: Path, name: str, table: pl.DataFrame) -> None:
    """Write one table as Parquet (zstd)."""
    table.write_parquet(folder / f"{name}.parquet", compression="zstd")


def read_run_table(folder: Path, name: str) -> pl.LazyFrame:
    """One table of a run, read lazily; InputError if it is missing or damaged."""
    path = Path(folder) / f"{name}.parquet"
    if not path.is_file():
        raise InputError(f"{path}: the run lacks this table")
    try:
        lazy = pl.scan_parquet(path)
        lazy.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path}: damaged ({error})") from error
    return lazy


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all; InputError if the disk refuses."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; InputError if the disk refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}-", delete=False
        ) as file:
            file.write(content)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot write ({error.strerror})") from error
