"""The twin: the same family, with the same luck, in another world; when the two lives part."""

from leftbehind.base.errors import InputError
from leftbehind.counts.world import World
from leftbehind.pages.chronicle import clauses
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member
from leftbehind.pages.chronicle.record import Chapter, Sentence, Source, person
from leftbehind.pages.chronicle.words import Words


def check_comparable(world: World, other: World) -> None:
    """Raise InputError unless both worlds hold the same people."""
    for setting in ("seed", "scale"):
        if world.manifest[setting] != other.manifest[setting]:
            raise InputError(
                f"{other.folder}: its {setting} is {other.manifest[setting]}, not "
                f"{world.manifest[setting]}: only worlds of the same seed and scale hold the same "
                "people"
            )


def twin(
    here: list[FamilyYear], there: list[FamilyYear], title: str, words: Words, others: Words
) -> Chapter:
    """The chapter on this family in the world called `title`; years compared by key."""
    heading = words("chapter.twin", world=title)
    if not there:
        source = person("key", here[0].year, here[0].mother)
        return Chapter(heading, (Sentence(words("twin.never"), source),))
    first = first_difference(here, there)
    if first is None:
        source = person("key", here[-1].year, here[-1].mother)
        return Chapter(heading, (Sentence(words("twin.same"), source),))
    at = next((y for y in there if y.year == first), there[-1])
    kids = clauses.children(at, others)
    text = words(
        "twin.parts", year=first - 1, next=first, parents=clauses.parents(at, others), children=kids
    )
    text = text if kids else text.replace("; .", ".").replace("；。", "。")
    parted = Sentence(text, person("choice", first, here[0].mother))
    return Chapter(heading, (parted, *_children(here, there, words)))


def first_difference(here: list[FamilyYear], there: list[FamilyYear]) -> int | None:
    """The first year in which the two lives differ; None if they never do."""
    mine, other = {y.year: y for y in here}, {y.year: y for y in there}
    for year in sorted(set(mine) | set(other)):
        one, two = mine.get(year), other.get(year)
        if one is None or two is None or _state(one) != _state(two):
            return year
    return None


def _state(year: FamilyYear) -> list[tuple[object, ...]]:
    return [
        (m.key, m.alive, m.at, m.arrangement, m.carer, m.stage, m.boards) for m in year.members()
    ]


def _children(here: list[FamilyYear], there: list[FamilyYear], words: Words) -> list[Sentence]:
    out = []
    mine, other = _last_seen(here), _last_seen(there)
    for key in sorted({*mine, *other}, key=lambda k: (mine.get(k) or other[k])[1].birth_year):
        year, child = mine.get(key) or other[key]
        who = words.sentence(words.role(key))
        if key not in other:
            text = words("twin.not_born", who=who, year=child.birth_year)
        elif key not in mine:
            text = words("twin.born_there", year=child.birth_year)
        else:
            a, b = _left(here, key), _left(there, key)
            text = words("twin.left", who=who, here=a, there=b) if a != b else ""
        if text:
            out.append(Sentence(text, (Source("person", "arrangement", year, child.key),)))
    return out


def _last_seen(years: list[FamilyYear]) -> dict[int, tuple[int, Member]]:
    return {c.key: (y.year, c) for y in years for c in y.children}


def _left(years: list[FamilyYear], key: int) -> int:
    """Years of childhood at home without either parent."""
    return sum(
        1
        for y in years
        for c in y.young()
        if c.key == key and c.at < 0 and c.arrangement != "parent"
    )
