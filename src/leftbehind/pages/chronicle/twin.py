"""The twin: the same family, with the same luck, in another world; what is different and when."""

from collections.abc import Callable

from leftbehind.base.person import WITH_PARENT
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.pages.chronicle.family import FamilyYear, Member
from leftbehind.pages.chronicle.record import Chapter, Grid, Sentence, Source
from leftbehind.pages.chronicle.roles import capital
from leftbehind.pages.chronicle.words import Words, choice_words, is_away, person


def twin(
    here: list[FamilyYear], there: list[FamilyYear], title: str, words: Words, other_words: Words
) -> Chapter:
    """The chapter on this family in the world called `title`; years compared by key."""
    heading = f"The same family in another world: {title}"
    if not there:
        source = person("key", here[0].year, here[0].mother)
        return Chapter(heading, (Sentence("There this family never comes about.", source),))
    first = _first_difference(here, there)
    if first is None:
        text = "Nothing is different for this family in any year of the record."
        return Chapter(heading, (Sentence(text, person("key", here[-1].year, here[-1].mother)),))
    sentences = [Sentence(_parting(first, here, there), person("choice", first, here[0].mother))]
    sentences += _children(here, there, words, other_words)
    return Chapter(heading, tuple(sentences), _grid(here, there))


def _state(year: FamilyYear) -> list[tuple[object, ...]]:
    return [
        (m.key, m.alive, m.at, m.arrangement, m.carer, m.stage, m.boards) for m in year.members()
    ]


def _first_difference(here: list[FamilyYear], there: list[FamilyYear]) -> int | None:
    other = {y.year: y for y in there}
    years = sorted({y.year for y in here} | set(other))
    mine = {y.year: y for y in here}
    for year in years:
        one, two = mine.get(year), other.get(year)
        if one is None or two is None or _state(one) != _state(two):
            return year
    return None


def _parting(first: int, here: list[FamilyYear], there: list[FamilyYear]) -> str:
    text = f"The two lives are the same until {first - 1} and differ from {first}."
    one = next((y for y in here if y.year == first), None)
    two = next((y for y in there if y.year == first), None)
    if one and two and one.decision and two.decision:
        a, b = one.decision.choice, two.decision.choice
        if a != b:
            text += f" That year, here: {choice_words(one, a)}; there: {choice_words(two, b)}."
    return text


def _children(
    here: list[FamilyYear], there: list[FamilyYear], words: Words, other_words: Words
) -> list[Sentence]:
    out = []
    mine, other = _last_seen(here), _last_seen(there)
    for key in sorted({*mine, *other}, key=lambda k: (mine.get(k) or other[k])[1].birth_year):
        if key not in other:
            year, child = mine[key]
            who = capital(words.role(key))
            text = f"{who}, born here in {child.birth_year}, is not born there."
        elif key not in mine:
            year, child = other[key]
            text = f"A child is born there in {child.birth_year} who is not born here."
        else:
            text = _compare(mine[key], other[key], here, there, words)
            year, child = mine[key]
        if text:
            out.append(Sentence(text, (Source("person", "key", year, child.key),)))
    return out


def _last_seen(years: list[FamilyYear]) -> dict[int, tuple[int, Member]]:
    return {c.key: (y.year, c) for y in years for c in y.children}


def _compare(
    mine: tuple[int, Member],
    other: tuple[int, Member],
    here: list[FamilyYear],
    there: list[FamilyYear],
    words: Words,
) -> str:
    """One child in both worlds; empty if nothing told here differs."""
    me, twin_ = mine[1], other[1]
    parts = []
    if me.birth_year != twin_.birth_year:
        parts.append(f"born in {twin_.birth_year} instead of {me.birth_year}")
    for what, measure in (("without either parent", _left), ("in a city with the parents", _taken)):
        a, b = _count(here, me.key, measure), _count(there, me.key, measure)
        if a != b:
            parts.append(f"{_years(b)} of childhood {what} instead of {a}")
    if me.schooling != twin_.schooling:
        parts.append(f"{_years(twin_.schooling)} of school completed instead of {me.schooling}")
    if me.death_year != twin_.death_year:
        ends = f"dies in {twin_.death_year}" if twin_.death_year else "is alive at the end"
        parts.append(f"{ends} (here: {f'dies in {me.death_year}' if me.death_year else 'alive'})")
    return f"{capital(words.role(me.key))}: {'; '.join(parts)}." if parts else ""


def _years(number: int) -> str:
    return "1 year" if number == 1 else f"{number} years"


def _left(child: Member, year: int) -> bool:
    return child.at < 0 and child.arrangement != WITH_PARENT


def _taken(child: Member, year: int) -> bool:
    return child.at >= 0


def _count(years: list[FamilyYear], key: int, measure: Callable[[Member, int], bool]) -> int:
    return sum(
        1
        for y in years
        for c in y.children
        if c.key == key and c.alive and c.age(y.year) < CHILD_AGE and measure(c, y.year)
    )


def _grid(here: list[FamilyYear], there: list[FamilyYear]) -> Grid:
    """Totals over all years, side by side."""

    def away(years: list[FamilyYear], who: str) -> str:
        return str(sum(is_away(getattr(y, who)) for y in years))

    def born(years: list[FamilyYear]) -> str:
        return str(len(_last_seen(years)))

    rows = (
        ("children", born(here), born(there)),
        ("years the mother was away", away(here, "mother"), away(there, "mother")),
        ("years the father was away", away(here, "father"), away(there, "father")),
    )
    return Grid(("", "Here", "There"), rows, "Same seed, same keys: the same luck in both worlds.")
