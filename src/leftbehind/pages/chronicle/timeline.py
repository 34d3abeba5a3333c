"""The timeline: what changed in the family from one year's record to the next."""

from leftbehind.base.person import IN_PRISON, SAME_HOME, WITH_PARENT
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.pages.chronicle.family import FamilyYear, Member
from leftbehind.pages.chronicle.record import Sentence
from leftbehind.pages.chronicle.roles import capital, listed
from leftbehind.pages.chronicle.words import STAGE_WORDS, Words, person

Event = tuple[int, Sentence]


def events(years: list[FamilyYear], words: Words) -> list[Event]:
    """All events in order of year: unions, births, deaths, going and coming, school, care."""
    out: list[Event] = []
    before: FamilyYear | None = None
    for now in years:
        for found in (_unions, _births, _deaths, _moves, _homes, _school, _boarding, _care):
            out += [(now.year, sentence) for sentence in found(before, now, words)]
        before = now
    return out


def _pairs(before: FamilyYear | None, now: FamilyYear) -> list[tuple[Member, Member]]:
    old = {m.key: m for m in before.members()} if before else {}
    return [(old[m.key], m) for m in now.members() if m.key in old]


def _unions(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    """A couple begun, a new marriage of the mother, or a couple parted."""
    was_together = before is not None and before.together
    text = ""
    if now.together and not was_together:
        text = _became_a_couple(now)
    elif not now.together and _has_new_partner(before, now):
        text = "The mother married again."
    elif was_together and not now.together and _both_alive(now):
        text = "The mother and the father parted."
    where = person("partner", now.year, now.mother, now.father)
    return [Sentence(text, where)] if text else []


def _became_a_couple(now: FamilyYear) -> str:
    if not (now.mother and now.father):
        return ""
    ages = f"she was {now.mother.age(now.year)}, he {now.father.age(now.year)}"
    with_parents = now.home == SAME_HOME and any(m and m.alive for m in now.elders[:2])
    home = "with his parents" if with_parents else "in a home of their own"
    return f"The mother and the father became a couple ({ages}) and lived {home}."


def _has_new_partner(before: FamilyYear | None, now: FamilyYear) -> bool:
    partner = now.mother.partner if now.mother and now.mother.alive else 0
    old = before.mother if before else None
    return bool(old and partner and partner != old.partner)


def _both_alive(now: FamilyYear) -> bool:
    return bool(now.mother and now.father and now.mother.alive and now.father.alive)


def _births(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    return [
        Sentence(
            f"{capital(words.role(child.key))} was born.", person("birth_year", now.year, child)
        )
        for child in now.children
        if child.birth_year == now.year
    ]


def _deaths(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    out = []
    for member in now.members():
        if member.death_year != now.year:
            continue
        age = member.age(now.year)
        aged = "before the first birthday" if age == 0 else f"aged {age}"
        text = f"{capital(words.role(member.key))} died, {aged}."
        out.append(Sentence(text, person("death_year", now.year, member)))
    return out


def _moves(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    """Going, moving on and coming home; those who did the same are told together."""
    groups: dict[str, list[Member]] = {}
    for old, new in _pairs(before, now):
        if new.alive and old.at != new.at:
            child = new.age(now.year) < CHILD_AGE
            groups.setdefault(_move(old.at, new.at, child, words), []).append(new)
    out = []
    for what, members in groups.items():
        who = capital(listed([words.role(m.key) for m in members]))
        out.append(Sentence(f"{who} {what}.", person("destination", now.year, *members)))
    return out


def _move(old: int, new: int, child: bool, words: Words) -> str:
    """What somebody did who was at `old` last year and is at `new`."""
    if IN_PRISON in (old, new):
        return "went to prison" if new == IN_PRISON else "was released from prison"
    if new < 0:
        return "came home" if child else f"came home from {words.place(old)}"
    if old < 0:
        if child:
            return f"went with a parent {words.towards(new)}"
        return f"left to work {words.inside(new)}"
    return f"moved on {words.towards(new)}"


def _homes(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    out = []
    if before and before.together and now.together and before.home == SAME_HOME != now.home:
        text = "The couple set up a home of its own, apart from his parents."
        out.append(Sentence(text, person("home", now.year, now.mother)))
    changed = [new for old, new in _pairs(before, now) if old.hukou != new.hukou and new.alive]
    if changed:
        who = capital(listed([words.role(m.key) for m in changed]))
        text = f"{who} became registered as non-agricultural (hukou)."
        out.append(Sentence(text, person("hukou", now.year, *changed)))
    return out


def _school(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    out = []
    children = {c.key for c in now.children}
    for old, new in _pairs(before, now):
        if new.key not in children or not new.alive or old.stage == new.stage:
            continue
        who = capital(words.role(new.key))
        source = person("enrolled", now.year, new) + person("schooling", now.year, new)
        if new.stage == "none":
            text = f"{who} left school at {new.age(now.year)}, after {new.schooling} years of it."
        elif new.stage == "primary":
            text = f"{who} started school, at {new.age(now.year)}."
        else:
            text = f"{who} went on to {STAGE_WORDS[new.stage]}, at {new.age(now.year)}."
        out.append(Sentence(text, source))
    return out


def _boarding(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    out = []
    for old, new in _pairs(before, now):
        if not new.alive or old.boards == new.boards:
            continue
        who = capital(words.role(new.key))
        if new.boards:
            text = f"{who} began to live at school on school days, at {new.age(now.year)}."
        elif new.stage == "none":
            continue  # told with leaving school
        else:
            text = f"{who} no longer lived at school on school days."
        out.append(Sentence(text, person("boards", now.year, new)))
    return out


def _care(before: FamilyYear | None, now: FamilyYear, words: Words) -> list[Sentence]:
    """New arrangements; children in the same one are told together."""
    groups: dict[str, list[Member]] = {}
    for old, new in _pairs(before, now):
        child = new.alive and new.age(now.year) < CHILD_AGE
        same = (old.arrangement, old.carer) == (new.arrangement, new.carer)
        if not child or same or new.at >= 0:
            continue
        groups.setdefault(words.care(new), []).append(new)
    out = []
    for care, members in groups.items():
        who = capital(listed([words.role(m.key) for m in members]))
        verb = "was" if len(members) == 1 else "were"
        again = " again" if members[0].arrangement == WITH_PARENT else " now"
        source = person("arrangement", now.year, *members) + person("carer", now.year, *members)
        out.append(Sentence(f"{who} {verb}{again} {care}.", source))
    return out
