"""leftbehind: China's families, person by person, and the children who stay behind."""

from leftbehind.counts.world import World, run
from leftbehind.ensembles import Ensemble, run_ensemble
from leftbehind.ensembles import open_folder as open

__all__ = ["Ensemble", "World", "open", "run", "run_ensemble"]
