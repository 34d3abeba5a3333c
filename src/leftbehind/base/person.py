"""The person record: what the simulation remembers of each person.

One NumPy structured record. Links (`mother`, `partner`, ...) are positions in the array of the
person's home unit (population/units.py), or `NOBODY`: a family never leaves its home unit's array,
wherever its members work. Everything else that a person "has" (taste, talent, minutes to the
grandparents' house) is a keyed draw, recomputed when needed (see randomness.py).
"""

import numpy as np

from leftbehind.base.compiled import kernel

NOBODY = -1
FEMALE, MALE = 0, 1
AGRICULTURAL, NON_AGRICULTURAL = 0, 1
HAN, MINORITY = 0, 1
PRIMARY, JUNIOR, SENIOR, COLLEGE = 6, 9, 12, 16  # years of school at the end of each stage

# Union status.
NEVER, SEEKING, TOGETHER, WIDOWED, DIVORCED = 0, 1, 2, 3, 4

# The household's alternatives, with one number in every choice set (docs/ODD.md section 2.1).
# In the last two the family lives in the town of its own county: all of it, or the mother with the
# children while the father works away. From CHILDREN_TAKEN on the children come along.
HOME, FATHER_AWAY, MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN, TOWN, FATHER_AWAY_TOWN = range(7)
ALTERNATIVES = (
    "home",
    "father_away",
    "mother_away",
    "children_left",
    "children_taken",
    "family_in_town",
    "father_away_town",
)

# Where a couple lives as seen from the husband's parents.
SAME_HOME, SAME_VILLAGE, SAME_COUNTY, FURTHER = 0, 1, 2, 3

# Whereabouts: a `destination` that is no prefecture. Abroad is away, and so 0 or more.
AT_HOME, IN_PRISON, ABROAD = -1, -2, 10_000
ABROAD_CODE, ABROAD_NAME = 990_000, "abroad"  # in tables, where prefectures have code and name
NOWHERE = -1  # where somebody `lived` who was not yet born, or of whom no file tells

# The care arrangement of a child.
(
    WITH_PARENT,
    GRANDPARENT_HOME,
    GRANDPARENT_WALK,
    RELATIVE,
    SIBLINGS,
    ALONE,
    OWN_HOUSEHOLD,  # under 18, nobody's dependant, at home, and not where a parent lives
    NEIGHBOUR,  # the last resort: no living kin is in reach
    AT_WORK,  # under 18, nobody's dependant, and away where no parent lives
    ADULT,
) = range(10)
ARRANGEMENTS = (
    "parent",
    "grandparent in the home",
    "grandparent a walk away",
    "other relative",
    "older sibling",
    "alone",
    "own household",
    "neighbour",
    "at work elsewhere",
    "adult",
)

PERSON = np.dtype(
    [
        ("key", "u8"),  # identity in every scenario: hash of mother's key and birth order
        ("mother", "i4"),
        ("father", "i4"),
        ("partner", "i4"),
        ("youngest_child", "i4"),  # head of the list of own children, youngest first
        ("older_by_mother", "i4"),  # next older child of the same mother
        ("older_by_father", "i4"),  # next older child of the same father
        ("carer", "i4"),  # grandparent who cares for this child while parents are away
        ("birth_year", "i2"),
        ("death_year", "i2"),  # 0 while alive
        ("union_year", "i2"),  # calendar year in which the present or last union began
        ("last_birth", "i2"),  # calendar year of a woman's last birth, 0 if none
        ("destination", "i2"),  # prefecture of work while away, or one of the above
        ("away_since", "i2"),  # first year of the present absence or sentence, 0 at home
        ("lived", "i2"),  # prefecture of residence in the last year of a census, ABROAD or NOWHERE
        ("sex", "u1"),
        ("group", "u1"),  # ethnic group: 0 Han, 1 the prefecture's minority group
        ("hukou", "u1"),  # 0 agricultural, 1 non-agricultural
        ("union", "u1"),
        ("births", "u1"),  # children ever born to this woman
        ("sons", "u1"),  # sons ever born to this woman
        ("choice", "u1"),  # the household's last choice
        ("months", "u1"),  # months away in the last year
        ("schooling", "u1"),  # completed years of school
        ("enrolled", "u1"),  # 1 while in school
        ("limited", "u1"),  # 1 with a lasting limitation of health
        ("home", "u1"),  # where the couple lives, seen from the husband's parents
        ("arrangement", "u1"),  # care arrangement of a child
        ("boards", "u1"),  # 1 if the child lives at school on school days
        ("custody", "u1"),  # after divorce: 1 with the father, 0 with the mother
        ("minutes", "u1"),  # walking minutes to the carer's house (255 = 255 or more)
        ("place", "u1"),  # which of its home unit's prefectures the person is registered in
    ],
    align=True,
)


@kernel
def father_leaves(choice: int) -> bool:
    """Whether the father does not live in the village under alternative `choice`."""
    return choice not in (HOME, MOTHER_AWAY)


@kernel
def mother_leaves(choice: int) -> bool:
    """Whether the mother does not live in the village under alternative `choice`."""
    return choice not in (HOME, FATHER_AWAY)


@kernel
def children_come(choice: int) -> bool:
    """Whether the children live where a parent does who left the village."""
    return choice >= CHILDREN_TAKEN


@kernel
def in_own_town(choice: int, is_father: bool) -> bool:
    """Whether a parent lives in the town of the own county under alternative `choice`."""
    return choice == TOWN or (choice == FATHER_AWAY_TOWN and not is_father)


@kernel
def alive(people: np.ndarray, i: int) -> bool:
    """Whether link `i` leads to a person and that person is alive."""
    return i >= 0 and people[i].death_year == 0


@kernel
def present(people: np.ndarray, i: int) -> bool:
    """Whether link `i` leads to a living person outside prison, who can keep a household."""
    return alive(people, i) and people[i].destination != IN_PRISON


@kernel
def at_home(people: np.ndarray, i: int) -> bool:
    """Whether link `i` leads to a living person who is at home this year."""
    return alive(people, i) and people[i].destination == AT_HOME


@kernel
def companion(people: np.ndarray, i: int) -> int:
    """The partner of person `i` who shares a household with it; NOBODY for one in prison."""
    partner = people[i].partner
    return partner if present(people, partner) else NOBODY
