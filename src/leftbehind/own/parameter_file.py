"""Parameters of one's own from a file: one row a parameter, `name` and `value`.

A name that ends in a year is one point of a dated parameter; without the year it changes all its
points, and rows with a year then change single ones.
"""

from pathlib import Path

import numpy as np

from leftbehind.base.errors import InputError
from leftbehind.inputs.parameters import Parameters, check_name, undated
from leftbehind.own.faults import Faults
from leftbehind.own.reading import read
from leftbehind.own.table_schema import Constraints, Field, TableSchema

PARAMETERS = TableSchema(
    name="leftbehind-parameters",
    title="Parameters that differ from the model's: one row a parameter",
    key="name",
    fields=(
        Field(
            name="name",
            type="string",
            description="name as in docs/PARAMETERS.md; a dated one with its year, or without it "
            "for all its points",
            constraints=Constraints(required=True, unique=True),
        ),
        Field(
            name="value",
            type="number",
            description="the value in the parameter's unit, at most the width of its prior range "
            "outside that range",
            constraints=Constraints(required=True),
        ),
        Field(name="note", type="string", description="a remark; the model does not read it"),
    ),
)


def load(path: Path) -> dict[str, float]:
    """Values by name, ready for `leftbehind.run(parameters=...)`.

    Raises InputError that names row, column, value and what is allowed, for an unknown name the
    nearest valid ones.
    """
    table, rows = read(Path(path), PARAMETERS)
    faults = Faults(str(path), rows)
    values: dict[str, float] = {}
    for row, (name, value) in enumerate(table.select("name", "value").iter_rows()):
        wrong = _wrong(name, value)
        if wrong:
            column, told = wrong
            faults.add(np.arange(table.height) == row, table[column], told)
        values[name] = value
    faults.tell()
    dated = {name: value for name, value in values.items() if undated(name) != name}
    return {**{name: value for name, value in values.items() if name not in dated}, **dated}


def _wrong(name: str, value: float) -> tuple[str, str] | None:
    """The column that is wrong in a row and what is allowed; None if the row is right."""
    try:
        check_name(name)
    except InputError as error:
        return "name", str(error).partition(": ")[2]
    try:
        Parameters.load({name: value})
    except InputError as error:
        return "value", str(error).partition("not allowed; ")[2]
    return None
