"""leftbehind: China's families, person by person, and the children who stay behind."""

from leftbehind.ensembles import Ensemble, run_ensemble
from leftbehind.ensembles import open_folder as open
from leftbehind.runs.world import World, run

__all__ = ["Ensemble", "World", "open", "run", "run_ensemble"]
