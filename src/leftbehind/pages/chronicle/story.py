"""A chronicle from beginning to end: choose a family, follow it, tell it short or in full."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from leftbehind.base.errors import InputError
from leftbehind.counts.find import Found, choose, closer, find, in_country
from leftbehind.counts.likeness import Like
from leftbehind.counts.world import World
from leftbehind.inputs.places import Places
from leftbehind.pages.chronicle import archive, closeup, elders, pictures
from leftbehind.pages.chronicle.asked import differs, how_many, wanted
from leftbehind.pages.chronicle.causes import nearest, why
from leftbehind.pages.chronicle.eras import eras, exceptions, head, told, turns, twins
from leftbehind.pages.chronicle.events import events
from leftbehind.pages.chronicle.family import FamilyYear, follow, mother_of_family, nearest_year
from leftbehind.pages.chronicle.record import Chapter, Page, Sentence, decision, once
from leftbehind.pages.chronicle.render import lines
from leftbehind.pages.chronicle.twin import check_comparable, twin
from leftbehind.pages.chronicle.words import Say, Words
from leftbehind.runs.kept import keep, recall
from leftbehind.runs.replay import AS_COUNTED, Replay, Replays

MOST_TURNS = 4  # turning points of the short form, fewer if they do not fit
SCREEN = 40  # lines of the short form as Markdown
Progress = Callable[[str, int, int], None]  # what is done, how far, of how many


@dataclass(frozen=True)
class Asked:
    """Whose chronicle: a place, a year, and a person's key or what the family is to be like.

    Without a key the run's seed chooses the family among those that are `like` (both parents away,
    if nothing is said). If none is, the place is lived again at a finer scale (`zoom`: at this
    one), and if there still is none, the nearest is told with what it misses.
    """

    place: str
    year: int
    like: Like | None = None
    key: int | None = None
    zoom: int | None = None


@dataclass(frozen=True)
class Family:
    """A family found and followed: all years, the one told, how it was chosen and at what scale.

    `number` tells how many such families the country has; empty if it was not asked for.
    """

    years: list[FamilyYear]
    now: FamilyYear
    words: Words
    prefecture: int
    mother: int
    scale: int
    chosen: str
    number: str = ""


def tell(
    world: World,
    asked: Asked,
    *,
    full: bool = False,
    other: World | None = None,
    language: str = "en",
    keys: bool = False,
    progress: Progress | None = None,
) -> Page:
    """The chronicle of the family that is asked for, seen from the year asked for.

    `other` adds the same family's life in another world of the same seed and scale. Raises
    InputError for an unknown place, year, person or language, or a world that cannot be replayed or
    compared.
    """
    like = asked.like
    replays = Replays(world)
    found = meet(replays, asked, language, progress)
    if like is not None and like.work_in is not None:
        number = how_many(in_country(replays, found.now.year, like, progress), found.words)
        found = replace(found, number=found.words("page.number", number=number))
    others = _twin(world, other, found, language, progress) if other else None
    if full:
        page = _page(world, found, _full(found, others), language, keys)
    else:
        pages = (
            _page(world, found, _short(found, others, most), language, keys, brief=True)
            for most in range(MOST_TURNS, -1, -1)
        )
        page = next(pages)
        while lines(page) > SCREEN and (shorter := next(pages, None)):
            page = shorter
    return replace(page, facts=facts(world, found))


def _page(
    world: World,
    found: Family,
    chapters: list[Chapter],
    language: str,
    keys: bool,
    brief: bool = False,
) -> Page:
    say = found.words
    return Page(
        title=say("page.title", place=say.place(found.prefecture), year=found.now.year),
        notice=notice(world, found.scale, say),
        chosen=say("list.between").join(filter(None, (found.chosen, found.number))),
        chapters=tuple(once(chapters)),
        brief=brief,
        roles=say.roles,
        language=language,
        sources_title=say("page.sources_brief" if brief else "page.sources"),
        assumed=say("page.assumed"),
        key=say("page.key", key=f"{found.mother:016x}") if keys else "",
    )


def meet(replays: Replays, asked: Asked, language: str, progress: Progress | None) -> Family:
    """Find the family that was asked for and follow it."""
    world = replays.world
    places = Places.load()
    say = Say(language, places)
    prefecture = places.find(asked.place)
    if asked.year not in world.years():
        held = world.years()
        raise InputError(f"--year {asked.year}: the run holds {held[0]} to {held[-1]}")
    chosen, scale = "", closer(world, asked.zoom)[0]
    if asked.key is None:
        like = asked.like or Like(both_away=True)
        scales = closer(world, asked.zoom)
        found = find(replays, prefecture, asked.year, like, scales=scales, progress=progress)
        mother, scale = choose(found, int(world.manifest["seed"])), found.scale
        chosen = _chosen(found, mother, asked.year, say)
    else:
        mother = _of_person(replays.at(scale), prefecture, asked.year, asked.key)
    years = followed(replays, scale, prefecture, mother, progress)
    if not years:
        raise InputError("this person never has a partner or child in the record: nothing to tell")
    now = min(years, key=lambda y: abs(y.year - asked.year))
    words = Words(years, places, prefecture, language)
    return Family(years, now, words, prefecture, mother, scale, chosen)


def followed(
    replays: Replays,
    scale: int,
    prefecture: int,
    mother: int,
    progress: Progress | None = None,
    last: int | None = None,
) -> list[FamilyYear]:
    """The family's years, worked out once and kept for the next time."""
    world = replays.world
    asked = ("family", scale, prefecture, mother, last)
    kept = recall(world.manifest, *asked)
    if kept is not None:
        return archive.years_of(kept)
    first, end = world.years()[0], last or world.years()[-1]

    def lived(year: int) -> None:
        if progress:
            progress("family", year - first, end - first)

    years = follow(replays.at(scale), prefecture, mother, last, lived)
    keep(world.manifest, archive.plain(years), *asked)
    return years


def notice(world: World, scale: int, say: Say) -> str:
    """That nobody here is real, and which run it is."""
    run = world.manifest["scenario"].get("name", "baseline")
    return say("page.notice", scale=f"{scale:,}", run=run, seed=world.manifest["seed"])


def facts(world: World, found: Family) -> dict[str, object]:
    """The record behind the page as plain data."""
    closest = nearest_year(found.years)
    return {
        "simulated": True,
        "place": str(found.words.places.table["name"][found.prefecture]),
        "year": found.now.year,
        "scale": found.scale,
        "seed": world.manifest["seed"],
        "scenario": world.manifest["scenario"],
        "mother_key": f"{found.mother:016x}",
        "closest_to_return": closest.year if closest else None,
        "events": [event.plain() for event in events(found.years)],
        "years": archive.told(found.years),
    }


def _chosen(found: Found, mother: int, year: int, say: Say) -> str:
    asked = wanted(found.asked, say)
    if found.met:
        return say("page.chosen", number=f"{found.met:,}", year=year, wanted=asked)
    missed = differs(found, mother, say)
    return say(
        "page.nearest",
        wanted=asked,
        scale=f"{found.scale:,}",
        number=say.number(len(missed)),
        missed=say("list.clause").join(missed),
    )


def _of_person(replay: Replay, prefecture: int, year: int, key: int) -> int:
    for moment in replay.moments(prefecture, year, first=year, keep=True):
        if moment.stage == AS_COUNTED:
            return mother_of_family(moment, key)
    raise AssertionError("a replay ends with its last year's count")


Twin = tuple[list[FamilyYear], Words, str]


def _twin(
    world: World, other: World, found: Family, language: str, progress: Progress | None
) -> Twin:
    check_comparable(world, other)
    last = min(world.years()[-1], other.years()[-1])
    there = followed(Replays(other), found.scale, found.prefecture, found.mother, progress, last)
    scenario = other.manifest["scenario"]
    zh = str(scenario.get("title_zh", "")) if language == "zh" else ""
    title = zh or str(scenario.get("title", scenario.get("name")))
    return there, Words(there, found.words.places, found.prefecture, language), title


def _short(found: Family, other: Twin | None, most: int) -> list[Chapter]:
    """One screen: the year from near, the grandmother, turning points, the closest return."""
    now, words = found.now, found.words
    elder = elders.carer(now)
    near = [
        *closeup.paragraph(now, words, brief=True),
        *([elders.now_told(elder, now, words)] if elder else []),
        *closeup.money(now, words),
        *closeup.alone(now, words),
    ]
    chapters = [Chapter(words("chapter.now", year=now.year), tuple(near))]
    points = tuple(_turning(found, other, most))
    if points:
        chapters.append(Chapter(words("chapter.turns"), points=points))
    if nearest_year(found.years):  # else the screen is for what happened
        chapters.append(nearest(found.years, words, brief=True))
    return [*chapters, *_other_world(found, other)]


def _turning(found: Family, other: Twin | None, most: int) -> Iterator[tuple[Sentence, ...]]:
    """The era told and the longest others that began with a decision, with the twin in each."""
    now, words, all_eras = found.now, found.words, eras(found.years)
    begun = turns(all_eras)
    told_now = [e for e in begun if e.first <= now.year <= e.last]
    longest = sorted(begun, key=lambda e: -len(e.years))
    turned = [*told_now, *(e for e in longest if e not in told_now)][:most]
    there = twins(all_eras, other[0], words, other[1]) if other else [None] * len(all_eras)
    for era, beside in zip(all_eras, there, strict=True):
        if era in turned:
            beside_it = [beside] if beside else []
            yield head(era, words), *why(era.years[0], words), *exceptions(era, words), *beside_it


def _full(found: Family, other: Twin | None) -> list[Chapter]:
    """The year from near, pictures, all eras, the grandmother, the week, money, closest return."""
    now, words, years = found.now, found.words, found.years
    near = [*closeup.paragraph(now, words), *closeup.money(now, words)]
    chapters = [
        Chapter(words("chapter.now", year=now.year), tuple(near)),
        Chapter(words("page.picture_tree", year=now.year), picture=pictures.tree(now, words)),
        Chapter(
            words("page.picture_years", first=years[0].year, last=years[-1].year),
            picture=pictures.lives(years, words),
        ),
        _years(found, other),
    ]
    elder = elders.carer(now)
    if elder:
        chapters.append(elders.life(years, elder, now, words))
    hours = closeup.week(now, words)
    if hours:
        chapters.append(hours)
    chapters.append(Chapter(words("chapter.money"), (closeup.all_money(years, words),)))
    return [*chapters, nearest(years, words), *_other_world(found, other)]


def _years(found: Family, other: Twin | None) -> Chapter:
    """All eras, each with what the twin did in it, and how far their causes can be trusted."""
    words, years = found.words, found.years
    told_eras, happened = eras(years), events(years)
    there = twins(told_eras, other[0], words, other[1]) if other else [None] * len(told_eras)
    points = tuple(
        (*told(era, happened, words), *([twin_] if twin_ else []))
        for era, twin_ in zip(told_eras, there, strict=True)
    )
    by_lot = Sentence(words("cause.by_lot"), decision("event", years[-1]), assumed=True)
    return Chapter(words("chapter.years"), (by_lot,), points)


def _other_world(found: Family, other: Twin | None) -> list[Chapter]:
    if other is None:
        return []
    there, others, title = other
    last = there[-1].year if there else found.years[-1].year
    here = [y for y in found.years if y.year <= last]
    return [twin(here, there, title, found.words, others)]
