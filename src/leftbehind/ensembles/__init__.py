"""Ensembles: many draws of the parameters and of luck, and the intervals that they give.

draw.py       one draw: its parameters, its seed, living it
workers.py    where draws are lived: processes here, or a Dask cluster
folder.py     what lies where, what is finished, what is left
running.py    what an ensemble is to do, and living it: all of it in order
ensemble.py   Ensemble: a finished one, and its intervals of any tally
tables.py     the interval tables that every ensemble has
face.py       the functions that `import leftbehind` gives
"""

from leftbehind.ensembles.ensemble import Ensemble
from leftbehind.ensembles.face import open_run

__all__ = ["Ensemble", "open_run"]
