"""A run that is killed and resumed ends with the bytes of an unbroken run."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from leftbehind import run
from leftbehind.base.errors import InputError
from leftbehind.inputs.scenario import Scenario, parse
from leftbehind.model.simulation import YearOutput
from leftbehind.runs.checkpoint import Checkpoints, folder_of

SCALE, LAST, EVERY = 50_000, 1983, 4


class Stop(Exception):
    """Stands for a run that ends before its time."""


def stop_in(year: int):
    """A progress function that stops the run when it has lived `year`."""

    def watch(output: YearOutput) -> None:
        if output.year == year:
            raise Stop

    return watch


def contents(folder: Path) -> dict[str, bytes | str]:
    """Bytes of every table, and the manifest without the clock and the scenario's words."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in ("seconds", "threads", "scenario", "seal"):
        manifest.pop(name)
    tables = {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}
    return {**tables, "manifest": json.dumps(manifest, sort_keys=True)}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory) -> dict[str, bytes | str]:
    out = tmp_path_factory.mktemp("unbroken") / "run"
    run(scale=SCALE, last=LAST, out=out)
    return contents(out)


def test_checkpoints_alone_change_no_byte_and_leave_nothing(unbroken, tmp_path):
    run(scale=SCALE, last=LAST, out=tmp_path / "run", checkpoint_every=EVERY)
    assert contents(tmp_path / "run") == unbroken
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("years", [(1950,), (1953,), (1954, 1961, 1982), (1983,)])
def test_a_run_stopped_after_some_years_and_resumed_ends_with_the_same_bytes(
    years, unbroken, tmp_path
):
    out = tmp_path / "run"
    for number, year in enumerate(years):
        with pytest.raises(Stop):
            run(
                scale=SCALE,
                last=LAST,
                out=out,
                checkpoint_every=EVERY,
                resume=number > 0,
                progress=stop_in(year),
            )
        assert not out.exists()
    lived: list[int] = []
    run(scale=SCALE, last=LAST, out=out, resume=True, progress=lambda y: lived.append(y.year))
    assert lived[0] > 1950 or years[-1] < 1954
    assert contents(out) == unbroken
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_scenario_resumes_with_the_alignment_of_its_baseline(tmp_path):
    change = {"lever": "fertility", "multiply": 1.5, "from": 1955}
    scenario = parse({"name": "more", "change": [change]}, "a test")
    run(scale=SCALE, last=1962, out=tmp_path / "whole", scenario=scenario)
    out = tmp_path / "run"
    with pytest.raises(Stop):
        run(
            scale=SCALE,
            last=1962,
            out=out,
            scenario=scenario,
            checkpoint_every=3,
            progress=stop_in(1960),
        )
    run(scale=SCALE, last=1962, out=out, scenario=scenario, resume=True)
    assert contents(out) == contents(tmp_path / "whole")


def command(out: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "leftbehind.cli.app",
        "run",
        "--scale",
        str(SCALE),
        "--to",
        str(LAST),
        "--out",
        str(out),
        "--checkpoint-every",
        str(EVERY),
        *more,
    ]


def test_a_run_killed_at_random_moments_ends_with_the_same_bytes(unbroken, tmp_path):
    out = tmp_path / "run"
    dice = random.Random(11)
    for number in range(3):
        more = ["--resume"] if number else []
        process = subprocess.Popen(
            command(out, *more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _wait_for(folder_of(out) / "state.npz", process)
        time.sleep(dice.uniform(0.0, 0.6))
        process.kill()
        process.wait()
    subprocess.run(command(out, "--resume"), check=True, capture_output=True)
    assert contents(out) == unbroken
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    """Until the run has begun to live: its first state is new or it has ended."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    while process.poll() is None and not (path.exists() and path.stat().st_mtime_ns > before):
        time.sleep(0.02)


def test_resuming_a_whole_run_gives_that_run(tmp_path):
    out = tmp_path / "run"
    settings = {"scale": SCALE, "last": 1951, "out": out}
    run(**settings, checkpoint_every=1)
    before = contents(out)
    assert run(**settings, resume=True).manifest["seed"] == 1
    assert contents(out) == before
    with pytest.raises(InputError, match="holds a run already"):
        run(**{**settings, "seed": 2}, resume=True)


@pytest.fixture
def stopped(tmp_path) -> Path:
    """The folder of a run that stopped in 1953, two years after its last checkpoint."""
    out = tmp_path / "run"
    with pytest.raises(Stop):
        run(scale=SCALE, last=1956, out=out, checkpoint_every=2, progress=stop_in(1953))
    return out


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"seed": 2}, "another 'seed' (1 there, 2 here)"),
        ({"scale": 60_000}, "another 'scale' (50000 there, 60000 here)"),
        ({"last": 1957}, "another 'to' (1956 there, 1957 here)"),
        ({"scenario": Scenario(name="other")}, "another 'scenario'"),
        ({"parameters": {"choice_pay": 1.5}}, "another 'parameters'"),
    ],
)
def test_checkpoints_of_another_run_are_refused(changed, named, stopped):
    with pytest.raises(InputError) as refused:
        run(**{"scale": SCALE, "last": 1956, "out": stopped, "resume": True, **changed})
    assert named in str(refused.value)
    assert str(folder_of(stopped)) in str(refused.value)


def test_a_new_run_does_not_take_over_checkpoints_unasked(stopped):
    settings = {"scale": SCALE, "last": 1956, "out": stopped, "checkpoint_every": 2}
    with pytest.raises(InputError, match="--resume, or start anew with --replace"):
        run(**settings)
    run(**settings, replace=True)
    assert not folder_of(stopped).exists()


def test_a_damaged_state_is_named(stopped):
    state = folder_of(stopped) / "state.npz"
    state.write_bytes(state.read_bytes()[:2000])
    with pytest.raises(InputError, match="damaged"):
        run(scale=SCALE, last=1956, out=stopped, resume=True)


def test_a_state_comes_back_as_it_was_saved(stopped):
    keeper = Checkpoints(stopped, 2, {})
    keeper.identity = {}
    found = keeper.start(resume=True, replace=False)
    assert found is not None
    state, alignment = found
    assert state.year == 1952
    assert len(state.people) == state.count.sum()
    assert sorted(alignment.births) == [1950, 1951]
    assert not alignment.frozen
    assert np.all(state.people["birth_year"] < 1952)
    assert keeper.done.stretches == ["1950-1951"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"out": None, "resume": True}, "need --out"),
        ({"checkpoint_every": 0}, "--checkpoint-every 0: not allowed"),
    ],
)
def test_settings_that_cannot_be(changed, message, tmp_path):
    with pytest.raises(InputError, match=message):
        run(**{"scale": SCALE, "last": 1951, "out": tmp_path / "run", **changed})
