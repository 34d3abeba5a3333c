"""Clauses: where the parents were and who was with the children, in one year, in words.

A clause has no ages and no end: sentences about a year and about a whole era are made of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leftbehind.base.person import FATHER_AWAY_TOWN, FEMALE, IN_PRISON, TOWN
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member
from leftbehind.pages.chronicle.words import Words


@dataclass(frozen=True)
class How:
    """How closely a clause looks: ages, months and since when, or only what lasts in an era."""

    ages: bool = False
    months: bool = False


Years = Sequence[FamilyYear]
CLOSE = How(ages=True, months=True)
ERA = How()


def where_is(member: Member, now: FamilyYear) -> str:
    """One of: away, home, town, prison, dead, parted."""
    if not member.alive:
        return "dead"
    if member.at == IN_PRISON:
        return "prison"
    if not now.together and now.father is member and now.mother and now.mother.alive:
        return "away" if member.away else "parted"
    if member.choice == TOWN or (member.choice == FATHER_AWAY_TOWN and member.sex == FEMALE):
        return "town"
    return "away" if member.away else "home"


def parents(now: FamilyYear, words: Words, how: How = ERA, era: Years = ()) -> str:
    """Where mother and father were, told together if they did the same.

    With the years of an `era`, all places of work in it.
    """
    groups: dict[tuple[str, tuple[int, ...], int], list[Member]] = {}
    for member in now.parents():
        state = where_is(member, now)
        places = tuple(_places(member, era or (now,))) if state == "away" else ()
        groups.setdefault((state, places, member.death_year), []).append(member)
    parts = []
    for (state, places, _), members in groups.items():
        year = now.year if how.ages and state != "dead" else None
        both = len(members) == 2 and year is None
        who = words("role.both") if both else words.who(members, year)
        if state == "away":
            text = _away(list(places), members, now.year, words, how)
        else:
            text = _parent(state, members, words)
        parts.append(words("list.gap").join((who, text)))
    return words("list.clause" if how.months else "list.pause").join(parts)


def _places(member: Member, years: Years) -> list[int]:
    """Places of work of a parent over some years, in order, each once."""
    seen = [m.at for y in years for m in y.parents() if m.key == member.key and m.away]
    return list(dict.fromkeys(seen))


def _away(places: list[int], members: list[Member], year: int, words: Words, how: How) -> str:
    if len(places) > 1:
        there = [words.where(at) if words.language == "zh" else words.inside(at) for at in places]
        text = words("parent.places", first=there[0], then=words.listed(there[1:]))
    else:
        text = words("parent.away", inside=words.inside(places[0]))
    return text + _months(members, year, words) if how.months else text


def _months(members: list[Member], year: int, words: Words) -> str:
    """For how many months, and since when: of each where they differ."""
    months, since = {m.months for m in members}, {m.away_since for m in members}

    def each(key: str) -> str:
        return words("list.also").join(
            words(key, who=words.role(m.key), months=m.months, since=m.away_since) for m in members
        )

    if months == {12}:
        text = words("parent.months_all")
    elif len(months) == 1:
        text = words("parent.months", months=months.pop())
    else:
        text = words("parent.months_each", each=each("parent.months_of"))
    if since == {year}:
        return text + words("parent.since_now")
    if len(since) == 1:
        return text + words("parent.since", since=since.pop())
    return text + words("parent.since_each", each=each("parent.since_of"))


def _parent(state: str, members: list[Member], words: Words) -> str:
    if state == "dead":
        return words("parent.dead", year=members[0].death_year)
    many = f"{state}_many"
    if len(members) > 1 and many in words.words("parent"):
        return words(f"parent.{many}")
    return words(f"parent.{state}")


def children(now: FamilyYear, words: Words, how: How = ERA) -> str:
    """Who was with the children under 18; empty if there are none."""
    groups: dict[str, list[Member]] = {}
    young = now.young()
    for child in young:
        groups.setdefault(care(child, now, words), []).append(child)
    parts = []
    for text, members in groups.items():
        who = words.who(members, now.year if how.ages else None)
        if len(groups) == 1 and len(members) > 1 and not how.ages:
            who = words("role.children")
        parts.append(words("list.gap").join((who, text)))
    return words("list.clause").join(parts)


def care(child: Member, now: FamilyYear, words: Words) -> str:
    """Who is with a child, as the end of a clause that begins with the child."""
    town = any(where_is(p, now) == "town" for p in now.parents())
    if child.at >= 0 and not town:
        away = [p for p in now.parents() if p.alive and p.at == child.at]
        parent = words("role.both") if len(away) == 2 else words.who(away) or words("care.a_parent")
        return words("care.along", inside=words.inside(child.at), parent=parent)
    here = [p for p in now.parents() if where_is(p, now) in ("home", "town")]
    here = here or [p for p in now.parents() if where_is(p, now) == "parted"]
    both = len(here) == 2
    parent = words("role.both") if both else words.who(here) or words("care.a_parent")
    carer = words.role(child.carer) if child.carer else words("care.a_grandparent")
    text = words.words("care").get(child.arrangement, child.arrangement)
    minutes = child.minutes
    if child.arrangement == "grandparent in the home":
        walk = next((e.minutes for e in now.elders if e and e.key == child.carer), 0.0)
        if walk:  # the house is the grandparent's, not the parents'
            text, minutes = words.words("care")["moved_to" if walk > 0 else "moved_far"], walk
    return text.format(parent=parent, carer=carer, minutes=f"{minutes:.0f}")


def all_at_home(now: FamilyYear) -> bool:
    """Whether mother, father and all children under 18 lived at home together."""
    couple = [where_is(p, now) for p in now.parents()] == ["home", "home"]
    return couple and all(c.at < 0 and c.arrangement == "parent" for c in now.young())


def mode(now: FamilyYear) -> tuple[object, ...]:
    """What must stay the same for an era to go on: who is where, and who is with the children."""
    kids = [c for c in now.children if c.is_child(now.year)]
    cares = sorted({"along" if c.at >= 0 else _kind(c.arrangement) for c in kids})
    return (*(where_is(p, now) for p in now.parents()), *cares)


def _kind(arrangement: str) -> str:
    return "grandparent" if arrangement.startswith("grandparent") else arrangement
