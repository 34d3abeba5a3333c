"""The page docs/OWN_DATA.md and the shipped schemas, written from the schemas that files must meet.

python -m leftbehind.pages.own_data docs
"""

import json
import sys
from pathlib import Path

import leftbehind.data
from leftbehind.base.markdown import render
from leftbehind.base.markdown import table as markdown_table
from leftbehind.base.store import write_text
from leftbehind.own import ipums_codes as codes
from leftbehind.own.parameter_file import PARAMETERS
from leftbehind.own.population_check import (
    LARGEST_HOUSEHOLD,
    OLDEST_FATHER,
    OLDEST_MOTHER,
    YOUNGEST_FATHER,
    YOUNGEST_MOTHER,
    YOUNGEST_PARTNER,
)
from leftbehind.own.population_schema import POPULATION
from leftbehind.own.table_schema import MISSING, Field, TableSchema

SHIPPED = Path(leftbehind.data.__file__).parent / "own"
EXAMPLE = SHIPPED / "example.csv"
LIMITS = {
    "youngest_mother": YOUNGEST_MOTHER,
    "oldest_mother": OLDEST_MOTHER,
    "youngest_father": YOUNGEST_FATHER,
    "oldest_father": OLDEST_FATHER,
    "youngest_partner": YOUNGEST_PARTNER,
    "largest_household": LARGEST_HOUSEHOLD,
}
SCHEMAS = {"population.schema.json": POPULATION, "parameters.schema.json": PARAMETERS}


def page() -> str:
    """The page as Markdown."""
    return render(
        __package__,
        "own_data.md.j2",
        parameters=table(PARAMETERS),
        population=table(POPULATION),
        limits=LIMITS,
        missing=", ".join(f"`{code}`" for code in MISSING if code),
        example=EXAMPLE.read_text(encoding="utf-8").rstrip(),
        variables=_variables(),
    )


def schema_json(schema: TableSchema) -> str:
    """A schema as the text of its file."""
    return json.dumps(schema.descriptor(), indent=1, ensure_ascii=False) + "\n"


def table(schema: TableSchema) -> str:
    """The columns of a schema as a Markdown table."""
    head = ("column", "type", "what it holds", "allowed", "if empty")
    rows = []
    for field in schema.fields:
        name = f"**{field.name}**" if field.constraints.required else field.name
        assumed = "required" if field.constraints.required else field.assumed
        rows.append((name, field.type, field.description, _limits(field), assumed))
    return markdown_table(head, rows)


def _limits(field: Field) -> str:
    limits = field.constraints
    if limits.unique:
        return "different in each row"
    if limits.enum or limits.pattern or limits.minimum is not None:
        return field.allowed().removeprefix("give ").removeprefix("one of ")
    return ""


def _variables() -> str:
    return markdown_table(("variable", "becomes", "known from"), codes.VARIABLES)


def main() -> None:
    """Write the page into the folder given, and the schemas that ship with the package."""
    docs = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    write_text(docs / "OWN_DATA.md", page())
    for name, schema in SCHEMAS.items():
        write_text(SHIPPED / name, schema_json(schema))
    print(f"{docs / 'OWN_DATA.md'}; {', '.join(str(SHIPPED / name) for name in SCHEMAS)}")


if __name__ == "__main__":
    main()
