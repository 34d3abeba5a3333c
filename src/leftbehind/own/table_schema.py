"""The schema of a table that a user brings, in the terms of Frictionless Table Schema.

Each field says its type, what it may hold, and what is assumed where it is empty. `reading.read`
checks a file against it, `TableSchema.descriptor` is the JSON that ships with the package.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

# What programs write for a missing value, in small letters; read as empty in every column.
MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "none", ".", "-", "<na>", "nat", "missing")


class Constraints(BaseModel):
    """What a field may hold, as in Frictionless Table Schema; None or False: no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    required: bool = False
    unique: bool = False
    minimum: float | int | None = None
    maximum: float | int | None = None
    enum: tuple[str, ...] | None = None
    pattern: str | None = None


class Field(BaseModel):
    """One column. `assumed` says what the model takes where the column or a value is missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: Literal["string", "integer", "number"]
    description: str
    constraints: Constraints = Constraints()
    assumed: str = ""

    def allowed(self) -> str:
        """What the field may hold, in words for an error."""
        limits = self.constraints
        if limits.enum:
            return f"give one of {', '.join(limits.enum)}"
        if limits.pattern:
            return f"give text that fits the pattern {limits.pattern}"
        what = {"string": "text", "integer": "a whole number", "number": "a number"}[self.type]
        low, high = limits.minimum, limits.maximum
        if low is not None and high is not None:
            return f"give {what} from {low:g} to {high:g}"
        if low is not None:
            return f"give {what} of at least {low:g}"
        return f"give {what}"


class TableSchema(BaseModel):
    """The columns of one kind of file.

    `links` are columns that name another row's key, `groups` those whose values join rows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    key: str
    fields: tuple[Field, ...]
    links: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def ids(self) -> tuple[str, ...]:
        """Columns that hold ids."""
        return (self.key, *self.links, *self.groups)

    def field(self, name: str) -> Field:
        """The field called `name`."""
        return next(field for field in self.fields if field.name == name)

    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [field.name for field in self.fields]

    def descriptor(self) -> dict[str, Any]:
        """The schema as a Frictionless Table Schema (https://specs.frictionlessdata.io)."""
        fields = [_plain(field) for field in self.fields]
        keys = [
            {"fields": link, "reference": {"resource": "", "fields": self.key}}
            for link in self.links
        ]
        return {
            "name": self.name,
            "title": self.title,
            "missingValues": sorted({*MISSING, "NA", "N/A", "#N/A", "NaN", "NULL", "None", "<NA>"}),
            "primaryKey": self.key,
            **({"foreignKeys": keys} if keys else {}),
            "fields": fields,
        }


def _plain(field: Field) -> dict[str, Any]:
    """A field without what is not set."""
    out = field.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in out.items() if value}
