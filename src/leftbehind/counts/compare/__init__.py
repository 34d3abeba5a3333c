"""Two worlds, same luck: paired effects, what became of whom, and the same child's two lives.

found = compare.run("baseline", "city-schools-open", scale=10_000, seeds=5)
found.effects("acwf-2010", by="province", years=2010)
"""

from leftbehind.counts.compare.comparison import Comparison, run

__all__ = ["Comparison", "run"]
