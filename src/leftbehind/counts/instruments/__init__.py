"""How each agency comes from children to a printed figure: instruments, as small TOML files.

    instruments.of("moe-pupils")
    reading.read("moe-pupils", 2015, 26.9)

The words of a definition say whom an agency means; its instrument says what is lost or added on the
way to print. The words are never rescaled and always come first; a reading stands beside them, with
an interval, and says what it assumes. The shipped ones lie in `data/instruments`, one file each.
"""

from leftbehind.counts.instruments.instrument import Instrument
from leftbehind.counts.instruments.reading import Reading, get, names, of, read

__all__ = ["Instrument", "Reading", "get", "names", "of", "read"]
