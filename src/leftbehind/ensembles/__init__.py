"""Ensembles: many draws of the parameters and of luck, and the intervals that they give.

draw.py       one draw: its parameters, its seed, living it
workers.py    where draws are lived: processes here, or a Dask cluster
folder.py     what lies where, what is finished, what is left
running.py    run_ensemble: all of it in order
ensemble.py   Ensemble: a finished one, and its intervals of any tally
tables.py     the interval tables that every ensemble has
"""

from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.opening import open_folder
from leftbehind.ensembles.running import run_ensemble

__all__ = ["Ensemble", "open_folder", "run_ensemble"]
