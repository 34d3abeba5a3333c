"""The columns of a starting population: one row a person, as they are on 1 January of its year.

People belong to the prefecture where they are registered, wherever they live: who works elsewhere
has a `destination`. A family is registered in one prefecture.
"""

from leftbehind.base.person import ABROAD_CODE
from leftbehind.model.population.founders import START
from leftbehind.own.table_schema import Constraints, Field, TableSchema

LAST_START = 2049
OLDEST = 115
OLDEST_REMEMBERED = 200  # of the dead: the age that they would have
SEXES = ("female", "male")
HUKOU = ("agricultural", "non-agricultural")
UNIONS = ("never", "seeking", "together", "widowed", "divorced")
HOMES = ("same home", "same village", "same county", "further")
PARENTS = ("mother", "father")
NO_YES = ("no", "yes")


def _text(name: str, description: str, assumed: str = "", **limits: object) -> Field:
    return _field("string", name, description, assumed, limits)


def _whole(name: str, description: str, assumed: str = "", **limits: object) -> Field:
    return _field("integer", name, description, assumed, limits)


def _field(
    kind: str, name: str, description: str, assumed: str, limits: dict[str, object]
) -> Field:
    constraints = Constraints.model_validate(limits)
    return Field.model_validate(
        {
            "name": name,
            "type": kind,
            "description": description,
            "assumed": assumed,
            "constraints": constraints,
        }
    )


POPULATION = TableSchema(
    name="leftbehind-population",
    title="A starting population of leftbehind: one row a person, on 1 January of the year",
    key="person_id",
    links=("mother_id", "father_id", "partner_id", "carer_id"),
    groups=("household_id",),
    fields=(
        _whole(
            "year",
            "year of the population, the same in all rows: the simulation lives it first",
            required=True,
            minimum=START,
            maximum=LAST_START,
        ),
        _text("person_id", "the person's own id", required=True, unique=True),
        _text(
            "household_id",
            "household at the registered home; who works away belongs to it",
            "a couple and its children under 18 are one household, found from the links",
        ),
        _whole(
            "prefecture",
            "code (GB/T 2260, six digits) of the prefecture of registration",
            "the family is put into a prefecture of its `province`, drawn by people registered "
            "there in 2010",
        ),
        _whole(
            "province",
            "code (two digits) of the province of registration; needed only where "
            "`prefecture` is empty",
            "that of the prefecture",
        ),
        _whole(
            "age",
            "completed years on 1 January; of a dead person those it would have",
            required=True,
            minimum=0,
            maximum=OLDEST_REMEMBERED,
        ),
        _text("sex", "female or male", required=True, enum=SEXES),
        _text(
            "hukou",
            "type of household registration",
            "the mother's or the partner's; else drawn by the prefecture's official share of the "
            "year",
            enum=HUKOU,
        ),
        _text(
            "minority",
            "whether the person is of the prefecture's minority group, not Han",
            "the mother's or the partner's; else drawn by the prefecture's share of 2010",
            enum=NO_YES,
        ),
        _text("mother_id", "the mother's person_id", "not known: the model has no such kin"),
        _text("father_id", "the father's person_id", "not known: the model has no such kin"),
        _text(
            "partner_id",
            "the person_id of husband or wife, who must name this person too",
            "no partner",
        ),
        Field(
            name="weight",
            type="number",
            description="real persons that this row stands for; a family has its members' mean",
            constraints=Constraints(minimum=1e-6, maximum=1e8),
            assumed="1: the file is a full count",
        ),
        _text(
            "union",
            "union status; `seeking`: would have a partner and found none yet",
            "together with a partner_id; divorced with a child in the file, both parents alive; "
            "widowed with a child and the other parent dead or unknown; else never",
            enum=UNIONS,
        ),
        _whole(
            "union_year",
            "year in which the present or last union began",
            "of couples the partner's, else the year before their first child's birth, else that "
            "of the wife's age of 18; of the widowed and divorced the year before the file's",
            minimum=START - 100,
            maximum=LAST_START - 1,
        ),
        _whole(
            "children_born",
            "children a woman has borne, the dead among them",
            "those who name her as mother",
            minimum=0,
            maximum=25,
        ),
        _whole(
            "sons_born", "sons among them", "those who name her as mother", minimum=0, maximum=25
        ),
        _whole(
            "last_birth",
            "year of a woman's last birth",
            "that of her youngest child in the file",
            minimum=START - 100,
            maximum=LAST_START,
        ),
        _text(
            "away",
            "whether the person lives and works in another place",
            "yes with a `destination` or `months_away`, else no",
            enum=NO_YES,
        ),
        _whole(
            "destination",
            f"code of the prefecture where the person is while away; {ABROAD_CODE}: abroad",
            "drawn by the model's own choice of places in China, with the parents for a child",
        ),
        _whole(
            "months_away",
            "months away in the year before",
            "the person's lasting class, a keyed draw by the model's shares; 12 for children",
            minimum=1,
            maximum=12,
        ),
        _text(
            "in_prison",
            "whether the person is in prison, from the year `away_since` on",
            "no",
            enum=NO_YES,
        ),
        _whole(
            "away_since",
            "first year of the present absence or sentence",
            "the year before the file's",
            minimum=START,
            maximum=LAST_START,
        ),
        _whole(
            "schooling",
            "completed years of school",
            "worked out from the year of birth by the nation's enrolment and progression",
            minimum=0,
            maximum=25,
        ),
        _text(
            "in_school",
            "whether the person goes to school",
            "yes for who has all years of school that one can have at that age",
            enum=NO_YES,
        ),
        _text(
            "limited",
            "whether health is limited lastingly",
            "lived from 50 on by the model's onset and recovery",
            enum=NO_YES,
        ),
        _text(
            "home",
            "where a couple lives, seen from the husband's parents",
            "same home if they share the household_id; with households but not shared, an own home "
            "drawn by the model's shares; without households, drawn by years since the union "
            "began",
            enum=HOMES,
        ),
        _text(
            "carer_id",
            "the grandparent who cares for this child while its parents are away",
            "if nobody has one, worked out by the model's own rules of care",
        ),
        _text(
            "keeper",
            "the parent who keeps this child after the parents have parted",
            "the father if the child is of his household and not of the mother's, else the mother",
            enum=PARENTS,
        ),
        _whole(
            "death_year",
            "year of death of a person kept in the file as kin of others",
            "the person is alive",
            minimum=START - 100,
            maximum=LAST_START - 1,
        ),
        _text(
            "luck",
            "only in files that the program wrote: the key of the person's lasting luck, "
            "16 hexadecimal digits",
            "drawn from seed and person_id",
            pattern="^[0-9a-f]{16}$",
        ),
    ),
)
