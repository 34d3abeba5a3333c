"""Open what a folder holds: one run, or an ensemble of runs."""

from pathlib import Path

from leftbehind.base.store import read_manifest
from leftbehind.counts.world import World
from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.folder import KIND


def open_folder(folder: str | Path) -> World | Ensemble:
    """The world or the ensemble in `folder`; InputError if it holds no finished one."""
    path = Path(folder)
    return Ensemble(path) if read_manifest(path).get("kind") == KIND else World(path)
