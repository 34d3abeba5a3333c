"""Words for what the record holds as numbers: choices, care, reasons, places."""

from leftbehind.base.person import ABROAD, ABROAD_NAME
from leftbehind.counts.reasons import UNKNOWN
from leftbehind.inputs.places import Places
from leftbehind.model.processes.weighing import F_CHILDREN
from leftbehind.pages.chronicle.family import FamilyYear, Member
from leftbehind.pages.chronicle.record import Source
from leftbehind.pages.chronicle.roles import ELDERS, children_roles

WITH_CHILDREN = (
    "both parents at home",
    "the father away, the mother at home",
    "the mother away, the father at home",
    "both parents away, the children at home",
    "both parents away with the children",
    "all together in the county's town",
    "the father away, the mother with the children in the county's town",
)
WITHOUT = ("both at home", "he away, she at home", "she away, he at home", "both away")
LONE = (
    "at home",
    "at home",
    "at home",
    "away, the children at home",
    "away with the children",
    "in the county's town with the children",
)
LONE_WITHOUT = ("at home", "at home", "at home", "away")
TERM_WORDS = {
    "constant": "what people in their place generally do",
    "pay": "money",
    "distance": "the places within reach",
    "network": "how many neighbours were away",
    "law": "jobs in the cities and the rules on moving",
    "local work": "work near home",
    "age": "their age",
    "care": "the children's care",
    "school": "the children's school",
    "exam": "the exams that need the hukou",
    "elder": "an old parent's need of care",
    "newborn": "a baby",
    "moving": "living where they had the year before",
    "settling": "the years spent apart",
    "taste": "what this family has always preferred",
    "farm": "the land to be worked",
    "language": "a language other than the cities'",
    UNKNOWN: UNKNOWN,
}
STAGE_WORDS = {
    "primary": "primary school",
    "junior": "junior middle school",
    "senior": "senior middle school",
    "college": "college",
}


class Words:
    """Words for one family: roles by key, names of places as seen from its home prefecture."""

    def __init__(self, years: list[FamilyYear], places: Places, home: int) -> None:
        self._places = places
        self._home = home
        self._roles: dict[int, str] = {}
        children: dict[int, Member] = {}
        for year in years:
            for which, elder in enumerate(year.elders):
                if elder:
                    self._roles.setdefault(elder.key, ELDERS[which])
            for child in year.children:
                children.setdefault(child.key, child)
        ordered = sorted(children.values(), key=lambda c: c.birth_year)
        for child, role in zip(ordered, children_roles([c.sex for c in ordered]), strict=True):
            self._roles[child.key] = role
        for year in years:
            if year.mother:
                self._roles[year.mother.key] = "the mother"
            if year.father:
                self._roles[year.father.key] = "the father"

    def role(self, key: int) -> str:
        """Role of the person with `key`; `a relative` for one outside the family."""
        return self._roles.get(key, "a relative")

    def place(self, at: int) -> str:
        """`Huizhou (Guangdong)` or `abroad`; the own prefecture: outside the own township."""
        if at == ABROAD:
            return ABROAD_NAME
        if at == self._home:
            return f"another part of {self._places.table['name'][at]}"
        return f"{self._places.table['name'][at]} ({self._places.table['province'][at]})"

    def inside(self, at: int) -> str:
        """`in Huizhou (Guangdong)` or `abroad`."""
        return ABROAD_NAME if at == ABROAD else f"in {self.place(at)}"

    def towards(self, at: int) -> str:
        """`to Huizhou (Guangdong)` or `abroad`."""
        return ABROAD_NAME if at == ABROAD else f"to {self.place(at)}"

    def care(self, child: Member) -> str:
        """Who looks after the child."""
        carer = self.role(child.carer) if child.carer else "a grandparent"
        return (
            "with a parent",
            f"with {carer} in the same home",
            f"looked after by {carer}, {child.minutes:.0f} minutes' walk away",
            "looked after by another relative",
            "with an older brother or sister, without an adult in the home",
            "without an adult in the home",
            "out of school, in a household of their own",
            "taken in by a neighbour",
            "at work elsewhere, on their own",
            "grown up",
        )[child.arrangement]


def person(field: str, year: int, *members: Member | None) -> tuple[Source, ...]:
    """Sources for a field of the person records of some members."""
    return tuple(Source("person", field, year, m.key) for m in members if m)


def decision(field: str, year: FamilyYear) -> tuple[Source, ...]:
    """Source for a part of the household's replayed decision."""
    head = year.decision.mother or year.decision.father if year.decision else 0
    return (Source("decision", field, year.year, head),)


def choice_words(year: FamilyYear, choice: int) -> str:
    """A choice in words, for a couple or for one adult, with or without children to care for."""
    made = year.decision
    assert made is not None
    children = made.facts[F_CHILDREN] > 0
    if made.mother and made.father:
        words = WITH_CHILDREN[choice] if children else WITHOUT[choice]
        return (
            words
            if year.together
            else words.replace("the father", "her husband").replace("both parents", "both")
        )
    own = "the mother" if made.mother else "the father"
    return f"{own} {(LONE if children else LONE_WITHOUT)[choice]}"


def is_away(member: Member | None) -> bool:
    """Whether a member lives and works in another place."""
    return member is not None and member.alive and member.at >= 0
