"""The grandmother as a person: her age, health and load, where she lived, how it went on."""

from leftbehind.base.person import FEMALE
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member
from leftbehind.pages.chronicle.record import Chapter, Sentence, person
from leftbehind.pages.chronicle.words import Words


def carer(now: FamilyYear) -> Member | None:
    """The grandparent who has most of the children in care; else the nearest grandmother alive."""
    living = [e for e in now.elders if e and e.alive]
    caring = [e for e in living if e.cares_ours]
    if caring:
        # A grandmother and her husband share the care: she is told of, as the record's carer is.
        return max(caring, key=lambda e: (e.cares_ours, e.sex == FEMALE))
    near = [e for e in living if e.sex == FEMALE and e.minutes >= 0]
    return min(near, key=lambda e: e.minutes, default=None)


def now_told(elder: Member, now: FamilyYear, words: Words, named: bool = True) -> Sentence:
    """Who the grandparent was in the year: age, health, where if not with the children, load."""
    text = words(
        "grandmother.now" if named else _of("grandmother.now_", elder),
        who=words.role(elder.key),
        year=now.year,
        age=elder.age(now.year),
        health=words("grandmother.health") if elder.limited else "",
        where="" if elder.cares_ours else _where(elder, words),
        load=_load(elder, words),
    )
    who = person("birth_year", now.year, elder) + person("limited", now.year, elder)
    return Sentence(words.sentence(text), who + person("carer", now.year, *now.young()))


def _of(key: str, elder: Member) -> str:
    return key + ("she" if elder.sex == FEMALE else "he")


def _where(elder: Member, words: Words) -> str:
    if elder.at >= 0:
        return words("grandmother.away", inside=words.inside(elder.at))
    if elder.minutes < 0:
        return words("grandmother.far")
    if elder.minutes < 1:
        return words("grandmother.same_home")
    return words("grandmother.walk", minutes=f"{elder.minutes:.0f}")


def _load(elder: Member, words: Words) -> str:
    others = elder.cares - elder.cares_ours
    key = "load_others" if others else "load"
    key = "load_only_others" if others == elder.cares else key
    key = ("no_load", "load_one")[elder.cares] if elder.cares < 2 else key
    number, other = words.number(elder.cares), words.number(others)
    return words(f"grandmother.{key}", number=number, others=other)


def life(years: list[FamilyYear], elder: Member, now: FamilyYear, words: Words) -> Chapter:
    """The grandparent's years with this family: caring, failing health, death."""
    seen = [(y.year, e) for y in years for e in y.elders if e and e.key == elder.key]
    out = [now_told(elder, now, words, named=False)]
    cared = [(year, e) for year, e in seen if e.cares_ours]
    if cared:
        text = words(
            _of("grandmother.years_", elder),
            number=len(cared),
            first=cared[0][0],
            last=cared[-1][0],
            age=cared[0][1].age(cared[0][0]),
        )
        out.append(Sentence(text, person("carer", cared[0][0], elder)))
    for kind, wanted in (("limited", lambda e: e.limited), ("died", lambda e: not e.alive)):
        first = next(((year, e) for year, e in seen if wanted(e)), None)
        if first and first[0] > seen[0][0]:
            year, there = first
            text = words(_of(f"grandmother.{kind}_", elder), year=year, age=there.age(year))
            field = "limited" if kind == "limited" else "death_year"
            out.append(Sentence(text, person(field, year, there)))
    title = words("chapter.grandmother", who=words.sentence(words.role(elder.key)))
    return Chapter(title, tuple(out))
