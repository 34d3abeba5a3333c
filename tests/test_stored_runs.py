"""A stored run cannot lie: whatever is done to its folder ends in a sentence, not in a number."""

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import leftbehind
from leftbehind.base import sealing, store
from leftbehind.base.errors import InputError
from leftbehind.cli.app import app
from leftbehind.counts.world import World
from leftbehind.runs.checkpoint import Checkpoints, folder_of
from leftbehind.runs.verify import check_fields, verify

TINY = {"scale": 200_000, "last": 1981, "threads": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run with all tables."""
    return leftbehind.run(out=tmp_path_factory.mktemp("made") / "run", **TINY).folder


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(made, tmp_path / "run"))


def refused(folder: Path) -> str:
    """The sentence with which `verify` refuses a folder."""
    with pytest.raises(InputError) as told:
        verify(folder)
    assert len(str(told.value)) < 600
    return str(told.value)


def rewrite(folder: Path, name: str, change: pl.Expr | pl.DataFrame | None = None) -> None:
    """Change a table as a forger would who also seals the manifest anew."""
    manifest = store.read_manifest(folder)
    table = pl.read_parquet(folder / f"{name}.parquet")
    new = change if isinstance(change, pl.DataFrame) else table.with_columns(change)
    store.write_table(folder, name, new)
    store.write_manifest(folder, manifest)


# --- What a manifest says -------------------------------------------------------------------------


def test_a_whole_run_is_found_whole(made):
    found = verify(made)
    assert found.tables == len(list(made.glob("*.parquet")))
    told = json.loads((made / store.MANIFEST).read_text())["files"]
    assert found.rows == sum(one["rows"] for one in told.values())
    assert found.bytes == sum(path.stat().st_size for path in made.glob("*.parquet"))


def test_the_manifest_says_what_the_run_was_made_with(made):
    machine = store.read_manifest(made)["machine"]
    for name in ("python", "numpy", "numba", "llvmlite", "polars", "pyarrow", "c_library"):
        assert machine[name], name
    assert machine["processor"] and isinstance(machine["features"], list)


def test_every_field_of_the_manifest_is_sealed(copy):
    path = copy / store.MANIFEST
    manifest = json.loads(path.read_text())
    for name in manifest:
        without = {key: value for key, value in manifest.items() if key != name}
        path.write_text(json.dumps(without))
        assert str(path) in refused(copy), name
        path.write_text(json.dumps({**manifest, name: "another"}))
        assert str(path) in refused(copy), name


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "3", "{", '{"scale": 1, "scale": 2}', "[" * 9999]
)
def test_what_is_no_manifest_is_refused(copy, text):
    (copy / store.MANIFEST).write_text(text)
    assert "manifest.json" in refused(copy)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scale", "10"),
        ("scale", True),
        ("scale", 0),
        ("to", 1940),
        ("parameters", []),
        ("seed", 1.5),
    ],
)
def test_a_field_of_another_type_is_named(made, field, value):
    manifest = {**store.read_manifest(made), field: value}
    with pytest.raises(InputError, match=r"manifest\.json"):
        check_fields(made, manifest)


def test_a_run_from_before_checksums_is_refused_with_its_version(copy):
    manifest = json.loads((copy / store.MANIFEST).read_text())
    for name in (sealing.FILES, sealing.SEAL):
        del manifest[name]
    (copy / store.MANIFEST).write_text(json.dumps({**manifest, "version": "0.0.9"}))
    assert "made by leftbehind 0.0.9 before results had checksums" in refused(copy)


def test_a_run_that_lacks_what_there_is_today_is_refused_with_its_version(copy):
    rewrite(copy, "kin", pl.read_parquet(copy / "kin.parquet").drop("grandmothers"))
    with pytest.raises(
        InputError, match=r"made by version .*, whose table kin has no grandmothers"
    ):
        World(copy).table("kin")
    factors = pl.read_parquet(copy / "alignment.parquet")
    rewrite(copy, "alignment", factors.filter((pl.col("what") != "births") | (pl.col("group") > 0)))
    with pytest.raises(InputError, match=r"it stores \d+ factors of births a year"):
        World(copy).alignment()
    manifest = store.read_manifest(copy)
    parameters = dict(list(manifest["parameters"].items())[1:])
    store.write_manifest(copy, {**manifest, "parameters": parameters})
    with pytest.raises(InputError, match="it knows no parameter"):
        World(copy).parameters()


# --- Damaged tables -------------------------------------------------------------------------------


def test_any_changed_byte_of_any_table_is_found(copy):
    dice = random.Random(3)
    tables = sorted(copy.glob("*.parquet"))
    for _ in range(60):
        path = dice.choice(tables)
        whole = path.read_bytes()
        at = dice.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1 :])
        assert f"{path}: damaged" in refused(copy)
        with pytest.raises(InputError, match="damaged"):
            World(copy).table(path.stem)
        path.write_bytes(whole)
    verify(copy)


def test_tables_of_each_other_and_of_another_run_are_refused(copy, tmp_path):
    people = (copy / "people.parquet").read_bytes()
    shutil.copy(copy / "kin.parquet", copy / "people.parquet")
    assert "people.parquet: damaged" in refused(copy)
    other = leftbehind.run(out=tmp_path / "other", seed=2, **TINY).folder
    shutil.copy(other / "people.parquet", copy / "people.parquet")
    assert "people.parquet: damaged" in refused(copy)
    (copy / "people.parquet").write_bytes(people)
    shutil.copy(other / "people.parquet", copy / "more.parquet")
    assert "more.parquet: not one of this run's tables" in refused(copy)


def test_a_table_that_is_damaged_after_it_was_read_is_found_at_the_next_reading(copy):
    world = World(copy)
    assert world.table("people").collect().height
    path = copy / "people.parquet"
    stat_before, whole = path.stat(), path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    os.utime(path, ns=(stat_before.st_atime_ns, stat_before.st_mtime_ns))
    with pytest.raises(InputError, match="damaged"):
        world.table("people")


def test_opening_finds_what_is_missing_or_cut(copy):
    whole = (copy / "flows.parquet").read_bytes()
    (copy / "flows.parquet").write_bytes(whole[:-1])
    with pytest.raises(InputError, match=r"flows\.parquet: damaged"):
        World(copy)
    (copy / "flows.parquet").unlink()
    with pytest.raises(InputError, match=r"flows\.parquet: missing"):
        World(copy)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("people", -pl.col("number"), "negative"),
        ("flows", -pl.col("adults"), "negative"),
        ("children", pl.lit(float("nan"), pl.Float32).alias("school_hours"), "finite"),
        ("children", (pl.col("number") * 400.0).alias("school_hours"), "more than a week"),
        ("events", pl.lit(None, pl.Int32).alias("number"), "missing"),
        ("kin", pl.col("year") - 1, "year"),
        ("choices", pl.col("code") + 7_000_000, "prefecture is unknown"),
        ("people", pl.col("number") * 2, "the manifest says"),
    ],
)
def test_rows_that_cannot_be_true_are_found_even_under_a_new_seal(copy, name, change, words):
    rewrite(copy, name, change)
    assert words in refused(copy)


def test_doubled_rows_are_found_even_under_a_new_seal(copy):
    for path in sorted(copy.glob("*.parquet")):
        table, whole = pl.read_parquet(path), path.read_bytes()
        rewrite(copy, path.stem, pl.concat([table, table.head(1)]))
        assert f"{path}: a row stands twice" in refused(copy)
        manifest = store.read_manifest(copy)
        path.write_bytes(whole)
        store.write_manifest(copy, manifest)
    verify(copy)


def test_the_command_says_what_is_whole_and_what_is_not(copy):
    answer = CliRunner().invoke(app, ["verify", str(copy)])
    assert answer.exit_code == 0 and "Whole:" in answer.output
    (copy / "people.parquet").unlink()
    answer = CliRunner().invoke(app, ["verify", str(copy)])
    assert isinstance(answer.exception, InputError)


# --- Folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_run_can_be_read_as_the_users_umask_says(tmp_path, mask):
    before = os.umask(mask)
    try:
        folder = leftbehind.run(out=tmp_path / "run", scale=200_000, last=1950, threads=1).folder
        store.write_text(tmp_path / "page.html", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o777 & ~mask
    for path in (*folder.iterdir(), tmp_path / "page.html"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask, path


def halfway(target: Path, new: bool) -> None:
    """What a kill between the two renames of a replacing leaves of the run `target`."""
    work = store._beside(target)
    if new:
        shutil.copytree(target, work)
    target.rename(work.with_name(work.name + store.OLD))
    assert not target.exists()


@pytest.mark.parametrize("new", [True, False], ids=["with its successor", "alone"])
def test_a_replacing_that_was_killed_between_its_renames_is_brought_to_its_end(copy, new):
    halfway(copy, new)
    assert World(copy).table("people").collect()["year"].n_unique() == 32
    verify(copy)
    halfway(copy, new)
    leftbehind.run(out=copy, replace=True, **{**TINY, "last": 1950})
    assert [path.name for path in copy.parent.iterdir()] == ["run"]
    assert World(copy).years() == range(1950, 1951)


def test_opening_what_there_is_not_makes_nothing(tmp_path):
    with pytest.raises(InputError, match="no complete run"):
        World(tmp_path / "deep" / "nothing")
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_killed_runs_go_with_the_next_run(tmp_path):
    target = tmp_path / "run"
    for name in (".run-unfinished-0123abcd", ".run-unfinished-4567abcd-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "people.parquet").write_text("half")
    (tmp_path / ".run.lock").touch()
    (tmp_path / ".run2-unfinished-0123abcd").mkdir()  # another's
    leftbehind.run(out=target, scale=200_000, last=1950, threads=1)
    assert {path.name for path in tmp_path.iterdir()} == {"run", ".run2-unfinished-0123abcd"}


def test_a_file_that_was_not_finished_goes_with_the_next(tmp_path):
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    dead = tmp_path / f".page.html-{int(gone.stdout)}-0123abcd.part"
    alive = tmp_path / f".page.html-{os.getppid()}-0123abcd.part"
    dead.touch()
    alive.touch()
    store.write_text(tmp_path / "page.html", "x")
    assert {path.name for path in tmp_path.iterdir()} == {"page.html", alive.name}


def test_a_write_that_fails_leaves_no_file(tmp_path, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    for path in ("page.html", "new/folder/page.html"):
        with pytest.raises(InputError, match="No space left"):
            store.write_text(tmp_path / path, "x")
        assert list(tmp_path.iterdir()) == []


def test_what_a_library_says_of_a_full_disk_is_not_repeated(tmp_path):
    with pytest.raises(InputError) as told, store.whole_folder(tmp_path / "run"):
        raise OSError(28, "Error writing bytes to file. Detail: [errno 28]")
    assert f"cannot write ({os.strerror(28)})" in str(told.value)


def test_lacking_memory_is_told_and_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match="not enough memory"), store.whole_folder(tmp_path / "run"):
        raise MemoryError
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_table_of_a_checkpoint_does_not_get_into_the_run(tmp_path):
    class Stop(Exception):
        pass

    def stop(year):
        if year.year == 1955:
            raise Stop

    settings = {"scale": 200_000, "last": 1956, "threads": 1, "out": tmp_path / "run"}
    with pytest.raises(Stop):
        leftbehind.run(checkpoint_every=2, progress=stop, **settings)
    path = folder_of(tmp_path / "run") / "1950-1951" / "people.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    with pytest.raises(InputError, match=r"people\.parquet: missing or damaged"):
        leftbehind.run(resume=True, **settings)


# --- Ends and forks -------------------------------------------------------------------------------


def command(out: Path, *more: str) -> "subprocess.Popen[str]":
    words = ["run", "--scale", "100000", "--threads", "1", "--out", str(out), *more]
    return subprocess.Popen(
        [sys.executable, "-m", "leftbehind", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("every", [False, True], ids=["plain", "with checkpoints"])
def test_a_signal_ends_a_run_with_true_words(tmp_path, number, every):
    out = tmp_path / "run"
    process = command(out, *(["--checkpoint-every", "2"] if every else []))
    sign = folder_of(out) / "state.npz" if every else None
    for _ in range(600):
        begun = sign.exists() if sign else any(tmp_path.glob(".run-unfinished-*/*.parquet"))
        if begun or process.poll() is not None:
            break
        time.sleep(0.1)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert ("Kept:" in said and "--resume" in said) if every else "Nothing was written" in said
    assert {path.name for path in tmp_path.iterdir()} == ({"run.checkpoint"} if every else set())


@pytest.mark.parametrize("moment", ["save", "merge_into"])
def test_who_interrupts_outside_the_stretches_is_told_what_is_kept(tmp_path, monkeypatch, moment):
    whole = getattr(Checkpoints, moment)

    def interrupted(self, *given):
        whole(self, *given)
        raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoints, moment, interrupted)
    settings = {"scale": 400_000, "last": 1951, "threads": 1, "out": tmp_path / "run"}
    with pytest.raises(KeyboardInterrupt) as stopped:
        leftbehind.run(checkpoint_every=2, **settings)
    (said,) = stopped.value.__notes__
    assert "--resume" in said and ("the start" in said) == (moment == "save")
    monkeypatch.undo()
    assert leftbehind.run(resume=True, **settings).manifest["to"] == 1951


FORKED = """
import multiprocessing, sys
from leftbehind.counts.world import World

def people(_):
    return World(sys.argv[1]).table("people").collect()["year"].n_unique()

if __name__ == "__main__":
    if sys.argv[2] == "after":
        print(people(0))
    with multiprocessing.get_context("fork").Pool(1) as pool:
        print(pool.map_async(people, [0]).get(60))
"""


def test_a_process_forked_after_use_is_refused_and_one_forked_before_answers(made):
    def forked(when: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", FORKED, str(made), when],
            capture_output=True,
            text=True,
            timeout=100,
        )

    assert "[32]" in forked("before").stdout
    after = forked("after")
    assert after.returncode != 0
    assert "get_context('spawn')" in after.stderr


ORPHANS = """
import os, sys, time
from leftbehind.base.workers import as_done

def work(k):
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == "__main__":
    list(as_done(work, [(0,), (1,)], 2))
"""


def test_no_worker_outlives_its_parent(tmp_path):
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    parent.kill()
    parent.wait()
    for _ in range(50):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            return
        time.sleep(0.1)
    raise AssertionError("a worker lives on 5 seconds after its parent was killed")
