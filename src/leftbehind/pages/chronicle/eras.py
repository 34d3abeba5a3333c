"""The years in eras: stretches in which the same people were in the same kind of place.

An era tells where everybody was, what happened in it, why it began, and what the twin in another
world did in those years. A single year unlike those around it stays in the era and is named.
"""

from dataclasses import dataclass, field

from leftbehind.pages.chronicle import clauses
from leftbehind.pages.chronicle.causes import why
from leftbehind.pages.chronicle.events import Event, tell_all
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.record import Sentence, decision, person
from leftbehind.pages.chronicle.words import Words

MOST = 9  # eras told; of more, the shortest are joined to the one before


@dataclass
class Era:
    """Years of one mode; `unlike` those of another that lie between them."""

    years: list[FamilyYear]
    unlike: list[FamilyYear] = field(default_factory=list)

    @property
    def first(self) -> int:
        """First year."""
        return self.years[0].year

    @property
    def last(self) -> int:
        """Last year."""
        return self.years[-1].year


def eras(years: list[FamilyYear]) -> list[Era]:
    """All years in eras, in order."""
    out: list[Era] = []
    for now in years:
        if out and clauses.mode(out[-1].years[-1]) == clauses.mode(now):
            out[-1].years.append(now)
        else:
            out.append(Era([now]))
    out = _without_single_years(out)
    while len(out) > MOST:
        n = min(range(1, len(out)), key=lambda k: len(out[k].years))
        short = out.pop(n)
        out[n - 1].unlike += short.years + short.unlike
        if n < len(out) and clauses.mode(out[n].years[0]) == clauses.mode(out[n - 1].years[0]):
            after = out.pop(n)
            out[n - 1].years += after.years
            out[n - 1].unlike += after.unlike
    return out


def _without_single_years(found: list[Era]) -> list[Era]:
    out: list[Era] = []
    n = 0
    while n < len(found):
        era = found[n]
        while n + 2 < len(found) and _interrupted(found[n : n + 3]):
            era.unlike += found[n + 1].years
            era.years += found[n + 2].years
            n += 2
        out.append(era)
        n += 1
    return out


def _interrupted(three: list[Era]) -> bool:
    same = clauses.mode(three[0].years[-1]) == clauses.mode(three[2].years[0])
    return same and len(three[1].years) == 1


def turns(found: list[Era]) -> list[Era]:
    """The eras that began with a decision to live otherwise."""
    return [era for era in found if era.years[0].change]


def head(era: Era, words: Words) -> Sentence:
    """Where everybody was in the era."""
    now = max(era.years, key=lambda y: (len(y.young()), y.year))  # when it was largest
    kids = clauses.children(now, words)
    when = (
        words("list.one_year", year=era.first)
        if era.first == era.last
        else words("list.span", first=era.first, last=era.last)
    )
    key = "era.told" if kids else "era.childless"
    if kids and clauses.all_at_home(now):
        key = "era.together"
    text = words(key, when=when, parents=clauses.parents(now, words, era=era.years), children=kids)
    sources = person("destination", now.year, *now.parents())
    return Sentence(words.sentence(text), sources + person("arrangement", now.year, *now.young()))


def told(era: Era, happened: list[Event], words: Words) -> tuple[Sentence, ...]:
    """The era in sentences: where, why and what happened."""
    out = [head(era, words), *why(era.years[0], words), *exceptions(era, words)]
    # Moves stand in the head of the era, the grandparents' health in their own chapter.
    elsewhere = ("moved", "limited")
    inside = [e for e in happened if _in(era, e.year) and e.kind not in elsewhere]
    return (*out, *tell_all(inside, words))


def exceptions(era: Era, words: Words) -> list[Sentence]:
    """Single years in the era in which they lived otherwise, two at most."""
    out = []
    for now in era.unlike[:2]:
        kids = clauses.children(now, words)
        key = "era.except_" if kids else "era.except_childless"
        text = words(key, year=now.year, parents=clauses.parents(now, words), children=kids)
        out.append(Sentence(text, person("destination", now.year, *now.parents())))
    return out


def _in(era: Era, year: int) -> bool:
    return any(y.year == year for y in (*era.years, *era.unlike))


def twins(
    found: list[Era], twin: list[FamilyYear], words: Words, there: Words
) -> list[Sentence | None]:
    """What the twin did in each era; of eras that are the same there, only the last says so."""
    told = [_twin(era, twin, words, there) for era in found]
    out: list[Sentence | None] = []
    for n, (era, differs) in enumerate(zip(found, told, strict=True)):
        last_same = differs is None and (n + 1 == len(told) or told[n + 1] is not None)
        same = Sentence(words("era.twin_same", year=era.last), decision("choice", era.years[-1]))
        out.append(same if last_same else differs)
    return out


def _twin(era: Era, twin: list[FamilyYear], words: Words, there: Words) -> Sentence | None:
    """What the twin did in the middle of the era; None if it was the same."""
    middle = era.years[len(era.years) // 2]
    other = next((y for y in twin if y.year == middle.year), None)
    sources = decision("choice", middle)
    if other is None:
        return Sentence(words("era.twin_none"), sources)
    mine = (clauses.parents(middle, words), clauses.children(middle, words))
    theirs = (clauses.parents(other, there), clauses.children(other, there))
    if mine == theirs:
        return None
    key = "era.twin" if theirs[1] else "era.twin_childless"
    return Sentence(words(key, parents=theirs[0], children=theirs[1]), sources)
