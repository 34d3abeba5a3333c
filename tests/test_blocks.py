"""People in memory or on disk, in many blocks or few: the same world, to the byte."""

import errno
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from leftbehind import run
from leftbehind.base.errors import InputError
from leftbehind.cli.app import app
from leftbehind.inputs.scenario import parse
from leftbehind.model import blocks, on_disk
from leftbehind.model.on_disk import OnDisk
from leftbehind.model.population.array import with_births
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.model.state import State
from leftbehind.runs import size
from leftbehind.runs.checkpoint import Checkpoints, folder_of
from tests.test_checkpoint import Stop, contents, stop_in

SCALE, LAST = 50_000, 1987  # migrants and left-behind children, and several compactions
SMALL = 2 * 2**20  # bytes: a few home units at a time
FEW = 1956


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory) -> dict[str, bytes | str]:
    out = tmp_path_factory.mktemp("memory") / "run"
    run(scale=SCALE, last=LAST, out=out, threads=1)
    return contents(out)


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_no_byte(threads, in_memory, tmp_path):
    run(scale=SCALE, last=LAST, out=tmp_path / "run", threads=threads)
    assert contents(tmp_path / "run") == in_memory


@pytest.mark.parametrize(("memory", "threads"), [(SMALL, 1), (SMALL, 3), ("1GiB", 2)])
def test_people_on_disk_change_no_byte_and_leave_nothing(memory, threads, in_memory, tmp_path):
    run(scale=SCALE, last=LAST, out=tmp_path / "run", memory=memory, threads=threads)
    assert contents(tmp_path / "run") == in_memory
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def lodged(folder: Path, memory: int, last: int, **settings) -> Simulation:
    """A world with people on disk, lived to the end of the year `last`."""
    simulation = Simulation(
        Settings(scale=SCALE, **settings), 2, lodging=lambda units: OnDisk(folder, memory, 2, units)
    )
    while simulation.year <= last:
        simulation.step()
    return simulation


def test_every_record_on_disk_is_the_one_in_memory(tmp_path):
    plain = Simulation(Settings(scale=SCALE))
    while plain.year <= FEW + 3:
        plain.step()
    held = lodged(tmp_path / "people", SMALL, FEW + 3)
    # On disk the forgotten dead of the year to come have gone already.
    plain.population.prepare(plain.year)
    assert np.array_equal(held.population.count, plain.population.count)
    for unit in range(len(plain.units) - 1):
        mine, theirs = plain.population.of(unit), held.population.of(unit)
        assert all(np.array_equal(mine[name], theirs[name]) for name in mine.dtype.names)


def test_nobody_is_lost_or_doubled_between_two_stages(tmp_path):
    simulation = lodged(tmp_path / "people", SMALL, 1950)
    people = simulation.population
    before = np.concatenate([people.of(unit) for unit in range(len(simulation.units) - 1)])
    output = simulation.step()
    after = np.concatenate([people.of(unit) for unit in range(len(simulation.units) - 1)])
    alive = [int((records["death_year"] == 0).sum()) for records in (before, after)]
    assert alive[1] == alive[0] + output.births.sum() - output.deaths.sum() == output.alive
    assert np.isin(before["key"], after["key"]).all()
    assert len(np.unique(after["key"])) == len(after) == output.records


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("memory", [4e5, 1e6, 1e7, 1e9])
def test_blocks_in_memory_at_once_keep_to_the_limit(memory, threads, tmp_path):
    units = np.arange(201)
    people = OnDisk(tmp_path, int(memory), threads, units)
    people.found(np.random.default_rng(7).integers(1, 1500, 200))
    workers, edges = people._cut()
    sizes = with_births(people.count)
    blocks_of = [int(sizes[low:high].sum()) for low, high in edges]
    assert 1 <= workers <= threads + 1
    assert workers * max(blocks_of) * on_disk.RECORD_BYTES <= memory
    assert [low for low, _ in edges] == [0, *(high for _, high in edges[:-1])]
    assert edges[-1][1] == 200
    assert len(edges) >= blocks.BLOCKS  # no thread waits long for the last


def test_only_the_last_year_and_the_one_kept_lie_on_disk(tmp_path):
    simulation = lodged(tmp_path / "people", SMALL, 1952)
    assert [path.name for path in (tmp_path / "people").iterdir()] == ["1953"]
    simulation.population.keep()
    simulation.step()
    simulation.step()
    assert sorted(path.name for path in (tmp_path / "people").iterdir()) == ["1953", "1955"]


# --- Going on -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def few_years(tmp_path_factory) -> dict[str, bytes | str]:
    out = tmp_path_factory.mktemp("few") / "run"
    run(scale=SCALE, last=FEW, out=out)
    return contents(out)


@pytest.mark.parametrize("year", [1950, 1954, FEW])
def test_a_stopped_run_goes_on_with_another_limit_and_ends_with_the_same_bytes(
    year, few_years, tmp_path
):
    settings = {"scale": SCALE, "last": FEW, "out": tmp_path / "run"}
    with pytest.raises(Stop):
        run(**settings, memory=SMALL, progress=stop_in(year))
    lived: list[int] = []
    again = {**settings, "memory": 4 * SMALL, "threads": 1, "resume": True}
    run(**again, progress=lambda output: lived.append(output.year))
    assert lived == list(range(year, FEW + 1))
    assert contents(tmp_path / "run") == few_years
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("calls", [1, 30, 75, 110])
def test_a_run_stopped_within_a_pass_goes_on_with_the_same_bytes(
    calls, few_years, tmp_path, monkeypatch
):
    put_away, left = OnDisk._put_away, [calls]

    def stopping(self, *arguments):
        left[0] -= 1
        if left[0] == 0:
            raise Stop
        put_away(self, *arguments)

    settings = {"scale": SCALE, "last": FEW, "out": tmp_path / "run", "memory": SMALL}
    monkeypatch.setattr(OnDisk, "_put_away", stopping)
    with pytest.raises(Stop):
        run(**settings)
    monkeypatch.setattr(OnDisk, "_put_away", put_away)
    run(**settings, resume=True)
    assert contents(tmp_path / "run") == few_years


def test_a_run_killed_at_random_moments_ends_with_the_same_bytes(in_memory, tmp_path):
    out = tmp_path / "run"
    words = [sys.executable, "-m", "leftbehind.cli.app", "run", "--scale", str(SCALE), "--to"]
    words += [str(LAST), "--out", str(out), "--memory", str(SMALL)]
    dice = random.Random(3)
    for number in range(3):
        process = subprocess.Popen(
            [*words, *(["--resume"] if number else [])],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        state = folder_of(out) / "state.npz"
        before = state.stat().st_mtime_ns if state.exists() else 0
        while process.poll() is None and not (state.exists() and state.stat().st_mtime_ns > before):
            time.sleep(0.02)
        time.sleep(dice.uniform(0.0, 1.0))
        process.kill()
        process.wait()
    subprocess.run([*words, "--resume"], check=True, capture_output=True)
    assert contents(out) == in_memory
    # The command line writes a report beside; nothing else is left.
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_checkpoints_of_a_run_in_memory_go_on_on_disk(few_years, tmp_path):
    settings = {"scale": SCALE, "last": FEW, "out": tmp_path / "run"}
    with pytest.raises(Stop):
        run(**settings, checkpoint_every=2, progress=stop_in(1954))
    run(**settings, memory=SMALL, resume=True)
    assert contents(tmp_path / "run") == few_years


def test_a_scenario_lives_its_baseline_on_disk_too(tmp_path):
    change = {"lever": "fertility", "multiply": 1.5, "from": 1953}
    scenario = parse({"name": "more", "change": [change]}, "a test")
    settings = {"scale": SCALE, "last": 1955, "scenario": scenario}
    run(**settings, out=tmp_path / "whole")
    run(**settings, out=tmp_path / "run", memory=SMALL)
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "whole"]


def test_a_state_of_people_on_disk_holds_none_and_cannot_be_lived_in_memory(tmp_path):
    simulation = lodged(tmp_path / "people", SMALL, 1950)
    state = State.of(simulation)
    assert len(state.people) == 0 and state.count.sum() > 0
    with pytest.raises(InputError, match="begun with --memory"):
        state.give_to(Simulation(Settings(scale=SCALE)))


# --- What is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"memory": "100kB"}, "give a size such as 4GiB"),
        ({"memory": "much"}, "give a size such as 4GiB"),
        ({"memory": True}, "give a size such as 4GiB"),
        ({"memory": -1}, "give a size such as 4GiB"),
        ({"memory": 1000}, "too small; the largest home unit"),
        ({"memory": SMALL, "checkpoint_every": 5}, "leave out --checkpoint-every"),
        ({"memory": SMALL, "draws": 2}, "does not go with --draws"),
    ],
)
def test_what_does_not_go_is_refused_before_any_folder_is_made(more, message, tmp_path):
    with pytest.raises(InputError, match=message):
        run(scale=SCALE, last=FEW, out=tmp_path / "runs" / "run", **more)
    assert list(tmp_path.iterdir()) == []


def test_people_on_disk_need_a_folder():
    with pytest.raises(InputError, match="--memory needs --out"):
        run(scale=SCALE, last=FEW, memory=SMALL)


def test_a_disk_with_too_little_room_is_refused_before_any_folder_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(size.shutil, "disk_usage", lambda folder: Full)
    out = tmp_path / "runs" / "run"
    words = ["run", "--scale", str(SCALE), "--to", str(FEW), "--out", str(out), "--memory", "1GiB"]
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, InputError) and "are free" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


class Full:
    """A disk without room."""

    free = 1000


def test_the_room_on_disk_is_said(tmp_path):
    out = tmp_path / "run"
    words = ["run", "--scale", "200000", "--to", "1951", "--out", str(out), "--memory", "1GiB"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert "People on disk: the run may take" in result.output


def test_a_disk_that_fills_up_is_told_and_the_run_goes_on_later(few_years, tmp_path, monkeypatch):
    write, left = on_disk._write, [200]

    def full(*arguments, **more):
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(*arguments, **more)

    settings = {"scale": SCALE, "last": FEW, "out": tmp_path / "run", "memory": SMALL}
    monkeypatch.setattr(on_disk, "_write", full)
    with pytest.raises(InputError, match=r"No space left on device.*--resume"):
        run(**settings)
    assert not (tmp_path / "run").exists()
    monkeypatch.setattr(on_disk, "_write", write)
    run(**settings, resume=True)
    assert contents(tmp_path / "run") == few_years


def test_a_disk_that_is_full_at_once_leaves_nothing(tmp_path, monkeypatch):
    def full(*arguments, **more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(on_disk, "_write", full)
    with pytest.raises(InputError, match="No space left on device"):
        run(scale=SCALE, last=FEW, out=tmp_path / "run", memory=SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_unit_that_outgrows_the_limit_is_told(tmp_path):
    simulation = lodged(tmp_path / "people", SMALL, 1950)
    largest = int(simulation.population.count.max())
    simulation.population.memory = largest * on_disk.RECORD_BYTES  # without this year's births
    with pytest.raises(InputError, match="go on with --resume and that much --memory"):
        simulation.step()


@pytest.mark.parametrize("damage", ["gone", "short"])
def test_damaged_people_are_told(damage, tmp_path):
    settings = {"scale": SCALE, "last": FEW, "out": tmp_path / "run", "memory": SMALL}
    with pytest.raises(Stop):
        run(**settings, progress=stop_in(1952))
    path = folder_of(tmp_path / "run") / "people" / "1952" / "0003"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="missing or damaged; start anew with --replace"):
        run(**settings, resume=True)
    assert not (tmp_path / "run").exists()


def test_an_unfinished_run_on_disk_needs_its_limit_again(tmp_path):
    settings = {"scale": SCALE, "last": FEW, "out": tmp_path / "run"}
    with pytest.raises(Stop):
        run(**settings, memory=SMALL, progress=stop_in(1952))
    with pytest.raises(InputError, match="begun with --memory"):
        run(**settings, resume=True)
    assert Checkpoints(tmp_path / "run", 1, {}).people.is_dir()


def test_a_world_that_does_not_fit_in_memory_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(size, "machine_memory", lambda: 8e9)
    with pytest.raises(InputError, match=r"--scale 1: would need about .* GiB of memory"):
        run(scale=1, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "bytes_"), [("4GiB", 4 * 2**30), ("1.5 gb", 1.5e9), ("500MB", 5e8), (2**30, 2**30)]
)
def test_sizes_in_words(words, bytes_):
    assert size.memory_limit(words) == bytes_
