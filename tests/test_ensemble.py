"""Running an ensemble: the same bits by any workers, after any kill, and what is refused."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars as pl
import pytest

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.store import locked
from leftbehind.base.workers import cores
from leftbehind.counts.world import World
from leftbehind.ensembles.draw import draws_of, live, seed_of
from leftbehind.ensembles.posterior import Posterior
from leftbehind.ensembles.workers import on_cluster
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.scenario import Scenario
from leftbehind.runs.verify import verify
from tests.draws import bits, draws_file

DRAWS = 4
SMALL = {"scale": 500_000, "first": 1979, "last": 1981, "seed": 5}


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return draws_file(tmp_path_factory.mktemp("draws"), 6)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, file) -> leftbehind.Ensemble:
    """Lived one after the other in this process."""
    out = tmp_path_factory.mktemp("whole") / "ensemble"
    return leftbehind.run(draws=DRAWS, out=out, draws_from=file, workers=1, **SMALL)


@pytest.fixture(scope="module")
def expected(whole) -> dict[str, bytes | str]:
    return bits(whole.folder)


def start(out: Path, file: Path, *more: str, workers: int = 2) -> "subprocess.Popen[str]":
    """The command in a process group of its own, as a terminal would start it."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "leftbehind.cli.app",
            "run",
            "--draws",
            str(DRAWS),
            "--draws-from",
            str(file),
            "--workers",
            str(workers),
            "--out",
            str(out),
            "--scale",
            str(SMALL["scale"]),
            "--from",
            str(SMALL["first"]),
            "--to",
            str(SMALL["last"]),
            "--seed",
            str(SMALL["seed"]),
            *more,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_draws(out: Path, number: int, process: "subprocess.Popen[str]") -> None:
    while process.poll() is None and len(list(out.glob("draws/[0-9]*/manifest.json"))) < number:
        time.sleep(0.01)


def test_a_draw_is_the_run_with_its_parameters_and_seed(whole, file):
    posterior = Posterior.load(file)
    draw = whole.worlds[1]
    assert draw.manifest["seed"] == seed_of(SMALL["seed"], 2)
    assert draw.manifest["parameters"] == Parameters.load(posterior.changes(2)).values
    assert (draw.manifest["draw"], draw.manifest["posterior_draw"]) == (2, 1)
    alone = leftbehind.run(
        **{**SMALL, "seed": seed_of(SMALL["seed"], 2)}, threads=2, parameters=posterior.changes(2)
    )
    for path in alone.folder.glob("*.parquet"):
        one, other = (pl.read_parquet(w.folder / path.name) for w in (alone, draw))
        assert one.schema == other.schema
        labels = pl.col(pl.Categorical).cast(pl.String)
        one, other = (table.with_columns(labels).sort(pl.all()) for table in (one, other))
        assert one.equals(other), path.name


def test_an_ensemble_is_verified_with_all_its_draws(whole, tmp_path):
    found = verify(whole.folder)
    assert found.folders == DRAWS + 2  # itself, its draws and its intervals
    copy = Path(shutil.copytree(whole.folder, tmp_path / "copy"))
    shutil.rmtree(copy / "draws/002")
    shutil.copytree(copy / "draws/001", copy / "draws/002")
    for ask in (verify, lambda folder: leftbehind.Ensemble(folder).worlds):
        with pytest.raises(InputError, match="draws/002: is not the part"):
            ask(copy)


def test_a_damaged_draw_is_lived_again_on_resuming(whole, expected, file, tmp_path):
    copy = Path(shutil.copytree(whole.folder, tmp_path / "copy"))
    path = copy / "draws/002/people.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
    again = leftbehind.run(draws=DRAWS, out=copy, draws_from=file, workers=1, resume=True, **SMALL)
    assert again.manifest["lived_now"] == 1
    assert bits(copy) == expected


def people_of(world: World) -> int:
    return int(world.people(1981, by=())["number"].item())


def test_processes_that_live_on_find_draws_where_the_caller_is_now(whole, tmp_path, monkeypatch):
    """They keep the folder in which they began; relative paths are the caller's."""
    monkeypatch.chdir(tmp_path)
    asked = [people_of(world) for world in whole.worlds]
    assert whole.each(people_of, workers=2) == asked
    monkeypatch.chdir(whole.folder.parent)
    assert leftbehind.open_run(whole.folder.name).each(people_of, workers=2) == asked


def test_draws_differ_in_parameters_and_in_luck(whole):
    manifests = [world.manifest for world in whole.worlds]
    assert len({manifest["seed"] for manifest in manifests}) == DRAWS
    assert len({str(manifest["parameters"]) for manifest in manifests}) == DRAWS
    assert len({manifest["alive"] for manifest in manifests}) > 1
    assert seed_of(5, 1) != seed_of(1, 5)


def test_resuming_lives_only_what_is_missing(expected, file, tmp_path):
    out = tmp_path / "ensemble"
    settings = {"out": out, "draws_from": file, "workers": 1, **SMALL}
    leftbehind.run(draws=2, **settings)
    kept = (out / "draws/001/manifest.json").stat().st_mtime_ns
    lived: list[int] = []
    leftbehind.run(
        draws=DRAWS, resume=True, progress=lambda done, _: lived.append(done), **settings
    )
    assert lived == [2, 3, 4]
    assert bits(out) == expected
    again = leftbehind.run(draws=DRAWS, resume=True, **settings)
    assert again.manifest["lived_now"] == 2  # nothing was written anew
    assert (out / "draws/001/manifest.json").stat().st_mtime_ns == kept
    with pytest.raises(InputError, match=f"--draws 3: {out} holds 4 draws already"):
        leftbehind.run(draws=3, resume=True, **settings)


def test_killed_at_any_moment_it_goes_on_and_ends_with_the_same_bits(expected, file, tmp_path):
    out = tmp_path / "ensemble"
    process = start(out, file)
    wait_for_draws(out, 1, process)
    time.sleep(random.Random(3).uniform(0.0, 0.5))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "manifest.json").exists()
    with pytest.raises(InputError, match="no complete run"):
        leftbehind.open_run(out)
    ensemble = leftbehind.run(
        draws=DRAWS, out=out, draws_from=file, workers=1, resume=True, **SMALL
    )
    assert ensemble.manifest["lived_now"] < DRAWS
    assert bits(out) == expected


def test_two_processes_one_of_them_killed_give_the_bits_of_one(
    expected, file, tmp_path, monkeypatch
):
    out, mark = tmp_path / "ensemble", tmp_path / "killed"
    monkeypatch.setattr("leftbehind.ensembles.workers.live", Deadly(mark))
    done: list[tuple[int, int]] = []
    leftbehind.run(
        draws=DRAWS,
        out=out,
        draws_from=file,
        workers=2,
        progress=lambda *told: done.append(told),
        **SMALL,
    )
    assert mark.exists()
    assert bits(out) == expected
    assert done == [(k, DRAWS) for k in range(DRAWS + 1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ensemble", "killed"]
    assert sorted(path.name for path in (out / "draws").iterdir()) == ["001", "002", "003", "004"]


class Deadly:
    """Lives draws, but the first process that is asked for the second is killed at it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, draw, scratch):
        if draw.number == 2 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return live(draw, scratch)


def test_ctrl_c_keeps_the_draws_that_are_done(expected, file, tmp_path):
    out = tmp_path / "ensemble"
    process = start(out, file)
    wait_for_draws(out, 1, process)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in said and "Traceback" not in said
    assert [path.name for path in out.parent.iterdir()] == ["ensemble"]
    finished = {path.parent.name for path in out.glob("draws/[0-9]*/manifest.json")}
    assert finished and not (out / "manifest.json").exists()
    leftbehind.run(draws=DRAWS, out=out, draws_from=file, workers=1, resume=True, **SMALL)
    assert bits(out) == expected


# --- A Dask cluster of two processes -------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as found:
        yield found


def test_a_cluster_that_loses_a_worker_ends_with_the_same_bits(expected, file, tmp_path, cluster):
    from distributed import Client

    out = tmp_path / "ensemble"
    with Client(cluster, set_as_default=False) as client:
        pids = client.run(os.getpid)
    assert len(pids) == 2
    killed = threading.Event()

    def kill_one(done: int, _: int) -> None:
        if done == 1 and not killed.is_set():
            os.kill(next(iter(pids.values())), signal.SIGKILL)
            killed.set()

    leftbehind.run(
        draws=DRAWS,
        out=out,
        draws_from=file,
        progress=kill_one,
        scheduler=cluster.scheduler_address,
        **SMALL,
    )
    assert killed.is_set()
    assert bits(out) == expected


def test_a_worker_with_other_data_is_refused(file, tmp_path, monkeypatch):
    posterior = Posterior.load(file)
    (draw,) = draws_of(posterior, 1, 5, 1979, 1981, 500_000, Scenario())
    lived = live(draw, tmp_path)
    other = {**draw.identity(), "data": {}}
    monkeypatch.setattr("leftbehind.ensembles.draw.Draw.identity", lambda _: other)
    monkeypatch.setattr("leftbehind.ensembles.running.on_this_machine", lambda *_: iter([lived]))
    with pytest.raises(InputError, match="lived draw 001 with another 'data'"):
        leftbehind.run(draws=1, out=tmp_path / "e", draws_from=file, workers=1, **SMALL)
    assert not list(tmp_path.glob("e/draws/[0-9]*"))


def test_no_scheduler_is_an_error_that_names_the_address(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("leftbehind.ensembles.workers.SCHEDULER_SECONDS", 0.5)
    with pytest.raises(InputError, match=r"--scheduler tcp://127\.0\.0\.1:9: no Dask scheduler"):
        next(on_cluster([], "tcp://127.0.0.1:9"))


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"seed": 6}, "another 'seed' (5 there, 6 here)"),
        ({"scale": 400_000}, "another 'scale' (500000 there, 400000 here)"),
        ({"last": 1982}, "another 'to' (1981 there, 1982 here)"),
        ({"scenario": Scenario(name="other")}, "another 'scenario'"),
    ],
)
def test_another_ensemble_is_not_resumed(whole, file, changed, named):
    settings = {"draws": DRAWS, "out": whole.folder, "draws_from": file, "workers": 1, **SMALL}
    with pytest.raises(InputError) as refused:
        leftbehind.run(**{**settings, "resume": True, **changed})
    assert named in str(refused.value)


def test_other_draws_of_the_parameters_are_another_ensemble(whole, tmp_path):
    with pytest.raises(InputError, match="another 'posterior'"):
        leftbehind.run(
            draws=2,
            out=whole.folder,
            draws_from=draws_file(tmp_path, 5),
            workers=1,
            resume=True,
            **SMALL,
        )


def test_a_folder_in_use_or_with_other_things_is_refused(whole, file, tmp_path):
    settings = {"draws": 1, "draws_from": file, "workers": 1, **SMALL}
    with locked(tmp_path / "e"), pytest.raises(InputError, match="another run is writing here"):
        leftbehind.run(out=tmp_path / "e", **settings)
    with pytest.raises(InputError, match="holds an ensemble already; go on with --resume"):
        leftbehind.run(out=whole.folder, **settings)
    with pytest.raises(InputError, match="holds other files"):
        leftbehind.run(out=file.parent, **settings)
    with pytest.raises(InputError, match="holds a run already"):
        leftbehind.run(out=whole.worlds[0].folder, **settings)


def test_replacing_starts_anew(file, tmp_path):
    out = tmp_path / "e"
    leftbehind.run(out=out, scale=500_000, last=1950)
    settings = {"out": out, "draws_from": file, "workers": 1, **SMALL, "first": 1950, "last": 1950}
    leftbehind.run(draws=2, replace=True, **settings)
    again = leftbehind.run(draws=1, replace=True, **settings)
    assert [world.folder.name for world in again.worlds] == ["001"]
    assert sorted(path.name for path in (out / "draws").iterdir()) == ["001"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"draws": 0}, "--draws 0: not allowed"),
        ({"draws": 7}, "holds 6 draws; give a number from 1 to 6"),
        ({"workers": "many"}, "--workers many: not allowed; give a whole number .* or auto"),
        ({"workers": 0}, "--workers 0: not allowed"),
        ({"scale": 0}, "--scale 0: not allowed"),
    ],
)
def test_settings_that_cannot_be(file, tmp_path, changed, message):
    settings = {"draws": 1, "out": tmp_path / "e", "draws_from": file, "workers": 1, **SMALL}
    with pytest.raises(InputError, match=message):
        leftbehind.run(**{**settings, **changed})
    assert not (tmp_path / "e").exists()


def test_auto_is_a_process_a_core():
    assert cores() == len(os.sched_getaffinity(0))


def test_an_ensemble_is_no_run_and_a_run_no_ensemble(whole):
    assert isinstance(leftbehind.open_run(whole.folder), leftbehind.Ensemble)
    assert isinstance(leftbehind.open_run(whole.worlds[0].folder), World)
    with pytest.raises(InputError, match="holds an ensemble, not a run"):
        World(whole.folder)
    with pytest.raises(InputError, match="holds no ensemble"):
        leftbehind.Ensemble(whole.worlds[0].folder)
