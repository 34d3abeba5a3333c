"""Events: what changed in the family from one year's record to the next, as data and in words."""

from dataclasses import dataclass, field

from leftbehind.base.person import IN_PRISON, SAME_HOME
from leftbehind.pages.chronicle.family import FamilyYear, Member
from leftbehind.pages.chronicle.record import Sentence, person
from leftbehind.pages.chronicle.words import Words

FIELDS = {
    "union": "partner",
    "again": "partner",
    "parted": "partner",
    "born": "birth_year",
    "died": "death_year",
    "died_small": "death_year",
    "prison": "destination",
    "released": "destination",
    "moved": "destination",
    "own_home": "home",
    "hukou": "hukou",
    "school": "enrolled",
    "left_school": "schooling",
    "boards": "boards",
    "limited": "limited",
}


@dataclass(frozen=True)
class Event:
    """Something that happened to `who` in `year`; `kind` is one of FIELDS."""

    year: int
    kind: str
    who: tuple[Member, ...]
    values: dict[str, int] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        """The event as data, keys in hexadecimal."""
        keys = [f"{m.key:016x}" for m in self.who]
        return {"year": self.year, "event": self.kind, "who": keys, **self.values}


def events(years: list[FamilyYear]) -> list[Event]:
    """All events in order of year."""
    out: list[Event] = []
    before: FamilyYear | None = None
    for now in years:
        out += [*_unions(before, now), *_births(now), *_deaths(now), *_moves(before, now)]
        out += _children(before, now)
        before = now
    return out


def tell_all(happened: list[Event], words: Words) -> list[Sentence]:
    """Events as sentences; those of a kind share one, where the first of them stands."""
    kinds: dict[str, list[Event]] = {}
    for event in happened:
        kinds.setdefault(event.kind, []).append(event)
    out = []
    for kind, alike in kinds.items():
        joined = f"{kind}_next" in words.words("event")
        for together in [alike] if joined else [[event] for event in alike]:
            parts = [_clause(event, words, n > 0) for n, event in enumerate(together)]
            clauses = words.listed(parts)
            if words.language == "zh":
                clauses = words("list.pause").join(parts)
            text = words.sentence(clauses + words("list.stop"))
            sources = (s for e in together for s in person(FIELDS[kind], e.year, *e.who))
            out.append(Sentence(text, tuple(sources)))
    return out


def _clause(event: Event, words: Words, again: bool) -> str:
    """An event as a clause; `again`: after another of its kind, whose verb it shares."""
    section = words.words("event")
    many = f"{event.kind}_many" if len(event.who) > 1 else ""
    text = section[f"{event.kind}_next" if again else many if many in section else event.kind]
    values = {"who": words.who(event.who), "year": event.year, **event.values}
    return text.format(**values)


def _pairs(before: FamilyYear | None, now: FamilyYear) -> list[tuple[Member, Member]]:
    old = {m.key: m for m in before.members()} if before else {}
    return [(old[m.key], m) for m in now.members() if m.key in old]


def _unions(before: FamilyYear | None, now: FamilyYear) -> list[Event]:
    """A couple begun, a new marriage of the mother, a couple parted, a home of its own."""
    mother, father = now.mother, now.father
    if not mother or not father:
        return []
    was = before is not None and before.together
    pair = (mother, father)
    if now.together and not was:
        ages = {"her_age": mother.age(now.year), "his_age": father.age(now.year)}
        return [Event(now.year, "union", pair, ages)]
    if was and not now.together and mother.alive and father.alive:
        return [Event(now.year, "parted", pair)]
    old = before.mother if before else None
    if not now.together and old and mother.alive and mother.partner not in (0, old.partner):
        return [Event(now.year, "again", (mother,))]
    if was and now.together and before and before.home == SAME_HOME != now.home:
        return [Event(now.year, "own_home", (mother,))]
    return []


def _births(now: FamilyYear) -> list[Event]:
    born = tuple(c for c in now.children if c.birth_year == now.year)
    return [Event(now.year, "born", born)] if born else []


def _deaths(now: FamilyYear) -> list[Event]:
    out = []
    for member in now.members():
        if member.death_year == now.year:
            age = member.age(now.year)
            out.append(Event(now.year, "died" if age else "died_small", (member,), {"age": age}))
    return out


def _moves(before: FamilyYear | None, now: FamilyYear) -> list[Event]:
    """Prison, moving on from one place of work to another, a new registration."""
    groups: dict[tuple[str, int], list[Member]] = {}
    for old, new in _pairs(before, now):
        if not new.alive:
            continue
        if new.at == IN_PRISON != old.at:
            groups.setdefault(("prison", 0), []).append(new)
        elif old.at == IN_PRISON != new.at:
            groups.setdefault(("released", 0), []).append(new)
        elif old.at >= 0 and new.at >= 0 and old.at != new.at:
            groups.setdefault(("moved", new.at), []).append(new)
        if old.hukou < new.hukou:
            groups.setdefault(("hukou", 0), []).append(new)
        elder = any(e and e.key == new.key for e in now.elders)
        if elder and new.limited and not old.limited:
            groups.setdefault(("limited", new.key), []).append(new)
    out = []
    for (kind, at), who in groups.items():
        values = {"at": at} if kind == "moved" else {}
        if kind == "limited":
            values = {"age": who[0].age(now.year)}
        out.append(Event(now.year, kind, tuple(who), values))
    return out


def _children(before: FamilyYear | None, now: FamilyYear) -> list[Event]:
    """School begun and left, and nights at school."""
    own = {c.key for c in now.children}
    pairs = [(old, new) for old, new in _pairs(before, now) if new.key in own and new.alive]
    begun = tuple(new for old, new in pairs if old.stage == "none" != new.stage == "primary")
    out = [Event(now.year, "school", begun)] if begun else []
    for old, new in pairs:
        if new.stage == "none" != old.stage:
            values = {"age": new.age(now.year), "years": new.schooling}
            out.append(Event(now.year, "left_school", (new,), values))
    boards = tuple(new for old, new in pairs if new.boards and not old.boards)
    return [*out, Event(now.year, "boards", boards)] if boards else out
