"""What a run writes is whole or not there; what it wrote can be read back as it was."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

import leftbehind
from leftbehind.base import store
from leftbehind.base.errors import InputError
from leftbehind.counts.world import World
from leftbehind.inputs.tables import data_folder, package_descriptor
from leftbehind.model.simulation import Settings, Simulation

TINY = {"scale": 200_000, "last": 1952, "threads": 1}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- Whole folders -------------------------------------------------------------------------------


def test_a_folder_appears_whole_at_the_end(tmp_path):
    target = tmp_path / "deep" / "run"
    with store.whole_folder(target) as work:
        (work / "table").write_text("x")
        assert not target.exists()
        assert work.parent == target.parent
    assert names(target) == {"table"}
    assert names(target.parent) == {"run"}


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, InputError])
def test_a_failure_leaves_nothing_behind(tmp_path, failure):
    with pytest.raises(failure), store.whole_folder(tmp_path / "run") as work:
        (work / "table").write_text("x")
        raise failure("in the middle")
    assert names(tmp_path) == set()


def test_a_full_disk_is_told_as_bad_input_and_leaves_nothing(tmp_path):
    told = pytest.raises(InputError, match=r"run: cannot write \(No space left on device\)")
    with told, store.whole_folder(tmp_path / "run") as work:
        (work / "table").write_text("x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert names(tmp_path) == set()


def a_run(folder: Path, text: str = "{}") -> Path:
    folder.mkdir()
    (folder / store.MANIFEST).write_text(text)
    return folder


def test_an_old_run_is_replaced_only_on_request(tmp_path):
    old = a_run(tmp_path / "run")
    with pytest.raises(InputError, match="holds a run already"), store.whole_folder(old):
        raise AssertionError("never begins")
    with store.whole_folder(old, replace=True) as work:
        (work / "new").write_text("x")
    assert names(old) == {"new"}
    assert names(tmp_path) == {"run"}


def test_a_failed_replacement_keeps_the_old_run(tmp_path):
    old = a_run(tmp_path / "run", '{"old": true}')
    with pytest.raises(ValueError), store.whole_folder(old, replace=True) as work:
        (work / "new").write_text("x")
        raise ValueError
    assert (old / store.MANIFEST).read_text() == '{"old": true}'
    assert names(tmp_path) == {"run"}


@pytest.mark.parametrize("replace", [False, True])
def test_other_peoples_files_are_never_replaced(tmp_path, replace):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "me.jpg").write_text("x")
    told = pytest.raises(InputError, match="holds other files")
    with told, store.whole_folder(folder, replace):
        raise AssertionError("never begins")
    assert names(folder) == {"me.jpg"}


def test_an_empty_folder_is_used(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with store.whole_folder(folder) as work:
        (work / "table").write_text("x")
    assert names(folder) == {"table"}


@pytest.mark.parametrize("where", ["below a file", "a file", "the kernel's"])
def test_where_nothing_can_be_written_the_folder_is_named(tmp_path, where):
    file = tmp_path / "file"
    file.write_text("x")
    target = {
        "below a file": file / "run",
        "a file": file,
        "the kernel's": Path("/proc/nobody/run"),
    }
    with pytest.raises(InputError) as told, store.whole_folder(target[where]):
        raise AssertionError("never begins")
    assert str(target[where]) in str(told.value)
    assert file.read_text() == "x"


def test_a_text_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    store.write_text(path, "first")

    def full(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left"):
        store.write_text(path, "second")
    assert path.read_text() == "first"


# --- Runs ----------------------------------------------------------------------------------------


def test_a_run_holds_its_tables_and_a_manifest(world):
    assert names(world.folder) == {
        "manifest.json",
        "incomes.parquet",
        "remittances.parquet",
        "people.parquet",
        "children.parquet",
        "flows.parquet",
        "choices.parquet",
        "kin.parquet",
        "local.parquet",
        "orders.parquet",
        "events.parquet",
        "places.parquet",
        "alignment.parquet",
        "moves.parquet",
    } | (names(world.folder) & {"migrants.parquet"})
    for name in ("seed", "scale", "from", "to", "scenario", "parameters", "data", "version"):
        assert name in world.manifest


def test_the_manifest_names_the_data_it_was_made_from(world):
    descriptor = package_descriptor(data_folder())
    assert world.manifest["data"] == {name: r["hash"] for name, r in descriptor.items()}


def test_a_world_is_opened_again_from_its_folder(world):
    again = World(world.folder)
    assert again.scale == world.scale
    assert again.years() == range(1950, 2021)
    assert again.people().equals(world.people())


def test_alignment_factors_come_back_bit_for_bit(world, lived):
    again = world.alignment()
    assert again.frozen
    for what in ("deaths", "births", "hukou"):
        ours, theirs = getattr(lived.alignment, what), getattr(again, what)
        assert ours.keys() == theirs.keys()
        for year in ours:
            assert np.array_equal(ours[year], theirs[year])
            assert ours[year].shape == theirs[year].shape


def test_first_only_chooses_what_is_recorded(tmp_path):
    all_years = leftbehind.run(out=tmp_path / "all", **TINY)
    late = leftbehind.run(out=tmp_path / "late", first=1952, **TINY)
    whole = all_years.table("people").filter(pl.col("year") == 1952).collect()
    assert late.table("people").collect().equals(whole)
    assert late.years() == range(1952, 1953)


def test_a_world_without_a_folder_is_temporary():
    world = leftbehind.run(**TINY)
    folder = world.folder
    assert (folder / store.MANIFEST).is_file()
    del world
    assert not folder.exists()


@pytest.mark.parametrize("out", [True, False], ids=["into a folder", "into a temporary folder"])
def test_a_disk_that_fills_up_during_a_run_leaves_nothing(tmp_path, monkeypatch, out):
    """The Parquet writer meets a full disk in the third year."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    write = pq.ParquetWriter.write_table
    written = 0

    def full(self, table, *args, **kwargs):
        nonlocal written
        written += 1
        if written > 9:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, table, *args, **kwargs)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(InputError, match="No space left on device"):
        leftbehind.run(out=tmp_path / "run" if out else None, **TINY)
    assert names(tmp_path) == set()


def test_a_truly_full_disk(tmp_path):
    """On a file system of 64 KiB, if this machine lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small file system")
    try:
        with pytest.raises(InputError, match="No space left on device"):
            leftbehind.run(out=disk / "run", **TINY)
        assert names(disk) == set()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_an_error_in_a_year_leaves_nothing(tmp_path, monkeypatch):
    def broken(self: Simulation) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Simulation, "step", broken)
    with pytest.raises(RuntimeError):
        leftbehind.run(out=tmp_path / "run", **TINY)
    assert names(tmp_path) == set()


KILLED = """
import sys
from pathlib import Path
import leftbehind

def progress(year):
    if year.year == 1953:
        print("halfway", flush=True)

leftbehind.run(scale=100_000, last=2050, threads=1, out=Path(sys.argv[1]), progress=progress)
"""


def test_a_killed_run_leaves_no_folder_that_looks_complete(tmp_path):
    target = tmp_path / "run"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(target)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "halfway"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert child.returncode == -signal.SIGKILL
    assert not target.exists()
    # An unfinished hidden folder, told by its name, and a lock that nobody holds any more.
    unfinished = names(tmp_path) - {".run.lock"}
    assert unfinished and all(name.startswith(".run-unfinished-") for name in unfinished)
    assert list(tmp_path.rglob(store.MANIFEST)) == []
    for name in unfinished:
        with pytest.raises(InputError, match="no complete run"):
            World(tmp_path / name)
    # The place is free for another try.
    assert leftbehind.run(out=target, **TINY).years() == range(1950, 1953)


def test_two_runs_at_once_into_one_folder_do_not_meet(tmp_path):
    target = tmp_path / "run"
    with store.locked(target):
        with pytest.raises(InputError, match=f"{target}: another run is writing here"):
            leftbehind.run(out=target, **TINY)
        assert names(tmp_path) == {".run.lock"}
    leftbehind.run(out=target, **TINY)
    assert names(tmp_path) == {"run"}


def test_the_root_of_a_disk_is_no_folder_for_a_run():
    with pytest.raises(InputError, match="is the root of a disk"):
        leftbehind.run(out=Path("/"), **TINY)


# --- Damaged runs --------------------------------------------------------------------------------


@pytest.fixture
def small_run(tmp_path) -> Path:
    return leftbehind.run(out=tmp_path / "run", **TINY).folder


def test_no_folder_is_no_run(tmp_path):
    with pytest.raises(InputError, match="no complete run here"):
        World(tmp_path / "nowhere")


def test_a_damaged_manifest_is_named(small_run):
    (small_run / store.MANIFEST).write_text('{"scale": 10')
    with pytest.raises(InputError, match=r"manifest\.json: damaged"):
        World(small_run)


def test_a_missing_table_is_named(small_run):
    (small_run / "people.parquet").unlink()
    with pytest.raises(InputError, match=r"people\.parquet: missing"):
        World(small_run)


def test_a_table_that_there_is_not_is_named(small_run):
    with pytest.raises(InputError, match=r"migrants\.parquet: the run lacks this table"):
        World(small_run).table("migrants")


@pytest.mark.parametrize("keep", [0, 100, 0.9])
def test_a_truncated_table_is_named(small_run, keep):
    path = small_run / "people.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole)) if keep < 1 else int(keep)])
    with pytest.raises(InputError, match=r"people\.parquet: damaged"):
        World(small_run).table("people")


def test_the_manifest_is_sorted_json_with_every_setting(small_run):
    text = (small_run / store.MANIFEST).read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert list(manifest) == sorted(manifest)
    assert manifest["scale"] == TINY["scale"]
    assert manifest["to"] == TINY["last"]


def test_two_runs_of_one_setting_differ_in_nothing_but_the_clock(tmp_path):
    one, two = (leftbehind.run(out=tmp_path / name, **TINY) for name in ("one", "two"))
    for path in sorted(one.folder.glob("*.parquet")):
        assert pl.read_parquet(path).equals(pl.read_parquet(two.folder / path.name)), path.name
    differs = {k for k in one.manifest if one.manifest[k] != two.manifest[k]}
    assert differs <= {"seconds", "seal"}


def test_a_simulation_does_not_need_the_disk(monkeypatch):
    """Living a year writes nothing: only the recorder does."""

    def refuse(*args, **kwargs):
        raise AssertionError("the simulation touched the disk")

    simulation = Simulation(Settings(scale=200_000, seed=3))
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(pq, "ParquetWriter", refuse)
    simulation.step()
    assert simulation.year == 1951
