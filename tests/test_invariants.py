"""What must hold in any world: a short form of tests/campaigns/invariants.py."""

import random

import polars as pl
import pytest

import leftbehind
from leftbehind.base import store
from leftbehind.counts.world import World
from tests.campaigns.invariants import faults, random_scenario

SMALL = {"scale": 100_000, "last": 1995, "threads": 1}


def test_all_holds_in_the_world_of_the_other_tests(world):
    assert faults(world) == []


@pytest.mark.parametrize("seed", [2, 3])
def test_all_holds_under_a_random_scenario(tmp_path, seed):
    scenario = random_scenario(random.Random(seed))
    run = leftbehind.run(out=tmp_path / "run", seed=seed, scenario=scenario, **SMALL)
    assert faults(run) == []


def test_a_lost_child_a_false_birth_and_a_moved_parent_are_seen(tmp_path):
    """The checks can fail: each finds the one fault that is put in."""
    folder = leftbehind.run(out=tmp_path / "run", **SMALL).folder
    manifest = store.read_manifest(folder)

    def spoilt(name: str, change: pl.Expr) -> list[str]:
        path = folder / f"{name}.parquet"
        whole = path.read_bytes()
        store.write_table(folder, name, pl.read_parquet(path).with_columns(change))
        store.write_manifest(folder, manifest)
        found = faults(World(folder))
        path.write_bytes(whole)
        store.write_manifest(folder, manifest)
        return found

    last = (pl.int_range(pl.len()) == pl.len() - 1).cast(pl.Int32)  # of a year after the first
    assert spoilt("children", pl.col("number") + last)[0].startswith("children are")
    assert "the born" in spoilt("events", pl.col("number") + last)[0]
    assert spoilt("incomes", pl.col("people") + last)[0].startswith("incomes count")
    assert faults(World(folder)) == []
