"""One draw of an ensemble: a world with values of its own for the parameters, and its own luck."""

import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from leftbehind.base.store import write_manifest
from leftbehind.counts import world as worlds
from leftbehind.ensembles.packing import PackedWriter
from leftbehind.ensembles.posterior import Posterior
from leftbehind.inputs.parameters import Parameters
from leftbehind.inputs.scenario import Scenario
from leftbehind.model.simulation import Settings
from leftbehind.runs.checkpoint import code_fingerprint
from leftbehind.runs.plan import Plan, identity


@dataclass(frozen=True)
class Draw:
    """The `number`-th draw, from 1 on: all that a worker needs to live it.

    `posterior` is its number in the file of draws, `changes` the values that it holds.
    """

    number: int
    posterior: int
    seed: int
    first: int
    last: int
    scale: int
    scenario: Scenario
    changes: dict[str, float] = field(repr=False)

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.number:03d}"

    def identity(self) -> dict[str, Any]:
        """What the manifest of the finished draw must say."""
        settings = Settings(self.scale, self.seed, self.scenario, Parameters.load(self.changes))
        return {**identity(settings, self.first, self.last), **libraries()}


@dataclass(frozen=True)
class Lived:
    """A finished draw as it comes back from a worker: its files by name, and the worker's code."""

    number: int
    code: str
    files: dict[str, bytes] = field(repr=False)


def draws_of(
    posterior: Posterior,
    number: int,
    seed: int,
    first: int,
    last: int,
    scale: int,
    scenario: Scenario,
) -> list[Draw]:
    """The first `number` draws; InputError if the file holds fewer or a value is not allowed."""
    posterior.number(number)
    return [
        Draw(
            k,
            posterior.number(k),
            seed_of(seed, k),
            first,
            last,
            scale,
            scenario,
            posterior.changes(k),
        )
        for k in range(1, number + 1)
    ]


def seed_of(seed: int, number: int) -> int:
    """The seed of an ensemble's draw: unrelated between draws, the same for ever.

    NumPy's SeedSequence spreads (seed, number) over 64 bits and is promised to stay as it is.
    """
    spread = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0]
    return int(spread >> np.uint64(1))


def libraries() -> dict[str, str]:
    """Versions of the libraries that decide the last bits."""
    return {"numpy": np.__version__, "numba": version("numba")}


def live(draw: Draw, scratch: Path | None) -> Lived:
    """Live a draw with one thread in a folder under `scratch`, and return its packed files.

    Nothing stays on the disk; only a killed process leaves the hidden folder it wrote into.
    """
    with tempfile.TemporaryDirectory(prefix=f".{draw.name}-unfinished-", dir=scratch) as folder:
        plan = Plan.of(
            first=draw.first,
            last=draw.last,
            scale=draw.scale,
            seed=draw.seed,
            threads=1,
            scenario=draw.scenario,
            parameters=draw.changes,
            out=Path(folder) / "run",
        )
        world = worlds.live(plan, writer=PackedWriter)
        # Also which draw it is, for who finds the folder alone.
        told = {"draw": draw.number, "posterior_draw": draw.posterior}
        write_manifest(world.folder, {**world.manifest, **told})
        files = {path.name: path.read_bytes() for path in sorted(world.folder.iterdir())}
        return Lived(draw.number, code_fingerprint(), files)
