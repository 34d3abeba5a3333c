"""What counts as a left-behind child: official definitions, and yours, as small TOML files.

    definitions.names()
    definitions.get("mca-2016").clauses
    definitions.get("my-definition.toml").expr()

The shipped ones lie in `data/definitions`, one file each. A definition is a list of clauses in a
fixed order (`ORDER`); all of them ask about the same properties of the same children
(model/tallies/cells.py), so that official counts can be reconciled clause by clause.
"""

from leftbehind.counts.definitions.clauses import ORDER, Clause
from leftbehind.counts.definitions.definition import Definition
from leftbehind.counts.definitions.files import get, load, names

__all__ = ["ORDER", "Clause", "Definition", "get", "load", "names"]
