"""Files in and out: Parquet tables of a run, its manifest, all written whole or not at all.

A run is written into a hidden folder beside its target, flushed to the disk and renamed at the end;
the manifest is the last file and holds the checksums of all (sealing.py). A folder without a
manifest is not a run, so a killed run leaves nothing that looks complete. What it leaves is told by
its name, `.NAME-unfinished-...`, and removed by the next run into NAME. A run that is replaced
waits beside its successor, with `-old` at the end, until that stands in its place.
"""

import errno
import glob
import io
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from leftbehind.base.errors import InputError, reason
from leftbehind.base.forks import check_not_forked
from leftbehind.base.sealing import FILES, TABLE, check_seal, check_sizes, check_table, sealed

MANIFEST = "manifest.json"
UNFINISHED, OLD, PART = "-unfinished-", "-old", ".part"


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
        raise InputError(f"{target}: is the root of a disk; give a folder on it")
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
        raise InputError(f"{target}: cannot write here ({reason(error)})") from error
    try:
        yield
    finally:
        # Removed while held: who opened it before sees that it is gone and is refused.
        path.unlink(missing_ok=True)
        lock.release()


@contextmanager
def whole_folder(target: Path, replace: bool = False) -> Iterator[Path]:
    """A new folder that becomes `target` at the end; removed again if anything fails.

    Who calls is the only writer of `target`. Raises InputError if `target` exists and is no run, or
    a run and not `replace`, or if the disk refuses (no right to write, full) or memory is lacking.
    """
    target = target.absolute()
    with _told(target):
        clear_unfinished(target)
        _check_target(target, replace)
        target.parent.mkdir(parents=True, exist_ok=True)
        work = _beside(target)
        work.mkdir()  # not by tempfile, whose folders nobody else may read
    try:
        with _told(target):
            yield work
            flush_folder(work)
            _put(work, target)
    except KeyboardInterrupt as stop:
        if not hasattr(stop, "__notes__"):
            stop.add_note(f"Nothing was written to {target}.")
        raise
    finally:
        with suppress(OSError):
            clear_unfinished(target)


@contextmanager
def target_folder(out: Path | None, replace: bool) -> Iterator[tuple[Path, Path]]:
    """(folder to write into, folder where it will be); without `out`, one temporary folder."""
    if out is not None:
        with whole_folder(Path(out), replace) as work:
            yield work, Path(out)
        return
    with _told(Path(tempfile.gettempdir())):
        folder = Path(tempfile.mkdtemp(prefix="leftbehind-"))
    try:
        with _told(folder):
            yield folder, folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """What the disk or the memory refuses while writing `target`, as InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{target}: cannot write ({reason(error)}); nothing was written there"
        ) from error
    except MemoryError as error:
        raise InputError(
            f"{target}: not enough memory; nothing was written there; give a larger --scale"
        ) from error


def _beside(target: Path) -> Path:
    """The name of a hidden folder for the same disk as `target`."""
    return target.with_name(f".{target.name}{UNFINISHED}{secrets.token_hex(4)}")


def _put(work: Path, target: Path) -> None:
    """Give the whole folder `work` the name `target`; what stands there goes last."""
    old = work.with_name(work.name + OLD)
    if target.exists():
        target.rename(old)
    work.rename(target)
    _flush(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _finish_replacing(target: Path) -> None:
    """If a replacing ended halfway, give the place to the successor, or without one to the old."""
    for old in _halfway(target):
        new = old.with_name(old.name.removesuffix(OLD))
        for whole in (new, old):
            if (whole / MANIFEST).is_file() and not target.exists():
                whole.rename(target)


def _halfway(target: Path) -> list[Path]:
    """The folders that had to make way for a successor of `target` that never came."""
    if target.exists():
        return []
    return list(target.parent.glob(f".{glob.escape(target.name)}{UNFINISHED}*{OLD}"))


def clear_unfinished(target: Path) -> None:
    """Remove what killed runs into `target` left behind; no other run may be writing there."""
    target = target.absolute()
    _finish_replacing(target)
    for folder in target.parent.glob(f".{glob.escape(target.name)}{UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def remove_folder(folder: Path, of: Path) -> None:
    """Remove a folder, if it is there, so that no part of it ever stands under its name.

    What a kill leaves of it counts as left by a run into `of`, beside it. InputError if the disk
    refuses.
    """
    if folder.exists():
        hidden = _beside(of.absolute())
        try:
            folder.rename(hidden)
        except OSError as error:
            raise InputError(f"{folder}: cannot be removed ({reason(error)})") from error
        shutil.rmtree(hidden, ignore_errors=True)


def clear_parts(folder: Path) -> None:
    """Remove the files below `folder` that killed writers had not finished (see `write_bytes`)."""
    for part in folder.rglob(f".*{PART}"):
        if not _is_alive(part):
            part.unlink(missing_ok=True)


def first_difference(mine: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """The first setting of `mine` that `found` has not, or has otherwise; both as JSON gives them.

    What only `found` has does not matter. Of a scenario its name and changes count, not how it is
    described.
    """
    for name, value in mine.items():
        # As text: a setting may hold NaN, which is not itself.
        here, there = (json.dumps(_decisive(v), sort_keys=True) for v in (value, found.get(name)))
        if here != there:
            return name
    return None


def _decisive(value: Any) -> Any:
    if isinstance(value, dict) and "change" in value:
        return value.get("name"), value["change"]
    return value


def check_same(where: Path, has: str, mine: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raise InputError, naming the first setting that differs, unless `found` is what is meant.

    `has` begins the sentence: "these checkpoints are of a run with".
    """
    name = first_difference(mine, found)
    if name:
        value = mine[name]
        both = f" ({found.get(name)} there, {value} here)" if isinstance(value, int | str) else ""
        raise InputError(
            f"{where}: {has} another {name!r}{both}; give the same settings, or start anew with "
            "--replace"
        )


def flush_folder(folder: Path) -> None:
    """Have the disk hold a folder's files and names, so that even a power cut keeps them."""
    for path in folder.iterdir():
        if path.is_dir():
            flush_folder(path)
        else:
            _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
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
    """Write the manifest, sealed (sealing.py), after the tables and flushed to disk."""
    text = json.dumps(sealed(folder, manifest), indent=1, ensure_ascii=False, sort_keys=True)
    write_text(folder / MANIFEST, text + "\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a whole folder of results.

    Raises InputError if `folder` holds none, if it was edited, or if a table that it lists is
    missing or of another size. A replacing that was killed halfway is brought to its end.
    """
    check_not_forked()
    folder = Path(folder)
    path = folder / MANIFEST
    recover(folder)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_doubles)
    except OSError as error:
        raise InputError(
            f"{folder}: no complete run here ({MANIFEST} is missing); `leftbehind run` makes one"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: damaged ({error})") from error
    if not isinstance(manifest, dict):
        raise InputError(f"{path}: damaged: not a manifest")
    check_seal(path, manifest)
    check_sizes(folder, manifest)
    return manifest


def recover(folder: Path) -> None:
    """Bring a replacing of `folder` that was killed halfway to its end, if nobody is at it."""
    if _halfway(folder.absolute()):
        with suppress(InputError, OSError), locked(folder):
            _finish_replacing(folder.absolute())


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def write_table(folder: Path, name: str, table: pl.DataFrame) -> None:
    """Write one table as Parquet (zstd)."""
    content = io.BytesIO()  # Polars itself would tell of a full disk in its own words
    table.write_parquet(content, compression="zstd")
    (folder / f"{name}{TABLE}").write_bytes(content.getvalue())


def read_run_table(folder: Path, name: str) -> pl.LazyFrame:
    """One table of a run, read lazily; InputError if the run lacks it or it is damaged.

    Its checksum is worked out when a process first asks for it.
    """
    path = Path(folder) / f"{name}{TABLE}"
    told = read_manifest(folder)[FILES].get(path.name)
    if told is None:
        raise InputError(f"{path}: the run lacks this table")
    check_table(path, told)
    try:
        lazy = pl.scan_parquet(path, glob=False)
        lazy.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path}: damaged ({error})") from error
    return lazy


def read_json(path: Path, mend: str) -> dict[str, Any]:
    """An object of a JSON file; InputError, with how to `mend` it, if it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("not an object")
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: missing or damaged; {mend}") from error
    return content


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all; InputError if the disk refuses."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, flushed to disk; InputError if the disk refuses."""
    write_files({path: content})


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all whole, or none of them if the disk refuses.

    They get their names when all are on the disk. An unfinished file carries the number of its
    process, so that the next writer knows whether somebody still writes it.
    """
    parts = {path: _part_of(path) for path in contents}
    made: list[Path] = []
    path = Path()
    try:
        made = [folder for path in parts for folder in path.parents if not folder.exists()]
        for path, content in contents.items():
            _write_part(path, parts[path], content)
        for path, part in parts.items():
            part.replace(path)
        made.clear()
        for folder in {path.parent for path in parts}:
            _flush(folder)
    except OSError as error:
        raise InputError(f"{path}: cannot write ({reason(error)})") from error
    finally:
        _forget(parts.values(), made)


def _forget(parts: Iterable[Path], made: list[Path]) -> None:
    """Remove unfinished files and the folders made for them, each list innermost first."""
    for part in parts:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}{PART}")


def _write_part(path: Path, part: Path, content: bytes) -> None:
    """Write the unfinished file `part` of `path`, after what killed writers left of it is gone."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}-*{PART}"):
        if not _is_alive(left):
            left.unlink(missing_ok=True)
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _is_alive(part: Path) -> bool:
    """Whether the process that writes an unfinished file still runs on this machine."""
    number = part.name.removesuffix(PART).split("-")[-2:][0]
    if not number.isdecimal():
        return True  # not one of ours
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass  # it runs, but is somebody else's
    return True
