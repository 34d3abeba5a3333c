"""leftbehind: China's families, person by person, and the children who stay behind."""

from leftbehind.world import World, run

__all__ = ["World", "run"]
