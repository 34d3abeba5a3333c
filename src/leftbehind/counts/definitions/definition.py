"""A definition of a left-behind child, validated; its fields are those of its TOML file."""

from typing import Annotated, Literal, Self, get_args

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from leftbehind.base.errors import nearest, shown
from leftbehind.counts.definitions.clauses import (
    AWAY,
    Away,
    Clause,
    Months,
    age_clause,
    away_states,
    label_clause,
    parent_clauses,
    registered_clause,
)
from leftbehind.inputs.scenario import Name, Texts
from leftbehind.inputs.tables import BASES
from leftbehind.model.tallies.cells import CHILD_AGE, LABELS

# The column of `children` whose labels a field lists.
COLUMNS = {
    "residence": "residence",
    "hukou": "hukou",
    "unable": "father",
    "parents_where": "parents_where",
    "stages": "stage",
    "arrangement": "arrangement",
}


_AGE = f"give [lowest, highest], whole numbers with 0 <= lowest <= highest < {CHILD_AGE}"
# What each field of a file may hold, for errors.
ALLOWED = {
    "name": "give a name of small letters, digits and hyphens, at most 200",
    "basis": f"give one of {', '.join(BASES)}",
    **dict.fromkeys(
        ("title", "title_zh", "agency", "source", "description"), "give text in quotes"
    ),
    "year": "give a year, a whole number from 1950 to 2100",
    "published": "give a list of texts",
    "reading_of": "give the name of the definition whose words it reads otherwise",
    "age": _AGE,
    **{field: f"give a list of {', '.join(LABELS[column])}" for field, column in COLUMNS.items()},
    "away": f"give one of {', '.join(map(repr, get_args(Away)))}",
    "months": f"give one of {', '.join(map(repr, get_args(Months)))}",
    "absent_counts_as_away": "give true or false",
    "registered": "give a number above 0, at most 1",
}


class Definition(BaseModel):
    """Who is counted, by which agency, and where that is written.

    `age` is in completed years, both ends included. A list left out asks nothing. `away` says which
    parents: without it, parents are not asked about. `unable` lists the states in which the other
    parent cannot look after the child; `months` how long a parent must be away in the year;
    `absent_counts_as_away` whether a parent counts who left by divorce or is in prison.
    `parents_where` is where the nearest of the parents who are away may be, so that of every one of
    them is said that he is at least that far. `registered` is the share of such children that the
    agency's register holds. `reading_of` names the definition that this one reads otherwise than
    its words: an assumption, which its description has to say.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name
    title: str = ""
    title_zh: str = ""
    agency: str = ""
    year: int | None = Field(None, ge=1950, le=2100)
    published: Texts = ()
    reading_of: Name | None = None
    source: str = ""
    basis: Literal["read", "memory", "derived", "assumption"] = "assumption"
    description: str = ""

    age: Annotated[tuple[int, int], Field(strict=False)] = (0, CHILD_AGE - 1)
    residence: Texts = ()
    hukou: Texts = ()
    away: Away | None = None
    unable: Texts = ()
    months: Months = "6 or more"
    absent_counts_as_away: bool = False
    parents_where: Texts = ()
    stages: Texts = ()
    arrangement: Texts = ()
    registered: float | None = Field(None, gt=0, le=1)

    @field_validator("age")
    @classmethod
    def _child_ages(cls, age: tuple[int, int]) -> tuple[int, int]:
        if not 0 <= age[0] <= age[1] < CHILD_AGE:
            raise ValueError(_AGE)
        return age

    @field_validator(*COLUMNS)
    @classmethod
    def _known_labels(cls, labels: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = LABELS[COLUMNS[str(info.field_name)]]
        for label in labels:
            if label not in known:
                hint = nearest(label, list(known))
                raise ValueError(f"no such label {shown(label)}{hint}; allowed: {', '.join(known)}")
        return labels

    @model_validator(mode="after")
    def _parents_asked(self) -> Self:
        asks_other = self.away == "both-or-one-and-other-unable"
        if asks_other and not self.unable:
            raise ValueError(f"away = {self.away!r} needs `unable`, a list of the other's states")
        if self.unable and not asks_other:
            raise ValueError("`unable` goes only with away = 'both-or-one-and-other-unable'")
        if set(self.unable) & {AWAY, *away_states(self.months, self.absent_counts_as_away)}:
            raise ValueError("a parent state cannot be both `unable` and away")
        if self.away is None and {"months", "absent_counts_as_away"} & self.model_fields_set:
            raise ValueError("`months` and `absent_counts_as_away` need `away`")
        return self

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in the order of `clauses.ORDER`, those that ask nothing too."""
        return (
            age_clause(*self.age),
            label_clause("residence", "residence", self.residence),
            label_clause("hukou", "hukou", self.hukou),
            *parent_clauses(self.away, self.unable, self.months, self.absent_counts_as_away),
            label_clause("parents_where", "parents_where", self.parents_where),
            label_clause("stages", "stage", self.stages),
            label_clause("arrangement", "arrangement", self.arrangement),
            registered_clause(self.registered),
        )

    @property
    def share(self) -> float:
        """The part counted of the children who meet every condition."""
        return 1.0 if self.registered is None else self.registered

    def expr(self) -> pl.Expr:
        """Whether a row of `children` meets every condition."""
        return pl.all_horizontal(clause.expr() for clause in self.clauses)

    def base(self) -> pl.Expr:
        """Whether a row of `children` is among those of whom the share is taken.

        They have the age, residence, hukou and school stage asked for. Where a definition asks
        nothing about parents and care, residence is its outcome, and children everywhere count.
        """
        outcome = {"away", "months", "absent", "parents_where", "arrangement"}
        if self.away is None and not self.parents_where and not self.arrangement:
            outcome.add("residence")
        return pl.all_horizontal(c.expr() for c in self.clauses if c.name not in outcome)

    def who_is_away(self) -> pl.Expr:
        """`father only`, `mother only`, `both` or `neither`, by the states that count as away."""
        states = away_states(self.months, self.absent_counts_as_away)
        father, mother = pl.col("father").is_in(states), pl.col("mother").is_in(states)
        return (
            pl.when(father & mother)
            .then(pl.lit("both"))
            .when(father)
            .then(pl.lit("father only"))
            .when(mother)
            .then(pl.lit("mother only"))
            .otherwise(pl.lit("neither"))
        )
